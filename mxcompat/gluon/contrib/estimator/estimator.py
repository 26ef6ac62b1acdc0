"""The training loop as an object."""

from __future__ import annotations

import copy
import logging
import sys
import warnings
from typing import Any

from ...._core.errors import ArgumentTypeError
from ....context import Context as Context
from ....context import cpu as cpu
from ....context import gpu as gpu
from ....context import num_gpus as num_gpus
from ....metric import Loss as metric_loss
from ...data.dataloader import DataLoader as DataLoader
from ...loss import Loss as gluon_loss
from ...trainer import Trainer as Trainer
from ...utils import split_and_load as split_and_load
from .batch_processor import BatchProcessor as BatchProcessor
from .event_handler import BatchBegin as BatchBegin
from .event_handler import BatchEnd as BatchEnd
from .event_handler import EpochBegin as EpochBegin
from .event_handler import EpochEnd as EpochEnd
from .event_handler import GradientUpdateHandler as GradientUpdateHandler
from .event_handler import LoggingHandler as LoggingHandler
from .event_handler import MetricHandler as MetricHandler
from .event_handler import StoppingHandler as StoppingHandler
from .event_handler import TrainBegin as TrainBegin
from .event_handler import TrainEnd as TrainEnd
from .event_handler import ValidationHandler as ValidationHandler
from .event_handler import _check_event_handlers
from .utils import _check_handler_metric_ref, _check_metrics, _suggest_metric_for_loss

__all__ = ["Estimator"]

#: The kinds of event, in the order in which `Estimator._categorize_handlers` answers.
_EVENTS = (TrainBegin, EpochBegin, BatchBegin, BatchEnd, EpochEnd, TrainEnd)


class Estimator:
    """Trains and evaluates a network; event handlers do everything around the batches.

    Metrics that are given are renamed: the words "training" and "validation" go before their names.

    Args:
        net: the network. What is not initialized in it is initialized here.
        loss: a Gluon loss.
        train_metrics: a metric, a composite, or a list. By default accuracy for a softmax loss, and the loss.
        val_metrics: the same for validation; by default copies of the training metrics.
        initializer: for what is not initialized yet; a warning if everything is.
        trainer: by default SGD with a rate of 0.001, with a warning.
        context: a context or a list; by default the first GPU, or the CPU.
        val_net: the network to validate, which shares parameters with `net`; by default `net`.
        val_loss: by default `loss`.
        batch_processor: an object with ``fit_batch`` and ``evaluate_batch``; by default a `BatchProcessor`.

    Raises:
        ValueError: a loss, metric, context, trainer or batch processor of the wrong kind.
        AssertionError: a context that this machine does not have.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/estimator/estimator.py.
    """

    #: Receives all log lines of the estimator and its handlers; writes INFO and above to standard output.
    logger: Any = None

    def __init__(
        self,
        net: Any,
        loss: Any,
        train_metrics: Any = None,
        val_metrics: Any = None,
        initializer: Any = None,
        trainer: Any = None,
        context: Any = None,
        val_net: Any = None,
        val_loss: Any = None,
        batch_processor: Any = None,
    ) -> None:
        self.net = net
        self.loss = self._check_loss(loss)
        self._train_metrics = _check_metrics(train_metrics)
        self._val_metrics = _check_metrics(val_metrics)
        self._add_default_training_metrics()
        self._add_validation_metrics()
        self.val_loss = self.loss if val_loss is None else self._check_loss(val_loss)
        self.val_net = self.net if val_net is None else val_net

        self.logger = logging.Logger(name="Estimator", level=logging.INFO)
        self.logger.addHandler(logging.StreamHandler(sys.stdout))

        self.context = self._check_context(context)
        self._initialize(initializer)
        self.trainer = self._check_trainer(trainer)
        self.batch_processor = self._check_batch_processor(batch_processor)

    # -------------------------------------------------------------------------------- arguments

    def _check_loss(self, loss: Any) -> Any:
        if not isinstance(loss, gluon_loss):
            raise ValueError(f"loss must be a gluon.loss.Loss. Received: loss={loss!r}")
        return loss

    def _check_context(self, context: Any) -> list[Context]:
        gpus = num_gpus()
        if not context:
            if gpus > 1:
                warnings.warn(
                    f"This machine has {gpus} GPUs and gpu(0) alone will be used; to use more, give"
                    " context=[mx.gpu(0), mx.gpu(1), ...]",
                    stacklevel=3,
                )
            return [gpu(0)] if gpus else [cpu()]
        chosen = [context] if isinstance(context, Context) else context
        if not isinstance(chosen, list) or not all(isinstance(one, Context) for one in chosen):
            raise ValueError(
                f"context={context!r} is not legal: give a Context such as mx.cpu(), or a list such as "
                "[mx.gpu(0), mx.gpu(1)]"
            )
        present = [gpu(i) for i in range(gpus)]
        for one in chosen:
            if one not in present and not str(one).startswith("cpu"):
                legal = ", ".join(["mx.cpu()", *map(str, present)])
                raise ArgumentTypeError(f"{one} is not on this machine, which has: {legal}")
        return chosen

    def _check_batch_processor(self, batch_processor: Any) -> Any:
        if batch_processor is None:
            return BatchProcessor()
        if not all(callable(getattr(batch_processor, name, None)) for name in ("fit_batch", "evaluate_batch")):
            raise ValueError(
                "batch_processor must have the methods fit_batch() and evaluate_batch()."
                f" Received: batch_processor={batch_processor!r}"
            )
        return batch_processor

    def _check_trainer(self, trainer: Any) -> Trainer:
        if not trainer:
            warnings.warn("No trainer specified: SGD with a learning rate of 0.001 is used.", stacklevel=3)
            return Trainer(self.net.collect_params(), "sgd", {"learning_rate": 0.001})
        if not isinstance(trainer, Trainer):
            raise ValueError(f"trainer must be a gluon.Trainer. Received: trainer={trainer!r}")
        return trainer

    # -------------------------------------------------------------------------------- network

    def _initialize(self, initializer: Any) -> None:
        if self._is_initialized():
            if initializer:
                warnings.warn(
                    "Network already fully initialized, so initializer is not used; to start it afresh call"
                    " net.initialize(init=your_initializer, force_reinit=True)",
                    stacklevel=3,
                )
        elif initializer:
            self.net.initialize(init=initializer, ctx=self.context)
        else:
            self.net.initialize(ctx=self.context)

    def _is_initialized(self) -> bool:
        for parameter in self.net.collect_params().values():
            try:
                parameter.list_ctx()
            except RuntimeError:
                return False
        return True

    def _get_data_and_label(self, batch: Any, ctx: Any, batch_axis: int = 0) -> tuple[Any, Any]:
        """The first two parts of a batch, each as a list with a slice per context."""
        first, second = batch[0], batch[1]
        return (
            split_and_load(first, ctx_list=ctx, batch_axis=batch_axis),
            split_and_load(second, ctx_list=ctx, batch_axis=batch_axis),
        )

    # -------------------------------------------------------------------------------- metrics

    def _add_default_training_metrics(self) -> None:
        if not self._train_metrics:
            suggested = _suggest_metric_for_loss(self.loss)
            self._train_metrics = [suggested] if suggested else []
            self._train_metrics.append(metric_loss(self.loss.name.rstrip("1234567890")))
        for metric in self._train_metrics:
            # handlers tell the two kinds of metric apart by this word
            metric.name = "training " + metric.name

    def _add_validation_metrics(self) -> None:
        if not self._val_metrics:
            self._val_metrics = [copy.deepcopy(metric) for metric in self._train_metrics]
        for metric in self._val_metrics:
            if "training" in metric.name:
                metric.name = metric.name.replace("training", "validation")
            else:
                metric.name = "validation " + metric.name

    @property
    def train_metrics(self) -> list[Any]:
        """Metrics over the training data; give these to handlers."""
        return self._train_metrics

    @property
    def val_metrics(self) -> list[Any]:
        """Metrics over the validation data; give these to handlers."""
        return self._val_metrics

    # -------------------------------------------------------------------------------- loops

    def evaluate(self, val_data: Any, batch_axis: int = 0, event_handlers: Any = None) -> None:
        """Run the validation metrics over a data set.

        Args:
            val_data: a `gluon.data.DataLoader` with data and labels.
            batch_axis: the axis along which a batch is split over contexts.
            event_handlers: a handler or a list. A MetricHandler and a LoggingHandler are added *to that list* if it has
                none.

        Raises:
            ValueError: not a DataLoader; handlers with metrics that are not `val_metrics`.
        """
        self._check_loader("val_data", val_data)
        for metric in self.val_metrics:
            metric.reset()
        handlers = self._prepare_default_validation_handlers(event_handlers)
        _, epoch_begin, batch_begin, batch_end, epoch_end, _ = self._categorize_handlers(handlers)

        for handler in epoch_begin:
            handler.epoch_begin(self)
        for batch in val_data:
            for handler in batch_begin:
                handler.batch_begin(self, batch=batch)
            _, label, pred, loss = self.batch_processor.evaluate_batch(self, batch, batch_axis)
            for handler in batch_end:
                handler.batch_end(self, batch=batch, pred=pred, label=label, loss=loss)
        for handler in epoch_end:
            handler.epoch_end(self)

    def fit(
        self,
        train_data: Any,
        val_data: Any = None,
        epochs: int | None = None,
        event_handlers: Any = None,
        batches: int | None = None,
        batch_axis: int = 0,
    ) -> None:
        """Train for a number of epochs or of batches.

        Args:
            train_data: a `gluon.data.DataLoader` with data and labels.
            val_data: the same for validation, which then runs after each epoch.
            epochs: how many epochs; give this or `batches`, not both.
            event_handlers: a handler or a list. What is missing for training (stopping, updates of the weights,
                metrics, validation, log lines) is added *to that list*.
            batches: how many batches.
            batch_axis: the axis along which a batch is split over contexts.

        Raises:
            ValueError: not a DataLoader; both or none of `epochs` and `batches`; handlers with metrics that are not the
                estimator's.
        """
        self._check_loader("train_data", train_data)
        if (not epochs) == (not batches):
            raise ValueError(
                "fit takes the length of training as a number of epochs or of batches, one of the two."
                f" Received: epochs={epochs}, batches={batches}"
            )
        self.max_epoch = epochs
        self.max_batch = batches
        self.batch_axis = batch_axis

        handlers = self._prepare_default_handlers(val_data, event_handlers)
        train_begin, epoch_begin, batch_begin, batch_end, epoch_end, train_end = self._categorize_handlers(handlers)
        for handler in train_begin:
            handler.train_begin(self)
        stop = False
        while not stop:
            for handler in epoch_begin:
                handler.epoch_begin(self)
            self._fit_epoch(train_data, batch_axis, batch_begin, batch_end)
            # every handler hears of the end before any may stop the run
            stop = any([handler.epoch_end(self) for handler in epoch_end])
        for handler in train_end:
            handler.train_end(self)

    def _fit_epoch(self, train_data: Any, batch_axis: int, batch_begin: list[Any], batch_end: list[Any]) -> None:
        """Batches until the data or a handler ends."""
        for batch in train_data:
            for handler in batch_begin:
                handler.batch_begin(self, batch=batch)
            _, label, pred, loss = self.batch_processor.fit_batch(self, batch, batch_axis)
            if any([handler.batch_end(self, batch=batch, pred=pred, label=label, loss=loss) for handler in batch_end]):
                break

    @staticmethod
    def _check_loader(name: str, data: Any) -> None:
        if not isinstance(data, DataLoader):
            raise ValueError(
                f"Estimator takes {name} as a gluon.data.DataLoader; put a DataIter's or an array's data into one."
                f" Received: {type(data).__name__}"
            )

    # -------------------------------------------------------------------------------- handlers

    def _prepare_default_handlers(self, val_data: Any, event_handlers: Any) -> list[Any]:
        """The handlers of a training, with those that were missing, in the order of their priorities."""
        handlers = _check_event_handlers(event_handlers)
        added: list[Any] = [StoppingHandler(self.max_epoch, self.max_batch)]
        if not _has(handlers, GradientUpdateHandler):
            added.append(GradientUpdateHandler())
        if not _has(handlers, MetricHandler):
            added.append(MetricHandler(metrics=self.train_metrics))
        if not _has(handlers, ValidationHandler) and val_data:
            added.append(ValidationHandler(val_data=val_data, eval_fn=self.evaluate))
        if not _has(handlers, LoggingHandler):
            added.append(LoggingHandler(metrics=self.train_metrics))
        return _joined(handlers, added, set(self.train_metrics + self.val_metrics))

    def _prepare_default_validation_handlers(self, event_handlers: Any) -> list[Any]:
        """The handlers of an evaluation, with those that were missing, in the order of their priorities."""
        handlers = _check_event_handlers(event_handlers)
        added: list[Any] = []
        if not _has(handlers, MetricHandler):
            added.append(MetricHandler(metrics=self.val_metrics))
        if not _has(handlers, LoggingHandler):
            added.append(LoggingHandler(metrics=self.val_metrics))
        return _joined(handlers, added, set(self.val_metrics))

    def _categorize_handlers(self, event_handlers: list[Any]) -> tuple[list[Any], ...]:
        """Six lists, one per event: train begin, epoch begin, batch begin, batch end, epoch end, train end."""
        return tuple([handler for handler in event_handlers if isinstance(handler, event)] for event in _EVENTS)


def _has(handlers: list[Any], kind: type) -> bool:
    return any(isinstance(handler, kind) for handler in handlers)


def _joined(handlers: list[Any], added: list[Any], known: set[Any]) -> list[Any]:
    """Given and added handlers in the *given* list, sorted; if there are both, all must use known metrics."""
    mixed = bool(handlers and added)
    handlers.extend(added)
    if mixed:
        for handler in handlers:
            _check_handler_metric_ref(handler, known)
    handlers.sort(key=lambda handler: getattr(handler, "priority", 0))
    return handlers
