"""Workers of a loader: the pool of processes or threads, what runs in it, and the iterator over its results.

The pool lives as long as its loader and serves all its iterators, so what happens in a worker (which random numbers it
draws, say) is as in MXNet: a process of its own starts from the state at the time the loader was made. Only the sampler
runs in the main process.
"""

from __future__ import annotations

import io
import multiprocessing
import multiprocessing.context
import multiprocessing.pool
import pickle
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.reduction import ForkingPickler
from typing import Any

import torch

from ..._core.context import Context, cpu_pinned
from ...nd.ndarray import NDArray
from ...util import is_np_array, is_np_shape, set_np
from . import _shared
from ._batchify import fetch

#: how often a waiting iterator looks whether the workers are alive, in seconds
_LOOK = 0.5
_worker_dataset: Any = None


def _as_in_context(data: Any, ctx: Context) -> Any:
    """Move arrays, also those in lists and tuples, to a context; lists come back."""
    if isinstance(data, NDArray):
        if ctx.device_type == "cpu_pinned" and torch.cuda.is_available():
            return type(data)._wrap(data._t.detach().pin_memory(), ctx)
        return data.as_in_context(ctx)
    if isinstance(data, (list, tuple)):
        return [_as_in_context(d, ctx) for d in data]
    return data


# ------------------------------------------------------------------------------------ in a worker


def _thread_worker_initializer(active_shape: bool, active_array: bool) -> None:
    """What a thread does first: NumPy shapes and arrays are on or off for each thread."""
    set_np(shape=active_shape, array=active_array)


def _worker_initializer(dataset: Any, active_shape: bool, active_array: bool) -> None:
    """What a process does first.

    The threads of torch and OpenCV did not survive the fork, yet the libraries count on them: one that waits for them
    waits for ever. So a worker computes in one thread, which is also what keeps workers from getting in each other's
    way. Ctrl-C is the main process's business.
    """
    global _worker_dataset
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    torch.set_num_threads(1)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(0)
    _shared.be_worker(active_array)
    _worker_dataset = dataset
    set_np(shape=active_shape, array=active_array)


def _worker_fn(samples: Any, batchify_fn: Callable[[Any], Any], dataset: Any = None) -> bytes:
    """Make a batch in a worker process, packed to be sent."""
    try:
        batch = fetch(_worker_dataset, samples, batchify_fn)
        buffer = io.BytesIO()
        ForkingPickler(buffer, pickle.HIGHEST_PROTOCOL).dump(batch)
        return buffer.getvalue()
    except Exception as error:
        if _survives_pickling(error):
            raise
        text = "".join(traceback.format_exception(error))
        raise RuntimeError(f"a DataLoader worker failed with {type(error).__name__}: {error}\n\n{text}") from None


def _survives_pickling(error: Exception) -> bool:
    """Whether an exception arrives: one that cannot be rebuilt would stop the pool without a word."""
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)
    except Exception:
        return False


def _thread_worker_fn(samples: Any, batchify_fn: Callable[[Any], Any], dataset: Any) -> Any:
    """Make a batch in a worker thread."""
    return fetch(dataset, samples, batchify_fn)


# ------------------------------------------------------------------------------------ in the main process


def start_method() -> str:
    """How processes are started: as the program chose, else by fork where that is safe."""
    chosen = multiprocessing.get_start_method(allow_none=True)
    return chosen or ("fork" if sys.platform.startswith("linux") else "spawn")


def make_pool(num_workers: int, dataset: Any, thread_pool: bool) -> Any:
    """The pool of a loader."""
    if thread_pool:
        return multiprocessing.pool.ThreadPool(
            num_workers, initializer=_thread_worker_initializer, initargs=(is_np_shape(), is_np_array())
        )
    context = multiprocessing.get_context(start_method())
    quiet = threading.current_thread() is threading.main_thread()
    # a worker must not see a Ctrl-C between its start and its initializer
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if quiet else None
    try:
        with warnings.catch_warnings():
            # Python 3.12 warns of a fork beside threads; the initializer sees to those that matter
            warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
            return context.Pool(
                num_workers, initializer=_worker_initializer, initargs=(dataset, is_np_shape(), is_np_array())
            )
    finally:
        if quiet:
            signal.signal(signal.SIGINT, handler if handler is not None else signal.SIG_DFL)


class _MultiWorkerIter:
    """One pass over a loader: keeps ``prefetch`` batches ahead under way, and gives them in the sampler's order.

    Args:
        worker_pool: the pool.
        batchify_fn: makes a batch of a list of samples.
        batch_sampler: gives lists of indices; iterated here, in the main process.
        pin_memory: put the batches into page-locked memory.
        pin_device_id: for which GPU.
        worker_fn: runs in the pool.
        prefetch: how many batches are asked for at once, before the first is taken.
        dataset: for threads, the dataset; None for processes, which have it, and send bytes.
        data_loader: kept alive, and its pool with it.
        timeout: how long to wait for a batch, in seconds.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/dataloader.py.
    """

    def __init__(
        self,
        worker_pool: Any,
        batchify_fn: Callable[[Any], Any],
        batch_sampler: Any,
        pin_memory: bool = False,
        pin_device_id: int = 0,
        worker_fn: Callable[..., Any] = _worker_fn,
        prefetch: int = 0,
        dataset: Any = None,
        data_loader: Any = None,
        timeout: float = 120,
    ) -> None:
        self._worker_pool = worker_pool
        self._batchify_fn = batchify_fn
        self._batch_sampler = batch_sampler
        self._data_buffer: dict[int, Any] = {}
        self._rcvd_idx = 0
        self._sent_idx = 0
        self._iter = iter(batch_sampler)
        self._worker_fn = worker_fn
        self._pin_memory = pin_memory
        self._pin_device_id = pin_device_id
        self._dataset = dataset
        self._data_loader = data_loader
        self._timeout = timeout
        self._processes = list(getattr(worker_pool, "_pool", ())) if dataset is None else []
        for _ in range(prefetch):
            self._push_next()

    def __len__(self) -> int:
        return len(self._batch_sampler)

    def __iter__(self) -> Iterator[Any]:
        return self

    def _push_next(self) -> None:
        """Ask for the next batch, if there is one."""
        samples = next(self._iter, None)
        if samples is None:
            return
        job = self._worker_pool.apply_async(self._worker_fn, (samples, self._batchify_fn, self._dataset))
        self._data_buffer[self._sent_idx] = job
        self._sent_idx += 1

    def __next__(self) -> Any:
        self._push_next()
        if self._rcvd_idx == self._sent_idx:
            raise StopIteration
        job = self._data_buffer.pop(self._rcvd_idx)
        try:
            self._wait(job)
            batch = job.get(0)
            if self._dataset is None:
                batch = pickle.loads(batch)
            if self._pin_memory:
                batch = _as_in_context(batch, cpu_pinned(self._pin_device_id))
            self._rcvd_idx += 1
            return batch
        except multiprocessing.context.TimeoutError:
            self._explain_timeout()
            raise
        except Exception:
            self._worker_pool.terminate()
            raise

    def next(self) -> Any:
        """The next batch."""
        return self.__next__()

    def _wait(self, job: Any) -> None:
        """Wait for a batch, but not for a worker that is dead: a pool replaces it and forgets what it was doing."""
        end = time.monotonic() + self._timeout
        while True:
            left = end - time.monotonic()
            job.wait(max(0.0, min(_LOOK, left)))
            if job.ready() or left <= 0:
                return
            for process in self._processes:
                code = process.exitcode
                if code is not None and not job.ready():
                    raise RuntimeError(_obituary(process.pid, code))

    def _explain_timeout(self) -> None:
        advice = ["if transforms or files are slow, pass a larger timeout to DataLoader"]
        if not isinstance(self._worker_pool, multiprocessing.pool.ThreadPool):
            advice.append("if memory is short, use fewer workers (num_workers) or a smaller prefetch")
        print(f"Worker timed out after {self._timeout} seconds: {'; '.join(advice)}.")


def _obituary(pid: int | None, code: int) -> str:
    if code >= 0:
        return f"a DataLoader worker (pid {pid}) exited with code {code} while batches were under way"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    text = f"a DataLoader worker (pid {pid}) was killed by {name} while batches were under way"
    if name in ("SIGKILL", "SIGBUS"):
        text += "; usually that is a lack of memory: use fewer workers or smaller batches"
    return text
