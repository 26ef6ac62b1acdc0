"""Sums, means, extremes, moments and their like over axes, with NumPy's shapes: reducing every axis gives shape ()."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, Literal

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import operator
from ...registry.operator import op_error
from ..elemwise._kernels import BOOL, FLOAT32
from ..reduce._axes import InOut, last_axis
from ..reduce._runs import reduced

SumType = Annotated[torch.dtype, "bool", "float16", "float32", "float64", "int32", "int64", "int8"]
MomentType = Annotated[torch.dtype, "float16", "float32", "float64", "int32", "int64", "int8"]


def axes_of(op: str, data: Tensor, axis: tuple[int, ...] | None) -> tuple[int, ...]:
    """The axes to reduce, ascending; None is all of them, ``()`` is none.

    Raises:
        MXNetError: an axis out of range or named twice.
    """
    ndim = data.dim()
    if axis is not None and len(axis) == 1 and 0 <= axis[0] < ndim:
        return axis
    if axis is None or (not ndim and axis in ((0,), (-1,))):  # as in NumPy, a number has an axis to reduce
        return tuple(range(ndim))
    named = sorted([a + ndim if a < 0 else a for a in axis])
    if named and (named[0] < 0 or named[-1] >= ndim):
        raise op_error(op, f"axis={axis} is out of range", data=data)
    if len(set(named)) != len(named):
        raise op_error(op, f"axis={axis} names an axis twice", data=data)
    return tuple(named)


def _no_initial(op: str, initial: float | None) -> None:
    if initial is not None:
        raise MXNetError(f"{op}: initial is not supported yet, got initial={initial}")


def _short_way(kernel: Callable[..., Tensor]) -> Callable[..., Any]:
    """The shortcut of a reduction of one axis or all, the attributes of which are axis, dtype, keepdims and initial."""

    def shortcut(
        ndim: int, axis: tuple[int, ...] | None, dtype: torch.dtype | None, keepdims: bool, initial: float | None
    ) -> Callable[[Tensor], Tensor] | None:
        if dtype is not None or initial is not None:
            return None
        if axis is None:
            return None if keepdims else lambda data: kernel(data) if data.numel() else _nothing()
        if len(axis) != 1 or not 0 <= axis[0] < ndim:
            return None
        place = axis[0]
        return lambda data: kernel(data, place, keepdims) if data.numel() else _nothing()

    return shortcut


def _short_extreme(kernel: Callable[..., Tensor]) -> Callable[..., Any]:
    """The same without dtype."""
    way = _short_way(kernel)
    return lambda ndim, axis, keepdims, initial: way(ndim, axis, None, keepdims, initial)


def _short_place(kernel: Callable[..., Tensor]) -> Callable[..., Any]:
    """The same with axis and keepdims only; the axis is a number."""
    way = _short_way(kernel)
    return lambda ndim, axis, keepdims: way(ndim, None if axis is None else (axis,), None, keepdims, None)


def _nothing() -> Tensor:
    raise ValueError("no elements: what that means the definition says")


def _result_shape(data: Tensor, axes: tuple[int, ...], keepdims: bool) -> list[int]:
    return [1 if a in axes else n for a, n in enumerate(data.shape) if keepdims or a not in axes]


@operator("_np_sum", shortcut=_short_way(torch.sum))
def np_sum(
    a: Tensor,
    axis: tuple[int, ...] | None = None,
    dtype: SumType | None = None,
    keepdims: bool = False,
    initial: float | None = None,
) -> Tensor:
    """Sum over axes.

    Args:
        a: any dtype.
        axis: axes to reduce; None for all.
        dtype: dtype of the sums; None keeps that of ``a`` (int64 for bool).
        keepdims: keep the reduced axes with size one.
        initial: not supported, as in MXNet.

    Returns:
        The sums; 0 over an axis without elements.

    Raises:
        MXNetError: an axis out of range or named twice, or ``initial``.

    Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_reduce_op_value.cc.
    """
    if dtype is None and axis is not None and a.dtype is FLOAT32 and axis and initial is None:
        return reduced(torch.sum, a, axes_of("_np_sum", a, axis) or None, keepdims)
    if initial is not None:
        _no_initial("_np_sum", initial)
    wanted = dtype or (torch.int64 if a.dtype is BOOL else a.dtype)
    if a.is_floating_point() and not wanted.is_floating_point:
        return np_sum(a, axis, None, keepdims).to(wanted)  # added up as it is, then cut
    if axis is None:
        if not keepdims:
            return torch.sum(a, dtype=wanted)
        return torch.sum(a, dtype=wanted).reshape([1] * a.dim())
    axes = axes_of("_np_sum", a, axis)
    if not axes:
        return a.to(wanted, copy=True)
    if wanted is BOOL:
        return torch.sum(a, axes, keepdims) != 0
    if wanted is torch.float16:  # added up in float32 and rounded once, which torch does for whole arrays only
        return torch.sum(a, axes, keepdims, dtype=FLOAT32).to(wanted)
    return torch.sum(a, axes, keepdims, dtype=wanted)


@operator("_npi_mean", shortcut=_short_way(torch.mean))
def np_mean(
    a: Tensor,
    axis: tuple[int, ...] | None = None,
    dtype: SumType | None = None,
    keepdims: bool = False,
    initial: float | None = None,
) -> Tensor:
    """Mean over axes.

    Args:
        a: any dtype.
        axis: axes to reduce; None for all.
        dtype: dtype of the means; None keeps a floating one and is float32 for the others.
        keepdims: keep the reduced axes with size one.
        initial: not supported, as in MXNet.

    Returns:
        The means; 0 over an axis without elements.

    Raises:
        MXNetError: an axis out of range or named twice, or ``initial``.

    Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_reduce_op_value.cc.
    """
    _no_initial("_npi_mean", initial)
    wanted = dtype or (a.dtype if a.is_floating_point() else FLOAT32)
    if a.is_floating_point() and not wanted.is_floating_point:
        return np_mean(a, axis, None, keepdims).to(wanted)  # computed as it is, then cut
    if wanted is not a.dtype and a.is_floating_point() and wanted.itemsize < a.dtype.itemsize:
        return np_mean(a, axis, None, keepdims).to(wanted)  # the gradient keeps its digits
    if wanted is torch.float16:  # added up in float32, which torch does for whole arrays only
        return np_mean(a, axis, FLOAT32, keepdims).to(wanted)
    if axis is None and not keepdims and wanted.is_floating_point and a.numel():
        return torch.mean(a, dtype=wanted)
    axes = axes_of("_npi_mean", a, axis)
    if not axes:
        return a.to(wanted, copy=True)
    if not a.numel():
        return torch.sum(a, axes, keepdims, dtype=wanted)
    if wanted is a.dtype and wanted.is_floating_point:
        return reduced(torch.mean, a, axes, keepdims)
    if wanted.is_floating_point:
        return torch.mean(a, axes, keepdims, dtype=wanted)
    count = math.prod([a.shape[i] for i in axes])
    total = torch.sum(a, axes, keepdims, dtype=wanted if a.dtype is not BOOL else torch.int64)
    return torch.div(total, count, rounding_mode="trunc").to(wanted)


def _with_rule(
    kernel: Callable[..., Tensor], rule: Callable[[Tensor, Tensor], Tensor], a: Tensor, axes: tuple[int, ...],
    keepdims: bool,
) -> Tensor:  # fmt: skip
    shape = _result_shape(a, axes, keepdims)
    if not a.requires_grad:
        return kernel(a, axes, True).reshape(shape)
    out: Tensor = InOut.apply(a, kernel, rule, axes)  # type: ignore[no-untyped-call]
    return out.reshape(shape)


def _product(data: Tensor, axes: Any, keepdim: bool) -> Tensor:
    if not data.numel():  # 1.9.1 answers 0 for a product of nothing
        return data.new_zeros([1 if i in axes else n for i, n in enumerate(data.shape)])
    merged, kept = last_axis(data, axes)
    return torch.prod(merged, -1, dtype=data.dtype).reshape(kept)


@operator("_np_prod", aliases=("_np_product",))
def np_prod(
    a: Tensor,
    axis: tuple[int, ...] | None = None,
    dtype: SumType | None = None,
    keepdims: bool = False,
    initial: float | None = None,
) -> Tensor:
    """Product over axes; the gradient is the product divided by the element, so NaN at a zero.

    Args:
        a: any dtype.
        axis: axes to reduce; None for all.
        dtype: dtype of the products; None keeps that of ``a`` (int64 for bool).
        keepdims: keep the reduced axes with size one.
        initial: not supported, as in MXNet.

    Returns:
        The products; 0 over an axis without elements.

    Raises:
        MXNetError: an axis out of range or named twice, or ``initial``.

    Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_reduce_op_value.cc.
    """
    _no_initial("_np_prod", initial)
    wanted = dtype or (torch.int64 if a.dtype is BOOL else a.dtype)
    if a.is_floating_point() and not wanted.is_floating_point:
        return np_prod(a, axis, None, keepdims).to(wanted)  # multiplied as it is, then cut
    a = a.to(wanted)
    axes = axes_of("_np_prod", a, axis)
    if not axes:
        return a.clone()
    return _with_rule(_product, lambda data, out: out / data, a, axes, keepdims)


def _extreme(
    op: str, kernel: Callable[..., Tensor], a: Tensor, axis: tuple[int, ...] | None, keepdims: bool,
    initial: float | None,
) -> Tensor:  # fmt: skip
    _no_initial(op, initial)
    axes = axes_of(op, a, axis)
    if axes and not a.requires_grad and a.numel():
        return kernel(a, axes, keepdims)
    if not a.requires_grad and axis is None and not keepdims and a.numel():
        return kernel(a)
    if any(not a.shape[i] for i in axes):
        raise op_error(op, "an axis without elements has no extreme", a=a)
    if not axes:
        return a.clone()
    return _with_rule(kernel, lambda data, out: (data == out).to(data.dtype), a, axes, keepdims)


_EXTREME = """The {which} element over axes; every tied element gets the whole gradient.

Args:
    a: any dtype.
    axis: axes to reduce; None for all.
    keepdims: keep the reduced axes with size one.
    initial: not supported, as in MXNet.

Returns:
    The {which} elements, in the dtype of ``a``.

Raises:
    MXNetError: an axis out of range, named twice or without elements, or ``initial``.

Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_reduce_op_value.cc.
"""


def np_max(
    a: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, initial: float | None = None
) -> Tensor:
    return _extreme("_np_max", torch.amax, a, axis, keepdims, initial)


def np_min(
    a: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, initial: float | None = None
) -> Tensor:
    return _extreme("_np_min", torch.amin, a, axis, keepdims, initial)


np_max.__doc__ = _EXTREME.format(which="largest")
np_min.__doc__ = _EXTREME.format(which="smallest")
operator("_np_max", aliases=("_np_amax",), shortcut=_short_extreme(torch.amax))(np_max)
operator("_np_min", aliases=("_np_amin",), shortcut=_short_extreme(torch.amin))(np_min)


@operator("_np_any", aliases=("_np_sometrue",), zero_grad=True)
def np_any(data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
    """Whether any element over axes is not 0.

    Args:
        data: any dtype; NaN is true.
        axis: axes to reduce; None for all.
        keepdims: keep the reduced axes with size one.

    Returns:
        Bool; False over an axis without elements.

    Raises:
        MXNetError: an axis out of range or named twice.

    Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_reduce_op_boolean.cc.
    """
    axes = axes_of("_np_any", data, axis)
    return torch.any(data != 0, axes, keepdims) if axes else data != 0


@operator("_np_all", zero_grad=True)
def np_all(data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
    """Whether all elements over axes are not 0.

    Args:
        data: any dtype; NaN is true.
        axis: axes to reduce; None for all.
        keepdims: keep the reduced axes with size one.

    Returns:
        Bool; True over an axis without elements.

    Raises:
        MXNetError: an axis out of range or named twice.

    Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_reduce_op_boolean.cc.
    """
    axes = axes_of("_np_all", data, axis)
    return torch.all(data != 0, axes, keepdims) if axes else data != 0


def _search(op: str, kernel: Callable[..., Tensor], data: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    if data.dtype is BOOL:
        raise op_error(op, "bool arrays are not supported, cast them first", data=data)
    if axis is None:
        if not data.numel():
            raise op_error(op, "an array without elements has no extreme", data=data)
        found = kernel(data.reshape(-1), 0)
        return found.reshape([1] * data.dim()) if keepdims else found
    places = axes_of(op, data, (axis,))
    if not places:
        return kernel(data.reshape(1), 0)
    if not data.shape[places[0]]:
        raise op_error(op, f"axis {axis} has no elements", data=data)
    return kernel(data, places[0], keepdims)


@operator("_npi_argmax", zero_grad=True, shortcut=_short_place(torch.argmax))
def np_argmax(data: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the largest element along an axis: the first of ties, or the first NaN.

    Args:
        data: any number dtype.
        axis: the axis; None searches the flattened array.
        keepdims: keep the searched axis with size one.

    Returns:
        The positions, int64.

    Raises:
        MXNetError: an axis out of range, nothing to search, bool.

    Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_reduce_op_index.cc.
    """
    return _search("_npi_argmax", torch.argmax, data, axis, keepdims)


@operator("_npi_argmin", zero_grad=True, shortcut=_short_place(torch.argmin))
def np_argmin(data: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the smallest element along an axis: the first of ties, or the first NaN.

    Args:
        data: any number dtype.
        axis: the axis; None searches the flattened array.
        keepdims: keep the searched axis with size one.

    Returns:
        The positions, int64.

    Raises:
        MXNetError: an axis out of range, nothing to search, bool.

    Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_reduce_op_index.cc.
    """
    return _search("_npi_argmin", torch.argmin, data, axis, keepdims)


def _variance(
    op: str, a: Tensor, axis: tuple[int, ...] | None, dtype: torch.dtype | None, ddof: int, keepdims: bool, root: bool
) -> Tensor:
    if a.dtype is BOOL:
        raise op_error(op, "bool arrays are not supported, cast them first", a=a)
    wanted = dtype or a.dtype
    axes = axes_of(op, a, axis)
    x = a.detach()
    inner = torch.float64 if x.dtype is torch.float64 or wanted is torch.float64 else FLOAT32
    whole = not x.is_floating_point()
    x = x.to(inner)
    if axes and whole:  # the mean of integers is cut to their dtype first
        count = math.prod([x.shape[i] for i in axes])
        found = (x - torch.mean(x, axes, True).trunc()).square().sum(axes, keepdims) / (count - ddof)
    elif axes:
        found = torch.var(x, axes, correction=ddof, keepdim=keepdims)
    else:
        found = torch.zeros_like(x) / (1 - ddof) if ddof != 1 else torch.full_like(x, torch.nan)
    return (found.sqrt() if root else found).to(wanted)


_MOMENT = """The {which} over axes. It has no gradient, as in MXNet: a variable that it was computed from gets 0.

Args:
    a: any number dtype.
    axis: axes to reduce; None for all.
    dtype: dtype of the result; None keeps that of ``a`` (integers cut the fraction off).
    ddof: what is subtracted from the count that the sum of squares is divided by.
    keepdims: keep the reduced axes with size one.

Returns:
    The {which}.

Raises:
    MXNetError: bool, an axis out of range or named twice.

Source: MXNet 1.9.1 src/operator/numpy/np_moments_op.cc.
"""


def np_std(
    a: Tensor, axis: tuple[int, ...] | None = None, dtype: MomentType | None = None, ddof: int = 0,
    keepdims: bool = False,
) -> Tensor:  # fmt: skip
    return _variance("_npi_std", a, axis, dtype, ddof, keepdims, True)


def np_var(
    a: Tensor, axis: tuple[int, ...] | None = None, dtype: MomentType | None = None, ddof: int = 0,
    keepdims: bool = False,
) -> Tensor:  # fmt: skip
    return _variance("_npi_var", a, axis, dtype, ddof, keepdims, False)


np_std.__doc__ = _MOMENT.format(which="standard deviation")
np_var.__doc__ = _MOMENT.format(which="variance")
operator("_npi_std", zero_grad=True)(np_std)
operator("_npi_var", zero_grad=True)(np_var)


@operator(
    "_npi_average",
    outputs=2,
    visible=lambda attrs: 2 if attrs["returned"] else 1,
    list_inputs=lambda attrs: ("a", "weights") if attrs["weighted"] else ("a",),
)
def np_average(
    a: Tensor,
    weights: Tensor | None = None,
    axis: tuple[int, ...] | None = None,
    returned: bool = False,
    weighted: bool = True,
) -> tuple[Tensor, Tensor]:
    """Weighted mean over axes.

    Args:
        a: any number dtype.
        weights: of the shape of ``a``, or of the length of the one axis.
        axis: axes to reduce; None for all.
        returned: whether a caller sees the sum of the weights, too.
        weighted: whether there are weights.

    Returns:
        The means, and the sums of the weights in the same shape, both in the dtype of ``a``.

    Raises:
        MXNetError: bool, dtypes that differ, weights that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_reduce_op_value.cc.
    """
    if a.dtype is BOOL:
        raise op_error("_npi_average", "bool arrays are not supported, cast them first", a=a)
    axes = axes_of("_npi_average", a, axis)
    inner = a if a.is_floating_point() else a.to(FLOAT32)
    lone = None
    if weights is None:
        mean = reduced(torch.mean, inner, axes, False) if axes else inner.clone()
        total = mean.new_full((), float(math.prod([a.shape[i] for i in axes])))
    else:
        if weights.dtype is not a.dtype:
            raise op_error("_npi_average", "weights must have the dtype of a", a=a, weights=weights)
        if weights.shape != a.shape:
            if len(axes) != 1 or weights.dim() != 1 or weights.shape[0] != a.shape[axes[0]]:
                raise op_error("_npi_average", f"weights do not fit a along axis={axis}", a=a, weights=weights)
            lone = weights.sum().to(a.dtype)
            weights = weights.reshape([-1 if i == axes[0] else 1 for i in range(a.dim())])
        w = weights.to(inner.dtype).expand(a.shape)
        total = reduced(torch.sum, w, axes, False)
        mean = reduced(torch.sum, inner * w, axes, False) / total
    return mean.to(a.dtype), total.to(a.dtype) if lone is None else lone


@operator(
    "_npi_percentile", zero_grad=True, list_inputs=lambda attrs: ("a", "q") if attrs["q_scalar"] is None else ("a",)
)
def np_percentile(
    a: Tensor,
    q: Tensor | None = None,
    axis: tuple[int, ...] | None = None,
    interpolation: Literal["linear", "lower", "higher", "midpoint", "nearest"] = "linear",
    keepdims: bool = False,
    q_scalar: float | None = None,
) -> Tensor:
    """Percentiles over axes.

    Args:
        a: any number dtype.
        q: percentages in [0, 100], of at most one axis.
        axis: axes to reduce; None for all.
        interpolation: what lies between two elements.
        keepdims: keep the reduced axes with size one.
        q_scalar: a single percentage in place of ``q``.

    Returns:
        The percentiles, with the axis of ``q`` in front; float64 for float64, else float32. No gradient.

    Raises:
        MXNetError: bool, a percentage out of range, an axis out of range.

    Source: MXNet 1.9.1 src/operator/numpy/np_percentile_op.cc.
    """
    if a.dtype is BOOL:
        raise op_error("_npi_percentile", "bool arrays are not supported, cast them first", a=a)
    wanted = torch.float64 if a.dtype is torch.float64 else FLOAT32
    if q_scalar is not None:
        points = torch.tensor(q_scalar, dtype=torch.float64, device=a.device)
    elif q is None:
        raise MXNetError("_npi_percentile: either q or q_scalar must be given")
    else:
        points = q.detach().to(torch.float64)
    if points.dim() > 1:
        raise op_error("_npi_percentile", "q must have at most one axis", q=points)
    if bool(((points < 0) | (points > 100)).any()):
        raise op_error("_npi_percentile", "percentages must be in the range [0, 100]", q=points)
    axes = axes_of("_npi_percentile", a, axis)
    merged = last_axis(a.detach(), axes)[0] if axes else a.detach().unsqueeze(-1)
    ordered = torch.sort(merged, -1).values.to(torch.float64)
    n = ordered.shape[-1]
    scaled = points.reshape(-1) * (n - 1)
    if q is not None and q.dtype is FLOAT32:
        scaled = scaled.to(FLOAT32).to(torch.float64)
    places = (scaled / 100.0).to(FLOAT32).to(torch.float64)  # which elements: MXNet counts in float32
    low, high = places.floor(), places.ceil()
    if interpolation == "lower":
        high = low
    elif interpolation == "higher":
        low = high
    elif interpolation == "nearest":
        low = high = torch.floor(places + 0.5)
    share = 0.5 * (low != high) if interpolation == "midpoint" else places - low
    first, second = ordered[..., low.long()], ordered[..., high.long()]
    found = torch.where(low == high, first, first + (second - first) * share)
    found = found.movedim(-1, 0).reshape(list(points.shape) + _result_shape(a, axes, keepdims))
    return found.to(wanted)


@operator("_np_trace")
def np_trace(data: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Sum along a diagonal.

    Args:
        data: any number dtype, two axes or more.
        offset: the diagonal: 0 the main one, positive above, negative below.
        axis1: first axis of the matrices.
        axis2: second axis of the matrices.

    Returns:
        The sums, in the dtype of ``data``; 0 for a diagonal outside of the matrix.

    Raises:
        MXNetError: bool, fewer than two axes, axes that are the same.

    Source: MXNet 1.9.1 src/operator/numpy/np_trace_op.cc.
    """
    if data.dtype is BOOL:
        raise op_error("_np_trace", "bool arrays are not supported, cast them first", data=data)
    check_two_axes("_np_trace", data, axis1, axis2)
    return torch.diagonal(data, offset, axis1, axis2).sum(-1, dtype=data.dtype)


def check_two_axes(op: str, data: Tensor, axis1: int, axis2: int) -> None:
    """MXNetError unless both are axes of the array, and different ones."""
    ndim = data.dim()
    if ndim < 2:
        raise op_error(op, "data must have at least two axes", data=data)
    for axis in (axis1, axis2):
        if not -ndim <= axis < ndim:
            raise op_error(op, f"axis {axis} is out of range", data=data)
    if axis1 % ndim == axis2 % ndim:
        raise op_error(op, f"axis1={axis1} and axis2={axis2} must be different axes", data=data)
