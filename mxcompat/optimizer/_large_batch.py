"""Optimizers for large batches, with a learning rate for each layer: LARS, LBSGD, LAMB."""

from __future__ import annotations

import logging
import math
from typing import Any

import numpy as np

from .._core.errors import ArgumentTypeError
from ..nd import (
    NDArray,
    array,
    lamb_update_phase1,
    lamb_update_phase2,
    mp_lamb_update_phase1,
    mp_lamb_update_phase2,
    multi_lars,
    multi_sum_sq,
    multiply,
    norm,
    preloaded_multi_mp_sgd_mom_update,
    preloaded_multi_mp_sgd_update,
    preloaded_multi_sgd_mom_update,
    preloaded_multi_sgd_update,
    sgd_update,
    zeros,
)
from ..nd.contrib import multi_lamb_update, multi_mp_lamb_update
from ._base import Optimizer, check_arrays, register
from ._sgd import MomentumSGD, aggregation_size, flattened, is_dense, update_one


@register
class LARS(MomentumSGD):
    """SGD whose learning rate is scaled, layer by layer, to the norms of weight and gradient.

    The rate of a layer is ``lr * eta * |w| / (|g| + wd * |w| + eps)`` if both norms are positive. Parameters whose
    names end in ``gamma``, ``beta`` or ``bias`` keep ``lr``; those that do not end in ``_weight`` have no weight decay.

    Args:
        momentum: factor of the old momentum; 0 for none.
        lazy_update: a row_sparse gradient changes the rows that it has and nothing else.
        eta: scale of the layers' rates.
        eps: added to the denominator.
        momentum_correction: scale the momentum with changes of the learning rate.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    _decaying = ("_weight",)

    def __init__(
        self,
        momentum: float = 0.0,
        lazy_update: bool = True,
        eta: float = 0.001,
        eps: float = 0,
        momentum_correction: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum
        self.momentum_correction = momentum_correction
        self.lazy_update = lazy_update
        self.aggregate_num = aggregation_size(4)
        self.eta = eta
        self.eps = eps
        self.skip = 0
        self.last_lr: Any = None
        self.cur_lr: Any = None

    def _get_lrs(self, indices: Any) -> list[Any]:
        """The learning rate of each parameter, before the layers' scales; remembers the rates for the momentum."""
        lr = self.lr if self.lr_scheduler is None else self.lr_scheduler(self.num_update)
        self.last_lr = lr if self.cur_lr is None else self.cur_lr
        self.cur_lr = lr
        return self._scaled(lr, "lr_mult", self.lr_mult, indices)

    def _l2norm(self, v: NDArray, rescale: bool = False) -> float:
        v = v.astype("float32")
        if rescale:
            v *= self.rescale_grad
        return float(norm(v).asnumpy()[0])

    def _has_scale(self, index: Any) -> bool:
        return not self.idx2name.get(index, str(index)).endswith(("gamma", "beta", "bias"))

    def _get_lars(self, i: Any, weight: NDArray, g: NDArray, lr: Any, wd: Any) -> Any:
        """The learning rate of a layer."""
        if not self._has_scale(i):
            return lr
        w_norm, g_norm = self._l2norm(weight), self._l2norm(g, rescale=True)
        if w_norm > 0.0 and g_norm > 0.0:
            return self.eta * w_norm / (g_norm + wd * w_norm + self.eps) * lr
        return 1.0 * lr

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
            corrected = self.momentum_correction and self.last_lr != 0
            kwargs["momentum"] = self.momentum * (self.cur_lr / self.last_lr) if corrected else self.momentum
        if self.clip_gradient:
            kwargs["clip_gradient"] = self.clip_gradient
        if dense:
            self._update_dense(indices, weights, grads, states, lrs, wds, multi_precision, kwargs)
            return
        lrs = [
            self._get_lars(i, w, g, lr, wd) for i, w, g, lr, wd in zip(indices, weights, grads, lrs, wds, strict=False)
        ]
        lazy: dict[str, Any] = {} if multi_precision else {"lazy_update": self.lazy_update}
        for w, g, s, lr, wd in zip(weights, grads, states, lrs, wds, strict=False):
            update_one(w, g, s, multi_precision, lr, wd, kwargs, **lazy)

    def _update_dense(
        self, indices: Any, weights: Any, grads: Any, states: Any, lrs: Any, wds: Any, mixed: bool,
        kwargs: dict[str, Any],
    ) -> None:  # fmt: skip
        """Rates in arrays: the scales are worked out where the weights are, without waiting for their norms."""
        order = [i for i, index in enumerate(indices) if self._has_scale(index)]
        scaled = len(order)
        order += [i for i, index in enumerate(indices) if not self._has_scale(index)]
        ctx = weights[0].context
        rates = array([lrs[i] for i in order], ctx=ctx, dtype="float32")
        decays = array([wds[i] for i in order], ctx=ctx, dtype="float32")
        weights, grads, states = ([role[i] for i in order] for role in (weights, grads, states))
        if scaled:
            w_square, g_square = (multi_sum_sq(*role[:scaled], num_arrays=scaled) for role in (weights, grads))
            multi_lars(
                rates[:scaled], w_square, g_square, decays[:scaled],
                eta=self.eta, eps=self.eps, rescale_grad=self.rescale_grad, out=rates[:scaled],
            )  # fmt: skip
        for start in range(0, len(order), self.aggregate_num):
            part = slice(start, min(start + self.aggregate_num, len(order)))
            roles = [weights[part], grads[part]]
            if mixed:
                moms, masters = zip(*states[part], strict=True)
                if self.momentum > 0:
                    update, roles = preloaded_multi_mp_sgd_mom_update, [*roles, moms, masters]
                else:
                    update, roles = preloaded_multi_mp_sgd_update, [*roles, masters]
            elif self.momentum > 0:
                update, roles = preloaded_multi_sgd_mom_update, [*roles, states[part]]
            else:
                update = preloaded_multi_sgd_update
            count = len(roles[0])
            update(*flattened(*roles), rates[part], decays[part], out=roles[0], num_weights=count, **kwargs)


@register
class LBSGD(Optimizer):
    """SGD that collects the gradients of several steps and warms up its learning rate.

    ``mom = momentum * mom + lr * (rescale_grad * clip(grad) + wd * weight)``, then ``weight -= mom``, once in
    ``batch_scale`` calls.

    Args:
        momentum: factor of the old momentum; 0 for none.
        multi_precision: keep float32 copies of float16 weights.
        warmup_strategy: ``"linear"``, ``"power2"`` or ``"sqrt"``: how the rate grows to ``batch_scale`` times ``lr``;
            ``"lars"``: by norms, layer by layer. Any other word: not at all during the warm-up.
        warmup_epochs: length of the warm-up.
        batch_scale: number of gradients to collect.
        updates_per_epoch: number of updates of an epoch.
        begin_epoch: number of epochs made before.
        num_epochs: kept, of no effect in MXNet 1.9.1.
        **kwargs: those of `Optimizer`.

    Differences: none known; as in MXNet the first gradient of all is collected by reference, so it is lost when
        the caller reuses its array.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(
        self,
        momentum: float = 0.0,
        multi_precision: bool = False,
        warmup_strategy: str = "linear",
        warmup_epochs: int = 5,
        batch_scale: int = 1,
        updates_per_epoch: int = 32,
        begin_epoch: int = 0,
        num_epochs: int = 60,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        logging.info("Running Large-Batch SGD Algorithm")
        logging.info(
            "(Batch_scale=%f, warmup_epochs=%d, warmup_strategy=%s, updates_per_epoch=%d)",
            batch_scale, warmup_epochs, warmup_strategy, updates_per_epoch,
        )  # fmt: skip
        self.momentum = momentum
        self.multi_precision = multi_precision
        self.warmup_strategy = warmup_strategy
        self.warmup_epochs = warmup_epochs
        self.batch_scale = batch_scale
        self.updates_per_epoch = updates_per_epoch
        self.init_updates = begin_epoch * updates_per_epoch
        self.num_epochs = num_epochs
        self.lbmult = 1
        self.cumgrads: dict[Any, dict[str, Any]] = {}
        self.adaptive = False
        self.admult = 1

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The momentum or None; with ``multi_precision`` and a float16 weight a tuple of it and the float32 copy."""
        mixed = self._is_mixed(weight)
        dtype = np.float32 if mixed else weight.dtype
        if not mixed:
            self._warn_of_half(weight, "SGD optimizer")
        mom = None
        if self.momentum != 0.0:
            mom = zeros(weight.shape, weight.context, dtype=dtype, stype=weight.stype)
        return (mom, array(weight, ctx=weight.context, dtype=np.float32)) if mixed else mom

    def _get_lbmult(self, nup: int) -> float:
        """The factor of the learning rate after ``nup`` gradients."""
        warmup = self.warmup_epochs * self.updates_per_epoch
        full = float(self.batch_scale)
        if nup >= warmup:
            return full
        if warmup <= 1:
            return 1.0
        progress = {
            "linear": nup / warmup,
            "power2": (nup * nup) / (warmup * warmup),
            "sqrt": math.sqrt(float(nup) / warmup),
        }
        return 1.0 + (full - 1) * progress.get(self.warmup_strategy, 0.0)

    def _get_lars(self, weight: NDArray, g: NDArray, wd: float) -> float:
        """The factor of a layer's learning rate, between 0.01 and 100."""
        squares = self._l2norm(weight)
        scale = math.sqrt(squares / (self._l2norm(g) + wd * squares + 1e-18))
        return min(max(scale, 0.01), 100)

    def _l2norm(self, v: NDArray) -> float:
        """The sum of squares."""
        return float(multiply(v, v).asnumpy().sum())

    def _reset_cum_gradient(self, index: Any) -> None:
        """Start collecting again."""
        self.cumgrads[index]["cum_grad"] = 0

    def _get_cum_gradient(self, index: Any) -> dict[str, Any]:
        """What has been collected for a parameter; an empty dict at first."""
        return self.cumgrads.get(index, {})

    def _put_cum_gradient(self, index: Any, cgrad: dict[str, Any]) -> None:
        """Store what has been collected."""
        self.cumgrads[index] = cgrad

    def _cumulate_gradient(self, grad: NDArray, index: Any) -> dict[str, Any]:
        """Add a gradient to those of its parameter."""
        before = self._get_cum_gradient(index)
        if before and before["num_cums"] > 0:
            cgrad = {"cum_grad": before["cum_grad"] + grad, "num_cums": before["num_cums"] + 1}
        else:
            cgrad = {"cum_grad": grad, "num_cums": self.init_updates + 1}
        self._put_cum_gradient(index, cgrad)
        return cgrad

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Collect a gradient; when there are enough, move the weight by them, in place."""
        check_arrays(weight, grad)
        lr, wd = self._get_lr(index), self._get_wd(index)
        self._update_count(index)
        cgrad = self._cumulate_gradient(grad, index)
        if cgrad["num_cums"] % self.batch_scale:
            sgd_update(weight, grad, out=weight, lr=0.0, wd=wd)  # turns an infinite gradient into NaN, as in MXNet
            return
        grad = cgrad["cum_grad"] / self.batch_scale
        if self.warmup_strategy == "lars":
            lr = lr * self._get_lars(weight, grad, wd)
        else:
            lr = lr * self._get_lbmult(cgrad["num_cums"])
        kwargs: dict[str, Any] = {"rescale_grad": self.rescale_grad}
        if self.momentum > 0:
            kwargs["momentum"] = self.momentum
        if self.clip_gradient:
            kwargs["clip_gradient"] = self.clip_gradient
        update_one(weight, grad, state, isinstance(state, (list, tuple)), lr, wd, kwargs)
        self._reset_cum_gradient(index)


@register
class LAMB(Optimizer):
    """Adam whose step is scaled, layer by layer, to the norm of the weight.

    Args:
        learning_rate: the learning rate.
        beta1: how much of the old mean of gradients stays.
        beta2: how much of the old mean of squares stays.
        epsilon: added to the root of the mean of squares.
        lower_bound: of the norm of the weight; None for none.
        upper_bound: of the norm of the weight; None for none.
        bias_correction: divide the means by what they lack at the start.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-6,
        lower_bound: float | None = None,
        upper_bound: float | None = None,
        bias_correction: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.lower_bound = lower_bound
        self.upper_bound = upper_bound
        self.bias_correction = bias_correction
        self.aggregate_num = max(1, min(45, aggregation_size(45)))

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The running means of the gradient and of its square."""
        return tuple(zeros(weight.shape, weight.context, dtype=weight.dtype, stype=weight.stype) for _ in range(2))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight, or a list of them, by gradients, in place."""
        self._update_impl(index, weight, grad, state, multi_precision=False)

    def update_multi_precision(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """As `update`, with the state of `create_state_multi_precision`."""
        first = weight[0] if isinstance(index, (tuple, list)) else weight
        self._update_impl(index, weight, grad, state, multi_precision=self._is_mixed(first))

    def _update_impl(self, index: Any, weight: Any, grad: Any, state: Any, multi_precision: bool = False) -> None:
        moments: dict[str, Any] = {
            "beta1": self.beta1,
            "beta2": self.beta2,
            "epsilon": self.epsilon,
            "bias_correction": self.bias_correction,
            "rescale_grad": self.rescale_grad,
        }
        if self.clip_gradient:
            moments["clip_gradient"] = self.clip_gradient
        bounds: dict[str, Any] = {}
        if self.lower_bound:
            bounds["lower_bound"] = self.lower_bound
        if self.upper_bound:
            bounds["upper_bound"] = self.upper_bound
        if self.aggregate_num > 1 and isinstance(index, (tuple, list)):
            self._update_many(index, weight, grad, state, multi_precision, {**moments, **bounds})
            return
        if isinstance(index, (tuple, list)):
            if len(index) != self.aggregate_num:
                raise ArgumentTypeError(f"LAMB takes {self.aggregate_num} weights at once, got {len(index)}")
            index, weight, grad, state = index[0], weight[0], grad[0], state[0]
        self._update_single(index, weight, grad, state, multi_precision, moments, bounds)

    def _update_single(
        self, index: Any, weight: Any, grad: Any, state: Any, mixed: bool, moments: dict[str, Any],
        bounds: dict[str, Any],
    ) -> None:  # fmt: skip
        check_arrays(weight, grad)
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        moments["t"] = self._index_update_count[index]
        if mixed:
            master, (mean, var) = state
            g = mp_lamb_update_phase1(weight, grad, mean, var, master, wd=wd, **moments)
            mp_lamb_update_phase2(weight, g, master.norm(), g.norm(), master, lr=lr, out=weight, **bounds)
        else:
            mean, var = state
            g = lamb_update_phase1(weight, grad, mean, var, wd=wd, **moments)
            lamb_update_phase2(weight, g, weight.norm(), g.norm(), lr=lr, out=weight, **bounds)

    def _update_many(
        self, indices: Any, weights: Any, grads: Any, states: Any, mixed: bool, kwargs: dict[str, Any]
    ) -> None:
        steps, lrs, wds = [], [], []
        for index, weight, grad in zip(indices, weights, grads, strict=False):
            check_arrays(weight, grad)
            self._update_count(index)
            steps.append(self._index_update_count[index])
            lrs.append(self._get_lr(index))
            wds.append(self._get_wd(index))
        for start in range(0, len(weights), self.aggregate_num):
            part = slice(start, start + self.aggregate_num)
            rates: dict[str, Any] = {"step_count": steps[part], "lrs": lrs[part], "wds": wds[part]}
            if mixed:
                masters, pairs = zip(*states[part], strict=True)
                means, variances = zip(*pairs, strict=True)
                multi_mp_lamb_update(
                    weights[part], grads[part], means, variances, masters, out=weights[part], **rates, **kwargs
                )
            else:
                means, variances = zip(*states[part], strict=True)
                multi_lamb_update(weights[part], grads[part], means, variances, out=weights[part], **rates, **kwargs)
