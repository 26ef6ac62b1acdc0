"""Words to numbers with the very arithmetic of MXNet's compiled code: libstdc++'s distributions over glibc's functions.

Equal streams need equal last bits, because a rejection test that falls on the other side shifts all that follows. Three
sources of last bits matter here, and each is reproduced rather than approximated:

- ``std::generate_canonical``: one word divided by 2**32 for float32, two words (low first) divided by 2**64 for
  float64, rounded once. The old libstdc++ of MXNet's build lets the result round up to 1, about once in 2**25 float32
  numbers.
- float32 logarithm: glibc's ``logf`` is not correctly rounded (0.7 % of results differ), so NumPy's float64 logarithm
  rounded to float32 would not do. ``logf`` follows its definition: a 16-entry table of reciprocals and a cubic in
  float64.
- float64 logarithm: NumPy's own differs from glibc's in 0.3 % of results, so ``log`` has glibc's called.

Everything is element-wise, writes into given arrays where that saves memory traffic, and never changes NumPy's error
state.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ._mt19937 import Words, scratch

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
AnyFloats = npt.NDArray[Any]

# glibc's logf (since 2.27): x = 2**k * z, z in [0.7, 1.4); log x = k log 2 + log c + log(z / c), c the centre of one
# of 16 intervals.
_LOGF_FIRST = 0x3F330000  # bits of the smallest z
_LOGF_RECIPROCAL = """
    1.661ec79f8f3bep+0 1.571ed4aaf883dp+0 1.49539f0f010bp+0 1.3c995b0b80385p+0
    1.30d190c8864a5p+0 1.25e227b0b8eap+0 1.1bb4a4a1a343fp+0 1.12358f08ae5bap+0
    1.0953f419900a7p+0 1p+0 1.e608cfd9a47acp-1 1.ca4b31f026aap-1
    1.b2036576afce6p-1 1.9c2d163a1aa2dp-1 1.886e6037841edp-1 1.767dcf5534862p-1"""
_LOGF_CENTRE = """
    -1.57bf7808caadep-2 -1.2bef0a7c06ddbp-2 -1.01eae7f513a67p-2 -1.b31d8a68224e9p-3
    -1.6574f0ac07758p-3 -1.1aa2bc79c81p-3 -1.a4e76ce8c0e5ep-4 -1.1973c5a611cccp-4
    -1.252f438e10c1ep-5 0p+0 1.aa5aa5df25984p-5 1.c5e53aa362eb4p-4
    1.526e57720db08p-3 1.bc2860d22477p-3 1.1058bc8a07ee1p-2 1.4043057b6ee09p-2"""
_LOGF_POLY = tuple(float.fromhex(h) for h in ("-0x1.00ea348b88334p-2", "0x1.5575b0be00b6ap-2", "-0x1.ffffef20a4123p-2"))
_LOGF_LN2 = float.fromhex("0x1.62e42fefa39efp-1")
_PIECE = 1 << 15  # float64 temporaries of this length stay in cache
_LOGF_LOWEST, _LOGF_HIGHEST = -127, 128  # the exponents k of normal numbers


def _logf_tables() -> tuple[Doubles, Doubles]:
    reciprocal = np.array([float.fromhex(h) for h in _LOGF_RECIPROCAL.split()])
    centre = np.array([float.fromhex(h) for h in _LOGF_CENTRE.split()])
    k = np.arange(_LOGF_LOWEST, _LOGF_HIGHEST + 1)[:, None]
    # Scaling by a power of two is exact, so 1 / (c * 2**k) can be stored and z never needs to be separated from x.
    return np.ldexp(reciprocal, -k).reshape(-1), (centre + k * _LOGF_LN2).reshape(-1)


_LOGF_SCALED, _LOGF_BASE = _logf_tables()
_LOGF_OFFSET = np.int32(_LOGF_FIRST + _LOGF_LOWEST * (1 << 23))  # bits minus this stays within int32, and positive

# glibc's expf and powf (since 2.27): 2**(k/32 + r) = 2**(k/32) * cubic(r), and log2 by the intervals of logf.
_EXP_STEPS = 32
_EXP_POLY = tuple(float.fromhex(h) for h in ("0x1.c6af84b912394p-5", "0x1.ebfce50fac4f3p-3", "0x1.62e42ff0c52d6p-1"))
_EXP_LOG2E = float.fromhex("0x1.71547652b82fep+0")
_LOG2_POLY = tuple(
    float.fromhex(h)
    for h in (
        "0x1.27616c9496e0bp-2",
        "-0x1.71969a075c67ap-2",
        "0x1.ec70a6ca7baddp-2",
        "-0x1.7154748bef6c8p-1",
        "0x1.71547652ab82bp0",
    )
)
_LOG2_BASE = (
    np.array([-math.log2(float.fromhex(h)) for h in _LOGF_RECIPROCAL.split()])
    + np.arange(_LOGF_LOWEST, _LOGF_HIGHEST + 1)[:, None]
).reshape(-1)


def logf(x: Floats) -> Floats:
    """Return glibc's ``logf`` of flat contiguous normal positive numbers; other input gives meaningless numbers."""
    n = x.size
    piece = _native_logf if _native_is_glibc() else logf_by_table
    if n <= _PIECE:
        return piece(x)
    found = np.empty(n, np.float32)
    for start in range(0, n, _PIECE):
        found[start : start + _PIECE] = piece(x[start : start + _PIECE])
    return found


_ONE32 = torch.ones((), dtype=torch.float32)


def _native_logf(x: Floats) -> Floats:
    found: Floats = torch.xlogy(_ONE32, torch.from_numpy(x)).numpy()
    return found


@functools.cache
def _native_is_glibc() -> bool:
    """Return whether torch's ``x * log(y)`` calls a ``logf`` that is glibc's (the table takes longer)."""
    probe = np.linspace(1e-3, 1, 20000, dtype=np.float32)
    return bool((_native_logf(probe) == logf_by_table(probe)).all())


def logf_by_table(x: Floats) -> Floats:
    """Return glibc's ``logf`` of at most ``_PIECE`` numbers by its own definition."""
    n = x.size
    which = scratch.get("logf-which", n, np.int64)
    r, y, base = (scratch.get(name, n, np.float64) for name in ("logf-r", "logf-y", "logf-base"))
    bits = x.view(np.int32) - _LOGF_OFFSET
    np.right_shift(bits, 19, out=bits)
    which[...] = bits
    _LOGF_SCALED.take(which, out=y, mode="clip")
    _LOGF_BASE.take(which, out=base, mode="clip")
    r[...] = x
    np.multiply(r, y, out=r)
    np.subtract(r, 1.0, out=r)
    np.add(base, r, out=base)
    np.multiply(r, _LOGF_POLY[1], out=y)
    np.add(y, _LOGF_POLY[2], out=y)
    np.multiply(r, r, out=r)
    square = r
    np.multiply(y, square, out=y)
    np.add(y, base, out=base)
    np.multiply(square, square, out=square)
    np.multiply(square, _LOGF_POLY[0], out=square)
    np.add(base, square, out=base)
    return base.astype(np.float32)


def any_logf(x: Floats) -> Floats:
    """Return glibc's ``logf`` of any flat array, with -inf for 0 and nan below."""
    usual = (x > np.float32(1e-37)) & (x < np.float32(np.inf))
    if usual.all():
        return logf(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(x.astype(np.float64)).astype(np.float32)
    found[usual] = logf(x[usual])
    return found


_ONE = torch.ones((), dtype=torch.float64)


def log(x: Doubles) -> Doubles:
    """Return the C library's float64 ``log`` of a flat array of numbers from 0 on.

    NumPy's and torch's own logarithms differ from it in the last bit here and there. torch computes ``x * log(y)``
    element by element with the C library's function, which with ``x = 1`` is that function.
    """
    found: Doubles = torch.xlogy(_ONE, torch.from_numpy(np.ascontiguousarray(x))).numpy()
    return found


def pow64(x: Doubles, y: Doubles) -> Doubles:
    """Return the C library's float64 ``pow`` of flat arrays of numbers in [0, 1] and positive ones.

    As with ``log``: torch calls it for operands that do not lie side by side in memory.
    """
    pairs = torch.empty((x.size, 2), dtype=torch.float64)
    both = pairs.numpy()
    both[:, 0], both[:, 1] = x, y
    found: Doubles = torch.pow(pairs[:, 0], pairs[:, 1]).numpy()
    return found


def to_uniform32(words: Words, out: Floats) -> None:
    """Write one float32 in [0, 1] per word."""
    out[...] = words
    np.multiply(out, np.float32(2.0**-32), out=out)


def to_uniform64(words: Words, out: Doubles) -> None:
    """Write one float64 in [0, 1] per two words, the second of which weighs more."""
    out[...] = words[..., 1::2]
    np.multiply(out, 2.0**32, out=out)
    np.add(out, words[..., 0::2], out=out)
    np.multiply(out, 2.0**-64, out=out)


def to_signed32(words: Words, out: Floats) -> None:
    """Write one float32 in [-1, 1] per word: twice the uniform number less one, rounded once."""
    out[...] = words
    np.multiply(out, np.float32(2.0**-31), out=out)
    np.subtract(out, np.float32(1), out=out)


def polar32(words: Words) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Take pairs of words as points of a square: return which lie in the unit disc, all ordinates, all squared radii.

    ``words`` is a matrix with an even number of columns; the indices count pairs in row-major order.
    """
    n = words.size
    signed = scratch.get("polar-signed", n, np.float32)
    to_signed32(words, signed.reshape(words.shape))
    squares = scratch.get("polar-squares", n, np.float32)
    np.multiply(signed, signed, out=squares)
    radii = scratch.get("polar-radii", n // 2, np.float32)
    np.add(squares[0::2], squares[1::2], out=radii)
    # 0 < r2 <= 1 in one comparison: the bit patterns of positive floats are ordered, and 0 - 1 wraps to the largest.
    bits = scratch.get("polar-bits", n // 2, np.uint32)
    np.subtract(radii.view(np.uint32), np.uint32(1), out=bits)
    return np.flatnonzero(bits < np.uint32(0x3F800000)), signed[1::2], radii


def stretch32(radii: Floats) -> Floats:
    """Return what takes the coordinates of accepted points with these squared radii to normal numbers."""
    found = logf(radii)
    np.multiply(found, np.float32(-2), out=found)
    np.divide(found, radii, out=found)
    np.sqrt(found, out=found)
    return found


def normal32(ordinates: Floats, radii: Floats) -> Floats:
    """Return the normal numbers that accepted points (flat arrays) stand for."""
    found = stretch32(radii)
    np.multiply(found, ordinates, out=found)
    np.add(found, np.float32(0), out=found)  # MXNet adds a mean: no negative zeros
    return found


def polar64(words: Words) -> tuple[npt.NDArray[np.int64], Doubles, Doubles]:
    """As ``polar32``, with four words to a point."""
    signed = np.empty((words.shape[0], words.shape[1] // 2), np.float64)
    to_uniform64(words, signed)
    np.multiply(signed, 2.0, out=signed)
    np.subtract(signed, 1.0, out=signed)
    flat = signed.reshape(-1)
    radii = flat[0::2] * flat[0::2] + flat[1::2] * flat[1::2]
    return np.flatnonzero((radii <= 1.0) & (radii != 0.0)), flat[1::2], radii


def stretch64(radii: Doubles) -> Doubles:
    """As ``stretch32``, in float64."""
    return np.sqrt(-2.0 * log(radii) / radii)


def normal64(ordinates: Doubles, radii: Doubles) -> Doubles:
    """Return the float64 normal numbers that accepted points stand for."""
    return stretch64(radii) * ordinates + 0.0


def to_half(values: AnyFloats) -> AnyFloats:
    """Round to float16 by way of float32, and keep the number as float32."""
    return values.astype(np.float32, copy=False).astype(np.float16).astype(np.float32)


def narrow(values: AnyFloats, dtype: npt.DTypeLike) -> AnyFloats:
    """Cast as MXNet does; float16 is always made from float32, so float64 is rounded twice on its way there."""
    if np.dtype(dtype) == np.float16 and values.dtype == np.float64:
        values = values.astype(np.float32)
    return values.astype(dtype, copy=False)


def _exp2(x: Doubles) -> Floats:
    whole = np.rint(x * _EXP_STEPS) / _EXP_STEPS
    r = x - whole
    y = (_EXP_POLY[0] * r + _EXP_POLY[1]) * (r * r) + (_EXP_POLY[2] * r + 1.0)
    return (y * np.exp2(whole)).astype(np.float32)


def expf(x: Floats) -> Floats:
    """Return glibc's ``expf``."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return _exp2(x.astype(np.float64) * _EXP_LOG2E)


def powf(x: Floats, y: Floats) -> Floats:
    """Return glibc's ``powf`` for a base in [0, inf) and a positive exponent."""
    which = (np.maximum(x, np.float32(1e-37)).view(np.int32) - _LOGF_OFFSET) >> 19
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        r = x * _LOGF_SCALED[which] - 1.0
        a = _LOG2_POLY
        r2 = r * r
        log2 = (a[0] * r + a[1]) * (r2 * r2) + ((a[2] * r + a[3]) * r2 + (a[4] * r + _LOG2_BASE[which]))
        found = _exp2(log2 * y)
    return np.where(x > 0, found, np.float32(0))


# fdlibm's lgammaf from 8 on, where it is Stirling's series in float32 arithmetic.
_STIRLING = tuple(
    np.float32(float.fromhex(h))
    for h in (
        "0x1.acfe3ap-2",
        "0x1.555556p-4",
        "-0x1.6c16c2p-9",
        "0x1.a019fap-11",
        "-0x1.380cb8p-11",
        "0x1.b67ba4p-11",
        "-0x1.ab89d0p-10",
    )
)
_SMALL_LGAMMA = np.array([math.lgamma(max(n, 1)) for n in range(8)]).astype(np.float32)


def lgammaf(x: Floats) -> Floats:
    """Return glibc's ``lgammaf`` of whole numbers from 1 on, or of any numbers from 8 on."""
    w = _STIRLING
    z = np.float32(1) / x
    y = z * z
    series = w[0] + z * (w[1] + y * (w[2] + y * (w[3] + y * (w[4] + y * (w[5] + y * w[6])))))
    found: Floats = (x - np.float32(0.5)) * (any_logf(x) - np.float32(1)) + series
    small = x < np.float32(8)
    if small.any():
        found[small] = _SMALL_LGAMMA[x[small].astype(np.int64)]
    return found
