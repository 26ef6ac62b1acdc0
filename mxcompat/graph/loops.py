"""The operators whose bodies are graphs: what they are in a graph, and their shapes and dtypes.

Source: MXNet 1.9.1 src/operator/control_flow.cc.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.errors import MXNetError
from ..registry.operator import Attribute
from ..registry.tags import REQUIRED, tag_of
from .facts import GRAPH_OPERATORS, GraphOperator
from .node import Entry, Node, in_order
from .shapes import Shape, fill, infer_shapes, merged
from .types import Dtype, infer_types, put


def body_variables(outputs: list[Entry]) -> list[Node]:
    """The inputs of a body, in the order that the attributes of the operator count them."""
    return [node for node in in_order(outputs) if node.op is None]


def _refuse(*data: Any, **attrs: Any) -> Any:
    raise MXNetError("an operator with bodies runs as part of a compiled graph only")


def _attributes(*names: str) -> tuple[Attribute, ...]:
    numbers = ("num_outputs", "num_out_data", "max_iterations")
    return tuple(Attribute(n, tag_of(int if n in numbers else tuple[int, ...]), REQUIRED) for n in names)


def _values(node: Node) -> dict[str, Any]:
    return {} if node.op is None else node.op.attr_dict(node.values)


def _places(node: Node) -> list[tuple[list[Entry], list[int]]]:
    """Per body, its outputs and the place among the node's inputs of each of its variables."""
    attrs, name = _values(node), "" if node.op is None else node.op.name
    if name == "_foreach":
        order: list[int] = []
        for key in ("in_data_locs", "in_state_locs", "remain_locs"):
            order += attrs[key]
        places = [0] * len(order)
        for position, at in enumerate(order):
            if not 0 <= at < len(places):
                raise MXNetError(f"Error in operator {node.name}: its bodies have no variable {at}")
            places[at] = position
        return [(node.subgraphs[0], places)]
    keys = {"_while_loop": ("cond", "func"), "_cond": ("cond", "then", "else")}[name]
    return [(body, list(attrs[f"{key}_input_locs"])) for body, key in zip(node.subgraphs, keys, strict=True)]


def _checked(node: Node) -> list[tuple[list[Entry], list[Node], list[int]]]:
    found = []
    for body, places in _places(node):
        inner = body_variables(body)
        if len(inner) != len(places) or any(not 0 <= at < len(node.inputs) for at in places):
            raise MXNetError(
                f"Error in operator {node.name}: a body has {len(inner)} variables, the attributes name {places}"
            )
        found.append((body, inner, places))
    return found


def _shapes(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs, name = _values(node), "" if node.op is None else node.op.name
    sliced = len(attrs["in_data_locs"]) if name == "_foreach" else 0
    length = ins[0][0] if sliced and ins[0] is not None else attrs.get("max_iterations", -1)
    for number, (body, inner, places) in enumerate(_checked(node)):
        given: dict[Node, Shape] = {}
        for variable, at in zip(inner, places, strict=True):
            shape = ins[at]
            # an entry of a vector is a vector of one element, also under NumPy's shapes
            given[variable] = (shape[1:] or (1,)) if shape is not None and at < sliced else shape
        found = infer_shapes(body, given)
        for variable, at in zip(inner, places, strict=True):
            known = found.of[variable][0]
            if at < sliced:
                vector = len(ins[at] or ()) == 1
                known = None if known is None else (length,) if vector else (length, *known)
            fill(ins, at, known)
        if name == "_cond" and number == 0 or name == "_while_loop" and number == 0:
            continue
        stacked = attrs.get("num_out_data", 0)
        for i, entry in enumerate(body):
            shape = found[entry]
            if shape is not None and i < stacked:
                shape = (length, *shape)
            outs[i] = merged(outs[i], shape)


def _types(node: Node, ins: list[Dtype], outs: list[Dtype]) -> None:
    name = "" if node.op is None else node.op.name
    for number, (body, inner, places) in enumerate(_checked(node)):
        found = infer_types(body, {variable: ins[at] for variable, at in zip(inner, places, strict=True)})
        for variable, at in zip(inner, places, strict=True):
            put(ins, at, found[variable][0])
        if name == "_foreach" or number > 0:
            for i, (source, index) in enumerate(body):
                put(outs, i, found[source][index] if index < len(found[source]) else None)


def _count(attrs: dict[str, Any]) -> int:
    return int(attrs["num_outputs"])


def _define(name: str, bodies: int, *attributes: str, doc: str) -> None:
    outputs: Callable[[dict[str, Any]], int] = _count
    GRAPH_OPERATORS[name] = GraphOperator(
        name, _refuse, (), frozenset(), "data", _attributes(*attributes), num_args="num_args", outputs=outputs,
        subgraphs=bodies, infer_shapes=_shapes, infer_types=_types, doc=doc,
    )  # fmt: skip


_define(
    "_foreach", 1, "num_outputs", "num_out_data", "in_state_locs", "in_data_locs", "remain_locs",
    doc="Run a body over the entries along the first axis; see `sym.contrib.foreach`.",
)  # fmt: skip
_define(
    "_while_loop", 2, "num_outputs", "num_out_data", "max_iterations", "cond_input_locs", "func_input_locs",
    "func_var_locs", doc="Run a body while a condition holds; see `sym.contrib.while_loop`.",
)  # fmt: skip
_define(
    "_cond", 3, "num_outputs", "cond_input_locs", "then_input_locs", "else_input_locs",
    doc="Run one of two bodies; see `sym.contrib.cond`.",
)  # fmt: skip
