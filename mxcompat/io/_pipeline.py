"""Decoding on threads: batches of jobs, some of them under way before they are asked for.

A *job* is one image of one batch. A batch's jobs are handed to a pool of threads, each writes its image into its place
of the batch. Up to ``ahead`` batches are in the pool at a time; which jobs they hold was decided before, in order, so
threads change nothing but the time.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from .._core.errors import MXNetError
from ._batches import Array, Batch

_TOGETHER = 2  # jobs of one task: fewer, larger tasks cost less and spread worse


class Job(NamedTuple):
    """One image: what to do with it, its number, and the label's numbers."""

    run: Callable[[Array, Array], None]  # writes data and label into their places
    number: int


class Jobs(NamedTuple):
    """The jobs of one batch; None leaves a place as zeros."""

    jobs: list[Job | None]
    pad: int


class JobSource(Protocol):
    """Batches of jobs, in order."""

    def next(self) -> Jobs | None:
        """The next batch; None at the end of a pass."""

    def reset(self, complete: bool) -> None:
        """Begin a new pass. ``complete``: the last batch of this one has been handed out."""


class _Pending(NamedTuple):
    batch: Batch
    done: list[Future[None]]
    last: bool


def threads_for(wanted: int) -> int:
    """How many threads to use: no more than there are processors for us."""
    try:
        have = len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        have = os.cpu_count() or 1
    return max(1, min(wanted, have))


class ThreadedLoader:
    """Batches of images, made by threads.

    Args:
        source: decides what is in them.
        data_shape: of a batch.
        label_shape: of a batch.
        dtype: of the data.
        threads: how many.
        ahead: batches that may be under way.
        numbered: whether batches tell the numbers of their images; MXNet's newer iterators tell zeros.
    """

    def __init__(
        self,
        source: JobSource,
        data_shape: tuple[int, ...],
        label_shape: tuple[int, ...],
        dtype: npt.DTypeLike,
        threads: int,
        ahead: int,
        numbered: bool,
    ) -> None:
        self._source, self._numbered = source, numbered
        self._data_shape, self._label_shape, self._dtype = data_shape, label_shape, np.dtype(dtype)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="mxcompat-decode")
        self._ahead = max(1, min(ahead, 16))
        self._pending: deque[_Pending] = deque()
        self._ended = self._handed_last = False

    def next(self) -> Batch | None:
        """The next batch; None at the end of a pass."""
        self._fill()
        if not self._pending:
            self._handed_last = True
            return None
        ready = self._pending.popleft()
        try:
            for task in ready.done:
                task.result()
        except BaseException:
            self._drop()
            self._ended = True
            raise
        self._handed_last = ready.last
        return ready.batch

    def _fill(self) -> None:
        while not self._ended and len(self._pending) < self._ahead:
            jobs = self._source.next()
            if jobs is None:
                self._ended = True
                return
            self._pending.append(self._started(jobs))

    def _started(self, jobs: Jobs) -> _Pending:
        empty = any(job is None for job in jobs.jobs)
        data: Array = (np.zeros if empty else np.empty)(self._data_shape, self._dtype)
        label: Array = np.zeros(self._label_shape, np.float32)
        count = len(jobs.jobs)
        tasks = [
            self._pool.submit(_run, jobs.jobs[i : i + _TOGETHER], data[i : i + _TOGETHER], label[i : i + _TOGETHER])
            for i in range(0, count, _TOGETHER)
        ]
        index = np.zeros(count, np.uint64)
        if self._numbered:
            index[:] = [0 if job is None else job.number for job in jobs.jobs]
        return _Pending(Batch(data, label, jobs.pad, index), tasks, jobs.pad > 0)

    def _drop(self) -> None:
        for pending in self._pending:
            for task in pending.done:
                task.cancel()
        self._pending.clear()

    def reset(self) -> None:
        """Begin a new pass; what is under way is dropped."""
        complete = self._handed_last and not self._pending
        self._drop()
        self._ended = self._handed_last = False
        self._source.reset(complete)

    def close(self) -> None:
        """Stop the threads, without waiting for them."""
        self._drop()
        self._pool.shutdown(wait=False, cancel_futures=True)


def _run(jobs: list[Job | None], data: Array, label: Array) -> None:
    for job, data_place, label_place in zip(jobs, data, label, strict=True):
        if job is not None:
            job.run(data_place, label_place)


class Rounds:
    """The rules of the last batch, on jobs: fill it from the beginning, or leave it smaller.

    Args:
        name: of the iterator.
        size: of a batch.
        round_batch: fill the last batch from the beginning of the data.
        take: up to so many jobs for the batch that has so many already; none at the end.
        rewind: back to the beginning.
        stale: without ``round_batch``, the rest of the last batch repeats the batch before (the older iterators).
    """

    def __init__(
        self,
        name: str,
        size: int,
        round_batch: bool,
        take: Callable[[int, int], list[Job]],
        rewind: Callable[[bool], None],
        stale: bool,
    ) -> None:
        if size < 1:
            raise MXNetError(f"{name}: batch_size={size} must be at least 1")
        self._name, self._size, self._round, self._stale = name, size, round_batch, stale
        self._take, self._rewind = take, rewind
        self._overflow = False
        self._last: list[Any] = [None] * size

    def next(self) -> Jobs | None:
        """The next batch of jobs."""
        if self._overflow:
            return None
        jobs: list[Any] = []
        pad = 0
        while len(jobs) < self._size:
            more = self._take(self._size - len(jobs), len(jobs))
            if more:
                jobs += more
                continue
            if not jobs:
                return None
            if not self._round:
                pad = self._size - len(jobs)
                jobs += self._last[-pad:] if self._stale else [None] * pad
                break
            if self._overflow:
                raise MXNetError(
                    f"{self._name}: the data has fewer images than a batch;"
                    f" the data went round once and batch_size={self._size} has {len(jobs)} images"
                )
            self._overflow, pad = True, self._size - len(jobs)
            self._rewind(True)
        self._last = jobs
        return Jobs(jobs, pad)

    def reset(self, complete: bool) -> None:
        """Begin a new pass: behind the images that filled the last batch, if that was handed out."""
        if not (self._overflow and complete):
            self._rewind(False)
        self._overflow = False


def run_all(jobs: list[Job], data_shape: tuple[int, ...], label_shape: tuple[int, ...]) -> Any:
    """Carry jobs out one after the other; yields their data."""
    for job in jobs:
        data, label = np.zeros(data_shape, np.float32), np.zeros(label_shape, np.float32)
        job.run(data, label)
        yield data
