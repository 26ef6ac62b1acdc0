"""The two sparse layouts on plain tensors: to and from dense, aligned with each other, multiplied.

``csr`` is a matrix as ``(starts, columns, values)``: row ``i`` has its columns and values at ``starts[i]`` up to
``starts[i + 1]``. ``row_sparse`` is an array as ``(rows, values)``: ``values[k]`` is row ``rows[k]``. Indices are
int64 and ascending.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import Tensor

#: what torch multiplies in csr layout on every device
_MULTIPLIED = (torch.float32, torch.float64)

Csr = tuple[Tensor, Tensor, Tensor]
Rows = tuple[Tensor, Tensor]


def csr_of_dense(dense: Tensor) -> Csr:
    """The elements of a matrix that are not zero."""
    return csr_of_mask(dense, dense != 0)


def csr_of_mask(dense: Tensor, mask: Tensor) -> Csr:
    """The elements of a matrix where ``mask`` holds."""
    rows, columns = mask.nonzero(as_tuple=True)
    return starts_of(rows, dense.shape[0]), columns, dense[rows, columns]


def starts_of(rows: Tensor, count: int) -> Tensor:
    """Where each of ``count`` rows starts, from the row of each element."""
    starts = rows.new_zeros(count + 1)
    if rows.numel():
        torch.cumsum(torch.bincount(rows, minlength=count), 0, out=starts[1:])
    return starts


def rows_of(starts: Tensor) -> Tensor:
    """The row of each element."""
    return torch.repeat_interleave(torch.arange(len(starts) - 1, device=starts.device), starts.diff())


def dense_of_csr(starts: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The matrix."""
    dense = values.new_zeros(shape)
    count = int(starts[-1])
    dense[rows_of(starts), columns[:count]] = values[:count]
    return dense


def rows_of_dense(dense: Tensor) -> Rows:
    """The rows that are not all zero."""
    rows = (dense != 0).reshape(dense.shape[0], -1).any(1).nonzero().reshape(-1)
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
    keys, places = torch.unique(torch.cat([keys_a, keys_b]), return_inverse=True)
    return keys, _spread(len(keys), places[: len(keys_a)], a), _spread(len(keys), places[len(keys_a) :], b)


def _spread(count: int, places: Tensor, values: Tensor) -> Tensor:
    spread = values.new_zeros((count, *values.shape[1:]))
    spread[places] = values
    return spread


def csr_times_dense(starts: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, ...], dense: Tensor) -> Tensor:
    """The product of a csr matrix and a dense matrix."""
    if values.dtype not in _MULTIPLIED:
        return dense_of_csr(starts, columns, values, shape) @ dense
    return _csr(starts, columns, values, shape) @ dense


def csr_transposed_times_dense(starts: Tensor, columns: Tensor, values: Tensor, dense: Tensor) -> Rows:
    """The product of a transposed csr matrix and a dense matrix: the rows that have elements."""
    order = torch.argsort(columns, stable=True)
    rows, counts = torch.unique_consecutive(columns[order], return_counts=True)
    if not len(rows):
        return rows, dense.new_zeros((0, dense.shape[1]))
    turned_starts = torch.cat([counts.new_zeros(1), counts.cumsum(0)])
    shape = (len(rows), dense.shape[0])
    return rows, csr_times_dense(turned_starts, rows_of(starts)[order], values[order], shape, dense)


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
