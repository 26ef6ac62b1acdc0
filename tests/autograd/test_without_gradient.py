"""Operators for which MXNet defines no gradient."""

from __future__ import annotations

import pytest

import mxcompat as mx

x = mx.nd.array([[1.0, 2.0], [3.0, 4.0]])
CALLS = {
    "_contrib_allclose": lambda a: mx.nd.contrib.allclose(a, a),
    "all_finite": lambda a: mx.nd.all_finite(a),
    "sgd_update": lambda a: mx.nd.sgd_update(a, a, lr=0.1),
    "_histogram": lambda a: mx.nd.histogram(a, bins=2, range=(0, 5))[0],
}


@pytest.mark.parametrize("name", CALLS)
def test_refused_by_name(name):
    a = x.copy()
    a.attach_grad()
    with mx.autograd.record():
        y = CALLS[name](a * 2)
    with pytest.raises(mx.MXNetError, match=f"operator {name} is non-differentiable"):
        y.backward()


@pytest.mark.parametrize("name", CALLS)
def test_as_a_constant_beside_a_graph(name):
    """A result that no gradient goes through is no hindrance."""
    a = x.copy()
    a.attach_grad()
    with mx.autograd.record():
        y = (a * a).sum()
        CALLS[name](a)
    y.backward()
    assert (a.grad == 2 * a).asnumpy().all()


def test_integers():
    a = mx.nd.array([1, 2], dtype="int8")
    a.attach_grad()
    with mx.autograd.record():
        y = mx.nd.contrib.quantized_act(a, mx.nd.array([-1]), mx.nd.array([1]), act_type="relu")[0]
    with pytest.raises(mx.MXNetError, match="quantized_act is non-differentiable"):
        y.backward()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("_contrib_allclose", lambda F, a: F.contrib.allclose(a * 2, a)),
        ("khatri_rao", lambda F, a: F.khatri_rao(a * 2, a)),
        ("argmax_channel", lambda F, a: F.argmax_channel(a * 2)),
    ],
)
def test_compiled_graphs_refuse_as_well(name, call):
    class Block(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, a):
            return call(F, a)

    block = Block()
    block.hybridize()
    a = x.copy()
    a.attach_grad()
    with mx.autograd.record():
        y = block(a)
    with pytest.raises(mx.MXNetError, match=f"operator {name} is non-differentiable"):
        y.backward()
