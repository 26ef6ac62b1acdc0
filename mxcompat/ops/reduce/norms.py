"""Vector norms over axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ._axes import reduce_with, short_way, with_rule
from ._runs import LARGE, reduced

_INF = float("inf")

#: smallest and largest divisor that neither zeros nor infinities turn into NaN
_BOUNDS = {t: (torch.finfo(t).tiny, torch.finfo(t).max) for t in (torch.float32, torch.float64)}

_vector_norm: Callable[..., Tensor] = torch.linalg.vector_norm


def _plain_one(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
    if data.dtype is torch.bool:
        return torch.any(data, dim, keepdim)
    return (
        reduced(torch.sum, torch.abs(data), dim, keepdim)
        if data.is_floating_point()
        else torch.sum(torch.abs(data), dim, keepdim, dtype=data.dtype)
    )


def _trailing(ndim: int, dim: int | tuple[int, ...]) -> bool:
    """Whether ``dim``, ascending, are the last axes."""
    return dim == ndim - 1 if isinstance(dim, int) else dim == tuple(range(ndim - len(dim), ndim))


def _plain_two(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
    dtype = data.dtype
    if dtype in _BOUNDS:  # MXNet sums (x / peak)**2: no overflow, and rounding that shows in the last printed digit
        low, high = _BOUNDS[dtype]
        large = data.numel() >= LARGE  # torch takes a norm number by number, but where the last axes go
        peak = (data.abs().amax(dim, True) if large else _vector_norm(data, _INF, dim, True)).clamp_(low, high)
        parts = torch.div(data, peak)
        if large and not _trailing(data.dim(), dim):
            root = reduced(torch.sum, parts.mul_(parts), dim, True).sqrt_().mul_(peak)
        else:
            root = _vector_norm(parts, 2, dim, True).mul_(peak)
        return root if keepdim else root.squeeze_(dim)
    if data.is_floating_point():
        return _vector_norm(data, 2, dim, keepdim)
    if dtype is torch.bool:
        return torch.any(data, dim, keepdim)
    return _vector_norm(data.double(), 2, dim, keepdim).to(torch.int64).to(dtype)


_one = with_rule(_plain_one, lambda data, out: torch.sign(data))
_two = with_rule(_plain_two, torch.div)


def _short_norm(
    ndim: int, ord: int, axis: tuple[int, ...] | None, out_dtype: torch.dtype | None, keepdims: bool
) -> Callable[[Tensor], Tensor] | None:
    if out_dtype is not None or ord not in (1, 2):
        return None
    way: Callable[[Tensor], Tensor] | None = (_short_two if ord == 2 else _short_one)(ndim, axis, keepdims)
    return way


_short_one, _short_two = (short_way("norm", kernel, kernel) for kernel in (_plain_one, _plain_two))


@operator("norm", aliases=("_sparse_norm",), shortcut=_short_norm)
def norm(
    data: Tensor,
    ord: int = 2,
    axis: tuple[int, ...] | None = None,
    out_dtype: Annotated[torch.dtype, "float16", "float32", "float64", "int32", "int64", "int8"] | None = None,
    keepdims: bool = False,
) -> Tensor:
    """Sum of magnitudes (``ord=1``) or root of the sum of squares (``ord=2``) over axes.

    Args:
        data: any dtype.
        ord: 1 or 2.
        axis: axes to reduce, also more than two; None or ``()`` for all.
        out_dtype: dtype of the result; None keeps that of ``data``.
        keepdims: keep the reduced axes with size one.

    Returns:
        The norms; shape ``(1,)`` when nothing is left. The gradient of ``ord=2`` is ``data / norm``: NaN at zero.

    Raises:
        MXNetError: another ``ord``, an axis out of range or named twice.

    Differences: ``out_dtype`` other than that of ``data`` works, MXNet refuses it on CPU; of integers it is the true
    root, cut towards zero, where MXNet divides integers on the way; several infinities give infinity, not NaN.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_norm_value.cc.
    """
    if ord == 2:
        if axis is None and data.dim() == 1 and out_dtype is None and not data.requires_grad:
            return _plain_two(data, 0, True)
        kernel = _two
    elif ord == 1:
        kernel = _one
    else:
        raise op_error("norm", f"ord must be 1 or 2, not {ord}", data=data)
    result = reduce_with("norm", kernel, data, axis, keepdims)
    return result if out_dtype is None else result.to(out_dtype)
