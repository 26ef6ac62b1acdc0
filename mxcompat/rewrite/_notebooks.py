"""Notebooks: their code cells, and IPython's own lines (magics), which are hidden while a cell is Python."""

from __future__ import annotations

import re
from typing import Any

from mxcompat.migrate import _sources
from mxcompat.migrate._errors import MigrateError
from mxcompat.rewrite._errors import RewriteError

_TRANSPARENT = {"time", "timeit", "capture", "prun"}
_HIDDEN = "__mxcompat_hidden_{}__"
_FOUND = re.compile(
    r"^(?P<indent>\s*)pass  # __mxcompat_hidden_(?P<statement>\d+)__$|__mxcompat_hidden_(?P<value>\d+)__"
)
_HELP = re.compile(r"^\?{1,2}[\w.]+$|^[\w.]+\?{1,2}$")
_CAPTURED = re.compile(r"^(?P<before>\s*[\w., ]+=\s*)(?P<magic>[!%]\S.*)$")


class Notebook:
    """A parsed notebook of any format; only the sources of its code cells can change."""

    def __init__(self, name: str, text: str, raw: Any, cells: list[Any]) -> None:
        self._name, self._text, self._raw = name, text, raw
        self._cells = [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
        self.cells: list[str | None] = [_sources.cell_text(cell) for cell in self._cells]

    def text(self, cells: list[str | None]) -> str:
        """The notebook as JSON, with these sources. Unchanged sources give the file as it was."""
        if cells == self.cells:
            return self._text
        nbformat = _nbformat(self._name)
        fresh = nbformat.reader.reads(self._text)
        sheets = fresh.get("worksheets")
        new_cells = (sheets[0] if sheets else fresh)["cells"]
        code = [cell for cell in new_cells if cell.get("cell_type") == "code"]
        for cell, before, after in zip(code, self.cells, cells, strict=True):
            if after != before:
                cell["source" if "source" in cell else "input"] = after
        written: str = nbformat.versions[fresh["nbformat"]].writes_json(fresh)
        return written.rstrip("\n") + self._text[len(self._text.rstrip("\n")) :]


def load(name: str, text: str) -> Notebook:
    """Read a notebook.

    Raises:
        RewriteError: it is none, or not one of Python.
    """
    try:
        raw, cells = _sources.notebook_cells(name, text)
    except MigrateError as error:
        raise RewriteError(str(error)) from None
    metadata = raw.get("metadata")
    info = metadata if isinstance(metadata, dict) else {}
    for place, key in (("language_info", "name"), ("kernelspec", "language")):
        section = info.get(place)
        language = section.get(key) if isinstance(section, dict) else None
        if isinstance(language, str) and "python" not in language.lower():
            raise RewriteError(f"{name}: a notebook of {language}, not of Python")
    return Notebook(name, text, raw, cells)


def _nbformat(name: str) -> Any:
    try:
        import nbformat
        import nbformat.reader
    except ModuleNotFoundError as error:
        raise RewriteError(
            f"{name}: rewriting notebooks needs {error.name}, which is not here: pip install 'mxcompat[notebook]'"
        ) from None
    return nbformat


def hide_magics(code: str) -> tuple[str | None, list[str]]:
    """The cell as Python, and what was hidden; None for a cell in another language.

    A magic becomes a statement (or a name, where its result is assigned) that `show_magics` turns back.
    """
    lines = code.split("\n")
    hidden: list[str] = []

    def hide(text: str) -> str:
        hidden.append(text)
        return _HIDDEN.format(len(hidden) - 1)

    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first][2:].split(" ")[0].strip() not in _TRANSPARENT:
            return None, []
        lines[first] = f"pass  # {hide(lines[first])}"
    state = (0, "")
    for i, line in enumerate(lines):
        bare = line.lstrip()
        if state == (0, "") and "__mxcompat_hidden_" not in line:
            if bare.startswith(("%", "!", "?")) or _HELP.match(bare):
                lines[i] = f"{line[: len(line) - len(bare)]}pass  # {hide(bare)}"
            elif match := _CAPTURED.match(line):
                lines[i] = match["before"] + hide(match["magic"])
        state = _after(lines[i], *state)
    return "\n".join(lines), hidden


def _after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Brackets that are open after a line, and the quote of a text that goes on (a backslash counts as a bracket)."""
    position = 0
    depth = max(depth, 0)
    while position < len(line):
        here = line[position]
        if quote:
            if here == "\\":
                position += 1
            elif line.startswith(quote, position):
                position += len(quote) - 1
                quote = ""
        elif here == "#":
            return depth, ""
        elif here in "\"'":
            quote = here * 3 if line.startswith(here * 3, position) else here
            position += len(quote) - 1
        elif here in "([{":
            depth += 1
        elif here in ")]}":
            depth -= 1
        position += 1
    if len(quote) == 1 or line.endswith("\\"):
        return (depth or -1, "") if line.endswith("\\") else (depth, "")
    return depth, quote


def show_magics(code: str, hidden: list[str]) -> str:
    """The inverse of `hide_magics`, on rewritten code."""

    def shown(match: re.Match[str]) -> str:
        number = match["statement"] or match["value"]
        return (match["indent"] or "") + hidden[int(number)]

    return "\n".join(_FOUND.sub(shown, line) for line in code.split("\n")) if hidden else code
