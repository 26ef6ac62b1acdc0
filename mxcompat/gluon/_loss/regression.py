"""Losses of predicted numbers."""

from __future__ import annotations

import math
from typing import Any

from ...util import is_np_array
from .base import Loss, _apply_weighting, _reshape_like, mean_of_examples


class L2Loss(Loss):
    """Half the squared difference, ``weight / 2 * (label - pred) ** 2``, in the mean over each example.

    Args:
        weight: a number that multiplies the loss.
        batch_axis: the axis of the examples.

    Shapes:
        pred: any. label: the same number of elements. sample_weight: broadcast to pred. Output: ``(N,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(self, weight: float = 1.0, batch_axis: int = 0, **kwargs: Any) -> None:
        super().__init__(weight, batch_axis, **kwargs)

    def hybrid_forward(self, F: Any, pred: Any, label: Any, sample_weight: Any = None) -> Any:
        weight: Any = self._weight
        error = _reshape_like(F, label, pred) - pred
        loss = F.np.square(error) if is_np_array() else F.square(error)
        # halved first, as MXNet does, so that the error for a weight that is no number is Python's own TypeError
        loss = _apply_weighting(F, loss, weight / 2, sample_weight)
        return mean_of_examples(F, loss, self._batch_axis)


class L1Loss(Loss):
    """The absolute difference, in the mean over each example.

    Args:
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.

    Shapes:
        pred: any. label: the same number of elements. sample_weight: broadcast to pred. Output: ``(N,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(self, weight: float | None = None, batch_axis: int = 0, **kwargs: Any) -> None:
        super().__init__(weight, batch_axis, **kwargs)

    def hybrid_forward(self, F: Any, pred: Any, label: Any, sample_weight: Any = None) -> Any:
        error = _reshape_like(F, label, pred) - pred
        loss = F.np.abs(error) if is_np_array() else F.abs(error)
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return mean_of_examples(F, loss, self._batch_axis)


class HuberLoss(Loss):
    """`L1Loss` far from zero, squared near it: ``d - rho / 2`` where ``d > rho``, else ``d ** 2 / (2 rho)``.

    Args:
        rho: where one turns into the other.
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.

    Shapes:
        pred: any. label: the same number of elements. sample_weight: broadcast to pred. Output: ``(N,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(self, rho: float = 1, weight: float | None = None, batch_axis: int = 0, **kwargs: Any) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self._rho = rho

    def hybrid_forward(self, F: Any, pred: Any, label: Any, sample_weight: Any = None) -> Any:
        distance = F.abs(_reshape_like(F, label, pred) - pred)
        loss = F.where(distance > self._rho, distance - 0.5 * self._rho, (0.5 / self._rho) * F.square(distance))
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return F.mean(loss, axis=self._batch_axis, exclude=True)


class PoissonNLLLoss(Loss):
    """Negative log-likelihood of counts under Poisson distributions, in the mean over the whole batch.

    Args:
        weight: a number that multiplies the loss; None for none.
        from_logits: predictions are logarithms of the rates; else they are the rates.
        batch_axis: not used, the mean is over everything.
        compute_full: add Stirling's approximation of the term that does not depend on the prediction, for targets
            above 1.

    Shapes:
        pred: any. target: the same number of elements. sample_weight: broadcast to pred. epsilon: a number, kept off
        the logarithm's zero. Output: ``(1,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(
        self,
        weight: float | None = None,
        from_logits: bool = True,
        batch_axis: int = 0,
        compute_full: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self._from_logits = from_logits
        self._compute_full = compute_full

    def hybrid_forward(self, F: Any, pred: Any, target: Any, sample_weight: Any = None, epsilon: float = 1e-8) -> Any:
        target = _reshape_like(F, target, pred)
        loss = F.exp(pred) - target * pred if self._from_logits else pred - target * F.log(pred + epsilon)
        if self._compute_full:
            stirling = target * F.log(target) - target + 0.5 * F.log(2 * target * math.pi)
            loss = loss + stirling * (target > 1)
        return F.mean(_apply_weighting(F, loss, self._weight, sample_weight))
