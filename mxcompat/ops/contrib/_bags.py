"""Sums over the pixels of many regions, one embedding bag per bin: features are never copied per pixel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

#: entries of bags that are listed at once
_ENTRIES = 1 << 20


class Taps(NamedTuple):
    """Pixels along one axis that the bins of each region read: the first ``counts`` of the last axis are in use."""

    places: Tensor  # (regions, bins, most), int32
    weights: Tensor | None  # of the same shape, None for ones
    counts: Tensor  # (regions, bins)


def spans(first: Tensor, past: Tensor) -> Taps:
    """All pixels from ``first`` to before ``past``, (regions, bins) each."""
    counts = (past - first).clamp_min(0)
    most = int(counts.max()) if counts.numel() else 0
    places = first.unsqueeze(-1) + torch.arange(most, device=first.device)
    return Taps(places.to(torch.int32), None, counts)


def samples(place: Tensor, valid: Tensor, counts: Tensor, size: int) -> Taps:
    """The pixels that linear samples read, each once, with their weights in the mean of a bin.

    Args:
        place: from 0 on, (regions, bins, samples); beyond the last pixel it is the last one.
        valid: whether the sample counts.
        counts: what divides the sum, (regions,).
        size: pixels along the axis.
    """
    low = place.to(torch.int64).clamp(0, size - 1)
    upper = torch.where(low >= size - 1, 0, place - low)
    share = valid / counts[:, None, None]
    dense = place.new_zeros((*place.shape[:2], size))
    dense.scatter_add_(2, low, ((1 - upper) * share).to(place.dtype))
    dense.scatter_add_(2, (low + 1).clamp_max(size - 1), (upper * share).to(place.dtype))
    used = dense != 0
    number = used.cumsum(2)
    total = number[..., -1]
    most = int(total.max()) if total.numel() else 0
    # the k-th used pixel goes to place k; all unused ones go behind the end
    target = torch.where(used, number - 1, most)
    places = torch.zeros((*place.shape[:2], most + 1), dtype=torch.int64, device=place.device)
    places.scatter_(2, target, torch.arange(size, device=place.device).expand_as(target))
    places = places[..., :most]
    return Taps(places.to(torch.int32), dense.gather(2, places), total)


class Bags(NamedTuple):
    """Entries of the bags of consecutive regions, row by row of each bin."""

    entries: Tensor
    offsets: Tensor
    weights: Tensor | None
    counts: Tensor


def bags(rows: Taps, columns: Taps, start: Tensor, width: int) -> Iterator[Bags]:
    """The bags (regions, row bins, column bins) of pixels ``start + y * width + x``.

    Args:
        rows: pixels along the columns of the map.
        columns: pixels along its rows.
        start: number of the first pixel of the map that each bin reads, (regions, row bins, column bins), int32.
        width: pixels in a row.
    """
    tall, wide = rows.places.shape[2], columns.places.shape[2]
    per_region = max(1, start[:1].numel() * tall * wide)
    step = max(1, _ENTRIES // per_region)
    y_used = torch.arange(tall, device=start.device) < rows.counts.unsqueeze(-1)
    x_used = torch.arange(wide, device=start.device) < columns.counts.unsqueeze(-1)
    for begin in range(0, len(start), step):
        part = slice(begin, begin + step)
        used = y_used[part, :, None, :, None] & x_used[part, None, :, None, :]
        line = start[part].unsqueeze(-1) + rows.places[part, :, None] * width
        index = line.unsqueeze(-1) + columns.places[part, None, :, None, :]
        counts = (rows.counts[part, :, None] * columns.counts[part, None, :]).reshape(-1)
        weights = None
        if rows.weights is not None and columns.weights is not None:
            weights = (rows.weights[part, :, None, :, None] * columns.weights[part, None, :, None, :])[used]
        yield Bags(index[used], (counts.cumsum(0) - counts).to(torch.int32), weights, counts)


def sums(data: Tensor, found: Iterator[Bags]) -> Tensor:
    """The weighted sums (bags, C) of rows of ``data``, (pixels, C)."""
    wide = data.float() if data.dtype in (torch.float16, torch.bfloat16) else data
    parts = []
    for bag in found:
        index, offsets = bag.entries, bag.offsets
        if len(wide) >= 2**31:
            index, offsets = index.long(), offsets.long()
        weights = None if bag.weights is None else bag.weights.to(wide.dtype)
        parts.append(F.embedding_bag(index, wide, offsets, mode="sum", per_sample_weights=weights))
    return parts[0] if len(parts) == 1 else torch.cat(parts) if parts else wide.new_zeros((0, wide.shape[1]))
