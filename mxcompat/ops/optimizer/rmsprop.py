"""RMSProp in both forms, FTRL and AdaGrad."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ._common import check, check_out, decayed, rescaled, rounded


def _bounded(weight: Tensor, clip_weights: float, out: Tensor | None) -> Tensor:
    if clip_weights >= 0:
        return torch.clamp(weight, -clip_weights, clip_weights, out=out)
    return weight if out is None else out.copy_(weight)


@operator("rmsprop_update", mutates=("n",), writes_out=True, differentiable=False)
def rmsprop_update(
    weight: Tensor, grad: Tensor, n: Tensor, lr: float, gamma1: float = 0.949999988, epsilon: float = 9.99999994e-09,
    wd: float = 0.0, rescale_grad: float = 1.0, clip_gradient: float = -1.0, clip_weights: float = -1.0, *,
    out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``weight - lr * g / sqrt(n + epsilon)`` where ``g`` is ``clip(rescale_grad * grad + wd * weight)``.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``.
        n: running mean of ``g * g``, written in place.
        lr: learning rate.
        gamma1: how much of the old mean stays.
        epsilon: added inside the root.
        wd: weight decay.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the decayed gradient; negative for none.
        clip_weights: bound of the new weight; negative for none.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, RMSPropUpdateKernel.
    """
    check("rmsprop_update", ("weight", "grad", "n"), (weight, grad, n))
    check_out("rmsprop_update", out, weight)
    lr, gamma1, epsilon, wd, rescale_grad, clip_gradient, clip_weights = rounded(
        weight.dtype, lr, gamma1, epsilon, wd, rescale_grad, clip_gradient, clip_weights
    )
    grad = decayed(grad, weight, wd, rescale_grad, clip_gradient)
    n = n.data.mul_(gamma1).addcmul_(grad, grad, value=1 - gamma1)
    root = (n + epsilon).sqrt_()
    if clip_weights < 0:
        return torch.addcdiv(weight, grad, root, value=-lr, out=out)
    return _bounded(torch.addcdiv(weight, grad, root, value=-lr), clip_weights, out)


@operator("rmspropalex_update", mutates=("n", "g", "delta"), writes_out=True, differentiable=False)
def rmspropalex_update(
    weight: Tensor, grad: Tensor, n: Tensor, g: Tensor, delta: Tensor, lr: float, gamma1: float = 0.949999988,
    gamma2: float = 0.899999976, epsilon: float = 9.99999994e-09, wd: float = 0.0, rescale_grad: float = 1.0,
    clip_gradient: float = -1.0, clip_weights: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """RMSProp with centered squares and momentum: ``delta = gamma2 * delta - lr * g / sqrt(n - g^2 + epsilon)``.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``.
        n: running mean of the squared gradient, written in place.
        g: running mean of the gradient, written in place.
        delta: the momentum, written in place; it is added to the weight.
        lr: learning rate.
        gamma1: how much of the old means stays.
        gamma2: factor of the old momentum.
        epsilon: added inside the root.
        wd: weight decay, inside the gradient.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the decayed gradient; negative for none.
        clip_weights: bound of the new weight; negative for none.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, RMSPropAlexUpdateKernel.
    """
    check("rmspropalex_update", ("weight", "grad", "n", "g", "delta"), (weight, grad, n, g, delta))
    check_out("rmspropalex_update", out, weight)
    lr, gamma1, gamma2, epsilon, wd, rescale_grad, clip_gradient, clip_weights = rounded(
        weight.dtype, lr, gamma1, gamma2, epsilon, wd, rescale_grad, clip_gradient, clip_weights
    )
    grad = decayed(grad, weight, wd, rescale_grad, clip_gradient)
    n, g, delta = n.data, g.data, delta.data
    n.mul_(gamma1).addcmul_(grad, grad, value=1 - gamma1)
    g.mul_(gamma1).add_(grad, alpha=1 - gamma1)
    delta.mul_(gamma2).addcdiv_(grad, torch.addcmul(n, g, g, value=-1).add_(epsilon).sqrt_(), value=-lr)
    if clip_weights < 0:
        return torch.add(weight, delta, out=out)
    return _bounded(weight + delta, clip_weights, out)


@operator("ftrl_update", aliases=("_sparse_ftrl_update",), mutates=("z", "n"), writes_out=True, differentiable=False)
def ftrl_update(
    weight: Tensor, grad: Tensor, z: Tensor, n: Tensor, lr: float, lamda1: float = 0.00999999978, beta: float = 1.0,
    wd: float = 0.0, rescale_grad: float = 1.0, clip_gradient: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Follow the regularized leader: ``(sign(z) * lamda1 - z) / ((beta + sqrt(n)) / lr + wd)`` where ``|z| > lamda1``.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``.
        z: running numerator, written in place.
        n: sum of squared gradients, written in place.
        lr: learning rate.
        lamda1: weight of the L1 penalty.
        beta: smooths the learning rate.
        wd: weight of the L2 penalty.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.

    Returns:
        The new weight, usually into ``out=weight``; zero where ``|z| <= lamda1``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, FtrlUpdateKernel.
    """
    check("ftrl_update", ("weight", "grad", "z", "n"), (weight, grad, z, n))
    check_out("ftrl_update", out, weight)
    lr, lamda1, beta, wd, rescale_grad, clip_gradient = rounded(
        weight.dtype, lr, lamda1, beta, wd, rescale_grad, clip_gradient
    )
    grad = rescaled(grad, rescale_grad, clip_gradient)
    z, n = z.data, n.data
    before = n.sqrt()
    n.addcmul_(grad, grad)
    root = n.sqrt()
    z.add_(grad - (root - before).mul_(weight).div_(lr))
    found = (torch.sgn(z) * lamda1).sub_(z).div_(root.add_(beta).div_(lr).add_(wd))
    return torch.mul(found, z.abs() > lamda1, out=out)


def adagrad_rows(
    weight: Tensor, grad: Tensor, history: Tensor, lr: float, epsilon: float, rescale_grad: float, clip_gradient: float
) -> Tensor:
    """AdaGrad on the rows that a row_sparse gradient holds; ``history`` is written in place."""
    lr, epsilon, rescale_grad, clip_gradient = rounded(weight.dtype, lr, epsilon, rescale_grad, clip_gradient)
    grad = rescaled(grad, rescale_grad, clip_gradient)
    history.addcmul_(grad, grad)
    return torch.addcdiv(weight, grad, (history + epsilon).sqrt_(), value=-lr)


def group_adagrad_rows(
    weight: Tensor, grad: Tensor, history: Tensor, lr: float, epsilon: float, rescale_grad: float, clip_gradient: float
) -> Tensor:
    """AdaGrad with one learning rate per row, on the rows of a row_sparse gradient; ``history`` is written in place."""
    lr, epsilon, rescale_grad, clip_gradient = rounded(weight.dtype, lr, epsilon, rescale_grad, clip_gradient)
    grad = rescaled(grad, rescale_grad, clip_gradient)
    rows = history.view(-1)
    rows.add_((grad * grad).reshape(len(grad), -1).mean(1))
    root = (rows + epsilon).sqrt_().reshape(-1, *[1] * (grad.dim() - 1))
    return torch.addcdiv(weight, grad, root.expand_as(grad), value=-lr)


@operator("_sparse_adagrad_update", mutates=("history",), differentiable=False)
def adagrad_update(
    weight: Tensor, grad: Tensor, history: Tensor, lr: float, epsilon: float = 1.00000001e-07, wd: float = 0.0,
    rescale_grad: float = 1.0, clip_gradient: float = -1.0,
) -> Tensor:  # fmt: skip
    """AdaGrad for row_sparse gradients; MXNet has no form for dense ones.

    Args:
        weight: of a floating dtype.
        grad: row_sparse.
        history: sums of squared gradients, written in place.
        lr: learning rate.
        epsilon: added inside the root.
        wd: must be 0.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.

    Returns:
        The new weight.

    Raises:
        MXNetError: a dense gradient.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, AdagradUpdateEx.
    """
    raise op_error("adagrad_update", "grad must be row_sparse and wd must be 0", grad=grad)


@operator("_contrib_group_adagrad_update", mutates=("history",), differentiable=False)
def group_adagrad_update(
    weight: Tensor, grad: Tensor, history: Tensor, lr: float, rescale_grad: float = 1.0, clip_gradient: float = -1.0,
    epsilon: float = 9.99999975e-06,
) -> Tensor:  # fmt: skip
    """AdaGrad with one learning rate per row, for row_sparse gradients; MXNet has no form for dense ones.

    Args:
        weight: of a floating dtype.
        grad: row_sparse.
        history: mean squares of the rows, summed; written in place.
        lr: learning rate.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.
        epsilon: added inside the root.

    Returns:
        The new weight.

    Raises:
        MXNetError: a dense gradient.

    Source: MXNet 1.9.1 src/operator/contrib/optimizer_op-inl.h.
    """
    raise op_error("group_adagrad_update", "grad must be row_sparse", grad=grad)
