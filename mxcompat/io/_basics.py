"""What every data iterator speaks of: descriptions, batches, and the base class.

Source: MXNet 1.9.1 python/mxnet/io/io.py.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.errors import ArgumentTypeError

if TYPE_CHECKING:
    from typing import NamedTuple

    class _Named(NamedTuple):
        name: str
        shape: tuple[int, ...]
else:
    _Named = namedtuple("DataDesc", ["name", "shape"])


class DataDesc(_Named):
    """Name and shape of the data or the label of a batch, with dtype and layout beside them.

    Only name and shape are entries of the tuple, and count when two are compared.

    Args:
        name: as the network calls it.
        shape: with the batch size in it.
        dtype: element type.
        layout: what the axes are, as letters; N is the batch.

    Source: MXNet 1.9.1 python/mxnet/io/io.py.
    """

    dtype: Any
    layout: str | None

    def __new__(cls, name: Any, shape: Any, dtype: Any = np.float32, layout: str | None = "NCHW") -> DataDesc:
        """Make one; see the class."""
        made = super().__new__(cls, name, shape)
        made.dtype = dtype
        made.layout = layout
        return made

    def __repr__(self) -> str:
        return f"DataDesc[{self.name},{self.shape},{self.dtype},{self.layout}]"

    @staticmethod
    def get_batch_axis(layout: str | None) -> int:
        """Place of the letter N in a layout; -1 if it has none, 0 if there is no layout."""
        return 0 if layout is None else layout.find("N")

    @staticmethod
    def get_list(shapes: Sequence[tuple[str, Any]], types: Sequence[tuple[str, Any]] | None) -> list[DataDesc]:
        """Descriptions of (name, shape) pairs; ``types`` are (name, dtype) pairs for all of them, or None."""
        if types is None:
            return [DataDesc(pair[0], pair[1]) for pair in shapes]
        dtypes = dict(types)
        return [DataDesc(pair[0], pair[1], dtypes[pair[0]]) for pair in shapes]


class DataBatch:
    """One batch.

    Args:
        data: a list of arrays.
        label: a list of arrays, or None.
        pad: how many instances at the end only fill the batch up.
        index: numbers of the instances.
        bucket_key: which bucket a batch of sequences belongs to.
        provide_data: descriptions of ``data``, where they differ from the iterator's.
        provide_label: descriptions of ``label``.

    Raises:
        AssertionError: data or label is neither a list nor a tuple.

    Source: MXNet 1.9.1 python/mxnet/io/io.py.
    """

    def __init__(
        self,
        data: Any,
        label: Any = None,
        pad: int | None = None,
        index: Any = None,
        bucket_key: Any = None,
        provide_data: Any = None,
        provide_label: Any = None,
    ) -> None:
        for name, value in (("data", data), ("label", label)):
            if value is not None and not isinstance(value, (list, tuple)):
                kind = type(value).__name__
                raise ArgumentTypeError(f"DataBatch: {name} must be a list of NDArrays, got {kind}")
        self.data = data
        self.label = label
        self.pad = pad
        self.index = index
        self.bucket_key = bucket_key
        self.provide_data = provide_data
        self.provide_label = provide_label

    def __str__(self) -> str:
        shapes = [array.shape for array in self.data]
        label_shapes = [array.shape for array in self.label] if self.label else None
        return f"{type(self).__name__}: data shapes: {shapes} label shapes: {label_shapes}"


class DataIter:
    """Base class of data iterators: ``next()`` and iteration out of ``iter_next`` and the ``get...`` methods.

    A subclass overrides ``next``, or ``iter_next`` with ``getdata``, ``getlabel``, ``getpad`` and ``getindex``, and has
    ``provide_data`` and ``provide_label``.

    Args:
        batch_size: instances in a batch.

    Source: MXNet 1.9.1 python/mxnet/io/io.py.
    """

    provide_data: Any
    provide_label: Any

    def __init__(self, batch_size: int = 0) -> None:
        self.batch_size = batch_size

    def __iter__(self) -> DataIter:
        return self

    def reset(self) -> None:
        """Begin a new pass."""

    def next(self) -> DataBatch:
        """The next batch; StopIteration at the end of a pass."""
        if not self.iter_next():
            raise StopIteration
        return DataBatch(data=self.getdata(), label=self.getlabel(), pad=self.getpad(), index=self.getindex())

    def __next__(self) -> DataBatch:
        return self.next()

    def iter_next(self) -> Any:
        """Move on to the next batch; False at the end."""

    def getdata(self) -> Any:
        """Data of the current batch."""

    def getlabel(self) -> Any:
        """Label of the current batch."""

    def getindex(self) -> Any:
        """Numbers of the instances of the current batch."""
        return None

    def getpad(self) -> Any:
        """How many instances of the current batch only fill it up."""


# the classes are known, and pickled, under the public module
for _cls in (DataDesc, DataBatch, DataIter):
    _cls.__module__ = "mxcompat.io.io"
