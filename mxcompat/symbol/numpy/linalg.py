"""Linear algebra of `mx.sym.np`: the functions of `mx.np.linalg`, for symbols.

Source: MXNet 1.9.1 python/mxnet/symbol/numpy/linalg.py.
"""

from __future__ import annotations

from typing import Any

import numpy as _np

from . import _functions as _f
from ._bind import OPS as _OPS

__all__ = [
    "norm", "svd", "cholesky", "inv", "det", "slogdet", "solve", "tensorinv", "tensorsolve", "pinv", "eigvals", "eig",
    "eigvalsh", "eigh",
]  # fmt: skip


def _norm_of_matrix(x: Any, ord: Any, axis: tuple[int, int], keepdims: bool) -> Any:
    rows, columns = axis
    first, second = (columns, rows) if ord in ("inf", "-inf") else (rows, columns)
    if not keepdims and second > first:
        second -= 1
    sums = _OPS["_np_sum"](_f.TABLE["abs"](x), axis=first, keepdims=keepdims)
    reduce = sums.max if ord in ("inf", 1) else sums.min
    return reduce(axis=second, keepdims=keepdims)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """A norm of vectors or matrices; arguments as of `mxnet.np.linalg.norm`.

    Raises:
        TypeError: ``axis`` is neither a number, a tuple nor None.
    """
    run = _OPS["_npi_norm"]
    if axis is None and ord is None:
        return run(x, ord=2, axis=None, keepdims=keepdims, flag=-2)
    if not (axis is None or isinstance(axis, (int, tuple))):
        raise TypeError(f"norm: axis={axis!r} must be a whole number, a tuple of them, or None")
    if isinstance(axis, int):
        axis = (axis,)
    if axis is not None and len(axis) == 2:
        if ord in ("inf", "-inf", 1, -1):
            return _norm_of_matrix(x, ord, axis, keepdims)
        if ord in (2, -2):
            return run(x, ord=ord, axis=axis, keepdims=keepdims, flag=0)
    if ord in ("inf", "-inf"):
        reduce = _OPS["_np_max"] if ord == "inf" else _OPS["_np_min"]
        return reduce(_f.TABLE["abs"](x), axis=axis, keepdims=keepdims)
    if ord is None or ord in ("fro", "f"):
        return run(x, ord=2, axis=axis, keepdims=keepdims, flag=1)
    if ord == "nuc":
        return run(x, ord=2, axis=axis, keepdims=keepdims, flag=2)
    return run(x, ord=ord, axis=axis, keepdims=keepdims, flag=-1)


def svd(a: Any) -> Any:
    """Singular values and vectors: a list of the symbols UT, L and V."""
    return _OPS["_npi_svd"](a)


def cholesky(a: Any) -> Any:
    """The lower Cholesky factor."""
    return _OPS["_npi_cholesky"](a)


def inv(a: Any) -> Any:
    """The inverse."""
    return _OPS["_npi_inv"](a)


def det(a: Any) -> Any:
    """The determinant."""
    return _OPS["_npi_det"](a)


def slogdet(a: Any) -> Any:
    """Sign and logarithm of the determinant: a list of two symbols."""
    return _OPS["_npi_slogdet"](a)


def solve(a: Any, b: Any) -> Any:
    """Solve ``a x = b``."""
    return _OPS["_npi_solve"](a, b)


def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse with respect to ``tensordot`` over ``ind`` axes."""
    return _OPS["_npi_tensorinv"](a, ind)


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """Solve ``tensordot(a, x, x.ndim) = b``."""
    return _OPS["_npi_tensorsolve"](a, b, axes)


def pinv(a: Any, rcond: Any = 1e-15, hermitian: bool = False) -> Any:
    """The pseudo-inverse.

    Raises:
        NotImplementedError: ``hermitian``.
    """
    if hermitian is True:
        raise NotImplementedError("hermitian is not supported yet...")
    if _np.isscalar(rcond):
        return _OPS["_npi_pinv_scalar_rcond"](a, rcond, hermitian)
    return _OPS["_npi_pinv"](a, rcond, hermitian)


def eigvals(a: Any) -> Any:
    """Eigenvalues, if they are real."""
    return _OPS["_npi_eigvals"](a)


def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """Eigenvalues of symmetric matrices, ascending."""
    return _OPS["_npi_eigvalsh"](a, UPLO)


def eig(a: Any) -> Any:
    """Eigenvalues and eigenvectors (columns), if they are real: a list of two symbols."""
    return _OPS["_npi_eig"](a)


def eigh(a: Any, UPLO: str = "L") -> Any:
    """Eigenvalues (ascending) and eigenvectors (columns) of symmetric matrices: a list of two symbols."""
    return _OPS["_npi_eigh"](a, UPLO)
