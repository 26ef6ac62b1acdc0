"""What `--mode torch` knows of a value while it follows a program, without running it.

A program's arrays fall into *groups*: arrays that meet in one operation, under one name or in one list belong together.
A group is rewritten as a whole or not at all, so no operation ever sees an NDArray beside a tensor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import libcst as cst

FLOATS = ("float32", "float64", "float16")


class Group:
    """Arrays that are rewritten together.

    Attributes:
        reasons: where and why the group cannot be rewritten.
        kept: it is not rewritten.
        written: some array of the group is written in place.
        origins: parts of MXNet that stay and that make arrays of the group; the other reasons follow from them.
        uses: code that would become torch's and is more than making an array.
        bridges: places where an array goes to a part of MXNet that stays.
    """

    def __init__(self) -> None:
        self._parent: Group | None = None
        self.reasons: list[tuple[cst.CSTNode, str]] = []
        self.kept = False
        self.written = False
        self.origins: list[tuple[cst.CSTNode, str]] = []
        self.uses: set[cst.CSTNode] = set()
        self.bridges: set[cst.CSTNode] = set()

    def find(self) -> Group:
        here = self
        while here._parent is not None:
            if here._parent._parent is not None:
                here._parent = here._parent._parent
            here = here._parent
        return here

    def union(self, other: Group) -> bool:
        """Put two groups together; whether they were apart."""
        a, b = self.find(), other.find()
        if a is b:
            return False
        b._parent = a
        a.reasons += [reason for reason in b.reasons if reason not in a.reasons]
        a.origins += [origin for origin in b.origins if origin not in a.origins]
        a.uses |= b.uses
        a.bridges |= b.bridges
        a.kept |= b.kept
        a.written |= b.written
        return True

    def keep(self, node: cst.CSTNode | None, text: str = "") -> bool:
        """Say that the group stays as it is; without text, silently. Whether that is news."""
        root = self.find()
        news = not root.kept
        root.kept = True
        if node is not None and text and not any(at is node for at, _ in root.reasons):
            root.reasons.append((node, text))
            news = True
        return news

    @property
    def rewritten(self) -> bool:
        """Whether it can be, and is worth it: most of what happens to its arrays becomes torch's."""
        root = self.find()
        return not root.kept and len(root.uses) >= len(root.bridges)


class Value:
    """Anything; the base of what follows."""


@dataclass(frozen=True)
class Plain(Value):
    """A value that holds no array of MXNet: a number, text or None (``number``), or NumPy's and other libraries'."""

    number: bool = False


@dataclass(frozen=True)
class Unknown(Value):
    """A value that may hold anything. No array of a rewritten group goes in, none comes out."""


NUMBER = Plain(True)
PLAIN = Plain()
UNKNOWN = Unknown()


@dataclass(frozen=True)
class Lib(Value):
    """A module, class or function of MXNet, by its dotted name below the package."""

    name: str


@dataclass(frozen=True)
class Foreign(Value):
    """A module, or something in a module, of another library that knows nothing of MXNet."""

    name: str


@dataclass(frozen=True)
class Obj(Value):
    """An object that one of MXNet's classes or functions made and that is no array: ``name`` made it."""

    name: str


@dataclass(frozen=True)
class Ctx(Value):
    """A context; ``cpu`` if it can be nothing else than the CPU."""

    cpu: bool


@dataclass(frozen=True)
class Arr(Value):
    """An array.

    Attributes:
        dtype: its dtype, ``"float"`` for any of the floating ones, None if that is not known.
        shape: MXNet's shape, with None for lengths that are not known; None if the number of axes is not.
        zero: operations whose result has shape (1,) in MXNet and () in torch, and which this may be.
        must_zero: it is surely one of them.
        ids: the operations that may have made this very array.
        deps: the arrays that it may be computed from, and whether it surely is.
        records: the record blocks in which it may have been computed.
        mixed: it may also be a number.
    """

    group: Group
    dtype: str | None = None
    shape: tuple[int | None, ...] | None = None
    zero: frozenset[cst.CSTNode] = frozenset()
    must_zero: bool = False
    ids: frozenset[object] = frozenset()
    deps: frozenset[tuple[object, bool]] = frozenset()
    records: frozenset[cst.CSTNode] = frozenset()
    mixed: bool = False

    @property
    def floating(self) -> bool:
        return self.dtype in FLOATS or self.dtype == "float"

    @property
    def ndim(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    def plain_key(self) -> tuple[object, ...]:
        return (self.group.find(), self.dtype, self.shape, self.zero, self.must_zero, self.ids, self.deps, self.records,
                self.mixed)  # fmt: skip


class Seq(Value):
    """A list, tuple, dict or iterator: each item if the items are known, and what they have in common.

    Attributes:
        items: one value per item; None if they are not known one by one.
        element: what any item may be.
    """

    def __init__(self) -> None:
        self._parent: Seq | None = None
        self.items: list[Value | None] | None = None
        self.element: Value | None = None
        self.escaped = False

    def find(self) -> Seq:
        here = self
        while here._parent is not None:
            here = here._parent
        return here

    def link(self, other: Seq) -> None:
        other._parent = self


@dataclass(eq=False)
class Func(Value):
    """A function of the program itself.

    Attributes:
        params: what its parameters may be, by name, and by whether it is called while recording.
        results: what it may return (for a generator: yield), likewise.
        calls: the places that call it.
        escaped: it may be called from elsewhere, with anything.
        writes: it writes into arrays in place.
        opaque: it calls something that is not followed.
        repeated: it may run more than once.
    """

    node: cst.FunctionDef | cst.Lambda
    params: dict[tuple[str, bool], Value] = field(default_factory=dict)
    results: dict[bool, Value | None] = field(default_factory=dict)
    calls: set[cst.CSTNode] = field(default_factory=set)
    contexts: set[bool] = field(default_factory=set)
    escaped: bool = False
    generator: bool = False
    writes: bool = False
    opaque: bool = False
    repeated: bool = False


@dataclass(eq=False)
class Choice(Value):
    """One of several values, put together only when somebody looks: a name that nobody reads again joins nothing."""

    values: list[Value]


@dataclass(frozen=True)
class Method(Value):
    """An attribute of an array or object that is about to be called."""

    receiver: Value
    node: cst.BaseExpression
    name: str


@dataclass(frozen=True)
class Builtin(Value):
    """One of Python's own functions."""

    name: str


def same(a: Value | None, b: Value | None) -> bool:
    """Whether two values say the same."""
    if a is b:
        return True
    if isinstance(a, Arr) and isinstance(b, Arr):
        return a.plain_key() == b.plain_key()
    if isinstance(a, Seq) and isinstance(b, Seq):
        return a.find() is b.find()
    if isinstance(a, Choice) and isinstance(b, Choice):
        return len(a.values) == len(b.values) and all(map(same, a.values, b.values))
    if isinstance(a, (Seq, Func, Arr, Choice)) or isinstance(b, (Seq, Func, Arr, Choice)):
        return False
    return a == b


def choice(*values: Value | None) -> Value | None:
    """One of these."""
    found: list[Value] = []
    for value in values:
        for each in value.values if isinstance(value, Choice) else [value]:
            if each is not None and not any(same(each, other) for other in found):
                found.append(each)
    if not found:
        return None
    return found[0] if len(found) == 1 else Choice(found)


def join_shapes(a: tuple[int | None, ...] | None, b: tuple[int | None, ...] | None) -> tuple[int | None, ...] | None:
    """What two shapes have in common."""
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(m if m == n else None for m, n in zip(a, b, strict=True))


def join_dtypes(a: str | None, b: str | None) -> str | None:
    """What two dtypes have in common."""
    if a == b:
        return a
    return "float" if all(d in FLOATS or d == "float" for d in (a, b)) else None


def either(a: Arr, b: Arr) -> Arr:
    """An array that is one of two; their groups must be one already."""
    surely = {k for k, must in a.deps if must} & {k for k, must in b.deps if must}
    return replace(
        a,
        dtype=join_dtypes(a.dtype, b.dtype),
        shape=join_shapes(a.shape, b.shape),
        zero=a.zero | b.zero,
        must_zero=a.must_zero and b.must_zero,
        ids=a.ids | b.ids,
        deps=frozenset((k, k in surely) for k, _ in a.deps | b.deps),
        records=a.records | b.records,
        mixed=a.mixed or b.mixed,
    )


def together(operands: Iterable[Arr]) -> frozenset[tuple[object, bool]]:
    """What the result of an operation on all of these is computed from, the operands themselves included."""
    found: dict[object, bool] = {}
    for operand in operands:
        own = [(each, len(operand.ids) == 1 and not operand.mixed) for each in operand.ids]
        for key, must in [*operand.deps, *own]:
            found[key] = found.get(key, False) or must
    return frozenset(found.items())
