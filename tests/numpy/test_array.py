"""What recorded results cannot say of `mx.np`: costs, contexts, threads, and a model trained from scratch."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator

import numpy as onp
import pytest

import mxcompat as mx
from mxcompat import autograd, np, npx


@pytest.fixture(autouse=True)
def numpy_semantics() -> Iterator[None]:
    npx.set_np()
    yield
    npx.reset_np()


def test_linear_regression_from_scratch() -> None:
    mx.random.seed(0)
    true_w, true_b = np.array([2, -3.4]), 4.2
    x = np.random.normal(0, 1, (200, 2))
    y = np.dot(x, true_w) + true_b
    w, b = np.random.normal(0, 0.01, (2, 1)), np.zeros(1)
    w.attach_grad()
    b.attach_grad()
    for _ in range(40):
        with autograd.record():
            loss = (np.dot(x, w) + b - y.reshape((-1, 1))) ** 2 / 2
        loss.backward()
        for p in (w, b):
            p[:] = p - 0.3 * p.grad / 200
    assert float(loss.mean()) < 1e-6
    assert onp.allclose(w.asnumpy().ravel(), [2, -3.4], atol=1e-2)
    assert isinstance(w.grad, np.ndarray)


def test_classic_and_numpy_arrays_share_memory_and_graph() -> None:
    x = np.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = (x.as_nd_ndarray() ** 2).as_np_ndarray().sum()
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0]
    x.as_nd_ndarray()[0] = 7
    assert x.tolist() == [7.0, 2.0]
    assert type(x.as_nd_ndarray()) is mx.nd.NDArray


def test_scopes_belong_to_the_thread() -> None:
    seen = []
    thread = threading.Thread(target=lambda: seen.append(npx.is_np_array()))
    thread.start()
    thread.join()
    assert seen == [False]
    assert npx.is_np_array()


def test_pickle_keeps_the_class() -> None:
    again = pickle.loads(pickle.dumps(np.array([[1.5]], dtype="float64")))
    assert type(again) is np.ndarray
    assert again.dtype == onp.float64
    assert again.item() == 1.5


def test_files_are_of_version_3(tmp_path) -> None:
    path = str(tmp_path / "a.params")
    npx.save(path, {"w": np.zeros((0, 2)), "b": np.array(1.0)})
    found = npx.load(path)
    assert found["w"].shape == (0, 2)
    assert found["b"].shape == ()
    with mx.util.np_array(False), pytest.raises(ValueError, match="npx.set_np"):
        npx.load(path)


def test_numpy_serves_what_is_missing_here() -> None:
    x = np.array([3.0, 1.0, 2.0])
    assert onp.median(x) == 2.0
    assert isinstance(np.isclose(x, x), np.ndarray)
    with autograd.record(), pytest.raises(ValueError, match="median"):
        onp.median(x)


@pytest.mark.parametrize("name", ["npv", "pmt", "rate"])
def test_financial_functions_say_where_they_went(name: str) -> None:
    with pytest.raises(RuntimeError, match="numpy_financial"):
        getattr(np.fallback, name)(0.1)


def test_nothing_of_numpy_names_shows_in_nd() -> None:
    assert not [name for name in dir(mx.nd) if name.startswith(("_npi_", "_npx_", "_np_"))]


def test_constraint_check_raises_its_message() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        npx.constraint_check(np.array([1.0, -1.0]) > 0, "must be positive")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: np.zeros((2, 3)) @ np.zeros((2, 3)), ("matmul", "(2, 3)")),
        (lambda: np.ones(2, dtype="int32") - np.ones(2, dtype="int64"), ("subtract", "int32", "int64")),
        (lambda: npx.reshape(np.zeros((2, 3)), (-2, 5)), ("reshape", "5")),
        (lambda: np.concatenate([np.ones(2), np.ones((2, 2))]), ("concatenate", "(2, 2)")),
        (lambda: np.random.normal(np.zeros(3), 1.0, size=(2,)), ("normal", "size")),
    ],
)
def test_errors_name_operator_and_shapes(call, words) -> None:
    with pytest.raises(mx.MXNetError) as caught:
        call()
    for word in words:
        assert word in str(caught.value)
