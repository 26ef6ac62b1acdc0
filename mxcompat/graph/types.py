"""Inference of dtypes in a graph. None is an unknown dtype.

Source: MXNet 1.9.1 src/executor/infer_graph_attr_pass.cc, and the ``*Type`` functions of src/operator/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from .._core.dtypes import NAME_OF_TORCH, TORCH_OF_FLAG
from .._core.errors import MXNetError
from ..registry.names import is_numpy_name
from ..registry.operator import Operator
from .facts import GraphOperator
from .node import Entry, Node, in_order

Dtype = torch.dtype | None
#: ``rule(attrs, ins, outs)`` puts what it can work out into the lists
TypeRule = Callable[[dict[str, Any], list[Dtype], list[Dtype]], None]

#: operator name -> rule; without one all inputs and outputs have one dtype
TYPE_RULES: dict[str, TypeRule] = {}
#: the rule of operators of the NumPy front end that have none of their own
NUMPY_TYPES: list[Callable[[Operator, tuple[Any, ...], list[Dtype], list[Dtype]], None]] = []


class TypeMismatch(MXNetError):
    """Two dtypes that ought to be the same are not."""


def type_rule(*names: str) -> Callable[[TypeRule], TypeRule]:
    """Make the decorated function the dtype rule of these operators."""

    def decorate(function: TypeRule) -> TypeRule:
        for name in names:
            TYPE_RULES[name] = function
        return function

    return decorate


def put(kinds: list[Dtype], index: int, kind: Dtype) -> None:
    """Add to what is known of ``kinds[index]``; TypeMismatch on a contradiction."""
    if kind is None or index >= len(kinds):
        return
    known = kinds[index]
    if known is None:
        kinds[index] = kind
    elif known is not kind:
        raise TypeMismatch(
            f"Type inconsistent, Provided = {NAME_OF_TORCH[known]}, inferred type={NAME_OF_TORCH[kind]} "
            f"(number {index})"
        )


def one_type(ins: list[Dtype], outs: list[Dtype]) -> None:
    """All inputs and outputs have one dtype."""
    kind = next((each for each in (*ins, *outs) if each is not None), None)
    for i in range(len(ins)):
        put(ins, i, kind)
    for i in range(len(outs)):
        put(outs, i, kind)


def infer_types(outputs: Sequence[Entry], given: Mapping[Node, Dtype]) -> dict[Node, list[Dtype]]:
    """Work out the dtypes in a graph.

    Args:
        outputs: outputs of the graph.
        given: dtypes of variables.

    Raises:
        MXNetError: dtypes contradict each other; the message names the node.
    """
    order = in_order(outputs)
    found: dict[Node, list[Dtype]] = {}
    for node in order:
        found[node] = [None] * (1 if node.op is None else node.op.num_outputs(node.values))
        if node.op is None:
            found[node] = [given.get(node) or _of_variable(node)]
    left, forward = -1, True
    while True:
        for node in order if forward else reversed(order):
            if node.op is not None:
                _step(node.op, node, found)
        unknown = sum(kind is None for kinds in found.values() for kind in kinds)
        if not unknown or unknown == left:
            return found
        left, forward = unknown, not forward


def _of_variable(node: Node) -> Dtype:
    text = node.attrs.get("__dtype__")
    if text is None:
        return None
    try:
        return TORCH_OF_FLAG.get(int(text))
    except ValueError:
        raise MXNetError(f"variable {node.name}: __dtype__={text!r} is no type number") from None


def _step(op: Operator, node: Node, found: dict[Node, list[Dtype]]) -> None:
    # an output that is not shown has no place here
    ins = [found[source][index] if index < len(found[source]) else None for source, index in node.inputs]
    outs = found[node]
    before = list(ins)
    try:
        if isinstance(op, GraphOperator):
            if op.infer_types is not None:
                op.infer_types(node, ins, outs)
        elif op.name in TYPE_RULES:
            TYPE_RULES[op.name](op.attr_dict(node.values), ins, outs)
        elif is_numpy_name(op.name) and NUMPY_TYPES:
            NUMPY_TYPES[0](op, node.values, ins, outs)
        else:
            one_type(ins, outs)
        for (source, index), old, new in zip(node.inputs, before, ins, strict=True):
            if new is not old and index < len(found[source]):
                put(found[source], index, new)
    except TypeMismatch as error:
        raise MXNetError(f"Error in operator {node.name}: {error}") from None
