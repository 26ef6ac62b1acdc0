"""One file's uses of MXNet: who is called what, and which public names are used where.

Names are followed as Python binds them: imports, assignments, attributes of ``self``, classes with MXNet's classes as
bases, ``F`` in ``hybrid_forward``. Where a value's type cannot be told, nothing is said of it, except that some method
names (``asnumpy``) are an array's and nobody else's.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from mxcompat.migrate._sources import Source
from mxcompat.migrate._table import Kind, Support, Thing

ARRAY = "nd.NDArray"
NP_ARRAY = "numpy.ndarray"
BLOCK = "gluon.Block"

#: what calls give back, where it matters for what comes next
_RESULTS = {
    "cpu": "Context",
    "gpu": "Context",
    "current_context": "Context",
    f"{BLOCK}.collect_params": "gluon.ParameterDict",
    "gluon.Parameter.data": ARRAY,
    "gluon.Parameter.grad": ARRAY,
    "gluon.utils.split_and_load": ARRAY,
}
_NOT_ARRAYS = {"asnumpy", "asscalar", "shape", "dtype", "size", "ndim", "context", "ctx", "stype", "attach_grad"}
_ARRAY_MODULES = ("nd", "numpy", "numpy_extension", "random")
_SYMBOL_MODULES = {"symbol", "symbol.op", "symbol.random", "symbol.linalg", "symbol.contrib", "symbol.symbol"}
_EXPECTED = "the program expects that it may be missing"
_NO_ARRAY = {"save", "load", "waitall", "seed", "set_np", "reset_np", "load_frombuffer"}


class Status(enum.Enum):
    """How a use stands; the later, the worse."""

    RUNS = "runs"
    DIFFERS = "differs"
    NO_EFFECT = "no effect"
    UNCERTAIN = "cannot tell"
    FAILS = "not supported"


@dataclass(frozen=True)
class Place:
    """Where a use stands: lines count within the cell, if there are cells."""

    path: str
    line: int
    column: int
    cell: int | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.cell is None else f"{self.path}:cell {self.cell}:{self.line}"


@dataclass(frozen=True)
class Use:
    """One use of a public name (dotted, below the package).

    Attributes:
        detail: why it does not simply run.
        guessed: the receiver's type is not known; the method's name tells.
    """

    name: str
    status: Status
    place: Place
    detail: str = ""
    guessed: bool = False


@dataclass(frozen=True)
class Instance:
    """An object of a class of MXNet."""

    key: str


@dataclass(eq=False)
class OwnClass:
    """A class of the program with a class of MXNet among its ancestors."""

    base: str
    parent: OwnClass | None = None
    attributes: dict[str, Value] = field(default_factory=dict)

    def find(self, name: str) -> tuple[bool, Value]:
        """Whether the program itself gives its class that attribute, and what it is."""
        if name in self.attributes:
            return True, self.attributes[name]
        return self.parent.find(name) if self.parent else (False, None)


@dataclass(frozen=True)
class OwnInstance:
    """An object of such a class."""

    cls: OwnClass


class _Front(enum.Enum):
    F = "F"


@dataclass(frozen=True)
class Project:
    """A module of the program itself, by its path."""

    path: str


Value = Thing | Instance | OwnClass | OwnInstance | _Front | Project | None
Scope = dict[str, Value]


class Analyzer(ast.NodeVisitor):
    """Goes through one file twice: its top level, then (`finish`) the bodies of its functions.

    Args:
        source: the file.
        support: the table.
        shown: what places call the file.
        find: the path of the program's module that an import names, if there is one: ``find(module, level)``.
        names_of: the top-level names of such a module.
    """

    def __init__(
        self,
        source: Source,
        support: Support,
        shown: str,
        find: Callable[[str, int], str | None],
        names_of: Callable[[str], Scope],
    ) -> None:
        self.uses: list[Use] = []
        self.foreign: set[str] = set()
        self.scope: list[Scope] = [{}]
        self._source, self._support = source, support
        self.shown = shown
        self._find, self._names_of = find, names_of
        self._cell: int | None = None
        self._offset = 0
        self._later: list[Callable[[], None]] = []
        self._classes: list[OwnClass] = []
        self._guards = self._branches = 0
        self._in_class = False

    # ------------------------------------------------------------------ going through

    def start(self) -> None:
        for cell in self._source.cells:
            self._cell, self._offset = cell.number, cell.first_line - 1
            for statement in cell.tree.body:
                self.visit(statement)

    def finish(self) -> None:
        while self._later:
            self._later.pop(0)()

    def _defer(self, work: Callable[[], None], in_class: bool) -> None:
        # a class's names are no scope of its methods
        scope, cell, offset = self.scope[: -1 if in_class else None], self._cell, self._offset
        classes, guards = list(self._classes), self._guards

        def later() -> None:
            self.scope, self._cell, self._offset = scope, cell, offset
            self._classes, self._guards, self._branches = classes, guards, 0
            work()

        self._later.append(later)

    def _lookup(self, name: str) -> Value:
        for scope in reversed(self.scope):
            if name in scope:
                return scope[name]
        return None

    def _bind(self, name: str, value: Value) -> None:
        scope = self.scope[-1]
        if value is None and self._branches and scope.get(name) is not None:
            return  # one way through the program; what is known of another is kept
        scope[name] = value

    def _place(self, node: ast.AST) -> Place:
        line, column = getattr(node, "end_lineno", None) or 1, getattr(node, "col_offset", 0)
        if not isinstance(node, ast.Attribute):  # of a chain over several lines, the line of its last name
            line = getattr(node, "lineno", line)
        return Place(self.shown, line + self._offset, column + 1, self._cell)

    def _use(self, thing: Thing, node: ast.AST, guessed: bool = False, front: str = "") -> None:
        status, detail = Status.RUNS, ""
        name = f"F.{thing.key.partition('.')[2]}" if front else thing.key
        if thing.kind is Kind.MISSING:
            status, detail = Status.FAILS, thing.reason
            if self._guards:
                status, detail = Status.DIFFERS, f"{thing.reason}; {_EXPECTED}"
        elif thing.key in self._support.refused:
            status, detail = Status.FAILS, self._support.refused[thing.key]
        elif thing.key in self._support.idle:
            status, detail = Status.NO_EFFECT, self._support.idle[thing.key]
        else:
            rows = self._support.differences_of(thing)
            if rows:
                status = Status.DIFFERS
                detail = "; ".join(f"{r['reason']} ({r['cases']} of {r['of']} recorded cases)" for r in rows)
        self.uses.append(Use(name, status, self._place(node), detail, guessed))

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

    # ------------------------------------------------------------------ values

    def _evaluate(self, node: ast.expr | None) -> Value:
        """What an expression stands for; notes the uses in it."""
        if node is None:
            return None
        if isinstance(node, ast.Name):
            value = self._lookup(node.id)
            if isinstance(value, Thing) and value.kind is not Kind.MODULE and isinstance(node.ctx, ast.Load):
                self._use(value, node)
            return value
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Subscript):
            value = self._evaluate(node.value)
            self._evaluate(node.slice)
            return value if isinstance(value, Instance) and value.key in (ARRAY, NP_ARRAY, "symbol.Symbol") else None
        if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Compare)):
            operands = [self._evaluate(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
            found = [v for v in operands if isinstance(v, Instance) and v.key in (ARRAY, NP_ARRAY, "symbol.Symbol")]
            return found[0] if found else None
        if isinstance(node, ast.IfExp):
            self._evaluate(node.test)
            values = [self._evaluate(node.body), self._evaluate(node.orelse)]
            return values[0] or values[1]
        if isinstance(node, ast.BoolOp):
            return [self._evaluate(value) for value in node.values][0]
        if isinstance(node, ast.Lambda):
            self._function(node, node.args, lambda: self._evaluate(node.body) and None)
            return None
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            self._comprehension(node)
            return None
        if isinstance(node, ast.NamedExpr):
            value = self._evaluate(node.value)
            self._assign(node.target, value)
            return value
        if isinstance(node, ast.Await):
            return self._evaluate(node.value)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._evaluate(child)
        return None

    def generic_visit(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._evaluate(child)
            else:
                self.visit(child)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        self.scope.append({})
        for part in node.generators:
            self._assign(part.target, self._element(part.iter))
            for condition in part.ifs:
                self._evaluate(condition)
        for name in ("key", "value", "elt"):
            if hasattr(node, name):
                self._evaluate(getattr(node, name))
        self.scope.pop()

    def _attribute(self, node: ast.Attribute) -> Value:
        owner = self._evaluate(node.value)
        found = self._member(owner, node.attr)
        if isinstance(found, Thing):
            if found.kind is not Kind.MODULE and not (found.key.startswith("Context.") and found.kind is Kind.VALUE):
                self._use(found, node, front="F" if owner is _Front.F else "")
            return None if found.kind is Kind.MISSING else found
        if found is None and owner is None and node.attr in self._support.array_methods:
            member = self._support.in_class(ARRAY, node.attr)
            if member is not None and isinstance(node.ctx, ast.Load):
                self._use(member, node, guessed=True)
                return None
        return found

    def _member(self, owner: Value, name: str) -> Value:
        if isinstance(owner, Thing):
            if owner.kind is Kind.MODULE:
                return self._support.in_module(owner.key, name)
            refused = self._support.refused.get(f"{owner.key}.*")
            if refused and not name.startswith("__"):
                return Thing(Kind.MISSING, f"{owner.key}.{name}", reason=refused)
            return self._support.in_class(owner.key, name) if owner.kind is Kind.CLASS else None
        if isinstance(owner, Instance):
            return self._support.in_class(owner.key, name)
        if isinstance(owner, (OwnInstance, OwnClass)):
            cls = owner.cls if isinstance(owner, OwnInstance) else owner
            own, value = cls.find(name)
            return value if own else self._support.in_class(cls.base, name)
        if owner is _Front.F:
            thing = self._support.in_module("nd", name)
            return self._support.in_module("symbol", name) if thing.kind is Kind.MISSING else thing
        if isinstance(owner, Project):
            return self._names_of(owner.path).get(name)
        return None

    def _call(self, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Name) and self._lookup(node.func.id) is None:
            special = self._builtin_call(node.func.id, node)
            if special is not None:
                return special
        called = self._evaluate(node.func)
        for argument in node.args:
            self._evaluate(argument.value if isinstance(argument, ast.Starred) else argument)
        for keyword in node.keywords:
            self._evaluate(keyword.value)
        if isinstance(called, Thing):
            self._arguments(called, node)
            return self._result(called)
        if isinstance(called, OwnClass):
            return OwnInstance(called)
        if isinstance(called, OwnInstance) and self._support.is_a(called.cls.base, BLOCK):
            return Instance(ARRAY)
        if isinstance(called, Instance) and self._support.is_a(called.key, BLOCK):
            return Instance(ARRAY)
        return None

    def _builtin_call(self, name: str, node: ast.Call) -> Value:
        """``getattr`` of a constant or unknown name, ``super()``."""
        if name == "getattr" and len(node.args) >= 2:
            owner, wanted = self._evaluate(node.args[0]), node.args[1]
            for argument in node.args[2:]:
                self._evaluate(argument)
            if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
                found = self._member(owner, wanted.value)
                if isinstance(found, Thing) and found.kind is not Kind.MODULE:
                    self._guards += len(node.args) > 2
                    self._use(found, node)
                    self._guards -= len(node.args) > 2
                return found
            self._evaluate(wanted)
            if (isinstance(owner, Thing) and owner.kind is Kind.MODULE) or owner is _Front.F:
                name = owner.key if isinstance(owner, Thing) else "F"
                text = "the name is known only when the program runs"
                self.uses.append(Use(f"getattr({name or 'mxnet'}, ...)", Status.UNCERTAIN, self._place(node), text))
            return None
        if name == "super" and self._classes:
            for argument in node.args:
                if not isinstance(argument, ast.Name):
                    self._evaluate(argument)
            base = self._classes[-1].base
            return Instance(base) if base else None
        return None

    def _arguments(self, called: Thing, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg is None:
                continue
            name = f"{called.key}({keyword.arg}=)"
            why = self._support.idle_argument(called, keyword.arg)
            if why:
                self.uses.append(Use(name, Status.NO_EFFECT, self._place(keyword.value), why))
            elif self._refuses(called, keyword.arg, node.func):
                known = ", ".join(self._support.parameters(called)[:12])
                text = f"no argument {keyword.arg!r}; MXNet 1.9.1 has none either. Legal: {known or 'none'}"
                self.uses.append(Use(name, Status.FAILS, self._place(keyword.value), text))

    def _refuses(self, called: Thing, keyword: str, function: ast.expr) -> bool:
        """Whether a call has no such argument; of ``F``, in neither of its two front ends."""
        if not self._support.refuses(called, keyword):
            return False
        home, _, name = called.key.rpartition(".")
        root = function
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and self._lookup(root.id) is _Front.F and home.partition(".")[0] == "nd":
            other = self._support.in_module(f"symbol{home[2:]}", name)
            return other.kind is Kind.MISSING or self._support.refuses(other, keyword)
        return True

    def _result(self, called: Thing) -> Value:
        if called.kind is Kind.CLASS:
            return Instance(called.key)
        if called.key in _RESULTS:
            return Instance(_RESULTS[called.key])
        home, _, name = called.key.rpartition(".")
        top = home.partition(".")[0]
        if home in (ARRAY, NP_ARRAY):
            return None if name in _NOT_ARRAYS else Instance(home)
        if top == "symbol" and name not in _NO_ARRAY and called.kind is Kind.FUNCTION and home in _SYMBOL_MODULES:
            return Instance("symbol.Symbol")
        if top in _ARRAY_MODULES and name not in _NO_ARRAY and called.kind is Kind.FUNCTION:
            return Instance(NP_ARRAY if top.startswith("numpy") else ARRAY)
        if home.startswith("gluon.model_zoo"):
            return Instance("gluon.HybridBlock")
        return None

    def _element(self, node: ast.expr) -> Value:
        """What a loop over an expression meets."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("enumerate", "zip"):
            values = [self._element(argument) for argument in node.args]
            return next((v for v in values if v is not None), None)
        value = self._evaluate(node)
        if isinstance(value, Instance):
            if value.key == "gluon.data.DataLoader" or value.key in (ARRAY, NP_ARRAY):
                return Instance(ARRAY) if value.key != NP_ARRAY else value
            if self._support.is_a(value.key, "io.DataIter"):
                return Instance("io.DataBatch")
        return None

    # ------------------------------------------------------------------ statements

    def _assign(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for each in target.elts:
                single = each.value if isinstance(each, ast.Starred) else each
                self._assign(single, value if isinstance(value, Instance) and value.key in (ARRAY, NP_ARRAY) else None)
        elif isinstance(target, ast.Attribute):
            owner = self._evaluate(target.value)
            if isinstance(owner, OwnInstance):
                owner.cls.attributes[target.attr] = (
                    value if value is not None else owner.cls.attributes.get(target.attr)
                )
        else:
            self._evaluate(target)

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
        spare = _imports_mxnet_only(node.body) and all(_EXPECTED not in use.detail for use in tried)
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

    def _function(self, node: ast.AST, arguments: ast.arguments, body: Callable[[], object]) -> None:
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            self._evaluate(default)
        names = [a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
        notes = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        local: Scope = {name: None for name in names}
        for each in notes:
            self._evaluate(each.annotation)
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                local[extra.arg] = None
        method = self._in_class and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and bool(names)
        if "F" in local and not self._is_array(node, "F"):  # nobody calls anything else so, but a matrix
            local["F"] = _Front.F
        own = self._classes[-1] if method else None
        if own is not None and own.base and isinstance(node, ast.FunctionDef):
            local[names[0]] = OwnInstance(own)
            if self._support.is_a(own.base, BLOCK):
                if node.name == "hybrid_forward" and len(names) > 1:
                    local[names[1]] = _Front.F
                    local.update(dict.fromkeys(names[2:], Instance(ARRAY)))
                elif node.name == "forward":
                    local.update(dict.fromkeys(names[1:2], Instance(ARRAY)))

        def later() -> None:
            self.scope.append(local)
            self._in_class = False
            body()
            self.scope.pop()

        self._defer(later, in_class=self._in_class)

    def _is_array(self, function: ast.AST, name: str) -> bool:
        """Whether a function takes a parameter for an array: asks for its shape, takes an item, computes with it."""
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
                in_nd = self._support.in_module("nd", node.attr).kind is not Kind.MISSING
                if not in_nd and self._support.in_class(ARRAY, node.attr) is not None:
                    return True
            operands = (
                [node.left, node.right]
                if isinstance(node, ast.BinOp)
                else [node.value]
                if isinstance(node, ast.Subscript)
                else []
            )
            if any(isinstance(each, ast.Name) and each.id == name for each in operands):
                return True
        return False

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
