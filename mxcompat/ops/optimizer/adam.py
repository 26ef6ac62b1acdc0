"""Adam, AdamW with its loss scale as an array, and FTML."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import REQUIRED
from ._common import check, check_out, clipped, decayed, put, rescaled, rounded


def moments(mean: Tensor, var: Tensor, grad: Tensor, beta1: float, beta2: float) -> None:
    """Move the running mean and the running mean square towards a gradient, in place."""
    mean.mul_(beta1).add_(grad, alpha=1 - beta1)
    if grad.dtype is torch.float16:  # rounded after each factor, as half_t is
        var.mul_(beta2).add_((grad * (1 - beta2)).mul_(grad))
    else:
        var.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)


@operator(
    "adam_update", aliases=("_sparse_adam_update",), mutates=("mean", "var"), writes_out=True, differentiable=False
)
def adam_update(
    weight: Tensor, grad: Tensor, mean: Tensor, var: Tensor, lr: float, beta1: float = 0.899999976,
    beta2: float = 0.999000013, epsilon: float = 9.99999994e-09, wd: float = 0.0, rescale_grad: float = 1.0,
    clip_gradient: float = -1.0, lazy_update: bool = True, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``weight - lr * mean / (sqrt(var) + epsilon)`` with moments of ``clip(rescale_grad * grad + wd * weight)``.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``.
        mean: running mean of the gradient, written in place.
        var: running mean of its square, written in place.
        lr: learning rate; the bias correction is the caller's.
        beta1: how much of the old mean stays.
        beta2: how much of the old mean square stays.
        epsilon: added to the root.
        wd: weight decay, inside the gradient.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the decayed gradient; negative for none.
        lazy_update: matters for row_sparse gradients only.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, AdamUpdateKernel.
    """
    check("adam_update", ("weight", "grad", "mean", "var"), (weight, grad, mean, var))
    check_out("adam_update", out, weight)
    lr, beta1, beta2, epsilon, wd, rescale_grad, clip_gradient = rounded(
        weight.dtype, lr, beta1, beta2, epsilon, wd, rescale_grad, clip_gradient
    )
    mean, var = mean.data, var.data
    moments(mean, var, decayed(grad, weight, wd, rescale_grad, clip_gradient), beta1, beta2)
    return torch.addcdiv(weight, mean, var.sqrt().add_(epsilon), value=-lr, out=out)


def scale_of(op: str, rescale_grad: Tensor, dtype: torch.dtype = torch.float32) -> float | None:
    """The loss scale that arrives as an array; None if the update is to be skipped. Waits for the array's device."""
    if rescale_grad.dtype is not dtype or rescale_grad.numel() == 0:
        legal = str(dtype).removeprefix("torch.")
        raise op_error(op, f"rescale_grad must hold one number of dtype {legal}", rescale_grad=rescale_grad)
    if rescale_grad.is_meta:
        return 1.0
    scale = float(rescale_grad.reshape(-1)[0])
    return scale if scale != 0 and math.isfinite(scale) else None


@operator("_adamw_update", mutates=("grad", "mean", "var"), writes_out=True, differentiable=False)
def adamw_update(
    weight: Tensor, grad: Tensor, mean: Tensor, var: Tensor, rescale_grad: Tensor, lr: float,
    beta1: float = 0.899999976, beta2: float = 0.999000013, epsilon: float = 9.99999994e-09, wd: float = 0.0,
    eta: float = REQUIRED, clip_gradient: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``weight - eta * (lr * mean / (sqrt(var) + epsilon) + wd * weight)`` with moments of the rescaled gradient.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``. As in MXNet it is written to: the rescaled, clipped gradient
            stays in it.
        mean: running mean of the gradient, written in place.
        var: running mean of its square, written in place.
        rescale_grad: one float32 number, factor of the gradient; nothing is updated if it is 0, infinite or NaN.
        lr: learning rate.
        beta1: how much of the old mean stays.
        beta2: how much of the old mean square stays.
        epsilon: added to the root.
        wd: weight decay.
        eta: factor of the whole step.
        clip_gradient: bound of the rescaled gradient; negative for none.

    Returns:
        The new weight, usually into ``out=weight``; after a skipped update the old weight (``out`` is left alone).

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/contrib/adamw-inl.h.
    """
    check("adamw_update", ("weight", "grad", "mean", "var"), (weight, grad, mean, var))
    check_out("adamw_update", out, weight)
    scale = scale_of("adamw_update", rescale_grad)
    if scale is None:
        return weight.clone() if out is None else out
    lr, beta1, beta2, epsilon, wd, eta, clip_gradient, scale = rounded(
        weight.dtype, lr, beta1, beta2, epsilon, wd, eta, clip_gradient, scale
    )
    mean, var, grad = mean.data, var.data, grad.data
    if scale != 1:
        grad.mul_(scale)
    if clip_gradient >= 0:
        grad.clamp_(-clip_gradient, clip_gradient)
    moments(mean, var, grad, beta1, beta2)
    return step_adamw(weight, mean, var, lr, epsilon, wd, eta, out)


def step_adamw(
    weight: Tensor, mean: Tensor, var: Tensor, lr: float, epsilon: float, wd: float, eta: float, out: Tensor | None
) -> Tensor:
    """The step of AdamW from finished moments."""
    keep = 1 - eta * wd
    return torch.addcdiv(
        weight if keep == 1 else weight * keep, mean, var.sqrt().add_(epsilon), value=-eta * lr, out=out
    )


@operator("_mp_adamw_update", mutates=("mean", "var", "weight32"), writes_out=True, differentiable=False)
def mp_adamw_update(
    weight: Tensor, grad: Tensor, mean: Tensor, var: Tensor, weight32: Tensor, rescale_grad: Tensor, lr: float,
    beta1: float = 0.899999976, beta2: float = 0.999000013, epsilon: float = 9.99999994e-09, wd: float = 0.0,
    eta: float = REQUIRED, clip_gradient: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """`_adamw_update` computed on a float32 master copy; ``grad`` is left alone.

    Args:
        weight: usually float16; only its dtype and shape matter.
        grad: of the shape and dtype of ``weight``.
        mean: float32 running mean of the gradient, written in place.
        var: float32 running mean of its square, written in place.
        weight32: the master copy, written in place.
        rescale_grad: one float32 number, factor of the gradient; nothing is updated if it is 0, infinite or NaN.
        lr: learning rate.
        beta1: how much of the old mean stays.
        beta2: how much of the old mean square stays.
        epsilon: added to the root.
        wd: weight decay.
        eta: factor of the whole step.
        clip_gradient: bound of the rescaled gradient; negative for none.

    Returns:
        The new weight in the dtype of ``weight``, usually into ``out=weight``.

    Raises:
        MXNetError: shapes that differ, states that are not float32.

    Source: MXNet 1.9.1 src/operator/contrib/adamw-inl.h.
    """
    names = ("weight", "grad", "mean", "var", "weight32")
    check("mp_adamw_update", names, (weight, grad, mean, var, weight32), masters=3)
    check_out("mp_adamw_update", out, weight)
    scale = scale_of("mp_adamw_update", rescale_grad)
    if scale is None:
        return weight.clone() if out is None else out
    lr, beta1, beta2, epsilon, wd, eta, clip_gradient = rounded(
        torch.float32, lr, beta1, beta2, epsilon, wd, eta, clip_gradient
    )
    mean, var, master = mean.data, var.data, weight32.data
    moments(mean, var, rescaled(grad.float(), scale, clip_gradient), beta1, beta2)
    step_adamw(master, mean, var, lr, epsilon, wd, eta, master)
    return put(out, master, weight.dtype)


@operator("ftml_update", mutates=("d", "v", "z"), writes_out=True, differentiable=False)
def ftml_update(
    weight: Tensor, grad: Tensor, d: Tensor, v: Tensor, z: Tensor, lr: float, beta1: float = 0.600000024,
    beta2: float = 0.999000013, epsilon: float = 9.9999999392252903e-09, t: int = REQUIRED, wd: float = 0.0,
    rescale_grad: float = 1.0, clip_grad: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Follow the moving leader: ``-z / d`` with ``d = (1 - beta1^t) / lr * (sqrt(v / (1 - beta2^t)) + epsilon)``.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``.
        d: denominator of the last step, written in place.
        v: running mean of the squared gradient, written in place.
        z: running numerator, written in place.
        lr: learning rate.
        beta1: how much of the old numerator stays.
        beta2: how much of the old mean square stays.
        epsilon: added to the root.
        t: number of the step, from 1.
        wd: weight decay, inside the gradient.
        rescale_grad: factor of the gradient.
        clip_grad: bound of the decayed gradient; negative for none.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, FTMLKernel.
    """
    check("ftml_update", ("weight", "grad", "d", "v", "z"), (weight, grad, d, v, z))
    check_out("ftml_update", out, weight)
    dtype = weight.dtype
    lr, beta1, beta2, wd, rescale_grad, clip_grad = rounded(dtype, lr, beta1, beta2, wd, rescale_grad, clip_grad)
    if dtype is not torch.float64:
        (epsilon,) = rounded(dtype, epsilon)
    correct1, correct2 = rounded(dtype, beta1**t, beta2**t) if dtype is not torch.float64 else (beta1**t, beta2**t)
    grad = clipped(torch.add(grad * rescale_grad, weight, alpha=wd), clip_grad)
    d, v, z = d.data, v.data, z.data
    v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    now = (v / (1 - correct2)).sqrt_().add_(epsilon).mul_((1 - correct1) / lr)
    z.mul_(beta1).add_(grad, alpha=1 - beta1).sub_(torch.sub(now, d, alpha=beta1).mul_(weight))
    d.copy_(now)
    return torch.div(z.neg(), now, out=out)
