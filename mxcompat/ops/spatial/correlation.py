"""Comparison of the patches of two feature maps."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, pad

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import Range

_Size = Annotated[int, Range(0)]


def _distance(a: Tensor, b: Tensor) -> Tensor:
    """``abs(a - b)`` with derivative one, not zero, where both are equal."""
    return torch.where(a >= b, a - b, b - a)


@operator("Correlation", same_dtype=True)
def correlation(
    data1: Tensor,
    data2: Tensor,
    kernel_size: _Size = 1,
    max_displacement: _Size = 1,
    stride1: _Size = 1,
    stride2: _Size = 1,
    pad_size: _Size = 0,
    is_multiply: bool = True,
) -> Tensor:
    """Compare patches of one feature map with displaced patches of another.

    Args:
        data1: (N, C, H, W), floating.
        data2: another map of the same shape.
        kernel_size: side of a patch, odd.
        max_displacement: the largest displacement, in pixels, in each direction.
        stride1: step between patches, at least 1.
        stride2: step between displacements, at least 1.
        pad_size: zeros around both maps.
        is_multiply: the mean product of the two patches; else their mean absolute difference.

    Returns:
        (N, D*D, h, w) with ``D = 2 * (max_displacement // stride2) + 1`` displacements in each direction, x fastest.

    Raises:
        MXNetError: other shapes, integer data, an even kernel_size, a map that is smaller than the neighbourhood.

    Source: MXNet 1.9.1 src/operator/correlation-inl.h.
    """
    if data1.dim() != 4 or data1.shape != data2.shape or not data1.is_floating_point():
        raise op_error("Correlation", "both inputs must be floating, (N, C, H, W)", data1=data1, data2=data2)
    if kernel_size % 2 == 0 or stride1 < 1 or stride2 < 1:
        text = f"kernel_size={kernel_size} must be odd, stride1={stride1} and stride2={stride2} positive"
        raise op_error("Correlation", text, data1=data1)
    border = max_displacement + kernel_size // 2
    free = [size + 2 * pad_size - 2 * border for size in data1.shape[2:]]
    if min(free) < 1:
        text = f"max_displacement={max_displacement} and kernel_size={kernel_size} do not fit with pad_size={pad_size}"
        raise op_error("Correlation", text, data1=data1)
    if pad_size:
        data1, data2 = (pad(data, (pad_size,) * 4) for data in (data1, data2))
    step = stride1 if kernel_size == 1 else 1  # larger patches are added up from every pixel
    spans = [(size - 1) // stride1 * stride1 + kernel_size for size in free]

    def shifted(data: Tensor, down: int, right: int) -> Tensor:
        top, left = max_displacement + down, max_displacement + right
        return data[:, :, top : top + spans[0] : step, left : left + spans[1] : step]

    radius = max_displacement // stride2
    moves = [d * stride2 for d in range(-radius, radius + 1)]
    center = shifted(data1, 0, 0)
    maps = []
    for down in moves:
        for right in moves:
            other = shifted(data2, down, right)
            maps.append((center * other if is_multiply else _distance(center, other)).sum(1))
    result = torch.stack(maps, 1)
    count = kernel_size * kernel_size * data1.shape[1]
    if kernel_size == 1:
        return result / count
    return avg_pool2d(result, kernel_size, stride1, divisor_override=count)
