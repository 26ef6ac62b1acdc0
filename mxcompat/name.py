"""Names for the symbols that a program does not name itself."""

from __future__ import annotations

import threading
import warnings
from typing import Any

from .base import classproperty as classproperty


class _State(threading.local):
    """The manager in force, per thread."""

    def __init__(self) -> None:
        self.value: NameManager = NameManager()


def _warn() -> None:
    warnings.warn(
        "NameManager.current is deprecated: open a scope by 'with NameManager():' instead of assigning or reading it",
        DeprecationWarning,
        stacklevel=3,
    )


class _CurrentManager(type):
    _current: _State

    @property
    def current(cls) -> NameManager:
        """The manager of the calling thread (deprecated in MXNet)."""
        _warn()
        return cls._current.value

    @current.setter
    def current(cls, value: NameManager) -> None:
        cls._current.value = value


class NameManager(metaclass=_CurrentManager):
    """Gives names: what the caller says, else a hint and a counter (``convolution0``, ``convolution1``, ...).

    Used as a context manager it names the symbols that the calling thread makes inside.

    Source: MXNet 1.9.1 python/mxnet/name.py.
    """

    def __init__(self) -> None:
        self._counter: dict[str, int] = {}
        self._old_manager: NameManager | None = None

    def get(self, name: str | None, hint: str) -> str:
        """The name of a new symbol.

        Args:
            name: what the caller asked for; None or "" for an automatic one.
            hint: start of an automatic name.
        """
        if name:
            return name
        number = self._counter.get(hint, 0)
        self._counter[hint] = number + 1
        return f"{hint}{number}"

    def __enter__(self) -> NameManager:
        state = NameManager._current
        self._old_manager = state.value
        state.value = self
        return self

    def __exit__(self, ptype: Any, value: Any, trace: Any) -> None:
        if self._old_manager is None:
            raise AssertionError("NameManager: left without having been entered")
        NameManager._current.value = self._old_manager


class Prefix(NameManager):
    """A name manager that puts ``prefix`` before every name, given or automatic."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def get(self, name: str | None, hint: str) -> str:
        """The prefixed name of a new symbol; see `NameManager.get`."""
        return self._prefix + super().get(name, hint)


NameManager._current = _State()


def _new_name(name: str | None, hint: str) -> str:
    """A name from the manager of the calling thread."""
    return NameManager._current.value.get(name, hint)
