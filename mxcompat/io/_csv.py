"""``CSVIter``.

Source: MXNet 1.9.1 src/io/iter_csv.cc, dmlc-core's csv_parser.h.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from .._core.errors import MXNetError
from ..registry.tags import REQUIRED
from . import _numbers
from ._batches import Array, BatchLoader, Block
from ._dense import Dense
from ._fields import Field
from ._files import InputFiles, line_blocks
from ._shared_fields import BATCH, PREFETCH

FIELDS = (
    Field("data_csv", str, REQUIRED, "The CSV file of the data, or a folder of them."),
    Field("data_shape", tuple[int, ...], REQUIRED, "Shape of one instance; a row has that many numbers."),
    Field("label_csv", str, "NULL", "The CSV file of the labels; NULL: every label is 0."),
    Field("label_shape", tuple[int, ...], (1,), "Shape of one label."),
    *BATCH,
    *PREFETCH,
)
SUMMARY = """Batches of the rows of a CSV file.

``dtype`` is float32 (default), int32 or int64. ``reset()`` belongs behind a complete pass: with ``round_batch`` the
next pass goes on behind the rows that filled up the last batch."""

_DTYPES = {"float32": np.float32, "int32": np.int32, "int64": np.int64}


class CSVRows:
    """The rows of a CSV file, as arrays of ``shape``."""

    def __init__(self, path: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> None:
        self._files = InputFiles(path)
        self._shape, self._dtype = shape, np.dtype(dtype)
        self._width = math.prod(shape)
        self.rewind()

    def rewind(self) -> None:
        """Back to the first row."""
        self._blocks: Iterator[bytes] = line_blocks(self._files, 0, len(self._files))
        self._ready = np.empty((0, self._width), self._dtype)
        self._read = 0

    def take(self, count: int) -> Array:
        """The next ``count`` rows; fewer at the end."""
        pieces = [self._ready]
        have = len(self._ready)
        while have < count:
            block = next(self._blocks, None)
            if block is None:
                break
            pieces.append(self._parsed(block))
            have += len(pieces[-1])
        rows = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        self._ready = rows[count:]
        found: Array = rows[:count]
        return found.reshape(len(found), *self._shape)

    def _parsed(self, block: bytes) -> Array:
        lines = [line for line in block.replace(b"\r", b"\n").split(b"\n") if line]
        if self._read == 0 and lines and lines[0].startswith(b"\xef\xbb\xbf"):
            lines[0] = lines[0][3:]
        first = self._read
        self._read += len(lines)
        commas = self._width - 1
        if self._dtype == np.float32 and all(line.count(b",") == commas for line in lines):
            text = b",".join(lines)
            numbers = _numbers.plain_numbers(text.replace(b",", b" "), " ") if b",," not in text else None
            if numbers is not None and numbers.size == len(lines) * self._width:
                return numbers.reshape(-1, self._width)
        rows = [self._row(line, first + i) for i, line in enumerate(lines)]
        return np.array(rows, self._dtype).reshape(-1, self._width)

    def _row(self, line: bytes, place: int) -> list[float]:
        read: Any = _numbers.number if self._dtype == np.float32 else _numbers.integer
        row = [value for value, length in map(read, line.split(b",")) if length]
        if len(row) != self._width:
            raise MXNetError(
                f"'{self._files.name}' row {place}: {len(row)} numbers do not fill shape={self._shape},"
                f" which takes {self._width}"
            )
        return row


class CSVInstances:
    """Rows of a data file with those of a label file."""

    def __init__(self, data: CSVRows, labels: CSVRows | None, dtype: npt.DTypeLike) -> None:
        self._data, self._labels, self._dtype = data, labels, dtype
        self._count = 0

    def rewind(self) -> None:
        """Back to the first row of both."""
        self._data.rewind()
        if self._labels is not None:
            self._labels.rewind()
        self._count = 0

    def take(self, count: int) -> Block:
        """The next ``count`` rows."""
        data = self._data.take(count)
        if self._labels is None:
            label = np.zeros((len(data), 1), self._dtype)
        else:
            label = self._labels.take(len(data))
            if len(label) < len(data):
                raise MXNetError("CSVIter: label_csv has fewer rows than data_csv")
        index = np.arange(self._count, self._count + len(data), dtype=np.uint64)
        self._count += len(data)
        return Block(data, label, index)


def make(name: str, values: dict[str, Any]) -> Dense:
    """The iterator behind ``CSVIter(**values)``."""
    dtype = values["dtype"] or "float32"
    if dtype not in _DTYPES:
        raise MXNetError(f"{dtype} is not supported for CSVIter; dtype is float32, int32 or int64")
    kind = _DTYPES[dtype]
    labels = values["label_csv"]
    label_rows = None if labels == "NULL" else CSVRows(labels, values["label_shape"], kind)
    source = CSVInstances(CSVRows(values["data_csv"], values["data_shape"], kind), label_rows, kind)
    return Dense(BatchLoader(name, source, values["batch_size"], values["round_batch"]))
