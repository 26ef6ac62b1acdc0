"""What is said of a program: its uses of MXNet's names, and what the names in it stand for."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from mxcompat.migrate._table import Thing


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


class Front(enum.Enum):
    F = "F"


@dataclass(frozen=True)
class Project:
    """A module of the program itself, by its path."""

    path: str


Value = Thing | Instance | OwnClass | OwnInstance | Front | Project | None
Scope = dict[str, Value]
