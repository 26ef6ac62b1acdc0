"""How many predicted classes are right."""

from __future__ import annotations

from typing import Any

import numpy
import torch

from .. import nd
from ._base import EvalMetric, alias, check_label_shapes, register


@register
@alias("acc")
class Accuracy(EvalMetric):
    """Share of right predictions.

    Args:
        axis: the axis of classes, if predictions have one more axis than labels; the greatest entry counts.
        name, output_names, label_names: as of `EvalMetric`.
    """

    def __init__(
        self, axis: int = 1, name: str = "accuracy", output_names: Any = None, label_names: Any = None
    ) -> None:
        super().__init__(name, axis=axis, output_names=output_names, label_names=label_names, has_global_stats=True)
        self.axis = axis

    def update(self, labels: Any, preds: Any) -> None:
        """Compare classes; fractions are cut off. ValueError if the numbers of entries differ."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds, strict=False):
            if pred.shape != label.shape:
                pred = nd.argmax(pred, axis=self.axis)
            found = pred.to_torch().detach().reshape(-1).to(torch.int32)
            wanted = label.to_torch().detach().reshape(-1).to(found.device, torch.int32)
            check_label_shapes(wanted, found)
            self._add(int((found == wanted).sum()), len(found))


@register
@alias("top_k_accuracy", "top_k_acc")
class TopKAccuracy(EvalMetric):
    """Share of samples whose class is among the ``top_k`` greatest predictions.

    Args:
        top_k: at least 2 and at most the number of classes.
        name, output_names, label_names: as of `EvalMetric`.

    Raises:
        AssertionError: ``top_k`` below 2; when updated, predictions of more than two axes.

    Differences:
        Which of equal predictions count when not all of them fit is left to the sorting of torch; MXNet left it to
        that of NumPy, which differs between its versions.
    """

    def __init__(
        self, top_k: int = 1, name: str = "top_k_accuracy", output_names: Any = None, label_names: Any = None
    ) -> None:
        super().__init__(name, top_k=top_k, output_names=output_names, label_names=label_names, has_global_stats=True)
        if top_k <= 1:
            raise AssertionError(f"TopKAccuracy: top_k={top_k} is too small; give 2 or more, or take Accuracy")
        self.top_k = top_k
        self.name += f"_{top_k}"

    def update(self, labels: Any, preds: Any) -> None:
        """Compare the classes of each row. ValueError if there are fewer classes than ``top_k``."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds, strict=False):
            if len(pred.shape) > 2:
                raise AssertionError(f"TopKAccuracy: predictions of shape {pred.shape} must have one or two axes")
            if pred.shape[-1] < self.top_k:
                raise ValueError(f"TopKAccuracy: top_k={self.top_k} but predictions of shape {pred.shape}")
            if len(pred.shape) == 1:
                # Without rows MXNet compares positions, and in the local sum only.
                order = numpy.argpartition(pred.asnumpy().astype(numpy.float32), -self.top_k)
                wanted = label.asnumpy().astype(numpy.int32)
                check_label_shapes(wanted, order)
                self.sum_metric += int((order == wanted.ravel()).sum())
            else:
                scores = pred.to_torch().detach().float()
                classes = label.to_torch().detach().to(scores.device, torch.int32)
                check_label_shapes(classes, scores)
                best = scores.topk(self.top_k, dim=1, sorted=False).indices
                right = int((best == classes.reshape(-1, 1)).sum())
                self.sum_metric += right
                self.global_sum_metric += right
            self.num_inst += pred.shape[0]
            self.global_num_inst += pred.shape[0]
