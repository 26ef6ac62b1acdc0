"""Input files of the native iterators: one or several, cut into parts at the beginnings of records or lines.

A path is a file, a folder (its files in the order of their names), or several of both joined by semicolons; they
count as one long file. Part ``i`` of ``n`` owns the i-th share of the bytes, its ends moved forward to the next
beginning of a record, so parts are disjoint and complete but not of equal length.

Source: dmlc-core's InputSplit, as MXNet 1.9.1 uses it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from .._core.errors import MXNetError

#: how far a byte position has to move forward to a beginning: (read at a position, position) -> position
FindBeginning = Callable[["InputFiles", int], int]

_LOOK = 1 << 16


class InputFiles:
    """Several files as one sequence of bytes."""

    def __init__(self, path: str) -> None:
        self.name = path
        self.paths: list[Path] = []
        for part in str(path).split(";"):
            found = Path(part.removeprefix("file://"))
            try:
                listed = sorted(p for p in found.iterdir() if p.is_file()) if found.is_dir() else [found]
                self.paths += [p for p in listed if p.stat().st_size]
            except OSError as error:
                raise MXNetError(f"cannot open '{part}': {error.strerror}") from error
        if not self.paths:
            raise MXNetError(f"'{path}' holds no data: the file is empty, or the folder has no files")
        self.offsets = [0]
        for file in self.paths:
            self.offsets.append(self.offsets[-1] + file.stat().st_size)

    def __len__(self) -> int:
        return self.offsets[-1]

    def locate(self, position: int) -> tuple[Path, int]:
        """The file a position falls into, and the position inside it."""
        for path, start, end in zip(self.paths, self.offsets, self.offsets[1:], strict=False):
            if start <= position < end:
                return path, position - start
        return self.paths[-1], position - self.offsets[-2]

    def where(self, position: int) -> str:
        """``'file' at byte n``, for messages."""
        path, inside = self.locate(position)
        return f"'{path}' at byte {inside}"

    def read(self, start: int, count: int) -> bytes:
        """``count`` bytes from ``start``, across files; fewer at the end of the last."""
        pieces = []
        end = min(start + count, len(self))
        for path, first, last in zip(self.paths, self.offsets, self.offsets[1:], strict=False):
            low, high = max(start, first), min(end, last)
            if low < high:
                try:
                    with open(path, "rb") as file:
                        file.seek(low - first)
                        pieces.append(file.read(high - low))
                except OSError as error:
                    raise MXNetError(f"cannot read '{path}': {error.strerror}") from error
        found = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if len(found) < end - start:
            raise MXNetError(f"{self.where(start + len(found))}: the file became shorter while it was read")
        return found

    def part(self, index: int, count: int, align: int, beginning: FindBeginning) -> tuple[int, int]:
        """First byte and end of part ``index`` of ``count``."""
        total = len(self)
        step = -(-total // count)
        step = -(-step // align) * align
        low, high = min(step * index, total), min(step * (index + 1), total)
        if low == high:
            return low, low
        if high not in self.offsets:
            high = beginning(self, high)
        if low not in self.offsets:
            low = beginning(self, low)
        return low, max(low, high)


def check_part(name: str, index: int, count: int) -> None:
    """Refuse a part that does not exist."""
    if count < 1 or not 0 <= index < count:
        raise MXNetError(f"{name}: part_index={index} must be at least 0 and below num_parts={count}")


def next_line(files: InputFiles, position: int) -> int:
    """The beginning of the first line after ``position``, empty lines skipped; never beyond the file it is in."""
    path, inside = files.locate(position)
    base = position - inside
    with open(path, "rb") as file:
        file.seek(inside)
        ended = False
        while True:
            piece = file.read(_LOOK)
            if not piece:
                return base + os.path.getsize(path)
            for offset, byte in enumerate(piece):
                if byte in b"\r\n":
                    ended = True
                elif ended:
                    return base + inside + offset
            inside += len(piece)


def line_blocks(files: InputFiles, start: int, end: int, size: int = 1 << 22) -> Iterator[bytes]:
    """The bytes of a part in blocks of whole lines; a missing line end at the end of a file is added."""
    rest = b""
    position = start
    while position < end:
        file_end = next(o for o in files.offsets if o > position)
        stop = min(position + size, end, file_end)
        piece = rest + files.read(position, stop - position)
        position = stop
        if stop in (end, file_end):
            rest = b""
            yield piece + b"\n"
            continue
        cut = max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1
        rest = piece[cut:]
        if cut:
            yield piece[:cut]
