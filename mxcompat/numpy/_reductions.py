"""Functions of `mx.np` that reduce, order, count and multiply.

Source: MXNet 1.9.1 python/mxnet/numpy/multiarray.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as onp

from ..nd.ndarray import NDArray
from ._array import ndarray
from ._bind import OPS, out_of
from ._manipulation import _tuple

_NUMBERS = (float, int, onp.generic)
_sum, _mean = OPS["_np_sum"], OPS["_npi_mean"]


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def sum(
    a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = None, out: Any = None
) -> Any:
    """Sum over axes."""
    if axis is None and dtype is None and not keepdims and out is None and initial is None:
        return OPS["_np_sum"](a)
    if out is None and dtype is None and initial is None:
        return _sum(a, _tuple(axis), keepdims=True) if keepdims else _sum(a, _tuple(axis))
    return OPS["_np_sum"](
        a, keepdims=keepdims, **out_of(out), **_given(axis=_tuple(axis), dtype=dtype, initial=initial)
    )


def prod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    """Product over axes."""
    return OPS["_np_prod"](a, keepdims=keepdims, **out_of(out), **_given(axis=_tuple(axis), dtype=dtype))


def product(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    """As `prod`."""
    return prod(a, axis, dtype, out, keepdims)


def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    """Mean over axes."""
    if axis is None and dtype is None and not keepdims and out is None:
        return OPS["_npi_mean"](a)
    if out is None and dtype is None:
        return _mean(a, _tuple(axis), keepdims=True) if keepdims else _mean(a, _tuple(axis))
    return OPS["_npi_mean"](a, keepdims=keepdims, **out_of(out), **_given(axis=_tuple(axis), dtype=dtype))


def std(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """Standard deviation over axes; it has no gradient."""
    return OPS["_npi_std"](a, ddof=ddof, keepdims=keepdims, **out_of(out), **_given(axis=_tuple(axis), dtype=dtype))


def var(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """Variance over axes; it has no gradient."""
    return OPS["_npi_var"](a, ddof=ddof, keepdims=keepdims, **out_of(out), **_given(axis=_tuple(axis), dtype=dtype))


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, out: Any = None) -> Any:
    """Weighted mean over axes; with ``returned`` a list of it and the sum of the weights."""
    given = _given(axis=_tuple(axis))
    if weights is None:
        return OPS["_npi_average"](a, returned=returned, weighted=False, **out_of(out), **given)
    return OPS["_npi_average"](a, weights, returned=returned, weighted=True, **out_of(out), **given)


def max(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Largest element over axes."""
    if axis is None and not keepdims and out is None:
        return OPS["_np_max"](a)
    return OPS["_np_max"](a, axis=_tuple(axis), keepdims=keepdims, **out_of(out))


def min(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Smallest element over axes."""
    if axis is None and not keepdims and out is None:
        return OPS["_np_min"](a)
    return OPS["_np_min"](a, axis=_tuple(axis), keepdims=keepdims, **out_of(out))


def amax(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """As `max`."""
    return max(a, axis, keepdims, out)


def amin(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """As `min`."""
    return min(a, axis, keepdims, out)


def all(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Whether all elements over axes are not 0."""
    return OPS["_np_all"](a, axis=_tuple(axis), keepdims=keepdims, **out_of(out))


def any(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Whether any element over axes is not 0."""
    return OPS["_np_any"](a, axis=_tuple(axis), keepdims=keepdims, **out_of(out))


def sometrue(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """As `any`."""
    return any(a, axis, keepdims, out)


def argmax(a: Any, axis: int | None = None, out: Any = None) -> Any:
    """Position of the largest element, int64."""
    return OPS["_npi_argmax"](a, axis=axis, keepdims=False, **out_of(out))


def argmin(a: Any, axis: int | None = None, out: Any = None) -> Any:
    """Position of the smallest element, int64."""
    return OPS["_npi_argmin"](a, axis=axis, keepdims=False, **out_of(out))


def cumsum(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    """Running sum along an axis, or of the flattened array."""
    return OPS["_np_cumsum"](a, axis=axis, **out_of(out), **_given(dtype=dtype))


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, out: Any = None) -> Any:
    """Sum along a diagonal."""
    return OPS["_np_trace"](a, offset=offset, axis1=axis1, axis2=axis2, **out_of(out))


def percentile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = None, interpolation: str = "linear",
    keepdims: bool = False,
) -> Any:  # fmt: skip
    """Percentiles over axes.

    Raises:
        NotImplementedError: ``overwrite_input``.
    """
    if overwrite_input is not None:
        raise NotImplementedError("overwrite_input is not supported yet")
    given = {"axis": _tuple(axis), "interpolation": interpolation, "keepdims": keepdims, **out_of(out)}
    if isinstance(q, _NUMBERS):
        return OPS["_npi_percentile"](a, q_scalar=float(q), **given)
    return OPS["_npi_percentile"](a, q, **given)


def quantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = None, interpolation: str = "linear",
    keepdims: bool = False,
) -> Any:  # fmt: skip
    """Quantiles over axes; arguments as `percentile`, with ``q`` in [0, 1]."""
    return percentile(a, q * 100, axis, out, overwrite_input, interpolation, keepdims)


def argsort(a: Any, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
    """The positions that sort an array along an axis, int64; ``kind`` is not used."""
    if order is not None:
        raise NotImplementedError("order not supported here")
    return OPS["_npi_argsort"](a, axis=axis, is_ascend=True, dtype="int64")


def sort(a: Any, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
    """The array sorted along an axis; ``kind`` is not used."""
    if order is not None:
        raise NotImplementedError("order not supported here")
    return OPS["_npi_sort"](a, axis=axis, is_ascend=True)


def clip(a: Any, a_min: Any, a_max: Any, out: Any = None) -> Any:
    """Elements limited to an interval.

    Raises:
        ValueError: neither bound.
    """
    if a_min is None and a_max is None:
        raise ValueError("array_clip: must set either max or min")
    if isinstance(a, _NUMBERS):
        return onp.clip(a, a_min, a_max)
    low = float("-inf") if a_min is None else a_min
    high = float("inf") if a_max is None else a_max
    return OPS["_npi_clip"](a, low, high, **out_of(out))


def around(x: Any, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
    """Elements rounded to decimals."""
    if isinstance(x, _NUMBERS):
        return onp.around(x, decimals, **kwargs)
    if isinstance(x, ndarray):
        return OPS["_npi_around"](x, decimals=decimals, **out_of(out), **kwargs)
    raise TypeError(f"type {type(x)} not supported")


def round(x: Any, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
    """As `around`."""
    return around(x, decimals, out, **kwargs)


def round_(x: Any, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
    """As `around`."""
    return around(x, decimals, out, **kwargs)


def nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None, **kwargs: Any
) -> Any:
    """NaN and infinities replaced by numbers; in place if not ``copy``."""
    if isinstance(x, _NUMBERS):
        return onp.nan_to_num(x, copy, nan, posinf, neginf)
    if not isinstance(x, NDArray):
        raise TypeError(f"type {type(x)} not supported")
    if x.dtype in ("int8", "uint8", "int32", "int64"):
        return x
    return OPS["_npi_nan_to_num"](
        x, copy=copy, nan=nan, out=None if copy else x, **_given(posinf=posinf, neginf=neginf)
    )


def histogram(
    a: Any, bins: Any = 10, range: Any = None, normed: Any = None, weights: Any = None, density: Any = None
) -> Any:
    """Count values into bins: a list of counts and edges.

    Raises:
        NotImplementedError: ``normed``, ``weights``, ``density``, no ``range``, or bins as a list or text.
    """
    for name, value in (("normed", normed is True), ("weights", weights is not None), ("density", density is True)):
        if value:
            raise NotImplementedError(f"{name} is not supported yet...")
    if isinstance(bins, _NUMBERS):
        if range is None:
            raise NotImplementedError("automatic range is not supported yet...")
        return OPS["_npi_histogram"](a, bin_cnt=bins, range=range)
    if isinstance(bins, (list, tuple)):
        raise NotImplementedError("array_like bins is not supported yet...")
    if isinstance(bins, str):
        raise NotImplementedError("string bins is not supported yet...")
    if isinstance(bins, NDArray):
        return OPS["_npi_histogram"](a, bins)
    raise ValueError(f"np.histogram fails with bins={bins!r}")


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """Count how often each number occurs.

    Raises:
        TypeError: no array.
        ValueError: a negative ``minlength``.
    """
    if not isinstance(x, NDArray):
        raise TypeError("Input data should be NDarray")
    if minlength < 0:
        raise ValueError("Minlength value should greater than 0")
    if weights is None:
        return OPS["_npi_bincount"](x, minlength=minlength, has_weights=False)
    return OPS["_npi_bincount"](x, weights, minlength=minlength, has_weights=True)


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along an axis.

    Raises:
        NotImplementedError: ``prepend`` or ``append``.
    """
    if prepend or append:
        raise NotImplementedError("prepend and append options are not supported yet")
    return OPS["_npi_diff"](a, n=n, axis=axis)


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """Differences of neighbours of the flattened array, with values before and after them."""
    begins, ends = isinstance(to_begin, ndarray), isinstance(to_end, ndarray)
    arrays = [a for a, given in ((to_begin, begins), (to_end, ends)) if given]
    return OPS["_npi_ediff1d"](
        ary, *arrays, to_begin_arr_given=begins, to_end_arr_given=ends,
        to_begin_scalar=None if begins else to_begin, to_end_scalar=None if ends else to_end,
    )  # fmt: skip


def polyval(p: Any, x: Any) -> Any:
    """Values of a polynomial.

    Raises:
        TypeError: one array and one that is none.
    """
    if isinstance(p, ndarray) and isinstance(x, ndarray):
        return OPS["_npi_polyval"](p, x)
    if not isinstance(p, ndarray) and not isinstance(x, ndarray):
        return onp.polyval(p, x)
    raise TypeError("type not supported")


def dot(a: Any, b: Any, out: Any = None) -> Any:
    """Matrix product: each row of ``a`` (its last axis) with each column of ``b`` (the last axis but one)."""
    return OPS["_np_dot"](a, b, **out_of(out)) if out is not None else OPS["_np_dot"](a, b)


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Product summed over axes: a number of them, or the axes of both.

    Raises:
        ValueError: two lists of axes that do not have one length.
    """
    if isinstance(axes, (int, onp.integer)):
        return OPS["_npi_tensordot_int_axes"](a, b, int(axes))
    if len(axes) != 2:
        raise ValueError("Axes must consist of two arrays.")
    left, right = [tuple(x) if isinstance(x, Sequence) else (x,) for x in axes]
    if len(left) != len(right):
        raise ValueError("Axes length mismatch")
    return OPS["_npi_tensordot"](a, b, left, right)


def inner(a: Any, b: Any) -> Any:
    """Product summed over the last axes."""
    return tensordot(a, b, [-1, -1])


def outer(a: Any, b: Any) -> Any:
    """Products of all pairs of elements of two flattened arrays."""
    return tensordot(a.flatten(), b.flatten(), 0)


def vdot(a: Any, b: Any) -> Any:
    """Product of two flattened arrays, summed."""
    return tensordot(a.flatten(), b.flatten(), 1)


def einsum(*operands: Any, **kwargs: Any) -> Any:
    """Sum of products by Einstein's convention: subscripts, then the arrays.

    Args:
        operands: the subscripts and the arrays.
        kwargs: ``optimize`` and ``out``.
    """
    optimize, out = kwargs.pop("optimize", False), kwargs.pop("out", None)
    return OPS["_npi_einsum"](*operands[1:], subscripts=operands[0], optimize=int(optimize), **out_of(out))
