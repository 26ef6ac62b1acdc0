"""What all losses share: weights, and the mean over everything but the batch."""

from __future__ import annotations

from typing import Any

from ... import nd
from ..._core.errors import ArgumentTypeError
from ...base import numeric_types
from ...util import is_np_array
from ..block import HybridBlock


def _apply_weighting(F: Any, loss: Any, weight: Any = None, sample_weight: Any = None) -> Any:
    """Multiply a loss with the weights of its examples and with a number.

    Args:
        F: ``mx.nd`` or ``mx.sym``.
        loss: the loss, of any shape.
        weight: a number for everything; None for none.
        sample_weight: an array that can be broadcast to the shape of ``loss``; None for none.

    Raises:
        AssertionError: ``weight`` is not a number.
    """
    if sample_weight is not None:
        loss = loss * sample_weight if is_np_array() else F.broadcast_mul(loss, sample_weight)
    if weight is not None:
        if not isinstance(weight, numeric_types):
            raise ArgumentTypeError(f"weight must be a number, got {weight!r} of type {type(weight).__name__}")
        loss = loss * weight
    return loss


def _reshape_like(F: Any, x: Any, y: Any) -> Any:
    """``x`` in the shape of ``y``."""
    if F is nd:
        return x if x.shape == y.shape else x.reshape(y.shape)
    return (F.npx if is_np_array() else F).reshape_like(x, y)


class Loss(HybridBlock):
    """A loss; one of your own overrides ``hybrid_forward``.

    Args:
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(self, weight: float | None, batch_axis: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._weight = weight
        self._batch_axis = batch_axis

    def __repr__(self) -> str:
        return f"{type(self).__name__}(batch_axis={self._batch_axis}, w={self._weight})"

    def hybrid_forward(self, F: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The loss of ``x`` given the other inputs; here, not known."""
        raise NotImplementedError(f"{type(self).__name__} has no hybrid_forward")


def mean_of_examples(F: Any, loss: Any, batch_axis: int) -> Any:
    """The mean over all axes but that of the batch; over all but the first in NumPy mode."""
    if not is_np_array():
        return F.mean(loss, axis=batch_axis, exclude=True)
    if F is nd:
        if loss.ndim == 2 and loss.shape[1] == 1:  # the mean of one number
            return F.np._op.reshape(loss, newshape=(-1,))
        return F.np._internal.mean(loss, tuple(range(1, loss.ndim)))
    return F.npx.batch_flatten(loss).mean(axis=1)
