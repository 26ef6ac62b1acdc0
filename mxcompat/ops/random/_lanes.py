"""Attempts at Poisson numbers whose rates are gamma numbers, made by many lanes at once.

A lane stands at a place of a table of uniform numbers. In a turn each lane that is at a gamma number makes an attempt,
and each one that has got its rate then makes its Poisson number, or an attempt at it.

What is cheap for long vectors is said in advance for every place: how far it is from here to a point in the unit disc,
and the logarithm of the product of the next four numbers. The number of factors whose product first falls to
``exp(-rate)`` is then found by halving, in rounded arithmetic with a margin; what falls within a margin is decided by
MXNet's own arithmetic.

Source: MXNet 1.9.1 src/operator/random/sampler.h.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _exact
from ._laws import FEW, Flags, Index, Tall, gamma_parts, surely_won
from ._mt19937 import scratch

Array = npt.NDArray[Any]

RESERVE = 44  # numbers that are enough for a gamma attempt and most Poisson numbers (or some attempts at one)
_WORTH, _WORTH_AGAIN = 32, 6  # one lane in so many for a first attempt at a tall Poisson number, and for another one
_TRIES = 3
_FEW_LANES = 4096
_GAMMA_MARGIN = np.float32(2e-6)
_SUM_MARGIN = np.float32(4e-5)
_HEIGHT_MARGIN = np.float32(6e-6)
_TABLED = 4096
_LGAMMA: list[Array] = []
_ONE, _TWO, _FOUR, _HALF = (np.float32(x) for x in (1, 2, 4, 0.5))


class Entries(NamedTuple):
    """What gamma numbers need to know of their parameters: arrays with an element for each distribution."""

    d: Array
    k: Array
    c: Array
    scale: Array
    power: Array  # the exponent of the last factor, for shapes below 1
    small: Flags  # shape below 1
    fixed: Flags  # shape nan: the scale is the rate itself
    half: bool  # float16 parameters

    @classmethod
    def of(cls, shape: Array, scale: Array, half: bool) -> Entries:
        """Return what columns of shapes and scales give."""
        a, b = shape.reshape(-1), scale.reshape(-1)
        fixed = np.isnan(a)
        a = np.where(fixed, a.dtype.type(1), a)
        d, k, c = gamma_parts(a, half, np.float32)
        with np.errstate(divide="ignore", over="ignore"):
            power = 1.0 / a.astype(np.float64)
            power = (_exact.to_half(power) if half else power).astype(np.float32).astype(np.float64)
        return cls(d, k, c, b, power, a < 1, fixed, half)


class Places(NamedTuple):
    """Uniform numbers, a row for each state, and what can be said of every place among them (all flat)."""

    u: Array
    skip: Array  # to the next point in the disc at an even distance, if it is near
    log4: Array  # logarithm of the product of four

    @classmethod
    def room(cls, size: int) -> Places:
        """Return room for ``size`` places."""
        return cls(np.empty(size, np.float32), np.empty(size, np.uint8), np.empty(size, np.float32))

    def part(self, first: int, past: int) -> Places:
        """Return the places from ``first`` to ``past``."""
        return Places(*(table[first:past] for table in self))

    def describe(self) -> None:
        """Work the tables out from ``u``; rows run into each other, so that nothing is true at a row's very end."""
        u, skip, log4 = self
        squares = scratch.get("places-squares", u.size, np.float32)
        np.multiply(u, np.float32(2), out=squares)
        np.subtract(squares, np.float32(1), out=squares)
        np.multiply(squares, squares, out=squares)
        np.add(squares[:-1], squares[1:], out=squares[:-1])
        two = (squares > np.float32(1)).view(np.uint8)
        np.left_shift(two, 1, out=two)
        four = scratch.get("places-four", u.size, np.uint8)
        four[-2:] = 2
        np.right_shift(two[:-2], 1, out=four[:-2])
        np.multiply(four[:-2], two[2:], out=four[:-2])
        np.add(four[:-2], two[:-2], out=four[:-2])
        skip[-4:] = 4
        np.right_shift(four[:-4], 2, out=skip[:-4])
        np.multiply(skip[:-4], four[4:], out=skip[:-4])
        np.add(skip[:-4], four[:-4], out=skip[:-4])
        np.multiply(u[:-1], u[1:], out=squares[:-1])
        log4[-4:] = 0
        np.multiply(squares[:-4], squares[2:-2], out=log4[:-4])
        np.log(log4[:-4], out=log4[:-4])


class Lanes:
    """Lanes on their way. Subclasses say where lanes begin and end and what becomes of a value."""

    def __init__(self, places: Places, entries: Entries, place: Index, room: Index, limit: Index) -> None:
        lanes = place.size
        self.places, self.entries = places, entries
        self.place = place
        self.room = room  # the last place at which an attempt may begin
        self.limit = limit  # the end of the lane's row
        self.live = lanes
        self.pending: Flags = np.zeros(lanes, bool)  # the rate is known
        self.rate = np.zeros(lanes, np.float32)
        self.tall = Tall(*(np.zeros(lanes, np.float32) for _ in range(4)))
        self.one = entries.d.size == 1
        self.any_small = bool(entries.small.any())
        self.any_fixed = bool(entries.fixed.any())
        #: The distribution of each lane, where there are several
        self.entry = np.zeros(0, np.int64)
        if self.one:
            self._alike = tuple(np.repeat(part, lanes) for part in entries[:4])
        else:
            self._table = np.stack(entries[:4], axis=1)  # those of a distribution side by side in memory

    def deliver(self, lanes: Index, place: Index, value: Index) -> None:
        """Take the values that lanes have made; the next ones begin at ``place``."""
        raise NotImplementedError

    def meet(self, lanes: Index, place: Index) -> tuple[Index, Index]:
        """Return which of the lanes, which are about to make an attempt at ``place``, shall do so, and where."""
        return lanes, place

    def approach(self, lanes: Index, place: Index) -> tuple[Index, Index]:
        """As ``meet``, from the next point in the disc on, if it is near."""
        np.add(place, self.places.skip.take(place), out=place)
        return self.meet(lanes, place)

    def turn(self, free: Flags) -> None:
        """Let those lanes make an attempt."""
        due = np.flatnonzero(free & ~self.pending)
        going = due.size
        if self.any_fixed:
            fixed = self.entries.fixed.take(self.entry.take(due))
            some = due.take(np.flatnonzero(fixed))
            due = due.take(np.flatnonzero(~fixed))
            if some.size:
                some, place = self.meet(some, self.place.take(some))
                self._use(some, place, self.entries.scale.take(self.entry.take(some)).astype(np.float32))
        if due.size:
            self._use(*self._gammas(due))
        waiting = np.flatnonzero(free & self.pending)
        if not waiting.size:
            return
        rate = self.rate.take(waiting)
        few = rate < FEW
        if few.any():  # those that ran out of numbers
            some = np.flatnonzero(few)
            lanes = waiting.take(some)
            self.pending[lanes] = False
            self._few(lanes, self.place.take(lanes), rate.take(some))
            waiting = waiting.take(np.flatnonzero(~few))
        # The long way is worth going when some more wait for it, or nobody else goes.
        worth = _WORTH if going else self.live
        for _ in range(_TRIES):
            if not waiting.size or waiting.size * worth < self.live:
                break
            waiting = self._try_tall(waiting)
            worth = _WORTH_AGAIN

    def _use(self, lanes: Index, place: Index, rate: Array) -> None:
        """Make Poisson numbers of rates below 12, and note the others."""
        few = rate < FEW
        if few.all():
            self._few(lanes, place, rate)
            return
        some = np.flatnonzero(few)
        if some.size:
            self._few(lanes.take(some), place.take(some), rate.take(some))
        some = np.flatnonzero(~few)
        lanes = lanes.take(some)
        self.pending[lanes] = True
        self.rate[lanes] = rate.take(some)
        self.tall.lam[lanes] = np.float32(np.nan)  # the constants are worked out later, for more lanes at once

    def _parameters(self, lanes: Index) -> tuple[Array, ...]:
        if self.one:
            return tuple(part[: lanes.size] for part in self._alike)
        d, k, c, scale = np.ascontiguousarray(self._table.take(self.entry.take(lanes), axis=0).T)
        single = np.float32
        return d.astype(single, copy=False), k.astype(single, copy=False), c.astype(single, copy=False), scale

    def _gammas(self, lanes: Index) -> tuple[Index, Index, Array]:
        """Let each of ``lanes`` make one attempt at its rate; return which did, their places and the rates."""
        u = self.places.u
        place = self.place.take(lanes)
        lanes, place = self.approach(lanes, place)
        d, k, c, scale = self._parameters(lanes)
        x = u.take(place)
        np.add(x, x, out=x)
        np.subtract(x, _ONE, out=x)
        np.add(place, 1, out=place)
        y = u.take(place)
        np.add(y, y, out=y)
        np.subtract(y, _ONE, out=y)
        np.multiply(x, x, out=x)
        np.add(x, y * y, out=x)
        z = _exact.normal32(y, x)
        np.add(place, 1, out=place)
        left = np.subtract(_ONE, u.take(place))
        np.log(left, out=left)
        drawn = z + k > 0  # False: MXNet draws again before the test (also for no point)
        np.add(place, drawn, out=place)
        v = np.multiply(c, z).astype(np.float64)
        np.add(v, 1.0, out=v)
        v = v.astype(np.float32)
        np.multiply(v, v * v, out=v)
        won = self._test(z, v, d, left, place)
        np.logical_and(won, drawn, out=won)
        rate = d * v * scale
        rate = _exact.to_half(rate) if self.entries.half else rate.astype(np.float32, copy=False)
        if self.any_small:
            self._shrink(lanes, place, rate, won)
        self.place[lanes] = place
        if not won.all():
            some = np.flatnonzero(won)
            lanes, place, rate = lanes.take(some), place.take(some), rate.take(some)
        return lanes, place, rate

    def _test(self, z: Array, v: Array, d: Array, left: Array, place: Index) -> Flags:
        """Return which attempts succeed; ``left`` is about ``log(1 - u)``, of the number before ``place``."""
        log = np.log(v)
        square = np.multiply(z, z, out=z.copy())
        np.multiply(square, _HALF, out=square)
        gain = np.subtract(log, v)
        np.add(gain, _ONE, out=gain)
        np.multiply(gain, d, out=gain)
        np.add(gain, square, out=gain)
        np.subtract(gain, left, out=gain)
        margin = np.abs(log, out=log)
        np.add(margin, v, out=margin)
        np.add(margin, _ONE, out=margin)
        np.multiply(margin, d, out=margin)
        np.add(margin, square, out=margin)
        np.subtract(margin, left, out=margin)
        np.add(margin, _FOUR, out=margin)
        np.multiply(margin, _GAMMA_MARGIN, out=margin)
        won: Flags = gain > 0
        np.abs(gain, out=gain)
        unsure = np.flatnonzero(gain <= margin)
        if unsure.size:
            number = self.places.u.take(place.take(unsure) - 1)
            won[unsure] = surely_won(z.take(unsure), v.take(unsure), d.take(unsure), number)
        return won

    def _shrink(self, lanes: Index, place: Index, rate: Array, won: Flags) -> None:
        """Take the last factor of the numbers whose shape is below 1, where an attempt succeeded."""
        entries = self.entries
        if not self.one:
            won = won & entries.small.take(self.entry.take(lanes))
        some = np.flatnonzero(won)
        at = place.take(some)
        place[some] = at + 1
        power = entries.power if self.one else entries.power.take(self.entry.take(lanes.take(some)))
        factor = np.power(self.places.u.take(at).astype(np.float64), power)
        rate[some] = (rate.take(some) * factor).astype(np.float32)

    def _few(self, lanes: Index, place: Index, rate: Array) -> None:
        """Let each of ``lanes``, whose rates are below 12, make a value from ``place`` on."""
        at, rest = place.copy(), rate.copy()
        beyond = self._halve(at, rest)
        again = np.flatnonzero(beyond < 0)
        while again.size:  # more than all reaches together
            at[again] += 1
            rest[again] = further = -beyond.take(again)
            if not (at.take(again) + RESERVE <= self.limit.take(lanes.take(again))).all():
                break
            some = at.take(again)
            beyond[again] = left = self._halve(some, further)
            at[again], rest[again] = some, further
            again = again.take(np.flatnonzero(left < 0))
        np.minimum(beyond, rest, out=beyond)
        value = at - place
        doubtful = np.flatnonzero(~(beyond > _SUM_MARGIN))
        if doubtful.size:
            self._decide(lanes, place, rate, at, value, rest, doubtful)
            if (value < 0).any():
                kept = np.flatnonzero(value >= 0)
                lanes, at, value = lanes.take(kept), at.take(kept), value.take(kept)
        np.add(at, 1, out=at)
        self.deliver(lanes, at, value)

    def _halve(self, at: Index, rest: Array) -> Array:
        """Move ``at`` past the numbers whose ``-log`` sum up to less than ``rest``; take them off ``rest``.

        At most 15 of them, or 31 for few lanes, for which another round takes longer than another step.

        Returns what the number after them takes beyond ``rest``.
        """
        u, log4 = self.places.u, self.places.log4
        kept = rest.view(np.int32)
        for reach in (16, 8, 4, 2, 1) if at.size < _FEW_LANES else (8, 4, 2, 1):
            if reach >= 4:
                log = log4.take(at, mode="clip")
                for further in range(4, reach, 4):
                    np.add(log, log4.take(at + further, mode="clip"), out=log)
            else:
                log = u.take(at, mode="clip")
                if reach == 2:
                    np.multiply(log, u.take(at + 1, mode="clip"), out=log)
                np.log(log, out=log)
            np.add(log, rest, out=log)
            # Where something is left, it is kept and the place moves on: chosen by the sign bit, without branches.
            bits = log.view(np.int32)
            spent = np.right_shift(bits, 31)
            np.bitwise_xor(kept, bits, out=kept)
            np.bitwise_and(kept, spent, out=kept)
            np.bitwise_xor(kept, bits, out=kept)
            np.bitwise_and(np.invert(spent, out=spent), np.int32(reach), out=spent)
            np.add(at, spent, out=at)
        log = np.log(u.take(at, mode="clip"))
        np.negative(log, out=log)
        beyond: Array = np.subtract(log, rest, out=log)
        return beyond

    def _decide(
        self, lanes: Index, place: Index, rate: Array, at: Index, value: Index, rest: Array, doubtful: Index
    ) -> None:
        """Correct ``value``, and ``at`` with it, where rounding might matter; -1 where the numbers do not suffice."""
        u = self.places.u
        for i in doubtful.tolist():
            if value[i] == 0 and -np.log(u[at[i]]) - rest[i] > _SUM_MARGIN:
                continue
            lane, begin = int(lanes[i]), int(place[i])
            product, threshold = np.float32(1), _exact.expf(-rate[i : i + 1])[0]
            for count, number in enumerate(u[begin : int(self.limit[lane])]):
                product = product * number
                if not product > threshold:
                    value[i], at[i] = count, begin + count
                    break
            else:
                value[i] = -1
                self.pending[lane], self.rate[lane], self.room[lane] = True, rate[i], begin - 1

    def _try_tall(self, lanes: Index) -> Index:
        """Let each of ``lanes``, whose rates are 12 or more, make one attempt; return those that need another one."""
        fresh = lanes.take(np.flatnonzero(np.isnan(self.tall.lam.take(lanes))))
        if fresh.size:
            for kept, part in zip(self.tall, Tall.of(self.rate.take(fresh)), strict=True):
                kept[fresh] = part
        place = self.place.take(lanes)
        tall = Tall(*(part.take(lanes) for part in self.tall))
        u = self.places.u
        first = u.take(place)
        y, em = tall.propose(first)
        proposed = ~(em < 0)
        np.add(place, 1, out=place)
        won, value = accepted(tall, y, em, first, u.take(place))
        np.logical_and(won, proposed, out=won)
        np.add(place, proposed, out=place)
        self.place[lanes] = place
        some = np.flatnonzero(won)
        made = lanes.take(some)
        self.pending[made] = False
        self.deliver(made, place.take(some), value.take(some))
        return lanes.take(np.flatnonzero(~won))


def accepted(tall: Tall, y: Array, em: Array, first: Array, u: Array) -> tuple[Flags, Index]:
    """Return which proposals are accepted, and the whole numbers, as ``Tall.accept`` does (of those from 0 on)."""
    em = np.maximum(em, np.float32(0))
    if not em.max() < _TABLED:
        return tall.accept(y, em, first, u)
    if not _LGAMMA:
        _LGAMMA.append(_exact.lgammaf(np.arange(1, _TABLED + 1, dtype=np.float32)))
    value = em.astype(np.int64)
    em = np.floor(em)
    height = np.exp(em * tall.log - _LGAMMA[0].take(value) - tall.g)
    t = np.float32(0.9) * (np.float32(1) + y * y) * height
    short = t - u
    won: Flags = short >= 0
    unsure = np.flatnonzero(np.abs(short) <= t * _HEIGHT_MARGIN)
    if unsure.size:
        won[unsure] = tall.pick(unsure).accept(y[unsure], em[unsure], first[unsure], u[unsure])[0]
    return won, value
