"""BucketingModule: a module for each bucket of a data set, with shared parameters.

Source: MXNet 1.9.1 python/mxnet/module/bucketing_module.py.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import context as ctx
from .. import nd as nd
from .. import symbol as sym
from ..initializer import Uniform as Uniform
from ..model import load_params as load_params
from ..name import NameManager as NameManager
from .base_module import BaseModule as BaseModule
from .module import Module as Module
from .module import _checked_names

_ON_DEFAULT = ctx.cpu()


class BucketingModule(BaseModule):
    """Modules for batches of different kinds, such as lengths of sequences, that share parameters and memory.

    Each batch says by its ``bucket_key`` which bucket it is of.

    Args:
        sym_gen: a function of a bucket's key that gives the network, the names of its data and those of its labels.
        default_bucket_key: key of the bucket whose network has all parameters, and needs most memory.
        logger: where to log to.
        context: a context, or a list of them that share each batch.
        work_load_list: shares of the contexts; equal by default.
        fixed_param_names: parameters that are not trained.
        state_names: arguments that are states.
        group2ctxs: contexts of groups of the network; everything is computed on the device of ``context``.
        compression_params: how gradients are compressed between contexts.

    Raises:
        AssertionError: no ``default_bucket_key``.
        ValueError: a name that is no argument of the network (of labels only a warning).

    Source: MXNet 1.9.1 python/mxnet/module/bucketing_module.py.
    """

    def __init__(
        self,
        sym_gen: Callable[..., Any],
        default_bucket_key: Any = None,
        logger: Any = logging,
        context: Any = _ON_DEFAULT,
        work_load_list: list[float] | None = None,
        fixed_param_names: Any = None,
        state_names: Any = None,
        group2ctxs: Any = None,
        compression_params: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(logger=logger)
        if default_bucket_key is None:
            raise AssertionError("BucketingModule: give a default_bucket_key")
        self._default_bucket_key = default_bucket_key
        self._sym_gen = sym_gen
        names = _checked_names(*self._call_sym_gen(default_bucket_key), state_names, fixed_param_names)
        self._state_names, self._fixed_param_names = names[2:]
        self._compression_params = compression_params
        self._context = context
        self._work_load_list = work_load_list
        self._group2ctxs = group2ctxs
        self._buckets: dict[Any, Module] = {}
        self._curr_module: Any = None
        self._curr_bucket_key: Any = None
        self._params_dirty = False
        self._monitor: Any = None
        self._grad_req: Any = None

    def _call_sym_gen(self, *args: Any, **kwargs: Any) -> tuple[Any, Any, Any]:
        # automatic names start from zero, so that they are the same in every bucket
        with NameManager():
            return self._sym_gen(*args, **kwargs)  # type: ignore[no-any-return]

    def _new_module(self, bucket_key: Any) -> Module:
        return Module(
            *self._call_sym_gen(bucket_key), logger=self.logger, context=self._context,
            work_load_list=self._work_load_list, fixed_param_names=self._fixed_param_names,
            state_names=self._state_names, group2ctxs=self._group2ctxs, compression_params=self._compression_params,
        )  # fmt: skip

    # ---- names and shapes

    @property
    def data_names(self) -> Any:
        """Names of the inputs of the current bucket."""
        return self._curr_module.data_names if self.binded else self._call_sym_gen(self._default_bucket_key)[1]

    @property
    def output_names(self) -> Any:
        """Names of the outputs of the current bucket."""
        if self.binded:
            return self._curr_module.output_names
        return self._call_sym_gen(self._default_bucket_key)[0].list_outputs()

    @property
    def data_shapes(self) -> Any:
        """Descriptions of the inputs of the current bucket. AssertionError if not bound."""
        self._need("binded")
        return self._curr_module.data_shapes

    @property
    def label_shapes(self) -> Any:
        """Descriptions of the labels of the current bucket. AssertionError if not bound."""
        self._need("binded")
        return self._curr_module.label_shapes

    @property
    def output_shapes(self) -> Any:
        """Descriptions of the outputs of the current bucket. AssertionError if not bound."""
        self._need("binded")
        return self._curr_module.output_shapes

    @property
    def symbol(self) -> Any:
        """The network of the current bucket. AssertionError if not bound."""
        self._need("binded")
        return self._curr_module.symbol

    # ---- parameters

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Parameters and auxiliary states by name, on the CPU."""
        self._need("params_initialized")
        self._curr_module._params_dirty = self._params_dirty
        params = self._curr_module.get_params()
        self._params_dirty = False
        return params  # type: ignore[no-any-return]

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008
        arg_params: dict[str, Any] | None = None,
        aux_params: dict[str, Any] | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Give the parameters their first values. See ``Module``; AssertionError if not bound."""
        if self.params_initialized and not force_init:
            return
        if not self.binded:
            raise AssertionError("call bind before initializing the parameters")
        self._curr_module.init_params(
            initializer=initializer, arg_params=arg_params, aux_params=aux_params, allow_missing=allow_missing,
            force_init=force_init, allow_extra=allow_extra,
        )  # fmt: skip
        self._params_dirty = False
        self.params_initialized = True

    def set_params(
        self,
        arg_params: dict[str, Any],
        aux_params: dict[str, Any],
        allow_missing: bool = False,
        force_init: bool = True,
        allow_extra: bool = False,
    ) -> None:
        """Set parameters and auxiliary states. The arguments are those of ``Module``.

        ``allow_extra`` counts only together with ``allow_missing``, as in MXNet.
        """
        if not allow_missing:
            self.init_params(
                initializer=None, arg_params=arg_params, aux_params=aux_params, allow_missing=allow_missing,
                force_init=force_init,
            )  # fmt: skip
            return
        if self.params_initialized and not force_init:
            warnings.warn(
                "set_params: the parameters are initialized already and stay as they are; give force_init=True "
                "to replace them",
                stacklevel=2,
            )
            return
        self._curr_module.set_params(
            arg_params, aux_params, allow_missing=allow_missing, force_init=force_init, allow_extra=allow_extra
        )
        # the module's own dicts are stale now, and get_params asks this flag
        self._params_dirty = True
        self.params_initialized = True

    def get_states(self, merge_multi_context: bool = True) -> Any:
        """The states of the current bucket; see ``Module``."""
        self._need("binded", "params_initialized")
        return self._curr_module.get_states(merge_multi_context=merge_multi_context)

    def set_states(self, states: Any = None, value: Any = None) -> None:
        """Set the states of the current bucket; see ``Module``."""
        self._need("binded", "params_initialized")
        self._curr_module.set_states(states, value)

    # ---- setting up

    def _reset_bind(self) -> None:
        """Forget all buckets."""
        self.binded = False
        self._buckets = {}
        self._curr_module = None
        self._curr_bucket_key = None

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
        """Bind the module of the default bucket; the others follow when they are needed.

        The arguments are those of ``Module``, but ``shared_module`` must be None (AssertionError). With
        ``force_rebind`` parameters are kept.
        """
        before = self.get_params() if self.params_initialized else None
        if force_rebind:
            self._reset_bind()
        if self.binded:
            self.logger.warning("Already bound, ignoring bind()")
            return
        if shared_module is not None:
            raise AssertionError("shared_module for BucketingModule is not supported")
        self.for_training = for_training
        self.inputs_need_grad = inputs_need_grad
        self.binded = True
        self._grad_req = grad_req
        key = self._default_bucket_key
        module = self._buckets[key] if key in self._buckets else self._new_module(key)
        module.bind(
            data_shapes, label_shapes, for_training, inputs_need_grad, force_rebind=False, shared_module=None,
            grad_req=grad_req,
        )  # fmt: skip
        self._curr_module, self._curr_bucket_key, self._buckets[key] = module, key, module
        if before is not None:
            self.set_params(*before)

    def switch_bucket(self, bucket_key: Any, data_shapes: Any, label_shapes: Any = None) -> None:
        """Make a bucket the current one; its module is made or bound if need be.

        Args:
            bucket_key: key of the bucket.
            data_shapes: descriptions of its inputs; used the first time.
            label_shapes: descriptions of its labels; used the first time.

        Raises:
            AssertionError: not bound.
        """
        if not self.binded:
            raise AssertionError("call bind before switching bucket")
        module = self._buckets.get(bucket_key)
        fresh = module is None
        if module is None:
            module = self._new_module(bucket_key)
        if not module.binded:
            module.bind(
                data_shapes, label_shapes, self._curr_module.for_training, self._curr_module.inputs_need_grad,
                force_rebind=False, shared_module=self._buckets[self._default_bucket_key], grad_req=self._grad_req,
            )  # fmt: skip
            if fresh and self._monitor is not None:
                module.install_monitor(self._monitor)
            self._buckets[bucket_key] = module
        self._curr_module = module
        self._curr_bucket_key = bucket_key

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Install an optimizer for all buckets. The arguments are those of ``Module``."""
        self._need("binded", "params_initialized")
        if self.optimizer_initialized and not force_init:
            self.logger.warning("optimizer already initialized, ignoring.")
            return
        self._curr_module.init_optimizer(kvstore, optimizer, optimizer_params, force_init=force_init)
        for module in self._buckets.values():
            if module is not self._curr_module:
                module.borrow_optimizer(self._curr_module)
        self.optimizer_initialized = True

    def install_monitor(self, mon: Any) -> None:
        """Have a monitor watch all buckets, those to come included. AssertionError if not bound."""
        self._need("binded")
        self._monitor = mon
        for module in self._buckets.values():
            module.install_monitor(mon)

    # ---- computation

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        """Get the bucket of a batch ready, and go back to the current one; see ``Module``."""
        self._need("binded", "params_initialized")
        current = self._curr_bucket_key
        self.switch_bucket(data_batch.bucket_key, data_batch.provide_data, data_batch.provide_label)
        self._curr_module.prepare(data_batch, sparse_row_id_fn=sparse_row_id_fn)
        self.switch_bucket(current, None, None)

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute the outputs of a batch in its bucket, which becomes the current one."""
        self._need("binded", "params_initialized")
        self.switch_bucket(data_batch.bucket_key, data_batch.provide_data, data_batch.provide_label)
        self._curr_module.forward(data_batch, is_train=is_train)

    def backward(self, out_grads: Any = None) -> None:
        """Compute the gradients of the last batch."""
        self._need("binded", "params_initialized")
        self._curr_module.backward(out_grads=out_grads)

    def update(self) -> None:
        """Update the parameters with the gradients of the last batch."""
        self._need("binded", "params_initialized", "optimizer_initialized")
        self._params_dirty = True
        self._curr_module.update()

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        """The outputs of the last batch; see ``Module``."""
        self._need("binded", "params_initialized")
        return self._curr_module.get_outputs(merge_multi_context=merge_multi_context)  # type: ignore[no-any-return]

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        """The gradients of the last batch's data; see ``Module``."""
        self._need("binded", "params_initialized", "inputs_need_grad")
        return self._curr_module.get_input_grads(  # type: ignore[no-any-return]
            merge_multi_context=merge_multi_context
        )

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Give labels and the last outputs to a metric; see ``Module``."""
        self._need("binded", "params_initialized")
        self._curr_module.update_metric(eval_metric, labels, pre_sliced)

    # ---- files

    def save_checkpoint(self, prefix: str, epoch: int, remove_amp_cast: bool = False) -> None:
        """Write ``prefix-<epoch>.params``, ``prefix-<key>-symbol.json`` for each bucket, and ``prefix.buckets``.

        Args:
            prefix: start of the files' names.
            epoch: number in the name of the first.
            remove_amp_cast: leave out the casts that mixed precision has put in.

        Raises:
            AssertionError: there are no buckets yet.
        """
        if not self._buckets:
            raise AssertionError("Empty BucketingModule cannot be saved")
        self.save_params(f"{prefix}-{epoch:04d}.params")
        for key in self._buckets:
            symbol = self._sym_gen(key)[0]
            symbol.save(f"{prefix}-{key}-symbol.json", remove_amp_cast=remove_amp_cast)
        nd.save(f"{prefix}.buckets", nd.array(list(self._buckets), dtype=np.int32))

    @staticmethod
    def load(
        prefix: str,
        epoch: int,
        sym_gen: Callable[..., Any] | None = None,
        default_bucket_key: Any = None,
        **kwargs: Any,
    ) -> BucketingModule:
        """A module from what `save_checkpoint` wrote.

        Args:
            prefix: start of the files' names.
            epoch: number in the name of the file of parameters.
            sym_gen: as in the class; for the names of data and labels.
            default_bucket_key: as in the class.
            kwargs: further arguments of the class.

        Raises:
            AssertionError: no ``sym_gen``, or no ``default_bucket_key``.
        """
        _required("load", sym_gen=sym_gen, default_bucket_key=default_bucket_key)
        stored: Any = nd.load(f"{prefix}.buckets")
        keys = list(stored[0].asnumpy().astype("int32"))
        symbols = {key: sym.load(f"{prefix}-{key}-symbol.json") for key in keys}
        return BucketingModule._loaded(
            sym_gen, default_bucket_key, symbols, lambda key: key, load_params(prefix, epoch), kwargs
        )  # fmt: skip

    @staticmethod
    def load_dict(
        sym_dict: dict[Any, Any] | None = None,
        sym_gen: Callable[..., Any] | None = None,
        default_bucket_key: Any = None,
        arg_params: dict[str, Any] | None = None,
        aux_params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> BucketingModule:
        """A module from networks by key, and parameters.

        Args:
            sym_dict: the networks.
            sym_gen: as in the class; for the names of data and labels.
            default_bucket_key: as in the class.
            arg_params: parameters by name.
            aux_params: auxiliary states by name.
            kwargs: further arguments of the class.

        Raises:
            AssertionError: one of the arguments is missing.
        """
        _required(
            "load_dict", sym_dict=sym_dict, arg_params=arg_params, aux_params=aux_params,
            default_bucket_key=default_bucket_key,
        )  # fmt: skip
        return BucketingModule._loaded(
            sym_gen, default_bucket_key, sym_dict, lambda _: default_bucket_key, (arg_params, aux_params), kwargs
        )

    @staticmethod
    def _loaded(
        sym_gen: Any,
        default_key: Any,
        symbols: Any,
        names_of: Callable[[Any], Any],
        params: Any,
        kwargs: dict[str, Any],
    ) -> BucketingModule:
        made = BucketingModule(sym_gen, default_key, **kwargs)
        for key, symbol in symbols.items():
            _, data_names, label_names = sym_gen(names_of(key))
            made._buckets[key] = Module(symbol, data_names, label_names, **kwargs)
            if key == default_key:
                made._curr_module = made._buckets[key]
        made._curr_module._arg_params, made._curr_module._aux_params = params
        made._curr_module.params_initialized = True
        made.params_initialized = True
        return made


def _required(method: str, **given: Any) -> None:
    for name, value in given.items():
        if value is None:
            raise AssertionError(f"{name} is required for BucketingModule.{method}")
