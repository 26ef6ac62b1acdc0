"""Module: one symbol on one or several contexts.

Source: MXNet 1.9.1 python/mxnet/module/module.py.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

from .. import context as ctx
from .. import nd as nd
from .. import optimizer as opt
from ..initializer import InitDesc as InitDesc
from ..initializer import Uniform as Uniform
from ..io import DataDesc as DataDesc
from ..model import _create_kvstore, _initialize_kvstore, _update_params, _update_params_on_kvstore
from ..model import load_checkpoint as load_checkpoint
from ..nd import zeros as zeros
from .base_module import BaseModule as BaseModule
from .base_module import _check_input_names, _parse_data_desc
from .executor_group import DataParallelExecutorGroup as DataParallelExecutorGroup

_ON_DEFAULT = ctx.cpu()


def _checked_names(
    symbol: Any, data_names: Any, label_names: Any, state_names: Any, fixed_param_names: Any
) -> tuple[list[str], list[str], list[str], list[str]]:
    """The four kinds of names as lists. ValueError if one is no argument of the symbol; for labels only a warning."""
    lists = []
    for kind, names in (
        ("data", data_names),
        ("label", label_names),
        ("state", state_names),
        ("fixed_param", fixed_param_names),
    ):
        lists.append(list(names or []))
        _check_input_names(symbol, lists[-1], kind, kind != "label")
    return lists[0], lists[1], lists[2], lists[3]


class Module(BaseModule):
    """A symbol that is trained and asked batch by batch.

    Args:
        symbol: the network.
        data_names: arguments that are data.
        label_names: arguments that are labels.
        logger: where to log to.
        context: a context, or a list of them that share each batch.
        work_load_list: shares of the contexts; equal by default.
        fixed_param_names: parameters that are not trained.
        state_names: arguments that are states: set by `set_states`, not trained.
        group2ctxs: contexts of groups of the network; everything is computed on the device of ``context``.
        compression_params: how gradients are compressed between contexts; see ``KVStore.set_gradient_compression``.

    Raises:
        ValueError: a name that is no argument of the network (of labels only a warning).
        AssertionError: another number of work loads than of contexts.

    Source: MXNet 1.9.1 python/mxnet/module/module.py.
    """

    def __init__(
        self,
        symbol: Any,
        data_names: Any = ("data",),
        label_names: Any = ("softmax_label",),
        logger: Any = logging,
        context: Any = _ON_DEFAULT,
        work_load_list: list[float] | None = None,
        fixed_param_names: Any = None,
        state_names: Any = None,
        group2ctxs: Any = None,
        compression_params: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(logger=logger)
        self._context = [context] if isinstance(context, ctx.Context) else context
        self._work_load_list: list[float] = [1] * len(self._context) if work_load_list is None else work_load_list
        if len(self._work_load_list) != len(self._context):
            raise AssertionError(f"Module: {len(self._work_load_list)} work loads for {len(self._context)} contexts")
        self._group2ctxs = group2ctxs
        self._symbol = symbol
        self._data_names, self._label_names, self._state_names, self._fixed_param_names = _checked_names(
            symbol, data_names, label_names, state_names, fixed_param_names
        )
        inputs = {*self._data_names, *self._label_names, *self._state_names}
        self._param_names = [name for name in symbol.list_arguments() if name not in inputs]
        self._aux_names = symbol.list_auxiliary_states()
        self._output_names = symbol.list_outputs()
        self._arg_params: Any = None
        self._aux_params: Any = None
        #: the executors have newer parameters than the dicts
        self._params_dirty = False
        self._compression_params = compression_params
        self._optimizer: Any = None
        self._kvstore: Any = None
        self._update_on_kvstore: Any = None
        self._updater: Any = None
        self._preload_opt_states: str | None = None
        self._grad_req: Any = None
        self._exec_group: Any = None
        self._data_shapes: Any = None
        self._label_shapes: Any = None

    # ---- files

    @staticmethod
    def load(prefix: str, epoch: int, load_optimizer_states: bool = False, **kwargs: Any) -> Module:
        """A module from a checkpoint.

        Args:
            prefix: start of the files' names.
            epoch: number in the name of the file of parameters.
            load_optimizer_states: read ``prefix-<epoch>.states`` when the optimizer is made.
            kwargs: further arguments of the class.
        """
        symbol, arg_params, aux_params = load_checkpoint(prefix, epoch)
        module = Module(symbol=symbol, **kwargs)
        module._arg_params, module._aux_params = arg_params, aux_params
        module.params_initialized = True
        if load_optimizer_states:
            module._preload_opt_states = f"{prefix}-{epoch:04d}.states"
        return module

    def save_checkpoint(
        self, prefix: str, epoch: int, save_optimizer_states: bool = False, remove_amp_cast: bool = True
    ) -> None:
        """Write ``prefix-symbol.json`` and ``prefix-<epoch>.params``.

        Args:
            prefix: start of the files' names.
            epoch: number in the name of the second.
            save_optimizer_states: write ``prefix-<epoch>.states``, too.
            remove_amp_cast: leave out the casts that mixed precision has put in.
        """
        self._symbol.save(f"{prefix}-symbol.json", remove_amp_cast=remove_amp_cast)
        path = f"{prefix}-{epoch:04d}.params"
        self.save_params(path)
        logging.info('Saved checkpoint to "%s"', path)
        if save_optimizer_states:
            path = f"{prefix}-{epoch:04d}.states"
            self.save_optimizer_states(path)
            logging.info('Saved optimizer state to "%s"', path)

    def save_optimizer_states(self, fname: str) -> None:
        """Write what the optimizer keeps for each parameter.

        Args:
            fname: path of the file.

        Raises:
            AssertionError: no optimizer.
        """
        self._need("optimizer_initialized")
        if self._update_on_kvstore:
            self._kvstore.save_optimizer_states(fname)
        else:
            Path(fname).write_bytes(self._updater.get_states())

    def load_optimizer_states(self, fname: str) -> None:
        """Read what `save_optimizer_states` wrote.

        Args:
            fname: path of the file.

        Raises:
            AssertionError: no optimizer.
        """
        self._need("optimizer_initialized")
        if self._update_on_kvstore:
            self._kvstore.load_optimizer_states(fname)
        else:
            self._updater.set_states(Path(fname).read_bytes())

    # ---- names and shapes

    @property
    def data_names(self) -> list[str]:
        """Arguments that are data."""
        return self._data_names

    @property
    def label_names(self) -> list[str]:
        """Arguments that are labels."""
        return self._label_names

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs."""
        return self._output_names  # type: ignore[no-any-return]

    @property
    def data_shapes(self) -> Any:
        """Descriptions of the data. AssertionError if not bound."""
        self._need("binded")
        return self._data_shapes

    @property
    def label_shapes(self) -> Any:
        """Descriptions of the labels, or None. AssertionError if not bound."""
        self._need("binded")
        return self._label_shapes

    @property
    def output_shapes(self) -> Any:
        """Pairs of name and shape of the outputs. AssertionError if not bound."""
        self._need("binded")
        return self._exec_group.get_output_shapes()

    # ---- parameters

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Parameters and auxiliary states by name, on the CPU: the module's own arrays, brought up to date."""
        self._need("params_initialized")
        if self._params_dirty:
            self._sync_params_from_devices()
        return self._arg_params, self._aux_params

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
            initializer: fills those that are not given; with None they keep what they have.
            arg_params: parameters by name.
            aux_params: auxiliary states by name.
            allow_missing: fill what the dicts lack with the initializer.
            force_init: even if they have values; else a warning says that nothing was done.
            allow_extra: let the dicts have names that the network does not.

        Raises:
            AssertionError: not bound.
            RuntimeError: a parameter is missing.
        """
        if self.params_initialized and not force_init:
            warnings.warn(
                "init_params: the parameters are initialized already and stay as they are; give force_init=True "
                "to replace them",
                stacklevel=2,
            )
            return
        if not self.binded:
            raise AssertionError("call bind before initializing the parameters")
        attributes = self._symbol.attr_dict()
        for arrays, given in ((self._arg_params, arg_params), (self._aux_params, aux_params)):
            for name, array in sorted(arrays.items()):
                if given is not None and name in given:
                    if given[name] is not array:
                        given[name].copyto(array)
                elif given is not None and not allow_missing:
                    raise RuntimeError(f"{name} is not presented")
                elif initializer is not None or given is None:
                    initializer(InitDesc(name, attributes.get(name)), array)
        self.params_initialized = True
        self._params_dirty = False
        self._exec_group.set_params(self._arg_params, self._aux_params, allow_extra=allow_extra)

    def set_params(
        self,
        arg_params: dict[str, Any],
        aux_params: dict[str, Any],
        allow_missing: bool = False,
        force_init: bool = True,
        allow_extra: bool = False,
    ) -> None:
        """Set parameters and auxiliary states.

        Args:
            arg_params: parameters by name.
            aux_params: auxiliary states by name.
            allow_missing: leave what the dicts lack as it is.
            force_init: even if they have values; else a warning says that nothing was done.
            allow_extra: let the dicts have names that the network does not.

        Raises:
            RuntimeError: a parameter is missing.
            ValueError: an unknown name.
        """
        if not allow_missing:
            self.init_params(
                initializer=None, arg_params=arg_params, aux_params=aux_params, allow_missing=allow_missing,
                force_init=force_init, allow_extra=allow_extra,
            )  # fmt: skip
            return
        if self.params_initialized and not force_init:
            warnings.warn(
                "set_params: the parameters are initialized already and stay as they are; give force_init=True "
                "to replace them",
                stacklevel=2,
            )
            return
        self._exec_group.set_params(arg_params, aux_params, allow_extra=allow_extra)
        self._params_dirty = True
        self.params_initialized = True

    def _sync_params_from_devices(self) -> None:
        """Bring the dicts up to date; row_sparse parameters come from the store if that updates them."""
        self._exec_group.get_params(self._arg_params, self._aux_params)
        if self._kvstore and self._update_on_kvstore:
            for name, array in sorted(self._arg_params.items()):
                if array.stype == "row_sparse":
                    rows = nd.arange(0, array.shape[0], dtype="int64")
                    self._kvstore.row_sparse_pull(name, array, row_ids=rows)
        self._params_dirty = False

    # ---- setting up

    def _reset_bind(self) -> None:
        """Forget the executors."""
        self.binded = False
        self._exec_group = None
        self._data_shapes = None
        self._label_shapes = None

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
        """Make the executors for inputs of these shapes.

        Args:
            data_shapes: names and shapes of the data: pairs, or ``DataDesc``.
            label_shapes: the same of the labels.
            for_training: whether there will be a `backward`.
            inputs_need_grad: whether gradients of the data are wanted, too.
            force_rebind: even if the module is bound; else a log line says that nothing was done.
            shared_module: a bound module with parameters, to share them and memory with.
            grad_req: ``"write"``, ``"add"`` or ``"null"``, for all, as a list, or as a dict by argument.

        Raises:
            AssertionError: gradients of the data without training; a ``shared_module`` that cannot be shared.
            ValueError: data of other names than the module's.
        """
        if force_rebind:
            self._reset_bind()
        if self.binded:
            self.logger.warning("Already bound, ignoring bind()")
            return
        self.for_training = for_training
        self.inputs_need_grad = inputs_need_grad
        self._grad_req = grad_req
        if inputs_need_grad and not for_training:
            raise AssertionError("Module.bind: inputs_need_grad=True needs for_training=True")
        self._data_shapes, self._label_shapes = _parse_data_desc(
            self.data_names, self.label_names, data_shapes, label_shapes
        )
        shared_group = None
        if shared_module is not None:
            fits = isinstance(shared_module, Module) and shared_module.binded and shared_module.params_initialized
            if not fits or len(shared_module._exec_group.execs) < len(self._context):
                raise AssertionError(
                    "Module.bind: shared_module must be a bound Module with parameters, on as many contexts"
                )
            shared_group = shared_module._exec_group
        group = self._exec_group = DataParallelExecutorGroup(
            self._symbol, self._context, self._work_load_list, self._data_shapes, self._label_shapes,
            self._param_names, for_training, inputs_need_grad, shared_group, logger=self.logger,
            fixed_param_names=self._fixed_param_names, grad_req=grad_req, group2ctxs=self._group2ctxs,
            state_names=self._state_names,
        )  # fmt: skip
        self._total_exec_bytes = group._total_exec_bytes
        if shared_module is not None:
            self.params_initialized = True
            self._arg_params, self._aux_params = shared_module._arg_params, shared_module._aux_params
        elif self.params_initialized:
            group.set_params(self._arg_params, self._aux_params)
        elif self._arg_params is not None or self._aux_params is not None:
            raise AssertionError("Module.bind: there are parameters although params_initialized is False")
        else:
            self._arg_params = {
                name: zeros(shape=x[0].shape, dtype=x[0].dtype, stype=x[0].stype)
                for name, x in zip(self._param_names, group.param_arrays, strict=False)
            }
            self._aux_params = {
                name: zeros(x[0].shape, dtype=x[0].dtype)
                for name, x in zip(self._aux_names, group.aux_arrays, strict=False)
            }
        if shared_module is not None and shared_module.optimizer_initialized:
            self.borrow_optimizer(shared_module)
        self.binded = True

    def reshape(self, data_shapes: Any, label_shapes: Any = None) -> None:
        """Make executors for other shapes; parameters and memory stay.

        Args:
            data_shapes: as in `bind`.
            label_shapes: as in `bind`.

        Raises:
            AssertionError: not bound.
        """
        self._need("binded")
        self._data_shapes, self._label_shapes = _parse_data_desc(
            self.data_names, self.label_names, data_shapes, label_shapes
        )
        self._exec_group.reshape(self._data_shapes, self._label_shapes)

    def _numbered_names(self, update_on_kvstore: bool) -> dict[int, str]:
        """The parameters by the numbers under which the optimizer meets them."""
        copies = 1 if update_on_kvstore else len(self._context)
        return {i * copies + k: n for k in range(copies) for i, n in enumerate(self._exec_group.param_names)}

    def _rescale_grad(self, kvstore: Any) -> float:
        """What makes a sum over a batch the mean."""
        batch_size = self._exec_group.batch_size
        if kvstore and "dist" in kvstore.type and "_sync" in kvstore.type:
            batch_size *= kvstore.num_workers
        return 1.0 / batch_size  # type: ignore[no-any-return]

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
            optimizer: its name; gradients are then divided by the batch size. Or an optimizer.
            optimizer_params: settings of the optimizer that is named: a dict or pairs.
            force_init: even if there is one; else a log line says that nothing was done.

        Raises:
            AssertionError: not bound, no parameters, or no optimizer.
        """
        self._need("binded", "params_initialized")
        if self.optimizer_initialized and not force_init:
            self.logger.warning("optimizer already initialized, ignoring...")
            return
        if self._params_dirty:
            self._sync_params_from_devices()
        kvstore, update_on_kvstore = _create_kvstore(kvstore, len(self._context), self._arg_params)
        rescale_grad = self._rescale_grad(kvstore)
        names = self._numbered_names(update_on_kvstore)
        if isinstance(optimizer, str):
            settings = {"rescale_grad": rescale_grad, **dict(optimizer_params)}
            optimizer = opt.create(optimizer, sym=self.symbol, param_idx2name=names, **settings)
        elif not isinstance(optimizer, opt.Optimizer):
            raise AssertionError(f"optimizer must be a name or an Optimizer, got {type(optimizer).__name__}")
        else:
            if optimizer.rescale_grad != rescale_grad:
                warnings.warn(
                    f"init_optimizer: the given optimizer has rescale_grad={optimizer.rescale_grad}, the sum over "
                    f"batch and workers wants {rescale_grad}; set it unless that is meant",
                    stacklevel=2,
                )
            if not optimizer.idx2name:
                optimizer.idx2name = names.copy()
        self._optimizer, self._updater = optimizer, None if update_on_kvstore else opt.get_updater(optimizer)
        self._kvstore, self._update_on_kvstore = kvstore, update_on_kvstore
        if kvstore:
            self._fill_kvstore(kvstore)
        self.optimizer_initialized = True
        if self._preload_opt_states is not None:
            self.load_optimizer_states(self._preload_opt_states)
            self._preload_opt_states = None

    def _fill_kvstore(self, kvstore: Any) -> None:
        """Set a store up and put the parameters into it; first the optimizer, which may want copies of them."""
        if self._compression_params:
            kvstore.set_gradient_compression(self._compression_params)
        if self._update_on_kvstore:
            kvstore.set_optimizer(self._optimizer)
        arrays = self._exec_group.param_arrays
        _initialize_kvstore(kvstore, arrays, self._arg_params, self._param_names, self._update_on_kvstore)

    def borrow_optimizer(self, shared_module: Any) -> None:
        """Use the optimizer and the store of another module.

        Args:
            shared_module: that module.

        Raises:
            AssertionError: it has no optimizer.
        """
        shared_module._need("optimizer_initialized")
        self._optimizer = shared_module._optimizer
        self._kvstore = shared_module._kvstore
        self._update_on_kvstore = shared_module._update_on_kvstore
        self._updater = shared_module._updater
        self.optimizer_initialized = True

    # ---- computation

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute the outputs of a batch; the executors are reshaped if it has other shapes.

        Args:
            data_batch: the batch, or a list of batches, one for each context.
            is_train: in training or not; as bound by default.

        Raises:
            AssertionError: not bound, no parameters, or a list of batches of different shapes.
        """
        self._need("binded", "params_initialized")
        if isinstance(data_batch, list):
            first = [array.shape for array in data_batch[0].data]
            if any([array.shape for array in batch.data] != first for batch in data_batch):
                raise AssertionError(f"forward: the batches of a list differ in shape; the first has {first}")
            shapes = [(len(data_batch) * shape[0], *shape[1:]) for shape in first]
        else:
            shapes = [array.shape for array in data_batch.data]
        if shapes != [x.shape for x in self._data_shapes]:
            self.reshape(*self._described(data_batch, shapes))
        self._exec_group.forward(data_batch, is_train)

    def _described(self, data_batch: Any, shapes: list[Any]) -> tuple[Any, Any]:
        """Descriptions of a batch of these shapes: its own, or made from those the module was bound with."""
        data = getattr(data_batch, "provide_data", None) or [
            DataDesc(x.name, shape, x.dtype, x.layout) for x, shape in zip(self._data_shapes, shapes, strict=False)
        ]
        label = getattr(data_batch, "provide_label", None) or None
        if label is None and getattr(data_batch, "label", None):
            label = [
                DataDesc(x.name, array.shape, x.dtype, x.layout)
                for x, array in zip(self._label_shapes, data_batch.label, strict=False)
            ]
        return data, label

    def backward(self, out_grads: Any = None) -> None:
        """Compute the gradients of the last batch.

        Args:
            out_grads: gradients of the outputs, where these are no losses.

        Raises:
            AssertionError: not bound for training, or no parameters.
        """
        self._need("binded", "params_initialized")
        self._exec_group.backward(out_grads=out_grads)

    def update(self) -> None:
        """Update the parameters with the gradients of the last batch.

        Raises:
            AssertionError: not bound, no parameters, or no optimizer.
        """
        self._need("binded", "params_initialized", "optimizer_initialized")
        self._params_dirty = True
        group = self._exec_group
        if self._update_on_kvstore:
            _update_params_on_kvstore(group.param_arrays, group.grad_arrays, self._kvstore, group.param_names)
        else:
            _update_params(
                group.param_arrays, group.grad_arrays, self._updater, len(self._context), self._kvstore,
                group.param_names,
            )  # fmt: skip

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        """The outputs of the last batch; a later batch writes into the same arrays.

        Args:
            merge_multi_context: join the parts of the contexts; else each output is a list of parts.

        Raises:
            AssertionError: not bound, or no parameters.
        """
        self._need("binded", "params_initialized")
        return self._exec_group.get_outputs(merge_multi_context=merge_multi_context)  # type: ignore[no-any-return]

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        """The gradients of the data.

        Args:
            merge_multi_context: join the parts of the contexts; else each gradient is a list of parts.

        Raises:
            AssertionError: bound without them, or no parameters.
        """
        self._need("binded", "params_initialized", "inputs_need_grad")
        return self._exec_group.get_input_grads(merge_multi_context=merge_multi_context)  # type: ignore[no-any-return]

    def get_states(self, merge_multi_context: bool = True) -> list[Any]:
        """For each state a list of its arrays, one on each context.

        Args:
            merge_multi_context: must be False.

        Raises:
            AssertionError: it is not; not bound, or no parameters.
        """
        self._need("binded", "params_initialized")
        return self._exec_group.get_states(merge_multi_context=merge_multi_context)  # type: ignore[no-any-return]

    def set_states(self, states: Any = None, value: Any = None) -> None:
        """Set the states.

        Args:
            states: as `get_states` gives them.
            value: or one number for all of them.

        Raises:
            AssertionError: both, or neither; not bound, or no parameters.
        """
        self._need("binded", "params_initialized")
        self._exec_group.set_states(states, value)

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Give labels and the last outputs to a metric.

        Args:
            eval_metric: the metric.
            labels: arrays; with ``pre_sliced`` a list of arrays for each context.
            pre_sliced: see there.
        """
        self._exec_group.update_metric(eval_metric, labels, pre_sliced)

    def install_monitor(self, mon: Any) -> None:
        """Have a monitor watch the results inside. AssertionError if not bound."""
        self._need("binded")
        self._exec_group.install_monitor(mon)

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        """Get row_sparse parameters from the store, as far as a batch needs them.

        Args:
            data_batch: the batch.
            sparse_row_id_fn: a function of the batch that tells the rows of row_sparse parameters it needs, by name.

        Raises:
            AssertionError: not bound, or the function gives no dict.
        """
        self._need("binded")
        if sparse_row_id_fn is None:
            return
        if not self._kvstore or not self._update_on_kvstore:
            warnings.warn(
                UserWarning(
                    "prepare: the kvstore does not update the parameters here, so sparse_row_id_fn is not called"
                ),
                stacklevel=2,
            )
            return
        row_ids = sparse_row_id_fn(data_batch)
        if not isinstance(row_ids, dict):
            raise AssertionError(
                f"prepare: sparse_row_id_fn must return a dict of row ids by name, got {type(row_ids).__name__}"
            )
        for name, rows in row_ids.items():
            index = self._exec_group.param_names.index(name)
            arrays = self._exec_group.param_arrays[index]
            if arrays[0].stype == "row_sparse":
                self._kvstore.row_sparse_pull(name, arrays, row_ids=rows, priority=-index)
            else:
                warnings.warn(
                    UserWarning(
                        f"prepare: sparse_row_id_fn names {name}, which is not 'row_sparse' and is held whole: leave "
                        "it out"
                    ),
                    stacklevel=2,
                )
