"""Operators that move elements to other places: transposes, mirrors, blocks, diagonals."""

from __future__ import annotations

import torch
from torch import Tensor

from ..._core.permuted import contiguous
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._kernels import no_bool, whole_axis


@operator("transpose", view=True)
def transpose(data: Tensor, axes: tuple[int, ...] = ()) -> Tensor:
    """Permute the axes.

    Args:
        data: any dtype but bool.
        axes: for each axis of the result the axis of ``data``, none negative; empty reverses them.

    Returns:
        The permuted array, same dtype.

    Raises:
        MXNetError: ``axes`` is no permutation of the axes; bool data.

    Differences: more than six dimensions are refused by the original; ``axes`` that name an axis twice make it
    return arbitrary memory and are an error here.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    if data.dtype is torch.bool:
        no_bool("transpose", data)
    if not axes:
        rank = data.dim()
        return data.t() if rank <= 2 else data.permute(tuple(range(rank - 1, -1, -1)))
    if min(axes) < 0 or len(axes) != data.dim():
        raise op_error("transpose", f"axes={axes} must name each axis of data once, none negative", data=data)
    return torch.permute(data, axes)


@operator("SwapAxis", aliases=("swapaxes", "_npi_swapaxes"), view=True)
def swapaxes(data: Tensor, dim1: int = 0, dim2: int = 0) -> Tensor:
    """Exchange two axes.

    Args:
        data: any dtype but bool.
        dim1: one axis, negative from the back.
        dim2: the other axis.

    Returns:
        The array with the two axes exchanged, same dtype.

    Raises:
        MXNetError: an axis out of range; bool data.

    Source: MXNet 1.9.1 src/operator/swapaxis.cc.
    """
    if data.dtype is torch.bool:
        no_bool("SwapAxis", data)
    return torch.transpose(data, dim1, dim2)


@operator("reverse", aliases=("flip",))
def reverse(data: Tensor, axis: tuple[int, ...] = REQUIRED) -> Tensor:
    """Mirror an array along axes.

    Args:
        data: any dtype but bool.
        axis: the axes, none negative; an axis named twice is mirrored twice.

    Returns:
        The mirrored array, same dtype and shape.

    Raises:
        MXNetError: an axis that is negative or too large; bool data.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    no_bool("reverse", data)
    if axis and not 0 <= min(axis) <= max(axis) < data.dim():
        raise op_error("reverse", f"axis={axis} must be in [0, {data.dim() - 1}]", data=data)
    if len(axis) > 1:
        axis = tuple(a for a in sorted(set(axis)) if axis.count(a) % 2)
    return torch.flip(data, axis)


def _block(name: str, data: Tensor, size: int) -> None:
    no_bool(name, data)
    if data.dim() != 4:
        raise op_error(name, "data must have 4 dimensions (batch, channel, height, width)", data=data)
    if size < 1:
        raise op_error(name, f"block_size={size} must be positive", data=data)
    if 0 in data.shape:
        raise op_error(name, "every dimension of data must be at least 1", data=data)


@operator("depth_to_space")
def depth_to_space(data: Tensor, block_size: int = REQUIRED) -> Tensor:
    """Move blocks of channels into the plane.

    Args:
        data: ``(n, c, h, w)``, any dtype but bool; ``c`` divisible by ``block_size ** 2``.
        block_size: edge of the square that the channels of one place fill.

    Returns:
        ``(n, c / block_size ** 2, h * block_size, w * block_size)``, same dtype.

    Raises:
        MXNetError: another rank, a block size that is not positive or does not divide.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    _block("depth_to_space", data, block_size)
    n, c, h, w = data.shape
    if c % (block_size * block_size):
        raise op_error("depth_to_space", f"channels must be divisible by block_size={block_size} squared", data=data)
    blocks = data.reshape(n, block_size, block_size, c // block_size**2, h, w).permute(0, 3, 4, 1, 5, 2)
    return contiguous(blocks).view(n, -1, h * block_size, w * block_size)


@operator("space_to_depth")
def space_to_depth(data: Tensor, block_size: int = REQUIRED) -> Tensor:
    """Move blocks of the plane into channels; the inverse of `depth_to_space`.

    Args:
        data: ``(n, c, h, w)``, any dtype but bool; ``h`` and ``w`` divisible by ``block_size``.
        block_size: edge of the squares.

    Returns:
        ``(n, c * block_size ** 2, h / block_size, w / block_size)``, same dtype.

    Raises:
        MXNetError: another rank, a block size that is not positive or does not divide.

    Source: MXNet 1.9.1 src/operator/tensor/matrix_op.cc.
    """
    _block("space_to_depth", data, block_size)
    n, c, h, w = data.shape
    if h % block_size or w % block_size:
        raise op_error("space_to_depth", f"height and width must be divisible by block_size={block_size}", data=data)
    rows, columns = h // block_size, w // block_size
    blocks = data.reshape(n, c, rows, block_size, columns, block_size).permute(0, 3, 5, 1, 2, 4)
    return contiguous(blocks).view(n, -1, rows, columns)


@operator("diag", view=True)
def diag(data: Tensor, k: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """A diagonal of an array, or a matrix with a vector on its diagonal.

    Args:
        data: any dtype but bool.
        k: which diagonal: above the main one if positive, below it if negative.
        axis1: the axis of the rows; not used for a vector.
        axis2: the axis of the columns; not used for a vector.

    Returns:
        For a vector a square matrix with zeros off the diagonal; else the diagonals of the planes of ``axis1`` and
        ``axis2`` along a new last axis. Same dtype.

    Raises:
        MXNetError: axes that are equal or out of range, a diagonal outside of the plane, bool data.

    Source: MXNet 1.9.1 src/operator/tensor/diag_op.cc.
    """
    no_bool("diag", data)
    if data.dim() == 1:
        return torch.diag(data, k)
    row, column = whole_axis("diag", "axis1", axis1, data), whole_axis("diag", "axis2", axis2, data)
    if row == column:
        raise op_error("diag", f"axis1={axis1} and axis2={axis2} are the same axis", data=data)
    if not -data.shape[row] <= k <= data.shape[column]:
        raise op_error("diag", f"there is no diagonal k={k}", data=data)
    return torch.diagonal(data, k, row, column)
