"""AdamW and LAMB on many weights in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import REQUIRED
from ._common import rescaled, rounded
from .adam import moments, scale_of, step_adamw
from .checks import squares
from .lamb import direction, trust_step
from .multi import columns, put_all, same_length

_COUNT: dict[str, Any] = {"outputs": lambda attrs: attrs["num_weights"], "writes_out": True, "differentiable": False}
_TENSORS: dict[str, Any] = {"outputs": lambda attrs: attrs["num_tensors"], "writes_out": True, "differentiable": False}
_NAMES = ("weight", "grad", "mean", "var")


def _adamw(
    op: str, data: Sequence[Tensor], lrs: tuple[float, ...], betas: tuple[float, float], epsilon: float,
    wds: tuple[float, ...], etas: tuple[float, ...], clip: float, count: int, out: list[Tensor] | None, mixed: bool,
) -> tuple[Tensor, ...]:  # fmt: skip
    same_length(op, count, lrs=lrs, wds=wds, etas=etas)
    names, masters = ((*_NAMES, "weight32"), 3) if mixed else (_NAMES, 0)
    roles = columns(op, data, count, names, masters, out, extra=1)
    dtype = roles[0][0].dtype
    scale = scale_of(op, data[-1], torch.float32 if mixed else dtype)
    mixed = mixed and dtype is not torch.float32  # the master copies of float32 weights are ignored
    if scale is None:
        return tuple(w.clone() for w in roles[0]) if out is None else tuple(out)
    inner = torch.float32 if mixed else dtype
    beta1, beta2, epsilon, clip, scale = rounded(inner, *betas, epsilon, clip, scale)
    lrs, wds, etas = rounded(inner, *lrs), rounded(inner, *wds), rounded(inner, *etas)
    results = []
    for i in range(count):
        grad, mean, var = roles[1][i], roles[2][i], roles[3][i]
        weight = roles[4][i] if mixed else roles[0][i]
        moments(mean, var, rescaled(grad.float() if mixed else grad, scale, clip), beta1, beta2)
        results.append(step_adamw(weight, mean, var, lrs[i], epsilon, wds[i], etas[i], weight if mixed else None))
    return put_all(out, results, dtype)


@operator("_multi_adamw_update", **_COUNT)
def multi_adamw_update(
    *data: Tensor, lrs: tuple[float, ...] = REQUIRED, beta1: float = 0.899999976, beta2: float = 0.999000013,
    epsilon: float = 9.99999994e-09, wds: tuple[float, ...] = REQUIRED, etas: tuple[float, ...] = REQUIRED,
    clip_gradient: float = -1.0, num_weights: int = 1, out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`_adamw_update` on many weights; gradients are left alone.

    Args:
        data: ``weight0, grad0, mean0, var0, weight1, ..., rescale_grad``; means and vars are written in place. The
            last is one float32 number: nothing is updated if it is 0, infinite or NaN.
        lrs: learning rate of each weight.
        beta1: how much of the old means stays.
        beta2: how much of the old mean squares stays.
        epsilon: added to the root.
        wds: weight decay of each weight.
        etas: factor of each step.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/contrib/adamw-inl.h, MultiMPAdamWKernel.
    """
    name, betas = "multi_adamw_update", (beta1, beta2)
    return _adamw(name, data, lrs, betas, epsilon, wds, etas, clip_gradient, num_weights, out, mixed=False)


@operator("_multi_mp_adamw_update", **_COUNT)
def multi_mp_adamw_update(
    *data: Tensor, lrs: tuple[float, ...] = REQUIRED, beta1: float = 0.899999976, beta2: float = 0.999000013,
    epsilon: float = 9.99999994e-09, wds: tuple[float, ...] = REQUIRED, etas: tuple[float, ...] = REQUIRED,
    clip_gradient: float = -1.0, num_weights: int = 1, out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`_mp_adamw_update` on many weights.

    Args:
        data: ``weight0, grad0, mean0, var0, weight32_0, weight1, ..., rescale_grad``; float32 means, vars and master
            copies are written in place. The last is one float32 number: nothing is updated if it is 0, infinite or
            NaN.
        lrs: learning rate of each weight.
        beta1: how much of the old means stays.
        beta2: how much of the old mean squares stays.
        epsilon: added to the root.
        wds: weight decay of each weight.
        etas: factor of each step.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/contrib/adamw-inl.h, MultiMPAdamWKernel.
    """
    name, betas = "multi_mp_adamw_update", (beta1, beta2)
    return _adamw(name, data, lrs, betas, epsilon, wds, etas, clip_gradient, num_weights, out, mixed=True)


def _lamb(
    op: str, data: Sequence[Tensor], lrs: tuple[float, ...], betas: tuple[float, float], epsilon: float,
    wds: tuple[float, ...], rescale: float, bounds: tuple[float, float], clip: float, correct: bool,
    steps: tuple[int, ...], count: int, out: list[Tensor] | None, mixed: bool,
) -> tuple[Tensor, ...]:  # fmt: skip
    if count > 45:
        raise op_error(op, f"num_tensors={count} is more than 45")
    same_length(op, count, "num_tensors", learning_rates=lrs, wds=wds, step_count=steps)
    names, masters = ((*_NAMES, "weight32"), 3) if mixed else (_NAMES, 0)
    roles = columns(op, data, count, names, masters, out, attribute="num_tensors")
    dtype = roles[0][0].dtype
    mixed = mixed and dtype is not torch.float32  # the master copies of float32 weights are ignored
    inner = torch.float32 if mixed else dtype
    (rescale,) = rounded(torch.float32, rescale)
    beta1, beta2, epsilon, clip = rounded(inner, *betas, epsilon, clip)
    lower, upper = rounded(torch.float32, *bounds)
    lrs, wds = rounded(inner, *lrs), rounded(inner, *wds)
    weights = roles[4] if mixed else roles[0]
    directions = []
    for i, weight in enumerate(weights):
        grad, mean, var = roles[1][i], roles[2][i], roles[3][i]
        moments(mean, var, rescaled(grad.float() if mixed else grad, rescale, clip), beta1, beta2)
        powers = (beta1 ** steps[i], beta2 ** steps[i]) if correct else (0.0, 0.0)
        directions.append(direction(weight, mean, var, *powers, epsilon, wds[i]).float())
    r1, r2 = squares(roles[0]).sqrt(), squares(directions).sqrt()
    results = []
    for i, weight in enumerate(weights):
        step = trust_step(lrs[i], r1[i], r2[i], lower, upper)
        results.append(torch.sub(weight, directions[i] * step, out=weight if mixed else None))
    return put_all(out, [r.to(inner) for r in results], dtype)


@operator("_multi_lamb_update", **_TENSORS)
def multi_lamb_update(
    *data: Tensor, learning_rates: tuple[float, ...] = REQUIRED, beta1: float = 0.899999976,
    beta2: float = 0.999000013, epsilon: float = 9.99999997e-07, wds: tuple[float, ...] = REQUIRED,
    rescale_grad: float = 1.0, lower_bound: float = -1.0, upper_bound: float = -1.0, clip_gradient: float = -1.0,
    bias_correction: bool = True, step_count: tuple[int, ...] = REQUIRED, num_tensors: int = 1,
    out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """Both phases of LAMB on many weights.

    Args:
        data: ``weight0, grad0, mean0, var0, weight1, ...``; means and vars are written in place.
        learning_rates: learning rate of each weight.
        beta1: how much of the old means stays.
        beta2: how much of the old mean squares stays.
        epsilon: added to the root.
        wds: weight decay of each weight.
        rescale_grad: factor of the gradients.
        lower_bound: least norm of a weight; negative for none.
        upper_bound: greatest norm of a weight; negative for none.
        clip_gradient: bound of the rescaled gradients; negative for none.
        bias_correction: divide the moments by ``1 - beta^t``.
        step_count: number of the step of each weight, from 1.
        num_tensors: number of weights, 45 at most.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/contrib/multi_lamb.cc.
    """
    return _lamb(
        "multi_lamb_update", data, learning_rates, (beta1, beta2), epsilon, wds, rescale_grad,
        (lower_bound, upper_bound), clip_gradient, bias_correction, step_count, num_tensors, out, mixed=False,
    )  # fmt: skip


@operator("_multi_mp_lamb_update", **_TENSORS)
def multi_mp_lamb_update(
    *data: Tensor, learning_rates: tuple[float, ...] = REQUIRED, beta1: float = 0.899999976,
    beta2: float = 0.999000013, epsilon: float = 9.99999997e-07, wds: tuple[float, ...] = REQUIRED,
    rescale_grad: float = 1.0, lower_bound: float = -1.0, upper_bound: float = -1.0, clip_gradient: float = -1.0,
    bias_correction: bool = True, step_count: tuple[int, ...] = REQUIRED, num_tensors: int = 1,
    out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """Both phases of LAMB on many weights with float32 master copies.

    Args:
        data: ``weight0, grad0, mean0, var0, weight32_0, weight1, ...``; float32 means, vars and master copies are
            written in place.
        learning_rates: learning rate of each weight.
        beta1: how much of the old means stays.
        beta2: how much of the old mean squares stays.
        epsilon: added to the root.
        wds: weight decay of each weight.
        rescale_grad: factor of the gradients.
        lower_bound: least norm of a weight; negative for none.
        upper_bound: greatest norm of a weight; negative for none.
        clip_gradient: bound of the rescaled gradients; negative for none.
        bias_correction: divide the moments by ``1 - beta^t``.
        step_count: number of the step of each weight, from 1.
        num_tensors: number of weights, 45 at most.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/contrib/multi_lamb.cc.
    """
    return _lamb(
        "multi_mp_lamb_update", data, learning_rates, (beta1, beta2), epsilon, wds, rescale_grad,
        (lower_bound, upper_bound), clip_gradient, bias_correction, step_count, num_tensors, out, mixed=True,
    )  # fmt: skip
