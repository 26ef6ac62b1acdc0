"""What indexing is in the recorded graph that `autograd.get_symbol` shows."""

from __future__ import annotations

from typing import Any

from .._core.errors import MXNetError
from ..autograd._history import note
from ..registry.operator import find
from . import _keys


def note_item(source: Any, key: Any, made: Any) -> None:
    """Note ``made = source[key]``: a ``slice``, and a ``Reshape`` where axes went; index arrays are no operator."""
    shape = source._t.shape
    expanded = _keys.expand(key, shape)
    if _keys.is_advanced(expanded, MXNetError):
        note("_advanced_index", {}, [source], made)
        return
    entries = _keys.axes_of(expanded, len(shape))
    ranges = [_keys.range_of(entry, axis, shape[axis]) for axis, entry in enumerate(entries)]
    while ranges and ranges[-1].count == shape[len(ranges) - 1] and ranges[-1].step == 1:
        ranges.pop()
    sliced = tuple(r.count for r in ranges) + tuple(shape[len(ranges) :])
    inputs = [source]
    if ranges:
        ends = [r.start + r.count * r.step for r in ranges]
        attrs: dict[str, Any] = {
            "begin": tuple(r.start for r in ranges),
            "end": tuple(end if end >= 0 else None for end in ends),
        }
        if any(r.step != 1 for r in ranges):
            attrs["step"] = tuple(r.step for r in ranges)
        op = find("slice")
        note(op, op.prepare(**attrs), inputs, made)
        inputs = [made]
    if sliced != tuple(made._t.shape):
        op = find("Reshape")
        note(op, op.prepare(shape=tuple(made._t.shape)), inputs, made)
