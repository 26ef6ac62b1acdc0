"""softmax, log_softmax and softmin along one axis."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ..._core.state import THREAD
from ...registry import operator
from ...registry.operator import op_error
from ..contrib._graph import also_reads

FloatType = Annotated[torch.dtype, "float16", "float32", "float64"]


def _prepared(name: str, data: Tensor, axis: int, temperature: float | None) -> Tensor:
    if not data.is_floating_point():
        raise op_error(name, "data must have a floating dtype", data=data)
    if not -data.dim() <= axis < data.dim() and (data.dim() or axis not in (-1, 0) or not THREAD.np_shape):
        raise op_error(name, f"axis={axis} is not an axis of data", data=data)
    return data if temperature is None or temperature == 1.0 else data / temperature


def _finish(result: Tensor, dtype: torch.dtype | None) -> Tensor:
    return result if dtype is None or result.dtype is dtype else result.to(dtype)


def _beyond(name: str, data: Tensor, length: Tensor | None, axis: int) -> Tensor:
    """The mask of the elements that lie beyond ``length`` on ``axis``."""
    if length is None:
        raise MXNetError(f"{name}: use_length=True needs the input length")
    if length.requires_grad:  # what stands for an integer variable in the graph
        length = length.detach().long()
    if length.dtype not in (torch.int32, torch.int64):
        raise op_error(name, "length must be int32 or int64", length=length)
    axis %= data.dim()
    expected = data.shape[:axis] + data.shape[axis + 1 :]
    if length.shape != expected:
        raise op_error(name, f"length must have the shape {tuple(expected)} of data without axis {axis}", length=length)
    places = torch.arange(data.shape[axis], device=data.device).reshape((-1,) + (1,) * (data.dim() - 1 - axis))
    return places >= length.unsqueeze(axis)


def _no_length(name: str, use_length: bool | None) -> None:
    if use_length:
        raise MXNetError(f"{name}: use_length=True is possible for softmax only")


@operator(
    "softmax",
    aliases=("_npx_softmax",),
    list_inputs=lambda attrs: ("data", "length") if attrs["use_length"] else ("data",),
)
def softmax(
    data: Tensor,
    length: Tensor | None = None,
    axis: int = -1,
    temperature: float | None = None,
    dtype: FloatType | None = None,
    use_length: bool | None = False,
) -> Tensor:
    """Exponentials that sum to one along an axis.

    Args:
        data: floating.
        length: with ``use_length``, how many elements count along ``axis``: int32 or int64, of the shape of ``data``
            without ``axis``. The others are 0, and so is their gradient.
        axis: the axis.
        temperature: ``data`` is divided by it first.
        dtype: dtype of the result, None for that of ``data``.
        use_length: whether ``length`` is given.

    Returns:
        An array of the shape of ``data``.

    Raises:
        MXNetError: ``data`` is not floating, no such axis, or ``length`` is missing, not wanted or of the wrong shape.

    Source: MXNet 1.9.1 src/operator/nn/softmax.cc.
    """
    x = _prepared("softmax", data, axis, temperature)
    if not use_length:
        if length is not None:
            raise op_error("softmax", "length was given without use_length=True", length=length)
        return _finish(torch.softmax(x, axis), dtype)
    beyond = _beyond("softmax", data, length, axis)
    result = torch.softmax(x.masked_fill(beyond, float("-inf")), axis).masked_fill(beyond, 0.0)
    result = _finish(result, dtype)
    return result if length is None else also_reads(result, length)


@operator("log_softmax", aliases=("_npx_log_softmax",))
def log_softmax(
    data: Tensor,
    axis: int = -1,
    temperature: float | None = None,
    dtype: FloatType | None = None,
    use_length: bool | None = False,
) -> Tensor:
    """The logarithm of softmax.

    Args:
        data: floating.
        axis: the axis.
        temperature: ``data`` is divided by it first.
        dtype: dtype of the result, None for that of ``data``.
        use_length: only False: this operator has no input for lengths (MXNet crashes).

    Returns:
        An array of the shape of ``data``.

    Raises:
        MXNetError: ``data`` is not floating, no such axis, or ``use_length``.

    Source: MXNet 1.9.1 src/operator/nn/log_softmax.cc.
    """
    _no_length("log_softmax", use_length)
    return _finish(torch.log_softmax(_prepared("log_softmax", data, axis, temperature), axis), dtype)


@operator("softmin")
def softmin(
    data: Tensor,
    axis: int = -1,
    temperature: float | None = None,
    dtype: FloatType | None = None,
    use_length: bool | None = False,
) -> Tensor:
    """Softmax of the negated input.

    Args:
        data: floating.
        axis: the axis.
        temperature: ``data`` is divided by it first.
        dtype: dtype of the result, None for that of ``data``.
        use_length: only False: this operator has no input for lengths (MXNet crashes).

    Returns:
        An array of the shape of ``data``.

    Raises:
        MXNetError: ``data`` is not floating, no such axis, or ``use_length``.

    Source: MXNet 1.9.1 src/operator/nn/softmin.cc.
    """
    _no_length("softmin", use_length)
    return _finish(torch.softmax(-_prepared("softmin", data, axis, temperature), axis), dtype)
