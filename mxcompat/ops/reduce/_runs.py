"""Sums over several runs of axes, and stretching along them, which is the same backward.

torch adds axes that are no neighbours one number after the other: rounding grows with their count, and it is slow.
One run at a time, the longest one first and what is left in float64, is exact to a unit in the last place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

#: below this many elements one call is cheaper than two, and rounds as well
LARGE = 4096


@lru_cache(maxsize=1024)
def runs_of(dim: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Ascending axes as runs of neighbours."""
    runs: list[tuple[int, ...]] = []
    for axis in dim:
        if runs and runs[-1][-1] == axis - 1:
            runs[-1] += (axis,)
        else:
            runs.append((axis,))
    return tuple(runs)


@lru_cache(maxsize=1024)
def _longest_first(shape: tuple[int, ...], dim: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The run with most places, and the other axes; None if there is one run only."""
    runs = runs_of(dim)
    if len(runs) < 2:
        return None

    def places(run: tuple[int, ...]) -> int:
        count = 1
        for axis in run:
            count *= shape[axis]
        return count

    longest = max(runs, key=places)
    return longest, tuple(axis for axis in dim if axis not in longest)


def reduced(
    kernel: Callable[..., Tensor], data: Tensor, dim: Any, keepdim: bool, then: Callable[..., Tensor] | None = None
) -> Tensor:
    """``kernel`` (`torch.sum` or one like it) over ascending axes; ``then`` for what follows the first run."""
    if type(dim) is tuple and len(dim) > 1 and data.dtype is torch.float32 and data.numel() >= LARGE:
        steps = _longest_first(tuple(data.shape), dim)
        if steps is not None:
            first, rest = steps
            total = (then or kernel)(kernel(data, first, True), rest, True, dtype=torch.float64).to(torch.float32)
            return total if keepdim else total.reshape([n for axis, n in enumerate(data.shape) if axis not in dim])
    return kernel(data, dim, keepdim)


@lru_cache(maxsize=1024)
def _halfway(own: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...] | None:
    """A shape between both, from which the longest run of axes is stretched; None if there is one run only."""
    more = len(target) - len(own)
    if more < 0:
        return None
    padded = (1,) * more + own
    steps = _longest_first(target, tuple([axis for axis, n in enumerate(target) if padded[axis] == 1 and n > 1]))
    if steps is None:
        return None
    return tuple(padded[axis] if axis in steps[0] else n for axis, n in enumerate(target))


def stretched(data: Tensor, target: Any) -> Tensor:
    """``data.expand(target)`` with a gradient that is added up run by run."""
    if data.requires_grad:
        middle = _halfway(tuple(data.shape), tuple(target))
        if middle is not None:
            data = data.expand(middle)
    return data.expand(target)


@lru_cache(maxsize=1024)
def _halfway_both(
    left: tuple[int, ...], right: tuple[int, ...]
) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None, tuple[int, ...]]:
    """For both inputs the shape from which the longest run is stretched, and the shape of the result."""
    more = len(left) - len(right)
    pairs = list(zip((1,) * -more + left, (1,) * more + right, strict=True))
    if any(m != n and 1 not in (m, n) for m, n in pairs):
        return None, None, ()  # the operation says what does not fit
    target = tuple([n if m == 1 else m for m, n in pairs])
    return _halfway(left, target), _halfway(right, target), target


def stretched_pair(lhs: Tensor, rhs: Tensor) -> tuple[Tensor, Tensor]:
    """Both inputs of an operation that broadcasts, prepared so that their gradients are added up run by run."""
    if (lhs.numel() < LARGE and rhs.numel() < LARGE) or torch.compiler.is_compiling():
        return lhs, rhs
    left, right, target = _halfway_both(tuple(lhs.shape), tuple(rhs.shape))
    if left is not None and lhs.requires_grad:
        lhs = lhs.expand(left).expand(target)
    if right is not None and rhs.requires_grad:
        rhs = rhs.expand(right).expand(target)
    return lhs, rhs
