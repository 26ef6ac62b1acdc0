"""Lists and dictionaries of arrays: the ``.params`` format, as bytes and plain data."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence

from .._core.errors import MXNetError
from .array_bytes import DenseArray, SparseArray, array_chunks, dense_head, memory_of, read_array
from .source import Source

LIST_MAGIC = 0x112
_HEAD = struct.Struct("<QQ")
_COUNT = struct.Struct("<Q")
_SMALLEST_ARRAY = 17  # V0 scalar of one byte: number of dimensions, context, type flag, element


class NameDecodeError(MXNetError, UnicodeDecodeError):
    """A name in a file that is not UTF-8; MXNet 1.9.1 met it with a UnicodeDecodeError."""

    def __init__(self, text: str, cause: UnicodeDecodeError) -> None:
        UnicodeDecodeError.__init__(self, cause.encoding, cause.object, cause.start, cause.end, cause.reason)
        self._text = text

    def __str__(self) -> str:
        return self._text


def encode_names(names: Iterable[str]) -> list[bytes]:
    """Names as they stand in a file: UTF-8, and like any C string they end at a NUL character.

    Raises:
        UnicodeEncodeError: a name with a lone surrogate.
    """
    return [name.encode().split(b"\0", 1)[0] for name in names]


def list_chunks(
    arrays: Sequence[DenseArray | SparseArray], names: Sequence[bytes], np_shape: bool = False
) -> Iterator[bytes | memoryview]:
    """The bytes of a file, in pieces; the elements of the arrays are lent, not copied.

    Args:
        arrays: what to write.
        names: one encoded name per array, or none at all for a list.
        np_shape: write V3.
    """
    if names and len(names) != len(arrays):
        raise MXNetError(f"{len(names)} names for {len(arrays)} arrays")
    yield _HEAD.pack(LIST_MAGIC, 0) + _COUNT.pack(len(arrays))
    for array in arrays:
        if isinstance(array, DenseArray):  # as array_chunks does, without a generator for each array
            yield dense_head(array, np_shape)
            yield memory_of(array.tensor)
        else:
            yield from array_chunks(array, np_shape)
    yield _COUNT.pack(len(names)) + b"".join([_COUNT.pack(len(name)) + name for name in names])


def read_list(source: Source, np_shape: bool) -> tuple[list[DenseArray | SparseArray], list[str]]:
    """The arrays of a file, and their names (none for a list).

    Bytes after the end are ignored, as MXNet ignores them.

    Args:
        source: where to read.
        np_shape: whether NumPy shapes are on, which decides the versions that may be read.

    Raises:
        MXNetError: the bytes are not such a file, or end early.

    Source: MXNet 1.9.1 src/ndarray/ndarray.cc, src/c_api/c_api.cc.
    """
    magic, _ = source.unpack(_HEAD, "the header of an NDArray file")
    if magic != LIST_MAGIC:
        raise source.error(f"not an NDArray file: it starts with 0x{magic:X}, expected 0x{LIST_MAGIC:X}", 0)
    count = _read_count(source, _SMALLEST_ARRAY, "arrays")
    arrays = []
    for i in range(count):
        try:
            arrays.append(read_array(source, np_shape))
        except MXNetError as error:
            raise MXNetError(f"{error} (in array {i} of {count})") from None
    start = source.position
    named = _read_count(source, _COUNT.size, "names")
    if named not in (0, count):
        raise source.error(f"{named} names for {count} arrays", start)
    return arrays, [_read_name(source) for _ in range(named)]


def _read_count(source: Source, smallest: int, what: str) -> int:
    (count,) = source.unpack(_COUNT, f"the number of {what}")
    if count * smallest > source.remaining:
        raise source.error(
            f"{count} {what} need at least {count * smallest} bytes, {source.remaining} are left",
            source.position - _COUNT.size,
        )
    return int(count)


def _read_name(source: Source) -> str:
    (size,) = source.unpack(_COUNT, "the length of a name")
    start = source.position
    raw = source.take(size, "a name")
    try:
        return raw.split(b"\0", 1)[0].decode()
    except UnicodeDecodeError as error:
        complaint = source.error(f"the name {raw[:40]!r} is not UTF-8: {error.reason}", start)
        raise NameDecodeError(str(complaint), error) from None
