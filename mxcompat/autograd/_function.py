"""User-defined differentiable functions."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .._core.errors import MXNetError
from .._core.state import THREAD, is_recording, set_recording
from . import _graph
from ._history import note


class _Bridge(torch.autograd.Function):
    """Puts already computed outputs into the graph; backward asks the user's Function."""

    @staticmethod
    def forward(ctx: Any, owner: Function, outputs: tuple[Tensor, ...], *inputs: Tensor) -> Any:
        ctx.owner = owner
        ctx.device_contexts = owner._contexts
        return tuple(t.view_as(t) for t in outputs)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return (None, None, *ctx.owner._run_backward(grads))


class Function:
    """Base class of differentiable functions with a gradient of their own.

    Subclasses define ``forward(self, *inputs)`` and ``backward(self, *output_grads)``, both on arrays and
    neither recorded; ``backward`` returns one gradient per input of ``forward``. An instance is called once.

    Raises:
        MXNetError: during backward, if ``backward`` fails or returns the wrong number of arrays.

    Source: MXNet 1.9.1 python/mxnet/autograd.py.
    """

    def __init__(self) -> None:
        self._used = False
        self.saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *args: Any) -> None:
        """Keep values for ``backward``, which finds them in ``self.saved_tensors``."""
        self.saved_tensors = args

    def __call__(self, *inputs: Any) -> Any:
        if self._used:
            raise AssertionError(f"Function {type(self).__name__}: an instance can be called once, create another one")
        self._used = True
        previous = set_recording(False)
        try:
            outputs = self.forward(*inputs)
        finally:
            set_recording(previous)
        if not is_recording() or not any(_graph.in_graph(x) for x in inputs):
            return outputs
        several = isinstance(outputs, (list, tuple))
        arrays = list(outputs) if several else [outputs]
        for array in arrays:
            _graph.refuse_inplace(f"{type(self).__name__}.forward", array)
        self._array_type = type(inputs[0])
        self._contexts = [x._ctx for x in arrays]
        self._specs = [(x._t.shape, x._t.dtype) for x in inputs]
        tensors = tuple(x._t.detach() for x in arrays)
        sources = [x._t.detach() if x._t.requires_grad and not _graph.in_graph(x) else x._t for x in inputs]
        with torch.enable_grad():
            joined = _Bridge.apply(self, tensors, *sources)  # type: ignore[no-untyped-call]
        results = [type(a)._wrap(t, a._ctx) for a, t in zip(arrays, joined, strict=True)]
        if THREAD.noting:
            note("_CustomFunction", {}, inputs, results)
        return type(outputs)(results) if several else results[0]

    def _run_backward(self, grads: tuple[Tensor, ...]) -> list[Tensor | None]:
        name = type(self).__name__
        wrap = self._array_type._wrap
        given = [
            wrap(g if g.is_contiguous() else g.contiguous(), c) for g, c in zip(grads, self._contexts, strict=True)
        ]
        try:
            returned = self.backward(*given)
        except Exception as error:
            raise MXNetError(f"{name}.backward failed with {type(error).__name__}: {error}") from error
        found = list(returned) if isinstance(returned, (list, tuple)) else [returned]
        if len(found) != len(self._specs):
            raise MXNetError(
                f"{name}.backward must return one array per input of forward: {len(self._specs)}, got {len(found)}"
            )
        tensors: list[Tensor | None] = []
        for index, (array, (shape, dtype)) in enumerate(zip(found, self._specs, strict=True)):
            if not isinstance(array, self._array_type):
                raise MXNetError(f"{name}.backward must return arrays, result {index} is {type(array).__name__}")
            if array._t.shape != shape:
                raise MXNetError(
                    f"{name}.backward: gradient {index} has shape {tuple(array._t.shape)}, its input {tuple(shape)}"
                )
            tensors.append(array._t.to(dtype))
        return tensors

    def forward(self, *inputs: Any) -> Any:
        """Compute the outputs from the inputs, both arrays."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward()")

    def backward(self, *output_grads: Any) -> Any:
        """Compute the gradients of forward's inputs from those of its outputs."""
        raise NotImplementedError(f"{type(self).__name__} does not define backward()")
