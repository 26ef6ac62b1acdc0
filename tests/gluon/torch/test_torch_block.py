"""Torch modules inside Gluon nets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat import autograd, gluon, nd
from mxcompat._core.errors import NotSupportedError
from mxcompat.gluon import nn
from mxcompat.gluon.contrib import TorchBlock


def network() -> torch.nn.Module:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU(), torch.nn.Linear(4, 1))


def test_parameters_are_those_of_state_dict() -> None:
    module = network()
    block = TorchBlock(module, prefix="net_")
    assert list(block.collect_params()) == [
        f"net_{name}" for name in ("0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias",
                                   "1.running_mean", "1.running_var", "1.num_batches_tracked")
    ]  # fmt: skip
    requests = {name: param.grad_req for name, param in block.collect_params().items()}
    assert requests["net_0.weight"] == "write"
    assert {requests[f"net_1.{name}"] for name in ("running_mean", "running_var", "num_batches_tracked")} == {"null"}
    assert set(block._collect_params_with_prefix()) == set(module.state_dict())
    before = {name: value.clone() for name, value in module.state_dict().items()}
    block.initialize()
    for name, value in module.state_dict().items():
        assert torch.equal(value, before[name])
        param = block._collect_params_with_prefix()[name]
        assert param.data().to_torch().data_ptr() == value.data_ptr()
    assert "Linear" in repr(block)


def test_training_with_a_trainer_equals_torch() -> None:
    module, reference = network(), network()
    net = nn.Sequential()
    net.add(nn.Dense(3, in_units=3, use_bias=False), TorchBlock(module))
    net.initialize(mx.init.Constant(0.5))
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    first = torch.nn.Parameter(torch.full((3, 3), 0.5))
    optimizer = torch.optim.SGD([first, *reference.parameters()], lr=0.1, momentum=0.9)
    x = np.random.RandomState(0).normal(size=(8, 3)).astype("float32")
    net.hybridize()
    for _ in range(4):
        with autograd.record():
            loss = (net(nd.array(x)) ** 2).mean()
        loss.backward()
        trainer.step(1)
        optimizer.zero_grad()
        value = (reference(torch.from_numpy(x) @ first.T) ** 2).mean()
        value.backward()
        optimizer.step()
        assert loss.asscalar() == pytest.approx(value.item(), rel=1e-4)
    for a, b in zip(module.state_dict().values(), reference.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)
    assert module[1].num_batches_tracked == 4
    assert not autograd.is_training()
    np.testing.assert_allclose(
        net(nd.array(x)).asnumpy(), reference.eval()(torch.from_numpy(x) @ first.T).detach(), rtol=1e-4, atol=1e-6
    )
    assert not module.training
    assert not net(nd.array(x)).to_torch().requires_grad


def test_gradients_reach_the_input_and_what_is_before() -> None:
    block = TorchBlock(torch.nn.Linear(2, 1, bias=False))
    x = nd.array([[1, 2]])
    x.attach_grad()
    with autograd.record():
        loss = (block(x * 3) * 2).sum()
    loss.backward()
    weight = block.module.weight
    np.testing.assert_allclose(x.grad.asnumpy(), 6 * weight.detach().numpy())
    assert weight.grad.tolist() == [[6, 12]]
    assert block.collect_params()[block.prefix + "weight"].grad().asnumpy().tolist() == [[6, 12]]
    with autograd.record():
        loss = block(x).sum()
    loss.backward()  # Gluon's request "write", not torch's adding
    assert weight.grad.tolist() == [[1, 2]]


def test_files(tmp_path: Path) -> None:
    net = nn.Sequential()
    net.add(nn.Dense(3, in_units=3), TorchBlock(network()))
    net.initialize()
    net[1].module(torch.ones(2, 3))  # a batch for the counter of BatchNorm
    net.save_parameters(str(tmp_path / "a.params"))
    other = nn.Sequential()
    other.add(nn.Dense(3, in_units=3), TorchBlock(network()))
    other.load_parameters(str(tmp_path / "a.params"))
    for a, b in zip(net[1].module.state_dict().values(), other[1].module.state_dict().values(), strict=True):
        assert torch.equal(a, b)
    assert set(nd.load(str(tmp_path / "a.params"))) == {"0.weight", "0.bias"} | {
        f"1.{name}" for name in net[1].module.state_dict()
    }


def test_cast_moves_and_reinitialization() -> None:
    module = network()
    block = TorchBlock(module)
    block.cast("float64")
    assert module[0].weight.dtype is torch.float64
    assert module[1].running_var.dtype is torch.float64
    assert module[1].num_batches_tracked.dtype is torch.int64
    assert block(nd.ones((2, 3), dtype="float64")).dtype is np.float64
    block.cast("float32")
    block.collect_params().reset_ctx(mx.cpu())
    module[1].running_mean.fill_(9)
    block.initialize(mx.init.Constant(2), force_reinit=True)
    assert (module[0].weight == 2).all()
    assert (module[1].running_mean == 0).all()
    assert (block.collect_params()[block.prefix + "0.weight"].data().asnumpy() == 2).all()


class Several(torch.nn.Module):
    """Several inputs and outputs, tied and frozen parameters, a parameter without axes, a buffer that is not saved."""

    def __init__(self) -> None:
        super().__init__()
        self.a = torch.nn.Linear(2, 2, bias=False)
        self.b = torch.nn.Linear(2, 2, bias=False)
        self.b.weight = self.a.weight
        self.frozen = torch.nn.Parameter(torch.ones(2), requires_grad=False)
        self.gain = torch.nn.Parameter(torch.tensor([2.0]))
        self.register_buffer("temporary", torch.zeros(1), persistent=False)

    def forward(self, pair: Any, scale: float) -> Any:
        x, y = pair
        return {"sum": (self.a(x) + self.b(y)) * self.gain, "both": [x * scale, (y + self.frozen,)]}


def test_any_structure_and_tied_parameters(tmp_path: Path) -> None:
    block = TorchBlock(Several())
    names = [name.removeprefix(block.prefix) for name in block.collect_params()]
    assert sorted(names) == ["a.weight", "frozen", "gain"]
    assert set(block._collect_params_with_prefix()) == {"a.weight", "b.weight", "frozen", "gain"}
    x, y = nd.ones((1, 2)), nd.ones((1, 2)) * 2
    with autograd.record():
        out = block([x, y], 3)
        loss = out["sum"].sum()
    loss.backward()
    assert out["both"][0].asnumpy().tolist() == [[3, 3]]
    assert out["both"][1][0].asnumpy().tolist() == [[3, 3]]
    assert block.module.gain.grad is not None
    params = block._collect_params_with_prefix()
    assert params["frozen"].grad_req == "null"
    trainer = gluon.Trainer(block.collect_params(), "adam")
    before = block.module.gain.item()
    trainer.step(1)
    assert block.module.gain.item() != before
    block.save_parameters(str(tmp_path / "b.params"))
    block.load_parameters(str(tmp_path / "b.params"))


def test_there_and_back() -> None:
    layer = nn.Dense(2, in_units=2)
    layer.initialize()
    block = TorchBlock(layer.to_torch())
    assert list(block.collect_params().values()) == [layer.weight, layer.bias]
    assert block.to_torch() is block.module
    net = nn.Sequential()
    net.add(block)
    assert net.to_torch()[0] is block.module


def test_what_is_refused() -> None:
    with pytest.raises(TypeError, match=r"torch\.nn\.Module"):
        TorchBlock(nn.Dense(2))
    with pytest.raises(NotSupportedError, match="run the module once"):
        TorchBlock(torch.nn.LazyLinear(2))
    with pytest.raises(NotSupportedError, match="complex"):
        TorchBlock(torch.nn.Linear(2, 2, dtype=torch.complex64))
    with pytest.raises(ValueError, match="HybridBlock"):
        nn.HybridSequential().add(TorchBlock(network()))
    scalar = torch.nn.ParameterDict({"gain": torch.nn.Parameter(torch.tensor(2.0))})
    with pytest.raises(NotSupportedError, match=r"gain.*\(1,\)"):
        TorchBlock(scalar)
    block = TorchBlock(network())
    with pytest.raises(ValueError, match="one context"):
        block.collect_params().reset_ctx([mx.cpu(0), mx.cpu(1)])
