"""Backward and grad: MXNet's rules on torch's engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from .._core.errors import MXNetError
from .._core.permuted import contiguous
from .._core.state import THREAD, set_recording, set_training
from . import _graph
from ._graph import Leaf

# The engine itself: torch.autograd.backward adds about 10 us of argument handling, as much as a small graph costs.
_run_backward: Callable[..., Any] = torch.autograd.Variable._execution_engine.run_backward

NOT_IN_GRAPH = (
    "cannot differentiate head {index}: it is not in a computational graph. Compute it inside autograd.record(); "
    "to go backward through the same graph twice, pass retain_graph=True to the first backward"
)
NO_VARIABLES = (
    "backward: no variable with attach_grad() was reached from the heads; there is nothing that requires gradients"
)


def _storage_count(tensor: Tensor) -> int:
    return int(torch._C._storage_Use_Count(tensor.untyped_storage()._cdata))


def _unaliased_count() -> int | None:
    """Storage use count of a tensor without aliases; None if this torch does not tell."""
    try:
        return _storage_count(torch.zeros(1))
    except AttributeError:
        return None


_ALONE = _unaliased_count()


def _roots(heads: Sequence[Any], head_grads: Sequence[Any] | None) -> tuple[list[Tensor], list[Tensor]]:
    outputs: list[Tensor] = []
    grads: list[Tensor] = []
    for index, head in enumerate(heads):
        tensor = _graph.in_place_of(head._t)
        if outputs and any(tensor is other for other in outputs):
            continue  # a head named twice counts once
        if not tensor.requires_grad or not (tensor.is_leaf or not _graph.is_freed(tensor)):
            raise MXNetError(NOT_IN_GRAPH.format(index=index))
        given = None if head_grads is None else head_grads[index]
        if given is None:
            seed = torch.ones_like(tensor)
        else:
            seed = given._t
            if seed.shape != tensor.shape:
                raise MXNetError(
                    f"backward: head gradient {index} has shape {tuple(seed.shape)}, "
                    f"its head has shape {tuple(tensor.shape)}"
                )
            if seed.dtype is not head._t.dtype:
                raise MXNetError(
                    f"backward: head gradient {index} has dtype {given.dtype}, its head has another: cast one of them"
                )
            seed = seed.to(tensor.dtype)  # the float64 shadow of an integer head
        outputs.append(tensor)
        grads.append(seed)
    return outputs, grads


def _reached(outputs: Sequence[Tensor]) -> tuple[list[Any], list[Tensor]]:
    roots = []
    leaves = []
    for tensor in outputs:
        if tensor.grad_fn is None:
            leaves.append(tensor)
        else:
            roots.append(tensor.grad_fn)
    nodes, found, freed = _graph.walk(roots)
    if freed:
        raise MXNetError(
            "backward: part of this graph was freed by an earlier backward; pass retain_graph=True to that one"
        )
    if leaves:
        found += [leaf for leaf in leaves if all(leaf is not other for other in found)]
    return nodes, found


class _Modes:
    """Flags while backward runs: nothing is recorded (except for create_graph), training as asked."""

    def __init__(self, recording: bool, training: bool) -> None:
        self.recording, self.training = recording, training

    def __enter__(self) -> None:
        self.previous = set_recording(self.recording), set_training(self.training), THREAD.backward
        THREAD.backward = True

    def __exit__(self, *_: object) -> None:
        set_recording(self.previous[0])
        set_training(self.previous[1])
        THREAD.backward = self.previous[2]


def _execute(
    outputs: Sequence[Tensor],
    grads: Sequence[Tensor],
    retain: bool,
    create: bool,
    inputs: Sequence[Tensor],
    **how: Any,
) -> Any:
    try:
        return _run_backward(tuple(outputs), tuple(grads), retain, create, tuple(inputs), **how)
    except MXNetError:
        raise
    except RuntimeError as error:
        if type(error) is not RuntimeError:
            raise
        raise MXNetError(f"backward: {error}") from error


def run(
    heads: Sequence[Any],
    head_grads: Sequence[Any] | None,
    retain_graph: bool = False,
    train_mode: bool = True,
) -> None:
    """Compute the gradients of ``heads`` for every variable they reach, into the variables' gradient arrays."""
    outputs, grads = _roots(heads, head_grads)
    nodes, leaves = _reached(outputs)
    marked: list[tuple[Tensor, Leaf]] = []
    for tensor in leaves:
        leaf = _graph.leaf_of(tensor)
        if leaf is not None:
            adds = leaf.req == "add" and leaf.dense and leaf.grad._t.dtype is tensor.dtype
            tensor.grad = leaf.grad._t if adds else None
            marked.append((tensor, leaf))
    if not leaves:
        raise MXNetError(NO_VARIABLES)
    if THREAD.recording:
        with _Modes(False, train_mode):
            _execute(outputs, grads, retain_graph, False, (), allow_unreachable=True, accumulate_grad=True)
    else:
        training, THREAD.training = THREAD.training, train_mode
        backward, THREAD.backward = THREAD.backward, True
        try:
            _execute(outputs, grads, retain_graph, False, (), allow_unreachable=True, accumulate_grad=True)
        finally:
            THREAD.training = training
            THREAD.backward = backward
    for tensor, leaf in marked:
        _deliver(tensor, leaf)
    if not retain_graph:
        _graph.mark_freed(nodes)


def _deliver(tensor: Tensor, leaf: Leaf) -> None:
    """Put a fresh gradient into the variable's gradient array, in place.

    If nothing else looks at the array's memory, the fresh tensor takes its place, which nobody can tell from a copy.
    """
    fresh = tensor.grad
    leaf.fresh = True
    if not leaf.dense:
        leaf.grad._receive_gradient(fresh, leaf.req)
        tensor.grad = None
        return
    buffer: Tensor = leaf.grad._t
    if fresh is not None and fresh.layout is not torch.strided:
        fresh = fresh.to_dense()
    if fresh is buffer:
        return
    if buffer.dtype is not tensor.dtype:  # the shadow of an integer variable
        if leaf.req == "write":
            buffer.data.zero_()
        if fresh is not None:
            buffer.data.add_(fresh.to(buffer.dtype))
        return
    if fresh is None:
        buffer.data.zero_()
    elif fresh._is_zerotensor():  # torch's stand-in for zeros, which has no memory
        buffer.data.zero_()
    elif _ALONE is not None and _storage_count(buffer) == _ALONE:
        leaf.grad._t = fresh if fresh.is_contiguous() else contiguous(fresh)
        return
    else:
        buffer.data.copy_(fresh)
    tensor.grad = buffer


def gradients(
    heads: Sequence[Any],
    variables: Sequence[Any],
    head_grads: Sequence[Any] | None,
    retain_graph: bool,
    create_graph: bool,
    train_mode: bool,
) -> list[Any]:
    """The gradients of ``heads`` with respect to ``variables``, as new arrays; nothing is written to ``x.grad``."""
    outputs, grads = _roots(heads, head_grads)
    inputs: list[Tensor] = []
    for index, variable in enumerate(variables):
        tensor = _graph.in_place_of(variable._t)
        if not (tensor.requires_grad and tensor.is_leaf):
            raise MXNetError(
                f"grad: cannot differentiate with respect to variable {index}: it has no attach_grad() "
                f"or is a computed array"
            )
        inputs.append(tensor)
    nodes, leaves = _reached(outputs)
    for index, tensor in enumerate(inputs):
        if all(tensor is not leaf for leaf in leaves):
            raise MXNetError(f"grad: cannot differentiate with respect to variable {index}: no head depends on it")
    with _Modes(create_graph, train_mode), torch.set_grad_enabled(create_graph):
        found = _execute(
            outputs, grads, retain_graph, create_graph, inputs, allow_unreachable=True, accumulate_grad=False
        )
    if not retain_graph:
        _graph.mark_freed(nodes)
    elif create_graph:
        _graph.mark_shared(nodes)
    results = []
    for variable, tensor, value in zip(variables, inputs, found, strict=True):
        if value is None or value._is_zerotensor():
            value = torch.zeros_like(tensor)
        leaf = _graph.leaf_of(tensor)
        if leaf is not None and leaf.grad.stype != "default":
            results.append(type(leaf.grad)._wrap(value, variable._ctx))
            continue
        if value.layout is not torch.strided:
            value = value.to_dense()
        if create_graph and not value.requires_grad:
            value = _graph.join_with_zero_gradient(value, inputs)  # a constant, yet part of the graph
        results.append(type(variable)._wrap(value if value.is_contiguous() else value.contiguous(), variable._ctx))
    return results
