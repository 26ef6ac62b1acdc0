"""The updater: an optimizer with the states of all its weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..context import Context
from ..nd import NDArray
from ..util import is_np_array
from . import _foreach, _states
from ._adam import Adam
from ._adaptive import RMSProp
from ._base import Optimizer
from ._sgd import NAG, SGD, ccSGD

#: optimizer class -> (its methods as they came, what updates many weights at once). A class that a program derived or
#: changed is not taken for the one it came from.
_MANY: dict[type[Any], tuple[Any, Any, Callable[..., bool]]] = {
    cls: (cls.update, cls.update_multi_precision, kernel)
    for cls, kernel in (
        (SGD, _foreach.sgd),
        (ccSGD, _foreach.sgd),
        (Adam, _foreach.adam),
        (NAG, _foreach.nag),
        (RMSProp, _foreach.rmsprop),
    )
}


def _kernel(optimizer: Any) -> Callable[..., bool] | None:
    cls = type(optimizer)
    found = _MANY.get(cls)
    if found is None or cls.update is not found[0] or cls.update_multi_precision is not found[1]:
        return None
    return None if "update" in vars(optimizer) or "update_multi_precision" in vars(optimizer) else found[2]


def _classic(array: Any) -> Any:
    """The array as one of `mxnet.nd`, which is what optimizers compute with."""
    return NDArray._wrap(array._t, array._ctx) if array._in_numpy else array


class Updater:
    """Applies an optimizer to weights, and keeps the state of each: what a store or a trainer calls.

    Args:
        optimizer: the optimizer.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.states: dict[Any, Any] = {}
        self.states_synced: dict[Any, bool] = {}
        self.aggregate_updates = optimizer.aggregate_num > 0

    def __call__(self, index: Any, grad: Any, weight: Any) -> None:
        """Update a weight by its gradient, in place; with lists, each weight by the gradient beside it."""
        if isinstance(index, (list, tuple)):
            self._update_many(index, grad, weight)
        else:
            self._update_many([index], [grad], [weight])

    def _update_many(self, indices: Sequence[Any], grads: Sequence[Any], weights: Sequence[Any]) -> None:
        """Update weights by gradients, in place; as few calls to torch as the optimizer allows.

        Raises:
            ValueError: arrays of `mxnet.np`, but the optimizer was made without them.
        """
        optimizer = self.optimizer
        if len(indices) != len(grads) or len(indices) != len(weights):
            raise ValueError(f"{len(indices)} indices, {len(grads)} gradients, {len(weights)} weights: not one each")
        if any([array._in_numpy for array in (*weights, *grads)]):
            self._allow_numpy()
        if weights:
            optimizer._set_current_context(weights[0].context.device_id)
        indices = [i.decode() if type(i) is bytes else i for i in indices]
        known, synced = self.states, self.states_synced
        states = [
            known[i] if synced.get(i) else self._state(i, _classic(w)) for i, w in zip(indices, weights, strict=False)
        ]
        kernel = _kernel(optimizer) if indices else None
        if kernel is not None and kernel(optimizer, indices, weights, grads, states):
            return
        grads, weights = [_classic(g) for g in grads], [_classic(w) for w in weights]
        if self.aggregate_updates:
            self._update_in_groups(indices, weights, grads, states)
        else:
            for i, w, g, s in zip(indices, weights, grads, states, strict=False):
                optimizer.update_multi_precision(i, w, g, s)

    def _allow_numpy(self) -> None:
        """ValueError unless the optimizer was made for arrays of `mxnet.np`."""
        allowed = getattr(self.optimizer, "allow_np_array", None)
        if not (is_np_array() if allowed is None else allowed):
            raise ValueError(
                "updater: NumPy arrays came to an optimizer made for classic ones; make the optimizer after "
                "npx.set_np()"
            )

    def _state(self, index: Any, weight: NDArray) -> Any:
        """The state of a weight, on the device of the weight; made at the first call."""
        if index not in self.states:
            self.states[index] = self.optimizer.create_state_multi_precision(index, weight)
            self.states_synced[index] = True
        elif not self.states_synced[index]:
            self.states[index] = self.sync_state_context(self.states[index], weight.context)
            self.states_synced[index] = True
        return self.states[index]

    def _update_in_groups(
        self, indices: Sequence[Any], weights: Sequence[Any], grads: Sequence[Any], states: Sequence[Any]
    ) -> None:
        """By dtype, and no more at once than the optimizer takes."""
        groups: dict[Any, list[int]] = {}
        for place in range(min(len(indices), len(weights), len(grads))):
            groups.setdefault(weights[place].dtype, []).append(place)
        size = self.optimizer.aggregate_num
        for places in groups.values():
            for start in range(0, len(places), size):
                part = places[start : start + size]
                self.optimizer.update_multi_precision(
                    tuple(indices[p] for p in part),
                    tuple(weights[p] for p in part),
                    tuple(grads[p] for p in part),
                    [states[p] for p in part],
                )

    def sync_state_context(self, state: Any, context: Context) -> Any:
        """A state with its arrays on a device."""
        if isinstance(state, NDArray):
            return state.as_in_context(context)
        if isinstance(state, tuple):
            return tuple(self.sync_state_context(s, context) for s in state)
        if isinstance(state, list):
            return [self.sync_state_context(s, context) for s in state]
        return state

    def set_states(self, states: bytes) -> None:
        """Take states, and the optimizer if it is there, from what `get_states` of this package or of MXNet gave.

        Raises:
            pickle.UnpicklingError: no states, or more than states: nothing else is unpickled.

        Differences: an optimizer that is read decides itself how many weights it takes at once; MXNet goes on as with
            the one before, and then fails if one of the two takes lists and the other does not.
        """
        found = _states.loads(states)
        if isinstance(found, tuple) and len(found) == 2:
            self.states, self.optimizer = found
            self.aggregate_updates = self.optimizer.aggregate_num > 0
        else:
            self.states = found
        self.states_synced = dict.fromkeys(self.states.keys(), False)

    def get_states(self, dump_optimizer: bool = False) -> bytes:
        """The states as bytes that MXNet reads too.

        Args:
            dump_optimizer: the optimizer with its learning rate, schedule and counts too.
        """
        return _states.dumps((self.states, self.optimizer) if dump_optimizer else self.states)


def get_updater(optimizer: Optimizer) -> Updater:
    """An `Updater` with the optimizer."""
    return Updater(optimizer)
