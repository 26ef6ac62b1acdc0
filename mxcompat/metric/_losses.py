"""The mean of what a network puts out as its loss."""

from __future__ import annotations

from typing import Any

from .. import nd
from ..nd import NDArray
from ._base import EvalMetric, register


@register
class Loss(EvalMetric):
    """Mean of all entries of the outputs; labels are not looked at."""

    def __init__(self, name: str = "loss", output_names: Any = None, label_names: Any = None) -> None:
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def update(self, _: Any, preds: Any) -> None:
        """Take one array of losses, or several."""
        for pred in [preds] if isinstance(preds, NDArray) else preds:
            self._add(nd.sum(pred).asscalar(), pred.size)


@register
class Torch(Loss):
    """`Loss` under the name ``torch``."""

    def __init__(self, name: str = "torch", output_names: Any = None, label_names: Any = None) -> None:
        super().__init__(name, output_names=output_names, label_names=label_names)


@register
class Caffe(Loss):
    """`Loss` under the name ``caffe``."""

    def __init__(self, name: str = "caffe", output_names: Any = None, label_names: Any = None) -> None:
        super().__init__(name, output_names=output_names, label_names=label_names)
