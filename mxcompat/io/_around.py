"""Iterators around other iterators.

Source: MXNet 1.9.1 python/mxnet/io/io.py.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from typing import Any

from .._core.errors import ArgumentTypeError
from ._basics import DataBatch, DataDesc, DataIter


class ResizeIter(DataIter):
    """An iterator cut or lengthened to a number of batches; a shorter one starts again when it ends.

    Args:
        data_iter: the iterator.
        size: batches in a pass.
        reset_internal: whether ``reset`` resets it too; else it goes on where it was.

    Source: MXNet 1.9.1 python/mxnet/io/io.py.
    """

    def __init__(self, data_iter: Any, size: int, reset_internal: bool = True) -> None:
        super().__init__(data_iter.batch_size)
        self.data_iter = data_iter
        self.size = size
        self.reset_internal = reset_internal
        self.cur = 0
        self.current_batch: Any = None
        self.provide_data = data_iter.provide_data
        self.provide_label = data_iter.provide_label
        if hasattr(data_iter, "default_bucket_key"):
            self.default_bucket_key = data_iter.default_bucket_key

    def reset(self) -> None:
        """Begin a new pass."""
        self.cur = 0
        if self.reset_internal:
            self.data_iter.reset()

    def iter_next(self) -> bool:
        """Move on to the next batch; False at the end."""
        if self.cur == self.size:
            return False
        try:
            self.current_batch = self.data_iter.next()
        except StopIteration:
            self.data_iter.reset()
            self.current_batch = self.data_iter.next()
        self.cur += 1
        return True

    def getdata(self) -> Any:
        """Data of the current batch."""
        return self.current_batch.data

    def getlabel(self) -> Any:
        """Label of the current batch."""
        return self.current_batch.label

    def getindex(self) -> Any:
        """Numbers of the instances of the current batch."""
        return self.current_batch.index

    def getpad(self) -> Any:
        """How many instances of the current batch only fill it up."""
        return self.current_batch.pad


class _Ahead:
    """One iterator, read one batch ahead by a thread of its own."""

    def __init__(self, iterator: Any) -> None:
        self.iterator = iterator
        self.ready = threading.Event()
        self.taken = threading.Event()
        self.taken.set()
        self.stopped = False
        self.batch: Any = None
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, daemon=True, name="mxcompat-prefetch")
        self.thread.start()

    def _run(self) -> None:
        while True:
            self.taken.wait()
            if self.stopped:
                return
            self.batch = self.error = None
            try:
                self.batch = self.iterator.next()
            except StopIteration:
                pass
            except BaseException as error:  # given to whoever asks for the batch
                self.error = error
            self.taken.clear()
            self.ready.set()

    def wait(self) -> None:
        """Wait for the batch; raise what its making raised."""
        self.ready.wait()
        if self.error is not None:
            error, self.error = self.error, None
            self.go_on()
            raise error

    def go_on(self) -> None:
        """Let the thread make the next batch."""
        self.ready.clear()
        self.taken.set()

    def stop(self) -> None:
        """End the thread."""
        self.stopped = True
        self.taken.set()
        if threading.current_thread() is not self.thread:
            self.thread.join(timeout=5)


def _stop_all(workers: Sequence[_Ahead]) -> None:
    for worker in workers:
        worker.stop()


class PrefetchingIter(DataIter):
    """Reads one or several iterators ahead in threads, and joins their batches.

    An error in an iterator reaches the caller of ``next``; MXNet 1.9.1 waits for ever then.

    Args:
        iters: an iterator or a list of them.
        rename_data: a dict of names for each iterator: old name -> new name.
        rename_label: the same for labels.

    Raises:
        AssertionError: no iterators, or they end after different numbers of batches.

    Source: MXNet 1.9.1 python/mxnet/io/io.py.
    """

    def __init__(self, iters: Any, rename_data: Any = None, rename_label: Any = None) -> None:
        iters = iters if isinstance(iters, list) else [iters]
        if not iters:
            raise ArgumentTypeError("PrefetchingIter: iters is empty, it needs at least one iterator")
        super().__init__()
        self.n_iter = len(iters)
        self.iters = iters
        self.rename_data = rename_data
        self.rename_label = rename_label
        self.batch_size = self.provide_data[0][1][0]
        self.current_batch: Any = None
        self._workers = [_Ahead(iterator) for iterator in iters]
        self._end = weakref.finalize(self, _stop_all, self._workers)

    def __del__(self) -> None:
        if hasattr(self, "_end"):
            self._end()

    def _described(self, which: str, names: Any) -> list[Any]:
        found: list[Any] = []
        for place, iterator in enumerate(self.iters):
            for each in getattr(iterator, which):
                if names is None:
                    found.append(each)
                elif isinstance(each, DataDesc):
                    found.append(DataDesc(names[place][each.name], each.shape, each.dtype))
                else:
                    found.append(DataDesc(*each))
        return found

    @property
    def provide_data(self) -> list[Any]:
        """Descriptions of the data of all iterators."""
        return self._described("provide_data", self.rename_data)

    @property
    def provide_label(self) -> list[Any]:
        """Descriptions of the labels of all iterators."""
        return self._described("provide_label", self.rename_label)

    def reset(self) -> None:
        """Begin a new pass."""
        for worker in self._workers:
            worker.ready.wait()
            worker.error = None
        for iterator in self.iters:
            iterator.reset()
        for worker in self._workers:
            worker.go_on()

    def iter_next(self) -> bool:
        """Move on to the next batch; False at the end."""
        for worker in self._workers:
            worker.wait()
        batches = [worker.batch for worker in self._workers]
        first = batches[0]
        for batch in batches:
            if (batch is None) != (first is None) or (first is not None and batch.pad != first.pad):
                raise AssertionError(
                    "Number of entry mismatches between iterators: they must have equally many batches"
                )
        if first is None:
            return False
        self.current_batch = DataBatch(
            [array for batch in batches for array in batch.data],
            [array for batch in batches for array in batch.label],
            first.pad,
            first.index,
            provide_data=self.provide_data,
            provide_label=self.provide_label,
        )
        for worker in self._workers:
            worker.go_on()
        return True

    def next(self) -> DataBatch:
        """The next batch."""
        if not self.iter_next():
            raise StopIteration
        found: DataBatch = self.current_batch
        return found

    def getdata(self) -> Any:
        """Data of the current batch."""
        return self.current_batch.data

    def getlabel(self) -> Any:
        """Label of the current batch."""
        return self.current_batch.label

    def getindex(self) -> Any:
        """Numbers of the instances of the current batch."""
        return self.current_batch.index

    def getpad(self) -> Any:
        """How many instances of the current batch only fill it up."""
        return self.current_batch.pad


for _cls in (ResizeIter, PrefetchingIter):
    _cls.__module__ = "mxcompat.io.io"
