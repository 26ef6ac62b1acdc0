"""Finding files, reading them as cells of code, and putting a new text in a file's place."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import tokenize
from dataclasses import dataclass, field
from pathlib import Path

from mxcompat.migrate import _sources
from mxcompat.migrate._errors import MigrateError
from mxcompat.rewrite import _notebooks
from mxcompat.rewrite._errors import RewriteError

SUFFIXES = (".py", ".ipynb")


@dataclass
class Document:
    """A file's code.

    Attributes:
        name: what messages call it.
        cells: its pieces of Python: one for a script, one for each code cell of a notebook. None stands for a cell
            in another language.
        path: where it is; None for standard input.
    """

    name: str
    cells: list[str | None]
    path: Path | None = None
    encoding: str = "utf-8"
    notebook: _notebooks.Notebook | None = field(default=None, repr=False)

    def text(self, cells: list[str | None]) -> str:
        """The whole file with these cells in it."""
        if self.notebook is None:
            return cells[0] or ""
        return self.notebook.text(cells)

    @property
    def original(self) -> str:
        return self.text(self.cells)


def collect(names: list[str]) -> list[Path]:
    """The files to read, sorted within each folder, each once.

    Raises:
        RewriteError: a path that does not exist, a file of another kind, or no file at all.
    """
    try:
        for name in names:
            if Path(name).is_dir() and not _sources.collect([name], SUFFIXES):
                raise RewriteError(f"{name}: no Python file and no notebook in there")
        return _sources.collect(names, SUFFIXES, "a script and not a notebook")
    except MigrateError as error:
        raise RewriteError(str(error)) from None


def read(path: Path) -> Document:
    """Read a file.

    Raises:
        RewriteError: it cannot be opened, is no text, or no notebook.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RewriteError(f"{path}: cannot be read: {error.strerror}") from None
    document = from_bytes(str(path), data, path.suffix.lower() == ".ipynb")
    document.path = path
    return document


def from_bytes(name: str, data: bytes, is_notebook: bool = False) -> Document:
    """The document in ``data``.

    Raises:
        RewriteError: it is no text, or no notebook.
    """
    try:
        encoding = "utf-8" if is_notebook else tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        reason = f"byte {error.start} is not {error.encoding}" if isinstance(error, UnicodeDecodeError) else str(error)
        raise RewriteError(f"{name}: not a text file ({reason})") from None
    if is_notebook:
        notebook = _notebooks.load(name, text)
        return Document(name, notebook.cells, notebook=notebook, encoding=encoding)
    return Document(name, [text], encoding=encoding)


def write(document: Document, text: str) -> None:
    """Put ``text`` in the file's place: complete, or not at all; the mode of the file is kept.

    Raises:
        RewriteError: it cannot be written.
    """
    if document.path is None:
        raise RewriteError(f"{document.name}: has no place to write to")
    target = Path(os.path.realpath(document.path))
    temporary = ""
    try:
        data = text.encode(document.encoding)
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except (OSError, UnicodeEncodeError) as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise RewriteError(f"{document.name}: cannot be written: {reason}") from None
