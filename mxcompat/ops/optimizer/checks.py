"""Helpers of training loops over many arrays: finiteness, sums of squares, LARS rates."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import REQUIRED
from ._common import rounded


def counted(op: str, given: int, expected: int, attribute: str) -> None:
    """MXNetError unless the operator got as many arrays as its attribute says."""
    if given != expected:
        raise op_error(op, f"{attribute} asks for {expected} arrays, {given} were given")


def _floats(op: str, arrays: tuple[Tensor, ...]) -> None:
    for array in arrays:
        if not array.is_floating_point() or array.dtype is not arrays[0].dtype:
            raise op_error(op, "all arrays must be of one floating dtype", data=array)


def _flag(op: str, arrays: tuple[Tensor, ...], init_output: bool, out: Tensor | None) -> Tensor:
    if out is not None and (out.shape != (1,) or out.dtype is not torch.float32):
        raise op_error(op, "out must be float32 of shape (1,)", out=out)
    # as MXNet tests it: in float32, so that 1e300 is infinite
    finite = [torch.isfinite(a.float() if a.dtype is torch.float64 else a).all() for a in arrays]
    flag = finite[0] if len(finite) == 1 else torch.stack(finite).all()
    if out is None:
        return flag.float().reshape(1)
    return out.copy_(flag) if init_output else out.masked_fill_(~flag, 0.0)


@operator("all_finite", writes_out=True, differentiable=False)
def all_finite(data: Tensor, init_output: bool = True, *, out: Tensor | None = None) -> Tensor:
    """1 if every element is finite, else 0.

    Args:
        data: of a floating dtype.
        init_output: False keeps what ``out`` holds if all is finite, so that several calls add up.

    Returns:
        float32 of shape (1,).

    Raises:
        MXNetError: integers.

    Source: MXNet 1.9.1 src/operator/contrib/all_finite.cc.
    """
    _floats("all_finite", (data,))
    return _flag("all_finite", (data,), init_output, out)


@operator("multi_all_finite", writes_out=True, differentiable=False)
def multi_all_finite(
    *data: Tensor, num_arrays: int = 1, init_output: bool = True, out: list[Tensor] | None = None
) -> Tensor:
    """1 if every element of every array is finite, else 0.

    Args:
        data: arrays of one floating dtype.
        num_arrays: how many there are.
        init_output: False keeps what ``out`` holds if all is finite, so that several calls add up.

    Returns:
        float32 of shape (1,).

    Raises:
        MXNetError: integers, dtypes that differ, another number of arrays.

    Source: MXNet 1.9.1 src/operator/contrib/all_finite.cc.
    """
    counted("multi_all_finite", len(data), num_arrays, "num_arrays")
    _floats("multi_all_finite", data)
    return _flag("multi_all_finite", data, init_output, None if out is None else out[0])


def squares(data: tuple[Tensor, ...] | list[Tensor]) -> Tensor:
    """The sum of squares of each array, float32."""
    if data[0].dtype is torch.float16:  # squared in float16, summed in float32
        return torch.stack([(a * a).sum(dtype=torch.float32) for a in data])
    return torch.stack([torch.dot(flat, flat) for flat in [a.reshape(-1) for a in data]]).float()


@operator("multi_lars", differentiable=False)
def multi_lars(
    lrs: Tensor, weights_sum_sq: Tensor, grads_sum_sq: Tensor, wds: Tensor, eta: float = REQUIRED,
    eps: float = REQUIRED, rescale_grad: float = 1.0,
) -> Tensor:  # fmt: skip
    """Learning rates by LARS: ``lr * eta * |w| / (|g| * rescale_grad + wd * |w| + eps)``.

    Args:
        lrs: float32 learning rates, one per layer.
        weights_sum_sq: float32 sums of squared weights.
        grads_sum_sq: float32 sums of squared gradients.
        wds: float32 weight decays.
        eta: the trust coefficient.
        eps: added to the denominator.
        rescale_grad: factor of the gradients.

    Returns:
        float32 rates, of the shape of ``lrs``; ``lr`` itself where a sum is not positive.

    Raises:
        MXNetError: shapes that differ, other dtypes.

    Source: MXNet 1.9.1 src/operator/contrib/multi_lars-inl.h.
    """
    for array in (lrs, weights_sum_sq, grads_sum_sq, wds):
        if array.shape != lrs.shape or array.dtype is not torch.float32:
            raise op_error("multi_lars", "all inputs must be float32 of one shape", lrs=lrs, other=array)
    lrs, weights_sum_sq, grads_sum_sq, wds = (t.detach() for t in (lrs, weights_sum_sq, grads_sum_sq, wds))
    eta, eps, rescale_grad = rounded(torch.float32, eta, eps, rescale_grad)
    norm = weights_sum_sq.sqrt()
    scaled = lrs * eta * norm / (grads_sum_sq.sqrt() * rescale_grad + wds * norm + eps)
    return torch.where((norm > 0) & (grads_sum_sq > 0), scaled, lrs)
