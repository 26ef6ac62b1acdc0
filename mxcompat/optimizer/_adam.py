"""Adam and its relatives: running means of gradients and of their squares."""

from __future__ import annotations

import math
from typing import Any

from ..nd import (
    NDArray,
    adam_update,
    ftml_update,
    maximum,
    sqrt,
    zeros,
)
from ..nd import (
    abs as absolute,
)
from ._base import Optimizer, check_arrays, register
from ._sgd import bounded


class TwoMeans(Optimizer):
    """Optimizers whose state is two dense arrays of the dtype of the weight."""

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The running means of the gradient and of its square, or what stands for it."""
        return tuple(zeros(weight.shape, weight.context, dtype=weight.dtype) for _ in range(2))


@register
class Adam(Optimizer):
    """``weight -= lr * mean / (sqrt(var) + epsilon)``, with the bias correction in ``lr``.

    The means are those of ``clip(rescale_grad * grad + wd * weight)`` and of its square.

    Args:
        learning_rate: the learning rate.
        beta1: how much of the old mean stays.
        beta2: how much of the old mean of squares stays.
        epsilon: added to the root.
        lazy_update: a row_sparse gradient changes the rows that it has, and nothing else of weight and means.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        lazy_update: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.lazy_update = lazy_update

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The two running means, of the storage type of the weight if updates are lazy."""
        stype = weight.stype if self.lazy_update else "default"
        return tuple(zeros(weight.shape, weight.context, dtype=weight.dtype, stype=stype) for _ in range(2))

    def _step_size(self, index: Any) -> Any:
        """The learning rate of a parameter with its bias correction."""
        t = self._index_update_count[index]
        return self._get_lr(index) * (math.sqrt(1.0 - self.beta2**t) / (1.0 - self.beta1**t))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place."""
        check_arrays(weight, grad)
        self._update_count(index)
        kwargs: dict[str, Any] = {"clip_gradient": self.clip_gradient} if self.clip_gradient else {}
        mean, var = state
        adam_update(
            weight, grad, mean, var, out=weight, lazy_update=self.lazy_update, lr=self._step_size(index),
            wd=self._get_wd(index), beta1=self.beta1, beta2=self.beta2, epsilon=self.epsilon,
            rescale_grad=self.rescale_grad, **kwargs,
        )  # fmt: skip


@register
class Adamax(TwoMeans):
    """Adam with the largest gradient, slowly forgotten, instead of the mean of squares.

    Args:
        learning_rate: the learning rate.
        beta1: how much of the old mean stays.
        beta2: how much of the old maximum stays.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, learning_rate: float = 0.002, beta1: float = 0.9, beta2: float = 0.999, **kwargs: Any) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place."""
        check_arrays(weight, grad)
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        lr /= 1.0 - self.beta1 ** self._index_update_count[index]
        grad = bounded(self, grad * self.rescale_grad + wd * weight)
        mean, largest = state
        mean[:] *= self.beta1
        mean[:] += (1.0 - self.beta1) * grad
        largest[:] = maximum(self.beta2 * largest, absolute(grad))
        weight[:] -= lr * mean / largest


@register
class Nadam(TwoMeans):
    """Adam with Nesterov's momentum.

    Args:
        learning_rate: the learning rate.
        beta1: how much of the old mean stays.
        beta2: how much of the old mean of squares stays.
        epsilon: added to the root.
        schedule_decay: how fast the momentum comes up to ``beta1``.
        **kwargs: those of `Optimizer`.

    Differences: none known; as in MXNet all parameters move one common momentum schedule on.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        schedule_decay: float = 0.004,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.schedule_decay = schedule_decay
        self.m_schedule = 1.0

    def _momentum(self, t: int) -> float:
        return float(self.beta1 * (1.0 - 0.5 * pow(0.96, t * self.schedule_decay)))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place."""
        check_arrays(weight, grad)
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        t = self._index_update_count[index]
        grad = bounded(self, grad * self.rescale_grad + wd * weight)
        now, ahead = self._momentum(t), self._momentum(t + 1)
        self.m_schedule *= now
        mean, var = state
        mean[:] *= self.beta1
        mean[:] += (1.0 - self.beta1) * grad
        var[:] *= self.beta2
        var[:] += (1.0 - self.beta2) * grad * grad
        fresh = grad / (1.0 - self.m_schedule)
        old = mean / (1.0 - self.m_schedule * ahead)
        step = (1.0 - now) * fresh + ahead * old
        weight[:] -= lr * step / (sqrt(var / (1.0 - pow(self.beta2, t))) + self.epsilon)


@register
class FTML(Optimizer):
    """Follow the moving leader.

    Args:
        beta1: how much of the old direction stays; usually near 0.5.
        beta2: how much of the old mean of squares stays.
        epsilon: added to the root.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, beta1: float = 0.6, beta2: float = 0.999, epsilon: float = 1e-8, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The scale, the running mean of squares, and the direction."""
        return tuple(zeros(weight.shape, weight.context, dtype=weight.dtype) for _ in range(3))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place."""
        check_arrays(weight, grad)
        self._update_count(index)
        kwargs: dict[str, Any] = {"clip_grad": self.clip_gradient} if self.clip_gradient else {}
        scale, var, direction = state
        ftml_update(
            weight, grad, scale, var, direction, out=weight, lr=self._get_lr(index), wd=self._get_wd(index),
            beta1=self.beta1, beta2=self.beta2, epsilon=self.epsilon, rescale_grad=self.rescale_grad,
            t=self._index_update_count[index], **kwargs,
        )  # fmt: skip
