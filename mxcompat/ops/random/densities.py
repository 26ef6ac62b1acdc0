"""Probability densities with gradients: ``_random_pdf_*``.

The parameters have the leading axes of ``sample``; what further axes it has are several samples of one distribution.
float16 is computed in float32. The derivative by samples that are counts is zero.

Source of all: MXNet 1.9.1 src/operator/random/pdf_op.h.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ...registry import register
from ...registry.operator import op_error
from .samplers import FLOATS

LogDensity = Callable[..., Tensor]


class _Constant(torch.autograd.Function):
    """The tensor itself, with derivative zero (which is written, unlike that of a detached tensor)."""

    @staticmethod
    def forward(ctx: Any, data: Tensor) -> Tensor:
        return data.view_as(data)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return torch.zeros_like(grads[0])


def _constant(data: Tensor) -> Tensor:
    return _Constant.apply(data) if data.requires_grad else data  # type: ignore[no-untyped-call]


class _Uniform(torch.autograd.Function):
    """``1 / (high - low)`` for every sample, inside of the interval or not; also for intervals the wrong way round."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, low: Tensor, high: Tensor, is_log: bool) -> Tensor:
        width = (high - low).expand(x.shape)
        found = -width.log() if is_log else 1 / width
        ctx.save_for_backward(found, width)
        ctx.is_log, ctx.shape = is_log, low.shape
        return found

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        found, width = ctx.saved_tensors
        slope = (grads[0] if ctx.is_log else grads[0] * found) / width
        total = slope.sum_to_size(ctx.shape)
        return torch.zeros_like(slope), total, -total, None


def _uniform(x: Tensor, low: Tensor, high: Tensor, is_log: bool) -> Tensor:
    found: Tensor = _Uniform.apply(x, low, high, is_log)  # type: ignore[no-untyped-call]
    return found


def _normal(x: Tensor, mu: Tensor, sigma: Tensor) -> Tensor:
    return -0.5 * (x - mu) * (x - mu) / (sigma * sigma) - (math.sqrt(2.0 * math.pi) * sigma).log()


def _gamma(x: Tensor, alpha: Tensor, beta: Tensor) -> Tensor:
    return alpha * beta.log() + (alpha - 1) * x.log() - beta * x - alpha.lgamma()


def _exponential(x: Tensor, lam: Tensor) -> Tensor:
    return lam.log() - lam * x


def _poisson(x: Tensor, lam: Tensor) -> Tensor:
    x = _constant(x)
    return x * lam.log() - (x + 1).lgamma() - lam


def _negative_binomial(x: Tensor, k: Tensor, p: Tensor) -> Tensor:
    x = _constant(x)
    return (x + k).lgamma() - (x + 1).lgamma() - k.lgamma() + k * p.log() + x * (1 - p).log()


def _generalized_negative_binomial(x: Tensor, mu: Tensor, alpha: Tensor) -> Tensor:
    return _negative_binomial(x, 1.0 / alpha, 1.0 / (mu * alpha + 1.0))


def _dirichlet(x: Tensor, alpha: Tensor) -> Tensor:
    return ((alpha - 1) * x.log()).sum(-1) + (alpha.sum(-1).lgamma() - alpha.lgamma().sum(-1))


def _density(name: str, law: LogDensity, vector: bool, is_log: bool, **tensors: Tensor) -> Tensor:
    sample, *parameters = tensors.values()
    if any(t.dtype not in FLOATS or t.dtype is not sample.dtype or t.dim() == 0 for t in tensors.values()):
        raise op_error(name, "inputs must be floating, of one dtype, with at least one axis", **tensors)
    shape = sample.shape
    axes = parameters[0].dim()
    wanted = shape[: axes - 1] + shape[-1:] if vector else shape[:axes]
    if axes > len(shape) or any(p.shape != wanted for p in parameters):
        what = "the leading axes of sample and its last one" if vector else "the leading axes of sample"
        raise op_error(name, f"parameters must have one shape, {what}", **tensors)
    more = (1,) * (len(shape) - axes)
    spread = (*shape[: axes - 1], *more, shape[-1]) if vector else (*wanted, *more)
    dtype = sample.dtype
    if dtype is torch.float16:
        sample = sample.float()
    spread_out = [p.to(sample.dtype).reshape(spread) for p in parameters]
    if law is _uniform:
        found = law(sample, *spread_out, is_log)
    else:
        found = law(sample, *spread_out)
        if not is_log:
            found = found.exp()
    if vector and len(shape) == 1:
        found = found.reshape(1)
    return found.to(dtype)


def _one(name: str, law: LogDensity, first: str, vector: bool = False) -> Callable[..., Tensor]:
    def density(sample: Tensor, a: Tensor, is_log: bool = False) -> Tensor:
        return _density(name, law, vector, is_log, **{"sample": sample, first: a})

    return density


def _two(name: str, law: LogDensity, first: str, second: str) -> Callable[..., Tensor]:
    def density(sample: Tensor, a: Tensor, b: Tensor, is_log: bool = False) -> Tensor:
        return _density(name, law, False, is_log, **{"sample": sample, first: a, second: b})

    return density


# The typed functions below only give names and annotations to the rows of the table.


def _low_high(sample: Tensor, low: Tensor, high: Tensor, is_log: bool = False) -> Tensor:
    raise NotImplementedError


def _mu_sigma(sample: Tensor, mu: Tensor, sigma: Tensor, is_log: bool = False) -> Tensor:
    raise NotImplementedError


def _alpha_beta(sample: Tensor, alpha: Tensor, beta: Tensor, is_log: bool = False) -> Tensor:
    raise NotImplementedError


def _lam(sample: Tensor, lam: Tensor, is_log: bool = False) -> Tensor:
    raise NotImplementedError


def _k_p(sample: Tensor, k: Tensor, p: Tensor, is_log: bool = False) -> Tensor:
    raise NotImplementedError


def _mu_alpha(sample: Tensor, mu: Tensor, alpha: Tensor, is_log: bool = False) -> Tensor:
    raise NotImplementedError


def _alpha(sample: Tensor, alpha: Tensor, is_log: bool = False) -> Tensor:
    raise NotImplementedError


#: name, log density, typed signature, description of the parameters
_TABLE: tuple[tuple[str, LogDensity, Callable[..., Tensor], str], ...] = (
    ("uniform", _uniform, _low_high, "low, high: the ends. Samples outside have the same density, as in MXNet."),
    ("normal", _normal, _mu_sigma, "mu, sigma: means and standard deviations."),
    ("gamma", _gamma, _alpha_beta, "alpha, beta: shape parameters and rates (not scales)."),
    ("exponential", _exponential, _lam, "lam: rates."),
    ("poisson", _poisson, _lam, "lam: means."),
    ("negative_binomial", _negative_binomial, _k_p, "k, p: successes and their probabilities."),
    (
        "generalized_negative_binomial",
        _generalized_negative_binomial,
        _mu_alpha,
        "mu, alpha: means and dispersions, above 0.",
    ),
    ("dirichlet", _dirichlet, _alpha, "alpha: concentrations along the last axis, as the samples."),
)


def _register_all() -> None:
    for distribution, law, like, parameters in _TABLE:
        name = f"_random_pdf_{distribution}"
        names = parameters.split(":")[0].split(", ")
        vector = distribution == "dirichlet"
        fn = _two(name, law, *names) if len(names) == 2 else _one(name, law, names[0], vector)
        shape = "``sample`` without its last axis ((1,) for a vector)" if vector else "``sample``"
        register(
            name,
            fn,
            like=like,
            aliases=(name[1:],),
            doc=f"""Density of {distribution.replace("_", " ")} distributions at samples.

    Args:
        sample: floating, any shape that starts with that of the parameters.
        {parameters}
        is_log: return the logarithm of the density.

    Returns:
        An array of the shape of {shape}, in its dtype.

    Raises:
        MXNetError: parameters that are not of the leading axes of ``sample``, mixed dtypes, integers.

    Source: MXNet 1.9.1 src/operator/random/pdf_op.h.
    """,
        )


_register_all()
