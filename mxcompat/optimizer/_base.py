"""The base class of optimizers, and the registry of their names."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np

from .._core.errors import ArgumentTypeError
from ..lr_scheduler import LRScheduler
from ..nd import NDArray, cast
from ..util import is_np_array

T = TypeVar("T", bound=type[Any])


class Optimizer:
    """Base class: what all optimizers take, and the learning rate and weight decay of each parameter.

    An optimizer of one's own overrides `create_state` and `update`, and is made known by `register`.

    Args:
        rescale_grad: factor of the gradients, usually ``1 / batch_size``.
        param_idx2name: names of the parameters by index. Those that end neither in ``_weight`` nor in ``_gamma`` get no
            weight decay.
        wd: weight decay.
        clip_gradient: bound of the rescaled gradients' entries; None for none. Whether the weight decay is bounded
            too depends on the optimizer.
        learning_rate: None is the rate of ``lr_scheduler``, or 0.01 without one.
        lr_scheduler: learning rate by the number of updates; ``learning_rate`` becomes its ``base_lr``.
        sym: a Symbol whose arguments' attributes ``__lr_mult__`` and ``__wd_mult__`` count.
        begin_num_update: the number of updates made before.
        multi_precision: keep float32 copies of float16 weights and compute on them.
        param_dict: parameters of gluon by index, whose ``lr_mult`` and ``wd_mult`` count.

    Raises:
        AssertionError: ``param_idx2name`` is no dict.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    #: lower-case name -> class
    opt_registry: ClassVar[dict[str, type[Any]]] = {}

    lr: Any
    lr_mult: dict[Any, float]
    wd_mult: dict[Any, float]

    def __init__(
        self,
        rescale_grad: float = 1.0,
        param_idx2name: dict[Any, str] | None = None,
        wd: float = 0.0,
        clip_gradient: float | None = None,
        learning_rate: float | None = None,
        lr_scheduler: LRScheduler | None = None,
        sym: Any = None,
        begin_num_update: int = 0,
        multi_precision: bool = False,
        param_dict: Mapping[Any, Any] | None = None,
    ) -> None:
        if param_idx2name is not None and not isinstance(param_idx2name, dict):
            raise ArgumentTypeError(
                f"optimizer: param_idx2name must map indices to names, got {type(param_idx2name).__name__}; give "
                f"a dict such as {{0: 'fc_weight'}}"
            )
        self.rescale_grad = rescale_grad
        self.lr_scheduler = lr_scheduler
        self.lr = 0.01 if learning_rate is None and lr_scheduler is None else learning_rate
        if lr_scheduler is not None and learning_rate is not None and lr_scheduler.base_lr != learning_rate:
            # printed, not warned, by MXNet; programs that capture the output rely on it
            print(
                UserWarning(
                    "learning rate from ``lr_scheduler`` has been overwritten by ``learning_rate`` in optimizer."
                )
            )
            lr_scheduler.base_lr = learning_rate
        self.wd = wd
        self.lr_mult = {}
        self.wd_mult = {}
        self.begin_num_update = begin_num_update
        self.num_update = begin_num_update
        self._all_index_update_counts: dict[int, dict[Any, int]] = {0: {}}
        self._index_update_count = self._all_index_update_counts[0]
        self.clip_gradient = clip_gradient
        self.multi_precision = multi_precision
        #: how many weights `update` takes at once, as lists; 0 for one at a time
        self.aggregate_num = 0
        self.idx2name = dict(param_idx2name or {})
        self.sym_info: tuple[Any, ...] = (sym.attr_dict(), sym.list_arguments()) if sym is not None else ()
        self.param_dict: Mapping[Any, Any] = param_dict if param_dict else {}
        self.allow_np_array = is_np_array()
        self.set_lr_mult({})
        self.set_wd_mult({})

    # ---- registry

    @staticmethod
    def register(klass: T) -> T:
        """Make a class known to `create` by its name in lower case; a decorator.

        Warns:
            UserWarning: another class had the name.

        Raises:
            AssertionError: not a class.
        """
        if not isinstance(klass, type):
            raise ArgumentTypeError(f"only a class can be registered as an optimizer, got {klass!r}")
        name = klass.__name__.lower()
        known = Optimizer.opt_registry.get(name)
        if known is not None:
            warnings.warn(
                f"WARNING: New optimizer {klass.__module__}.{klass.__name__} is overriding "
                f"existing optimizer {known.__module__}.{known.__name__}",
                stacklevel=2,
            )
        Optimizer.opt_registry[name] = klass
        return klass

    @staticmethod
    def create_optimizer(name: str, **kwargs: Any) -> Any:
        """An optimizer by its name, in any case, with its arguments.

        Raises:
            ValueError: no such optimizer.
        """
        klass = Optimizer.opt_registry.get(name.lower())
        if klass is None:
            raise ValueError(
                f"Cannot find optimizer {name}; known are {', '.join(sorted(Optimizer.opt_registry))}, "
                "others need mx.optimizer.register"
            )
        return klass(**kwargs)

    # ---- learning rates and weight decays

    @property
    def learning_rate(self) -> Any:
        """The learning rate now, before the factors of parameters."""
        return self.lr if self.lr_scheduler is None else self.lr_scheduler(self.num_update)

    def set_learning_rate(self, lr: float) -> None:
        """Set the learning rate.

        Raises:
            UserWarning: a scheduler sets it (raised, as in MXNet, not warned).
        """
        if self.lr_scheduler is not None:
            raise UserWarning(
                "the rate comes from the optimizer's LRScheduler; change that one, or make the optimizer without"
            )
        self.lr = lr

    def set_lr_scale(self, args_lrscale: Any) -> None:
        """Refuse: the name before `set_lr_mult`.

        Raises:
            DeprecationWarning: always.
        """
        raise DeprecationWarning("set_lr_scale is gone: use set_lr_mult")

    def _from_symbol(self, attribute: str) -> dict[Any, float]:
        """Factors that the arguments of the symbol carry as an attribute."""
        if not self.sym_info:
            return {}
        attributes, names = self.sym_info
        return {n: float(attributes[n][attribute]) for n in names if attribute in attributes.get(n, {})}

    def set_lr_mult(self, args_lr_mult: Mapping[Any, float]) -> None:
        """Set factors of the learning rate by name or index; they go before those of the symbol."""
        self.lr_mult = {**self._from_symbol("__lr_mult__"), **args_lr_mult}

    #: endings of the names of parameters that have weight decay
    _decaying: ClassVar[tuple[str, ...]] = ("_weight", "_gamma")

    def set_wd_mult(self, args_wd_mult: Mapping[Any, float]) -> None:
        """Set factors of the weight decay by name or index; they go before the symbol's and those from the names."""
        by_name = {name: 0.0 for name in self.idx2name.values() if not name.endswith(self._decaying)}
        self.wd_mult = {**by_name, **self._from_symbol("__wd_mult__"), **args_wd_mult}

    def _set_current_context(self, device_id: int) -> None:
        """Count the updates that follow for this device."""
        self._index_update_count = self._all_index_update_counts.setdefault(device_id, {})

    def _update_count(self, index: Any) -> None:
        """Count one more update of a parameter, or of each of a list of them."""
        counts = self._index_update_count
        for i in index if isinstance(index, (list, tuple)) else (index,):
            counts[i] = count = counts.get(i, self.begin_num_update) + 1
            if count > self.num_update:
                self.num_update = count

    def _get_lrs(self, indices: Sequence[Any]) -> list[Any]:
        """The learning rate of each parameter."""
        lr = self.lr if self.lr_scheduler is None else self.lr_scheduler(self.num_update)
        return self._scaled(lr, "lr_mult", self.lr_mult, indices)

    def _get_lr(self, index: Any) -> Any:
        """The learning rate of a parameter."""
        return self._get_lrs([index])[0]

    def _get_wds(self, indices: Sequence[Any]) -> list[Any]:
        """The weight decay of each parameter."""
        return self._scaled(self.wd, "wd_mult", self.wd_mult, indices)

    def _get_wd(self, index: Any) -> Any:
        """The weight decay of a parameter."""
        return self._get_wds([index])[0]

    def _scaled(self, value: Any, attribute: str, factors: Mapping[Any, float], indices: Sequence[Any]) -> list[Any]:
        """``value`` times the factor of each parameter: of gluon's parameter, else by index, else by name."""
        parameters, names = self.param_dict, self.idx2name
        if not parameters and not factors:
            return [value] * len(indices)
        scaled = []
        for index in indices:
            if index in parameters:
                scaled.append(value * getattr(parameters[index], attribute))
            elif index in factors:
                scaled.append(value * factors[index])
            elif index in names:
                scaled.append(value * factors.get(names[index], 1.0))
            else:
                scaled.append(value)
        return scaled

    # ---- states and updates

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """What the optimizer remembers of a weight from step to step; None here. Called once for each weight."""
        return None

    def create_state_multi_precision(self, index: Any, weight: NDArray) -> Any:
        """As `create_state`; with ``multi_precision`` and a float16 weight: a float32 copy of it, and the copy's state.

        Warns:
            UserWarning: a float16 weight without ``multi_precision``.
        """
        if self._is_mixed(weight):
            master = weight.astype(np.float32)
            return master, self.create_state(index, master)
        self._warn_of_half(weight)
        return self.create_state(index, weight)

    def _is_mixed(self, weight: NDArray) -> bool:
        return self.multi_precision and bool(weight.dtype == np.float16)

    def _warn_of_half(self, weight: NDArray, owner: str = "optimizer") -> None:
        if weight.dtype == np.float16 and not self.multi_precision:
            warnings.warn(
                "a float16 weight takes its updates in float16, which loses small ones: consider the "
                f"multi_precision=True option of the {owner}",
                stacklevel=4,
            )

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place.

        Args:
            index: the parameter; decides on its learning rate and weight decay.
            weight: the weight.
            grad: its gradient.
            state: what `create_state` gave; written in place.

        Raises:
            NotImplementedError: a subclass must say how.
        """
        raise NotImplementedError(f"{type(self).__name__} must override update(index, weight, grad, state)")

    def update_multi_precision(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """As `update`, with the state of `create_state_multi_precision`."""
        if self._is_mixed(weight):
            master, original = state
            self.update(index, master, grad.astype(np.float32), original)
            cast(master, dtype=weight.dtype, out=weight)
        else:
            self.update(index, weight, grad, state)

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        del state["param_dict"]  # belongs to the trainer, which sets it again
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ = state
        self.param_dict = {}


register = Optimizer.register
create = Optimizer.create_optimizer


def check_arrays(weight: Any, grad: Any) -> None:
    """AssertionError unless both are arrays."""
    for name, value in (("weight", weight), ("grad", grad)):
        if not isinstance(value, NDArray):
            raise ArgumentTypeError(f"an optimizer updates arrays: {name} is a {type(value).__name__}")
