"""Modules whose computation is Python.

Source: MXNet 1.9.1 python/mxnet/module/python_module.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from .. import nd as nd
from ..initializer import Uniform as Uniform
from .base_module import BaseModule as BaseModule


def _names(found: Any) -> Any:
    return list(found) if isinstance(found, tuple) else found


class PythonModule(BaseModule):
    """A module without parameters, most of whose steps do nothing; a subclass gives forward and backward.

    Args:
        data_names: names of the inputs.
        label_names: names of the labels, or None.
        output_names: names of the outputs.
        logger: where to log to.

    Source: MXNet 1.9.1 python/mxnet/module/python_module.py.
    """

    def __init__(self, data_names: Any, label_names: Any, output_names: Any, logger: Any = logging) -> None:
        super().__init__(logger=logger)
        self._data_names = _names(data_names)
        self._label_names = _names(label_names)
        self._output_names = output_names
        self._data_shapes: Any = None
        self._label_shapes: Any = None
        self._output_shapes: Any = None

    @property
    def data_names(self) -> Any:
        """Names of the inputs."""
        return self._data_names

    @property
    def output_names(self) -> Any:
        """Names of the outputs."""
        return self._output_names

    @property
    def data_shapes(self) -> Any:
        """Descriptions of the inputs; None before `bind`."""
        return self._data_shapes

    @property
    def label_shapes(self) -> Any:
        """Descriptions of the labels, or None."""
        return self._label_shapes

    @property
    def output_shapes(self) -> Any:
        """Descriptions of the outputs; None before `bind`."""
        return self._output_shapes

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Two empty dicts."""
        return {}, {}

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008
        arg_params: dict[str, Any] | None = None,
        aux_params: dict[str, Any] | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Nothing: there are no parameters."""

    def update(self) -> None:
        """Nothing: there are no parameters."""

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Give labels and the last outputs to a metric, if the module was bound with labels.

        Args:
            eval_metric: the metric.
            labels: arrays.
            pre_sliced: must be False.

        Raises:
            RuntimeError: it is not.
        """
        if self._label_shapes is None:
            return
        if pre_sliced:
            raise RuntimeError("PythonModule does not support presliced labels")
        eval_metric.update(labels, self.get_outputs())

    def bind(
        self,
        data_shapes: Any,
        label_shapes: Any = None,
        for_training: bool = True,
        inputs_need_grad: bool = False,
        force_rebind: bool = False,
        shared_module: Any = None,
        grad_req: Any = "write",
    ) -> None:
        """Take note of the shapes. The arguments are those of ``BaseModule.bind``.

        Raises:
            AssertionError: other names than the module's, or a ``grad_req`` that is not ``"write"``.
        """
        if self.binded and not force_rebind:
            self.logger.warning("Already bound, ignoring bind()")
            return
        if grad_req != "write":
            raise AssertionError(f"Python module only support write gradient, got grad_req={grad_req!r}")
        self.for_training = for_training
        self.inputs_need_grad = inputs_need_grad
        for kind, shapes, names in (
            ("data", data_shapes, self._data_names),
            ("label", label_shapes, self._label_names),
        ):
            if shapes is None and kind == "label":
                continue
            if [x[0] for x in shapes] != names:
                raise AssertionError(f"{type(self).__name__}.bind: {kind}_shapes {shapes} are not of {names}")
        self._data_shapes = data_shapes
        self._label_shapes = label_shapes
        self._output_shapes = self._compute_output_shapes()

    def _compute_output_shapes(self) -> Any:
        """Descriptions of the outputs, from those of data and labels: to be given by a subclass."""
        raise NotImplementedError(f"{type(self).__name__} has no _compute_output_shapes")

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Nothing: there are no parameters."""


class PythonLossModule(PythonModule):
    """A loss whose gradient is a Python function: the scores go in, and come out as they are.

    Args:
        name: start of the output's name.
        data_names: the name of the scores.
        label_names: the name of the labels.
        logger: where to log to.
        grad_func: a function of scores and labels that gives the gradient of the scores, as an array of either kind.

    Raises:
        AssertionError: not one name each; a ``grad_func`` that is no function.

    Source: MXNet 1.9.1 python/mxnet/module/python_module.py.
    """

    def __init__(
        self,
        name: str = "pyloss",
        data_names: Any = ("data",),
        label_names: Any = ("softmax_label",),
        logger: Any = logging,
        grad_func: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        super().__init__(data_names, label_names, [f"{name}_output"], logger=logger)
        self._name = name
        if len(data_names) != 1 or len(label_names) != 1:
            raise AssertionError(f"PythonLossModule: one name each, got {data_names!r} and {label_names!r}")
        if grad_func is not None and not callable(grad_func):
            raise AssertionError(f"PythonLossModule: grad_func must be a function, got {type(grad_func).__name__}")
        self._scores: Any = None
        self._labels: Any = None
        self._scores_grad: Any = None
        self._grad_func = grad_func

    def _compute_output_shapes(self) -> Any:
        return [(f"{self._name}_output", self._data_shapes[0][1])]

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Keep the scores, and in training the labels."""
        self._scores = data_batch.data[0]
        if self.for_training if is_train is None else is_train:
            self._labels = data_batch.label[0]

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        """The scores. AssertionError if they are not to be merged."""
        if merge_multi_context is not True:
            raise AssertionError("PythonLossModule runs on one context: use merge_multi_context=True")
        return [self._scores]

    def backward(self, out_grads: Any = None) -> None:
        """Compute the gradient of the scores.

        Args:
            out_grads: must be None.

        Raises:
            AssertionError: it is not, or the module is not bound for training.
            NotImplementedError: there is no ``grad_func``.
        """
        if out_grads is not None:
            raise AssertionError(
                f"PythonLossModule.backward: out_grads={out_grads!r} has no meaning for a loss; leave it out"
            )
        self._need("for_training")
        self._backward_impl()

    def _backward_impl(self) -> None:
        """The gradient itself, which a subclass may compute otherwise."""
        if self._grad_func is None:
            raise NotImplementedError("PythonLossModule: give a grad_func, or _backward_impl in a subclass")
        grad = self._grad_func(self._scores, self._labels)
        self._scores_grad = grad if isinstance(grad, nd.NDArray) else nd.array(grad)

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        """The gradient of the scores. AssertionError if it is not to be merged."""
        if merge_multi_context is not True:
            raise AssertionError("PythonLossModule runs on one context: use merge_multi_context=True")
        return [self._scores_grad]

    def install_monitor(self, mon: Any) -> None:
        """NotImplementedError: there is nothing to watch."""
        raise NotImplementedError("PythonLossModule has nothing for a monitor to watch")
