"""Negative binomials on the parallel generator: Poisson numbers whose rates are gamma numbers.

How many uniform numbers a value takes depends on every number before, so a state makes its values one after the other.
Two ways to have many lanes all the same:

- In order, where the parameters change after a few values: each state is one lane.
- Ahead, where they stay: lanes begin at several places of a state's numbers, all but the first by guess. Where a lane
  comes to a place at which another one made an attempt, what follows is the same, and it stops there. Soon every guess
  has been met by the lane before it, so that the state's values can be read off: those of its first lane up to where it
  stopped, from there on those of the lane it met, and so on.

Source: MXNet 1.9.1 src/operator/random/sampler.h.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _exact
from ._lanes import RESERVE, Entries, Lanes, Places
from ._laws import Index
from ._mt19937 import BLOCK, StateBank

Array = npt.NDArray[Any]

_ROWS_AT_ONCE = 128
_WAITING = 8  # new numbers are made when one state in so many waits for them
_ALIKE = 24  # values with the same parameters in a state from which on going ahead is quicker
_SEGMENT = 1, 120  # numbers between the beginnings of two lanes of a state, at least and at most
_LANES = 1 << 13  # lanes that are enough
_PLACES = 3 << 20  # numbers that all lanes look at together, at most


#: Calls a function for parts (first, past) of so many rows of so many values, in several threads where that pays.
Share = Callable[[int, int, Callable[[int, int], None]], None]


def _alone(rows: int, step: int, work: Callable[[int, int], None]) -> None:
    work(0, rows)


def draw(
    bank: StateBank, due: Index, goes_to: Index, entries: Entries, per_entry: int, out: Array, share: Share = _alone
) -> None:
    """Let each state put ``due`` values at ``out[goes_to:]``, which takes ``per_entry`` of each distribution."""
    if min(per_entry, int(due[0])) < _ALIKE:
        with np.errstate(all="ignore"):
            _InOrder(bank, due, goes_to, entries, per_entry, out, share).run()
        return

    def work(first: int, past: int) -> None:
        rows, some = np.arange(first, past), slice(first, past)
        with np.errstate(all="ignore"):
            _go_ahead(bank, rows, due[some], goes_to[some], entries, per_entry, out)

    share(due.size, int(due[0]), work)


def _endless() -> RuntimeError:
    """Parameters with which MXNet never comes to an end."""
    return RuntimeError(f"random: one value needs more than {BLOCK - RESERVE} uniform numbers")


class _InOrder(Lanes):
    """A lane for each state, with the numbers of a block."""

    def __init__(
        self, bank: StateBank, due: Index, goes_to: Index, entries: Entries, per_entry: int, out: Array, share: Share
    ) -> None:
        self.bank, self.per_entry, self.out, self.share = bank, per_entry, out, share
        self.first = np.arange(due.size) * BLOCK
        super().__init__(
            Places.room(due.size * BLOCK),
            entries,
            self.first.copy(),
            self.first + (BLOCK - RESERVE),  # -1: all values are made
            self.first + BLOCK,
        )
        self.to, self.last = goes_to.copy(), goes_to + due
        self.before = self.to.copy()  # when numbers were last made
        self.unfinished = int(due.min())  # values that every lane still owes at least
        if not self.one:
            self.entry = self.to // per_entry

    def run(self) -> None:
        """Make all values."""
        lanes = np.arange(self.to.size)
        self._fill(lanes)
        while self.live:
            free = self.place <= self.room
            if (self.live - int(np.count_nonzero(free))) * _WAITING >= self.live:
                waiting = np.flatnonzero(~free & (self.room >= 0))
                self._renew(waiting)
                free[waiting] = True
            if self.unfinished <= 0:
                self.unfinished = int((self.last - self.to)[self.room >= 0].min())
            self.unfinished -= 1
            self.turn(free)
        self._settle(lanes)

    def deliver(self, lanes: Index, place: Index, value: Index) -> None:
        to = self.to.take(lanes)
        self.out[to] = value
        np.add(to, 1, out=to)
        self.to[lanes] = to
        self.place[lanes] = place
        if not self.one:
            self.entry[lanes] = to // self.per_entry
        if self.unfinished <= 0:
            done = lanes.take(np.flatnonzero(to == self.last.take(lanes)))
            self.room[done] = -1
            self.live -= done.size

    def _renew(self, lanes: Index) -> None:
        """Give states new numbers."""
        if (self.to[lanes] == self.before[lanes]).any():
            raise _endless()
        self.before[lanes] = self.to[lanes]
        self._settle(lanes)
        self.place[lanes] = self.first[lanes]
        self.room[lanes] = self.first[lanes] + (BLOCK - RESERVE)
        self._fill(lanes)

    def _settle(self, lanes: Index) -> None:
        self.bank.position[lanes] += self.place[lanes] - self.first[lanes]

    def _fill(self, lanes: Index) -> None:
        self.share(lanes.size, 2 * BLOCK, lambda first, past: self._fill_some(lanes[first:past]))

    def _fill_some(self, lanes: Index) -> None:
        for start in range(0, lanes.size, _ROWS_AT_ONCE):
            some = lanes[start : start + _ROWS_AT_ONCE]
            first, past = int(some[0]), int(some[-1]) + 1
            window = self.bank.window(some, BLOCK)
            if past - first == some.size:
                part = self.places.part(first * BLOCK, past * BLOCK)
                _exact.to_uniform32(window, part.u.reshape(-1, BLOCK))
                part.describe()
                continue
            part = Places.room(some.size * BLOCK)
            _exact.to_uniform32(window, part.u.reshape(-1, BLOCK))
            part.describe()
            for table, made in zip(self.places, part, strict=True):
                table.reshape(-1, BLOCK)[some] = made.reshape(-1, BLOCK)


class _Ahead(Lanes):
    """Lanes that begin at several places of each row, the first of them at its very beginning."""

    def __init__(
        self, places: Places, entries: Entries, entry: Index, starts: Index, room: Index, limit: Index
    ) -> None:
        super().__init__(places, entries, starts, room, limit)
        if not self.one:
            self.entry = entry
        #: When and by which lane an attempt was made at a place; below 0 (none): inverse of the distance to skip
        self.mark = np.invert(places.skip, dtype=np.int32)
        self.met = np.full(starts.size, -1, np.int64)  # the visit at which a lane stopped
        self.values: list[Array] = []  # of each turn, with -1 for none
        self.ends: list[Array] = []  # where the numbers of those values end

    def run(self) -> None:
        """Go on until every lane has met another one or the end of its numbers."""
        lanes = self.place.size
        while True:
            free = self.place <= self.room
            self.live = int(np.count_nonzero(free))
            if not self.live:
                return
            self.values.append(np.full(lanes, -1, np.int32))
            self.ends.append(np.empty(lanes, np.int32))
            self.turn(free)

    def meet(self, lanes: Index, place: Index) -> tuple[Index, Index]:
        found = self.mark.take(place)
        new = found < 0
        if not new.all():
            stopped = np.flatnonzero(~new)
            some = lanes.take(stopped)
            self.met[some] = found.take(stopped)
            self.room[some] = -1
            stay = np.flatnonzero(new)
            lanes, place = lanes.take(stay), place.take(stay)
        self.mark[place] = lanes + (len(self.values) - 1) * self.place.size
        return lanes, place

    def approach(self, lanes: Index, place: Index) -> tuple[Index, Index]:
        away = self.mark.take(place)
        np.invert(away, out=away)
        np.maximum(away, np.int32(0), out=away)
        np.add(place, away, out=place)
        return self.meet(lanes, place)

    def deliver(self, lanes: Index, place: Index, value: Index) -> None:
        self.values[-1][lanes] = value
        self.ends[-1][lanes] = place
        self.place[lanes] = place

    def read(self, first: Index) -> tuple[Index, Array, Index]:
        """Return how many values each row has made, all values, and their ends; ``first`` is each row's first lane."""
        lanes, count = self.place.size, first.size
        row, lane, since = np.arange(count), first, np.zeros(count, np.int64)
        runs = [(row, lane, since)]
        while row.size:
            visit = self.met[lane]
            more = np.flatnonzero(visit >= 0)
            row, visit = row[more], visit[more]
            since, lane = np.divmod(visit, lanes)
            runs.append((row, lane, since))
        row, lane, since = (np.concatenate(part) for part in zip(*runs, strict=True))
        order = np.argsort(row, kind="stable")
        row, lane, since = row[order], lane[order], since[order]
        values = np.stack(self.values).T[lane]
        true = values != -1
        true &= np.arange(len(self.values)) >= since[:, None]
        chosen = np.flatnonzero(true)
        made = np.add.reduceat(true.sum(axis=1), np.searchsorted(row, np.arange(count)))
        return made, values.reshape(-1)[chosen], np.stack(self.ends).T[lane].reshape(-1)[chosen]


def _words(entries: Entries) -> Array:
    """Return about how many numbers a value takes of each distribution."""
    mean = np.where(entries.fixed, entries.scale, (entries.d + 0.3) * entries.scale)
    found: Array = 5.0 + np.clip(np.nan_to_num(mean, nan=0.0), 0, 12)
    return found


def _read(bank: StateBank, rows: Index, rest: int, blocks: Index, table: Array) -> None:
    """Consume ``rest`` words and then ``blocks`` blocks of each row, as uniform numbers."""
    for i in range(-1 if rest else 0, int(blocks.max())):
        begin, count = (rest + i * BLOCK, BLOCK) if i >= 0 else (0, rest)
        some = np.flatnonzero(blocks > i)
        for start in range(0, some.size, _ROWS_AT_ONCE):
            part = some[start : start + _ROWS_AT_ONCE]
            window = bank.window(rows[part], count)
            first, past = int(part[0]), int(part[-1]) + 1
            if past - first == part.size:
                _exact.to_uniform32(window, table[first:past, begin : begin + count])
            else:
                table[part, begin : begin + count] = window * np.float32(2.0**-32)
        bank.position[rows[some]] += count


def _go_ahead(
    bank: StateBank, rows: Index, due: Index, goes_to: Index, entries: Entries, per_entry: int, out: Array
) -> None:
    one = entries.d.size == 1
    least = 1 if entries.fixed.any() else 4  # numbers that a value takes
    to, last = goes_to.copy(), goes_to + due
    short = np.zeros(rows.size, bool)  # rows that made nothing of too few numbers
    per_value = _words(entries)
    while rows.size:
        entry = to // per_entry
        wanted = last - to if one else np.minimum(last, (entry + 1) * per_entry) - to
        # Rows have so many numbers before their last block that what they need is a number of whole blocks.
        most = max(_PLACES // (rows.size * BLOCK), 1) * BLOCK
        need = np.minimum((wanted * (per_value if one else per_value[entry]) * 1.08).astype(np.int64) + 80, most)
        need[short] = BLOCK
        rest = int(need.max()) % BLOCK
        blocks = -(-np.maximum(need - rest, 0) // BLOCK)
        held = rest + blocks * BLOCK
        width = int(held.max())
        # A block that is not used is simply unread again. Rows that may use less are kept as they are now.
        unsure = np.flatnonzero(held - BLOCK > least * wanted)
        saved = bank.copy(rows[unsure])
        places = Places.room(rows.size * width)
        _read(bank, rows, rest, blocks, places.u.reshape(-1, width))
        at_once = max(1, _ROWS_AT_ONCE * BLOCK // width) * width
        for start in range(0, places.u.size, at_once):
            places.part(start, start + at_once).describe()
        extent = np.minimum(held, need)
        begin = np.arange(rows.size) * width
        segment = int(np.clip(extent.sum() // _LANES, *_SEGMENT))
        lanes = np.maximum((extent - RESERVE) // segment, 1)
        first = lanes.cumsum() - lanes
        row = np.repeat(np.arange(rows.size), lanes)
        starts = begin[row] + (np.arange(row.size) - first[row]) * segment
        limit = (begin + extent)[row]
        walk = _Ahead(places, entries, entry[row], starts, limit - RESERVE, limit)
        walk.run()
        made, values, ends = walk.read(first)
        kept = np.minimum(made, wanted)
        opening = made.cumsum() - made
        row = np.repeat(np.arange(rows.size), made)
        rank = np.arange(values.size) - opening[row]
        chosen = np.flatnonzero(rank < kept[row])
        out[(to[row] + rank)[chosen]] = values[chosen]
        some = np.flatnonzero(kept)
        used = np.zeros(rows.size, np.int64)
        used[some] = ends[opening[some] + kept[some] - 1] - begin[some]
        unread = held - used
        over = np.flatnonzero(unread > BLOCK)
        if ((kept == 0) & (extent >= BLOCK)).any() or not np.isin(over, unsure).all():
            raise _endless()
        bank.position[rows] -= unread
        bank.put_back(rows[over], saved, unsure.searchsorted(over), used[over])
        if one and kept.any():  # next time with what they really take
            per_value = used.sum() / kept.sum()
        to = to + kept
        left = np.flatnonzero(to < last)
        rows, to, last, short = rows[left], to[left], last[left], kept[left] == 0
