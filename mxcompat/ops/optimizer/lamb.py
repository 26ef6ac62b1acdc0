"""LAMB in two phases: the direction, then the step scaled by the trust ratio."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import REQUIRED
from ._common import check, check_out, put, rescaled, rounded
from .adam import moments


def direction(
    weight: Tensor, mean: Tensor, var: Tensor, beta1_t: float, beta2_t: float, epsilon: float, wd: float,
    out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``mean / (1 - beta1_t) / (sqrt(var / (1 - beta2_t)) + epsilon) + wd * weight``."""
    root = (var if beta2_t == 0 else var / (1 - beta2_t)).sqrt().add_(epsilon)
    return torch.addcdiv(weight * wd, mean if beta1_t == 0 else mean / (1 - beta1_t), root, out=out)


@operator("lamb_update_phase1", mutates=("mean", "var"), writes_out=True, differentiable=False)
def lamb_update_phase1(
    weight: Tensor, grad: Tensor, mean: Tensor, var: Tensor, beta1: float = 0.899999976, beta2: float = 0.999000013,
    epsilon: float = 9.99999997e-07, t: int = REQUIRED, bias_correction: bool = True, wd: float = REQUIRED,
    rescale_grad: float = 1.0, clip_gradient: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """The direction of a LAMB step: ``mean / (sqrt(var) + epsilon) + wd * weight``, moments bias-corrected.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``.
        mean: running mean of the gradient, written in place.
        var: running mean of its square, written in place.
        beta1: how much of the old mean stays.
        beta2: how much of the old mean square stays.
        epsilon: added to the root.
        t: number of the step, from 1.
        bias_correction: divide the moments by ``1 - beta^t``.
        wd: weight decay.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.

    Returns:
        The direction, of the shape and dtype of ``weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, LambUpdatePhaseOneKernel.
    """
    check("lamb_update_phase1", ("weight", "grad", "mean", "var"), (weight, grad, mean, var))
    check_out("lamb_update_phase1", out, weight)
    (exact1, exact2) = rounded(torch.float32, beta1, beta2)
    beta1, beta2, epsilon, wd, rescale_grad, clip_gradient = rounded(
        weight.dtype, beta1, beta2, epsilon, wd, rescale_grad, clip_gradient
    )
    beta1_t, beta2_t = rounded(weight.dtype, exact1**t, exact2**t) if bias_correction else (0.0, 0.0)
    if weight.dtype is torch.float64 and bias_correction:
        beta1_t, beta2_t = exact1**t, exact2**t
    mean, var = mean.data, var.data
    moments(mean, var, rescaled(grad, rescale_grad, clip_gradient), beta1, beta2)
    return direction(weight, mean, var, beta1_t, beta2_t, epsilon, wd, out)


def trust_step(lr: float, r1: Tensor, r2: Tensor, lower_bound: float, upper_bound: float) -> Tensor:
    """``lr * r1 / r2`` with ``r1`` inside its bounds, ``lr`` where a norm is zero; one number on the device."""
    r1 = r1.reshape(-1)[0]
    r2 = r2.reshape(-1)[0]
    if lower_bound >= 0:
        r1 = r1.clamp_min(lower_bound)
    if upper_bound >= 0:
        r1 = r1.clamp_max(upper_bound)
    return torch.where((r1 == 0) | (r2 == 0), lr, r1 * lr / r2)


def _check_norms(op: str, r1: Tensor, r2: Tensor, dtype: torch.dtype) -> None:
    for name, norm in (("r1", r1), ("r2", r2)):
        if norm.dtype is not dtype or norm.dim() == 0 or norm.shape[0] != 1:
            raise op_error(op, f"{name} must hold one number of dtype {dtype}", **{name: norm})


@operator("lamb_update_phase2", writes_out=True, differentiable=False)
def lamb_update_phase2(
    weight: Tensor, g: Tensor, r1: Tensor, r2: Tensor, lr: float, lower_bound: float = -1.0, upper_bound: float = -1.0,
    *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``weight - lr * r1 / r2 * g``.

    Args:
        weight: of a floating dtype.
        g: the direction from `lamb_update_phase1`.
        r1: norm of the weight, shape (1,).
        r2: norm of the direction, shape (1,). Where one of them is zero the ratio is 1.
        lr: learning rate.
        lower_bound: least ``r1``; negative for none.
        upper_bound: greatest ``r1``; negative for none.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, LambUpdatePhaseTwoKernel.
    """
    check("lamb_update_phase2", ("weight", "g"), (weight, g))
    check_out("lamb_update_phase2", out, weight)
    _check_norms("lamb_update_phase2", r1, r2, weight.dtype)
    lr, lower_bound, upper_bound = rounded(weight.dtype, lr, lower_bound, upper_bound)
    return torch.sub(weight, g * trust_step(lr, r1, r2, lower_bound, upper_bound), out=out)


@operator("mp_lamb_update_phase1", mutates=("mean", "var"), writes_out=True, differentiable=False)
def mp_lamb_update_phase1(
    weight: Tensor, grad: Tensor, mean: Tensor, var: Tensor, weight32: Tensor, beta1: float = 0.899999976,
    beta2: float = 0.999000013, epsilon: float = 9.99999997e-07, t: int = REQUIRED, bias_correction: bool = True,
    wd: float = REQUIRED, rescale_grad: float = 1.0, clip_gradient: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """`lamb_update_phase1` for float16 weights with a float32 master copy.

    Args:
        weight: float16.
        grad: float16, of the shape of ``weight``.
        mean: float32 running mean of the gradient, written in place.
        var: float32 running mean of its square, written in place.
        weight32: the master copy.
        beta1: how much of the old mean stays.
        beta2: how much of the old mean square stays.
        epsilon: added to the root.
        t: number of the step, from 1.
        bias_correction: divide the moments by ``1 - beta^t``.
        wd: weight decay.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.

    Returns:
        The direction, float32.

    Raises:
        MXNetError: shapes that differ, weights that are not float16, states that are not float32.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, MPLambUpdatePhaseOneKernel.
    """
    names = ("weight", "grad", "mean", "var", "weight32")
    check("mp_lamb_update_phase1", names, (weight, grad, mean, var, weight32), masters=3)
    check_out("mp_lamb_update_phase1", out, weight32)
    if weight.dtype is not torch.float16:
        raise op_error("mp_lamb_update_phase1", "weight and grad must be float16", weight=weight)
    beta1, beta2, epsilon, wd, rescale_grad, clip_gradient = rounded(
        torch.float32, beta1, beta2, epsilon, wd, rescale_grad, clip_gradient
    )
    beta1_t, beta2_t = rounded(torch.float32, beta1**t, beta2**t) if bias_correction else (0.0, 0.0)
    mean, var = mean.data, var.data
    moments(mean, var, rescaled(grad.float(), rescale_grad, clip_gradient), beta1, beta2)
    return direction(weight32, mean, var, beta1_t, beta2_t, epsilon, wd, out)


@operator("mp_lamb_update_phase2", mutates=("weight32",), writes_out=True, differentiable=False)
def mp_lamb_update_phase2(
    weight: Tensor, g: Tensor, r1: Tensor, r2: Tensor, weight32: Tensor, lr: float, lower_bound: float = -1.0,
    upper_bound: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """`lamb_update_phase2` from a float32 master copy. As in MXNet the master copy itself is *not* updated.

    Args:
        weight: usually float16; only its dtype and shape matter.
        g: the float32 direction from `mp_lamb_update_phase1`.
        r1: float32 norm of the weight, shape (1,).
        r2: float32 norm of the direction, shape (1,). Where one of them is zero the ratio is 1.
        weight32: the master copy.
        lr: learning rate.
        lower_bound: least ``r1``; negative for none.
        upper_bound: greatest ``r1``; negative for none.

    Returns:
        The new weight in the dtype of ``weight``, usually into ``out=weight``.

    Raises:
        MXNetError: shapes that differ, other inputs that are not float32.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, MPLambUpdatePhaseTwoKernel.
    """
    check("mp_lamb_update_phase2", ("weight", "g", "weight32"), (weight, g, weight32), masters=2)
    check_out("mp_lamb_update_phase2", out, weight)
    _check_norms("mp_lamb_update_phase2", r1, r2, torch.float32)
    lr, lower_bound, upper_bound = rounded(torch.float32, lr, lower_bound, upper_bound)
    return put(out, weight32 - g * trust_step(lr, r1, r2, lower_bound, upper_bound), weight.dtype)
