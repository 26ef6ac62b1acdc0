"""Contiguous copies of permuted tensors, several times as fast on a CPU as torch's own.

torch copies a permuted tensor element after element (seen in 2.13). Its channel shuffle of data with the channels last
transposes one matrix per pixel with vector instructions, so a batch of matrices laid out as pixels is transposed by it.
Any permutation is at most one such transpose and one copy of whole rows, which torch does well.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor

#: elements below which torch's own copy is cheaper
_LEAST = 1 << 14
#: elements in a row from which torch copies rows well
_ROW = 32
#: what stands for the elements while they are moved, by their size in bytes; others are moved one by one either way
_MOVED = {1: torch.uint8, 4: torch.float32}
#: rows and columns of matrices that have no vector code: they are taken in groups, in two steps
_ODD_ROWS, _ODD_COLUMNS = (3, 5, 6), (3,)
_GROUPS = (16, 4)
#: whether this processor is one of those for which torch has the vector code
_VECTORS = torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512")

Sizes = tuple[int, ...]


class _Step(NamedTuple):
    """One pass over the memory.

    Attributes:
        sizes, strides: how the memory is looked at.
        groups: rows of the matrices that are transposed, one per pixel of the look; 0 for a plain copy.
    """

    sizes: Sizes
    strides: Sizes
    groups: int


class _Plan(NamedTuple):
    """How a permuted tensor is laid out anew.

    Attributes:
        order: the axes from the largest stride to the smallest.
        steps: the passes.
        strides: those of the result.
    """

    order: Sizes
    steps: tuple[_Step, ...]
    strides: Sizes


def contiguous(tensor: Tensor) -> Tensor:
    """A contiguous tensor of new memory with the values of ``tensor``, and its history if it has one."""
    if torch.compiler.is_compiling():
        return tensor.clone(memory_format=torch.contiguous_format)
    if tensor.numel() >= _LEAST and tensor.is_cpu and tensor.layout is torch.strided:
        plan = _plan(tuple(tensor.shape), tensor.stride())
        if plan and _VECTORS and tensor.element_size() in _MOVED:
            if tensor.requires_grad and torch.is_grad_enabled():
                return _Copy.apply(tensor)  # type: ignore[no-any-return, no-untyped-call]
            return _follow(plan, tensor)
    return tensor.clone(memory_format=torch.contiguous_format)


def made_contiguous(tensor: Tensor) -> Tensor:
    """The tensor itself if it is contiguous, else a contiguous copy."""
    return tensor if tensor.is_contiguous() else contiguous(tensor)


class _Copy(torch.autograd.Function):
    """The copy; its gradient comes in the order that the copied tensor had in memory, for torch to permute back."""

    @staticmethod
    def forward(ctx: Any, tensor: Tensor) -> Tensor:
        plan = _plan(tuple(tensor.shape), tensor.stride())
        if plan is None:
            raise RuntimeError("no plan for this tensor: call contiguous()")
        ctx.order = plan.order
        return _follow(plan, tensor)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        order = ctx.order
        grad = grads[0].permute(order)
        return contiguous(grad).permute([order.index(axis) for axis in range(len(order))])


def _follow(plan: _Plan, tensor: Tensor) -> Tensor:
    shape, dtype = tensor.shape, tensor.dtype
    data = tensor.detach().view(_MOVED[tensor.element_size()])
    for sizes, strides, groups in plan.steps:
        data = data.as_strided(sizes, strides)
        data = torch.native_channel_shuffle(data, groups) if groups else data.contiguous()
    # not a view of `data`, which would keep a second tensor alive on this memory
    return torch.empty(0, dtype=dtype).set_(data.untyped_storage(), 0, shape, plan.strides)


@lru_cache(maxsize=4096)
def _plan(shape: Sizes, strides: Sizes) -> _Plan | None:
    """How to copy a tensor of this layout; None where torch's copy is as good, or memory has gaps or is shared."""
    order = tuple(sorted(range(len(shape)), key=lambda axis: (-strides[axis], -shape[axis])))
    in_memory = _strides([shape[axis] for axis in order])
    if any(shape[axis] != 1 and strides[axis] != step for axis, step in zip(order, in_memory, strict=True)):
        return None
    sizes, wanted = _joined(shape, order)
    last = len(sizes) - 1
    if not wanted or wanted[-1] == last:
        return None  # rows stay rows
    end = wanted[-1]
    steps = _transpose(prod(sizes[:end]), sizes[end], prod(sizes[end + 1 :]))
    moved = [*range(end), *range(end + 1, last + 1), end]
    late = _rows_moved([sizes[axis] for axis in moved], [moved.index(axis) for axis in wanted])
    if late:
        cut = wanted.index(last)
        early = _rows_moved(sizes, [*wanted[:cut], *wanted[cut + 1 :], last])
        before = _row(early) > _row(late)
        if max(_row(early), _row(late)) < _ROW:
            return None
        if before:
            counts = [sizes[axis] for axis in wanted]
            steps = early + _transpose(prod(counts[:cut]), prod(counts[cut + 1 :]), sizes[last])
        else:
            steps = steps + late
    return _Plan(order, steps, _strides(shape))


def _strides(sizes: list[int] | Sizes) -> Sizes:
    """The strides of contiguous memory."""
    return tuple(prod(sizes[axis + 1 :]) for axis in range(len(sizes)))


def _joined(shape: Sizes, order: Sizes) -> tuple[list[int], list[int]]:
    """Sizes in the order of memory and, axis by axis of the result, which of them; axes that stay neighbours as one."""
    kept = [axis for axis in order if shape[axis] != 1]
    runs: list[list[int]] = []
    for axis in range(len(shape)):
        if shape[axis] == 1:
            continue
        if runs and kept.index(runs[-1][-1]) + 1 == kept.index(axis):
            runs[-1].append(axis)
        else:
            runs.append([axis])
    in_memory = sorted(runs, key=lambda run: kept.index(run[0]))
    return [prod(shape[axis] for axis in run) for run in in_memory], [in_memory.index(run) for run in runs]


def _transpose(batch: int, rows: int, columns: int) -> tuple[_Step, ...]:
    """``(batch, rows, columns)`` to ``(batch, columns, rows)``."""
    if rows in _ODD_ROWS:
        for group in _GROUPS:
            if columns % group == 0:
                odd = (batch, rows * columns // group, group), (batch, group * rows, columns // group)
                return _shuffle(*odd[0]), _shuffle(*odd[1])
    elif columns in _ODD_COLUMNS:
        for group in _GROUPS:
            if rows % group == 0:
                odd = (batch, rows // group, group * columns), (batch, group, columns * rows // group)
                return _shuffle(*odd[0]), _shuffle(*odd[1])
    return (_shuffle(batch, rows, columns),)


def _shuffle(batch: int, rows: int, columns: int) -> _Step:
    pixel = rows * columns
    return _Step((1, pixel, batch, 1), (pixel * batch, 1, pixel, pixel), rows)


def _rows_moved(sizes: list[int], wanted: list[int]) -> tuple[_Step, ...]:
    """The copy that permutes axes but the last one; none if they are in order."""
    if wanted == sorted(wanted):
        return ()
    strides = _strides(sizes)
    return (_Step(tuple(sizes[axis] for axis in wanted), tuple(strides[axis] for axis in wanted), 0),)


def _row(steps: tuple[_Step, ...]) -> int:
    """Elements that a copy leaves side by side."""
    if not steps:
        return 1 << 62
    row = 1
    for size, stride in zip(reversed(steps[0].sizes), reversed(steps[0].strides), strict=True):
        if stride != row:
            break
        row *= size
    return row
