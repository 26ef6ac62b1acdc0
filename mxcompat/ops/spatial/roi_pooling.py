"""Max pooling of regions of interest.

Bins have any number of pixels. With the channels last a pixel is a row, so the maximum over a bin is taken row by row,
for some bins at a time that stay in the cache: those with about as many pixels each.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..._core.permuted import contiguous
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ..nn._check import single

#: elements that are compared at once
_AT_ONCE = 1 << 16
_LOWEST = -3.4028234663852886e38


class _MaxOverBins(torch.autograd.Function):
    """The maxima (R, C, h, w) of bins of ``data``; the gradient goes to the first place of each."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, rois: Tensor, pooled: tuple[int, int], scale: float) -> Tensor:
        batch, channels, height, width = data.shape
        first, counts, broad = _corners(data, rois, pooled, scale)
        rows = contiguous(data.permute(0, 2, 3, 1)).view(-1, channels)
        if rows.isnan().any():  # NaN loses every comparison
            rows = rows.masked_fill(rows.isnan(), -torch.inf)
        none = len(rows)  # what has no place goes to a row of its own
        places = rows.new_full((len(first), channels), none, dtype=torch.int64) if ctx.needs_input_grad[0] else None
        best = _maxima(rows, first, counts, broad, width, places)
        lowest = max(_LOWEST, -torch.finfo(data.dtype).max)
        low = None if bool((best > lowest).all()) else ~(best > lowest)
        if low is not None:
            best = best.masked_fill_(low, lowest)
            if places is not None:
                places.masked_fill_(low, none)
        empty = counts == 0
        best[empty] = 0
        if places is not None:
            places[empty] = none
        ctx.shape = data.shape
        ctx.save_for_backward(places, rois)
        return contiguous(best.view(len(rois), *pooled, channels).permute(0, 3, 1, 2))

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        places, rois = ctx.saved_tensors
        batch, channels, height, width = ctx.shape
        grad = contiguous(grads[0].permute(0, 2, 3, 1)).view(-1, channels)
        total = grad.new_zeros((batch * height * width + 1, channels))
        total.scatter_add_(0, places, grad)
        data = contiguous(total[:-1].view(batch, height, width, channels).permute(0, 3, 1, 2))
        return data, torch.zeros_like(rois), None, None


def _number_type(count: int) -> torch.dtype:
    return torch.uint8 if count <= 256 else torch.int32


def _maxima(rows: Tensor, first: Tensor, counts: Tensor, broad: Tensor, width: int, places: Tensor | None) -> Tensor:
    """The maximum over each bin of ``counts`` pixels from ``first`` on, ``broad`` in a line; (bins, C).

    ``places`` receives the rows that have them, the first of equal ones.
    """
    channels = rows.shape[1]
    result = rows.new_empty((len(first), channels))
    if not len(first):
        return result
    order = counts.argsort(descending=True)
    sizes = counts[order]
    share = max(1, _AT_ONCE // channels)
    spare = rows.new_empty((share, channels))
    for start in range(0, len(first), share):
        some = order[start : start + share]
        size = sizes[start : start + share]
        number = torch.arange(max(int(size[0]), 1), device=rows.device)[:, None]
        line = number // broad[some].clamp_min(1)
        index = (first[some] + line * width + (number - line * broad[some])).clamp_(0, len(rows) - 1)
        # how many bins have a further pixel
        left = (size > number).sum(1).tolist()
        best = rows.index_select(0, index[0])
        # the number of the pixel within its bin, in one byte where that is enough: the last one that was better
        numbers = None if places is None else best.new_zeros(best.shape, dtype=_number_type(len(left)))
        for k in range(1, len(left)):
            m = left[k]
            found = torch.index_select(rows, 0, index[k, :m], out=spare[:m])
            if numbers is not None:
                better = found > best[:m]
                steps = better.view(torch.uint8) if numbers.element_size() == 1 else better.to(numbers.dtype)
                torch.maximum(numbers[:m], steps.mul_(k), out=numbers[:m])
            torch.maximum(best[:m], found, out=best[:m])
        result[some] = best
        if places is not None and numbers is not None:
            places[some] = index.t().gather(1, numbers.long())
    return result


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


@torch.no_grad()
def _corners(data: Tensor, rois: Tensor, pooled: tuple[int, int], scale: float) -> tuple[Tensor, Tensor, Tensor]:
    """Of each bin (R * h * w,): its first pixel, the number of its pixels, and that of a line of it."""
    batch, _, height, width = data.shape
    corners = _rounded(rois[:, 1:] * scale)
    top, bottom = _bins(corners[:, 1], corners[:, 3], pooled[0], height, data.dtype)
    left, right = _bins(corners[:, 0], corners[:, 2], pooled[1], width, data.dtype)
    image = rois[:, 0].trunc().long()
    exists = ((image >= 0) & (image < batch))[:, None, None]
    tall, broad = (bottom - top).clamp_min(0)[:, :, None], (right - left).clamp_min(0)[:, None, :]
    first = (image[:, None, None] * height + top[:, :, None]) * width + left[:, None, :]
    counts = tall * broad * exists
    return first.reshape(-1), counts.reshape(-1), broad.expand_as(first).reshape(-1)


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
    pooled = (pooled_size[0], pooled_size[1])
    if data.is_meta:
        return data.new_empty((len(rois), data.shape[1], *pooled))
    result: Tensor = _MaxOverBins.apply(data, rois, pooled, single(spatial_scale))  # type: ignore[no-untyped-call]
    return result
