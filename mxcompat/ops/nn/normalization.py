"""Normalization of single examples: by layer, group, instance, length, or neighbouring channels."""

from __future__ import annotations

from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._check import floating, has_shape, single
from ._layer_norm import group_norm as group_norm_of
from ._layer_norm import layer_norm as layer_norm_of
from ._layer_norm import layer_norm_across


def _visible(attrs: dict[str, Any]) -> int:
    return 3 if attrs["output_mean_var"] else 1


@operator("LayerNorm", aliases=("_npx_layer_norm",), outputs=_visible, same_dtype=True)
def layer_norm(
    data: Tensor,
    gamma: Tensor,
    beta: Tensor,
    axis: int = -1,
    eps: float = 1e-5,
    output_mean_var: bool = False,
) -> Tensor | tuple[Tensor, Tensor, Tensor]:
    """Normalize along one axis to mean 0 and variance 1, then scale and shift.

    Args:
        data: floating.
        gamma: scale, one entry per place on the axis.
        beta: shift, one entry per place on the axis.
        axis: the axis, negative from the back.
        eps: added to the variance.
        output_mean_var: return mean and standard deviation too, with the axis kept; they pass no gradient on.

    Returns:
        The shape and dtype of ``data``; with ``output_mean_var`` three arrays.

    Raises:
        MXNetError: an axis out of range, gamma or beta of another length, different or integer dtypes.

    Source: MXNet 1.9.1 src/operator/nn/layer_norm.cc.
    """
    floating("LayerNorm", data)
    if not -data.dim() <= axis < data.dim():
        raise op_error("LayerNorm", f"axis={axis} is out of range", data=data)
    count = data.shape[axis]
    has_shape("LayerNorm", "gamma", gamma, (count,), data)
    has_shape("LayerNorm", "beta", beta, (count,), data)
    last = axis in (-1, data.dim() - 1)
    x = data if last else data.movedim(axis, -1)
    if not output_mean_var:
        if last:
            return layer_norm_of(x, gamma, beta, eps)
        return layer_norm_across(x, gamma, beta, eps).movedim(-1, axis)
    out, mean, inverse = torch.native_layer_norm(x, (count,), gamma, beta, eps)
    mean, deviation = mean.detach().to(data.dtype), inverse.detach().reciprocal().to(data.dtype)
    if last:
        return out, mean, deviation
    return out.movedim(-1, axis), mean.movedim(-1, axis), deviation.movedim(-1, axis)


@operator("GroupNorm", outputs=_visible, same_dtype=True)
def group_norm(
    data: Tensor,
    gamma: Tensor,
    beta: Tensor,
    num_groups: int = 1,
    eps: float = 1e-5,
    output_mean_var: bool = False,
) -> Tensor | tuple[Tensor, Tensor, Tensor]:
    """Normalize each group of channels of an example to mean 0 and variance 1, then scale and shift the group.

    Args:
        data: floating, ``(batch, channels, *space)``.
        gamma: scale, one entry per group.
        beta: shift, one entry per group.
        num_groups: number of groups; divides the channels.
        eps: added to the variance.
        output_mean_var: return mean and standard deviation, ``(batch, num_groups)``, too; they pass no gradient on.

    Returns:
        The shape and dtype of ``data``; with ``output_mean_var`` three arrays.

    Raises:
        MXNetError: fewer than three axes, groups that do not divide the channels, gamma or beta of another length,
            different or integer dtypes.

    Source: MXNet 1.9.1 src/operator/nn/group_norm.cc.
    """
    floating("GroupNorm", data)
    if data.dim() < 3:
        raise op_error("GroupNorm", "data must have at least 3 axes", data=data)
    batch, channels = data.shape[:2]
    if num_groups < 1 or channels % num_groups:
        raise op_error("GroupNorm", f"num_groups={num_groups} must divide the channels", data=data)
    has_shape("GroupNorm", "gamma", gamma, (num_groups,), data)
    has_shape("GroupNorm", "beta", beta, (num_groups,), data)
    share = channels // num_groups
    if not output_mean_var and (careful := group_norm_of(data, gamma, beta, eps)) is not None:
        return careful
    scale, shift = gamma.repeat_interleave(share), beta.repeat_interleave(share)
    if not output_mean_var:
        return torch.group_norm(data, num_groups, scale, shift, eps)
    rest = data[0, 0].numel()
    out, mean, inverse = torch.native_group_norm(
        data.contiguous(), scale, shift, batch, channels, rest, num_groups, eps
    )
    return out, mean.detach().to(data.dtype), inverse.detach().reciprocal().to(data.dtype)


@operator("InstanceNorm", same_dtype=True)
def instance_norm(data: Tensor, gamma: Tensor, beta: Tensor, eps: float = 0.001) -> Tensor:
    """Normalize each channel of each example to mean 0 and variance 1, then scale and shift the channel.

    Args:
        data: floating, ``(batch, channels, *space)``.
        gamma: scale, one entry per channel.
        beta: shift, one entry per channel.
        eps: added to the variance.

    Returns:
        The shape and dtype of ``data``.

    Raises:
        MXNetError: fewer than three axes, gamma or beta of another length, different or integer dtypes.

    Differences: every floating dtype works; MXNet has float32 only.

    Source: MXNet 1.9.1 src/operator/instance_norm.cc.
    """
    floating("InstanceNorm", data)
    if data.dim() < 3:
        raise op_error("InstanceNorm", "data must have at least 3 axes", data=data)
    has_shape("InstanceNorm", "gamma", gamma, (data.shape[1],), data)
    has_shape("InstanceNorm", "beta", beta, (data.shape[1],), data)
    return torch.instance_norm(data, gamma, beta, None, None, True, 0.0, eps, False)


@operator("L2Normalization")
def l2_normalization(
    data: Tensor, eps: float = 1e-10, mode: Literal["channel", "instance", "spatial"] = "instance"
) -> Tensor:
    """Divide by the square root of the sum of squares.

    Args:
        data: floating, ``(batch, ...)``.
        eps: added to the sum of squares.
        mode: what is summed over: everything of an example (``instance``), the second axis (``channel``) or all axes
            after the second (``spatial``).

    Returns:
        The shape and dtype of ``data``.

    Raises:
        MXNetError: fewer than three axes for ``channel`` and ``spatial``, integer data.

    Source: MXNet 1.9.1 src/operator/l2_normalization.cc.
    """
    floating("L2Normalization", data)
    ndim = data.dim()
    if mode != "instance" and ndim < 3:
        raise op_error("L2Normalization", f"mode={mode} needs at least 3 axes", data=data)
    square = data * data
    if mode == "channel":
        total = square.sum(1, keepdim=True)
    elif ndim == 1:
        total = square
    else:
        total = square.sum(tuple(range(1 if mode == "instance" else 2, ndim)), keepdim=True)
    return data / (total + eps).sqrt()


#: elements of a piece whose intermediates stay in the cache
_PIECE = 1 << 17


def _lrn_of(data: Tensor, out: Tensor, rate: float, beta: float, knorm: float, reach: int) -> None:
    """`lrn` of a part of the batch, written to ``out``."""
    squares = torch.square(data)
    total = squares.clone()
    for far in range(1, min(reach, data.shape[1] - 1) + 1):
        total[:, far:].add_(squares[:, :-far])
        total[:, :-far].add_(squares[:, far:])
    scale = total.mul_(rate).add_(knorm)
    if beta == 0.75:
        root = torch.sqrt(scale, out=squares)
        torch.div(data, torch.sqrt(root, out=scale).mul_(root), out=out)
    else:
        torch.mul(data, scale.pow_(-beta), out=out)


@operator("LRN")
def lrn(data: Tensor, alpha: float = 1e-4, beta: float = 0.75, knorm: float = 2.0, nsize: int = REQUIRED) -> Tensor:
    """Divide by ``(knorm + alpha / nsize * sum of squares over nsize neighbouring channels) ** beta``.

    Args:
        data: floating, ``(batch, channels, height, width)`` or ``(batch, channels)``.
        alpha, beta, knorm: numbers of the formula.
        nsize: number of channels around each one that are summed, odd.

    Returns:
        The shape and dtype of ``data``.

    Raises:
        MXNetError: other numbers of axes, an even ``nsize``, integer data.

    Differences: every floating dtype works; MXNet has float32 only. An even ``nsize`` is refused, as MXNet's own kernel
    does; its MKL-DNN kernel takes it.

    Source: MXNet 1.9.1 src/operator/nn/lrn.cc.
    """
    floating("LRN", data)
    if data.dim() not in (2, 4):
        raise op_error("LRN", "data must have 2 or 4 axes", data=data)
    if nsize % 2 == 0 or nsize < 1:
        raise op_error("LRN", f"nsize={nsize} must be odd", data=data)
    count, channels = data.shape[:2]
    if not data.requires_grad and data.is_cpu and data.numel() >= _PIECE and not torch.compiler.is_compiling():
        result = torch.empty_like(data, memory_format=torch.contiguous_format)
        pieces = data.numel() // _PIECE
        for piece, place in zip(data.chunk(pieces), result.chunk(pieces), strict=True):
            _lrn_of(piece, place, single(alpha / nsize), beta, knorm, nsize // 2)
        return result
    rows = F.pad((data * data).reshape(count, channels, -1), (0, 0, nsize // 2, nsize // 2))
    total = rows[:, :channels].clone()
    for start in range(1, nsize):
        total.add_(rows[:, start : start + channels])
    scale = total.mul_(single(alpha / nsize)).add_(knorm).view(data.shape)
    if beta == 0.75:  # roots are several times as fast as a power
        root = scale.sqrt()
        return data / (root * root.sqrt())
    return data * scale.pow(-beta)
