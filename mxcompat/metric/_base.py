"""The base classes: one metric, several at once, one made of a function; and how they are made by name."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import numpy

from .. import registry
from ..nd import NDArray

_NUMBERS = (float, int, numpy.generic)


def plain(value: Any) -> Any:
    """A NumPy number as Python's own, so that it prints and adds up as one; all else as it is."""
    return value.item() if isinstance(value, numpy.generic) else value


def check_label_shapes(labels: Any, preds: Any, wrap: bool = False, shape: bool = False) -> tuple[Any, Any]:
    """Compare the lengths (or the shapes) of labels and predictions.

    Args:
        labels, preds: arrays or lists of them.
        wrap: put a single array into a list.
        shape: compare shapes instead of lengths.

    Returns:
        labels and predictions, as lists if ``wrap``.

    Raises:
        ValueError: they differ.
    """
    of_labels, of_preds = (labels.shape, preds.shape) if shape else (len(labels), len(preds))
    if of_labels != of_preds:
        raise ValueError(
            f"labels of shape {of_labels} do not fit predictions of shape {of_preds}: one label is needed for "
            "each prediction"
        )
    if wrap:
        labels = [labels] if isinstance(labels, NDArray) else labels
        preds = [preds] if isinstance(preds, NDArray) else preds
    return labels, preds


class EvalMetric:
    """Base of all metrics: a sum and a count, local and global.

    Args:
        name: what the metric is called in results.
        output_names, label_names: which outputs and labels `update_dict` takes; all if None.
        has_global_stats: whether `update` keeps the global sums, too.
        **kwargs: arguments of the subclass, for `get_config`.
    """

    num_inst: Any
    sum_metric: Any
    global_num_inst: Any
    global_sum_metric: Any

    def __init__(self, name: Any, output_names: Any = None, label_names: Any = None, **kwargs: Any) -> None:
        self.name = str(name)
        self.output_names = output_names
        self.label_names = label_names
        self._has_global_stats = kwargs.pop("has_global_stats", False)
        self._kwargs = kwargs
        self.reset()

    def __str__(self) -> str:
        return f"EvalMetric: { {name: plain(value) for name, value in self.get_name_value()} }"

    def get_config(self) -> dict[str, Any]:
        """Class, names and arguments, from which `create` makes the metric again."""
        return {
            **self._kwargs,
            "metric": type(self).__name__,
            "name": self.name,
            "output_names": self.output_names,
            "label_names": self.label_names,
        }

    def update_dict(self, label: Mapping[str, Any], pred: Mapping[str, Any]) -> None:
        """Take labels and predictions by name, of which the metric picks its own."""
        preds = list(pred.values()) if self.output_names is None else [pred[name] for name in self.output_names]
        labels = list(label.values()) if self.label_names is None else [label[name] for name in self.label_names]
        self.update(labels, preds)

    def update(self, labels: Any, preds: Any) -> None:
        """Take the labels and predictions of a batch, one array per output."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to update: give `update(labels, preds)`")

    def _add(self, total: Any, count: Any) -> None:
        total, count = plain(total), plain(count)
        self.sum_metric += total
        self.global_sum_metric += total
        self.num_inst += count
        self.global_num_inst += count

    def reset(self) -> None:
        """Forget everything."""
        self.num_inst = 0
        self.sum_metric = 0.0
        self.global_num_inst = 0
        self.global_sum_metric = 0.0

    def reset_local(self) -> None:
        """Forget the local sums, keep the global ones."""
        self.num_inst = 0
        self.sum_metric = 0.0

    def get(self) -> tuple[Any, Any]:
        """Name and value since the last reset of any kind; NaN if nothing was taken."""
        if self.num_inst == 0:
            return self.name, float("nan")
        return self.name, plain(self.sum_metric / self.num_inst)

    def get_global(self) -> tuple[Any, Any]:
        """Name and value since the last full reset."""
        if not self._has_global_stats:
            return self.get()
        if self.global_num_inst == 0:
            return self.name, float("nan")
        return self.name, plain(self.global_sum_metric / self.global_num_inst)

    def get_name_value(self) -> list[tuple[str, Any]]:
        """Names and values of `get`, as pairs."""
        return _pairs(*self.get())

    def get_global_name_value(self) -> list[tuple[str, Any]]:
        """Names and values of `get_global`, as pairs."""
        return _pairs(*self.get_global()) if self._has_global_stats else self.get_name_value()


def _pairs(name: Any, value: Any) -> list[tuple[str, Any]]:
    names = name if isinstance(name, list) else [name]
    values = value if isinstance(value, list) else [value]
    return list(zip(names, values, strict=False))


register = registry.get_register_func(EvalMetric, "metric")
alias = registry.get_alias_func(EvalMetric, "metric")
_create = registry.get_create_func(EvalMetric, "metric")


def create(metric: Any, *args: Any, **kwargs: Any) -> EvalMetric:
    """Make a metric.

    Args:
        metric: registered name in any case, function of labels and predictions, metric, or a list of these.
        *args, **kwargs: arguments of the class.

    Raises:
        AssertionError: an unknown name.
    """
    made: EvalMetric
    if callable(metric):
        made = CustomMetric(metric, *args, **kwargs)
    elif isinstance(metric, list):
        made = several = CompositeEvalMetric()
        for child in metric:
            several.add(create(child, *args, **kwargs))
    else:
        made = _create(metric, *args, **kwargs)
    return made


@register
@alias("composite")
class CompositeEvalMetric(EvalMetric):
    """Several metrics, updated together.

    Args:
        metrics: what `create` understands, each.
        name, output_names, label_names: as of `EvalMetric`; the names here filter for all.
    """

    def __init__(
        self, metrics: Any = None, name: str = "composite", output_names: Any = None, label_names: Any = None
    ) -> None:
        self.metrics: list[Any] = []
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)
        self.metrics = [create(metric) for metric in metrics or ()]

    def add(self, metric: Any) -> None:
        """Add a metric, or what `create` makes one of."""
        self.metrics.append(create(metric))

    def get_metric(self, index: int) -> Any:
        """The metric at an index. As in MXNet 1.9.1, an index out of range *returns* a ValueError."""
        try:
            return self.metrics[index]
        except IndexError:
            return ValueError(f"metric {index} does not exist, there are {len(self.metrics)}")

    def update_dict(self, labels: Mapping[str, Any], preds: Mapping[str, Any]) -> None:
        """Take labels and predictions by name; each metric picks its own."""
        if self.label_names is not None:
            labels = OrderedDict((name, value) for name, value in labels.items() if name in self.label_names)
        if self.output_names is not None:
            preds = OrderedDict((name, value) for name, value in preds.items() if name in self.output_names)
        for metric in self.metrics:
            metric.update_dict(labels, preds)

    def update(self, labels: Any, preds: Any) -> None:
        """Update every metric."""
        for metric in self.metrics:
            metric.update(labels, preds)

    def reset(self) -> None:
        """Reset every metric."""
        for metric in self.metrics:
            metric.reset()

    def reset_local(self) -> None:
        """Reset the local sums of every metric."""
        for metric in self.metrics:
            metric.reset_local()

    def get(self) -> tuple[list[str], list[Any]]:
        """Names and values of all metrics."""
        return _joined(metric.get() for metric in self.metrics)

    def get_global(self) -> tuple[list[str], list[Any]]:
        """Names and global values of all metrics."""
        return _joined(metric.get_global() for metric in self.metrics)

    def get_config(self) -> dict[str, Any]:
        """As of `EvalMetric`, with the configurations of the metrics."""
        return {**super().get_config(), "metrics": [metric.get_config() for metric in self.metrics]}


def _joined(results: Any) -> tuple[list[str], list[Any]]:
    names: list[str] = []
    values: list[Any] = []
    for name, value in results:
        names.extend([name] if isinstance(name, str) else name)
        values.extend([value] if isinstance(value, _NUMBERS) else value)
    return names, values


@register
class CustomMetric(EvalMetric):
    """A metric made of a function of NumPy arrays.

    Args:
        feval: called with label and prediction; returns a number, or the pair (sum, count).
        name: by default that of the function.
        allow_extra_outputs: there may be more predictions than labels.
        output_names, label_names: as of `EvalMetric`.
    """

    def __init__(
        self,
        feval: Callable[[Any, Any], Any],
        name: str | None = None,
        allow_extra_outputs: bool = False,
        output_names: Any = None,
        label_names: Any = None,
    ) -> None:
        if name is None:
            name = feval.__name__
            if "<" in name:
                name = f"custom({name})"
        super().__init__(
            name,
            feval=feval,
            allow_extra_outputs=allow_extra_outputs,
            output_names=output_names,
            label_names=label_names,
            has_global_stats=True,
        )
        self._feval = feval
        self._allow_extra_outputs = allow_extra_outputs

    def update(self, labels: Any, preds: Any) -> None:
        """Call the function for each pair of label and prediction. ValueError if their numbers differ."""
        if not self._allow_extra_outputs:
            labels, preds = check_label_shapes(labels, preds, True)
        for pred, label in zip(preds, labels, strict=False):
            result = self._feval(label.asnumpy(), pred.asnumpy())
            self._add(*(result if isinstance(result, tuple) else (result, 1)))

    def get_config(self) -> dict[str, Any]:
        """NotImplementedError: a function has no configuration."""
        raise NotImplementedError("CustomMetric cannot be serialized")


def np(
    numpy_feval: Callable[[Any, Any], Any], name: str | None = None, allow_extra_outputs: bool = False
) -> EvalMetric:
    """A metric made of a function of NumPy arrays; see `CustomMetric`."""

    def feval(label: Any, pred: Any) -> Any:
        return numpy_feval(label, pred)

    feval.__name__ = numpy_feval.__name__
    return CustomMetric(feval, name, allow_extra_outputs)
