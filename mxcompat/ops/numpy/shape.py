"""Shapes: reshaping, moving axes, flipping, rolling, broadcasting, triangles and diagonals."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error, register
from .reduce import axes_of, check_two_axes


@operator("_np_copy")
def np_copy(a: Tensor) -> Tensor:
    """Copy an array.

    Args:
        a: any dtype.

    Returns:
        A copy.

    Source: MXNet 1.9.1 src/operator/numpy/np_elemwise_unary_op_basic.cc.
    """
    return a.clone()


def _c_order(op: str, order: str) -> None:
    if order != "C":
        raise MXNetError(f"{op}: only order='C' is supported, got order={order!r}")


@operator("_np_reshape", view=True)
def np_reshape(a: Tensor, newshape: tuple[int, ...] = REQUIRED, order: str = "C") -> Tensor:
    """Give an array another shape.

    Args:
        a: any dtype.
        newshape: the lengths; one of them may be -1, which is worked out.
        order: ``"C"``.

    Returns:
        The elements of ``a`` in that shape.

    Raises:
        MXNetError: a length below -1, or another number of elements.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    _c_order("_np_reshape", order)
    if math.prod(newshape) == a.numel() and (not newshape or min(newshape) >= 0):
        return a.reshape(newshape)
    if any(n < -1 for n in newshape) or newshape.count(-1) > 1:
        raise op_error("_np_reshape", f"newshape={newshape} may hold -1 once, and nothing below it", a=a)
    known = math.prod([n for n in newshape if n >= 0])
    if -1 in newshape:
        if not known and a.numel() == 0:
            raise op_error("_np_reshape", f"-1 in newshape={newshape} cannot be worked out", a=a)
        fits = known and a.numel() % known == 0
    else:
        fits = known == a.numel()
    if not fits:
        raise op_error("_np_reshape", f"cannot reshape to newshape={newshape}", a=a)
    return a.reshape(newshape)


class _Codes:
    """Working out the shape that npx.reshape's codes mean."""

    def __init__(self, a: Tensor, codes: tuple[int, ...], reverse: bool) -> None:
        self.a, self.codes, self.reverse = a, codes, reverse

    def fail(self, why: str) -> MXNetError:
        return op_error("_npx_reshape", f"newshape={self.codes}: {why}", a=self.a)

    def dims(self) -> list[int]:
        source = list(self.a.shape)
        codes = list(self.codes)
        if self.reverse:
            source.reverse()
            codes.reverse()
        found: list[int] = []
        unknown, at, i = -1, 0, 0
        while i < len(codes):
            code = codes[i]
            i += 1
            if code < -6:
                raise self.fail("codes go down to -6")
            if code >= 0 or code == -1:
                if code == -1:
                    if unknown >= 0:
                        raise self.fail("one dimension can be inferred")
                    unknown = len(found)
                found.append(code)
                at += 1
            elif code == -4:
                found.extend(source[at:])
                at = len(source)
            elif code == -5:
                if at + 1 >= len(source):
                    raise self.fail("-5 merges two dimensions, which are not there")
                found.append(source[at] * source[at + 1])
                at += 2
            elif at >= len(source):
                raise self.fail(f"{code} stands for a dimension that is not there")
            elif code == -2:
                found.append(source[at])
                at += 1
            elif code == -3:
                if source[at] != 1:
                    raise self.fail("-3 skips a dimension of size one only")
                at += 1
            else:
                if i + 1 >= len(codes):
                    raise self.fail("-6 is followed by the two dimensions")
                left, right = codes[i : i + 2]
                i += 2
                size = source[at]
                at += 1
                if left == -1 and right == -1:
                    raise self.fail("of the two dimensions after -6 one may be -1")
                if left == -1 and right > 0:
                    left = size // right
                elif right == -1 and left > 0:
                    right = size // left
                if left * right != size:
                    raise self.fail(f"{left} * {right} is not the split dimension {size}")
                found += [left, right]
        if unknown >= 0:
            rest = math.prod([n for k, n in enumerate(found) if k != unknown])
            if not rest or self.a.numel() % rest:
                raise self.fail("the dimension for -1 cannot be worked out")
            found[unknown] = self.a.numel() // rest
        if self.reverse:
            found.reverse()
        if math.prod(found) != self.a.numel():
            raise self.fail(f"shape {tuple(found)} has another number of elements")
        return found


@operator("_npx_reshape", aliases=("_npi_reshape",), view=True)
def npx_reshape(a: Tensor, newshape: tuple[int, ...] = REQUIRED, reverse: bool = False, order: str = "C") -> Tensor:
    """Give an array another shape, with codes for dimensions.

    Args:
        a: any dtype.
        newshape: the lengths. -1 is worked out; -2 keeps a dimension; -3 drops a dimension of size one; -4 keeps all
            dimensions that are left; -5 merges two; -6 splits one into the two lengths that follow, one of which may
            be -1.
        reverse: read the codes from right to left.
        order: ``"C"``.

    Returns:
        The elements of ``a`` in that shape.

    Raises:
        MXNetError: codes that do not fit, or another number of elements.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    _c_order("_npx_reshape", order)
    return a.reshape(_Codes(a, newshape, reverse).dims())


@operator("_np_transpose", view=True)
def np_transpose(a: Tensor, axes: tuple[int, ...] | None = None) -> Tensor:
    """Permute the axes.

    Args:
        a: any dtype.
        axes: the old axis for each new one; None reverses them.

    Returns:
        The permuted array.

    Raises:
        MXNetError: ``axes`` is no permutation.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    ndim = a.dim()
    if axes is None:
        return a.permute(tuple(range(ndim - 1, -1, -1)))
    order = [i + ndim if i < 0 else i for i in axes]
    if sorted(order) != list(range(ndim)):
        raise op_error("_np_transpose", f"axes={axes} must name every axis once", a=a)
    return a.permute(order)


@operator("_np_squeeze", view=True)
def np_squeeze(a: Tensor, axis: tuple[int, ...] | None = None) -> Tensor:
    """Drop axes of size one.

    Args:
        a: any dtype.
        axis: the axes; None for all of size one.

    Returns:
        The same elements.

    Raises:
        MXNetError: an axis that is not of size one, out of range, or named twice.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    if axis is None:
        return a.reshape([n for n in a.shape if n != 1])
    axes = axes_of("_np_squeeze", a, axis)
    if any(a.shape[i] != 1 for i in axes):
        raise op_error("_np_squeeze", f"cannot drop axis={axis} of a size other than one", a=a)
    return a.reshape([n for i, n in enumerate(a.shape) if i not in axes])


@operator("_np_moveaxis", view=True)
def np_moveaxis(a: Tensor, source: tuple[int, ...] = REQUIRED, destination: tuple[int, ...] = REQUIRED) -> Tensor:
    """Move axes to other places; the others keep their order.

    Args:
        a: any dtype.
        source: the axes.
        destination: where each goes.

    Returns:
        The permuted array.

    Raises:
        MXNetError: different lengths, an axis out of range or named twice.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    if len(source) != len(destination):
        raise op_error("_np_moveaxis", "source and destination must name as many axes", a=a)
    axes_of("_np_moveaxis", a, source)
    axes_of("_np_moveaxis", a, destination)
    return a.movedim(source, destination)


@operator("_np_roll")
def np_roll(data: Tensor, shift: tuple[int, ...] | None = None, axis: tuple[int, ...] | None = None) -> Tensor:
    """Shift elements along axes; what falls off the end comes in at the front.

    Args:
        data: any dtype.
        shift: how far, one number or one for each axis.
        axis: the axes; None shifts the flattened array.

    Returns:
        The shifted array.

    Raises:
        MXNetError: no shift, as many shifts as axes are not given, or an axis out of range.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    if shift is None:
        raise MXNetError("_np_roll: shift must be given")
    if axis is None:
        if len(shift) != 1:
            raise op_error("_np_roll", f"shift={shift} must be one number when axis is None", data=data)
        return torch.roll(data, shift[0])
    if len(shift) not in (1, len(axis)):
        raise op_error("_np_roll", f"shift={shift} and axis={axis} must have one length", data=data)
    for one in axis:
        axes_of("_np_roll", data, (one,))
    if not data.numel() or not axis:
        return data.clone()
    return torch.roll(data, shift if len(shift) == len(axis) else shift * len(axis), axis)


@operator("_npi_flip")
def np_flip(data: Tensor, axis: tuple[int, ...] | None = REQUIRED) -> Tensor:
    """Reverse axes.

    Args:
        data: any dtype.
        axis: the axes; None for all.

    Returns:
        The reversed array.

    Raises:
        MXNetError: an axis out of range or named twice.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    return torch.flip(data, axes_of("_npi_flip", data, axis))


@operator("_npi_rot90")
def np_rot90(data: Tensor, k: int = 1, axes: tuple[int, ...] | None = None) -> Tensor:
    """Turn by 90 degrees in the plane of two axes.

    Args:
        data: any dtype, two axes or more.
        k: how often.
        axes: the two axes.

    Returns:
        The turned array.

    Raises:
        MXNetError: axes that are not two different axes of the array.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    if axes is None or len(axes) != 2:
        raise op_error("_npi_rot90", f"axes={axes} must be two axes", data=data)
    check_two_axes("_npi_rot90", data, *axes)
    return torch.rot90(data, k, axes).clone(memory_format=torch.contiguous_format)


@operator("_npi_broadcast_to")
def np_broadcast_to(array: Tensor, shape: tuple[int, ...] = ()) -> Tensor:
    """Stretch axes of size one to a shape; missing leading axes are added.

    Args:
        array: any dtype.
        shape: the shape.

    Returns:
        The stretched copy.

    Raises:
        MXNetError: the array does not fit the shape.

    Source: MXNet 1.9.1 src/operator/numpy/np_broadcast_op.cc.
    """
    own = tuple(array.shape)
    padded = (1,) * (len(shape) - len(own)) + own
    if -2 in shape:  # the array's own length
        shape = tuple([b if a == -2 else a for a, b in zip(shape, padded, strict=False)])
    if len(shape) < len(own) or any(a not in (1, b) for a, b in zip(padded, shape, strict=True)):
        raise op_error("_npi_broadcast_to", f"cannot be broadcast to shape={shape}", array=array)
    return array.expand(shape).clone(memory_format=torch.contiguous_format)


@operator("_npi_tril")
def np_tril(data: Tensor, k: int = 0) -> Tensor:
    """The lower triangle, zeros above it. A vector becomes the rows of a square matrix first.

    Args:
        data: any dtype but bool, one axis or more.
        k: the diagonal above which elements become 0.

    Returns:
        The triangle.

    Raises:
        MXNetError: an array without axes.

    Source: MXNet 1.9.1 src/operator/numpy/np_tril_op.cc.
    """
    if not data.dim():
        raise op_error("_npi_tril", "data must have at least one axis", data=data)
    if data.dim() == 1:
        data = data.expand(data.shape[0], data.shape[0])
    return torch.tril(data, k)


@operator("_np_diag")
def np_diag(data: Tensor, k: int = 0) -> Tensor:
    """A diagonal of a matrix, or a matrix with a vector on its diagonal.

    Args:
        data: any dtype, one or two axes.
        k: the diagonal: 0 the main one, positive above, negative below.

    Returns:
        The vector or the matrix.

    Raises:
        MXNetError: other numbers of axes.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    if data.dim() not in (1, 2):
        raise op_error("_np_diag", "data must have one or two axes", data=data)
    if data.dim() == 2 and not -data.shape[0] <= k <= data.shape[1]:
        return data.new_zeros(0)
    return torch.diag(data, k).clone()


@operator("_np_diagflat")
def np_diagflat(data: Tensor, k: int = 0) -> Tensor:
    """A matrix with the flattened array on a diagonal.

    Args:
        data: any dtype.
        k: the diagonal: 0 the main one, positive above, negative below.

    Returns:
        The matrix.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    return torch.diag(data.reshape(-1), k)


@operator("_np_diagonal")
def np_diagonal(data: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Diagonals of matrices, as the last axis.

    Args:
        data: any dtype, two axes or more.
        offset: the diagonal: 0 the main one, positive above, negative below.
        axis1: first axis of the matrices.
        axis2: second axis of the matrices.

    Returns:
        The diagonals.

    Raises:
        MXNetError: fewer than two axes, or axes that are the same.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    check_two_axes("_np_diagonal", data, axis1, axis2)
    rows, columns = data.shape[axis1], data.shape[axis2]
    if not -rows <= offset <= columns:
        kept = [n for i, n in enumerate(data.shape) if i not in (axis1 % data.dim(), axis2 % data.dim())]
        return data.new_zeros([*kept, 0])
    return torch.diagonal(data, offset, axis1, axis2).clone(memory_format=torch.contiguous_format)


@operator("_npi_diag_indices_from", zero_grad=True)
def np_diag_indices_from(data: Tensor) -> Tensor:
    """The indices of the main diagonal of a (hyper)cube, a row for each axis.

    Args:
        data: any dtype, two axes or more of one length.

    Returns:
        int64, of shape (axes, length).

    Raises:
        MXNetError: fewer axes, or different lengths.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    if data.dim() < 2 or len(set(data.shape)) > 1:
        raise op_error("_npi_diag_indices_from", "data must have two axes or more, all of one length", data=data)
    return torch.arange(data.shape[0], device=data.device).expand(data.dim(), -1).clone()


_AT_LEAST = """Arrays with at least {n} axes.

Args:
    arys: any dtypes.
    num_args: how many there are.

Returns:
    The arrays; axes of size one are added where they lack. No gradient, as in MXNet.

Source: MXNet 1.9.1 src/operator/numpy/np_init_op.cc.
"""


def _one(t: Tensor) -> Tensor:
    return t.reshape(1) if not t.dim() else t


def _two(t: Tensor) -> Tensor:
    return t if t.dim() >= 2 else _one(t)[None]


def _three(t: Tensor) -> Tensor:
    return t if t.dim() >= 3 else _two(t)[:, :, None]


def _at_least(n: int) -> None:
    shaped = (_one, _two, _three)[n - 1]

    def fn(*arys: Tensor, num_args: int = REQUIRED) -> tuple[Tensor, ...]:
        return tuple([shaped(t.detach()).clone() for t in arys])

    register(
        f"_np_atleast_{n}d", fn, num_args="num_args", zero_grad=True, outputs=lambda attrs: int(attrs["num_args"]),
        doc=_AT_LEAST.format(n=n),
    )  # fmt: skip


for _n in (1, 2, 3):
    _at_least(_n)
