"""Operators that cut ranges out of arrays, or write to them."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._kernels import no_bool, number_for, shaped_like, whole_axis

Bounds = tuple[int | None, ...] | None


@lru_cache(maxsize=1024)
def _region(
    name: str, shape: torch.Size, begin: Bounds, end: Bounds, step: Bounds
) -> tuple[tuple[slice, ...], tuple[int, ...]]:
    """The slices of an array that a range covers, steps positive, and the axes that are read backwards.

    An empty or impossible range has size zero; bounds behind the array are clipped. Source: MXNet 1.9.1
    src/operator/tensor/matrix_op-inl.h.
    """
    if (begin is None) != (end is None) or len(begin or ()) != len(end or ()):
        raise op_error(name, f"begin={begin} and end={end} must have the same length")
    if begin is None or end is None:
        return (), ()
    if step and len(step) != len(begin):
        raise op_error(name, f"step={step} and begin={begin} must have the same length")
    if len(begin) > len(shape):
        raise op_error(name, f"begin={begin} has more entries than data of shape {tuple(shape)} has dimensions")
    slices = []
    backwards = []
    for i, (first, last, size) in enumerate(zip(begin, end, shape, strict=False)):
        stride = step[i] if step else 1
        if stride is None or stride > 0:
            slices.append(slice(first, last, stride))
        elif stride == 0:
            raise op_error(name, f"step[{i}] must not be 0")
        else:
            places = range(size)[first:last:stride]
            backwards.append(i)
            slices.append(slice(places[-1], places[0] + 1, -stride) if places else slice(0, 0))
    return tuple(slices), tuple(backwards)


@operator("slice", aliases=("crop", "_sparse_slice", "_npi_slice", "_npx_slice"), view=True)
def slice_(
    data: Tensor,
    begin: tuple[int | None, ...] | None = REQUIRED,
    end: tuple[int | None, ...] | None = REQUIRED,
    step: tuple[int | None, ...] | None = (),
) -> Tensor:
    """Cut a range out of the first axes.

    Args:
        data: any dtype.
        begin: first place of each axis, negative from the back, None for the start.
        end: place behind the last one of each axis, None for the end; as many as ``begin``.
        step: distance of two places, negative to read backwards, None for 1; as many as ``begin``, or empty.

    Returns:
        The range, same dtype. Bounds outside of the array are clipped; it may be empty.

    Raises:
        MXNetError: different lengths, more entries than dimensions, a step of zero.

    Differences: a negative ``begin`` before the start fails on some builds of the original for float32.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    slices, backwards = _region("slice", data.shape, begin, end, step)
    result = data[slices]
    return result.flip(backwards) if backwards else result


@operator("slice_axis")
def slice_axis(data: Tensor, axis: int = REQUIRED, begin: int = REQUIRED, end: int | None = REQUIRED) -> Tensor:
    """Cut a range out of one axis.

    Args:
        data: any dtype but bool.
        axis: the axis, negative from the back.
        begin: first place, negative from the back.
        end: place behind the last one, negative from the back; None is the end of the axis.

    Returns:
        The range, same dtype; it is never empty.

    Raises:
        MXNetError: an axis out of range, an empty range, bounds outside of the array, bool data.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    if data.dtype is torch.bool:
        no_bool("slice_axis", data)
    size = data.shape[whole_axis("slice_axis", "axis", axis, data)]
    first = begin + size if begin < 0 else begin
    last = size if end is None else end + size if end < 0 else end
    if not 0 <= first < last <= size:
        raise op_error("slice_axis", f"begin={begin}, end={end} is no range of axis {axis} of size {size}", data=data)
    return torch.narrow_copy(data, axis, first, last - first)


@operator("slice_like", view=True)
def slice_like(data: Tensor, shape_like: Tensor, axes: tuple[int, ...] = ()) -> Tensor:
    """Cut an array to the size of another one, from the start.

    Args:
        data: any dtype but bool.
        shape_like: any dtype; only its shape is used, its gradient is zero.
        axes: the axes to cut, negative from the back of ``data``; empty cuts all, for arrays of one rank.

    Returns:
        The first part of ``data``, same dtype.

    Raises:
        MXNetError: different ranks, an axis that one of them lacks, a size larger than that of ``data``.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    no_bool("slice_like", data)
    rank, like = data.dim(), shape_like.shape
    if not axes and rank != len(like):
        text = "without axes data and shape_like must have as many dimensions"
        raise op_error("slice_like", text, data=data, shape_like=shape_like)
    slices = [slice(None)] * rank
    for axis in axes or range(rank):
        place = axis + rank if axis < 0 else axis
        if not 0 <= place < min(rank, len(like)):
            text = f"axes={axes}: both inputs must have axis {axis}"
            raise op_error("slice_like", text, data=data, shape_like=shape_like)
        if like[place] > data.shape[place]:
            text = f"shape_like must not be larger than data on axis {place}"
            raise op_error("slice_like", text, data=data, shape_like=shape_like)
        slices[place] = slice(0, like[place])
    return shaped_like(data[tuple(slices)], shape_like)


@operator("_slice_assign", aliases=("_crop_assign", "_npi_slice_assign"), same_dtype=True)
def _slice_assign(
    lhs: Tensor,
    rhs: Tensor,
    begin: tuple[int | None, ...] | None = REQUIRED,
    end: tuple[int | None, ...] | None = REQUIRED,
    step: tuple[int | None, ...] | None = (),
) -> Tensor:
    """A copy of an array with a range replaced.

    Args:
        lhs: any dtype but bool.
        rhs: the new values: dtype of ``lhs``, exactly the shape of the range.
        begin: first place of each axis; see `slice`.
        end: place behind the last one of each axis.
        step: distance of two places.

    Returns:
        The changed copy, dtype of ``lhs``. The replaced elements of ``lhs`` get a gradient of zero.

    Raises:
        MXNetError: different dtypes, ``rhs`` of another shape, illegal ranges.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    no_bool("_slice_assign", lhs)
    slices, backwards = _region("_slice_assign", lhs.shape, begin, end, step)
    result = lhs.clone()
    target = result[slices]
    if target.shape != rhs.shape:
        raise op_error("_slice_assign", f"rhs must have shape {tuple(target.shape)}", lhs=lhs, rhs=rhs)
    result[slices] = rhs.flip(backwards) if backwards else rhs
    return result


@operator("_slice_assign_scalar", aliases=("_crop_assign_scalar", "_npi_slice_assign_scalar"))
def _slice_assign_scalar(
    data: Tensor,
    scalar: float = 0.0,
    begin: tuple[int | None, ...] | None = REQUIRED,
    end: tuple[int | None, ...] | None = REQUIRED,
    step: tuple[int | None, ...] | None = (),
) -> Tensor:
    """A copy of an array with a number written to a range.

    Args:
        data: any dtype but bool.
        scalar: the number, cast to the dtype of ``data``.
        begin: first place of each axis; see `slice`.
        end: place behind the last one of each axis.
        step: distance of two places.

    Returns:
        The changed copy, same dtype. The replaced elements get a gradient of zero.

    Raises:
        MXNetError: illegal ranges, bool data.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    no_bool("_slice_assign_scalar", data)
    slices, _ = _region("_slice_assign_scalar", data.shape, begin, end, step)
    result = data.clone()
    result[slices] = number_for(data, scalar)
    return result


@operator("Crop", num_args="num_args", view=True)
def crop(
    *data: Tensor,
    offset: tuple[int, ...] = (0, 0),
    h_w: tuple[int, ...] = (0, 0),
    center_crop: bool = False,
) -> Tensor:
    """Cut a window out of the planes of a batch of images.

    Args:
        data: one array ``(n, c, h, w)``, float32, or two: the second gives height and width; its gradient is zero.
        offset: upper left corner of the window.
        h_w: height and width of the window, for one input.
        center_crop: take the window in the middle; ``offset`` is not used then.

    Returns:
        ``(n, c, height, width)``, same dtype.

    Raises:
        MXNetError: another number of inputs, rank or dtype, a window that is empty or not inside.

    Source: MXNet 1.9.1 src/operator/crop.cc.
    """
    first = data[0]
    shown = {"data": first} if len(data) == 1 else {"data": first, "crop_like": data[1]}
    if len(data) > 2:
        raise op_error("Crop", f"data must be one or two arrays, not {len(data)}")
    for each in data:
        if each.dim() != 4 or each.dtype is not torch.float32:
            raise op_error("Crop", "data must be float32 with 4 dimensions (batch, channel, height, width)", **shown)
    size = tuple(data[1].shape[2:]) if len(data) == 2 else h_w
    space = [have - want for have, want in zip(first.shape[2:], size, strict=False)]
    if len(size) != 2 or min(size) < 1 or min(space) < 0:
        raise op_error("Crop", f"the window {size} of h_w or crop_like must fit into data", **shown)
    if center_crop:
        corner = tuple([s // 2 for s in space])
    elif len(offset) == 2 and all(0 <= o <= s for o, s in zip(offset, space, strict=True)):
        corner = offset
    else:
        raise op_error("Crop", f"offset={offset} with a window {size} must stay inside of data", **shown)
    result = first[:, :, corner[0] : corner[0] + size[0], corner[1] : corner[1] + size[1]]
    return shaped_like(result, data[1]) if len(data) == 2 else result
