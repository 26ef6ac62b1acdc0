"""How far predicted numbers are off: means over batches of the means over entries."""

from __future__ import annotations

from typing import Any

import numpy

from ._base import EvalMetric, check_label_shapes, register


class _Regression(EvalMetric):
    def __init__(self, name: str, output_names: Any, label_names: Any) -> None:
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def _of_batch(self, difference: Any) -> Any:
        raise NotImplementedError

    def update(self, labels: Any, preds: Any) -> None:
        """Take labels and predictions; vectors count as columns. ValueError if their numbers differ."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds, strict=False):
            self._add(self._of_batch(_column(label.asnumpy()) - _column(pred.asnumpy())), 1)


def _column(array: Any) -> Any:
    return array.reshape(-1, 1) if array.ndim == 1 else array


@register
class MAE(_Regression):
    """Mean absolute error."""

    def __init__(self, name: str = "mae", output_names: Any = None, label_names: Any = None) -> None:
        super().__init__(name, output_names, label_names)

    def _of_batch(self, difference: Any) -> Any:
        return numpy.abs(difference).mean()


@register
class MSE(_Regression):
    """Mean squared error."""

    def __init__(self, name: str = "mse", output_names: Any = None, label_names: Any = None) -> None:
        super().__init__(name, output_names, label_names)

    def _of_batch(self, difference: Any) -> Any:
        return (difference**2.0).mean()


@register
class RMSE(_Regression):
    """Root of the mean squared error (the mean over batches of the roots)."""

    def __init__(self, name: str = "rmse", output_names: Any = None, label_names: Any = None) -> None:
        super().__init__(name, output_names, label_names)

    def _of_batch(self, difference: Any) -> Any:
        return numpy.sqrt((difference**2.0).mean())
