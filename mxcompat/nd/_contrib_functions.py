"""Functions of `mxnet.nd.contrib` that stand on operators: checks of values, a sampler, optimizer steps over lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from .._core.context import Context, current_context
from . import _ops
from .arithmetic import logical_and
from .creation import full
from .ndarray import NDArray
from .random import uniform


def rand_zipfian(
    true_classes: NDArray, num_sampled: int, range_max: int, ctx: Context | None = None
) -> tuple[Any, Any, Any]:
    """Draw classes from an approximately log-uniform (Zipfian) distribution over [0, range_max), with replacement.

    Class c has the probability ``(log(c + 2) - log(c + 1)) / log(range_max + 1)``.

    Args:
        true_classes: target classes.
        num_sampled: number of classes to draw.
        range_max: number of classes.
        ctx: context of the results; the current one if None.

    Returns:
        The drawn classes (int64), and the expected number of draws of each true and of each drawn class (float64).

    Source: MXNet 1.9.1 python/mxnet/ndarray/contrib.py, rand_zipfian.
    """
    if ctx is None:
        ctx = current_context()
    log_range = math.log(range_max + 1)
    drawn = uniform(0, log_range, shape=(num_sampled,), dtype="float64", ctx=ctx)
    sampled = (drawn.exp() - 1).astype("int64") % range_max

    def expected(classes: Any) -> Any:
        return ((classes + 2.0) / (classes + 1.0)).log() / log_range * num_sampled

    truth: Any = true_classes.as_in_context(ctx).astype("float64")
    return sampled, expected(truth), expected(sampled.astype("float64"))


def isinf(data: Any) -> Any:
    """Where the array is infinite: 1 there, 0 elsewhere, in the dtype of ``data``."""
    return data.abs() == math.inf


def isfinite(data: Any) -> Any:
    """Where the array is neither infinite nor NaN: 1 there, 0 elsewhere, in the dtype of ``data``."""
    return logical_and(data.abs() != math.inf, data == data)


def isnan(data: Any) -> Any:
    """Where the array is NaN: 1 there, 0 elsewhere, in the dtype of ``data``."""
    return data != data


def _scale(rescale_grad: Any, ctx: Context) -> Any:
    """The gradient scale as an array: loss scaling makes it one, plain training gives a number."""
    return rescale_grad.as_in_context(ctx) if isinstance(rescale_grad, NDArray) else full((1,), rescale_grad, ctx=ctx)


def _interleave(*columns: Iterable[Any]) -> list[Any]:
    return [array for row in zip(*columns, strict=False) for array in row]


def adamw_update(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
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
    """One step of Adam with decoupled weight decay; see the operator ``_adamw_update``.

    Args:
        rescale_grad: a number, or an array of one element; the step is left out if it is 0 or not finite.
        eta: the schedule's factor on the whole step.

    Source: MXNet 1.9.1 python/mxnet/ndarray/contrib.py.
    """
    return _ops._adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, rescale_grad=_scale(rescale_grad, weight.context),
        lr=lr, eta=eta, beta1=beta1, beta2=beta2, epsilon=epsilon, wd=wd, clip_gradient=clip_gradient,
        out=out, name=name, **kwargs,
    )  # fmt: skip


def mp_adamw_update(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
    weight32: NDArray,
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
    """`adamw_update` of a float16 weight with its float32 master copy ``weight32``."""
    return _ops._mp_adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, weight32=weight32,
        rescale_grad=_scale(rescale_grad, weight.context), lr=lr, eta=eta, beta1=beta1, beta2=beta2,
        epsilon=epsilon, wd=wd, clip_gradient=clip_gradient, out=out, name=name, **kwargs,
    )  # fmt: skip


def multi_adamw_update(
    weights: Sequence[NDArray],
    grads: Sequence[NDArray],
    mean: Sequence[NDArray],
    var: Sequence[NDArray],
    rescale_grad: Any,
    lrs: Sequence[float],
    wds: Sequence[float],
    etas: Sequence[float],
    out: Any = None,
    name: str | None = None,
    size: int = 0,
    **kwargs: Any,
) -> Any:
    """`adamw_update` of several weights at once; lists have an entry for each."""
    arrays = [*_interleave(weights, grads, mean, var), _scale(rescale_grad, weights[0].context)]
    count = size or len(weights)
    return _ops._multi_adamw_update(
        *arrays, out=out, num_weights=count, lrs=lrs, wds=wds, etas=etas, name=name, **kwargs
    )


def multi_mp_adamw_update(
    weights: Sequence[NDArray],
    grads: Sequence[NDArray],
    mean: Sequence[NDArray],
    var: Sequence[NDArray],
    weights32: Sequence[NDArray],
    rescale_grad: Any,
    lrs: Sequence[float],
    wds: Sequence[float],
    etas: Sequence[float],
    out: Any = None,
    name: str | None = None,
    size: int = 0,
    **kwargs: Any,
) -> Any:
    """`mp_adamw_update` of several weights at once; lists have an entry for each."""
    arrays = [*_interleave(weights, grads, mean, var, weights32), _scale(rescale_grad, weights[0].context)]
    count = size or len(weights)
    return _ops._multi_mp_adamw_update(
        *arrays, out=out, num_weights=count, lrs=lrs, wds=wds, etas=etas, name=name, **kwargs
    )


def multi_lamb_update(
    weights: Sequence[NDArray],
    grads: Sequence[NDArray],
    mean: Sequence[NDArray],
    var: Sequence[NDArray],
    step_count: Sequence[int],
    lrs: Sequence[float],
    wds: Sequence[float],
    out: Any = None,
    num_tensors: int = 0,
    **kwargs: Any,
) -> Any:
    """One LAMB step of several weights at once; lists have an entry for each. See ``_multi_lamb_update``."""
    arrays = _interleave(weights, grads, mean, var)
    count = num_tensors or len(weights)
    return _ops._multi_lamb_update(
        *arrays, out=out, num_tensors=count, step_count=step_count, learning_rates=lrs, wds=wds, **kwargs
    )


def multi_mp_lamb_update(
    weights: Sequence[NDArray],
    grads: Sequence[NDArray],
    mean: Sequence[NDArray],
    var: Sequence[NDArray],
    weights32: Sequence[NDArray],
    step_count: Sequence[int],
    lrs: Sequence[float],
    wds: Sequence[float],
    out: Any = None,
    num_tensors: int = 0,
    **kwargs: Any,
) -> Any:
    """`multi_lamb_update` of float16 weights with their float32 master copies ``weights32``."""
    arrays = _interleave(weights, grads, mean, var, weights32)
    count = num_tensors or len(weights)
    return _ops._multi_mp_lamb_update(
        *arrays, out=out, num_tensors=count, step_count=step_count, learning_rates=lrs, wds=wds, **kwargs
    )
