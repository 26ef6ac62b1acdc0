"""Bilinear samples of feature maps, summed in groups.

A sample is four pixels with four weights; a group of samples is one row of an embedding bag over the pixels, so
features are never copied per sample, and gradients reach pixels and weights.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..._core.permuted import contiguous


def corners(place: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Lower and upper pixel along one axis, and the weight of the upper one, for places from 0 on.

    Beyond the last pixel both are the last one.
    """
    low = place.detach().to(torch.int64).clamp(0, size - 1)
    high = (low + 1).clamp_max(size - 1)
    weight = torch.where(low >= size - 1, 0, place - low)
    return low, high, weight


def inside_unit(place: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Whether a place is at most one pixel outside, and the place moved to 0 if it is below (as ROIAlign does)."""
    return (place >= -1) & (place <= size), place.clamp_min(0)


def square(y: Tensor, x: Tensor, height: int, width: int, valid: Tensor) -> tuple[Tensor, Tensor]:
    """Indices into a (height, width) map and weights, both (..., 4), of samples at (y, x); zero weight if not valid."""
    y0, y1, wy = corners(y, height)
    x0, x1, wx = corners(x, width)
    index = torch.stack([y0 * width + x0, y0 * width + x1, y1 * width + x0, y1 * width + x1], -1)
    weight = torch.stack([(1 - wy) * (1 - wx), (1 - wy) * wx, wy * (1 - wx), wy * wx], -1)
    return index, torch.where(valid.unsqueeze(-1), weight, 0)


def pixels(data: Tensor) -> Tensor:
    """(N, C, H, W) as rows of C: pixel (n, y, x) is row ``(n * H + y) * W + x``."""
    return contiguous(data.permute(0, 2, 3, 1)).view(-1, data.shape[1])


def weighted_sums(rows: Tensor, index: Tensor, weight: Tensor) -> Tensor:
    """``sum_k weight[m, k] * rows[index[m, k]]``, (M, C)."""
    if len(rows) < 2**31:
        index = index.to(torch.int32)  # several times faster on the CPU
    if rows.dtype is torch.float16:
        return F.embedding_bag(index, rows.float(), per_sample_weights=weight.float(), mode="sum").half()
    return F.embedding_bag(index, rows, per_sample_weights=weight, mode="sum")
