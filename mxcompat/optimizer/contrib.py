"""Optimizers that MXNet 1.9.1 kept apart as new."""

from __future__ import annotations

from typing import Any

from .._core.errors import ArgumentTypeError
from ..nd import (
    NDArray as NDArray,
)
from ..nd import (
    clip as clip,
)
from ..nd import (
    contrib as contrib,
)
from ..nd import (
    mean as mean,
)
from ..nd import (
    sqrt as sqrt,
)
from ..nd import (
    square as square,
)
from ..nd import (
    zeros as zeros,
)
from ._base import Optimizer as Optimizer
from ._base import check_arrays
from ._base import register as register
from ._sgd import bounded

__all__ = ["GroupAdaGrad"]


@register
class GroupAdaGrad(Optimizer):
    """AdaGrad with one learning rate for each row of a matrix.

    ``history += mean(g * g, axis=1)``, then ``weight -= lr * g / sqrt(history + eps)``, where ``g`` is
    ``clip(rescale_grad * grad)``. A row_sparse gradient changes the rows that it has and nothing else.

    Args:
        eps: added inside the root.
        **kwargs: those of `Optimizer`; weight decay is refused.

    Source: MXNet 1.9.1 python/mxnet/optimizer/contrib.py.
    """

    def __init__(self, eps: float = 1e-5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The history: float32 of shape ``(rows, 1)``, of the storage type of the weight.

        Raises:
            AssertionError: the weight is no matrix.
        """
        if len(weight.shape) != 2:
            raise ArgumentTypeError(f"GroupAdaGrad takes matrices, got a weight of shape {weight.shape}")
        return zeros((weight.shape[0], 1), weight.context, stype=weight.stype)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Move a weight by its gradient, in place.

        Raises:
            AssertionError: there is weight decay.
        """
        check_arrays(weight, grad)
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        if wd != 0:
            raise ArgumentTypeError(f"GroupAdaGrad: wd={wd} is not legal, it does not decay weights; give 0")
        if grad.stype == "row_sparse":
            kwargs: dict[str, Any] = {"clip_gradient": self.clip_gradient} if self.clip_gradient else {}
            contrib.group_adagrad_update(
                weight, grad, state, out=weight, lr=lr, epsilon=self.float_stable_eps,
                rescale_grad=self.rescale_grad, **kwargs,
            )  # fmt: skip
            return
        grad = bounded(self, grad * self.rescale_grad)
        state[:] += mean(square(grad), axis=1, keepdims=True)
        weight[:] -= lr * grad / sqrt(state + self.float_stable_eps)
