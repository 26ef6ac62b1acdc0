"""Functions of `mx.sym.np` that make arrays when the graph runs."""

from __future__ import annotations

from typing import Any

import numpy as onp

from ...numpy._creation import _numbers_only, c_order, place
from .._symbol import Symbol
from ._bind import OPS
from ._fallback import fallback


def _float32(dtype: Any) -> Any:
    return onp.float32 if dtype is None else dtype


def zeros(shape: Any, dtype: Any = onp.float32, order: str = "C", ctx: Any = None) -> Any:
    c_order("zeros", order)
    return OPS["_npi_zeros"](shape=shape, ctx=place(ctx), dtype=_float32(dtype))


def ones(shape: Any, dtype: Any = onp.float32, order: str = "C", ctx: Any = None) -> Any:
    c_order("ones", order)
    return OPS["_npi_ones"](shape=shape, ctx=place(ctx), dtype=_float32(dtype))


def full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> Any:
    c_order("full", order)
    if isinstance(fill_value, Symbol):
        stretched = broadcast_to(fill_value, shape)
        return stretched if dtype is None else stretched.astype(dtype)
    if isinstance(fill_value, bool):
        fill_value, dtype = int(fill_value), onp.bool_ if dtype is None else dtype
    return OPS["_npi_full"](shape=shape, value=fill_value, ctx=place(ctx), dtype=_float32(dtype))


def _like(a: Any, value: Any, dtype: Any, order: str, ctx: Any) -> Any:
    c_order("full_like", order)
    value = int(value) if isinstance(value, bool) else value
    return OPS["_npi_full_like"](a, fill_value=value, ctx=place(ctx), dtype=dtype)


def full_like(a: Any, fill_value: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> Any:
    return _like(a, fill_value, dtype, order, ctx)


def zeros_like(a: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> Any:
    return _like(a, 0, dtype, order, ctx)


def ones_like(a: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> Any:
    return _like(a, 1, dtype, order, ctx)


_EMPTY_DTYPES = ("int8", "uint8", "int32", "int64", "float16", "float32", "float64", "bool", "bool_", "None")


def empty_like(prototype: Any, dtype: Any = None, order: str = "C", subok: bool = False, shape: Any = None) -> Any:
    """An array in the shape of another whose elements are whatever the memory holds.

    Raises:
        NotImplementedError: another order, ``subok``, another shape, or an unknown dtype.
    """
    for name, value, legal in (("order", order, "C"), ("subok", bool(subok), False), ("shape", shape, None)):
        if value != legal:
            raise NotImplementedError(f"empty_like: {name}={value!r} is not supported, only {legal!r}")
    try:
        named = "None" if dtype is None else dtype if isinstance(dtype, str) else onp.dtype(dtype).name
    except TypeError:
        named = ""
    if named not in _EMPTY_DTYPES:
        raise NotImplementedError(f"empty_like: dtype={dtype!r} is not supported")
    return fallback("empty_like_fallback", prototype, dtype=named, order=order, subok=subok, shape=shape)


def identity(n: int, dtype: Any = None, ctx: Any = None) -> Any:
    if not isinstance(n, int):
        raise TypeError("Input 'n' should be an integer")
    if n < 0:
        raise ValueError("Input 'n' cannot be negative")
    return OPS["_npi_identity"](shape=(n, n), ctx=place(ctx), dtype=_float32(dtype))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = onp.float32, **kwargs: Any) -> Any:
    if "order" in kwargs:
        raise NotImplementedError("function eye does not support parameter order")
    return OPS["_npi_eye"](N, M, k, place(kwargs.pop("ctx", None)), dtype)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, ctx: Any = None) -> Any:
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if start is None and stop is None:
        raise ValueError("start and stop cannot be both None")
    if step == 0:
        raise ZeroDivisionError("step cannot be 0")
    return OPS["_npi_arange"](start=start, stop=stop, step=step, dtype=_float32(dtype), ctx=place(ctx))


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None,
    axis: int = 0, ctx: Any = None,
) -> Any:  # fmt: skip
    _numbers_only(start, stop, axis)
    made = OPS["_npi_linspace"](start=start, stop=stop, num=num, endpoint=endpoint, ctx=place(ctx), dtype=dtype)
    return (made, (stop - start) / (num - 1)) if retstep else made


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: float = 10.0, dtype: Any = None,
    axis: int = 0, ctx: Any = None,
) -> Any:  # fmt: skip
    _numbers_only(start, stop, axis)
    return OPS["_npi_logspace"](
        start=start, stop=stop, num=num, endpoint=endpoint, base=base, ctx=place(ctx), dtype=dtype
    )


def indices(dimensions: Any, dtype: Any = onp.int32, ctx: Any = None) -> Any:
    if not isinstance(dimensions, (tuple, list)):
        raise ValueError("The dimensions must be sequence of ints")
    return OPS["_npi_indices"](dimensions=dimensions, dtype=dtype, ctx=place(ctx))


def hanning(M: int, dtype: Any = onp.float32, ctx: Any = None) -> Any:
    return OPS["_npi_hanning"](M, dtype=dtype, ctx=place(ctx))


def hamming(M: int, dtype: Any = onp.float32, ctx: Any = None) -> Any:
    return OPS["_npi_hamming"](M, dtype=dtype, ctx=place(ctx))


def blackman(M: int, dtype: Any = onp.float32, ctx: Any = None) -> Any:
    return OPS["_npi_blackman"](M, dtype=dtype, ctx=place(ctx))


def broadcast_to(array: Any, shape: Any) -> Any:
    return full(shape, array) if onp.isscalar(array) else OPS["_npi_broadcast_to"](array, shape)
