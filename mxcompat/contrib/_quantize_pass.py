"""From a float graph to quantized operators. Source: MXNet 1.9.1 src/operator/quantization/quantize_graph_pass.cc."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from .._core.errors import MXNetError
from ..graph.build import parse_attributes
from ..graph.facts import find_operator, output_name
from ..graph.node import Entry, Node, in_order
from .amp._reduce import _suffix as output_suffix

_QUANTIZE, _DEQUANTIZE, _REQUANTIZE = "_contrib_quantize_v2", "_contrib_dequantize", "_contrib_requantize"


class Rule(NamedTuple):
    """How an operator is quantized: by which one, always or only between others, and whether its sums are rescaled."""

    op: str
    must: bool = False
    requantize: bool = False
    #: inputs that are quantized; None for all
    inputs: tuple[int, ...] | None = None


RULES = {
    "Convolution": Rule("_contrib_quantized_conv", True, True),
    "FullyConnected": Rule("_contrib_quantized_fully_connected", True, True),
    "Pooling": Rule("_contrib_quantized_pooling"),
    "Flatten": Rule("_contrib_quantized_flatten"),
    "Activation": Rule("_contrib_quantized_act"),
    "elemwise_add": Rule("_contrib_quantized_elemwise_add", requantize=True),
    "elemwise_mul": Rule("_contrib_quantized_elemwise_mul", requantize=True),
    "Concat": Rule("_contrib_quantized_concat"),
    "BatchNorm": Rule("_contrib_quantized_batch_norm", inputs=(0,)),
    "Embedding": Rule("_contrib_quantized_embedding", inputs=(1,)),
}
_BY_QUANTIZED = {rule.op: rule for rule in RULES.values()}


def _legal(node: Node) -> bool:
    """Whether the quantized operator takes these attributes."""
    if node.op is None:
        return False
    attrs = node.op.attr_dict(node.values)
    if node.op.name == "Activation":
        return bool(attrs["act_type"] == "relu")
    if node.op.name == "Concat":
        return bool(attrs["dim"] > 0)
    if node.op.name == "Pooling":
        return attrs["pool_type"] in ("max", "avg")
    return node.op.name in RULES


def _marked(order: Sequence[Node], names: Collection[str], ops: Collection[str], mode: str) -> set[Node]:
    """The nodes to quantize."""
    able = {n for n in order if _legal(n) and n.name not in names and n.op is not None and n.op.name not in ops}
    if mode == "full":
        return able
    if mode != "smart":
        raise MXNetError(f"unrecognized quantize mode: {mode!r}, legal are 'full' and 'smart'")
    must = {n for n in able if n.op is not None and RULES[n.op.name].must}
    users: dict[Node, list[Node]] = {}
    for node in order:
        for entry in node.inputs:
            users.setdefault(entry.node, []).append(node)

    def reached(forward: bool) -> set[Node]:
        found: set[Node] = set()
        tasks = list(must)
        while tasks:
            node = tasks.pop()
            for other in users.get(node, []) if forward else [e.node for e in node.inputs]:
                if other in able and other not in must and other not in found:
                    found.add(other)
                    tasks.append(other)
        return found

    return must | (reached(True) & reached(False))


def _node(op: str, name: str, inputs: list[Entry], attrs: Mapping[str, str]) -> Node:
    found = find_operator(op, attrs)
    kept = dict(attrs)
    return Node(found, name, inputs, kept, parse_attributes(found, kept, name))


class _Pass:
    def __init__(self, marked: set[Node], dtype: str, offline: Collection[str]) -> None:
        self.marked = marked
        self.dtype = dtype
        self.offline = offline
        self.copies: dict[Node, Node] = {}
        self.quantized: dict[Entry, Node] = {}
        self.parameters: dict[Entry, Node] = {}
        self.floats: dict[Node, Node] = {}
        self.layers: dict[Node, str] = {}

    def visit(self, node: Node) -> None:
        if node not in self.marked or node.op is None:
            inputs = [self.as_float(e) for e in node.inputs]
            self.copies[node] = Node(node.op, node.name, inputs, dict(node.attrs), node.values, node.subgraphs)
            return
        rule = RULES[node.op.name]
        chosen = range(len(node.inputs)) if rule.inputs is None else rule.inputs
        values, ranges = [], []
        for i, entry in enumerate(node.inputs):
            if i not in chosen:
                values.append(Entry(self.copies[entry.node], entry.index))
                continue
            three = self.as_quantized(entry)
            values.append(three[0])
            ranges += three[1:]
        made = _node(rule.op, "quantized_" + node.name, values + ranges, node.attrs)
        if rule.op == "_contrib_quantized_batch_norm":
            self.layers[made] = output_name(node, 0)
        if rule.requantize:
            three = [Entry(made, i) for i in range(3)]
            made = _node(_REQUANTIZE, "requantize_" + node.name, three, {"out_type": self.dtype})
            self.layers[made] = output_name(node, 0)
        self.copies[node] = made

    def as_quantized(self, entry: Entry) -> list[Entry]:
        """Value, minimum and maximum."""
        if entry.node in self.marked:
            made = self.copies[entry.node]
            return [Entry(made, entry.index), Entry(made, 1), Entry(made, 2)]
        name = entry.node.name + output_suffix(entry) + "_quantize"
        if entry.node.op is None and entry.node.name in self.offline:
            return [self._variable(Entry(entry.node, i), name + end) for i, end in enumerate(("", "_min", "_max"))]
        if entry not in self.quantized:
            source = Entry(self.copies[entry.node], entry.index)
            self.quantized[entry] = made = _node(_QUANTIZE, name, [source], {"out_type": self.dtype})
            self.layers[made] = output_name(*entry)
        made = self.quantized[entry]
        return [Entry(made, 0), Entry(made, 1), Entry(made, 2)]

    def _variable(self, key: Entry, name: str) -> Entry:
        if key not in self.parameters:
            self.parameters[key] = Node(None, name)
        return Entry(self.parameters[key])

    def as_float(self, entry: Entry) -> Entry:
        made = self.copies[entry.node]
        if entry.node not in self.marked:
            return Entry(made, entry.index)
        if entry.node not in self.floats:
            three = [Entry(made, i) for i in range(3)]
            self.floats[entry.node] = _node(_DEQUANTIZE, entry.node.name + "_dequantize", three, {})
        return Entry(self.floats[entry.node])


def quantized_graph(
    outputs: Sequence[Entry],
    excluded_names: Collection[str],
    excluded_ops: Collection[str],
    offline: Collection[str],
    dtype: str,
    mode: str,
) -> tuple[list[Entry], list[str]]:
    """The new outputs, and the names of the outputs of the old graph whose ranges are to be found."""
    order = in_order(outputs)
    run = _Pass(_marked(order, excluded_names, excluded_ops, mode), dtype, offline)
    for node in order:
        run.visit(node)
    heads = [run.as_float(e) for e in outputs]
    return heads, [run.layers[node] for node in in_order(heads) if node in run.layers]


def set_ranges(outputs: Sequence[Entry], table: Mapping[str, tuple[float, float]]) -> None:
    """Write the ranges that were found into the nodes that quantize."""
    for node in in_order(outputs):
        if node.op is None:
            continue
        if node.op.name == "_contrib_quantized_batch_norm":
            name = output_name(node, 0)
        elif node.op.name in (_QUANTIZE, _REQUANTIZE):
            name = output_name(*node.inputs[0])
        else:
            continue
        found = table.get(name.removeprefix("quantized_"))
        if found is not None:
            node.attrs["min_calib_range"] = f"{float(found[0]):f}"
            node.attrs["max_calib_range"] = f"{float(found[1]):f}"
            node.values = parse_attributes(node.op, node.attrs, node.name)
