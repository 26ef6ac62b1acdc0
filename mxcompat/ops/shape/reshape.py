"""Operators that give the same elements another shape."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._kernels import shaped_like
from .special_reshape import infer_reshape


@operator("Reshape", aliases=("reshape",), view=True)
def reshape(
    data: Tensor,
    shape: tuple[int, ...] = (),
    reverse: bool = False,
    target_shape: tuple[int, ...] = (),
    keep_highest: bool = False,
) -> Tensor:
    """Give an array another shape.

    Args:
        data: any dtype.
        shape: the new dimensions. 0 keeps the dimension at this place, -1 infers it from what remains (once), -2 keeps
            all remaining dimensions, -3 merges two, -4 splits one into the two that follow (one may be -1).
        reverse: read the special values from right to left.
        target_shape: deprecated; used when ``shape`` is empty. One 0 in it is inferred.
        keep_highest: deprecated; with ``target_shape``, keep the first dimension.

    Returns:
        The same elements in row-major order, same dtype.

    Raises:
        MXNetError: no shape, special values that do not fit, another number of elements.

    Differences: the original does not compare the number of elements: it drops those that do not fit, or reads
    memory behind the array.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    if shape:
        given, new = shape, infer_reshape(data.shape, shape, reverse)
    elif target_shape:
        given, new = target_shape, _old_reshape(data, target_shape, keep_highest)
    else:
        raise op_error("Reshape", "shape must have at least one entry", data=data)
    if prod(new) != data.numel():
        name = "shape" if shape else "target_shape"
        raise op_error("Reshape", f"{name}={given} gives {new}, which holds {prod(new)} elements", data=data)
    return data.reshape(new)


def _old_reshape(data: Tensor, target: tuple[int, ...], keep_highest: bool) -> tuple[int, ...]:
    new = list(target)
    if keep_highest:
        new[0] = data.shape[0]
    unknown = [i for i in range(int(keep_highest), len(new)) if new[i] == 0]
    if len(unknown) == 1:
        new[unknown[0]] = 1
        new[unknown[0]] = data.numel() // prod(new)
    if min(new) <= 0:
        raise op_error("Reshape", f"target_shape={target} must be positive, with one 0 at most", data=data)
    return tuple(new)


@operator("reshape_like", aliases=("_npx_reshape_like",), view=True)
def reshape_like(
    lhs: Tensor,
    rhs: Tensor,
    lhs_begin: int | None = None,
    lhs_end: int | None = None,
    rhs_begin: int | None = None,
    rhs_end: int | None = None,
) -> Tensor:
    """Give ``lhs`` the shape of ``rhs``, or replace a run of its dimensions by a run of those of ``rhs``.

    Args:
        lhs: any dtype.
        rhs: any dtype; only its shape is used, its gradient is zero.
        lhs_begin: first dimension of ``lhs`` to replace, negative from the back; None is the first of all.
        lhs_end: end of that run; None is the end of the shape.
        rhs_begin: first dimension of ``rhs`` to take.
        rhs_end: end of that run.

    Returns:
        The elements of ``lhs`` in the new shape, dtype of ``lhs``.

    Raises:
        MXNetError: an empty or impossible run, another number of elements.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_basic.cc.
    """
    left, right = lhs.shape, rhs.shape
    start, stop = _run("lhs", lhs, lhs_begin, lhs_end)
    first, last = _run("rhs", rhs, rhs_begin, rhs_end)
    new = (*left[:start], *right[first:last], *left[stop:])
    if prod(new) != lhs.numel():
        raise op_error("reshape_like", f"lhs cannot take the shape {new}", lhs=lhs, rhs=rhs)
    return shaped_like(lhs.reshape(new), rhs)


def _run(side: str, data: Tensor, begin: int | None, end: int | None) -> tuple[int, int]:
    rank = data.dim()
    start = 0 if begin is None else begin + rank if begin < 0 else begin
    stop = rank if end is None else end + rank if end < 0 else end
    if not 0 <= start < stop <= rank:
        legal = f"0 <= {side}_begin < {side}_end <= {rank}"
        raise op_error("reshape_like", f"{side}_begin={begin}, {side}_end={end} must be {legal}", **{side: data})
    return start, stop


@operator("Flatten", aliases=("flatten", "_npx_batch_flatten"), view=True)
def flatten(data: Tensor) -> Tensor:
    """Flatten all dimensions but the first.

    Args:
        data: any dtype, at least one dimension.

    Returns:
        Shape ``(d0, d1 * d2 * ...)``, same dtype; ``(d0, 1)`` for a vector.

    Raises:
        MXNetError: an array without dimensions.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    rank = data.dim()
    if rank == 0:
        raise op_error("Flatten", "data needs at least one dimension", data=data)
    return data.flatten(1) if rank > 1 else data.unsqueeze(1)


def _short_expand(ndim: int, axis: int) -> Callable[[Tensor], Tensor]:
    return lambda data: data.unsqueeze(axis).clone()


@operator("expand_dims", aliases=("_npi_expand_dims",), view=True, shortcut=_short_expand)
def expand_dims(data: Tensor, axis: int = REQUIRED) -> Tensor:
    """Insert a dimension of size one.

    Args:
        data: any dtype.
        axis: where the new dimension comes, in ``[-ndim - 1, ndim]``.

    Returns:
        The same elements with one dimension more, same dtype.

    Raises:
        MXNetError: an axis out of range.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    return torch.unsqueeze(data, axis)


@operator("squeeze", view=True)
def squeeze(data: Tensor, axis: tuple[int, ...] | None = None) -> Tensor:
    """Drop dimensions of size one.

    Args:
        data: any dtype.
        axis: dimensions to drop, each of size one; None drops all of size one, ``()`` none.

    Returns:
        The same elements, same dtype. At least one dimension is kept.

    Raises:
        MXNetError: a dimension that does not exist, is named twice, or is not one.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    if axis is None:
        result = data.squeeze()
    elif axis:
        rank, shape = data.dim(), data.shape
        for a in axis:
            if not -rank <= a < rank:
                raise op_error("squeeze", f"axis {a} is out of bounds for {rank} dimensions", data=data)
            if shape[a] != 1:
                raise op_error("squeeze", f"axis {a} has size {shape[a]}, only size one can be dropped", data=data)
        result = data.squeeze(axis)
    else:
        return data
    return result if result.dim() else result.view(1)
