"""Factorizations, inverses and determinants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ..._core.state import THREAD
from ...registry import operator
from ...registry.operator import op_error
from ._check import check_matrices

cholesky: Callable[[Tensor], Tensor] = torch.linalg.cholesky
invert: Callable[[Tensor], Tensor] = torch.linalg.inv


@operator("_linalg_potrf", aliases=("linalg_potrf",))
def potrf(A: Tensor, lower: bool = True) -> Tensor:
    """Cholesky factor of symmetric positive definite matrices.

    Args:
        A: square matrices, float32 or float64; only one triangle is read.
        lower: read the lower triangle and give a lower factor, else the upper ones. (MXNet takes it, though its
            signature does not show it.)

    Returns:
        Triangular ``L`` with ``L L^T = A`` (``L^T L = A`` for the upper one), in the dtype of ``A``.

    Raises:
        MXNetError: not positive definite, not square, another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_potrf", A=A)
    if lower:
        return cholesky(A)
    return cholesky(A.mT).mT


@operator("_linalg_potri", aliases=("linalg_potri",))
def potri(A: Tensor, lower: bool = True) -> Tensor:
    """Inverse of ``L L^T`` from its Cholesky factor ``L`` (of ``L^T L`` from an upper one).

    Args:
        A: triangular factors, float32 or float64; the other triangle is not read.
        lower: the factors are lower triangular. (MXNet takes it, though its signature does not show it.)

    Returns:
        The symmetric inverses, in the dtype of ``A``.

    Raises:
        MXNetError: a zero on the diagonal, not square, another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_potri", A=A)
    return torch.cholesky_inverse(torch.tril(A) if lower else torch.triu(A).mT)


@operator("_linalg_gelqf", aliases=("linalg_gelqf",), outputs=2)
def gelqf(A: Tensor) -> tuple[Tensor, Tensor]:
    """LQ factorization ``A = L Q``.

    Args:
        A: float32 or float64 matrices with at least as many columns as rows.

    Returns:
        ``Q`` with orthonormal rows and lower triangular ``L``, in the dtype of ``A``.

    Raises:
        MXNetError: more rows than columns, fewer than two axes, another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_gelqf", square=False, A=A)
    if A.shape[-2] > A.shape[-1]:
        raise op_error("linalg_gelqf", "A must have at least as many columns as rows", A=A)
    q, r = torch.linalg.qr(A.mT)
    return q.mT, r.mT


class _Syevd(torch.autograd.Function):
    """Eigenvectors as rows, each with its largest entry positive; distances of eigenvalues are bounded below."""

    @staticmethod
    def forward(ctx: Any, A: Tensor) -> tuple[Tensor, Tensor]:
        values, vectors = torch.linalg.eigh(A)
        rows = vectors.mT
        largest = rows.abs().argmax(-1, keepdim=True)
        rows = torch.where(rows.gather(-1, largest) < 0, -rows, rows).contiguous()
        ctx.save_for_backward(rows, values)
        return rows, values

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        U, L = ctx.saved_tensors
        dU, dL = grads
        X = torch.matmul(dU, U.mT)
        smallest = 1e-30 if L.dtype is torch.float32 else 1e-100
        gap = (L.unsqueeze(-1) - L.unsqueeze(-2)).clamp_min(smallest) * 2
        half = torch.tril((X - X.mT) / gap, -1)
        middle = half + half.mT + torch.diag_embed(dL)
        return torch.matmul(torch.matmul(U.mT, middle), U)


@operator("_linalg_syevd", outputs=2)
def syevd(A: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvectors and eigenvalues of symmetric matrices: ``A = U^T diag(L) U``.

    Args:
        A: square matrices, float32 or float64; only the lower triangle is read.

    Returns:
        ``U`` with an eigenvector per row, its largest entry positive, and ``L`` ascending, in the dtype of ``A``.

    Raises:
        MXNetError: not square or another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_syevd", A=A)
    result: tuple[Tensor, Tensor] = _Syevd.apply(A)  # type: ignore[no-untyped-call]
    return result


@operator("_linalg_inverse", aliases=("linalg_inverse", "_npi_inv"))
def inverse(A: Tensor) -> Tensor:
    """Inverses of matrices.

    Args:
        A: square matrices, float32 or float64.

    Returns:
        The inverses, in the dtype of ``A``.

    Raises:
        MXNetError: singular, not square, another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_inverse", A=A)
    return invert(A)


def _grad_of_log(A: Tensor, singular: Tensor) -> Tensor:
    """Inverse transposed, zero where the matrix is singular."""
    flag = singular.unsqueeze(-1).unsqueeze(-1)
    safe = torch.where(flag, torch.eye(A.shape[-1], dtype=A.dtype, device=A.device), A)
    return invert(safe).mT.masked_fill(flag, 0)


class _Det(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, A: Tensor) -> Tensor:
        det: Tensor = torch.linalg.det(A)
        ctx.save_for_backward(A, det)
        return det

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        A, det = ctx.saved_tensors
        return (grads[0] * det).unsqueeze(-1).unsqueeze(-1) * _grad_of_log(A, det == 0)


class _SlogDet(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, A: Tensor) -> tuple[Tensor, Tensor]:
        sign, log = torch.linalg.slogdet(A)
        ctx.save_for_backward(A, log)
        return sign, log

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        A, log = ctx.saved_tensors
        return grads[1].unsqueeze(-1).unsqueeze(-1) * _grad_of_log(A, torch.isinf(log))


def _scalar_to_one(result: Tensor) -> Tensor:
    return result.reshape(1) if result.dim() == 0 and not THREAD.np_shape else result


@operator("_linalg_det", aliases=("linalg_det", "_npi_det"))
def det(A: Tensor) -> Tensor:
    """Determinants of matrices; the gradient at a singular matrix is zero.

    Args:
        A: square matrices, float32 or float64.

    Returns:
        The determinants, in the dtype of ``A``; shape ``(1,)`` for one matrix.

    Raises:
        MXNetError: not square or another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_det", A=A)
    return _scalar_to_one(_Det.apply(A))  # type: ignore[no-untyped-call]


@operator("_linalg_slogdet", aliases=("linalg_slogdet", "_npi_slogdet"), outputs=2)
def slogdet(A: Tensor) -> tuple[Tensor, Tensor]:
    """Signs and logarithms of determinants; the gradient is that of the logarithm, zero at a singular matrix.

    Args:
        A: square matrices, float32 or float64.

    Returns:
        Sign (0 if singular) and logarithm of the magnitude (minus infinity), in the dtype of ``A``.

    Raises:
        MXNetError: not square or another dtype.

    Source: MXNet 1.9.1 src/operator/tensor/la_op.cc.
    """
    check_matrices("linalg_slogdet", A=A)
    sign, log = _SlogDet.apply(A)  # type: ignore[no-untyped-call]
    return _scalar_to_one(sign), _scalar_to_one(log)
