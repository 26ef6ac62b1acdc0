"""Records of image files (``.rec``): where they are, in which order they come, and what is in one.

A source hands out *chunks*, lists of records. Which records share a chunk matters, because some orders are shuffled
inside a chunk only: without an index a chunk is 64 MB of a file, with one it is a batch.

Source: dmlc-core's recordio_split, indexed_recordio_split and input_split_shuffle, and MXNet 1.9.1
src/io/image_recordio.h.
"""

from __future__ import annotations

import math
import struct
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from .._core.errors import MXNetError
from ._files import InputFiles, check_part
from ._twister import Twister

MAGIC = 0xCED7230A
_MAGIC_BYTES = struct.pack("<I", MAGIC)
_HEAD = struct.Struct("<II")
_IMAGE = struct.Struct("<IfQQ")
_LENGTH = (1 << 29) - 1
_SMALLEST_CHUNK = 8 << 20
_INDEX_SEED = 111
_PART_SEED = 666


class Record(NamedTuple):
    """One image as it is stored: its number, its labels, its file's content, and where that came from."""

    number: int
    label: npt.NDArray[np.float32]
    packed: int  # labels stored in front of the content; 0 for the one of the header
    content: memoryview
    where: str


class RecordSource(Protocol):
    """Records in the order in which they are read."""

    def next_chunk(self, count: int) -> list[Record] | None:
        """The next chunk, None at the end; ``count`` records where chunks are batches."""

    def rewind(self) -> None:
        """Back to the beginning, in a new order if the order is random."""


def _image(files: InputFiles, position: int, body: memoryview) -> Record:
    if len(body) < _IMAGE.size:
        raise MXNetError(f"{files.where(position)}: the record is too short for an image, {len(body)} bytes")
    flag, label, number, _ = _IMAGE.unpack_from(body)
    start = _IMAGE.size + 4 * flag
    if start > len(body):
        raise MXNetError(f"{files.where(position)}: the record ends within its {flag} labels")
    labels = np.frombuffer(body[_IMAGE.size : start], "<f4") if flag else np.array([label], np.float32)
    return Record(number, labels, flag, body[start:], files.where(position))


def parse(files: InputFiles, start: int, data: bytes, complete: bool) -> tuple[list[Record], int]:
    """Records in ``data``, which begins at ``start``; and how many bytes they take.

    Args:
        files: where the data comes from, for messages.
        start: position of the first byte.
        data: the bytes.
        complete: the last record must end with the data; else it is left for the next call.
    """
    view = memoryview(data)
    found: list[Record] = []
    at = last = 0
    parts: list[bytes | memoryview] = []
    while at < len(data):
        first = not parts
        if first:
            last = at
        if at + _HEAD.size > len(data):
            break
        magic, word = _HEAD.unpack_from(data, at)
        kind, length = word >> 29, word & _LENGTH
        if magic != MAGIC or first != (kind in (0, 1)):
            raise MXNetError(f"{files.where(start + at)}: Invalid RecordIO Format, no record begins here")
        body = at + _HEAD.size
        if body + length > len(data):
            break
        parts += [view[body : body + length]] if first else [_MAGIC_BYTES, view[body : body + length]]
        at = body + -(-length // 4) * 4
        if kind in (0, 3):
            whole = view[body : body + length] if kind == 0 else memoryview(b"".join(parts))
            found.append(_image(files, start + last, whole))
            parts = []
            if not complete and at >= len(data):
                found.pop()
                return found, last
    if complete and (parts or at < len(data) or at > len(data) + 3):
        raise MXNetError(
            f"{files.where(start + last)}: Invalid RecordIO Format, the file ends within the record that begins here"
        )
    return found, (len(data) if complete else last)


def _next_record(files: InputFiles, position: int) -> int:
    """The first beginning of a record at or after ``position``."""
    while position < len(files):
        words = np.frombuffer(files.read(position, 1 << 20).ljust(8, b"\0"), "<u4")
        hits = np.flatnonzero(words[:-1] == MAGIC)
        for hit in hits:
            if words[hit + 1] >> 29 in (0, 1):
                return position + 4 * int(hit)
        position += 4 * (len(words) - 1)
    return len(files)


class PlainRecords:
    """The records of a part of the files, chunk by chunk."""

    def __init__(self, files: InputFiles, part_index: int, num_parts: int, chunk: int) -> None:
        self._files, self._chunk = files, max(chunk, _SMALLEST_CHUNK)
        self._start, self._end = files.part(part_index, num_parts, 4, _next_record)
        self._at = self._start

    def next_chunk(self, count: int) -> list[Record] | None:
        """The next chunk; ``count`` does not matter."""
        size = self._chunk
        while self._at < self._end:
            data = self._files.read(self._at, min(size, self._end - self._at))
            found, used = parse(self._files, self._at, data, len(data) < size)
            self._at += used
            if found:
                return found
            size *= 2  # a record is larger than the chunk
        return None

    def rewind(self) -> None:
        """Back to the beginning of the part."""
        self._at = self._start


class IndexedRecords:
    """Records found through an index, a batch at a time, each pass in a new order if ``shuffle``."""

    def __init__(
        self, files: InputFiles, index: str, part_index: int, num_parts: int, shuffle: bool, seed: int
    ) -> None:
        self._files = files
        offsets = sorted(read_index(index, len(files)))
        self._spans = list(zip(offsets, [*offsets[1:], len(files)], strict=True))
        step = -(-len(offsets) // num_parts)
        self._mine = list(range(part_index * step, min((part_index + 1) * step, len(offsets))))
        self._shuffle, self._random = shuffle, Twister(_INDEX_SEED + seed)
        self._missing = 0
        self.rewind()

    def rewind(self) -> None:
        """Back to the beginning, shuffled anew."""
        self._order = self._mine[:]
        if self._shuffle:
            self._random.shuffle(self._order)
        self._at = 0

    def next_chunk(self, count: int) -> list[Record] | None:
        """The next ``count`` records; after a short chunk, first those that it lacked."""
        wanted = self._missing or count
        chosen = self._order[self._at : self._at + wanted]
        if not chosen:
            return None
        self._missing = wanted - len(chosen)
        self._at += len(chosen)
        found: list[Record] = []
        for number in chosen:
            start, end = self._spans[number]
            records, _ = parse(self._files, start, self._files.read(start, end - start), True)
            found += records
        return found


class ShuffledParts:
    """A part cut into smaller ones, whose order is shuffled anew for each pass."""

    def __init__(self, files: InputFiles, part_index: int, num_parts: int, pieces: int, seed: int, chunk: int) -> None:
        self._files, self._chunk = files, chunk
        self._first, self._all = part_index * pieces, num_parts * pieces
        self._order = list(range(pieces))
        self._random = Twister(_PART_SEED + part_index + num_parts + pieces + seed)
        self.rewind()

    def rewind(self) -> None:
        """Back to the beginning, in a new order."""
        self._random.shuffle(self._order)
        self._at = 0
        self._open()

    def _open(self) -> None:
        self._piece = PlainRecords(self._files, self._first + self._order[self._at], self._all, self._chunk)

    def next_chunk(self, count: int) -> list[Record] | None:
        """The next chunk of the current piece, or of the next one."""
        while True:
            found = self._piece.next_chunk(count)
            if found is not None:
                return found
            if self._at == len(self._order) - 1:
                return None
            self._at += 1
            self._open()


def read_index(path: str, size: int) -> list[int]:
    """Positions of the records, out of an ``.idx`` file; ``size``: of the files they are in."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            rows = [line.split() for line in file if line.strip()]
    except OSError as error:
        raise MXNetError(f"cannot open '{path}': {error.strerror}") from error
    found: list[int] = []
    for place, row in enumerate(rows):
        if len(row) != 2 or not row[1].isdigit() or int(row[1]) >= size:
            raise MXNetError(
                f"'{path}' line {place + 1}: not the position of a record of the .rec file: {' '.join(row)}"
            )
        found.append(int(row[1]))
    if not found:
        raise MXNetError(f"'{path}' holds no positions of records")
    return found


def open_source(name: str, values: dict[str, object], chunk: int) -> RecordSource:
    """The source that the parameters of an iterator describe.

    Args:
        name: of the iterator.
        values: its parameters.
        chunk: size of a chunk in bytes, unless ``shuffle_chunk_size`` says another.
    """
    index, parts = int(str(values["part_index"])), int(str(values["num_parts"]))
    check_part(name, index, parts)
    path = str(values["path_imgrec"])
    if not path:
        raise MXNetError(f"{name}: must specify path_imgrec")
    files = InputFiles(path)
    for file, low, high in zip(files.paths, files.offsets, files.offsets[1:], strict=False):
        if (high - low) % 4:
            raise MXNetError(f"'{file}': Invalid RecordIO Format, its size {high - low} is not a multiple of 4 bytes")
    idx = str(values.get("path_imgidx") or "")
    if idx:
        return IndexedRecords(files, idx, index, parts, bool(values["shuffle"]), int(str(values["seed"])))
    megabytes = int(str(values["shuffle_chunk_size"]))
    if megabytes <= 0:
        return PlainRecords(files, index, parts, chunk)
    pieces = math.ceil(len(files) * 1.1 / (parts * (megabytes << 20)))
    if pieces > 1:
        return ShuffledParts(files, index, parts, pieces, int(str(values["shuffle_chunk_seed"])), megabytes << 17)
    return PlainRecords(files, index, parts, megabytes << 17)
