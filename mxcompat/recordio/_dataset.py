"""Records as a data set of examples: what `torch.utils.data.DataLoader` takes, without a need for torch."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .._core.errors import MXNetError
from ._files import _HEAD, _LAST, _LENGTH, _MAGIC, _MIDDLE, _Reader
from ._packing import _IR_SIZE, _IR_SIZE_64, _opencv, unpack, unpack64

_UNPACK: dict[int, Callable[[bytes], tuple[Any, bytes]]] = {32: unpack, 64: unpack64}
#: how the first bytes of JPEG, PNG, BMP, GIF, WebP and TIFF images look
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*")
#: decode -> flag of OpenCV's imdecode, and whether its blue-first colours are turned around
_DECODERS = {"rgb": (1, True), "bgr": (1, False), "gray": (0, False), "unchanged": (-1, False)}


class RecordDataset:
    """The examples of a ``.rec`` file, in any order: pairs of content and label.

    A map-style data set for `torch.utils.data.DataLoader`, or for anything that indexes. Every process opens the file
    for itself, whether it was forked or spawned, and threads may share it.

    Sets of faces whose first record (key 0) holds no content but two labels are understood: the labels are the key
    after the last image, and the key after the last identity. Their examples are the images; see `identities`.

    Args:
        path: the record file.
        index: the ``.idx`` file; None is the one beside the record file, and if there is none, the record file is read
            through once to find where its records begin.
        decode: ``"rgb"`` or ``"bgr"`` for colours, ``"gray"``, ``"unchanged"`` for what is stored, each a uint8 array
            (H, W, 3), (H, W) for gray; None gives the bytes. OpenCV decodes.
        transform: applied to the content.
        target_transform: applied to the label: a float, or an array if there are several.
        label_bits: precision of the header's labels, 32 as MXNet has it, or 64; None finds out from the first record.

    Raises:
        MXNetError: the file cannot be opened, is no record file, or contradicts its index.
        ValueError: a line of the index is not two numbers, or another ``decode`` or ``label_bits``.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        index: str | os.PathLike[str] | None = None,
        *,
        decode: str | None = "rgb",
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        label_bits: int | None = None,
    ) -> None:
        if decode is not None and decode not in _DECODERS:
            raise ValueError(f"RecordDataset: decode={decode!r}: legal are None, {', '.join(map(repr, _DECODERS))}")
        if label_bits not in (None, *_UNPACK):
            raise ValueError(f"RecordDataset: label_bits={label_bits!r}: legal are None, 32 and 64")
        self.path = os.fspath(path)
        self.decode = decode
        self.transform = transform
        self.target_transform = target_transform
        self._lock = threading.Lock()
        self._reader: _Reader | None = None
        self._pid: int | None = None
        beside = Path(self.path).with_suffix(".idx")
        if index is None and beside.is_file():
            index = beside
        if index is None:
            places = np.fromiter(_starts(self._open()), dtype=np.int64)
            self._keys = np.arange(len(places), dtype=np.int64)
        else:
            self._keys, places = _read_index(os.fspath(index))
        order = np.argsort(self._keys, kind="stable")
        self._sorted, self._places = self._keys[order], places[order]
        self.label_bits = label_bits or (self._find_bits() if len(self._keys) else 32)
        self._identities: tuple[int, int] | None = None
        self._find_identities()

    # ---- what is in it

    @property
    def keys(self) -> Any:
        """The keys of the examples in the index, in the order of the examples."""
        return self._keys

    @property
    def identities(self) -> list[range]:
        """The examples of each person in a set of faces: numbers of examples, in the order of the identities.

        Raises:
            MXNetError: the file says nothing about identities.
        """
        if self._identities is None:
            raise MXNetError(f"RecordDataset: {self.path!r} has no identities: its first record holds an example")
        first, end = self._identities
        found = []
        for key in range(first, end):
            labels = np.atleast_1d(self._unpacked(key)[0].label)
            if len(labels) != 2:
                raise self._wrong(key, f"expected two labels that name the images of a person, found {len(labels)}")
            found.append(range(int(labels[0]) - 1, int(labels[1]) - 1))  # image keys start with 1
        return found

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"RecordDataset({self.path!r}, {len(self)} examples, decode={self.decode!r})"

    # ---- examples

    def __getitem__(self, item: int) -> tuple[Any, Any]:
        """An example: its content and its label, both transformed."""
        key = self._key(item)
        header, content = self._unpacked(key)
        label: Any = header.label
        label = np.array(label) if isinstance(label, np.ndarray) else float(label)
        example: Any = content if self.decode is None else self._image(key, content)
        if self.transform is not None:
            example = self.transform(example)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return example, label

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        for item in range(len(self)):
            yield self[item]

    def header(self, item: int) -> Any:
        """The `IRHeader` of an example."""
        return self._unpacked(self._key(item))[0]

    def record(self, item: int) -> bytes:
        """The record of an example as it is stored, with its header."""
        return self._record(self._key(item))

    def _key(self, item: int) -> int:
        count = len(self._keys)
        if not -count <= item < count:
            raise IndexError(f"example {item} of {count}: {self.path!r}")
        return int(self._keys[item])

    def _image(self, key: int, content: bytes) -> Any:
        flag, turned = _DECODERS[self.decode or "unchanged"]
        cv2 = _opencv("RecordDataset")
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), flag) if content else None
        if pixels is None:
            raise self._wrong(
                key, f"its {len(content)} bytes are no image that OpenCV can decode (decode=None gives bytes)"
            )
        return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB) if turned else pixels

    # ---- records

    def _unpacked(self, key: int) -> tuple[Any, bytes]:
        record = self._record(key)
        try:
            return _UNPACK[self.label_bits](record)
        except (struct.error, ValueError):
            raise self._wrong(
                key, f"its {len(record)} bytes are too few for its header (label_bits={self.label_bits})"
            ) from None

    def _record(self, key: int) -> bytes:
        at = int(np.searchsorted(self._sorted, key))
        if at == len(self._sorted) or self._sorted[at] != key:
            raise self._wrong(key, "the index does not have it")
        place = int(self._places[at])
        record = self._open().record_at(place)[0] if place >= 0 else None
        if record is None:
            raise self._wrong(key, f"the index has it at byte {place}, where the file ends: is this the file's index?")
        return record

    def _wrong(self, key: int, what: str) -> MXNetError:
        return MXNetError(f"RecordDataset: {self.path!r}: record {key}: {what}")

    def _open(self) -> _Reader:
        """The file, opened by this process."""
        reader = self._reader
        if reader is None or self._pid != os.getpid():
            with self._lock:
                if self._reader is None or self._pid != os.getpid():
                    self._reader, self._pid = _Reader(self.path), os.getpid()
                reader = self._reader
        return reader

    def close(self) -> None:
        """Close the file; the next example opens it again."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def __del__(self) -> None:
        if getattr(self, "_reader", None) is not None:
            self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_reader": None, "_pid": None, "_lock": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()

    # ---- finding out

    def _find_bits(self) -> int:
        """The precision of the labels: after a header of which of the two sizes comes an image, or nothing?"""
        for key in self._keys[:2]:
            record = self._record(int(key))
            if len(record) < 4:
                continue
            flag = int.from_bytes(record[:4], "little")
            for bits, size in ((32, _IR_SIZE), (64, _IR_SIZE_64)):
                end = size + flag * bits // 8
                if len(record) == end or record[end : end + 4].startswith(_IMAGES):
                    return bits
        return 32

    def _find_identities(self) -> None:
        if not len(self._sorted) or self._sorted[0] != 0 or len(self._record(0)) < _IR_SIZE:
            return
        header, content = self._unpacked(0)
        if header.flag != 2 or content:
            return
        images, end = (int(n) for n in header.label)
        if not 1 <= images <= end:
            raise self._wrong(0, f"its labels {list(header.label)} are no ends of images and identities")
        if int(np.searchsorted(self._sorted, images)) != images:
            raise self._wrong(0, f"it says that images have the keys 1 to {images - 1}, the index does not have all")
        self._identities = images, end
        self._keys = np.arange(1, images, dtype=np.int64)


def _read_index(path: str) -> tuple[Any, Any]:
    """Keys and places out of an index file."""
    try:
        lines = Path(path).read_bytes().splitlines()
    except OSError as error:
        raise MXNetError(f"RecordDataset: cannot read {path!r}: {error.strerror}") from None
    rows = np.empty((len(lines), 2), dtype=np.int64)
    count = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            key, place = line.split()[:2]
            rows[count] = int(key), int(place)
        except ValueError:
            raise ValueError(f"{path}:{number}: expected a key and a place, got {line[:80]!r}") from None
        count += 1
    return rows[:count, 0].copy(), rows[:count, 1].copy()


def _starts(reader: _Reader) -> Iterator[int]:
    """Where the records of a file begin."""
    position = 0
    while True:
        head = reader._read(8, position)
        if not head:
            return
        magic, word = _HEAD.unpack(head) if len(head) == 8 else (b"", 0)
        if magic != _MAGIC:
            reader.record_at(position)  # says what is wrong
        if word >> 29 not in (_MIDDLE, _LAST):
            yield position
        size = word & _LENGTH
        position += 8 + size + -size % 4
