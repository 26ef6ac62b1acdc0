"""Layer and group normalization whose gradients of scale and shift are summed with care.

torch's own kernels add the rows one to the next, so that with thousands of rows rounding is a hundred times what it is
in MXNet. Sums of blocks of rows, added up in float64, come out right. Data whose mean is far from zero, measured in
deviations, loses digits in float32 whatever the order: MXNet's kernels lose fewer, and float64 none.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

#: up to this many rows torch's sums are as good
_FEW = 64
#: rows of at most so many entries cost more than their entries, and float64 no more than float32; rows of more than so
#: many are for torch's kernel, in blocks
_NARROW, _WIDE = 16, 64
#: below so many entries float64 costs calls only
_LARGE = 1 << 12
_ENTRIES_AT_ONCE = 1 << 18
#: from so many entries on torch's kernel is the faster one again, for blocks of rows
_MANY = 1 << 18
_MOST_BLOCKS = 64
#: a mean of more deviations than this costs digits
_FAR = 6.0

_layer_backward = torch.ops.aten.native_layer_norm_backward
_group_backward = torch.ops.aten.native_group_norm_backward


def _needs_care(rows: int, scale: Tensor, shift: Tensor) -> bool:
    return rows > _FEW and (scale.requires_grad or shift.requires_grad) and torch.is_grad_enabled()


def _weighted_rows(x: Tensor, grad: Tensor, inverse: Tensor, mean: Tensor) -> Tensor:
    """The sum over rows of ``grad`` times the normalized ``x``, a part of the rows at a time."""
    rows = max(1, _ENTRIES_AT_ONCE // max(1, x.shape[1]))
    sums = []
    for i in range(0, x.shape[0], rows):
        centred = x[i : i + rows] - mean[i : i + rows]
        sums.append(centred.mul_(inverse[i : i + rows]).mul_(grad[i : i + rows]).sum(0))
    return sums[0] if len(sums) == 1 else torch.stack(sums).sum(0)


def _in_blocks(
    grad: Tensor, x: Tensor, mean: Tensor, inverse: Tensor, gamma: Tensor, beta: Tensor
) -> tuple[Tensor, Tensor]:
    """Gradients of scale and shift by torch's kernel, for blocks of rows."""
    rows, count = x.shape
    # the error of a block grows with the root of its rows, and that of all with the root of a block's share of them
    size = -(-rows // min(max(3, math.isqrt(rows) // 4), _MOST_BLOCKS))
    found: list[Tensor] = []
    for part in zip(*(torch.split(t, size) for t in (grad, x, mean, inverse)), strict=True):
        g, entries, m, i = part
        found += _layer_backward(g, entries, (count,), m, i, gamma, beta, [False, True, True])[1:]
    of_gamma, of_beta = torch.stack(found).view(-1, 2, count).sum(0).unbind()
    return of_gamma, of_beta


class _LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
        out, mean, inverse = torch.native_layer_norm(x, gamma.shape, gamma, beta, eps)
        ctx.save_for_backward(x, gamma, beta, mean, inverse)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        x, gamma, beta, mean, inverse = ctx.saved_tensors
        grad = grads[0].contiguous()
        shape = gamma.shape
        needs_x, needs_gamma, needs_beta, _ = ctx.needs_input_grad
        if torch.is_grad_enabled():  # to be differentiated again, which torch's operator knows how to
            wanted = [needs_x, needs_gamma, needs_beta]
            return *_layer_backward(grad, x, shape, mean, inverse, gamma, beta, wanted), None
        of_x = of_gamma = of_beta = None
        if needs_x:
            of_x = _layer_backward(grad, x, shape, mean, inverse, gamma, beta, [True, False, False])[0]
        count = shape[0]
        if x.dim() != 2:
            grad, x = grad.view(-1, count), x.reshape(-1, count)
            mean, inverse = mean.view(-1, 1), inverse.view(-1, 1)
        if count > _WIDE and x.numel() >= _MANY:
            return of_x, *_in_blocks(grad, x, mean, inverse, gamma, beta), None
        if needs_gamma:
            of_gamma = _weighted_rows(x, grad, inverse, mean)
        if needs_beta:
            of_beta = grad.sum(0)
        return of_x, of_gamma, of_beta, None


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """Normalize along the last axis."""
    count = gamma.shape[0]
    if count <= _NARROW and x.is_cpu and x.dtype is torch.float32 and x.numel() >= _LARGE:
        return layer_norm_across(x, gamma, beta, eps)
    if count and x.dtype is torch.float32 and _needs_care(x.numel() // count, gamma, beta):
        result: Tensor = _LayerNorm.apply(x, gamma, beta, eps)  # type: ignore[no-untyped-call]
        return result
    return F.layer_norm(x, (count,), gamma, beta, eps)


def layer_norm_across(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """Normalize along the last axis, in float64 on the way: as exactly as MXNet does along any axis but the last."""
    if x.dtype is not torch.float32 or not x.is_cpu:
        return layer_norm(x, gamma, beta, eps)
    return F.layer_norm(x.double(), gamma.shape, gamma.double(), beta.double(), eps).to(torch.float32)


def _group_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Result, scale by channel, mean and inverse deviation; the last three in float64 where that is needed."""
    batch, channels = x.shape[:2]
    groups, rest = gamma.shape[0], x[0, 0].numel()
    scale, shift = (t.repeat_interleave(channels // groups) for t in (gamma, beta))
    out, mean, inverse = torch.native_group_norm(x, scale, shift, batch, channels, rest, groups, eps)
    if (mean.abs() * inverse).max().item() > _FAR:
        scale = scale.double()
        out, mean, inverse = torch.native_group_norm(
            x.double(), scale, shift.double(), batch, channels, rest, groups, eps
        )
        out = out.to(torch.float32)
    return out, scale, mean, inverse


class _GroupNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
        out, *rest = _group_forward(x, gamma, beta, eps)
        ctx.save_for_backward(x, gamma, beta, *rest)
        ctx.eps = eps
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        x, gamma, beta, scale, mean, inverse = ctx.saved_tensors
        batch, groups = mean.shape
        channels = x.shape[1]
        dtype = mean.dtype
        if torch.is_grad_enabled():  # to be differentiated again, which torch's operator knows how to
            scale, shift = (t.to(dtype).repeat_interleave(channels // groups) for t in (gamma, beta))
            out = torch.group_norm(x.to(dtype), groups, scale, shift, ctx.eps).to(x.dtype)
            return *torch.autograd.grad(out, (x, gamma, beta), grads[0], create_graph=True, allow_unused=True), None
        grad, data = grads[0].contiguous().to(dtype), x.to(dtype)
        of_x = of_gamma = of_beta = None
        if ctx.needs_input_grad[0]:
            shape = batch, channels, x[0, 0].numel(), groups
            of_x = _group_backward(grad, data, mean, inverse, scale, *shape, [True, False, False])[0].to(x.dtype)
        by_group = grad.view(batch, groups, -1)
        if ctx.needs_input_grad[1]:
            normal = data.view(by_group.shape) - mean.view(batch, groups, 1)
            normal.sub_(normal.mean(2, True))  # what the rounding of the mean left
            products = normal.mul_(by_group).sum(2).mul_(inverse)
            of_gamma = products.sum(0, dtype=torch.float64).to(x.dtype)
        if ctx.needs_input_grad[2]:
            of_beta = by_group.sum(2).sum(0, dtype=torch.float64).to(x.dtype)
        return of_x, of_gamma, of_beta, None


def group_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor | None:
    """Normalize groups of channels; None where torch's own kernel is to do it."""
    if x.dtype is not torch.float32 or not x.is_cpu or not x.numel() or torch.compiler.is_compiling():
        return None
    if torch.is_grad_enabled() and (x.requires_grad or gamma.requires_grad or beta.requires_grad):
        result: Tensor = _GroupNorm.apply(x.contiguous(), gamma, beta, eps)  # type: ignore[no-untyped-call]
        return result
    return _group_forward(x.contiguous(), gamma, beta, eps)[0]
