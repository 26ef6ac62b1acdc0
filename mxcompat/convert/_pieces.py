"""What a rule makes of a node: a call with arguments, or an expression, and the tensors that belong to it.

Expressions are Python text in which ``_0``, ``_1``, ... stand for the operands. ``_0_bool`` asks for the operand as
truth values, ``_0_long`` for whole numbers. Text becomes a syntax tree before it is put together, so that brackets
are set where Python needs them and nowhere else.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from torch import Tensor

from ..graph.node import Entry

_MISSING: Any = object()


@dataclass(frozen=True)
class Arg:
    """One argument of a call.

    Attributes:
        name: its name in the signature of what is called.
        value: a plain value: number, text, tuple, None.
        default: left out if it has this value.
        by_name: written with its name.
    """

    name: str
    value: Any
    default: Any = _MISSING
    by_name: bool = False

    @property
    def optional(self) -> bool:
        return self.default is not _MISSING


def arg(name: str, value: Any) -> Arg:
    """An argument that is always written, without its name."""
    return Arg(name, value)


def opt(name: str, value: Any, default: Any) -> Arg:
    """An argument that is written, with its name, if it is not the default."""
    return Arg(name, value, default, True)


def per_axis(name: str, values: Sequence[int], default: Any = _MISSING) -> Arg:
    """An argument with an entry per axis: one number if they agree."""
    value: Any = tuple(values)
    if len(set(value)) == 1:
        value = value[0]
    return Arg(name, value, default, default is not _MISSING)


@dataclass(frozen=True)
class Call:
    """``name(*operands, *args)``; a name that starts with a dot is a method of the first operand."""

    name: str
    args: tuple[Arg, ...] = ()


class State(NamedTuple):
    """A tensor of the network.

    Attributes:
        key: name of the variable it comes from (with what was done to it, if anything): the same key, the same tensor.
        tensor: its values.
    """

    key: str
    tensor: Tensor


@dataclass
class Piece:
    """What becomes of a node.

    Attributes:
        operands: what it is computed from.
        module: the torch.nn module, for nodes that have one; text for what is written as it stands.
        states: the module's tensors, by their names in it.
        function: the same without a module (only if there are no states).
        call: how the module is called: ``_m`` is the module.
        target: what the result is bound to, for several outputs: ``{0}, ({1}, {2})``.
        names: what several results are called.
        packed: the result is a tuple that is indexed, as there are too many outputs to name.
        helpers: functions of `mxcompat.convert.helpers` that are called.
        alias: the value is another one: nothing is computed.
        before: a piece whose result is operand 0.
        owner: the name of the node ends in a word that says nothing (``lstm0_rnn0``): it is called by the rest.
        activation: an elementwise function without tensors of its own, which belongs to what comes before it.
        random: the result is drawn.
        notes: what a person should know about it.
    """

    operands: list[Entry] = field(default_factory=list)
    module: Call | str | None = None
    states: dict[str, State] = field(default_factory=dict)
    function: Call | str | None = None
    call: str = "_m(_0)"
    target: str | None = None
    packed: bool = False
    names: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    alias: Entry | None = None
    before: Piece | None = None
    owner: bool = False
    activation: bool = False
    random: bool = False
    notes: tuple[str, ...] = ()


# ---- syntax trees


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def operand_counts(text: str) -> dict[int, int]:
    """How often each operand occurs in an expression."""
    counts: dict[int, int] = {}
    for node in ast.walk(_parsed(text)):
        if isinstance(node, ast.Name):
            place = _place(node.id)
            if place is not None:
                counts[place[0]] = counts.get(place[0], 0) + 1
    return counts


def _place(name: str) -> tuple[int, str] | None:
    if not name.startswith("_"):
        return None
    number, _, kind = name[1:].partition("_")
    return (int(number), kind) if number.isdigit() else None


class _Fill(ast.NodeTransformer):
    def __init__(self, operands: Sequence[ast.expr], module: ast.expr | None) -> None:
        self.operands, self.module = operands, module

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == "_m" and self.module is not None:
            return self.module
        place = _place(node.id)
        if place is None:
            return node
        operand = self.operands[place[0]]
        if place[1] == "bool":
            return _as_bool(operand)
        if place[1] == "long":
            return _as_long(operand)
        return operand


def fill(text: str, operands: Sequence[ast.expr], module: ast.expr | None = None) -> ast.expr:
    """The syntax tree of an expression with its operands put in."""
    tree = ast.parse(text, mode="eval").body
    found = _Fill(operands, module).visit(tree)
    if not isinstance(found, ast.expr):
        raise TypeError(f"{text!r} is no expression")
    return found


def _method(value: ast.expr, name: str) -> ast.Call:
    return ast.Call(ast.Attribute(value, name, ast.Load()), [], [])


def _before(value: ast.expr, method: str) -> ast.expr | None:
    """``x`` if the value is ``x.method()``."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == method:
        return None if value.args or value.keywords else value.func.value
    return None


def _as_bool(value: ast.expr) -> ast.expr:
    inner = _before(value, "float")
    return inner if isinstance(inner, ast.Compare) else _method(value, "bool")


def _as_long(value: ast.expr) -> ast.expr:
    inner = _before(value, "float")
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "argmax":
        return inner
    return _method(value, "long")


def literal(value: Any) -> ast.expr:
    """The syntax tree of a plain value; text that is to stand as it is comes as `Text`."""
    if isinstance(value, Text):
        return _parsed(value.text)
    if isinstance(value, tuple):
        return ast.Tuple([literal(each) for each in value], ast.Load())
    return _parsed(shown(value))


@dataclass(frozen=True)
class Text:
    """An expression in the place of a plain value, as ``torch.float64`` or the name of an argument."""

    text: str


def shown(value: Any) -> str:
    """A plain value as a person writes it."""
    if isinstance(value, Text):
        return value.text
    if isinstance(value, bool) or not isinstance(value, float):
        return repr(value)
    if value in (float("inf"), float("-inf")) or value != value:
        return f'float("{value}")'
    # attributes come as text and are kept in 32 bits; the shortest text of that number is what was meant
    return repr(value)


def call_tree(call: Call, operands: Iterable[ast.expr], values: dict[str, Any] | None = None) -> ast.expr:
    """The syntax tree of a call. ``values`` are written instead of the arguments' own."""
    positional: list[ast.expr] = list(operands)
    keywords: list[ast.keyword] = []
    if call.name.startswith("."):
        function: ast.expr = ast.Attribute(positional.pop(0), call.name[1:], ast.Load())
    else:
        function = _parsed(call.name)
    for each in call.args:
        value = each.value if values is None else values.get(each.name, each.value)
        if each.optional and value == each.default and type(value) is type(each.default):
            continue
        if each.by_name:
            keywords.append(ast.keyword(each.name, literal(value)))
        else:
            positional.append(literal(value))
    return ast.Call(function, positional, keywords)


def text_of(tree: ast.expr) -> str:
    """A syntax tree as text, on one line, with double quotes."""
    text = ast.unparse(ast.fix_missing_locations(tree))
    return text if '"' in text else text.replace("'", '"')
