"""What a program measures itself: tasks, frames, events, counters, markers."""

from __future__ import annotations

import threading

from .._core.errors import MXNetError
from ._session import SESSION, Mark, Sample, Span, now

#: scope of a marker -> the letter that traces use; they know three
_SCOPES = {"global": "g", "process": "p", "thread": "t", "task": "t", "marker": "t"}


class Domain:
    """A name under which tasks, frames, counters and markers are grouped."""

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise AttributeError(f"profiler.Domain: the name must be a text, got {type(name).__name__}")
        self.name = name

    def __str__(self) -> str:
        return self.name

    def new_task(self, name: str) -> Task:
        """A task of this domain."""
        return Task(self, name)

    def new_frame(self, name: str) -> Frame:
        """A frame of this domain."""
        return Frame(self, name)

    def new_counter(self, name: str, value: int | None = None) -> Counter:
        """A counter of this domain, with a first value if one is given."""
        return Counter(self, name, value)

    def new_marker(self, name: str) -> Marker:
        """A marker of this domain."""
        return Marker(self, name)


class _Measured:
    _category = ""

    def __init__(self, name: str) -> None:
        self.name = name
        self._start: int | None = None

    def start(self) -> None:
        """Begin."""
        self._start = now() if SESSION.active else None

    def stop(self) -> None:
        """End, and record the time since the beginning if the profiler runs."""
        if self._start is not None:
            SESSION.add(Span(self._category, self.name, self._start, now(), threading.get_ident()))
            self._start = None

    def __str__(self) -> str:
        return self.name


class Task(_Measured):
    """A piece of work that may go across threads."""

    def __init__(self, domain: Domain, name: str) -> None:
        super().__init__(name)
        self._category = _domain(domain).name


class Frame(_Measured):
    """A pass of a loop, such as one batch."""

    def __init__(self, domain: Domain, name: str) -> None:
        super().__init__(name)
        self._category = _domain(domain).name + ",frame"


class Event(_Measured):
    """A piece of work of one thread, without a domain."""

    _category = "event"

    def __init__(self, name: str) -> None:
        super().__init__(name)


class Counter:
    """A number whose course is recorded."""

    def __init__(self, domain: Domain, name: str, value: int | None = None) -> None:
        self.name = name
        self._category = _domain(domain).name
        self._value = 0
        self._lock = threading.Lock()
        if value is not None:
            self.set_value(value)

    def set_value(self, value: int) -> None:
        """Set the number; fractions are cut off."""
        with self._lock:
            self._record(int(value))

    def increment(self, delta: int = 1) -> None:
        """Add to the number."""
        with self._lock:
            self._record(self._value + int(delta))

    def decrement(self, delta: int = 1) -> None:
        """Subtract from the number."""
        self.increment(-int(delta))

    def _record(self, value: int) -> None:
        self._value = value
        if SESSION.active:
            SESSION.add(Sample(self._category, self.name, now(), value, threading.get_ident()))

    def __iadd__(self, delta: int) -> Counter:
        self.increment(delta)
        return self

    def __isub__(self, delta: int) -> Counter:
        self.decrement(delta)
        return self

    def __str__(self) -> str:
        return self.name


class Marker:
    """An instant that is worth a mark."""

    def __init__(self, domain: Domain, name: str) -> None:
        self.name = name
        self.domain = domain

    def mark(self, scope: str = "process") -> None:
        """Record a mark.

        Args:
            scope: ``"global"``, ``"process"``, ``"thread"``, ``"task"`` or ``"marker"``: how far the mark reaches.

        Raises:
            MXNetError: another scope.
        """
        if scope not in _SCOPES:
            raise MXNetError(f"Invalid Input: {scope!r}, valid values are: {{{', '.join(map(repr, sorted(_SCOPES)))}}}")
        category = _domain(self.domain).name + ",instant_marker"
        SESSION.add(Mark(category, self.name, now(), _SCOPES[scope], threading.get_ident()))


def _domain(domain: Domain) -> Domain:
    if not isinstance(domain, Domain):
        raise AttributeError(f"profiler: domain must be a Domain, got {type(domain).__name__}")
    return domain
