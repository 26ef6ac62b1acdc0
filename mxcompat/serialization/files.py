"""Opening and replacing files by the names that MXNet takes: paths, addresses of files, ``stdin`` and ``stdout``.

A file is written under a temporary name in its folder and renamed when complete, so that a reader, or a crash half way,
never meets half a file.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from .._core.errors import MXNetError, NotSupportedError
from .source import FileSource, MemorySource, Source

_REMOTE = ("azure", "hdfs", "http", "https", "s3", "viewfs")
_BUFFER = 1 << 16
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def local_path(name: str, action: str) -> str:
    """The path that a file name stands for: itself, or that of an address with the protocol ``file``.

    Raises:
        NotSupportedError: an address of a remote file system.
        MXNetError: an unknown protocol, or a file on another machine.
    """
    name = name.split("\0", 1)[0]  # MXNet hands names to C
    protocol, separator, rest = name.partition("://")
    if not separator:
        return name
    if protocol in _REMOTE:
        raise NotSupportedError(
            f"{action}({name!r}): the file system {protocol!r}", "copy the file to or from this machine"
        )
    if protocol != "file":
        raise MXNetError(f"{action}: {name!r}: unknown file system protocol {protocol!r}, legal is 'file'")
    host, slash, path = rest.partition("/")
    if host not in ("", "localhost") or not slash:
        raise MXNetError(f"{action}: {name!r}: expected a path from the root, so three slashes in a row")
    return slash + path


@contextmanager
def open_source(name: str, action: str) -> Iterator[Source]:
    """The bytes of a file. ``stdin`` is the standard input; pipes are read to their end first.

    Raises:
        MXNetError: there is no such file, it may not be read, or it is a folder or a device.
    """
    path = local_path(name, action)
    said = f"{action}: {name!r}"
    try:
        with open(0, "rb", closefd=False) if path == "stdin" else open(path, "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and path != "stdin":
                yield FileSource(file, status.st_size, said)
            elif stat.S_ISFIFO(status.st_mode) or path == "stdin":
                yield MemorySource(file.read(), said)
            else:
                raise MXNetError(f"{said}: is a device, expected a file")
    except OSError as error:
        raise MXNetError(f"{said}: cannot open: {error.strerror or error}") from None


def write_file(name: str, chunks: Iterable[bytes | memoryview], action: str) -> None:
    """Write a file whole or not at all; its permissions are kept if it was there. ``stdout`` is the standard output.

    Pipes and devices are written to directly, and so is a file in a folder where no other can be made.

    Raises:
        MXNetError: the file cannot be written; what was there before is untouched.
    """
    path = local_path(name, action)
    try:
        if path == "stdout":
            sys.stdout.flush()
            with open(1, "wb", closefd=False) as file:
                _write(file, chunks)
            return
        _replace(os.path.realpath(path) if path else path, chunks)
    except OSError as error:
        raise MXNetError(f"{action}: {name!r}: cannot write: {error.strerror or error}") from None


def _replace(path: str, chunks: Iterable[bytes | memoryview]) -> None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        status = None
    if status is not None and not stat.S_ISREG(status.st_mode):
        with open(path, "wb") as file:  # a folder complains here
            _write(file, chunks)
        return
    if status is not None:
        os.close(os.open(path, os.O_WRONLY))  # may it be written to? The rename below would not ask
    temporary = os.path.join(os.path.dirname(path), f".mxcompat-{secrets.token_hex(8)}.tmp")
    try:
        handle = os.open(temporary, _CREATE, 0o666)
    except PermissionError:
        if status is None:
            raise
        with open(path, "wb", buffering=_BUFFER) as file:
            _write(file, chunks)
        return
    try:
        with open(handle, "wb", buffering=_BUFFER) as file:
            _write(file, chunks)
        if status is not None:
            os.chmod(temporary, stat.S_IMODE(status.st_mode))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _write(file: BinaryIO, chunks: Iterable[bytes | memoryview]) -> None:
    for chunk in chunks:
        file.write(chunk)
