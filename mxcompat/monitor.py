"""Statistics of a graph's arrays while it is trained: `mxnet.monitor` (also `mxnet.mon`)."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable
from typing import Any

from . import nd as ndarray
from .base import py_str
from .nd import NDArray

__all__ = ["Monitor"]


def _mean_size(x: NDArray) -> Any:
    return ndarray.norm(x) / math.sqrt(x.size)


class Monitor:
    """Collects a statistic of outputs, weights and gradients every some batches.

    Call `install` with an executor (a module does it in ``install_monitor``), `tic` before each forward pass and `toc`
    after the backward pass.

    Args:
        interval: batches between two collections.
        stat_func: makes an array (or a list of arrays) of an array; by default its norm over the root of its size.
        pattern: regular expression, matched at the start of names.
        sort: order the results by name.
        monitor_all: look at the inputs of operators, too.
    """

    def __init__(
        self,
        interval: int,
        stat_func: Callable[[NDArray], Any] | None = None,
        pattern: str = ".*",
        sort: bool = False,
        monitor_all: bool = False,
    ) -> None:
        self.stat_func = _mean_size if stat_func is None else stat_func
        self.interval = interval
        self.activated = False
        self.queue: list[tuple[int, str, Any]] = []
        self.step = 0
        self.exes: list[Any] = []
        self.re_prog = re.compile(pattern)
        self.sort = sort
        self.monitor_all = monitor_all

    def stat_helper(self, name: str | bytes, array: NDArray) -> None:
        """Take note of an array by its name, if a collection is on; what executors call."""
        text = py_str(name) if isinstance(name, bytes) else name
        if self.activated and self.re_prog.match(text):
            self.queue.append((self.step, text, self.stat_func(array)))

    def install(self, exe: Any) -> None:
        """Watch an executor; several may be watched."""
        exe.set_monitor_callback(self.stat_helper, self.monitor_all)
        self.exes.append(exe)

    def _wait(self) -> None:
        for exe in self.exes:
            for array in (*exe.arg_arrays, *exe.aux_arrays):
                array.wait_to_read()

    def tic(self) -> None:
        """Begin a collection, if it is time for one."""
        if self.step % self.interval == 0:
            self._wait()
            self.queue = []
            self.activated = True
        self.step += 1

    def toc(self) -> list[tuple[int, str, str]]:
        """End the collection: (batch, name, text of the statistic) of what was seen, and of arguments and states.

        Raises:
            AssertionError: the statistic is neither an array nor a list of arrays.
        """
        if not self.activated:
            return []
        self._wait()
        for exe in self.exes:
            for names, arrays in (
                (exe._symbol.list_arguments(), exe.arg_arrays),
                (exe._symbol.list_auxiliary_states(), exe.aux_arrays),
            ):
                for name, array in zip(names, arrays, strict=False):
                    self.stat_helper(name, array)
        self.activated = False
        if self.sort:
            self.queue.sort(key=lambda entry: entry[1])
        results = [(step, name, _text(name, found)) for step, name, found in self.queue]
        self.queue = []
        return results

    def toc_print(self) -> None:
        """End the collection and log its results."""
        for step, name, text in self.toc():
            logging.info(f"Batch: {step:7d} {name:30s} {text}")


def _text(name: str, found: Any) -> str:
    values = [found] if isinstance(found, NDArray) else found
    if not isinstance(values, list) or not all(isinstance(value, NDArray) for value in values):
        raise AssertionError(f"Monitor: stat_func must give an NDArray or a list of them, got {found!r} for {name}")
    return "".join(str(v.asscalar() if v.shape == (1,) else v.asnumpy()) + "\t" for v in values)
