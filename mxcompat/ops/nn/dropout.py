"""Dropout, on MXNet's random streams."""

from __future__ import annotations

from typing import Annotated, Literal

from torch import Tensor

from ..._core.errors import MXNetError
from ..._core.state import is_training
from ...registry import operator
from ...registry.tags import Range
from ..random.engine import sampler_of
from ._check import floating


def _mask(data: Tensor, shape: tuple[int, ...], p: float, shared: bool) -> Tensor:
    """0 with probability ``p``, else ``1 / (1 - p)``."""
    count = 1
    for n in shape:
        count *= n
    return sampler_of(data.device).dropout_mask(count, data.dtype, p, shared).reshape(shape)


@operator("Dropout", aliases=("_npx_dropout",), view=True)
def dropout(
    data: Tensor,
    p: Annotated[float, Range(0, 1)] = 0.5,
    mode: Literal["always", "training"] = "training",
    axes: tuple[int, ...] = (),
    cudnn_off: bool | None = False,
) -> Tensor:
    """Set random elements to zero and scale the others up, so that the expected value stays.

    Args:
        data: floating.
        p: probability of zero, from 0 to 1. With 1 everything becomes NaN, as in MXNet.
        mode: ``training`` passes data on unchanged outside training mode; ``always`` does not.
        axes: axes along which all elements share one draw, not negative.
        cudnn_off: a hint for MXNet's choice of an algorithm; the result does not depend on it.

    Returns:
        The shape and dtype of ``data``.

    Raises:
        MXNetError: a probability outside [0, 1], an axis out of range, integer data that would be changed.

    Source: MXNet 1.9.1 src/operator/nn/dropout-inl.h.
    """
    floating("Dropout", data)
    shape = tuple(data.shape)
    if axes:
        if not all(0 <= axis < len(shape) for axis in axes):
            raise MXNetError(f"Dropout: axes={axes} is out of range for data of {len(shape)} axes")
        shape = tuple(1 if axis in axes else n for axis, n in enumerate(shape))
    if p == 0.0 or not (mode == "always" or is_training()):
        return data
    return data * _mask(data, shape, p, bool(axes))
