"""The 1,024 states of MXNet's parallel CPU generator, and how they share the work of a draw.

The rules, each checked against MXNet 1.9.1:

- There is one generator for all CPU contexts (``cpu(0)``, ``cpu(3)`` and ``cpu_pinned()`` draw from the same states).
- ``seed(s)`` gives state ``i`` the seed ``127 * s + i`` modulo 2**32, with a context or without. It starts with 0.
- A draw of N values uses ``T = min(ceil(N / 64), 1024)`` states; state ``t`` makes the values from ``t * step`` to
  ``(t + 1) * step`` with ``step = ceil(N / T)``. Each state moves on by the words its values consumed, and no further.

Source: MXNet 1.9.1 include/mxnet/random_generator.h, src/resource.cc.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _exact
from ._mt19937 import BLOCK, StateBank, Words

Array = npt.NDArray[Any]

STATES = 1024
PER_STATE = 64  # a state is not split off for fewer values than this
_SEED_STRIDE = 127
WORDS_AT_ONCE = 1 << 17  # rows are taken in groups of about this many words
_SMALL = 1 << 14  # values that all states make in one go (64 a state, so a window suffices)
_WORTH_THREADS = 1 << 17  # values below which a second thread costs more than it saves


def split(count: int) -> tuple[int, int]:
    """Return how many states serve ``count`` values, and how many values each (the last ones may get fewer)."""
    states = min(-(-count // PER_STATE), STATES)
    return states, -(-count // states)


def processors() -> int:
    """Return how many threads a large draw may use: ``OMP_NUM_THREADS``, else the processors we may run on."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


class States:
    """The states of one device, their lock, and the number of threads that a large draw may use."""

    def __init__(self, device_id: int = 0, seed: int = 0) -> None:
        self.device_id = device_id
        self.threads = processors()
        self._lock = threading.RLock()
        self._bank = StateBank(STATES, seed * _SEED_STRIDE + device_id)
        self._forget()

    def seed(self, seed: int, with_device: bool = True) -> None:
        """Start again from ``seed``; the device's number is part of it unless a context was named in the call."""
        with self._lock:
            self._bank.seed((seed & 0xFFFFFFFF) * _SEED_STRIDE + (self.device_id if with_device else 0))
            self._forget()

    def get_state(self) -> dict[str, Any]:
        """Return the state as plain arrays and numbers."""
        with self._lock:
            return self._bank.get_state()

    def set_state(self, saved: dict[str, Any]) -> None:
        """Continue from a saved state."""
        with self._lock:
            self._bank.set_state(saved)
            self._forget()

    def _forget(self) -> None:
        """Drop what was made ahead: the states have been moved."""

    def _layout(self, count: int) -> tuple[int, int, int]:
        """Return how many states make a full share, the share, and how many values the state after them makes."""
        if count <= 0:
            return 0, 1, 0
        states, step = split(count)
        self._bank.prepare(states)
        whole, rest = divmod(count, step)
        return whole, step, rest

    def _lanes(self, count: int) -> tuple[Array, Array]:
        """Return how many values each state makes, and where its first one goes."""
        whole, step, rest = self._layout(count)
        goes_to = np.arange(whole + (rest > 0)) * step
        return np.minimum(count - goes_to, step), goes_to

    def _share(self, rows: int, step: int, work: Callable[[int, int], None]) -> None:
        """Run ``work(first, past)`` over ``rows`` rows, on several threads when there is enough to do."""
        threads = min(self.threads, rows) if rows * step >= _WORTH_THREADS else 1
        if threads <= 1:
            if rows:
                work(0, rows)
            return
        failures: list[BaseException] = []

        def guarded(first: int, past: int) -> None:
            try:
                work(first, past)
            except BaseException as failure:  # handed to the caller below
                failures.append(failure)

        cuts = [rows * i // threads for i in range(threads + 1)]
        helpers = [threading.Thread(target=guarded, args=pair) for pair in zip(cuts[1:-1], cuts[2:], strict=True)]
        for helper in helpers:
            helper.start()
        guarded(cuts[0], cuts[1])
        for helper in helpers:
            helper.join()
        if failures:
            raise failures[0]

    def _fill(self, out: Array, unit: int, convert: Callable[[Words, Array], None]) -> None:
        """Fill ``out`` with conversions of ``unit`` words a value."""
        whole, step, rest = self._layout(out.size)
        bank = self._bank
        if 0 < out.size <= _SMALL:  # one window for all states, the last of which may owe fewer
            rows = np.arange(whole + (rest > 0))
            drawn = np.empty((rows.size, step), out.dtype)
            convert(bank.window(rows, step * unit), drawn)
            out[...] = drawn.reshape(-1)[: out.size]
            bank.position[: rows.size] += step * unit
            if rest:
                bank.position[whole] -= (step - rest) * unit
            return

        def rows_of(first: int, past: int, share: int, target: Array) -> None:
            at_once = max(1, WORDS_AT_ONCE // min(share * unit, BLOCK))
            for start in range(first, past, at_once):
                rows = np.arange(start, min(start + at_once, past))
                block = target[start - first : start - first + rows.size]
                for done in range(0, share, BLOCK // unit):
                    n = min(share - done, BLOCK // unit)
                    convert(bank.window(rows, n * unit), block[:, done : done + n])
                    bank.position[rows] += n * unit

        def work(first: int, past: int) -> None:
            rows_of(first, past, step, out[first * step : past * step].reshape(past - first, step))

        self._share(whole, step, work)
        if rest:
            rows_of(whole, whole + 1, rest, out[whole * step :].reshape(1, rest))

    @staticmethod
    def _deliver(values: Array, dtype: npt.DTypeLike, out: Array | None) -> Array:
        if out is None:
            return _exact.narrow(values, dtype)
        if out is not values:
            out[...] = _exact.narrow(values, dtype)
        return out
