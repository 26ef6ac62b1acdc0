"""Helpers of the element-wise definitions: MXNet's dtype rules, its numbers, and gradients that are not torch's.

MXNet computes ``exp`` of an int32 array in float32 and cuts the fraction off; it casts the number of ``x * 1.6`` to the
dtype of ``x`` first; and its gradients are written out per operator, which shows at kinks, ties and poles. The helpers
here make functions that follow it, at the cost of at most a few attribute reads for float32 arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry.operator import op_error
from ..reduce._runs import stretched_pair

Unary = Callable[[Tensor], Tensor]
Binary = Callable[[Tensor, Tensor], Tensor]

BOOL = torch.bool
FLOAT32 = torch.float32
FLOAT64 = torch.float64


def unary_signature(data: Tensor) -> Tensor:
    """Signature of the operators with one input and no attributes."""
    raise NotImplementedError("only its signature is used")


def binary_signature(lhs: Tensor, rhs: Tensor) -> Tensor:
    """Signature of the operators with two inputs and no attributes."""
    raise NotImplementedError("only its signature is used")


def apply(function: type[torch.autograd.Function], *args: Any) -> Tensor:
    """The result of an autograd function."""
    result: Tensor = function.apply(*args)  # type: ignore[no-untyped-call]
    return result


def no_bool(name: str, **tensors: Tensor) -> MXNetError:
    """The error for a bool array given to an operator of numbers."""
    return op_error(name, "bool arrays are not supported, cast them first", **tensors)


def directly(fn: Any, kernel: Any) -> Any:
    """Note on a definition that float32 arrays may go to ``kernel`` at once (see `Operator.float32`)."""
    fn.float32 = getattr(kernel, "float32", kernel)
    return fn


# ---- one array


def in_floats(name: str, kernel: Unary) -> Unary:
    """A kernel that torch has for every floating dtype; other dtypes are computed in float32 and cast back."""

    def fn(data: Tensor) -> Tensor:
        if data.is_floating_point():
            return kernel(data)
        if data.dtype is BOOL:
            raise no_bool(name, data=data)
        return kernel(data.to(FLOAT32)).to(data.dtype)

    return directly(fn, kernel)  # type: ignore[no-any-return]


def in_full_floats(name: str, kernel: Unary) -> Unary:
    """A kernel of several torch operations: float16 too is computed in float32, so that it is rounded once."""

    def fn(data: Tensor) -> Tensor:
        dtype = data.dtype
        if dtype is FLOAT32 or dtype is FLOAT64:
            return kernel(data)
        if dtype is BOOL:
            raise no_bool(name, data=data)
        return kernel(data.to(FLOAT32)).to(dtype)

    return directly(fn, kernel)  # type: ignore[no-any-return]


def in_doubles(name: str, kernel: Unary) -> Unary:
    """Like `in_floats`, but integers are computed in float64, as MXNet does for a few functions."""
    floats = in_floats(name, kernel)

    def fn(data: Tensor) -> Tensor:
        if data.is_floating_point() or data.dtype is BOOL:
            return floats(data)
        return kernel(data.to(FLOAT64)).to(data.dtype)

    return directly(fn, kernel)  # type: ignore[no-any-return]


def in_own_dtype(name: str, kernel: Unary) -> Unary:
    """A kernel that keeps every dtype by itself; only bool is refused."""

    def fn(data: Tensor) -> Tensor:
        if data.dtype is BOOL:
            raise no_bool(name, data=data)
        return kernel(data)

    return directly(fn, kernel)  # type: ignore[no-any-return]


def with_gradient(kernel: Unary, derivative: Unary, of_output: bool = False) -> Unary:
    """``kernel`` with a derivative of our own, a function of its input (or of its output).

    MXNet evaluates the derivative on the values that the saved array holds when backward runs, and so does this.
    """

    class Explicit(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, data: Tensor) -> Tensor:
            result = kernel(data)
            ctx.save_for_backward(result if of_output else data)
            return result

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            (saved,) = ctx.saved_tensors
            return grads[0] * derivative(saved)

    def fn(data: Tensor) -> Tensor:
        return apply(Explicit, data) if data.requires_grad else kernel(data)

    return fn


# ---- two arrays


def binary_with_gradient(kernel: Binary, left: Binary, right: Binary) -> Binary:
    """``kernel`` with derivatives of our own, functions of both inputs. Broadcasting is summed.

    Like MXNet's, a derivative is rounded to the dtype of the inputs before the head gradient multiplies it.
    """

    class Explicit(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, lhs: Tensor, rhs: Tensor) -> Tensor:
            ctx.save_for_backward(lhs, rhs)
            return kernel(lhs, rhs)

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            lhs, rhs = ctx.saved_tensors
            dtype = lhs.dtype
            a, b = (lhs, rhs) if dtype is FLOAT32 or dtype is FLOAT64 else (lhs.to(FLOAT32), rhs.to(FLOAT32))
            need_left, need_right = ctx.needs_input_grad
            return (
                (grads[0] * left(a, b).to(dtype)).sum_to_size(lhs.shape) if need_left else None,
                (grads[0] * right(a, b).to(dtype)).sum_to_size(rhs.shape) if need_right else None,
            )

    def fn(lhs: Tensor, rhs: Tensor) -> Tensor:
        if not (lhs.requires_grad or rhs.requires_grad):
            return kernel(lhs, rhs)
        if lhs.shape != rhs.shape:
            lhs, rhs = stretched_pair(lhs, rhs)
        return apply(Explicit, lhs, rhs)

    return fn


def single(value: float) -> float:
    """An attribute that MXNet keeps as float32, which shows when it meets float64 arrays."""
    return float(np.float32(value))


def comparison(kernel: Callable[..., Tensor]) -> Binary:
    """A comparison with 0 and 1 in the operands' dtype, as MXNet gives them.

    Where the shape of the result is known, torch writes it in that dtype at once, in place of a bool array and a cast.
    """
    empty_like = torch.empty_like

    def fn(lhs: Tensor, rhs: Tensor) -> Tensor:
        if (rhs.dim() == 0 or lhs.shape == rhs.shape) and not (lhs.requires_grad or rhs.requires_grad):
            return kernel(lhs, rhs, out=empty_like(lhs))
        return kernel(lhs, rhs).to(lhs.dtype)

    return fn


def broadcasting(name: str, kernel: Binary) -> Binary:
    """The definition of a ``broadcast_*`` operator: no bool; torch stretches the shapes."""

    def fn(lhs: Tensor, rhs: Tensor) -> Tensor:
        if lhs.dtype is BOOL:
            if not (lhs.numel() and rhs.numel()):  # MXNet looks at the dtype only when there is something to compute
                return lhs & rhs
            raise no_bool(name, lhs=lhs, rhs=rhs)
        if lhs.shape != rhs.shape and (lhs.requires_grad or rhs.requires_grad):
            lhs, rhs = stretched_pair(lhs, rhs)
        return kernel(lhs, rhs)

    return directly(fn, kernel)  # type: ignore[no-any-return]


def same_shape(name: str, kernel: Binary) -> Binary:
    """The definition of an ``elemwise_*`` operator: no bool, and no broadcasting."""

    def fn(lhs: Tensor, rhs: Tensor) -> Tensor:
        if lhs.shape != rhs.shape:
            raise op_error(name, "lhs and rhs must have the same shape", lhs=lhs, rhs=rhs)
        if lhs.dtype is BOOL:
            raise no_bool(name, lhs=lhs, rhs=rhs)
        return kernel(lhs, rhs)

    return fn


# ---- an array and a number

#: dtype -> number -> the number as a tensor without axes. torch works with such a tensor in a third of the time that it
#: takes with a Python number, and the cast to the array's dtype is MXNet's.
_NUMBERS: dict[torch.dtype, dict[float, Tensor]] = {
    dtype: {}
    for dtype in (
        torch.float32, torch.float64, torch.float16, torch.bfloat16,
        torch.int32, torch.int64, torch.int8, torch.uint8,
    )
}  # fmt: skip
_MOST_NUMBERS = 1024


def cast_number(dtype: torch.dtype, scalar: float) -> float:
    """``scalar`` as the C++ cast to an integer dtype gives it on x86: fraction cut, overflow wrapped or the minimum."""
    if dtype.is_floating_point:
        return scalar
    bits = 64 if dtype is torch.int64 else 32
    low = -(2 ** (bits - 1))
    whole = math.trunc(scalar) if math.isfinite(scalar) else low
    if not low <= whole < -low:
        whole = low
    if dtype is torch.int8:
        return (whole + 128) % 256 - 128
    return whole % 256 if dtype is torch.uint8 else whole


def _make_number(dtype: torch.dtype, scalar: float) -> Tensor:
    with torch.inference_mode(False):
        number = torch.tensor(cast_number(dtype, scalar), dtype=dtype, device="cpu")
    known = _NUMBERS[dtype]
    # Zero is not kept because -0.0 is the same key, NaN because it never is; nor a tensor of a tracing mode.
    if scalar and scalar == scalar and type(number) is Tensor:
        if len(known) >= _MOST_NUMBERS:
            known.clear()
        known[scalar] = number
    return number


_ZEROS = {dtype: torch.zeros((), dtype=dtype, device="cpu") for dtype in _NUMBERS}
_NEGATIVE_ZEROS = {dtype: torch.tensor(-0.0, device="cpu").to(dtype) for dtype in _NUMBERS}


def number(dtype: torch.dtype, scalar: float) -> Tensor:
    """``scalar`` as a tensor without axes of ``dtype``, with MXNet's cast."""
    if not scalar:
        return (_ZEROS if math.copysign(1.0, scalar) > 0 else _NEGATIVE_ZEROS)[dtype]
    found = _NUMBERS[dtype].get(scalar)
    return _make_number(dtype, scalar) if found is None else found


def widened(data: Tensor, is_int: bool) -> Tensor:
    """The array as scalar operators compute it: bool becomes int64; with a fractional number, integers float64."""
    if data.is_floating_point() or (is_int and data.dtype is not BOOL):
        return data
    return data.to(torch.int64 if is_int else FLOAT64)


def scalar_signature(data: Tensor, scalar: float = 1.0, is_int: bool = True) -> Tensor:
    """Signature of the operators of an array and a number."""
    raise NotImplementedError("only its signature is used")


def with_number(kernel: Binary) -> Callable[..., Tensor]:
    """The definition of a ``*_scalar`` operator from a kernel of the array and the number as a tensor."""
    numbers = _NUMBERS

    def fn(data: Tensor, scalar: float = 1.0, is_int: bool = True) -> Tensor:
        if is_int and scalar:
            known = numbers.get(data.dtype)
            if known is not None:
                found = known.get(scalar)
                if found is not None:
                    return kernel(data, found)
        data = widened(data, is_int)
        return kernel(data, number(data.dtype, scalar))

    return fn
