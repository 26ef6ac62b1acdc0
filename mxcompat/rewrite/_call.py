"""What a rule of `--mode torch` sees of the code that it is asked about."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import libcst as cst

from mxcompat.rewrite._edits import Template
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._surroundings import Surroundings
from mxcompat.rewrite._values import Arr, Ctx, Group, Plain, Seq, Value

_CODE = cst.Module([])
_NOT_CONSTANT = object()


@dataclass(frozen=True)
class Part:
    """A piece of the code with what is known of its value."""

    node: cst.BaseExpression
    value: Value | None

    @property
    def array(self) -> Arr:
        """Its value as an array.

        Raises:
            Refuse: it is none, or may be none.
        """
        if not isinstance(self.value, Arr):
            raise Refuse(f"it cannot be told what {self.text} holds")
        return self.value

    @property
    def text(self) -> str:
        text = " ".join(_CODE.code_for_node(self.node).split())
        return text if len(text) <= 40 else f"{text[:37]}..."

    @property
    def constant(self) -> Any:
        """Its value, if it is written as a constant; else something equal to nothing."""
        try:
            return ast.literal_eval(_CODE.code_for_node(self.node).strip())
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return _NOT_CONSTANT

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, Plain) and self.value.number

    @property
    def is_name(self) -> bool:
        return isinstance(self.node, cst.Name)


class At:
    """A call of one of MXNet's functions or an array's method (or an operator, or an attribute).

    Attributes:
        node: the code.
        name: the function's dotted name, or the method's.
        receiver: the array whose method or attribute it is.
        positional, keywords: the arguments.
    """

    def __init__(
        self,
        machine: Surroundings,
        node: cst.BaseExpression,
        name: str,
        receiver: Part | None = None,
        positional: Iterable[Part] = (),
        keywords: Mapping[str, Part] | None = None,
        starred: bool = False,
    ) -> None:
        self.machine, self.node, self.name, self.receiver = machine, node, name, receiver
        self.positional, self.keywords, self.starred = list(positional), dict(keywords or {}), starred

    # ------------------------------------------------------------------ arguments

    def bind(self, names: str, data: bool = True) -> dict[str, Part]:
        """Arguments by name. An array's method gets the array as the first one (unless ``data`` is False).

        Args:
            names: the legal ones, in MXNet's order.

        Raises:
            Refuse: ``*args``, or an argument that is not among the names.
        """
        if self.starred:
            raise Refuse("its arguments are given by * or **")
        known = names.replace(",", " ").split()
        given = [*([self.receiver] if data and self.receiver is not None else []), *self.positional]
        if len(given) > len(known):
            raise Refuse(f"{self.name} with {len(self.positional)} arguments is not followed")
        bound = dict(zip(known, given, strict=False))
        for name, part in self.keywords.items():
            if name not in known or name in bound:
                raise Refuse(f"{self.name}({name}=...) has no counterpart that is proved")
            bound[name] = part
        return {name: part for name, part in bound.items() if not self._left_out(part)}

    @staticmethod
    def _left_out(part: Part) -> bool:
        return isinstance(part.node, cst.Name) and part.node.value == "None"

    def arrays(self) -> list[Arr]:
        """Every array among receiver and arguments."""
        parts = [*([self.receiver] if self.receiver else []), *self.positional, *self.keywords.values()]
        found: list[Arr] = []
        for part in parts:
            values = [part.value]
            if isinstance(part.value, Seq):
                root = part.value.find()
                values = [root.element, *(root.items or ())]
            found += [value for value in values if isinstance(value, Arr)]
        return found

    def number(self, part: Part | None, default: Any = None) -> Any:
        """A constant number argument; ``default`` if it is not given.

        Raises:
            Refuse: it is not a constant.
        """
        if part is None:
            return default
        value = part.constant
        if value is _NOT_CONSTANT:
            raise Refuse(f"{self.name}: {part.text} is not a constant")
        return value

    def needs_number(self, *parts: Part | None) -> None:
        """Raise Refuse unless these are numbers, tuples of numbers or nothing."""
        for part in parts:
            if part is None or part.is_number:
                continue
            value = part.value
            if isinstance(value, Seq):
                element = self.machine.element(value)
                if element is None or (isinstance(element, Plain) and element.number):
                    continue
            raise Refuse(f"{self.name}: it cannot be told that {part.text} is a number")

    def needs_float(self, *parts: Part) -> None:
        """Raise Refuse unless these are arrays of floating point."""
        for part in parts:
            if not part.array.floating:
                raise Refuse(
                    f"{self.name}: the dtype of {part.text} is not known, and MXNet computes integers differently"
                )

    def device(self, part: Part | None) -> str:
        """What a context argument becomes: nothing, or ``device=...``.

        Raises:
            Refuse: it cannot be told which context it is, or it is not surely the CPU.
        """
        if part is None:
            return ""
        if isinstance(part.value, Ctx) and part.value.cpu:
            return ""
        raise Refuse(f"it cannot be told that {part.text} is the CPU; write device=... by hand")

    # ------------------------------------------------------------------ results

    def give(
        self,
        text: str,
        operands: Iterable[Arr] = (),
        pieces: Mapping[str, Part] | None = None,
        *,
        dtype: str | None = None,
        shape: tuple[int | None, ...] | None = None,
        zero: frozenset[cst.CSTNode] = frozenset(),
        must_zero: bool = False,
        view: bool = False,
        gradient: bool = True,
        **parts: Part | str,
    ) -> Arr:
        """Plan new text for this code, and return the array that it makes.

        Args:
            text: the text, with ``{name}`` for the parts.
            operands: the arrays that it is computed from.
            pieces: more parts.
            zero, must_zero: see `Arr`; a result of its own is marked by `zero_here`.
            view: the new text shares memory where MXNet copies.
            gradient: False if no gradient flows through.
        """
        operands = list(operands)
        result = self.machine.array(self.node, operands, dtype, shape, zero, must_zero)
        if not gradient:
            result = replace(result, deps=frozenset((key, False) for key, _ in result.deps))
        self.machine.plan(self.node, [result.group], self._template(text, {**(pieces or {}), **parts}), copy=view)
        return result

    def replace(self, text: str, groups: Iterable[Group], **parts: Part | str) -> None:
        """Plan new text for code whose value is no array."""
        groups = list(groups)
        for group in groups:
            group.find().uses.add(self.node)
        self.machine.plan(self.node, groups, self._template(text, parts))

    def _template(self, text: str, parts: Mapping[str, Part | str]) -> Template:
        return Template(text, {name: part.node if isinstance(part, Part) else part for name, part in parts.items()})

    def used_up(self, *parts: Part) -> None:
        """The values of these are used here and nowhere else, so it does not matter whether they share memory."""
        self.machine.fresh_uses.update(part.node for part in parts)

    def zero_here(self, *operands: Arr) -> frozenset[cst.CSTNode]:
        """This code's own mark among `Arr.zero`, with those of its operands."""
        return frozenset([self.node]).union(*(operand.zero for operand in operands))
