"""Following statements: what they bind, what they write, which way they go."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack

import libcst as cst

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._calls import Calls
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._expressions import FOREIGN
from mxcompat.rewrite._machine import Env, Tables, Write
from mxcompat.rewrite._names import canonical
from mxcompat.rewrite._values import (
    NUMBER,
    UNKNOWN,
    Arr,
    Ctx,
    Foreign,
    Func,
    Group,
    Lib,
    Obj,
    Plain,
    Seq,
    Unknown,
    Value,
)

PACKAGES = ("mxnet", "mxcompat")


class Statements(Calls):
    """Goes through statements."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self._loops: list[list[Env]] = []

    def block(self, statements: Iterable[cst.BaseStatement | cst.BaseSmallStatement]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.SimpleStatementLine):
            for small in node.body:
                self.statement(small)
            return
        method = getattr(self, f"_do_{type(node).__name__}", None)
        if method is not None:
            method(node)
        else:
            self._do_unknown(node)

    def _do_unknown(self, node: cst.CSTNode) -> None:
        for child in node.children:
            if isinstance(child, cst.BaseExpression):
                self.escape(self.evaluate(child), child, f"{type(node).__name__.lower()} is not followed")
            elif isinstance(child, (cst.BaseStatement, cst.BaseSmallStatement)):
                self.statement(child)
            else:
                self._do_unknown(child)

    def _do_Pass(self, node: cst.CSTNode) -> None:
        """Nothing."""

    _do_Global = _do_Nonlocal = _do_Pass

    # ------------------------------------------------------------------ imports

    def _do_Import(self, node: cst.Import) -> None:
        for alias in node.names:
            full = _dotted(alias.name)
            top, _, rest = full.partition(".")
            asname = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else None
            value: Value = UNKNOWN
            if top in PACKAGES:
                value = Lib(canonical(rest)) if asname else Lib("")
            elif top in FOREIGN:
                value = Foreign(full if asname else top)
            self.bind(asname or top, value)

    def _do_ImportFrom(self, node: cst.ImportFrom) -> None:
        module = _dotted(node.module) if node.module is not None else ""
        top, _, rest = module.partition(".")
        if isinstance(node.names, cst.ImportStar):
            if top in PACKAGES and not node.relative:
                self.given_up = f"`from {module} import *` does not say which names it binds"
            elif top not in FOREIGN or node.relative:
                self.given_up = f"`from {module or '.'} import *` does not say which names it binds"
            return
        for alias in node.names:
            name = _dotted(alias.name)
            asname = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else name
            value: Value = UNKNOWN
            if node.relative:
                value = UNKNOWN
            elif top in PACKAGES:
                value = Lib(canonical(f"{rest}.{name}" if rest else name))
            elif top in FOREIGN:
                value = Foreign(f"{module}.{name}")
            self.bind(asname, value)

    # ------------------------------------------------------------------ simple statements

    def _do_Expr(self, node: cst.Expr) -> None:
        value = self.evaluate(node.value)
        if isinstance(value, Func):
            self.escape(value)

    def _do_Assign(self, node: cst.Assign) -> None:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target.target, value)

    def _do_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))

    def assign(self, target: cst.BaseExpression, value: Value | None, local: bool = False) -> None:
        """Bind a target to a value."""
        if isinstance(target, cst.Name):
            if local:
                self.env[target.value] = value
            elif self.function is not None and target.value in self.global_names:
                self.bind_global(target.value, value)
            else:
                self.bind(target.value, value)
        elif isinstance(target, (cst.Tuple, cst.List)):
            self._unpack(target, value, local)
        elif isinstance(target, cst.StarredElement):
            self.assign(target.value, self.seq(target, value), local)
        elif isinstance(target, cst.Subscript):
            self._store(target, value)
        elif isinstance(target, cst.Attribute):
            base = self.part(target.value)
            if isinstance(base.value, Arr):
                self.keep(base.value.group, target, f"assigning to .{target.attr.value} has no rule")
            if isinstance(base.value, Lib):
                self.given_up = "a name of MXNet is given another value"
            self.escape(value, target, "an array is kept in an attribute, which is not followed")
        else:
            self.escape(value)

    def _unpack(self, target: cst.Tuple | cst.List, value: Value | None, local: bool) -> None:
        elements = target.elements
        items: list[Value | None] | None = None
        if isinstance(value, Seq):
            items = value.find().items
        starred = any(isinstance(each, cst.StarredElement) for each in elements)
        if items is not None and len(items) == len(elements) and not starred:
            for each, item in zip(elements, list(items), strict=True):
                self.assign(each.value, item, local)
            return
        item = self.element_of(value, target)
        for each in elements:
            inner = each if isinstance(each, cst.StarredElement) else each.value
            self.assign(inner, item, local)

    def _store(self, target: cst.Subscript, value: Value | None) -> None:
        base = self.part(target.value)
        keys = self.index_parts(target)
        if isinstance(base.value, Arr):
            at = At(self, target, "assignment", base, [Part(target, value), *(k for k in keys if isinstance(k, Part))])
            hook = self.tables.hooks.get("store")
            self.written_in_place(base.value, target)
            try:
                if hook is None:
                    raise Refuse("the rule for indexing is switched off")
                hook(at, base, keys, value)
            except Refuse as refusal:
                self._refused(at, at.arrays(), str(refusal))
        elif isinstance(base.value, Seq):
            self.loosen(base.value)
            self.add_to(base.value, value)
        else:
            self.escape(value, target, f"an array is put into {base.text}, which is not followed")

    def _do_AugAssign(self, node: cst.AugAssign) -> None:
        target, part = Part(node.target, self.evaluate(node.target)), self.part(node.value)
        operator = type(node.operator).__name__.removesuffix("Assign")
        if isinstance(target.value, Arr):
            self.written_in_place(target.value, node)
        result = self.binary(node.target, target, part, operator)
        self.plans.pop((node.target, "expression"), None)
        if isinstance(result, Arr) and isinstance(target.value, Arr) and not target.value.mixed:
            result = target.value  # the same array as before
        if isinstance(node.target, cst.Name):
            self.assign(node.target, result)
        elif isinstance(result, Arr):
            if isinstance(node.target, cst.Subscript):
                base = self.evaluate(node.target.value)
                if isinstance(base, Arr):
                    self.written_in_place(base, node.target)
                    self.union(base.group, result.group)
                else:
                    self._store(node.target, result)
            elif not (isinstance(node.target, cst.Attribute) and node.target.attr.value == "grad"):
                self.keep(result.group, node, "this target of an assignment is not followed")

    def _do_Del(self, node: cst.Del) -> None:
        """Names that are gone are not used."""

    def _do_Return(self, node: cst.Return) -> None:
        value = self.evaluate(node.value) if node.value is not None else NUMBER
        if self.function is not None and not self.function.generator:
            self.returns(value)

    def _do_Raise(self, node: cst.Raise) -> None:
        if node.exc is not None:
            self.escape(self.evaluate(node.exc))

    def _do_Assert(self, node: cst.Assert) -> None:
        self.evaluate(node.test)
        if node.msg is not None:
            self.evaluate(node.msg)

    def _do_Break(self, node: cst.CSTNode) -> None:
        if self._loops:
            self._loops[-1].append(dict(self.env))

    _do_Continue = _do_Break

    # ------------------------------------------------------------------ blocks

    def _do_If(self, node: cst.If) -> None:
        self.evaluate(node.test)
        before = dict(self.env)
        self.block(node.body.body)
        after, self.env = self.env, before
        if isinstance(node.orelse, cst.If):
            self._do_If(node.orelse)
        elif node.orelse is not None:
            self.block(node.orelse.body.body)
        self.env = self.join_env(after, self.env)

    def _do_For(self, node: cst.For) -> None:
        iterated = self.part(node.iter)
        item = self.element_of(iterated.value, node.iter)
        self._loop(node, lambda: self._enter_for(node, item))

    def _enter_for(self, node: cst.For, item: Value | None) -> None:
        self.assign(node.target, item)

    def _loop(self, node: cst.For | cst.While, enter: object) -> None:
        before = dict(self.env)
        self._loops.append([])
        self.repeated += 1
        for _ in range(3):
            if callable(enter):
                enter()
            self.block(node.body.body)
            for env in [before, *self._loops[-1]]:
                self.env = self.join_env(self.env, env)
        self.repeated -= 1
        self._loops.pop()
        if node.orelse is not None:
            self.block(node.orelse.body.body)
            self.env = self.join_env(self.env, before)

    def _do_While(self, node: cst.While) -> None:
        self._loop(node, lambda: self.evaluate(node.test))

    def _do_With(self, node: cst.With) -> None:
        with ExitStack() as stack:
            for item in node.items:
                hook = self.tables.hooks.get("with")
                value = self.part(item.item)
                opened: tuple[Group, bool] | None = hook(self, node, value) if hook is not None else None
                if opened is not None:
                    self.records.append((node, opened[0]))
                    stack.callback(self.records.pop)
                    if opened[1]:
                        self.paused += 1
                        stack.callback(self._resume)
                if value.value in (Ctx(False), Obj("Context")) or _may_be_context(value):
                    self.given_up = "a block chooses a context that may not be the CPU"
                if item.asname is not None:
                    self.escape(value.value)
                    self.assign(item.asname.name, UNKNOWN if not isinstance(value.value, Plain) else value.value)
            self.block(node.body.body)

    def _resume(self) -> None:
        self.paused -= 1

    def _do_Try(self, node: cst.Try) -> None:
        with self.watching() as seen:
            self.block(node.body.body)
        after = self.env
        ends: list[Env] = []
        for handler in node.handlers:
            self.env = dict(seen)
            if handler.type is not None:
                self.escape(self.evaluate(handler.type))
            if handler.name is not None:
                self.assign(handler.name.name, UNKNOWN)
            self.block(handler.body.body)
            ends.append(self.env)
        self.env = after
        if node.orelse is not None:
            self.block(node.orelse.body.body)
        for end in ends:
            self.env = self.join_env(self.env, end)
        if node.finalbody is not None:
            self.env = self.join_env(self.env, seen)
            self.block(node.finalbody.body.body)

    # ------------------------------------------------------------------ definitions

    def _do_FunctionDef(self, node: cst.FunctionDef) -> None:
        function = self.own_function(node)
        function.generator = function.generator or _yields(node)
        for decorator in node.decorators:
            found = self.evaluate(decorator.decorator)
            if isinstance(found, Lib) and "use_np" in found.name:
                self.given_up = f"{found.name} changes what the rest of the program means"
            self.escape(function)
        self.bind(node.name.value, UNKNOWN if node.asynchronous is not None else function)
        if node.asynchronous is not None:
            self.escape(function)

    def _do_ClassDef(self, node: cst.ClassDef) -> None:
        for argument in [*node.bases, *node.keywords]:
            self.escape(self.evaluate(argument.value))
        for decorator in node.decorators:
            self.evaluate(decorator.decorator)
        outside, self.env = self.env, dict(self.env)
        bound, self.function = self.function, self.function
        for statement in node.body.body:
            if isinstance(statement, cst.FunctionDef):
                function = self.own_function(statement)
                function.generator = _yields(statement)
                self.escape(function)
                self.env[statement.name.value] = UNKNOWN
            else:
                self.statement(statement)
        for name, value in self.env.items():
            if name not in outside:
                self.escape(self.settled(value))
        self.env, self.function = outside, bound
        self.bind(node.name.value, UNKNOWN)

    # ------------------------------------------------------------------ writes

    def note_writes_of(self, function: Func, node: cst.CSTNode) -> None:
        for write in list(self.writes.values()):
            self.writes[(node, write.group)] = Write(self.position.get(node, 0), write.group)
            if self.function is not None:
                self.function.writes = True
            if self.records:
                self.keep(write.group, node, "this writes in place inside record(), which MXNet refuses")


def _may_be_context(part: Part) -> bool:
    """Whether a block's value may be a context; ``block.name_scope()`` and other methods are none by their names."""
    if not isinstance(part.value, Unknown):
        return False
    node = part.node
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return any(word in node.func.attr.value.lower() for word in ("ctx", "gpu", "context", "device"))
    return True


def _dotted(node: cst.BaseExpression) -> str:
    return (
        f"{_dotted(node.value)}.{node.attr.value}"
        if isinstance(node, cst.Attribute)
        else str(getattr(node, "value", ""))
    )


def names_in(target: cst.CSTNode) -> set[str]:
    if isinstance(target, cst.Name):
        return {target.value}
    if isinstance(target, (cst.Subscript, cst.Attribute)):
        return set()
    return set().union(*map(names_in, target.children))


def _yields(function: cst.FunctionDef) -> bool:
    waiting: list[cst.CSTNode] = [function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Yield):
            return True
        if not isinstance(node, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
            waiting += node.children
    return False
