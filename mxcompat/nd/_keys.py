"""Index keys of the classic NDArray: made explicit, checked, turned into ranges and index tensors.

The rules are MXNet's: an integer counts as an index array once the key holds one; adjacency of index arrays is
judged with the ``None`` entries in place; truth values are dropped (they would add an axis under NumPy semantics).

Source: MXNet 1.9.1 python/mxnet/ndarray/ndarray.py.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from .._core.errors import MXNetError

if TYPE_CHECKING:
    from .ndarray import NDArray as ArrayBase
else:
    from ._method_table import Methods as ArrayBase

INTEGERS = (int, np.int32, np.int64)
_SEQUENCES = (ArrayBase, np.ndarray, list, tuple, range)
_FULL = slice(None)


def expand(key: Any, shape: torch.Size) -> list[Any]:
    """The key with one entry per axis (and the ``None`` entries); a missing tail becomes full slices.

    Raises:
        IndexError: two ellipses, or a boolean array whose shape does not match.
        ValueError: a boolean NDArray (needs NumPy semantics).
    """
    given = key if isinstance(key, tuple) else (key,)
    entries: list[Any] = []
    ellipsis = -1
    new_axes = 0
    for entry in given:
        if entry is Ellipsis:
            if ellipsis >= 0:
                raise IndexError("Cannot use more than one ellipsis (`...`) for indexing")
            ellipsis = len(entries)
        elif entry is None:
            new_axes += 1
            entries.append(entry)
        elif isinstance(entry, bool):
            continue
        elif isinstance(entry, ArrayBase) and (entry._t.ndim == 0 or entry._t.dtype is torch.bool):
            if entry._t.dtype is not torch.bool:
                entries.append(int(entry._t.item()))
            elif entry._t.ndim:
                _refuse_mask(entry._t.shape, shape, len(entries) - new_axes)
        else:
            entries.append(entry)
    if ellipsis < 0:
        ellipsis = len(entries)
    missing = len(shape) + new_axes - len(entries)
    entries[ellipsis:ellipsis] = [_FULL] * missing
    return entries


def _refuse_mask(mask: torch.Size, shape: torch.Size, axis: int) -> None:
    for i, n in enumerate(mask):
        if axis + i >= len(shape) or shape[axis + i] != n:
            size = shape[axis + i] if axis + i < len(shape) else 0
            raise IndexError(
                f"the boolean index has {n} entries along axis {axis + i}, the array {size}; make the mask as "
                "long as the axis"
            )
    raise ValueError(
        "a boolean NDArray is an index only with NumPy semantics (npx.set_np()); use nd.contrib.boolean_mask"
    )


def is_advanced(key: list[Any], error: type[Exception]) -> bool:
    """Whether the key holds an array of indices; ``error`` for an empty tuple, ValueError for what is no index."""
    for entry in key:
        if isinstance(entry, _SEQUENCES):
            if isinstance(entry, tuple) and not entry:
                raise error("an empty tuple is not an index of an axis")
            return True
        if entry is not None and not isinstance(entry, (slice, *INTEGERS)):
            raise ValueError(
                f"{entry!r} of type {type(entry)} is no index of an NDArray: give integers, slices, arrays of "
                "integers, None or ..."
            )
    return False


def axes_of(key: list[Any], ndim: int) -> list[Any]:
    """The entries that index an axis; IndexError if there are more than ``ndim``."""
    entries = [entry for entry in key if entry is not None]
    if len(entries) > ndim:
        raise IndexError(f"too many indices ({len(entries)}) for array with {ndim} dimensions")
    return entries


def new_axes_of(key: list[Any], advanced: set[int], start: int = 0) -> list[int]:
    """Where the ``None`` entries of a key end up in the result, given the places of entries that vanish."""
    found = []
    position = start
    for place, entry in enumerate(key):
        if entry is None:
            found.append(position)
        if place not in advanced:
            position += 1
    return found


class Range(NamedTuple):
    """What one axis is cut to: first index, number of elements, step, and whether the axis vanishes."""

    start: int
    count: int  # type: ignore[assignment]  # a tuple has a method of that name, which is not wanted here
    step: int
    integer: bool

    @property
    def ascending(self) -> slice:
        """The same elements as a slice with a positive step."""
        last = self.start + (self.count - 1) * self.step
        return slice(self.start, last + 1, self.step) if self.step > 0 else slice(last, self.start + 1, -self.step)


def range_of(entry: Any, axis: int, n: int) -> Range:
    """The range of an integer or slice on an axis of ``n`` elements; IndexError, ValueError or TypeError if none."""
    if not isinstance(entry, slice):
        index = int(entry)
        if not -n <= index < n:
            raise IndexError(f"index {index} is out of bounds for axis {axis} with size {n}")
        return Range(index % n, 1, 1, True)
    start, stop, step = bounds(entry, n)
    return Range(start, max(0, (stop - start + (step - (1 if step > 0 else -1))) // step), step, False)


def bounds(entry: slice, n: int) -> tuple[int, int, int]:
    """``entry.indices(n)``; an NDArray is no bound."""
    for bound in (entry.start, entry.stop, entry.step):
        if isinstance(bound, ArrayBase):
            raise TypeError("slice bounds must be integers or None, got an NDArray")
    return entry.indices(n)


def leading(key: slice, n: int) -> tuple[int, int]:
    """Begin and end of a slice with step one on the first axis, the end not before 0; MXNetError if it runs back."""
    start = 0 if key.start is None else _bound(key.start)
    stop = n if key.stop is None else _bound(key.stop)
    if start < 0:
        start = max(0, start + n)
    elif start > n:
        start = n
    if stop < 0:
        stop = max(0, stop + n)
    elif stop > n:
        stop = n
    if start > stop:
        raise MXNetError(f"Invalid slicing range [{start}, {stop}) of axis 0 with size {n}")
    return start, stop


def _bound(value: Any) -> int:
    if isinstance(value, ArrayBase):
        raise TypeError("slice bounds must be integers or None, got an NDArray")
    return operator.index(value)


def shares_memory(ranges: list[Range], shape: torch.Size) -> bool:
    """Whether MXNet takes a view: from right to left, once an axis is cut, those before it have one element."""
    count = 1
    for r in ranges:
        count *= r.count
    if count <= 1:
        return True
    cut = False
    for r, n in zip(reversed(ranges), reversed(shape), strict=True):
        if r.count > 1:
            if r.step != 1 or cut:
                return False
        cut = cut or r.count < n
    return True


@dataclass(frozen=True)
class Gather:
    """An advanced key, ready for torch.

    Attributes:
        key: slices and index tensors, one per axis up to the last one that is cut.
        shape: shape of what the key selects, in MXNet's order of axes, without new axes.
        block: number of axes that the index tensors have together.
        place: where torch puts these axes; MXNet puts them first if ``first`` is set.
        new_axes: where size-one axes are inserted into the result.
    """

    key: tuple[Any, ...]
    shape: tuple[int, ...]
    block: int
    place: int
    first: bool
    new_axes: list[int]

    def to_mxnet(self, tensor: Tensor) -> Tensor:
        """What torch selected, with the axes in MXNet's order."""
        if not self.first or not self.place:
            return tensor
        return tensor.movedim(tuple(range(self.place, self.place + self.block)), tuple(range(self.block)))

    def to_torch(self, tensor: Tensor) -> Tensor:
        """The inverse of `to_mxnet`."""
        if not self.first or not self.place:
            return tensor
        return tensor.movedim(tuple(range(self.block)), tuple(range(self.place, self.place + self.block)))


def _is_index(entry: Any) -> bool:
    if isinstance(entry, (*_SEQUENCES, *INTEGERS)):
        return True
    if entry is None or isinstance(entry, slice):
        return False
    raise RuntimeError(f"illegal index type {type(entry)}")


def index_tensor(entry: Any, device: torch.device) -> Tensor:
    """An index entry as an int64 tensor; fractions are cut off. TypeError for what is no array of numbers."""
    if isinstance(entry, ArrayBase):
        return entry._t.detach().to(device, torch.int64)
    if isinstance(entry, INTEGERS):
        entry = [int(entry)]
    if isinstance(entry, (list, tuple)) and any(isinstance(item, ArrayBase) for item in entry):
        raise TypeError("an index must be array-like, not a list of NDArrays")
    try:
        values = np.array(entry, dtype=np.int64)
    except (ValueError, TypeError, OverflowError):
        raise TypeError(f"an index must be an array of integers, got {entry!r}") from None
    return torch.from_numpy(values).to(device)


def _common_shape(tensors: list[Tensor]) -> tuple[int, ...]:
    shape: tuple[int, ...] = ()
    for tensor in tensors:
        other = tuple(tensor.shape)
        try:
            shape = tuple(torch.broadcast_shapes(shape, other))  # type: ignore[no-untyped-call]
        except RuntimeError:
            raise ValueError(f"shape1={shape} is not broadcastable to shape2={other}") from None
    if not shape:
        raise MXNetError("an index array of shape () needs another index of shape (n,) beside it")
    if 0 in shape:
        raise MXNetError(f"index arrays of shape {shape} select nothing, which needs NumPy shapes")
    return shape


def gather_of(key: list[Any], shape: torch.Size, device: torch.device) -> Gather:
    """Work out an advanced key."""
    entries = axes_of(key, len(shape))
    places = [place for place, entry in enumerate(key) if _is_index(entry)]
    axes = [axis for axis, entry in enumerate(entries) if _is_index(entry)]
    adjacent = all(b - a == 1 for a, b in pairwise(places))
    tensors = {axis: index_tensor(entries[axis], device) for axis in axes}
    block = _common_shape(list(tensors.values()))
    ranges: dict[int, Range] = {}
    for axis, entry in enumerate(entries):
        if axis not in tensors:
            ranges[axis] = range_of(entry, axis, shape[axis])
            if not ranges[axis].count and entry != _FULL:
                raise MXNetError(f"slice {entry} selects nothing of axis {axis}, which needs NumPy shapes")
    before = [r.count for axis, r in ranges.items() if axis < axes[0]]
    after = [r.count for axis, r in ranges.items() if axis > axes[0]]
    result = (*before, *block, *after) if adjacent else (*block, *before, *after)
    new_axes = new_axes_of(key, set(places), 0 if adjacent else len(block))
    if any(r.step < 0 for r in ranges.values()):
        torch_key = _explicit(tensors, ranges, len(block), adjacent, len(result), len(shape))
        return Gather(torch_key, result, len(block), 0, False, new_axes)
    cut: list[Any] = [
        tensors[axis] if axis in tensors else _FULL if entries[axis] == _FULL else ranges[axis].ascending
        for axis in range(len(entries))
    ]
    while isinstance(cut[-1], slice) and cut[-1] == _FULL:
        cut.pop()
    split = axes[-1] - axes[0] != len(axes) - 1  # torch puts the block first of its own accord
    return Gather(tuple(cut), result, len(block), 0 if split else axes[0], not adjacent, new_axes)


def _explicit(
    tensors: dict[int, Tensor], ranges: dict[int, Range], block: int, adjacent: bool, dims: int, ndim: int
) -> tuple[Tensor, ...]:
    """An index tensor for every axis, shaped to broadcast to the result: needed for negative steps."""
    device = next(iter(tensors.values())).device
    first = min(tensors)
    place = sum(axis < first for axis in ranges) if adjacent else 0
    free = [d for d in range(dims) if not place <= d < place + block]
    found: dict[int, Tensor] = {}
    for axis, tensor in tensors.items():
        found[axis] = tensor.reshape((1,) * (block - tensor.ndim) + tensor.shape + (1,) * (dims - place - block))
    for (axis, r), dim in zip(sorted(ranges.items()), free, strict=True):
        values = torch.arange(r.count, device=device) * r.step + r.start
        found[axis] = values.reshape((-1,) + (1,) * (dims - dim - 1))
    return tuple(found[axis] for axis in range(ndim))


def check_bounds(gather: Gather, shape: torch.Size) -> None:
    """IndexError if an index tensor points outside of its axis."""
    for axis, (entry, n) in enumerate(zip(gather.key, shape, strict=False)):
        if isinstance(entry, Tensor):
            wrong = entry[(entry < -n) | (entry >= n)]
            if wrong.numel():
                raise IndexError(f"index {int(wrong[-1])} is out of bounds for axis {axis} with size {n}")
