"""What happens around the batches of a training: events and the handlers that MXNet brings.

A handler is a class under one or more of the six events. Handlers run in the order of their ``priority`` (lowest first,
0 if they have none): the update of the weights (-2000), metrics and validation (-1000), the user's, log lines (last).
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from ....metric import CompositeEvalMetric as CompositeEvalMetric
from ....metric import EvalMetric as EvalMetric
from ....metric import Loss as metric_loss
from ._checkpoint import CheckpointHandler as CheckpointHandler
from ._early_stopping import EarlyStoppingHandler as EarlyStoppingHandler
from ._events import BatchBegin as BatchBegin
from ._events import BatchEnd as BatchEnd
from ._events import EpochBegin as EpochBegin
from ._events import EpochEnd as EpochEnd
from ._events import EventHandler as EventHandler
from ._events import TrainBegin as TrainBegin
from ._events import TrainEnd as TrainEnd
from .utils import _check_metrics

__all__ = [
    "BatchBegin",
    "BatchEnd",
    "CheckpointHandler",
    "EarlyStoppingHandler",
    "EpochBegin",
    "EpochEnd",
    "GradientUpdateHandler",
    "LoggingHandler",
    "MetricHandler",
    "StoppingHandler",
    "TrainBegin",
    "TrainEnd",
    "ValidationHandler",
]


def _check_event_handlers(handlers: Any) -> list[Any]:
    """A list of handlers: of nothing, of one, or the list that was given."""
    if isinstance(handlers, EventHandler):
        return [handlers]
    found: list[Any] = handlers or []
    if not all(isinstance(handler, EventHandler) for handler in found):
        raise ValueError(f"event_handlers={handlers!r} is not legal: give an EventHandler, or a list of nothing else")
    return found


class StoppingHandler(TrainBegin, BatchEnd, EpochEnd):
    """Stops after a number of epochs or of batches, which at the start are taken from the estimator.

    Args:
        max_epoch: how many epochs; None for no limit.
        max_batch: how many batches; None for no limit.
    """

    def __init__(self, max_epoch: int | None = None, max_batch: int | None = None) -> None:
        self.max_epoch = max_epoch
        self.max_batch = max_batch
        self.current_batch = 0
        self.current_epoch = 0
        self.stop_training = False

    def train_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        self.max_epoch = estimator.max_epoch
        self.max_batch = estimator.max_batch
        self.current_batch = 0
        self.current_epoch = 0

    def batch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> bool:
        self.current_batch += 1
        if self.current_batch == self.max_batch:
            self.stop_training = True
        return self.stop_training

    def epoch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> bool:
        self.current_epoch += 1
        if self.current_epoch == self.max_epoch:
            self.stop_training = True
        return self.stop_training


class MetricHandler(EpochBegin, BatchEnd):
    """Resets metrics before an epoch, updates them after a batch: `metric.Loss` with losses, others with predictions.

    Args:
        metrics: the metrics.
        priority: when it runs among the handlers; lower is earlier.
    """

    def __init__(self, metrics: Any, priority: float = -1000) -> None:
        self.metrics = _check_metrics(metrics)
        self.priority = priority

    def epoch_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        for metric in self.metrics:
            metric.reset()

    def batch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        pred, label, loss = kwargs["pred"], kwargs["label"], kwargs["loss"]
        for metric in self.metrics:
            if isinstance(metric, metric_loss):
                metric.update(0, loss)
            else:
                metric.update(label, pred)


class ValidationHandler(TrainBegin, BatchEnd, EpochEnd):
    """Evaluates on validation data after every so many epochs or batches.

    Args:
        val_data: the data.
        eval_fn: what evaluates; called with ``val_data``, ``batch_axis`` and ``event_handlers``.
        epoch_period: after how many epochs; None or 0 for never.
        batch_period: after how many batches; None or 0 for never.
        priority: when it runs among the handlers; lower is earlier.
        event_handlers: handlers of the evaluation.
    """

    def __init__(
        self,
        val_data: Any,
        eval_fn: Any,
        epoch_period: int | None = 1,
        batch_period: int | None = None,
        priority: float = -1000,
        event_handlers: Any = None,
    ) -> None:
        self.val_data = val_data
        self.eval_fn = eval_fn
        self.epoch_period = epoch_period
        self.batch_period = batch_period
        self.current_batch = 0
        self.current_epoch = 0
        self.priority = priority
        self.event_handlers = event_handlers

    def train_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        self.current_batch = 0
        self.current_epoch = 0

    def batch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        self.current_batch += 1
        self._evaluate_if_due(estimator, self.current_batch, self.batch_period)

    def epoch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        self.current_epoch += 1
        self._evaluate_if_due(estimator, self.current_epoch, self.epoch_period)

    def _evaluate_if_due(self, estimator: Any, count: int, period: int | None) -> None:
        if period and count % period == 0:
            self.eval_fn(val_data=self.val_data, batch_axis=estimator.batch_axis, event_handlers=self.event_handlers)


class LoggingHandler(TrainBegin, TrainEnd, EpochBegin, EpochEnd, BatchBegin, BatchEnd):
    """Writes the estimator's log. Its lines are MXNet 1.9.1's, letter by letter.

    Args:
        log_interval: "epoch", or after how many batches there is a line.
        metrics: the metrics in the lines.
        priority: when it runs among the handlers; last by default, to see what the others did.

    Raises:
        ValueError: a `log_interval` that is neither.
    """

    def __init__(self, log_interval: int | str = "epoch", metrics: Any = None, priority: float = np.inf) -> None:
        super().__init__()
        if not isinstance(log_interval, int) and log_interval != "epoch":
            raise ValueError(f"log_interval must be an integer or 'epoch'. Received: log_interval={log_interval!r}")
        self.metrics = _check_metrics(metrics)
        self.batch_index = 0
        self.current_epoch = 0
        self.processed_samples = 0
        self.priority = priority
        self.log_interval = log_interval
        self.log_interval_time: float = 0

    def _line(self, text: str) -> str:  # no "metric" in its name: estimators look into attributes that have it
        """A line with the values of the metrics at its end."""
        for metric in self.metrics:
            name, value = metric.get()
            text += f"{name}: {value:.4f}, "
        return text.rstrip(", ")

    def train_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        self.train_start = time.time()
        trainer = estimator.trainer
        estimator.logger.info(
            "Training begin: using optimizer %s with current learning rate %.4f ",
            type(trainer.optimizer).__name__,
            trainer.learning_rate,
        )
        if estimator.max_epoch:
            estimator.logger.info("Train for %d epochs.", estimator.max_epoch)
        else:
            estimator.logger.info("Train for %d batches.", estimator.max_batch)
        self.current_epoch = 0
        self.batch_index = 0
        self.processed_samples = 0
        self.log_interval_time = 0

    def train_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        seconds = int(time.time() - self.train_start)
        text = f"Train finished using total {seconds}s with {self.current_epoch} epochs. "
        estimator.logger.info(self._line(text))

    def batch_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(self.log_interval, int):
            self.batch_start = time.time()

    def batch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        if isinstance(self.log_interval, int):
            self.log_interval_time += time.time() - self.batch_start
            self.processed_samples += kwargs["batch"][0].shape[0]
            if self.batch_index % self.log_interval == 0:
                text = f"[Epoch {self.current_epoch}][Batch {self.batch_index}][Samples {self.processed_samples}] "
                text += f"time/interval: {self.log_interval_time:.3f}s "
                self.log_interval_time = 0
                estimator.logger.info(self._line(text))
        self.batch_index += 1

    def epoch_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        self.epoch_start = time.time()
        # the words that Estimator puts before the names of metrics tell the two apart
        if any("training" in metric.name for metric in self.metrics):
            estimator.logger.info(
                "[Epoch %d] Begin, current learning rate: %.4f", self.current_epoch, estimator.trainer.learning_rate
            )
        else:
            estimator.logger.info("Validation Begin")

    def epoch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        seconds = time.time() - self.epoch_start
        estimator.logger.info(self._line(f"[Epoch {self.current_epoch}] Finished in {seconds:.3f}s, "))
        self.current_epoch += 1
        self.batch_index = 0


class GradientUpdateHandler(BatchEnd):
    """Steps the trainer after each batch, with the number of samples that the losses hold.

    Args:
        priority: when it runs among the handlers; lower is earlier.
    """

    def __init__(self, priority: float = -2000) -> None:
        self.priority = priority

    def batch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        loss = kwargs["loss"]
        parts = loss if isinstance(loss, list) else [loss]
        estimator.trainer.step(sum(part.shape[0] for part in parts))
