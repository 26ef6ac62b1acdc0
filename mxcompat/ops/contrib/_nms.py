"""Greedy non-maximum suppression over boxes that are sorted by score."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

_CHUNKS = (64, 256)


def survivors(
    count: int, suppresses: Callable[[Tensor, Tensor], Tensor], device: torch.device, most: int | None = None
) -> Tensor:
    """Positions of the boxes that no better surviving box suppresses, in order.

    Args:
        count: number of boxes, best first.
        suppresses: a function of rows and columns to a bool matrix: whether box ``rows[i]`` suppresses ``columns[j]``.
        device: where the result goes.
        most: stop after so many survivors.

    The decisions are taken on the host, a chunk of rows at a time and only for boxes still alive; overlaps are
    computed on the device.
    """
    alive = np.ones(count, dtype=bool)
    found = start = 0
    while start < count:
        stop = start + _CHUNKS[start > 0]
        columns = start + np.flatnonzero(alive[start:])
        rows = columns[: np.searchsorted(columns, stop)]
        start = stop
        if len(rows) == 0:
            continue
        wanted = torch.from_numpy(columns).to(device)
        matrix = suppresses(wanted[: len(rows)], wanted).cpu().numpy()
        left = np.ones(len(columns), dtype=bool)
        for i, hits in enumerate(matrix):
            if left[i]:
                found += 1
                if found == most:
                    left[i + 1 :] = False
                    break
                if hits[i + 1 :].any():
                    left[i + 1 :] &= ~hits[i + 1 :]
        alive[columns] = left
        if found == most:
            break
    return torch.from_numpy(np.flatnonzero(alive)).to(device)


def side_lengths(low: Tensor, high: Tensor, other_low: Tensor, other_high: Tensor, extra: float = 0.0) -> Tensor:
    """How far two lists of intervals overlap, as a matrix; zero where they do not. NaN stays NaN."""
    side = torch.minimum(high[:, None], other_high).sub_(torch.maximum(low[:, None], other_low))
    return (side.add_(extra) if extra else side).clamp_min_(0)


def overlaps(common: Tensor, areas: Tensor, other_areas: Tensor) -> Tensor:
    """Intersection over union from intersections and areas; writes into ``common``."""
    return common.div_((areas[:, None] + other_areas).sub_(common))
