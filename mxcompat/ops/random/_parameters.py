"""Arrays of distribution parameters, as MXNet's arithmetic meets them.

MXNet computes with parameters in their own dtype where they meet each other (a float16 width is rounded to float16,
the inverse of a whole number is a whole number), and in C's mixed arithmetic where they meet random numbers or
float64 constants. Each function takes flat arrays (or lists, which count as float32) and returns columns of float32 or
float64.

Every operation of float16 with another number is rounded to float16 in MXNet, random numbers included; ``half`` says
whether that applies.

Source: MXNet 1.9.1 src/operator/random/sampler.h.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Numbers = Sequence[float] | Array


@functools.lru_cache(maxsize=4096)
def parsed(value: float) -> float:
    """Return the float32 that MXNet makes of a number given as an attribute, which travels as text.

    Its parser adds the digits before and after the point as two float32 numbers and scales by powers of ten, also in
    float32, so that one in a hundred numbers is off by one in the last place: 2.86 becomes 2.8599997.
    """
    if not math.isfinite(value):
        return value
    mantissa, _, exponent = repr(abs(float(value))).partition("e")
    whole, _, rest = mantissa.partition(".")
    single = np.float32
    with np.errstate(over="ignore", under="ignore"):
        number = single(int(whole))
        rest = rest[:19]
        if rest:
            number = number + single(float(int(rest)) / float(10 ** len(rest)))
        if exponent:
            steps = abs(int(exponent))
            scale = single(1)
            for _ in range(steps // 8):
                scale = scale * single(1e8)
            for _ in range(steps % 8):
                scale = scale * single(10)
            number = number / scale if int(exponent) < 0 else number * scale
    return math.copysign(float(number), value)


def _array(values: Numbers) -> Array:
    return values if isinstance(values, np.ndarray) else np.asarray(values, np.float32)


def _column(values: Array, dtype: npt.DTypeLike) -> Array:
    return values.astype(dtype, copy=False).reshape(-1, 1)


def _wide(values: Array) -> Array:
    """Return a column that holds every value exactly: whole numbers as float64."""
    return _column(values, np.float64 if values.dtype.kind in "iu" else np.promote_types(values.dtype, np.float32))


def half(values: Numbers) -> bool:
    """Return whether arithmetic with this parameter is rounded to float16."""
    return _array(values).dtype == np.float16


def plain(values: Numbers) -> Array:
    """Return a parameter that meets random numbers only: all but float64 as float32."""
    found = _array(values)
    return _column(found, np.float64 if found.dtype == np.float64 else np.float32)


def single(values: Numbers) -> Array:
    """Return a parameter that is stored as float32 first."""
    return _column(_array(values), np.float32)


def interval(low: Numbers, high: Numbers) -> tuple[Array, Array]:
    """Return the lower end and the width of each interval."""
    first, last = _array(low), _array(high)
    if first.dtype.kind in "iu":  # C's int
        first, last = first.astype(np.int64), last.astype(np.int64)
    return plain(first), plain(last - first)


def exact(values: Numbers) -> Array:
    """Return a parameter that meets float64 constants first."""
    return _wide(_array(values))


def gamma_of_negative_binomial(k: Numbers, p: Numbers) -> tuple[Array, Array]:
    """Return shape and scale of the gamma numbers that are the rates: ``k`` and the odds of failure."""
    shape, chance = _array(k), _array(p).astype(np.float32).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        odds = ((1.0 - chance) / chance).astype(np.float32)
        if shape.dtype.kind in "iu":  # a C cast: what does not fit becomes the smallest int
            odds = np.where(np.abs(odds) < 2.0**31, odds, np.float32(-(2.0**31))).astype(np.int64)
            return single(shape), _wide(odds.astype(shape.dtype))
        return single(shape), _wide(odds.astype(shape.dtype))


def gamma_of_generalized(mu: Numbers, alpha: Numbers) -> tuple[Array, Array]:
    """Return shape and scale of the gamma numbers that are the rates; shape nan where the rate is ``mu`` itself."""
    mean, spread = _array(mu), _array(alpha)
    fixed = spread == 0
    safe = np.where(fixed, spread.dtype.type(1), spread)
    one = np.ones_like(safe)
    with np.errstate(over="ignore", invalid="ignore"):
        inverse = np.trunc(one / safe) if safe.dtype.kind in "iu" else one / safe
        scale = np.where(fixed, mean, spread * mean).astype(spread.dtype)
    shape = _wide(inverse.astype(np.float64) if safe.dtype.kind in "iu" else inverse)
    return np.where(fixed.reshape(-1, 1), shape.dtype.type(np.nan), shape), _wide(scale)
