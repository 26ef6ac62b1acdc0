"""Update operators in use: whose memory is written, and what a loop over them does."""

from __future__ import annotations

import pytest
import torch

from mxcompat import autograd, nd
from mxcompat.base import MXNetError
from mxcompat.ops.optimizer._common import rounded
from mxcompat.registry.operator import find


def arrays(count, size=4, dtype="float32"):
    return [(nd.linspace(0.1, 0.4, size) + 0.1 * i).astype(dtype) for i in range(count)]


SINGLE = {
    "sgd_update": (2, {}),
    "sgd_mom_update": (3, {"momentum": 0.9}),
    "nag_mom_update": (3, {"momentum": 0.9, "wd": 0.1}),
    "adam_update": (4, {}),
    "rmsprop_update": (3, {}),
    "rmspropalex_update": (5, {}),
    "ftrl_update": (4, {}),
    "ftml_update": (5, {"t": 1}),
    "signsgd_update": (2, {}),
    "signum_update": (3, {}),
}


@pytest.mark.parametrize("name", SINGLE)
def test_out_is_the_weight_itself(name):
    count, kwargs = SINGLE[name]
    inputs = arrays(count)
    view = inputs[0].reshape((2, 2))
    function = getattr(nd, name)
    apart = function(*[a.copy() for a in inputs], lr=0.1, **kwargs)
    assert function(*inputs, lr=0.1, out=inputs[0], **kwargs) is inputs[0]
    assert view.reshape((4,)).asnumpy().tolist() == inputs[0].asnumpy().tolist() == apart.asnumpy().tolist()


@pytest.mark.parametrize("name", SINGLE)
def test_a_leaf_with_gradient_is_updated_and_stays_a_leaf(name):
    count, kwargs = SINGLE[name]
    inputs = arrays(count)
    weight = inputs[0]
    weight.attach_grad()
    with autograd.record():
        loss = (weight * weight).sum()
    loss.backward(retain_graph=True)
    inputs[1] = weight.grad
    getattr(nd, name)(*inputs, lr=0.1, out=weight, **kwargs)
    new = weight.asnumpy()
    loss.backward()
    assert weight.grad.asnumpy().tolist() == pytest.approx((2 * new).tolist(), nan_ok=True)


def test_a_wrong_out_is_refused():
    weight, grad = arrays(2)
    with pytest.raises(MXNetError, match="out must have the shape"):
        nd.sgd_update(weight, grad, lr=0.1, out=nd.zeros((3,)))
    with pytest.raises(MXNetError, match="as many out"):
        nd.multi_sgd_update(weight, grad, lrs=(0.1,), wds=(0,), num_weights=1, out=[weight, grad])
    with pytest.raises(MXNetError, match="1 output"):
        nd.sgd_update(weight, grad, lr=0.1, out=[weight, grad])


def test_many_weights_are_updated_as_one_by_one():
    weights, grads, moms = arrays(5), arrays(5), arrays(5)
    alone = [w.copy() for w in weights]
    states = [m.copy() for m in moms]
    rates, decays = (0.1, 0.2, 0.3, 0.4, 0.5), (0.0, 0.1, 0.0, 0.2, 0.0)
    for w, g, m, lr, wd in zip(alone, grads, states, rates, decays, strict=True):
        nd.sgd_mom_update(w, g, m, lr=lr, wd=wd, momentum=0.9, out=w)
    flat = [a for group in zip(weights, grads, moms, strict=True) for a in group]
    nd.multi_sgd_mom_update(*flat, lrs=rates, wds=decays, momentum=0.9, num_weights=5, out=weights)
    for one, other in zip(alone + states, weights + moms, strict=True):
        assert other.asnumpy().tolist() == pytest.approx(one.asnumpy().tolist())


def test_numbers_are_rounded_as_mxnet_stores_them():
    assert rounded(torch.float32, 0.1) == (0.10000000149011612,)
    assert rounded(torch.float64, 0.1) == (0.10000000149011612,)
    assert rounded(torch.float16, 0.999) == (0.9990234375,)
    assert rounded(torch.float16, 1e6, 1e39) == (float("inf"), float("inf"))


@pytest.mark.parametrize("name", ["adam_update", "lamb_update_phase1", "sgd_mom_update"])
def test_shapes_on_tensors_without_memory(name):
    op = find(name)
    inputs = [torch.empty((2, 3), device="meta") for _ in op.inputs]
    given = {k: v for k, v in {"lr": 0.1, "t": 1, "wd": 0.1}.items() if k in op.attr_names}
    assert op.call(inputs, op.parse(**given)).shape == (2, 3)
