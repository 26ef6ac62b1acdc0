"""Products of arrays and matrix factorizations."""

# mypy: disable-error-code="no-any-return"
# torch.linalg is not typed.

from __future__ import annotations

import math
from typing import Any, Literal

import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ..linalg._check import check_matrices
from ..linalg._long import LONG, product
from .reduce import axes_of


def _floats(op: str, **tensors: Tensor) -> None:
    first = next(iter(tensors.values()))
    for t in tensors.values():
        if t.dtype is not first.dtype or not t.is_floating_point():
            raise op_error(op, "arrays must have one floating dtype", **tensors)


def _matmul(a: Tensor, b: Tensor) -> Tensor:
    if a.dtype is torch.float32:
        if a.dim() == b.dim() == 2:
            return product(a, b)
        if a.dim() == b.dim() == 1 and a.numel() >= LONG:
            return torch.sum(a * b)  # a sum of thousands in a tree; that of dot is one after the other
    return torch.matmul(a, b)


def _plain_product(a: Tensor, b: Tensor) -> Tensor:
    if a.dim() == b.dim() == 2 and a.numel() < LONG and b.numel() < LONG:
        return torch.mm(a, b)
    return np_dot(a, b)


@operator("_np_dot", float32=_plain_product)
def np_dot(a: Tensor, b: Tensor) -> Tensor:
    """Matrix product: each row of ``a`` (its last axis) with each column of ``b`` (its last but one; a vector is one).

    Args:
        a: floating.
        b: of the dtype of ``a``; an array without axes multiplies.

    Returns:
        The remaining axes of ``a``, then those of ``b``.

    Raises:
        MXNetError: different or integer dtypes, lengths that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_dot.cc.
    """
    if a.dtype is not b.dtype or not a.is_floating_point():
        _floats("_np_dot", a=a, b=b)
    if not a.dim() or not b.dim():
        return a * b
    if a.shape[-1] != b.shape[-2 if b.dim() > 1 else 0]:
        raise op_error("_np_dot", "the summed axes must have one length", a=a, b=b)
    if b.dim() == 1 or (a.dim() <= 2 and b.dim() == 2):
        return _matmul(a, b)
    return torch.tensordot(a, b, ([a.dim() - 1], [b.dim() - 2]))


@operator("_npi_matmul")
def np_matmul(a: Tensor, b: Tensor) -> Tensor:
    """Matrix product, with broadcasting over leading axes.

    Args:
        a: floating, one axis or more.
        b: of the dtype of ``a``, one axis or more.

    Returns:
        The products; the axis added to a vector is dropped.

    Raises:
        MXNetError: different or integer dtypes, arrays without axes, lengths that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_matmul_op.cc.
    """
    if a.dtype is not b.dtype or not a.is_floating_point():
        _floats("_npi_matmul", a=a, b=b)
    if not a.dim() or not b.dim():
        raise op_error("_npi_matmul", "arrays without axes are not allowed, use multiply", a=a, b=b)
    if a.shape[-1] != b.shape[-2 if b.dim() > 1 else 0]:
        raise op_error("_npi_matmul", "the summed axes must have one length", a=a, b=b)
    return _matmul(a, b)


@operator("_npi_tensordot")
def np_tensordot(
    a: Tensor, b: Tensor, a_axes_summed: tuple[int, ...] = REQUIRED, b_axes_summed: tuple[int, ...] = REQUIRED
) -> Tensor:
    """Product summed over named axes.

    Args:
        a: floating.
        b: of the dtype of ``a``.
        a_axes_summed: axes of ``a``.
        b_axes_summed: axes of ``b`` that go with them.

    Returns:
        The remaining axes of ``a``, then those of ``b``.

    Raises:
        MXNetError: different or integer dtypes, axes that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_tensordot_op.cc.
    """
    _floats("_npi_tensordot", a=a, b=b)
    axes_of("_npi_tensordot", a, a_axes_summed)
    axes_of("_npi_tensordot", b, b_axes_summed)
    if [a.shape[i] for i in a_axes_summed] != [b.shape[i] for i in b_axes_summed]:
        text = f"the axes {a_axes_summed} and {b_axes_summed} must have the same lengths"
        raise op_error("_npi_tensordot", text, a=a, b=b)
    return torch.tensordot(a, b, (list(a_axes_summed), list(b_axes_summed)))


@operator("_npi_tensordot_int_axes")
def np_tensordot_int_axes(a: Tensor, b: Tensor, axes: int = REQUIRED) -> Tensor:
    """Product summed over the last axes of one array and the first of another.

    Args:
        a: floating.
        b: of the dtype of ``a``.
        axes: how many axes.

    Returns:
        The remaining axes of ``a``, then those of ``b``.

    Raises:
        MXNetError: different or integer dtypes, axes that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_tensordot_op.cc.
    """
    _floats("_npi_tensordot_int_axes", a=a, b=b)
    if axes < 0 or axes > min(a.dim(), b.dim()) or a.shape[a.dim() - axes :] != b.shape[:axes]:
        raise op_error("_npi_tensordot_int_axes", f"axes={axes} do not fit", a=a, b=b)
    return torch.tensordot(a, b, axes)


@operator("_npi_einsum", num_args="num_args")
def np_einsum(*data: Tensor, subscripts: str = "", optimize: int = 0) -> Tensor:
    """Sum of products by Einstein's convention.

    Args:
        data: arrays of one dtype.
        subscripts: such as ``"ij,jk->ik"``.
        optimize: whether the order of the products is chosen; torch chooses it in either case.

    Returns:
        The sums.

    Raises:
        MXNetError: subscripts that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_einsum_op.cc.
    """
    for t in data:
        if t.dtype is not data[0].dtype:
            raise op_error("_npi_einsum", "all arrays must have one dtype", arg0=data[0], other=t)
    text = subscripts.replace(" ", "")
    if "->" not in text:  # torch orders implicit outputs alike, but puts capitals elsewhere
        names = [c for c in text if c.isalpha()]
        out = "".join(sorted(c for c in set(names) if names.count(c) == 1))
        text += "->" + ("..." if "..." in text else "") + out
    return torch.einsum(text, *data)


@operator("_npi_cholesky")
def np_cholesky(A: Tensor) -> Tensor:
    """The lower Cholesky factor of positive definite matrices.

    Args:
        A: float32 or float64; the lower triangle is read.

    Returns:
        The factors, with zeros above the diagonal.

    Raises:
        MXNetError: no square matrices, or one that is not positive definite.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_potrf.cc.
    """
    check_matrices("_npi_cholesky", A=A)
    whole = torch.tril(A) + torch.tril(A, -1).mT
    if A.requires_grad:  # the gradient goes to both triangles, though only one is read
        whole = A + (whole - A).detach()
    return torch.linalg.cholesky(whole)


@operator("_npi_svd", outputs=3)
def np_svd(A: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Singular values and vectors: ``A = UT diag(L) V``.

    Args:
        A: float32 or float64, not more rows than columns.

    Returns:
        UT (rows, rows), L (rows,) and V (rows, columns). The largest component of each row of V is positive.

    Raises:
        MXNetError: more rows than columns, integers.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_gesvd.cc.
    """
    check_matrices("_npi_svd", square=False, A=A)
    if A.shape[-2] > A.shape[-1]:
        raise op_error("_npi_svd", "A may not have more rows than columns", A=A)
    u, s, v = torch.linalg.svd(A, full_matrices=False)
    sign = _sign_of_largest(v, -1)
    return u * sign.mT, s, v * sign


def _sign_of_largest(vectors: Tensor, axis: int) -> Tensor:
    """-1 for each vector along ``axis`` whose largest component is negative, else 1."""
    if not vectors.numel():
        return vectors.new_ones([1 if i == axis % vectors.dim() else n for i, n in enumerate(vectors.shape)])
    largest = vectors.detach().abs().argmax(axis, keepdim=True)
    return torch.where(vectors.detach().gather(axis, largest) < 0, -1.0, 1.0).to(vectors.dtype)


@operator("_npi_eigh", outputs=2)
def np_eigh(A: Tensor, UPLO: Literal["L", "U"] = "L") -> tuple[Tensor, Tensor]:
    """Eigenvalues (ascending) and eigenvectors (columns) of symmetric matrices.

    Args:
        A: any number dtype; of integers the results are float64.
        UPLO: which triangle is read.

    Returns:
        The values and the vectors; the largest component of each vector is positive. No gradient.

    Raises:
        MXNetError: no square matrices.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_eig.cc.
    """
    values, vectors = torch.linalg.eigh(_eigen("_npi_eigh", A), UPLO=UPLO)
    return values, vectors * _sign_of_largest(vectors, -2)


@operator("_npi_eigvalsh", zero_grad=True)
def np_eigvalsh(A: Tensor, UPLO: Literal["L", "U"] = "L") -> Tensor:
    """Eigenvalues of symmetric matrices, ascending.

    Args:
        A: any number dtype; of integers the results are float64.
        UPLO: which triangle is read.

    Returns:
        The values.

    Raises:
        MXNetError: no square matrices.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_eigvals.cc.
    """
    return torch.linalg.eigvalsh(_eigen("_npi_eigvalsh", A), UPLO=UPLO)


def _eigen(op: str, A: Tensor) -> Tensor:
    if A.dtype is torch.float16 or A.dtype is torch.bool:
        raise op_error(op, "float16 and bool are not supported", A=A)
    if not A.is_floating_point():
        A = A.to(torch.float64)
    check_matrices(op, A=A)
    return A.detach()


def _real(op: str, values: Tensor, A: Tensor) -> Tensor:
    if bool((values.imag != 0).any()):
        raise op_error(op, "complex eigenvalues are not supported", A=A)
    return values.real.contiguous()


@operator("_npi_eig", outputs=2, zero_grad=True)
def np_eig(A: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues and eigenvectors (columns) of square matrices whose eigenvalues are real.

    Args:
        A: any number dtype; of integers the results are float64.

    Returns:
        The values and the vectors.

    Raises:
        MXNetError: no square matrices, or complex eigenvalues.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_eig.cc.
    """
    values, vectors = torch.linalg.eig(_eigen("_npi_eig", A))
    return _real("_npi_eig", values, A), vectors.real.contiguous()


@operator("_npi_eigvals", zero_grad=True)
def np_eigvals(A: Tensor) -> Tensor:
    """Eigenvalues of square matrices, if they are real.

    Args:
        A: any number dtype; of integers the results are float64.

    Returns:
        The values.

    Raises:
        MXNetError: no square matrices, or complex eigenvalues.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_eigvals.cc.
    """
    return _real("_npi_eigvals", torch.linalg.eigvals(_eigen("_npi_eigvals", A)), A)


@operator("_npi_solve")
def np_solve(A: Tensor, B: Tensor) -> Tensor:
    """Solve ``A X = B``.

    Args:
        A: square matrices; float32 or float64, integers are computed in float32.
        B: right sides: vectors if it has an axis less than ``A``.

    Returns:
        X, of the shape of ``B``.

    Raises:
        MXNetError: no square matrices, shapes that do not fit, a singular matrix.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_solve.cc.
    """
    if not A.is_floating_point():
        A = A.to(torch.float32)
    if not B.is_floating_point():
        B = B.to(torch.float32)
    check_matrices("_npi_solve", A=A)
    if B.dim() == A.dim() - 1:
        return torch.linalg.solve(A, B.unsqueeze(-1)).squeeze(-1)
    return torch.linalg.solve(A, B)


@operator("_npi_tensorinv")
def np_tensorinv(a: Tensor, ind: int = 2) -> Tensor:
    """The inverse with respect to ``tensordot`` over ``ind`` axes.

    Args:
        a: float32 or float64; the first ``ind`` axes have as many elements as the others.
        ind: how many axes.

    Returns:
        The inverse: the other axes first.

    Raises:
        MXNetError: ``ind`` is not positive, or the axes do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_tensorinv.cc.
    """
    if ind <= 0 or math.prod(a.shape[:ind]) != math.prod(a.shape[ind:]):
        raise op_error("_npi_tensorinv", f"ind={ind} does not divide the axes into equal halves", a=a)
    if not a.is_floating_point():
        a = a.to(torch.float32)
    n = math.prod(a.shape[:ind])
    return torch.linalg.inv(a.reshape(n, n)).reshape(a.shape[ind:] + a.shape[:ind])


@operator("_npi_tensorsolve")
def np_tensorsolve(a: Tensor, b: Tensor, a_axes: tuple[int, ...] | None = None) -> Tensor:
    """Solve ``tensordot(a, x, x.ndim) = b``.

    Args:
        a: float32 or float64.
        b: the right side.
        a_axes: axes of ``a`` that are moved to the end first.

    Returns:
        x.

    Raises:
        MXNetError: shapes that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_tensorsolve.cc.
    """
    a, b = (t if t.is_floating_point() else t.to(torch.float32) for t in (a, b))
    if a_axes:
        moved = set(axes_of("_npi_tensorsolve", a, a_axes))
        order = [i for i in range(a.dim()) if i not in moved] + [i % a.dim() for i in a_axes]
        a = a.permute(order)
    tail = a.shape[b.dim() - a.dim() :]  # all of it where both have as many axes, as Python's slices go
    n = b.numel()
    if math.prod(tail) != n or a.numel() != n * n:
        raise op_error("_npi_tensorsolve", "shapes do not fit", a=a, b=b)
    return torch.linalg.solve(a.reshape(n, n), b.reshape(n)).reshape(tail)


def _pinv(op: str, A: Tensor, rcond: Any, hermitian: bool) -> Tensor:
    check_matrices(op, square=False, A=A)
    if hermitian:
        raise op_error(op, "hermitian is not supported", A=A)
    u, s, v = torch.linalg.svd(A.detach(), full_matrices=False)
    limit = rcond * s.amax(-1)
    inverse = torch.where(s > limit.unsqueeze(-1) if limit.dim() else s > limit, 1 / s, 0)
    return v.mT @ (inverse.unsqueeze(-1) * u.mT)


@operator("_npi_pinv", zero_grad=True)
def np_pinv(A: Tensor, rcond: Tensor, hermitian: bool = False) -> Tensor:
    """The pseudo-inverse.

    Args:
        A: float32 or float64 matrices.
        rcond: singular values below this part of the largest count as 0.
        hermitian: not supported, as in MXNet.

    Returns:
        The pseudo-inverses. No gradient.

    Raises:
        MXNetError: no matrices.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_pinv.cc.
    """
    return _pinv("_npi_pinv", A, rcond, hermitian)


@operator("_npi_pinv_scalar_rcond", zero_grad=True)
def np_pinv_scalar_rcond(A: Tensor, rcond: float = 1e-15, hermitian: bool = False) -> Tensor:
    """The pseudo-inverse.

    Args:
        A: float32 or float64 matrices.
        rcond: singular values below this part of the largest count as 0.
        hermitian: not supported, as in MXNet.

    Returns:
        The pseudo-inverses. No gradient.

    Raises:
        MXNetError: no matrices.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_pinv.cc.
    """
    return _pinv("_npi_pinv_scalar_rcond", A, rcond, hermitian)


class _RootOfSquares(torch.autograd.Function):
    """The 2-norm, whose gradient at a zero vector is NaN as in MXNet (x / 0)."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, axes: tuple[int, ...]) -> Tensor:
        norm = torch.linalg.vector_norm(data, 2, axes, keepdim=True)
        ctx.save_for_backward(data, norm)
        return norm

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        data, norm = ctx.saved_tensors
        return grads[0] * data / norm, None


@operator("_npi_norm")
def np_norm(
    data: Tensor, ord: float = 2.0, axis: tuple[int, ...] | None = None, keepdims: bool = False, flag: int = -1
) -> Tensor:
    """A norm of vectors or matrices.

    Args:
        data: floating; integers for the 2-norm only, whose result is cut.
        ord: the order.
        axis: the axis of the vectors, or the two axes of the matrices; None for all axes.
        keepdims: keep the reduced axes with size one.
        flag: what is meant: -2 the 2-norm of the flattened array, -1 a norm of vectors (with two axes: of matrices),
            0 a spectral norm, 1 the Frobenius norm, 2 the nuclear norm.

    Returns:
        The norms.

    Raises:
        MXNetError: integers, an axis out of range, an order that is not defined.

    Source: MXNet 1.9.1 src/operator/numpy/linalg/np_norm_forward.cc.
    """
    if not data.is_floating_point():
        if data.dtype is torch.bool or flag not in (-2, 1):
            raise op_error("_npi_norm", "data must be floating", data=data)
        return np_norm(data.to(torch.float64), ord, axis, keepdims, flag).to(data.dtype)
    axes = axes_of("_npi_norm", data, axis)
    if axis is not None:
        axes = tuple(i % data.dim() for i in axis)
    kept = [1 if i in axes else n for i, n in enumerate(data.shape)]
    of_matrices = flag == -1 and len(axes) == 2
    if flag in (-2, 1) or (flag == -1 and ord == 2.0 and not of_matrices):
        if not axes:
            found = data.abs()
        elif data.requires_grad:
            found = _RootOfSquares.apply(data, axes)  # type: ignore[no-untyped-call]
        else:
            found = torch.linalg.vector_norm(data, 2, axes, keepdim=True)
    elif flag in (0, 2) or of_matrices:
        if len(axes) != 2:
            raise op_error("_npi_norm", f"axis={axis} must be two axes for a norm of matrices", data=data)
        which: Any = "nuc" if flag == 2 else ord
        found = torch.linalg.matrix_norm(data, which, axes, keepdim=True)
    else:
        if len(axes) > 1:
            raise op_error("_npi_norm", f"ord={ord} is not defined for axis={axis}", data=data)
        found = torch.linalg.vector_norm(data, ord, axes, keepdim=True)
    shape = kept if keepdims else [n for i, n in enumerate(data.shape) if i not in axes]
    return found.reshape(shape)
