"""Random choices: classes from given probabilities, orders, and different classes by Zipf's law."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor

from ..._core.context import current_context
from ..._core.dtypes import to_numpy_dtype
from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._exact import any_logf
from ._swaps import arranged
from .engine import generator, sampler_of
from .samplers import FLOATS

ClassType = Annotated[torch.dtype, "float16", "float32", "float64", "int32", "uint8"]


def _log(picked: Tensor) -> Tensor:
    if picked.device.type != "cpu":
        return picked.log()
    return torch.from_numpy(any_logf(picked.numpy().reshape(-1))).view(picked.shape)


def _picked(rows: Tensor, drawn: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the classes (0 for none), their probabilities and where there is none: NumPy is quicker at it."""
    table, classes = rows.detach().contiguous().numpy(), drawn.numpy()
    none = classes == rows.shape[1]
    missing = np.flatnonzero(none)
    index = classes
    if missing.size:
        index = classes.copy()
        index.reshape(-1)[missing] = 0
    picked = table.reshape(-1).take(index + np.arange(rows.shape[0])[:, None] * rows.shape[1], mode="clip")
    picked.reshape(-1)[missing] = 0
    return torch.from_numpy(index), torch.from_numpy(picked), torch.from_numpy(none)


class _LogProbability(torch.autograd.Function):
    """The logarithm (in float32, as MXNet takes it) of the drawn probabilities, whose derivative is ``1 / p``."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, drawn: Tensor) -> Tensor:
        if rows.device.type == "cpu":
            index, picked, none = _picked(rows, drawn)
        else:
            none = drawn == rows.shape[1]  # rounding (or a row that sums to less than one) left the number of classes
            index = torch.where(none, 0, drawn)
            picked = torch.where(none, 0, rows.gather(1, index))
        ctx.save_for_backward(index, picked, none)
        ctx.shape = rows.shape
        return _log(picked.to(torch.float32)).to(rows.dtype)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        index, picked, none = ctx.saved_tensors
        share = torch.where(none, 0, grads[0] / picked)
        return share.new_zeros(ctx.shape).scatter_add_(1, index, share), None


@operator(
    "_sample_multinomial",
    aliases=("sample_multinomial",),
    outputs=lambda attrs: 2 if attrs["get_prob"] else 1,
    zero_grad=False,
)
def _sample_multinomial(
    data: Tensor, shape: tuple[int, ...] = (), get_prob: bool = False, dtype: ClassType = torch.int32
) -> tuple[Tensor, ...]:
    """Draw classes from distributions given by probabilities.

    Args:
        data: floating; probabilities along the last axis. A row should sum to one: where it sums to less, the number
            of classes may be drawn; what exceeds one is never drawn.
        shape: shape of the draws of each distribution; one draw if left out.
        get_prob: return the log probability of each draw, too.
        dtype: dtype of the classes: int32 (default), uint8, float16, float32 or float64.

    Returns:
        The classes, of the shape of ``data`` without its last axis followed by ``shape`` (a single draw from a single
        distribution has shape (1,)), and with ``get_prob`` their log probabilities in the dtype of ``data``. The
        derivative of a log probability is one over the probability.

    Raises:
        MXNetError: data that is not floating, or has no axis.

    Differences: the log probability of a class beyond the last is -inf with a derivative of zero; MXNet reads beyond
    the row.

    Source: MXNet 1.9.1 src/operator/random/sample_multinomial_op.h.
    """
    if data.dim() == 0 or data.dtype not in FLOATS or not data.numel():
        raise op_error("_sample_multinomial", "data must be floating with at least one axis", data=data)
    if shape and min(shape) < 0:
        raise MXNetError(f"_sample_multinomial: no dimension of shape may be negative, got shape={shape}")
    rows = data.reshape(-1, data.shape[-1])
    drawn = sampler_of(data.device).multinomial(rows, math.prod(shape))
    full = (tuple(data.shape[:-1]) + shape) or (1,)
    if drawn.device.type == "cpu":
        classes = torch.from_numpy(drawn.numpy().astype(to_numpy_dtype(dtype))).view(full)
    else:
        classes = drawn.view(full).to(dtype)
    if not get_prob:
        return (classes,)
    logs: Tensor = _LogProbability.apply(rows, drawn)  # type: ignore[no-untyped-call]
    return classes, logs.view(full)


@operator("_shuffle", aliases=("shuffle", "_npi_shuffle"))
def _shuffle(data: Tensor) -> Tensor:
    """Put the entries along the first axis in random order.

    Args:
        data: any dtype but bool, at least one axis.

    Returns:
        A copy in another order. What belongs to one entry of the first axis stays together.

    Raises:
        MXNetError: bool data, or no axis.

    Differences: MXNet has no gradient of this operator; here it is that of the order drawn.

    Source: MXNet 1.9.1 src/operator/random/shuffle_op.cc.
    """
    if data.dim() == 0 or data.dtype is torch.bool:
        raise op_error("_shuffle", "data must be numbers with at least one axis", data=data)
    order = sampler_of(data.device).permutation(data.shape[0], data.dim() > 1)
    if data.device.type == "cpu" and not data.requires_grad and data.dtype is not torch.bfloat16:
        return torch.from_numpy(arranged(data.numpy(), order.numpy()))  # several times as fast as torch
    return data.index_select(0, order)


@operator("_sample_unique_zipfian", outputs=2)
def _sample_unique_zipfian(range_max: int = REQUIRED, shape: tuple[int, ...] | None = None) -> tuple[Tensor, Tensor]:
    """Draw different classes, class ``i`` about as often as ``log((i + 2) / (i + 1))``.

    Args:
        range_max: number of classes.
        shape: batch size and number of classes to draw for each entry of the batch.

    Returns:
        The classes, int64 of that shape, and the number of tries each row took, int64.

    Raises:
        MXNetError: a shape that is not two numbers, or more classes to draw than there are.

    Differences: MXNet has this operator on the CPU only.

    Source: MXNet 1.9.1 src/operator/random/unique_sample_op.h.
    """
    if shape is None or len(shape) != 2 or min(shape) < 0:
        raise MXNetError(
            f"_sample_unique_zipfian: shape must be (batch size, number of classes to draw), got shape={shape}"
        )
    if shape[1] > range_max:
        raise MXNetError(
            f"_sample_unique_zipfian: {shape[1]} different classes cannot be drawn from range_max={range_max}"
        )
    return generator(current_context()).unique_zipfian(range_max, *shape)
