"""Lazy optimizer updates: with a row_sparse gradient only the rows that it has are touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..._core.context import current_context
from ..._core.errors import MXNetError
from ...ops.optimizer.rmsprop import adagrad_rows, group_adagrad_rows
from ...registry.operator import Operator
from .._invoke import run
from .base import BaseSparseNDArray
from .row_sparse import RowSparseNDArray

#: operator -> the storage types (weight, gradient, states...) that MXNet updates by rows
_BY_ROWS: dict[str, tuple[str, ...]] = {
    "sgd_update": ("dr", "rr"),
    "sgd_mom_update": ("drd", "rrr"),
    "adam_update": ("drdd", "rrrr"),
    "ftrl_update": ("rrrr",),
    "_sparse_adagrad_update": ("drd", "rrr"),
    "_contrib_group_adagrad_update": ("drd", "rrr"),
}
#: those that have no dense form, and what they do to rows
_KERNELS = {"_sparse_adagrad_update": adagrad_rows, "_contrib_group_adagrad_update": group_adagrad_rows}


def update_rows(op: Operator, arrays: Sequence[Any], values: tuple[Any, ...], kinds: str, out: Any) -> bool:
    """Run an optimizer operator on the rows of a row_sparse gradient, in place.

    Returns:
        Whether it was done; if not, MXNet falls back to dense for these storage types and attributes.

    Raises:
        MXNetError: storage types that MXNet has no update for; a row_sparse weight that lacks rows.
    """
    legal = _BY_ROWS.get(op.name)
    if legal is None:
        return False
    lazy = op.attr_dict(values).get("lazy_update", True)
    if kinds not in legal or not lazy or op.attr_dict(values).get("wd") and op.name in _KERNELS:
        if op.name in _KERNELS:
            raise MXNetError(f"{op.name}: Operator not implemented for storage types {kinds!r}, legal are {legal}")
        return False
    weight, grad, *states = arrays
    target = out[0] if isinstance(out, (list, tuple)) else out
    if target is not None and target is not weight:
        target[:] = weight
    written = weight if target is None else target
    (rows,) = grad._aux
    if not len(rows):
        return True
    if isinstance(weight, RowSparseNDArray) and len(weight._aux[0]) != weight._dims[0]:
        raise MXNetError(f"{op.name}: a row_sparse weight must have all of its {weight._dims[0]} rows")
    homes = [_all_rows(state) for state in states]
    parts = [home.index_select(0, rows) for home in homes]
    tensors = [_all_rows(weight).index_select(0, rows), grad._values, *parts]
    kernel = _KERNELS.get(op.name)
    if kernel is None:
        result = run(op, tensors, values, current_context())
    else:
        attrs = op.attr_dict(values)
        result = kernel(*tensors, *[attrs[n] for n in ("lr", "epsilon", "rescale_grad", "clip_gradient")])
    updated = result if isinstance(result, Tensor) else result[0]
    for array, part in zip((written, *states), (updated, *parts), strict=True):
        _write_rows(array, rows, part)
    return True


def _write_rows(array: Any, rows: Tensor, values: Tensor) -> None:
    """Overwrite rows of an array; the dense leaf that stands for a row_sparse one in graphs gets them, too."""
    _all_rows(array).index_copy_(0, rows, values)
    twin = array._twin if isinstance(array, BaseSparseNDArray) else None
    if twin is not None and twin.is_leaf:
        twin.data[rows] = values


def _all_rows(array: Any) -> Tensor:
    """The memory of an array with every row there; a row_sparse array is given the rows that it lacks."""
    if not isinstance(array, BaseSparseNDArray):
        dense: Tensor = array._t.data
        return dense
    (rows,) = array._aux
    if len(rows) != array._dims[0]:
        array._values = array._dense()
        array._aux = (torch.arange(array._dims[0], device=rows.device),)
    return array._values
