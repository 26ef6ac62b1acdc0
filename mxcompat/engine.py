"""`mxnet.engine`: bulk execution. Operators run at once here, so bulks have no effect on results or speed."""

from __future__ import annotations

import types

_DEFAULT_BULK = 0
_size = _DEFAULT_BULK


def set_bulk_size(size: int) -> int:
    """Set the number of operators that MXNet may run as one; returns the previous size. No effect here."""
    global _size
    previous, _size = _size, int(size)
    return previous


class _BulkScope:
    def __init__(self, size: int) -> None:
        self._size = size
        self._previous: list[int] = []

    def __enter__(self) -> _BulkScope:
        self._previous.append(set_bulk_size(self._size))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        set_bulk_size(self._previous.pop())


def bulk(size: int) -> _BulkScope:
    """A scope with a bulk size. No effect here."""
    return _BulkScope(size)
