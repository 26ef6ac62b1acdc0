"""MXNet's single CPU generator: one Mersenne twister behind ``mx.np.random``, shuffling and multinomial draws.

The rules, each checked against MXNet 1.9.1:

- ``seed(s)`` seeds it with ``127 * s``, but ``seed(s, ctx)`` with ``s`` itself. The seed at start is 0.
- float32 uniform numbers take one word and float64 ones two, as in the parallel generator.
- Normal numbers come in pairs, and here both are used: first the ordinate, then the abscissa of an accepted point. A
  draw of an odd count throws its last abscissa away.
- A bounded integer in [0, n) is ``word // (0xFFFFFFFF // n)``, drawn again when that is n or more.
- One-dimensional data is shuffled from the front (libstdc++'s ``random_shuffle``), rows of other data from the back
  (Fisher-Yates).

Source: MXNet 1.9.1 src/resource.cc, include/mshadow/random.h, src/operator/random/shuffle_op.cc and
sample_multinomial_op.h, src/operator/numpy/random/np_choice_op.h and np_multinomial_op.h.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _exact
from ._mt19937 import Words, scratch
from ._swaps import inverse, swapped

Array = npt.NDArray[Any]
Indices = npt.NDArray[np.int64]

_SEED_STRIDE = 127
_WORD_MAX = 0xFFFFFFFF
_AT_LEAST = 624  # words fetched at a time when few are asked for
_BOUNDED_AT_ONCE = 1 << 14
_FEW_ROWS, _LONG_ROW = 16, 512  # where one search for each row is the better way
_FEW_CLASSES = 32  # that comparing with each of them is the quickest
_ENTRIES_AT_ONCE = 1 << 14
_FEW = 64  # normal numbers in a small draw
_AT_ONCE = 1 << 16  # points looked at together in a large draw


def _grouped(places: Indices) -> tuple[Indices, Indices, Indices]:
    """Return the order that groups equal places (earlier first), the places so ordered, and which continue a group."""
    # NumPy sorts 16-bit keys by counting, which is stable and many times faster than a comparison sort.
    order: Indices = np.argsort(places.astype(np.uint16), kind="stable")
    if places.size and places.max() > 0xFFFF:
        order = order[np.argsort((places >> 16).astype(np.uint16)[order], kind="stable")]
    ordered = places[order]
    return order, ordered, np.flatnonzero(ordered[1:] == ordered[:-1])


class SingleGenerator:
    """The twister behind ``mx.np.random`` on one device. Every method may be called from any thread."""

    def __init__(self, device_id: int = 0, seed: int = 0) -> None:
        self.device_id = device_id
        self._lock = threading.RLock()
        self._source: np.random.Generator | None = None
        self.seed(seed)

    def seed(self, seed: int, with_device: bool = True) -> None:
        """Start again from ``seed``: 127 times it plus the device's number, or it alone if a context was named."""
        with self._lock:
            self._seed = (seed * _SEED_STRIDE + self.device_id if with_device else seed) & 0xFFFFFFFF
            self._source = None
            self._unread: Words = np.empty(0, np.uint32)
            self._after_normal: Words | None = None  # what was unread when the last normal draw ended
            self._ahead: tuple[Words, int, Array, list[int], int, int] | None = None

    def get_state(self) -> dict[str, Any]:
        """Return the state as plain arrays and numbers."""
        with self._lock:
            twister = None if self._source is None else self._source.bit_generator.state
            return {"seed": self._seed, "twister": twister, "unread": self._unread.copy()}

    def set_state(self, saved: dict[str, Any]) -> None:
        """Continue from a saved state."""
        with self._lock:
            self._seed, self._unread, self._source = saved["seed"], saved["unread"].copy(), None
            if saved["twister"] is not None:
                twister = np.random.MT19937(0)
                twister.state = saved["twister"]
                self._source = np.random.Generator(twister)

    # Words

    def _fetch(self, count: int) -> Words:
        if self._source is None:
            twister = np.random.MT19937(0)
            np.random.RandomState(twister).seed(self._seed)  # the initialisation that std::mt19937 uses, too
            self._source = np.random.Generator(twister)
        return self._source.integers(0, _WORD_MAX, size=count, dtype=np.uint32, endpoint=True)

    def _peek(self, count: int) -> Words:
        """Return the next ``count`` words without consuming them."""
        short = count - self._unread.size
        if short > 0:
            self._unread = np.concatenate([self._unread, self._fetch(max(short, _AT_LEAST))])
        return self._unread[:count]

    def _consume(self, count: int) -> None:
        self._unread = self._unread[count:]

    def words(self, count: int) -> Words:
        """Draw 32-bit words."""
        with self._lock:
            if count <= _AT_LEAST:
                few: Words = self._peek(count).copy()
                self._consume(count)
                return few
            rest = self._fetch(count - self._unread.size) if count > self._unread.size else np.empty(0, np.uint32)
            found: Words = np.concatenate([self._unread[:count], rest])
            self._consume(count)
            return found

    # Numbers

    def uniform(self, count: int, dtype: npt.DTypeLike = np.float32, out: Array | None = None) -> Array:
        """Draw from [0, 1] as float32 or float64."""
        single = np.dtype(dtype) == np.float32
        if out is None:
            out = np.empty(count, np.float32 if single else np.float64)
        if single:
            _exact.to_uniform32(self.words(count), out)
        else:
            _exact.to_uniform64(self.words(2 * count), out)
        return out

    def normal(self, count: int, dtype: npt.DTypeLike = np.float32, out: Array | None = None) -> Array:
        """Draw standard normal numbers as float32 or float64."""
        single = np.dtype(dtype) == np.float32
        if out is None:
            out = np.empty(count, np.float32 if single else np.float64)
        unit = 2 if single else 4
        done = 0
        with self._lock:
            if count <= _FEW and self._few_normal(out, unit, single):
                return out
            while done < count:
                due = (count - done + 1) // 2  # accepted points
                points = min(int(due * 1.2733 + 2.4 * due**0.5) + 3, _AT_ONCE)
                indices, ordinates, radii, abscissas = self._points(points * unit, single)
                indices = indices[:due]
                radii = radii[indices]
                stretch = _exact.stretch32(radii) if single else _exact.stretch64(radii)
                pairs = np.empty((indices.size, 2), out.dtype)
                np.multiply(ordinates[indices], stretch, out=pairs[:, 0])
                np.multiply(abscissas[indices], stretch, out=pairs[:, 1])
                n = min(2 * indices.size, count - done)
                out[done : done + n] = pairs.reshape(-1)[:n]
                done += n
                self._consume((int(indices[-1]) + 1 if indices.size == due else points) * unit)
            self._after_normal = self._unread
        return out

    def _few_normal(self, out: Array, unit: int, single: bool) -> bool:
        """Fill ``out`` from normal numbers made ahead, which small draws one after another share; False if not.

        They are made from unread words when a draw begins where the last one ended, and thrown away once anybody else
        takes words: what is consumed is the same either way.
        """
        if self._after_normal is not self._unread:
            return False
        ahead = self._ahead
        if ahead is None or ahead[0] is not self._unread or ahead[1] != unit:
            words = self._peek(_AT_LEAST).size // unit * unit
            indices, ordinates, radii, abscissas = self._points(words, single)
            radii = radii[indices]
            stretch = _exact.stretch32(radii) if single else _exact.stretch64(radii)
            pairs = np.empty((indices.size, 2), out.dtype)
            np.multiply(ordinates[indices], stretch, out=pairs[:, 0])
            np.multiply(abscissas[indices], stretch, out=pairs[:, 1])
            ahead = self._unread, unit, pairs.reshape(-1), ((indices + 1) * unit).tolist(), 0, 0
        _, _, numbers, ends, at, consumed = ahead
        last = at + (out.size + 1) // 2
        if last > len(ends) or last == at:
            self._ahead = None
            return False
        out[...] = numbers[2 * at : 2 * at + out.size]
        self._consume(ends[last - 1] - consumed)
        self._ahead = self._unread, unit, numbers, ends, last, ends[last - 1]
        self._after_normal = self._unread
        return True

    def _points(self, words: int, single: bool) -> tuple[Indices, Array, Array, Array]:
        found: tuple[Indices, Array, Array]
        found = (_exact.polar32 if single else _exact.polar64)(self._peek(words).reshape(1, -1))
        ordinates = found[1]
        base: Array = ordinates.base  # type: ignore[assignment]
        return *found, base.reshape(-1)[: 2 * ordinates.size][0::2]

    def bounded(self, first: int, step: int, out: Indices) -> Indices:
        """Draw one integer from each [0, first), [0, first + step), [0, first + 2 * step), ... to fill ``out``."""
        with self._lock:
            for start in range(0, out.size, _BOUNDED_AT_ONCE):
                drawn = out[start : start + _BOUNDED_AT_ONCE]
                least = first + start * step
                part = np.arange(drawn.size, dtype=np.float64)
                np.multiply(part, step, out=part)
                np.add(part, least, out=part)
                # Whole numbers below 2**32: the float64 quotient rounds to the right whole number when cut off.
                scale = np.divide(_WORD_MAX, part, out=scratch.get("bounded-scale", part.size, np.float64))
                np.floor(scale, out=scale)
                words = self.words(part.size)
                quotient = np.divide(words, scale, out=scratch.get("bounded-quotient", part.size, np.float64))
                np.copyto(drawn, quotient, casting="unsafe")
                refused = np.flatnonzero(quotient >= part)
                while refused.size:
                    # Rare (size / 2**32 a draw): leave the refused word out and let all later draws move up.
                    at = int(refused[0])
                    words[at:-1] = words[at + 1 :]
                    words[-1:] = self.words(1)
                    drawn[at:] = words[at:] / scale[at:]
                    refused = at + np.flatnonzero(drawn[at:] >= part[at:])
        return out

    # Orders and choices

    def permutation(self, count: int, rows: bool = False) -> Array:
        """Return the order in which a shuffle leaves ``count`` elements, or rows of data with several axes."""
        if count < 2:
            return np.arange(count)
        partner = scratch.get("swap-partner", count, np.int64)  # none of these in new memory: the system's is dear
        partner[0] = 0
        if not rows:
            self.bounded(2, 1, partner[1:])
            return swapped(partner)
        # The same swaps from the back undo those from the front: the order is the inverse one.
        self.bounded(count, -1, partner[:0:-1])
        return inverse(swapped(partner))

    def multinomial(self, probabilities: Array, count: int) -> Indices:
        """Return ``count`` outcomes for each row of ``probabilities`` (``mx.nd.random.multinomial``), shape (rows,
        count).

        An outcome is the first whose cumulative probability (summed in float64, kept in float32) reaches a float32
        uniform number; where a row sums to less, the result may be the number of outcomes, as in MXNet.
        """
        rows, classes = probabilities.shape
        drawn = self.uniform(rows * count).reshape(rows, count).astype(probabilities.dtype, copy=False)
        if classes <= _FEW_CLASSES:
            return self._compared(probabilities, drawn)
        table = np.empty(probabilities.shape, probabilities.dtype)
        at_once = max(1, _ENTRIES_AT_ONCE // classes)
        sums = np.empty((min(at_once, rows), classes), np.float64)
        for start in range(0, rows, at_once):
            part = probabilities[start : start + at_once]
            cumulative = part.cumsum(axis=1, dtype=np.float64, out=sums[: part.shape[0]])
            table[start : start + at_once] = cumulative.astype(np.float32)
        if rows <= _FEW_ROWS or count >= _LONG_ROW:
            found = np.empty((rows, count), np.int64)
            for row, u, place in zip(table, drawn, found, strict=True):
                place[...] = row.searchsorted(u, side="left")
            return found
        # The search of all rows at once: halve the interval of each.
        left, right = np.zeros((rows, count), np.int64), np.full((rows, count), classes)
        first = np.arange(rows)[:, None] * classes
        flat = table.reshape(-1)
        for _ in range(classes.bit_length()):
            middle = (left + right) >> 1
            below = (flat.take(first + middle, mode="clip") < drawn) & (left < right)
            left = np.where(below, middle + 1, left)
            right = np.where(below, right, middle)
        return left

    @staticmethod
    def _compared(probabilities: Array, drawn: Array) -> Indices:
        """Return how many of a row's cumulative probabilities are below each number drawn."""
        rows, count = drawn.shape
        found = np.empty(drawn.shape, np.int64)
        at_once = max(1, _ENTRIES_AT_ONCE // max(count, 1))
        for start in range(0, rows, at_once):
            some = slice(start, start + at_once)
            total = np.zeros(drawn[some].shape[0])
            below = np.zeros((total.size, count), np.uint8)
            for each in probabilities[some].T:
                np.add(total, each, out=total)
                edge = total.astype(np.float32).astype(drawn.dtype, copy=False)
                np.add(below, np.less(edge[:, None], drawn[some]), out=below)
            found[some] = below
        return found

    def multinomial_counts(self, trials: int, pvals: Array, count: int, listed: bool = True) -> Indices:
        """Return how often each outcome came up in ``count`` experiments (``mx.np.random.multinomial``).

        Where ``pvals`` came as a list of numbers rather than an array, one more number is drawn for each of them.
        """
        drawn = self.uniform(count * trials + (pvals.size if listed else 0), np.float64)[: count * trials]
        drawn = drawn.astype(pvals.dtype)
        outcome = np.minimum(pvals.cumsum(dtype=pvals.dtype).searchsorted(drawn, side="right"), pvals.size - 1)
        experiment = np.repeat(np.arange(count), trials)
        return np.bincount(experiment * pvals.size + outcome, minlength=count * pvals.size).reshape(count, pvals.size)

    def choice(self, size: int, count: int, replace: bool = True, weights: Array | None = None) -> Indices:
        """Return ``count`` indices below ``size`` (``mx.np.random.choice``)."""
        if weights is not None:
            if replace:
                return weights.cumsum(dtype=np.float32).searchsorted(self.uniform(count), side="left").astype(np.int64)
            keys = _exact.any_logf(-_exact.any_logf(self.uniform(size)))
            with np.errstate(divide="ignore"):
                keys = -keys + _exact.any_logf(weights.astype(np.float32))
            return np.argsort(-keys, kind="stable")[:count]
        if replace:
            return self.words(count).astype(np.int64) % size
        swaps = min(count, size - count)
        split = size - swaps
        drawn = self.words(swaps).astype(np.int64) % (np.arange(swaps) + split + 1)
        found = np.arange(size)
        movers = np.flatnonzero(drawn < split)
        order, places, again = _grouped(drawn[movers])
        order = movers[order] + split
        found[order] = places  # what a place of the reservoir holds before anything came: itself
        found[order[again + 1]] = order[again]
        last = np.append(np.flatnonzero(places[1:] != places[:-1]), places.size - 1)[: places.size]
        found[places[last]] = order[last]
        return found[split:] if 2 * count < size else found[:count]
