"""Greedy non-maximum suppression over boxes that are sorted by score.

Decisions depend on each other, so they are taken on the host, with NumPy. What costs is the number of pairs: boxes of
different groups (images, classes) are never compared, and in large groups a bound that a matrix product computes rules
out almost all pairs before the exact overlap is computed for the rest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[Any]

#: boxes of a group up to which all its pairs are listed
_SMALL = 96
#: pairs that are compared at once
_PAIRS = 1 << 18
_ROWS = 256


class Boxes(NamedTuple):
    """Boxes on the host, best first, and when one suppresses another."""

    edges: tuple[Numbers, Numbers, Numbers, Numbers]  # left, top, right, bottom
    areas: Numbers
    threshold: float
    extra: float = 0.0  # that a side is longer than the difference of its ends
    inclusive: bool = False  # an overlap of the threshold itself suppresses, if there is a union at all
    nan_loses: bool | None = None  # with NaN among the edges: whether the box first named loses comparisons with it

    def suppress(self, first: Places, second: Places) -> Bools:
        """Whether the boxes ``first`` suppress the boxes ``second``, pair by pair."""
        left, top, right, bottom = self.edges
        common = self._common(left, right, first, second)
        common *= self._common(top, bottom, first, second)
        union = self.areas[first] + self.areas[second]
        union -= common
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            common /= union
        if self.inclusive:
            hit: Bools = (common >= self.threshold) & (union > 0)
            return hit
        hit = common > self.threshold
        return hit

    def _common(self, low: Numbers, high: Numbers, first: Places, second: Places) -> Numbers:
        """How far the sides of pairs overlap along an axis."""
        if self.nan_loses is not None:
            return self._common_with_nan(low, high, first, second)
        side = np.minimum(high[first], high[second])
        side -= np.maximum(low[first], low[second])
        if self.extra:
            side += side.dtype.type(self.extra)
        np.maximum(side, 0, out=side)
        return side

    def _common_with_nan(self, low: Numbers, high: Numbers, first: Places, second: Places) -> Numbers:
        if self.nan_loses:
            first, second = second, first
        a, b, c, d = low[first], low[second], high[first], high[second]
        side = np.where(d < c, d, c) - np.where(b > a, b, a)
        return np.where(side > 0, side, side.dtype.type(0))


def host(data: Tensor) -> Numbers:
    """A tensor's values as NumPy has them (bfloat16, which it lacks, as float32)."""
    values = data.detach().cpu()
    try:
        return values.numpy()
    except TypeError:
        return values.float().numpy()


def best(scores: Numbers, rows: Places, most: int) -> Places:
    """The ``most`` of ``rows`` with the highest scores, best first; of equal ones the first."""
    values = scores[rows]
    if 2 * most < len(rows) and not np.isnan(values).any():  # those that can be among them, without sorting
        good = np.flatnonzero(values >= np.partition(values, len(values) - most)[len(values) - most])
        rows, values = rows[good], values[good]
    return rows[np.argsort(-values, kind="stable")[:most]]


def _resolved(allowed: Bools, first: Places, second: Places) -> Bools:
    """Which boxes stay, given the pairs of which the first suppresses the second if it stays itself."""
    now = allowed
    while True:
        then = allowed.copy()
        then[second[now[first]]] = False
        if np.array_equal(now, then):
            return now
        now = then


def kept(boxes: Boxes, groups: Places | None = None, most: int | None = None) -> Bools:
    """Which boxes no better kept box of their group suppresses.

    Args:
        boxes: best first.
        groups: the group of each box, one for all by default.
        most: stop after so many (with one group).
    """
    count = len(boxes.areas)
    alive = np.ones(count, dtype=bool)
    if groups is None:
        _sweep(boxes, _Bound.of(boxes), np.arange(count), alive, most)
        return alive
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    edges = np.concatenate(([0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1, [count]))
    sizes = np.diff(edges)
    bound = _Bound.of(boxes) if (sizes > _SMALL).any() else None
    for start, size in zip(edges[:-1][sizes > _SMALL], sizes[sizes > _SMALL], strict=True):
        _sweep(boxes, bound, order[start : start + size], alive, None)
    small = np.repeat(sizes <= _SMALL, sizes)
    partners = np.where(small, np.repeat(edges[1:], sizes) - np.arange(count) - 1, 0)
    total = np.cumsum(partners)
    begin = 0
    while begin < count:
        done = int(total[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + _PAIRS, side="right")))
        own = partners[begin:end]
        left = np.repeat(np.arange(begin, end), own)
        right = np.arange(len(left)) - np.repeat(np.cumsum(own) - own, own) + left + 1
        left, right = order[left], order[right]
        hit = boxes.suppress(left, right)
        if begin == 0 and end == count:
            return _resolved(alive, left[hit], right[hit])
        # a block may end inside of a group: earlier boxes are decided, later ones only lose
        alive = _resolved(alive, left[hit], right[hit])
        begin = end
    return alive


def _sweep(boxes: Boxes, bound: _Bound | None, members: Places, alive: Bools, most: int | None) -> None:
    """Decide over ``members``, best first, some rows at a time and only for those still alive."""
    found = 0
    columns = members
    while len(columns):
        rows, others = columns[:_ROWS], columns[_ROWS:]
        row, column = _hits(boxes, bound, rows, rows)
        below = column > row
        stays = _resolved(np.ones(len(rows), dtype=bool), row[below], column[below])
        alive[rows[~stays]] = False
        rows = rows[stays]
        found += len(rows)
        if most is not None and found >= most:
            alive[rows[len(rows) - (found - most) :]] = False
            alive[others] = False
            return
        left = np.ones(len(others), dtype=bool)
        left[_hits(boxes, bound, rows, others)[1]] = False
        alive[others[~left]] = False
        columns = others[left]


def _hits(boxes: Boxes, bound: _Bound | None, rows: Places, columns: Places) -> tuple[Places, Places]:
    """The positions in ``rows`` and ``columns`` of the pairs of which the first suppresses the second."""
    if bound is None:
        row = np.repeat(np.arange(len(rows)), len(columns))
        column = np.tile(np.arange(len(columns)), len(rows))
    else:
        row, column = bound.candidates(rows, columns)
    hit = boxes.suppress(rows[row], columns[column])
    return row[hit], column[hit]


class _Bound:
    """A quick bound on overlaps, from one matrix product.

    Where two boxes have an overlap of ``t``, both of their ends along an axis lie no further apart, in sum, than
    ``(1 - t) / t`` times the side of either box: in sides of the one box, the squared distance of the four edges is
    at most ``2 * ((1 - t) / t) ** 2``.
    """

    def __init__(self, points: Numbers, sides: Numbers, empty: Bools, limit: float) -> None:
        self.points, self.empty = points, empty
        inverse = 1.0 / np.where(empty, 1.0, sides)
        squares = points**2
        across, down = squares[0] + squares[2], squares[1] + squares[3]
        self.right = np.concatenate([across[None], down[None], points]).astype(np.float32)
        wide, tall = inverse**2
        left = np.stack([wide, tall, *(-2 * points * np.stack([wide, tall, wide, tall]))], 1)
        self.left = left.astype(np.float32)
        own = across * wide + down * tall
        # what float32 may lose in sums of such terms
        slack = 1e-6 * (across.max(initial=0) * wide + down.max(initial=0) * tall + own)
        self.limit = np.where(empty, -np.inf, limit * 1.001 + slack - own).astype(np.float32)

    @classmethod
    def of(cls, boxes: Boxes) -> _Bound | None:
        """The bound; None where boxes may be infinite, NaN or inside out, or if every overlap counts."""
        left, top, right, bottom = (edge.astype(np.float64) for edge in boxes.edges)
        right, bottom = right + boxes.extra, bottom + boxes.extra
        points, sides = np.stack([left, top, right, bottom]), np.stack([right - left, bottom - top])
        threshold = float(boxes.threshold) * 0.999
        if (
            boxes.nan_loses is not None
            or not threshold > 1e-3
            or not np.abs(points).max(initial=0) < 1e15
            or not (sides >= 0).all()
        ):
            return None
        # an empty box neither suppresses nor is suppressed
        empty = ~(boxes.areas > 0) | (sides <= 0).any(0)
        return cls(points, sides, empty, 2 * ((1 - threshold) / threshold) ** 2)

    def candidates(self, rows: Places, columns: Places) -> tuple[Places, Places]:
        """The positions in ``rows`` and ``columns`` of the pairs that may overlap enough."""
        left, right = torch.from_numpy(self.left[rows]), torch.from_numpy(self.right[:, columns])
        near = torch.mm(left, right).numpy() <= self.limit[rows, None]
        row = np.repeat(np.arange(len(rows)), near.sum(1))
        return row, np.flatnonzero(near) - row * len(columns)
