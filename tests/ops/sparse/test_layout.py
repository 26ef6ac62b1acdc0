"""Sparse layouts on tensors, against the same on dense ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mxcompat.ops.sparse import layout


def matrix(rows, columns, seed, share=0.3, dtype="float32"):
    rng = np.random.RandomState(seed)
    values = rng.uniform(-1, 1, (rows, columns)) * (rng.uniform(size=(rows, columns)) < share)
    return torch.from_numpy(values.astype(dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64", "uint8"])
@pytest.mark.parametrize("shape", [(4, 5), (1, 8), (7, 1), (3, 16), (2, 24)])
def test_there_and_back(shape, dtype):
    dense = (matrix(*shape, seed=1) * 9).to(getattr(torch, dtype))
    assert torch.equal(layout.dense_of_csr(*layout.csr_of_dense(dense), shape), dense)
    rows, values = layout.rows_of_dense(dense)
    assert torch.equal(layout.dense_of_rows(rows, values, shape), dense)
    assert bool((values != 0).reshape(len(rows), -1).any(1).all())


def test_not_contiguous():
    dense = matrix(6, 9, seed=2).T
    assert torch.equal(layout.dense_of_csr(*layout.csr_of_dense(dense), dense.shape), dense)
    rows, values = layout.rows_of_dense(dense)
    assert torch.equal(layout.dense_of_rows(rows, values, dense.shape), dense)


def test_nan_and_negative_zero():
    """A row is stored for a NaN, not for a negative zero."""
    dense = torch.zeros((3, 8))
    dense[0, 3], dense[2, 1] = float("nan"), -0.0
    assert layout.rows_of_dense(dense)[0].tolist() == [0]


@pytest.mark.parametrize("sizes", [(0, 3), (3, 0), (4, 4), (5, 2)])
def test_align(sizes):
    rng = np.random.RandomState(sum(sizes))
    keys = [torch.from_numpy(np.sort(rng.choice(9, n, replace=False))) for n in sizes]
    values = [torch.from_numpy(rng.uniform(1, 2, (n, 2))) for n in sizes]
    union, a, b = layout.align(keys[0], values[0], keys[1], values[1])
    assert union.tolist() == sorted(set(keys[0].tolist()) | set(keys[1].tolist()))
    for own, stored, spread in zip(keys, values, (a, b), strict=True):
        whole = torch.zeros((9, 2), dtype=torch.float64).index_copy_(0, own, stored)
        assert torch.equal(spread, whole[union])


@pytest.mark.parametrize("factor", [1, -1])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sum(dtype, factor):
    a, b = matrix(5, 7, 1, dtype=dtype), matrix(5, 7, 2, dtype=dtype)
    found = layout.csr_sum(layout.csr_of_dense(a), layout.csr_of_dense(b), (5, 7), factor)
    assert found is not None
    starts, columns, values = found
    assert starts.dtype == columns.dtype == torch.int64
    assert all(bool((part.diff() > 0).all()) for part in columns.tensor_split(starts[1:-1]))
    assert torch.equal(layout.dense_of_csr(starts, columns, values, (5, 7)), a + factor * b)


def test_no_kernel_for_integers():
    ints = layout.csr_of_dense(torch.ones((2, 2), dtype=torch.int64))
    assert layout.csr_sum(ints, ints, (2, 2), 1) is None


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_transposed_product(share, dtype):
    a, b = (matrix(6, 5, 3, share) * 4).to(getattr(torch, dtype)), (matrix(6, 3, 4, 1) * 4).to(getattr(torch, dtype))
    rows, product = layout.csr_transposed_times_dense(*layout.csr_of_dense(a), b)
    assert rows.dtype is torch.int64 and rows.tolist() == a.any(0).nonzero().reshape(-1).tolist()
    torch.testing.assert_close(layout.dense_of_rows(rows, product, (5, 3)), a.T @ b)
