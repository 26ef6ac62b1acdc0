"""MXNet's dtype rules for operators of two arrays, where they are not those of torch."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry.operator import op_error

_FLOAT_RANK = {torch.float16: 1, torch.bfloat16: 1, torch.float32: 2, torch.float64: 3}
_INT_RANK = {torch.bool: 0, torch.int8: 1, torch.uint8: 1, torch.int32: 2, torch.int64: 3}


def common_float(lhs: Tensor, rhs: Tensor) -> torch.dtype | None:
    """The dtype of two arrays at least one of which is floating; None if none is. Sizes of integers do not matter."""
    a, b = _FLOAT_RANK.get(lhs.dtype, 0), _FLOAT_RANK.get(rhs.dtype, 0)
    if not a and not b:
        return None
    return lhs.dtype if a >= b else rhs.dtype


def promoted(name: str, lhs: Tensor, rhs: Tensor, mixed_integers: bool) -> tuple[Tensor, Tensor]:
    """Both arrays in their common dtype: the wider float, or the wider integer.

    Raises:
        MXNetError: integers of different dtypes and one shape and no ``mixed_integers``, or int8 with uint8.
    """
    if lhs.dtype is rhs.dtype:
        return lhs, rhs
    dtype = common_float(lhs, rhs)
    if dtype is None:
        a, b = _INT_RANK[lhs.dtype], _INT_RANK[rhs.dtype]
        if (not mixed_integers and lhs.shape == rhs.shape and lhs.numel()) or a == b:  # 1.9.1's two kernels differ so
            raise op_error(name, "this combination of dtypes is not supported, cast one of them", lhs=lhs, rhs=rhs)
        dtype = lhs.dtype if a > b else rhs.dtype
    return lhs.to(dtype), rhs.to(dtype)


def same(name: str, lhs: Tensor, rhs: Tensor) -> None:
    """MXNetError unless both arrays have one dtype."""
    if lhs.dtype is not rhs.dtype:
        raise op_error(name, "both arrays must have one dtype", lhs=lhs, rhs=rhs)
