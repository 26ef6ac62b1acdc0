"""The JSON form of a graph: text to plain data and back. Knows no operator and no node class.

A text that is cut short, hostile or of another kind raises one MXNetError that says where. Source: MXNet 1.9.1
src/nnvm/legacy_json_util.cc, nnvm src/pass/saveload_json.cc.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import MXNetError
from .files import open_source, write_file

#: the version number that files of MXNet 1.9.1 carry: major, minor and patch in two digits each
VERSION = 10901
#: what a file without a version is taken for: 0.8.0, the last release that wrote none
FIRST_VERSION = 800
#: graphs within graphs: more is no model
_DEEPEST = 64


@dataclass
class NodeData:
    """One node: ``op`` is None for a variable; an input is (number of a node, output, version)."""

    op: str | None
    name: str
    attrs: dict[str, str] = field(default_factory=dict)
    inputs: list[tuple[int, int, int]] = field(default_factory=list)
    subgraphs: list[GraphData] = field(default_factory=list)


@dataclass
class GraphData:
    """A graph: nodes, outputs (heads), version of the writer; ``outputs_before[i]``: outputs of the nodes before i."""

    nodes: list[NodeData]
    heads: list[tuple[int, int, int]]
    version: int = VERSION
    outputs_before: list[int] = field(default_factory=list)
    np_shape: bool = False


# ---------------------------------------------------------------------- reading


def parse(text: str) -> GraphData:
    """The plain data of a JSON text.

    Raises:
        MXNetError: the text is no JSON, or not of the form of a graph.
    """
    try:
        raw = json.loads(text)
    except RecursionError:
        raise MXNetError("symbol file: nested too deeply") from None
    except ValueError as error:
        raise MXNetError(f"symbol file: not JSON: {error}") from None
    return _graph(raw, "symbol file", 0)


def _graph(raw: Any, where: str, depth: int) -> GraphData:
    if depth > _DEEPEST:
        raise MXNetError(f"{where}: graphs nested more than {_DEEPEST} deep")
    if not isinstance(raw, dict):
        raise MXNetError(f"{where}: expected an object with nodes, arg_nodes and heads, got {_shown(raw)}")
    for key in ("nodes", "arg_nodes", "heads"):
        if not isinstance(raw.get(key), list):
            raise MXNetError(f'{where}: Missing field "{key}", expected a list, got {_shown(raw.get(key))}')
    nodes = [_node(each, f"{where}: node {i}", depth) for i, each in enumerate(raw["nodes"])]
    for i, node in enumerate(nodes):
        for entry in node.inputs:
            if not 0 <= entry[0] < len(nodes):
                raise MXNetError(
                    f"{where}: node {i} {node.name!r}: input {entry[0]} does not exist ({len(nodes)} nodes)"
                )
    for number in raw["arg_nodes"]:
        if type(number) is not int or not 0 <= number < len(nodes) or nodes[number].op is not None:
            raise MXNetError(f"{where}: arg_nodes: {_shown(number)} is not the number of a variable")
    heads = [_entry(each, f"{where}: heads") for each in raw["heads"]]
    for head in heads:
        if not 0 <= head[0] < len(nodes):
            raise MXNetError(f"{where}: heads: node {head[0]} does not exist ({len(nodes)} nodes)")
    version, np_shape = _graph_attributes(raw.get("attrs"), where, VERSION if depth else FIRST_VERSION)
    return GraphData(nodes, heads, version, [], np_shape)


def _graph_attributes(raw: Any, where: str, default: int) -> tuple[int, bool]:
    if raw is None:
        return default, False
    if not isinstance(raw, dict):
        raise MXNetError(f"{where}: attrs: expected an object, got {_shown(raw)}")
    found = {}
    for key in ("mxnet_version", "is_np_shape"):
        pair = raw.get(key)
        if pair is None:
            continue
        if not isinstance(pair, list) or len(pair) != 2 or pair[0] != "int" or type(pair[1]) is not int:
            raise MXNetError(f'{where}: attrs: {key}: expected ["int", number], got {_shown(pair)}')
        found[key] = pair[1]
    return found.get("mxnet_version", default), bool(found.get("is_np_shape", 0))


def _node(raw: Any, where: str, depth: int) -> NodeData:
    if not isinstance(raw, dict):
        raise MXNetError(f"{where}: expected an object, got {_shown(raw)}")
    op, name = raw.get("op"), raw.get("name")
    if not isinstance(op, str) or not isinstance(name, str):
        raise MXNetError(f"{where}: op and name must be texts, got op {_shown(op)}, name {_shown(name)}")
    where = f"{where} {name!r} ({op})"
    attrs: dict[str, str] = {}
    for key in ("param", "attr", "attrs"):  # the names of this field in 0.8, until 1.0, and since
        given = raw.get(key)
        if given is None:
            continue
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            raise MXNetError(f"{where}: {key}: expected an object of texts, got {_shown(given)}")
        attrs.update(given)
    inputs = raw.get("inputs", [])
    if not isinstance(inputs, list):
        raise MXNetError(f"{where}: inputs: expected a list, got {_shown(inputs)}")
    entries = [_entry(each, f"{where}: inputs") for each in inputs]
    if op == "null" and entries:
        raise MXNetError(f"{where}: a variable has no inputs, got {len(entries)}")
    graphs = raw.get("subgraphs") or []
    if not isinstance(graphs, list):
        raise MXNetError(f"{where}: subgraphs: expected a list, got {_shown(graphs)}")
    subgraphs = [_graph(each, f"{where}: subgraph {i}", depth + 1) for i, each in enumerate(graphs)]
    return NodeData(None if op == "null" else op, name, attrs, entries, subgraphs)


def _entry(raw: Any, where: str) -> tuple[int, int, int]:
    if not isinstance(raw, list) or len(raw) not in (2, 3) or not all(type(number) is int for number in raw):
        raise MXNetError(f"{where}: expected [node, output, version], got {_shown(raw)}")
    return raw[0], raw[1], raw[2] if len(raw) == 3 else 0


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, (dict, list)) else f"a {type(value).__name__} of {len(value)}"
    return text if len(text) <= 60 else text[:57] + "..."


# ---------------------------------------------------------------------- writing


class _Writer:
    """Writes as MXNet's JSON writer does: short lists on one line, ``", "`` also at the end of a line."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._lines: list[bool] = []

    def _begin(self, mark: str, lines: bool) -> None:
        self.parts.append(mark)
        self._lines.append(lines)

    def _end(self, mark: str, count: int) -> None:
        if self._lines.pop() and count:
            self.parts.append("\n" + "  " * len(self._lines))
        self.parts.append(mark)

    def _separate(self, number: int) -> None:
        if number:
            self.parts.append(", ")
        if self._lines[-1]:
            self.parts.append("\n" + "  " * len(self._lines))

    def text(self, value: str) -> None:
        for plain, escaped in (("\\", "\\\\"), ("\r", "\\r"), ("\n", "\\n"), ("\t", "\\t"), ('"', '\\"')):
            value = value.replace(plain, escaped)
        self.parts.append(f'"{value}"')

    def key(self, number: int, name: str) -> None:
        self._separate(number)
        self.text(name)
        self.parts.append(": ")

    def numbers(self, values: Iterable[int]) -> None:
        listed = list(values)
        self._begin("[", len(listed) > 10)
        for i, value in enumerate(listed):
            self._separate(i)
            self.parts.append(str(value))
        self._end("]", len(listed))

    def entries(self, values: list[tuple[int, int, int]]) -> None:
        self._begin("[", len(values) > 10)
        for i, value in enumerate(values):
            self._separate(i)
            self.parts.append(f"[{value[0]}, {value[1]}, {value[2]}]")
        self._end("]", len(values))

    def texts(self, values: Mapping[str, str]) -> None:
        self._begin("{", len(values) > 1)
        for i, key in enumerate(sorted(values)):
            self.key(i, key)
            self.text(values[key])
        self._end("}", len(values))

    def node(self, node: NodeData) -> None:
        self._begin("{", True)
        self.key(0, "op")
        self.text("null" if node.op is None else node.op)
        self.key(1, "name")
        self.text(node.name)
        if node.attrs:
            self.key(2, "attrs")
            self.texts(node.attrs)
        self.key(3, "inputs")
        self.entries(node.inputs)
        if node.subgraphs:
            self.key(4, "subgraphs")
            self._begin("[", True)
            for i, graph in enumerate(node.subgraphs):
                self._separate(i)
                self.graph(graph, {})
            self._end("]", len(node.subgraphs))
        self._end("}", 4)

    def graph(self, graph: GraphData, attrs: Mapping[str, int]) -> None:
        self._begin("{", True)
        self.key(0, "nodes")
        self._begin("[", True)
        for i, node in enumerate(graph.nodes):
            self._separate(i)
            self.node(node)
        self._end("]", len(graph.nodes))
        self.key(1, "arg_nodes")
        self.numbers(i for i, node in enumerate(graph.nodes) if node.op is None)
        self.key(2, "node_row_ptr")
        self.numbers(graph.outputs_before)
        self.key(3, "heads")
        self.entries(graph.heads)
        if attrs:
            self.key(4, "attrs")
            self._begin("{", len(attrs) > 1)
            for i, key in enumerate(sorted(attrs)):
                self.key(i, key)
                self.parts.append(f'["int", {attrs[key]}]')
            self._end("}", len(attrs))
        self._end("}", 4)


def dump(graph: GraphData) -> str:
    """The JSON text of plain data, character by character as MXNet writes it."""
    writer = _Writer()
    attrs = {"mxnet_version": graph.version}
    if graph.np_shape:
        attrs["is_np_shape"] = 1
    writer.graph(graph, attrs)
    return "".join(writer.parts)


# ---------------------------------------------------------------------- files


def read_text(fname: str) -> str:
    """The text of a symbol file; MXNetError if it cannot be read."""
    with open_source(fname, "sym.load") as source:
        data = source.take(source.remaining, "text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MXNetError(f"sym.load: {fname!r}: not a text file: {error}") from None


def write_text(fname: str, text: str) -> None:
    """Write a symbol file whole or not at all; MXNetError if it cannot be written."""
    write_file(fname, [text.encode("utf-8")], "Symbol.save")
