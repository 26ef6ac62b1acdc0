"""Automatic differentiation: MXNet 1.9.1's `mxnet.autograd` on torch's autograd."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from .._core.errors import ArgumentTypeError, MXNetError
from .._core.state import is_recording, is_training, set_recording, set_training
from . import _backward, _graph
from ._function import Function
from ._history import HISTORY, recorded
from ._scopes import _RecordingStateScope, pause, predict_mode, record, train_mode

__all__ = [
    "Function",
    "NDArray",  # put here by the room above
    "backward",
    "get_symbol",
    "grad",
    "is_recording",
    "is_training",
    "mark_variables",
    "pause",
    "predict_mode",
    "record",
    "set_recording",
    "set_training",
    "train_mode",
]

_GRAD_REQS = ("null", "write", "add")


def _is_array(value: Any) -> bool:
    return hasattr(value, "_t") and hasattr(value, "_ctx")


def _listed(heads: Any, head_grads: Any) -> tuple[Sequence[Any], Sequence[Any] | None]:
    heads = [heads] if _is_array(heads) else heads
    head_grads = [head_grads] if _is_array(head_grads) else head_grads
    if head_grads is not None and len(heads) != len(head_grads):
        raise AssertionError(f"heads and head_grads must be of the same length, got {len(heads)} and {len(head_grads)}")
    return heads, head_grads


def mark_variables(variables: Any, gradients: Any, grad_reqs: Any = "write") -> None:
    """Make arrays variables whose gradients backward computes.

    Args:
        variables: an array or a list of arrays; history they have is cut off.
        gradients: their gradient arrays, of the same shapes and dtypes; backward writes into these.
        grad_reqs: ``"write"``, ``"add"`` or ``"null"`` for all, or one for each variable.

    Raises:
        KeyError: an unknown grad_req.
        MXNetError: a gradient array of another shape or dtype.

    Source: MXNet 1.9.1 python/mxnet/autograd.py, src/imperative/imperative.cc.
    """
    if _is_array(variables):
        if not _is_array(gradients):
            raise AssertionError(f"gradients must be an array as variables is, got {type(gradients).__name__}")
        variables, gradients = [variables], [gradients]
    reqs = list(grad_reqs) if isinstance(grad_reqs, (list, tuple)) else [grad_reqs] * len(variables)
    for req in reqs:
        if req not in _GRAD_REQS:
            raise KeyError(f"grad_req={req!r} is unknown, legal are {', '.join(_GRAD_REQS)}")
    for variable, gradient, req in zip(variables, gradients, reqs, strict=True):
        _graph.mark(variable, gradient, req)


def backward(heads: Any, head_grads: Any = None, retain_graph: bool = False, train_mode: bool = True) -> None:
    """Compute the gradients of ``heads`` into the ``grad`` arrays of the variables they were computed from.

    Args:
        heads: an array or a list of arrays.
        head_grads: gradient of each head, of its shape; None (or a None entry) means ones.
        retain_graph: keep the history for another backward through it.
        train_mode: training flag while backward runs.

    Raises:
        MXNetError: a head without history, history that an earlier backward freed, a head gradient of
            another shape, or no variable to differentiate for.
        AssertionError: heads and head_grads of different lengths.

    Source: MXNet 1.9.1 python/mxnet/autograd.py, src/imperative/imperative.cc.
    """
    heads, head_grads = _listed(heads, head_grads)
    _backward.run(heads, head_grads, bool(retain_graph), bool(train_mode))


def grad(
    heads: Any,
    variables: Any,
    head_grads: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    train_mode: bool = True,
) -> list[Any]:
    """Return the gradients of ``heads`` with respect to ``variables``; ``x.grad`` is left alone.

    Args:
        heads: an array or a list of arrays.
        variables: an array or a list of arrays that have ``attach_grad()``.
        head_grads: gradient of each head; None (or a None entry) means ones.
        retain_graph: keep the history; by default as ``create_graph``.
        create_graph: record the computation of the gradients, for higher derivatives.
        train_mode: training flag while the gradients are computed.

    Returns:
        A list of arrays, also for a single variable.

    Raises:
        MXNetError: as `backward`, or a variable that is none.
        AssertionError: an empty list of variables.

    Source: MXNet 1.9.1 python/mxnet/autograd.py.
    """
    heads, head_grads = _listed(heads, head_grads)
    several = [variables] if _is_array(variables) else list(variables)
    if not several:
        raise AssertionError("variables cannot be an empty list")
    retain = bool(create_graph) if retain_graph is None else bool(retain_graph)
    return _backward.gradients(heads, several, head_grads, retain, bool(create_graph), bool(train_mode))


def get_symbol(x: Any) -> Any:
    """The recorded history of an array as a Symbol.

    Variables are called ``var0``, constants ``null0``, calls ``node_0``, numbered as they came in this thread.
    Attributes that were left at their defaults are left out.

    Args:
        x: an array that was computed inside of `record`, or a variable.

    Raises:
        AssertionError: ``x`` is no array.
        MXNetError: ``x`` belongs to no recorded graph, or it was recorded where no module among the callers names
            ``get_symbol``: notes for it cost time, and are taken there, or everywhere after such an error.

    Source: MXNet 1.9.1 python/mxnet/autograd.py, src/imperative/imperative.cc.
    """
    if not _is_array(x):
        raise ArgumentTypeError(f"get_symbol: x must be an NDArray, got {type(x).__name__}")
    found = recorded(x)
    if found is None:
        if _graph.in_graph(x):
            HISTORY.everywhere = True
            why = (
                "nobody noted how the array was computed. Where no caller names get_symbol there are no notes: record "
                "it again, from now on they are taken everywhere. Of gradients there are none"
            )
        else:
            why = "NDArray is not part of a computation graph. Compute it inside autograd.record()"
        raise MXNetError(f"get_symbol: {why}")
    room = import_module(f"{__package__.rpartition('.')[0]}.symbol._history")
    return room.symbol_of(*found)
