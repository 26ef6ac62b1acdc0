"""Running sums, and sums over several arrays."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error


@operator("_np_cumsum", aliases=("cumsum",))
def cumsum(
    a: Tensor,
    axis: int | None = None,
    dtype: Annotated[torch.dtype, "float16", "float32", "float64", "int32", "int64", "int8"] | None = None,
) -> Tensor:
    """Running sum along an axis.

    Args:
        a: any dtype.
        axis: the axis, counted from the end if negative; None runs over the flattened array.
        dtype: dtype of the result and of the sums; None keeps that of ``a`` (int64 for bool).

    Returns:
        The shape of ``a``, or one axis when ``axis`` is None.

    Raises:
        MXNetError: an axis out of range.

    Differences: a negative axis works; MXNet refuses it.

    Source: MXNet 1.9.1 src/operator/numpy/np_cumsum.cc.
    """
    if dtype is None:
        dtype = torch.int64 if a.dtype is torch.bool else a.dtype
    if not dtype.is_floating_point:
        a = a.detach()
    if axis is None:
        a, axis = a.reshape(-1), 0
    elif not -a.dim() <= axis < a.dim():
        raise op_error("cumsum", f"axis={axis} is out of range", a=a)
    if dtype is torch.float16:
        return _each_step_rounded(a.to(dtype), axis)
    return torch.cumsum(a, axis, dtype=dtype)


def _each_step_rounded(a: Tensor, axis: int) -> Tensor:
    """Running sums kept in float16, as MXNet does; torch keeps them in float32."""
    exact = torch.from_numpy(np.cumsum(a.detach().cpu().numpy(), axis, dtype=np.float16)).to(a.device)
    if not a.requires_grad:
        return exact
    twin = torch.cumsum(a, axis)
    return exact + (twin - twin.detach())


@operator("multi_sum_sq", differentiable=False)
def multi_sum_sq(*data: Tensor, num_arrays: int = REQUIRED) -> Tensor:
    """Sum of the squares of each of several arrays.

    Args:
        data: arrays of one floating dtype, of any shapes.
        num_arrays: how many there are.

    Returns:
        One sum per array, float32, of shape ``(num_arrays,)``. Not differentiable.

    Raises:
        MXNetError: ``num_arrays`` is another count, different dtypes, integers.

    Source: MXNet 1.9.1 src/operator/contrib/multi_sum_sq.cc.
    """
    shown = {f"array_{i}": t for i, t in enumerate(data)}
    if len(data) != num_arrays:
        raise op_error("multi_sum_sq", f"num_arrays={num_arrays} but {len(data)} arrays are given", **shown)
    if not data[0].is_floating_point() or any(t.dtype is not data[0].dtype for t in data):
        raise op_error("multi_sum_sq", "all arrays must have one floating dtype", **shown)
    return torch.stack([torch.sum(torch.square(t.float())) for t in data])
