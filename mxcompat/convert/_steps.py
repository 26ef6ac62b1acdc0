"""From nodes to steps: each node by its rule, gaps collected, what nobody needs left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from torch import Tensor

from ..graph.node import Entry, Node, in_order
from ._errors import Gap, GapsError
from ._pieces import Piece, State
from ._reading import Network, reason_of
from ._rule import Facts, View, load_rules


class Value:
    """Something that is computed, or given: an output of a step, or an input of the network.

    Attributes:
        step: what makes it; None for an input.
        index: which output of the step.
        name: what the network calls it.
    """

    __slots__ = ("index", "name", "step")

    def __init__(self, step: Step | None, index: int, name: str) -> None:
        self.step, self.index, self.name = step, index, name


@dataclass(eq=False)
class Step:
    """One line's worth of work: a layer or an expression.

    Attributes:
        name: its own name, the last word of the node's.
        path: the words before it.
        operands: what it is computed from.
        results: what it gives.
        piece: how it is written.
        node: name of the node it comes from.
    """

    name: str
    path: tuple[str, ...]
    operands: list[Value]
    results: list[Value]
    piece: Piece
    node: str

    @property
    def constant(self) -> bool:
        """A parameter or buffer: it stands for itself, and is computed from nothing."""
        return not self.operands and not self.piece.random


@dataclass
class Steps:
    """A network as steps.

    Attributes:
        order: the steps, sources before users.
        inputs: its inputs, those that are used.
        outputs: what it gives.
        prefix: the words that all names begin with.
        notes: remarks of the rules, with the node each is about.
        random: outputs that are drawn, by number.
        nodes: number of operators in the graph.
    """

    order: list[Step]
    inputs: list[tuple[Node, Value]]
    outputs: list[Value]
    prefix: str
    notes: list[str] = field(default_factory=list)
    random: set[int] = field(default_factory=set)
    nodes: int = 0


def steps_of(network: Network, facts: Facts) -> Steps:
    """Convert every node.

    Raises:
        GapsError: nodes that have no counterpart, all of them.
    """
    pieces = _pieces(network, facts)
    return _Maker(network, pieces).make()


def _pieces(network: Network, facts: Facts) -> dict[Node, Piece]:
    """The pieces of the nodes that are needed: users are asked first, and name what they need."""
    rules = load_rules()
    order = in_order(network.outputs)
    needed = {entry.node for entry in network.outputs}
    pieces: dict[Node, Piece] = {}
    gaps: dict[tuple[str, str], list[str]] = {}
    for node in reversed(order):
        if node.op is None or node not in needed:
            continue
        found = rules.get(node.op.name)
        piece = None
        if found is None:
            gaps.setdefault((node.op.name, reason_of(node.op.name)), []).append(node.name)
        else:
            try:
                piece = pieces[node] = found.make(View(node, facts))
            except Gap as gap:
                gaps.setdefault((node.op.name, str(gap)), []).append(node.name)
        needed.update(source.node for source in (node.inputs if piece is None else _sources(piece)))
    if gaps:
        count = sum(node.op is not None for node in order)
        raise GapsError(dict(sorted(gaps.items())), count)
    return pieces


def _sources(piece: Piece) -> list[Entry]:
    before = [] if piece.before is None else _sources(piece.before)
    return [*before, *piece.operands] if piece.alias is None else [piece.alias]


def words_of(name: str) -> list[str]:
    """The words of a node's name, without the ending that Gluon gives to every call of a layer."""
    words = [re.sub(r"\W", "_", word) for word in name.split("_") if word]
    if len(words) > 1 and words[-1] == "fwd":
        words.pop()
    if len(words) > 1 and words[-1].isdigit():
        words[-2:] = ["".join(words[-2:])]
    if len(words) > 1 and words[-1] == words[-2]:
        words.pop()
    return words or ["value"]


def common_prefix(names: list[list[str]]) -> list[str]:
    """The words that all names begin with; at least one is left to each."""
    if not names:
        return []
    first, last = min(names), max(names)
    length = 0
    while length < min(len(first), len(last), *(len(n) - 1 for n in names)) and first[length] == last[length]:
        length += 1
    return first[:length]


def _owner(names: list[list[str]]) -> list[str]:
    """The word that the network's own layers begin with, where those of the blocks it was given do not."""
    first = names[-1][:1] if names and len(names[-1]) > 1 else []
    seconds = {name[1] for name in names if len(name) > 1 and name[:1] == first}
    stems = [word.rstrip("0123456789") for word in {name[0] for name in names}]
    alone = bool(first) and stems.count(first[0].rstrip("0123456789")) == 1
    return first if alone and len(seconds) > 1 else []


class _Maker:
    def __init__(self, network: Network, pieces: dict[Node, Piece]) -> None:
        self.network, self.pieces = network, pieces
        self.values: dict[Entry, Value] = {}
        self.steps: list[Step] = []
        self.parameters: dict[str, Value] = {}
        nodes = [node for node in in_order(network.outputs) if node in pieces]
        layers = [words_of(node.name) for node in nodes if pieces[node].alias is None]
        self.prefix = common_prefix(layers) or _owner(layers)

    def make(self) -> Steps:
        network = self.network
        inputs = []
        for node in network.inputs:
            value = self.values[Entry(node)] = Value(None, 0, "_".join(words_of(node.name)))
            inputs.append((node, value))
        notes, drawn = [], set()
        for node in in_order(network.outputs):
            piece = self.pieces.get(node)
            if piece is None:
                continue
            if piece.alias is not None:
                self.values[Entry(node, 0)] = self._value(piece.alias)
                continue
            self._add(node, piece)
            notes += [f"{node.name}: {note}" for note in piece.notes]
            if piece.random or any(source.node in drawn for source in piece.operands):
                drawn.add(node)
        outputs = [self._value(entry) for entry in network.outputs]
        random = {i for i, entry in enumerate(network.outputs) if self._is_drawn(entry, drawn)}
        used = {operand for step in self.steps for operand in step.operands} | set(outputs)
        kept = [(node, value) for node, value in inputs if value in used]
        count = sum(node.op is not None for node in in_order(network.outputs))
        return Steps(self.steps, kept, outputs, "_".join(self.prefix), notes, random, count)

    def _is_drawn(self, entry: Entry, drawn: set[Node]) -> bool:
        piece = self.pieces.get(entry.node)
        while piece is not None and piece.alias is not None:
            entry = piece.alias
            piece = self.pieces.get(entry.node)
        return entry.node in drawn

    def _words(self, node: Node) -> list[str]:
        words = words_of(node.name)
        return (
            words[len(self.prefix) :]
            if words[: len(self.prefix)] == self.prefix and len(words) > len(self.prefix)
            else words
        )

    def _add(self, node: Node, piece: Piece) -> None:
        words = self._words(node)
        if piece.owner and len(words) > 1:
            words.pop()
        path, name = tuple(words[:-1]), words[-1]
        operands = [self._value(entry) for entry in piece.operands]
        if piece.before is not None:
            flat = self._step(f"{name}_in", path, operands[:1], piece.before, node.name, 1)
            operands[0] = flat.results[0]
        count = node.op.num_outputs(node.values) if node.op is not None else 1
        step = self._step(name, path, operands, piece, node.name, max(count, 3 if piece.target else 1))
        for index, value in enumerate(step.results):
            self.values[Entry(node, index)] = value

    def _step(
        self, name: str, path: tuple[str, ...], operands: list[Value], piece: Piece, node: str, count: int
    ) -> Step:
        step = Step(name, path, operands, [], piece, node)
        names = piece.names or ((name,) if piece.target is None else tuple(f"{name}_{i}" for i in range(count)))
        step.results = [Value(step, i, names[i] if i < len(names) else name) for i in range(count)]
        self.steps.append(step)
        return step

    def _value(self, entry: Entry) -> Value:
        found = self.values.get(entry)
        if found is None:
            node = entry.node
            found = self.values[entry] = self._parameter(node, self.network.params[node])
        return found

    def _parameter(self, node: Node, tensor: Tensor) -> Value:
        """A step for a parameter that is used as it is."""
        words = self._words(node)
        shape = ", ".join(map(str, tensor.shape))
        if tensor.is_floating_point():
            kind = "" if str(tensor.dtype) == "torch.float32" else f", dtype={tensor.dtype}"
            text = f"nn.Parameter(torch.empty({shape}{kind}))"
        else:
            text = f"torch.empty({shape}, dtype={tensor.dtype})"
        piece = Piece(module=text, states={"": State(node.name, tensor)}, function=None)
        return self._step(words[-1], tuple(words[:-1]), [], piece, node.name, 1).results[0]
