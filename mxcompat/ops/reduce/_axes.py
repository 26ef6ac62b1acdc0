"""Which axes a reduction runs over, and the frame that every reduction shares."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ..._core.state import THREAD

#: ``kernel(data, dim, keepdim)``; ``dim`` is an int or a tuple of ints that is not empty
Kernel = Callable[[Tensor, Any, bool], Tensor]


@lru_cache(maxsize=4096)
def reduced_axes(op: str, ndim: int, axis: tuple[int, ...] | None, exclude: bool) -> tuple[int, ...]:
    """The axes to reduce, ascending. No axis at all means every axis, with ``exclude`` too.

    Raises:
        MXNetError: an axis out of range or named twice.
    """
    if not axis:
        return tuple(range(ndim))
    named = sorted(a + ndim if a < 0 else a for a in axis)
    if named[0] < 0 or named[-1] >= ndim:
        raise MXNetError(f"{op}: axis={axis} is out of range for data of {ndim} dimensions")
    if len(set(named)) != len(named):
        raise MXNetError(f"{op}: axis={axis} names an axis twice in data of {ndim} dimensions")
    if exclude:
        return tuple(a for a in range(ndim) if a not in named)
    return tuple(named)


#: how to run a kernel: on the data as it is, flattened, flattened with every axis kept, for each element, on a scalar
_DIRECT, _FLAT, _KEPT, _EACH, _SCALAR = range(5)


@lru_cache(maxsize=4096)
def _plan(
    op: str, ndim: int, axis: tuple[int, ...] | None, keepdims: bool, exclude: bool
) -> tuple[int, int | tuple[int, ...], bool]:
    if ndim == 0:
        return _SCALAR, 0, False
    axes = reduced_axes(op, ndim, axis, exclude)
    if len(axes) == ndim:
        return (_DIRECT, 0, True) if ndim == 1 else (_KEPT if keepdims else _FLAT, 0, True)
    if not axes:  # exclude= with every axis named: each element is a reduction of its own
        return _EACH, 0, False
    return _DIRECT, axes if len(axes) > 1 else axes[0], keepdims


def reduce_with(
    op: str, kernel: Kernel, data: Tensor, axis: tuple[int, ...] | None, keepdims: bool, exclude: bool = False
) -> Tensor:
    """Run ``kernel`` over the axes that the attributes name; reducing every axis gives shape ``(1,)``."""
    way, dim, keep = _plan(op, data.dim(), axis, keepdims, exclude)
    if way == _DIRECT:
        return kernel(data, dim, keep)
    if way == _FLAT:
        return kernel(data.reshape(-1), 0, True)
    if way == _KEPT:
        return kernel(data.reshape(-1), 0, True).reshape([1] * data.dim())
    if way == _EACH:
        return kernel(data.unsqueeze(0), 0, False)
    return _of_scalar(op, kernel, data, axis)


def short_way(op: str, kernel: Callable[..., Tensor], several: Kernel | None = None) -> Callable[..., Any]:
    """The shortcut of a reduction that torch has: ``kernel`` for one axis, ``several`` for more of them."""

    def shortcut(
        ndim: int, axis: tuple[int, ...] | None = None, keepdims: bool = False, exclude: bool = False
    ) -> Callable[[Tensor], Tensor] | None:
        way, dim, keep = _plan(op, ndim, axis, keepdims, exclude)
        if way == _DIRECT:
            run = kernel if isinstance(dim, int) else several
            return None if run is None else lambda data: run(data, dim, keep)
        return None if way != _FLAT else lambda data: kernel(data.view(-1), 0, True)

    return shortcut


def _of_scalar(op: str, kernel: Kernel, data: Tensor, axis: tuple[int, ...] | None) -> Tensor:
    if not THREAD.np_shape:
        raise MXNetError(f"{op}: data has shape (), which means an unknown shape unless np_shape is set")
    if axis and any(a not in (0, -1) for a in axis):
        raise MXNetError(f"{op}: axis={axis} is out of range for data of 0 dimensions")
    return kernel(data.reshape(1), 0, False)


def last_axis(data: Tensor, dim: int | tuple[int, ...]) -> tuple[Tensor, list[int]]:
    """``data`` with the axes of ``dim`` merged into one last axis, and the shape of the result with axes kept.

    For torch kernels that take one axis only.
    """
    if isinstance(dim, int):
        kept = list(data.shape)
        kept[dim] = 1
        return data.movedim(dim, -1), kept
    rest = [a for a in range(data.dim()) if a not in dim]
    kept = [1 if a in dim else n for a, n in enumerate(data.shape)]
    return data.permute(*rest, *dim).reshape([data.shape[a] for a in rest] + [-1]), kept


def count_along(data: Tensor, dim: int | tuple[int, ...]) -> int:
    """Number of elements that one result is made of."""
    if isinstance(dim, int):
        return data.shape[dim]
    count = 1
    for a in dim:
        count *= data.shape[a]
    return count


class InOut(torch.autograd.Function):
    """A reduction whose gradient is ``grad * rule(data, out)``, as MXNet computes it.

    The input is read when backward runs and the result as it was, which shows where an array is overwritten in
    between and where the mathematical derivative is another one (a zero in a product, ties of a maximum).
    """

    @staticmethod
    def forward(ctx: Any, data: Tensor, kernel: Kernel, rule: Callable[[Tensor, Tensor], Tensor], dim: Any) -> Tensor:
        out = kernel(data, dim, True)
        ctx.save_for_backward(data, out)
        ctx.rule = rule
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        data, out = ctx.saved_tensors
        return grads[0] * ctx.rule(data, out), None, None, None


def with_rule(kernel: Kernel, rule: Callable[[Tensor, Tensor], Tensor]) -> Kernel:
    """``kernel`` with the gradient of `InOut` where data is part of a graph."""

    def run(data: Tensor, dim: Any, keepdim: bool) -> Tensor:
        if not data.requires_grad:
            return kernel(data, dim, keepdim)
        out: Tensor = InOut.apply(data, kernel, rule, dim)  # type: ignore[no-untyped-call]
        if keepdim:
            return out
        gone = (dim,) if isinstance(dim, int) else dim
        return out.reshape([n for a, n in enumerate(out.shape) if a not in gone])

    return run
