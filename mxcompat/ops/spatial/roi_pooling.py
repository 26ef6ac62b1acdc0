"""Max pooling of regions of interest, without a look at their coordinates from Python.

The regions are known to the device only, so each bin has another, unknown size. Its maximum is read from tables of the
maxima of all windows of 1, 2, 4, ... rows by 1, 2, 4, ... columns: four windows, overlapping, cover any bin.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ..nn._check import single

#: largest number of elements in the tables of one round; the channels are dealt with in rounds
_ROUND = 1 << 21
_LOWEST = -3.4028234663852886e38


class _Read(torch.autograd.Function):
    """The elements of ``data`` at flat places, zero at place -1. What is not above the lowest number is that number."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, rois: Tensor, places: Tensor) -> Tensor:
        values = data.reshape(-1)[places.clamp(min=0)]
        outside, low = places < 0, ~(values > _LOWEST)
        values = torch.where(low, torch.full_like(values, max(_LOWEST, -torch.finfo(data.dtype).max)), values)
        ctx.save_for_backward(places, outside | low, rois)
        ctx.shape = data.shape
        return torch.where(outside, torch.zeros_like(values), values)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        places, none, rois = ctx.saved_tensors
        grad = torch.where(none, torch.zeros_like(grads[0]), grads[0]).reshape(-1)
        total = grad.new_zeros(ctx.shape.numel()).index_add_(0, places.clamp(min=0).reshape(-1), grad)
        return total.view(ctx.shape), torch.zeros_like(rois), None


def _rounded(x: Tensor) -> Tensor:
    """To the nearest integer, halves away from zero."""
    whole = x.trunc()
    return (whole + x.sign() * ((x - whole).abs() >= 0.5)).long()


def _bins(start: Tensor, end: Tensor, count: int, limit: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """First and last-plus-one pixel of each of the ``count`` bins of each region, within the image: (R, count)."""
    size = (end - start + 1).clamp(min=1).to(dtype) / count
    steps = torch.arange(count + 1, dtype=dtype, device=start.device)
    edges = steps * size.unsqueeze(1)
    first = edges[:, :-1].floor().long() + start.unsqueeze(1)
    past = edges[:, 1:].ceil().long() + start.unsqueeze(1)
    return first.clamp(0, limit), past.clamp(0, limit)


def _levels(first: Tensor, past: Tensor, most: int) -> tuple[Tensor, Tensor, Tensor]:
    """The table for each window, and the two starts that cover it."""
    size = (past - first).clamp(min=1)
    level = torch.zeros_like(size)
    for k in range(1, most):
        level += size >= 1 << k
    first = torch.minimum(first, past - 1).clamp(min=0)
    return level, first, (past - (1 << level)).clamp(min=0)


def _ranks(data: Tensor) -> Tensor:
    """Integers below 2**31 in the order of the values, equal for equal ones; NaN is the lowest."""
    data = torch.where(data.isnan(), torch.full_like(data, -torch.inf), data)
    if data.dtype is torch.float64:
        ordered, order = data.reshape(-1).sort()
        steps = torch.cat((torch.zeros_like(order[:1]), (ordered[1:] != ordered[:-1]).long())).cumsum(0)
        return torch.empty_like(order).scatter_(0, order, steps).view(data.shape)
    bits = (data.float() + 0.0).view(torch.int32)  # the sum makes -0.0 positive
    return torch.where(bits < 0, bits ^ 0x7FFFFFFF, bits).long()


def _doubled(table: Tensor, by: int, axis: int) -> Tensor:
    """From windows of ``by`` pixels to windows of twice as many; at the end of the axis they are shorter."""
    size = table.shape[axis]
    return torch.maximum(table, torch.cat((table.narrow(axis, by, size - by), table.narrow(axis, size - by, by)), axis))


def _tables(keys: Tensor, tall: int, wide: int) -> Tensor:
    """Maxima of all windows of powers of two: (tall, wide, N, H, W, C) of keys (N, H, W, C)."""
    tables = []
    row = keys
    for i in range(tall):
        entry = row
        for j in range(wide):
            tables.append(entry)
            if j + 1 < wide:
                entry = _doubled(entry, 1 << j, 2)
        if i + 1 < tall:
            row = _doubled(row, 1 << i, 1)
    return torch.stack(tables)


@torch.no_grad()
def _places(data: Tensor, rois: Tensor, pooled: tuple[int, int], scale: float) -> Tensor:
    """Where in ``data`` the first maximum of each bin is: (R, C, h, w), -1 for none."""
    batch, channels, height, width = data.shape
    corners = _rounded(rois[:, 1:] * scale)
    top, bottom = _bins(corners[:, 1], corners[:, 3], pooled[0], height, data.dtype)
    left, right = _bins(corners[:, 0], corners[:, 2], pooled[1], width, data.dtype)
    image = rois[:, 0].trunc().long()
    none = ((bottom <= top)[:, :, None] | (right <= left)[:, None, :]) | ((image < 0) | (image >= batch))[:, None, None]
    image = image.clamp(0, batch - 1)[:, None, None]
    tall, wide = height.bit_length(), width.bit_length()
    level_y, *rows = _levels(top, bottom, tall)
    level_x, *columns = _levels(left, right, wide)
    table = ((level_y[:, :, None] * wide + level_x[:, None, :]) * batch + image) * height * width
    pixels = torch.arange(height * width, device=data.device).view(height, width, 1)
    share = max(1, min(channels, _ROUND // (tall * wide * batch * height * width)))
    rounds = []
    for start in range(0, channels, share):
        part = data[:, start : start + share].permute(0, 2, 3, 1).contiguous()
        keys = (_ranks(part) << 32) + (0xFFFFFFFF - pixels)  # the larger value, and of equal ones the first
        flat = _tables(keys, tall, wide).view(-1, part.shape[3])
        best: Tensor | None = None
        for row in rows:
            for column in columns:
                found = flat.index_select(0, (table + row[:, :, None] * width + column[:, None, :]).view(-1))
                best = found if best is None else torch.maximum(best, found)
        rounds.append(best if best is not None else flat)
    best = 0xFFFFFFFF - (torch.cat(rounds, 1) & 0xFFFFFFFF)
    numbers = torch.arange(channels, device=data.device) + image * channels
    places = best.view(*none.shape, channels) + numbers[:, :, None] * (height * width)
    return torch.where(none[..., None], torch.full_like(places, -1), places).permute(0, 3, 1, 2)


@operator("ROIPooling", aliases=("_npx_roi_pooling",), same_dtype=True)
def roi_pooling(
    data: Tensor, rois: Tensor, pooled_size: tuple[int, ...] = REQUIRED, spatial_scale: float = REQUIRED
) -> Tensor:
    """Max pooling of regions of any size to one size.

    Args:
        data: feature maps (N, C, H, W), floating.
        rois: image number, x and y of the first corner, x and y of the last one (included), of each region: (R, 5).
        pooled_size: height and width of the result, positive.
        spatial_scale: factor from the coordinates of ``rois`` to pixels of ``data``; corners are rounded then.

    Returns:
        (R, C, h, w) in the dtype of ``data``; 0 where a bin lies outside of the map or the image does not exist. The
        gradient goes to the first of equal maxima; that of ``rois`` is zero.

    Raises:
        MXNetError: other shapes, mixed or integer dtypes.

    Source: MXNet 1.9.1 src/operator/roi_pooling.cc.
    """
    if data.dim() != 4 or rois.dim() != 2 or rois.shape[1] != 5 or not data.is_floating_point():
        raise op_error("ROIPooling", "data must be floating, (N, C, H, W), and rois (R, 5)", data=data, rois=rois)
    if len(pooled_size) != 2 or min(pooled_size) < 1:
        raise op_error("ROIPooling", f"pooled_size={pooled_size} must be two positive numbers", data=data, rois=rois)
    places = _places(data, rois, (pooled_size[0], pooled_size[1]), single(spatial_scale))
    result: Tensor = _Read.apply(data, rois, places)  # type: ignore[no-untyped-call]
    return result
