"""Losses of vectors that should be near to or far from each other."""

from __future__ import annotations

from typing import Any

from ... import nd
from ..._core.errors import ArgumentTypeError
from .base import Loss, _apply_weighting, _reshape_like
from .classification import KLDivLoss


class TripletLoss(Loss):
    """``max(0, margin + |positive - pred|^2 - |negative - pred|^2)``.

    Args:
        margin: how much nearer the positive example should be.
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.

    Shapes:
        pred: any. positive, negative: the same number of elements. Output: ``(N,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(self, margin: float = 1, weight: float | None = None, batch_axis: int = 0, **kwargs: Any) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F: Any, pred: Any, positive: Any, negative: Any) -> Any:
        positive = _reshape_like(F, positive, pred)
        negative = _reshape_like(F, negative, pred)
        gap = F.sum(F.square(positive - pred) - F.square(negative - pred), axis=self._batch_axis, exclude=True)
        return _apply_weighting(F, F.relu(gap + self._margin), self._weight, None)


class CosineEmbeddingLoss(Loss):
    """``1 - cos`` for pairs labelled 1, ``max(0, cos - margin)`` for pairs labelled -1.

    Args:
        weight: a number that multiplies the loss; None for none.
        batch_axis: not used.
        margin: how similar a pair labelled -1 may be.

    Shapes:
        input1, input2: ``(N, C)``. label: ``(N,)``. sample_weight: broadcast to ``(N, 1)``. Output: ``(N, 1)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(self, weight: float | None = None, batch_axis: int = 0, margin: float = 0, **kwargs: Any) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F: Any, input1: Any, input2: Any, label: Any, sample_weight: Any = None) -> Any:
        cosine = self._cosine_similarity(F, _reshape_like(F, input1, input2), input2)
        label = label.reshape((-1, 1))
        same, other = label == 1, label == -1
        zero = F.array([0]) if F is nd else F.zeros((1, 1))
        loss = (1 - cosine) * same + F.broadcast_maximum(zero, other * (cosine - self._margin))
        return _apply_weighting(F, loss, self._weight, sample_weight)

    def _cosine_similarity(self, F: Any, x: Any, y: Any, axis: int = -1) -> Any:
        product = F.sum(x * y, axis=axis).reshape((-1, 1))
        norms = F.norm(x, axis=axis).reshape((-1, 1)) * F.norm(y, axis=axis).reshape((-1, 1))
        tiny = F.array([1e-12]) if F is nd else F.full((1, 1), 1e-12)
        return product / F.broadcast_maximum(norms, tiny)


class SDMLLoss(Loss):
    """Smoothed deep metric learning (Bonadiman et al., 2019): the others of the batch are the negative examples.

    Row i of one input belongs to row i of the other. Works on arrays only, as it needs to see the size of the batch.

    Args:
        smoothing_parameter: probability spread over the pairs that do not belong together, less than 1.
        weight: kept; MXNet does not apply it.
        batch_axis: not used.

    Shapes:
        x1, x2: ``(N, C)``. Output: ``(N,)``.

    Raises:
        AssertionError: inputs of different shapes.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(
        self, smoothing_parameter: float = 0.3, weight: float = 1.0, batch_axis: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self.kl_loss = KLDivLoss(from_logits=True)
        self.smoothing_parameter = smoothing_parameter

    def _compute_distances(self, x1: Any, x2: Any) -> Any:
        """Squared distances of all rows of one to all rows of the other, ``(N, N)``."""
        if x1.shape != x2.shape:
            raise ArgumentTypeError(f"SDMLLoss: x1 {x1.shape} and x2 {x2.shape} must have the same shape")
        size, dim = x1.shape
        rows = x1.expand_dims(1).broadcast_to((size, size, dim))
        columns = x2.expand_dims(0).broadcast_to((size, size, dim))
        return ((rows - columns) ** 2).sum(axis=2)

    def _compute_labels(self, F: Any, batch_size: int) -> Any:
        """What the distribution over the pairs should be: most on the diagonal."""
        gold = F.eye(batch_size)
        return gold * (1 - self.smoothing_parameter) + (1 - gold) * self.smoothing_parameter / (batch_size - 1)

    def _loss(self, F: Any, x1: Any, x2: Any) -> Any:
        labels = self._compute_labels(F, x1.shape[0])
        distances = self._compute_distances(x1, x2)
        return self.kl_loss(F.log_softmax(-distances, axis=1), labels.as_in_context(distances.context))

    def hybrid_forward(self, F: Any, x1: Any, x2: Any) -> Any:
        return self._loss(F, x1, x2)
