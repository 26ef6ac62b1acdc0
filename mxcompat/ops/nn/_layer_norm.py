"""Layer and group normalization whose gradients of scale and shift are summed with care.

torch's own kernels add the rows one to the next, so that with thousands of rows rounding is a hundred times what it is
in MXNet. Sums along an axis are made in a tree and come out right.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

#: up to this many rows torch's sums are as good
_FEW = 64
_ENTRIES_AT_ONCE = 1 << 18

_layer_backward = torch.ops.aten.native_layer_norm_backward
_group_backward = torch.ops.aten.native_group_norm_backward


def _needs_care(rows: int, scale: Tensor, shift: Tensor) -> bool:
    return rows > _FEW and (scale.requires_grad or shift.requires_grad) and torch.is_grad_enabled()


def _weighted_rows(x: Tensor, mean: Tensor, inverse: Tensor, grad: Tensor) -> Tensor:
    """The sum over rows of ``grad`` times the normalized ``x``, a part of the rows at a time."""
    rows = max(1, _ENTRIES_AT_ONCE // max(1, x.shape[1]))
    sums = [
        (x[i : i + rows] - mean[i : i + rows]).mul_(inverse[i : i + rows]).mul_(grad[i : i + rows]).sum(0)
        for i in range(0, x.shape[0], rows)
    ]
    return sums[0] if len(sums) == 1 else torch.stack(sums).sum(0)


class _LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> tuple[Tensor, Tensor, Tensor]:
        out, mean, inverse = torch.native_layer_norm(x, gamma.shape, gamma, beta, eps)
        ctx.save_for_backward(x, gamma, beta, mean, inverse)
        ctx.mark_non_differentiable(mean, inverse)
        return out, mean, inverse

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        x, gamma, beta, mean, inverse = ctx.saved_tensors
        grad = grads[0].contiguous()
        wanted = list(ctx.needs_input_grad[:3])
        if torch.is_grad_enabled():  # to be differentiated again, which torch's operator knows how to
            return *_layer_backward(grad, x, gamma.shape, mean, inverse, gamma, beta, wanted), None
        of_x = of_gamma = of_beta = None
        if wanted[0]:
            of_x = _layer_backward(grad, x, gamma.shape, mean, inverse, gamma, beta, [True, False, False])[0]
        count = gamma.shape[0]
        rows = grad.reshape(-1, count)
        if wanted[1]:
            of_gamma = _weighted_rows(x.reshape(-1, count), mean.view(-1, 1), inverse.view(-1, 1), rows)
        if wanted[2]:
            of_beta = rows.sum(0)
        return of_x, of_gamma, of_beta, None


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """Normalize along the last axis."""
    count = gamma.shape[0]
    if count and x.dtype is torch.float32 and _needs_care(x.numel() // count, gamma, beta):
        result: Tensor = _LayerNorm.apply(x, gamma, beta, eps)[0]  # type: ignore[no-untyped-call]
        return result
    return F.layer_norm(x, (count,), gamma, beta, eps)


class _GroupNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
        batch, channels = x.shape[:2]
        groups = gamma.shape[0]
        scale, shift = (t.repeat_interleave(channels // groups) for t in (gamma, beta))
        rest = x[0, 0].numel()
        out, mean, inverse = torch.native_group_norm(x, scale, shift, batch, channels, rest, groups, eps)
        ctx.save_for_backward(x, gamma, beta, scale, mean, inverse)
        ctx.eps = eps
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        x, gamma, beta, scale, mean, inverse = ctx.saved_tensors
        batch, groups = mean.shape
        channels = x.shape[1]
        if torch.is_grad_enabled():  # to be differentiated again, which torch's operator knows how to
            scale, shift = (t.repeat_interleave(channels // groups) for t in (gamma, beta))
            out = torch.group_norm(x, groups, scale, shift, ctx.eps)
            return *torch.autograd.grad(out, (x, gamma, beta), grads[0], create_graph=True, allow_unused=True), None
        grad = grads[0].contiguous()
        rest = x[0, 0].numel()
        of_x = of_gamma = of_beta = None
        if ctx.needs_input_grad[0]:
            only = [True, False, False]
            of_x = _group_backward(grad, x, mean, inverse, scale, batch, channels, rest, groups, only)[0]
        shape = (batch, groups, -1)
        by_group = grad.view(shape)
        if ctx.needs_input_grad[1]:
            normal = (x.view(shape) - mean.view(batch, groups, 1)).mul_(inverse.view(batch, groups, 1))
            of_gamma = normal.mul_(by_group).sum(2).sum(0)
        if ctx.needs_input_grad[2]:
            of_beta = by_group.sum(2).sum(0)
        return of_x, of_gamma, of_beta, None


def group_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor | None:
    """Normalize groups of channels; None where torch's own kernel is the better one."""
    if x.dtype is not torch.float32 or not x.numel() or not _needs_care(x.shape[0], gamma, beta):
        return None
    result: Tensor = _GroupNorm.apply(x.contiguous(), gamma, beta, eps)  # type: ignore[no-untyped-call]
    return result
