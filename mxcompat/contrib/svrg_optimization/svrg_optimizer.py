"""The optimizer of SVRGModule when a store does the updates.

Source: MXNet 1.9.1 python/mxnet/contrib/svrg_optimization/svrg_optimizer.py.
"""

from __future__ import annotations

from typing import Any

from ... import optimizer as _opt

_BASE_SETTINGS = (
    "rescale_grad", "param_idx2name", "wd", "clip_gradient", "learning_rate", "lr_scheduler", "sym",
    "begin_num_update", "multi_precision", "param_dict",
)  # fmt: skip


@_opt.register
class _AssignmentOptimizer(_opt.Optimizer):
    """Sets a weight to its gradient: a way to get sums of gradients out of a store."""

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        weight[:] = grad


@_opt.register
class _SVRGOptimizer(_opt.Optimizer):
    """Sends full gradients (keys with ``full``) to an assignment, and all else to an optimizer.

    Args:
        default_optimizer: that optimizer, or its name.
        kwargs: its settings.
    """

    def __init__(self, default_optimizer: Any, **kwargs: Any) -> None:
        super().__init__(**self._check_params(**kwargs))
        named = isinstance(default_optimizer, str)
        self.default_opt = _opt.create(default_optimizer, **kwargs) if named else default_optimizer
        self.aux_opt = _opt.create(_AssignmentOptimizer.__name__)

    @staticmethod
    def _check_params(**kwargs: Any) -> dict[str, Any]:
        """The settings that every optimizer has."""
        return {key: value for key, value in kwargs.items() if key in _BASE_SETTINGS}

    def _of(self, index: Any) -> Any:
        return self.aux_opt if "full" in self._check_index(index) else self.default_opt

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._of(index).update(index, weight, grad, state)

    def create_state(self, index: Any, weight: Any) -> Any:
        return self._of(index).create_state(index, weight)

    def _check_index(self, index: Any) -> Any:
        """The name of a parameter that is given by name or number."""
        return index if index in self.idx2name.values() else self.idx2name[index]
