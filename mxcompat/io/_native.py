"""``MXDataIter``, and the functions that make one: ``CSVIter``, ``ImageRecordIter``, ...

In MXNet these iterators are C++; here a *native iterator* is an object with the methods of ``NativeIterator``.

Source: MXNet 1.9.1 python/mxnet/io/io.py, src/c_api/c_api.cc.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ._basics import DataBatch, DataDesc, DataIter
from ._batches import Batch, NativeIterator
from ._fields import Field, document, read


class MXDataIter(DataIter):
    """An iterator whose batches are made by a native one.

    The first batch is made at once, and tells the shapes. Programs get one from ``CSVIter`` and its like.

    Args:
        handle: the native iterator.
        data_name: name in ``provide_data``.
        label_name: name in ``provide_label``.

    Source: MXNet 1.9.1 python/mxnet/io/io.py.
    """

    def __init__(
        self, handle: NativeIterator, data_name: str = "data", label_name: str = "softmax_label", **_: Any
    ) -> None:
        super().__init__()
        self.handle = handle
        self._debug_skip_load = False
        self._debug_at_begin = False
        self._batch: Batch | None = None
        self.first_batch: DataBatch | None = None
        self.first_batch = self.next()
        data, label = self.first_batch.data[0], self.first_batch.label[0]
        self.provide_data = [DataDesc(data_name, data.shape, data.dtype)]
        self.provide_label = [DataDesc(label_name, label.shape, label.dtype)]
        self.batch_size = data.shape[0]

    def __del__(self) -> None:
        handle = getattr(self, "handle", None)
        if handle is not None:
            handle.close()

    def debug_skip_load(self) -> None:
        """Hand out the first batch again and again, to time a network without its loading."""
        self._debug_skip_load = True
        logging.info("debug_skip_load is on: every batch is the first one")

    def reset(self) -> None:
        """Begin a new pass."""
        self._debug_at_begin = True
        self.first_batch = None
        self.handle.reset()

    def next(self) -> DataBatch:
        """The next batch; StopIteration at the end of a pass."""
        if not (self._debug_skip_load and not self._debug_at_begin):
            if self.first_batch is not None:
                batch, self.first_batch = self.first_batch, None
                return batch
            self._debug_at_begin = False
            if not self._advance():
                raise StopIteration
        return DataBatch(data=[self.getdata()], label=[self.getlabel()], pad=self.getpad(), index=self.getindex())

    def _advance(self) -> bool:
        batch = self.handle.next()
        if batch is None:
            return False
        self._batch = batch
        self._arrays: dict[str, Any] = {}
        return True

    def iter_next(self) -> bool | int:
        """Move on to the next batch; 0 at the end."""
        return True if self.first_batch is not None else int(self._advance())

    def _current(self) -> Batch:
        if self._batch is None:
            raise StopIteration
        return self._batch

    def getdata(self) -> Any:
        """Data of the current batch."""
        if "data" not in self._arrays:
            self._arrays["data"] = self.handle.wrap(self._current().data)
        return self._arrays["data"]

    def getlabel(self) -> Any:
        """Label of the current batch; a single column as a vector."""
        if "label" not in self._arrays:
            label = self._current().label
            if isinstance(label, np.ndarray) and label.size == label.shape[0]:
                label = label.reshape(-1)
            self._arrays["label"] = self.handle.wrap(label)
        return self._arrays["label"]

    def getindex(self) -> Any:
        """Numbers of the instances of the current batch, uint64."""
        index = self._current().numbers
        return None if index is None else index.copy()

    def getpad(self) -> int:
        """How many instances of the current batch only fill it up."""
        return self._current().pad


def creator(
    name: str,
    summary: str,
    fields: Iterable[Field],
    make: Callable[[str, dict[str, Any]], NativeIterator],
    also: Iterable[str] = (),
) -> Callable[..., MXDataIter]:
    """A function with keyword arguments that makes one kind of iterator.

    Args:
        name: of the function.
        summary: first part of its docstring.
        fields: its parameters.
        make: builds the native iterator from the function's name and the values of all parameters.
        also: parameters that have no field, and that ``make`` finds in ``values["also"]``.
    """
    table, more = tuple(fields), tuple(also)

    def create(*args: Any, **kwargs: Any) -> MXDataIter:
        values = read(name, table, kwargs, more)
        values["also"] = {key: kwargs[key] for key in more if key in kwargs}
        if args:
            raise TypeError(f"{name} can only accept keyword arguments")
        handle = make(name, values)
        try:
            return MXDataIter(handle, **kwargs)
        except BaseException:
            handle.close()
            raise

    create.__name__ = create.__qualname__ = name
    create.__module__ = "mxcompat.io.io"
    create.__doc__ = document(summary, table)
    return create


MXDataIter.__module__ = "mxcompat.io.io"
