"""The two sparse layouts on plain tensors: to and from dense, aligned with each other, multiplied.

``csr`` is a matrix as ``(starts, columns, values)``: row ``i`` has its columns and values at ``starts[i]`` up to
``starts[i + 1]``. ``row_sparse`` is an array as ``(rows, values)``: ``values[k]`` is row ``rows[k]``. Indices are
int64 and ascending.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from torch import Tensor

#: what torch multiplies in csr layout on every device
_MULTIPLIED = (torch.float32, torch.float64)

#: what does not fit into a 32-bit index
_INT32 = 2**31

Csr = tuple[Tensor, Tensor, Tensor]
Rows = tuple[Tensor, Tensor]


def csr_of_dense(dense: Tensor) -> Csr:
    """The elements of a matrix that are not zero."""
    return csr_of_mask(dense, dense != 0)


def csr_of_mask(dense: Tensor, mask: Tensor) -> Csr:
    """The elements of a matrix where ``mask`` holds."""
    if mask.device.type != "cpu" or not mask.is_contiguous():
        rows, columns = mask.nonzero(as_tuple=True)
        return starts_of(rows, dense.shape[0]), columns, dense[rows, columns]
    places = places_of(mask.reshape(-1))
    width = max(mask.shape[1], 1)
    rows = torch.div(places, width, rounding_mode="floor")
    return starts_of(rows, dense.shape[0]), places - rows * width, dense.reshape(-1)[places]


def places_of(mask: Tensor) -> Tensor:
    """Where a vector of bools holds."""
    if mask.device.type == "cpu":  # NumPy counts bytes, which is several times as fast
        return torch.from_numpy(np.flatnonzero(mask.numpy()))
    return mask.nonzero().reshape(-1)


def starts_of(rows: Tensor, count: int) -> Tensor:
    """Where each of ``count`` rows starts, from the row of each element."""
    starts = rows.new_zeros(count + 1)
    if rows.numel():
        torch.cumsum(torch.bincount(rows, minlength=count), 0, out=starts[1:])
    return starts


def rows_of(starts: Tensor) -> Tensor:
    """The row of each element."""
    rows = torch.arange(len(starts) - 1, dtype=starts.dtype, device=starts.device)
    return torch.repeat_interleave(rows, starts.diff())


def dense_of_csr(starts: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The matrix."""
    dense = values.new_zeros(shape)
    count = int(starts[-1])
    dense[rows_of(starts), columns[:count]] = values[:count]
    return dense


def rows_of_dense(dense: Tensor) -> Rows:
    """The rows that are not all zero."""
    mask = (dense != 0).reshape(dense.shape[0], -1)
    if mask.shape[1] % 8 == 0 and mask.is_contiguous():
        mask = mask.view(torch.int64)
    rows = places_of(mask.reshape(-1) != 0 if mask.shape[1] == 1 else mask.any(1))
    return rows, dense.index_select(0, rows)


def dense_of_rows(rows: Tensor, values: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The array."""
    dense = values.new_zeros(shape)
    dense[rows] = values
    return dense


def align(keys_a: Tensor, a: Tensor, keys_b: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The ascending union of two lists of keys, and the values of both there, zero where one has none."""
    if torch.equal(keys_a, keys_b):
        return keys_a, a, b
    keys, places = _union(torch.cat([keys_a, keys_b]))
    return keys, _spread(len(keys), places[: len(keys_a)], a), _spread(len(keys), places[len(keys_a) :], b)


def _union(keys: Tensor) -> tuple[Tensor, Tensor]:
    """The different keys, ascending, and which of them each key is; the keys are two ascending runs."""
    if keys.device.type != "cpu" or not len(keys):
        return torch.unique(keys, return_inverse=True)  # type: ignore[no-any-return]
    order = torch.from_numpy(np.argsort(keys.numpy(), kind="stable"))  # finds the runs and merges them
    ascending = keys.index_select(0, order)
    first = torch.ones(len(keys), dtype=torch.bool)
    torch.ne(ascending[1:], ascending[:-1], out=first[1:])
    places = torch.empty_like(keys)
    places[order] = first.cumsum(0) - 1
    return ascending.index_select(0, places_of(first)), places


def _spread(count: int, places: Tensor, values: Tensor) -> Tensor:
    return values.new_zeros((count, *values.shape[1:])).index_copy_(0, places, values)


def csr_sum(a: Csr, b: Csr, shape: tuple[int, ...], factor: float) -> Csr | None:
    """``a + factor * b`` with its zeros; None where torch has no kernel for it."""
    if a[2].dtype not in _MULTIPLIED or a[2].device.type != "cpu" or max(shape) >= _INT32:
        return None
    left, right = (_csr(starts.int(), columns.int(), values, shape) for starts, columns, values in (a, b))
    total = torch.add(left, right, alpha=factor)
    return total.crow_indices().long(), total.col_indices().long(), total.values()


def csr_times_dense(starts: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, ...], dense: Tensor) -> Tensor:
    """The product of a csr matrix and a dense matrix."""
    if values.dtype not in _MULTIPLIED:
        return dense_of_csr(starts, columns, values, shape) @ dense
    return _csr(starts, columns, values, shape) @ dense


def csr_transposed_times_dense(starts: Tensor, columns: Tensor, values: Tensor, dense: Tensor) -> Rows:
    """The product of a transposed csr matrix and a dense matrix: the rows that have elements."""
    if not len(columns):
        return columns, dense.new_zeros((0, dense.shape[1]))
    if max(dense.shape[0], len(columns)) < _INT32 and int(columns.max()) < _INT32:
        starts, columns = starts.int(), columns.int()  # less memory to move, and a faster sort
    ascending, order = columns.sort(stable=True)
    rows, counts = torch.unique_consecutive(ascending, return_counts=True)
    turned_starts = torch.cat([counts.new_zeros(1), counts.cumsum(0)]).to(starts.dtype)
    of_rows, values = rows_of(starts).index_select(0, order), values.index_select(0, order)
    shape = (len(rows), dense.shape[0])
    return rows.long(), csr_times_dense(turned_starts, of_rows, values, shape, dense)


def _csr(starts: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, ...]) -> Tensor:
    return torch.sparse_csr_tensor(starts, columns, values, shape, check_invariants=False)


with warnings.catch_warnings():  # torch says once that its csr tensors are in beta
    warnings.simplefilter("ignore")
    _csr(torch.zeros(2, dtype=torch.int64), torch.zeros(0, dtype=torch.int64), torch.zeros(0), (1, 1))


def _coo(coordinates: Tensor, values: Tensor, shape: Any) -> Tensor:
    return torch.sparse_coo_tensor(coordinates, values, tuple(shape), check_invariants=False)


class RowGradient(torch.autograd.Function):
    """Rows of a table, whose gradient is a torch sparse tensor that holds the rows used and no others."""

    @staticmethod
    def forward(ctx: Any, table: Tensor, index: Tensor) -> Tensor:
        ctx.save_for_backward(index)
        ctx.shape = table.shape
        return table[index]

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        (index,) = ctx.saved_tensors
        values = grads[0].reshape(-1, *ctx.shape[1:])
        return _coo(index.reshape(1, -1), values, ctx.shape), None


class CsrDot(torch.autograd.Function):
    """``dot(csr, dense)`` or ``dot(csr.T, dense)``, differentiable by the dense matrix."""

    @staticmethod
    def forward(
        ctx: Any, dense: Tensor, starts: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, int],
        transposed: bool, sparse_grad: bool,
    ) -> Tensor:  # fmt: skip
        ctx.save_for_backward(starts, columns, values)
        ctx.how = shape, transposed, sparse_grad
        if not transposed:
            return csr_times_dense(starts, columns, values, shape, dense)
        rows, product = csr_transposed_times_dense(starts, columns, values, dense)
        return dense_of_rows(rows, product, (shape[1], dense.shape[1]))

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        starts, columns, values = ctx.saved_tensors
        shape, transposed, sparse_grad = ctx.how
        grad = grads[0]
        if transposed:
            rows = starts.diff().nonzero().reshape(-1)
            size = (shape[0], grad.shape[1])
            full = csr_times_dense(starts, columns, values, shape, grad)
            found = _coo(rows.reshape(1, -1), full[rows], size) if sparse_grad else full
        else:
            rows, product = csr_transposed_times_dense(starts, columns, values, grad)
            size = (shape[1], grad.shape[1])
            found = _coo(rows.reshape(1, -1), product, size) if sparse_grad else dense_of_rows(rows, product, size)
        return (found,) + (None,) * 6
