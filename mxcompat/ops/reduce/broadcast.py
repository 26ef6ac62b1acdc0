"""Stretching axes of size one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ._runs import stretched


def _short_to(ndim: int, shape: tuple[int, ...]) -> Callable[[Tensor], Tensor] | None:
    if len(shape) != ndim or not shape or min(shape) < 0:
        return None
    target = tuple([n or -1 for n in shape])
    return lambda data: data.expand(target).clone(memory_format=torch.contiguous_format)


@operator("broadcast_to", view=True, shortcut=_short_to)
def broadcast_to(data: Tensor, shape: tuple[int, ...] = ()) -> Tensor:
    """Stretch the axes of size one to ``shape``.

    Args:
        data: any dtype.
        shape: as many entries as ``data`` has axes; 0 keeps an axis.

    Returns:
        The array of that shape, in the dtype of ``data``.

    Raises:
        MXNetError: another number of axes, or an axis that is neither one nor the wanted size.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_op_value.cc.
    """
    own = data.shape
    if len(shape) != len(own):
        raise op_error("broadcast_to", f"shape={shape} must have as many entries as data has axes", data=data)
    target = [n or m for n, m in zip(shape, own, strict=True)]
    for wanted, have in zip(target, own, strict=True):
        if wanted != have and (have != 1 or wanted < 0):
            raise op_error("broadcast_to", f"data cannot be stretched to shape={shape}", data=data)
    return stretched(data, target)


@operator("broadcast_axis", aliases=("broadcast_axes",), view=True)
def broadcast_axis(data: Tensor, axis: tuple[int, ...] = (), size: tuple[int, ...] = ()) -> Tensor:
    """Stretch the named axes, which have size one, to the given sizes.

    Args:
        data: any dtype.
        axis: the axes, not negative.
        size: one size per axis.

    Returns:
        The stretched array, in the dtype of ``data``.

    Raises:
        MXNetError: different numbers of axes and sizes, an axis out of range or not of size one.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_op_value.cc.
    """
    if len(axis) != len(size):
        raise op_error("broadcast_axis", f"axis={axis} and size={size} must have one length", data=data)
    target = list(data.shape)
    for a, n in zip(axis, size, strict=True):
        if not 0 <= a < len(target):
            raise op_error("broadcast_axis", f"axis={a} is out of range", data=data)
        if target[a] != 1:
            raise op_error("broadcast_axis", f"axis {a} must have size one to be stretched", data=data)
        if n < 0:
            raise op_error("broadcast_axis", f"size={n} is negative", data=data)
        target[a] = n
    return stretched(data, target)


class _Beside(torch.autograd.Function):
    """Its first input; the second one takes part in the graph with a gradient of zero."""

    @staticmethod
    def forward(ctx: Any, result: Tensor, other: Tensor) -> Tensor:
        return result.view_as(result)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return grads[0], None


def _beside(result: Tensor, other: Tensor) -> Tensor:
    if not other.requires_grad or not result.is_floating_point():
        return result
    joined: Tensor = _Beside.apply(result, other)  # type: ignore[no-untyped-call]
    return joined


@operator("broadcast_like", view=True)
def broadcast_like(
    lhs: Tensor, rhs: Tensor, lhs_axes: tuple[int, ...] | None = None, rhs_axes: tuple[int, ...] | None = None
) -> Tensor:
    """Stretch axes of size one of ``lhs`` to the sizes in ``rhs``.

    Args:
        lhs: any dtype.
        rhs: only its shape counts; its gradient is zero.
        lhs_axes: axes of ``lhs`` to stretch, each of size one. Without it, or without ``rhs_axes``, every axis.
        rhs_axes: the axes of ``rhs`` that give the sizes.

    Returns:
        The stretched ``lhs``, in its dtype.

    Raises:
        MXNetError: numbers of axes that differ, axes out of range, sizes that cannot be stretched.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_op_value.cc.
    """
    if lhs_axes is None or rhs_axes is None:
        fits = len(lhs.shape) == len(rhs.shape) and all(m in (1, n) for m, n in zip(lhs.shape, rhs.shape, strict=True))
        if not fits:
            raise op_error("broadcast_like", "lhs cannot be stretched to the shape of rhs", lhs=lhs, rhs=rhs)
        return _beside(stretched(lhs, rhs.shape), rhs)
    if len(lhs_axes) != len(rhs_axes) or not lhs_axes:
        raise op_error("broadcast_like", "lhs_axes and rhs_axes must name one or more pairs of axes", lhs=lhs, rhs=rhs)
    target = list(lhs.shape)
    for a, b in zip(lhs_axes, rhs_axes, strict=True):
        if not -lhs.dim() <= a < lhs.dim():
            raise op_error("broadcast_like", f"lhs_axes={lhs_axes} is out of range", lhs=lhs, rhs=rhs)
        if not -rhs.dim() <= b < rhs.dim():
            raise op_error("broadcast_like", f"rhs_axes={rhs_axes} is out of range", lhs=lhs, rhs=rhs)
        if lhs.shape[a] != 1:
            raise op_error("broadcast_like", f"axis {a} of lhs must have size one", lhs=lhs, rhs=rhs)
        target[a] = rhs.shape[b]
    return _beside(stretched(lhs, target), rhs)
