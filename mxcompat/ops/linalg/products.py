"""Matrix products of the linalg family."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ._check import check_floats, check_matrices, triangle
from ._long import product


def _product(
    op: str, A: Tensor, B: Tensor, transpose_a: bool, transpose_b: bool, axis: int, **others: Tensor
) -> Tensor:
    check_floats(op, A=A, B=B, **others)
    ndim = A.dim()
    if ndim < 2 or B.dim() != ndim:
        raise op_error(op, "A and B must have one number of axes, two or more", A=A, B=B)
    rows = axis + ndim if axis < 0 else axis
    if not 0 <= rows < ndim - 1:
        raise op_error(op, f"axis={axis} is no legal row axis", A=A, B=B)
    if any(A.shape[i] != B.shape[i] for i in range(ndim - 1) if i != rows):
        raise op_error(op, "A and B must have the same sizes but for rows and columns", A=A, B=B)
    moved = rows != ndim - 2
    left, right = (A.movedim(rows, -2), B.movedim(rows, -2)) if moved else (A, B)
    left = left.mT if transpose_a else left
    right = right.mT if transpose_b else right
    if left.shape[-1] != right.shape[-2]:
        which = f"transpose_a={transpose_a}, transpose_b={transpose_b}"
        raise op_error(op, f"columns of A must equal rows of B ({which})", A=A, B=B)
    result = product(left, right) if ndim == 2 else torch.matmul(left, right)
    return result.movedim(-2, rows) if moved else result


@operator("_linalg_gemm", aliases=("linalg_gemm",))
def gemm(
    A: Tensor,
    B: Tensor,
    C: Tensor,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    beta: float = 1.0,
    axis: int = -2,
) -> Tensor:
    """``alpha * A B + beta * C`` on batches of matrices.

    Args:
        A: float32 or float64, two axes or more.
        B: of the dtype, rank and leading sizes of ``A``.
        C: of the shape of the product.
        transpose_a: transpose ``A``.
        transpose_b: transpose ``B``.
        alpha: factor of the product.
        beta: factor of ``C``.
        axis: the axis of the rows; columns are the last axis.

    Returns:
        The sum, in the dtype of the inputs.

    Raises:
        MXNetError: sizes that do not match, other dtypes, a wrong ``axis``.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    result = _product("linalg_gemm", A, B, transpose_a, transpose_b, axis, C=C)
    if result.shape != C.shape:
        raise op_error("linalg_gemm", f"C must have the shape {tuple(result.shape)} of the product", A=A, B=B, C=C)
    return alpha * result + beta * C


@operator("_linalg_gemm2", aliases=("linalg_gemm2",))
def gemm2(
    A: Tensor, B: Tensor, transpose_a: bool = False, transpose_b: bool = False, alpha: float = 1.0, axis: int = -2
) -> Tensor:
    """``alpha * A B`` on batches of matrices.

    Args:
        A: float32 or float64, two axes or more.
        B: of the dtype, rank and leading sizes of ``A``.
        transpose_a: transpose ``A``.
        transpose_b: transpose ``B``.
        alpha: factor of the product.
        axis: the axis of the rows; columns are the last axis.

    Returns:
        The product, in the dtype of the inputs.

    Raises:
        MXNetError: sizes that do not match, other dtypes, a wrong ``axis``.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    result = _product("linalg_gemm2", A, B, transpose_a, transpose_b, axis)
    return result if alpha == 1 else alpha * result


@operator("_linalg_syrk", aliases=("linalg_syrk",))
def syrk(A: Tensor, transpose: bool = False, alpha: float = 1.0) -> Tensor:
    """``alpha * A A^T``, or ``alpha * A^T A``.

    Args:
        A: float32 or float64, two axes or more.
        transpose: compute the second form.
        alpha: factor of the product.

    Returns:
        The symmetric matrices, in the dtype of ``A``.

    Raises:
        MXNetError: fewer axes or another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_syrk", square=False, A=A)
    left, right = (A.mT, A) if transpose else (A, A.mT)
    return alpha * (product(left, right) if A.dim() == 2 else torch.matmul(left, right))


def _check_triangular(op: str, A: Tensor, B: Tensor, rightside: bool) -> None:
    check_matrices(op, A=A)
    check_floats(op, A=A, B=B)
    if A.dim() != B.dim() or A.shape[:-2] != B.shape[:-2]:
        raise op_error(op, "A and B must have the same sizes but for the last two axes", A=A, B=B)
    if B.shape[-1 if rightside else -2] != A.shape[-1]:
        raise op_error(op, f"the matrices do not fit each other (rightside={rightside})", A=A, B=B)


@operator("_linalg_trmm", aliases=("linalg_trmm",))
def trmm(
    A: Tensor, B: Tensor, transpose: bool = False, rightside: bool = False, lower: bool = True, alpha: float = 1.0
) -> Tensor:
    """``alpha * A B`` with triangular ``A``.

    Args:
        A: square matrices, float32 or float64; only one triangle is read and gets a gradient.
        B: matrices that fit, of the leading sizes of ``A``.
        transpose: use the transpose of ``A``.
        rightside: compute ``alpha * B A``.
        lower: ``A`` is lower triangular, else upper.
        alpha: factor of the product.

    Returns:
        The product, in the dtype of the inputs.

    Raises:
        MXNetError: sizes that do not match or other dtypes.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    _check_triangular("linalg_trmm", A, B, rightside)
    one = triangle(A, lower)
    one = one.mT if transpose else one
    return alpha * (torch.matmul(B, one) if rightside else torch.matmul(one, B))


@operator("_linalg_trsm", aliases=("linalg_trsm",))
def trsm(
    A: Tensor, B: Tensor, transpose: bool = False, rightside: bool = False, lower: bool = True, alpha: float = 1.0
) -> Tensor:
    """Solve ``A X = alpha * B`` with triangular ``A``.

    Args:
        A: square matrices, float32 or float64; only one triangle is read and gets a gradient.
        B: matrices that fit, of the leading sizes of ``A``.
        transpose: use the transpose of ``A``.
        rightside: solve ``X A = alpha * B``.
        lower: ``A`` is lower triangular, else upper.
        alpha: factor of ``B``.

    Returns:
        The solutions, in the dtype of the inputs.

    Raises:
        MXNetError: sizes that do not match or other dtypes.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    _check_triangular("linalg_trsm", A, B, rightside)
    one = triangle(A, lower)
    one = one.mT if transpose else one
    solved: Tensor = torch.linalg.solve_triangular(one, alpha * B, upper=lower == transpose, left=not rightside)
    return solved
