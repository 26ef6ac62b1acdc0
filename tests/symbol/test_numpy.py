"""Symbols of the NumPy front end: what recorded cases cannot say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

import mxcompat as mx
from mxcompat import sym
from mxcompat.graph.type_rules_numpy import numpy_types
from mxcompat.registry.operator import REGISTRY
from mxcompat.symbol.numpy import _functions
from mxcompat.symbol.numpy import _Symbol as NumpySymbol


@pytest.fixture(autouse=True)
def numpy_semantics() -> Iterator[None]:
    mx.npx.set_np()
    yield
    mx.npx.reset_np()


def variable(name: str = "a") -> NumpySymbol:
    made: NumpySymbol = sym.var(name).as_np_ndarray()
    return made


def test_front_ends_are_loaded_when_they_are_asked_for() -> None:
    program = (
        "import sys, mxcompat as mx; mx.sym.var('a'); "
        "assert 'mxcompat.numpy' not in sys.modules and 'mxcompat.symbol.numpy' not in sys.modules; "
        "mx.sym.var('a').as_np_ndarray(); assert 'mxcompat.symbol.numpy' in sys.modules; "
        "assert mx.sym.np is mx.sym.numpy and mx.sym.npx is mx.sym.numpy_extension; "
        "assert mx.nd.np is mx.np and mx.nd.npx is mx.npx"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        sym.no_such_name  # noqa: B018
    with pytest.raises(AttributeError, match="no_such_name"):
        mx.nd.no_such_name  # noqa: B018


@pytest.mark.parametrize("name", sorted(_functions.TABLE))
def test_every_function_says_what_it_does(name: str) -> None:
    function = _functions.TABLE[name]
    assert function.__doc__
    assert function.__module__ == "mxcompat.symbol.numpy"


def test_symbols_of_the_other_front_end_are_named() -> None:
    with pytest.raises(TypeError, match=r"relu .*legacy operator.*\['a'\].*as_nd_ndarray"):
        sym.relu(variable())
    with pytest.raises(TypeError, match=r"add .*NumPy-style operator.*\['b'\].*as_np_ndarray"):
        sym.np.add(variable(), sym.var("b"))
    with pytest.raises(TypeError, match="legacy"):
        sym.concat(sym.var("b"), variable(), dim=0)
    assert sym.relu(variable().as_nd_ndarray()).list_arguments() == ["a"]


def test_arrays_of_the_other_front_end_are_named() -> None:
    with pytest.raises(TypeError, match=r"legacy operator.*shape \(2,\).*as_nd_ndarray"):
        mx.nd.relu(mx.np.ones(2))
    with pytest.raises(TypeError, match=r"NumPy-style operator.*shape \(2,\).*as_np_ndarray"):
        mx.npx.relu(mx.nd.ones(2))
    with pytest.raises(TypeError, match="legacy operator"):
        mx.nd.concat(mx.nd.ones(2), mx.np.ones(2), dim=0)


def test_copies_keep_the_kind() -> None:
    import copy
    import pickle

    total = variable() + 1
    for twin in (copy.copy(total), copy.deepcopy(total), pickle.loads(pickle.dumps(total))):
        assert type(twin) is NumpySymbol
        assert twin.list_arguments() == ["a"]


def test_a_compiled_graph_takes_and_returns_numpy_arrays() -> None:
    op = mx.nd.CachedOp(sym.np.exp(variable()).sum(axis=0))
    out = op(mx.np.zeros((3, 2)))
    assert type(out) is mx.np.ndarray
    assert out.shape == (2,)
    assert type(op(mx.nd.zeros((3, 2)))) is mx.np.ndarray


def test_samplers_are_not_drawn_from_to_learn_a_dtype() -> None:
    mx.random.seed(1)
    first = mx.np.random.uniform(size=(2,)).asnumpy()
    mx.random.seed(1)
    outs: list[object] = [None]
    op = REGISTRY["_npi_uniform"]
    numpy_types(op, op.parse(low=0.0, high=1.0, size=(2,)), [], outs)  # type: ignore[arg-type]
    assert (mx.np.random.uniform(size=(2,)).asnumpy() == first).all()


def test_fallbacks_run_in_graphs() -> None:
    op = mx.nd.CachedOp(sym.np.resize(variable(), (2, 2)))
    assert op(mx.np.arange(3)).asnumpy().tolist() == [[0, 1], [2, 0]]
    drawn = mx.nd.CachedOp(sym.np.random.multivariate_normal(variable("m"), variable("c"), size=(5,)))
    mx.random.seed(3)
    first = drawn(mx.np.zeros(2), mx.np.eye(2))
    mx.random.seed(3)
    assert first.shape == (5, 2)
    assert (drawn(mx.np.zeros(2), mx.np.eye(2)).asnumpy() == first.asnumpy()).all()


def test_wrong_shapes_name_the_node() -> None:
    with pytest.raises(mx.MXNetError, match="product"):
        sym.np.dot(variable(), variable("b"), name="product").infer_shape(a=(2, 3), b=(4, 5))
    with pytest.raises(mx.MXNetError, match="cannot reshape array of size 6"):
        sym.np.reshape(variable(), (4,)).infer_shape(a=(2, 3))
