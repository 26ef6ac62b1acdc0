"""Chains that generated code runs as one call give what the nodes give one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mxcompat as mx
from mxcompat import autograd, gluon, nd


def _both(loss: Any, pred: Any, label: Any) -> list[list[np.ndarray]]:
    found = []
    for active in (False, True):
        loss.hybridize(active)
        for _ in range(2):  # the first hybridized call goes node by node, the second runs generated code
            pred.attach_grad()
            with autograd.record():
                value = loss(pred, label)
            value.backward()
            result = [value.asnumpy(), pred.grad.asnumpy()]
        found.append(result)
    return found


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(4, 3), (4, 5, 3), (1, 1)])
def test_cross_entropy_of_classes(shape: tuple[int, ...], dtype: str) -> None:
    mx.random.seed(3)
    pred = nd.random.normal(shape=shape, dtype=dtype)
    label = nd.floor(nd.random.uniform(-1, 4, shape=shape[:-1]))  # classes out of range, too
    eager, compiled = _both(gluon.loss.SoftmaxCrossEntropyLoss(), pred, label)
    for one, other in zip(eager, compiled, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("loss", [gluon.loss.L2Loss(), gluon.loss.L1Loss()])
def test_losses_that_reshape_the_label(loss: Any) -> None:
    mx.random.seed(4)
    pred, label = nd.random.normal(shape=(6, 1)), nd.random.normal(shape=(6,))
    eager, compiled = _both(loss, pred, label)
    for one, other in zip(eager, compiled, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_label_with_a_gradient_gets_zeros() -> None:
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    loss.hybridize()
    pred, label = nd.array([[1.0, 2.0], [3.0, 1.0]]), nd.array([1.0, 0.0])
    for _ in range(2):
        pred.attach_grad()
        label.attach_grad()
        label.grad[:] = 7
        with autograd.record():
            value = loss(pred, label)
        value.backward()
    assert label.grad.asnumpy().tolist() == [0.0, 0.0]
    assert abs(pred.grad.asnumpy()).sum() > 0


def test_nodes_inside_a_chain_that_are_asked_for_stay() -> None:
    data, label = mx.sym.var("data"), mx.sym.var("label")
    picked = mx.sym.pick(mx.sym.log_softmax(data, axis=-1), label, axis=-1, keepdims=True)
    negative = -picked
    both = mx.sym.Group([negative, mx.sym.mean(negative, axis=0, exclude=True)])
    arrays = {"data": nd.array([[1.0, 2.0], [3.0, 1.0]]), "label": nd.array([1.0, 0.0])}
    executor = both.bind(mx.cpu(), arrays)
    for _ in range(2):
        first, second = executor.forward()
    assert first.shape == (2, 1)
    np.testing.assert_array_equal(first.asnumpy().ravel(), second.asnumpy())


@pytest.mark.parametrize(
    "make",
    [
        lambda: gluon.rnn.LSTM(6, 2, input_size=4),
        lambda: gluon.rnn.LSTM(6, 2, input_size=4, projection_size=3),
        lambda: gluon.rnn.GRU(6, 2, bidirectional=True, input_size=4),
        lambda: gluon.rnn.RNN(5, input_size=4),
    ],
)
def test_recurrent_layers_take_their_weights_as_they_are(make: Any) -> None:
    found = []
    for active in (False, True):
        mx.random.seed(1)
        net = make()
        net.initialize(mx.init.Normal(0.3))
        net.hybridize(active)
        x = nd.random.normal(shape=(5, 3, 4))
        for _ in range(2):
            x.attach_grad()
            with autograd.record():
                loss = (net(x) ** 2).sum()
            loss.backward()
        found.append([loss, x.grad, *[p.grad() for p in net.collect_params().values()]])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one.asnumpy(), other.asnumpy())
