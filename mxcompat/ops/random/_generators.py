"""Which generators a draw uses: one parallel and one single generator for each thread.

MXNet keeps its CPU generators per calling thread. A thread that never called ``seed`` draws the streams of seed 0
from their beginning, whatever the other threads seeded or drew. All CPU contexts of a thread share its two
generators.

Source: MXNet 1.9.1 src/resource.cc (``ResourceManager::Get`` is a ``ThreadLocalStore``), python/mxnet/random.py.
"""

from __future__ import annotations

import threading
from typing import Any

from ._single import SingleGenerator
from ._streams import ParallelGenerator


class _Generators(threading.local):
    def __init__(self) -> None:
        self.parallel = ParallelGenerator()
        self.single = SingleGenerator()


_current = _Generators()


def parallel() -> ParallelGenerator:
    """Return this thread's parallel generator: ``mx.nd.random``, ``Dropout``, ``mx.np.random.randint``."""
    return _current.parallel


def single() -> SingleGenerator:
    """Return this thread's single generator: ``mx.np.random``, ``shuffle``, ``sample_multinomial``."""
    return _current.single


def seed(value: int, with_context: bool = False) -> None:
    """Seed this thread's generators as ``mx.random.seed(value)`` does, or ``seed(value, ctx)`` with a CPU context."""
    _current.parallel.seed(value, with_device=not with_context)
    _current.single.seed(value, with_device=not with_context)


def get_state() -> dict[str, Any]:
    """Return the state of this thread's generators as plain arrays and numbers."""
    return {"parallel": _current.parallel.get_state(), "single": _current.single.get_state()}


def set_state(saved: dict[str, Any]) -> None:
    """Continue from a state that ``get_state`` returned, in any thread."""
    _current.parallel.set_state(saved["parallel"])
    _current.single.set_state(saved["single"])
