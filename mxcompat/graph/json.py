"""From nodes to the plain data of a symbol file and back, files of older releases brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core.errors import MXNetError
from .._core.state import THREAD
from ..registry.operator import Operator
from ..serialization.symbol_json import VERSION, GraphData, NodeData, dump, parse
from .build import SHORT_KEYS, parse_attributes
from .facts import (
    INITIALIZERS,
    GraphOperator,
    find_operator,
    input_names,
    total_outputs,
)
from .node import Entry, Node, in_order, versions
from .shapes import from_text as shape_from_text

#: a node with more outputs is no model, but an attack on memory
_MOST_OUTPUTS = 1 << 16
_CASTS = ("amp_cast", "amp_multicast")


def to_data(outputs: Sequence[Entry]) -> GraphData:
    """The plain data of a graph."""
    order = in_order(outputs)
    number = {node: i for i, node in enumerate(order)}
    read = versions(outputs)
    nodes, before = [], [0]
    for node in order:
        inputs = [
            (number[source], index, version) for (source, index), version in zip(node.inputs, read[node], strict=True)
        ]
        graphs = [to_data(graph) for graph in node.subgraphs]
        nodes.append(NodeData(None if node.op is None else node.op.name, node.name, node.attrs, inputs, graphs))
        before.append(before[-1] + total_outputs(node))
    heads = [(number[node], index, 0) for node, index in outputs]
    return GraphData(nodes, heads, VERSION, before, THREAD.np_shape)


def to_json(outputs: Sequence[Entry], remove_amp_cast: bool = False) -> str:
    """The text of a graph.

    Args:
        outputs: the outputs.
        remove_amp_cast: leave out the casts that mixed precision put in.
    """
    return dump(to_data(without_amp_casts(outputs) if remove_amp_cast else outputs))


def without_amp_casts(outputs: Sequence[Entry]) -> Sequence[Entry]:
    """The same graph without ``amp_cast`` and ``amp_multicast``, but for those that are outputs themselves."""
    order = in_order(outputs)
    if not any(node.op is not None and node.op.name in _CASTS for node in order):
        return outputs
    moved: dict[Entry, Entry] = {}
    copies: dict[Node, Node] = {}
    for node in order:
        inputs = [moved.get(e) or Entry(copies[e.node], e.index) for e in node.inputs]
        if node.op is not None and node.op.name in _CASTS:
            moved.update({Entry(node, i): entry for i, entry in enumerate(inputs)})
        copies[node] = Node(node.op, node.name, inputs, node.attrs, node.values, node.subgraphs)
    return [Entry(copies[e.node], e.index) for e in outputs]


def from_json(text: str) -> list[Entry]:
    """The outputs of the graph in a text.

    Raises:
        MXNetError: the text describes no graph; the message says which node is wrong.
    """
    data = parse(text)
    outputs = from_data(data, "symbol file")
    if THREAD.np_shape and not data.np_shape:
        _to_np_shape(outputs)
    return outputs


def _to_np_shape(outputs: Sequence[Entry]) -> None:
    """Say "unknown" in the shapes of variables as NumPy shapes do: -1, where the file has 0."""
    for node in in_order(outputs):
        text = node.attrs.get("__shape__")
        if node.op is None and text is not None:
            shape = shape_from_text(text, False, node.name)
            node.attrs["__shape__"] = "None" if shape is None else str(list(shape)).replace(" ", "")


def from_data(data: GraphData, where: str) -> list[Entry]:
    """The outputs of the graph that plain data describes."""
    made: dict[int, Node] = {}
    for i in _order(data, where):
        raw = data.nodes[i]
        said = f"{where}: node {i} {raw.name!r} ({raw.op or 'null'})"
        inputs = [Entry(made[number], index) for number, index, _ in raw.inputs]
        for source, index in inputs:
            if not 0 <= index < total_outputs(source):
                raise MXNetError(f"{said}: {source.name!r} has no output {index}, only {total_outputs(source)}")
        try:
            made[i] = _make(raw, inputs, data.version, said)
        except (MXNetError, ValueError, TypeError, OverflowError, ArithmeticError) as error:
            text = str(error).split("\n")[0]
            raise MXNetError(text if text.startswith(said) else f"{said}: {text}") from None
    heads = [Entry(made[number], index) for number, index, _ in data.heads]
    for node, index in heads:
        if not 0 <= index < total_outputs(node):
            raise MXNetError(f"{where}: heads: {node.name!r} has no output {index}, only {total_outputs(node)}")
    return heads


def _order(data: GraphData, where: str) -> list[int]:
    """Numbers of the nodes, inputs before their users; MXNetError if there is a cycle."""
    done: list[int] = []
    state = [0] * len(data.nodes)  # 0: not seen, 1: being looked at, 2: done
    for start in range(len(data.nodes)):
        if state[start]:
            continue
        state[start] = 1
        stack = [(start, iter(data.nodes[start].inputs))]
        while stack:
            number, rest = stack[-1]
            for child, _, _ in rest:
                if state[child] == 1:
                    name = data.nodes[number].name
                    raise MXNetError(
                        f"{where}: node {number} {name!r}: depends on its own output, through node {child}"
                    )
                if not state[child]:
                    state[child] = 1
                    stack.append((child, iter(data.nodes[child].inputs)))
                    break
            else:
                state[number] = 2
                done.append(number)
                stack.pop()
    return done


def _make(raw: NodeData, inputs: list[Entry], version: int, said: str) -> Node:
    attrs = dict(raw.attrs)
    old = {}
    if version < VERSION:
        old = {key: attrs.pop(key) for key in list(attrs) if _is_old_key(key)}
    if raw.op is None:
        attrs.update({f"__{k}__" if k in SHORT_KEYS else k: v for k, v in old.items()})
        return Node(None, raw.name, (), attrs)
    if version < 905 and raw.op in ("argmin", "argmax") and attrs.get("axis") == "-1":
        del attrs["axis"]  # then "no axis", whatever it was set to
    op = find_operator(raw.op, attrs)
    values = parse_attributes(op, attrs, raw.name)
    graphs = [from_data(graph, f"{said}: subgraph {i}") for i, graph in enumerate(raw.subgraphs)]
    node = Node(op, raw.name, inputs, attrs, values, graphs)
    wanted = op.subgraphs if isinstance(op, GraphOperator) else 0
    if len(graphs) != wanted:
        raise MXNetError(f"{said}: has {len(graphs)} subgraphs, {op.name} takes {wanted}")
    if total_outputs(node) > _MOST_OUTPUTS:
        raise MXNetError(f"{said}: has {total_outputs(node)} outputs, more than {_MOST_OUTPUTS}")
    for key, value in old.items():
        if key in SHORT_KEYS:
            node.attrs[f"__{key}__"] = value
    names = _checked_inputs(op, node, values, version, said)
    for key, value in old.items():
        _place_old_key(node, names, key, value)
    if version < 904:
        for name, (source, _) in zip(names, node.inputs, strict=False):
            if source.op is None and name in INITIALIZERS.get(op.name, {}):
                source.attrs.setdefault("__init__", INITIALIZERS[op.name][name])
    return node


def _checked_inputs(op: Operator, node: Node, values: tuple[Any, ...], version: int, said: str) -> list[str]:
    """Names of the inputs; those that files before 0.9 leave out (auxiliary states) are made."""
    if op.variadic is not None:
        for key in ("num_args", "num_arrays", "num_outputs"):
            count = node.attrs.get(key)
            given = len(node.inputs) + len(node.subgraphs)
            if op.num_args == key or key == "num_arrays":
                each = 3 if op.name == "_contrib_quantized_concat" else 1
                if count is not None and int(count) * each != given:
                    raise MXNetError(f"{said}: {key} is {count}, but it has {given} inputs")
    names = input_names(op, node.attrs, values)
    if names is None:
        return []
    if len(node.inputs) < len(names) and version < 900:
        for name in names[len(node.inputs) :]:
            node.inputs.append(Entry(Node(None, f"{node.name}_{name}" if node.name else name, (), dict(node.attrs))))
    if len(node.inputs) != len(names):
        raise MXNetError(f"{said}: has {len(node.inputs)} inputs, {op.name} takes {len(names)} ({', '.join(names)})")
    return names


def _is_old_key(key: str) -> bool:
    return any(key.startswith(short) or key.endswith(short) for short in SHORT_KEYS)


def _place_old_key(node: Node, names: list[str], key: str, value: str) -> None:
    """Old files say ``lr_mult`` or ``weight_lr_mult`` on the operator: for it, or for its variable."""
    for short in SHORT_KEYS:
        if key == short:
            node.attrs[f"__{short}__"] = value
            return
        if key.endswith(short):
            target = key[: -len(short) - 1]
            if target in names:
                source = node.inputs[names.index(target)].node
                if source.op is None:
                    source.attrs[f"__{short}__"] = value
                    return
            break
    node.attrs[key] = value
