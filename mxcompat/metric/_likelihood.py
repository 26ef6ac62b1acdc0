"""How likely the right classes were held to be."""

from __future__ import annotations

import math
from typing import Any

import numpy
import torch

from .. import nd
from ._base import EvalMetric, alias, check_label_shapes, register


@register
class Perplexity(EvalMetric):
    """The exponential of the mean negative logarithm of the right classes' probabilities.

    Args:
        ignore_label: label that does not count; None if all do.
        axis: the axis of classes.
        name, output_names, label_names: as of `EvalMetric`.
    """

    def __init__(
        self,
        ignore_label: Any,
        axis: int = -1,
        name: str = "perplexity",
        output_names: Any = None,
        label_names: Any = None,
    ) -> None:
        super().__init__(
            name, ignore_label=ignore_label, output_names=output_names, label_names=label_names, has_global_stats=True
        )
        self.ignore_label = ignore_label
        self.axis = axis

    def update(self, labels: Any, preds: Any) -> None:
        """Take labels and probabilities. AssertionError if their shapes do not belong together."""
        if len(labels) != len(preds):
            raise AssertionError(f"Perplexity: {len(labels)} labels but {len(preds)} predictions")
        loss: Any = 0.0
        count: Any = 0
        for label, pred in zip(labels, preds, strict=True):
            if label.size != pred.size / pred.shape[-1]:
                raise AssertionError(f"shape mismatch: {label.shape} vs. {pred.shape}")
            classes = label.as_in_context(pred.context).reshape((label.size,))
            chosen = nd.pick(pred, classes.astype(dtype="int32"), axis=self.axis)
            if self.ignore_label is not None:
                ignored = (classes == self.ignore_label).astype(chosen.dtype)
                count -= float(nd.sum(ignored).asscalar())
                chosen = chosen * (1 - ignored) + ignored
            loss -= float(nd.sum(nd.log(nd.maximum(1e-10, chosen))).asscalar())
            count += chosen.size
        self._add(loss, count)

    def get(self) -> tuple[str, float]:
        """Name and value since the last reset of any kind."""
        return self.name, math.exp(self.sum_metric / self.num_inst) if self.num_inst else float("nan")

    def get_global(self) -> tuple[str, float]:
        """Name and value since the last full reset."""
        if not self.global_num_inst:
            return self.name, float("nan")
        return self.name, math.exp(self.global_sum_metric / self.global_num_inst)


class _LogLikelihood(EvalMetric):
    def __init__(self, eps: float, name: str, output_names: Any, label_names: Any) -> None:
        super().__init__(name, eps=eps, output_names=output_names, label_names=label_names, has_global_stats=True)
        self.eps = eps

    def update(self, labels: Any, preds: Any) -> None:
        """Take labels and probabilities.

        Raises:
            AssertionError: not as many labels as rows.
            IndexError: a label that is no class.
        """
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds, strict=False):
            probabilities = pred.to_torch().detach()
            classes = label.to_torch().detach().reshape(-1).to(probabilities.device, torch.int64)
            count = probabilities.shape[0]
            if len(classes) != count:
                raise AssertionError(f"{type(self).__name__}: {len(classes)} labels but {count} rows of predictions")
            right = probabilities[torch.arange(count, device=probabilities.device), classes].cpu().numpy()
            self._add((-numpy.log(right + self.eps)).sum(), count)


@register
@alias("ce")
class CrossEntropy(_LogLikelihood):
    """Mean negative logarithm of the right classes' probabilities.

    Args:
        eps: added to the probabilities.
        name, output_names, label_names: as of `EvalMetric`.
    """

    def __init__(
        self, eps: float = 1e-12, name: str = "cross-entropy", output_names: Any = None, label_names: Any = None
    ) -> None:
        super().__init__(eps, name, output_names, label_names)


@register
@alias("nll_loss")
class NegativeLogLikelihood(_LogLikelihood):
    """Mean negative logarithm of the right classes' probabilities: `CrossEntropy` under another name.

    Args:
        eps: added to the probabilities.
        name, output_names, label_names: as of `EvalMetric`.
    """

    def __init__(
        self, eps: float = 1e-12, name: str = "nll-loss", output_names: Any = None, label_names: Any = None
    ) -> None:
        super().__init__(eps, name, output_names, label_names)
