"""How rules are found, and what they see of a node."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..graph.node import Entry, Node
from ._errors import Gap
from ._pieces import Call, Piece, State


@dataclass(frozen=True)
class Example:
    """One use of an operator, which the tests convert and run.

    Attributes:
        shapes: shapes of the inputs in order.
        attrs: the attributes, as text.
        params: places of the inputs that are parameters of the network.
        draw: the range of the random numbers.
        whole: place -> number of kinds: an input of whole numbers below it.
        starts: place -> the smallest of those numbers, if it is not 0.
        source: text that the converted source must contain.
        gap: text of the refusal, for a use that has no counterpart.
    """

    shapes: tuple[tuple[int, ...], ...]
    attrs: Mapping[str, str] = field(default_factory=dict)
    params: tuple[int, ...] = ()
    draw: tuple[float, float] = (-1.0, 1.0)
    whole: Mapping[int, int] = field(default_factory=dict)
    starts: Mapping[int, int] = field(default_factory=dict)
    source: str = ""
    gap: str = ""


def example(*shapes: tuple[int, ...], **options: Any) -> Example:
    """An example: shapes of the inputs, then attributes and the options of `Example`."""
    own = {key: options.pop(key) for key in list(options) if key in Example.__dataclass_fields__}
    return Example(shapes, {key: str(value) for key, value in options.items()}, **own)


@dataclass(frozen=True)
class Rule:
    """How the nodes of some operators are converted."""

    operators: tuple[str, ...]
    make: Callable[[View], Piece]
    examples: tuple[Example, ...]


RULES: dict[str, Rule] = {}


def rule(*operators: str, examples: Sequence[Example]) -> Callable[[Callable[[View], Piece]], Callable[[View], Piece]]:
    """Make the decorated function the rule of these operators. The examples are of the first."""

    def decorate(make: Callable[[View], Piece]) -> Callable[[View], Piece]:
        made = Rule(operators, make, tuple(examples))
        for name in operators:
            if name in RULES:
                raise TypeError(f"two rules for {name}")
            RULES[name] = made
        return make

    return decorate


def load_rules() -> dict[str, Rule]:
    """All rules, by operator: every module of `mxcompat.convert.rules` is loaded."""
    from . import rules

    for found in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"{rules.__name__}.{found.name}")
    return RULES


@dataclass
class Facts:
    """What is known of the network that is being converted.

    Attributes:
        outputs: its outputs.
        params: the tensors of its parameters and states, by variable.
        shapes: shape and dtype of each value, seen in a run.
        users: the nodes that use each value.
        constant: the nodes that depend on parameters alone, and on at least one.
        evaluate: computes a value that depends on parameters alone.
        axis_of: an output's dimension -> the input and the axis whose length it always has, if it has one.
    """

    outputs: list[Entry]
    params: dict[Node, Tensor]
    shapes: dict[Entry, tuple[torch.Size, torch.dtype]]
    users: dict[Entry, list[Node]]
    constant: set[Node]
    evaluate: Callable[[Entry], Tensor]
    axis_of: Callable[[Entry], list[tuple[Node, int] | None]]
    draws: dict[Node, tuple[int, int]] = field(default_factory=dict)


class View:
    """A node as its rule sees it.

    Attributes:
        node: the node.
        attrs: the checked attributes.
        inputs: what it takes.
    """

    def __init__(self, node: Node, facts: Facts) -> None:
        if node.op is None:
            raise ValueError("a variable has no rule")
        self.node, self.facts = node, facts
        self.op = node.op
        self.attrs: dict[str, Any] = {k: _short(v) for k, v in node.op.attr_dict(node.values).items()}
        self.inputs = node.inputs

    def __getitem__(self, attribute: str) -> Any:
        return self.attrs[attribute]

    def shape(self, place: int = 0) -> tuple[int, ...]:
        """Shape of an input in the run."""
        return tuple(self.facts.shapes[self.inputs[place]][0])

    def ndim(self, place: int = 0) -> int:
        return len(self.shape(place))

    def dtype(self, place: int = 0) -> torch.dtype:
        return self.facts.shapes[self.inputs[place]][1]

    def out_shape(self, index: int = 0) -> tuple[int, ...]:
        return tuple(self.facts.shapes[Entry(self.node, index)][0])

    def out_dtype(self, index: int = 0) -> torch.dtype:
        return self.facts.shapes[Entry(self.node, index)][1]

    def is_used(self, index: int) -> bool:
        """Whether anybody uses an output."""
        entry = Entry(self.node, index)
        return entry in self.facts.outputs or bool(self.facts.users.get(entry))

    def only_first(self) -> None:
        """Gap if an output other than the first is used."""
        count = self.op.num_outputs(self.node.values)
        used = [i for i in range(1, max(count, 4)) if self.is_used(i)]
        if used:
            raise Gap(f"its output {used[0]} is used")

    def producer(self, place: int) -> Node:
        return self.inputs[place].node

    def users(self, entry: Entry) -> list[Node]:
        return self.facts.users.get(entry, [])

    def state(self, place: int, change: str = "", new: Tensor | None = None) -> State | None:
        """The tensor of an input that depends on parameters alone, else None.

        Args:
            place: which input.
            change: says what makes ``new`` of it.
            new: the tensor to take instead.
        """
        entry = self.inputs[place]
        node = entry.node
        if node.op is None and node in self.facts.params:
            tensor = self.facts.params[node]
        elif node in self.facts.constant:
            tensor = self.facts.evaluate(entry)
        else:
            return None
        key = node.name if node.op is None else f"{node.name}[{entry.index}]"
        return State(key + change, tensor if new is None else new)

    def need_state(self, place: int) -> State:
        """As `state`; Gap if the input is computed from the data."""
        found = self.state(place)
        if found is None:
            raise Gap(f"its input {place} is computed, not a parameter")
        return found

    def open_axes(self) -> list[tuple[Entry, int] | None]:
        """Per axis of the result: the network's input and the axis whose length it follows, or None."""
        return [
            None if found is None else (Entry(found[0]), found[1]) for found in self.facts.axis_of(Entry(self.node))
        ]

    def whole(self, place: int, below: int, start: int = 0) -> None:
        """Say that an input holds whole numbers, for the random inputs of the parity run."""
        stack = [self.inputs[place].node]
        while stack:
            node = stack.pop()
            if node.op is None:
                self.facts.draws.setdefault(node, (start, max(below, start + 1)))
            elif node.op.name in _KEEP_KIND:
                stack.append(node.inputs[0].node)


def _short(value: Any) -> Any:
    """Numbers that were kept in 32 bits as the shortest number that is the same there: 1e-05, not 9.99999974e-06."""
    if isinstance(value, tuple):
        return tuple(_short(each) for each in value)
    if isinstance(value, float) and math.isfinite(value) and float(np.float32(value)) == value:
        return float(str(np.float32(value)))
    return value


#: operators whose result holds the numbers of their first input
_KEEP_KIND = frozenset(
    {
        "BlockGrad", "Cast", "Flatten", "Reshape", "SliceChannel", "SwapAxis", "_copy", "broadcast_axis",
        "broadcast_like", "broadcast_to", "ceil", "expand_dims", "floor", "reshape_like", "rint", "round", "slice",
        "slice_axis", "squeeze", "transpose",
    }
)  # fmt: skip


# ---- what rules return


def layer(view: View, name: str, *args: Any, states: Mapping[str, State | None] | None = None, **rest: Any) -> Piece:
    """A torch.nn module called on the node's first input."""
    kept = {key: state for key, state in (states or {}).items() if state is not None}
    rest.setdefault("operands", [view.inputs[0]])
    return Piece(module=Call(name, tuple(args)), states=kept, **rest)


def formula(view: View, text: str, operands: Sequence[Entry] | None = None, **rest: Any) -> Piece:
    """An expression in the node's inputs."""
    return Piece(operands=list(view.inputs if operands is None else operands), function=text, **rest)


def function(view: View, name: str, *args: Any, operands: Sequence[Entry] | None = None, **rest: Any) -> Piece:
    """A call of a function (or of a method, with a dot) on the node's inputs."""
    return Piece(operands=list(view.inputs if operands is None else operands), function=Call(name, tuple(args)), **rest)


def same_as(entry: Entry) -> Piece:
    """The value of the node is another one."""
    return Piece(alias=entry)


def helper(view: View, name: str, *args: Any, operands: Sequence[Entry] | None = None, **rest: Any) -> Piece:
    """A call of a function of `mxcompat.convert.helpers`."""
    return function(view, name, *args, operands=operands, helpers=(name,), **rest)
