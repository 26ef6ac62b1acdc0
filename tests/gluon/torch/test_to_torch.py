"""Blocks as torch modules on the same parameters."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat import autograd, gluon, nd
from mxcompat.gluon import contrib, nn, rnn

LAYERS: list[tuple[str, Any, tuple[int, ...], type[Any] | None]] = [  # id, layer, shape of the input, torch's class
    ("dense", lambda: nn.Dense(3), (2, 3, 4), torch.nn.Linear),
    ("dense-tanh", lambda: nn.Dense(3, activation="tanh", flatten=False, use_bias=False), (2, 3, 4), torch.nn.Linear),
    ("conv1d", lambda: nn.Conv1D(4, 3, activation="relu"), (2, 3, 7), torch.nn.Conv1d),
    ("conv2d", lambda: nn.Conv2D(4, (3, 2), (2, 1), (1, 0), (1, 2), groups=2), (2, 4, 7, 8), torch.nn.Conv2d),
    ("conv2d-last", lambda: nn.Conv2D(4, 3, layout="NHWC"), (2, 7, 8, 4), None),
    ("conv3d", lambda: nn.Conv3D(2, 2, use_bias=False), (2, 2, 3, 4, 3), torch.nn.Conv3d),
    ("deconv1d", lambda: nn.Conv1DTranspose(4, 3, 2, 1, 1), (2, 3, 5), torch.nn.ConvTranspose1d),
    ("deconv2d", lambda: nn.Conv2DTranspose(4, 3, 2, 1, 1, groups=2, in_channels=4), (2, 4, 5, 4),
     torch.nn.ConvTranspose2d),
    ("batchnorm", lambda: nn.BatchNorm(momentum=0.8), (4, 3, 5), torch.nn.modules.batchnorm._BatchNorm),
    ("batchnorm-last", lambda: nn.BatchNorm(axis=-1, scale=False), (4, 5, 3), torch.nn.modules.batchnorm._BatchNorm),
    ("batchnorm-2d", lambda: nn.BatchNorm(center=False, epsilon=0.1), (4, 3), torch.nn.modules.batchnorm._BatchNorm),
    ("batchnorm-global", lambda: nn.BatchNorm(use_global_stats=True), (4, 3, 2), torch.nn.modules.batchnorm._BatchNorm),
    ("batchnorm-relu", lambda: nn.BatchNormReLU(), (4, 3, 2), torch.nn.modules.batchnorm._BatchNorm),
    ("layernorm", lambda: nn.LayerNorm(), (2, 3, 5), torch.nn.LayerNorm),
    ("layernorm-1", lambda: nn.LayerNorm(axis=1, scale=False), (2, 3, 5), torch.nn.LayerNorm),
    ("instancenorm", lambda: nn.InstanceNorm(scale=True), (2, 3, 5), torch.nn.modules.instancenorm._InstanceNorm),
    ("instancenorm-2", lambda: nn.InstanceNorm(axis=2), (2, 5, 3), torch.nn.modules.instancenorm._InstanceNorm),
    ("groupnorm", lambda: nn.GroupNorm(2), (2, 4, 5), None),
    ("prelu", lambda: nn.PReLU(in_channels=3), (2, 3, 4), torch.nn.PReLU),
    ("leaky", lambda: nn.LeakyReLU(0.2), (2, 3), torch.nn.LeakyReLU),
    ("elu", lambda: nn.ELU(0.7), (2, 3), torch.nn.ELU),
    ("selu", lambda: nn.SELU(), (2, 3), None),
    ("gelu", lambda: nn.GELU(), (2, 3), torch.nn.GELU),
    ("swish", lambda: nn.Swish(), (2, 3), torch.nn.SiLU),
    ("swish-2", lambda: nn.Swish(2.0), (2, 3), None),
    *((f"act-{kind}", lambda kind=kind: nn.Activation(kind), (2, 3), cls) for kind, cls in (
        ("relu", torch.nn.ReLU), ("sigmoid", torch.nn.Sigmoid), ("tanh", torch.nn.Tanh),
        ("softrelu", torch.nn.Softplus), ("softsign", torch.nn.Softsign))),
    ("flatten", lambda: nn.Flatten(), (2, 3, 4), torch.nn.Flatten),
    ("identity", lambda: contrib.nn.Identity(), (2, 3), torch.nn.Identity),
    ("lambda", lambda: nn.HybridLambda("tanh"), (2, 3), None),
    ("maxpool", lambda: nn.MaxPool2D(3, 2, 1), (2, 3, 7, 8), torch.nn.MaxPool2d),
    ("maxpool-ceil", lambda: nn.MaxPool2D(3, 2, 1, ceil_mode=True), (2, 3, 8, 8), None),
    ("maxpool-last", lambda: nn.MaxPool2D(2, layout="NHWC"), (2, 6, 8, 3), None),
    ("avgpool", lambda: nn.AvgPool2D(3, 2, 1), (2, 3, 7, 8), torch.nn.AvgPool2d),
    ("avgpool-pad", lambda: nn.AvgPool1D(3, 2, 1, count_include_pad=False), (2, 3, 7), torch.nn.AvgPool1d),
    ("globalmax", lambda: nn.GlobalMaxPool1D(), (2, 3, 7), torch.nn.AdaptiveMaxPool1d),
    ("globalavg", lambda: nn.GlobalAvgPool3D(), (2, 3, 4, 2, 3), torch.nn.AdaptiveAvgPool3d),
    ("lstm", lambda: rnn.LSTM(4, 2, bidirectional=True), (5, 2, 3), torch.nn.LSTM),
    ("gru-ntc", lambda: rnn.GRU(4, layout="NTC"), (5, 2, 3), torch.nn.GRU),
    ("rnn", lambda: rnn.RNN(4, 2, activation="tanh"), (5, 2, 3), torch.nn.RNN),
    ("concurrent", lambda: branches(), (2, 3), None),
]  # fmt: skip


def branches() -> Any:
    block = contrib.nn.HybridConcurrent(axis=1)
    block.add(nn.Dense(2), nn.Dense(3, activation="relu"))
    return block


def normal(*shape: int) -> Any:
    return nd.array(np.random.RandomState(sum(shape)).normal(size=shape))


@pytest.mark.parametrize(("make", "shape", "cls"), [row[1:] for row in LAYERS], ids=[row[0] for row in LAYERS])
def test_a_layer_and_its_module_agree(make: Any, shape: tuple[int, ...], cls: type[Any] | None) -> None:
    block = make()
    block.initialize(mx.init.Normal(0.5))
    x = normal(*shape)
    block(x)
    twin = copy.deepcopy(block)
    module = block.to_torch()
    if cls is None:
        assert type(module).__name__ == "BlockModule"
    else:
        assert isinstance(module, cls)
    # training: outputs, gradients of input and parameters, running averages
    source = torch.tensor(x.asnumpy(), requires_grad=True)
    out = module.train()(source)
    out.square().sum().backward()
    x.attach_grad()
    for param in twin.collect_params().values():
        param.grad_req = "null" if param.grad_req == "null" else "add"
        param.reset_ctx(mx.cpu())  # a deep copy knows no gradients
    with autograd.record():
        expected = twin(x)
        loss = (expected * expected).sum()
    loss.backward()
    close = {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(out.detach(), expected.asnumpy(), **close)
    np.testing.assert_allclose(source.grad, x.grad.asnumpy(), rtol=1e-4, atol=1e-5)
    other = twin._collect_params_with_prefix()
    for name, param in block._collect_params_with_prefix().items():
        np.testing.assert_allclose(param.data().asnumpy(), other[name].data().asnumpy(), **close)
        if param.grad_req != "null":
            np.testing.assert_allclose(
                param.grad().asnumpy(), other[name].grad().asnumpy(), rtol=1e-4, atol=1e-4, err_msg=name
            )
    np.testing.assert_allclose(module.eval()(source).detach(), twin(x).asnumpy(), **close)


def test_every_tensor_of_the_module_is_a_parameter_of_the_block() -> None:
    net = nn.HybridSequential()
    net.add(nn.Dense(4, in_units=3), nn.BatchNorm(in_channels=4))
    net.initialize()
    module = net.to_torch()
    assert list(module.state_dict()) == [
        "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
    ]  # fmt: skip
    for name, gluon_name in (("0.weight", "0.weight"), ("1.weight", "1.gamma"), ("1.running_var", "1.running_var")):
        array = net._collect_params_with_prefix()[gluon_name].data()
        module.state_dict()[name].fill_(7)
        assert (array.asnumpy() == 7).all()
        array[:] = 8
        assert (module.state_dict()[name] == 8).all()
    assert net.to_torch()[0].weight is module[0].weight  # a second module holds the same tensors
    state = {name: torch.full_like(value, 3) for name, value in module.state_dict().items()}
    module.load_state_dict(state)
    assert (net[0].weight.data().asnumpy() == 3).all()


class Residual(nn.HybridBlock):
    """A custom block with a parameter of its own, children in a list, and state that its forward keeps."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.calls = 0
        with self.name_scope():
            self.steps = []
            for i in range(2):
                self.steps.append(nn.Dense(units, in_units=units))
                self.register_child(self.steps[-1], f"step{i}")
            self.scale = self.params.get("scale", shape=(1,), init=mx.init.One())

    def hybrid_forward(self, F: Any, x: Any, scale: Any) -> Any:
        self.calls += 1
        y = x
        for step in self.steps:
            y = F.relu(step(y))
        return x + F.broadcast_mul(y, scale)


def residual() -> Residual:
    block = Residual(3)
    block.initialize(mx.init.Normal(0.5))
    return block


def test_training_steps_alternate_between_the_sides() -> None:
    def make() -> Any:
        mx.random.seed(3)
        net = nn.HybridSequential()
        net.add(nn.Dense(3, in_units=3), nn.BatchNorm(in_channels=3), Residual(3), nn.Dense(1, in_units=3))
        net.initialize(mx.init.Normal(0.5))
        return net

    x = normal(8, 3)
    net, reference = make(), make()
    settings = {"learning_rate": 0.1, "momentum": 0.0}
    trainer = gluon.Trainer(net.collect_params(), "sgd", dict(settings))
    other = gluon.Trainer(reference.collect_params(), "sgd", dict(settings))
    module = net.to_torch()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    net.hybridize()
    losses: list[list[float]] = [[], []]
    for step in range(6):
        with autograd.record():
            loss = (reference(x) ** 2).mean()
        loss.backward()
        other.step(1)
        losses[0].append(loss.asscalar())
        if step % 2:
            optimizer.zero_grad()
            value = (module(x.to_torch()) ** 2).mean()
            value.backward()
            optimizer.step()
            losses[1].append(value.item())
        else:
            with autograd.record():
                loss = (net(x) ** 2).mean()
            loss.backward()
            trainer.step(1)
            losses[1].append(loss.asscalar())
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-5)
    assert losses[0][-1] < losses[0][0]
    for name, param in net._collect_params_with_prefix().items():
        wanted = reference._collect_params_with_prefix()[name].data().asnumpy()
        np.testing.assert_allclose(param.data().asnumpy(), wanted, rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("set_to_none", [True, False])
def test_gradients_are_one_buffer(set_to_none: bool) -> None:
    net = nn.Dense(1, in_units=2, use_bias=False)
    net.initialize()
    module = net.to_torch()
    x = torch.tensor([[1.0, 2.0]])
    for factor in (1, 3):
        module.zero_grad(set_to_none=set_to_none)
        (module(x) * factor).sum().backward()
        assert net.weight.grad().asnumpy().tolist() == [[factor, 2 * factor]]
    module(x).sum().backward()  # torch adds until zero_grad()
    assert net.weight.grad().asnumpy().tolist() == [[4, 8]]
    with autograd.record():
        loss = net(nd.from_torch(x)).sum()
    loss.backward()  # Gluon writes
    assert module.weight.grad.tolist() == [[1, 2]]
    torch.nn.utils.clip_grad_norm_(module.parameters(), 1e-3)
    assert abs(net.weight.grad().asnumpy()).max() < 1e-3
    net.collect_params().zero_grad()
    assert module.weight.grad.tolist() == [[0, 0]]


def test_freezing_on_either_side() -> None:
    net = nn.Dense(1, in_units=2)
    net.initialize()
    module = net.to_torch()
    net.weight.grad_req = "null"
    assert not module.weight.requires_grad
    net.weight.grad_req = "write"
    assert module.weight.requires_grad
    assert module.weight is net.weight.data().to_torch()
    module(torch.ones(1, 2)).sum().backward()
    assert net.weight.grad().asnumpy().tolist() == [[1, 1]]
    module.bias.requires_grad_(False)
    module.zero_grad()
    module(torch.ones(1, 2)).sum().backward()
    assert module.bias.grad is None
    module.bias.requires_grad_(True)
    module(torch.ones(1, 2)).sum().backward()
    assert net.bias.grad().asnumpy().tolist() == [1]


def test_casts_and_new_values_reach_the_module() -> None:
    net = nn.HybridSequential()
    net.add(nn.Dense(2, in_units=2), nn.BatchNorm(in_channels=2))
    net.initialize()
    module = net.to_torch()
    held = dict(module.named_parameters())
    net.cast("float64")
    assert {t.dtype for t in held.values()} == {torch.float64}
    assert module[1].running_var.dtype is torch.float64
    assert module(torch.ones(3, 2, dtype=torch.float64)).dtype is torch.float64
    module.float()
    assert net[0].weight.dtype is np.float32
    assert net[1].running_var.data().dtype is np.float32
    assert net(nd.ones((3, 2))).dtype is np.float32
    net.initialize(mx.init.Constant(5), force_reinit=True)
    assert (held["0.weight"] == 5).all()
    net.collect_params().reset_ctx(mx.cpu())
    held["0.weight"].data.fill_(6)
    assert (net[0].weight.data().asnumpy() == 6).all()
    with pytest.raises(ValueError, match="one context"):
        net.collect_params().reset_ctx([mx.cpu(0), mx.cpu(1)])


def test_children_of_a_custom_block_are_modules() -> None:
    block = residual()
    module = block.to_torch()
    assert list(module.state_dict()) == ["scale", "step0.weight", "step0.bias", "step1.weight", "step1.bias"]
    x = normal(2, 3)
    np.testing.assert_allclose(module(x.to_torch()).detach(), block(x).asnumpy())
    assert block.calls == 2
    seen = []
    module.step0.register_forward_hook(lambda *_: seen.append(1))
    module(x.to_torch())
    assert seen == [1]
    block(x)
    assert seen == [1]  # Gluon's own calls stay Gluon's
    module.step1 = torch.nn.Identity()
    got = module(x.to_torch()).detach()
    expected = x + nd.relu(block.steps[0](x))
    np.testing.assert_allclose(got, expected.asnumpy(), rtol=1e-6)
    block.hybridize()
    np.testing.assert_allclose(module(x.to_torch()).detach(), expected.asnumpy(), rtol=1e-6)


def test_a_part_of_a_replaced_module_is_missed() -> None:
    class Outer(nn.Block):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential()
            self.body.add(nn.Dense(2, in_units=2))

        def forward(self, x: Any) -> Any:
            return self.body[0](x)

    block = Outer()
    block.initialize()
    module = block.to_torch()
    assert module(torch.ones(1, 2)).shape == (1, 2)
    module.body = torch.nn.Identity()
    with pytest.raises(mx.MXNetError, match="body.0"):
        module(torch.ones(1, 2))


def test_modes_follow_torch() -> None:
    class Drop(nn.HybridBlock):
        def hybrid_forward(self, F: Any, x: Any) -> Any:
            return F.Dropout(x, p=0.5)

    module = Drop().to_torch()
    x = torch.ones(100)
    assert (module.train()(x) == 0).any()
    assert (module.eval()(x) == 1).all()
    assert not autograd.is_training()
    with torch.no_grad():
        assert not residual().to_torch()(torch.ones(1, 3)).requires_grad
    assert not autograd.is_recording()


def test_copies_are_independent() -> None:
    block = residual()
    module = torch.nn.Sequential(block.to_torch(), torch.nn.Linear(3, 1))
    module[0].step1 = torch.nn.Identity()
    module.eval()
    other = copy.deepcopy(module)
    assert isinstance(other[0].step1, torch.nn.Identity)
    assert not other[0].training
    x = torch.ones(1, 3)
    torch.testing.assert_close(other(x), module(x))
    with torch.no_grad():
        for tensor in other.parameters():
            tensor.zero_()
    assert block.scale.data().asscalar() == 1
    other(x).sum().backward()
    assert other[0].scale.grad is not None
    assert module[0].scale.grad is None or not module[0].scale.grad.any()


def test_states_of_recurrent_layers() -> None:
    layer = rnn.LSTM(4, num_layers=2, input_size=3)
    layer.initialize()
    x, states = normal(5, 2, 3), [normal(2, 2, 4), normal(2, 2, 4) * 2]
    out, last = layer(x, states)
    module = layer.to_torch()
    assert "weight_ih_l0" in module.state_dict()
    got, tensors = module(x.to_torch(), [s.to_torch() for s in states])
    np.testing.assert_allclose(got.detach(), out.asnumpy(), rtol=1e-5, atol=1e-6)
    for a, b in zip(tensors, last, strict=True):
        np.testing.assert_allclose(a.detach(), b.asnumpy(), rtol=1e-5, atol=1e-6)

    class Model(nn.Block):
        def __init__(self) -> None:
            super().__init__()
            self.rnn = layer
            self.cell = rnn.GRUCell(2, input_size=4)

        def forward(self, x: Any) -> Any:
            y = self.rnn(x)
            out, _ = self.cell.unroll(5, y, layout="TNC", merge_outputs=True)
            return out, [self.rnn(x, self.rnn.begin_state(2))[1]]

    model = Model()
    model.cell.initialize()
    expected, nested = model(x)
    tensor, nested_tensors = model.to_torch()(x.to_torch())
    np.testing.assert_allclose(tensor.detach(), expected.asnumpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(nested_tensors[0][1].detach(), nested[0][1].asnumpy(), rtol=1e-5, atol=1e-6)


def test_shared_parameters_and_blocks_stay_shared() -> None:
    first = nn.Dense(2, in_units=2)
    second = nn.Dense(2, in_units=2, params=first.params)
    net = nn.Sequential()
    net.add(first, second, first)
    net.initialize()
    module = net.to_torch()
    assert module[0].weight is module[1].weight
    assert module[0] is module[2]
    assert len(list(module.parameters())) == 2


def test_embedding_takes_what_gluon_takes() -> None:
    for sparse in (False, True):
        layer = nn.Embedding(4, 2, sparse_grad=sparse)
        layer.initialize()
        module = layer.to_torch()
        rows = nd.array([[0, 1], [3, 9]])
        np.testing.assert_array_equal(module(rows.to_torch()).detach(), layer(rows).asnumpy())
        np.testing.assert_array_equal(module(rows.to_torch().long()).detach(), layer(rows).asnumpy())
        module(rows.to_torch()).sum().backward()
        gradient = layer.weight.grad()
        assert gradient.stype == ("row_sparse" if sparse else "default")
        assert gradient.asnumpy().tolist() == [[1, 1], [1, 1], [0, 0], [2, 2]]


def test_what_cannot_be_converted_says_what_to_do() -> None:
    net = nn.HybridSequential()
    net.add(nn.Dense(2))
    with pytest.raises(RuntimeError, match="initialize"):
        net.to_torch()
    net.initialize()
    with pytest.raises(gluon.parameter.DeferredInitializationError, match="run one batch"):
        net.to_torch()
    net(nd.ones((1, 2)))
    net.to_torch()
    several = nn.Dense(2, in_units=2)
    several.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    with pytest.raises(RuntimeError, match="one context"):
        several.to_torch()
    with pytest.raises(TypeError, match="state_dict"):
        copy.copy(residual().to_torch()).__getstate__()


def test_hooks_of_the_block_run() -> None:
    layer = nn.Dense(2, in_units=2)
    layer.initialize()
    seen = []
    layer.register_forward_hook(lambda *_: seen.append(1))
    module = layer.to_torch()
    module(torch.ones(1, 2))
    assert seen == [1]
    assert list(module.state_dict()) == ["weight", "bias"]


def test_symbol_blocks() -> None:
    data = mx.sym.var("data", dtype="float32")
    block = gluon.SymbolBlock(mx.sym.FullyConnected(data, num_hidden=2, name="fc"), data)
    block.initialize()
    x = nd.ones((1, 3))
    expected = block(x)
    module = block.to_torch()
    out = module(x.to_torch())
    np.testing.assert_allclose(out.detach(), expected.asnumpy())
    out.sum().backward()
    assert [p.grad.shape for p in module.parameters()] == [(2, 3), (2,)]
