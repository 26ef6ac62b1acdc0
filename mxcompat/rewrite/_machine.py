"""The state of `--mode torch` while it follows a program: names, groups, functions, and the edits it would make."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import libcst as cst

from mxcompat.rewrite._edits import Template
from mxcompat.rewrite._values import (
    NUMBER,
    PLAIN,
    UNKNOWN,
    Arr,
    Builtin,
    Choice,
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
    choice,
    either,
    same,
    together,
)

if TYPE_CHECKING:
    from mxcompat.rewrite._call import At

Env = dict[str, "Value | None"]
Handler = Callable[["At"], "Value | None"]

#: what makes it impossible to say which names hold what
_DYNAMIC = {"globals", "locals", "exec", "eval", "vars"}


@dataclass
class Tables:
    """What the rules in force can rewrite, by kind of code and by name.

    ``functions`` are MXNet's, by dotted name; ``methods`` and ``attributes`` an array's; ``hooks`` other code, such as
    ``binary`` (an operator between two values) or ``with`` (a block's context).
    """

    functions: dict[str, Handler] = field(default_factory=dict)
    methods: dict[str, Handler] = field(default_factory=dict)
    attributes: dict[str, Handler] = field(default_factory=dict)
    hooks: dict[str, Callable[..., Any]] = field(default_factory=dict)


@dataclass
class Planned:
    """An edit, made if all its groups are rewritten (and, with ``unless``, that one is not)."""

    groups: tuple[Group, ...]
    kind: str
    templates: tuple[Template, ...]
    copy: bool = False
    unless: Group | None = None

    @property
    def holds(self) -> bool:
        return all(g.rewritten for g in self.groups) and (self.unless is None or not self.unless.rewritten)


@dataclass
class Write:
    """A write in place: where, by position in the program's text."""

    position: int
    group: Group


class Machine:
    """Values by name and by node, and what is planned; see `_expressions` and `_statements` for how they come about."""

    def __init__(self, tables: Tables, lib: str = "mxnet") -> None:
        self.tables = tables
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.position: dict[cst.CSTNode, int] = {}
        self.env: Env = {}
        self.outer: list[Env] = []  # of the functions around, joined
        self.globals: Env = {}
        self.set_by_functions: Env = {}
        self.global_names: set[str] = set()
        self.function: Func | None = None
        self.functions: dict[cst.CSTNode, Func] = {}
        self.frames: dict[cst.CSTNode, Env] = {}
        self.records: list[tuple[cst.CSTNode, Group]] = []
        self.repeated = 0
        self.plans: dict[tuple[cst.CSTNode, str], Planned] = {}
        self.fresh_uses: set[cst.CSTNode] = set()
        self.one_axis: set[cst.CSTNode] = set()
        self.attached: dict[object, str] = {}
        self.writes: dict[tuple[cst.CSTNode, Group], Write] = {}
        self.backwards: dict[cst.CSTNode, Arr] = {}
        self.values: dict[cst.CSTNode, Value] = {}
        self.many: set[object] = set()
        self.made_in: dict[object, Func | None] = {}
        self.reached_by: dict[object, set[cst.CSTNode]] = {}
        self.constants: dict[str, int | None] = {}
        self.paused = 0
        self.called_in_record = False
        self.changed = False
        self.late = False
        self.given_up = ""
        self._groups: dict[object, Group] = {}
        self._seqs: dict[object, Seq] = {}
        self._watchers: list[Env] = []

    # ------------------------------------------------------------------ groups

    def group(self, key: object) -> Group:
        """The group that a piece of code makes; the same in every pass."""
        return self._groups.setdefault(key, Group())

    def union(self, a: Group, b: Group) -> Group:
        if a.union(b):
            self.changed = True
        return a.find()

    def keep(self, group: Group, node: cst.CSTNode | None = None, text: str = "") -> None:
        if group.keep(node, text):
            self.changed = True

    def seq(self, key: object, element: Value | None = None, items: list[Value | None] | None = None) -> Seq:
        """The list that a piece of code makes; the same in every pass."""
        found = self._seqs.get(key)
        if found is None:
            found = self._seqs[key] = Seq()
            found.items = None if items is None else [*items]
        root = found.find()
        if items is None or root.items is None or len(items) != len(root.items):
            self.loosen(root)
            for item in (element, *(items or ())):
                self.add_to(root, item)
            return root
        joined = [self.join(old, new) for old, new in zip(root.items, items, strict=True)]
        if not all(map(same, joined, root.items)):
            root.items = joined
            self.changed = True
        if root.escaped:
            for item in items:
                self.escape(item)
        return root

    def element(self, seq: Seq) -> Value | None:
        """What any item of a list may be."""
        root = seq.find()
        found = root.element
        for item in root.items or ():
            found = self.join(found, item)
        return found

    def loosen(self, seq: Seq) -> None:
        """From here on the items of a list are not known one by one."""
        root = seq.find()
        if root.items is not None:
            items, root.items = root.items, None
            self.changed = True
            for item in items:
                self.add_to(root, item)

    def add_to(self, seq: Seq, value: Value | None) -> None:
        """Something may be in a list whose items are not known one by one."""
        root = seq.find()
        if value is None:
            return
        new = self.join(root.element, value)
        if not same(new, root.element):
            root.element = new
            self.changed = True
        if root.escaped:
            self.escape(value)

    # ------------------------------------------------------------------ values

    def join(self, a: Value | None, b: Value | None) -> Value | None:
        """One of two values."""
        if a is None or b is None or same(a, b):
            return b if a is None else a
        if isinstance(a, Arr) and isinstance(b, Arr):
            self.union(a.group, b.group)
            return either(a, b)
        for one, other in ((a, b), (b, a)):
            if isinstance(other, Plain) and other.number:
                if isinstance(one, Arr):
                    loose = frozenset((k, False) for k, _ in one.deps)
                    return replace(one, mixed=True, must_zero=False, deps=loose)
                if isinstance(one, (Seq, Func, Plain, Obj, Ctx)):
                    return one
        if isinstance(a, Seq) and isinstance(b, Seq):
            return self._join_lists(a.find(), b.find())
        if isinstance(a, Plain) and isinstance(b, Plain):
            return PLAIN
        if isinstance(a, Ctx) and isinstance(b, Ctx):
            return Ctx(a.cpu and b.cpu)
        self.escape(a)
        self.escape(b)
        return UNKNOWN

    def _join_lists(self, a: Seq, b: Seq) -> Seq:
        self.changed = True
        if a.items is None or b.items is None or len(a.items) != len(b.items):
            self.loosen(a)
            self.loosen(b)
            a.link(b)
            self.add_to(a, b.element)
        else:
            a.link(b)
            a.items = [self.join(m, n) for m, n in zip(a.items, b.items, strict=True)]
        if b.escaped and not a.escaped:
            self.escape(a)
        return a.find()

    def escape(self, value: Value | None, node: cst.CSTNode | None = None, text: str = "") -> None:
        """A value goes where it is not followed."""
        if isinstance(value, Arr):
            self.keep(value.group, node, text)
        elif isinstance(value, Seq):
            root = value.find()
            if not root.escaped:
                root.escaped = True
                self.changed = True
            for item in (root.element, *(root.items or ())):
                if not (isinstance(item, Seq) and item.find().escaped):
                    self.escape(item, node, text)
        elif isinstance(value, Func) and not value.escaped:
            value.escaped = True
            self.changed = True
            for result in value.results.values():
                if not isinstance(result, Func):
                    self.escape(result, node, text)

    def holds_arrays(self, value: Value | None) -> bool:
        """Whether a value may be or hold an array that is followed."""
        if isinstance(value, Seq):
            root = value.find()
            return any(self.holds_arrays(item) for item in (root.element, *(root.items or ())) if item is not value)
        return isinstance(value, (Arr, Func))

    # ------------------------------------------------------------------ names

    def bind(self, name: str, value: Value | None) -> None:
        self.env[name] = value
        around = self.globals if self.function is None else self.frames.setdefault(self.function.node, {})
        around[name] = choice(around.get(name), value)
        for watcher in self._watchers:
            watcher[name] = choice(watcher.get(name), value)

    def bind_global(self, name: str, value: Value | None) -> None:
        """A function binds a name of the module."""
        new = self.join(self.set_by_functions.get(name), value)
        if not same(new, self.set_by_functions.get(name)):
            self.set_by_functions[name] = new
            self.changed = True

    def settled(self, value: Value | None) -> Value | None:
        """A value that somebody looks at."""
        if isinstance(value, Choice):
            found: Value | None = None
            for each in value.values:
                found = self.join(found, each)
            return found
        return value

    def lookup(self, name: str) -> Value | None:
        if name in self.global_names and (self.function is None or name not in self.env):
            return self.settled(choice(self.globals.get(name), self.set_by_functions.get(name)))
        if name in self.env:
            return self.settled(self.env[name])
        for frame in reversed(self.outer):
            if name in frame:
                return self.settled(frame[name])
        if name in self.globals:
            if self.function is None and not self.late:
                return None
            return self.settled(self.globals[name])
        if name in _DYNAMIC:
            self.given_up = f"{name}() is used, so it cannot be told which names hold what"
        if hasattr(builtins, name):
            return Builtin(name)
        return UNKNOWN

    def join_env(self, a: Env, b: Env) -> Env:
        """Names after one of two ways through the program; a name bound on one way only keeps what it is there."""
        return {name: choice(a.get(name), b.get(name)) for name in {**a, **b}}

    @contextmanager
    def watching(self) -> Iterator[Env]:
        """Collect everything that names hold in between."""
        seen: Env = dict(self.env)
        self._watchers.append(seen)
        try:
            yield seen
        finally:
            self._watchers.pop()

    # ------------------------------------------------------------------ results and plans

    def array(
        self,
        node: cst.CSTNode,
        operands: Iterable[Arr] = (),
        dtype: str | None = None,
        shape: tuple[int | None, ...] | None = None,
        zero: frozenset[cst.CSTNode] = frozenset(),
        must_zero: bool = False,
        tag: str = "",
        detached: bool = False,
    ) -> Arr:
        """The result of an operation: in one group with its operands."""
        operands = list(operands)
        group = self.group((node, tag))
        if operands:
            group.find().uses.add(node)
        for operand in operands:
            self.union(operand.group, group)
        for _, record in self.records:
            self.union(record, group)
        recording = (bool(self.records) or self.called_in_record) and not self.paused and not detached
        deps = together(operands) if recording else frozenset()
        records = frozenset(r for r, _ in self.records).union(*(o.records for o in operands)) if deps else frozenset()
        key = (node, tag)
        if self.repeated or (self.function is not None and self.function.repeated):
            self.many.add(key)
        self.made_in[key] = self.function
        return Arr(group.find(), dtype, shape, zero, must_zero, frozenset([key]), deps, records)

    def plan(
        self,
        node: cst.CSTNode,
        groups: Iterable[Group],
        *templates: Template,
        kind: str = "expression",
        copy: bool = False,
        unless: Group | None = None,
    ) -> None:
        """Plan an edit, in place of what an earlier pass planned there."""
        self.plans[(node, kind)] = Planned(tuple(groups), kind, templates, copy, unless)

    def bridge_to_library(self, node: cst.BaseExpression, value: Arr) -> bool:
        """Give an array to a part of MXNet that stays; whether the program has a name for that."""
        names = [name for name, bound in self.globals.items() if bound == Lib("nd")]
        tops = [f"{name}.nd" for name, bound in self.globals.items() if bound == Lib("")]
        found = next(iter([*names, *tops]), None)
        if found is None:
            return False
        value.group.find().bridges.add(node)
        self.plan(node, [value.group], Template(f"{found}.from_torch({{itself}})"), kind="wrap")
        return True

    def observe(self, value: Value | None) -> None:
        """Somebody looks at the shape of an array, so (1,) must not become ()."""
        if isinstance(value, Arr) and not value.zero <= self.one_axis:
            self.one_axis |= value.zero
            self.changed = True

    def statement_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """The statement that a node is part of."""
        while not isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement)) and node in self.parents:
            node = self.parents[node]
        return node

    def written_in_place(self, value: Arr, node: cst.CSTNode) -> None:
        """An array is written in place by a statement."""
        root = value.group.find()
        if not root.written:
            root.written = True
            self.changed = True
        self.writes[(node, root)] = Write(self.position.get(node, 0), root)
        if self.function is not None:
            self.function.writes = True
        if self.records:
            self.keep(
                root, node, "this writes in place inside record(), which MXNet refuses; compute a new array instead"
            )

    def plan_marks(self, node: cst.BaseExpression, group: Group, view: bool) -> None:
        """Plan nothing but what `one_axis` and ``view`` (of memory that MXNet copies) may ask for."""
        self.plan(node, [group], Template("{itself}"), kind="wrap", copy=view)

    def stays_in_record(self) -> None:
        """Something is called that is not rewritten: a record block around it must stay MXNet's."""
        for _, group in self.records:
            self.keep(group)
        if self.function is not None and not self.function.opaque:
            self.function.opaque = True
            self.changed = True


def foreign_roots() -> Mapping[str, str]:
    """Modules that know nothing of MXNet."""
    import sys

    known = "numpy scipy matplotlib pandas sklearn PIL cv2 tqdm requests yaml torch torchvision seaborn skimage IPython"
    return {name: name for name in [*sys.stdlib_module_names, *known.split()]}


__all__ = ["NUMBER", "Foreign", "Handler", "Lib", "Machine", "Tables", "Unknown"]
