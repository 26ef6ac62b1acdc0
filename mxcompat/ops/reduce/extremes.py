"""Largest and smallest elements, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ..._core.state import THREAD
from ...registry import operator
from ...registry.operator import op_error
from ._axes import reduce_with, short_way, with_rule


def _is_extreme(data: Tensor, out: Tensor) -> Tensor:
    return (data == out).to(data.dtype)


def _of_some(kernel: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """``kernel`` for arrays with elements; the others are for the long way to refuse."""

    def run(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
        if not data.numel():
            raise ValueError("no elements")
        return kernel(data, dim, keepdim)

    return run


_max = with_rule(torch.amax, _is_extreme)
_min = with_rule(torch.amin, _is_extreme)


def _refuse_empty(op: str, data: Tensor) -> None:
    if data.numel() == 0:
        raise op_error(op, "data must have at least one element", data=data)


@operator("max", aliases=("max_axis",), shortcut=short_way("max", _of_some(torch.amax), _of_some(torch.amax)))
def max(data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, exclude: bool = False) -> Tensor:
    """Largest element over axes; every tied element gets the whole gradient.

    Args:
        data: any dtype, at least one element. NaN wins (and passes no gradient).
        axis: axes to reduce, negative ones count from the end; None or ``()`` for all.
        keepdims: keep the reduced axes with size one.
        exclude: reduce the axes that ``axis`` does not name.

    Returns:
        The maxima, in the dtype of ``data``; shape ``(1,)`` when nothing is left.

    Raises:
        MXNetError: no elements, an axis out of range or named twice.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_minmax_value.cc.
    """
    if axis is None and not keepdims and data.dim() == 1 and not data.requires_grad:
        return torch.amax(data, 0, True)
    _refuse_empty("max", data)
    return reduce_with("max", _max, data, axis, keepdims, exclude)


@operator("min", aliases=("min_axis",), shortcut=short_way("min", _of_some(torch.amin), _of_some(torch.amin)))
def min(data: Tensor, axis: tuple[int, ...] | None = None, keepdims: bool = False, exclude: bool = False) -> Tensor:
    """Smallest element over axes; every tied element gets the whole gradient.

    Args:
        data: any dtype, at least one element. NaN wins (and passes no gradient).
        axis: axes to reduce, negative ones count from the end; None or ``()`` for all.
        keepdims: keep the reduced axes with size one.
        exclude: reduce the axes that ``axis`` does not name.

    Returns:
        The minima, in the dtype of ``data``; shape ``(1,)`` when nothing is left.

    Raises:
        MXNetError: no elements, an axis out of range or named twice.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_minmax_value.cc.
    """
    if axis is None and not keepdims and data.dim() == 1 and not data.requires_grad:
        return torch.amin(data, 0, True)
    _refuse_empty("min", data)
    return reduce_with("min", _min, data, axis, keepdims, exclude)


def _short_search(kernel: Callable[..., Tensor]) -> Callable[..., Any]:
    def shortcut(ndim: int, axis: int | None, keepdims: bool) -> Callable[[Tensor], Tensor] | None:
        if axis is None or ndim < 2 or not -ndim <= axis < ndim:
            return None
        return lambda data: kernel(data, axis, keepdims).to(torch.float32)

    return shortcut


def _search(op: str, kernel: Callable[..., Tensor], data: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    ndim = data.dim()
    if data.dtype is torch.bool:
        raise op_error(op, "data must be numbers", data=data)
    if ndim == 0 and not THREAD.np_shape:
        raise op_error(op, "data has shape (), which means an unknown shape unless np_shape is set", data=data)
    if axis is not None and not -ndim <= axis < ndim and ndim:
        raise op_error(op, f"axis={axis} is out of range", data=data)
    if axis is None or ndim <= 1:
        _refuse_empty(op, data)
        found = kernel(data.reshape(-1), 0, True).to(data.dtype)
        return found.reshape([1] * ndim) if keepdims else found
    if data.shape[axis] == 0:
        raise op_error(op, f"axis {axis} has no elements", data=data)
    return kernel(data, axis, keepdims).to(data.dtype)


@operator("argmax", zero_grad=True, shortcut=_short_search(torch.argmax))
def argmax(data: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the largest element along an axis: the first of ties, or the first NaN.

    Args:
        data: any number dtype.
        axis: the axis, counted from the end if negative; None searches the flattened array.
        keepdims: keep the searched axis with size one (every axis if ``axis`` is None).

    Returns:
        Positions in the dtype of ``data`` (which rounds or wraps large ones); shape ``(1,)`` for one axis or None.

    Raises:
        MXNetError: an axis out of range, nothing to search, bool.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_op_index.cc.
    """
    if axis is None and not keepdims and data.is_floating_point() and data.dim() == 1:
        return torch.argmax(data, 0, True).to(data.dtype)
    return _search("argmax", torch.argmax, data, axis, keepdims)


@operator("argmin", zero_grad=True, shortcut=_short_search(torch.argmin))
def argmin(data: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the smallest element along an axis: the first of ties, or the first NaN.

    Args:
        data: any number dtype.
        axis: the axis, counted from the end if negative; None searches the flattened array.
        keepdims: keep the searched axis with size one (every axis if ``axis`` is None).

    Returns:
        Positions in the dtype of ``data`` (which rounds or wraps large ones); shape ``(1,)`` for one axis or None.

    Raises:
        MXNetError: an axis out of range, nothing to search, bool.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_op_index.cc.
    """
    if axis is None and not keepdims and data.is_floating_point() and data.dim() == 1:
        return torch.argmin(data, 0, True).to(data.dtype)
    return _search("argmin", torch.argmin, data, axis, keepdims)


@operator("argmax_channel", differentiable=False)
def argmax_channel(data: Tensor) -> Tensor:
    """Position of the largest element along axis 1. Not differentiable.

    Args:
        data: any number dtype, two axes or more.

    Returns:
        Positions in the dtype of ``data``, without axis 1.

    Raises:
        MXNetError: fewer than two axes, bool.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_op_index.cc.
    """
    if data.dim() < 2:
        raise op_error("argmax_channel", "data must have two axes or more", data=data)
    return _search("argmax_channel", torch.argmax, data, 1, False)
