"""The body of a forward: expressions put into each other while they are short, variables used again as people do."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ._pieces import Call, Text, call_tree, fill, operand_counts, text_of
from ._regions import Item, Region
from ._steps import Step, Value

_LONGEST = 80
_MOST_CALLS = 3
_LETTERS = ("x", "y", "z", "u", "v", "w")
_RESERVED = {"F", "nn", "torch", "self", "math", "Tensor", "_"}


@dataclass
class _Statement:
    targets: list[str]
    pattern: str
    value: ast.expr


class Forward:
    """Writes the forward of one group.

    Args:
        region: the group.
        names: name of the attribute of each item that has one, by its place.
        texts: per item, the numbers that are written in another way.
        keep_inputs: the inputs keep their names (the network's own).
        plain: the numbers are taken off the names of values (a class that is used with others).
    """

    def __init__(
        self,
        region: Region,
        names: dict[int, str],
        texts: dict[int, dict[str, Text]],
        keep_inputs: bool,
        plain: bool,
    ) -> None:
        self.region, self.names, self.texts = region, names, texts
        self.keep_inputs, self.plain = keep_inputs, plain
        self.statements: list[_Statement] = []
        self.trees: dict[Value, ast.expr] = {}
        self.virtual: dict[str, Value] = {}
        self.uses = self._count_uses()
        self.owner = {value: item for item in region.items for value in item.results}

    def _count_uses(self) -> Counter[Value]:
        counts: Counter[Value] = Counter()
        for item in self.region.items:
            if isinstance(item, Region):
                counts.update(item.operands)
                continue
            often = _counts(item)
            for i, value in enumerate(item.operands):
                counts[value] += often.get(i, 0)
        counts.update(self.region.results)
        return counts

    def lines(self) -> tuple[list[str], list[str]]:
        """Names of the inputs, and the lines."""
        inputs = []
        for given in self.region.operands:
            name = self._new(given)
            inputs.append(name)
            self.trees[given] = ast.Name(name, ast.Load())
        for i, item in enumerate(self.region.items):
            self._add(i, item)
        results = [self._short(value) for value in self.region.results]
        names = _Names(self, inputs, results).names()
        rename = _Rename(names)
        lines = []
        for statement in self.statements:
            target = re.sub(r"v\d+_", lambda found: names[found.group()], statement.pattern)
            lines.append(f"{target} = {text_of(rename.visit(statement.value))}")
        returned = ", ".join(text_of(rename.visit(tree)) for tree in results)
        return [names[name] for name in inputs], [*lines, f"return {returned}"]

    # ---- items

    def _add(self, place: int, item: Item) -> None:
        if isinstance(item, Region):
            tree = self._fitting(place, item)
            if len(item.results) == 1:
                self.trees[item.results[0]] = tree
                self._settle(item.results[0])
            else:
                self._bind(item.results, ", ".join(f"{{{i}}}" for i in range(len(item.results))), tree)
            return
        if item.constant:
            self.trees[item.results[0]] = _attribute(self.names[place])
            return
        tree = self._fitting(place, item)
        piece = item.piece
        if piece.packed:
            name = self._new(item.results[0])
            self.statements.append(_Statement([name], name, tree))
            for i, value in enumerate(item.results):
                self.trees[value] = ast.Subscript(ast.Name(name, ast.Load()), ast.Constant(i), ast.Load())
        elif piece.target is not None:
            self._bind(item.results, piece.target, tree)
        else:
            self.trees[item.results[0]] = tree
            self._settle(item.results[0])

    def _tree(self, place: int, item: Item, operands: Sequence[ast.expr]) -> ast.expr:
        if isinstance(item, Region):
            return ast.Call(_attribute(self.names[place]), list(operands), [])
        piece = item.piece
        if piece.function is None or piece.states:
            return fill(piece.call, operands, _attribute(self.names[place]))
        if isinstance(piece.function, Call):
            return call_tree(piece.function, operands, dict(self.texts.get(place, {})))
        return fill(piece.function, operands)

    def _fitting(self, place: int, item: Item) -> ast.expr:
        """An item's expression. Operands that would make the line too long get a line of their own."""
        often = {} if isinstance(item, Region) else _counts(item)
        while True:
            operands = [self._operand(value, often.get(i, 1) > 1) for i, value in enumerate(item.operands)]
            tree = self._tree(place, item, operands)
            pending = [value for value in item.operands if not _is_simple(self.trees[value])]
            alone = [value for value in pending if self._stands_alone(value, item)]
            most = _MOST_CALLS + isinstance(item, Region)
            if not pending or (not alone and len(text_of(tree)) <= _LONGEST and _calls(tree) <= most):
                return tree
            self._assign(max(alone or pending, key=lambda value: len(text_of(self.trees[value]))))

    def _stands_alone(self, value: Value, user: Item) -> bool:
        """Whether a value gets a line of its own: blocks take and give names, and follow each other on one line."""
        made_by = self.owner.get(value)
        if isinstance(user, Region):
            return not isinstance(made_by, Region) and not _is_layer(self.trees[value])
        return isinstance(made_by, Region) and not _is_operator(user)

    def _operand(self, value: Value, named: bool = False) -> ast.expr:
        if named and not _is_simple(self.trees[value]):
            self._assign(value)
        return self.trees[value]

    def _settle(self, value: Value) -> None:
        """Give a value a name now if it is used more than once."""
        if self.uses[value] != 1 and not _is_simple(self.trees[value]):
            self._assign(value)

    def _assign(self, value: Value) -> None:
        name = self._new(value)
        self.statements.append(_Statement([name], name, self.trees[value]))
        self.trees[value] = ast.Name(name, ast.Load())

    def _short(self, value: Value) -> ast.expr:
        tree = self.trees[value]
        if len(self.region.results) > 1 and not _is_simple(tree) and _calls(tree) > 1:
            self._assign(value)
        return self.trees[value]

    def _bind(self, results: Sequence[Value], target: str, tree: ast.expr) -> None:
        names = []
        words = []
        for value in results:
            if self.uses[value]:
                name = self._new(value)
                names.append(name)
                words.append(name)
                self.trees[value] = ast.Name(name, ast.Load())
            else:
                words.append("_")
        pattern = target.format(*words).replace("(_, _)", "_")
        self.statements.append(_Statement(names, pattern, tree))

    def _new(self, value: Value) -> str:
        name = f"v{len(self.virtual)}_"
        self.virtual[name] = value
        return name


def _attribute(name: str) -> ast.expr:
    return ast.Attribute(ast.Name("self", ast.Load()), name, ast.Load())


def _counts(item: Step) -> dict[int, int]:
    """How often each operand is written."""
    piece = item.piece
    if piece.function is not None and not piece.states:
        if isinstance(piece.function, Call):
            return dict.fromkeys(range(len(item.operands)), 1)
        return operand_counts(piece.function)
    return operand_counts(piece.call)


def _is_layer(tree: ast.expr) -> bool:
    """A layer of the class called on a name: ``self.dropout0(x)``."""
    return (
        isinstance(tree, ast.Call)
        and _is_function(tree.func)
        and all(_is_simple(each) for each in tree.args)
        and (
            isinstance(tree.func, ast.Attribute)
            and isinstance(tree.func.value, ast.Name)
            and tree.func.value.id == "self"
        )
    )


def _is_operator(item: Item) -> bool:
    """Whether an item is arithmetic, as the sum of a block and what it was given."""
    if isinstance(item, Region) or not isinstance(item.piece.function, str):
        return False
    return isinstance(ast.parse(item.piece.function, mode="eval").body, (ast.BinOp, ast.Compare))


def _calls(tree: ast.expr) -> int:
    """Number of calls of layers and functions; methods of values read on."""
    return sum(isinstance(node, ast.Call) and _is_function(node.func) for node in ast.walk(tree))


def _is_function(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return isinstance(called.value, ast.Name) and called.value.id in ("F", "self", "torch", "nn")
    return isinstance(called, ast.Name)


def _is_simple(tree: ast.expr) -> bool:
    """A name, an attribute, an element."""
    if isinstance(tree, ast.Subscript):
        return isinstance(tree.slice, ast.Constant) and _is_simple(tree.value)
    return isinstance(tree, (ast.Name, ast.Attribute))


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)


class _Names:
    """Names for values: one variable for a value and what replaces it."""

    def __init__(self, forward: Forward, inputs: list[str], results: list[ast.expr]) -> None:
        self.forward, self.inputs = forward, inputs
        self.last: dict[str, int] = {}
        for i, statement in enumerate(forward.statements):
            for name in _virtuals(statement.value):
                self.last[name] = i
        for tree in results:
            for name in _virtuals(tree):
                self.last[name] = len(forward.statements)

    def names(self) -> dict[str, str]:
        registers = self._registers()
        members: dict[int, list[str]] = {}
        for name, register in registers.items():
            members.setdefault(register, []).append(name)
        taken: set[str] = set()
        chosen: dict[int, str] = {}
        for register, names in members.items():
            if names[0] in self.inputs:
                chosen[register] = self._input(names[0], taken)
                taken.add(chosen[register])
        letters = [letter for letter in _LETTERS if letter not in taken]
        for register, names in members.items():
            if register in chosen:
                continue
            if letters and (len(names) > 1 or not self._tells(names[0])):
                chosen[register] = letters.pop(0)
            else:
                chosen[register] = self._own(names[0], taken)
            taken.add(chosen[register])
        return {name: chosen[register] for name, register in registers.items()}

    def _registers(self) -> dict[str, int]:
        registers = {name: i for i, name in enumerate(self.inputs)}
        count = len(registers)
        fixed = set(self.inputs) if self.forward.keep_inputs else set()
        for i, statement in enumerate(self.forward.statements):
            dying = [n for n in _virtuals(statement.value) if self.last.get(n) == i and n not in fixed]
            fixed |= {name for name in statement.targets if self._user(self.forward.virtual[name])}
            for name in statement.targets:
                if dying and name is statement.targets[0] and name not in fixed:
                    registers[name] = registers[dying[0]]
                else:
                    registers[name] = count
                    count += 1
        return registers

    def _input(self, name: str, taken: set[str]) -> str:
        if self.forward.keep_inputs:
            return _unique(_legal(self.forward.virtual[name].name), taken)
        return "x" if name == self.inputs[0] else self._own(name, taken)

    def _tells(self, name: str) -> bool:
        """Whether the name of a value says more than the operator it comes from."""
        step = self.forward.virtual[name].step
        if not self.forward.virtual[name].name:
            return False
        return step is None or bool(step.piece.states) or step.piece.target is not None

    def _user(self, value: Value) -> str:
        """One of several results is called by what it is for, if its only user has a name: the gates of a cell."""
        if value.step is None or value.step.piece.target is None or value.step.piece.names:
            return ""
        users = [item for item in self.forward.region.items if value in item.operands]
        user = users[0] if len(users) == 1 else None
        if isinstance(user, Step) and not user.piece.states and not user.name[-1:].isdigit():
            return user.name.removesuffix("_act")
        return ""

    def _own(self, name: str, taken: set[str]) -> str:
        value = self.forward.virtual[name]
        word = self._user(value) or value.name
        if self.forward.plain and not (value.step is not None and value.step.piece.target):
            word = re.sub(r"\d+$", "", word) or word
        return _unique(_legal(word), taken)


def _virtuals(tree: ast.expr) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and re.fullmatch(r"v\d+_", node.id):
            yield node.id


def _legal(word: str) -> str:
    word = re.sub(r"\W", "_", word).strip("_") or "value"
    return f"value{word}" if word[0].isdigit() else word


def _unique(word: str, taken: set[str]) -> str:
    if keyword.iskeyword(word) or word in _RESERVED or hasattr(builtins, word):
        word += "_"
    found, number = word, 2
    while found in taken:
        found = f"{word}_{number}"
        number += 1
    return found
