"""Rewriting one file: its cells are parsed, handed to the rules, compiled, and only then given back."""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

import libcst as cst

from mxcompat.rewrite import _files, _notebooks, _torch
from mxcompat.rewrite._errors import RewriteError
from mxcompat.rewrite._files import Document
from mxcompat.rewrite._rule import Rule, rules

MODES = ("import", "torch")
_CONCERNS = re.compile(r"\b(?:mxnet|mxcompat)\b")
_WORD = re.compile(r"[A-Za-z_]\w*")


def choose(mode: str, only: Iterable[str] = (), skip: Iterable[str] = ()) -> dict[str, Rule]:
    """The rules in force. A torch rule needs MXNet's imports as mxcompat's; ``only`` keeps that to itself.

    Raises:
        RewriteError: a rule that does not exist, or is not one of this mode.
    """
    known = {name: rule for name, rule in rules().items() if rule.mode == "import" or mode == "torch"}
    for name in [*only, *skip]:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            if name in rules():
                hint = "; it is one of --mode torch"
            raise RewriteError(
                f"there is no rule {name!r} in --mode {mode}{hint}; `mxcompat rewrite --list` lists them"
            )
    wanted = set(only) or set(known)
    return {name: rule for name, rule in known.items() if name in wanted and name not in set(skip)}


def rewrite(document: Document, mode: str, chosen: Mapping[str, Rule], closed: str = "") -> str:
    """The file's new text; the old one if there is nothing to do.

    Args:
        document: the file.
        mode: ``import`` or ``torch``.
        chosen: the rules in force, from `choose`.
        closed: why arrays may come to this file from others or go there; "" if it is a program of its own.

    Raises:
        RewriteError: the file is no Python 3, or cannot be followed. Nothing of it is rewritten then.
    """
    if not any(cell and _CONCERNS.search(cell) for cell in document.cells):
        return document.original
    hidden: list[list[str]] = []
    modules: list[cst.Module] = []
    places: list[int] = []
    mentioned: set[str] = set()
    for number, cell in enumerate(document.cells):
        if cell is None:
            continue
        is_cell = document.notebook is not None
        code, magics = _notebooks.hide_magics(cell) if is_cell else (cell, [])
        if code is None:
            mentioned |= set(_WORD.findall(cell))
            continue
        for text in magics:
            mentioned |= set(_WORD.findall(text))
        modules.append(_parsed(document, code, number if is_cell else None))
        hidden.append(magics)
        places.append(number)
    try:
        new = _apply(modules, mode, chosen, mentioned, closed)
    except RecursionError:
        raise RewriteError(f"{document.name}: left alone: nested too deeply to follow") from None
    cells = list(document.cells)
    for place, old, module, magics in zip(places, modules, new, hidden, strict=True):
        if module.code != old.code:
            _compile(document, module.code, "the rewritten code")
            cells[place] = _notebooks.show_magics(module.code, magics)
    return document.text(cells)


def _apply(
    modules: list[cst.Module], mode: str, chosen: Mapping[str, Rule], mentioned: set[str], closed: str
) -> list[cst.Module]:
    new = list(modules)
    for rule in chosen.values():
        if rule.transform is not None:
            new = [rule.transform(module, new) for module in new]
    if mode == "torch":
        from mxcompat.rewrite.rules.torch_autograd import HEADER

        new = _torch.to_torch(new, chosen, mentioned, HEADER, closed)
    return new


def _parsed(document: Document, code: str, cell: int | None) -> cst.Module:
    where = "" if cell is None else f"cell {cell + 1}, "
    try:
        _compiled(code)
        return cst.parse_module(code)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        message = getattr(error, "msg", None) or str(error)
        text = f"{where}line {line}: {message}" if line else f"{where}{message}"
        raise RewriteError(f"{document.name}: left alone: no Python 3: {text}") from None
    except cst.ParserSyntaxError as error:
        raise RewriteError(f"{document.name}: left alone: {where}line {error.raw_line}: cannot be parsed") from None
    except (RecursionError, MemoryError):
        raise RewriteError(f"{document.name}: left alone: {where}nested too deeply to parse") from None


def _compile(document: Document, code: str, what: str) -> None:
    try:
        _compiled(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise RewriteError(
            f"{document.name}: left alone: {what} would not parse ({error}); please report this"
        ) from None


def _compiled(code: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(code, "<code>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def difference(document: Document, text: str) -> str:
    """A unified diff; of a notebook, cell by cell."""
    if document.notebook is None:
        return _diff(document.name, document.original, text)
    fresh = _files.from_bytes(document.name, text.encode(), is_notebook=True)
    pieces = [
        _diff(f"{document.name}:cell {number}", old or "", new or "")
        for number, (old, new) in enumerate(zip(document.cells, fresh.cells, strict=True), 1)
        if old != new
    ]
    return "".join(pieces)


def _diff(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def users_of(path: Path, others: Iterable[Path]) -> str:
    """Why a file is no program of its own: who imports it. "" if nobody is seen to.

    Looked at are the other files that were named, and those beside it.
    """
    if path.suffix != ".py":
        return ""
    if path.name == "__init__.py" or (path.parent / "__init__.py").exists():
        return "the file is part of a package, so arrays come from and go to other files"
    try:
        beside = [each for each in path.parent.iterdir() if each.suffix in _files.SUFFIXES]
    except OSError:
        beside = []
    wanted = re.compile(rf"\b(?:from|import)\s[^\n]*\b{re.escape(path.stem)}\b".encode())
    for other in [*beside, *others]:
        if other.absolute() == path.absolute():
            continue
        try:
            if wanted.search(other.read_bytes()):
                return f"{other.name} imports this file, so arrays come from and go to other files"
        except OSError:
            continue
    return ""
