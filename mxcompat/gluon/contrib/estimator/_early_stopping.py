"""Stopping when a metric gets no better."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ....metric import CompositeEvalMetric, EvalMetric
from ._events import EpochEnd, TrainBegin, TrainEnd
from ._improvement import comparison, worst


class EarlyStoppingHandler(TrainBegin, EpochEnd, TrainEnd):
    """Ends the training when a metric has not improved for some epochs.

    Args:
        monitor: one of the estimator's metrics.
        min_delta: the least change that counts.
        patience: how many epochs without improvement are borne; 0 and 1 both stop at the first.
        mode: "min" if less is better, "max" if more is, "auto" for "max" with a warning.
        baseline: the value to improve on at first; by default any value improves.

    Raises:
        ValueError: a monitor that is no metric, or a composite.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/estimator/event_handler.py.
    """

    def __init__(
        self,
        monitor: Any,
        min_delta: float = 0,
        patience: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
    ) -> None:
        super().__init__()
        if not isinstance(monitor, EvalMetric):
            raise ValueError(
                "monitor must be one of estimator.train_metrics or estimator.val_metrics."
                f" Received: monitor={monitor!r}"
            )
        if isinstance(monitor, CompositeEvalMetric):
            raise ValueError("EarlyStoppingHandler monitors a simple metric. Received: a CompositeEvalMetric")
        self.monitor = monitor
        self.baseline = baseline
        self.patience = patience
        self.wait = 0
        self.stopped_epoch = 0
        self.current_epoch = 0
        self.stop_training = False
        self.monitor_op = comparison("EarlyStopping", mode, monitor)
        self.min_delta = min_delta if self.monitor_op is np.greater else -min_delta

    def train_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.current_epoch = 0
        self.stop_training = False
        self.best = worst(self.monitor_op) if self.baseline is None else self.baseline

    def epoch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> bool:
        name, value = self.monitor.get()
        if np.isnan(value):
            warnings.warn(
                f"{name} is not updated: monitor one of estimator.train_metrics or estimator.val_metrics",
                RuntimeWarning,
                stacklevel=2,
            )
        elif self.monitor_op(value - self.min_delta, self.best):
            self.best = value
            self.wait = 0
        else:
            self.wait += 1
            if self.wait >= self.patience:
                self.stopped_epoch = self.current_epoch
                self.stop_training = True
        self.current_epoch += 1
        return self.stop_training

    def train_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        if self.stopped_epoch > 0:
            # the misspelt name is in MXNet's line, which scripts look for
            estimator.logger.info(
                "[Epoch %d] EarlyStoppingHanlder: early stopping due to %s not improving",
                self.stopped_epoch,
                self.monitor.get()[0],
            )


EarlyStoppingHandler.__module__ = __name__.replace("._early_stopping", ".event_handler")
