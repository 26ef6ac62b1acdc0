"""Saving and loading arrays of `mx.np`."""

from __future__ import annotations

from typing import Any

from ..nd import utils as _nd
from ..numpy import ndarray as ndarray
from ..util import is_np_array as is_np_array
from ..util import is_np_shape as is_np_shape

__all__ = ["save", "load"]


def _needs_numpy(what: str) -> None:
    if not (is_np_shape() and is_np_array()):
        raise ValueError(
            f"npx.{what}: NumPy-style arrays need NumPy semantics; call npx.set_np() once, at the start of the program"
        )


def save(file: str, arr: Any) -> None:
    """Write arrays to a file, in MXNet's format (version 3).

    Args:
        file: its name.
        arr: an array, a list of arrays, or a dict of names and arrays.

    Raises:
        ValueError: NumPy semantics are off, or something else than these.
        TypeError: a list or dict that holds something else.
    """
    _needs_numpy("save")
    if isinstance(arr, ndarray):
        arr = [arr]
    if isinstance(arr, dict):
        values = list(arr.values())
        if any(not isinstance(name, str) for name in arr):
            raise TypeError("npx.save: arr must hold mx.np arrays only, under names that are text if it is a dict")
    elif isinstance(arr, list):
        values = arr
    else:
        raise ValueError(
            f"npx.save: arr must be an mx.np array, a list of them or a dict of them by name, got {type(arr).__name__}"
        )
    if any(not isinstance(value, ndarray) for value in values):
        raise TypeError("npx.save: arr must hold mx.np arrays only, under names that are text if it is a dict")
    classic = [value.as_nd_ndarray() for value in values]
    _nd.save(file, dict(zip(arr, classic, strict=True)) if isinstance(arr, dict) else classic)


def load(file: str) -> Any:
    """Read arrays from a file: a list, or a dict if they have names.

    Raises:
        ValueError: NumPy semantics are off.
        TypeError: ``file`` is no text.
    """
    _needs_numpy("load")
    if not isinstance(file, str):
        raise TypeError("file required to be a string")
    found = _nd.load(file)
    if isinstance(found, dict):
        return {name: array.as_np_ndarray() for name, array in found.items()}
    return [array.as_np_ndarray() for array in found]
