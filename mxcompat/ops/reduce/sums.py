"""Sums, means and products over axes, and moments."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ._axes import count_along, last_axis, reduce_with, short_way, with_rule
from ._runs import reduced


def _sum(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
    if data.is_floating_point():
        return reduced(torch.sum, data, dim, keepdim)
    if data.dtype is torch.bool:
        return torch.any(data, dim, keepdim)
    return torch.sum(data, dim, keepdim, dtype=data.dtype)


def _wrapped(count: int, dtype: torch.dtype) -> int:
    info = torch.iinfo(dtype)
    return (count - info.min) % (info.max - info.min + 1) + info.min


def _mean(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
    if data.is_floating_point():
        if count_along(data, dim) == 1:  # what a loss does at its end: nothing to add up, a copy is all
            return data.clone() if keepdim else data.squeeze(dim).clone()
        return reduced(torch.mean, data, dim, keepdim)
    total = _sum(data, dim, keepdim)
    if data.dtype is torch.bool:
        return total
    return torch.div(total, _wrapped(count_along(data, dim), data.dtype), rounding_mode="trunc")


def _nansum(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
    return (
        reduced(torch.nansum, data, dim, keepdim, torch.sum) if data.is_floating_point() else _sum(data, dim, keepdim)
    )


def _plain_prod(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
    if data.dtype is torch.bool:
        return torch.all(data, dim, keepdim)
    if isinstance(dim, int):
        return torch.prod(data, dim, keepdim, dtype=data.dtype)
    merged, kept = last_axis(data, dim)
    result = torch.prod(merged, -1, dtype=data.dtype)
    return result.reshape(kept) if keepdim else result


def _plain_nanprod(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
    if data.is_floating_point():
        data = torch.where(torch.isnan(data), 1, data)
    return _plain_prod(data, dim, keepdim)


_prod = with_rule(_plain_prod, lambda data, out: out / data)
_nanprod = with_rule(_plain_nanprod, lambda data, out: torch.where(torch.isnan(data), 0, out / data))


@operator("sum", aliases=("sum_axis", "_sparse_sum"), shortcut=short_way("sum", torch.sum, _sum))
def sum(data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, exclude: bool = False) -> Tensor:
    """Sum over axes.

    Args:
        data: any dtype; of bool it is the logical or.
        axis: axes to reduce, negative ones count from the end; None or ``()`` for all.
        keepdims: keep the reduced axes with size one.
        exclude: reduce the axes that ``axis`` does not name.

    Returns:
        The sums, in the dtype of ``data`` (integers wrap around); shape ``(1,)`` when nothing is left.

    Raises:
        MXNetError: an axis out of range or named twice.

    Differences: float16 is added up in float32 and rounded once, so partial sums do not overflow.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_sum_value.cc.
    """
    if axis is None and not keepdims and data.is_floating_point():
        ndim = data.dim()
        if ndim == 1:
            return torch.sum(data, 0, True)
        if ndim:
            return torch.sum(data).unsqueeze_(0)
    return reduce_with("sum", _sum, data, axis, keepdims, exclude)


@operator("mean", aliases=("_sparse_mean",), shortcut=short_way("mean", torch.mean, _mean))
def mean(data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, exclude: bool = False) -> Tensor:
    """Mean over axes.

    Args:
        data: any dtype.
        axis: axes to reduce, negative ones count from the end; None or ``()`` for all.
        keepdims: keep the reduced axes with size one.
        exclude: reduce the axes that ``axis`` does not name.

    Returns:
        The means, in the dtype of ``data``: of integers the wrapped sum divided by the count, cut towards zero.

    Raises:
        MXNetError: an axis out of range or named twice; a count that is zero in the dtype (256 elements of int8).

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_sum_value.cc.
    """
    if axis is None and not keepdims and data.is_floating_point():
        ndim = data.dim()
        if ndim == 1:
            return torch.mean(data, 0, True)
        if ndim:
            return torch.mean(data).unsqueeze_(0)
    return reduce_with("mean", _mean, data, axis, keepdims, exclude)


@operator("nansum")
def nansum(data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, exclude: bool = False) -> Tensor:
    """Sum over axes with NaN taken as zero; the gradient there is zero.

    Args:
        data: any dtype.
        axis: axes to reduce, negative ones count from the end; None or ``()`` for all.
        keepdims: keep the reduced axes with size one.
        exclude: reduce the axes that ``axis`` does not name.

    Returns:
        The sums, in the dtype of ``data``.

    Raises:
        MXNetError: an axis out of range or named twice.

    Differences: infinities add up as in `sum`; MXNet gives NaN where anything follows an infinity.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_sum_value.cc.
    """
    return reduce_with("nansum", _nansum, data, axis, keepdims, exclude)


@operator("prod")
def prod(data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, exclude: bool = False) -> Tensor:
    """Product over axes; the gradient is the product divided by the element, so NaN at a zero.

    Args:
        data: any dtype; of bool it is the logical and.
        axis: axes to reduce, negative ones count from the end; None or ``()`` for all.
        keepdims: keep the reduced axes with size one.
        exclude: reduce the axes that ``axis`` does not name.

    Returns:
        The products, in the dtype of ``data`` (integers wrap around).

    Raises:
        MXNetError: an axis out of range or named twice.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_prod_value.cc.
    """
    return reduce_with("prod", _prod, data, axis, keepdims, exclude)


@operator("nanprod")
def nanprod(data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, exclude: bool = False) -> Tensor:
    """Product over axes with NaN taken as one; the gradient there is zero.

    Args:
        data: any dtype.
        axis: axes to reduce, negative ones count from the end; None or ``()`` for all.
        keepdims: keep the reduced axes with size one.
        exclude: reduce the axes that ``axis`` does not name.

    Returns:
        The products, in the dtype of ``data``.

    Raises:
        MXNetError: an axis out of range or named twice.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_prod_value.cc.
    """
    return reduce_with("nanprod", _nanprod, data, axis, keepdims, exclude)


@operator("moments", outputs=2)
def moments(data: Tensor, axes: tuple[int, ...] | None = None, keepdims: bool = False) -> tuple[Tensor, Tensor]:
    """Mean and variance (divided by the count) over axes.

    Args:
        data: any number dtype.
        axes: axes to reduce, at least one.
        keepdims: keep the reduced axes with size one.

    Returns:
        Mean and variance, in the dtype of ``data``.

    Raises:
        MXNetError: no axes, an axis out of range or named twice.

    Source: MXNet 1.9.1 src/operator/nn/moments.cc.
    """
    if not axes:
        raise op_error("moments", "axes must name at least one axis (name all of them for global moments)", data=data)
    kept = reduce_with("moments", _mean, data, axes, True)
    centred = data - kept
    variance = reduce_with("moments", _mean, centred * centred, axes, keepdims)
    return kept.reshape(variance.shape), variance


def _square_sum_kernel(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
    return _sum(data * data, dim, keepdim)


@operator("_square_sum")
def _square_sum(
    data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, exclude: bool = False
) -> Tensor:
    """Sum of squares over axes.

    Args:
        data: any number dtype.
        axis: axes to reduce, negative ones count from the end; None or ``()`` for all.
        keepdims: keep the reduced axes with size one.
        exclude: reduce the axes that ``axis`` does not name.

    Returns:
        The sums of squares, in the dtype of ``data``.

    Raises:
        MXNetError: an axis out of range or named twice; of a row_sparse array any but one of the axes 0 and 1.

    Differences: works on dense arrays, too; MXNet has it for row_sparse matrices only.

    Source: MXNet 1.9.1 src/operator/tensor/square_sum.cc.
    """
    return reduce_with("_square_sum", _square_sum_kernel, data, axis, keepdims, exclude)
