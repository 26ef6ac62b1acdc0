"""What the expressions of a program stand for, and which public names of MXNet they use."""

from __future__ import annotations

import ast
from collections.abc import Callable

from mxcompat.migrate._sources import Source
from mxcompat.migrate._table import Kind, Support, Thing
from mxcompat.migrate._uses import Front, Instance, OwnClass, OwnInstance, Place, Project, Scope, Status, Use, Value

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
EXPECTED = "the program expects that it may be missing"
_NO_ARRAY = {"save", "load", "waitall", "seed", "set_np", "reset_np", "load_frombuffer"}


class Evaluator(ast.NodeVisitor):
    """Evaluates the expressions of one file, within the scopes that its statements make.

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

    # ------------------------------------------------------------------ names

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
                status, detail = Status.DIFFERS, f"{thing.reason}; {EXPECTED}"
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
                self._use(found, node, front="F" if owner is Front.F else "")
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
        if owner is Front.F:
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
            if (isinstance(owner, Thing) and owner.kind is Kind.MODULE) or owner is Front.F:
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
        if isinstance(root, ast.Name) and self._lookup(root.id) is Front.F and home.partition(".")[0] == "nd":
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

    # ------------------------------------------------------------------ functions

    def _defer(self, work: Callable[[], None], in_class: bool) -> None:
        # a class's names are no scope of its methods
        scope, cell, offset = self.scope[: -1 if in_class else None], self._cell, self._offset
        classes, guards = list(self._classes), self._guards

        def later() -> None:
            self.scope, self._cell, self._offset = scope, cell, offset
            self._classes, self._guards, self._branches = classes, guards, 0
            work()

        self._later.append(later)

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
            local["F"] = Front.F
        own = self._classes[-1] if method else None
        if own is not None and own.base and isinstance(node, ast.FunctionDef):
            local[names[0]] = OwnInstance(own)
            if self._support.is_a(own.base, BLOCK):
                if node.name == "hybrid_forward" and len(names) > 1:
                    local[names[1]] = Front.F
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
