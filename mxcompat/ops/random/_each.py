"""Gamma and Poisson numbers whose parameters change from value to value, on the parallel generator.

How many uniform numbers a value takes depends on its parameters, so a state makes its values one after the other. All
states go side by side: each turn is one attempt of every state, each with the parameters of the value it is at.

Source: MXNet 1.9.1 src/operator/random/sampler.h.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from . import _exact
from ._lanes import accepted
from ._laws import MARGIN, Flags, Index, Tall, gamma_parts, roughly_lorentz, surely_won
from ._mt19937 import BLOCK, StateBank

Array = npt.NDArray[Any]

_NEAR = 4  # how far the table of distances looks for a point in the disc


class _Lanes:
    """States side by side, and the numbers each will meet next."""

    #: how many numbers a turn takes at most
    longest = 1

    def __init__(self, bank: StateBank, due: Index, goes_to: Index, per_entry: int, out: Array, unit: int = 1) -> None:
        self.bank, self.per_entry, self.out, self.unit = bank, per_entry, out, unit
        self.rows = np.arange(due.size)
        self.to, self.last = goes_to.copy(), goes_to + due
        self.width = 0

    def run(self, per_value: float) -> None:
        """Make all values, which take about ``per_value`` numbers each."""
        most = BLOCK // self.unit
        with np.errstate(all="ignore"):
            while self.rows.size:
                due = int((self.last - self.to).max())
                self.width = min(int(due * per_value * 1.1) + 24 + self.longest, most)
                self.look(self.bank.window(self.rows, self.width * self.unit))
                self.first = np.arange(self.rows.size) * self.width
                self.place = self.first.copy()
                self._use()

    def _use(self) -> None:
        """Make turns until a state might run out of numbers."""
        while self.rows.size:
            room = self.width - int((self.place - self.first).max())
            unfinished = int((self.last - self.to).min())
            turns = min(room // self.longest, unfinished)
            if not turns and unfinished:
                break
            for _ in range(turns):
                self.turn()
            self._dismiss()
        self.bank.position[self.rows] += (self.place - self.first) * self.unit

    def _dismiss(self) -> None:
        """Let go of the states that have made all their values."""
        left = np.flatnonzero(self.to < self.last)
        if left.size == self.rows.size:
            return
        done = np.flatnonzero(self.to >= self.last)
        self.bank.position[self.rows[done]] += (self.place - self.first)[done] * self.unit
        self.rows, self.to, self.last, self.first, self.place = (
            part[left] for part in (self.rows, self.to, self.last, self.first, self.place)
        )

    def entry(self) -> Index:
        """Return which distribution each state draws from now."""
        found: Index = self.to if self.per_entry == 1 else self.to // self.per_entry
        return found

    def look(self, words: npt.NDArray[np.uint32]) -> None:
        """Make tables of the numbers that these words of each state give."""
        raise NotImplementedError

    def turn(self) -> None:
        """Let every state make one attempt."""
        raise NotImplementedError


class _GammaLanes(_Lanes):
    longest = _NEAR + 4

    def __init__(
        self,
        bank: StateBank,
        due: Index,
        goes_to: Index,
        parameters: tuple[Array, Array],
        per_entry: int,
        out: Array,
        half: bool,
    ) -> None:
        super().__init__(bank, due, goes_to, per_entry, out, out.itemsize // 4)
        shape, scale = (column.reshape(-1) for column in parameters)
        self.half, self.scale, self.one = half, scale, shape.size == 1
        self.d, self.k, self.c = gamma_parts(shape, half, out.dtype)
        self.small: Flags = shape < 1
        self.bases = np.empty(out.size if self.small.any() else 0, out.dtype)
        power = 1.0 / shape.astype(np.float64)
        self.power = (_exact.to_half(power) if half else power).astype(out.dtype).astype(np.float64)

    def look(self, words: npt.NDArray[np.uint32]) -> None:
        single = self.out.dtype == np.float32
        u = np.empty((words.shape[0], self.width), self.out.dtype)
        (_exact.to_uniform32 if single else _exact.to_uniform64)(words, u)
        self.u = u.reshape(-1)
        self.finish = _exact.normal32 if single else _exact.normal64
        # Neighbours meet at the seams; what is said there of places near an end is never read.
        kind = self.u.dtype.type
        squares = self.u * kind(2)
        np.subtract(squares, kind(1), out=squares)
        np.multiply(squares, squares, out=squares)
        self.radii = np.empty_like(squares)
        self.radii[-1] = 2
        np.add(squares[:-1], squares[1:], out=self.radii[:-1])
        outside = (self.radii > kind(1)).view(np.uint8)
        self.skip = outside << 1
        np.multiply(outside[:-2], self.skip[2:], out=outside[:-2])
        self.skip[:-2] += outside[:-2]

    def turn(self) -> None:
        entry = self.to if self.one else self.entry()
        kind = self.u.dtype.type
        place = self.place
        np.add(place, self.skip.take(place), out=place)
        radii = self.radii.take(place)
        np.add(place, 1, out=place)
        z = self.u.take(place)
        np.multiply(z, kind(2), out=z)
        np.subtract(z, kind(1), out=z)
        z = self.finish(z, radii)
        np.add(place, 1, out=place)
        number = self.u.take(place)
        drawn = z > -self._of(self.k, entry)  # False: MXNet draws again before the test (also for no point)
        np.add(place, drawn, out=place)
        d = self._of(self.d, entry)
        v = ((self._of(self.c, entry) * z).astype(np.float64) + 1.0).astype(kind)
        v = v * v * v
        log = np.log(v)
        left = np.log(kind(1) - number)
        square = z * z * kind(0.5)
        gain = square + d * (kind(1) - v + log)
        margin = d * (kind(1) + v + np.abs(log)) + square + (kind(4) - left)
        np.multiply(margin, MARGIN[z.dtype], out=margin)
        np.subtract(gain, left, out=gain)
        won: Flags = gain > 0
        unsure = np.flatnonzero(np.abs(gain) <= margin)
        if unsure.size:
            won[unsure] = surely_won(z[unsure], v[unsure], d if self.one else d[unsure], number[unsure])
        np.logical_and(won, drawn, out=won)
        sample = d * v * self._of(self.scale, entry)
        self.out[self.to] = _exact.to_half(sample) if self.half else sample
        if self.bases.size:
            self.bases[self.to] = self.u.take(place, mode="clip")
            np.add(place, won & self._of(self.small, entry), out=place)
        np.add(self.to, won, out=self.to)

    def _of(self, part: Array, entry: Index) -> Array:
        return part if self.one else part.take(entry)

    def scale_small(self) -> None:
        """Take the values with shapes below 1 to where they belong."""
        at = np.flatnonzero(self.small if self.per_entry == 1 else np.repeat(self.small, self.per_entry))
        base, power = self.bases[at], self.power[at if self.per_entry == 1 else at // self.per_entry]
        if self.out.dtype == np.float32:
            factor = np.power(base.astype(np.float64), power)
        else:
            factor = _exact.pow64(base, power)
        self.out[at] = self.out[at] * factor


class _TallLanes(_Lanes):
    longest = 2

    def __init__(self, bank: StateBank, due: Index, goes_to: Index, rate: Array, per_entry: int, out: Array) -> None:
        super().__init__(bank, due, goes_to, per_entry, out)
        self.tall = Tall.of(rate)

    def look(self, words: npt.NDArray[np.uint32]) -> None:
        u = np.empty(words.shape, np.float32)
        _exact.to_uniform32(words, u)
        self.u = u.reshape(-1)
        self.lorentz = roughly_lorentz(self.u)

    def turn(self) -> None:
        tall = Tall(*(part.take(self.entry()) for part in self.tall))
        place = self.place
        first = self.u.take(place)
        y, em = tall.propose(first, self.lorentz.take(place))
        proposed = ~(em < 0)
        np.add(place, 1, out=place)
        won, value = accepted(tall, y, em, first, self.u.take(place, mode="clip"))
        np.add(place, proposed, out=place)
        np.logical_and(won, proposed, out=won)
        self.out[self.to] = value
        np.add(self.to, won, out=self.to)


def gamma(
    bank: StateBank, due: Index, goes_to: Index, shape: Array, scale: Array, per_entry: int, out: Array, half: bool
) -> None:
    """Let state ``i`` put ``due[i]`` gamma numbers at ``out[goes_to[i]:]``, ``per_entry`` of each shape and scale."""
    lanes = _GammaLanes(bank, due, goes_to, (shape, scale), per_entry, out, half)
    lanes.run(4.0)
    if lanes.bases.size:
        with np.errstate(all="ignore"):
            lanes.scale_small()


def tall_poisson(bank: StateBank, due: Index, goes_to: Index, rate: Array, per_entry: int, out: Array) -> None:
    """Let state ``i`` put ``due[i]`` Poisson numbers at ``out[goes_to[i]:]``; all rates are 12 or more."""
    _TallLanes(bank, due, goes_to, rate.reshape(-1), per_entry, out).run(3.6)


def few_poisson(bank: StateBank, due: Index, goes_to: Index, rate: Array, per_entry: int, out: Array) -> None:
    """As ``tall_poisson``, for rates below 12 (or nan): multiply uniform numbers until the product is small."""
    threshold = _exact.expf(-rate.reshape(-1))
    np.copyto(threshold, np.float32(np.inf), where=np.isnan(threshold))  # no product is above it, just as with nan
    if per_entry > 1:
        threshold = np.repeat(threshold, per_entry)
    rows, to, due = np.arange(due.size), goes_to.copy(), due.copy()
    product, taken = np.ones(rows.size, np.float32), np.zeros(rows.size, np.int64)
    per_value = max(float(np.nan_to_num(rate).max()), 0.0) + 1.0
    one = np.float32(1)
    while rows.size:
        width = min(int(int(due.max()) * per_value * 1.1) + 24, BLOCK)
        u = np.empty((width, rows.size), np.float32)
        _exact.to_uniform32(bank.window(rows, width).T, u)
        ended = np.empty(u.shape, bool)
        now = to.copy()
        least = threshold.take(now)
        for numbers, ends in zip(u, ended, strict=True):
            np.multiply(product, numbers, out=product)
            np.less_equal(product, least, out=ends)
            np.copyto(product, one, where=ends)
            np.add(now, ends, out=now)
            threshold.take(now, out=least, mode="clip")
        ends = np.flatnonzero(ended.T)
        lane = ends // width
        made = now - to
        first = made.cumsum() - made
        rank = np.arange(ends.size) - first[lane]
        value = np.diff(ends, prepend=-1) - 1
        some = np.flatnonzero(made)
        value[first[some]] = ends[first[some]] - some * width + taken[some]
        wanted = np.flatnonzero(rank < due[lane])
        out[to[lane[wanted]] + rank[wanted]] = value[wanted]
        done = made >= due
        used = np.full(rows.size, width)
        finished = np.flatnonzero(done)
        used[finished] = ends[first[finished] + due[finished] - 1] - finished * width + 1
        bank.position[rows] += used
        taken += width
        taken[some] = (some + 1) * width - 1 - ends[first[some] + made[some] - 1]
        left = np.flatnonzero(~done)
        rows, to, due = rows[left], now[left], (due - made)[left]
        product, taken = product[left], taken[left]
