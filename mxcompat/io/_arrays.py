"""``NDArrayIter``: batches of arrays in memory.

Source: MXNet 1.9.1 python/mxnet/io/io.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.errors import ArgumentTypeError
from ..nd import NDArray, array, concat, tile
from ..nd.sparse import CSRNDArray
from ._basics import DataBatch, DataDesc, DataIter
from .utils import Named, _getdata_by_idx, _has_instance, _init_data, _slice_along_batch_axis


class NDArrayIter(DataIter):
    """Batches of NDArrays, NumPy arrays, CSR arrays or h5py data sets.

    Args:
        data: an array, a list of arrays, or a dict with names.
        label: the same, or None.
        batch_size: instances in a batch.
        shuffle: shuffle at each pass, with NumPy's generator (not for h5py).
        last_batch_handle: ``pad`` fills the last batch from the beginning; ``discard`` drops a last, smaller one;
            ``roll_over`` keeps it for the next pass.
        data_name: what a single array is called.
        label_name: what a single label is called.
        layout: what the axes are, as letters; N is the one that is cut.

    Shapes: ``(batch_size, ...)`` for each array.

    Raises:
        NotImplementedError: CSR arrays with another last_batch_handle than ``discard``.
        TypeError: something that is no array.

    Source: MXNet 1.9.1 python/mxnet/io/io.py.
    """

    def __init__(
        self,
        data: Any,
        label: Any = None,
        batch_size: int = 1,
        shuffle: bool = False,
        last_batch_handle: str = "pad",
        data_name: str = "data",
        label_name: str = "softmax_label",
        layout: str = "NCHW",
    ) -> None:
        super().__init__(batch_size)
        self.data = _init_data(data, allow_empty=False, default_name=data_name)
        self.label = _init_data(label, allow_empty=True, default_name=label_name)
        sparse = _has_instance(self.data, CSRNDArray) or _has_instance(self.label, CSRNDArray)
        if sparse and last_batch_handle != "discard":
            raise NotImplementedError(
                f"NDArrayIter: last_batch_handle={last_batch_handle!r} is not legal with CSR arrays, give 'discard'"
            )
        self.idx = np.arange(self.data[0][1].shape[0])
        self.shuffle = shuffle
        self.last_batch_handle = last_batch_handle
        self.cursor = -batch_size
        self.num_data = self.idx.shape[0]
        self.layout = layout
        self.reset()
        self.data_list = [value for _, value in self.data + self.label]
        self.num_source = len(self.data_list)
        self._cache_data: Any = None
        self._cache_label: Any = None

    def _described(self, source: Named) -> list[DataDesc]:
        axis = self.layout.find("N")
        return [
            DataDesc(
                name,
                (*value.shape[:axis], self.batch_size, *value.shape[axis + 1 :]),
                value.dtype,
                layout=self.layout,
            )
            for name, value in source
        ]

    @property
    def provide_data(self) -> list[DataDesc]:
        """Descriptions of the data of a batch."""
        return self._described(self.data)

    @property
    def provide_label(self) -> list[DataDesc]:
        """Descriptions of the labels of a batch."""
        return self._described(self.label)

    def hard_reset(self) -> None:
        """Begin a new pass at the first instance, whatever was rolled over."""
        if self.shuffle:
            self._shuffle_data()
        self.cursor = -self.batch_size
        self._cache_data = None
        self._cache_label = None

    def reset(self) -> None:
        """Begin a new pass, with what was rolled over."""
        if self.shuffle:
            self._shuffle_data()
        rolls = self.last_batch_handle == "roll_over"
        if rolls and self.num_data - self.batch_size < self.cursor < self.num_data:
            self.cursor -= self.num_data + self.batch_size  # the rolled over ones lie before 0
        else:
            self.cursor = -self.batch_size

    def iter_next(self) -> bool:
        """Move on to the next batch; False at the end."""
        self.cursor += self.batch_size
        return bool(self.cursor < self.num_data)

    def next(self) -> DataBatch:
        """The next batch; StopIteration at the end of a pass."""
        if not self.iter_next():
            raise StopIteration
        data, label = self.getdata(), self.getlabel()
        if data[0].shape[self.layout.find("N")] != self.batch_size:
            self._cache_data, self._cache_label = data, label
            raise StopIteration
        return DataBatch(data=data, label=label, pad=self.getpad(), index=None)

    def _getdata(self, data_source: Named, start: int | None = None, end: int | None = None) -> list[Any]:
        """Instances ``start`` to ``end`` of each array."""
        if start is None and end is None:
            raise ArgumentTypeError("NDArrayIter._getdata: start or end must be given")
        first = 0 if start is None else start
        if end is None:
            end = data_source[0][1].shape[0] if data_source else 0
        part = slice(first, end)
        return [
            _slice_along_batch_axis(value, part, self.layout.find("N"))
            if isinstance(value, (np.ndarray, NDArray))
            else self._read(value, part)
            for _, value in data_source
        ]

    def _read(self, dataset: Any, part: slice) -> NDArray:
        """Rows of an h5py data set, which hands them out in ascending order only."""
        wanted = self.idx[part]
        order = np.argsort(wanted, kind="stable")
        return array(np.asarray(dataset[wanted[order]])[np.argsort(order, kind="stable")])

    def _concat(self, first_data: Any, second_data: Any) -> Any:
        """Two lists of arrays, each joined with its fellow."""
        if not first_data or not second_data:
            return first_data if first_data else second_data
        if len(first_data) != len(second_data):
            raise ArgumentTypeError(f"NDArrayIter: {len(first_data)} arrays cannot join {len(second_data)}")
        axis = self.layout.find("N")
        return [concat(first, second, dim=axis) for first, second in zip(first_data, second_data, strict=True)]

    def _tile(self, data: Any, repeats: int) -> list[Any]:
        """Each array ``repeats`` times along its first axis."""
        return [tile(value, [repeats] + [1] * (len(value.shape) - 1)) for value in data or []]

    def _batchify(self, data_source: Named) -> Any:
        """The current batch of a source."""
        if self.cursor >= self.num_data:
            raise ArgumentTypeError("DataIter needs reset.")
        end = self.cursor + self.batch_size
        if self.last_batch_handle == "roll_over" and -self.batch_size < self.cursor < 0:
            return self._continued(data_source, end)
        if self.last_batch_handle == "pad" and end > self.num_data:
            return self._padded(data_source, end - self.num_data)
        return self._getdata(data_source, self.cursor, min(end, self.num_data))

    def _continued(self, data_source: Named, end: int) -> Any:
        """The first batch of a pass, after the instances rolled over. The data is asked for before the label."""
        if self._cache_data is None and self._cache_label is None:
            raise ArgumentTypeError("next epoch should have cached data")
        if self._cache_data is not None:
            cached, self._cache_data = self._cache_data, None
        else:
            cached, self._cache_label = self._cache_label, None
        return self._concat(cached, self._getdata(data_source, end=end))

    def _padded(self, data_source: Named, pad: int) -> Any:
        """The last batch, filled up from the beginning; the data goes round as often as it must."""
        first = self._getdata(data_source, start=self.cursor)
        if pad <= self.num_data:
            return self._concat(first, self._getdata(data_source, end=pad))
        rounds, rest = divmod(pad, self.num_data)
        more = self._tile(self._getdata(data_source, end=self.num_data), rounds)
        if rest:
            more = self._concat(more, self._getdata(data_source, end=rest))
        return self._concat(first, more)

    def getdata(self) -> Any:
        """Data of the current batch."""
        return self._batchify(self.data)

    def getlabel(self) -> Any:
        """Label of the current batch."""
        return self._batchify(self.label)

    def getpad(self) -> int:
        """How many instances of the current batch only fill it up, or were rolled over."""
        end = self.cursor + self.batch_size
        if self.last_batch_handle == "pad" and end > self.num_data:
            return int(end - self.num_data)
        if self.last_batch_handle == "roll_over" and -self.batch_size < self.cursor < 0:
            return int(-self.cursor)
        return 0

    def _shuffle_data(self) -> None:
        """A new order for all arrays."""
        np.random.shuffle(self.idx)
        self.data = _getdata_by_idx(self.data, self.idx)
        self.label = _getdata_by_idx(self.label, self.idx)


NDArrayIter.__module__ = "mxcompat.io.io"
