"""sort, argsort and topk."""

from __future__ import annotations

from math import isnan
from typing import Annotated, Any, Literal

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ..._core.state import THREAD
from ...registry import operator
from ...registry.operator import op_error
from ._exact import partial_order, sort_order

_Dtype = Annotated[torch.dtype, "uint8", "int32", "int64", "float16", "float32", "float64"]


def _order(data: Tensor, k: int, ascending: bool) -> tuple[Tensor, Tensor]:
    """The first ``k`` elements along the last axis in sorted order, and their positions; ties and NaN as in MXNet.

    MXNet's CUDA sort is stable; so is ours there. On CPU its order of equal elements is replayed where it differs.
    """
    count = data.shape[-1]
    partial = k * 8 <= count  # MXNet selects few of many by another algorithm
    ties = None
    nan_first = not ascending  # where NaN, the largest value for torch, comes to lie
    if k == 1:
        order = (torch.argmin if ascending else torch.argmax)(data, -1, keepdim=True)  # the first of ties, or NaN
        values = data.gather(-1, order)
        nan_first = True
    elif partial and data.device.type == "cpu":
        values, order = torch.topk(data, k + 1, -1, not ascending)
        ties = values[..., 1:] == values[..., :-1]
        values, order = values[..., :k], order[..., :k]
    else:
        values, order = torch.sort(data, dim=-1, descending=not ascending, stable=True)
        if count > 16:
            ties = values[..., 1 : k + 1] == values[..., : min(k, count - 1)]
        if k < count:
            order = order[..., :k]
            nan_first = nan_first and k > 0
    if data.device.type != "cpu" or data.numel() == 0 or torch.compiler.is_compiling():
        return values if k == values.shape[-1] else values[..., :k], order
    odd = None
    if data.is_floating_point() and isnan(values.sum().item() if nan_first or k == count else data.sum().item()):
        # NaN, or infinities of both signs
        if nan_first:
            suspects = values[..., 0]
        else:
            suspects = values[..., -1] if values.shape[-1] == count else data.amax(-1)
        nan = torch.isnan(suspects)
        odd = nan if bool(nan.any()) else None
    if ties is not None and bool(ties.any()):
        tied = ties.any(-1)
        odd = tied if odd is None else odd | tied
    if odd is None:
        return values if k == values.shape[-1] else values[..., :k], order
    order = _replay(data, order, odd, k, ascending, partial)
    return data.gather(-1, order), order


def _replay(data: Tensor, order: Tensor, odd: Tensor, k: int, ascending: bool, partial: bool) -> Tensor:
    rows = data.reshape(-1, data.shape[-1])[odd.reshape(-1)]
    keys = (rows.float() if rows.dtype in (torch.float16, torch.bfloat16) else rows).numpy()
    exact = partial_order(keys, k, not ascending) if partial else sort_order(keys, not ascending)[:, :k].copy()
    result = order.reshape(-1, k).clone()
    result[odd.reshape(-1)] = torch.from_numpy(exact)
    return result.reshape(order.shape)


def _may_hold_nan(data: Tensor) -> bool:
    """Whether NaN may be among the elements; where that cannot be looked at for free, the answer is yes."""
    if data.device.type != "cpu" or torch.compiler.is_compiling():
        return True
    return isnan(data.sum().item())


def _along(op: str, data: Tensor, axis: int | None) -> tuple[Tensor, int]:
    """The data and the axis to order along; flattened if ``axis`` is None."""
    if data.dtype is torch.bool or (data.dim() == 0 and (axis is not None or not THREAD.np_shape)):
        raise op_error(op, "data must be numbers with one axis or more", data=data)
    if axis is None:
        return data.reshape(-1), 0
    if not -data.dim() <= axis < data.dim():
        raise op_error(op, f"axis={axis} is out of range", data=data)
    return data, axis % data.dim()


def _ranked(data: Tensor, axis: int, k: int, ascending: bool) -> tuple[Tensor, Tensor]:
    """The first ``k`` elements along an axis in sorted order, with their gradient, and their positions."""
    source = data.detach() if data.requires_grad else data
    last = axis == data.dim() - 1
    values, order = _order(source if last else source.movedim(axis, -1).contiguous(), k, ascending)
    if not last:
        values, order = values.movedim(-1, axis), order.movedim(-1, axis)
    return data.gather(axis, order) if data.requires_grad else values, order


def _refuse_float16(op: str, data: Tensor) -> None:
    if data.dtype is torch.float16:
        raise op_error(op, "float16 is not supported (topk with k=0 is)", data=data)


@operator("sort", aliases=("_npi_sort",))
def sort(data: Tensor, axis: int | None = -1, is_ascend: bool = True) -> Tensor:
    """Sort along an axis.

    Args:
        data: any number dtype but float16.
        axis: the axis, counted from the end if negative; None sorts the flattened array.
        is_ascend: ascending or descending.

    Returns:
        The sorted array, in the dtype of ``data``; one axis if ``axis`` is None. NaN stays about where it is.

    Raises:
        MXNetError: an axis out of range, float16, bool.

    Differences: has a gradient for every ``axis``; that of MXNet fails when ``axis`` is left out.

    Source: MXNet 1.9.1 src/operator/tensor/ordering_op.cc.
    """
    _refuse_float16("sort", data)
    data, axis = _along("sort", data, axis)
    if not data.requires_grad and not (data.is_floating_point() and _may_hold_nan(data)):
        return torch.sort(data, axis, not is_ascend)[0]  # among equal values the order does not show
    return _ranked(data, axis, data.shape[axis], is_ascend)[0]


@operator("argsort", aliases=("_npi_argsort",), zero_grad=True)
def argsort(data: Tensor, axis: int | None = -1, is_ascend: bool = True, dtype: _Dtype = torch.float32) -> Tensor:
    """Positions that sort an array along an axis.

    Args:
        data: any number dtype but float16.
        axis: the axis, counted from the end if negative; None sorts the flattened array.
        is_ascend: ascending or descending.
        dtype: dtype of the positions, which may round or wrap large ones.

    Returns:
        The positions; equal elements come in MXNet's order, which is that of the input up to 16 elements.

    Raises:
        MXNetError: an axis out of range, float16, bool.

    Source: MXNet 1.9.1 src/operator/tensor/ordering_op.cc.
    """
    _refuse_float16("argsort", data)
    data, axis = _along("argsort", data, axis)
    if not data.numel():
        return torch.zeros(data.shape, dtype=dtype, device=data.device)
    return _ranked(data, axis, data.shape[axis], is_ascend)[1].to(dtype)


def _topk_outputs(attrs: dict[str, Any]) -> int:
    return 2 if attrs["ret_typ"] == "both" else 1


@operator("topk", aliases=("_npx_topk",), outputs=_topk_outputs)
def topk(
    data: Tensor,
    axis: int | None = -1,
    k: int = 1,
    ret_typ: Literal["both", "indices", "mask", "value"] = "indices",
    is_ascend: bool = False,
    dtype: _Dtype = torch.float32,
) -> tuple[Tensor, ...]:
    """The k largest (or smallest) elements along an axis, in order.

    Args:
        data: any number dtype.
        axis: the axis, counted from the end if negative; None looks at the flattened array.
        k: how many, at most the size of the axis; zero or less for all.
        ret_typ: their positions, their values, both, or a mask of the shape of ``data`` with ones where they are.
        is_ascend: the smallest ones.
        dtype: dtype of the positions, which may round or wrap large ones.

    Returns:
        What ``ret_typ`` says; values and mask in the dtype of ``data``. Equal elements come in MXNet's order.

    Raises:
        MXNetError: an axis out of range, ``k`` larger than the axis, bool.

    Source: MXNet 1.9.1 src/operator/tensor/ordering_op.cc.
    """
    shape = data.shape
    data, axis = _along("topk", data, axis)
    size = data.shape[axis]
    if k > size:
        raise MXNetError(f"topk: k={k} is larger than the {size} elements along the axis")
    values, order = _ranked(data, axis, k if k > 0 else size, is_ascend)
    if ret_typ == "indices":
        return (order.to(dtype),)
    if ret_typ == "mask":
        return (torch.zeros_like(data, requires_grad=False).scatter_(axis, order, 1).reshape(shape),)
    return (values,) if ret_typ == "value" else (values, order.to(dtype))
