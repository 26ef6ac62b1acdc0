"""PrefetchingIter: errors in threads, and their end."""

from __future__ import annotations

import gc
import threading
from typing import Any

import numpy as np
import pytest

import mxcompat as mx


class Failing(mx.io.DataIter):
    """Fails at the second batch."""

    def __init__(self) -> None:
        super().__init__(1)
        self.provide_data = [mx.io.DataDesc("data", (1,))]
        self.provide_label: list[Any] = []
        self.count = 0

    def next(self) -> Any:
        self.count += 1
        if self.count == 2:
            raise ValueError("broken source")
        return mx.io.DataBatch([mx.nd.ones(1)], [])


def test_an_error_reaches_the_caller() -> None:
    iterator = mx.io.PrefetchingIter(Failing())
    iterator.next()
    with pytest.raises(ValueError, match="broken source"):
        iterator.next()
    assert iterator.next().data[0].shape == (1,)


def test_threads_end_with_the_iterator() -> None:
    def running() -> list[threading.Thread]:
        return [t for t in threading.enumerate() if t.name == "mxcompat-prefetch"]

    before = running()
    iterator = mx.io.PrefetchingIter([mx.io.NDArrayIter(np.ones((4, 1)), batch_size=2) for _ in range(2)])
    iterator.next()
    assert len(set(running()).difference(before)) == 2  # those of earlier tests may be ending meanwhile
    del iterator
    gc.collect()
    assert not set(running()).difference(before)
