"""Stochastic gradient descent and its near relatives."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from .._core.errors import ArgumentTypeError
from ..nd import (
    NDArray,
    clip,
    mp_nag_mom_update,
    mp_sgd_mom_update,
    mp_sgd_update,
    multi_mp_sgd_mom_update,
    multi_mp_sgd_update,
    multi_sgd_mom_update,
    multi_sgd_update,
    nag_mom_update,
    sgd_mom_update,
    sgd_update,
    signsgd_update,
    signum_update,
    zeros,
)
from ..random import normal
from ._base import Optimizer, check_arrays, register


def aggregation_size(default: int) -> int:
    """How many weights to update in one call: ``MXNET_OPTIMIZER_AGGREGATION_SIZE``."""
    return int(os.getenv("MXNET_OPTIMIZER_AGGREGATION_SIZE", str(default)))


def flattened(*roles: Sequence[Any]) -> list[Any]:
    """``a0, b0, a1, b1, ...``: the inputs of the operators that update many weights."""
    return [array for group in zip(*roles, strict=True) for array in group]


class MasterLast(Optimizer):
    """Optimizers whose state with ``multi_precision`` is ``(state, float32 copy)``."""

    #: the optimizer that the warning names
    _owner: ClassVar[str] = "SGD optimizer"

    def create_state_multi_precision(self, index: Any, weight: NDArray) -> Any:
        """The state; with ``multi_precision`` and a float16 weight a tuple of it and the float32 copy.

        Warns:
            UserWarning: a float16 weight without ``multi_precision``.
        """
        if self._is_mixed(weight):
            master = weight.astype(np.float32)
            return self.create_state(index, master), master
        self._warn_of_half(weight, self._owner)
        return self.create_state(index, weight)

    def update_multi_precision(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """As `update`, with the state of `create_state_multi_precision`."""
        first = weight[0] if isinstance(index, (tuple, list)) else weight
        self._update_impl(index, weight, grad, state, multi_precision=self._is_mixed(first))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight, or a list of them, by gradients, in place."""
        self._update_impl(index, weight, grad, state, multi_precision=False)

    def _update_impl(self, index: Any, weight: Any, grad: Any, state: Any, multi_precision: bool = False) -> None:
        raise NotImplementedError


def update_one(
    weight: NDArray, grad: NDArray, state: Any, mixed: bool, lr: Any, wd: Any, kwargs: dict[str, Any], **lazy: Any
) -> None:
    """The update of SGD on one weight of any storage type; ``state`` is ``(momentum, copy)`` if ``mixed``."""
    if not mixed:
        if state is not None:
            sgd_mom_update(weight, grad, state, out=weight, lr=lr, wd=wd, **lazy, **kwargs)
        else:
            sgd_update(weight, grad, out=weight, lr=lr, wd=wd, **lazy, **kwargs)
    elif state[0] is not None:
        mp_sgd_mom_update(weight, grad, state[0], state[1], out=weight, lr=lr, wd=wd, **kwargs)
    else:
        mp_sgd_update(weight, grad, state[1], out=weight, lr=lr, wd=wd, **kwargs)


def is_dense(weights: Sequence[NDArray], grads: Sequence[NDArray]) -> bool:
    """Whether all arrays are dense; AssertionError if one is no array."""
    dense = True
    for weight, grad in zip(weights, grads, strict=False):
        check_arrays(weight, grad)
        dense = dense and weight.stype == "default" and grad.stype == "default"
    return dense


class MomentumSGD(MasterLast):
    """What `SGD` and `LARS` share: their state."""

    momentum: float
    lazy_update: bool

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The momentum, of the storage type of the weight if updates are lazy; None without momentum."""
        if self.momentum == 0.0:
            return None
        stype = weight.stype if self.lazy_update else "default"
        return zeros(weight.shape, weight.context, dtype=weight.dtype, stype=stype)


@register
class SGD(MomentumSGD):
    """``mom = momentum * mom + lr * (rescale_grad * clip(grad) + wd * weight)``, then ``weight -= mom``.

    Up to ``MXNET_OPTIMIZER_AGGREGATION_SIZE`` weights (default 4) are updated in one call.

    Args:
        momentum: factor of the old momentum; 0 for none.
        lazy_update: a row_sparse gradient changes the rows that it has, and nothing else of weight and momentum.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, momentum: float = 0.0, lazy_update: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum
        self.lazy_update = lazy_update
        self.aggregate_num = aggregation_size(4)

    def _update_impl(self, index: Any, weight: Any, grad: Any, state: Any, multi_precision: bool = False) -> None:
        if isinstance(index, (tuple, list)):
            indices, weights, grads, states = index, weight, grad, state
        else:
            indices, weights, grads, states = [index], [weight], [grad], [state]
        dense = is_dense(weights, grads)
        self._update_count(indices)
        lrs, wds = self._get_lrs(indices), self._get_wds(indices)
        kwargs: dict[str, Any] = {"rescale_grad": self.rescale_grad}
        if self.momentum > 0:
            kwargs["momentum"] = self.momentum
        if self.clip_gradient:
            kwargs["clip_gradient"] = self.clip_gradient
        if not dense:
            lazy = {} if multi_precision else {"lazy_update": self.lazy_update}
            for w, g, s, lr, wd in zip(weights, grads, states, lrs, wds, strict=False):
                update_one(w, g, s, multi_precision, lr, wd, kwargs, **lazy)
            return
        kwargs.update(out=list(weights), num_weights=len(weights), lrs=tuple(lrs), wds=tuple(wds))
        roles = [weights, grads]
        if multi_precision:
            moms, masters = zip(*states, strict=True)
            if self.momentum > 0:
                multi_mp_sgd_mom_update(*flattened(*roles, moms, masters), **kwargs)
            else:
                multi_mp_sgd_update(*flattened(*roles, masters), **kwargs)
        elif self.momentum > 0:
            multi_sgd_mom_update(*flattened(*roles, states), **kwargs)
        else:
            multi_sgd_update(*flattened(*roles), **kwargs)


@register
class ccSGD(SGD):
    """Old name of `SGD`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


@register
class NAG(MasterLast):
    """Nesterov's accelerated gradient: ``mom = momentum * mom + g``, ``weight -= lr * (g + momentum * mom)``.

    ``g`` is ``clip(rescale_grad * grad) + wd * weight``.

    Args:
        momentum: factor of the old momentum; 0 is plain SGD.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    _owner = "NAG optimizer"

    def __init__(self, momentum: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The momentum, dense; None without momentum."""
        return zeros(weight.shape, weight.context, dtype=weight.dtype) if self.momentum != 0.0 else None

    def update_multi_precision(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """As `update`, with the state of `create_state_multi_precision`."""
        mixed = self._is_mixed(weight) and isinstance(state, (tuple, list))
        self._update_impl(index, weight, grad, state, multi_precision=mixed)

    def _update_impl(self, index: Any, weight: Any, grad: Any, state: Any, multi_precision: bool = False) -> None:
        check_arrays(weight, grad)
        self._update_count(index)
        kwargs: dict[str, Any] = {
            "lr": self._get_lr(index),
            "wd": self._get_wd(index),
            "rescale_grad": self.rescale_grad,
            "out": weight,
        }
        if self.momentum > 0:
            kwargs["momentum"] = self.momentum
        if self.clip_gradient:
            kwargs["clip_gradient"] = self.clip_gradient
        if not multi_precision:
            if state is not None:
                nag_mom_update(weight, grad, state, **kwargs)
            else:
                sgd_update(weight, grad, **kwargs)
        elif state[0] is not None:
            mp_nag_mom_update(weight, grad, state[0], state[1], **kwargs)
        else:
            mp_sgd_update(weight, grad, state[1], **kwargs)


@register
class Signum(Optimizer):
    """Steps of equal size: by the sign of the momentum, or of the gradient without one.

    ``mom = momentum * mom - (1 - momentum) * g``, then ``weight = (1 - lr * wd_lh) * weight + lr * sign(mom)``, where
    ``g`` is ``rescale_grad * clip(grad) + wd * weight``.

    Args:
        learning_rate: size of a step.
        momentum: how much of the old momentum stays; 0 for none.
        wd_lh: weight decay outside the sign.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9, wd_lh: float = 0.0, **kwargs: Any) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum
        self.wd_lh = wd_lh

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The momentum, of the storage type of the weight; None without momentum."""
        if self.momentum == 0.0:
            return None
        return zeros(weight.shape, weight.context, dtype=weight.dtype, stype=weight.stype)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place."""
        check_arrays(weight, grad)
        self._update_count(index)
        kwargs: dict[str, Any] = {
            "lr": self._get_lr(index),
            "wd": self._get_wd(index),
            "rescale_grad": self.rescale_grad,
            "out": weight,
        }
        if self.momentum > 0:
            kwargs["momentum"] = self.momentum
        if self.clip_gradient:
            kwargs["clip_gradient"] = self.clip_gradient
        if self.wd_lh:
            kwargs["wd_lh"] = self.wd_lh
        if state is not None:
            signum_update(weight, grad, state, **kwargs)
        else:
            signsgd_update(weight, grad, **kwargs)


@register
class DCASGD(Optimizer):
    """Asynchronous SGD that makes up for the age of gradients, to first order.

    ``mom = momentum * mom - lr * (g + wd * weight + lamda * g * g * (weight - previous))``, then ``weight += mom``,
    where ``g`` is ``clip(rescale_grad * grad)`` and ``previous`` the weight before the step before.

    Args:
        momentum: factor of the old momentum; 0 for none.
        lamda: weight of the compensation.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, momentum: float = 0.0, lamda: float = 0.04, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum
        self.weight_previous: dict[Any, Any] = {}
        self.lamda = lamda

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The momentum (None without) and the previous weight."""
        mom = None if self.momentum == 0.0 else zeros(weight.shape, weight.context, dtype=weight.dtype)
        return mom, weight.copy()

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place.

        Raises:
            ValueError: momentum, and a weight of more than one element: MXNet asks whether the whole momentum array is
                true.
        """
        check_arrays(weight, grad)
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        grad = bounded(self, grad * self.rescale_grad)
        mom, previous = state
        if mom:
            mom[:] *= self.momentum
            mom[:] += -lr * (grad + wd * weight + self.lamda * grad * grad * (weight - previous))
        elif self.momentum == 0.0:
            mom = -lr * (grad + wd * weight + self.lamda * grad * grad * (weight - previous))
        else:
            raise ArgumentTypeError("DCASGD: a momentum of zero, but the optimizer has momentum (as in MXNet 1.9.1)")
        previous[:] = weight
        weight[:] += mom


def bounded(optimizer: Optimizer, grad: NDArray) -> NDArray:
    """The gradient, cut at the bound of the optimizer if it has one."""
    bound = optimizer.clip_gradient
    return grad if bound is None else clip(grad, -bound, bound)


@register
class SGLD(Optimizer):
    """Langevin dynamics: half a step of SGD, and normal noise with variance ``lr``.

    Args:
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """None: there is no state."""
        return None

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient and by chance, in place."""
        check_arrays(weight, grad)
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        grad = bounded(self, grad * self.rescale_grad)
        weight[:] += -lr / 2 * (grad + wd * weight)
        weight[:] += normal(0, math.sqrt(lr), shape=weight.shape, dtype=weight.dtype, ctx=weight.context)


@register
class Test(Optimizer):
    """Adds ``rescale_grad * grad`` to the weight and keeps a copy of it as the state; for tests of MXNet.

    Args:
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    __test__ = False  # the name makes pytest look for tests in it

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """Zeros."""
        return zeros(weight.shape, weight.context)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Add the gradient to the weight, and copy the weight to the state."""
        weight[:] += grad * self.rescale_grad
        state[:] = weight
