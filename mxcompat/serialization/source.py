"""Bytes to read from, with every length checked against what is left before anything is allocated.

A reader asks for exactly what it needs and says what that is; a source that ends earlier raises an MXNetError that
names the file, the offset and the thing that is missing.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

from .._core.errors import MXNetError

_BLOCK = 1 << 16


class Source:
    """A finite run of bytes that is read once, front to back, through a block in memory.

    Args:
        name: what messages call it, usually the file's name.
        size: number of bytes in it.
    """

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self._block: bytes | memoryview = b""
        self._start = 0  # where the block lies in the run
        self._next = 0  # the next byte, in the block

    @property
    def position(self) -> int:
        """Number of bytes that have been read."""
        return self._start + self._next

    @property
    def remaining(self) -> int:
        """Number of bytes that are still to be read."""
        return self.size - self._start - self._next

    def error(self, text: str, position: int | None = None) -> MXNetError:
        """An MXNetError about the bytes at ``position`` (default: the current one)."""
        return MXNetError(f"{self.name}: at byte {self.position if position is None else position}: {text}")

    def take(self, size: int, what: str) -> bytes:
        """The next ``size`` bytes; ``what`` says what they are, if they are missing."""
        if size > len(self._block) - self._next:
            self._load(size, what)
        found = bytes(self._block[self._next : self._next + size])
        self._next += size
        return found

    def unpack(self, layout: struct.Struct, what: str) -> tuple[Any, ...]:
        """The next bytes as the fields of ``layout``."""
        size = layout.size
        if size > len(self._block) - self._next:
            self._load(size, what)
        fields = layout.unpack_from(self._block, self._next)
        self._next += size
        return fields

    def fill(self, target: memoryview, what: str) -> None:
        """Read as many bytes as ``target`` has room for straight into it."""
        size = target.nbytes
        self._need(size, what)
        flat = target.cast("B")
        held = min(size, len(self._block) - self._next)
        flat[:held] = self._block[self._next : self._next + held]
        self._next += held
        if held < size:
            self._read_into(flat[held:], what)
            self._start, self._next, self._block = self.position + size - held, 0, b""

    def _need(self, size: int, what: str) -> None:
        if size > self.remaining:
            raise self.error(f"expected {size} bytes of {what}, {self.remaining} are left")

    def _load(self, size: int, what: str) -> None:
        """Make a block that starts at the next byte and has ``size`` bytes or more."""
        self._need(size, what)
        rest = bytes(self._block[self._next :])
        more = bytearray(min(max(size, _BLOCK), self.remaining) - len(rest))
        self._read_into(memoryview(more), what)
        self._start, self._next, self._block = self.position, 0, rest + bytes(more)

    def _read_into(self, target: memoryview, what: str) -> None:
        """Fill ``target`` with the bytes that follow the block."""
        raise NotImplementedError


class MemorySource(Source):
    """Bytes that are in memory: all of them are the block."""

    def __init__(self, data: bytes | bytearray | memoryview, name: str) -> None:
        view = memoryview(data).cast("B")
        super().__init__(name, len(view))
        self._block = view

    def _read_into(self, target: memoryview, what: str) -> None:
        raise self.error(f"nothing follows while {what} was read")


class FileSource(Source):
    """A regular file, opened without a buffer; elements go from the system straight into their tensors."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        super().__init__(name, size)
        self._file = file

    def _read_into(self, target: memoryview, what: str) -> None:
        while len(target):
            try:
                count = self._file.readinto(target)  # type: ignore[attr-defined]
            except OSError as error:
                raise self.error(f"cannot read: {error.strerror}") from None
            if not count:
                raise self.error(f"the file became shorter while {what} was read")
            target = target[count:]
