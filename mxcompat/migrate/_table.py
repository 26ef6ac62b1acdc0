"""The generated table of public names: what leads where, and what is known of it."""

from __future__ import annotations

import enum
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "_support.json"

#: keywords that every operator takes besides its own
_ANY_OPERATOR = {"name", "attr", "out", "ctx", "dtype", "num_args", "lr_mult", "wd_mult", "force_mirroring"}
#: keywords that a block hands on to those it is made of
_ANY_BLOCK = {"prefix", "params", "op_name", "adj"}

_UNKNOWN = ("MXNet 1.9.1 has no such name", "a private name, which mxcompat does not have")


class Kind(enum.Enum):
    """What a name stands for."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    VALUE = "value"
    MISSING = "missing"


@dataclass(frozen=True)
class Thing:
    """A public name.

    Attributes:
        kind: what it is.
        key: its place in the table: a module path, the name of a class, or ``module.name``.
        signature: the number of its parameters; None if it is not called, or they are not known.
        reason: why it is not there.
    """

    kind: Kind
    key: str
    signature: int | None = None
    reason: str = ""


class Support:
    """The table, asked by dotted names below the package."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._modules: dict[str, dict[str, Any]] = data["modules"]
        self._classes: dict[str, dict[str, Any]] = data["classes"]
        self._signatures: list[str] = data["signatures"]
        self._missing: dict[str, str] = data["missing"]
        self._idle_arguments: dict[str, dict[str, str]] = data["idle_arguments"]
        self.refused: dict[str, str] = data["refused"]
        self.idle: dict[str, str] = data["idle"]
        self.differences: dict[str, list[dict[str, Any]]] = data["differences"]
        self.array_methods = frozenset(data["array_methods"])
        self.operators = frozenset(data["operators"])

    # ------------------------------------------------------------------ looking up

    def module(self, path: str) -> Thing:
        """The module at a dotted path, as an import statement names it."""
        thing = Thing(Kind.MODULE, "")
        for part in filter(None, path.split(".")):
            thing = self.in_module(thing.key, part)
            if thing.kind is not Kind.MODULE:
                break
        return thing

    def in_module(self, module: str, name: str) -> Thing:
        """What a module's attribute is."""
        entry = self._modules.get(module, {}).get(name)
        path = f"{module}.{name}".lstrip(".")
        if entry is None:
            if name.startswith("__"):  # __version__, __all__, __file__: every module has some
                return Thing(Kind.VALUE, path)
            if path in self._modules:
                return Thing(Kind.MODULE, path)
            unknown = (
                "a private name, which mxcompat does not have" if name[0] == "_" else "MXNet 1.9.1 has no such name"
            )
            return Thing(Kind.MISSING, path, reason=self._missing.get(path, unknown))
        if isinstance(entry, int):
            return Thing(Kind.FUNCTION, path, entry)
        mark, _, target = str(entry).partition(":")
        if mark == "m":
            return Thing(Kind.MODULE, target)
        if mark == "c":
            return Thing(Kind.CLASS, target, self._classes[target]["call"])
        return Thing(Kind.VALUE, path)

    def modules(self) -> list[str]:
        """The dotted paths of all modules; the package itself is ""."""
        return list(self._modules)

    def names(self, module: str) -> list[str]:
        """Every name of a module, as ``import *`` gives them."""
        return [name for name in self._modules.get(module, {}) if not name.startswith("_")]

    def in_class(self, key: str, name: str) -> Thing | None:
        """A member of a class or of one of its bases; None if nothing is known of it (set on instances, say)."""
        found = self._classes.get(key)
        if found is None:
            return None
        if name in found["members"]:
            entry = found["members"][name]
            if isinstance(entry, int):
                return Thing(Kind.FUNCTION, f"{key}.{name}", entry)
            return Thing(Kind.VALUE, f"{key}.{name}")
        if f"{key}.{name}" in self._missing:
            return Thing(Kind.MISSING, f"{key}.{name}", reason=self._missing[f"{key}.{name}"])
        for base in found["bases"]:
            member = self.in_class(base, name)
            if member is not None:
                return member
        return None

    def is_a(self, key: str, base: str) -> bool:
        """Whether a class is, or descends from, another."""
        return key == base or any(self.is_a(b, base) for b in self._classes.get(key, {"bases": ()})["bases"])

    # ------------------------------------------------------------------ arguments

    def refuses(self, thing: Thing, keyword: str) -> bool:
        """Whether a call has no argument of that name."""
        if thing.signature is None or keyword.startswith("__"):
            return False
        words = self._signatures[thing.signature].split()
        operator = words[:1] == ["@"]
        names = {word.strip("*=") for word in words}
        if keyword in names or (operator and keyword in _ANY_OPERATOR):
            return False
        if operator:  # inputs in any number have no names
            return not any(word.startswith("*") and not word.startswith("**") for word in words)
        if thing.kind is Kind.CLASS and thing.key.startswith("gluon.") and self.is_a(thing.key, "gluon.Block"):
            return keyword not in _ANY_BLOCK  # what a block of MXNet's own takes as **kwargs goes to Block
        return not any(word.startswith("**") for word in words)

    def idle_argument(self, thing: Thing, keyword: str) -> str:
        """Why an argument does nothing; empty if it does something."""
        for key in (thing.key, _as_nd(thing.key)):
            found = self._idle_arguments.get(key, {}).get(keyword)
            if found:
                return found
        return ""

    def parameters(self, thing: Thing) -> list[str]:
        """Names of the parameters that a call takes."""
        if thing.signature is None:
            return []
        return [word.strip("=") for word in self._signatures[thing.signature].split() if word[0] not in "*@"]

    def differences_of(self, thing: Thing) -> list[dict[str, Any]]:
        """The listed differences of an operator, whichever front end names it."""
        return self.differences.get(_as_nd(thing.key), [])


def _as_nd(key: str) -> str:
    head, _, rest = key.partition(".")
    return f"nd.{rest}" if head in ("symbol", "sym", "ndarray") else key


@functools.cache
def support() -> Support:
    """The table that lies beside this file."""
    return Support(json.loads(PATH.read_text(encoding="utf-8")))
