"""What the conformance cases cannot say of parameters: messages, memory, identity."""

from __future__ import annotations

import copy
import gc
import weakref

import pytest

import mxcompat as mx
from mxcompat import autograd, gluon, nd
from mxcompat.initializer import Initializer
from mxcompat.registry.classes import get_registry


def ready(**kwargs):
    param = gluon.Parameter("w_weight", shape=(2, 3), **kwargs)
    param.initialize(init="ones")
    return param


def test_data_is_the_parameter_itself():
    param = ready()
    assert param.data() is param.data(mx.cpu()) is param.list_data()[0]
    assert param.grad() is param.data().grad


def test_gradients_are_written_into_the_same_array():
    param = ready()
    grad = param.grad()
    for factor in (2.0, 3.0):
        with autograd.record():
            loss = (param.data() * factor).sum()
        loss.backward()
        assert param.grad() is grad
        assert (grad.asnumpy() == factor).all()


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda p: p.data(), ("fc_weight", "deferred", "(3, 0)", "in_units")),
        (lambda p: p._finish_deferred_init(), ("fc_weight", "(3, 0)")),
    ],
)
def test_deferred_messages_name_parameter_and_shape(use, words):
    param = gluon.Parameter("fc_weight", shape=(3, 0), allow_deferred_init=True)
    param.initialize()
    with pytest.raises((gluon.DeferredInitializationError, AssertionError)) as caught:
        use(param)
    assert all(word in str(caught.value) for word in words)


def test_not_initialized_says_what_to_do():
    with pytest.raises(RuntimeError, match=r"initialize\(\).*collect_params") as caught:
        gluon.Parameter("w", shape=(1,)).data()
    assert not isinstance(caught.value, gluon.DeferredInitializationError)


def test_initialized_twice_warns_at_the_caller():
    param = ready()
    with pytest.warns(UserWarning, match="w_weight.*already initialized.*force_reinit") as caught:
        param.initialize()
    assert caught[0].filename == __file__


def test_constant_warns_of_grad_req():
    constant = gluon.Constant("c", [1.0])
    with pytest.warns(UserWarning, match="does not support grad_req"):
        constant.grad_req = "add"


def test_constant_is_forgotten_with_its_object():
    constant = gluon.Constant("gone", [1.0, 2.0])
    name = constant.init.lower()
    assert name in get_registry(Initializer)
    alive = weakref.ref(constant)
    del constant
    gc.collect()
    assert alive() is None
    assert name not in get_registry(Initializer)


def test_copied_constant_keeps_its_value():
    original = gluon.Constant("c", [1.0, 2.0])
    twin = copy.deepcopy(original)
    del original
    gc.collect()
    twin.initialize()
    assert twin.data().asnumpy().tolist() == [1.0, 2.0]


def test_shared_dictionary_gives_the_same_object():
    base = gluon.ParameterDict("a_")
    weight = base.get("weight", shape=(0, 3), allow_deferred_init=True)
    other = gluon.ParameterDict("a_", base)
    assert other.get("weight", shape=(2, 3)) is weight
    assert weight.shape == (2, 3)


def test_conflicting_attribute_names_both_values():
    params = gluon.ParameterDict("a_")
    params.get("weight", shape=(2, 3))
    with pytest.raises(AssertionError, match=r"a_weight.*shape.*\(2, 3\).*\(4, 3\)"):
        params.get("weight", shape=(4, 3))


def test_missing_names_are_listed_briefly(tmp_path):
    path = str(tmp_path / "x.params")
    nd.save(path, {f"p{i}": nd.ones(1) for i in range(50)})
    params = gluon.ParameterDict()
    params.get("wanted", shape=(1,))
    with pytest.raises(AssertionError, match=r"'wanted' is missing.*'p0', 'p1', 'p2', \.\.\., ") as caught:
        params.load(path)
    assert len(str(caught.value)) < 800


def test_zero_grad_of_many_parameters():
    params = gluon.ParameterDict("z_")
    for i in range(5):
        params.get(f"w{i}", shape=(2,))
    params.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    for param in params.values():
        for grad in param.list_grad():
            grad[:] = 3
    params.zero_grad()
    assert all((g.asnumpy() == 0).all() for p in params.values() for g in p.list_grad())


def test_reset_ctx_keeps_the_list_of_contexts_apart():
    contexts = [mx.cpu(0), mx.cpu(1)]
    param = gluon.Parameter("w_weight", shape=(1,))
    param.initialize(ctx=contexts)
    contexts.append(mx.cpu(2))
    assert param.list_ctx() == [mx.cpu(0), mx.cpu(1)]
