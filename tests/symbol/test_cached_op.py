"""CachedOp: flags, errors, memory, backends. What it computes is recorded in conformance/cases/executor."""

import gc
import warnings
import weakref

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat import autograd, nd, sym
from mxcompat.base import MXNetError
from mxcompat.symbol.cached_op import CachedOp


def product():
    return sym.var("x") * sym.var("w")


def test_flags_are_checked():
    flags = [("static_alloc", "True"), ("inline_limit", 5), ("data_indices", [0]), ("param_indices", "(1,)")]
    assert CachedOp(product(), flags).flags["param_indices"] == (1,)
    with pytest.raises(MXNetError, match="Cannot find argument 'static'"):
        CachedOp(product(), [("static", True)])
    with pytest.raises(MXNetError, match="static_alloc expect boolean"):
        CachedOp(product(), [("static_alloc", "x")])


def test_calls_are_checked():
    op = CachedOp(product())
    with pytest.raises(MXNetError, match=r"2 inputs \(x, w\), got 1"):
        op(nd.ones(2))
    with pytest.raises(TypeError, match="unexpected keyword argument.*foo"):
        op(nd.ones(2), nd.ones(2), foo=1)
    with pytest.raises(AttributeError, match="input 1"):
        op(nd.ones(2), 3)


def test_out_is_filled():
    out = nd.zeros(2)
    assert CachedOp(product())(nd.ones(2), nd.ones(2) * 3, out=out) is out
    assert out.asnumpy().tolist() == [3, 3]
    with pytest.raises(MXNetError, match="out has shape"):
        CachedOp(product())(nd.ones(2), nd.ones(2), out=nd.zeros(3))


def test_prediction_keeps_no_history_and_sees_new_weights():
    op, x, w = CachedOp(product()), nd.ones(2), nd.ones(2)
    w.attach_grad()
    assert op(x, w)._t.grad_fn is None
    w[:] = 5
    assert op(x, w).asnumpy().tolist() == [5, 5]
    w.attach_grad()
    w[:] = 6
    assert op(x, w).asnumpy().tolist() == [6, 6]


def test_integers_and_sparse_arrays_go_through_arrays():
    op = CachedOp(product())
    x = nd.array([1, 2, 3], dtype="int32")
    x.attach_grad()
    with autograd.record():
        y = op(x, x)
    y.backward()
    assert x.grad.asnumpy().tolist() == [2, 4, 6]
    square = CachedOp(sym.square(sym.var("x"), name="sq"))
    kept = square(nd.array([[0, 2.0]]).tostype("csr"))
    assert kept.stype == "csr" and kept.asnumpy().tolist() == [[0, 4]]


def test_monitor_sees_names_and_arrays():
    op, seen = CachedOp(sym.relu(product(), name="r")), []
    op._register_op_hook(lambda name, kind, array: seen.append((name, kind, array.shape)), True)
    op(nd.ones(2), nd.ones(2))
    assert seen[-1] == (b"r_0", b"relu", (2,)) and len(seen) == 5
    op._register_op_hook(None)
    op(nd.ones(2), nd.ones(2))
    assert len(seen) == 5


def test_history_is_freed_with_the_result():
    op, x = CachedOp(sym.exp(product(), name="e")), nd.ones(1000)
    x.attach_grad()
    with autograd.record():
        y = op(x, x)
    alive = weakref.ref(y._t)
    del y
    gc.collect()
    assert alive() is None


@pytest.mark.parametrize("record", [False, True])
def test_a_backend_that_fails_says_why(record):
    def broken(graph, inputs):
        raise RuntimeError("no such instruction")

    op = CachedOp(product(), backend=broken)
    x = nd.ones(2)
    x.attach_grad()
    for call in range(3):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with autograd.record() if record else autograd.pause():
                found = op(x, x)
        assert found.asnumpy().tolist() == [1, 1]
        said = [str(w.message) for w in caught if "could not compile" in str(w.message)]
        assert len(said) == (call == 1)
        assert not said or "no such instruction" in said[0]


def test_a_torch_backend_computes_the_same():
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Dense(4, activation="tanh", in_units=3), mx.gluon.nn.Dense(2, in_units=4))
    net.initialize()
    x = nd.random.normal(shape=(5, 3))
    eager = net(x).asnumpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net.hybridize(backend="eager")
        assert all(np.allclose(net(x).asnumpy(), eager) for _ in range(3))
    torch._dynamo.reset()


BLOCKS = {
    "dense": (lambda nn, rnn: nn.Dense(4, activation="tanh"), (3, 5)),
    "mlp": (lambda nn, rnn: _sequence(nn, nn.Dense(8), nn.BatchNorm(), nn.Dropout(0.5), nn.Dense(3)), (6, 5)),
    "conv": (
        lambda nn, rnn: _sequence(nn, nn.Conv2D(4, 3), nn.BatchNorm(), nn.Activation("relu"), nn.MaxPool2D()),
        (2, 3, 8, 8),
    ),
    "transposed": (lambda nn, rnn: nn.Conv2DTranspose(4, 3, strides=2), (2, 3, 5, 5)),
    "norms": (lambda nn, rnn: _sequence(nn, nn.InstanceNorm(), nn.GroupNorm(3), nn.LayerNorm()), (2, 3, 4, 4)),
    "activations": (lambda nn, rnn: _sequence(nn, nn.LeakyReLU(0.1), nn.ELU(), nn.GELU(), nn.PReLU()), (3, 5)),
    "lambda": (lambda nn, rnn: _sequence(nn, nn.HybridLambda("tanh"), nn.HybridLambda(lambda F, x: x * 2)), (3, 2)),
    "lstm": (lambda nn, rnn: rnn.LSTM(5, 2, bidirectional=True), (4, 2, 3)),
    "gru": (lambda nn, rnn: rnn.GRU(5, dropout=0.3, num_layers=2), (4, 2, 3)),
}


def _sequence(nn, *blocks):
    made = nn.HybridSequential()
    made.add(*blocks)
    return made


def _everything(make, shape, hybrid):
    """Outputs, gradients and states over two steps, and a prediction, under a seed."""
    mx.random.seed(3)
    net = make(mx.gluon.nn, mx.gluon.rnn)
    net.initialize(mx.init.Uniform(0.3))
    x = nd.random.normal(shape=shape)
    net(x)
    if hybrid:
        net.hybridize()
    x.attach_grad()
    found = []
    for seed in (7, 8):
        mx.random.seed(seed)
        with autograd.record():
            y = net(x)
        y.backward()
        found += [y.asnumpy(), x.grad.asnumpy(), net(x).asnumpy()]
        for parameter in net.collect_params().values():
            found += [parameter.data().asnumpy()]
            found += [parameter.grad().asnumpy()] if parameter.grad_req != "null" else []
    assert (net._cached_op is not None) == hybrid
    return found


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_compute_the_same_hybridized(name):
    make, shape = BLOCKS[name]
    for eager, compiled in zip(_everything(make, shape, False), _everything(make, shape, True), strict=True):
        np.testing.assert_allclose(compiled, eager, rtol=1e-6, atol=1e-7)


def test_hybridized_blocks_take_other_shapes_dtypes_and_flags():
    net = mx.gluon.nn.Dense(2, flatten=False)
    net.initialize()
    net.hybridize(static_alloc=True, static_shape=True)
    for shape in ((2, 3), (5, 3), (4, 2, 3)):
        assert net(nd.ones(shape)).shape == (*shape[:-1], 2)
    net.cast("float64")
    assert net(nd.ones((2, 3), dtype="float64")).dtype is np.float64
    net.hybridize(False)
    net.hybridize()
    assert net(nd.ones((2, 3), dtype="float64")).shape == (2, 2)
