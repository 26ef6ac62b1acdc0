"""The machine, the process and its environment; running flaky tests."""

from __future__ import annotations

import functools
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .. import nd
from .._core.context import current_context, num_gpus
from ..runtime import Features
from ..util import get_cuda_compute_capability, setenv


def list_gpus() -> range:
    """Numbers of the GPUs."""
    return range(num_gpus())


def retry(n: int) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """Decorate a test to be run up to ``n`` times, until it passes."""
    if n <= 0:
        raise AssertionError(f"retry: n={n} must be positive")

    def decorate(test: Callable[..., Any]) -> Callable[..., None]:
        @functools.wraps(test)
        def wrapper(*args: Any, **kwargs: Any) -> None:
            for attempt in range(n):
                try:
                    test(*args, **kwargs)
                    return
                except AssertionError:
                    if attempt == n - 1:
                        raise
                    nd.waitall()

        return wrapper

    return decorate


@contextmanager
def discard_stderr() -> Iterator[None]:
    """A scope in which what goes to standard error, also from native code, is dropped."""
    streams = {2}
    try:
        streams.add(sys.stderr.fileno())
    except (AttributeError, OSError):  # replaced by something that is no file
        pass
    kept = {stream: os.dup(stream) for stream in streams}
    try:
        with open(os.devnull, "w") as sink:
            for stream in streams:
                os.dup2(sink.fileno(), stream)
        yield
    finally:
        sys.stderr.flush()
        for stream, copy in kept.items():
            os.dup2(copy, stream)
            os.close(copy)


@contextmanager
def environment(*args: Any) -> Iterator[None]:
    """A scope with other environment variables.

    Args:
        *args: a name and a value, or a dictionary of them; the value None removes a variable.

    Raises:
        AssertionError: other arguments.
    """
    if len(args) == 1 and isinstance(args[0], dict):
        wanted = args[0]
    elif len(args) == 2:
        wanted = {args[0]: args[1]}
    else:
        raise AssertionError(f"environment: give a name and a value, or one dict of them; got {len(args)} arguments")
    before = {name: os.environ.get(name) for name in wanted}
    _set(wanted)
    try:
        yield
    finally:
        nd.waitall()
        _set(before)


def _set(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        setenv(name, value)


def is_cd_run() -> bool:
    """Whether this is a job of MXNet's delivery pipeline (``CD_JOB=1``)."""
    return os.environ.get("CD_JOB") == "1"


def is_aarch64_run() -> bool:
    """Whether the machine is a 64-bit ARM."""
    return platform.machine() == "aarch64"


def has_tvm_ops() -> bool:
    """Whether operators compiled by TVM are there: never."""
    return Features().is_enabled("TVM_OP")


def is_op_runnable() -> bool:
    """Whether operators can run on the current context."""
    ctx = current_context()
    if ctx.device_type != "gpu" or not Features().is_enabled("TVM_OP"):
        return True
    return (get_cuda_compute_capability(ctx) or 0) >= 53
