"""A gluon DataLoader where a module wants a data iterator: `mxnet.contrib.io`."""

from __future__ import annotations

from typing import Any

from .. import nd
from ..io import DataDesc as DataDesc
from ..io import DataIter as DataIter


class DataLoaderIter(DataIter):
    """A data iterator over a gluon DataLoader of (data, label) batches.

    Args:
        loader: the loader; its first batch tells shapes and batch size.
        data_name: name of the data.
        label_name: name of the labels.
        dtype: dtype of data and labels.

    Differences: the rows that fill up a short last batch are zero; in MXNet 1.9.1 they are memory nobody has written.

    Source: MXNet 1.9.1 python/mxnet/contrib/io.py.
    """

    def __init__(
        self, loader: Any, data_name: str = "data", label_name: str = "softmax_label", dtype: Any = "float32"
    ) -> None:
        super().__init__()
        self._loader = loader
        data, label = next(iter(loader))
        self.batch_size = data.shape[0]
        self.dtype = dtype
        self.provide_data = [DataDesc(data_name, data.shape, dtype)]
        self.provide_label = [DataDesc(label_name, label.shape, dtype)]
        self._current_batch: Any = None
        self.reset()

    def reset(self) -> None:
        """Start the loader anew."""
        self._iter = iter(self._loader)

    def iter_next(self) -> bool:
        """Move to the next batch; False at the end."""
        self._current_batch = next(self._iter, None)
        return self._current_batch is not None

    def _filled(self, part: Any) -> list[Any]:
        part = part.astype(self.dtype)
        if not self.getpad():
            return [part]
        whole = nd.zeros((self.batch_size, *part.shape[1:]), dtype=self.dtype)
        whole[: part.shape[0]] = part
        return [whole]

    def getdata(self) -> list[Any]:
        """The data of this batch, filled up to the batch size."""
        return self._filled(self._current_batch[0])

    def getlabel(self) -> list[Any]:
        """The labels of this batch, filled up to the batch size."""
        return self._filled(self._current_batch[1])

    def getpad(self) -> int:
        """Number of rows that were filled up."""
        return int(self.batch_size - self._current_batch[0].shape[0])

    def getindex(self) -> None:
        """No indices."""
        return None
