"""Arrays of the kind in force: classic ones, or NumPy arrays inside ``npx.set_np()``."""

from __future__ import annotations

import importlib
from typing import Any

from .. import nd as ndarray
from .._core.state import THREAD
from ..nd.ndarray import NDArray


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


def check_all_np_ndarrays(out: Any) -> None:
    """TypeError if an output of a block is a classic array while NumPy arrays are in force."""
    if isinstance(out, (list, tuple)):
        for one in out:
            check_all_np_ndarrays(one)
    elif isinstance(out, NDArray) and not isinstance(out, _numpy().ndarray):
        raise TypeError(
            f"a block returned {type(out)} while NumPy arrays are on: every output must be "
            "mxnet.numpy.ndarray (or its symbol); convert by as_np_ndarray()"
        )
