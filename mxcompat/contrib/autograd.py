"""The autograd interface of MXNet 0.9: `mxnet.contrib.autograd`. `mxnet.autograd` replaced it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from .. import autograd as _autograd
from .._core.errors import ArgumentTypeError
from ..nd import NDArray as NDArray
from ..nd import zeros_like as _zeros_like


def set_is_training(is_train: bool) -> bool:
    """Switch recording and training mode together; returns what recording was."""
    _autograd.set_training(is_train)
    return _autograd.set_recording(is_train)


class TrainingStateScope:
    """A ``with`` block in which recording and training mode are on or off.

    Args:
        enter_state: whether they are on inside.
    """

    def __init__(self, enter_state: bool) -> None:
        self._enter_state = enter_state
        self._prev: bool | None = None

    def __enter__(self) -> None:
        self._prev = set_is_training(self._enter_state)

    def __exit__(self, ptype: object, value: object, trace: object) -> None:
        if self._prev is not None and self._prev != self._enter_state:
            set_is_training(self._prev)


def train_section() -> TrainingStateScope:
    """A scope that records, in training mode."""
    return TrainingStateScope(True)


def test_section() -> TrainingStateScope:
    """A scope that does not record, in prediction mode."""
    return TrainingStateScope(False)


def mark_variables(
    variables: Sequence[NDArray], gradients: Sequence[NDArray], grad_reqs: str | Sequence[str] = "write"
) -> None:
    """Give variables their gradient arrays; see `mxnet.autograd.mark_variables`."""
    _autograd.mark_variables(variables, gradients, grad_reqs)


def backward(outputs: Sequence[NDArray], out_grads: Sequence[Any] | None = None, retain_graph: bool = False) -> None:
    """Compute the gradients of the variables behind ``outputs``.

    Args:
        outputs: a list or tuple of recorded arrays.
        out_grads: their head gradients; None for ones.
        retain_graph: keep the graph for another backward.

    Raises:
        AssertionError: ``outputs`` is no list or tuple, or ``out_grads`` has another length.
    """
    if not isinstance(outputs, (list, tuple)):
        raise ArgumentTypeError(
            f"backward: outputs={type(outputs).__name__} is not legal, give the NDArrays in a list or tuple"
        )
    if out_grads is not None and len(out_grads) != len(outputs):
        raise ArgumentTypeError(f"backward: {len(outputs)} outputs, but {len(out_grads)} out_grads")
    _autograd.backward(list(outputs), None if out_grads is None else list(out_grads), retain_graph)


def compute_gradient(outputs: Sequence[NDArray]) -> None:
    """`backward` under its older name."""
    backward(outputs)


def grad_and_loss(func: Callable[..., Any], argnum: int | list[int] | None = None) -> Callable[..., Any]:
    """A function that returns the gradients of ``func``'s arguments, and its outputs.

    Args:
        func: takes and returns arrays.
        argnum: position or positions of the arguments to differentiate; None for all.
    """

    @functools.wraps(func)
    def wrapped(*args: Any) -> Any:
        positions = range(len(args)) if argnum is None else argnum if isinstance(argnum, list) else [argnum]
        variables = [args[i] for i in positions]
        for i, variable in zip(positions, variables, strict=True):
            if not isinstance(variable, NDArray):
                raise ArgumentTypeError(
                    f"{func.__name__}: argument {i} must be an NDArray, got {type(variable).__name__}"
                )
        grads = [_zeros_like(variable) for variable in variables]
        mark_variables(variables, grads)
        with train_section():
            outputs = func(*args)
        compute_gradient([outputs] if isinstance(outputs, NDArray) else outputs)
        return grads, outputs

    return wrapped


def grad(func: Callable[..., Any], argnum: int | list[int] | None = None) -> Callable[..., Any]:
    """A function that returns the gradients of ``func``'s arguments; see `grad_and_loss`."""
    both = grad_and_loss(func, argnum)

    @functools.wraps(both)
    def wrapped(*args: Any) -> Any:
        return both(*args)[0]

    return wrapped
