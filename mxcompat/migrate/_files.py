"""Reading and replacing files: one line for what goes wrong, and nothing half-written."""

from __future__ import annotations

import contextlib
import os
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from mxcompat.migrate._errors import MigrateError

_BLOCK = 1 << 20


class Reader:
    """A file that is read by fields; every length is compared with the file's size before it is believed."""

    def __init__(self, file: BinaryIO, name: str, size: int) -> None:
        self._file, self.name, self.size = file, name, size
        self.position = 0

    def error(self, text: str) -> MigrateError:
        return MigrateError(f"{self.name}: at byte {self.position}: {text}")

    def take(self, count: int, what: str) -> bytes:
        self._need(count, what)
        found = self._file.read(count)
        if len(found) != count:
            raise self.error(f"the file became shorter while {what} was read")
        self.position += count
        return found

    def unpack(self, layout: str, what: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout), what))

    def skip(self, count: int, what: str) -> None:
        self._need(count, what)
        self._file.seek(count, os.SEEK_CUR)
        self.position += count

    def go(self, position: int) -> None:
        self._file.seek(position)
        self.position = position

    def blocks(self, start: int, count: int, what: str) -> Iterator[bytes]:
        """``count`` bytes from ``start`` on, in pieces."""
        self.go(start)
        while count:
            piece = self.take(min(count, _BLOCK), what)
            count -= len(piece)
            yield piece

    def _need(self, count: int, what: str) -> None:
        if count < 0 or count > self.size - self.position:
            left = self.size - self.position
            raise self.error(f"cut short or damaged: expected {count} bytes of {what}, {left} are left")


@contextmanager
def opened(path: str) -> Iterator[Reader]:
    """A file to read.

    Raises:
        MigrateError: it is not there, is a folder, or may not be read.
    """
    if os.path.isdir(path):
        raise MigrateError(f"{path}: is a folder, expected a file")
    try:
        file = open(path, "rb")
    except FileNotFoundError:
        raise MigrateError(f"{path}: no such file") from None
    except OSError as error:
        raise MigrateError(f"{path}: cannot be read: {error.strerror}") from None
    with file:
        try:
            yield Reader(file, path, os.fstat(file.fileno()).st_size)
        except OSError as error:
            raise MigrateError(f"{path}: cannot be read: {error.strerror}") from None


@contextmanager
def replacing(path: Path, force: bool) -> Iterator[BinaryIO]:
    """A file that takes its name only when everything has been written.

    Raises:
        MigrateError: it exists and ``force`` is not given, or it cannot be written.
    """
    if path.is_dir():
        raise MigrateError(f"{path}: is a folder, expected the name of a file")
    if path.exists() and not force:
        raise MigrateError(f"{path} exists; --force replaces it")
    try:
        handle, temporary = tempfile.mkstemp(prefix=".mxcompat-", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise MigrateError(f"cannot write {path}: {error.strerror}") from None
    try:
        with open(handle, "wb") as file:
            yield file
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise MigrateError(f"cannot write {path}: {error.strerror}") from None
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
