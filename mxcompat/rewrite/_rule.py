"""What a rule is, and finding them: every module of `mxcompat.rewrite.rules` holds one, called ``RULE``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import libcst as cst

from mxcompat.rewrite._machine import Handler, Tables


@dataclass(frozen=True)
class Rule:
    """One rewriting. Its examples are its tests and its part of ``docs/rewriting.md``.

    Attributes:
        message: what it does, in words, for the documentation and ``--list``.
        mode: ``import`` (in force in both modes) or ``torch``.
        changes: programs before and after.
        leaves: programs, and a word of the note that says why they are left as they are ("" for no note).
        transform: of an ``import`` rule: from a tree (a script, or one cell) to the new one.
        functions, methods, attributes, hooks: of a ``torch`` rule: see `Tables`.
    """

    message: str
    mode: str = "torch"
    changes: Sequence[tuple[str, str]] = ()
    leaves: Sequence[tuple[str, str]] = ()
    transform: Callable[[cst.Module, Sequence[cst.Module]], cst.Module] | None = None
    functions: Mapping[str, Handler] = field(default_factory=dict)
    methods: Mapping[str, Handler] = field(default_factory=dict)
    attributes: Mapping[str, Handler] = field(default_factory=dict)
    hooks: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its name (that of its file), ``import`` rules first."""
    from mxcompat.rewrite import rules as package

    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith("_"):
            rule = importlib.import_module(f"{package.__name__}.{module.name}").RULE
            found[module.name.replace("_", "-")] = rule
    return dict(sorted(found.items(), key=lambda pair: (pair[1].mode != "import", pair[0])))


def tables(chosen: Mapping[str, Rule]) -> Tables:
    """What these rules can rewrite; two that claim the same thing are a mistake in the package."""
    merged = Tables()
    for name, rule in chosen.items():
        for kind in ("functions", "methods", "attributes", "hooks"):
            target = getattr(merged, kind)
            for key, handler in getattr(rule, kind).items():
                if key in target:
                    raise TypeError(f"rule {name}: {kind} {key!r} belongs to another rule, too")
                target[key] = handler
    return merged
