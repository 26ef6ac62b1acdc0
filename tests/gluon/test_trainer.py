"""What the conformance cases cannot say of Trainer: messages, memory, what it does not touch, files."""

from __future__ import annotations

import pickle

import pytest
import torch

import mxcompat as mx
from mxcompat import autograd, gluon, nd


def parameters(count=3, ctx=None):
    made = []
    for i in range(count):
        param = gluon.Parameter(f"p{i}_weight", shape=(2, 2))
        param.initialize(init=mx.init.One(), ctx=ctx)
        made.append(param)
    return made


def backward(params):
    losses = []
    with autograd.record():
        for ctx in params[0].list_ctx():
            losses.append(sum((p.data(ctx) ** 2).sum() for p in params))
    autograd.backward(losses)


def test_step_keeps_the_arrays():
    params = parameters()
    arrays = [p.data() for p in params]
    memory = [a._t.data_ptr() for a in arrays]
    trainer = gluon.Trainer(params, "adam")
    for _ in range(3):
        backward(params)
        trainer.step(1)
    assert all(p.data() is a and a._t.data_ptr() == m for p, a, m in zip(params, arrays, memory, strict=True))
    assert all(a._t.requires_grad and a._t.is_leaf for a in arrays)


def test_stale_gradient_names_parameter_and_way_out():
    trainer = gluon.Trainer(parameters(), "sgd")
    with pytest.raises(UserWarning, match=r"`p0_weight` on context cpu\(0\).*ignore_stale_grad=True"):
        trainer.step(1)


def test_store_that_is_not_there_is_an_error_with_a_hint():
    params = parameters()
    trainer = gluon.Trainer(params, "sgd", update_on_kvstore=True)
    backward(params)
    with pytest.raises(ValueError, match="update_on_kvstore=True needs a store"):
        trainer.step(1)


def test_environment_decides_who_updates(monkeypatch):
    monkeypatch.setenv("MXNET_UPDATE_ON_KVSTORE", "0")
    params = parameters(ctx=[mx.cpu(0), mx.cpu(1)])
    trainer = gluon.Trainer(params, "sgd")
    trainer._init_kvstore()
    assert trainer._update_on_kvstore is False


def test_torch_grad_mode_is_left_alone():
    params = parameters()
    trainer = gluon.Trainer(params, "sgd")
    backward(params)
    with torch.no_grad():
        trainer.step(1)
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()


def test_states_of_a_stranger_are_not_unpickled(tmp_path):
    class Evil:
        def __reduce__(self):
            return (print, ("run",))

    path = tmp_path / "states"
    path.write_bytes(pickle.dumps(Evil()))
    trainer = gluon.Trainer(parameters(), "sgd")
    with pytest.raises(pickle.UnpicklingError):
        trainer.load_states(str(path))


@pytest.mark.parametrize("ctx", [None, [mx.cpu(0), mx.cpu(1)]])
def test_memory_stays_flat(ctx):
    params = parameters(ctx=ctx)
    trainer = gluon.Trainer(params, "sgd", {"momentum": 0.9})
    sizes = []
    for _ in range(3):
        backward(params)
        trainer.step(1)
        sizes.append(len(trainer._updaters[0].states))
    assert sizes[0] == sizes[-1] <= len(params)


def test_both_paths_of_update_agree():
    results = []
    for ctx in ([mx.cpu(0)], [mx.cpu(0), mx.cpu(1)]):
        params = parameters(ctx=ctx)
        trainer = gluon.Trainer(params, "adam", {"learning_rate": 0.1}, update_on_kvstore=False if ctx[1:] else None)
        for _ in range(3):
            backward(params)
            trainer.step(len(ctx))
        results.append(params[0].data(mx.cpu(0)).asnumpy())
    assert abs(results[0] - results[1]).max() < 1e-6


def test_loss_scaler_skips_an_overflow():
    class Scaler:
        def has_overflow(self, params):
            return True

    params = parameters()
    trainer = gluon.Trainer(params, "sgd", {"learning_rate": 1.0})
    trainer._amp_loss_scaler = Scaler()
    backward(params)
    trainer.step(1)
    assert (params[0].data().asnumpy() == 1).all()


def test_steps_within_record_do_not_break_the_next_backward():
    x = nd.ones((1,))
    params = parameters(1)
    trainer = gluon.Trainer(params, "sgd", {"learning_rate": 0.5})
    for _ in range(2):
        with autograd.record():
            loss = (params[0].data() * x).sum()
        loss.backward()
        trainer.step(1)
    assert params[0].data().asnumpy().tolist() == [[0.0, 0.0], [0.0, 0.0]]
