"""The fully connected layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ..linalg._long import linear
from ._check import floating, has_shape


def weighted_inputs(attrs: dict[str, Any]) -> Sequence[str]:
    """Inputs of a layer whose bias ``no_bias`` drops."""
    return ("data", "weight") if attrs["no_bias"] else ("data", "weight", "bias")


@operator(
    "FullyConnected",
    aliases=("_npx_fully_connected", "_sparse_FullyConnected"),
    list_inputs=weighted_inputs,
    same_dtype=True,
)
def fully_connected(
    data: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    num_hidden: Annotated[int, Range(1, None)] = REQUIRED,
    no_bias: bool = False,
    flatten: bool = True,
) -> Tensor:
    """Apply ``data @ weight.T + bias``.

    Args:
        data: floating, of shape ``(batch, ...)``.
        weight: shape ``(num_hidden, inputs)``, ``inputs`` being the number of elements of one example.
        bias: shape ``(num_hidden,)``; absent with ``no_bias``.
        num_hidden: number of results per example, at least 1.
        no_bias: leave the bias out.
        flatten: take everything after the first axis as one example; else only the last axis.

    Returns:
        Shape ``(batch, num_hidden)``, or that of data with the last axis replaced; same dtype.

    Raises:
        MXNetError: shapes that do not fit, different or integer dtypes.

    Differences: float16 works on the CPU too, where MXNet has no kernel.

    Source: MXNet 1.9.1 src/operator/nn/fully_connected.cc.
    """
    if flatten and data.dim() != 2:
        data = data.reshape(data.shape[0], -1)
    if weight.dim() != 2 or weight.shape[0] != num_hidden or weight.shape[1] != data.shape[-1]:
        expected = (num_hidden, data.shape[-1])
        raise op_error("FullyConnected", f"weight must have shape {expected}", data=data, weight=weight)
    floating("FullyConnected", data)
    if no_bias or bias is None:
        return linear(data, weight, None)
    has_shape("FullyConnected", "bias", bias, (num_hidden,), data)
    return linear(data, weight, bias)
