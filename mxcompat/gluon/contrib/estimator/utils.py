"""Checks of metrics that estimators and event handlers share."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ....metric import Accuracy as Accuracy
from ....metric import CompositeEvalMetric as CompositeEvalMetric
from ....metric import EvalMetric as EvalMetric
from ...loss import SoftmaxCrossEntropyLoss as SoftmaxCrossEntropyLoss


def _check_metrics(metrics: Any) -> list[Any]:
    """A list of simple metrics: of nothing, of one, of a composite, or the list that was given."""
    if isinstance(metrics, CompositeEvalMetric):
        return [simple for part in metrics.metrics for simple in _check_metrics(part)]
    if isinstance(metrics, EvalMetric):
        return [metrics]
    found: list[Any] = metrics or []
    if not all(isinstance(metric, EvalMetric) for metric in found):
        raise ValueError(f"metrics must be an EvalMetric or a list of them. Received: metrics={metrics!r}")
    return found


def _check_handler_metric_ref(handler: Any, known_metrics: Collection[Any]) -> None:
    """Refuse a handler whose attributes with "metric" in their name hold a metric that the estimator does not know."""
    for name in dir(handler):
        if "metric" not in name:  # MXNet meant to look at `monitor`, too, but never does
            continue
        held = getattr(handler, name)
        if held:
            metrics: Iterable[Any] = held if isinstance(held, list) else [held]
            for metric in metrics:
                _check_metric_known(handler, metric, known_metrics)


def _check_metric_known(handler: Any, metric: Any, known_metrics: Collection[Any]) -> None:
    if metric not in known_metrics:
        raise ValueError(
            f"{type(handler).__name__}: {metric} belongs to no list of this estimator; take metrics from its "
            "train_metrics and val_metrics"
        )


def _suggest_metric_for_loss(loss: Any) -> EvalMetric | None:
    """Accuracy for a softmax loss, nothing for any other."""
    return Accuracy() if isinstance(loss, SoftmaxCrossEntropyLoss) else None
