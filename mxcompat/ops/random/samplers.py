"""Random operators whose distribution has numbers as parameters: ``_random_uniform``, ``_random_uniform_like``, ...

A creation operator draws ``shape`` values, by default float32; one that ends in ``_like`` takes shape, dtype and
context from ``data``. On the CPU the values are MXNet 1.9.1's.

Source of all: MXNet 1.9.1 src/operator/random/sample_op.h and sampler.h.
"""

from __future__ import annotations

import math
from typing import Annotated

import torch
from torch import Tensor

from ..._core.context import Context, current_context
from ..._core.dtypes import NAME_OF_TORCH
from ..._core.errors import MXNetError
from ..._core.state import THREAD
from ...registry import REQUIRED, operator
from .engine import generator, sampler_of

FloatType = Annotated[torch.dtype, "float16", "float32", "float64"] | None
IntType = Annotated[torch.dtype, "int32", "int64"] | None

FLOATS = (torch.float32, torch.float64, torch.float16)
_INTS = (torch.int32, torch.int64)


def _size(name: str, shape: tuple[int, ...] | None) -> tuple[tuple[int, ...], int]:
    if THREAD.np_shape:  # a number, or no elements
        shape = shape or ()
        if min(shape, default=0) < 0:
            raise MXNetError(f"{name}: shape={shape} may have no negative dimension")
    elif not shape or min(shape) <= 0:
        raise MXNetError(f"{name}: shape={shape} must have at least one dimension, and every dimension at least 1")
    return shape, math.prod(shape)


def floating(name: str, dtype: torch.dtype | None) -> torch.dtype:
    """Return the dtype of a result (float32 if None); MXNetError unless it is floating."""
    if dtype is None:
        return torch.float32
    if dtype not in FLOATS:
        raise MXNetError(f"{name}: dtype must be float16, float32 or float64, got {NAME_OF_TORCH[dtype]}")
    return dtype


def _uniform(name: str, low: float, high: float) -> None:
    if not high >= low:
        raise MXNetError(f"{name}: low must be less or equal to high, got low={low}, high={high}")


def _positive(name: str, **parameters: float) -> None:
    for parameter, value in parameters.items():
        if not value > 0:
            raise MXNetError(f"{name}: {parameter} must be positive, got {value}")


def _not_negative(name: str, **parameters: float) -> None:
    for parameter, value in parameters.items():
        if not value >= 0:
            raise MXNetError(f"{name}: {parameter} must not be negative, got {value}")


@operator("_random_uniform", aliases=("random_uniform", "uniform"))
def _random_uniform(
    low: float = 0.0,
    high: float = 1.0,
    shape: tuple[int, ...] | None = None,
    ctx: Context | None = None,
    dtype: FloatType = None,
) -> Tensor:
    """Draw from the uniform distribution on [low, high).

    Args:
        low: lower end.
        high: upper end, not below ``low``.
        shape: shape of the result; that of ``out`` if left out.
        ctx: the context to draw on.
        dtype: float16, float32 (default) or float64.

    Returns:
        An array of that shape and dtype.

    Raises:
        MXNetError: ``high < low``, or a shape without elements.

    Source: MXNet 1.9.1 src/operator/random/sample_op.h.
    """
    size, count = _size("_random_uniform", shape)
    _uniform("_random_uniform", low, high)
    dtype = floating("_random_uniform", dtype)
    return generator(ctx or current_context()).uniform(count, dtype, low, high).view(size)


@operator("_random_normal", aliases=("random_normal", "normal"))
def _random_normal(
    loc: float = 0.0,
    scale: float = 1.0,
    shape: tuple[int, ...] | None = None,
    ctx: Context | None = None,
    dtype: FloatType = None,
) -> Tensor:
    """Draw from the normal distribution.

    Args:
        loc: the mean.
        scale: the standard deviation, above 0.
        shape, ctx, dtype: as in ``_random_uniform``.

    Returns:
        An array of that shape and dtype.

    Raises:
        MXNetError: ``scale`` not above 0, or a shape without elements.

    Source: MXNet 1.9.1 src/operator/random/sample_op.h.
    """
    size, count = _size("_random_normal", shape)
    _positive("_random_normal", scale=scale)
    dtype = floating("_random_normal", dtype)
    return generator(ctx or current_context()).normal(count, dtype, loc, scale).view(size)


@operator("_random_gamma", aliases=("random_gamma",))
def _random_gamma(
    alpha: float = 1.0,
    beta: float = 1.0,
    shape: tuple[int, ...] | None = None,
    ctx: Context | None = None,
    dtype: FloatType = None,
) -> Tensor:
    """Draw from the gamma distribution.

    Args:
        alpha: the shape parameter, above 0.
        beta: the scale (not the rate), above 0.
        shape, ctx, dtype: as in ``_random_uniform``.

    Returns:
        An array of that shape and dtype.

    Raises:
        MXNetError: ``alpha`` or ``beta`` not above 0, or a shape without elements.

    Source: MXNet 1.9.1 src/operator/random/sample_op.h.
    """
    size, count = _size("_random_gamma", shape)
    _positive("_random_gamma", alpha=alpha, beta=beta)
    dtype = floating("_random_gamma", dtype)
    return generator(ctx or current_context()).gamma(count, dtype, alpha, beta).view(size)


@operator("_random_exponential", aliases=("random_exponential",))
def _random_exponential(
    lam: float = 1.0,
    shape: tuple[int, ...] | None = None,
    ctx: Context | None = None,
    dtype: FloatType = None,
) -> Tensor:
    """Draw from the exponential distribution.

    Args:
        lam: the rate, above 0.
        shape, ctx, dtype: as in ``_random_uniform``.

    Returns:
        An array of that shape and dtype.

    Raises:
        MXNetError: ``lam`` not above 0, or a shape without elements.

    Source: MXNet 1.9.1 src/operator/random/sample_op.h.
    """
    size, count = _size("_random_exponential", shape)
    _positive("_random_exponential", lam=lam)
    dtype = floating("_random_exponential", dtype)
    return generator(ctx or current_context()).exponential(count, dtype, lam).view(size)


@operator("_random_poisson", aliases=("random_poisson",))
def _random_poisson(
    lam: float = 1.0,
    shape: tuple[int, ...] | None = None,
    ctx: Context | None = None,
    dtype: FloatType = None,
) -> Tensor:
    """Draw from the Poisson distribution.

    Args:
        lam: the mean, not negative. Numbers of 2**31 and more come out as -2**31, as in MXNet.
        shape, ctx, dtype: as in ``_random_uniform``.

    Returns:
        An array of that shape and (floating) dtype.

    Raises:
        MXNetError: a negative ``lam``, or a shape without elements.

    Source: MXNet 1.9.1 src/operator/random/sample_op.h.
    """
    size, count = _size("_random_poisson", shape)
    _not_negative("_random_poisson", lam=lam)
    dtype = floating("_random_poisson", dtype)
    return generator(ctx or current_context()).poisson(count, dtype, lam).view(size)


@operator("_random_negative_binomial", aliases=("random_negative_binomial",))
def _random_negative_binomial(
    k: int = 1,
    p: float = 1.0,
    shape: tuple[int, ...] | None = None,
    ctx: Context | None = None,
    dtype: FloatType = None,
) -> Tensor:
    """Draw the number of failures before the ``k``-th success.

    Args:
        k: number of successes, a whole number, not negative.
        p: probability of a success, from 0 to 1 (above 1 counts as 1).
        shape, ctx, dtype: as in ``_random_uniform``.

    Returns:
        An array of that shape and (floating) dtype.

    Raises:
        MXNetError: a negative ``k`` or ``p``, or a shape without elements.

    Source: MXNet 1.9.1 src/operator/random/sample_op.h.
    """
    size, count = _size("_random_negative_binomial", shape)
    _not_negative("_random_negative_binomial", k=k, p=p)
    dtype = floating("_random_negative_binomial", dtype)
    return generator(ctx or current_context()).negative_binomial(count, dtype, k, p).view(size)


@operator("_random_generalized_negative_binomial", aliases=("random_generalized_negative_binomial",))
def _random_generalized_negative_binomial(
    mu: float = 1.0,
    alpha: float = 1.0,
    shape: tuple[int, ...] | None = None,
    ctx: Context | None = None,
    dtype: FloatType = None,
) -> Tensor:
    """Draw from the negative binomial distribution given by its mean and dispersion.

    Args:
        mu: the mean, not negative.
        alpha: the dispersion ``1 / k``, not negative; 0 is the Poisson distribution.
        shape, ctx, dtype: as in ``_random_uniform``.

    Returns:
        An array of that shape and (floating) dtype.

    Raises:
        MXNetError: a negative ``mu`` or ``alpha``, or a shape without elements.

    Source: MXNet 1.9.1 src/operator/random/sample_op.h.
    """
    size, count = _size("_random_generalized_negative_binomial", shape)
    _not_negative("_random_generalized_negative_binomial", mu=mu, alpha=alpha)
    dtype = floating("_random_generalized_negative_binomial", dtype)
    drawn = generator(ctx or current_context()).generalized_negative_binomial(count, dtype, mu, alpha)
    return drawn.view(size)


@operator("_random_randint", aliases=("random_randint", "_npi_random_randint"))
def _random_randint(
    low: int = REQUIRED,
    high: int = REQUIRED,
    shape: tuple[int, ...] | None = None,
    ctx: Context | None = None,
    dtype: IntType = None,
) -> Tensor:
    """Draw whole numbers from [low, high).

    Args:
        low: lower end.
        high: upper end, above ``low``. Both must fit in int64; what does not fit in ``dtype`` wraps.
        shape, ctx: as in ``_random_uniform``.
        dtype: int32 (default) or int64.

    Returns:
        An array of that shape and dtype.

    Raises:
        MXNetError: ``high <= low``, a bound beyond int64, or a shape without elements.

    Differences: ``low == high`` kills the process in MXNet.

    Source: MXNet 1.9.1 src/operator/random/sample_op.h.
    """
    size, count = _size("_random_randint", shape)
    for parameter, value in (("low", low), ("high", high)):
        if not -(2**63) <= value < 2**63:
            raise MXNetError(
                f"Invalid Parameter format for {parameter} expect long but value='{value}', in operator _random_randint"
            )
    if high <= low:
        raise MXNetError(f"_random_randint: low must be less than high, got low={low}, high={high}")
    if dtype is not None and dtype not in _INTS:
        raise MXNetError(f"_random_randint: dtype must be int32 or int64, got {NAME_OF_TORCH[dtype]}")
    return generator(ctx or current_context()).randint(count, dtype or torch.int32, low, high).view(size)


@operator("_random_uniform_like", zero_grad=True)
def _random_uniform_like(data: Tensor, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Draw from the uniform distribution on [low, high), an array like ``data``. As ``_random_uniform``."""
    _uniform("_random_uniform_like", low, high)
    dtype = floating("_random_uniform_like", data.dtype)
    return sampler_of(data.device).uniform(data.numel(), dtype, low, high).view(data.shape)


@operator("_random_normal_like", zero_grad=True)
def _random_normal_like(data: Tensor, loc: float = 0.0, scale: float = 1.0) -> Tensor:
    """Draw from the normal distribution, an array like ``data``. As ``_random_normal``."""
    _positive("_random_normal_like", scale=scale)
    dtype = floating("_random_normal_like", data.dtype)
    return sampler_of(data.device).normal(data.numel(), dtype, loc, scale).view(data.shape)


@operator("_random_gamma_like", zero_grad=True)
def _random_gamma_like(data: Tensor, alpha: float = 1.0, beta: float = 1.0) -> Tensor:
    """Draw from the gamma distribution, an array like ``data``. As ``_random_gamma``."""
    _positive("_random_gamma_like", alpha=alpha, beta=beta)
    dtype = floating("_random_gamma_like", data.dtype)
    return sampler_of(data.device).gamma(data.numel(), dtype, alpha, beta).view(data.shape)


@operator("_random_exponential_like", zero_grad=True)
def _random_exponential_like(data: Tensor, lam: float = 1.0) -> Tensor:
    """Draw from the exponential distribution, an array like ``data``. As ``_random_exponential``."""
    _positive("_random_exponential_like", lam=lam)
    dtype = floating("_random_exponential_like", data.dtype)
    return sampler_of(data.device).exponential(data.numel(), dtype, lam).view(data.shape)


@operator("_random_poisson_like", zero_grad=True)
def _random_poisson_like(data: Tensor, lam: float = 1.0) -> Tensor:
    """Draw from the Poisson distribution, an array like ``data``. As ``_random_poisson``."""
    _not_negative("_random_poisson_like", lam=lam)
    dtype = floating("_random_poisson_like", data.dtype)
    return sampler_of(data.device).poisson(data.numel(), dtype, lam).view(data.shape)


@operator("_random_negative_binomial_like", zero_grad=True)
def _random_negative_binomial_like(data: Tensor, k: int = 1, p: float = 1.0) -> Tensor:
    """Draw negative binomial numbers, an array like ``data``. As ``_random_negative_binomial``."""
    _not_negative("_random_negative_binomial_like", k=k, p=p)
    dtype = floating("_random_negative_binomial_like", data.dtype)
    return sampler_of(data.device).negative_binomial(data.numel(), dtype, k, p).view(data.shape)


@operator("_random_generalized_negative_binomial_like", zero_grad=True)
def _random_generalized_negative_binomial_like(data: Tensor, mu: float = 1.0, alpha: float = 1.0) -> Tensor:
    """Draw negative binomial numbers, an array like ``data``. As ``_random_generalized_negative_binomial``."""
    _not_negative("_random_generalized_negative_binomial_like", mu=mu, alpha=alpha)
    dtype = floating("_random_generalized_negative_binomial_like", data.dtype)
    drawn = sampler_of(data.device).generalized_negative_binomial(data.numel(), dtype, mu, alpha)
    return drawn.view(data.shape)
