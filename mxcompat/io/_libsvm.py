"""``LibSVMIter``: rows of sparse matrices.

Source: MXNet 1.9.1 src/io/iter_libsvm.cc, dmlc-core's libsvm_parser.h.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core.errors import MXNetError
from ..nd.ndarray import NDArray
from ..nd.sparse import csr_matrix
from ..registry.tags import REQUIRED
from . import _numbers
from ._batches import Array, Batch, BatchLoader, Block, Rows, joined
from ._dense import Dense
from ._fields import Field
from ._files import InputFiles, check_part, line_blocks, next_line
from ._shared_fields import BATCH, PARTS, PREFETCH

FIELDS = (
    Field(
        "data_libsvm", str, REQUIRED, "The file of the data in LibSVM's format, columns counted from 0; or a folder."
    ),
    Field("data_shape", tuple[int, ...], REQUIRED, "Number of columns of the data, as a shape of one dimension."),
    Field("label_libsvm", str, "NULL", "A file of sparse labels; NULL: the labels in front of the data's rows."),
    Field("label_shape", tuple[int, ...], (1,), "Number of columns of the labels."),
    *PARTS,
    *BATCH,
    *PREFETCH,
)
SUMMARY = """Batches of the rows of a file in LibSVM's format (``label column:value ...``), data as a CSRNDArray.

Columns are counted from 0 and ascend in a row. ``round_batch`` must stay True."""

_PLAIN = re.compile(rb"[0-9.+-]+(?: [0-9]+:[0-9.+-]+)*\Z")


class SVMRows:
    """Rows of a LibSVM file: the labels in front and the sparse rest."""

    def __init__(self, path: str, part_index: int, num_parts: int) -> None:
        self._files = InputFiles(path)
        self._range = self._files.part(part_index, num_parts, 1, next_line)
        self.rewind()

    def rewind(self) -> None:
        """Back to the first row."""
        self._blocks: Iterator[bytes] = line_blocks(self._files, *self._range)
        self._labels: Array = np.empty(0, np.float32)
        self._rows = _rows([], [], [])

    def take(self, count: int) -> tuple[Array, Rows]:
        """The next ``count`` labels and rows; fewer at the end."""
        while len(self._labels) < count:
            block = next(self._blocks, None)
            if block is None:
                break
            labels, rows = _parsed(self._files.name, block)
            self._labels, self._rows = np.concatenate([self._labels, labels]), joined(self._rows, rows)
        labels, self._labels = self._labels[:count], self._labels[count:]
        values, columns, starts = self._rows
        n = len(labels)
        cut = int(starts[n])
        self._rows = Rows(values[cut:], columns[cut:], starts[n:] - cut)
        return labels, Rows(values[:cut], columns[:cut], starts[: n + 1])


def _rows(values: Any, columns: Any, counts: Any) -> Rows:
    starts = np.concatenate([[0], np.cumsum(np.asarray(counts, np.int64))]).astype(np.int64)
    return Rows(np.asarray(values, np.float32), np.asarray(columns, np.int64), starts)


def _parsed(name: str, block: bytes) -> tuple[Array, Rows]:
    lines = [line for line in block.replace(b"\r", b"\n").split(b"\n") if line.strip()]
    if all(_PLAIN.match(line) for line in lines):
        counts = np.array([line.count(b":") for line in lines], np.int64)
        numbers = _numbers.plain_numbers(b" ".join(lines).replace(b":", b" "), " ")
        if numbers is not None and numbers.size == len(lines) + 2 * counts.sum() and (numbers < 1 << 24).all():
            first = np.concatenate([[0], np.cumsum(2 * counts + 1)])[:-1].astype(np.int64)
            pairs = np.delete(numbers, first)
            return numbers[first], _rows(pairs[1::2], pairs[::2], counts)
    labels: list[float] = []
    values: list[float] = []
    columns: list[int] = []
    many: list[int] = []
    for line in lines:
        words = [w for w in line.split(b"#", 1)[0].split() if w[:1] in b"0123456789.+-"]
        if not words:
            continue
        labels.append(_numbers.number(words[0])[0])
        for word in words[1:]:
            column, colon, value = word.partition(b":")
            columns.append(_numbers.integer(column.lstrip(b"0") or b"0")[0])
            if columns[-1] < 0:
                text = line.decode(errors="replace").strip()
                raise MXNetError(f"'{name}': column {columns[-1]} is below 0 in the row {text!r}")
            if colon:
                values.append(_numbers.number(value)[0])
        many.append(len(words) - 1)
    if not values:
        values = [1.0] * len(columns)
    if len(values) != len(columns):
        raise MXNetError(f"'{name}': some columns have a value and some have none; write column:value, or columns only")
    return np.array(labels, np.float32), _rows(values, columns, many)


class SVMInstances:
    """Rows of a data file, with their labels or those of a second file."""

    def __init__(self, data: SVMRows, labels: SVMRows | None) -> None:
        self._data, self._labels = data, labels
        self._count = 0

    def rewind(self) -> None:
        """Back to the first row of both."""
        self._data.rewind()
        if self._labels is not None:
            self._labels.rewind()
        self._count = 0

    def take(self, count: int) -> Block:
        """The next ``count`` rows."""
        label, rows = self._data.take(count)
        more: Any = label
        if self._labels is not None:
            more = self._labels.take(len(rows))[1]
            if len(more) < len(rows):
                raise MXNetError("LibSVMIter: label_libsvm has fewer rows than data_libsvm")
        index = np.arange(self._count, self._count + len(rows), dtype=np.uint64)
        self._count += len(rows)
        return Block(rows, more, index)


class Sparse(Dense):
    """Hands rows on as CSR arrays."""

    def __init__(self, loader: BatchLoader, columns: int, label_columns: int) -> None:
        super().__init__(loader)
        self._columns, self._label_columns = columns, label_columns
        self.next = self._next

    def _next(self) -> Batch | None:
        batch = self._loader.next()
        if batch is None:
            return None
        label = batch.label
        if isinstance(label, Rows):
            label = (label, self._label_columns)
        return batch._replace(data=(batch.data, self._columns), label=label)

    def wrap(self, part: Any) -> Any:
        """A CSR array of rows, a dense array of numbers."""
        if not isinstance(part, tuple):
            return super().wrap(part)
        rows, columns = part
        if len(rows.columns) and int(rows.columns.max()) >= columns:
            raise MXNetError(f"LibSVMIter: column {int(rows.columns.max())} is not below data_shape=({columns},)")
        parts = tuple(np.array(piece) for piece in (rows.values, rows.columns, rows.starts))
        found: NDArray = csr_matrix(parts, shape=(len(rows), columns), dtype=np.float32)
        return found


def make(name: str, values: dict[str, Any]) -> Sparse:
    """The iterator behind ``LibSVMIter(**values)``."""
    shape, label_shape = values["data_shape"], values["label_shape"]
    if len(shape) != 1:
        raise MXNetError(f"{name}: data_shape={shape} must have one dimension, the number of columns")
    check_part(name, values["part_index"], values["num_parts"])
    part = values["part_index"], values["num_parts"]
    with_labels = values["label_libsvm"] != "NULL"
    wide = int(np.prod(label_shape)) > 1
    if with_labels and not wide:
        raise MXNetError(f"{name}: label_libsvm needs label_shape, the number of its columns (more than 1)")
    if wide and not with_labels:
        raise MXNetError(
            f"{name}: label_shape={label_shape} needs label_libsvm; labels in front of the rows are single numbers"
        )
    if not values["round_batch"]:
        raise MXNetError(f"{name}: round_batch=False is not possible with sparse data")
    if values["dtype"] not in (None, "float32"):
        raise MXNetError(f"{name}: dtype={values['dtype']} is not supported; sparse data is float32")
    labels = SVMRows(values["label_libsvm"], *part) if with_labels else None
    source = SVMInstances(SVMRows(values["data_libsvm"], *part), labels)
    loader = BatchLoader(name, source, values["batch_size"], True)
    return Sparse(loader, int(shape[0]), int(np.prod(label_shape)))
