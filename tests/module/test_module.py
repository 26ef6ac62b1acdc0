"""Modules: what the recorded cases cannot say: messages, identity, files, threads of callbacks."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mxcompat as mx


def net() -> Any:
    hidden = mx.sym.Activation(mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, name="fc1"), act_type="relu")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(hidden, num_hidden=2, name="fc2"), name="softmax")


def data(count: int = 12, batch_size: int = 4) -> Any:
    rng = np.random.RandomState(0)
    x = rng.uniform(-1, 1, (count, 3)).astype("float32")
    return mx.io.NDArrayIter(x, (x.sum(axis=1) > 0).astype("float32"), batch_size)


def ready(**options: Any) -> Any:
    module = mx.mod.Module(net(), **options)
    module.bind([("data", (4, 3))], [("softmax_label", (4,))])
    module.init_params(mx.init.Xavier())
    return module


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda m: m.get_outputs(), "bind"),
        (lambda m: m.forward(None), "bind"),
        (lambda m: m.init_optimizer(), "bind"),
        (lambda m: m.get_params(), "init_params"),
        (lambda m: m.save_optimizer_states("x"), "init_optimizer"),
    ],
)
def test_a_step_too_early_names_the_one_before(call: Any, hint: str) -> None:
    with pytest.raises(AssertionError, match=f"Module.*{hint}"):
        call(mx.mod.Module(net()))


def test_an_unknown_data_name_lists_what_is_likely() -> None:
    with pytest.raises(ValueError, match="data_names") as caught:
        mx.mod.Module(net(), data_names=["image"])
    assert "softmax_label" in str(caught.value) and "fc1_weight" not in str(caught.value)


def test_training_learns_and_logs(caplog: pytest.LogCaptureFixture) -> None:
    module = mx.mod.Module(net())
    with caplog.at_level(logging.INFO):
        module.fit(data(40), num_epoch=30, optimizer_params={"learning_rate": 1.0}, initializer=mx.init.Xavier())
    assert dict(module.score(data(40), "acc"))["accuracy"] > 0.9
    assert any(line.startswith("Epoch[29] Train-accuracy=") for line in caplog.messages)
    assert any(line.startswith("Epoch[29] Time cost=") for line in caplog.messages)


def test_the_same_executor_arrays_serve_every_batch() -> None:
    module = ready()
    module.forward(next(data()))
    first = module.get_outputs()[0]
    module.forward(next(data()))
    assert module.get_outputs()[0] is first


def test_a_reshaped_module_keeps_its_parameter_arrays() -> None:
    module = ready()
    before = module._exec_group.param_arrays[0][0]
    module.reshape([("data", (2, 3))], [("softmax_label", (2,))])
    module._exec_group.param_arrays[0][0][:] = 3
    assert (before == 3).asnumpy().all()


def test_modules_that_share_see_each_others_updates() -> None:
    one = ready()
    two = mx.mod.Module(net())
    two.bind([("data", (2, 3))], [("softmax_label", (2,))], shared_module=one)
    one._exec_group.param_arrays[0][0][:] = 7
    assert (two._exec_group.param_arrays[0][0] == 7).asnumpy().all()


def test_optimizer_states_survive_a_file(tmp_path: Path) -> None:
    module = ready()
    module.init_optimizer(optimizer="adam")
    module.forward_backward(next(data()))
    module.update()
    module.save_optimizer_states(str(tmp_path / "s"))
    other = ready()
    other.init_optimizer(optimizer="adam")
    other.load_optimizer_states(str(tmp_path / "s"))
    assert sorted(other._updater.states) == sorted(module._updater.states)


def test_what_a_checkpoint_says_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    prefix = str(tmp_path / "m")
    with caplog.at_level(logging.INFO):
        ready().save_checkpoint(prefix, 7)
    assert caplog.messages == [f'Saved checkpoint to "{prefix}-0007.params"']


def test_loading_a_missing_checkpoint_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(mx.MXNetError, match="none-symbol.json"):
        mx.mod.Module.load(str(tmp_path / "none"), 1)


def test_import_mxcompat_loads_no_module_room() -> None:
    import subprocess
    import sys

    code = "import sys, mxcompat; print([m for m in sys.modules if m in ('mxcompat.module', 'mxcompat.model')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_svrg_corrects_in_place() -> None:
    module = mx.contrib.svrg_optimization.svrg_module.SVRGModule(net(), update_freq=1)
    grad = mx.nd.array([3.0, 4.0])
    found = module._svrg_grads_update_rule(grad, mx.nd.array([1.0, 1.0]), mx.nd.array([0.5, 0.5]))
    assert found is grad and grad.asnumpy().tolist() == [2.5, 3.5]
