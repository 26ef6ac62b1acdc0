"""Diagonals and triangles of matrices."""

from __future__ import annotations

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import operator
from ...registry.operator import op_error
from ._check import check_floats, check_matrices


@operator("_linalg_sumlogdiag", aliases=("linalg_sumlogdiag",))
def sumlogdiag(A: Tensor) -> Tensor:
    """Sum of the logarithms of the diagonal.

    Args:
        A: square matrices, float32 or float64.

    Returns:
        One sum per matrix, in the dtype of ``A``; shape ``(1,)`` for one matrix.

    Raises:
        MXNetError: not square or another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_sumlogdiag", A=A)
    return torch.log(torch.diagonal(A, 0, -2, -1)).sum(-1, keepdim=A.dim() == 2)


def _size_with(op: str, A: Tensor, offset: int) -> int:
    size = A.shape[-1] - abs(offset)
    if size <= 0:
        raise op_error(op, f"offset={offset} is outside of the matrices", A=A)
    return size


@operator("_linalg_extractdiag", aliases=("linalg_extractdiag",))
def extractdiag(A: Tensor, offset: int = 0) -> Tensor:
    """A diagonal of square matrices as vectors.

    Args:
        A: square matrices, float32 or float64.
        offset: the diagonal; positive ones lie above the main one.

    Returns:
        The entries along the last axis, in the dtype of ``A``.

    Raises:
        MXNetError: not square, another dtype, an offset outside.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_extractdiag", A=A)
    _size_with("linalg_extractdiag", A, offset)
    return torch.diagonal(A, offset, -2, -1).clone()


@operator("_linalg_makediag", aliases=("linalg_makediag",))
def makediag(A: Tensor, offset: int = 0) -> Tensor:
    """Square matrices with the given diagonal and zeros elsewhere.

    Args:
        A: entries along the last axis, float32 or float64.
        offset: the diagonal; positive ones lie above the main one.

    Returns:
        The matrices, in the dtype of ``A``.

    Raises:
        MXNetError: another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_floats("linalg_makediag", A=A)
    return torch.diag_embed(A, offset)


def _triangle_indices(size: int, offset: int, lower: bool, device: torch.device) -> tuple[Tensor, Tensor]:
    """Rows and columns of the entries, in MXNet's order: by rows of the triangle read as a lower one."""
    k = abs(offset)
    pairs = torch.tril_indices(size - k, size - k, device=device)
    long, short = pairs[0] + k, pairs[1]
    return (short, long) if offset > 0 or (offset == 0 and not lower) else (long, short)


@operator("_linalg_extracttrian", aliases=("linalg_extracttrian",))
def extracttrian(A: Tensor, offset: int = 0, lower: bool = True) -> Tensor:
    """A triangle of square matrices as vectors.

    Args:
        A: square matrices, float32 or float64.
        offset: the diagonal where it ends: above 0 the upper triangle, below 0 the lower one.
        lower: which triangle, when ``offset`` is 0.

    Returns:
        The entries along the last axis, in the dtype of ``A``.

    Raises:
        MXNetError: not square, another dtype, an offset outside.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_extracttrian", A=A)
    _size_with("linalg_extracttrian", A, offset)
    rows, columns = _triangle_indices(A.shape[-1], offset, lower, A.device)
    return A[..., rows, columns]


@operator("_linalg_maketrian", aliases=("linalg_maketrian",))
def maketrian(A: Tensor, offset: int = 0, lower: bool = True) -> Tensor:
    """Square matrices with the given triangle and zeros elsewhere.

    Args:
        A: the entries of a triangle along the last axis (1, 3, 6, 10, ... of them), float32 or float64.
        offset: the diagonal where it ends: above 0 the upper triangle, below 0 the lower one.
        lower: which triangle, when ``offset`` is 0.

    Returns:
        The matrices, in the dtype of ``A``.

    Raises:
        MXNetError: a number of entries that fills no triangle, or another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_floats("linalg_maketrian", A=A)
    count, side = A.shape[-1], 0
    while side * (side + 1) // 2 < count:
        side += 1
    if side * (side + 1) // 2 != count:
        raise MXNetError(f"linalg_maketrian: {count} entries along the last axis of A fill no triangle")
    size = side + abs(offset)
    rows, columns = _triangle_indices(size, offset, lower, A.device)
    result = A.new_zeros([*A.shape[:-1], size * size])
    return result.index_copy(-1, rows * size + columns, A).reshape([*A.shape[:-1], size, size])
