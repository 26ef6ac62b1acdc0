"""Sparse arrays beyond what recorded cases show: storage that is not made, neighbours in the graph, files, identity."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat import autograd, nd
from mxcompat.base import NotSupportedForSparseNDArray

DENSE = np.array([[0, 1.5, 0, 0.25], [0, 0, 0, 0], [2, 0, 0, 0.5]], dtype="float32")
STYPES = ("csr", "row_sparse")


def sparse(stype: str, values: Any = DENSE) -> Any:
    return nd.array(values).tostype(stype)


def random_matrix(seed: int, shape: tuple[int, int] = (7, 5), density: float = 0.4) -> Any:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) * (rng.random(shape) < density)).astype("float32")


@pytest.mark.parametrize("stype", STYPES)
@pytest.mark.parametrize("seed", range(5))
def test_there_and_back_is_the_same_array(stype: str, seed: int) -> None:
    values = random_matrix(seed, density=seed / 4)
    array = sparse(stype, values)
    array.check_format()
    assert np.array_equal(array.asnumpy(), values)
    assert np.array_equal(array.tostype("default").asnumpy(), values)


@pytest.mark.parametrize("stype", STYPES)
@pytest.mark.parametrize("name", ["elemwise_add", "elemwise_sub", "elemwise_mul"])
@pytest.mark.parametrize("seed", range(4))
def test_arithmetic_of_random_arrays(stype: str, name: str, seed: int) -> None:
    a, b = random_matrix(seed), random_matrix(seed + 50)
    result = getattr(nd, name)(sparse(stype, a), sparse(stype, b))
    result.check_format()
    assert result.stype == stype
    assert np.array_equal(result.asnumpy(), getattr(nd, name)(nd.array(a), nd.array(b)).asnumpy())


@pytest.mark.parametrize("transpose_a", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_dot_and_its_gradient_are_those_of_dense_arrays(transpose_a: bool, seed: int) -> None:
    values = random_matrix(seed)
    weight = np.random.default_rng(seed + 9).normal(size=(7 if transpose_a else 5, 3)).astype("float32")
    found = []
    for left in (nd.array(values), sparse("csr", values)):
        for stype in ("default", "row_sparse"):
            w = nd.array(weight)
            w.attach_grad(stype=stype)
            with autograd.record():
                y = nd.dot(left, w, transpose_a=transpose_a)
                z = (y * y).sum()
            z.backward()
            assert w.grad.stype == stype
            found.append((y.asnumpy(), w.grad.asnumpy()))
    for y, grad in found[1:]:
        np.testing.assert_allclose(y, found[0][0], rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(grad, found[0][1], rtol=1e-5, atol=1e-5)


def test_slices_of_csr_are_those_of_numpy() -> None:
    values = random_matrix(3)
    array = sparse("csr", values)
    for begin in range(7):
        for end in range(begin + 1, 8):
            part = array[begin:end]
            part.check_format()
            assert np.array_equal(part.asnumpy(), values[begin:end])
    assert np.array_equal(nd.slice(array, begin=(1, 2), end=(6, 4)).asnumpy(), values[1:6, 2:4])


def test_a_huge_array_is_never_made_dense() -> None:
    rows = 10**9  # 4 GB a column
    grad = nd.sparse.row_sparse_array((nd.ones((2, 3)), [5, 10**8]), shape=(rows, 3))
    twice = grad * 2 + grad
    assert twice.indices.asnumpy().tolist() == [5, 10**8]
    assert twice.data.asnumpy().tolist() == [[3, 3, 3], [3, 3, 3]]
    assert nd.sparse.retain(twice, nd.array([5])).data.asnumpy().tolist() == [[3, 3, 3]]
    matrix = nd.sparse.csr_matrix(([1, 2], [10**8, 7], [0, 1, 2]), shape=(2, rows))
    assert (matrix + matrix).data.asnumpy().tolist() == [2, 4]
    assert nd.dot(matrix, nd.ones((2, 3)), transpose_a=True).indices.asnumpy().tolist() == [7, 10**8]
    assert pickle.loads(pickle.dumps(matrix)).shape == (2, rows)


def test_the_gradient_of_an_embedding_holds_the_rows_used_and_no_others() -> None:
    table = nd.ones((1000, 4))
    table.attach_grad(stype="row_sparse")
    with autograd.record():
        y = nd.Embedding(nd.array([3, 900, 3]), table, input_dim=1000, output_dim=4, sparse_grad=True) * 0
    y.backward()
    assert table.grad.indices.asnumpy().tolist() == [3, 900]  # though the gradient is zero
    assert table.grad.data.asnumpy().tolist() == [[0] * 4] * 2


def test_a_row_sparse_gradient_may_be_added_up() -> None:
    table = nd.ones((6, 2))
    table.attach_grad("add", stype="row_sparse")
    for rows in ([0, 1], [1, 4]):
        with autograd.record():
            y = nd.Embedding(nd.array(rows), table, input_dim=6, output_dim=2, sparse_grad=True)
        y.backward()
    assert table.grad.stype == "row_sparse"
    assert table.grad.asnumpy()[:, 0].tolist() == [1, 2, 0, 0, 1, 0]


def test_a_table_used_in_two_ways_has_both_gradients() -> None:
    table = nd.ones((4, 2))
    table.attach_grad(stype="row_sparse")
    with autograd.record():
        y = nd.Embedding(nd.array([1, 1]), table, input_dim=4, output_dim=2, sparse_grad=True).sum() + table.sum()
    y.backward()
    assert table.grad.asnumpy()[:, 0].tolist() == [1, 3, 1, 1]


def test_sparse_gradient_needs_a_sparse_gradient_array() -> None:
    table = nd.ones((4, 2))
    table.attach_grad()
    with autograd.record():
        y = nd.Embedding(nd.array([1]), table, input_dim=4, output_dim=2, sparse_grad=True)
    with pytest.raises(mx.MXNetError, match="stype='row_sparse'"):
        y.backward()


@pytest.mark.parametrize("stype", STYPES)
def test_writing_under_record_is_refused(stype: str) -> None:
    x = sparse(stype)
    x.attach_grad()
    with autograd.record():
        nd.square(x)
        with pytest.raises(mx.MXNetError, match="Inplace"):
            nd.zeros((3, 4)).copyto(x)


@pytest.mark.parametrize("stype", STYPES)
def test_a_variable_that_is_overwritten_counts_with_its_new_values(stype: str) -> None:
    x = sparse(stype)
    x.attach_grad()
    x[:] = nd.array(DENSE * 2)
    with autograd.record():
        y = nd.square(x)
    y.backward()
    assert np.array_equal(x.grad.asnumpy(), DENSE * 4)
    assert x.grad.stype == stype


@pytest.mark.parametrize("stype", STYPES)
def test_copies_do_not_share(stype: str) -> None:
    x = sparse(stype)
    for twin in (x.copy(), copy.copy(x), copy.deepcopy(x), x.copyto(mx.cpu()), nd.sparse.array(x), x.astype("float32")):
        assert type(twin) is type(x)
        twin[:] = nd.ones((3, 4))
        assert np.array_equal(x.asnumpy(), DENSE)


@pytest.mark.parametrize("name", ["data", "indices"])
@pytest.mark.parametrize("stype", STYPES)
def test_parts_are_copies(stype: str, name: str) -> None:
    x = sparse(stype)
    part = getattr(x, name)
    part[:] = 0
    assert np.array_equal(x.asnumpy(), DENSE)


def test_files_keep_the_storage(tmp_path: Path) -> None:
    path = str(tmp_path / "arrays.params")
    nd.save(path, {"c": sparse("csr"), "r": sparse("row_sparse"), "d": nd.array(DENSE)})
    loaded = nd.load(path)
    assert {name: array.stype for name, array in loaded.items()} == {"c": "csr", "r": "row_sparse", "d": "default"}
    assert all(np.array_equal(array.asnumpy(), DENSE) for array in loaded.values())


def test_coordinates_of_the_same_place_are_added() -> None:
    matrix = nd.sparse.csr_matrix(([1, 2, 3], ([0, 0, 1], [1, 1, 0])), shape=(2, 3))
    matrix.check_format()
    assert matrix.asnumpy().tolist() == [[0, 3, 0], [3, 0, 0]]
    with pytest.raises(ValueError, match="inside of shape"):
        nd.sparse.csr_matrix(([1], ([5], [0])), shape=(2, 3))


def test_dense_functions_take_sparse_arrays() -> None:
    x = sparse("csr")
    assert nd.softmax(x).stype == "default"
    assert np.array_equal(nd.concat(x, nd.array(DENSE), dim=1).asnumpy(), np.concatenate([DENSE, DENSE], 1))
    assert np.array_equal((nd.array(DENSE) - x).asnumpy(), np.zeros_like(DENSE))


def test_states_of_other_optimizers_are_written_back() -> None:
    weight, grad = nd.ones((3, 4)), sparse("row_sparse")
    state = nd.sparse.zeros("row_sparse", (3, 4))
    nd.nag_mom_update(weight, grad, state, lr=0.1, momentum=0.9, out=weight)
    dense_weight, dense_state = nd.ones((3, 4)), nd.zeros((3, 4))
    nd.nag_mom_update(dense_weight, nd.array(DENSE), dense_state, lr=0.1, momentum=0.9, out=dense_weight)
    assert np.array_equal(weight.asnumpy(), dense_weight.asnumpy())
    assert np.array_equal(state.asnumpy(), dense_state.asnumpy())


def test_a_lazy_update_leaves_other_rows_alone() -> None:
    weight, momentum = nd.ones((1000, 2)), nd.ones((1000, 2))
    grad = nd.sparse.row_sparse_array((nd.ones((1, 2)), [7]), shape=(1000, 2))
    memory = weight._t.data_ptr()
    nd.sgd_mom_update(weight, grad, momentum, lr=0.5, momentum=0.5, wd=0.1, out=weight)
    assert weight._t.data_ptr() == memory
    touched = np.flatnonzero((weight.asnumpy() != 1).any(1))
    assert touched.tolist() == [7]
    assert np.flatnonzero((momentum.asnumpy() != 1).any(1)).tolist() == [7]


def test_what_needs_dense_memory_says_so() -> None:
    with pytest.raises(NotSupportedForSparseNDArray):
        sparse("csr").reshape((4, 3))
    with pytest.raises(NotImplementedError, match="ambiguous"):
        _ = sparse("csr").size


def test_torch_neighbours_see_the_dense_values() -> None:
    assert torch.equal(sparse("csr").to_torch(), torch.from_numpy(DENSE))
