"""Groups and classes in networks whose structure is easy to get wrong; every one is run beside its graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat.convert import Source, to_source
from mxcompat.convert._convert import outputs_of, tensors_of
from mxcompat.convert._facts import run
from mxcompat.convert._parity import LIMIT, distance
from mxcompat.convert._reading import settle

from .examples import as_list, loaded

nn = mx.gluon.nn
Given = dict[str, torch.Tensor]


def checked(symbol: Any, params: dict[str, Any], given: Given, folder: Path) -> Source:
    """The source of a network, after a comparison of the module with the graph."""
    shapes = {name: tuple(tensor.shape) for name, tensor in given.items()}
    source = to_source(symbol, params, shapes)
    module = loaded(source, folder)
    network = settle(outputs_of(symbol), tensors_of(params), shapes)
    wanted = run(network, [given.get(n.name, torch.zeros(network.shapes[n])) for n in network.inputs])
    with torch.no_grad():
        found = as_list(module(*[given[name] for name in source.inputs]))
    assert len(wanted) == len(found)
    for one, other in zip(wanted, found, strict=True):
        assert one.shape == other.shape and distance(one, other)[1] <= LIMIT
    return source


def of_block(net: mx.gluon.HybridBlock, given: Given, folder: Path) -> Source:
    net.initialize(mx.init.Xavier())
    net(*[mx.nd.array(tensor.numpy()) for tensor in given.values()])
    out = net(*[mx.sym.Variable(name) for name in given])
    symbol = mx.sym.Group(list(out)) if isinstance(out, (list, tuple)) else out
    return checked(symbol, {name: param.data() for name, param in net.collect_params().items()}, given, folder)


def of_symbol(symbol: Any, given: Given, folder: Path, **shapes: tuple[int, ...]) -> Source:
    known = {name: tuple(tensor.shape) for name, tensor in given.items()}
    arguments, _, states = symbol.infer_shape(**known, **shapes)
    source = np.random.RandomState(0)
    rows = [*zip(symbol.list_arguments(), arguments, strict=True)]
    rows += zip(symbol.list_auxiliary_states(), states, strict=True)
    params = {
        name: mx.nd.array(source.uniform(0.5, 1.5, shape) if "var" in name else source.normal(0, 0.2, shape))
        for name, shape in rows
        if name not in given and "label" not in name and "begin_state" not in name
    }
    return checked(symbol, params, given, folder)


def _unit(x: Any, channels: int, stride: int, name: str, changes: bool) -> Any:
    first = mx.sym.Activation(mx.sym.BatchNorm(x, name=f"{name}_bn1"), act_type="relu", name=f"{name}_relu1")
    y = mx.sym.Convolution(
        first, num_filter=channels, kernel=(3, 3), stride=(stride, stride), pad=(1, 1), no_bias=True,
        name=f"{name}_conv1",
    )  # fmt: skip
    y = mx.sym.Activation(mx.sym.BatchNorm(y, name=f"{name}_bn2"), act_type="relu", name=f"{name}_relu2")
    y = mx.sym.Convolution(y, num_filter=channels, kernel=(3, 3), pad=(1, 1), no_bias=True, name=f"{name}_conv2")
    if changes:
        x = mx.sym.Convolution(
            first, num_filter=channels, kernel=(1, 1), stride=(stride, stride), no_bias=True, name=f"{name}_sc"
        )
    return y + x  # a sum without a name of its own


def test_stages_and_units_of_a_symbol(tmp_path: Path) -> None:
    x = mx.sym.Convolution(mx.sym.Variable("data"), num_filter=4, kernel=(3, 3), pad=(1, 1), name="conv0")
    for stage, (channels, stride) in enumerate(((4, 1), (8, 2), (16, 2)), 1):
        for unit in range(1, 4):
            first = unit == 1
            x = _unit(x, channels, stride if first else 1, f"stage{stage}_unit{unit}", first)
    x = mx.sym.FullyConnected(
        mx.sym.Pooling(x, global_pool=True, kernel=(2, 2), pool_type="avg"), num_hidden=3, name="fc1"
    )
    text = of_symbol(mx.sym.SoftmaxOutput(x, name="softmax"), {"data": torch.rand(2, 3, 8, 8)}, tmp_path).text
    assert "self.stage1 = nn.Sequential(Unit(4, 4), Unit2(4), Unit2(4))" in text
    assert "self.stage3 = nn.Sequential(Unit(8, 16, stride=2), Unit2(16), Unit2(16))" in text
    assert "softmax_label" not in text and "return F.softmax(" in text


def test_cells_of_a_symbol_with_labels_that_are_computed(tmp_path: Path) -> None:
    cells = mx.rnn.SequentialRNNCell()
    for i in range(2):
        cells.add(mx.rnn.LSTMCell(num_hidden=5, prefix=f"lstm_l{i}_"))
    embedded = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=12, output_dim=6, name="embed")
    out, _ = cells.unroll(4, inputs=embedded, merge_outputs=True)
    pred = mx.sym.FullyConnected(mx.sym.Reshape(out, shape=(-1, 5)), num_hidden=12, name="pred")
    label = mx.sym.Reshape(mx.sym.Variable("softmax_label"), shape=(-1,))
    symbol = mx.sym.SoftmaxOutput(pred, label, name="softmax")
    data = torch.randint(0, 12, (3, 4)).float()
    text = of_symbol(symbol, {"data": data}, tmp_path, softmax_label=(3, 4)).text
    assert text.count("class LSTMCell(") == 1 and "self.lstm_l1 = LSTMCell(5)" in text
    assert "data.new_zeros(data.size(0), 5)" in text


class Scaled(mx.gluon.HybridBlock):
    """Layers and a parameter of its own."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.scale = self.params.get("scale", shape=(1, units), init=mx.init.Uniform(1))
            self.body = nn.HybridSequential(prefix="")
            self.body.add(nn.Dense(units), nn.Dense(units, activation="relu"))

    def hybrid_forward(self, F: Any, x: Any, scale: Any) -> Any:
        return F.broadcast_mul(self.body(x), scale) + x


def test_parameters_that_blocks_use_as_they_are(tmp_path: Path) -> None:
    net = nn.HybridSequential()
    net.add(Scaled(8), Scaled(8), Scaled(8))
    text = of_block(net, {"data": torch.rand(3, 8)}, tmp_path).text
    assert text.count("self.scale = nn.Parameter(torch.empty(1, 8))") == 1
    assert text.count(" = Scaled()") == 3


class Shared(mx.gluon.HybridBlock):
    """One parameter that three blocks use."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.shift = self.params.get("shift", shape=(1, 8), init=mx.init.Uniform(1))
            self.layers = [nn.Dense(8) for _ in range(3)]
            for layer in self.layers:
                self.register_child(layer)

    def hybrid_forward(self, F: Any, x: Any, shift: Any) -> Any:
        for layer in self.layers:
            y = F.broadcast_add(F.tanh(layer(x)), shift)
            x = F.relu(y * x + y) + x
        return x


def test_a_parameter_that_several_blocks_use(tmp_path: Path) -> None:
    source = of_block(Shared(), {"data": torch.rand(3, 8)}, tmp_path)
    assert source.text.count("nn.Parameter(") == 1


class Masked(mx.gluon.HybridBlock):
    """Attention with a mask, which every layer takes."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            for name in ("query", "key", "value"):
                setattr(self, name, nn.Dense(units, flatten=False, prefix=f"{name}_"))
            self.norm = nn.LayerNorm()

    def hybrid_forward(self, F: Any, x: Any, mask: Any) -> Any:
        scores = F.batch_dot(self.query(x), self.key(x), transpose_b=True)
        scores = F.broadcast_add(scores, F.expand_dims((mask - 1) * 1e4, 1))
        return self.norm(x + F.batch_dot(F.softmax(scores), self.value(x)))


class Stack(mx.gluon.HybridBlock):
    """Layers of attention, and two outputs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.layers = [Masked(8) for _ in range(3)]
            for layer in self.layers:
                self.register_child(layer)
            self.head = nn.Dense(2)

    def hybrid_forward(self, F: Any, x: Any, mask: Any) -> Any:
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x), x


def test_blocks_with_two_inputs(tmp_path: Path) -> None:
    given = {"data0": torch.rand(2, 5, 8), "data1": (torch.rand(2, 5) > 0.3).float()}
    text = of_block(Stack(), given, tmp_path).text
    assert text.count("class Masked(") == 1 and "self.query = nn.Linear(8, 8)" in text


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_dtype_of_the_weights_is_kept(dtype: str, tmp_path: Path) -> None:
    net = nn.HybridSequential()
    net.add(nn.Conv2D(3, 3), nn.BatchNorm(), nn.Dense(2))
    net.initialize()
    net.cast(dtype)
    data = torch.rand(1, 2, 5, 5, dtype=getattr(torch, dtype))
    net(mx.nd.array(data.numpy(), dtype=dtype))
    params = {name: param.data() for name, param in net.collect_params().items()}
    source = checked(net(mx.sym.Variable("data")), params, {"data": data}, tmp_path)
    assert ("Net().double()" in source.text) == (dtype == "float64")
