"""Many weights at once: bit for bit what the operators do one by one, and only where nobody can tell."""

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.optimizer import _updater

SHAPES = [(3, 4), (4,), (2, 2, 2), (1,), (5,)]
COMMON = {"rescale_grad": 0.25, "learning_rate": 0.037}
OPTIMIZERS = [
    ("sgd", {}),
    ("sgd", {"wd": 0.01}),
    ("sgd", {"momentum": 0.9}),
    ("sgd", {"momentum": 0.9, "wd": 0.01, "clip_gradient": 0.1}),
    ("ccsgd", {"momentum": 0.5}),
    ("nag", {"momentum": 0.9}),
    ("nag", {"momentum": 0.9, "wd": 0.01, "clip_gradient": 0.1}),
    ("adam", {}),
    ("adam", {"wd": 0.01, "clip_gradient": 0.1}),
    ("rmsprop", {}),
    ("rmsprop", {"wd": 0.01, "clip_gradient": 0.1, "clip_weights": 0.5}),
    ("rmsprop", {"centered": True}),
    ("rmsprop", {"centered": True, "wd": 0.01, "clip_gradient": 0.1, "clip_weights": 0.5}),
]
MULTIPLIERS = [{}, {0: 0.5, 3: 2.0}]


def _train(name, kwargs, mults, together):
    state = np.random.RandomState(0)
    weights = [mx.nd.array(state.normal(size=s)) for s in SHAPES]
    optimizer = mx.optimizer.create(name, **COMMON, **kwargs)
    optimizer.set_lr_mult(mults)
    optimizer.set_wd_mult(mults)
    updater = mx.optimizer.get_updater(optimizer)
    if not together:
        updater.optimizer.update_multi_precision = optimizer.update_multi_precision  # changed: taken one by one
    for _ in range(4):
        grads = [mx.nd.array(state.normal(size=s)) for s in SHAPES]
        updater(list(range(len(SHAPES))), grads, weights)
    return [w.asnumpy() for w in weights], updater


@pytest.mark.parametrize("mults", MULTIPLIERS, ids=["same_rates", "own_rates"])
@pytest.mark.parametrize(("name", "kwargs"), OPTIMIZERS)
def test_same_bits_as_the_operators(name, kwargs, mults):
    many, left = _train(name, kwargs, mults, True)
    single, right = _train(name, kwargs, mults, False)
    for a, b in zip(many, single, strict=True):
        np.testing.assert_array_equal(a, b)
    assert left.optimizer._index_update_count == right.optimizer._index_update_count
    assert left.optimizer.num_update == right.optimizer.num_update


@pytest.mark.parametrize("name", ["sgd", "nag", "adam", "rmsprop"])
def test_the_short_way_is_taken(name, monkeypatch):
    optimizer = mx.optimizer.create(name, **({"momentum": 0.9} if name in ("sgd", "nag") else {}))
    monkeypatch.setattr(type(optimizer), "_get_lr", type(optimizer)._get_lr)  # nothing else is
    assert _updater._kernel(optimizer) is not None
    called = []
    entry = _updater._MANY[type(optimizer)]

    def spy(*args):
        called.append(entry[2](*args))
        return called[-1]

    monkeypatch.setitem(_updater._MANY, type(optimizer), (*entry[:2], spy))
    mx.optimizer.get_updater(optimizer)([0, 1], [mx.nd.ones(2), mx.nd.ones(3)], [mx.nd.ones(2), mx.nd.ones(3)])
    assert called == [True]


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_a_changed_class_is_not_bypassed(name, monkeypatch):
    optimizer = mx.optimizer.create(name)
    seen = []
    original = type(optimizer).update_multi_precision

    def spy(self, index, weight, grad, state):
        seen.append(index)
        original(self, index, weight, grad, state)

    monkeypatch.setattr(type(optimizer), "update_multi_precision", spy)
    mx.optimizer.get_updater(optimizer)([0, 1], [mx.nd.ones(2)] * 2, [mx.nd.ones(2), mx.nd.ones(2)])
    assert seen == ([(0, 1)] if name == "sgd" else [0, 1])


def test_writes_do_not_disturb_a_recorded_graph():
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    mx.optimizer.get_updater(mx.optimizer.SGD(learning_rate=1.0))([0], [mx.nd.ones(2)], [x])
    y.backward()
    np.testing.assert_array_equal(x.asnumpy(), [0, 1])
    np.testing.assert_array_equal(x.grad.asnumpy(), [0, 2])


def test_lists_of_different_lengths_are_refused():
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    with pytest.raises(ValueError, match="2 indices, 1 gradients, 1 weights"):
        updater([0, 1], [mx.nd.ones(2)], [mx.nd.ones(2)])


def test_no_weights_are_no_work():
    updater = mx.optimizer.get_updater(mx.optimizer.Adam())
    updater([], [], [])
    assert updater.states == {}


def test_a_warning_for_float16_without_master_copies():
    with pytest.warns(UserWarning, match="multi_precision=True option of the NAG optimizer"):
        mx.optimizer.NAG().create_state_multi_precision(0, mx.nd.ones(2, dtype="float16"))
    with pytest.warns(UserWarning, match="multi_precision=True option of the optimizer"):
        mx.optimizer.Adam().create_state_multi_precision(0, mx.nd.ones(2, dtype="float16"))


def test_a_warning_for_a_name_that_is_taken(monkeypatch):
    monkeypatch.setattr(mx.optimizer.Optimizer, "opt_registry", dict(mx.optimizer.Optimizer.opt_registry))

    class SGD(mx.optimizer.Optimizer):
        pass

    with pytest.warns(UserWarning, match=r"is overriding existing optimizer mxcompat\.optimizer\.optimizer\.SGD"):
        mx.optimizer.register(SGD)


def test_aggregation_size_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("MXNET_OPTIMIZER_AGGREGATION_SIZE", "7")
    assert (mx.optimizer.SGD().aggregate_num, mx.optimizer.LARS().aggregate_num) == (7, 7)
    assert mx.optimizer.LAMB().aggregate_num == 7
    monkeypatch.setenv("MXNET_OPTIMIZER_AGGREGATION_SIZE", "0")
    assert mx.optimizer.SGD().aggregate_num == 0
    weight = mx.nd.ones(2)
    mx.optimizer.get_updater(mx.optimizer.SGD(learning_rate=0.5))([0], [mx.nd.ones(2)], [weight])
    np.testing.assert_array_equal(weight.asnumpy(), [0.5, 0.5])
