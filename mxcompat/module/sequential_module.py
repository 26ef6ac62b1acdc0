"""SequentialModule: modules one after the other.

Source: MXNet 1.9.1 python/mxnet/module/sequential_module.py.
"""

from __future__ import annotations

import copy
import logging
from typing import Any

from ..initializer import Uniform as Uniform
from .base_module import BaseModule as BaseModule


class SequentialModule(BaseModule):
    """A chain of modules: the outputs of each are the data of the next.

    Args:
        logger: where to log to.

    Source: MXNet 1.9.1 python/mxnet/module/sequential_module.py.
    """

    META_TAKE_LABELS = "take_labels"
    META_AUTO_WIRING = "auto_wiring"

    def __init__(self, logger: Any = logging) -> None:
        super().__init__(logger=logger)
        self._modules: list[Any] = []
        self._metas: list[dict[str, Any]] = []
        self._label_shapes: Any = None
        self._data_shapes: Any = None
        self._meta_keys = {getattr(self, name) for name in dir(type(self)) if name.startswith("META_")}

    def add(self, module: Any, **kwargs: Any) -> SequentialModule:
        """Put a module at the end. The chain must be bound again.

        Args:
            module: the module.
            kwargs: ``take_labels=True``: it gets the labels; ``auto_wiring=True``: it takes the outputs before it as
                its data whatever they are called.

        Returns:
            The chain itself.

        Raises:
            AssertionError: another keyword.
        """
        self._modules.append(module)
        for key in kwargs:
            if key not in self._meta_keys:
                raise AssertionError(f'Unknown meta "{key}", a typo? Known are {sorted(self._meta_keys)}')
        self._metas.append(kwargs)
        self.binded = False
        self.params_initialized = False
        self.optimizer_initialized = False
        return self

    def _takes_labels(self, i: int) -> bool:
        return bool(self._metas[i].get(self.META_TAKE_LABELS))

    @property
    def data_names(self) -> list[str]:
        """Names of the first module's inputs; empty without modules."""
        return self._modules[0].data_names if self._modules else []

    @property
    def output_names(self) -> list[str]:
        """Names of the last module's outputs; empty without modules."""
        return self._modules[-1].output_names if self._modules else []

    @property
    def data_shapes(self) -> Any:
        """Descriptions of the first module's inputs. AssertionError if not bound."""
        self._need("binded")
        return self._modules[0].data_shapes

    @property
    def label_shapes(self) -> Any:
        """Descriptions of the labels; None if no module takes them. AssertionError if not bound."""
        self._need("binded")
        return self._label_shapes

    @property
    def output_shapes(self) -> Any:
        """Descriptions of the last module's outputs. AssertionError if not bound."""
        self._need("binded")
        return self._modules[-1].output_shapes

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Parameters and auxiliary states of all modules by name."""
        self._need("binded", "params_initialized")
        arg_params: dict[str, Any] = {}
        aux_params: dict[str, Any] = {}
        for module in self._modules:
            arg, aux = module.get_params()
            arg_params.update(arg)
            aux_params.update(aux)
        return arg_params, aux_params

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008
        arg_params: dict[str, Any] | None = None,
        aux_params: dict[str, Any] | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Give the parameters of all modules their first values. The arguments are those of ``BaseModule``.

        Raises:
            AssertionError: not bound; two modules have a parameter of one name.
        """
        if self.params_initialized and not force_init:
            return
        if not self.binded:
            raise AssertionError("call bind before initializing the parameters")
        for module in self._modules:
            module.init_params(
                initializer=initializer, arg_params=arg_params, aux_params=aux_params, allow_missing=allow_missing,
                force_init=force_init, allow_extra=allow_extra,
            )  # fmt: skip
        owners: tuple[dict[str, int], dict[str, int]] = {}, {}
        for i, module in enumerate(self._modules):
            for known, names in zip(owners, module.get_params(), strict=True):
                for name in names:
                    if name in known:
                        raise AssertionError(
                            f'Duplicated parameter names: name "{name}" in layer {i} ({type(module)}) is already used '
                            f"in layer {known[name]} ({type(self._modules[known[name]])})."
                        )
                    known[name] = i
        self.params_initialized = True

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
        """Bind all modules, each to the outputs of the one before. The arguments are those of ``BaseModule``.

        Raises:
            AssertionError: no modules; a ``shared_module``; ``inputs_need_grad`` without training; with
                ``auto_wiring``, another number of inputs than of outputs before.
        """
        if self.binded and not force_rebind:
            self.logger.warning("Already bound, ignoring bind()")
            return
        if inputs_need_grad and for_training is not True:
            raise AssertionError("SequentialModule.bind: inputs_need_grad=True needs for_training=True")
        if shared_module is not None:
            raise AssertionError("Shared module is not supported")
        if not self._modules:
            raise AssertionError("Attempting to bind an empty SequentialModule")
        self.binded = True
        shapes = data_shapes
        for i, module in enumerate(self._modules):
            if self._metas[i].get(self.META_AUTO_WIRING, False):
                names = module.data_names
                if len(names) != len(shapes):
                    raise AssertionError(f"layer {i} has the inputs {names}, but {len(shapes)} outputs come before it")
                shapes = [(name, shape) for name, (_, shape) in zip(names, shapes, strict=True)]
            module.bind(
                data_shapes=shapes, label_shapes=label_shapes if self._takes_labels(i) else None,
                for_training=for_training, inputs_need_grad=bool(inputs_need_grad or (for_training and i > 0)),
                force_rebind=force_rebind, shared_module=None, grad_req=grad_req,
            )  # fmt: skip
            shapes = module.output_shapes
        labelled = any(self._takes_labels(i) for i in range(len(self._modules)))
        self._label_shapes = label_shapes if labelled else None

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Install an optimizer in each module. The arguments are those of ``BaseModule``."""
        self._need("binded", "params_initialized")
        if self.optimizer_initialized and not force_init:
            self.logger.warning("optimizer already initialized, ignoring.")
            return
        for module in self._modules:
            module.init_optimizer(
                kvstore=kvstore, optimizer=optimizer, optimizer_params=optimizer_params, force_init=force_init
            )
        self.optimizer_initialized = True

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute the outputs of a batch, module by module.

        Args:
            data_batch: the batch; it is not changed.
            is_train: in training or not; as bound by default.
        """
        self._need("binded", "params_initialized")
        batch = copy.copy(data_batch)
        for i, module in enumerate(self._modules):
            module.forward(batch, is_train=is_train)
            if i + 1 == len(self._modules):
                break
            batch.data = module.get_outputs()
            if hasattr(batch, "provide_data"):
                names = [x[0] for x in module.output_shapes]
                if len(names) != len(batch.data):
                    raise AssertionError(f"layer {i} has {len(batch.data)} outputs, but describes {names}")
                batch.provide_data = [(name, x.shape) for name, x in zip(names, batch.data, strict=True)]

    def backward(self, out_grads: Any = None) -> None:
        """Compute the gradients, from the last module to the first.

        Args:
            out_grads: gradients of the last module's outputs, where these are no losses.
        """
        self._need("binded", "params_initialized")
        for i, module in reversed(list(enumerate(self._modules))):
            module.backward(out_grads=out_grads)
            if i:
                out_grads = module.get_input_grads()

    def update(self) -> None:
        """Update the parameters of all modules."""
        self._need("binded", "params_initialized", "optimizer_initialized")
        for module in self._modules:
            module.update()

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        """The outputs of the last module; see ``BaseModule``."""
        self._need("binded", "params_initialized")
        return self._modules[-1].get_outputs(merge_multi_context=merge_multi_context)  # type: ignore[no-any-return]

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        """The gradients of the first module's inputs; see ``BaseModule``."""
        self._need("binded", "params_initialized", "inputs_need_grad")
        return self._modules[0].get_input_grads(  # type: ignore[no-any-return]
            merge_multi_context=merge_multi_context
        )

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Give labels and outputs of the modules that take labels to a metric; see ``BaseModule``."""
        self._need("binded", "params_initialized")
        for i, module in enumerate(self._modules):
            if self._takes_labels(i):
                module.update_metric(eval_metric, labels, pre_sliced)

    def install_monitor(self, mon: Any) -> None:
        """Have a monitor watch all modules. AssertionError if not bound."""
        self._need("binded")
        for module in self._modules:
            module.install_monitor(mon)
