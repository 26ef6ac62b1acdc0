"""Arrays made from positions: one_hot, index_array."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import REQUIRED
from ..shape._kernels import no_bool, whole_axis
from ._indices import c_number, whole
from .take import FloatOrInt

#: elements of a result from which writing the positions is cheaper than comparing
_WORTH_MARKING = 1 << 12


@operator("one_hot", aliases=("_npx_one_hot",), zero_grad=True)
def one_hot(
    indices: Tensor,
    depth: int = REQUIRED,
    on_value: float = 1.0,
    off_value: float = 0.0,
    dtype: FloatOrInt = torch.float32,
) -> Tensor:
    """Rows that are ``off_value`` everywhere except at one position.

    Args:
        indices: the positions, of any dtype but bool; fractions are cut off; outside of ``[0, depth)`` the row has
            no ``on_value``.
        depth: length of a row, at least 0.
        on_value: the value at the position.
        off_value: the value elsewhere.
        dtype: dtype of the result.

    Returns:
        An array of shape ``indices.shape + (depth,)``. Its gradient is zero.

    Raises:
        MXNetError: a negative depth.

    Source: MXNet 1.9.1 src/operator/tensor/indexing_op.h.
    """
    no_bool("one_hot", indices)
    if depth < 0:
        raise op_error("one_hot", f"depth={depth} must not be negative", indices=indices)
    if indices.numel() * depth >= _WORTH_MARKING:
        return _marked(whole(indices), depth, c_number(on_value, dtype), c_number(off_value, dtype), dtype)
    hit = whole(indices).unsqueeze(-1) == torch.arange(depth, device=indices.device)
    if on_value == 1 and off_value == 0:
        return hit.to(dtype)
    result = torch.full(hit.shape, c_number(off_value, dtype), dtype=dtype, device=indices.device)
    return result.masked_fill_(hit, c_number(on_value, dtype))


def _marked(at: Tensor, depth: int, on: float, off: float, dtype: torch.dtype) -> Tensor:
    """`one_hot` by writing one element per row, which for long rows is far less than comparing every one."""
    rows = torch.full((*at.shape, depth), off, dtype=dtype, device=at.device)
    inside = (at >= 0) & (at < depth)
    marks = torch.full(at.shape, off, dtype=dtype, device=at.device).masked_fill_(inside, on)
    return rows.scatter_(-1, at.clamp(0, depth - 1).unsqueeze(-1), marks.unsqueeze(-1))


@operator("_onehot_encode", differentiable=False)
def _onehot_encode(lhs: Tensor, rhs: Tensor) -> Tensor:
    """One-hot rows in the shape of a given matrix; deprecated in favour of one_hot.

    Args:
        lhs: float32, a position per row.
        rhs: a float32 matrix that gives the shape.

    Returns:
        A matrix like ``rhs``.

    Raises:
        MXNetError: another dtype, or shapes that do not fit.

    Source: MXNet 1.9.1 src/ndarray/ndarray_function-inl.h.
    """
    if lhs.dtype is not torch.float32 or rhs.dtype is not torch.float32:
        raise op_error("_onehot_encode", "lhs and rhs must be float32", lhs=lhs, rhs=rhs)
    if rhs.dim() != 2 or lhs.shape != rhs.shape[:1]:
        raise op_error("_onehot_encode", "lhs must have one entry per row of rhs", lhs=lhs, rhs=rhs)
    return (whole(lhs).unsqueeze(-1) == torch.arange(rhs.shape[1], device=lhs.device)).to(rhs.dtype)


@operator("_contrib_index_array", zero_grad=True)
def index_array(data: Tensor, axes: tuple[int, ...] | None = None) -> Tensor:
    """The coordinates of every element.

    Args:
        data: the array that gives the shape.
        axes: which coordinates, in which order, negative from the end; all if None.

    Returns:
        An int64 array of shape ``data.shape + (len(axes),)``.

    Raises:
        MXNetError: no such axis.

    Differences: an axis that does not exist is an error; MXNet 1.9.1 returns other coordinates for it.

    Source: MXNet 1.9.1 src/operator/contrib/index_array.cc.
    """
    rank = data.dim()
    wanted = range(rank) if axes is None else [whole_axis("index_array", "axes", axis, data) for axis in axes]
    if not len(wanted):
        return torch.zeros((*data.shape, 0), dtype=torch.int64, device=data.device)
    columns = []
    for axis in wanted:
        numbers = torch.arange(data.shape[axis], device=data.device)
        columns.append(numbers.reshape((-1,) + (1,) * (rank - axis - 1)).expand(data.shape))
    return torch.stack(columns, -1)
