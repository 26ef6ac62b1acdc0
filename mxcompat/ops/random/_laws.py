"""What an attempt at a place of a window of uniform numbers gives: gamma and Poisson numbers.

Each class takes a matrix of uniform numbers, a row per state, and the parameters of each row. ``following`` tells for
every place where the next attempt would begin if one began here (-1: the window ends too early), at the cost of a few
operations a place; ``evaluate`` does the arithmetic for chosen places, numbered along the flat matrix.

Comments name C types, because the rounding is part of the stream. A comparison of inexact numbers is first made
in quick arithmetic with a margin; what falls within it is decided exactly.

Source: MXNet 1.9.1 src/operator/random/sampler.h.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _exact
from ._tangent import tanf

Array = npt.NDArray[Any]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FEW = 12  # MXNet multiplies uniform numbers for rates below, and proposes Lorentzian ones from there on
MARGIN = {np.dtype(np.float32): 2e-6, np.dtype(np.float64): 1e-13}
_BAND = 2e-6
_PI = np.float32(3.1415926)
_LAST_BITS = np.float32(1e-6)  # more than the last bit of a tangent may change
_FEW_TESTS = 4096
_LEAST_SQUEEZED = 0.66666  # the squeeze holds from 2/3 on


def _bounded(following: Array, width: int) -> Array:
    following[following > width] = -1
    return following


def gamma_parts(shape: Array, half: bool, dtype: npt.DTypeLike) -> tuple[Array, Array, Array]:
    """Return Marsaglia and Tsang's ``d``, ``sqrt(9 d)`` and its inverse for shapes, rounded as MXNet rounds."""
    wide = shape.astype(np.float64)
    if half:
        shift = np.where(wide < 1, np.float32(2.0 / 3.0), -np.float32(1.0 / 3.0))
        d = _exact.to_half(wide.astype(np.float32) + shift).astype(dtype)
    else:
        d = np.where(wide < 1, wide + 2.0 / 3.0, wide - 1.0 / 3.0).astype(dtype)
    with np.errstate(invalid="ignore"):
        k = np.sqrt(9.0 * d.astype(np.float64)).astype(dtype)
        return d, k, (1.0 / k.astype(np.float64)).astype(dtype)


def surely_won(z: Array, v: Array, d: Array, u: Array) -> Flags:
    """Return whether each test of a gamma number succeeds, in MXNet's own arithmetic: ``d`` may be one for all."""
    z64, v64, d64 = z.astype(np.float64), v.astype(np.float64), d.astype(np.float64)
    with np.errstate(invalid="ignore"):
        gain = 0.5 * z64 * z64 + d64 * (1.0 - v64 + _exact.log(v64))
        found: Flags = _exact.log(1.0 - u.astype(np.float64)) < gain
    return found


class Gamma:
    """Marsaglia and Tsang's method; parameters are shape and scale, and ``u`` gives the type of the arithmetic.

    A normal number (polar method: two uniform numbers, again until they lie in the disc), one uniform number for the
    test, and another one after a success if the shape is below 1.
    """

    def __init__(self, u: Array, parameters: Array, half: bool = False) -> None:
        dtype = u.dtype.type
        self.width, self.half = u.shape[1], half
        self.shape = u.shape
        self.flat = np.empty(u.size + 3, u.dtype)  # what is read past a row's end gets no link
        self.flat[: u.size] = u.reshape(-1)
        self.flat[u.size :] = 1
        self.signed = self.flat * dtype(2)
        np.subtract(self.signed, dtype(1), out=self.signed)
        squares = self.signed * self.signed
        self.radii = squares[: u.size] + squares[1 : u.size + 1]
        # 0 < r2 <= 1 in one comparison: the bit patterns of positive floats are ordered, and 0 - 1 wraps around.
        bits = np.dtype(f"u{u.itemsize}")
        one = np.ones(1, u.dtype).view(bits)
        self.polar: Flags = self.radii.view(bits) - bits.type(1) < one
        # One set of parameters for all states is the usual case: the arithmetic is then spared the gathering.
        self.alike = bool((parameters == parameters[0]).all())
        rows = parameters[:1] if self.alike else parameters
        self.a, self.b = rows.T
        self.d, self.k, self.c = gamma_parts(self.a, half, u.dtype)
        self.small: Flags = self.a < 1
        # |z| < 2 and a number below 0.999 bound the margin of the test by this
        self.squeezed = not half and bool((self.d > _LEAST_SQUEEZED).all())
        self.squeeze_margin = (MARGIN[u.dtype] * (30.0 * self.d.astype(np.float64) + 16.0)).astype(u.dtype)
        self._exclude(u.shape)

    @property
    def following(self) -> Array:
        """Return where the next attempt begins."""
        following = np.empty(self.shape, np.int32)
        following[...] = np.arange(2, self.width + 2, dtype=np.int32)
        np.add(following, self.polar.reshape(self.shape), out=following)
        if self.small.any():  # whether one more number is consumed depends on the test
            at = np.flatnonzero(self.polar)
            if not self.alike:
                at = at[self.small[at // self.width]]
            following.reshape(-1)[at] += self._quick_test(at)
        return _bounded(following, self.width)

    @property
    def skip(self) -> Array:
        """Return how far from each place the next point in the disc begins, at an even distance (8: not near)."""
        two = np.zeros(self.polar.size + 4, np.uint8)
        np.multiply(~self.polar, np.uint8(2), out=two[:-4], dtype=np.uint8)
        four = two[:-2] + (two[:-2] >> 1) * two[2:]
        found: Array = four[:-2].copy()
        np.add(found[:-2], (found[:-2] >> 2) * four[4:], out=found[:-2])
        return found

    def _of(self, part: Array, at: Index) -> Array:
        """Return a parameter for each place (or the one of all)."""
        found: Array = part[:1] if self.alike else part[at // self.width]
        return found

    def _exclude(self, shape: tuple[int, ...]) -> None:
        """Take back the points whose normal number is -k or less: MXNet draws again before the test."""
        with np.errstate(under="ignore"):
            limit = np.exp(-0.5 * self.k.astype(np.float64) ** 2) * 1.001
        near = self.radii.reshape(shape) <= limit.reshape(-1, 1)
        at = np.flatnonzero(near.reshape(-1) & self.polar)
        at = at[self.signed[at + 1] < 0]
        if at.size:
            z = self._normal(at)
            self.polar[at[~(z > -self._of(self.k, at))]] = False

    def _normal(self, at: Index) -> Array:
        finish: Callable[[Array, Array], Array] = _exact.normal32
        if self.radii.dtype == np.float64:
            finish = _exact.normal64
        return finish(self.signed[at + 1], self.radii[at])

    def _quick_test(self, at: Index) -> Flags:
        radii = self.radii[at]
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.sqrt(np.log(radii) * radii.dtype.type(-2) / radii) * self.signed[at + 1]
        return self._won(at, z, None)

    def _won(self, at: Index, z: Array, v: Array | None) -> Flags:
        """Return whether each test succeeds; ``z`` may be approximate, if ``v`` is None."""
        if not self.squeezed:
            return self._tested(at, z, v)
        # Marsaglia and Tsang's squeeze, with a margin for all that may be rounded in the test: true for most.
        kind = z.dtype.type
        square = z * z
        number = self.flat[at + 2]
        least = square * square
        np.multiply(least, kind(0.0331), out=least)
        np.add(least, self._of(self.squeeze_margin, at), out=least)
        won: Flags = number > least
        won &= number < kind(0.999)
        won &= square < kind(4)
        rest = np.flatnonzero(~won)
        won[rest] = self._tested(at[rest], z[rest], None if v is None else v[rest])
        return won

    def _tested(self, at: Index, z: Array, v: Array | None) -> Flags:
        kind = z.dtype.type
        d = self._of(self.d, at)
        if v is not None and at.size <= _FEW_TESTS:  # the quick way has more steps
            return surely_won(z, v, d, self.flat[at + 2])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            t = self._of(self.c, at) * z + kind(1)
            cube = t * t * t
            log = np.log(cube)
            left = np.log(kind(1) - self.flat[at + 2])
            square = z * z
            right = square * kind(0.5) + d * (kind(1) - cube + log)
            margin = d * (kind(1) + cube + np.abs(log) + kind(3) / t) + (square + kind(4)) - left
            np.multiply(margin, kind(MARGIN[z.dtype]), out=margin)
            np.subtract(left, right, out=right)
            unsure = np.flatnonzero(~(np.abs(right) > margin))
            won: Flags = right < 0
        if unsure.size:
            some = at[unsure]
            z, v = self._exact_parts(some) if v is None else (z[unsure], v[unsure])
            won[unsure] = surely_won(z, v, self._of(self.d, some), self.flat[some + 2])
        return won

    def _exact_parts(self, at: Index) -> tuple[Array, Array]:
        z = self._normal(at)
        x = (self._of(self.c, at) * z).astype(np.float64)
        np.add(x, 1.0, out=x)
        v = x.astype(z.dtype)
        return z, v * v * v

    def evaluate(self, at: Index) -> tuple[Flags, Array]:
        """Return which attempts at places succeed, and their values."""
        accepted = self.polar[at]
        value = np.zeros(at.size, self.radii.dtype)
        tested = np.flatnonzero(accepted)
        won, drawn = self.evaluate_polar(at[tested])
        accepted[tested] = won
        value[tested] = drawn
        return accepted, value

    def evaluate_polar(self, at: Index) -> tuple[Flags, Array]:
        """As ``evaluate``, for places where a point in the disc begins."""
        z, v = self._exact_parts(at)
        won = self._won(at, z, v)
        sample = self._of(self.d, at) * v * self._of(self.b, at)
        sample = (_exact.to_half(sample) if self.half else sample).astype(z.dtype, copy=False)
        if self.small.any():
            some = np.flatnonzero(won if self.alike else won & self.small[at // self.width])
            with np.errstate(divide="ignore", under="ignore", over="ignore"):
                exponent = 1.0 / self._of(self.a, at[some]).astype(np.float64)
                exponent = (_exact.to_half(np.asarray(exponent)) if self.half else exponent).astype(z.dtype)
                exponent = exponent.astype(np.float64)
                base = self.flat[at[some] + 3].astype(np.float64)
                if z.dtype == np.float32:
                    factor = np.power(base, exponent)
                else:
                    factor = _exact.pow64(base, np.broadcast_to(exponent, base.shape))
                sample[some] = (sample[some] * factor).astype(z.dtype)
        return won, sample


def roughly_lorentz(u: Array) -> Array:
    """Return the Lorentzian number of each uniform number; MXNet's has another last bit here and there."""
    found: Array = np.tan((_PI * u).astype(np.float64)).astype(np.float32)
    return found


class Tall(NamedTuple):
    """The constants of Poisson's rejection method (Numerical Recipes) for a rate of 12 or more."""

    lam: Array
    root: Array
    log: Array
    g: Array

    @classmethod
    def of(cls, lam: Array) -> Tall:
        """Return the constants for float32 rates."""
        wide = lam.astype(np.float64)
        log = np.log(wide).astype(np.float32)
        with np.errstate(invalid="ignore"):  # an infinite rate gives nan, which is accepted at once, as in MXNet
            g = lam * log - _exact.lgammaf((wide + 1.0).astype(np.float32))
        return cls(lam, np.sqrt(2.0 * wide).astype(np.float32), log, g)

    def pick(self, which: Array) -> Tall:
        """Return the constants of some entries."""
        return Tall(*(part[which] for part in self))

    def propose(self, u: Array, y: Array | None = None) -> tuple[Array, Array]:
        """Return the Lorentzian number of each uniform number and the value it stands for (below 0: none).

        ``y``, if given, is what ``roughly_lorentz`` says; that is what is returned but where the last bit matters.
        """
        if y is None:
            y = roughly_lorentz(u)
        with np.errstate(invalid="ignore"):
            em = self.root * y + self.lam
            near = np.flatnonzero(np.abs(em - np.rint(em)) <= (np.abs(em) + self.lam) * _LAST_BITS)
        if near.size:
            y[near] = tanf(_PI * u[near])
            em[near] = self.root[near] * y[near] + self.lam[near]
        return y, em

    def accept(self, y: Array, em: Array, first: Array, u: Array) -> tuple[Flags, Index]:
        """Return which proposals are accepted, and the whole numbers; ``first`` made the proposals, ``u`` decides."""
        em = np.floor(em)
        t = self._height(y, em)
        with np.errstate(invalid="ignore"):
            near = np.flatnonzero(np.abs(u - t) <= t * _LAST_BITS)
        if near.size:
            t[near] = self.pick(near)._height(tanf(_PI * first[near]), em[near])
        # C's cast to int: what does not fit becomes the smallest int
        whole = np.where(em < np.float32(2.0**31), em, np.float32(-(2.0**31))).astype(np.int64)
        return ~(u > t), whole

    def _height(self, y: Array, em: Array) -> Array:
        above = (em.astype(np.float64) + 1.0).astype(np.float32)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            height = _exact.expf(em * self.log - _exact.lgammaf(above) - self.g).astype(np.float64)
            found: Array = (0.9 * (1.0 + (y * y).astype(np.float64)) * height).astype(np.float32)
        return found


class TallPoisson:
    """Poisson numbers for rates from 12 on: one uniform number to propose, one more to accept."""

    def __init__(self, u: Array, parameters: Array) -> None:
        self.width = u.shape[1]
        self.flat = np.append(u.reshape(-1), np.float32(1))
        self.tall = Tall.of(parameters[:, 0].astype(np.float32))
        # A proposal is negative for u in (0.5, end); near both ends the arithmetic itself is asked.
        end = 1.0 - np.arctan(np.sqrt(parameters[:, :1].astype(np.float64) / 2.0)) / np.pi
        near_end = end.astype(np.float32)
        proposed: Flags = ((u <= np.float32(0.5)) | (u >= near_end)).reshape(-1)
        band = (np.abs(u - np.float32(0.5)) < np.float32(_BAND)) | (np.abs(u - near_end) < np.float32(_BAND))
        at = np.flatnonzero(band)
        if at.size:
            proposed[at] = ~(self.tall.pick(at // self.width).propose(self.flat[at])[1] < 0)
        self.proposed = proposed
        following = np.empty(u.shape, np.int32)
        following[...] = np.arange(1, self.width + 1, dtype=np.int32)
        np.add(following, proposed.reshape(u.shape), out=following)
        self.following = _bounded(following, self.width)

    def evaluate(self, at: Index) -> tuple[Flags, Array]:
        """Return which attempts at places succeed, and their values."""
        accepted = self.proposed[at]
        value = np.zeros(at.size, np.int64)
        some = np.flatnonzero(accepted)
        at = at[some]
        tall = self.tall.pick(at // self.width)
        first = self.flat[at]
        accepted[some], value[some] = tall.accept(*tall.propose(first), first, self.flat[at + 1])
        return accepted, value
