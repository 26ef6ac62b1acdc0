"""Functions of `mx.sym.np` that reduce, order, count and multiply."""

from __future__ import annotations

from typing import Any

import numpy as onp

from ...numpy._manipulation import _NUMBERS
from .._symbol import Symbol
from ._bind import OPS
from ._symbol import _Symbol


def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    return OPS["_npi_mean"](a, axis=axis, dtype=dtype, keepdims=keepdims)


def std(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    return OPS["_npi_std"](a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)


def var(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    return OPS["_npi_var"](a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, out: Any = None) -> Any:
    if weights is None:
        return OPS["_npi_average"](a, axis=axis, weights=None, returned=returned, weighted=False)
    return OPS["_npi_average"](a, axis=axis, weights=weights, returned=returned)


def argmax(a: Any, axis: int | None = None, out: Any = None) -> Any:
    return OPS["_npi_argmax"](a, axis=axis, keepdims=False)


def argmin(a: Any, axis: int | None = None, out: Any = None) -> Any:
    return OPS["_npi_argmin"](a, axis=axis, keepdims=False)


def argsort(a: Any, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
    if order is not None:
        raise NotImplementedError("order is not supported yet...")
    return OPS["_npi_argsort"](data=a, axis=axis, is_ascend=True, dtype="int64")


def sort(a: Any, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
    if order is not None:
        raise NotImplementedError("order is not supported yet...")
    return OPS["_npi_sort"](data=a, axis=axis, is_ascend=True)


def clip(a: Any, a_min: Any, a_max: Any, out: Any = None) -> Any:
    if a_min is None and a_max is None:
        raise ValueError("array_clip: must set either max or min")
    low = float("-inf") if a_min is None else a_min
    return OPS["_npi_clip"](a, low, float("inf") if a_max is None else a_max)


def around(x: Any, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
    if isinstance(x, _NUMBERS):
        return onp.around(x, decimals, **kwargs)
    if isinstance(x, _Symbol):
        return OPS["_npi_around"](x, decimals, **kwargs)
    raise TypeError(f"type {type(x)} not supported")


def round(x: Any, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
    return around(x, decimals, out, **kwargs)


def round_(x: Any, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
    return around(x, decimals, out, **kwargs)


def nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None, **kwargs: Any
) -> Any:
    if isinstance(x, _NUMBERS):
        return onp.nan_to_num(x, copy, nan, posinf, neginf)
    if isinstance(x, _Symbol):
        return OPS["_npi_nan_to_num"](x, copy=copy, nan=nan, posinf=posinf, neginf=neginf)
    raise TypeError(f"type {type(x)} not supported")


def percentile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = None, interpolation: str = "linear",
    keepdims: bool = False,
) -> Any:  # fmt: skip
    if overwrite_input is not None:
        raise NotImplementedError("overwrite_input is not supported yet")
    given = {"axis": axis, "interpolation": interpolation, "keepdims": keepdims}
    if isinstance(q, _NUMBERS):
        return OPS["_npi_percentile"](a, q_scalar=q, **given)
    return OPS["_npi_percentile"](a, q, q_scalar=None, **given)


def quantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = None, interpolation: str = "linear",
    keepdims: bool = False,
) -> Any:  # fmt: skip
    return percentile(a, q * 100, axis, out, overwrite_input, interpolation, keepdims)


def histogram(
    a: Any, bins: Any = 10, range: Any = None, normed: Any = None, weights: Any = None, density: Any = None
) -> Any:
    for name, given in (("normed", normed is True), ("weights", weights is not None), ("density", density is True)):
        if given:
            raise NotImplementedError(f"{name} is not supported yet...")
    if isinstance(bins, _NUMBERS):
        if range is None:
            raise NotImplementedError("automatic range is not supported yet...")
        return OPS["_npi_histogram"](a, bin_cnt=bins, range=range)
    if isinstance(bins, (list, tuple, str)):
        raise NotImplementedError(f"bins of type {type(bins).__name__} are not supported yet...")
    if isinstance(bins, Symbol):
        return OPS["_npi_histogram"](a, bins)
    raise ValueError(f"histogram fails with bins={bins!r}")


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    if minlength < 0:
        raise ValueError("Minlength value should greater than 0")
    if weights is None:
        return OPS["_npi_bincount"](x, minlength=minlength, has_weights=False)
    return OPS["_npi_bincount"](x, weights=weights, minlength=minlength, has_weights=True)


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    if onp.isscalar(axes):
        return OPS["_npi_tensordot_int_axes"](a, b, axes)
    if len(axes) != 2:
        raise ValueError("Axes must consist of two arrays.")
    left, right = [(each,) if onp.isscalar(each) else each for each in axes]
    if len(left) != len(right):
        raise ValueError("Axes length mismatch")
    return OPS["_npi_tensordot"](a, b, left, right)


def inner(a: Any, b: Any) -> Any:
    return tensordot(a, b, [-1, -1])


def outer(a: Any, b: Any) -> Any:
    return tensordot(a.flatten(), b.flatten(), 0)


def vdot(a: Any, b: Any) -> Any:
    return tensordot(a.flatten(), b.flatten(), 1)
