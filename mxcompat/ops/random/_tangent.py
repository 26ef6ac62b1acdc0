"""glibc's float32 tangent, which is not correctly rounded: one result in 25 has another last bit.

A proposal for a Poisson number is a tangent times the root of the rate plus the rate, rounded down: once in millions
of draws that last bit decides which whole number it is.

The method is fdlibm's: subtract multiples of pi/2, then an odd polynomial of degree 27 in float32, about pi/4 in terms
of the distance from there; the negative inverse where the multiple is odd.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_PIECE = 1 << 13  # temporaries of this length stay in cache
_HALF_PI, _HALF_PI_REST = math.pi / 2, float.fromhex("0x1.1a62633145c07p-54")
_QUARTER_PI, _QUARTER_PI_REST = (np.float32(float.fromhex(h)) for h in ("0x1.921fb4p-1", "0x1.4442dp-25"))
_THREE_QUARTERS = np.float32(float.fromhex("0x1.2d97c8p+1"))
_FAR = np.float32(float.fromhex("0x1.59428p-1"))  # from here on the distance from pi/4 is what is used
_TINY = np.float32(2.0**-13)
_ONE, _TWO = np.float32(1), np.float32(2)
_POLY = tuple(
    np.float32(float.fromhex(h))
    for h in """
    0x1.555556p-2 0x1.111112p-3 0x1.ba1ba2p-5 0x1.664f48p-6 0x1.226e3ep-7 0x1.d6d22cp-9
    0x1.7dbc9p-10 0x1.344d9p-11 0x1.026f72p-12 0x1.47e88ap-14 0x1.2b80f4p-14 -0x1.375cbep-16 0x1.b2a708p-16""".split()
)


def tanf(x: Floats) -> Floats:
    """Return glibc's ``tanf`` of flat numbers from 0 to pi."""
    found = np.empty(x.size, np.float32)
    with np.errstate(all="ignore"):
        for start in range(0, x.size, _PIECE):
            found[start : start + _PIECE] = _piece(x[start : start + _PIECE])
    return found


def _piece(x: Floats) -> Floats:
    odd = (x > _QUARTER_PI) & (x < _THREE_QUARTERS)
    multiple = odd.astype(np.float64)
    multiple[x >= _THREE_QUARTERS] = 2
    wide = x - multiple * _HALF_PI
    wide -= multiple * _HALF_PI_REST
    head = wide.astype(np.float32)
    rest = (wide - head).astype(np.float32)
    far = np.flatnonzero(np.abs(head) >= _FAR)
    base = head.copy()
    sign = np.copysign(_ONE, head[far])
    base[far] = (_QUARTER_PI - head[far] * sign) + (_QUARTER_PI_REST - rest[far] * sign)
    rest[far] = 0
    correction = _correction(base, rest)
    found: Floats = base + correction
    turn = np.where(odd, -_ONE, _ONE)
    _from_quarter(found, base, correction, turn, far, sign)
    near = odd.copy()
    near[far] = False
    near = np.flatnonzero(near)
    found[near] = _negative_inverse(found[near], base[near], correction[near])
    tiny = np.flatnonzero(np.abs(base) < _TINY)
    if tiny.size:
        found[tiny] = np.where(odd[tiny], -_ONE / base[tiny], base[tiny])
        tiny = np.flatnonzero(np.abs(base[far]) < _TINY)
        way = turn[far[tiny]]
        found[far[tiny]] = sign[tiny] * way * (_ONE - _TWO * way * base[far[tiny]])
    return found


def _correction(base: Floats, rest: Floats) -> Floats:
    """Return what the tangent of ``base + rest`` is more than ``base``."""
    t = _POLY
    z = base * base
    w = z * z
    r = t[1] + w * (t[3] + w * (t[5] + w * (t[7] + w * (t[9] + w * t[11]))))
    v = z * (t[2] + w * (t[4] + w * (t[6] + w * (t[8] + w * (t[10] + w * t[12])))))
    s = z * base
    found: Floats = rest + z * (s * (r + v) + rest)
    found += t[0] * s
    return found


def _from_quarter(found: Floats, base: Floats, correction: Floats, turn: Floats, far: Any, sign: Floats) -> None:
    """Correct ``found`` at the places ``far``, whose base is the distance from pi/4."""
    w, way = found[far], turn[far]
    found[far] = sign * (way - _TWO * (base[far] - (w * w / (w + way) - correction[far])))


def _negative_inverse(w: Floats, base: Floats, correction: Floats) -> Floats:
    """Return -1/w, more exactly than by dividing: ``w`` is the rounded sum of the other two."""
    z = (w.view(np.uint32) & np.uint32(0xFFFFF000)).view(np.float32)
    v = correction - (z - base)
    a = -_ONE / w
    t = (a.view(np.uint32) & np.uint32(0xFFFFF000)).view(np.float32)
    s = _ONE + t * z
    found: Floats = t + a * (s + t * v)
    return found
