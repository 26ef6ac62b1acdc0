"""Random numbers that NumPy does not have.

Source: MXNet 1.9.1 python/mxnet/numpy_extension/random.py.
"""

from __future__ import annotations

from typing import Any

from .. import random as _mx_random
from ..numpy.random import _sample

__all__ = ["seed", "bernoulli", "uniform_n", "normal_n"]


def seed(seed: int, ctx: Any = "all") -> None:
    """Seed the generators of a context, or of all."""
    _mx_random.seed(seed, ctx)


def bernoulli(
    prob: Any = None, logit: Any = None, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """1 with a probability, else 0.

    Args:
        prob: the probability, a number or an array; or
        logit: the logarithm of its odds.
        size: shape of the result; None for that of the parameter.
        dtype: the dtype; None is float32.
        ctx: the context; the current one if None.
        out: an array to write to.

    Raises:
        ValueError: both or neither of ``prob`` and ``logit``.
    """
    if (prob is None) == (logit is None):
        raise ValueError(
            f"bernoulli: give one of prob and logit; got prob={prob}, logit={logit}"
        )  # fmt: skip
    return _sample(
        "_npi_bernoulli", {"prob": prob, "logit": logit}, size, out, dtype=dtype, ctx=ctx, is_logit=prob is None
    )


def uniform_n(low: Any = 0.0, high: Any = 1.0, batch_shape: Any = None, dtype: Any = None, ctx: Any = None) -> Any:
    """Uniform numbers: a draw of shape ``batch_shape`` for each pair of parameters."""
    return _sample("_npi_uniform_n", {"low": low, "high": high}, batch_shape, dtype=dtype, ctx=ctx)


def normal_n(loc: Any = 0.0, scale: Any = 1.0, batch_shape: Any = None, dtype: Any = None, ctx: Any = None) -> Any:
    """Normal numbers: a draw of shape ``batch_shape`` for each pair of parameters."""
    return _sample("_npi_normal_n", {"loc": loc, "scale": scale}, batch_shape, dtype=dtype, ctx=ctx)
