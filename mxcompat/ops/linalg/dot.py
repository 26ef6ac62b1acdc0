"""Products of vectors, matrices and batches of matrices."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ._long import LONG, is_long_either_way, product

_FLOATS = frozenset((torch.float32, torch.float64, torch.float16, torch.bfloat16))


def _plain_dot(lhs: Tensor, rhs: Tensor) -> Tensor:
    if lhs.dim() == rhs.dim() == 2 and lhs.numel() < LONG and rhs.numel() < LONG:
        return torch.mm(lhs, rhs)
    return dot(lhs, rhs)


@operator("dot", aliases=("_sparse_dot",), float32=_plain_dot)
def dot(
    lhs: Tensor,
    rhs: Tensor,
    transpose_a: bool = False,
    transpose_b: bool = False,
    forward_stype: Literal["csr", "default", "row_sparse"] | None = None,
) -> Tensor:
    """Product over the last axis of ``lhs`` and the first axis of ``rhs``.

    Args:
        lhs: floating, one axis or more.
        rhs: of the dtype of ``lhs``.
        transpose_a: sum over the first axis of ``lhs`` instead (its other axes come first in the result).
        transpose_b: sum over the last axis of ``rhs`` instead.
        forward_stype: storage of the result where an input is sparse; that of dense inputs is dense.

    Returns:
        The product, in the dtype of the inputs; of two vectors it has shape ``(1,)``.

    Raises:
        MXNetError: sizes that do not match, different or integer dtypes, transposed vectors.

    Differences: float16 works on CPU too.

    Source: MXNet 1.9.1 src/operator/tensor/dot-inl.h.
    """
    dtype = lhs.dtype
    if dtype is torch.float32 and not (transpose_a or transpose_b):  # the usual: torch itself sees what does not fit
        rank = lhs.dim()
        if rank == rhs.dim() == 2 and lhs.size(1) == rhs.size(0):
            return torch.mm(lhs, rhs) if lhs.numel() < LONG and rhs.numel() < LONG else product(lhs, rhs)
        if rank == rhs.dim() == 1:
            return torch.dot(lhs, rhs).unsqueeze_(0)
    if dtype is not rhs.dtype or dtype not in _FLOATS:
        raise op_error("dot", "lhs and rhs must have one floating dtype", lhs=lhs, rhs=rhs)
    m, n = lhs.dim(), rhs.dim()
    if m == 1 and n == 1 and not (transpose_a or transpose_b):
        return torch.dot(lhs, rhs).unsqueeze_(0)
    if m == 1 and n == 1:
        raise op_error("dot", "vectors cannot be transposed (transpose_a, transpose_b)", lhs=lhs, rhs=rhs)
    if m == 0 or n == 0:
        raise op_error("dot", "lhs and rhs must have one axis or more", lhs=lhs, rhs=rhs)
    if lhs.shape[0 if transpose_a else -1] != rhs.shape[-1 if transpose_b else 0]:
        which = f"transpose_a={transpose_a}, transpose_b={transpose_b}"
        raise op_error("dot", f"the axes to sum over must have one size ({which})", lhs=lhs, rhs=rhs)
    if m == 2 and n == 2:
        return product(lhs.t() if transpose_a else lhs, rhs.t() if transpose_b else rhs)
    if m == 2 and n == 1:
        return torch.mv(lhs.t() if transpose_a else lhs, rhs)
    left = lhs.reshape(lhs.shape[0], -1).t() if transpose_a else lhs.reshape(-1, lhs.shape[-1])
    right = rhs.reshape(-1, rhs.shape[-1]).t() if transpose_b else rhs.reshape(rhs.shape[0], -1)
    rows = lhs.shape[1:] if transpose_a else lhs.shape[:-1]
    columns = rhs.shape[:-1] if transpose_b else rhs.shape[1:]
    return product(left, right).reshape(rows + columns)


@operator("batch_dot", aliases=("_npx_batch_dot",))
def batch_dot(
    lhs: Tensor,
    rhs: Tensor,
    transpose_a: bool = False,
    transpose_b: bool = False,
    forward_stype: Literal["csr", "default", "row_sparse"] | None = None,
) -> Tensor:
    """Matrix products of two batches of matrices.

    Args:
        lhs: floating, three axes or more, the last two a matrix.
        rhs: of the dtype, rank and leading sizes of ``lhs``.
        transpose_a: transpose the matrices of ``lhs``.
        transpose_b: transpose the matrices of ``rhs``.
        forward_stype: storage of the result; without sparse storage it changes nothing.

    Returns:
        The products, in the dtype of the inputs.

    Raises:
        MXNetError: fewer axes, sizes that do not match, different or integer dtypes.

    Differences: float16 works on CPU too.

    Source: MXNet 1.9.1 src/operator/tensor/dot-inl.h.
    """
    if lhs.dtype is not rhs.dtype or lhs.dtype not in _FLOATS:
        raise op_error("batch_dot", "lhs and rhs must have one floating dtype", lhs=lhs, rhs=rhs)
    if lhs.dim() < 3 or lhs.dim() != rhs.dim() or lhs.shape[:-2] != rhs.shape[:-2]:
        text = "lhs and rhs must have three axes or more, and the same sizes but for the last two"
        raise op_error("batch_dot", text, lhs=lhs, rhs=rhs)
    left = lhs.mT if transpose_a else lhs
    right = rhs.mT if transpose_b else rhs
    if left.shape[-1] != right.shape[-2]:
        which = f"transpose_a={transpose_a}, transpose_b={transpose_b}"
        raise op_error("batch_dot", f"the axes to sum over must have one size ({which})", lhs=lhs, rhs=rhs)
    if lhs.dim() != 3:
        return torch.matmul(left, right)
    if is_long_either_way(left.shape[1], left.shape[2], right.shape[2]):
        return torch.stack([product(a, b) for a, b in zip(left.unbind(), right.unbind(), strict=True)])
    return torch.bmm(left, right)


@operator("khatri_rao", num_args="num_args", differentiable=False)
def khatri_rao(*args: Tensor) -> Tensor:
    """Column-wise Kronecker product of matrices.

    Args:
        args: float32 or float64 matrices of one dtype and one number of columns.

    Returns:
        A matrix whose rows are the products of one row of each, the last matrix running fastest. Not
        differentiable.

    Raises:
        MXNetError: inputs that are no matrices, or differ in columns or dtype.

    Source: MXNet 1.9.1 src/operator/contrib/krprod.cc.
    """
    first = args[0]
    legal = (torch.float32, torch.float64)
    if any(a.dim() != 2 or a.shape[1] != first.shape[1] or a.dtype is not first.dtype for a in args) or (
        first.dtype not in legal
    ):
        shown = {f"arg{i}": a for i, a in enumerate(args)}
        text = "all inputs must be float32 or float64 matrices of one dtype and one number of columns"
        raise op_error("khatri_rao", text, **shown)
    result = first.clone()
    for matrix in args[1:]:
        result = (result.unsqueeze(1) * matrix.unsqueeze(0)).reshape(-1, first.shape[1])
    return result
