"""`--mode torch` of one program: follow it, check what needs the whole, make the edits, tidy the imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from mxcompat.rewrite._edits import Editor, Edits, Template
from mxcompat.rewrite._follow import Program
from mxcompat.rewrite._notes import MARK, Stripper, notes_of
from mxcompat.rewrite._rule import Rule, tables
from mxcompat.rewrite._statements import PACKAGES
from mxcompat.rewrite._values import Foreign

_WRITTEN = "something is written in place between record() and backward(), and torch's backward refuses that"
_NEEDS_SWITCH = ("torch.enable_grad()", "torch.is_grad_enabled()", "requires_grad_()")


def to_torch(
    modules: Sequence[cst.Module], chosen: Mapping[str, Rule], mentioned: set[str], header: str, closed: str
) -> list[cst.Module]:
    """Rewrite a program's cells.

    Args:
        modules: the cells; their imports are mxcompat's already.
        chosen: the rules in force.
        mentioned: words in what is not Python (magics); what they name is left alone.
        header: the line that switches recording off.
        closed: why arrays may come from or go to other files; "" if they do not.
    """
    cells = [module.visit(Stripper()) for module in modules]
    program = Program(tables(chosen), cells, mentioned)
    if not closed:
        program.follow()
    torch_is = program.globals.get("torch")
    if torch_is is not None and torch_is != Foreign("torch"):
        program.given_up = "the program calls something else torch"
    refusal = closed or program.given_up
    if refusal:
        return _say(cells, f"nothing was rewritten to torch: {refusal}")
    _check_order(program)
    edits, grads = _edits_of(program)
    edited = {*edits.expressions, *edits.wraps}
    edits.notes = notes_of(program, edited)
    used_before = [_names_used(cell) for cell in cells]
    changed = bool(edits.expressions or edits.wraps or edits.statements)
    result = [cell.visit(Editor(edits)) for cell in cells]
    if not changed:
        return result
    unused = set().union(*used_before) - set().union(*map(_names_used, result)) - mentioned
    return _imports(result, unused, header if grads else "", has_torch=torch_is is not None)


def _say(cells: list[cst.Module], text: str) -> list[cst.Module]:
    """Put one note above the first import of MXNet."""
    result: list[cst.Module] = []
    said = False
    for cell in cells:
        body = list(cell.body)
        for i, statement in enumerate(body):
            if not said and _imports_mxnet(statement):
                line = cst.EmptyLine(comment=cst.Comment(MARK + text))
                body[i] = statement.with_changes(leading_lines=[*statement.leading_lines, line])
                said = True
        result.append(cell.with_changes(body=body))
    return result


def _check_order(program: Program) -> None:
    """MXNet's backward sees values as they are; torch refuses if they were written since they were recorded."""
    for node, head in program.backwards.items():
        end = program.position[node]
        for record in head.records:
            start = program.position[record]
            if end < start:
                program.keep(head.group, node, "this goes back through what an earlier round of a loop recorded")
            for write in program.writes.values():
                if write.group.find() is head.group.find() and start < write.position < end:
                    program.keep(head.group, node, _WRITTEN)


def _edits_of(program: Program) -> tuple[Edits, bool]:
    edits, grads = Edits(), False
    for (node, kind), plan in program.plans.items():
        if not plan.holds:
            continue
        suffix = ".reshape(1)" if node in program.one_axis and kind in ("expression", "wrap") else ""
        if plan.copy and node not in program.fresh_uses and any(group.find().written for group in plan.groups):
            suffix += ".clone()"
        first = plan.templates[0]
        grads |= any(word in template.text for template in plan.templates for word in _NEEDS_SWITCH)
        if kind == "expression":
            edits.expressions[node] = Template(first.text + suffix, first.parts)
        elif kind == "wrap":
            if first.text + suffix != "{itself}":
                edits.wraps[node] = first.text + suffix
        else:
            edits.statements[node] = plan.templates
    return edits, grads


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.found.add(node.value)


def _names_used(module: cst.Module) -> set[str]:
    visitor = _Names()
    module.visit(visitor)
    return visitor.found


def _is_mxnet(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Import):
        return any(cst.Module([]).code_for_node(alias.name).partition(".")[0] in PACKAGES for alias in node.names)
    if isinstance(node, cst.ImportFrom) and node.module is not None and not node.relative:
        return cst.Module([]).code_for_node(node.module).partition(".")[0] in PACKAGES
    return False


def _imports_mxnet(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.SimpleStatementLine):
        return any(map(_is_mxnet, statement.body))
    return any(_imports_mxnet(child) for child in statement.children)


def _imports(cells: list[cst.Module], unused: set[str], header: str, has_torch: bool) -> list[cst.Module]:
    """Import torch, switch recording off, and drop the names of MXNet that nothing uses any more."""
    result: list[cst.Module] = []
    placed = has_torch
    switched = not header
    for cell in cells:
        body: list[cst.BaseStatement | cst.SimpleStatementLine] = []
        inside = False  # among the imports that begin with MXNet's first
        for statement in cell.body:
            if inside and not switched and not _is_import(statement):
                body.append(cst.parse_statement(header))
                switched = True
            new: cst.BaseStatement | cst.SimpleStatementLine | None = statement
            if _imports_mxnet(statement):
                inside = True
                lines = statement.leading_lines
                if not placed:
                    body.append(cst.parse_statement("import torch").with_changes(leading_lines=lines))
                    placed, lines = True, []
                    statement = statement.with_changes(leading_lines=[])
                new = _without(statement, unused) if not any(line.comment for line in lines) else statement  # type: ignore[assignment]
            if new is not None:
                body.append(new)
        if inside and not switched:
            body.append(cst.parse_statement(header))
            switched = True
        result.append(cell.with_changes(body=body))
    return result


def _is_import(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(small, (cst.Import, cst.ImportFrom)) for small in statement.body
    )


def _without(statement: cst.CSTNode, unused: set[str]) -> cst.CSTNode | None:
    """A line of imports without names of MXNet that nobody uses; None if nothing is left of it."""
    if not isinstance(statement, cst.SimpleStatementLine) or statement.trailing_whitespace.comment is not None:
        return statement
    kept: list[cst.BaseSmallStatement] = []
    for small in statement.body:
        if not _is_mxnet(small) or not isinstance(small, (cst.Import, cst.ImportFrom)):
            kept.append(small)
            continue
        if isinstance(small.names, cst.ImportStar):
            kept.append(small)
            continue
        names = [alias for alias in small.names if _bound_by(alias) not in unused or not _alias_is_mxnet(small, alias)]
        if names:
            names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            kept.append(small if len(names) == len(small.names) else small.with_changes(names=names))
    if not kept:
        return None
    if len(kept) == len(statement.body):
        return statement.with_changes(body=kept)
    kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    return statement.with_changes(body=kept)


def _alias_is_mxnet(node: cst.Import | cst.ImportFrom, alias: cst.ImportAlias) -> bool:
    return isinstance(node, cst.ImportFrom) or cst.Module([]).code_for_node(alias.name).partition(".")[0] in PACKAGES


def _bound_by(alias: cst.ImportAlias) -> str:
    if alias.asname is not None:
        return str(getattr(alias.asname.name, "value", ""))
    return cst.Module([]).code_for_node(alias.name).partition(".")[0]
