"""Edits of a syntax tree: new text for a node, in which the node's own parts stand for themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

_PLACE = re.compile(r"\{(\w+)\}(?=(?P<after>\.(?!\.)|\[)?)")
_ATOMS = (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.List, cst.Dict, cst.FormattedString, cst.SimpleString)
_EMPTY = cst.Module([])


@dataclass(frozen=True)
class Template:
    """Python text with ``{name}`` where a part of the old code goes (in parentheses, if needed)."""

    text: str
    parts: Mapping[str, cst.BaseExpression | str] = field(default_factory=dict)

    def fill(self, text_of: Callable[[cst.BaseExpression, bool], str]) -> str:
        def part(match: re.Match[str]) -> str:
            node = self.parts[match[1]]
            return node if isinstance(node, str) else text_of(node, match["after"] is not None)

        return _PLACE.sub(part, self.text)


@dataclass
class Edits:
    """What to change in one tree.

    Attributes:
        expressions: an expression -> its new text.
        wraps: an expression -> text around it, with ``{itself}`` for what it is after the edits above.
        statements: a line of one simple statement -> the lines that take its place.
        first: a block's header -> lines to put first in its body.
        notes: a statement -> comments to put above it.
    """

    expressions: dict[cst.CSTNode, Template] = field(default_factory=dict)
    wraps: dict[cst.CSTNode, str] = field(default_factory=dict)
    statements: dict[cst.CSTNode, Sequence[Template]] = field(default_factory=dict)
    first: dict[cst.CSTNode, Sequence[Template]] = field(default_factory=dict)
    notes: dict[cst.CSTNode, list[str]] = field(default_factory=dict)


class Editor(cst.CSTTransformer):
    """Applies edits, inner ones first."""

    def __init__(self, edits: Edits) -> None:
        super().__init__()
        self._edits = edits
        self._done: dict[cst.CSTNode, cst.CSTNode] = {}

    def text_of(self, node: cst.BaseExpression, as_atom: bool = False) -> str:
        """The text of a part, as it is after its own edits."""
        new = self._done.get(node, node)
        text = _EMPTY.code_for_node(new)
        if as_atom and not isinstance(new, _ATOMS) and not getattr(new, "lpar", ()):
            return f"({text})"
        return text

    def on_leave(
        self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT
    ) -> cst.CSTNodeT | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNodeT]:
        result = super().on_leave(original_node, updated_node)
        if isinstance(original_node, cst.BaseExpression):
            template = self._edits.expressions.get(original_node)
            if template is not None:
                new = cst.parse_expression(template.fill(self.text_of))
                if getattr(updated_node, "lpar", ()) and hasattr(new, "lpar"):
                    new = new.with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)  # type: ignore[attr-defined]
                result = new  # type: ignore[assignment]
            wrap = self._edits.wraps.get(original_node)
            if wrap is not None:
                self._done[original_node] = result  # type: ignore[assignment]
                result = cst.parse_expression(Template(wrap, {"itself": original_node}).fill(self.text_of))  # type: ignore[assignment]
            self._done[original_node] = result  # type: ignore[assignment]
            return result
        if isinstance(original_node, cst.SimpleStatementLine) and original_node in self._edits.statements:
            result = self._lines(self._edits.statements[original_node], updated_node)  # type: ignore[arg-type,assignment]
        elif isinstance(original_node, cst.For) and original_node in self._edits.first:
            lines = [cst.parse_statement(t.fill(self.text_of)) for t in self._edits.first[original_node]]
            block = updated_node.body  # type: ignore[attr-defined]
            result = updated_node.with_changes(body=block.with_changes(body=[*lines, *block.body]))
        return self._noted(original_node, result)  # type: ignore[return-value]

    def _lines(self, templates: Sequence[Template], old: cst.SimpleStatementLine) -> object:
        new = [cst.parse_statement(template.fill(self.text_of)) for template in templates]
        new[0] = new[0].with_changes(leading_lines=old.leading_lines)
        new[-1] = new[-1].with_changes(trailing_whitespace=old.trailing_whitespace)
        return cst.FlattenSentinel(new) if len(new) > 1 else new[0]

    def _noted(self, original: cst.CSTNode, result: object) -> object:
        notes = self._edits.notes.get(original)
        if not notes:
            return result
        nodes: list[cst.CSTNode] = list(result) if isinstance(result, cst.FlattenSentinel) else [result]  # type: ignore[list-item]
        lines = [cst.EmptyLine(comment=cst.Comment(f"# mxcompat: {note}")) for note in notes]
        old = getattr(nodes[0], "leading_lines", ())
        nodes[0] = nodes[0].with_changes(leading_lines=[*old, *lines])
        return cst.FlattenSentinel(nodes) if len(nodes) > 1 else nodes[0]
