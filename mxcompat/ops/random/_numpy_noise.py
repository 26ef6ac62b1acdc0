"""What ``mx.np.random`` makes of the single generator's numbers: one function per distribution.

Where MXNet writes ``log`` of a float32 it means the float64 one: the noise is rounded to float32 after each formula,
not within. Where a lone logarithm goes straight into a float32, the compiler made it the float32 one (Weibull, and
arrays of scales).

Each takes the generator, the number of values, and parameters that are numbers or arrays that broadcast against the
flat draw; each returns float32 unless a dtype is given. MXNet computes all of them in float32 from float32 noise
(gamma: in float64), and casts at the end.

Source: MXNet 1.9.1 src/operator/numpy/random/.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from . import _exact
from ._single import SingleGenerator

Array = npt.NDArray[Any]
Parameter = float | Array


def _single(value: Parameter) -> Array:
    return np.asarray(value, np.float32)


def _log(x: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(x.astype(np.float64))


def _logit(u: Array) -> Array:
    return (_log(u) - _log(np.float32(1) - u)).astype(np.float32)


def uniform(
    g: SingleGenerator, count: int, low: Parameter, high: Parameter, dtype: npt.DTypeLike = np.float32
) -> Array:
    """Return ``low + u * (high - low)``."""
    return _exact.narrow(_single(low) + g.uniform(count) * (_single(high) - _single(low)), dtype)


def normal(
    g: SingleGenerator, count: int, loc: Parameter, scale: Parameter, dtype: npt.DTypeLike = np.float32
) -> Array:
    """Return ``loc + z * scale``."""
    return _exact.narrow(_single(loc) + g.normal(count) * _single(scale), dtype)


def exponential(g: SingleGenerator, count: int, scale: Parameter) -> Array:
    """Return ``-scale * log(u)``; with the float32 logarithm for an array of scales."""
    noise = -(_exact.any_logf if isinstance(scale, np.ndarray) else _log)(g.uniform(count))
    return (_single(scale) * noise).astype(np.float32, copy=False)


def logistic(g: SingleGenerator, count: int, loc: Parameter, scale: Parameter) -> Array:
    """Return ``loc + scale * (log(u) - log(1 - u))``."""
    found: Array = _single(loc) + _logit(g.uniform(count)) * _single(scale)
    return found


def gumbel(g: SingleGenerator, count: int, loc: Parameter, scale: Parameter) -> Array:
    """Return ``loc - scale * log(-log(u))``."""
    return _single(loc) + (-_log(-_log(g.uniform(count)))).astype(np.float32) * _single(scale)


def pareto(g: SingleGenerator, count: int, a: Parameter) -> Array:
    """Return ``exp(-log(u) / a) - 1``; with the float32 logarithm for an array of exponents."""
    noise = -(_exact.any_logf if isinstance(a, np.ndarray) else _log)(g.uniform(count))
    return (np.exp((noise / _single(a)).astype(np.float64)) - 1.0).astype(np.float32)


def power(g: SingleGenerator, count: int, a: Parameter) -> Array:
    """Return ``(1 - u) ** (1 / a)``. One more uniform number is drawn than is used."""
    return _exact.powf(np.float32(1) - g.uniform(count + 1)[:count], _inverse(a))


def weibull(g: SingleGenerator, count: int, a: Parameter) -> Array:
    """Return ``(-log(u)) ** (1 / a)``."""
    return _exact.powf(-_exact.any_logf(g.uniform(count)), _inverse(a))


def rayleigh(g: SingleGenerator, count: int, scale: Parameter) -> Array:
    """Return ``scale * sqrt(-2 * log(u))``."""
    found: Array = _single(scale) * np.sqrt(-2 * _log(g.uniform(count))).astype(np.float32)
    return found


def bernoulli(
    g: SingleGenerator,
    count: int,
    prob: Parameter | None = None,
    logit: Parameter | None = None,
    dtype: npt.DTypeLike = np.float32,
) -> Array:
    """Return 1 where ``prob > u`` (or ``logit > log(u) - log(1 - u)``), else 0."""
    u = g.uniform(count)
    if prob is not None:
        return (_single(prob) > u).astype(dtype)
    if logit is None:
        raise ValueError("bernoulli: one of prob and logit must be given")
    return (_single(logit) > _logit(u)).astype(dtype)


def gamma(
    g: SingleGenerator, count: int, shape: Parameter, scale: Parameter, dtype: npt.DTypeLike = np.float32
) -> Array:
    """Draw by Marsaglia and Tsang's method, all values at once and again until none is left to accept.

    With two numbers as parameters MXNet reads a flag it never set, and may draw one more round for nothing.
    """
    a = np.broadcast_to(_single(shape).astype(np.float64), (count,))
    b = np.broadcast_to(_single(scale).astype(np.float64), (count,))
    d = np.where(a < 1, a + 2.0 / 3.0, a - 1.0 / 3.0)
    c = 1.0 / np.sqrt(9.0 * d)
    found = np.full(count, -1.0)
    while True:
        u, u2 = g.uniform(2 * count, np.float64).reshape(count, 2).T
        z = g.normal(2 * count, np.float64).reshape(count, 2)[:, 0]
        v = 1 + c * z
        v = v * v * v
        with np.errstate(invalid="ignore", divide="ignore"):
            squeezed = u <= 1 - 0.0331 * (z * z) * (z * z)
            slow = _exact.any_logf(u.astype(np.float32)) < 0.5 * (z * z) + d * (
                1 - v + _exact.any_logf(v.astype(np.float32))
            )
        value = d * v * b
        small = np.flatnonzero(a < 1)
        if small.size:
            value[small] *= _exact.powf(u2[small].astype(np.float32), (1.0 / a[small]).astype(np.float32))
        fresh = (found < 0) & (v > 0) & (squeezed | slow)
        found[fresh] = value[fresh]
        if not (found < 0).any():
            return _exact.narrow(found, dtype)


def _inverse(a: Parameter) -> Array:
    return (1.0 / _single(a).astype(np.float64)).astype(np.float32)
