"""What is being recorded: the one session of the process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

MEMORY = "Device Storage"
OPERATOR = "operator"
KERNEL = "kernel"

#: the environment variable that says what torch's profiler prints
_LEVEL = "KINETO_LOG_LEVEL"


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the lines that torch's profiler prints; it reads the level once, when it first starts."""
    if _LEVEL in os.environ:
        yield
        return
    os.environ[_LEVEL] = "99"
    try:
        yield
    finally:
        os.environ.pop(_LEVEL, None)


class Span(NamedTuple):
    """Something that took time; times in nanoseconds since the epoch."""

    category: str
    name: str
    start: int
    end: int
    thread: int


class Sample(NamedTuple):
    """The value of a counter at a time."""

    category: str
    name: str
    time: int
    value: int
    thread: int


class Mark(NamedTuple):
    """An instant; ``scope`` is the letter that traces use."""

    category: str
    name: str
    time: int
    scope: str
    thread: int


class Session:
    """Records while it is running and not paused; keeps what it recorded until it is told to forget."""

    def __init__(self) -> None:
        self.running = False
        self.paused = False
        self.was_run = False
        self.operators = True
        self.memory = True
        self.records: list[Span | Sample | Mark] = []
        self._lock = threading.Lock()
        self._torch: torch.profiler.profile | None = None
        self._bytes: dict[str, int] = {}

    @property
    def active(self) -> bool:
        return self.running and not self.paused

    def add(self, record: Span | Sample | Mark) -> None:
        """Keep a record, if the session is active."""
        if self.active:
            with self._lock:
                self.records.append(record)

    def set(self, running: bool | None = None, paused: bool | None = None) -> None:
        """Run or stop, pause or go on."""
        before = self.active
        if running is not None:
            self.running = running
            self.was_run = self.was_run or running
        if paused is not None:
            self.paused = paused
        if self.active and not before:
            self._start()
        elif before and not self.active:
            self._finish()

    def collect(self) -> None:
        """Bring the records up to date without ending the session."""
        if self.active:
            self._finish()
            self._start()

    def forget(self) -> None:
        """Drop all records."""
        with self._lock:
            self.records = []

    def _start(self) -> None:
        if not (self.operators or self.memory):
            return
        activities = [torch.profiler.ProfilerActivity.CPU]
        if torch.cuda.is_available():
            activities.append(torch.profiler.ProfilerActivity.CUDA)
        self._torch = torch.profiler.profile(activities=activities, profile_memory=self.memory)
        with _quietly():
            self._torch.start()

    def _finish(self) -> None:
        profile, self._torch = self._torch, None
        if profile is None:
            return
        profile.stop()
        kineto: Any = profile.profiler.kineto_results  # type: ignore[union-attr]
        events = kineto.events()
        with self._lock:
            if self.operators:
                self.records.extend(_operators(events))
            if self.memory:
                self.records.extend(self._allocations(events))

    def _allocations(self, events: Iterable[Any]) -> Iterable[Sample]:
        for event in sorted((e for e in events if e.name() == "[memory]"), key=lambda e: int(e.start_ns())):
            device = str(event.device_type()).rsplit(".", 1)[-1].lower().replace("cuda", "gpu")
            name = f"Memory: {device}/{max(event.device_index(), 0)}"
            self._bytes[name] = max(self._bytes.get(name, 0) + event.nbytes(), 0)
            yield Sample(MEMORY, name, event.start_ns(), self._bytes[name], event.start_thread_id())


def _operators(events: Iterable[Any]) -> Iterable[Span]:
    """The calls that are not inside another call of the same thread."""
    busy_until: dict[tuple[str, int], int] = {}
    for event in sorted(events, key=lambda e: (e.start_ns(), -e.duration_ns())):
        if event.name() == "[memory]":
            continue
        on_cpu = str(event.device_type()).endswith("CPU")
        thread, start = event.start_thread_id(), event.start_ns()
        place = (KERNEL if not on_cpu else OPERATOR, thread)
        end = start + event.duration_ns()
        if on_cpu and end <= busy_until.get(place, 0):
            continue
        busy_until[place] = end
        yield Span(place[0], event.name(), start, end, thread)


def now() -> int:
    """The time as records count it."""
    return time.time_ns()


SESSION = Session()
