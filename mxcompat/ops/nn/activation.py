"""Activation functions that an attribute chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ..._core.errors import MXNetError
from ..._core.state import is_training
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ..elemwise import _math
from ..elemwise._kernels import with_gradient
from ..random.engine import sampler_of
from ..reduce._runs import LARGE, stretched
from ._check import floating, single


def _softrelu(x: Tensor) -> Tensor:
    return F.softplus(x, 1.0, 20.0)


def _in_full(kernel: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """``kernel`` with float16 computed in float32."""

    def fn(x: Tensor) -> Tensor:
        return kernel(x.float()).half() if x.dtype is torch.float16 else kernel(x)

    return fn


_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softrelu": _in_full(_softrelu),
    "softsign": _in_full(_math.softsign),
}


@operator("Activation", aliases=("_npx_activation",))
def activation(data: Tensor, act_type: Literal["relu", "sigmoid", "softrelu", "softsign", "tanh"] = REQUIRED) -> Tensor:
    """Apply an activation function to each element.

    Args:
        data: floating.
        act_type: ``relu``, ``sigmoid``, ``softrelu`` (``log(1 + exp(x))``), ``softsign`` (``x / (1 + abs(x))``)
            or ``tanh``.

    Returns:
        The shape and dtype of ``data``.

    Raises:
        MXNetError: integer data, another ``act_type``.

    Source: MXNet 1.9.1 src/operator/nn/activation.cc.
    """
    if not data.is_floating_point():
        raise op_error("Activation", "data must be floating", data=data)
    return _ACTIVATIONS[act_type](data)


def _leaky_inputs(attrs: dict[str, Any]) -> tuple[str, ...]:
    return ("data", "gamma") if attrs["act_type"] == "prelu" else ("data",)


@operator(
    "LeakyReLU",
    aliases=("_npx_leaky_relu",),
    list_inputs=_leaky_inputs,
    outputs=lambda attrs: 2 if attrs["act_type"] == "rrelu" else 1,
    same_dtype=True,
)
def leaky_relu(
    data: Tensor,
    gamma: Tensor | None = None,
    act_type: Literal["elu", "gelu", "leaky", "prelu", "rrelu", "selu"] = "leaky",
    slope: float = 0.25,
    lower_bound: float = 0.125,
    upper_bound: float = 0.334,
) -> Tensor | tuple[Tensor, Tensor]:
    """Keep what is positive and weaken what is negative.

    Args:
        data: floating.
        gamma: slope of ``prelu``, learnable: the sizes of the first two axes of data, of the second, or 1.
        act_type: what becomes of a negative x: ``leaky`` ``slope * x``; ``prelu`` ``gamma * x``; ``elu``
            ``slope * (exp(x) - 1)``; ``selu`` the scaled ``elu``; ``gelu`` ``x * Phi(x)`` (for positive x too);
            ``rrelu`` x times a slope drawn uniformly from ``[lower_bound, upper_bound)`` in training, the mean else.
        slope: slope of ``leaky``, factor of ``elu``.
        lower_bound, upper_bound: range of the slopes of ``rrelu``.

    Returns:
        The shape and dtype of ``data``; for ``rrelu`` a list of it and the slopes.

    Raises:
        MXNetError: integer data, a gamma that is missing, not wanted or of another shape, different dtypes.

    Differences: ``rrelu`` works in training, where MXNet 1.9.1 crashes on the CPU; its slopes outside training are
    filled in (MXNet leaves them unset).

    Source: MXNet 1.9.1 src/operator/leaky_relu.cc.
    """
    floating("LeakyReLU", data)
    if gamma is not None and act_type != "prelu":
        raise MXNetError(f"LeakyReLU: act_type={act_type} takes no gamma, expected 1 input but got 2")
    if act_type == "leaky":
        if data.dtype is torch.float64:
            return torch.where(data > 0, data, _as_single(data, data * single(slope), data.float() * slope))
        return F.leaky_relu(data, slope)
    if act_type == "prelu":
        return _prelu(data, gamma)
    if act_type == "elu":
        return F.elu(data, slope)
    if act_type == "selu":
        return _selu(data)
    if act_type == "gelu":
        return _gelu_in_single(data) if data.dtype is torch.float64 else F.gelu(data)
    if is_training():
        dtype = torch.float32 if data.dtype is torch.float16 else data.dtype
        drawn = sampler_of(data.device).uniform(data.numel(), dtype, 0.0, 1.0)
        slopes = (drawn * (upper_bound - lower_bound) + lower_bound).to(data.dtype).reshape(data.shape)
    else:
        slopes = torch.full_like(data, single((lower_bound + upper_bound) / 2), requires_grad=False)
    weak = _as_single(data, data * slopes, data.float() * slopes.float())
    return torch.where(data > 0, data, weak), slopes


_SELU_SCALE, _SELU_ALPHA = single(1.0507009873554805), single(1.6732632423543772)


def _selu_slope(out: Tensor) -> Tensor:
    return torch.where(out > 0, _SELU_SCALE, _SELU_SCALE * (_SELU_ALPHA + out))


def _selu_of_single(data: Tensor) -> Tensor:
    """torch.selu with MXNet's constants, which are float32: it shows in float64."""
    if data.dtype is not torch.float64:
        return torch.selu(data)
    return _SELU_SCALE * torch.where(data > 0, data, _SELU_ALPHA * torch.expm1(data))


#: MXNet's gradient takes the scaled output for the unscaled one.
_selu = with_gradient(_selu_of_single, _selu_slope, of_output=True)


def _gelu_in_single(data: Tensor) -> Tensor:
    """Of float64 data, which MXNet computes in float32."""
    x = data.float()
    return (0.5 * x * (1.0 + torch.erf(x / single(2**0.5)))).double()


class _ValueOf(torch.autograd.Function):
    """The value of the second tensor with the gradient of the first."""

    @staticmethod
    def forward(ctx: Any, product: Tensor, value: Tensor) -> Tensor:
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return grads[0], None


def _as_single(data: Tensor, product: Tensor, rounded: Tensor) -> Tensor:
    """A product that MXNet computes in float32 for float64 too; its gradient is that of the exact one."""
    if data.dtype is not torch.float64:
        return product
    value = rounded.detach().double()
    if not product.requires_grad:
        return value
    result: Tensor = _ValueOf.apply(product, value)  # type: ignore[no-untyped-call]
    return result


#: what torch.prelu calls once it has stretched the slopes, whose gradient it adds up in a single go
_prelu_kernel = torch.ops.aten._prelu_kernel


def _prelu(data: Tensor, gamma: Tensor | None) -> Tensor:
    if gamma is None:
        raise MXNetError("LeakyReLU: act_type=prelu needs gamma, expected 2 inputs but got 1")
    shape = [1] * data.dim()
    left = list(gamma.shape)
    for axis in range(min(2, data.dim()) - 1, -1, -1):
        if left and left[-1] in (1, data.shape[axis]):
            shape[axis] = left.pop()
    if left:
        raise op_error("LeakyReLU", "gamma must fit the first two axes of data", data=data, gamma=gamma)
    if data.dim() > 1 and gamma.dim() == 1 and shape[0] == 1 and data.dtype is not torch.float64:
        if data.dim() == 2 or data.numel() < LARGE or not gamma.requires_grad or torch.compiler.is_compiling():
            return torch.prelu(data, gamma)
        result: Tensor = _prelu_kernel(data, stretched(gamma.view(shape), data.shape))
        return result
    slopes = gamma.reshape(shape)
    return torch.where(data > 0, data, _as_single(data, data * slopes, data.float() * slopes.float()))


class _Instances(torch.autograd.Function):
    """Softmax over the last axis with MXNet's gradient, which sums over the second one."""

    @staticmethod
    def forward(ctx: Any, data: Tensor) -> Tensor:
        out = torch.softmax(data, -1)
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (out,) = ctx.saved_tensors
        return out * (grads[0] - (grads[0] * out).sum(1, keepdim=True))


@operator("SoftmaxActivation")
def softmax_activation(data: Tensor, mode: Literal["channel", "instance"] = "instance") -> Tensor:
    """Softmax over the last axis (``instance``) or the second one (``channel``). Use ``softmax`` in new code.

    The gradient of ``instance`` with more than two axes is MXNet's, which sums over the second axis.

    Args:
        data: floating; at least three axes for ``channel``.
        mode: which axis.

    Returns:
        The shape and dtype of ``data``.

    Raises:
        MXNetError: too few axes, integer data.

    Differences: every floating dtype works; MXNet has float32 only.

    Source: MXNet 1.9.1 src/operator/nn/softmax_activation.cc.
    """
    floating("SoftmaxActivation", data)
    if mode == "instance":
        if data.dim() > 2 and data.requires_grad:
            result: Tensor = _Instances.apply(data)  # type: ignore[no-untyped-call]
            return result
        return torch.softmax(data, -1)
    if data.dim() < 3:
        raise op_error("SoftmaxActivation", "mode=channel needs at least 3 axes", data=data)
    return torch.softmax(data, 1)
