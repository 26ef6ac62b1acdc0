"""What the modules of stores share: keys with their arrays, and the place of the native stores."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core.errors import ArgumentTypeError
from ..nd import NDArray

#: what makes a store of a native kind; put here by the module of those, which builds on the one that needs it
NATIVE: list[Any] = []


def unknown_capability(capability: str) -> ValueError:
    """The error for a capability that is not `KVStoreBase.OPTIMIZER`."""
    return ValueError(f"Unknown capability: {capability}")


def pairs(keys: Any, values: Any) -> tuple[list[Any], list[Any], bool]:
    """Keys and their arrays, one beside the other, and whether keys are strings.

    A key stands for one array or for a list of them; a list of keys for a list of those.

    Raises:
        AssertionError: other keys or values; numbers of keys and values that differ; both kinds of keys at once.
    """
    if not isinstance(keys, (tuple, list)):
        if not isinstance(keys, (int, str)):
            raise ArgumentTypeError(f"unexpected type for keys: {type(keys)}")
        arrays = [values] if isinstance(values, NDArray) else values
        if not isinstance(arrays, Iterable):
            raise TypeError(f"key {keys!r}: an NDArray or a list of them, got {type(arrays).__name__}")
        arrays = list(arrays)
        for array in arrays:
            if not isinstance(array, NDArray):
                raise ArgumentTypeError(f"key {keys!r}: an NDArray or a list of them, got a {type(array).__name__}")
        return [keys] * len(arrays), arrays, isinstance(keys, str)
    if len(keys) != len(values):
        raise ArgumentTypeError(f"{len(keys)} keys, but {len(values)} values")
    found: tuple[list[Any], list[Any]] = ([], [])
    strings: bool | None = None
    for key, value in zip(keys, values, strict=True):
        some, arrays, text = pairs(key, value)
        if strings is not None and text is not strings:
            raise ArgumentTypeError("inconsistent types of keys detected: all str or all int")
        strings = text
        found[0].extend(some)
        found[1].extend(arrays)
    return found[0], found[1], bool(strings)
