"""`mxnet.gluon.trainer`: updates parameters by an optimizer."""

from __future__ import annotations

from typing import Any

from .. import autograd
from .. import optimizer as opt
from .._core.context import Context
from ..kvstore import KVStore
from ._parameter import Parameter
from ._parameter_dict import ParameterDict
from ._stores import create_kvstore, create_sparse_kvstore

__all__ = ["Trainer"]


class _NoStoreError(ValueError, AttributeError):
    """A store should do the updates and there is none; MXNet 1.9.1 met it with an AttributeError."""


class Trainer:
    """Applies an optimizer to parameters after each backward.

    Args:
        params: a ParameterDict or dict (then in the order of the names), or a list of parameters.
        optimizer: an Optimizer, or the name of a registered one.
        optimizer_params: arguments of an optimizer that is given by name.
        kvstore: how gradients of several contexts are added up: a KVStore, the name of a kind, or None.
        compression_params: gradient compression of the store: ``{"type": "2bit", "threshold": 0.5}``.
        update_on_kvstore: whether the store applies the optimizer; None leaves the choice to the trainer (and to the
            environment variable MXNET_UPDATE_ON_KVSTORE).

    Raises:
        ValueError: ``params`` holds something else than parameters.
        AssertionError: parameters on different contexts, or ``optimizer_params`` with an Optimizer object.

    Source: MXNet 1.9.1 python/mxnet/gluon/trainer.py.
    """

    def __init__(
        self,
        params: Any,
        optimizer: Any,
        optimizer_params: dict[str, Any] | None = None,
        kvstore: Any = "device",
        compression_params: dict[str, Any] | None = None,
        update_on_kvstore: bool | None = None,
    ) -> None:
        if isinstance(params, (dict, ParameterDict)):
            params = [params[name] for name in sorted(params.keys())]
        if not isinstance(params, (list, tuple)):
            raise ValueError(
                f"Trainer: params must be a ParameterDict, or a list or dict of Parameters, got {type(params)}"
            )
        self._params: list[Parameter] = []
        self._contains_sparse_weight = False
        self._contains_sparse_grad = False
        self._param2idx: dict[str, int] = {}
        for i, param in enumerate(params):
            if not isinstance(param, Parameter):
                raise ValueError(f"Trainer: params[{i}] must be a Parameter, got {type(param)}")
            self._param2idx[param.name] = i
            self._params.append(param)
            param._set_trainer(self)
            self._contains_sparse_weight |= param._stype != "default"
            self._contains_sparse_grad |= param._grad_stype != "default"
        self._compression_params = compression_params
        self._contexts = self._check_contexts()
        self._init_optimizer(optimizer, optimizer_params or {})
        self._scale = self._optimizer.rescale_grad
        self._kvstore_params = {"kvstore": kvstore, "update_on_kvstore": update_on_kvstore}
        self._kv_initialized = False
        self._kvstore: Any = None
        self._update_on_kvstore: bool | None = None
        self._distributed: bool | None = None
        self._params_to_init: list[Parameter] = []
        self._reset_kvstore()

    def _check_contexts(self) -> Any:
        """The contexts that all parameters are on; AssertionError if they differ."""
        contexts: list[Context] | None = None
        for param in self._params:
            own = param.list_ctx()
            if contexts is not None and contexts != own:
                raise AssertionError(
                    f"Trainer: Parameter {param.name} lies on {own}, those before it on {contexts}; initialize all on "
                    "the same contexts"
                )
            contexts = own
        return contexts

    def _init_optimizer(self, optimizer: Any, optimizer_params: dict[str, Any]) -> None:
        """Make or take the optimizer, and an updater for each context."""
        by_index = dict(enumerate(self._params))
        if isinstance(optimizer, opt.Optimizer):
            if optimizer_params:
                raise AssertionError(
                    f"Trainer: optimizer is an {type(optimizer).__name__} object, so "
                    f"optimizer_params={optimizer_params} has no effect; leave it out, or name the optimizer"
                )
            self._optimizer: Any = optimizer
            # the very parameters: what the user later does to their lr_mult and wd_mult takes effect
            self._optimizer.param_dict = by_index
        else:
            self._optimizer = opt.create(optimizer, param_dict=by_index, **optimizer_params)
        self._updaters = [opt.get_updater(self._optimizer) for _ in self._contexts]

    # ---- the store

    def _reset_kvstore(self) -> None:
        """Forget the store, so that the next step makes it anew. RuntimeError for a distributed one."""
        if self._kvstore and "dist" in self._kvstore.type:
            raise RuntimeError("Cannot reset distributed KVStore.")
        self._kv_initialized = False
        self._kvstore = None
        self._distributed = None
        self._update_on_kvstore = None
        self._params_to_init = list(self._params)

    def _init_kvstore(self) -> None:
        """Make the store.

        Raises:
            ValueError: ``update_on_kvstore`` asks for what the store cannot do.
        """
        if self._contains_sparse_weight:
            kvstore, update = self._sparse_weight_store()
        elif self._contains_sparse_grad:
            kvstore, update = self._sparse_grad_store()
        else:
            kvstore, update = self._dense_store()
        if kvstore is not None:
            if self._compression_params:
                kvstore.set_gradient_compression(self._compression_params)
            if update:
                kvstore.set_optimizer(self._optimizer)  # before its parameters come, so that it can make master copies
        self._kvstore = kvstore
        self._update_on_kvstore = None if kvstore is None else update
        self._kv_initialized = True

    def _sparse_weight_store(self) -> tuple[Any, bool]:
        kvstore, update = create_sparse_kvstore(self._kvstore_params["kvstore"])
        self._distributed = "dist" in kvstore.type
        if self._kvstore_params["update_on_kvstore"] is False:
            raise ValueError(
                "Trainer: update_on_kvstore=False is not legal with row_sparse weights, which only the store "
                "updates; leave it out"
            )
        return kvstore, update

    def _sparse_grad_store(self) -> tuple[Any, bool]:
        kvstore, _ = self._common_store()
        asked = self._kvstore_params["update_on_kvstore"]
        if asked is False and self._distributed:
            raise ValueError(
                "Trainer: update_on_kvstore=False is not legal with row_sparse gradients on kvstore "
                f"'{kvstore.type}'; leave it out"
            )
        if kvstore is not None and not isinstance(kvstore, KVStore):
            raise ValueError(
                f"Trainer: a kvstore of {type(kvstore)} cannot add up row_sparse gradients; give a KVStore such "
                "as 'device'"
            )
        # on one machine it is cheaper to add gradients up than to keep the weights in the store
        return kvstore, bool(self._distributed) if asked is None else asked

    def _dense_store(self) -> tuple[Any, bool]:
        kvstore, update = self._common_store()
        asked = self._kvstore_params["update_on_kvstore"]
        if self._distributed and "async" in kvstore.type and asked is False:
            raise ValueError(
                f"Trainer: update_on_kvstore=False is not legal with kvstore '{kvstore.type}', whose workers do "
                "not wait for each other; give True or leave it out"
            )
        if asked is not None:
            update = asked
        if asked and kvstore is None:
            raise _NoStoreError(
                f"update_on_kvstore=True needs a store, and kvstore={self._kvstore_params['kvstore']!r} makes none for "
                f"{len(self._contexts)} context(s): leave update_on_kvstore out, or give a KVStore object"
            )
        if update and not kvstore.is_capable("optimizer"):
            if asked:
                raise ValueError(
                    f"Trainer: update_on_kvstore=True is not legal with {type(kvstore)}, which runs no optimizer; "
                    "give False or leave it out"
                )
            update = False
        return kvstore, update

    def _common_store(self) -> tuple[Any, bool]:
        arrays = {param.name: param.data(self._contexts[0]) for param in self._params}
        kvstore, update = create_kvstore(self._kvstore_params["kvstore"], len(self._contexts), arrays)
        self._distributed = kvstore is not None and "dist" in kvstore.type
        return kvstore, update

    def _init_params(self) -> None:
        """Put the parameters into the store; those whose initialization is deferred wait. AssertionError if none."""
        if not self._kv_initialized:
            raise AssertionError("Trainer: the parameters were to go into the kvstore before there was one")
        waiting = []
        if self._kvstore:
            for param in self._params_to_init:
                if param._deferred_init:
                    waiting.append(param)
                    continue
                arrays = param._check_and_get(param._data, list)
                index = self._param2idx[param.name]
                if param._stype != "default":
                    self._kvstore.init(index, arrays[0])
                else:
                    self._kvstore.broadcast(index, arrays[0], arrays)
        self._params_to_init = waiting

    def _make_ready(self) -> None:
        if not self._kv_initialized:
            self._init_kvstore()
        if self._params_to_init:
            self._init_params()

    def _row_sparse_pull(self, parameter: Parameter, out: Any, row_id: Any, full_idx: bool = False) -> None:
        """Fetch rows of a sparse parameter from the store; with ``full_idx`` all of them."""
        self._make_ready()
        index = self._param2idx[parameter.name]
        with autograd.pause(train_mode=autograd.is_training()):  # the store writes into variables
            if full_idx and "dist" not in self._kvstore.type:
                if row_id.size != out.shape[0]:
                    raise AssertionError(f"{row_id.size} row numbers are not all of {out.shape[0]} rows")
                self._kvstore.pull(index, out=out, priority=-index, ignore_sparse=False)
            else:
                self._kvstore.row_sparse_pull(index, out=out, row_ids=row_id, priority=-index)

    # ---- learning rate

    @property
    def learning_rate(self) -> Any:
        """The learning rate that the optimizer uses next."""
        return self._known_optimizer("accessed").learning_rate

    @property
    def optimizer(self) -> Any:
        """The optimizer."""
        if isinstance(self._optimizer, opt.Optimizer):
            return self._optimizer
        raise UserWarning("Optimizer has not been initialized yet")

    def set_learning_rate(self, lr: float) -> None:
        """Set the learning rate. UserWarning (raised) if the optimizer has a scheduler."""
        self._known_optimizer("mutated").set_learning_rate(lr)

    def _known_optimizer(self, what: str) -> Any:
        if not isinstance(self._optimizer, opt.Optimizer):
            raise UserWarning(f"Trainer: the learning rate cannot be {what}, for there is no optimizer yet")
        return self._optimizer

    # ---- updates

    def _check_and_rescale_grad(self, scale: float) -> None:
        if (
            self._update_on_kvstore
            and self._distributed
            and self._kv_initialized
            and self._optimizer.rescale_grad != scale
        ):
            raise UserWarning(
                f"Trainer: the scale of gradients has changed from {self._optimizer.rescale_grad} to {scale} "
                "(another batch_size?), and the distributed kvstore that does the updates keeps the first; keep "
                "one batch_size, or make the Trainer with update_on_kvstore=False"
            )
        self._optimizer.rescale_grad = scale

    def step(self, batch_size: float, ignore_stale_grad: bool = False) -> None:
        """Update the parameters once: `allreduce_grads`, then `update`.

        Args:
            batch_size: the gradients are divided by it.
            ignore_stale_grad: leave alone parameters whose gradient no backward has written since the last step;
                otherwise they are an error.

        Raises:
            UserWarning: a gradient was not written since the last step.
        """
        self._check_and_rescale_grad(self._scale / batch_size)
        self._make_ready()
        self._allreduce_grads()
        self._update(ignore_stale_grad)

    def allreduce_grads(self) -> None:
        """Add up the gradients of the contexts; each then holds the sum.

        Raises:
            AssertionError: the store does the updates.
        """
        self._make_ready()
        self._refuse_on_kvstore("allreduce_grads()")
        self._allreduce_grads()

    def update(self, batch_size: float, ignore_stale_grad: bool = False) -> None:
        """Update the parameters with their gradients as they are; see `step`.

        Raises:
            AssertionError: the store does the updates.
            UserWarning: as `step`.
        """
        self._make_ready()
        self._refuse_on_kvstore("update()")
        self._check_and_rescale_grad(self._scale / batch_size)
        self._update(ignore_stale_grad)

    def _refuse_on_kvstore(self, what: str) -> None:
        if self._kvstore and self._update_on_kvstore:
            raise AssertionError(
                f"Trainer.{what}: the kvstore does the updates here; make the Trainer with update_on_kvstore=False"
            )

    def _allreduce_grads(self) -> None:
        kvstore = self._kvstore
        if kvstore is None:
            return
        for i, param in enumerate(self._params):
            if param.grad_req == "null":
                continue
            grads = param.list_grad()
            if grads[0].stype != "default":
                kvstore.push(i, grads, priority=-i)
                if param._stype == "default":
                    into = param.list_data() if self._update_on_kvstore else param.list_grad()
                    kvstore.pull(i, into, priority=-i, ignore_sparse=self._distributed)
            elif self._update_on_kvstore:
                kvstore.pushpull(i, grads, out=param.list_data(), priority=-i)
            else:
                kvstore.pushpull(i, grads, priority=-i)

    def _update(self, ignore_stale_grad: bool = False) -> None:
        scaler = getattr(self, "_amp_loss_scaler", None)
        if scaler is not None and scaler.has_overflow(self._params):
            return
        on_kvstore = self._kvstore is not None and self._update_on_kvstore
        if not on_kvstore and len(self._updaters) == 1 and not self._contains_sparse_weight:
            self._update_here(ignore_stale_grad)
            return
        updates: list[list[tuple[int, Any, Any]]] = [[] for _ in self._updaters]
        for i, param in enumerate(self._params):
            if param.grad_req == "null":
                continue
            if not ignore_stale_grad:
                for array in param._check_and_get(param._data, list):
                    if not array._fresh_grad:
                        raise UserWarning(_STALE.format(param.name, array.context))
            if on_kvstore:
                continue
            for pending, array, grad in zip(updates, param.list_data(), param.list_grad(), strict=False):
                if not ignore_stale_grad or array._fresh_grad:
                    pending.append((i, grad, array))
                    array._fresh_grad = False
        if not on_kvstore:
            for updater, pending in zip(self._updaters, updates, strict=True):
                if pending:
                    updater(*zip(*pending, strict=True))

    def _update_here(self, ignore_stale_grad: bool) -> None:
        """The update on one context, where nearly all programs are: as few steps for each parameter as it takes."""
        indices: list[int] = []
        grads: list[Any] = []
        arrays: list[Any] = []
        for i, param in enumerate(self._params):
            if param.grad_req == "null":
                continue
            array = param._data[0] if param._data else param.list_data()[0]
            leaf = getattr(array._t, "_mx_leaf", None)
            if leaf is None or not leaf.fresh:
                if ignore_stale_grad:
                    continue
                raise UserWarning(_STALE.format(param.name, array.context))
            leaf.fresh = False
            indices.append(i)
            grads.append(param._grad[0] if param._grad else param.list_grad()[0])
            arrays.append(array)
        if indices:
            self._updaters[0](indices, grads, arrays)

    # ---- files

    def save_states(self, fname: str) -> None:
        """Write the states of the optimizer (momenta, ...) and the optimizer itself to a file.

        Args:
            fname: path of the file.
        """
        if self._optimizer is None:
            raise AssertionError("save_states: the trainer has no optimizer")
        self._make_ready()
        if self._update_on_kvstore:
            if self._params_to_init:
                raise AssertionError(
                    f"Trainer.save_states: {len(self._params_to_init)} parameters are not in the kvstore yet; run a "
                    "forward pass and a step first"
                )
            self._kvstore.save_optimizer_states(fname, dump_optimizer=True)
        else:
            states = self._updaters[0].get_states(dump_optimizer=True)
            with open(fname, "wb") as file:
                file.write(states)

    def load_states(self, fname: str) -> None:
        """Take the states of the optimizer, and the optimizer itself, from a file.

        Args:
            fname: path of the file.
        """
        self._make_ready()
        if self._update_on_kvstore:
            self._kvstore.load_optimizer_states(fname)
            self._optimizer = self._kvstore._updater.optimizer
        else:
            with open(fname, "rb") as file:
                states = file.read()
            for updater in self._updaters:
                updater.set_states(states)
                updater.optimizer = self._updaters[0].optimizer
            self._optimizer = self._updaters[0].optimizer
        self._optimizer.param_dict = dict(enumerate(self._params))


_STALE = (
    "Gradient of Parameter `{}` on context {} has not been updated by backward since last `step`: no loss of this "
    "iteration depends on it. Look for a layer that forward passes over; if that is meant, ignore_stale_grad=True "
    "leaves such parameters as they are"
)
