"""Elements taken along an axis: take, batch_take, pick, Embedding, index_copy, boolean_mask."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import torch
from torch import Tensor

from ..._core.refused import without_gradient
from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import REQUIRED, Range
from ..shape._kernels import no_bool, shaped_like, whole_axis
from ..sparse.layout import RowGradient
from ._indices import can_look, clipped, whole, wrapped

FloatOrInt = Annotated[
    torch.dtype, "bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8"
]  # every dtype but bool


@operator("take", aliases=("_npi_take",))
def take(a: Tensor, indices: Tensor, axis: int = 0, mode: Literal["clip", "raise", "wrap"] = "clip") -> Tensor:
    """Take elements along an axis.

    Args:
        a: the source, of any dtype.
        indices: positions, of any dtype and shape; fractions are cut off.
        axis: the axis of ``a``, in ``[-a.ndim, a.ndim)``.
        mode: what to do with positions outside of the axis: ``"clip"`` to the nearest end, ``"wrap"`` around, or
            ``"raise"``, where also negative positions are outside.

    Returns:
        ``a`` with the axis replaced by the axes of ``indices``, in the dtype of ``a``. Gradients of positions that
        occur several times are added.

    Raises:
        MXNetError: no such axis; a position outside of it with ``mode="raise"``.

    Source: MXNet 1.9.1 src/operator/tensor/indexing_op.cc.
    """
    axis = whole_axis("take", "axis", axis, a)
    n = a.shape[axis]
    if mode == "wrap":
        index = wrapped(indices, n)
    else:
        if mode == "raise" and can_look(indices) and bool(((indices < 0) | (indices > n - 1)).any()):
            raise op_error("take", f"indices must be in [0, {n}) with mode='raise'", a=a, indices=indices)
        index = clipped(indices, n)
    if index.dim() == 1:
        taken = a.index_select(axis, index)
    else:
        taken = a.index_select(axis, index.reshape(-1)).reshape(a.shape[:axis] + index.shape + a.shape[axis + 1 :])
    return shaped_like(taken, indices) if indices.requires_grad else taken


@operator("batch_take", differentiable=False)
def batch_take(a: Tensor, indices: Tensor) -> Tensor:
    """Take one element of the last axis per row; deprecated in favour of pick.

    Args:
        a: the source, with two axes or more.
        indices: int32, one position per row, clipped to the axis.

    Returns:
        An array of the shape of ``indices`` and the dtype of ``a``. It has no gradient.

    Raises:
        MXNetError: indices of another dtype or count; a backward through it.

    Differences: with more than two axes MXNet 1.9.1 reads rows that are not there; here each row is its own.

    Source: MXNet 1.9.1 src/operator/tensor/indexing_op.h.
    """
    no_bool("batch_take", a)
    if indices.dtype is not torch.int32:
        raise op_error("batch_take", "indices must have dtype int32", a=a, indices=indices)
    if a.dim() < 2 or indices.numel() != a.numel() // a.shape[-1]:
        raise op_error("batch_take", "indices must hold one position per row of a", a=a, indices=indices)
    index = clipped(indices, a.shape[-1]).reshape(-1, 1)
    return a.reshape(-1, a.shape[-1]).gather(1, index).reshape(indices.shape)


@operator("pick", aliases=("choose_element_0index", "_npx_pick"))
def pick(
    data: Tensor,
    index: Tensor,
    axis: int | None = -1,
    keepdims: bool = False,
    mode: Literal["clip", "wrap"] = "clip",
) -> Tensor:
    """Pick one element along an axis for every other position.

    Args:
        data: the source, of any dtype but bool.
        index: positions, shaped like ``data`` without the axis (or with size one there); fractions are cut off.
        axis: the axis, in ``[-data.ndim, data.ndim)``.
        keepdims: keep the axis with size one.
        mode: positions outside of the axis are clipped to the nearest end, or wrapped around.

    Returns:
        The elements, in the dtype of ``data``.

    Raises:
        MXNetError: no such axis, ``axis=None``, or an index of another shape.

    Source: MXNet 1.9.1 src/operator/tensor/broadcast_reduce_op.h.
    """
    no_bool("pick", data)
    no_bool("pick", index)
    if axis is None:
        raise op_error("pick", "axis=None is not supported, an axis must be given", data=data)
    axis = whole_axis("pick", "axis", axis, data)
    kept = data.shape[:axis] + (1,) + data.shape[axis + 1 :]
    reduced = data.shape[:axis] + data.shape[axis + 1 :] or (1,)
    if tuple(index.shape) != tuple(kept if index.dim() == data.dim() else reduced) and index.dim():
        raise op_error("pick", f"index must have shape {tuple(reduced)}", data=data, index=index)
    n = data.shape[axis]
    at = wrapped(index, n) if mode == "wrap" else clipped(index, n)
    picked = data.gather(axis, at if at.dim() == data.dim() else at.reshape(kept))
    if not keepdims:
        picked = picked.reshape(reduced)
    return shaped_like(picked, index) if index.requires_grad else picked


@operator("Embedding", aliases=("_sparse_Embedding", "_npx_embedding"))
def embedding(
    data: Tensor,
    weight: Tensor,
    input_dim: Annotated[int, Range(1, None)] = REQUIRED,
    output_dim: Annotated[int, Range(1, None)] = REQUIRED,
    dtype: FloatOrInt = torch.float32,
    sparse_grad: bool = False,
) -> Tensor:
    """Look up a row of ``weight`` for every element of ``data``.

    Args:
        data: row numbers, of any dtype but bool; fractions are cut off, numbers outside are clipped.
        weight: the table, of shape ``(input_dim, output_dim)``.
        input_dim: number of rows.
        output_dim: length of a row.
        dtype: the dtype of a weight that is still to be made; a given one keeps its own.
        sparse_grad: ask for a gradient of row_sparse storage.

    Returns:
        An array of shape ``data.shape + (output_dim,)`` in the dtype of ``weight``.

    Raises:
        MXNetError: a weight of another shape; a backward to ``data``, or one with ``sparse_grad``.

    Source: MXNet 1.9.1 src/operator/tensor/indexing_op.cc.
    """
    no_bool("Embedding", data)
    no_bool("Embedding", weight)
    if tuple(weight.shape) != (input_dim, output_dim):
        raise op_error(
            "Embedding", f"weight must have shape (input_dim, output_dim) = ({input_dim}, {output_dim})",
            data=data, weight=weight,
        )  # fmt: skip
    index = clipped(data, input_dim)
    if sparse_grad and weight.requires_grad and weight.is_leaf:
        return _with_row_gradient("Embedding", weight, index)
    rows = torch.embedding(weight, index)
    if data.requires_grad:
        return without_gradient("Embedding: there is no gradient for data", rows, data)
    return rows


def _with_row_gradient(name: str, weight: Tensor, index: Tensor) -> Tensor:
    """Rows of a variable whose gradient array must be of row_sparse storage."""
    leaf = getattr(weight, "_mx_leaf", None)
    if leaf is not None and leaf.grad.stype != "row_sparse":
        return without_gradient(
            f"{name}: sparse_grad=True needs a gradient of row_sparse storage: weight.attach_grad(stype='row_sparse')",
            torch.embedding(weight, index),
            weight,
        )
    return RowGradient.apply(weight, index)  # type: ignore[no-any-return, no-untyped-call]


@operator("_contrib_boolean_mask", aliases=("_npi_boolean_mask",))
def boolean_mask(data: Tensor, index: Tensor, axis: int = 0) -> Tensor:
    """Keep the rows whose entry in ``index`` is not zero.

    Args:
        data: the source, of any dtype.
        index: a vector with one entry per row, of any dtype.
        axis: 0 is the only axis that works in 1.9.1.

    Returns:
        The rows, in the dtype of ``data``; there may be none.

    Raises:
        MXNetError: another axis, or an index that is no vector of the right length.

    Source: MXNet 1.9.1 src/operator/contrib/boolean_mask.cc.
    """
    if axis != 0:
        raise op_error("boolean_mask", f"axis={axis} is not supported, only 0 is", data=data)
    if index.dim() != 1 or not data.dim() or data.shape[0] != index.shape[0]:
        raise op_error("boolean_mask", "index must be a vector with one entry per row of data", data=data, index=index)
    chosen = index.detach() != 0
    if data.is_cpu and not data.is_meta:  # NumPy finds the rows several times as fast
        return data.index_select(0, torch.from_numpy(np.flatnonzero(chosen.numpy())))
    return data[chosen]


@operator("_contrib_index_copy", same_dtype=False)
def index_copy(old_tensor: Tensor, index_vector: Tensor, new_tensor: Tensor) -> Tensor:
    """Replace rows.

    Args:
        old_tensor: the array whose rows are replaced in a copy.
        index_vector: which rows, in ``[0, old_tensor.shape[0])``; of a row named twice the last one stays.
        new_tensor: the new rows, in the dtype of ``old_tensor``.

    Returns:
        An array like ``old_tensor``.

    Raises:
        MXNetError: shapes that do not fit, or a row that is not there.

    Differences: a row outside of the array is an error; MXNet 1.9.1 writes there.

    Source: MXNet 1.9.1 src/operator/contrib/index_copy-inl.h.
    """
    for tensor in (old_tensor, index_vector):
        no_bool("index_copy", tensor)
    given = {"old_tensor": old_tensor, "index_vector": index_vector, "new_tensor": new_tensor}
    if index_vector.dim() != 1 or old_tensor.dim() != new_tensor.dim() or old_tensor.shape[1:] != new_tensor.shape[1:]:
        raise op_error("index_copy", "index_vector must be a vector, the rows must have one shape", **given)
    if index_vector.shape[0] != new_tensor.shape[0] or new_tensor.shape[0] > old_tensor.shape[0]:
        raise op_error("index_copy", "index_vector must have one entry per row of new_tensor", **given)
    if new_tensor.dtype is not old_tensor.dtype:
        raise op_error("index_copy", "new_tensor must have the dtype of old_tensor", **given)
    index = whole(index_vector)
    n = old_tensor.shape[0]
    if can_look(index) and bool(((index < 0) | (index >= n)).any()):
        raise op_error("index_copy", f"index_vector must be in [0, {n})", **given)
    return old_tensor.index_copy(0, index, new_tensor)


@operator("fill_element_0index", differentiable=False)
def fill_element_0index(lhs: Tensor, mhs: Tensor, rhs: Tensor) -> Tensor:
    """A copy of a matrix with one element per row replaced: ``lhs[i, rhs[i]] = mhs[i]``.

    Args:
        lhs: a float32 matrix.
        mhs: float32, one value per row.
        rhs: float32, one column per row.

    Returns:
        The matrix. It has no gradient.

    Raises:
        MXNetError: another dtype, shapes that do not fit, or a backward through it.

    Source: MXNet 1.9.1 src/ndarray/ndarray_function-inl.h.
    """
    for tensor in (lhs, mhs, rhs):
        if tensor.dtype is not torch.float32:
            raise op_error("fill_element_0index", "lhs, mhs and rhs must be float32", lhs=lhs, mhs=mhs, rhs=rhs)
    if lhs.dim() != 2 or not mhs.shape == rhs.shape == lhs.shape[:1]:
        raise op_error("fill_element_0index", "mhs and rhs need one entry per row of lhs", lhs=lhs, mhs=mhs, rhs=rhs)
    return lhs.scatter(1, whole(rhs).reshape(-1, 1), mhs.reshape(-1, 1))
