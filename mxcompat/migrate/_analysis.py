"""One file's uses of MXNet: who is called what, and which public names are used where.

Names are followed as Python binds them: imports, assignments, attributes of ``self``, classes with MXNet's classes as
bases, ``F`` in ``hybrid_forward``. Where a value's type cannot be told, nothing is said of it, except that some method
names (``asnumpy``) are an array's and nobody else's.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from mxcompat.migrate._evaluation import EXPECTED, Evaluator
from mxcompat.migrate._table import Kind, Thing
from mxcompat.migrate._uses import OwnClass, Project


class Analyzer(Evaluator):
    """Goes through one file twice: its top level, then (`finish`) the bodies of its functions."""

    # ------------------------------------------------------------------ going through

    def start(self) -> None:
        for cell in self._source.cells:
            self._cell, self._offset = cell.number, cell.first_line - 1
            for statement in cell.tree.body:
                self.visit(statement)

    def finish(self) -> None:
        while self._later:
            self._later.pop(0)()

    # ------------------------------------------------------------------ imports

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            if top == "mxnet" or top == "mxcompat":
                self._imported(alias.name.partition(".")[2], node)
                path = alias.name.partition(".")[2] if alias.asname else ""
                self._bind(alias.asname or top, self._support.module(path))
                continue
            found = self._find(alias.name if alias.asname else top, 0)
            if found is None:
                self.foreign.add(top)
            elif not alias.asname:
                self._find(alias.name, 0)
            self._bind(alias.asname or top, Project(found) if found else None)

    def _imported(self, path: str, node: ast.AST) -> bool:
        """Note a module that is not there; whether it is."""
        thing = self._support.module(path)
        if thing.kind is Kind.MISSING:
            self._use(replace(thing, key=path), node)
        return thing.kind is not Kind.MISSING

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        top, _, path = module.partition(".")
        if node.level == 0 and top in ("mxnet", "mxcompat"):
            if not self._imported(path, node):
                for alias in node.names:
                    self._bind(alias.asname or alias.name, None)
                return
            home = self._support.module(path)
            for alias in node.names:
                if home.kind is not Kind.MODULE:
                    self._bind(alias.asname or alias.name, None)
                elif alias.name == "*":
                    for name in self._support.names(home.key):
                        self._bind(name, self._support.in_module(home.key, name))
                else:
                    thing = self._support.in_module(home.key, alias.name)
                    if thing.kind is Kind.MISSING:
                        self._use(thing, alias)
                        self._bind(alias.asname or alias.name, None)
                    else:
                        self._bind(alias.asname or alias.name, thing)
            return
        found = self._find(module, node.level)
        if found is None:
            if node.level == 0:
                self.foreign.add(top)
            for alias in node.names:
                self._bind(alias.asname or alias.name, None)
            return
        names = self._names_of(found)
        for alias in node.names:
            if alias.name == "*":
                self.scope[-1].update({n: v for n, v in names.items() if not n.startswith("_")})
                continue
            value = names.get(alias.name)
            if value is None:
                inside = self._find(f"{module}.{alias.name}".lstrip("."), node.level)
                value = Project(inside) if inside else None
            self._bind(alias.asname or alias.name, value)

    # ------------------------------------------------------------------ statements

    def visit_Assign(self, node: ast.Assign) -> None:
        first = node.targets[0]
        if isinstance(node.value, ast.Tuple) and isinstance(first, ast.Tuple) and len(node.targets) == 1:
            if len(node.value.elts) == len(first.elts) and not any(isinstance(e, ast.Starred) for e in first.elts):
                values = [self._evaluate(each) for each in node.value.elts]
                for target, value in zip(first.elts, values, strict=True):
                    self._assign(target, value)
                return
        value = self._evaluate(node.value)
        for target in node.targets:
            self._assign(target, value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._evaluate(node.annotation)
        self._assign(node.target, self._evaluate(node.value))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._evaluate(node.value)
        if not isinstance(node.target, ast.Name):
            self._evaluate(node.target)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._assign(node.target, self._element(node.iter))
        self._branch([*node.body, *node.orelse])

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self._evaluate(item.context_expr)
            if item.optional_vars is not None:
                self._assign(item.optional_vars, value)
        for statement in node.body:
            self.visit(statement)

    visit_AsyncWith = visit_With

    def visit_If(self, node: ast.If) -> None:
        self._evaluate(node.test)
        guarded = _asks_whether_it_is_there(node.test)
        self._guards += guarded
        self._branch(node.body)
        self._branch(node.orelse)
        self._guards -= guarded

    def visit_While(self, node: ast.While) -> None:
        self._evaluate(node.test)
        self._branch([*node.body, *node.orelse])

    def visit_Try(self, node: ast.Try) -> None:
        guarded = any(_catches_what_is_missing(handler) for handler in node.handlers)
        self._guards += guarded
        before = len(self.uses)
        self._branch(node.body)
        self._guards -= guarded
        # an import that succeeds leaves its fallback unreached
        tried = self.uses[before:]
        spare = _imports_mxnet_only(node.body) and all(EXPECTED not in use.detail for use in tried)
        for handler in node.handlers:
            self._evaluate(handler.type)
            guards = spare and _catches_what_is_missing(handler)
            self._guards += guards
            self._branch(handler.body)
            self._guards -= guards
        self._branch([*node.orelse, *node.finalbody])

    def _branch(self, statements: Iterable[ast.stmt]) -> None:
        self._branches += 1
        for statement in statements:
            self.visit(statement)
        self._branches -= 1

    # ------------------------------------------------------------------ definitions

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self._evaluate(decorator)
        self._bind(node.name, None)

        def body() -> None:
            for statement in node.body:
                self.visit(statement)

        self._function(node, node.args, body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._evaluate(decorator)
        base = ""
        parent: OwnClass | None = None
        for expression in node.bases:
            value = self._evaluate(expression)
            if isinstance(value, Thing) and value.kind is Kind.CLASS and not base:
                base = value.key
            elif isinstance(value, OwnClass) and not base:
                base, parent = value.base, value
        for keyword in node.keywords:
            self._evaluate(keyword.value)
        own = OwnClass(base, parent)
        self._classes.append(own)
        self.scope.append({})
        outside, self._in_class = self._in_class, True
        for statement in node.body:
            self.visit(statement)
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                own.attributes.setdefault(statement.name, None)
        own.attributes.update({n: v for n, v in self.scope[-1].items() if n not in own.attributes})
        self._in_class = outside
        self.scope.pop()
        self._classes.pop()
        self._bind(node.name, own if base else None)


def _catches_what_is_missing(handler: ast.ExceptHandler) -> bool:
    """Whether a handler is there for names that may be missing."""
    if handler.type is None:
        return True
    names = {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
    return bool(names & {"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"})


def _imports_mxnet_only(body: list[ast.stmt]) -> bool:
    """Whether a block does nothing but import from MXNet."""
    modules = [
        name
        for node in body
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [""]
        )
    ]
    return all(name.partition(".")[0] in ("mxnet", "mxcompat") for name in modules)


def _asks_whether_it_is_there(test: ast.expr) -> bool:
    called = [n.func.id for n in ast.walk(test) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    texts = [n.attr for n in ast.walk(test) if isinstance(n, ast.Attribute)]
    return "hasattr" in called or "__version__" in texts
