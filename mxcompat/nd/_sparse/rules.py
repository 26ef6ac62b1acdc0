"""The operators that keep sparse arrays sparse: what MXNet's storage inference decides, on the stored values.

A rule takes a `Call` and returns the result, or None where MXNet falls back to dense. Rules compute without history.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..._core.context import current_context
from ..._core.errors import ArgumentValueError, MXNetError
from ...ops.sparse.layout import (
    align,
    csr_of_mask,
    csr_sum,
    csr_times_dense,
    csr_transposed_times_dense,
    rows_of,
    starts_of,
)
from ...registry.operator import Operator, check_same_dtype
from .._invoke import run
from ..ndarray import NDArray
from .base import BaseSparseNDArray, in_storage
from .csr import CSRNDArray
from .row_sparse import RowSparseNDArray

_INITIAL = {"default": "d", "csr": "c", "row_sparse": "r"}


@dataclass
class Call:
    """One call of an operator: its arrays, checked attribute values, and their storage types as letters (d, c, r)."""

    op: Operator
    arrays: Sequence[Any]
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        self.kinds = "".join([_INITIAL[a.stype] for a in self.arrays if a is not None])
        self.attrs = self.op.attr_dict(self.values)

    def compute(self, *tensors: Tensor) -> Tensor:
        """The operator itself on other tensors."""
        result: Tensor = run(self.op, tensors, self.values, current_context())
        return result

    def refuse(self) -> MXNetError:
        """The error for storage types that MXNet has no implementation for."""
        shown = ", ".join(a.stype for a in self.arrays if a is not None)
        return MXNetError(f"{self.op.name}: Operator not implemented for input storage types [{shown}]")


Rule = Callable[[Call], Any]
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        for name in names:
            RULES[name] = rule
        return rule

    return register


# ---- one array


@rule(
    "BlockGrad", "_contrib_backward_gradientmultiplier", "_contrib_gradientmultiplier", "_contrib_round_ste",
    "_contrib_sign_ste", "_copy", "_div_scalar", "_mul_scalar", "_scatter_minus_scalar", "_scatter_plus_scalar", "abs",
    "arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "ceil", "degrees", "expm1", "fix", "floor", "log1p", "make_loss",
    "negative", "radians", "relu", "rint", "round", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh", "trunc",
)  # fmt: skip
def _same_elements(call: Call) -> Any:
    (array,) = call.arrays
    return array._like(call.compute(array._values))


@rule(
    "_plus_scalar", "_minus_scalar", "_equal_scalar", "_not_equal_scalar", "_greater_scalar", "_greater_equal_scalar",
    "_lesser_scalar", "_lesser_equal_scalar",
)  # fmt: skip
def _where_zero_stays(call: Call) -> Any:
    (array,) = call.arrays
    if bool(call.compute(torch.zeros(1, dtype=array._values.dtype, device=array._values.device))[0] != 0):
        return None
    return _same_elements(call)


@rule("clip")
def _clip(call: Call) -> Any:
    if not call.attrs["a_min"] <= 0 <= call.attrs["a_max"]:
        raise call.refuse()
    return _same_elements(call)


@rule("_contrib_quadratic")
def _quadratic(call: Call) -> Any:
    if call.kinds != "c" or call.attrs["c"] != 0:
        return None
    return _same_elements(call)


@rule("zeros_like")
def _zeros_like(call: Call) -> Any:
    (array,) = call.arrays
    return array._zeros(array._dims, array._values.dtype, array._ctx)


@rule("cast_storage")
def _cast_storage(call: Call) -> Any:
    (array,) = call.arrays
    stype = call.attrs["stype"]
    if array.stype == stype:
        return array.detach().copy()
    if array.stype != "default" and stype != "default":
        raise call.refuse()
    if stype == "csr" and array.ndim != 2:
        raise ArgumentValueError(f"storage type 'csr' needs two axes, got an array of shape {array.shape}")
    return in_storage(stype, array.detach())


@rule("slice")
def _slice(call: Call) -> Any:
    (array,) = call.arrays
    begin, end, step = call.attrs["begin"], call.attrs["end"], call.attrs["step"]
    if call.kinds != "c" or any(s not in (None, 1) for s in step or ()) or len(begin) > 2 or len(begin) != len(end):
        return None
    bounds = [slice(b, e).indices(n)[:2] for b, e, n in zip(begin, end, array._dims, strict=False)]
    (first, last), (left, right) = (*bounds, (0, array._dims[1]))[:2]
    last, right = max(first, last), max(left, right)
    starts, columns = array._aux
    low, high = int(starts[first]), int(starts[last])
    columns, values = columns[low:high], array._values[low:high]
    starts = starts[first : last + 1] - low
    if (left, right) != (0, array._dims[1]):
        inside = (columns >= left) & (columns < right)
        rows = rows_of(starts)[inside]
        starts, columns, values = starts_of(rows, last - first), columns[inside] - left, values[inside]
    return CSRNDArray._make(values.clone(), (starts, columns), (last - first, right - left), array._ctx)


@rule("_square_sum")
def _square_sum(call: Call) -> Any:
    (array,) = call.arrays
    axis, keepdims = call.attrs["axis"], call.attrs["keepdims"]
    if call.kinds != "r" or array.ndim != 2 or axis not in ((0,), (1,)):
        raise call.refuse()
    if axis == (0,) or not keepdims:
        return None
    sums = (array._values * array._values).sum(1, keepdim=True)
    return RowSparseNDArray._make(sums, array._aux, (array._dims[0], 1), array._ctx)


@rule("_contrib_getnnz")
def _getnnz(call: Call) -> Any:
    (array,) = call.arrays
    axis = call.attrs["axis"]
    if call.kinds != "c":
        raise call.refuse()
    if axis not in (None, 1):
        raise MXNetError(f"getnnz: axis={axis} is not supported, legal are None and 1")
    starts = array._aux[0]
    return NDArray._wrap(starts.diff() if axis == 1 else starts[-1:].clone(), array._ctx)


# ---- two arrays


@rule("elemwise_add", "elemwise_sub", "elemwise_mul", "_grad_add", "_hypot", "_maximum", "_minimum")
def _elementwise(call: Call) -> Any:
    lhs, rhs = call.arrays
    if lhs.shape != rhs.shape:
        return None  # the dense way says what is wrong
    check_same_dtype(call.op, call.op.inputs, [_first_tensor(lhs), _first_tensor(rhs)])
    if call.kinds == "rr":
        rows, a, b = align(lhs._aux[0], lhs._values, rhs._aux[0], rhs._values)
        return RowSparseNDArray._make(call.compute(a, b), (rows,), lhs._dims, lhs._ctx)
    if call.kinds == "cc":
        return _csr_union(call, lhs, rhs)
    if call.op.name == "elemwise_mul" and "d" in call.kinds:
        if lhs.stype == "default":
            return rhs._like(call.compute(_at_elements(rhs, lhs._t.detach()), rhs._values))
        return lhs._like(call.compute(lhs._values, _at_elements(lhs, rhs._t.detach())))
    return None


def _first_tensor(array: Any) -> Tensor:
    tensor: Tensor = array._values if isinstance(array, BaseSparseNDArray) else array._t
    return tensor


#: what the operators that add multiply the second array with
_SUMS = {"elemwise_add": 1, "_grad_add": 1, "elemwise_sub": -1}


def _csr_union(call: Call, lhs: CSRNDArray, rhs: CSRNDArray) -> CSRNDArray:
    if all(torch.equal(own, other) for own, other in zip(lhs._aux, rhs._aux, strict=True)):
        values = call.compute(lhs._values, rhs._values)
        if bool((values != 0).all()):
            return CSRNDArray._make(values, lhs._aux, lhs._dims, lhs._ctx)
    rows, width = lhs._dims
    factor = _SUMS.get(call.op.name)
    total = None if factor is None else csr_sum(lhs._parts(), rhs._parts(), lhs._dims, factor)
    if total is not None:
        starts, columns, values = total
        kept = values != 0
        if not bool(kept.all()):
            starts = starts_of(rows_of(starts)[kept], rows)
            columns, values = columns[kept], values[kept]
        return CSRNDArray._make(values, (starts, columns), lhs._dims, lhs._ctx)
    keys, a, b = align(_keys(lhs), lhs._values, _keys(rhs), rhs._values)
    values = call.compute(a, b)
    kept = values != 0
    keys, values = keys[kept], values[kept]
    starts = starts_of(torch.div(keys, width, rounding_mode="floor"), rows)
    return CSRNDArray._make(values, (starts, keys % width), lhs._dims, lhs._ctx)


def _keys(array: CSRNDArray) -> Tensor:
    starts, columns = array._aux
    return rows_of(starts) * array._dims[1] + columns


def _at_elements(array: Any, dense: Tensor) -> Tensor:
    """The values of a dense tensor where a sparse array has elements; a matrix may be stretched."""
    if isinstance(array, RowSparseNDArray):
        return dense.index_select(0, array._aux[0])
    starts, columns = array._aux
    return dense.expand(array._dims)[rows_of(starts), columns]


@rule("broadcast_mul", "broadcast_div")
def _broadcast_product(call: Call) -> Any:
    lhs, rhs = call.arrays
    if call.kinds != "cd" or rhs.ndim > 2:
        return None
    if call.op.name == "broadcast_div" and lhs.shape == rhs.shape:
        raise MXNetError("broadcast_div: Please use elemwise_div for division between csr and dense of the same shape")
    check_same_dtype(call.op, call.op.inputs, [lhs._values, rhs._t])
    if any(n not in (1, m) for n, m in zip(rhs.shape[::-1], lhs.shape[::-1], strict=False)):
        return None  # not to be stretched to a csr array
    return lhs._like(call.compute(lhs._values, _at_elements(lhs, rhs._t.detach())))


@rule("_scatter_elemwise_div")
def _scatter_divide(call: Call) -> Any:
    lhs, rhs = call.arrays
    if call.kinds[0] != "r":
        return None
    check_same_dtype(call.op, call.op.inputs, [lhs._values, _first_tensor(rhs)])
    return lhs._like(call.compute(lhs._values, _at_elements(lhs, rhs._t.detach())))


@rule("_identity_with_attr_like_rhs")
def _like_other(call: Call) -> Any:
    lhs, rhs = call.arrays
    return None if rhs.stype == "default" else in_storage(rhs.stype, lhs.detach())


@rule("_sparse_retain")
def _retain(call: Call) -> Any:
    data, indices = call.arrays
    if call.kinds != "rd":
        raise call.refuse()
    wanted = indices._t.detach().reshape(-1).long()
    (rows,) = data._aux
    if not len(rows):
        return data._zeros(data._dims, data._values.dtype, data._ctx)
    place = torch.searchsorted(rows, wanted).clamp_(max=len(rows) - 1)
    values = data._values.index_select(0, place)
    found = rows.index_select(0, place) == wanted
    if not bool(found.all()):
        values[~found] = 0
    return RowSparseNDArray._make(values, (wanted,), data._dims, data._ctx)


@rule("take")
def _take(call: Call) -> Any:
    array, indices = call.arrays
    if call.kinds != "cd" or call.attrs["axis"] != 0 or indices.ndim != 1:
        return None
    count = array._dims[0]
    index = indices._t.detach().long()
    mode = call.attrs["mode"]
    if mode == "raise" and bool(((index < 0) | (index >= count)).any()):
        raise MXNetError(f"take: indices must be in [0, {count}) with mode='raise'")
    index = index.remainder(count) if mode == "wrap" else index.clamp(0, count - 1)
    starts, columns = array._aux
    sizes = starts.diff()[index]
    new_starts = starts_of(torch.repeat_interleave(torch.arange(len(index), device=index.device), sizes), len(index))
    inside = torch.arange(int(new_starts[-1]), device=index.device) - torch.repeat_interleave(new_starts[:-1], sizes)
    places = torch.repeat_interleave(starts[index], sizes) + inside
    dims = (len(index), array._dims[1])
    return CSRNDArray._make(array._values[places], (new_starts, columns[places]), dims, array._ctx)


@rule("Embedding")
def _embedding(call: Call) -> Any:
    if "c" in call.kinds or call.kinds[0] == "r":
        raise call.refuse()
    return None


@rule("BatchNorm")
def _batch_norm(call: Call) -> Any:
    if call.attrs["fix_gamma"]:
        raise MXNetError("BatchNorm: fix_gamma=True is not supported for sparse ndarrays")
    return None


@rule("FullyConnected")
def _fully_connected(call: Call) -> Any:
    bias = call.arrays[2]
    if bias is None or bias.ndim != 2 or bias.shape[1] != 1:
        return None
    data, weight = (a._t.detach() for a in call.arrays[:2])  # with sparse inputs MXNet takes a bias of one column
    return NDArray._wrap(call.compute(data, weight, bias._t.detach().reshape(-1)), call.arrays[0]._ctx)


# ---- any number of arrays


@rule("add_n")
def _add_n(call: Call) -> Any:
    first = call.arrays[0]
    if set(call.kinds) != {"r"} or any(a.shape != first.shape for a in call.arrays):
        return None
    rows = torch.unique(torch.cat([a._aux[0] for a in call.arrays]))
    total = first._values.new_zeros((len(rows), *first._dims[1:]))
    for array in call.arrays:
        total[torch.searchsorted(rows, array._aux[0])] += array._values
    return RowSparseNDArray._make(total, (rows,), first._dims, first._ctx)


@rule("Concat", "concat")
def _concat(call: Call) -> Any:
    first = call.arrays[0]
    if set(call.kinds) != {"c"} or call.attrs["dim"] != 0 or any(a.shape[1] != first.shape[1] for a in call.arrays):
        return None
    sizes = torch.cat([a._aux[0].diff() for a in call.arrays])
    starts = torch.cat([sizes.new_zeros(1), sizes.cumsum(0)])
    columns = torch.cat([a._aux[1] for a in call.arrays])
    values = torch.cat([a._values for a in call.arrays])
    return CSRNDArray._make(values, (starts, columns), (len(sizes), first._dims[1]), first._ctx)


# ---- dot


@rule("dot")
def _dot(call: Call) -> Any:
    lhs, rhs = call.arrays
    turn_a, turn_b, wanted = call.values
    if call.kinds in ("cd", "cr") and not turn_b:
        return _csr_dot(call, lhs, rhs, turn_a, wanted)
    if call.kinds == "dc" and not turn_a and lhs.ndim == 2 and wanted != "default":
        return _dot_csr(call, lhs, rhs, turn_b)
    return _stored(wanted, call)


def _stored(wanted: str | None, call: Call) -> Any:
    if wanted in (None, "default"):
        return None
    lhs, rhs = (a._t.detach() for a in call.arrays)
    return in_storage(wanted, NDArray._wrap(call.compute(lhs, rhs), call.arrays[0]._ctx))


def _csr_dot(call: Call, lhs: CSRNDArray, rhs: Any, transposed: bool, wanted: str | None) -> Any:
    dense = rhs._t.detach()
    check_csr_dot(call, lhs, dense, transposed)
    if not transposed:
        result: Any = NDArray._wrap(csr_times_dense(*lhs._parts(), lhs._dims, dense), lhs._ctx)
    else:
        rows, product = csr_transposed_times_dense(*lhs._parts(), dense)
        dims = (lhs._dims[1], dense.shape[1])
        result = RowSparseNDArray._make(product, (rows,), dims, lhs._ctx)
    if wanted in (None, result.stype):
        return result
    return in_storage(wanted, in_storage("default", result))


def _check_dot(call: Call, lhs: CSRNDArray, dense: Tensor) -> None:
    check_same_dtype(call.op, call.op.inputs, [lhs._values, dense])


def check_csr_dot(call: Call, lhs: CSRNDArray, dense: Tensor, transposed: bool) -> None:
    """MXNetError unless a csr array and a dense tensor can be multiplied."""
    _check_dot(call, lhs, dense)
    if dense.dim() != 2:
        raise MXNetError(f"dot: sparse dot needs a matrix on the right, got shape {tuple(dense.shape)}")
    inner = lhs._dims[0] if transposed else lhs._dims[1]
    if inner != dense.shape[0]:
        raise MXNetError(f"dot: shapes {lhs._dims} (transpose_a={transposed}) and {tuple(dense.shape)} do not match")


def _dot_csr(call: Call, lhs: NDArray, rhs: CSRNDArray, transposed: bool) -> Any:
    """Dense times csr is csr: every row has the columns that ``rhs`` (or its transpose) has."""
    dense = lhs._t.detach()
    _check_dot(call, rhs, dense)
    inner, width = rhs._dims[::-1] if transposed else rhs._dims
    if dense.shape[1] != inner:
        raise MXNetError(f"dot: shapes {tuple(dense.shape)} and {rhs._dims} (transpose_b={transposed}) do not match")
    if transposed:
        product = csr_times_dense(*rhs._parts(), rhs._dims, dense.T.contiguous()).T
        present = rhs._aux[0].diff() > 0
    else:
        rows, part = csr_transposed_times_dense(*rhs._parts(), dense.T.contiguous())
        product = dense.new_zeros((dense.shape[0], width))
        product[:, rows] = part.T
        present = torch.zeros(width, dtype=torch.bool, device=dense.device)
        present[rows] = True
    starts, columns, values = csr_of_mask(product, present.expand(product.shape))
    return CSRNDArray._make(values, (starts, columns), tuple(product.shape), lhs._ctx)
