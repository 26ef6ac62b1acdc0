"""Loops and branches with user-defined bodies: `foreach`, `while_loop` and `cond` of `mxnet.nd.contrib`.

On arrays they are plain Python control flow; what they add is the nesting of inputs and outputs. A nest is an array
or a list (tuple) of nests; its *form* is 0 for an array and the list of its members' forms otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .._core.errors import ArgumentTypeError
from . import _ops
from .creation import zeros
from .ndarray import NDArray


def flatten(nest: Any, what: str) -> tuple[list[NDArray], Any]:
    """The arrays of a nest in order, and its form. ``what`` names the nest in the complaint."""
    if isinstance(nest, NDArray):
        return [nest], 0
    if not isinstance(nest, (list, tuple)):
        raise ArgumentTypeError(
            f"{what}: {nest!r} of type {type(nest).__name__} is no nest of arrays; give an NDArray, or lists of them"
        )
    arrays: list[NDArray] = []
    forms = []
    for member in nest:
        found, form = flatten(member, what)
        arrays += found
        forms.append(form)
    return arrays, forms


def regroup(arrays: Iterator[Any], form: Any) -> Any:
    """The nest of the given form, filled from ``arrays``."""
    return next(arrays) if form == 0 else [regroup(arrays, inner) for inner in form]


def to_scalar(value: Any, kind: type, what: str) -> Any:
    """``value`` (an array of one element, or anything Python converts) as an int or bool; ValueError otherwise."""
    if hasattr(value, "asscalar"):
        value = value.asscalar()
    try:
        return kind(value)
    except Exception as error:
        raise ValueError(f"{what} must convert to {kind.__name__}, got {value!r}") from error


def foreach(body: Callable[..., Any], data: Any, init_states: Any) -> tuple[Any, Any]:
    """Run ``body`` on each slice of the data along its first axis, carrying states from one to the next.

    Args:
        body: called as ``body(slice, states)``, returns outputs and the next states; with a list of arrays as
            ``data`` it gets a list of slices.
        data: an array or a list of arrays, of one length along their first axis.
        init_states: an array or a nested list of arrays.

    Shapes:
        data (T, ...) -> outputs (T, ...), each step's outputs stacked along a new first axis.

    Returns:
        The stacked outputs, nested as the body returns them, and the states of the last step.

    Raises:
        AssertionError: data, states or outputs that hold something else than arrays.

    Source: MXNet 1.9.1 python/mxnet/ndarray/contrib.py, foreach.
    """
    flatten(data, "foreach: data")
    flatten(init_states, "foreach: init_states")
    single = isinstance(data, NDArray)
    steps = (data if single else data[0]).shape[0]
    states, form = init_states, None
    collected: list[list[NDArray]] = []
    for i in range(steps):
        outputs, states = body(data[i] if single else [member[i] for member in data], states)
        arrays, form = flatten(outputs, "foreach: outputs of the body")
        collected.append(arrays)
    stacked = [_ops.stack(*step_outputs) for step_outputs in zip(*collected, strict=False)]
    return regroup(iter(stacked), form), states


def while_loop(
    cond: Callable[..., Any],
    func: Callable[..., Any],
    loop_vars: Any,
    max_iterations: Any = None,
) -> tuple[Any, Any]:
    """Run ``func`` as long as ``cond`` holds, at most ``max_iterations`` times.

    Args:
        cond: called as ``cond(*loop_vars)``; an array of one element, or a truth value.
        func: called as ``func(*loop_vars)``, returns the step's outputs (None for none) and the next loop variables.
        loop_vars: an array or a list of arrays, at least one.
        max_iterations: an integer; the outputs have this length along their first axis.

    Shapes:
        step output (...) -> (max_iterations, ...); rows of steps that did not run are zero (in MXNet 1.9.1 they are
        memory that nobody has written).

    Returns:
        The stacked outputs, nested as ``func`` returns them (an empty list if no step ran), and the last variables.

    Raises:
        ValueError: no ``max_iterations``, no loop variables, a number of variables or outputs that changes between
            steps, or a condition that is no truth value.

    Source: MXNet 1.9.1 python/mxnet/ndarray/contrib.py, while_loop.
    """
    if max_iterations is None:
        raise ValueError("while_loop: max_iterations must be given")
    limit = to_scalar(max_iterations, int, "while_loop: max_iterations")
    if len(loop_vars) == 0:
        raise ValueError("while_loop: loop_vars must hold at least one array, got none")
    single = isinstance(loop_vars, NDArray)
    values: Any = [loop_vars] if single else loop_vars
    collected: list[list[NDArray]] = []
    form: Any = None
    while len(collected) < limit and to_scalar(cond(*values), bool, "while_loop: the return value of cond"):
        outputs, values = _step(func, values)
        arrays, form = flatten(outputs, "while_loop: outputs of func")
        collected.append(arrays)
        if len(arrays) != len(collected[0]):
            raise ValueError(
                f"while_loop: every step must return the same number of outputs, step {len(collected) - 1} returned "
                f"{len(arrays)}, the first {len(collected[0])}"
            )
    stacked: list[Any] = [_stack_padded(list(rows), limit) for rows in zip(*collected, strict=True)]
    return (
        stacked if form is None else regroup(iter(stacked), form),
        values[0] if single else values,
    )


def _step(func: Callable[..., Any], values: Any) -> tuple[Any, list[Any]]:
    outputs, following = func(*values)
    following = [] if following is None else following
    following = list(following) if isinstance(following, (list, tuple)) else [following]
    if len(following) != len(values):
        raise ValueError(
            f"while_loop: func must return as many loop variables as it takes, {len(values)}, got {len(following)}"
        )
    return [] if outputs is None else outputs, following


def _stack_padded(rows: list[NDArray], length: int) -> Any:
    parts = [row.expand_dims(0) for row in rows]
    if len(rows) != length:
        first = rows[0]
        parts.append(zeros((length - len(rows), *first.shape), ctx=first.context, dtype=first.dtype))
    return _ops.concat(*parts, dim=0)


def cond(pred: Any, then_func: Callable[[], Any], else_func: Callable[[], Any]) -> Any:
    """Call one of two functions.

    Args:
        pred: an array of one element, or a truth value.
        then_func: called without arguments if ``pred`` holds.
        else_func: called without arguments otherwise.

    Returns:
        What the chosen function returns.

    Raises:
        ValueError: ``pred`` is no truth value.

    Source: MXNet 1.9.1 python/mxnet/ndarray/contrib.py, cond.
    """
    return then_func() if to_scalar(pred, bool, "cond: pred") else else_func()
