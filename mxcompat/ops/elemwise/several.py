"""The sum of any number of arrays, and the comparison of two within a tolerance."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ._kernels import BOOL, no_bool, single


@operator(
    "add_n",
    aliases=("ElementWiseSum", "_sparse_ElementWiseSum", "_sparse_add_n"),
    num_args="num_args",
    same_dtype=True,
)
def add_n(*args: Tensor) -> Tensor:
    """Add up any number of arrays.

    Args:
        args: one or more arrays of one shape and dtype, not bool.

    Returns:
        Their sum, in their dtype.

    Raises:
        MXNetError: no array, or shapes or dtypes that differ.

    Source: MXNet 1.9.1 src/operator/tensor/elemwise_sum.cc.
    """
    first = args[0]
    if first.dtype is BOOL:
        raise no_bool("add_n", args=first)
    result = first.clone() if len(args) == 1 else first
    for i, other in enumerate(args[1:], 1):
        if other.shape != first.shape:
            raise op_error("add_n", "all arrays must have one shape", **{"arg0": first, f"arg{i}": other})
        result = result + other
    return result


@operator("_contrib_allclose", same_dtype=True, differentiable=False)
def allclose(a: Tensor, b: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = True) -> Tensor:
    """Whether two arrays are equal within a tolerance: ``abs(a - b) <= atol + rtol * abs(b)`` everywhere.

    Args:
        a: any dtype.
        b: of the shape and dtype of ``a``.
        rtol: relative tolerance.
        atol: absolute tolerance.
        equal_nan: whether two NaN are equal.

    Returns:
        uint8 of shape (): 1 or 0.

    Raises:
        MXNetError: shapes or dtypes differ.

    Source: MXNet 1.9.1 src/operator/contrib/allclose_op.cc.
    """
    if a.shape != b.shape:
        raise op_error("_contrib_allclose", "a and b must have the same shape", a=a, b=b)
    close = torch.isclose(a, b, rtol=single(rtol), atol=single(atol), equal_nan=equal_nan)
    return close.all().to(torch.uint8)
