"""Chains of nodes that one call of torch computes: the same numbers with fewer steps.

Only generated code uses them. A program that is watched, or that looks for the node at fault, goes node by node.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ..ops.indexing._indices import clipped
from ..ops.rnn.rnn import of_parts
from ..registry.operator import find
from .node import Entry, Node
from .plan import Call

_PICK, _MEAN = find("pick").fn, find("mean").fn
_FLOATS = (torch.float32, torch.float64)


def negative_pick_mean(data: Tensor, index: Tensor) -> Tensor:
    """``mean(-pick(data, index, keepdims=True), axis=0, exclude=True)``: the end of a cross-entropy."""
    shape = data.shape
    if index.requires_grad or data.dtype not in _FLOATS or len(shape) < 2 or tuple(index.shape) != tuple(shape[:-1]):
        return _MEAN(-_PICK(data, index, -1, True, "clip"), (0,), False, True)  # type: ignore[no-any-return]
    at = clipped(index, shape[-1])
    if len(shape) == 2:
        return functional.nll_loss(data, at, reduction="none")
    loss = functional.nll_loss(data.reshape(-1, shape[-1]), at.reshape(-1), reduction="none")
    return loss.reshape(shape[0], -1).mean(1)


def reshape_as(lhs: Tensor, rhs: Tensor) -> Tensor:
    """``reshape_like`` where the graph reaches ``rhs`` on another way, too."""
    return lhs if lhs.shape == rhs.shape else lhs.reshape(rhs.shape)


def fused(calls: Sequence[Call], outputs: Sequence[Entry]) -> list[Call]:
    """The calls with chains replaced by one call each, which carries the last node of the chain.

    Args:
        calls: the nodes, inputs before their users.
        outputs: what is asked for; such a node stays.
    """
    uses = Counter([s.node for call in calls for s in call.sources if s is not None])
    uses.update([node for node, _ in outputs])
    by_node = {call.node: call for call in calls}
    gone: set[int] = set()
    made: dict[int, Call] = {}
    for call in calls:
        chain = _loss_chain(call, by_node)
        if chain and all(uses[part.node] == 1 for part in chain):
            pick = chain[-1]
            made[id(call)] = replace(
                call, function=negative_pick_mean, sources=pick.sources, rest=(), same_dtype=False, contiguous=True
            )
            gone.update(id(part) for part in chain)
        flat = _parameter_chain(call, by_node)
        if flat and all(uses[part.node] == 1 for part in flat):
            data, _, state, cell, lengths = call.sources
            weights = [part.sources[0] for part in flat[1:]]
            made[id(call)] = replace(
                call, function=_recurrent(call.values), sources=[data, state, cell, lengths, *weights], rest=()
            )
            gone.update(id(part) for part in flat)
        shaped = _shaped_operand(call, by_node)
        if shaped is not None and uses[shaped.node] == 1:
            made[id(shaped)] = replace(shaped, function=reshape_as, rest=(), contiguous=True)
    return [made.get(id(call), call) for call in calls if id(call) not in gone]


def _is(call: Call | None, name: str, values: tuple[object, ...]) -> bool:
    if call is None or call.node.op is None or call.node.op.name != name:
        return False
    return call.values == values and call.function is call.node.op.fn


def _source(call: Call, by_node: Mapping[Node, Call]) -> Call | None:
    first = call.sources[0] if call.sources else None
    return None if first is None else by_node.get(first.node)


def _loss_chain(call: Call, by_node: Mapping[Node, Call]) -> list[Call] | None:
    """``[negation, pick]`` before a mean over all axes but the first, or the same as NumPy-style code says it."""
    between: list[Call] = []
    if _is(call, "mean", ((0,), False, True)):
        negation, factor = _source(call, by_node), ("_mul_scalar", (-1.0, True))
    elif _is(call, "_npi_mean", ((1,), None, False, None)):
        flat = _source(call, by_node)
        if flat is None or not _is(flat, "Flatten", ()):
            return None
        between = [flat]
        negation, factor = _source(flat, by_node), ("_npi_multiply_scalar", (-1.0, False))
    else:
        return None
    if negation is None or not _is(negation, *factor):
        return None
    pick = _source(negation, by_node)
    if pick is None or not _is(pick, "pick", (-1, True, "clip")):
        return None
    return [*between, negation, pick]


def _parameter_chain(call: Call, by_node: Mapping[Node, Call]) -> list[Call] | None:
    """The concatenation of flattened weights that RNN takes apart again, and what flattens them."""
    op = call.node.op
    if op is None or op.name != "RNN" or call.function is not op.fn or call.sources[1] is None:
        return None
    joined = by_node.get(call.sources[1].node)
    if joined is None or joined.node.op is None or joined.node.op.name != "_rnn_param_concat":
        return None
    flat = [None if source is None else by_node.get(source.node) for source in joined.sources]
    if any(one is None or not _flattens(one) for one in flat):
        return None
    return [joined, *[one for one in flat if one is not None]]


def _flattens(call: Call) -> bool:
    op = call.node.op
    if op is None or call.function is not op.fn:
        return False
    if op.name == "_np_reshape":
        return call.values == ((-1,), "C")
    return op.name == "Reshape" and op.attr_dict(call.values) == {**op.attr_dict(op.defaults or ()), "shape": (-1,)}


def _recurrent(values: tuple[Any, ...]) -> Callable[..., Any]:
    """RNN with these attributes, called with its weights one by one after the other inputs."""

    def recurrent(
        data: Tensor, state: Tensor, cell: Tensor | None, lengths: Tensor | None, *parts: Tensor
    ) -> tuple[Tensor, ...]:
        return of_parts(data, parts, state, cell, lengths, *values)

    return recurrent


def _shaped_operand(call: Call, by_node: Mapping[Node, Call]) -> Call | None:
    """The ``reshape_like(a, b)`` of ``reshape_like(a, b) - b`` and its like."""
    op = call.node.op
    if op is None or op.name not in ("elemwise_sub", "elemwise_mul", "elemwise_add") or len(call.sources) != 2:
        return None
    for one, other in (call.sources, call.sources[::-1]):
        shaped = None if one is None else by_node.get(one.node)
        if shaped is not None and _is(shaped, "reshape_like", (None, None, None, None)) and shaped.sources[1] == other:
            return shaped
    return None
