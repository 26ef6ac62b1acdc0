"""Operators that make arrays: zeros, ones, a number, ranges, the identity matrix."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import torch
from torch import Tensor

from ..._core.context import Context, current_context
from ..._core.dtypes import TORCH_OF_FLAG
from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ..elemwise._kernels import cast_number

RangeType = Annotated[torch.dtype, "bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8"]
EyeType = Annotated[torch.dtype, "float16", "float32", "float64", "int32", "int64", "int8", "uint8"]
_LARGEST_EXACT = 2**24


def device_of(ctx: Context | None) -> torch.device:
    """The torch device of a context; of the current one for None."""
    return (current_context() if ctx is None else ctx).torch_device


def _known(name: str, shape: tuple[int, ...] | None) -> tuple[int, ...]:
    if not shape or min(shape) <= 0:
        raise MXNetError(f"{name}: shape must have one or more axes of positive length, got shape={shape}")
    return shape


@operator("_zeros")
def zeros(shape: tuple[int, ...] = (), ctx: Context | None = None, dtype: torch.dtype = torch.float32) -> Tensor:
    """An array of zeros.

    Args:
        shape: positive lengths of the axes.
        ctx: where; None is the current context.
        dtype: any.

    Returns:
        The array.

    Raises:
        MXNetError: an empty shape, or a length that is not positive.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    return torch.zeros(_known("_zeros", shape), dtype=dtype, device=device_of(ctx))


@operator("_ones")
def ones(shape: tuple[int, ...] = (), ctx: Context | None = None, dtype: torch.dtype = torch.float32) -> Tensor:
    """An array of ones.

    Args:
        shape: positive lengths of the axes.
        ctx: where; None is the current context.
        dtype: any.

    Returns:
        The array.

    Raises:
        MXNetError: an empty shape, or a length that is not positive.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    return torch.ones(_known("_ones", shape), dtype=dtype, device=device_of(ctx))


@operator("_full", aliases=("_npi_full",))
def full(
    shape: tuple[int, ...] | None = None,
    ctx: Context | None = None,
    dtype: torch.dtype = torch.float32,
    value: float = REQUIRED,
) -> Tensor:
    """An array filled with a number.

    Args:
        shape: positive lengths of the axes.
        ctx: where; None is the current context.
        dtype: any.
        value: the number, cast to ``dtype``: for integers the fraction is cut off, and 300 is 44 as uint8.

    Returns:
        The array.

    Raises:
        MXNetError: an empty shape, or a length that is not positive.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    lengths, device = _known("_full", shape), device_of(ctx)
    if dtype is torch.bool:
        return torch.full(lengths, value != 0, dtype=dtype, device=device)
    if dtype.is_floating_point and abs(value) > torch.finfo(dtype).max:
        value = math.copysign(math.inf, value)
    return torch.full(lengths, cast_number(dtype, value), dtype=dtype, device=device)


@operator("_zeros_without_dtype")
def zeros_without_dtype(shape: tuple[int, ...] | None = None, ctx: Context | None = None, dtype: int = -1) -> Tensor:
    """An array of zeros whose dtype is given by MXNet's number for it.

    Args:
        shape: positive lengths of the axes.
        ctx: where; None is the current context.
        dtype: 0 float32, 1 float64, 2 float16, 3 uint8, 4 int32, 5 int8, 6 int64, 7 bool, 12 bfloat16. The default
            -1 is "to be inferred", which only a symbol can do.

    Returns:
        The array.

    Raises:
        MXNetError: an empty shape, a length that is not positive, or a dtype that is not one of these numbers.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    if dtype not in TORCH_OF_FLAG:
        raise MXNetError(f"_zeros_without_dtype: Unknown type enum {dtype}, legal are {sorted(TORCH_OF_FLAG)}")
    return torch.zeros(_known("_zeros_without_dtype", shape), dtype=TORCH_OF_FLAG[dtype], device=device_of(ctx))


def progression(count: int, start: float, step: float, repeat: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """``start + (i // repeat) * step`` for i below ``count``, computed in ``dtype``."""
    first, by = float(cast_number(dtype, start)), float(cast_number(dtype, step))
    if repeat == 1 and first.is_integer() and by.is_integer() and abs(first) + count * abs(by) < _LARGEST_EXACT:
        if by == 0:
            return torch.full((count,), int(first), dtype=dtype, device=device)
        return torch.arange(int(first), int(first) + count * int(by), int(by), device=device).to(dtype)
    index = torch.arange(count, device=device)
    if repeat != 1:
        index = index.div(repeat, rounding_mode="floor")
    if not dtype.is_floating_point:
        return (index * int(by) + int(first)).to(dtype)
    wide = torch.float64 if dtype is torch.float64 else torch.float32
    return (index.to(wide) * by + first).to(dtype)


@operator("_arange")
def arange(
    start: float = REQUIRED,
    stop: float | None = None,
    step: float = 1.0,
    repeat: int = 1,
    infer_range: bool = False,
    ctx: Context | None = None,
    dtype: RangeType = torch.float32,
) -> Tensor:
    """Evenly spaced numbers from ``start`` up to but not including ``stop``.

    Args:
        start: the first number; the end, if ``stop`` is None.
        stop: the end.
        step: the distance, not 0.
        repeat: how often each number comes, at least 1.
        infer_range: take the length from the place of use, which only a symbol can do.
        ctx: where; None is the current context.
        dtype: of the result; for integers ``start`` and ``step`` lose their fractions, the length does not change.

    Returns:
        The array, of one axis.

    Raises:
        MXNetError: ``step`` is 0 or leads away from ``stop``, ``repeat`` is below 1, or the length is to be inferred.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    if stop is None:
        if infer_range:
            raise MXNetError("_arange: infer_range=True without stop has no length outside of a symbol")
        start, stop = 0.0, start
    if step == 0:
        raise MXNetError(f"_arange: Range does not support step=0, received {step}")
    if repeat < 1:
        raise MXNetError(f"_arange: Range only supports repeat > 0, received {repeat}")
    if not (start < stop if step > 0 else start > stop):
        raise MXNetError(f"_arange: Invalid range (start, stop, step) = ({start:g},{stop:g},{step:g})")
    count = math.ceil((stop - start) / step) * repeat
    return progression(count, start, step, repeat, dtype, device_of(ctx))


@operator("_linspace", aliases=("_npi_linspace",))
def linspace(
    start: float = REQUIRED,
    stop: float = REQUIRED,
    num: int = REQUIRED,
    endpoint: bool = True,
    ctx: Context | None = None,
    dtype: RangeType = torch.float32,
) -> Tensor:
    """``num`` evenly spaced numbers from ``start`` to ``stop``.

    Args:
        start: the first number.
        stop: the last one, or with ``endpoint=False`` the one after the last.
        num: how many, not negative.
        endpoint: whether ``stop`` is included.
        ctx: where; None is the current context.
        dtype: of the result; computed in float64, then cast.

    Returns:
        The array, of one axis.

    Raises:
        MXNetError: ``num`` is negative.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    if num < 0:
        raise MXNetError(f"_linspace: Number of sequence should be non-negative, received {num}")
    gaps = num - 1 if endpoint else num
    step = (stop - start) / gaps if gaps > 0 else 0.0
    values = torch.arange(num, dtype=torch.float64, device=device_of(ctx)) * step + start
    return values.to(dtype)


@operator("_eye")
def eye(
    N: int = REQUIRED, M: int = 0, k: int = 0, ctx: Context | None = None, dtype: EyeType = torch.float32
) -> Tensor:
    """A matrix with ones on a diagonal.

    Args:
        N: number of rows, not negative.
        M: number of columns; 0 for as many as rows.
        k: the diagonal: 0 the main one, positive above, negative below.
        ctx: where; None is the current context.
        dtype: of the result.

    Returns:
        The matrix, of shape (N, M).

    Raises:
        MXNetError: a negative size.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    columns = M if M > 0 else N
    if N < 0 or M < 0:
        raise MXNetError(f"_eye: sizes cannot be negative, received N={N}, M={M}")
    result = torch.zeros((N, columns), dtype=dtype, device=device_of(ctx))
    if -N < k < columns:
        result.diagonal(k).fill_(1)
    return result


@operator("_contrib_arange_like", aliases=("_npx_arange_like",), zero_grad=True)
def arange_like(
    data: Tensor,
    start: float = 0.0,
    step: float = 1.0,
    repeat: int = 1,
    ctx: Context | None = None,
    axis: int | None = None,
) -> Tensor:
    """Evenly spaced numbers, as many as an array has elements (or entries along one axis).

    Args:
        data: the array to count.
        start: the first number.
        step: the distance; computed in the dtype of ``data``, for integers and float16 both are cut to integers.
        repeat: how often each number comes, not 0 (negative counts down).
        ctx: accepted for the signature; the result is where ``data`` is, as in MXNet.
        axis: count along this axis; None counts all elements and gives the shape of ``data``.

    Returns:
        An array of the dtype of ``data``, of its shape or of one axis.

    Raises:
        MXNetError: no such axis, ``repeat`` is 0 (which ends the process in the original), bool data.

    Source: MXNet 1.9.1 src/operator/tensor/init_op.cc.
    """
    if data.dtype is torch.bool:
        raise MXNetError("_contrib_arange_like: arrays of bool are not supported")
    if repeat == 0:
        raise MXNetError("_contrib_arange_like: repeat must not be 0")
    if axis is not None and not -data.dim() <= axis < data.dim():
        raise MXNetError(f"_contrib_arange_like: axis={axis} is not an axis of data {tuple(data.shape)}")
    places = torch.arange(data.numel() if axis is None else data.shape[axis], device=data.device)
    if repeat != 1:
        places = torch.div(places, repeat, rounding_mode="trunc")
    if data.dtype in (torch.float32, torch.float64):
        places = places.to(data.dtype)
    else:
        start, step = int(start), int(step)
    values = (places * step + start).to(data.dtype)
    return values.reshape(data.shape) if axis is None else values


@operator("_set_value", writes_out=True)
def set_value(src: float = REQUIRED, *, out: Tensor | None = None) -> Tensor:
    """Write one number into every element of ``out``.

    Args:
        src: the number, taken as a float32; cut towards zero for an integer array.
        out: the array to write to.

    Returns:
        ``out``.

    Raises:
        MXNetError: no ``out``.

    Source: MXNet 1.9.1 src/ndarray/ndarray.cc, SetValueOp.
    """
    if out is None:
        raise MXNetError("_set_value: out must be given: the array to write to")
    return out.fill_(cast_number(out.dtype, float(np.float32(src))))
