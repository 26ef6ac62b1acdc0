"""The loader of MXNet before 1.4, which starts its workers anew for each pass, and the queues it uses."""

from __future__ import annotations

import io
import multiprocessing
import multiprocessing.queues
import pickle
import threading
from collections.abc import Callable, Iterator
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ..._core.context import cpu, cpu_pinned
from ...util import is_np_array, is_np_shape
from . import sampler as _sampler
from ._batchify import default_batchify_fn, default_mp_batchify_fn, fetch
from ._workers import _as_in_context, _worker_initializer, start_method


def _processes() -> Any:
    return multiprocessing.get_context(start_method())


class ConnectionWrapper:
    """A connection whose `send` puts arrays into shared memory; else as the connection it is made of."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn

    def send(self, obj: Any) -> None:
        """Send an object."""
        buffer = io.BytesIO()
        ForkingPickler(buffer, pickle.HIGHEST_PROTOCOL).dump(obj)
        self.send_bytes(buffer.getvalue())

    def recv(self) -> Any:
        """Receive an object."""
        return pickle.loads(self.recv_bytes())

    def __getattr__(self, name: str) -> Any:
        if name == "_conn":
            raise AttributeError(name)
        return getattr(self._conn, name)


class Queue(multiprocessing.queues.Queue):  # type: ignore[type-arg]
    """A queue between processes that hands arrays over in shared memory."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, ctx=_processes(), **kwargs)


class SimpleQueue(multiprocessing.queues.SimpleQueue):  # type: ignore[type-arg]
    """As `Queue`, without a thread of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, ctx=_processes(), **kwargs)


def worker_loop_v1(dataset: Any, key_queue: Any, data_queue: Any, batchify_fn: Callable[[Any], Any]) -> None:
    """What a worker does: batches for the lists of indices in one queue, into the other, until there is a None."""
    while True:
        idx, samples = key_queue.get()
        if idx is None:
            break
        data_queue.put((idx, fetch(dataset, samples, batchify_fn)))


def fetcher_loop_v1(
    data_queue: Any,
    data_buffer: Any,
    pin_memory: bool = False,
    pin_device_id: int = 0,
    data_buffer_lock: Any = None,
) -> None:
    """Move batches from a queue into a dict by their number, until there is a None."""
    context = cpu_pinned(pin_device_id) if pin_memory else cpu()
    lock = data_buffer_lock if data_buffer_lock is not None else threading.Lock()
    while True:
        idx, batch = data_queue.get()
        if idx is None:
            break
        batch = batch if isinstance(batch, _Failure) else _as_in_context(batch, context)
        with lock:
            data_buffer[idx] = batch


class _Failure:
    """What a worker sends in place of a batch that it could not make."""

    def __init__(self, error: Exception) -> None:
        self.text = f"a DataLoader worker failed with {type(error).__name__}: {error}"


def _worker_main(
    worker_fn: Callable[..., None],
    shape: bool,
    array: bool,
    dataset: Any,
    key_queue: Any,
    data_queue: Any,
    batchify_fn: Callable[[Any], Any],
) -> None:
    _worker_initializer(dataset, shape, array)
    job: list[Any] = [None]

    class Keys:
        """The queue of keys, which remembers the last one."""

        @staticmethod
        def get() -> Any:
            found = key_queue.get()
            job[0] = found[0]
            return found

    try:
        worker_fn(dataset, Keys, data_queue, batchify_fn)
    except Exception as error:
        data_queue.put((job[0], _Failure(error)))
        raise


class _MultiWorkerIterV1:
    """One pass of a `DataLoaderV1` with workers of its own."""

    def __init__(
        self,
        num_workers: int,
        dataset: Any,
        batchify_fn: Callable[[Any], Any],
        batch_sampler: Any,
        pin_memory: bool = False,
        pin_device_id: int = 0,
        worker_fn: Callable[..., None] = worker_loop_v1,
    ) -> None:
        self._shutdown = True
        if num_workers <= 0:
            raise AssertionError(f"_MultiWorkerIter is not for {num_workers} workers")
        self._num_workers = num_workers
        self._dataset = dataset
        self._batchify_fn = batchify_fn
        self._batch_sampler = batch_sampler
        self._key_queue = Queue()
        self._data_queue = SimpleQueue()
        self._data_buffer: dict[int, Any] = {}
        self._arrived = threading.Condition()
        self._rcvd_idx = 0
        self._sent_idx = 0
        self._iter = iter(batch_sampler)
        queues = (dataset, self._key_queue, self._data_queue, batchify_fn)
        self._workers = [
            _processes().Process(
                target=_worker_main, args=(worker_fn, is_np_shape(), is_np_array(), *queues), daemon=True
            )
            for _ in range(num_workers)
        ]
        for worker in self._workers:
            worker.start()
        self._shutdown = False
        # the buffer's lock is a condition, so that __next__ can wait for what arrives
        self._fetcher = threading.Thread(
            target=fetcher_loop_v1,
            args=(self._data_queue, self._data_buffer, pin_memory, pin_device_id, _Notifying(self._arrived)),
            daemon=True,
        )
        self._fetcher.start()
        for _ in range(2 * num_workers):
            self._push_next()

    def __len__(self) -> int:
        return len(self._batch_sampler)

    def __del__(self) -> None:
        self.shutdown()

    def __iter__(self) -> Iterator[Any]:
        return self

    def _push_next(self) -> None:
        samples = next(self._iter, None)
        if samples is None:
            return
        self._key_queue.put((self._sent_idx, samples))
        self._sent_idx += 1

    def __next__(self) -> Any:
        if self._shutdown:
            raise AssertionError("call __next__ after shutdown is forbidden")
        if self._rcvd_idx == self._sent_idx:
            self.shutdown()
            raise StopIteration
        with self._arrived:
            while self._rcvd_idx not in self._data_buffer:
                if not self._arrived.wait(1.0) and not all(worker.is_alive() for worker in self._workers):
                    self._arrived.wait(1.0)
                    if self._rcvd_idx not in self._data_buffer:
                        raise RuntimeError("a DataLoader worker died while batches were under way")
            batch = self._data_buffer.pop(self._rcvd_idx)
        if isinstance(batch, _Failure):
            self.shutdown()
            raise RuntimeError(batch.text)
        self._rcvd_idx += 1
        self._push_next()
        return batch

    def next(self) -> Any:
        """The next batch."""
        return self.__next__()

    def shutdown(self) -> None:
        """End the workers."""
        if self._shutdown:
            return
        self._shutdown = True
        self._data_queue.put((None, None))
        self._fetcher.join()
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join()


class _Notifying:
    """A condition as a lock that tells those who wait when it is released."""

    def __init__(self, condition: threading.Condition) -> None:
        self._condition = condition

    def __enter__(self) -> None:
        self._condition.acquire()

    def __exit__(self, *error: object) -> None:
        self._condition.notify_all()
        self._condition.release()


class DataLoaderV1:
    """Batches of a dataset, with workers that are started for each pass: `DataLoader` is better in every way.

    Args:
        dataset, batch_size, shuffle, sampler, last_batch, batch_sampler, batchify_fn, num_workers, pin_memory,
            pin_device_id: as for `DataLoader`.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/dataloader.py.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = None,
        shuffle: bool = False,
        sampler: Any = None,
        last_batch: str | None = None,
        batch_sampler: Any = None,
        batchify_fn: Callable[[Any], Any] | None = None,
        num_workers: int = 0,
        pin_memory: bool = False,
        pin_device_id: int = 0,
    ) -> None:
        self._dataset = dataset
        self._pin_memory = pin_memory
        self._pin_device_id = pin_device_id
        self._batch_sampler = _sampler._make_batch_sampler(
            dataset, batch_size, shuffle, sampler, last_batch, batch_sampler
        )
        self._num_workers = max(num_workers, 0)
        default = default_mp_batchify_fn if self._num_workers > 0 else default_batchify_fn
        self._batchify_fn = default if batchify_fn is None else batchify_fn

    def __iter__(self) -> Iterator[Any]:
        if self._num_workers > 0:
            return _MultiWorkerIterV1(
                self._num_workers,
                self._dataset,
                self._batchify_fn,
                self._batch_sampler,
                self._pin_memory,
                self._pin_device_id,
            )
        return self._same_process_iter()

    def _same_process_iter(self) -> Iterator[Any]:
        for samples in self._batch_sampler:
            batch = fetch(self._dataset, samples, self._batchify_fn)
            yield _as_in_context(batch, cpu_pinned(self._pin_device_id)) if self._pin_memory else batch

    def __len__(self) -> int:
        """Number of batches in a pass."""
        return len(self._batch_sampler)
