"""Operators that join arrays, repeat them, or split them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import torch
from torch import Tensor

from ..._core.state import THREAD
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ._kernels import no_bool, whole_axis

# Fresh contiguous parts in one call. (torch's stubs say that these return None.)
_Parts = Callable[[Tensor, Any, int], tuple[Tensor, ...]]
_split: _Parts = torch.split_copy  # type: ignore[assignment]
_split_sizes: _Parts = torch.split_with_sizes_copy  # type: ignore[assignment]
_unbind: Callable[[Tensor, int], tuple[Tensor, ...]] = torch.unbind_copy  # type: ignore[assignment]


def short_concat(ndim: int, dim: int | None) -> Callable[[list[Tensor]], Tensor] | None:
    """The shortcut of joining arrays along an axis."""
    if dim is None:
        return None

    def join(tensors: list[Tensor]) -> Tensor:
        for tensor in tensors:
            if tensor.dim() != ndim:  # torch lets arrays of shape (0,) pass among any others
                raise ValueError("different numbers of axes")
        return torch.cat(tensors, dim)

    return join


def short_stack(ndim: int, axis: int) -> Callable[[list[Tensor]], Tensor]:
    """The shortcut of joining arrays along a new axis."""
    return lambda tensors: torch.stack(tensors, axis)


@operator("Concat", aliases=("concat", "_sparse_concat"), num_args="num_args", same_dtype=True, shortcut=short_concat)
def concat(*data: Tensor, dim: int = 1) -> Tensor:
    """Join arrays along an axis that they have.

    Args:
        data: at least one array; one dtype (not bool), and one shape apart from ``dim``.
        dim: the axis, negative from the back.

    Returns:
        The joined array, same dtype.

    Raises:
        MXNetError: no array, different dtypes, shapes that do not fit, an axis out of range, bool data.

    Source: MXNet 1.9.1 src/operator/nn/concat.cc.
    """
    if data[0].dtype is torch.bool:
        no_bool("Concat", data[0])
    return torch.cat(data, dim)


@operator("_rnn_param_concat", aliases=("_npi_rnn_param_concat",), num_args="num_args", same_dtype=True)
def _rnn_param_concat(*data: Tensor, dim: int = 1) -> Tensor:
    """Join the parameters of a recurrent layer: `Concat` whose unknown parameter shapes can be inferred.

    Args:
        data: at least one array; one dtype, and one shape apart from ``dim``.
        dim: the axis, negative from the back.

    Returns:
        The joined array, same dtype.

    Raises:
        MXNetError: no array, different dtypes, shapes that do not fit, an axis out of range.

    Source: MXNet 1.9.1 src/operator/nn/concat.cc.
    """
    no_bool("_rnn_param_concat", data[0])
    return torch.cat(data, dim)


@operator("stack", num_args="num_args", same_dtype=True, shortcut=short_stack)
def stack(*data: Tensor, axis: int = 0) -> Tensor:
    """Join arrays along a new axis.

    Args:
        data: at least one array; one dtype and one number of elements. All are taken in the shape of the first.
        axis: where the new axis comes, negative from the back.

    Returns:
        The joined array with one dimension more, same dtype.

    Raises:
        MXNetError: no array, different dtypes or numbers of elements, an axis out of range.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    try:
        return torch.stack(data, axis)
    except RuntimeError:
        first = data[0]
        if all(other.shape == first.shape for other in data):
            raise
    for i, other in enumerate(data):
        if other.numel() != first.numel():
            shown = {"arg0": first, f"arg{i}": other}
            raise op_error("stack", f"arg{i} must have as many elements as arg0", **shown)
    return torch.stack([other.reshape(first.shape) for other in data], axis)


def _split_shape(attrs: dict[str, Any]) -> int:
    return attrs["sections"] if attrs["sections"] > 0 else len(attrs["indices"])


@operator("SliceChannel", aliases=("split",), outputs=lambda attrs: attrs["num_outputs"])
def split(
    data: Tensor,
    num_outputs: Annotated[int, Range(1, None)] = REQUIRED,
    axis: int = 1,
    squeeze_axis: bool = False,
) -> tuple[Tensor, ...]:
    """Cut an array into equal parts.

    Args:
        data: any dtype but bool.
        num_outputs: number of parts; it divides the size of the axis.
        axis: the axis to cut, negative from the back.
        squeeze_axis: drop the axis; each part must then have size one there.

    Returns:
        The parts (a list of arrays; one array if ``num_outputs`` is one), same dtype.

    Raises:
        MXNetError: parts that are not equal, an axis out of range, bool data.

    Source: MXNet 1.9.1 src/operator/slice_channel.cc.
    """
    if data.dtype is torch.bool:
        no_bool("SliceChannel", data)
    size = data.shape[whole_axis("SliceChannel", "axis", axis, data)]
    if squeeze_axis:
        if size != num_outputs:
            text = f"with squeeze_axis the axis {axis} must have size num_outputs={num_outputs}"
            raise op_error("SliceChannel", text, data=data)
        return _unbind(data, axis)
    if size % num_outputs:
        raise op_error("SliceChannel", f"num_outputs={num_outputs} must divide the size of axis {axis}", data=data)
    return _split(data, size // num_outputs, axis)


@operator("_split_v2", aliases=("_npi_split",), outputs=_split_shape)
def _split_v2(
    data: Tensor,
    indices: tuple[int, ...] = REQUIRED,
    axis: int = 1,
    squeeze_axis: bool = False,
    sections: int = 0,
) -> tuple[Tensor, ...]:
    """Cut an array at given places.

    Args:
        data: any dtype.
        indices: where each part begins; the first is 0, none is smaller than the one before.
        axis: the axis to cut, negative from the back.
        squeeze_axis: drop the axis; each part must then have size one there.
        sections: if positive, the number of nearly equal parts; ``indices`` is not used then.

    Returns:
        The parts (a list of arrays; one array if there is one part), same dtype. Parts may be empty.

    Raises:
        MXNetError: places that are out of order or out of range, an axis out of range.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    size = data.shape[whole_axis("_split_v2", "axis", axis, data)]
    if sections > 0:
        part, larger = divmod(size, sections)
        sizes = [part + 1] * larger + [part] * (sections - larger)
    else:
        if not size and THREAD.np_shape:  # of nothing, every part is nothing
            indices = (0,) * len(indices)
        ends = (*indices[1:], size)
        sizes = [end - begin for begin, end in zip(indices, ends, strict=False)]
        if not sizes or indices[0] != 0 or min(sizes) < 0:
            text = f"indices={indices} must start with 0 and not decrease, up to the size of axis {axis}"
            raise op_error("_split_v2", text, data=data)
    if squeeze_axis:
        if sizes.count(1) != len(sizes):
            raise op_error("_split_v2", f"with squeeze_axis each part must have size one, not {sizes}", data=data)
        return _unbind(data, axis)
    return _split_sizes(data, sizes, axis)


@operator("tile", aliases=("_npi_tile",))
def tile(data: Tensor, reps: tuple[int, ...] = REQUIRED) -> Tensor:
    """Repeat a whole array along its axes.

    Args:
        data: any dtype.
        reps: how often along each axis, counted from the last; more entries than axes add axes in front.

    Returns:
        The repeated array, same dtype.

    Raises:
        MXNetError: an entry of ``reps`` below one.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    if not reps:
        return data.clone()
    if min(reps) < (0 if THREAD.np_shape else 1):
        raise op_error("tile", f"reps={reps} must be positive", data=data)
    return data.repeat(reps) if len(reps) >= data.dim() else torch.tile(data, reps)


@operator("repeat", aliases=("_np_repeat",))
def repeat(data: Tensor, repeats: int = REQUIRED, axis: int | None = None) -> Tensor:
    """Repeat each element.

    Args:
        data: any dtype.
        repeats: how often, not negative.
        axis: the axis, negative from the back; None repeats the flattened array.

    Returns:
        The repeated array, same dtype. Shape ``(0,)`` if ``repeats`` is zero, whatever the axis.

    Raises:
        MXNetError: negative ``repeats``, an axis out of range.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    if repeats < 0:
        raise op_error("repeat", f"repeats={repeats} must not be negative", data=data)
    if axis is not None:
        whole_axis("repeat", "axis", axis, data)
    if repeats == 0:
        return data.reshape(-1)[:0].clone()
    return torch.repeat_interleave(data, repeats, axis)
