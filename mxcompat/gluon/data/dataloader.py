"""`DataLoader`: batches of a dataset, made in this process, in worker processes or in threads."""

from __future__ import annotations

import pickle
import signal
from collections.abc import Callable, Iterator
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ... import context, nd
from ...util import is_np_array, is_np_shape, set_np
from . import sampler as _sampler
from ._batchify import default_batchify_fn, default_mp_batchify_fn, fetch
from ._older_loader import (
    ConnectionWrapper,
    DataLoaderV1,
    Queue,
    SimpleQueue,
    _MultiWorkerIterV1,
    fetcher_loop_v1,
    worker_loop_v1,
)
from ._shared import rebuild_ndarray, rebuild_np_ndarray, reduce_ndarray, reduce_np_ndarray
from ._workers import (
    _as_in_context,
    _MultiWorkerIter,
    _thread_worker_fn,
    _thread_worker_initializer,
    _worker_fn,
    _worker_initializer,
    make_pool,
)

__all__ = ["DataLoader"]

#: shown here as in MXNet, where libraries reach for them
_OTHERS = (
    (ConnectionWrapper, DataLoaderV1, Queue, SimpleQueue, _MultiWorkerIterV1, fetcher_loop_v1, worker_loop_v1),
    (
        ForkingPickler,
        nd,
        pickle,
        signal,
        is_np_array,
        is_np_shape,
        set_np,
        _thread_worker_initializer,
        _worker_initializer,
    ),
    (rebuild_ndarray, rebuild_np_ndarray, reduce_ndarray, reduce_np_ndarray),
)


class DataLoader:
    """Batches of a dataset.

    Args:
        dataset: anything with a length and entries: a `Dataset`, an array, a list.
        batch_size: samples in a batch.
        shuffle: take the samples in random order, drawn from NumPy's global generator for each pass.
        sampler: gives the order; instead of ``shuffle``.
        last_batch: what becomes of samples that do not fill a batch: ``"keep"`` (the default) makes a smaller one,
            ``"discard"`` drops them, ``"rollover"`` puts them in front of the next pass.
        batch_sampler: gives lists of indices; instead of the four above.
        batchify_fn: makes a batch of a list of samples; `default_batchify_fn` if None, in workers
            `default_mp_batchify_fn`.
        num_workers: how many workers make batches; 0: this process does. They are started here and live as long as the
            loader. Each works in one thread of torch.
        pin_memory: put the batches into page-locked memory, from where they get to a GPU faster.
        pin_device_id: for which GPU.
        prefetch: how many batches workers make ahead; twice ``num_workers`` if None.
        thread_pool: the workers are threads instead of processes.
        timeout: how long to wait for a batch from a worker, in seconds.
        auto_reload: begin the next pass at once, here and whenever one has ended, instead of when it is asked for.

    Batches come in the sampler's order. Those of workers have the context ``cpu_shared(0)``, as in MXNet. An exception
    in a worker is raised here, with the worker's traceback as its cause, and ends the workers.

    Raises:
        ValueError: arguments that exclude each other, or none that says the batch size.
        AssertionError: ``timeout`` is not positive.

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
        prefetch: int | None = None,
        thread_pool: bool = False,
        timeout: float = 120,
        auto_reload: bool = False,
    ) -> None:
        self._worker_pool: Any = None
        self._dataset = dataset
        self._pin_memory = pin_memory
        self._pin_device_id = pin_device_id
        self._thread_pool = thread_pool
        self._timeout = timeout
        if timeout <= 0:
            raise AssertionError(f"timeout must be positive, given {timeout}")
        self._batch_sampler = _sampler._make_batch_sampler(
            dataset, batch_size, shuffle, sampler, last_batch, batch_sampler
        )
        self._num_workers = max(num_workers, 0)
        self._prefetch = max(0, int(prefetch) if prefetch is not None else 2 * self._num_workers)
        if self._num_workers > 0:
            self._worker_pool = make_pool(self._num_workers, dataset, thread_pool)
        default = default_mp_batchify_fn if self._num_workers > 0 else default_batchify_fn
        self._batchify_fn = default if batchify_fn is None else batchify_fn
        self.auto_reload = auto_reload
        self._iter: Iterator[Any] | None = None
        if auto_reload:
            self.refresh()

    def __iter__(self) -> Iterator[Any]:
        if self._iter is None:
            self.refresh()
        batches, self._iter = self._iter, None  # no other pass may use it
        if batches is not None:
            yield from batches
        if self.auto_reload and self._iter is None:
            self.refresh()

    def _prefetch_iter(self) -> Iterator[Any]:
        if self._num_workers == 0:
            return self._same_process_iter()
        return _MultiWorkerIter(
            self._worker_pool,
            self._batchify_fn,
            self._batch_sampler,
            pin_memory=self._pin_memory,
            pin_device_id=self._pin_device_id,
            worker_fn=_thread_worker_fn if self._thread_pool else _worker_fn,
            prefetch=self._prefetch,
            dataset=self._dataset if self._thread_pool else None,
            data_loader=self,
            timeout=self._timeout,
        )

    def _same_process_iter(self) -> Iterator[Any]:
        for samples in self._batch_sampler:
            batch = fetch(self._dataset, samples, self._batchify_fn)
            yield _as_in_context(batch, context.cpu_pinned(self._pin_device_id)) if self._pin_memory else batch

    def __len__(self) -> int:
        """Number of batches in a pass."""
        return len(self._batch_sampler)

    def __del__(self) -> None:
        pool = getattr(self, "_worker_pool", None)
        if pool is not None:
            pool.terminate()

    def refresh(self) -> None:
        """Begin a pass: with workers, the first batches are on their way."""
        self._iter = self._prefetch_iter()

    def clean(self) -> None:
        """Forget a pass that was begun ahead."""
        self._iter = None
