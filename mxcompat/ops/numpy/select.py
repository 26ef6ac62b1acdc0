"""Choosing, counting and finding elements."""

from __future__ import annotations

import torch
from torch import Tensor

from ..._core.errors import ArgumentValueError, MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from .reduce import axes_of


def _chosen(condition: Tensor) -> Tensor:
    return condition if condition.dtype is torch.bool else condition != 0


@operator("_npi_where")
def np_where(condition: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Elements of one array where a condition holds, of another elsewhere, with broadcasting.

    Args:
        condition: any dtype; what is not 0 holds.
        x: any dtype.
        y: of the dtype of ``x``.

    Returns:
        An array of the common shape.

    Raises:
        MXNetError: different dtypes, or shapes that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_where_op.cc.
    """
    if x.dtype is not y.dtype:
        raise op_error("_npi_where", "x and y must have one dtype", x=x, y=y)
    return torch.where(_chosen(condition), x, y)


@operator("_npi_where_lscalar")
def np_where_lscalar(condition: Tensor, x: Tensor, scalar: float = 0.0) -> Tensor:
    """A number where a condition holds, elements of an array elsewhere.

    Args:
        condition: any dtype; what is not 0 holds.
        x: the array, any dtype.
        scalar: the number.

    Returns:
        An array of the common shape and the dtype of ``x``.

    Source: MXNet 1.9.1 src/operator/numpy/np_where_op.cc.
    """
    return torch.where(_chosen(condition), torch.tensor(scalar, device=x.device).to(x.dtype), x)


@operator("_npi_where_rscalar")
def np_where_rscalar(condition: Tensor, y: Tensor, scalar: float = 0.0) -> Tensor:
    """Elements of an array where a condition holds, a number elsewhere.

    Args:
        condition: any dtype; what is not 0 holds.
        y: the array, any dtype.
        scalar: the number.

    Returns:
        An array of the common shape and the dtype of ``y``.

    Source: MXNet 1.9.1 src/operator/numpy/np_where_op.cc.
    """
    return torch.where(_chosen(condition), y, torch.tensor(scalar, device=y.device).to(y.dtype))


@operator("_npi_where_scalar2", zero_grad=True)
def np_where_scalar2(condition: Tensor, x: float = 0.0, y: float = 0.0) -> Tensor:
    """One number where a condition holds, another elsewhere.

    Args:
        condition: any dtype; what is not 0 holds.
        x: the number where it holds.
        y: the number elsewhere.

    Returns:
        float32, of the shape of the condition.

    Source: MXNet 1.9.1 src/operator/numpy/np_where_op.cc.
    """
    one, other = (torch.tensor(n, dtype=torch.float32, device=condition.device) for n in (x, y))
    return torch.where(_chosen(condition), one, other)


@operator("_npx_nonzero", aliases=("_npi_nonzero",), zero_grad=True)
def npx_nonzero(x: Tensor) -> Tensor:
    """The indices of the elements that are not 0, a row for each.

    Args:
        x: any dtype.

    Returns:
        int64, of shape (number of elements, number of axes).

    Source: MXNet 1.9.1 src/operator/numpy/np_nonzero_op.cc.
    """
    if not x.dim():
        return torch.zeros((int(bool(x != 0)), 1), dtype=torch.int64, device=x.device)
    return torch.nonzero(x.detach())


def _mask_view(op: str, data: Tensor, mask: Tensor, start_axis: int) -> Tensor:
    shape = tuple(data.shape[start_axis : start_axis + mask.dim()])
    if shape != tuple(mask.shape):
        raise op_error(op, "the mask does not have the shape of the axes that it selects from", data=data, mask=mask)
    return _chosen(mask)


@operator("_npi_boolean_mask_assign_scalar")
def np_boolean_mask_assign_scalar(
    data: Tensor, mask: Tensor, value: float = REQUIRED, start_axis: int = REQUIRED
) -> Tensor:
    """A copy with a number where a mask holds.

    Args:
        data: any dtype.
        mask: of the shape of some axes of ``data``, one after another.
        value: the number.
        start_axis: the first of these axes.

    Returns:
        The copy.

    Raises:
        MXNetError: a mask that does not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_boolean_mask_assign.cc.
    """
    where = _mask_view("_npi_boolean_mask_assign_scalar", data, mask, start_axis)
    result = data.clone()
    result[(slice(None),) * start_axis + (where,)] = torch.tensor(value, device=data.device).to(data.dtype)
    return result


@operator("_npi_boolean_mask_assign_tensor")
def np_boolean_mask_assign_tensor(data: Tensor, mask: Tensor, value: Tensor, start_axis: int = REQUIRED) -> Tensor:
    """A copy with the elements of an array where a mask holds.

    Args:
        data: any dtype.
        mask: of the shape of some axes of ``data``, one after another.
        value: what goes there, stretched to what the mask selects.
        start_axis: the first of these axes.

    Returns:
        The copy.

    Raises:
        MXNetError: a mask or a value that does not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_boolean_mask_assign.cc.
    """
    where = _mask_view("_npi_boolean_mask_assign_tensor", data, mask, start_axis)
    result = data.clone()
    result[(slice(None),) * start_axis + (where,)] = value.to(data.dtype)
    return result


@operator(
    "_npi_bincount",
    zero_grad=True,
    list_inputs=lambda attrs: ("data", "weights") if attrs["has_weights"] else ("data",),
)
def np_bincount(data: Tensor, weights: Tensor | None = None, minlength: int = 0, has_weights: bool = False) -> Tensor:
    """Count how often each number occurs.

    Args:
        data: integers that are not negative, one axis.
        weights: what an occurrence counts, of the length of ``data``.
        minlength: the least length of the result.
        has_weights: whether there are weights.

    Returns:
        The counts, in the dtype of the weights, else in that of ``data``.

    Raises:
        MXNetError: floating or negative data, several axes.

    Source: MXNet 1.9.1 src/operator/numpy/np_bincount_op.cc.
    """
    if data.is_floating_point() or data.dtype is torch.bool or data.dim() != 1:
        raise op_error("_npi_bincount", "data must be integers of one axis", data=data)
    if data.numel() and int(data.min()) < 0:
        raise op_error("_npi_bincount", "data may not be negative", data=data)
    if minlength < 0:
        raise MXNetError(f"_npi_bincount: minlength={minlength} may not be negative")
    if weights is None:
        return torch.bincount(data.long(), minlength=minlength).to(data.dtype)
    if weights.shape != data.shape:
        raise op_error("_npi_bincount", "weights must have the shape of data", data=data, weights=weights)
    return torch.bincount(data.long(), weights.detach(), minlength).to(weights.dtype)


_UNIQUE = ("return_index", "return_inverse", "return_counts")


@operator("_npi_unique", zero_grad=True, outputs=lambda attrs: 1 + sum(bool(attrs[k]) for k in _UNIQUE))
def np_unique(
    data: Tensor,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
) -> tuple[Tensor, ...]:
    """The different elements, in order.

    Args:
        data: any number dtype.
        return_index: return where each occurs first, too.
        return_inverse: return which of them each element is, too.
        return_counts: return how often each occurs, too.
        axis: compare the slices along this axis; None compares the elements of the flattened array.

    Returns:
        The elements, in the dtype of ``data``; and int64 arrays of one axis.

    Raises:
        MXNetError: bool, an axis out of range.

    Source: MXNet 1.9.1 src/operator/numpy/np_unique_op.cc.
    """
    if data.dtype is torch.bool:
        raise op_error("_npi_unique", "bool arrays are not supported, cast them first", data=data)
    place = 0
    x = data.detach()
    if axis is None or not x.dim():
        x = x.reshape(-1)
    else:
        (place,) = axes_of("_npi_unique", x, (axis,))
    values, inverse, counts = torch.unique(x, return_inverse=True, return_counts=True, dim=place)
    found = [values]
    if return_index:
        at = torch.arange(inverse.numel(), device=x.device)
        first = torch.full((counts.numel(),), inverse.numel(), dtype=torch.int64, device=x.device)
        found.append(first.scatter_reduce_(0, inverse, at, "amin"))
    if return_inverse:
        found.append(inverse)
    if return_counts:
        found.append(counts)
    return tuple(found)


@operator("_npi_polyval")
def np_polyval(p: Tensor, x: Tensor) -> Tensor:
    """Values of a polynomial.

    Args:
        p: the coefficients, highest power first, one axis; numbers.
        x: where, of the dtype of ``p``.

    Returns:
        The values, of the shape of ``x``.

    Raises:
        MXNetError: coefficients of several axes, different dtypes, or bool.

    Source: MXNet 1.9.1 src/operator/numpy/np_polynomial_op.cc.
    """
    if p.dim() != 1 or p.dtype is not x.dtype or p.dtype is torch.bool:
        raise op_error("_npi_polyval", "p must have one axis, and both one dtype that is not bool", p=p, x=x)
    result = torch.zeros_like(x)
    for coefficient in p:
        result = result * x + coefficient
    return result


@operator("_npi_share_memory", zero_grad=True)
def np_share_memory(a: Tensor, b: Tensor) -> Tensor:
    """Whether two arrays lie in one memory.

    Args:
        a: any dtype.
        b: any dtype.

    Returns:
        A bool of shape ().

    Source: MXNet 1.9.1 src/operator/numpy/np_memory_op.cc.
    """
    shared = bool(a.numel() and b.numel()) and a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()
    if shared:
        start, other = a.data_ptr(), b.data_ptr()
        shared = start < other + b.numel() * b.element_size() and other < start + a.numel() * a.element_size()
    return torch.tensor(shared)


@operator("_npx_constraint_check", zero_grad=True)
def npx_constraint_check(input: Tensor, msg: str = "Constraint violated.") -> Tensor:
    """Check that all elements are true.

    Args:
        input: bool.
        msg: what the error says.

    Returns:
        A bool of shape (): True.

    Raises:
        ValueError: an element is false.
        MXNetError: the array is not bool.

    Source: MXNet 1.9.1 src/operator/numpy/np_constraint_check.cc.
    """
    if input.dtype is not torch.bool:
        raise op_error("_npx_constraint_check", "the array must be bool", input=input)
    if not bool(input.all()):
        raise ArgumentValueError(msg)
    return torch.tensor(True, device=input.device)
