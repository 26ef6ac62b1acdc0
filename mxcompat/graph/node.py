"""What a graph is made of, and the orders in which MXNet lists its parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..registry.operator import Operator


class Node:
    """A variable (``op`` is None) or one call of an operator.

    Attributes:
        op: the operator, or None for a variable.
        name: unique in a sane graph; what bindings and files go by.
        inputs: the outputs of other nodes that it takes, in the operator's order; auxiliary states among them.
        attrs: operator attributes and user attributes (``__lr_mult__``, ...) as text, as a file has them.
        values: the checked attribute values for ``op.fn``; () for a variable.
        subgraphs: bodies of a control-flow operator, each a list of its outputs.
    """

    __slots__ = ("attrs", "inputs", "name", "op", "subgraphs", "values")

    def __init__(
        self,
        op: Operator | None,
        name: str,
        inputs: Iterable[Entry] = (),
        attrs: dict[str, str] | None = None,
        values: tuple[Any, ...] = (),
        subgraphs: Iterable[list[Entry]] = (),
    ) -> None:
        self.op = op
        self.name = name
        self.inputs = list(inputs)
        self.attrs = {} if attrs is None else attrs
        self.values = values
        self.subgraphs = list(subgraphs)

    def __repr__(self) -> str:
        return f"<Node {self.name}: {'variable' if self.op is None else self.op.name}>"


class Entry(NamedTuple):
    """One output of a node."""

    node: Node
    index: int = 0  # type: ignore[assignment]


def in_order(outputs: Iterable[Entry]) -> list[Node]:
    """Every node behind ``outputs``, inputs before their users: depth first, as MXNet walks (no recursion)."""
    order: list[Node] = []
    seen: set[Node] = set()
    for entry in outputs:
        if entry.node in seen:
            continue
        seen.add(entry.node)
        stack = [(entry.node, iter(entry.node.inputs))]
        while stack:
            node, rest = stack[-1]
            for child, _ in rest:
                if child not in seen:
                    seen.add(child)
                    stack.append((child, iter(child.inputs)))
                    break
            else:
                order.append(node)
                stack.pop()
    return order


#: operators over lists of weights -> arrays per weight, and the places of those that are written to
_MUTATED_EACH: dict[str, tuple[int, tuple[int, ...]]] = {
    "_multi_adamw_update": (4, (2, 3)),
    "_multi_lamb_update": (4, (2, 3)),
    "_multi_mp_adamw_update": (5, (2, 3, 4)),
    "_multi_mp_lamb_update": (5, (2, 3, 4)),
    "multi_mp_sgd_mom_update": (4, (2, 3)),
    "multi_mp_sgd_update": (3, (2,)),
    "multi_sgd_mom_update": (3, (2,)),
    "preloaded_multi_mp_sgd_mom_update": (4, (2, 3)),
    "preloaded_multi_mp_sgd_update": (3, (2,)),
    "preloaded_multi_sgd_mom_update": (3, (2,)),
}


def mutated_inputs(node: Node) -> list[Node]:
    """The variables that a node writes to: its auxiliary states."""
    op = node.op
    if op is not None and op.name in _MUTATED_EACH:
        each, places = _MUTATED_EACH[op.name]
        whole = len(node.inputs) - len(node.inputs) % each
        return [entry.node for i, entry in enumerate(node.inputs[:whole]) if i % each in places]
    if op is None or not op.mutates or op.variadic is not None:
        return []
    names = op.inputs if op.list_inputs is None else tuple(op.list_inputs(op.attr_dict(node.values)))
    return [entry.node for name, entry in zip(names, node.inputs, strict=False) if name in op.mutates]


def variables(outputs: Iterable[Entry]) -> tuple[list[Node], list[Node]]:
    """The variables behind ``outputs``: arguments, and auxiliary states (those that some node writes to)."""
    order = in_order(outputs)
    states = {state for node in order for state in mutated_inputs(node)}
    found = [node for node in order if node.op is None]
    return [n for n in found if n not in states], [n for n in found if n in states]


def versions(outputs: Iterable[Entry]) -> dict[Node, list[int]]:
    """Per node, how often each of its inputs had been written to when it is run (files keep this number)."""
    written: dict[Node, int] = {}
    read: dict[Node, list[int]] = {}
    for node in in_order(outputs):
        for state in mutated_inputs(node):
            if state.op is None:
                written[state] = written.get(state, 0) + 1
        read[node] = [written.get(source, 0) for source, _ in node.inputs]
    return read
