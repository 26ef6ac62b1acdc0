"""MXNet's files of arrays by their headers alone: names, shapes, dtypes and where the elements lie.

The elements are skipped, so a file of gigabytes is listed as fast as a small one. The format is described in
``mxcompat/serialization/README.md``; that room makes tensors of it, this one needs no torch.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from mxcompat.migrate._files import Reader

MAGIC = 0x112
_V1, _V2, _V3 = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
_MOST_DIMENSIONS = 64

#: type flag -> name and bytes of an element
DTYPES: dict[int, tuple[str, int]] = {
    0: ("float32", 4),
    1: ("float64", 8),
    2: ("float16", 2),
    3: ("uint8", 1),
    4: ("int32", 4),
    5: ("int8", 1),
    6: ("int64", 8),
    7: ("bool", 1),
    12: ("bfloat16", 2),
}
FLAGS = {name: flag for flag, (name, _) in DTYPES.items()}
_STORAGE = {0: ("default", 0), 1: ("row_sparse", 1), 2: ("csr", 2)}


@dataclass
class Entry:
    """An array in a file.

    Attributes:
        stype: ``default``, ``row_sparse`` or ``csr``.
        start, nbytes: where the elements (of a sparse array: stored values and indices) lie.
        stored: number of stored values of a sparse array.
        version: 0 to 3.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    start: int
    nbytes: int
    stype: str = "default"
    stored: int | None = None
    version: int = 2

    @property
    def count(self) -> int:
        return math.prod(self.shape)


def read_entries(reader: Reader) -> tuple[list[Entry], bool]:
    """The arrays of a file, and whether they have names (else they are numbered).

    Raises:
        MigrateError: the file is of another kind, cut short or damaged.
    """
    if reader.size < 24:
        raise reader.error(f"not a file of arrays: it has {reader.size} bytes")
    magic, _, count = reader.unpack("<QQQ", "the header")
    if magic != MAGIC:
        reader.go(0)
        raise reader.error(f"not a file of arrays: it starts with 0x{magic:X}, expected 0x{MAGIC:X}")
    if count * 4 > reader.size:
        raise reader.error(f"damaged: {count} arrays in {reader.size} bytes")
    entries = [read_entry(reader, str(number)) for number in range(count)]
    (named,) = reader.unpack("<Q", "the number of names")
    if named not in (0, count):
        raise reader.error(f"damaged: {named} names for {count} arrays")
    for entry in entries[:named]:
        (size,) = reader.unpack("<Q", "the length of a name")
        raw = reader.take(size, "a name")
        try:
            entry.name = raw.split(b"\0", 1)[0].decode()
        except UnicodeDecodeError:
            raise reader.error(f"the name {raw[:40]!r} is not UTF-8") from None
    return entries, bool(named)


def read_entry(reader: Reader, name: str) -> Entry:
    """One array, from its first word on."""
    (word,) = reader.unpack("<I", f"array {name}")
    if word in (_V2, _V3):
        (number,) = reader.unpack("<i", f"the storage type of array {name}")
        if number not in _STORAGE:
            raise reader.error(f"damaged: {number} is no storage type (array {name})")
        stype, indices = _STORAGE[number]
        if indices:
            return _sparse(reader, name, stype, indices)
        shape = _dims(reader, name)
        return _dense(reader, name, shape, 2 if word == _V2 else 3)
    if word == _V1:
        return _dense(reader, name, _dims(reader, name), 1)
    if word > _MOST_DIMENSIONS:
        raise reader.error(f"damaged: array {name} starts with 0x{word:X}")
    return _dense(reader, name, reader.unpack(f"<{word}I", f"the shape of array {name}"), 0)


def _dims(reader: Reader, name: str) -> tuple[int, ...]:
    (ndim,) = reader.unpack("<i", f"the shape of array {name}")
    if not 0 <= ndim <= _MOST_DIMENSIONS:
        raise reader.error(f"damaged: array {name} has {ndim} dimensions")
    shape: tuple[int, ...] = reader.unpack(f"<{ndim}q", f"the shape of array {name}")
    if shape and min(shape) < 0:
        raise reader.error(f"damaged: array {name} has the shape {shape}")
    return shape


def _dtype(reader: Reader, name: str) -> tuple[str, int]:
    (flag,) = reader.unpack("<i", f"the dtype of array {name}")
    if flag not in DTYPES:
        raise reader.error(f"damaged: {flag} is no type flag (array {name})")
    return DTYPES[flag]


def _dense(reader: Reader, name: str, shape: tuple[int, ...], version: int) -> Entry:
    reader.unpack("<ii", f"the context of array {name}")
    dtype, width = _dtype(reader, name)
    nbytes = math.prod(shape) * width
    entry = Entry(name, shape, dtype, reader.position, nbytes, version=version)
    reader.skip(nbytes, f"elements of array {name}, {dtype} of shape {shape}")
    return entry


def _sparse(reader: Reader, name: str, stype: str, indices: int) -> Entry:
    stored, shape = _dims(reader, name), _dims(reader, name)
    reader.unpack("<ii", f"the context of array {name}")
    dtype, width = _dtype(reader, name)
    parts = math.prod(stored) * width
    for _ in range(indices):
        _, index_width = _dtype(reader, name)
        parts += math.prod(_dims(reader, name)) * index_width
    entry = Entry(name, shape, dtype, reader.position, parts, stype, stored[0] if stored else 0)
    reader.skip(parts, f"stored values of array {name}")
    return entry


def head(count: int) -> bytes:
    """What a file of ``count`` arrays begins with."""
    return MAGIC.to_bytes(8, "little") + bytes(8) + count.to_bytes(8, "little")


def array_head(shape: tuple[int, ...], dtype: str, np_shape: bool) -> bytes:
    """What stands before the elements of a dense array: V2, or V3 for programs that use NumPy shapes."""
    words = (len(shape).to_bytes(4, "little"), *(n.to_bytes(8, "little") for n in shape))
    place = (1).to_bytes(4, "little") + bytes(4)  # cpu(0)
    start = (_V3 if np_shape else _V2).to_bytes(4, "little") + bytes(4)
    return start + b"".join(words) + place + FLAGS[dtype].to_bytes(4, "little")


def names_tail(names: list[str]) -> Iterator[bytes]:
    """What stands after the arrays; no names for a list."""
    yield len(names).to_bytes(8, "little")
    for name in names:
        raw = name.encode()
        yield len(raw).to_bytes(8, "little") + raw
