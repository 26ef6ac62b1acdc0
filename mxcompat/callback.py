"""What training loops call after a batch or an epoch: `mxnet.callback`.

Batch callbacks get an object with ``epoch``, ``nbatch``, ``eval_metric`` and ``locals``. The lines that they log are
MXNet 1.9.1's, letter by letter, since scripts read them.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import Any

from .model import LogValidationMetricsCallback, save_checkpoint

__all__ = [
    "LogValidationMetricsCallback",
    "ProgressBar",
    "Speedometer",
    "do_checkpoint",
    "log_train_metric",
    "module_checkpoint",
    "save_checkpoint",
]


def module_checkpoint(
    mod: Any, prefix: str, period: int = 1, save_optimizer_states: bool = False
) -> Callable[..., None]:
    """An epoch callback that saves a module.

    Args:
        mod: the module.
        prefix: start of the files' names.
        period: save every so many epochs; less than 1 counts as 1.
        save_optimizer_states: save these, too.
    """
    every = int(max(1, period))

    def save(iter_no: int, sym: Any = None, arg: Any = None, aux: Any = None) -> None:
        if (iter_no + 1) % every == 0:
            mod.save_checkpoint(prefix, iter_no + 1, save_optimizer_states)

    return save


def do_checkpoint(prefix: str, period: int = 1) -> Callable[..., None]:
    """An epoch callback that saves symbol and parameters as ``prefix-symbol.json`` and ``prefix-0001.params``.

    Args:
        prefix: start of the files' names.
        period: save every so many epochs; less than 1 counts as 1.
    """
    every = int(max(1, period))

    def save(iter_no: int, sym: Any, arg: Any, aux: Any) -> None:
        if (iter_no + 1) % every == 0:
            save_checkpoint(prefix, iter_no + 1, sym, arg, aux)

    return save


def log_train_metric(period: int, auto_reset: bool = False) -> Callable[[Any], None]:
    """A batch callback that logs the metric.

    Args:
        period: log every so many batches.
        auto_reset: reset the metric's local sums then.
    """

    def log(param: Any) -> None:
        if param.nbatch % period or param.eval_metric is None:
            return
        for name, value in param.eval_metric.get_name_value():
            logging.info("Iter[%d] Batch[%d] Train-%s=%f", param.epoch, param.nbatch, name, value)
        if auto_reset:
            param.eval_metric.reset_local()

    return log


class Speedometer:
    """A batch callback that logs samples per second and the metric.

    Args:
        batch_size: samples per batch.
        frequent: log every so many batches.
        auto_reset: reset the metric's local sums then, so that each line is about the batches since the last one.
    """

    def __init__(self, batch_size: int, frequent: int = 50, auto_reset: bool = True) -> None:
        self.batch_size = batch_size
        self.frequent = frequent
        self.init = False
        self.tic: float = 0
        self.last_count = 0
        self.auto_reset = auto_reset

    def __call__(self, param: Any) -> None:
        count = param.nbatch
        if self.last_count > count:  # a new epoch
            self.init = False
        self.last_count = count
        if not self.init:
            self.init = True
            self.tic = time.time()
            return
        if count % self.frequent:
            return
        passed = time.time() - self.tic
        speed = self.frequent * self.batch_size / passed if passed else float("inf")
        if param.eval_metric is None:
            logging.info("Iter[%d] Batch [%d]\tSpeed: %.2f samples/sec", param.epoch, count, speed)
        else:
            found = param.eval_metric.get_name_value()
            if self.auto_reset:
                param.eval_metric.reset_local()
            first = count - self.frequent if self.auto_reset else 0
            logging.info(
                "Epoch[%d] Batch [%d-%d]\tSpeed: %.2f samples/sec" + "\t%s=%f" * len(found),
                param.epoch,
                first,
                count,
                speed,
                *(part for pair in found for part in pair),
            )
        self.tic = time.time()


class ProgressBar:
    """A batch callback that logs a bar of the share of batches done.

    Args:
        total: number of batches.
        length: width of the bar in characters.
    """

    def __init__(self, total: int, length: int = 80) -> None:
        self.bar_len = length
        self.total = total

    def __call__(self, param: Any) -> None:
        done = round(self.bar_len * param.nbatch / self.total)
        bar = "=" * done + "-" * (self.bar_len - done)
        logging.info("[%s] %s%s\r", bar, math.ceil(100.0 * param.nbatch / self.total), "%")
