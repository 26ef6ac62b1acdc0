"""Time per operator, for ``mxcompat run --report``.

Whether operators are timed is decided once, when this module is loaded, by an environment variable that the command
sets: definitions are then wrapped as they are registered. Without it there is nothing in any call.
"""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from torch import Tensor

#: where the command says that a run is watched
VARIABLE = "MXCOMPAT_RUN_REPORT"
ON = VARIABLE in os.environ

#: operator -> number of calls, own time in ns (without that of operators it calls itself)
OPERATORS: dict[str, list[int]] = {}


class _Inner(threading.local):
    ns = 0


_inner = _Inner()


def timed(name: str, fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn`` with its calls and their time counted under ``name``; calls that only infer shapes are left out."""
    row = OPERATORS.setdefault(name, [0, 0])
    now = time.perf_counter_ns

    @functools.wraps(fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], Tensor) and args[0].is_meta:
            return fn(*args, **kwargs)
        outer, _inner.ns = _inner.ns, 0
        start = now()
        try:
            return fn(*args, **kwargs)
        finally:
            took = now() - start
            row[0] += 1
            row[1] += took - _inner.ns
            _inner.ns = outer + took

    return call
