"""Stochastic gradient descent: plain, with momentum, Nesterov's, by signs; with float32 master copies."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry import operator
from ._common import check, check_out, put, rescaled, rounded, shares


@operator("sgd_update", aliases=("_sparse_sgd_update",), writes_out=True, differentiable=False)
def sgd_update(
    weight: Tensor, grad: Tensor, lr: float, wd: float = 0.0, rescale_grad: float = 1.0, clip_gradient: float = -1.0,
    lazy_update: bool = True, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``(1 - lr * wd) * weight - lr * clip(rescale_grad * grad)``.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``.
        lr: learning rate.
        wd: weight decay.
        rescale_grad: factor of the gradient.
        clip_gradient: the rescaled gradient is cut to ``[-clip_gradient, clip_gradient]``; negative for no limit.
        lazy_update: matters for row_sparse gradients only.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op.cc.
    """
    check("sgd_update", ("weight", "grad"), (weight, grad))
    check_out("sgd_update", out, weight)
    lr, wd, rescale_grad, clip_gradient = rounded(weight.dtype, lr, wd, rescale_grad, clip_gradient)
    return _descend(weight, grad, lr, wd, rescale_grad, clip_gradient, out)


def _descend(
    weight: Tensor, grad: Tensor, lr: float, wd: float, rescale: float, clip: float, out: Tensor | None
) -> Tensor:
    step = lr * rescale
    if clip >= 0:
        grad, step = rescaled(grad, rescale, clip), lr
    keep = 1 - lr * wd
    return torch.add(weight if keep == 1 else weight * keep, grad, alpha=-step, out=out)


def accumulate(
    mom: Tensor, weight: Tensor, grad: Tensor, lr: float, momentum: float, wd: float, rescale: float, clip: float
) -> Tensor:
    """``momentum * mom - lr * wd * weight - lr * clip(rescale * grad)``, in the memory of ``mom``."""
    mom = mom.data.mul_(momentum)
    if wd != 0:
        mom.add_(weight, alpha=-lr * wd)
    if clip >= 0:
        return mom.add_(rescaled(grad, rescale, clip), alpha=-lr)
    return mom.add_(grad, alpha=-lr * rescale)


@operator(
    "sgd_mom_update", aliases=("_sparse_sgd_mom_update",), mutates=("mom",), writes_out=True, differentiable=False
)
def sgd_mom_update(
    weight: Tensor, grad: Tensor, mom: Tensor, lr: float, momentum: float = 0.0, wd: float = 0.0,
    rescale_grad: float = 1.0, clip_gradient: float = -1.0, lazy_update: bool = True, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``mom = momentum * mom - lr * (wd * weight + clip(rescale_grad * grad))``, then ``weight + mom``.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``.
        mom: the momentum, written in place; of the shape and dtype of ``weight``.
        lr: learning rate.
        momentum: factor of the old momentum.
        wd: weight decay.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.
        lazy_update: matters for row_sparse gradients only.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op.cc.
    """
    check("sgd_mom_update", ("weight", "grad", "mom"), (weight, grad, mom))
    check_out("sgd_mom_update", out, weight)
    lr, momentum, wd, rescale_grad, clip_gradient = rounded(weight.dtype, lr, momentum, wd, rescale_grad, clip_gradient)
    mom = accumulate(mom, weight, grad, lr, momentum, wd, rescale_grad, clip_gradient)
    return torch.add(weight, mom, out=out)


@operator("mp_sgd_update", mutates=("weight32",), writes_out=True, differentiable=False)
def mp_sgd_update(
    weight: Tensor, grad: Tensor, weight32: Tensor, lr: float, wd: float = 0.0, rescale_grad: float = 1.0,
    clip_gradient: float = -1.0, lazy_update: bool = True, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """`sgd_update` computed on a float32 master copy.

    Args:
        weight: usually float16; only its dtype and shape matter.
        grad: of the shape and dtype of ``weight``.
        weight32: the master copy, written in place.
        lr: learning rate.
        wd: weight decay.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.
        lazy_update: matters for row_sparse gradients only.

    Returns:
        The new weight in the dtype of ``weight``, usually into ``out=weight``.

    Raises:
        MXNetError: shapes that differ, a master copy that is not float32.

    Source: MXNet 1.9.1 src/operator/optimizer_op.cc.
    """
    check("mp_sgd_update", ("weight", "grad", "weight32"), (weight, grad, weight32), masters=1)
    check_out("mp_sgd_update", out, weight)
    lr, wd, rescale_grad, clip_gradient = rounded(torch.float32, lr, wd, rescale_grad, clip_gradient)
    master = weight32.data
    _descend(master, grad.float(), lr, wd, rescale_grad, clip_gradient, master)
    return put(out, master, weight.dtype)


@operator("mp_sgd_mom_update", mutates=("mom", "weight32"), writes_out=True, differentiable=False)
def mp_sgd_mom_update(
    weight: Tensor, grad: Tensor, mom: Tensor, weight32: Tensor, lr: float, momentum: float = 0.0, wd: float = 0.0,
    rescale_grad: float = 1.0, clip_gradient: float = -1.0, lazy_update: bool = True, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """`sgd_mom_update` computed on a float32 master copy.

    Args:
        weight: usually float16; only its dtype and shape matter.
        grad: of the shape and dtype of ``weight``.
        mom: the float32 momentum, written in place.
        weight32: the master copy, written in place.
        lr: learning rate.
        momentum: factor of the old momentum.
        wd: weight decay.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.
        lazy_update: matters for row_sparse gradients only.

    Returns:
        The new weight in the dtype of ``weight``, usually into ``out=weight``.

    Raises:
        MXNetError: shapes that differ, states that are not float32.

    Source: MXNet 1.9.1 src/operator/optimizer_op.cc.
    """
    names = ("weight", "grad", "mom", "weight32")
    check("mp_sgd_mom_update", names, (weight, grad, mom, weight32), masters=2)
    check_out("mp_sgd_mom_update", out, weight)
    values = rounded(torch.float32, lr, momentum, wd, rescale_grad, clip_gradient)
    master = weight32.data
    master.add_(accumulate(mom, master, grad.float(), *values))
    return put(out, master, weight.dtype)


@operator("nag_mom_update", mutates=("mom",), writes_out=True, differentiable=False)
def nag_mom_update(
    weight: Tensor, grad: Tensor, mom: Tensor, lr: float, momentum: float = 0.0, wd: float = 0.0,
    rescale_grad: float = 1.0, clip_gradient: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Nesterov's accelerated gradient: ``weight - m + (momentum + 1) * (m - lr * g)`` with ``m = momentum * mom``.

    ``g`` is ``clip(rescale_grad * grad) + wd * weight``; ``mom`` becomes ``m - lr * g``. With ``out=weight`` MXNet
    takes the *new* weight into the ``g`` of ``mom``, and so does this operator.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``.
        mom: the momentum, written in place.
        lr: learning rate.
        momentum: factor of the old momentum.
        wd: weight decay.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, NAGMomKernel.
    """
    check("nag_mom_update", ("weight", "grad", "mom"), (weight, grad, mom))
    check_out("nag_mom_update", out, weight)
    lr, momentum, wd, rescale_grad, clip_gradient = rounded(weight.dtype, lr, momentum, wd, rescale_grad, clip_gradient)
    grad = rescaled(grad, rescale_grad, clip_gradient)
    return _nesterov(weight, grad, mom.data, lr, momentum, wd, out)


def _nesterov(
    weight: Tensor, grad: Tensor, mom: Tensor, lr: float, momentum: float, wd: float, out: Tensor | None
) -> Tensor:
    mom.mul_(momentum)
    decayed = grad if wd == 0 else torch.add(grad, weight, alpha=wd)
    ahead = torch.add(mom, decayed, alpha=-lr)
    again = wd != 0 and shares(out, weight)
    result = torch.add(weight - mom, ahead, alpha=momentum + 1, out=out)
    if again:
        mom.add_(torch.add(grad, result, alpha=wd), alpha=-lr)
    else:
        mom.copy_(ahead)
    return result


@operator("mp_nag_mom_update", mutates=("mom", "weight32"), writes_out=True, differentiable=False)
def mp_nag_mom_update(
    weight: Tensor, grad: Tensor, mom: Tensor, weight32: Tensor, lr: float, momentum: float = 0.0, wd: float = 0.0,
    rescale_grad: float = 1.0, clip_gradient: float = -1.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """`nag_mom_update` computed on a float32 master copy.

    Args:
        weight: usually float16; only its dtype and shape matter.
        grad: of the shape and dtype of ``weight``.
        mom: the float32 momentum, written in place.
        weight32: the master copy, written in place.
        lr: learning rate.
        momentum: factor of the old momentum.
        wd: weight decay.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.

    Returns:
        The new weight in the dtype of ``weight``, usually into ``out=weight``.

    Raises:
        MXNetError: shapes that differ, states that are not float32.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, MP_NAGMomKernel.
    """
    names = ("weight", "grad", "mom", "weight32")
    check("mp_nag_mom_update", names, (weight, grad, mom, weight32), masters=2)
    check_out("mp_nag_mom_update", out, weight)
    lr, momentum, wd, rescale_grad, clip_gradient = rounded(
        torch.float32, lr, momentum, wd, rescale_grad, clip_gradient
    )
    master = weight32.data
    _nesterov(master, rescaled(grad.float(), rescale_grad, clip_gradient), mom.data, lr, momentum, wd, master)
    return put(out, master, weight.dtype)


@operator("signsgd_update", writes_out=True, differentiable=False)
def signsgd_update(
    weight: Tensor, grad: Tensor, lr: float, wd: float = 0.0, rescale_grad: float = 1.0, clip_gradient: float = -1.0,
    *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``(1 - lr * wd) * weight - lr * sign(grad)``.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``; the sign of NaN is 0.
        lr: learning rate.
        wd: weight decay.
        rescale_grad: of no effect on a sign, and not applied.
        clip_gradient: of no effect on a sign, and not applied.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, SignSGDKernel.
    """
    check("signsgd_update", ("weight", "grad"), (weight, grad))
    check_out("signsgd_update", out, weight)
    lr, wd = rounded(weight.dtype, lr, wd)
    keep = 1 - lr * wd
    return torch.add(weight if keep == 1 else weight * keep, torch.sgn(grad), alpha=-lr, out=out)


@operator("signum_update", mutates=("mom",), writes_out=True, differentiable=False)
def signum_update(
    weight: Tensor, grad: Tensor, mom: Tensor, lr: float, momentum: float = 0.0, wd: float = 0.0,
    rescale_grad: float = 1.0, clip_gradient: float = -1.0, wd_lh: float = 0.0, *, out: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``mom = momentum * mom - (1 - momentum) * g``, then ``(1 - lr * wd_lh) * weight + lr * sign(mom)``.

    Args:
        weight: of a floating dtype.
        grad: of the shape and dtype of ``weight``; ``g`` is ``wd * weight + clip(rescale_grad * grad)``.
        mom: the momentum, written in place.
        lr: learning rate.
        momentum: factor of the old momentum.
        wd: weight decay inside the momentum.
        rescale_grad: factor of the gradient.
        clip_gradient: bound of the rescaled gradient; negative for none.
        wd_lh: weight decay outside the momentum.

    Returns:
        The new weight, usually into ``out=weight``.

    Raises:
        MXNetError: shapes or dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, SignumKernel.
    """
    check("signum_update", ("weight", "grad", "mom"), (weight, grad, mom))
    check_out("signum_update", out, weight)
    lr, momentum, wd, rescale_grad, clip_gradient, wd_lh = rounded(
        weight.dtype, lr, momentum, wd, rescale_grad, clip_gradient, wd_lh
    )
    mom = accumulate(mom, weight, grad, 1 - momentum, momentum, wd, rescale_grad, clip_gradient)
    keep = 1 - lr * wd_lh
    return torch.add(weight if keep == 1 else weight * keep, torch.sgn(mom), alpha=lr, out=out)
