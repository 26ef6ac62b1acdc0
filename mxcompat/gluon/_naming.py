"""How blocks and their parameters get their names."""

from __future__ import annotations

import threading
import types
from typing import Any

from .. import name as _name
from ._parameter_dict import ParameterDict


class _Current(threading.local):
    value: _BlockScope | None = None


class _BlockScope:
    """The name scope of a block: blocks made inside it carry its prefix and are counted in it.

    Args:
        block: the block whose scope it is.

    Source: MXNet 1.9.1 python/mxnet/gluon/block.py.
    """

    _current = _Current()

    def __init__(self, block: Any) -> None:
        self._block = block
        self._counter: dict[str, int] = {}
        self._old_scope: _BlockScope | None = None
        self._name_scope: Any = None

    @staticmethod
    def create(prefix: str | None, params: ParameterDict | None, hint: str) -> tuple[str, ParameterDict]:
        """The full prefix and the parameter dictionary of a new block.

        Args:
            prefix: what the user asked for; None numbers the block after ``hint`` (in its scope, else globally).
            params: a dictionary to share parameters of.
            hint: the kind of block.
        """
        scope = _BlockScope._current.value
        if scope is None:
            if prefix is None:
                manager = _name.NameManager._current
                if getattr(manager, "value", None) is None:
                    manager.value = _name.NameManager()
                prefix = manager.value.get(None, hint) + "_"
            own = ParameterDict(prefix) if params is None else ParameterDict(params.prefix, params)
            return prefix, own
        if prefix is None:
            count = scope._counter.get(hint, 0)
            scope._counter[hint] = count + 1
            prefix = f"{hint}{count}_"
        if params is None:
            parent = scope._block.params
            own = ParameterDict(parent.prefix + prefix, parent._shared)
        else:
            own = ParameterDict(params.prefix, params)
        return scope._block.prefix + prefix, own

    def __enter__(self) -> _BlockScope:
        if not self._block._empty_prefix:
            self._old_scope = _BlockScope._current.value
            _BlockScope._current.value = self
            self._name_scope = _name.Prefix(self._block.prefix)
            self._name_scope.__enter__()
        return self

    def __exit__(
        self, ptype: type[BaseException] | None, value: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        if not self._block._empty_prefix:
            self._name_scope.__exit__(ptype, value, trace)
            self._name_scope = None
            _BlockScope._current.value = self._old_scope
