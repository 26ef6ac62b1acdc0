"""Following a whole program: its cells in order, then the bodies of its functions, until nothing new is learnt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from mxcompat.rewrite._machine import Env, Tables
from mxcompat.rewrite._statements import Statements, names_in
from mxcompat.rewrite._values import NUMBER, UNKNOWN, Func

_PASSES = 40


class Program(Statements):
    """A program, and all that can be learnt about it."""

    def __init__(self, tables: Tables, modules: Sequence[cst.Module], mentioned: Iterable[str] = ()) -> None:
        super().__init__(tables)
        self._modules = modules
        self._mentioned = set(mentioned)
        self._assigned: dict[cst.CSTNode, set[str]] = {}
        bound: dict[str, int] = {}
        for module in modules:
            self._learn(module, module)
        for node in self.parents:
            self._count(node, bound)
        for name, times in bound.items():
            if times > 1:
                self.constants.pop(name, None)

    def _learn(self, node: cst.CSTNode, parent: cst.CSTNode) -> None:
        waiting = [(node, parent)]
        while waiting:
            here, above = waiting.pop()
            self.parents[here] = above
            self.position[here] = len(self.position)
            if isinstance(here, cst.Global):
                self.global_names |= {item.name.value for item in here.names}
            waiting += [(child, here) for child in reversed(here.children)]

    def _count(self, node: cst.CSTNode, bound: dict[str, int]) -> None:
        """How often a name is bound anywhere, and the names that are bound to a whole number."""
        targets: list[cst.BaseExpression] = []
        if isinstance(node, cst.Assign):
            targets = [target.target for target in node.targets]
            if len(targets) == 1:
                self._constant(targets[0], node.value)
        elif isinstance(node, (cst.AugAssign, cst.AnnAssign, cst.For, cst.NamedExpr, cst.CompFor)):
            targets = [node.target]
        elif isinstance(node, (cst.AsName, cst.Param, cst.FunctionDef, cst.ClassDef)):
            targets = [node.name]
        elif isinstance(node, cst.ImportAlias) and node.asname is None:
            targets = [node.name]
        for target in targets:
            for name in names_in(target):
                bound[name] = bound.get(name, 0) + 1

    def _constant(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        if isinstance(target, cst.Name) and isinstance(value, cst.Integer):
            self.constants[target.value] = int(value.value.replace("_", ""), 0)
        elif (
            isinstance(target, cst.Tuple)
            and isinstance(value, cst.Tuple)
            and len(target.elements) == len(value.elements)
        ):
            for one, other in zip(target.elements, value.elements, strict=True):
                self._constant(one.value, other.value)

    # ------------------------------------------------------------------ the whole

    def follow(self) -> None:
        """Go through the program until nothing new is learnt."""
        for self.late in (False, True):
            for _ in range(_PASSES):
                self.changed = False
                self._once()
                if not self.changed or self.given_up:
                    break
            else:
                self.given_up = self.given_up or "the program is too intricate to follow"
            for function in self.functions.values():
                if not function.calls and not function.escaped:
                    function.escaped = True

    def _once(self) -> None:
        self.env, self.function, self.outer, self._loops, self.globals = {}, None, [], [], {}
        for module in self._modules:
            self.block(module.body)
        for name in self._mentioned:
            self.escape(self.settled(self.globals.get(name)))
        for function in list(self.functions.values()):
            self._body(function)

    def _body(self, function: Func) -> None:
        """A function's body: as it runs while recording, and as it runs otherwise."""
        self.frames[function.node] = {}
        for recorded in sorted(function.contexts | ({False} if function.escaped else set())):
            self.called_in_record = recorded
            self._body_when(function, recorded)
        self.called_in_record = False
        self.function = None

    def _body_when(self, function: Func, recorded: bool) -> None:
        node = function.node
        self.function = function
        self.outer = self._frames_around(node)
        self.env = {}
        params = node.params
        for param in [*params.posonly_params, *params.params, *params.kwonly_params]:
            value = function.params.get((param.name.value, recorded))
            if function.escaped:
                self.escape(value)
                value = UNKNOWN
            self.bind(param.name.value, value)
        for extra in (params.star_arg, params.star_kwarg):
            if isinstance(extra, cst.Param):
                self.bind(extra.name.value, UNKNOWN)
        outside_records, self.records = self.records, []
        if isinstance(node, cst.Lambda):
            self.returns(self.evaluate(node.body))
        else:
            for name in self._names_assigned(node):
                self.env.setdefault(name, None)
            self.block(node.body.body)
            if function.results.get(recorded) is None and self.late:
                self.returns(NUMBER)
        if function.escaped:
            for result in function.results.values():
                self.escape(result, node, "what this returns goes to code that is not followed")
        self.records = outside_records

    def _names_assigned(self, function: cst.FunctionDef) -> set[str]:
        """Names that are local to a function because it assigns to them."""
        found = self._assigned.get(function)
        if found is None:
            found, declared = set(), set()
            waiting: list[cst.CSTNode] = [function.body]
            while waiting:
                node = waiting.pop()
                if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                    found.add(node.name.value)
                    continue
                if isinstance(node, (cst.Lambda, cst.ListComp, cst.GeneratorExp, cst.SetComp, cst.DictComp)):
                    continue
                if isinstance(node, (cst.Global, cst.Nonlocal)):
                    declared |= {item.name.value for item in node.names}
                targets: list[cst.BaseExpression] = []
                if isinstance(node, cst.Assign):
                    targets = [target.target for target in node.targets]
                elif isinstance(node, (cst.AugAssign, cst.AnnAssign, cst.For, cst.NamedExpr)):
                    targets = [node.target]
                elif isinstance(node, cst.AsName):
                    targets = [node.name]
                for target in targets:
                    found |= names_in(target)
                waiting += node.children
            found -= declared
            self._assigned[function] = found
        return found

    def _frames_around(self, node: cst.CSTNode) -> list[Env]:
        found: list[Env] = []
        while (above := self.parents.get(node, node)) is not node:
            node = above
            if isinstance(node, (cst.FunctionDef, cst.Lambda)):
                found.insert(0, self.frames.get(node, {}))
        return found
