"""Gathering and scattering by index arrays, choosing by a condition, positions as numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import REQUIRED
from ..shape._kernels import no_bool, shaped_like
from ._indices import IndexOutOfRange, check_rows, on_host, whole


@operator("gather_nd", aliases=("_npi_gather_nd", "_npx_gather_nd"))
def gather_nd(data: Tensor, indices: Tensor) -> Tensor:
    """Gather elements or slices by coordinates.

    Args:
        data: the source, of any dtype.
        indices: shape ``(M, ...)`` with ``M <= data.ndim``: row i holds positions on axis i, in ``[-n, n)``.

    Returns:
        An array of shape ``indices.shape[1:] + data.shape[M:]`` in the dtype of ``data``. Gradients of coordinates
        that occur several times are added.

    Raises:
        IndexError: a position outside of its axis (the error is an MXNetError too).
        MXNetError: indices with fewer than two axes, or more rows than ``data`` has axes.

    Differences: the gradient of negative positions is right; MXNet 1.9.1 writes it outside of the array.

    Source: MXNet 1.9.1 src/operator/tensor/indexing_op.cc.
    """
    no_bool("gather_nd", indices)
    if indices.dim() < 2:
        raise op_error("gather_nd", "indices must have at least two axes", data=data, indices=indices)
    count = indices.shape[0]
    if count > data.dim():
        raise op_error("gather_nd", "indices must not have more rows than data has axes", data=data, indices=indices)
    sizes = data.shape[:count]
    if indices.is_floating_point():
        check_rows("gather_nd", indices, sizes)
        rows = [whole(row + n).sub_(n) for row, n in zip(indices.detach(), sizes, strict=True)]
    else:
        if not on_host(data):
            check_rows("gather_nd", indices, sizes)
        rows = list(whole(indices).unbind(0))
    try:
        gathered = data[tuple(rows)]
    except IndexError as error:
        check_rows("gather_nd", indices, sizes)
        raise IndexOutOfRange(f"gather_nd: {error}") from None
    return shaped_like(gathered, indices) if indices.requires_grad else gathered


def _scatter(name: str, base: Tensor, values: Tensor, indices: Tensor) -> Tensor:
    count = indices.shape[0]
    if indices.dim() < 2 or count > base.dim():
        raise op_error(
            name, f"indices must have at least two axes and at most {base.dim()} rows", data=values, indices=indices
        )
    if values.shape != indices.shape[1:] + base.shape[count:]:
        wanted = tuple(indices.shape[1:] + base.shape[count:])
        raise op_error(
            name, f"data must have shape {wanted} for an output of shape {tuple(base.shape)}",
            data=values, indices=indices,
        )  # fmt: skip
    rows = whole(indices)
    check_rows(name, rows, base.shape[:count])
    scattered = base.index_put(tuple(rows.unbind(0)), values)
    return shaped_like(scattered, indices) if indices.requires_grad else scattered


@operator("scatter_nd")
def scatter_nd(data: Tensor, indices: Tensor, shape: tuple[int, ...] = REQUIRED) -> Tensor:
    """Scatter elements or slices into an array of zeros.

    Args:
        data: the values, of shape ``indices.shape[1:] + shape[M:]``.
        indices: shape ``(M, ...)``: row i holds positions on axis i of the result.
        shape: shape of the result.

    Returns:
        An array of the dtype of ``data``. Of values with the same coordinates the last one stays.

    Raises:
        MXNetError: shapes that do not fit, or a position outside of the result (also an IndexError).

    Differences: negative positions count from the end, positions outside are an error; MXNet 1.9.1 writes to
        other memory for both.

    Source: MXNet 1.9.1 src/operator/tensor/indexing_op.cc.
    """
    return _scatter("scatter_nd", torch.zeros(shape, dtype=data.dtype, device=data.device), data, indices)


@operator("_scatter_set_nd", aliases=("_npi_scatter_set_nd",), differentiable=False)
def _scatter_set_nd(lhs: Tensor, rhs: Tensor, indices: Tensor, shape: tuple[int, ...] = REQUIRED) -> Tensor:
    """Scatter elements or slices into a copy of an array; with ``out=lhs`` into the array itself.

    Args:
        lhs: the array.
        rhs: the values, in the dtype of ``lhs``.
        indices: as for scatter_nd.
        shape: the shape of ``lhs``.

    Returns:
        An array like ``lhs``.

    Raises:
        MXNetError: shapes or dtypes that do not fit, or a position outside of the array.

    Source: MXNet 1.9.1 src/operator/tensor/indexing_op.cc.
    """
    if tuple(lhs.shape) != tuple(shape) or lhs.dtype is not rhs.dtype:
        raise op_error("_scatter_set_nd", f"lhs must have shape {tuple(shape)} and the dtype of rhs", lhs=lhs, rhs=rhs)
    return _scatter("_scatter_set_nd", lhs, rhs, indices)


@operator("where", aliases=("_sparse_where",))
def where(condition: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Choose elements, or rows, of two arrays by a condition.

    Args:
        condition: shaped like ``x``, or a vector with one entry per row; not zero means ``x``. Any dtype but bool.
        x: taken where the condition holds; any dtype but bool.
        y: taken elsewhere; shape and dtype of ``x``.

    Returns:
        An array like ``x``.

    Raises:
        MXNetError: shapes or dtypes that do not fit.

    Source: MXNet 1.9.1 src/operator/tensor/control_flow_op.h.
    """
    if condition.dtype is torch.bool or x.dtype is torch.bool:
        no_bool("where", condition)
        no_bool("where", x)
    if x.dtype is not y.dtype or x.shape != y.shape:
        raise op_error("where", "x and y must have one shape and one dtype", condition=condition, x=x, y=y)
    chosen = condition.bool()
    if condition.shape != x.shape:
        if condition.dim() != 1 or not x.dim() or condition.shape[0] != x.shape[0]:
            raise op_error(
                "where", "condition must have the shape of x, or be a vector with one entry per row of x",
                condition=condition, x=x, y=y,
            )  # fmt: skip
        chosen = chosen.reshape((-1,) + (1,) * (x.dim() - 1))
    result = torch.where(chosen, x, y)
    return shaped_like(result, condition) if condition.requires_grad else result


@operator("_ravel_multi_index", aliases=("ravel_multi_index",), zero_grad=True)
def ravel_multi_index(data: Tensor, shape: tuple[int, ...] | None = None) -> Tensor:
    """Turn coordinates into positions in the flattened array.

    Args:
        data: shape ``(len(shape), N)``: a column per point; fractions are cut off.
        shape: shape of the array the coordinates belong to; its first entry is not used (-1 is common).

    Returns:
        N positions in the dtype of ``data``. Coordinates are not checked.

    Raises:
        MXNetError: no shape, or data of another shape.

    Source: MXNet 1.9.1 src/operator/tensor/ravel.h.
    """
    no_bool("ravel_multi_index", data)
    if not shape:
        raise op_error("ravel_multi_index", "shape must be given", data=data)
    if data.dim() != 2 or data.shape[0] != len(shape):
        raise op_error("ravel_multi_index", f"data must have shape ({len(shape)}, N) for shape={shape}", data=data)
    position = whole(data[0])
    for row, n in zip(data[1:], shape[1:], strict=True):
        position = whole((position * n).to(row.dtype) + row) if row.is_floating_point() else position * n + row
    return position.to(data.dtype)


@operator("_unravel_index", aliases=("unravel_index",), zero_grad=True)
def unravel_index(data: Tensor, shape: tuple[int, ...] | None = None) -> Tensor:
    """Turn positions in the flattened array into coordinates.

    Args:
        data: N positions, a vector; fractions are cut off.
        shape: shape of the array the positions belong to; its first entry is not used (-1 is common).

    Returns:
        An array of shape ``(len(shape), N)`` in the dtype of ``data``.

    Raises:
        MXNetError: no shape, or data that is no vector.

    Differences: data with more axes is refused; MXNet 1.9.1 returns uncomputed values for it.

    Source: MXNet 1.9.1 src/operator/tensor/ravel.h.
    """
    no_bool("unravel_index", data)
    if not shape:
        raise op_error("unravel_index", "shape must be given", data=data)
    if data.dim() != 1:
        raise op_error("unravel_index", "data must be a vector", data=data)
    rest = whole(data)
    rows: list[Tensor] = []
    for n in reversed(shape[1:]):
        quotient = torch.div(rest, n, rounding_mode="trunc")
        rows.append(rest - quotient * n)
        rest = quotient
    rows.append(rest)
    return torch.stack(rows[::-1]).to(data.dtype)
