"""Functions of `mxnet.sym.contrib` that stand on operators: a sampler, and optimizer steps with a scale."""

from __future__ import annotations

import math
from typing import Any

from . import _ops
from ._functions import full
from ._symbol import Symbol
from .random import uniform


def rand_zipfian(true_classes: Symbol, num_sampled: int, range_max: int) -> tuple[Any, Any, Any]:
    """Draw classes from an approximately log-uniform (Zipfian) distribution over [0, range_max), with replacement.

    Args:
        true_classes: target classes.
        num_sampled: number of classes to draw.
        range_max: number of classes.

    Returns:
        The drawn classes (int64), and the expected number of draws of each true and of each drawn class (float64).

    Raises:
        AssertionError: ``true_classes`` is no symbol.

    Source: MXNet 1.9.1 python/mxnet/symbol/contrib.py, rand_zipfian.
    """
    if not isinstance(true_classes, Symbol):
        raise AssertionError(f"rand_zipfian: true_classes must be a Symbol, got {type(true_classes).__name__}")
    log_range = math.log(range_max + 1)
    drawn: Any = uniform(0, log_range, shape=(num_sampled,), dtype="float64")
    sampled = (drawn.exp() - 1).astype("int64") % range_max

    def expected(classes: Any) -> Any:
        return ((classes + 2.0) / (classes + 1.0)).log() / log_range * num_sampled

    truth: Any = true_classes.astype("float64")
    return sampled, expected(truth), expected(sampled.astype("float64"))


def _scale(rescale_grad: Any) -> Any:
    return rescale_grad if isinstance(rescale_grad, Symbol) else full(shape=(1,), val=rescale_grad)


def adamw_update(
    weight: Symbol,
    grad: Symbol,
    mean: Symbol,
    var: Symbol,
    rescale_grad: Any,
    lr: float,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    wd: float = 0,
    clip_gradient: float = -1,
    out: Any = None,
    name: str | None = None,
    **kwargs: Any,
) -> Any:
    """One step of Adam with decoupled weight decay; ``rescale_grad`` is a number or a symbol of one element."""
    return _ops._adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, rescale_grad=_scale(rescale_grad), lr=lr, eta=eta, beta1=beta1,
        beta2=beta2, epsilon=epsilon, wd=wd, clip_gradient=clip_gradient, out=out, name=name, **kwargs,
    )  # fmt: skip


def mp_adamw_update(
    weight: Symbol,
    grad: Symbol,
    mean: Symbol,
    var: Symbol,
    weight32: Symbol,
    rescale_grad: Any,
    lr: float,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    wd: float = 0,
    clip_gradient: float = -1,
    out: Any = None,
    name: str | None = None,
    **kwargs: Any,
) -> Any:
    """As `adamw_update`, for float16 weights with a float32 copy."""
    return _ops._mp_adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, weight32=weight32, rescale_grad=_scale(rescale_grad), lr=lr,
        eta=eta, beta1=beta1, beta2=beta2, epsilon=epsilon, wd=wd, clip_gradient=clip_gradient, out=out, name=name,
        **kwargs,
    )  # fmt: skip
