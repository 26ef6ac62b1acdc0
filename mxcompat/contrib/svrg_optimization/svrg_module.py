"""SVRGModule: gradients corrected by the full gradient of an older snapshot of the parameters.

Source: MXNet 1.9.1 python/mxnet/contrib/svrg_optimization/svrg_module.py.
"""

from __future__ import annotations

import logging
from typing import Any

from ... import context as _context
from ... import nd as _nd
from ... import optimizer as _opt
from ...model import _create_kvstore
from ...module import Module as Module
from .svrg_optimizer import _SVRGOptimizer

_ON_DEFAULT = _context.cpu()


class SVRGModule(Module):
    """A module that keeps a second one with older parameters, and the mean gradient of all data at those.

    Each gradient is corrected by what that module's gradient of the batch is off from the mean.

    Args:
        symbol: the network.
        data_names: arguments that are data.
        label_names: arguments that are labels.
        logger: where to log to.
        context: a context, or a list of them that share each batch.
        work_load_list: shares of the contexts; equal by default.
        fixed_param_names: parameters that are not trained.
        state_names: arguments that are states.
        group2ctxs: contexts of groups of the network.
        compression_params: how gradients are compressed between contexts.
        update_freq: take a new snapshot every so many epochs.

    Raises:
        TypeError: ``update_freq`` is no integer.
        ValueError: it is not positive.

    Source: MXNet 1.9.1 python/mxnet/contrib/svrg_optimization/svrg_module.py.
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
        update_freq: int | None = None,
    ) -> None:
        settings = (
            symbol, data_names, label_names, logger, context, work_load_list, fixed_param_names, state_names,
            group2ctxs, compression_params,
        )  # fmt: skip
        super().__init__(*settings)
        if not isinstance(update_freq, int):
            raise TypeError(f"update_freq in SVRGModule must be a number of epochs (an integer), got {update_freq!r}")
        if update_freq <= 0:
            raise ValueError(f"update_freq in SVRGModule must be positive, got {update_freq}")
        self.update_freq = update_freq
        self._mod_aux = Module(*settings)
        #: for each context the mean gradients of all data, by parameter
        self._param_dict: list[dict[str, Any]] = []
        self._ctx_len = len(self._context)

    # ---- both modules together

    def _reset_bind(self) -> None:
        super()._reset_bind()
        self._mod_aux._reset_bind()

    def reshape(self, data_shapes: Any, label_shapes: Any = None) -> None:
        """Make executors for other shapes; see ``Module``."""
        super().reshape(data_shapes, label_shapes=label_shapes)
        self._mod_aux.reshape(data_shapes, label_shapes=label_shapes)

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
        """Make the executors; see ``Module``."""
        settings = (
            data_shapes, label_shapes, for_training, inputs_need_grad, force_rebind, shared_module, grad_req,
        )  # fmt: skip
        super().bind(*settings)
        if for_training:
            self._mod_aux.bind(*settings)

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute the outputs, in training with the older parameters, too; see ``Module``."""
        super().forward(data_batch, is_train)
        if is_train:
            self._mod_aux.forward(data_batch, is_train)

    def backward(self, out_grads: Any = None) -> None:
        """Compute the gradients, with the older parameters, too; see ``Module``."""
        super().backward(out_grads)
        if self._mod_aux.binded:
            self._mod_aux.backward(out_grads)

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        """Get ready for a batch; see ``Module``."""
        super().prepare(data_batch, sparse_row_id_fn=sparse_row_id_fn)
        self._mod_aux.prepare(data_batch, sparse_row_id_fn=sparse_row_id_fn)

    # ---- the optimizer

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Install an optimizer; see ``Module``."""
        params = self.get_params()[0]
        self._param_dict = [
            {name: _nd.zeros(shape=array.shape, ctx=place) for name, array in params.items()} for place in self._context
        ]
        both = self._create_optimizer(_SVRGOptimizer.__name__, optimizer, kvstore, optimizer_params)
        super().init_optimizer(
            kvstore=kvstore, optimizer=both, optimizer_params=optimizer_params, force_init=force_init
        )  # fmt: skip
        if not self._kvstore:
            return
        for i, arrays in enumerate(self._exec_group.param_arrays):
            name = self._exec_group.param_names[i]
            self._kvstore.init(f"{name}_full", _nd.zeros(shape=self._arg_params[name].shape))
            if self._update_on_kvstore:
                self._kvstore.pull(f"{name}_full", arrays, priority=-i)

    def _create_optimizer(self, optimizer: str, default_opt: Any, kvstore: Any, optimizer_params: Any) -> Any:
        """The optimizer that knows full gradients by their keys."""
        store, update_on_kvstore = _create_kvstore(kvstore, self._ctx_len, self._arg_params)
        names = self._numbered_names(update_on_kvstore)
        for name in self._param_dict[0]:
            names[max(names) + 1] = f"{name}_full"
        settings = {"rescale_grad": self._rescale_grad(store), **dict(optimizer_params)}
        settings.update(default_optimizer=default_opt, param_idx2name=names)
        return _opt.create(optimizer, **settings)

    # ---- gradients

    def update(self) -> None:
        """Correct the gradients, then update the parameters; see ``Module``."""
        self._update_svrg_gradients()
        super().update()

    def update_full_grads(self, train_data: Any) -> None:
        """Take a snapshot of the parameters, and compute the mean gradient of all data at it.

        The sums of an earlier call are not forgotten, as in MXNet.

        Args:
            train_data: an iterator; it is reset before, not after.
        """
        names = self._exec_group.param_names
        arg_params, aux_params = self.get_params()
        self._mod_aux.set_params(arg_params=arg_params, aux_params=aux_params)
        train_data.reset()
        batches = padding = 0
        for batch in train_data:
            self._mod_aux.forward(batch, is_train=True)
            self._mod_aux.backward()
            batches += 1
            for place, sums in enumerate(self._param_dict):
                for i, name in enumerate(names):
                    grad = self._mod_aux._exec_group.grad_arrays[i][place]
                    sums[name] = _nd.broadcast_add(sums[name], grad, axis=0)
            padding = batch.pad
        full_batches = batches - padding / train_data.batch_size
        for name in names:
            for sums in self._param_dict:
                sums[name] /= full_batches
            if self._kvstore:
                self._accumulate_kvstore(name, [sums[name] for sums in self._param_dict])

    def _accumulate_kvstore(self, key: str, value: list[Any]) -> None:
        """Add the contexts' mean gradients up in the store."""
        self._kvstore.push(f"{key}_full", value)
        self._kvstore._barrier()
        self._kvstore.pull(f"{key}_full", value)
        self._allocate_gradients(key, value)

    def _allocate_gradients(self, key: str, value: list[Any]) -> None:
        """Give each context its share of a sum."""
        for sums, array in zip(self._param_dict, value, strict=True):
            sums[key] = array / self._ctx_len

    def _svrg_grads_update_rule(
        self,
        g_curr_batch_curr_weight: Any,
        g_curr_batch_special_weight: Any,
        g_special_weight_all_batch: Any,
    ) -> Any:
        """Correct gradients in place.

        Args:
            g_curr_batch_curr_weight: of the batch at the parameters.
            g_curr_batch_special_weight: of the batch at the snapshot.
            g_special_weight_all_batch: of all data at the snapshot.
        """
        whole = isinstance(g_curr_batch_curr_weight, _nd.NDArray)
        if whole:  # one step for all rows
            g_curr_batch_curr_weight[:] = (
                g_curr_batch_curr_weight - g_curr_batch_special_weight + g_special_weight_all_batch
            )
        for i, grad in enumerate(() if whole else g_curr_batch_curr_weight):
            grad -= g_curr_batch_special_weight[i]
            grad += g_special_weight_all_batch[i]
        return g_curr_batch_curr_weight

    def _update_svrg_gradients(self) -> None:
        """Correct the gradients of the last batch."""
        here, there = self._exec_group, self._mod_aux._exec_group
        for place in range(self._ctx_len):
            for i, name in enumerate(here.param_names):
                here.grad_arrays[i][place] = self._svrg_grads_update_rule(
                    here.grad_arrays[i][place], there.grad_arrays[i][place], self._param_dict[place][name]
                )

    # ---- the loop of BaseModule.fit

    def _epoch_begins(self, epoch: int, train_data: Any) -> None:
        if epoch % self.update_freq == 0:
            self.update_full_grads(train_data)
        train_data.reset()

    def _epoch_ends(self, train_data: Any) -> None:
        """Nothing: the next epoch begins with a reset."""

    def _epoch_values(self, eval_metric: Any) -> list[tuple[str, float]]:
        return eval_metric.get_name_value()  # type: ignore[no-any-return]
