"""Operators that hand their input on, with another gradient or another dtype, or look at its shape only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._kernels import apply


@operator("_copy", aliases=("identity",))
def copy(data: Tensor) -> Tensor:
    """Copy an array.

    Args:
        data: any dtype.

    Returns:
        The copy.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_basic.cc.
    """
    return data.clone()


@operator("BlockGrad", aliases=("stop_gradient", "_sparse_stop_gradient"), zero_grad=True)
def block_grad(data: Tensor) -> Tensor:
    """Copy an array and let no gradient through: its derivative is zero.

    Args:
        data: any dtype.

    Returns:
        The copy.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_basic.cc.
    """
    return data.detach().clone()


class _MakeLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor) -> Tensor:
        return data.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return torch.ones_like(grads[0])


@operator("make_loss", aliases=("_sparse_make_loss",))
def make_loss(data: Tensor) -> Tensor:
    """Mark an array as a loss: a copy whose gradient is one, whatever comes from above.

    Args:
        data: any dtype.

    Returns:
        The copy.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_basic.cc.
    """
    return apply(_MakeLoss, data) if data.requires_grad else data.clone()


class _ScaleGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor, scalar: float) -> Tensor:
        ctx.scalar = scalar
        return data.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return grads[0] * ctx.scalar, None


@operator("_contrib_gradientmultiplier")
def gradient_multiplier(data: Tensor, scalar: float = 1.0, is_int: bool = True) -> Tensor:
    """Copy an array; multiply the gradient by a number on its way back (negative: gradient reversal).

    Args:
        data: any dtype.
        scalar: the factor of the gradient.
        is_int: accepted for the common signature of scalar operators; gradients are floating, so it changes nothing.

    Returns:
        The copy.

    Source: MXNet 1.9.1 src/operator/contrib/gradient_multiplier_op.cc.
    """
    return apply(_ScaleGradient, data, scalar) if data.requires_grad else data.clone()


class _First(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, lhs: Tensor, rhs: Tensor) -> Tensor:
        return lhs.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return grads[0], torch.zeros_like(grads[0])


@operator("_identity_with_attr_like_rhs", same_dtype=True)
def identity_with_attr_like_rhs(lhs: Tensor, rhs: Tensor) -> Tensor:
    """Copy ``lhs``, whose shape and dtype must be those of ``rhs``.

    Args:
        lhs: the array to copy.
        rhs: only its shape and dtype count; its gradient is zero.

    Returns:
        The copy.

    Raises:
        MXNetError: shapes or dtypes differ.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_basic.cc.
    """
    if lhs.shape != rhs.shape:
        raise op_error("_identity_with_attr_like_rhs", "rhs must have the shape of lhs", lhs=lhs, rhs=rhs)
    if lhs.requires_grad or rhs.requires_grad:
        return apply(_First, lhs, rhs)
    return lhs.clone()


@operator("zeros_like", aliases=("_sparse_zeros_like",), zero_grad=True, float32=torch.zeros_like)
def zeros_like(data: Tensor) -> Tensor:
    """Zeros in the shape and dtype of an array.

    Args:
        data: any dtype.

    Returns:
        An array of zeros.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    return torch.zeros_like(data.detach(), memory_format=torch.contiguous_format)


@operator("ones_like", zero_grad=True, float32=torch.ones_like)
def ones_like(data: Tensor) -> Tensor:
    """Ones in the shape and dtype of an array.

    Args:
        data: any dtype.

    Returns:
        An array of ones.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    return torch.ones_like(data.detach(), memory_format=torch.contiguous_format)


@operator("shape_array", aliases=("_npx_shape_array",), zero_grad=True)
def shape_array(data: Tensor) -> Tensor:
    """The shape of an array, as an array.

    Args:
        data: any dtype.

    Returns:
        int64, one entry per axis.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_basic.cc.
    """
    return torch.tensor(tuple(data.shape), dtype=torch.int64, device=data.device)


@operator("size_array", zero_grad=True)
def size_array(data: Tensor) -> Tensor:
    """The number of elements of an array, as an array.

    Args:
        data: any dtype.

    Returns:
        int64 of shape (1,).

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_basic.cc.
    """
    return torch.tensor((data.numel(),), dtype=torch.int64, device=data.device)


def to_dtype(data: Tensor, dtype: torch.dtype) -> Tensor:
    """A copy in another dtype; float to small integers goes through int32 as on x86 (300.7 is 44 as uint8)."""
    if data.dtype is dtype:
        return data.clone()
    if data.is_floating_point() and (dtype is torch.uint8 or dtype is torch.int8):
        return data.to(torch.int32).to(dtype)
    return data.to(dtype)


def _short_cast(ndim: int, dtype: torch.dtype) -> Callable[[Tensor], Tensor] | None:
    if dtype is torch.float32:
        return torch.clone
    return None if dtype is torch.uint8 or dtype is torch.int8 else lambda data: data.to(dtype)


@operator("Cast", aliases=("cast", "_npi_cast", "_npx_cast"), straight_through=True, shortcut=_short_cast)
def cast(data: Tensor, dtype: torch.dtype = REQUIRED) -> Tensor:
    """Convert an array to another dtype.

    Args:
        data: any dtype.
        dtype: the new one. Fractions are cut off for integers; anything but 0 is True for bool.

    Returns:
        A copy in ``dtype``. The gradient comes back in the dtype of ``data``.

    A cast to integers passes gradients back unchanged.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_basic.cc.
    """
    return to_dtype(data, dtype)


_CASTABLE = (torch.float32, torch.float16, torch.bfloat16)
#: integers to which a cast from float32 rounds, and the numbers that they end at
_ROUNDED = {torch.int8: (-128.0, 127.0), torch.uint8: (0.0, 255.0), torch.int32: (-2147483648.0, 2147483520.0)}


@operator("amp_cast")
def amp_cast(
    data: Tensor,
    dtype: Annotated[
        torch.dtype, "bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8"
    ] = REQUIRED,
) -> Tensor:
    """Convert a float16, bfloat16 or float32 array to another dtype; copy any other.

    Args:
        data: any dtype.
        dtype: the new one.

    Returns:
        A copy in ``dtype``, or in the dtype of ``data`` if that is not one of the three. From float32 to an integer of
        at most 32 bits numbers are rounded, halves to even, and end at the dtype's least and greatest; from float16
        fractions are cut off.

    Source: MXNet 1.9.1 src/operator/tensor/amp_cast.cc.
    """
    if dtype in _ROUNDED and data.dtype is torch.float32:
        return data.detach().round().clamp(*_ROUNDED[dtype]).to(dtype)
    return data.to(dtype, copy=True) if data.dtype in _CASTABLE else data.clone()


@operator("amp_multicast", outputs=lambda attrs: int(attrs["num_outputs"]))
def amp_multicast(*data: Tensor, num_outputs: int = REQUIRED, cast_narrow: bool = False) -> tuple[Tensor, ...]:
    """Convert float16, bfloat16 and float32 arrays to one dtype among theirs; copy arrays of any other.

    Args:
        data: the arrays.
        num_outputs: how many there are.
        cast_narrow: convert to the narrowest dtype in place of the widest.

    Returns:
        As many arrays.

    Raises:
        MXNetError: ``num_outputs`` is not the number of arrays.

    Differences: MXNet 1.9.1 fails on the CPU when float16 is among the inputs.

    Source: MXNet 1.9.1 src/operator/tensor/amp_cast.cc.
    """
    if len(data) != num_outputs:
        raise op_error("amp_multicast", f"num_outputs={num_outputs} but {len(data)} arrays were given")
    present = [t.dtype for t in data]
    target = torch.float32 if cast_narrow else present[0]
    for dtype in present:
        if cast_narrow and dtype in (torch.float16, torch.bfloat16):
            target = dtype
        elif not cast_narrow and dtype is torch.float32:
            target = dtype
    return tuple([t.to(target, copy=True) if t.dtype in _CASTABLE else t.clone() for t in data])
