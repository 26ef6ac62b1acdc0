"""Arrays as tensors and back, in any nesting: same memory, same place in the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from .. import nd
from .._core.state import THREAD
from ..nd.ndarray import NDArray
from ._twins import recording_tensor


def to_array(tensor: Tensor) -> NDArray:
    """An array around a tensor, of the kind in force."""
    array = nd.from_torch(tensor)
    return array.as_np_ndarray() if THREAD.np_array else array


def map_nested(function: Callable[[Any], Any], kind: type[Any], value: Any) -> Any:
    """``value`` with ``function`` applied to everything of class ``kind`` in lists, tuples and dicts."""
    if isinstance(value, kind):
        return function(value)
    if isinstance(value, dict):
        return type(value)({key: map_nested(function, kind, one) for key, one in value.items()})
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(map_nested(function, kind, one) for one in value))
    if isinstance(value, (list, tuple)):
        return type(value)(map_nested(function, kind, one) for one in value)
    return value


def to_arrays(value: Any) -> Any:
    """All tensors in ``value`` as arrays."""
    return map_nested(to_array, Tensor, value)


def to_tensors(value: Any, recording: bool) -> Any:
    """All arrays in ``value`` as tensors; without their history unless ``recording``."""
    return map_nested(lambda array: recording_tensor(array, recording), NDArray, value)
