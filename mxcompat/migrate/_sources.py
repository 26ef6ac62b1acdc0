"""Python code out of scripts, notebooks and Markdown, cell by cell, with the lines it stands on."""

from __future__ import annotations

import ast
import codecs
import io
import json
import os
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mxcompat.migrate._errors import MigrateError

SUFFIXES = (".py", ".ipynb", ".md", ".markdown")
_SKIPPED_FOLDERS = {"__pycache__", "node_modules", "site-packages", "build", "dist"}
_TRANSPARENT_MAGICS = {"time", "timeit", "capture", "prun"}
_FENCE = re.compile(r"^(?P<indent> *)(?P<mark>`{3,}|~{3,}) *(?P<info>.*)$")
_PYTHON = re.compile(r"^(?:\{ *\.?)?(?:python|py|python3|ipython)\b", re.IGNORECASE)
_MAGIC = re.compile(r"(?:%{1,2}[A-Za-z]|!|\?{1,2}[\w.]|[\w.]+\?{1,2}$)")
_TOKENS = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|#|[()\[\]{}]')
_TAB = re.compile(r"^\s*#\s*@tab\s+(.+)$")


@dataclass
class Cell:
    """A run of code: ``number`` is that of the code cell in a notebook, else None; ``first_line`` counts from 1."""

    tree: ast.Module
    number: int | None = None
    first_line: int = 1


@dataclass
class Source:
    """A file's code.

    Attributes:
        path: where it is.
        cells: what could be parsed.
        broken: (cell, line, message) of what is no Python 3.
        skipped: cells in another language, and snippets of a text that do not stand alone.
    """

    path: Path
    cells: list[Cell] = field(default_factory=list)
    broken: list[tuple[int | None, int, str]] = field(default_factory=list)
    skipped: int = 0


def collect(
    paths: list[str], suffixes: tuple[str, ...] = SUFFIXES, kinds: str = "a script, a notebook or Markdown"
) -> list[Path]:
    """The files to read, sorted, each once.

    Args:
        paths: files, and folders to look in.
        suffixes: of the files that are wanted, in small letters.
        kinds: what such files are, for the message.

    Raises:
        MigrateError: a path that does not exist, or a file of another kind.
    """
    found: dict[Path, None] = {}
    for name in paths:
        path = Path(name)
        if path.is_dir():
            found.update(dict.fromkeys(_walk(path, suffixes)))
        elif not path.exists():
            raise MigrateError(f"{name}: no such file or folder")
        elif path.suffix.lower() not in suffixes:
            raise MigrateError(f"{name}: not {kinds} ({', '.join(suffixes)})")
        else:
            found[path] = None
    return list(found)


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED_FOLDERS
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg"))
        )
        for name in sorted(files):
            if name.lower().endswith(suffixes) and not name.startswith("."):
                yield Path(here, name)


def read(path: Path) -> Source:
    """Parse a file.

    Raises:
        MigrateError: it cannot be opened, is no text, or no notebook.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MigrateError(f"{path}: cannot be read: {error.strerror}") from None
    source = Source(path)
    suffix = path.suffix.lower()
    if suffix == ".py":
        _add(source, _decode(path, data), None, 1)
    elif suffix == ".ipynb":
        _notebook(source, _decode(path, data))
    else:
        _markdown(source, _decode(path, data))
    return source


def _decode(path: Path, data: bytes) -> str:
    try:
        if path.suffix.lower() == ".py":
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            return data.decode(encoding)
        wide = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        return data.decode("utf-16" if wide else "utf-8-sig")
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise MigrateError(f"{path}: not a text file: {error}") from None


def _add(source: Source, text: str, number: int | None, first_line: int, snippet: bool = False) -> None:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(text, str(source.path), "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if snippet:
            source.skipped += 1
            return
        line = (getattr(error, "lineno", None) or 1) + first_line - 1
        source.broken.append((number, line, str(getattr(error, "msg", error))))
        return
    source.cells.append(Cell(tree, number, first_line))


def notebook_cells(name: object, text: str) -> tuple[dict[str, Any], list[Any]]:
    """A notebook of any format as JSON, and its cells.

    Raises:
        MigrateError: it is none.
    """
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise MigrateError(f"{name}: not a notebook: not JSON") from None
    sheets = raw.get("worksheets") if isinstance(raw, dict) else None
    cells = sheets[0].get("cells") if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict) else None
    if cells is None and isinstance(raw, dict):
        cells = raw.get("cells")
    if not isinstance(cells, list):
        raise MigrateError(f"{name}: not a notebook: it has no list of cells")
    return raw, cells


def cell_text(cell: dict[str, Any]) -> str:
    """What stands in a cell of a notebook."""
    text = cell.get("source", cell.get("input", ""))
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _notebook(source: Source, text: str) -> None:
    _, cells = notebook_cells(source.path, text)
    for number, cell in enumerate(_code_cells(cells), 1):
        code = _without_magics(cell)
        if code is None:
            source.skipped += 1
        else:
            _add(source, code, number, 1)


def _code_cells(cells: list[Any]) -> Iterator[str]:
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield cell_text(cell)


def _without_magics(code: str) -> str | None:
    """The code with IPython's own lines blanked out; None if the cell is another language's."""
    lines = code.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first][2:].split(" ")[0].strip() not in _TRANSPARENT_MAGICS:
            return None
        lines[first] = ""
    if _parses("\n".join(lines)):  # a continued line may begin with a percent sign of Python's own
        return "\n".join(lines)
    quote, depth = "", 0
    for i, line in enumerate(lines):
        bare = line.lstrip()
        if not quote and not depth and not (i and lines[i - 1].endswith("\\")):
            if _MAGIC.match(bare):
                lines[i] = line[: len(line) - len(bare)] + "pass"
            elif match := re.match(r"^(\s*[\w., ]+=\s*)(?:!|%[A-Za-z])", line):
                lines[i] = match[1] + "None"
        quote, depth = _open_after(lines[i], quote, depth)
    return "\n".join(lines)


def _parses(code: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "cell", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _open_after(line: str, quote: str, depth: int) -> tuple[str, int]:
    """The triple quote and the number of brackets that are open after a line."""
    for match in _TOKENS.finditer(line):
        token = match[0]
        if quote:
            quote = "" if token == quote else quote
        elif token in ('"""', "'''"):
            quote = token
        elif token[0] == "#":
            break
        elif token in "([{":
            depth += 1
        elif token in ")]}":
            depth = max(0, depth - 1)
    return quote, depth


def _markdown(source: Source, text: str) -> None:
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        match = _FENCE.match(lines[position])
        position += 1
        if match is None:
            continue
        start = position
        mark, indent = match["mark"], match["indent"]
        while position < len(lines) and not lines[position].strip().startswith(mark):
            position += 1
        block = [line.removeprefix(indent) for line in lines[start:position]]
        position += 1
        if _PYTHON.match(match["info"]) and block:
            _block(source, block, start + 1, is_cell=".input" in match["info"])


def _block(source: Source, block: list[str], first_line: int, is_cell: bool) -> None:
    tab = _TAB.match(block[0])
    if tab and not {"mxnet", "all"} & set(re.split(r"[,\s]+", tab[1].strip())):
        source.skipped += 1
        return
    if block[0].lstrip().startswith(">>>"):
        block = [line.lstrip()[4:] if line.lstrip()[:3] in (">>>", "...") else "" for line in block]
    code = _without_magics("\n".join(block))
    if code is None:
        source.skipped += 1
    else:
        _add(source, code, None, first_line, snippet=not is_cell)
