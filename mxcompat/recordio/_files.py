"""Files of records: reading and writing ``.rec`` files and their ``.idx`` files.

A record file is a row of parts. A part is the number ``0xced7230a``, a word with its kind (3 bits) and length (29
bits), the bytes, and zeros up to a multiple of four. A record that holds that number at a multiple of four is cut there
into several parts, without the number: first, middle and last.

Source: MXNet 1.9.1 python/mxnet/recordio.py, dmlc-core src/recordio.cc.
"""

from __future__ import annotations

import os
import stat
import struct
import threading
from collections.abc import Callable, Iterable
from typing import Any

from .._core.errors import MXNetError
from ..serialization.files import local_path

_MAGIC = struct.pack("<I", 0xCED7230A)
_HEAD = struct.Struct("<4sI")
_LENGTH = (1 << 29) - 1
_WHOLE, _FIRST, _MIDDLE, _LAST = range(4)
_BLOCK = 1 << 16
_PENDING = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)


class _Writer:
    """A file that is written front to back. What is pending is written by the process that opened it, no other."""

    def __init__(self, uri: str) -> None:
        path = local_path(uri, "MXRecordIO")
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)
        except OSError as error:
            raise MXNetError(f"MXRecordIO: cannot open {uri!r} for writing: {error.strerror}") from None
        self._uri = uri
        self._pending = bytearray()
        self._written = 0
        self._pid = os.getpid()

    @property
    def position(self) -> int:
        return self._written + len(self._pending)

    def put(self, record: bytes) -> None:
        if len(record) > _LENGTH:
            raise MXNetError(f"MXRecordIO: a record of {len(record)} bytes, a file takes up to {_LENGTH}")
        cuts = _aligned_magic(record)
        kind, start = (_FIRST, 0) if cuts else (_WHOLE, 0)
        for cut in cuts:
            self._part(kind, record[start:cut])
            kind, start = _MIDDLE, cut + 4
        self._part(_LAST if cuts else _WHOLE, record[start:] if start else record)
        if len(self._pending) >= _PENDING:
            self.flush()

    def _part(self, kind: int, content: bytes) -> None:
        size = len(content)
        self._pending += _HEAD.pack(_MAGIC, kind << 29 | size) + content + bytes(-size % 4)

    def flush(self) -> None:
        view = memoryview(bytes(self._pending))
        self._pending.clear()
        while view:
            try:
                count = os.write(self._file, view)
            except OSError as error:
                raise MXNetError(f"MXRecordIO: cannot write {self._uri!r}: {error.strerror}") from None
            self._written += count
            view = view[count:]

    def close(self) -> None:
        try:
            if self._pid == os.getpid():
                self.flush()
        finally:
            os.close(self._file)


def _aligned_magic(record: bytes) -> list[int]:
    """Where the number that starts a part lies in a record at a multiple of four."""
    found = []
    at = record.find(_MAGIC)
    while at >= 0:
        aligned = at % 4 == 0
        if aligned:
            found.append(at)
        at = record.find(_MAGIC, at + (4 if aligned else 1))
    return found


class _Reader:
    """A file that is read at any place. Threads may share it: a read changes nothing but the block in memory."""

    def __init__(self, uri: str) -> None:
        path = local_path(uri, "MXRecordIO")
        try:
            self._file = os.open(path, os.O_RDONLY | _BINARY)
        except OSError as error:
            raise MXNetError(f"MXRecordIO: cannot open {uri!r}: {error.strerror}") from None
        status = os.fstat(self._file)
        if not stat.S_ISREG(status.st_mode):
            os.close(self._file)
            raise MXNetError(f"MXRecordIO: {uri!r} is no file")
        self._uri = uri
        self._lock = threading.Lock()
        self._block: tuple[int, bytes] = (0, b"")
        self.position = 0

    def _read(self, size: int, position: int) -> bytes:
        try:
            if hasattr(os, "pread"):
                return os.pread(self._file, size, position)
            with self._lock:
                os.lseek(self._file, position, os.SEEK_SET)
                return os.read(self._file, size)
        except OSError as error:
            raise MXNetError(f"MXRecordIO: cannot read {self._uri!r}: {error.strerror}") from None

    def _bytes(self, position: int, size: int) -> bytes:
        """Bytes from a place; fewer at the end of the file."""
        start, block = self._block
        at = position - start
        if not 0 <= at <= len(block) - size:
            want = max(size, _BLOCK)
            block = self._read(want, position)
            while 0 < len(block) < size:
                more = self._read(want - len(block), position + len(block))
                if not more:
                    break
                block += more
            self._block, at = (position, block), 0
        return block[at : at + size]

    def record_at(self, position: int) -> tuple[bytes | None, int]:
        """The record that starts at a place, and the place after it; None at the end of the file."""
        start = position
        parts: list[bytes] = []
        while True:
            head = self._bytes(position, 8)
            if not head and not parts:
                return None, position
            if len(head) < 8:
                raise self._corrupt(position, "the file ends inside a record", start)
            magic, word = _HEAD.unpack(head)
            if magic != _MAGIC:
                raise self._corrupt(position, f"expected 0xced7230a, found 0x{magic[::-1].hex()}", start)
            kind, size = word >> 29, word & _LENGTH
            padded = size + -size % 4
            content = self._bytes(position + 8, padded)
            if len(content) < padded:
                raise self._corrupt(position, f"expected {padded} bytes, {len(content)} are left", start)
            position += 8 + padded
            parts.append(content if padded == size else content[:size])
            if kind in (_WHOLE, _LAST):
                return parts[0] if len(parts) == 1 else _MAGIC.join(parts), position

    def _corrupt(self, position: int, what: str, start: int) -> MXNetError:
        return MXNetError(
            f"MXRecordIO: {self._uri!r} is no record file, or damaged: record at byte {start}: "
            f"part at byte {position}: {what}"
        )

    def close(self) -> None:
        os.close(self._file)


class MXRecordIO:
    """A file of records, read or written one after the other.

    Args:
        uri: path of the file.
        flag: ``"r"`` to read, ``"w"`` to write; what a file held before is lost when it is opened for writing.

    Raises:
        MXNetError: the file cannot be opened.
        ValueError: another flag.

    Differences: a record cut off by the end of the file is an error; MXNet 1.9.1 takes some for the end of the file
    (recordio-truncated).

    Source: MXNet 1.9.1 python/mxnet/recordio.py.
    """

    def __init__(self, uri: str, flag: str) -> None:
        self.uri = os.fspath(uri)
        self.handle: _Writer | _Reader | None = None
        self.flag = flag
        self.pid: int | None = None
        self.is_open = False
        self.open()

    def open(self) -> None:
        """Open the file anew: a reader starts at its first record, a writer with an empty file."""
        if self.flag == "w":
            self.handle = _Writer(self.uri)
        elif self.flag == "r":
            self.handle = _Reader(self.uri)
        else:
            raise ValueError(f"Invalid flag {self.flag}: legal are 'r' and 'w'")
        self.writable = self.flag == "w"
        self.pid = os.getpid()
        self.is_open = True

    def __del__(self) -> None:
        if getattr(self, "is_open", False):
            self.close()

    def __getstate__(self) -> dict[str, Any]:
        """Close the file, as MXNet does, and say what is needed to open it again."""
        is_open = self.is_open
        self.close()
        state = dict(self.__dict__)
        state["is_open"] = is_open
        state["handle"] = None
        return state

    def __setstate__(self, d: dict[str, Any]) -> None:
        is_open = d["is_open"]
        self.__dict__.update(d)
        self.is_open = False
        if is_open:
            self.open()

    def _check_pid(self, allow_reset: bool = False) -> None:
        """Refuse to use a file that another process opened, or (``allow_reset``) open it anew."""
        if self.pid != os.getpid():
            if not allow_reset:
                state = "is closed" if self.pid is None else "was opened by another process"
                raise RuntimeError(f"Forbidden operation in multiple processes: {self.uri!r} {state}, call reset()")
            self.reset()

    def _reader(self) -> _Reader:
        if not isinstance(self.handle, _Reader):
            raise AssertionError(f"{self.uri!r} is open for writing (flag='w'), expected flag='r'")
        return self.handle

    def _writer(self) -> _Writer:
        if not isinstance(self.handle, _Writer):
            raise AssertionError(f"{self.uri!r} is open for reading (flag='r'), expected flag='w'")
        return self.handle

    def close(self) -> None:
        """Close the file; what was written is on disk afterwards."""
        if not self.is_open:
            return
        self.is_open = False
        self.pid = None
        if self.handle is not None:
            self.handle.close()

    def reset(self) -> None:
        """Go back to the first record; a file that is written becomes empty."""
        self.close()
        self.open()

    def write(self, buf: bytes | bytearray | memoryview) -> None:
        """Append a record.

        Raises:
            AssertionError: the file is open for reading.
            RuntimeError: it is closed, or was opened by another process.
            TypeError: ``buf`` is not bytes.
        """
        writer = self._writer()
        self._check_pid(allow_reset=False)
        if not isinstance(buf, bytes):
            if not isinstance(buf, (bytearray, memoryview)):
                raise TypeError(f"write: expected bytes, got {type(buf).__name__}")
            buf = bytes(buf)
        writer.put(buf)

    def read(self) -> bytes | None:
        """The next record; None after the last.

        Raises:
            AssertionError: the file is open for writing.
            RuntimeError: it is closed, or was opened by another process.
            MXNetError: what follows is no record.
        """
        reader = self._reader()
        self._check_pid(allow_reset=False)
        record, reader.position = reader.record_at(reader.position)
        return record


class MXIndexedRecordIO(MXRecordIO):
    """A file of records with a second file that says where each starts, for access in any order.

    The index file is text: a key, a tab, the place of the record in bytes, a line for each record.

    Args:
        idx_path: path of the index file.
        uri: path of the record file.
        flag: ``"r"`` to read, ``"w"`` to write.
        key_type: makes a key from its text.

    Raises:
        MXNetError: the record file cannot be opened.
        FileNotFoundError: there is no index file.
        ValueError: another flag, or a line of the index file is not as described.

    Differences: a record can be read by its key after the end of the file was met; MXNet 1.9.1 gives None
    (recordio-seek-after-end).

    Source: MXNet 1.9.1 python/mxnet/recordio.py.
    """

    def __init__(self, idx_path: str, uri: str, flag: str, key_type: Callable[[Any], Any] = int) -> None:
        self.idx_path = idx_path
        self.idx: dict[Any, int] = {}
        self.keys: list[Any] = []
        self.key_type = key_type
        self.fidx: Any = None
        super().__init__(uri, flag)

    def open(self) -> None:
        """Open both files anew."""
        super().open()
        self.idx = {}
        self.keys = []
        try:
            # a line at a time: a process that is forked must not inherit half a file to write
            index = open(self.idx_path, self.flag, buffering=1 if self.writable else -1)
            self.fidx = index
            if not self.writable:
                self._read_index(index)
        except BaseException:
            self.close()
            raise

    def _read_index(self, lines: Iterable[str]) -> None:
        for number, line in enumerate(lines, 1):
            key, _, place = line.strip().partition("\t")
            try:
                found, start = self.key_type(key), int(place.partition("\t")[0])
            except ValueError as error:
                raise ValueError(
                    f"{self.idx_path}:{number}: expected a key, a tab and a place, got {line.rstrip()!r}: {error}"
                ) from None
            self.idx[found] = start
            self.keys.append(found)

    def close(self) -> None:
        """Close both files."""
        if not self.is_open:
            return
        super().close()
        if self.fidx is not None:
            self.fidx.close()

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        state["fidx"] = None
        return state

    def seek(self, idx: Any) -> None:
        """Make the record of a key the next one that is read. A process that did not open the file opens it anew.

        Raises:
            AssertionError: the file is open for writing.
            KeyError: there is no such key.
        """
        self._reader()
        self._check_pid(allow_reset=True)
        self._reader().position = self._place(idx)

    def _place(self, idx: Any) -> int:
        place = self.idx[idx]
        if place < 0:
            raise MXNetError(
                f"MXIndexedRecordIO: {self.idx_path!r}: record {idx!r} lies at byte {place}, before the file"
            )
        return place

    def tell(self) -> int:
        """Where the next record will be written, in bytes. AssertionError if the file is open for reading."""
        return self._writer().position

    def read_idx(self, idx: Any) -> bytes | None:
        """The record of a key. Threads may call this at the same time.

        Raises:
            AssertionError: the file is open for writing.
            KeyError: there is no such key.
            MXNetError: what lies there is no record.
        """
        self._reader()
        self._check_pid(allow_reset=True)
        reader = self._reader()
        record, reader.position = reader.record_at(self._place(idx))
        return record

    def write_idx(self, idx: Any, buf: bytes | bytearray | memoryview) -> None:
        """Append a record and its key.

        Raises:
            AssertionError: the file is open for reading.
            RuntimeError: it is closed, or was opened by another process.
        """
        key = self.key_type(idx)
        place = self.tell()
        self.write(buf)
        if self.fidx is not None:
            self.fidx.write(f"{key}\t{place}\n")
        self.idx[key] = place
        self.keys.append(key)


for _public in (MXRecordIO, MXIndexedRecordIO):
    _public.__module__ = __package__  # as it prints, and as pickles name it
