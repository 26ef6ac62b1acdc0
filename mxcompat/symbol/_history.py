"""What was recorded as a Symbol: for `mxnet.autograd.get_symbol`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .._core.dtypes import NAME_OF_TORCH
from .._core.errors import MXNetError
from ..autograd._history import Recorded
from ..graph.compile import Program
from ..graph.facts import FACTORIES, GraphOperator, output_name
from ..graph.node import Entry, Node, variables
from ..graph.shapes import Shape, fill, infer_shapes
from ..graph.types import Dtype, infer_types, put
from ..registry.operator import Operator
from ..registry.tags import as_text
from ._symbol import Symbol


def symbol_of(last: Recorded, index: int) -> Symbol:
    """The graph behind an output of a recorded call."""
    made: dict[Recorded, Node] = {}
    stack = [last]
    while stack:  # no recursion: histories can be long
        at = stack[-1]
        if at in made:
            stack.pop()
            continue
        wanting = [source for source, _ in at.inputs if source not in made]
        if wanting:
            stack += reversed(wanting)
            continue
        made[at] = _node(at, [Entry(made[source], i) for source, i in at.inputs])
        stack.pop()
    return Symbol([Entry(made[last], index)])


def _node(call: Recorded, inputs: list[Entry]) -> Node:
    if call.op is None:
        return Node(None, call.name)
    if isinstance(call.op, Operator):
        attrs = _texts(call.op, call.values)
        if call.op.variadic is not None:
            attrs[call.op.num_args or "num_args"] = str(len(inputs))
        return Node(call.op, call.name, inputs, attrs, call.values)
    if call.body is not None:
        return Node(_graph_record(call.op, call.body), call.name, inputs)
    found = FACTORIES.get(call.op)
    record = _unknown(call.op, len(inputs)) if found is None else found(call.values)
    return Node(record, call.name, inputs, dict(call.values))


def _texts(op: Operator, values: tuple[Any, ...]) -> dict[str, str]:
    texts = {}
    for attribute, value in zip(op.attributes, values, strict=True):
        left_out = value is None or (type(value) is type(attribute.default) and value == attribute.default)
        if left_out and attribute.name != "scalar":
            continue
        texts[attribute.name] = NAME_OF_TORCH[value] if isinstance(value, torch.dtype) else as_text(value)
    return texts


def _graph_record(name: str, symbol: Symbol) -> GraphOperator:
    """The operator that runs a whole graph: what `hybridize()` makes of a block."""
    program = Program(symbol.handle)
    inner = program.inputs

    def run(*tensors: Tensor) -> Any:
        found = program(tensors, any(tensor.requires_grad for tensor in tensors))
        return found[0] if len(found) == 1 else tuple(found)

    def shapes(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
        found = infer_shapes(symbol.handle, dict(zip(inner, ins, strict=True)))
        for i, variable in enumerate(inner):
            fill(ins, i, found.of[variable][0])
        for i, entry in enumerate(symbol.handle):
            fill(outs, i, found[entry])

    def types(node: Node, ins: list[Dtype], outs: list[Dtype]) -> None:
        found = infer_types(symbol.handle, {v: kind for v, kind in zip(inner, ins, strict=True) if kind is not None})
        for i, variable in enumerate(inner):
            put(ins, i, found[variable][0])
        for i, entry in enumerate(symbol.handle):
            put(outs, i, found[entry.node][entry.index])

    states = {node.name for node in variables(symbol.handle)[1]}
    return GraphOperator(
        name, run, tuple(node.name for node in inner), frozenset(), None, (), outputs=len(symbol.handle),
        mutates=tuple(node.name for node in inner if node.name in states),
        output_names=tuple(output_name(*entry) for entry in symbol.handle), infer_shapes=shapes, infer_types=types,
    )  # fmt: skip


def _unknown(name: str, count: int) -> GraphOperator:
    """An operator that was recorded, and that no graph can run."""

    def run(*tensors: Tensor) -> Any:
        raise MXNetError(f"{name}: what was recorded here is Python code, which a graph cannot run")

    return GraphOperator(name, run, tuple(f"input{i}" for i in range(count)), frozenset(), None, ())
