"""Making nodes: attributes from text, inputs by position or name, automatic variables, copies, substitution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._core.errors import MXNetError
from ..registry.operator import Operator
from ..registry.tags import as_text
from .facts import (
    INITIALIZERS,
    NO_NAMES,
    GraphOperator,
    input_names,
    is_user_attribute,
    visible_outputs,
)
from .node import Entry, Node, in_order

#: attributes that programs write with or without the underscores
SHORT_KEYS = ("ctx_group", "lr_mult", "wd_mult", "force_mirroring", "mirror_stage")


def operator_attributes(attrs: Mapping[str, Any]) -> dict[str, str]:
    """Attributes as a node keeps them: text, ``lr_mult`` and the like as ``__lr_mult__``."""
    kept = {}
    for key, value in attrs.items():
        for short in SHORT_KEYS:
            if key.startswith(short):
                key = f"__{key}__"
                break
            if key.endswith(short):
                raise _old_key(key, short, value)
        kept[key] = as_text(value)
    return kept


def variable_key(key: str, value: str) -> str:
    """The key under which a node keeps an attribute that is set after it was made."""
    for short in SHORT_KEYS:
        if key == short:
            return f"__{key}__"
        if key.endswith(short) and not is_user_attribute(key):
            raise _old_key(key, short, value)
    return key


def _old_key(key: str, short: str, value: Any) -> MXNetError:
    return MXNetError(
        f"setting variable attributes with {key} is deprecated. please instead use\n"
        f"w = Variable({short}={value})\nsym = YourSymbolName({key[: -len(short) - 1]}=w)"
    )


def parse_attributes(op: Operator, attrs: Mapping[str, str], name: str = "") -> tuple[Any, ...]:
    """The checked values behind attributes given as text."""
    if op.num_args is not None and str(attrs.get(op.num_args, 1)).strip() == "0":
        raise MXNetError(f"{op.name}: value 0 for Parameter {op.num_args} should be greater equal to 1 (node {name!r})")
    if not op.attributes:
        return ()  # such operators take any attribute in 1.9.1
    values = op.prepare(**{key: value for key, value in attrs.items() if not is_user_attribute(key)})
    if op.name in ("Pooling", "Pooling_v1"):
        known = op.attr_dict(values)
        if not known["kernel"] and not known["global_pool"]:
            raise MXNetError(f"{op.name}: kernel is missing, and global_pool is not set (node {name!r})")
    return values


def make_node(
    op: Operator,
    name: str,
    attrs: dict[str, str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
) -> Node:
    """A node of ``op`` on arguments given as lists of entries, the missing ones made up as variables.

    Args:
        op: the operator.
        name: name of the node; automatic variables are called ``name_input``.
        attrs: attributes as text; kept, not copied.
        args: arguments by position, each a list of entries (one, or a whole graph for control flow).
        kwargs: arguments by name.

    Raises:
        MXNetError: an attribute is illegal or missing, an argument has several outputs or an unknown name.
    """
    values = parse_attributes(op, attrs, name)
    node = Node(op, name, (), attrs, values)
    graphs = op.subgraphs if isinstance(op, GraphOperator) else 0
    for graph in args[:graphs]:
        node.subgraphs.append(list(graph))
    single = [_single(f"Argument {i}", arg) for i, arg in enumerate(args[graphs:], graphs)]
    named = {key: _single(f"Keyword Argument {key}", arg) for key, arg in (kwargs or {}).items()}
    names = input_names(op, attrs, values)
    if names is None:
        if named:
            raise MXNetError(f"{op.name}: takes its inputs by position, got {', '.join(named)} by name")
        node.inputs = single
        return node
    if len(single) > len(names):
        raise MXNetError(
            f"{op.name}: Incorrect number of arguments, requires {len(names)} ({', '.join(names)}), "
            f"provided {len(single)} (node {name!r})"
        )
    if not names:
        named = {}  # MXNet says nothing to inputs by name of an operator that has none
    left = names[len(single) :]
    unknown = [key for key in named if key not in left]
    if unknown:
        raise name_mismatch("Symbol.Compose", unknown[0], names)
    if left and op.name in NO_NAMES:  # as in MXNet, which knows no names of their inputs
        raise MXNetError(f"Not enough argument to call operator {op.name} (it takes {', '.join(names)})")
    initializers = INITIALIZERS.get(op.name, {})
    inputs = single
    for key in left:
        entry = named.get(key)
        if entry is None:
            entry = Entry(Node(None, f"{name}_{key}" if name else key, (), dict(attrs)))
        inputs.append(entry)
    for key, (source, _) in zip(names, inputs, strict=True):
        if key in initializers and source.op is None:
            source.attrs.setdefault("__init__", initializers[key])
    node.inputs = inputs
    return node


def _single(what: str, entries: Sequence[Entry]) -> Entry:
    if len(entries) != 1:
        raise MXNetError(f"{what} is a tuple, single value is required (it has {len(entries)} outputs)")
    return entries[0]


def name_mismatch(source: str, wrong: str, names: Iterable[str]) -> MXNetError:
    """The error for a keyword that names no input."""
    listed = "".join(f"\n\t[{i}]{name}" for i, name in enumerate(names))
    return MXNetError(f"{source}: Keyword argument name {wrong} not found.\nCandidate arguments:{listed}")


def outputs_of(node: Node) -> list[Entry]:
    """The outputs of a node that a symbol shows."""
    return [Entry(node, i) for i in range(visible_outputs(node))]


def copy_graph(outputs: Iterable[Entry], replace: Mapping[Node, Entry] | None = None) -> list[Entry]:
    """A copy of everything behind ``outputs``; nodes in ``replace`` give way to the entries there, uncopied."""
    outputs = list(outputs)
    replaced = replace or {}
    copies: dict[Node, Entry] = dict(replaced)

    def moved(entry: Entry) -> Entry:
        source, index = entry
        return copies[source] if source in replaced else Entry(copies[source].node, index)

    for node in in_order(outputs):
        if node not in copies:
            twin = Node(
                node.op,
                node.name,
                [moved(e) for e in node.inputs],
                dict(node.attrs),
                node.values,
                [copy_graph(graph) for graph in node.subgraphs],
            )
            copies[node] = Entry(twin)
    return [moved(e) for e in outputs]


def substitute(outputs: Sequence[Entry], kwargs: Mapping[str, Sequence[Entry]]) -> list[Entry]:
    """Put entries in the place of variables, by name, in the graph itself; returns its new outputs."""
    named = {key: _single(f"Keyword Argument {key}", arg) for key, arg in kwargs.items()}
    order = in_order(outputs)
    found = {node: named[node.name] for node in order if node.op is None and node.name in named}
    for key in named:
        if not any(node.name == key for node in found):
            raise name_mismatch("Symbol.Compose", key, [n.name for n in order if n.op is None])
    for node in order:
        node.inputs = [found.get(entry.node, entry) for entry in node.inputs]
    return [found.get(entry.node, entry) for entry in outputs]
