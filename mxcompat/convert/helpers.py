"""Functions that a converted module may need: their source is written into it. They know torch and nothing else."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def topk_both(x: Tensor, k: int, dim: int, largest: bool) -> tuple[Tensor, Tensor]:
    """The k largest (or smallest) numbers along an axis, and their places as floating numbers."""
    values, places = x.topk(k, dim=dim, largest=largest)
    return values, places.float()


def depth_to_space(x: Tensor, block: int) -> Tensor:
    """Blocks of channels become blocks of pixels: channel order (block row, block column, channel)."""
    n, c, h, w = x.shape
    x = x.reshape(n, block, block, c // block**2, h, w)
    return x.permute(0, 3, 4, 1, 5, 2).reshape(n, c // block**2, h * block, w * block)


def space_to_depth(x: Tensor, block: int) -> Tensor:
    """Blocks of pixels become channels, in the order (block row, block column, channel)."""
    n, c, h, w = x.shape
    x = x.reshape(n, c, h // block, block, w // block, block)
    return x.permute(0, 3, 5, 1, 2, 4).reshape(n, c * block**2, h // block, w // block)


def sequence_mask(x: Tensor, lengths: Tensor, dim: int = 0, value: float = 0.0) -> Tensor:
    """Replace the steps beyond each sequence's length. Time is axis ``dim`` (0 or 1), the batch is the other one."""
    steps = torch.arange(x.size(dim), device=x.device)
    inside = steps.unsqueeze(1 - dim) < lengths.unsqueeze(dim)
    return x.masked_fill(~inside.reshape(inside.shape + (1,) * (x.dim() - 2)), value)


def sequence_last(x: Tensor, lengths: Tensor, dim: int = 0) -> Tensor:
    """The last step of each sequence. Time is axis ``dim`` (0 or 1), the batch is the other one."""
    last, batch = lengths.long() - 1, torch.arange(lengths.numel(), device=x.device)
    return x[last, batch] if dim == 0 else x[batch, last]


def sequence_reverse(x: Tensor, lengths: Tensor) -> Tensor:
    """Reverse the first ``lengths[i]`` steps of sequence i. Axes: time, batch, rest."""
    steps = torch.arange(x.size(0), device=x.device).unsqueeze(1)
    lengths = lengths.long().unsqueeze(0)
    places = torch.where(steps < lengths, lengths - 1 - steps, steps)
    return x[places, torch.arange(x.size(1), device=x.device)]


def ctc_loss(x: Tensor, labels: Tensor, blank_last: bool = False) -> Tensor:
    """CTC loss of each sequence. ``x``: (time, batch, classes), no softmax yet. Labels end at the first padding."""
    padding = -1 if blank_last else 0
    labels = labels.long()
    lengths = (labels != padding).long().cumprod(1).sum(1)
    steps = torch.full((x.size(1),), x.size(0), dtype=torch.long, device=x.device)
    blank = x.size(2) - 1 if blank_last else 0
    return F.ctc_loss(
        F.log_softmax(x, dim=-1), labels, steps, lengths, blank=blank, reduction="none", zero_infinity=True
    )


def interleaved_selfatt_scores(x: Tensor, heads: int) -> Tensor:
    """Scaled products of queries and keys. ``x``: (time, batch, heads * 3 * size), query, key, value per head."""
    time, batch, width = x.shape
    query, key, _ = x.reshape(time, batch * heads, 3, width // heads // 3).permute(2, 1, 0, 3)
    return torch.matmul(query / math.sqrt(query.size(-1)), key.transpose(1, 2))


def interleaved_selfatt_values(x: Tensor, weights: Tensor, heads: int) -> Tensor:
    """Values summed with attention weights, heads side by side: (time, batch, heads * size)."""
    time, batch, width = x.shape
    value = x.reshape(time, batch * heads, 3, width // heads // 3)[:, :, 2].transpose(0, 1)
    return (weights @ value).transpose(0, 1).reshape(time, batch, width // 3)


def interleaved_encdec_scores(query: Tensor, x: Tensor, heads: int) -> Tensor:
    """Scaled products of queries (time, batch, heads * size) and keys, which lie beside the values in ``x``."""
    time, batch, width = query.shape
    query = query.reshape(time, batch * heads, width // heads).transpose(0, 1)
    key = x.reshape(x.size(0), batch * heads, 2, width // heads)[:, :, 0].transpose(0, 1)
    return torch.matmul(query / math.sqrt(query.size(-1)), key.transpose(1, 2))


def interleaved_encdec_values(x: Tensor, weights: Tensor, heads: int) -> Tensor:
    """Values, which lie beside the keys in ``x``, summed with attention weights."""
    time, batch, width = x.shape
    value = x.reshape(time, batch * heads, 2, width // heads // 2)[:, :, 1].transpose(0, 1)
    return (weights @ value).transpose(0, 1).reshape(weights.size(1), batch, width // 2)


def warp_grid(flow: Tensor) -> Tensor:
    """Where each pixel looks, from -1 to 1: itself moved by the flow (batch, 2, height, width) in pixels."""
    _, _, height, width = flow.shape
    columns = torch.arange(width, device=flow.device, dtype=flow.dtype)
    rows = torch.arange(height, device=flow.device, dtype=flow.dtype).unsqueeze(1)
    x = (flow[:, 0] + columns) * (2 / (width - 1)) - 1
    y = (flow[:, 1] + rows) * (2 / (height - 1)) - 1
    return torch.stack([x, y], dim=1)


def spatial_transform(x: Tensor, theta: Tensor, size: tuple[int, int]) -> Tensor:
    """Resample images by affine maps (batch, 6)."""
    grid = F.affine_grid(theta.view(-1, 2, 3), [x.size(0), x.size(1), *size], align_corners=True)
    return F.grid_sample(x, grid, align_corners=True)


def roi_align(
    x: Tensor, rois: Tensor, size: tuple[int, int], scale: float, samples: int, aligned: bool = False
) -> Tensor:
    """Mean of ``samples`` x ``samples`` bilinear samples in each bin of each region (image, x0, y0, x1, y1)."""
    height, width = x.shape[2:]
    shift = 0.5 if aligned else 0.0
    x0, y0, x1, y1 = (rois[:, 1:] * scale - shift).unbind(1)
    wide, high = x1 - x0, y1 - y0
    if not aligned:
        wide, high = wide.clamp(min=1), high.clamp(min=1)

    def places(start: Tensor, length: Tensor, bins: int, limit: int) -> tuple[Tensor, Tensor]:
        steps = (torch.arange(bins * samples, device=x.device) + 0.5) / (bins * samples)
        at = start.unsqueeze(1) + length.unsqueeze(1) * steps
        inside = (at >= -1) & (at <= limit)
        return at.clamp(0, limit - 1), inside

    rows, rows_inside = places(y0, high, size[0], height)
    columns, columns_inside = places(x0, wide, size[1], width)
    low_r, low_c = rows.floor().long(), columns.floor().long()
    high_r, high_c = (low_r + 1).clamp(max=height - 1), (low_c + 1).clamp(max=width - 1)
    part_r, part_c = (rows - low_r).unsqueeze(2), (columns - low_c).unsqueeze(1)
    image = rois[:, 0].long().view(-1, 1, 1)

    def at(r: Tensor, c: Tensor) -> Tensor:
        return x[image, :, r.unsqueeze(2), c.unsqueeze(1)].permute(3, 0, 1, 2)

    found = (at(low_r, low_c) * (1 - part_c) + at(low_r, high_c) * part_c) * (1 - part_r)
    found = found + (at(high_r, low_c) * (1 - part_c) + at(high_r, high_c) * part_c) * part_r
    found = found * (rows_inside.unsqueeze(2) & columns_inside.unsqueeze(1))
    return F.avg_pool2d(found.transpose(0, 1), samples)


def multibox_prior(
    x: Tensor,
    sizes: tuple[float, ...],
    ratios: tuple[float, ...],
    steps: tuple[float, float] = (-1.0, -1.0),
    offsets: tuple[float, float] = (0.5, 0.5),
    clip: bool = False,
) -> Tensor:
    """Anchor boxes (1, height * width * anchors, 4) around each pixel, as fractions of the image."""
    height, width = x.shape[-2:]
    step_y = steps[0] if steps[0] > 0 else 1 / height
    step_x = steps[1] if steps[1] > 0 else 1 / width
    y = (torch.arange(height, device=x.device) + offsets[0]) * step_y
    x_ = (torch.arange(width, device=x.device) + offsets[1]) * step_x
    shapes = [(size, ratios[0] ** 0.5) for size in sizes]
    shapes += [(sizes[0], ratio**0.5) for ratio in ratios[1:]]
    half = [(size * height / width * root / 2, size / root / 2) for size, root in shapes]
    w, h = torch.tensor(half, device=x.device).unbind(1)
    y, x_ = y.view(-1, 1, 1).expand(-1, width, 1), x_.view(1, -1, 1).expand(height, -1, 1)
    boxes = torch.stack([x_ - w, y - h, x_ + w, y + h], dim=-1).reshape(1, -1, 4)
    return boxes.clamp(0, 1) if clip else boxes
