"""Random numbers that NumPy does not have, for symbols.

Source: MXNet 1.9.1 python/mxnet/symbol/numpy_extension/random.py.
"""

from __future__ import annotations

from typing import Any

from ..._core.context import current_context as current_context
from ..numpy.random import _sample

__all__ = ["bernoulli", "uniform_n", "normal_n"]


def bernoulli(
    prob: Any = None, logit: Any = None, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """1 with a probability, else 0; arguments as of `mxnet.npx.random.bernoulli`.

    Raises:
        ValueError: both or neither of ``prob`` and ``logit``.
    """
    if (prob is None) == (logit is None):
        raise ValueError(f"bernoulli: give one of prob and logit; got prob={prob}, logit={logit}")
    return _sample("_npi_bernoulli", {"prob": prob, "logit": logit}, size, dtype=dtype, ctx=ctx, is_logit=prob is None)


def uniform_n(low: Any = 0.0, high: Any = 1.0, batch_shape: Any = None, dtype: Any = None, ctx: Any = None) -> Any:
    """Uniform numbers: a draw of shape ``batch_shape`` for each pair of parameters."""
    return _sample("_npi_uniform_n", {"low": low, "high": high}, batch_shape, dtype=dtype, ctx=ctx)


def normal_n(loc: Any = 0.0, scale: Any = 1.0, batch_shape: Any = None, dtype: Any = None, ctx: Any = None) -> Any:
    """Normal numbers: a draw of shape ``batch_shape`` for each pair of parameters."""
    return _sample("_npi_normal_n", {"loc": loc, "scale": scale}, batch_shape, dtype=dtype, ctx=ctx)
