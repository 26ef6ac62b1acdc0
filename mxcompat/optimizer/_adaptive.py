"""Learning rates for each element, from the sizes of its gradients: AdaGrad, RMSProp, AdaDelta, FTRL."""

from __future__ import annotations

from typing import Any

from ..nd import (
    NDArray,
    ftrl_update,
    rmsprop_update,
    rmspropalex_update,
    sparse,
    sqrt,
    square,
    zeros,
)
from ._base import Optimizer, check_arrays, register
from ._sgd import bounded


@register
class AdaGrad(Optimizer):
    """``history += g * g``, then ``weight -= lr * (g / sqrt(history + eps) + wd * weight)``.

    ``g`` is ``clip(rescale_grad * grad)``. A row_sparse gradient changes the rows that it has and nothing else.

    Args:
        eps: added inside the root.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, eps: float = 1e-7, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The sum of squares: float32, of the storage type of the weight."""
        return zeros(weight.shape, weight.context, stype=weight.stype)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place."""
        check_arrays(weight, grad)
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        if grad.stype == "row_sparse":
            kwargs: dict[str, Any] = {"clip_gradient": self.clip_gradient} if self.clip_gradient else {}
            sparse.adagrad_update(
                weight, grad, state, out=weight, lr=lr, wd=wd, epsilon=self.float_stable_eps,
                rescale_grad=self.rescale_grad, **kwargs,
            )  # fmt: skip
            return
        grad = bounded(self, grad * self.rescale_grad)
        state[:] += square(grad)
        weight[:] += (grad / sqrt(state + self.float_stable_eps) + weight * wd) * -lr


@register
class RMSProp(Optimizer):
    """``weight -= lr * g / sqrt(n + epsilon)``, where ``n`` is a running mean of ``g * g``.

    ``g`` is ``clip(rescale_grad * grad + wd * weight)``. The centered form takes the square of the running mean
    of ``g`` from ``n`` and has momentum.

    Args:
        learning_rate: the learning rate.
        gamma1: how much of the old means stays.
        gamma2: factor of the old momentum; for the centered form only.
        epsilon: added inside the root.
        centered: the centered form.
        clip_weights: bound of the new weights; None for none.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        gamma1: float = 0.9,
        gamma2: float = 0.9,
        epsilon: float = 1e-8,
        centered: bool = False,
        clip_weights: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.gamma1 = gamma1
        self.gamma2 = gamma2
        self.centered = centered
        self.epsilon = epsilon
        self.clip_weights = clip_weights

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The mean of squares; if centered the mean and the momentum too. All float32."""
        count = 3 if self.centered else 1
        return tuple(zeros(weight.shape, weight.context, stype=weight.stype) for _ in range(count))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place."""
        check_arrays(weight, grad)
        self._update_count(index)
        kwargs: dict[str, Any] = {
            "lr": self._get_lr(index),
            "wd": self._get_wd(index),
            "gamma1": self.gamma1,
            "epsilon": self.epsilon,
            "rescale_grad": self.rescale_grad,
            "out": weight,
        }
        if self.clip_gradient:
            kwargs["clip_gradient"] = self.clip_gradient
        if self.clip_weights:
            kwargs["clip_weights"] = self.clip_weights
        if self.centered:
            n, g, delta = state
            rmspropalex_update(weight, grad, n, g, delta, gamma2=self.gamma2, **kwargs)
        else:
            rmsprop_update(weight, grad, state[0], **kwargs)


@register
class AdaDelta(Optimizer):
    """Steps in the unit of the weight: ``sqrt(mean of squared steps) / sqrt(mean of squared g) * g``.

    ``g`` is ``clip(rescale_grad * grad)``; the weight decay is taken off the weight, and there is no learning rate.

    Args:
        rho: how much of the old means stays.
        epsilon: added inside the roots.
        **kwargs: those of `Optimizer`.

    Differences: none known; as in MXNet the caller's gradient is rescaled in place.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, rho: float = 0.90, epsilon: float = 1e-5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rho = rho
        self.epsilon = epsilon

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The running means of squared gradients and squared steps; float32."""
        return tuple(zeros(weight.shape, weight.context) for _ in range(2))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place."""
        check_arrays(weight, grad)
        wd = self._get_wd(index)
        self._update_count(index)
        grad *= self.rescale_grad
        grad = bounded(self, grad)
        squares, steps = state
        squares[:] *= self.rho
        squares[:] += (1.0 - self.rho) * grad * grad
        step = sqrt(steps + self.epsilon) / sqrt(squares + self.epsilon) * grad
        steps[:] *= self.rho
        steps[:] += (1.0 - self.rho) * step * step
        weight[:] -= step + wd * weight


@register
class Ftrl(Optimizer):
    """Follow the regularized leader: weights whose gradients do not add up to ``lamda1`` are zero.

    A row_sparse gradient of a row_sparse weight changes the rows that it has and nothing else.

    Args:
        lamda1: weight of the L1 norm.
        learning_rate: the learning rate.
        beta: added to the root of the sum of squares, in the learning rate of an element.
        **kwargs: those of `Optimizer`.

    Source: MXNet 1.9.1 python/mxnet/optimizer/optimizer.py.
    """

    def __init__(self, lamda1: float = 0.01, learning_rate: float = 0.1, beta: float = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lamda1 = lamda1
        self.beta = beta
        self.lr = learning_rate

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The sums of the gradients and of their squares: float32, of the storage type of the weight."""
        return tuple(zeros(weight.shape, weight.context, stype=weight.stype) for _ in range(2))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place."""
        check_arrays(weight, grad)
        self._update_count(index)
        kwargs: dict[str, Any] = {"clip_gradient": self.clip_gradient} if self.clip_gradient else {}
        z, n = state
        ftrl_update(
            weight, grad, z, n, out=weight, lr=self._get_lr(index), wd=self._get_wd(index), lamda1=self.lamda1,
            beta=self.beta, rescale_grad=self.rescale_grad, **kwargs,
        )  # fmt: skip
