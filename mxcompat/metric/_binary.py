"""Two classes: F1 score and Matthews correlation coefficient."""

from __future__ import annotations

import math
from typing import Any

import numpy

from ._base import EvalMetric, check_label_shapes, register

_COUNTS = ("true_positives", "false_negatives", "false_positives", "true_negatives")


class _BinaryClassificationMetrics:
    """Counts of right and wrong predictions of either class, local and global, and what follows from them."""

    true_positives: int
    false_negatives: int
    false_positives: int
    true_negatives: int
    global_true_positives: int
    global_false_negatives: int
    global_false_positives: int
    global_true_negatives: int

    def __init__(self) -> None:
        self.reset_stats()

    def update_binary_stats(self, label: Any, pred: Any) -> None:
        """Take the labels (0 or 1) and the scores of both classes of a batch. ValueError for more than two labels."""
        scores, labels = pred.asnumpy(), label.asnumpy().astype(numpy.int32)
        found = numpy.argmax(scores, axis=1) == 1
        check_label_shapes(labels, scores)
        if len(numpy.unique(labels)) > 2:
            raise ValueError(f"{type(self).__name__} currently only supports binary classification.")
        wanted = labels == 1
        counts = (found & wanted, ~found & wanted, found & ~wanted, ~found & ~wanted)
        for name, hits in zip(_COUNTS, counts, strict=True):
            count = int(hits.sum())
            setattr(self, name, getattr(self, name) + count)
            setattr(self, "global_" + name, getattr(self, "global_" + name) + count)

    def _counts(self, use_global: bool) -> tuple[int, int, int, int]:
        prefix = "global_" if use_global else ""
        tp, fn, fp, tn = (getattr(self, prefix + name) for name in _COUNTS)
        return tp, fn, fp, tn

    def _precision(self, use_global: bool) -> float:
        tp, _, fp, _ = self._counts(use_global)
        return tp / (tp + fp) if tp + fp > 0 else 0.0

    def _recall(self, use_global: bool) -> float:
        tp, fn, _, _ = self._counts(use_global)
        return tp / (tp + fn) if tp + fn > 0 else 0.0

    def _fscore(self, use_global: bool) -> float:
        precision, recall = self._precision(use_global), self._recall(use_global)
        return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0

    @property
    def precision(self) -> float:
        return self._precision(False)

    @property
    def global_precision(self) -> float:
        return self._precision(True)

    @property
    def recall(self) -> float:
        return self._recall(False)

    @property
    def global_recall(self) -> float:
        return self._recall(True)

    @property
    def fscore(self) -> float:
        return self._fscore(False)

    @property
    def global_fscore(self) -> float:
        return self._fscore(True)

    def matthewscc(self, use_global: bool = False) -> float:
        """Matthews correlation coefficient; 0 without examples. An empty row or column does not count."""
        tp, fn, fp, tn = map(float, self._counts(use_global))
        if not tp + fn + fp + tn:
            return 0.0
        product = 1.0
        for term in (tp + fp, tp + fn, tn + fp, tn + fn):
            product *= term or 1.0
        return (tp * tn - fp * fn) / math.sqrt(product)

    @property
    def total_examples(self) -> int:
        return sum(self._counts(False))

    @property
    def global_total_examples(self) -> int:
        return sum(self._counts(True))

    def local_reset_stats(self) -> None:
        for name in _COUNTS:
            setattr(self, name, 0)

    def reset_stats(self) -> None:
        self.local_reset_stats()
        for name in _COUNTS:
            setattr(self, "global_" + name, 0)


class _BinaryMetric(EvalMetric):
    """What `F1` and `MCC` have in common; they differ in the names of their attributes, which programs may know."""

    def _stats(self) -> tuple[_BinaryClassificationMetrics, str]:
        raise NotImplementedError

    def _value(self, use_global: bool) -> float:
        raise NotImplementedError

    def update(self, labels: Any, preds: Any) -> None:
        """Take labels (0 or 1) and scores of two classes. ValueError for other labels."""
        stats, average = self._stats()
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds, strict=False):
            stats.update_binary_stats(label, pred)
        if average == "macro":
            self.sum_metric += self._value(False)
            self.global_sum_metric += self._value(True)
            self.num_inst += 1
            self.global_num_inst += 1
            stats.reset_stats()
        else:
            self.num_inst, self.global_num_inst = stats.total_examples, stats.global_total_examples
            self.sum_metric = self._value(False) * self.num_inst
            self.global_sum_metric = self._value(True) * self.global_num_inst

    def reset(self) -> None:
        """Forget everything."""
        super().reset()
        self._stats()[0].reset_stats()

    def reset_local(self) -> None:
        """Forget the local sums, keep the global ones."""
        super().reset_local()
        self._stats()[0].local_reset_stats()


@register
class F1(_BinaryMetric):
    """F1 score of the class 1: twice precision times recall over their sum.

    Args:
        name, output_names, label_names: as of `EvalMetric`.
        average: ``"macro"``: mean of the scores of the batches; ``"micro"``: score of all samples together.
    """

    def __init__(
        self, name: str = "f1", output_names: Any = None, label_names: Any = None, average: str = "macro"
    ) -> None:
        self.average = average
        self.metrics = _BinaryClassificationMetrics()
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def _stats(self) -> tuple[_BinaryClassificationMetrics, str]:
        return self.metrics, self.average

    def _value(self, use_global: bool) -> float:
        return self.metrics.global_fscore if use_global else self.metrics.fscore


@register
class MCC(_BinaryMetric):
    """Matthews correlation coefficient of two classes.

    Args:
        name, output_names, label_names: as of `EvalMetric`.
        average: ``"macro"``: mean over the batches; ``"micro"``: of all samples together.
    """

    def __init__(
        self, name: str = "mcc", output_names: Any = None, label_names: Any = None, average: str = "macro"
    ) -> None:
        self._average = average
        self._metrics = _BinaryClassificationMetrics()
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def _stats(self) -> tuple[_BinaryClassificationMetrics, str]:
        return self._metrics, self._average

    def _value(self, use_global: bool) -> float:
        return self._metrics.matthewscc(use_global)
