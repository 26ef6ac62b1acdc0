"""Operators on batches of sequences of different lengths."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ..shape._kernels import no_bool
from ._indices import c_number, can_look, on_host, whole


def _inputs(attributes: dict[str, Any]) -> tuple[str, ...]:
    return ("data", "sequence_length") if attributes["use_sequence_length"] else ("data",)


def _check(name: str, data: Tensor, lengths: Tensor | None, use: bool, axis: int, last: int, rank: int) -> None:
    no_bool(name, data)
    if not 0 <= axis <= last:
        raise op_error(name, f"axis={axis} must be {'0 or 1' if last else '0'}", data=data)
    if use == (lengths is None):
        needed = "needs" if use else "takes no"
        raise op_error(name, f"use_sequence_length={use} {needed} sequence_length", data=data)
    if data.dim() < rank:
        raise op_error(name, f"data must have at least {rank} axes", data=data)
    if lengths is not None:
        no_bool(name, lengths)
        if tuple(lengths.shape) != (data.shape[1 - axis],):
            raise op_error(
                name, f"sequence_length must have shape ({data.shape[1 - axis]},)", data=data, sequence_length=lengths
            )


#: elements of a time step from which filling whole steps is cheaper than asking a mask for each element
_ROW = 16


class _Filled(torch.autograd.Function):
    """A copy with the steps behind the ends filled: whole steps at once, not element by element."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, lengths: Tensor, value: float, axis: int) -> Tensor:
        time, ends = np.arange(data.shape[axis]), lengths.numpy()
        ctx.behind = time[:, None] >= ends if axis == 0 else time >= ends[:, None]
        return _fill(data, ctx.behind, value)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        if grads[0].requires_grad:  # to be differentiated again
            behind = torch.from_numpy(ctx.behind)
            shape = behind.shape + (1,) * (grads[0].dim() - 2)
            return grads[0].masked_fill(behind.view(shape), 0), None, None, None
        return _fill(grads[0], ctx.behind, 0), None, None, None


def _fill(data: Tensor, behind: npt.NDArray[np.bool_], value: float) -> Tensor:
    result = data.detach().clone(memory_format=torch.contiguous_format)
    result.numpy()[behind] = value
    return result


@operator("SequenceMask", aliases=("_npx_sequence_mask",), view=True, list_inputs=_inputs)
def sequence_mask(
    data: Tensor,
    sequence_length: Tensor | None = None,
    use_sequence_length: bool = False,
    value: float = 0.0,
    axis: int = 0,
) -> Tensor:
    """Overwrite what lies behind the end of each sequence.

    Args:
        data: time and batch in the first two axes.
        sequence_length: length of each sequence of the batch; fractions are cut off.
        use_sequence_length: whether lengths are given; without them all elements are kept.
        value: what is written behind the end.
        axis: the time axis, 0 or 1.

    Returns:
        An array like ``data``.

    Raises:
        MXNetError: lengths of another count, or given without ``use_sequence_length``; another axis.

    Differences: a length outside of ``[0, T]`` counts as the nearer end; MXNet 1.9.1 writes to other memory.

    Source: MXNet 1.9.1 src/operator/sequence_mask-inl.h.
    """
    _check("SequenceMask", data, sequence_length, use_sequence_length, axis, 1, 2 if use_sequence_length else 1)
    if sequence_length is None:
        return data
    lengths = whole(sequence_length)
    number = c_number(value, data.dtype)
    row = data.numel() // max(1, data.shape[0] * data.shape[1])
    if row >= _ROW and data.dtype is not torch.bfloat16 and can_look(data) and on_host(data):
        filled: Tensor = _Filled.apply(data, lengths, number, axis)  # type: ignore[no-untyped-call]
        return filled
    behind = torch.arange(data.shape[axis], device=data.device) >= lengths.unsqueeze(1)
    if axis == 0:
        behind = behind.t()
    return data.masked_fill(behind.reshape(behind.shape + (1,) * (data.dim() - 2)), number)


@operator("SequenceLast", view=True, list_inputs=_inputs)
def sequence_last(
    data: Tensor, sequence_length: Tensor | None = None, use_sequence_length: bool = False, axis: int = 0
) -> Tensor:
    """The last element of each sequence.

    Args:
        data: time and batch in the first two axes.
        sequence_length: length of each sequence of the batch, at least 1; fractions are cut off.
        use_sequence_length: whether lengths are given; without them the last time step is taken.
        axis: the time axis, 0 or 1.

    Returns:
        An array without the time axis, in the dtype of ``data``.

    Raises:
        MXNetError: lengths of another count, or given without ``use_sequence_length``; another axis.

    Differences: a length outside of ``[1, T]`` counts as the nearer end; MXNet 1.9.1 reads other memory. Without
        lengths the gradient is right; MXNet 1.9.1 computes it with uninitialized lengths.

    Source: MXNet 1.9.1 src/operator/sequence_last-inl.h.
    """
    _check("SequenceLast", data, sequence_length, use_sequence_length, axis, 1, 2)
    if sequence_length is None:
        return data.select(axis, -1)
    at = (whole(sequence_length) - 1).clamp(0, data.shape[axis] - 1)
    batch = torch.arange(data.shape[1 - axis], device=data.device)
    return data[at, batch] if axis == 0 else data[batch, at]


@operator("SequenceReverse", list_inputs=_inputs)
def sequence_reverse(
    data: Tensor, sequence_length: Tensor | None = None, use_sequence_length: bool = False, axis: int = 0
) -> Tensor:
    """Reverse each sequence; what lies behind its end stays.

    Args:
        data: time in the first axis, batch in the second.
        sequence_length: length of each sequence of the batch; fractions are cut off.
        use_sequence_length: whether lengths are given; without them the whole time axis is reversed.
        axis: the time axis: 0.

    Returns:
        An array like ``data``.

    Raises:
        MXNetError: lengths of another count, or given without ``use_sequence_length``; another axis.

    Differences: a length outside of ``[0, T]`` counts as the nearer end; MXNet 1.9.1 reads other memory.

    Source: MXNet 1.9.1 src/operator/sequence_reverse-inl.h.
    """
    _check("SequenceReverse", data, sequence_length, use_sequence_length, axis, 0, 2)
    if sequence_length is None:
        return data.flip(0)
    time = torch.arange(data.shape[0], device=data.device).unsqueeze(1)
    lengths = whole(sequence_length).clamp(0, data.shape[0])
    source = torch.where(time < lengths, lengths - 1 - time, time)
    return data[source, torch.arange(data.shape[1], device=data.device)]
