"""The training loop of FeedForward, and what callbacks get."""

from __future__ import annotations

import logging
import time
from collections import namedtuple
from collections.abc import Iterator
from typing import Any

from ..executor_manager import DataParallelExecutorManager
from ..optimizer import get_updater
from ._updates import (
    _initialize_kvstore,
    _update_params,
    _update_params_on_kvstore,
    _update_params_on_kvstore_nccl,
)

#: what is given to callbacks after a batch or an evaluation
BatchEndParam = namedtuple("BatchEndParams", ["epoch", "nbatch", "eval_metric", "locals"])  # type: ignore[name-match]


class LogValidationMetricsCallback:
    """A callback for the end of an evaluation that logs the metric."""

    def __call__(self, param: Any) -> None:
        if not param.eval_metric:
            return
        for name, value in param.eval_metric.get_name_value():
            logging.info("Epoch[%d] Validation-%s=%f", param.epoch, name, value)


# its home is mxnet.callback, which stands above this room: FeedForward has one as a default
LogValidationMetricsCallback.__module__ = "mxcompat.callback"


def _multiple_callbacks(callbacks: Any, *args: Any, **kwargs: Any) -> None:
    """Call one callback, or each of a list, or none."""
    if not isinstance(callbacks, list):
        callbacks = [callbacks] if callbacks else []
    for callback in callbacks:
        callback(*args, **kwargs)


def _batches_of_epoch(data: Any, size: int | None, epoch: int, logger: Any) -> Iterator[Any]:
    """The batches of one pass over the data; with a size so many, over as many passes as that takes."""
    count = 0
    while True:
        for batch in data:
            count += 1
            yield batch
            if size is not None and count >= size:
                return  # in the midst of the data: the next epoch goes on there
        logger.info("Epoch[%d] Resetting Data Iterator", epoch)
        data.reset()
        if size is None or count >= size:
            return


def _train_multi_device(
    symbol: Any,
    ctx: list[Any],
    arg_names: list[str],
    param_names: list[str],
    aux_names: list[str],
    arg_params: dict[str, Any],
    aux_params: dict[str, Any],
    begin_epoch: int,
    end_epoch: int,
    epoch_size: int | None,
    optimizer: Any,
    kvstore: Any,
    update_on_kvstore: bool,
    train_data: Any,
    eval_data: Any = None,
    eval_metric: Any = None,
    epoch_end_callback: Any = None,
    batch_end_callback: Any = None,
    logger: Any = None,
    work_load_list: list[float] | None = None,
    monitor: Any = None,
    eval_end_callback: Any = None,
    eval_batch_end_callback: Any = None,
    sym_gen: Any = None,
) -> None:
    """Train on the contexts of ``ctx``; ``arg_params`` and ``aux_params`` have the result in the end."""
    logger = logging if logger is None else logger
    manager = DataParallelExecutorManager(
        symbol=symbol, sym_gen=sym_gen, ctx=ctx, train_data=train_data, param_names=param_names, arg_names=arg_names,
        aux_names=aux_names, work_load_list=work_load_list, logger=logger,
    )  # fmt: skip
    if monitor:
        manager.install_monitor(monitor)
    manager.set_params(arg_params, aux_params)
    updater = None
    if update_on_kvstore:
        kvstore.set_optimizer(optimizer)
    else:
        updater = get_updater(optimizer)
    if kvstore:
        _initialize_kvstore(kvstore, manager.param_arrays, arg_params, manager.param_names, update_on_kvstore)

    def update() -> None:
        if update_on_kvstore:
            push = _update_params_on_kvstore_nccl if "nccl" in kvstore.type else _update_params_on_kvstore
            push(manager.param_arrays, manager.grad_arrays, kvstore, manager.param_names)
        else:
            _update_params(
                manager.param_arrays, manager.grad_arrays, updater, len(ctx), kvstore, manager.param_names
            )  # fmt: skip

    train_data.reset()
    for epoch in range(begin_epoch, end_epoch):
        tic = time.time()
        eval_metric.reset()
        nbatch = 0
        for data_batch in _batches_of_epoch(train_data, epoch_size, epoch, logger):
            manager.load_data_batch(data_batch)
            if monitor is not None:
                monitor.tic()
            manager.forward(is_train=True)
            manager.backward()
            update()
            if monitor is not None:
                monitor.toc_print()
            manager.update_metric(eval_metric, data_batch.label)
            nbatch += 1
            if batch_end_callback is not None:
                _multiple_callbacks(batch_end_callback, BatchEndParam(epoch, nbatch, eval_metric, locals()))
        logger.info("Epoch[%d] Time cost=%.3f", epoch, time.time() - tic)
        if epoch_end_callback or epoch + 1 == end_epoch:
            manager.copy_to(arg_params, aux_params)
        _multiple_callbacks(epoch_end_callback, epoch, symbol, arg_params, aux_params)
        if not eval_data:
            continue
        eval_metric.reset()
        eval_data.reset()
        batches = 0
        for i, eval_batch in enumerate(eval_data):
            manager.load_data_batch(eval_batch)
            manager.forward(is_train=False)
            manager.update_metric(eval_metric, eval_batch.label)
            if eval_batch_end_callback is not None:
                _multiple_callbacks(eval_batch_end_callback, BatchEndParam(epoch, i, eval_metric, locals()))
            batches += 1
        if eval_end_callback is not None:
            _multiple_callbacks(eval_end_callback, BatchEndParam(epoch, batches, eval_metric, locals()))
        eval_data.reset()
