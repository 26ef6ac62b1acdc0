"""Kernels that torch lacks, or whose corner cases or derivatives are not MXNet's. Floating tensors in and out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ._kernels import FLOAT32, FLOAT64, Unary, apply, directly, with_gradient

#: MXNet's constants are float32 numbers, also where they meet float64 arrays.
PI = np.float32(np.pi)
TO_DEGREES = float(np.float32(180.0) / PI)
TO_RADIANS = float(PI / np.float32(180.0))
ROOT_PI = float(np.sqrt(PI))


class _Flat(torch.autograd.Function):
    """A function that is flat almost everywhere, whose gradient is zero without a look at what it is made of."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, kernel: Unary) -> Tensor:
        return kernel(x)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return torch.zeros_like(grads[0]), None


def _flat(kernel: Unary) -> Unary:
    def fn(x: Tensor) -> Tensor:
        return apply(_Flat, x, kernel) if x.requires_grad else kernel(x)

    return fn


def _rint(x: Tensor) -> Tensor:
    even = torch.round(x)
    return even.sub_(torch.sub(even, x).eq_(0.5))  # one less where a half went up


#: the largest number below one half: added to a number below a half it stays below one, and to a half it rounds to one
_ALMOST_HALF = {
    dtype: torch.tensor(0.5 - torch.finfo(dtype).eps / 4, dtype=dtype, device="cpu")
    for dtype in (torch.float16, torch.bfloat16, FLOAT32, FLOAT64)
}
#: elements from which several fast calls are cheaper than one of torch's trunc, which takes number by number
_MANY = 4096


def _round_away(x: Tensor) -> Tensor:
    return torch.copysign(x.abs().add_(_ALMOST_HALF[x.dtype]).floor_(), x)


def _trunc(x: Tensor) -> Tensor:
    return torch.trunc(x) if x.numel() < _MANY else torch.copysign(x.abs().floor_(), x)


rint = _flat(_rint)  #: nearest integer, halves down (0.5 is 0, 1.5 is 1, -1.5 is -2)
round_away = _flat(_round_away)  #: nearest integer, halves away from zero
trunc = _flat(_trunc)  #: the integer part


class _Relu(torch.autograd.Function):
    """Rectifier whose gradient at a NaN is NaN, as MXNet has it; torch lets the head gradient through there."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        y = torch.relu(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        y = ctx.saved_tensors[0].detach()
        # A sum of what is not negative is NaN only if an element is. On the CPU that look costs a tenth of the choice
        # below, which is slow there; on other devices it would have to wait for the result.
        look = y.device.type == "cpu" and not torch.compiler.is_compiling()
        if look and not math.isnan(y.sum().item()):
            return torch.ops.aten.threshold_backward(grads[0], y, 0)
        return torch.where(y > 0, grads[0], y)  # where y is not above 0 it is 0, or NaN: the gradient itself


def relu(x: Tensor) -> Tensor:
    """``max(x, 0)``."""
    return apply(_Relu, x) if x.requires_grad else torch.relu(x)


directly(relu, torch.relu)


def cube_root(x: Tensor) -> Tensor:
    """Real cube root, in float64: ``x ** (1/3)`` alone is off by several units of float32."""
    y = x.to(FLOAT64)
    return torch.copysign(y.abs().pow(1 / 3), y).to(x.dtype)


cbrt = with_gradient(cube_root, lambda y: 1 / (3 * y.square()), of_output=True)


def _rcbrt(x: Tensor) -> Tensor:
    return 1 / cube_root(x)


rcbrt = with_gradient(_rcbrt, lambda x: -1 / (3 * cube_root(x) * x))
rsqrt = with_gradient(torch.rsqrt, lambda x: -0.5 / (x.sqrt() * x))
expm1 = with_gradient(torch.expm1, torch.exp)
reciprocal = with_gradient(torch.reciprocal, lambda x: -1 / x.square())
erf = with_gradient(torch.erf, lambda x: (2.0 / ROOT_PI) * torch.exp(-(x * x)))
erfinv = with_gradient(torch.erfinv, lambda y: (0.5 * ROOT_PI) * torch.exp(y * y), of_output=True)
softsign = with_gradient(lambda x: x / (1 + x.abs()), lambda x: 1 / (1 + x.abs()).square())


def _gamma(x: Tensor) -> Tensor:
    y = x.to(FLOAT64)
    size = torch.exp(torch.lgamma(y))
    whole = y == y.floor()
    size = torch.where(whole & (y < 23), size.round(), size)  # factorials are exact
    look = x.device.type == "cpu" and x.numel() >= _MANY and not torch.compiler.is_compiling()
    if look and bool((y > 0).all()):
        return size.to(x.dtype)
    odd = torch.remainder(y.floor(), 2) == 1
    signed = torch.where((y < 0) & odd, -size, size)
    signed = torch.where((y < 0) & (whole | y.isinf()), torch.nan, signed)
    return torch.where(y == 0, torch.copysign(size, y), signed).to(x.dtype)


def _digamma(x: Tensor) -> Tensor:
    """The derivative of ``gammaln``; at its poles MXNet has +inf."""
    return torch.digamma(x).masked_fill((x <= 0) & (x == x.floor()), torch.inf)


gamma = with_gradient(_gamma, lambda x: _gamma(x) * _digamma(x))
gammaln = with_gradient(torch.lgamma, _digamma)


def degrees(x: Tensor) -> Tensor:
    """Radians to degrees."""
    return x * TO_DEGREES


def radians(x: Tensor) -> Tensor:
    """Degrees to radians."""
    return x * TO_RADIANS


__all__ = [
    "FLOAT32", "cbrt", "cube_root", "degrees", "erf", "erfinv", "expm1", "gamma", "gammaln", "radians", "rcbrt",
    "reciprocal", "rint", "round_away", "rsqrt", "softsign", "trunc",
]  # fmt: skip
