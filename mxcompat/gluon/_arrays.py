"""Arrays of the kind in force: classic ones, or NumPy arrays inside ``npx.set_np()``."""

from __future__ import annotations

import importlib
from typing import Any

from .. import nd as ndarray
from .._core.errors import MXNetError
from .._core.state import THREAD
from ..nd.ndarray import NDArray
from ..util import np_array, np_shape


def _numpy() -> Any:
    return importlib.import_module("..numpy", __package__)  # loaded when NumPy arrays are first in force


def array_of(value: Any, ctx: Any = None) -> Any:
    """An array of the kind in force from anything array-like."""
    return _numpy().array(value, ctx=ctx) if THREAD.np_array else ndarray.array(value, ctx=ctx)


def zeros_of(shape: Any, dtype: Any, ctx: Any, stype: str) -> Any:
    """Zeros of the kind in force. ValueError for sparse NumPy arrays."""
    if THREAD.np_array:
        if stype != "default":
            raise ValueError(f"mxnet.numpy.zeros does not support stype = {stype}")
        return _numpy().zeros(shape, dtype=dtype, ctx=ctx)
    if stype == "default":
        return ndarray.zeros(shape, ctx=ctx, dtype=dtype)
    return ndarray.sparse.zeros(stype, shape, ctx=ctx, dtype=dtype)


def of_kind_in_force(array: Any) -> Any:
    """The array as one of the kind in force, in the same memory; sparse arrays as they are."""
    if not THREAD.np_array or array.stype != "default":
        return array
    return array.as_np_ndarray()


def load_arrays(filename: str) -> Any:
    """The arrays of a file, of the kind in force: a list, or a dict by name."""
    if not THREAD.np_array:
        return ndarray.load(filename)
    try:
        found = ndarray.load(filename)
    except MXNetError as error:
        if "np_shape" not in str(error):
            raise
        with np_array(False), np_shape(False):  # saved without NumPy shapes, which know all that it can hold
            found = ndarray.load(filename)
    if isinstance(found, dict):
        return {name: of_kind_in_force(array) for name, array in found.items()}
    return [of_kind_in_force(array) for array in found]


def save_arrays(filename: str, arrays: dict[str, Any]) -> None:
    """Write arrays of either kind to a file."""
    ndarray.save(filename, {name: array.as_nd_ndarray() for name, array in arrays.items()})


def clear(array: Any) -> None:
    """Set an array, dense or sparse, of either kind, to zero."""
    if array._in_numpy:
        array[()] = 0
    else:
        ndarray.zeros_like(array, out=array)


def check_all_np_ndarrays(out: Any) -> None:
    """TypeError if an output of a block is a classic array while NumPy arrays are in force."""
    if isinstance(out, NDArray):
        if not out._in_numpy:
            raise TypeError(
                f"a block returned {type(out)} while NumPy arrays are on: every output must be "
                "mxnet.numpy.ndarray (or its symbol); convert by as_np_ndarray()"
            )
    elif isinstance(out, (list, tuple)):
        for one in out:
            check_all_np_ndarrays(one)
