"""The modules around `mx.np`: what official NumPy runs here, operators by name, operators left to NumPy, stubs."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as onp
import pytest

import mxcompat as mx
from mxcompat import numpy_dispatch_protocol, numpy_op_fallback, numpy_op_signature
from mxcompat.numpy import _internal

ROOT = Path(mx.__file__).parent


@pytest.fixture(autouse=True)
def _numpy_mode():
    with mx.util.np_shape(True), mx.util.np_array(True):
        yield


@pytest.mark.parametrize("protocol", ["function", "ufunc"])
def test_protocol_decorators_drop_results_and_name_the_function_that_failed(protocol):
    decorate = getattr(numpy_dispatch_protocol, f"with_array_{protocol}_protocol")
    seen = []

    @decorate
    def works(value):
        seen.append(value)
        return value

    @decorate
    def breaks():
        raise KeyError("lost")

    assert works(3) is None
    assert seen == [3]
    assert works.__name__ == "works"
    with pytest.raises(RuntimeError, match="breaks.*lost") as caught:
        breaks()
    assert isinstance(caught.value.__cause__, KeyError)


def test_functions_of_numpy_named_in_the_protocol_give_arrays_of_ours():
    x = mx.np.array([[1.0, -2.0], [3.0, 4.0]])
    for name in ("sum", "concatenate", "transpose", "linalg.inv", "empty_like", "nan_to_num", "pad"):
        assert name in numpy_dispatch_protocol._NUMPY_ARRAY_FUNCTION_LIST
    for made in (onp.sum(x), onp.concatenate([x, x]), onp.transpose(x), onp.linalg.inv(x), onp.nan_to_num(x)):
        assert isinstance(made, mx.np.ndarray)
    for name in ("add", "exp", "isnan", "fabs"):
        assert isinstance(getattr(onp, name)(*[x] * (2 if name == "add" else 1)), mx.np.ndarray)
    assert "ldexp" not in numpy_dispatch_protocol._NUMPY_ARRAY_UFUNC_LIST


def test_operators_are_found_by_their_registered_name():
    find = numpy_op_signature._get_builtin_op
    assert find("_np_sum") is mx.np.sum
    assert find("_npx_relu") is mx.npx.relu
    assert find("_npi_add") is None
    with pytest.raises(ValueError, match="_npx_nothing"):
        find("_npx_nothing")


def test_operators_left_to_numpy():
    x = mx.np.arange(4)
    assert _internal.resize_fallback(x, new_shape=(2, 3)).tolist() == [[0, 1, 2], [3, 0, 1]]
    places = _internal.unravel_index_fallback(x.astype("int64"), shape=(2, 2))
    assert places.tolist() == [[0, 0, 1, 1], [0, 1, 0, 1]]
    assert places.dtype == onp.int64
    drawn = _internal.mvn_fallback(mx.np.zeros(2), mx.np.array([[4.0, 3.0], [3.0, 4.0]]), size=(4000,))
    assert drawn.shape == (4000, 2)
    like = mx.nd.Custom(
        x.as_nd_ndarray(), op_type="empty_like_fallback", dtype="int32", order="C", subok=True, shape=None
    )
    assert like.shape == (4,)
    assert like.dtype == onp.int32


def test_operators_left_to_numpy_have_no_gradient_and_names_are_taken_once():
    x = mx.np.arange(4)
    x.attach_grad()
    with mx.autograd.record():
        y = _internal.resize_fallback(x, new_shape=(2, 3))
    with pytest.raises(mx.base.MXNetError, match="[Rr]esize does not support gradient"):
        y.backward()
    with pytest.raises(ValueError, match="resize_fallback"):
        numpy_op_fallback.register("resize_fallback")(numpy_op_fallback.ResizeProp)
    with pytest.raises(mx.base.MXNetError, match="square matrices"):
        _internal.mvn_fallback(mx.np.zeros(2), mx.np.ones((2, 3)))


@pytest.mark.parametrize(
    ("stub", "module"), [("numpy/multiarray.pyi", mx.np.multiarray), ("numpy_extension/__init__.pyi", mx.npx)]
)
def test_stubs_name_what_is_there(stub, module):
    named = [node.name for node in ast.parse((ROOT / stub).read_text()).body if isinstance(node, ast.FunctionDef)]
    assert len(named) > 30
    assert [name for name in named if not callable(getattr(module, name, None))] == []


def test_a_null_gradient_is_dropped_once_its_graph_has_been_used():
    a, b = mx.np.ones(3), mx.np.ones(3)
    a.attach_grad("null")
    b.attach_grad()
    with mx.autograd.record():
        y = a * b
    assert a.grad is not None
    y.backward()
    assert a.grad is None
    a.attach_grad("null")
    assert a.grad is not None


def test_small_normal_draws_are_the_numbers_of_a_large_one_begun_at_the_same_place():
    mx.random.seed(5)
    singly = [mx.np.random.normal(size=2).tolist() for _ in range(300)]
    mx.random.seed(5)
    assert sum(singly, []) == mx.np.random.normal(size=600).tolist()
