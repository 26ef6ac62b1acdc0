"""Files of a training: the symbol, parameters and trainer states, and going on from them."""

from __future__ import annotations

import os
import re
import warnings
from typing import Any

import numpy as np

from ...._core.errors import ArgumentTypeError
from ....metric import EvalMetric
from ._events import BatchEnd, EpochEnd, TrainBegin
from ._improvement import comparison, worst


class CheckpointHandler(TrainBegin, BatchEnd, EpochEnd):
    """Saves parameters and trainer states, and the symbol of a hybridized network after the first batch.

    Files are ``<prefix>-symbol.json``, ``<prefix>-epoch<E>batch<B>.params`` and ``.states``, and ``<prefix>-best.*``.

    Args:
        model_dir: the folder, made if missing.
        model_prefix: start of the files' names.
        monitor: the metric that decides what is best.
        verbose: 1 for a log line at every save.
        save_best: keep the best checkpoint apart, by `monitor`.
        mode: "min" if less is better, "max" if more is, "auto" for "max" with a warning.
        epoch_period: save after how many epochs; None or 0 for never.
        batch_period: save after how many batches; None or 0 for never.
        max_checkpoints: the oldest beyond this number are removed. The best one does not count.
        resume_from_checkpoint: load the newest checkpoint in `model_dir` and train for what is left.

    Raises:
        ValueError: `save_best` without a metric to monitor.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/estimator/event_handler.py.
    """

    def __init__(
        self,
        model_dir: str,
        model_prefix: str = "model",
        monitor: Any = None,
        verbose: int = 0,
        save_best: bool = False,
        mode: str = "auto",
        epoch_period: int | None = 1,
        batch_period: int | None = None,
        max_checkpoints: int = 5,
        resume_from_checkpoint: bool = False,
    ) -> None:
        self.monitor = monitor
        self.verbose = verbose
        os.makedirs(model_dir, exist_ok=True)
        self.model_dir = model_dir
        self.model_prefix = model_prefix
        self.save_best = save_best
        if save_best and not isinstance(monitor, EvalMetric):
            raise ValueError(
                "save_best needs monitor, one of estimator.train_metrics or estimator.val_metrics."
                f" Received: monitor={monitor!r}"
            )
        self.epoch_period = epoch_period
        self.batch_period = batch_period
        self.current_batch = 0
        self.current_epoch = 0
        self.max_checkpoints = max_checkpoints
        self.resume_from_checkpoint = resume_from_checkpoint
        self.saved_checkpoints: list[str] = []
        self.trained_epoch = -1
        self.trained_batch = -1
        if save_best:
            self.monitor_op = comparison("ModelCheckpoint", mode, monitor)
            self.best = worst(self.monitor_op)

    # -------------------------------------------------------------------------------- events

    def train_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        self.current_epoch = 0
        self.current_batch = 0
        if self.save_best:
            self.best = worst(self.monitor_op)
        if self.resume_from_checkpoint:
            self._check_periods(estimator)
            self._resume_from_checkpoint(estimator)

    def batch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        if self.current_batch == 0:  # the graph exists after the first forward, and does not change
            self._save_symbol(estimator)
        if self.batch_period and (self.current_batch + 1) % self.batch_period == 0:
            self._save_checkpoint(estimator)
        self.current_batch += 1

    def epoch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        if self.epoch_period and (self.current_epoch + 1) % self.epoch_period == 0:
            self._save_checkpoint(estimator)
        self.current_epoch += 1

    # -------------------------------------------------------------------------------- saving

    def _save_checkpoint(self, estimator: Any) -> None:
        epoch, batch = self.current_epoch, self.current_batch
        if self.resume_from_checkpoint:  # numbers go on where the loaded run ended
            epoch += self.trained_epoch + 1
            batch += self.trained_batch if estimator.max_epoch else self.trained_batch + 1
        prefix = f"{self.model_prefix}-epoch{epoch}batch{batch}"
        self._save_params_and_trainer(estimator, prefix)
        if self.verbose > 0:
            estimator.logger.info(
                "[Epoch %d] CheckpointHandler: trained total %d batches, saving model at %s with prefix: %s",
                self.current_epoch,
                self.current_batch + 1,
                self.model_dir,
                prefix,
            )
        if self.save_best:
            self._save_if_best(estimator)

    def _save_if_best(self, estimator: Any) -> None:
        name, value = self.monitor.get()
        if np.isnan(value):
            warnings.warn(
                f"The best model is not saved, since {name} is not updated: monitor one of estimator.train_metrics or"
                " estimator.val_metrics",
                RuntimeWarning,
                stacklevel=4,
            )
        elif self.monitor_op(value, self.best):
            prefix = self.model_prefix + "-best"
            self._save_params_and_trainer(estimator, prefix)
            self.best = value
            if self.verbose > 0:
                # both numbers are the new one, as in MXNet 1.9.1
                estimator.logger.info(
                    "[Epoch %d] CheckpointHandler: %s improved from %0.5f to %0.5f, "
                    "updating best model at %s with prefix: %s",
                    self.current_epoch,
                    name,
                    self.best,
                    value,
                    self.model_dir,
                    prefix,
                )
        elif self.verbose > 0:
            estimator.logger.info(
                "[Epoch %d] CheckpointHandler: %s did not improve from %0.5f, skipping updating best model",
                self.current_batch,
                name,
                self.best,
            )

    def _save_symbol(self, estimator: Any) -> None:
        path = os.path.join(self.model_dir, self.model_prefix + "-symbol.json")
        graph = getattr(estimator.net, "_cached_graph", None)
        if graph:
            graph[1].save(path)
        else:
            estimator.logger.info(
                "Model architecture(symbol file) is not saved, please use HybridBlock to construct your model, "
                "and call net.hybridize() before passing to Estimator in order to save model architecture as %s.",
                path,
            )

    def _save_params_and_trainer(self, estimator: Any, file_prefix: str) -> None:
        path = os.path.join(self.model_dir, file_prefix)
        estimator.net.save_parameters(path + ".params")
        estimator.trainer.save_states(path + ".states")
        if "best" not in file_prefix:
            self.saved_checkpoints.append(file_prefix)
        if len(self.saved_checkpoints) > self.max_checkpoints:
            oldest = self.saved_checkpoints.pop(0)
            for name in os.listdir(self.model_dir):
                if name.startswith(oldest):
                    os.remove(os.path.join(self.model_dir, name))

    # -------------------------------------------------------------------------------- going on

    def _check_periods(self, estimator: Any) -> None:
        """Resuming counts in epochs or in batches, so saving must count in the same."""
        wrong = (estimator.max_batch and (not self.batch_period or self.epoch_period)) or (
            estimator.max_epoch and (not self.epoch_period or self.batch_period)
        )
        if wrong:
            unit, other = ("batch", "epoch") if estimator.max_batch else ("epoch", "batch")
            raise ArgumentTypeError(
                f"resume_from_checkpoint: training by {unit} needs {unit}_period alone, with {other}_period=None."
                f" Received: epoch_period={self.epoch_period}, batch_period={self.batch_period}"
            )

    def _resume_from_checkpoint(self, estimator: Any) -> None:
        prefix = self.model_prefix + "-epoch"
        self.trained_epoch = self._find_max_iteration(prefix, "batch")
        self.trained_batch = self._find_max_iteration(f"{prefix}{self.trained_epoch}batch", ".params")
        if self.trained_epoch == -1:
            left = f"{estimator.max_batch} batches" if estimator.max_batch else f"{estimator.max_epoch} epochs"
            estimator.logger.info("CheckpointHandler: No checkpoint found, training from scratch for " + left)
            return
        text = (
            f"CheckpointHandler: Checkpoint resumed from epoch {self.trained_epoch} batch {self.trained_batch},"
            " continue to train for "
        )
        if estimator.max_epoch:
            estimator.max_epoch = _left("epochs", estimator.max_epoch, self.trained_epoch)
            text += f"{estimator.max_epoch} epochs "
        if estimator.max_batch:
            estimator.max_batch = _left("batches", estimator.max_batch, self.trained_batch)
            text += f"{estimator.max_batch} batches "
        path = os.path.join(self.model_dir, f"{prefix}{self.trained_epoch}batch{self.trained_batch}")
        for file in (path + ".params", path + ".states"):
            if not os.path.exists(file):
                raise ArgumentTypeError(f"cannot resume: {file} does not exist")
        estimator.net.load_parameters(path + ".params", ctx=estimator.context)
        estimator.trainer.load_states(path + ".states")
        estimator.logger.warning(text)

    def _find_max_iteration(self, prefix: str, end: str) -> int:
        """The largest number between `prefix` and `end` in the names of the parameter files; -1 if there are none."""
        number = re.compile(re.escape(prefix) + r"(-?\d+)" + re.escape(end))
        found = [-1]
        for name in os.listdir(self.model_dir):
            if name.startswith(prefix) and ".params" in name:
                match = number.match(name)
                if match is None:
                    raise ValueError(
                        f"{os.path.join(self.model_dir, name)} is no checkpoint: these have names"
                        f" {self.model_prefix}-epoch<number>batch<number>.params, with a .states file beside"
                    )
                found.append(int(match[1]))
        return max(found)


def _left(what: str, wanted: int, last: int) -> int:
    """What is left to train after number `last`."""
    if last >= wanted - 1:
        raise ValueError(
            f"the checkpoint that was found has all {wanted} {what} behind it: give resume_from_checkpoint=False to"
            " train from the start"
        )
    return wanted - last - 1


CheckpointHandler.__module__ = __name__.replace("._checkpoint", ".event_handler")
