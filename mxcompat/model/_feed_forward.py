"""FeedForward: fit, predict and score in the manner of scikit-learn (deprecated in MXNet in favour of Module)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .. import io, metric, nd
from .. import optimizer as opt
from .. import symbol as sym
from ..base import mx_real_t
from ..context import Context, cpu
from ..executor_manager import _check_arguments, _load_data
from ..initializer import Uniform
from ..io import DataDesc
from ._checkpoint import load_checkpoint, save_checkpoint
from ._estimator import BASE_ESTIMATOR
from ._training import BatchEndParam, LogValidationMetricsCallback, _multiple_callbacks, _train_multi_device
from ._updates import _create_kvstore

_ARRAYS = (np.ndarray, nd.NDArray)


def _one(found: list[Any]) -> Any:
    return found[0] if len(found) == 1 else found


class FeedForward(BASE_ESTIMATOR):  # type: ignore[misc]
    """A network with its parameters, to be trained by `fit` and asked by `predict`.

    Args:
        symbol: the network; or a function of a bucket's key that gives one.
        ctx: where to compute: a context or a list of them, ``cpu()`` by default.
        num_epoch: the epoch to train to.
        epoch_size: batches in an epoch; by default what the iterator gives.
        optimizer: its name, or an optimizer.
        initializer: fills the parameters that are not given.
        numpy_batch_size: batch size for data given as arrays.
        arg_params: parameters by name.
        aux_params: auxiliary states by name.
        allow_extra_params: drop parameters that the network does not have.
        begin_epoch: the epoch to start from.
        kwargs: settings of the optimizer.

    Raises:
        AssertionError: ``symbol`` is neither a Symbol nor callable.
        ValueError: two arguments of the network have one name.

    Source: MXNet 1.9.1 python/mxnet/model.py.
    """

    def __init__(
        self,
        symbol: Any,
        ctx: Any = None,
        num_epoch: int | None = None,
        epoch_size: int | None = None,
        optimizer: Any = "sgd",
        initializer: Any = Uniform(0.01),  # noqa: B008
        numpy_batch_size: int = 128,
        arg_params: dict[str, Any] | None = None,
        aux_params: dict[str, Any] | None = None,
        allow_extra_params: bool = False,
        begin_epoch: int = 0,
        **kwargs: Any,
    ) -> None:
        warnings.warn(
            "\033[91mmxnet.model.FeedForward is deprecated: use mxnet.mod.Module\033[0m",
            DeprecationWarning,
            stacklevel=2,
        )
        generated = not isinstance(symbol, sym.Symbol)
        if generated and not callable(symbol):
            raise AssertionError(f"FeedForward: symbol must be a Symbol or a function, got {type(symbol).__name__}")
        self.symbol = None if generated else symbol
        self.sym_gen = symbol if generated else None
        self.arg_params = arg_params
        self.aux_params = aux_params
        self.allow_extra_params = allow_extra_params
        self.argument_checked = False
        if not generated:
            self._check_arguments()
        self.ctx = [cpu()] if ctx is None else [ctx] if isinstance(ctx, Context) else ctx
        self.num_epoch = num_epoch
        self.epoch_size = epoch_size
        self.kwargs = kwargs.copy()
        self.optimizer = optimizer
        self.initializer = initializer
        self.numpy_batch_size = numpy_batch_size
        self._pred_exec: Any = None
        self.begin_epoch = begin_epoch

    def _check_arguments(self) -> None:
        if self.argument_checked:
            return
        if self.symbol is None:
            raise AssertionError("FeedForward: there is no symbol yet")
        self.argument_checked = True
        _check_arguments(self.symbol)
        if not self.allow_extra_params:
            return
        if self.arg_params:
            known = set(self.symbol.list_arguments())
            self.arg_params = {name: array for name, array in self.arg_params.items() if name in known}
        if self.aux_params:
            known = set(self.symbol.list_auxiliary_states())
            self.aux_params = {name: array for name, array in self.aux_params.items() if name in known}

    @staticmethod
    def _is_data_arg(name: str) -> bool:
        """Whether an argument looks like data or a label."""
        return name.endswith(("data", "label"))

    def _init_params(self, inputs: Any, overwrite: bool = False) -> tuple[list[str], list[str], list[str]]:
        """Make the parameters for inputs of these shapes; those given before are kept unless ``overwrite``."""
        inputs = [x if isinstance(x, DataDesc) else DataDesc(*x) for x in inputs]
        symbol: Any = self.symbol
        arg_shapes, _, aux_shapes = symbol.infer_shape(**{x.name: x.shape for x in inputs})
        arg_dtypes, _, aux_dtypes = symbol.infer_type(**{x.name: x.dtype for x in inputs})
        if arg_shapes is None or arg_dtypes is None:
            raise AssertionError("FeedForward: the inputs do not tell the shapes and dtypes of all parameters")
        arg_names, aux_names = symbol.list_arguments(), symbol.list_auxiliary_states()
        given = {x.name for x in inputs}
        param_names = [name for name in arg_names if name not in given]
        made: list[dict[str, Any]] = []
        for names, shapes, dtypes, before in (
            (arg_names, arg_shapes, arg_dtypes, self.arg_params),
            (aux_names, aux_shapes, aux_dtypes, self.aux_params),
        ):
            arrays = {
                name: nd.zeros(shape=shape, dtype=dtype)
                for name, shape, dtype in zip(names, shapes, dtypes, strict=True)
                if name not in given
            }
            for name, array in arrays.items():
                if before and name in before and not overwrite:
                    array[:] = before[name][:]
                else:
                    self.initializer(name, array)
            made.append(arrays)
        self.arg_params, self.aux_params = made
        return arg_names, param_names, aux_names

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_pred_exec": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def _init_predictor(self, input_shapes: Any, type_dict: dict[str, Any] | None = None) -> None:
        """Have an executor for inputs of these shapes in ``_pred_exec``; an existing one that fits is kept."""
        arg_params: dict[str, Any] = self.arg_params or {}
        symbol: Any = self.symbol
        shapes = {name: array.shape for name, array in arg_params.items()}
        shapes.update(dict(input_shapes))
        if self._pred_exec is not None:
            arg_shapes = symbol.infer_shape(**shapes)[0]
            if arg_shapes is None:
                raise AssertionError("Incomplete input shapes")
            if arg_shapes == [array.shape for array in self._pred_exec.arg_arrays]:
                return
        executor = symbol.simple_bind(self.ctx[0], grad_req="null", type_dict=type_dict, **shapes)
        executor.copy_params_from(arg_params, self.aux_params)
        _check_arguments(symbol)
        self._pred_exec = executor

    def _bound_inputs(self, X: Any) -> list[Any]:
        """The executor's arrays for the data of an iterator."""
        types = {name: array.dtype for name, array in (self.arg_params or {}).items()}
        for x in X.provide_data:
            types[x[0]] = x.dtype if isinstance(x, DataDesc) else mx_real_t
        self._init_predictor(X.provide_data, types)
        return [self._pred_exec.arg_dict[x[0]] for x in X.provide_data]

    def _init_iter(self, X: Any, y: Any, is_train: bool) -> Any:
        """An iterator over ``X`` and ``y``: the iterator itself, or one over the arrays."""
        if not isinstance(X, _ARRAYS):
            if not isinstance(X, io.DataIter):
                raise TypeError(f"FeedForward: X must be a DataIter or an array, got {type(X).__name__}")
            return X
        if y is None:
            if is_train:
                raise ValueError("FeedForward: X is an array and y is None; training needs the labels as well")
            y = np.zeros(X.shape[0])
        if not isinstance(y, _ARRAYS):
            raise TypeError(f"FeedForward: y must be an NDArray or a NumPy array, as X is, got {type(y).__name__}")
        if X.shape[0] != y.shape[0]:
            raise ValueError(f"FeedForward: X has {X.shape[0]} entries and y {y.shape[0]}; give a label for each")
        if y.ndim == 2 and y.shape[1] == 1:
            y = y.flatten()
        if y.ndim != 1:
            raise ValueError(f"FeedForward: y of shape {y.shape} must have one axis, or a second of size one")
        size = min(X.shape[0], self.numpy_batch_size)
        if is_train:
            return io.NDArrayIter(X, y, size, shuffle=True, last_batch_handle="roll_over")
        return io.NDArrayIter(X, y, size, shuffle=False)

    def _init_eval_iter(self, eval_data: Any) -> Any:
        """An iterator over validation data, which may be a pair of data and labels."""
        if eval_data is None:
            return None
        if isinstance(eval_data, (tuple, list)) and len(eval_data) == 2:
            data, label = eval_data
            if data is None:
                raise ValueError("Eval data is NONE")
            if label is None and isinstance(data, io.DataIter):
                return data
            data, label = (np.array(part) if isinstance(part, list) else part for part in eval_data)
            return self._init_iter(data, label, is_train=True)
        if not isinstance(eval_data, io.DataIter):
            raise TypeError(
                f"FeedForward: eval_data must be a DataIter or a pair (data, labels), got {type(eval_data).__name__}"
            )
        return eval_data

    def predict(self, X: Any, num_batch: int | None = None, return_data: bool = False, reset: bool = True) -> Any:
        """The outputs for all data, on the first context.

        Args:
            X: an iterator, or an array.
            num_batch: stop after so many batches.
            return_data: return data and labels as well.
            reset: start the iterator anew before.

        Returns:
            A NumPy array, or a list of them where the network has several outputs; with ``return_data`` the same of
            the data and of the labels, too.
        """
        X = self._init_iter(X, None, is_train=False)
        if reset:
            X.reset()
        inputs = self._bound_inputs(X)
        outputs: list[list[Any]] = [[] for _ in self._pred_exec.outputs]
        data: list[list[Any]] = [[] for _ in X.provide_data]
        label: list[list[Any]] = [[] for _ in X.provide_label] if return_data else []
        for i, batch in enumerate(X, 1):
            _load_data(batch, inputs)
            self._pred_exec.forward(is_train=False)
            real = X.batch_size - batch.pad
            for found, array in zip(outputs, self._pred_exec.outputs, strict=True):
                found.append(array[:real].asnumpy())
            if return_data:
                for found, array in zip([*data, *label], [*batch.data, *batch.label], strict=False):
                    found.append(array[:real].asnumpy())
            if i == num_batch:
                break
        joined = _one([np.concatenate(parts) for parts in outputs])
        if not return_data:
            return joined
        return joined, _one([np.concatenate(x) for x in data]), _one([np.concatenate(x) for x in label])

    def score(
        self,
        X: Any,
        eval_metric: Any = "acc",
        num_batch: int | None = None,
        batch_end_callback: Any = None,
        reset: bool = True,
    ) -> Any:
        """The value of a metric over all data.

        Args:
            X: an iterator.
            eval_metric: a metric, or the name of one.
            num_batch: stop after so many batches.
            batch_end_callback: called after each batch: one function or a list.
            reset: start the iterator anew before.
        """
        if not isinstance(eval_metric, metric.EvalMetric):
            eval_metric = metric.create(eval_metric)
        X = self._init_iter(X, None, is_train=False)
        if reset:
            X.reset()
        inputs = self._bound_inputs(X)
        for i, batch in enumerate(X):
            if i == num_batch:
                break
            _load_data(batch, inputs)
            self._pred_exec.forward(is_train=False)
            eval_metric.update(batch.label, self._pred_exec.outputs)
            if batch_end_callback is not None:
                _multiple_callbacks(batch_end_callback, BatchEndParam(0, i, eval_metric, locals()))
        return eval_metric.get()[1]

    def fit(
        self,
        X: Any,
        y: Any = None,
        eval_data: Any = None,
        eval_metric: Any = "acc",
        epoch_end_callback: Any = None,
        batch_end_callback: Any = None,
        kvstore: Any = "local",
        logger: Any = None,
        work_load_list: list[float] | None = None,
        monitor: Any = None,
        eval_end_callback: Any = LogValidationMetricsCallback(),  # noqa: B008
        eval_batch_end_callback: Any = None,
    ) -> None:
        """Train.

        Args:
            X: an iterator, or an array with its labels in ``y``.
            y: labels, one for each entry of ``X``.
            eval_data: validation data: an iterator, or a pair of arrays.
            eval_metric: a metric, the name of one, or a function of labels and predictions.
            epoch_end_callback: called after each epoch with (epoch, symbol, arg_params, aux_params).
            batch_end_callback: called after each batch with a `BatchEndParam`.
            kvstore: a store, or the name of a kind.
            logger: where to log to.
            work_load_list: shares of the contexts in a batch.
            monitor: watches results inside the network.
            eval_end_callback: called after each evaluation.
            eval_batch_end_callback: called after each batch of an evaluation.
        """
        data = self._init_iter(X, y, is_train=True)
        eval_data = self._init_eval_iter(eval_data)
        if self.sym_gen:
            self.symbol = self.sym_gen(data.default_bucket_key)
            self._check_arguments()
        self.kwargs["sym"] = self.symbol
        arg_names, param_names, aux_names = self._init_params(data.provide_data + data.provide_label)
        arg_params: dict[str, Any] = self.arg_params or {}
        aux_params: dict[str, Any] = self.aux_params or {}
        if not isinstance(eval_metric, metric.EvalMetric):
            eval_metric = metric.create(eval_metric)
        kvstore, update_on_kvstore = _create_kvstore(kvstore, len(self.ctx), arg_params)
        copies = 1 if update_on_kvstore else len(self.ctx)
        numbers = {i * copies + k: name for i, name in enumerate(param_names) for k in range(copies)}
        self.kwargs["param_idx2name"] = numbers
        optimizer = self.optimizer
        if isinstance(optimizer, str):
            batch_size = data.batch_size
            if kvstore and "dist" in kvstore.type and "_async" not in kvstore.type:
                batch_size *= kvstore.num_workers
            optimizer = opt.create(optimizer, rescale_grad=1.0 / batch_size, **self.kwargs)
        elif isinstance(optimizer, opt.Optimizer) and not optimizer.idx2name:
            optimizer.idx2name = numbers.copy()
        last_epoch: Any = self.num_epoch  # None is range's TypeError, as in MXNet
        _train_multi_device(
            self.symbol, self.ctx, arg_names, param_names, aux_names, arg_params, aux_params,
            begin_epoch=self.begin_epoch, end_epoch=last_epoch,
            epoch_size=self.epoch_size, optimizer=optimizer, train_data=data, eval_data=eval_data,
            eval_metric=eval_metric, epoch_end_callback=epoch_end_callback, batch_end_callback=batch_end_callback,
            kvstore=kvstore, update_on_kvstore=update_on_kvstore, logger=logger, work_load_list=work_load_list,
            monitor=monitor, eval_end_callback=eval_end_callback, eval_batch_end_callback=eval_batch_end_callback,
            sym_gen=self.sym_gen,
        )  # fmt: skip

    def save(self, prefix: str, epoch: int | None = None, remove_amp_cast: bool = True) -> None:
        """Write a checkpoint: see `save_checkpoint`.

        Args:
            prefix: start of the files' names.
            epoch: number in the name of the file of parameters; ``num_epoch`` by default.
            remove_amp_cast: leave out the casts that mixed precision has put in.

        Raises:
            AssertionError: neither ``epoch`` nor ``num_epoch``.
        """
        epoch = self.num_epoch if epoch is None else epoch
        if epoch is None:
            raise AssertionError("FeedForward.save: say which epoch, as this model has no num_epoch")
        save_checkpoint(
            prefix, epoch, self.symbol, self.arg_params or {}, self.aux_params or {}, remove_amp_cast=remove_amp_cast
        )  # fmt: skip

    @staticmethod
    def load(prefix: str, epoch: int, ctx: Any = None, **kwargs: Any) -> FeedForward:
        """A model from a checkpoint, to be asked or trained on from that epoch.

        Args:
            prefix: start of the files' names.
            epoch: number in the name of the file of parameters.
            ctx: a context or a list of them.
            kwargs: further arguments of the class.
        """
        symbol, arg_params, aux_params = load_checkpoint(prefix, epoch)
        return FeedForward(
            symbol, ctx=ctx, arg_params=arg_params, aux_params=aux_params, begin_epoch=epoch, **kwargs
        )  # fmt: skip

    @staticmethod
    def create(
        symbol: Any,
        X: Any,
        y: Any = None,
        ctx: Any = None,
        num_epoch: int | None = None,
        epoch_size: int | None = None,
        optimizer: Any = "sgd",
        initializer: Any = Uniform(0.01),  # noqa: B008
        eval_data: Any = None,
        eval_metric: Any = "acc",
        epoch_end_callback: Any = None,
        batch_end_callback: Any = None,
        kvstore: Any = "local",
        logger: Any = None,
        work_load_list: list[float] | None = None,
        eval_end_callback: Any = LogValidationMetricsCallback(),  # noqa: B008
        eval_batch_end_callback: Any = None,
        **kwargs: Any,
    ) -> FeedForward:
        """Make a model and train it. The arguments are those of the class and of `fit`."""
        model = FeedForward(
            symbol, ctx=ctx, num_epoch=num_epoch, epoch_size=epoch_size, optimizer=optimizer,
            initializer=initializer, **kwargs,
        )  # fmt: skip
        model.fit(
            X, y, eval_data=eval_data, eval_metric=eval_metric, epoch_end_callback=epoch_end_callback,
            batch_end_callback=batch_end_callback, kvstore=kvstore, logger=logger, work_load_list=work_load_list,
            eval_end_callback=eval_end_callback, eval_batch_end_callback=eval_batch_end_callback,
        )  # fmt: skip
        return model
