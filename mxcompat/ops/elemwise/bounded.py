"""Piecewise functions of one array with parameters: clip, hard_sigmoid, smooth_l1, and two contributed ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._kernels import BOOL, FLOAT32, FLOAT64, apply, cast_number, no_bool, number, single, with_gradient
from ._math import round_away


def _clamp(data: Tensor, low: float, high: float) -> Tensor:
    if data.is_floating_point():
        if low <= high:
            return torch.clamp(data, low, high)
        # NaN bounds bound nothing; crossed bounds: the upper one is asked first
        floor = data if math.isnan(low) else torch.where(data < low, torch.full_like(data, low), data)
        return floor if math.isnan(high) else torch.where(data > high, torch.full_like(data, high), floor)
    limits = torch.iinfo(data.dtype)
    if high < limits.min:  # every element is above: all get the bound, wrapped around
        return torch.full_like(data, cast_number(data.dtype, high))
    if low > limits.max:
        return torch.where(data > high, cast_number(data.dtype, high), cast_number(data.dtype, low)).to(data.dtype)
    lowest = limits.min if math.isnan(low) else math.trunc(max(low, limits.min))
    highest = limits.max if math.isnan(high) else math.trunc(min(high, limits.max))
    clipped = data.clamp(min=min(lowest, limits.max))
    if lowest <= highest:
        return clipped.clamp(max=max(highest, limits.min))
    return torch.where(data > highest, torch.full_like(data, max(highest, limits.min)), clipped)


class _Clip(torch.autograd.Function):
    """A NaN lets its gradient through, unlike ``torch.clamp``."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, low: float, high: float) -> Tensor:
        ctx.save_for_backward(data)
        ctx.low, ctx.high = low, high
        return _clamp(data, low, high)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (data,) = ctx.saved_tensors
        return grads[0].masked_fill((data > ctx.high) | (data < ctx.low), 0.0), None, None


def _short_clip(ndim: int, low: float, high: float) -> Callable[[Tensor], Tensor] | None:
    return (lambda data: torch.clamp(data, low, high)) if low <= high else None


@operator("clip", aliases=("_npi_clip", "_sparse_clip"), shortcut=_short_clip)
def clip(data: Tensor, a_min: float = REQUIRED, a_max: float = REQUIRED) -> Tensor:
    """Limit the elements to an interval.

    Args:
        data: any dtype but bool.
        a_min: the least value; integers are compared with it as it is, and get its whole part.
        a_max: the largest value; where ``a_min > a_max``, elements above ``a_max`` become
            ``a_max``, the rest ``a_min``.

    Returns:
        An array of the shape and dtype of ``data``. NaN stays. The gradient passes inside the interval and at its ends.

    Raises:
        MXNetError: ``data`` is a bool array, or a bound is missing.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    if data.dtype is FLOAT64:
        a_min, a_max = single(a_min), single(a_max)
    if data.requires_grad:
        return apply(_Clip, data, a_min, a_max)
    if data.dtype is BOOL:
        raise no_bool("clip", data=data)
    return _clamp(data, a_min, a_max)


class _HardSigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor, alpha: float, beta: float) -> Tensor:
        ctx.save_for_backward(data)
        ctx.alpha, ctx.beta = alpha, beta
        return torch.clamp(data * alpha + beta, 0.0, 1.0)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (data,) = ctx.saved_tensors
        line = data * ctx.alpha + ctx.beta
        return (grads[0] * ctx.alpha).masked_fill(~((line > 0) & (line < 1)), 0.0), None, None


@operator("hard_sigmoid")
def hard_sigmoid(data: Tensor, alpha: float = 0.2, beta: float = 0.5) -> Tensor:
    """``max(0, min(1, alpha * data + beta))``.

    Args:
        data: floating dtypes only.
        alpha: the slope.
        beta: the value at 0.

    Returns:
        An array of the shape and dtype of ``data``. The gradient is zero at both kinks.

    Raises:
        MXNetError: ``data`` is not floating.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_basic.cc.
    """
    if not data.is_floating_point():
        raise op_error("hard_sigmoid", "data must have a floating dtype", data=data)
    return apply(_HardSigmoid, data, single(alpha), single(beta))


def _smooth(data: Tensor, scalar: Tensor) -> Tensor:
    square = scalar * scalar
    turn = 1.0 / square
    size = data.abs()
    return torch.where(size > turn, size - 0.5 * turn, 0.5 * data * data * square)


def _smooth_slope(data: Tensor, scalar: Tensor) -> Tensor:
    square = scalar * scalar
    return torch.where(data.abs() > 1.0 / square, torch.sign(data), square * data)


@operator("smooth_l1", aliases=("_npx_smooth_l1",))
def smooth_l1(data: Tensor, scalar: float = 1.0) -> Tensor:
    """The smooth L1 loss: a parabola ``0.5 * (scalar * x)**2`` near 0, ``abs(x) - 0.5 / scalar**2`` away from it.

    Args:
        data: any dtype.
        scalar: they meet where ``abs(x)`` is ``1 / scalar**2``; cast to the dtype of ``data``.

    Returns:
        An array of the shape and dtype of ``data``. Integers are computed in float32, then cut.

    Raises:
        MXNetError: ``data`` is a bool array.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_binary_scalar_op_extended.cc.
    """
    if data.dtype is BOOL:
        raise no_bool("smooth_l1", data=data)
    dtype = data.dtype
    wide = dtype if dtype is FLOAT64 else FLOAT32
    value = number(dtype, scalar).to(wide)
    kernel = with_gradient(lambda x: _smooth(x, value), lambda x: _smooth_slope(x, value))
    return kernel(data.to(wide)).to(dtype)


@operator("_contrib_quadratic")
def quadratic(data: Tensor, a: float = 0.0, b: float = 0.0, c: float = 0.0) -> Tensor:
    """``a * data**2 + b * data + c``.

    Args:
        data: any dtype but bool.
        a: factor of the square.
        b: factor of the element.
        c: constant.

    Returns:
        An array of the shape and dtype of ``data``; integers are computed in float32, then cut.

    Raises:
        MXNetError: ``data`` is a bool array.

    Source: MXNet 1.9.1 src/operator/contrib/quadratic_op.cc.
    """
    if data.dtype is BOOL:
        raise no_bool("_contrib_quadratic", data=data)
    a, b, c = single(a), single(b), single(c)
    x = data if data.dtype is FLOAT64 else data.to(FLOAT32)
    return (a * x * x + b * x + c).to(data.dtype)


@operator("_contrib_div_sqrt_dim")
def div_sqrt_dim(data: Tensor) -> Tensor:
    """Divide by the square root of the length of the last axis.

    Args:
        data: any dtype but bool.

    Returns:
        An array of the shape and dtype of ``data``; integers are divided by the whole part of the root,
        to the whole part of the quotient.

    Raises:
        MXNetError: ``data`` is a bool array.

    Source: MXNet 1.9.1 src/operator/contrib/transformer.cc.
    """
    if data.dtype is BOOL:
        raise no_bool("_contrib_div_sqrt_dim", data=data)
    root = math.sqrt(data.shape[-1])
    return data / root if data.is_floating_point() else torch.div(data, int(root), rounding_mode="trunc")


class _StraightThrough(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor, signs: bool) -> Tensor:
        return torch.sign(data) if signs else round_away(data)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return grads[0], None


@operator("_contrib_round_ste", aliases=("_sparse__contrib_round_ste",))
def round_ste(data: Tensor) -> Tensor:
    """Round to the nearest integer and let the gradient through unchanged.

    Args:
        data: any dtype but bool.

    Returns:
        An array of the shape and dtype of ``data``.

    Raises:
        MXNetError: ``data`` is a bool array.

    Source: MXNet 1.9.1 src/operator/contrib/stes_op.cc.
    """
    if data.dtype is BOOL:
        raise no_bool("_contrib_round_ste", data=data)
    if not data.is_floating_point():
        return data.clone()
    return apply(_StraightThrough, data, False)


@operator("_contrib_sign_ste", aliases=("_sparse__contrib_sign_ste",))
def sign_ste(data: Tensor) -> Tensor:
    """The sign, with the gradient let through unchanged.

    Args:
        data: any dtype but bool.

    Returns:
        An array of the shape and dtype of ``data``.

    Raises:
        MXNetError: ``data`` is a bool array.

    Source: MXNet 1.9.1 src/operator/contrib/stes_op.cc.
    """
    if data.dtype is BOOL:
        raise no_bool("_contrib_sign_ste", data=data)
    return apply(_StraightThrough, data, True)
