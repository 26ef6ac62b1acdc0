"""How labels and predictions go together."""

from __future__ import annotations

from typing import Any

import numpy

from ._base import EvalMetric, alias, check_label_shapes, plain, register


@register
@alias("pearsonr")
class PearsonCorrelation(EvalMetric):
    """Pearson's correlation coefficient.

    Args:
        name, output_names, label_names: as of `EvalMetric`.
        average: ``"macro"``: mean of the coefficients of the batches; ``"micro"``: coefficient of all samples.
    """

    def __init__(
        self, name: str = "pearsonr", output_names: Any = None, label_names: Any = None, average: str = "macro"
    ) -> None:
        self.average = average
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def reset_micro(self) -> None:
        """Forget the running moments."""
        self._sse_p: Any = 0
        self._mean_p: Any = 0
        self._sse_l: Any = 0
        self._mean_l: Any = 0
        self._pred_nums = 0
        self._label_nums = 0
        self._conv: Any = 0

    def reset(self) -> None:
        """Forget everything."""
        super().reset()
        if self.average == "micro":
            self.reset_micro()

    def update_variance(self, new_values: Any, *aggregate: Any) -> tuple[int, Any, Any]:
        """Welford's update of (count, mean, sum of squared deviations) with further values."""
        count, mean, squares = aggregate
        count += len(new_values)
        before = new_values - mean
        mean += numpy.sum(before / count)
        squares += numpy.sum(before * (new_values - mean))
        return count, mean, squares

    def update_cov(self, label: Any, pred: Any) -> None:
        """Update the sum of products of deviations; labels must have been taken, predictions not yet."""
        self._conv = self._conv + numpy.sum((label - self._mean_l) * (pred - self._mean_p))

    def update(self, labels: Any, preds: Any) -> None:
        """Take labels and predictions. ValueError if their shapes differ."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds, strict=False):
            check_label_shapes(label, pred, False, True)
            x = label.asnumpy().ravel().astype(numpy.float64)
            y = pred.asnumpy().ravel().astype(numpy.float64)
            if self.average == "macro":
                self._add(numpy.corrcoef(y, x)[0, 1], 1)
                continue
            self._add(0.0, 1)
            self._label_nums, self._mean_l, self._sse_l = self.update_variance(
                x, self._label_nums, self._mean_l, self._sse_l
            )
            self.update_cov(x, y)
            self._pred_nums, self._mean_p, self._sse_p = self.update_variance(
                y, self._pred_nums, self._mean_p, self._sse_p
            )

    def get(self) -> tuple[str, float]:
        """Name and value since the last reset of any kind."""
        if self.num_inst == 0 or self.average == "macro":
            return super().get()
        others = self._label_nums - 1
        spread = numpy.sqrt(self._sse_p / others) * numpy.sqrt(self._sse_l / others)
        return self.name, plain(self._conv / (others * spread))


@register
class PCC(EvalMetric):
    """The correlation coefficient of predicted and right classes, for any number of classes.

    With two classes it is `MCC` (``average="micro"``).

    Args:
        name, output_names, label_names: as of `EvalMetric`.
        has_global_stats: whether `get_global` answers for the whole epoch.
    """

    lcm: Any
    gcm: Any

    def __init__(
        self, name: str = "pcc", output_names: Any = None, label_names: Any = None, has_global_stats: bool = True
    ) -> None:
        self.k = 2
        super().__init__(
            name=name, output_names=output_names, label_names=label_names, has_global_stats=has_global_stats
        )

    def _grow(self, inc: int) -> None:
        self.lcm = numpy.pad(self.lcm, ((0, inc), (0, inc)))
        self.gcm = numpy.pad(self.gcm, ((0, inc), (0, inc)))
        self.k += inc

    def _calc_mcc(self, cmat: Any) -> float:
        n, x, y = cmat.sum(), cmat.sum(axis=1), cmat.sum(axis=0)
        of_x, of_y = numpy.sum(x * (n - x)), numpy.sum(y * (n - y))
        if of_x == 0 or of_y == 0:
            return float("nan")
        return float(numpy.sum(cmat.diagonal() * n - x * y) / (of_x * of_y) ** 0.5)

    def update(self, labels: Any, preds: Any) -> None:
        """Take labels, and predictions of the same shape or with an axis of classes at 1. ValueError otherwise."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds, strict=False):
            wanted = label.asnumpy().astype(numpy.int32)
            found = pred.asnumpy()
            found = found.argmax(axis=1) if found.shape != wanted.shape else found.astype(numpy.int32)
            greatest = int(max(found.max(), wanted.max()))
            if greatest >= self.k:
                self._grow(greatest + 1 - self.k)
            counts = numpy.zeros((self.k, self.k))
            if found.ndim == wanted.ndim == 1:
                shared = min(len(found), len(wanted))
                numpy.add.at(counts, (found[:shared], wanted[:shared]), 1)
            else:
                # Rows of several entries count each pair of classes once per row, as in MXNet.
                for i, j in zip(found, wanted, strict=False):
                    counts[i, j] += 1
            self.lcm += counts
            self.gcm += counts
        self.num_inst += 1
        self.global_num_inst += 1

    @property
    def sum_metric(self) -> float:
        """The coefficient times the number of updates."""
        return self._calc_mcc(self.lcm) * float(self.num_inst)

    @property
    def global_sum_metric(self) -> float:
        """The same over the whole epoch."""
        return self._calc_mcc(self.gcm) * float(self.global_num_inst)

    def reset(self) -> None:
        """Forget everything."""
        self.global_num_inst = 0.0
        self.gcm = numpy.zeros((self.k, self.k))
        self.reset_local()

    def reset_local(self) -> None:
        """Forget the local counts, keep the global ones."""
        self.num_inst = 0.0
        self.lcm = numpy.zeros((self.k, self.k))
