"""Attributes that every symbol made in a scope carries."""

from __future__ import annotations

import threading
import warnings
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, ClassVar

from .base import classproperty as classproperty
from .base import string_types as string_types


class _State(threading.local):
    """The scope in force, per thread."""

    def __init__(self) -> None:
        self.value: AttrScope = AttrScope()


def _warn() -> None:
    warnings.warn(
        "AttrScope.current is deprecated: open a scope by 'with AttrScope(...):' instead of assigning or reading it",
        DeprecationWarning,
        stacklevel=3,
    )


class _CurrentScope(type):
    _current: _State

    @property
    def current(cls) -> AttrScope:
        """The scope of the calling thread (deprecated in MXNet)."""
        _warn()
        return cls._current.value

    @current.setter
    def current(cls, value: AttrScope) -> None:
        _warn()
        cls._current.value = value


class AttrScope(metaclass=_CurrentScope):
    """Attributes for the symbols that the calling thread makes inside a ``with`` block.

    Args:
        kwargs: attributes, all of them text: ``AttrScope(ctx_group="dev1", __lr_mult__="0.1")``.

    Raises:
        ValueError: a value is not text.

    Source: MXNet 1.9.1 python/mxnet/attribute.py.
    """

    #: how often each name of a control-flow body has been given
    _subgraph_names: ClassVar[defaultdict[str, int]] = defaultdict(int)

    def __init__(self, **kwargs: str) -> None:
        self._old_scope: AttrScope | None = None
        for key, value in kwargs.items():
            if not isinstance(value, str):
                raise ValueError(f"Attributes need to be string, got {key}={value!r}")
        self._attr: dict[str, str] = kwargs

    def get(self, attr: Mapping[str, str] | None) -> dict[str, str]:
        """``attr`` of one symbol together with the attributes of the scope; those of the symbol win."""
        return {**self._attr, **(attr or {})}

    def __enter__(self) -> AttrScope:
        state = AttrScope._current
        self._old_scope = state.value
        self._attr = {**state.value._attr, **self._attr}
        state.value = self
        return self

    def __exit__(self, ptype: Any, value: Any, trace: Any) -> None:
        if self._old_scope is None:
            raise AssertionError("AttrScope: left without having been entered")
        AttrScope._current.value = self._old_scope


AttrScope._current = _State()


def _scoped_attributes(attr: Mapping[str, str] | None) -> dict[str, str]:
    """``attr`` together with the attributes of the calling thread's scope."""
    return AttrScope._current.value.get(attr)
