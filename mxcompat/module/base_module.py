"""BaseModule: what every module has in common, and the loops of training and evaluation.

Source: MXNet 1.9.1 python/mxnet/module/base_module.py.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .. import metric as metric
from .. import nd as ndarray
from ..base import _as_list
from ..context import cpu as cpu
from ..initializer import Uniform as Uniform
from ..io import DataBatch as DataBatch
from ..io import DataDesc as DataDesc
from ..io import DataIter as DataIter
from ..model import BatchEndParam as BatchEndParam
from ..model._checkpoint import tagged as _tagged

#: ends of names that are parameters, not inputs
_PARAMETERS = ("_weight", "_bias", "_gamma", "_beta")
#: what a missing state asks for
_FIRST = {
    "binded": "call bind first",
    "params_initialized": "call init_params first",
    "optimizer_initialized": "call init_optimizer first",
    "inputs_need_grad": "bind with inputs_need_grad=True",
    "for_training": "bind with for_training=True",
}


def _check_input_names(symbol: Any, names: Sequence[str], typename: str, throw: bool) -> None:
    """Raise ValueError, or warn, about names that are no arguments of a symbol."""
    known = symbol.list_arguments()
    for name in names:
        if name in known:
            continue
        likely = "\n\t".join(arg for arg in known if not arg.endswith(_PARAMETERS))
        text = (
            f"\033[91mModule: {typename}_names={names} has '{name}', which is no argument of the symbol; "
            f"these are and look like inputs:\n\t{likely}\033[0m"
        )
        if throw:
            raise ValueError(text)
        warnings.warn(text, stacklevel=2)


def _check_names_match(data_names: Sequence[str], data_shapes: Sequence[Any], name: str, throw: bool) -> None:
    """Raise ValueError, or warn, if descriptions have other names than these."""
    if sorted(data_names) == sorted(x[0] for x in data_shapes):
        return
    text = (
        f"Data provided by {name}_shapes don't match names specified by {name}_names ({data_shapes} vs. {data_names})"
    )
    if throw:
        raise ValueError(text)
    warnings.warn(text, stacklevel=2)


def _parse_data_desc(
    data_names: Sequence[str], label_names: Sequence[str], data_shapes: Any, label_shapes: Any
) -> tuple[list[DataDesc], list[DataDesc] | None]:
    """Descriptions of data and labels, whose names are checked: ValueError for data, a warning for labels."""
    data = [x if isinstance(x, DataDesc) else DataDesc(*x) for x in data_shapes]
    _check_names_match(data_names, data, "data", True)
    label = None
    if label_shapes is not None:
        label = [x if isinstance(x, DataDesc) else DataDesc(*x) for x in label_shapes]
    _check_names_match(label_names, label or [], "label", False)
    return data, label


class BaseModule:
    """A computation with parameters: bind it to shapes, give it parameters and an optimizer, then run batches.

    A subclass gives the steps (`bind`, `init_params`, `init_optimizer`, `forward`, `backward`, `update`, ...); `fit`,
    `score` and `predict` are made of them.

    Attributes:
        binded: shapes are known, and memory is there.
        for_training: bound for training.
        inputs_need_grad: gradients of the inputs are computed, too.
        params_initialized: the parameters have values.
        optimizer_initialized: there is an optimizer.

    Args:
        logger: where to log to.

    Source: MXNet 1.9.1 python/mxnet/module/base_module.py.
    """

    def __init__(self, logger: Any = logging) -> None:
        self.logger = logger
        self.binded = False
        self.for_training = False
        self.inputs_need_grad = False
        self.params_initialized = False
        self.optimizer_initialized = False
        self._symbol: Any = None
        self._total_exec_bytes = 0

    def _need(self, *states: str) -> None:
        """Raise AssertionError unless the module is in all of these states."""
        for state in states:
            if not getattr(self, state):
                raise AssertionError(f"{type(self).__name__}: {_FIRST[state]}")

    # ---- loops

    def forward_backward(self, data_batch: Any) -> None:
        """`forward` in training, then `backward`."""
        self.forward(data_batch, is_train=True)
        self.backward()

    def _measure(self, eval_metric: Any, batch: Any) -> None:
        if isinstance(batch, list):
            self.update_metric(eval_metric, [part.label for part in batch], pre_sliced=True)
        else:
            self.update_metric(eval_metric, batch.label)

    def score(
        self,
        eval_data: Any,
        eval_metric: Any,
        num_batch: int | None = None,
        batch_end_callback: Any = None,
        score_end_callback: Any = None,
        reset: bool = True,
        epoch: int = 0,
        sparse_row_id_fn: Any = None,
    ) -> list[tuple[str, float]]:
        """The values of a metric over all data.

        Args:
            eval_data: an iterator.
            eval_metric: a metric, or what `mxnet.metric.create` takes.
            num_batch: stop after so many batches.
            batch_end_callback: called after each batch with a ``BatchEndParam``: one function or a list.
            score_end_callback: called at the end, likewise.
            reset: start the iterator anew before.
            epoch: number that callbacks get.
            sparse_row_id_fn: see `prepare`.

        Returns:
            Pairs of name and value.

        Raises:
            AssertionError: not bound, or no parameters.
        """
        self._need("binded", "params_initialized")
        if reset:
            eval_data.reset()
        if not isinstance(eval_metric, metric.EvalMetric):
            eval_metric = metric.create(eval_metric)
        eval_metric.reset()
        actual_num_batch = 0
        for nbatch, eval_batch in enumerate(eval_data):
            if nbatch == num_batch:
                break
            self.prepare(eval_batch, sparse_row_id_fn=sparse_row_id_fn)
            self.forward(eval_batch, is_train=False)
            self._measure(eval_metric, eval_batch)
            if batch_end_callback is not None:
                for callback in _as_list(batch_end_callback):
                    callback(BatchEndParam(epoch, nbatch, eval_metric, locals()))
            actual_num_batch += 1
        if score_end_callback:
            for callback in _as_list(score_end_callback):
                callback(BatchEndParam(epoch, actual_num_batch, eval_metric, locals()))
        return eval_metric.get_name_value()  # type: ignore[no-any-return]

    def iter_predict(
        self, eval_data: Any, num_batch: int | None = None, reset: bool = True, sparse_row_id_fn: Any = None
    ) -> Iterator[tuple[list[Any], int, Any]]:
        """The outputs batch by batch, without those of padding.

        Args:
            eval_data: an iterator.
            num_batch: stop after so many batches.
            reset: start the iterator anew before.
            sparse_row_id_fn: see `prepare`.

        Yields:
            The list of outputs, the number of the batch, the batch.

        Raises:
            AssertionError: not bound, or no parameters.
        """
        self._need("binded", "params_initialized")
        if reset:
            eval_data.reset()
        for nbatch, batch in enumerate(eval_data):
            if nbatch == num_batch:
                break
            self.prepare(batch, sparse_row_id_fn=sparse_row_id_fn)
            self.forward(batch, is_train=False)
            yield [out[: out.shape[0] - batch.pad] for out in self.get_outputs()], nbatch, batch

    def predict(
        self,
        eval_data: Any,
        num_batch: int | None = None,
        merge_batches: bool = True,
        reset: bool = True,
        always_output_list: bool = False,
        sparse_row_id_fn: Any = None,
    ) -> Any:
        """The outputs for all data.

        Args:
            eval_data: an iterator; or an array, which is one batch.
            num_batch: stop after so many batches.
            merge_batches: join the batches.
            reset: start the iterator anew before.
            always_output_list: a list even for a network of one output.
            sparse_row_id_fn: see `prepare`.

        Returns:
            A list of the joined outputs, or the one output itself; without ``merge_batches`` a list of the outputs of
            each batch; an empty list if there is no batch.

        Raises:
            AssertionError: not bound, or no parameters; batches to be joined have different numbers of outputs.
            ValueError: neither an array nor an iterator.
        """
        self._need("binded", "params_initialized")
        if isinstance(eval_data, (ndarray.NDArray, np.ndarray)):
            if isinstance(eval_data, np.ndarray):
                eval_data = ndarray.array(eval_data)
            self.forward(DataBatch([eval_data]))
            return self.get_outputs()[0]
        if not isinstance(eval_data, DataIter):
            raise ValueError(f"predict: eval_data must be a DataIter or an array, got {type(eval_data).__name__}")
        batches = [
            [out.copy() for out in outputs]
            for outputs, _, _ in self.iter_predict(eval_data, num_batch, reset, sparse_row_id_fn)
        ]
        if not batches or not merge_batches:
            return batches
        if len({len(outputs) for outputs in batches}) > 1:
            raise AssertionError(
                "predict: the batches have different numbers of outputs "
                f"{sorted({len(outputs) for outputs in batches})} (bucketing does that); give merge_batches=False"
            )
        merged = [ndarray.concatenate(list(parts)) for parts in zip(*batches, strict=True)]
        return merged[0] if len(merged) == 1 and not always_output_list else merged

    def fit(
        self,
        train_data: Any,
        eval_data: Any = None,
        eval_metric: Any = "acc",
        epoch_end_callback: Any = None,
        batch_end_callback: Any = None,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        eval_end_callback: Any = None,
        eval_batch_end_callback: Any = None,
        initializer: Any = Uniform(0.01),  # noqa: B008
        arg_params: dict[str, Any] | None = None,
        aux_params: dict[str, Any] | None = None,
        allow_missing: bool = False,
        force_rebind: bool = False,
        force_init: bool = False,
        begin_epoch: int = 0,
        num_epoch: int | None = None,
        validation_metric: Any = None,
        monitor: Any = None,
        sparse_row_id_fn: Any = None,
    ) -> None:
        """Train.

        Args:
            train_data: an iterator.
            eval_data: an iterator of validation data, scored after each epoch.
            eval_metric: a metric, or what `mxnet.metric.create` takes.
            epoch_end_callback: called after each epoch with (epoch, symbol, arg_params, aux_params); may be a list.
            batch_end_callback: called after each batch with a ``BatchEndParam``; may be a list.
            kvstore: a store, or the name of a kind.
            optimizer: an optimizer, or its name.
            optimizer_params: settings of the optimizer: a dict or pairs.
            eval_end_callback: called after each validation.
            eval_batch_end_callback: called after each batch of it.
            initializer: fills the parameters that are not given.
            arg_params: parameters by name.
            aux_params: auxiliary states by name.
            allow_missing: fill parameters that ``arg_params`` lacks with the initializer.
            force_rebind: bind even if the module is bound.
            force_init: initialize even if the parameters have values.
            begin_epoch: number of the first epoch.
            num_epoch: number of the epoch to stop before.
            validation_metric: metric for validation; that of training by default.
            monitor: watches results inside the network.
            sparse_row_id_fn: see `prepare`.

        Raises:
            AssertionError: no ``num_epoch``.
        """
        if num_epoch is None:
            raise AssertionError("please specify number of epochs: fit(..., num_epoch=...)")
        self.bind(
            data_shapes=train_data.provide_data, label_shapes=train_data.provide_label, for_training=True,
            force_rebind=force_rebind,
        )  # fmt: skip
        if monitor is not None:
            self.install_monitor(monitor)
        self.init_params(
            initializer=initializer, arg_params=arg_params, aux_params=aux_params, allow_missing=allow_missing,
            force_init=force_init,
        )  # fmt: skip
        self.init_optimizer(kvstore=kvstore, optimizer=optimizer, optimizer_params=optimizer_params)
        if validation_metric is None:
            validation_metric = eval_metric
        if not isinstance(eval_metric, metric.EvalMetric):
            eval_metric = metric.create(eval_metric)

        for epoch in range(begin_epoch, num_epoch):
            tic = time.time()
            eval_metric.reset()
            self._epoch_begins(epoch, train_data)
            values: list[tuple[str, float]] = []
            data_iter = iter(train_data)
            next_data_batch = next(data_iter)
            end_of_batch, nbatch = False, 0
            while not end_of_batch:
                data_batch = next_data_batch
                if monitor is not None:
                    monitor.tic()
                self.forward_backward(data_batch)
                self.update()
                self._measure(eval_metric, data_batch)
                try:
                    # the next batch is fetched while the device still works on this one
                    next_data_batch = next(data_iter)
                    self.prepare(next_data_batch, sparse_row_id_fn=sparse_row_id_fn)
                except StopIteration:
                    end_of_batch = True
                if monitor is not None:
                    monitor.toc_print()
                if end_of_batch:  # before a callback resets the metric
                    values = self._epoch_values(eval_metric)
                if batch_end_callback is not None:
                    for callback in _as_list(batch_end_callback):
                        callback(BatchEndParam(epoch, nbatch, eval_metric, locals()))
                nbatch += 1
            for name, value in values:
                self.logger.info("Epoch[%d] Train-%s=%f", epoch, name, value)
            self.logger.info("Epoch[%d] Time cost=%.3f", epoch, time.time() - tic)
            arg_params, aux_params = self.get_params()
            self.set_params(arg_params, aux_params)
            if epoch_end_callback is not None:
                for callback in _as_list(epoch_end_callback):
                    callback(epoch, self.symbol, arg_params, aux_params)
            if eval_data is not None:
                scores = self.score(
                    eval_data, validation_metric, score_end_callback=eval_end_callback,
                    batch_end_callback=eval_batch_end_callback, epoch=epoch,
                )  # fmt: skip
                for name, value in scores:
                    self.logger.info("Epoch[%d] Validation-%s=%f", epoch, name, value)
            self._epoch_ends(train_data)

    def _epoch_begins(self, epoch: int, train_data: Any) -> None:
        """What a kind of module does before the first batch of an epoch."""

    def _epoch_ends(self, train_data: Any) -> None:
        """What it does after the last."""
        train_data.reset()

    def _epoch_values(self, eval_metric: Any) -> list[tuple[str, float]]:
        """The values of the metric that are logged for an epoch."""
        return eval_metric.get_global_name_value()  # type: ignore[no-any-return]

    # ---- names and shapes

    @property
    def data_names(self) -> list[str]:
        """Names of the inputs."""
        raise NotImplementedError(f"{type(self).__name__} has no data_names")

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs."""
        raise NotImplementedError(f"{type(self).__name__} has no output_names")

    @property
    def data_shapes(self) -> Any:
        """Descriptions of the inputs."""
        raise NotImplementedError(f"{type(self).__name__} has no data_shapes")

    @property
    def label_shapes(self) -> Any:
        """Descriptions of the labels; None or empty if there are none."""
        raise NotImplementedError(f"{type(self).__name__} has no label_shapes")

    @property
    def output_shapes(self) -> Any:
        """Pairs of name and shape of the outputs."""
        raise NotImplementedError(f"{type(self).__name__} has no output_shapes")

    @property
    def symbol(self) -> Any:
        """The network, if there is one."""
        return self._symbol

    # ---- parameters

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Parameters and auxiliary states by name, on the CPU."""
        raise NotImplementedError(f"{type(self).__name__} has no get_params")

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008
        arg_params: dict[str, Any] | None = None,
        aux_params: dict[str, Any] | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Give the parameters their first values.

        Args:
            initializer: fills those that are not given.
            arg_params: parameters by name.
            aux_params: auxiliary states by name.
            allow_missing: fill what the dicts lack with the initializer.
            force_init: even if they have values.
            allow_extra: let the dicts have names that the module does not.
        """
        raise NotImplementedError(f"{type(self).__name__} has no init_params")

    def set_params(
        self,
        arg_params: dict[str, Any],
        aux_params: dict[str, Any],
        allow_missing: bool = False,
        force_init: bool = True,
        allow_extra: bool = False,
    ) -> None:
        """Set parameters and auxiliary states. The arguments are those of `init_params`."""
        self.init_params(
            initializer=None, arg_params=arg_params, aux_params=aux_params, allow_missing=allow_missing,
            force_init=force_init, allow_extra=allow_extra,
        )  # fmt: skip

    def save_params(self, fname: str) -> None:
        """Write parameters and auxiliary states to a file.

        Args:
            fname: its path.
        """
        ndarray.save(fname, _tagged(*self.get_params()))

    def load_params(self, fname: str) -> None:
        """Set parameters and auxiliary states from a file.

        Args:
            fname: its path.

        Raises:
            ValueError: an array in it is neither a parameter nor an auxiliary state.
        """
        found: dict[str, dict[str, Any]] = {"arg": {}, "aux": {}}
        stored: Any = ndarray.load(fname)
        for key, array in stored.items():
            kind, name = key.split(":", 1)
            if kind not in found:
                raise ValueError(f"Invalid param file {fname}: {key!r} starts with neither 'arg:' nor 'aux:'")
            found[kind][name] = array
        self.set_params(found["arg"], found["aux"])

    def get_states(self, merge_multi_context: bool = True) -> list[Any]:
        """The states: none here."""
        self._need("binded", "params_initialized")
        if merge_multi_context:
            raise AssertionError("get_states: states are not merged, use merge_multi_context=False")
        return []

    def set_states(self, states: Any = None, value: Any = None) -> None:
        """Set the states: there are none here."""
        self._need("binded", "params_initialized")
        if states or value:
            raise AssertionError(f"set_states: {type(self).__name__} has no states")

    def install_monitor(self, mon: Any) -> None:
        """Have a monitor watch the results inside."""
        raise NotImplementedError(f"{type(self).__name__} has no install_monitor")

    # ---- computation

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        """Get ready for a batch.

        Args:
            data_batch: the batch.
            sparse_row_id_fn: a function of the batch that tells the rows of row_sparse parameters it needs, by name.
        """
        if sparse_row_id_fn is not None:
            warnings.warn(
                UserWarning("BaseModule.prepare never calls sparse_row_id_fn; only Module does"), stacklevel=2
            )

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute the outputs of a batch.

        Args:
            data_batch: the batch.
            is_train: in training or not; as bound by default.
        """
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, out_grads: Any = None) -> None:
        """Compute the gradients of the last batch.

        Args:
            out_grads: gradients of the outputs, where these are no losses.
        """
        raise NotImplementedError(f"{type(self).__name__} has no backward")

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        """The outputs of the last batch.

        Args:
            merge_multi_context: join the parts of the contexts; else each output is a list of parts.
        """
        raise NotImplementedError(f"{type(self).__name__} has no get_outputs")

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        """The gradients of the inputs; see `get_outputs`."""
        raise NotImplementedError(f"{type(self).__name__} has no get_input_grads")

    def update(self) -> None:
        """Update the parameters with the gradients of the last batch."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Give labels and the last outputs to a metric.

        Args:
            eval_metric: the metric.
            labels: arrays; with ``pre_sliced`` a list of arrays for each context.
            pre_sliced: see there.
        """
        raise NotImplementedError(f"{type(self).__name__} has no update_metric")

    # ---- setting up

    def bind(
        self,
        data_shapes: Any,
        label_shapes: Any = None,
        for_training: bool = True,
        inputs_need_grad: bool = False,
        force_rebind: bool = False,
        shared_module: Any = None,
        grad_req: Any = "write",
    ) -> None:
        """Get memory for inputs of these shapes.

        Args:
            data_shapes: names and shapes of the inputs: pairs, or ``DataDesc``.
            label_shapes: the same of the labels.
            for_training: whether there will be a `backward`.
            inputs_need_grad: whether gradients of the inputs are wanted, too.
            force_rebind: even if the module is bound.
            shared_module: a module to share memory with.
            grad_req: ``"write"``, ``"add"`` or ``"null"``, for all or by argument.
        """
        raise NotImplementedError(f"{type(self).__name__} has no bind")

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Install an optimizer.

        Args:
            kvstore: a store, or the name of a kind.
            optimizer: an optimizer, or its name.
            optimizer_params: its settings: a dict or pairs.
            force_init: even if there is one.
        """
        raise NotImplementedError(f"{type(self).__name__} has no init_optimizer")
