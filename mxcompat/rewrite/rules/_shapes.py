"""Shapes of results, and whether they are (1,) here and () there."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from mxcompat.rewrite._values import Arr

Shape = tuple[int | None, ...]


def broadcast(arrays: Sequence[Arr]) -> Shape | None:
    """The shape of an element-wise operation between arrays."""
    shapes = [array.shape for array in arrays]
    known = [shape for shape in shapes if shape is not None]
    if not known or len(known) != len(shapes):
        return None
    length = max(map(len, known))
    columns = zip(*[(1,) * (length - len(shape)) + shape for shape in known], strict=True)
    return tuple(_length(column) for column in columns)


def _length(column: Sequence[int | None]) -> int | None:
    wide = {n for n in column if n != 1}
    return 1 if not wide else next(iter(wide)) if len(wide) == 1 else None


def zero_of(arrays: Sequence[Arr]) -> tuple[frozenset[cst.CSTNode], bool]:
    """`Arr.zero` and `Arr.must_zero` of an element-wise operation: it has axes if one of its operands has."""
    if any(not array.zero for array in arrays):
        return frozenset(), False
    return frozenset().union(*(array.zero for array in arrays)), all(array.must_zero for array in arrays)
