"""Random operators whose parameters are arrays: one distribution per entry, ``shape`` draws of each.

Source of all: MXNet 1.9.1 src/operator/random/multisample_op.h and sampler.h.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import register
from ...registry.operator import op_error
from .engine import sampler_of
from .samplers import FloatType, floating

_SOURCE = "Source: MXNet 1.9.1 src/operator/random/multisample_op.h."


def _draw(
    name: str,
    law: str,
    parameters: dict[str, Tensor],
    shape: tuple[int, ...],
    dtype: torch.dtype | None,
    out: Tensor | None,
) -> Tensor:
    values = list(parameters.values())
    first = values[0]
    if first.dim() == 0 or not first.numel():
        raise op_error(name, "parameters must have at least one axis and one element", **parameters)
    if first.dtype is torch.bool:
        raise op_error(name, "parameters must be numbers", **parameters)
    for other in values[1:]:
        if other.shape != first.shape or other.dtype is not first.dtype:
            raise op_error(name, "parameters must have one shape and one dtype", **parameters)
    if shape and min(shape) <= 0:
        raise MXNetError(f"{name}: every dimension of shape must be at least 1, got shape={shape}")
    full = tuple(first.shape) + shape
    if out is not None:
        if tuple(out.shape) != full:
            raise MXNetError(f"{name}: out has shape {tuple(out.shape)}, the result has shape {full}")
        if dtype is not None and dtype is not out.dtype:
            raise MXNetError(f"{name}: out has dtype {out.dtype}, but dtype={dtype} was asked for")
        dtype = out.dtype
    drawn = sampler_of(first.device).each(law, math.prod(shape), floating(name, dtype), *values).view(full)
    return drawn if out is None else out.copy_(drawn)


def _two(law: str, first: str, second: str) -> Callable[..., Tensor]:
    name = f"_sample_{law}"

    def sample(
        a: Tensor, b: Tensor, shape: tuple[int, ...] = (), dtype: FloatType = None, *, out: Tensor | None = None
    ) -> Tensor:
        return _draw(name, law, {first: a, second: b}, shape, dtype, out)

    return sample


def _one(law: str, first: str) -> Callable[..., Tensor]:
    name = f"_sample_{law}"

    def sample(a: Tensor, shape: tuple[int, ...] = (), dtype: FloatType = None, *, out: Tensor | None = None) -> Tensor:
        return _draw(name, law, {first: a}, shape, dtype, out)

    return sample


# The typed functions below only give names and annotations to the rows of the table.


def _low_high(
    low: Tensor, high: Tensor, shape: tuple[int, ...] = (), dtype: FloatType = None, *, out: Tensor | None = None
) -> Tensor:
    raise NotImplementedError


def _mu_sigma(
    mu: Tensor, sigma: Tensor, shape: tuple[int, ...] = (), dtype: FloatType = None, *, out: Tensor | None = None
) -> Tensor:
    raise NotImplementedError


def _alpha_beta(
    alpha: Tensor, beta: Tensor, shape: tuple[int, ...] = (), dtype: FloatType = None, *, out: Tensor | None = None
) -> Tensor:
    raise NotImplementedError


def _lam(lam: Tensor, shape: tuple[int, ...] = (), dtype: FloatType = None, *, out: Tensor | None = None) -> Tensor:
    raise NotImplementedError


def _k_p(
    k: Tensor, p: Tensor, shape: tuple[int, ...] = (), dtype: FloatType = None, *, out: Tensor | None = None
) -> Tensor:
    raise NotImplementedError


def _mu_alpha(
    mu: Tensor, alpha: Tensor, shape: tuple[int, ...] = (), dtype: FloatType = None, *, out: Tensor | None = None
) -> Tensor:
    raise NotImplementedError


_TABLE: tuple[tuple[str, Callable[..., Tensor], str, str], ...] = (
    ("uniform", _low_high, "uniform distributions on [low, high)", "low, high: the ends."),
    ("normal", _mu_sigma, "normal distributions", "mu, sigma: means and standard deviations."),
    ("gamma", _alpha_beta, "gamma distributions", "alpha, beta: shape and scale parameters."),
    ("exponential", _lam, "exponential distributions", "lam: rates."),
    ("poisson", _lam, "Poisson distributions", "lam: means."),
    ("negative_binomial", _k_p, "negative binomial distributions", "k, p: successes and their probabilities."),
    (
        "generalized_negative_binomial",
        _mu_alpha,
        "negative binomial distributions",
        "mu, alpha: means and dispersions (0: the Poisson distribution).",
    ),
)


def _register_all() -> None:
    for law, like, what, parameters in _TABLE:
        names = parameters.split(":")[0].split(", ")
        fn = _two(law, *names) if len(names) == 2 else _one(law, *names)
        register(
            f"_sample_{law}",
            fn,
            like=like,
            aliases=(f"sample_{law}",),
            zero_grad=True,
            writes_out=True,
            doc=f"""Draw from {what}, one for each entry of the parameters.

    Args:
        {parameters} One shape, one dtype; any values, as in MXNet.
        shape: shape of the draws of each distribution; one draw if left out.
        dtype: float16, float32 (default) or float64; that of ``out`` if left out.

    Returns:
        An array of the parameters' shape followed by ``shape``.

    Raises:
        MXNetError: parameters of different shapes or dtypes, a ``shape`` with a dimension below 1.

    {_SOURCE}
    """,
        )


_register_all()
