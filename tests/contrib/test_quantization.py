"""Quantized networks give nearly what the float ones do."""

import logging

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.contrib import quantization


def network():
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Conv2D(4, 3, activation="relu"), mx.gluon.nn.MaxPool2D(2), mx.gluon.nn.Flatten(),
            mx.gluon.nn.Dense(8, activation="relu"), mx.gluon.nn.Dense(3))  # fmt: skip
    net.initialize(mx.init.Xavier())
    return net


@pytest.mark.parametrize("mode", ["none", "naive", "entropy"])
def test_quantize_net(mode):
    mx.random.seed(3)
    net = network()
    data = mx.nd.random.uniform(0, 1, (8, 2, 8, 8))
    expected = net(data).asnumpy()
    loader = mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(data, mx.nd.zeros(8)), batch_size=4)
    made = quantization.quantize_net_v2(net, "auto", calib_data=loader, calib_mode=mode, quantize_mode="smart",
                                        exclude_layers_match=["conv"])  # fmt: skip
    assert isinstance(made, mx.gluon.SymbolBlock)
    names = [node.name for node in made._cached_graph[1].get_internals()]
    assert any(name.startswith("quantized_dense") or "quantized_" in name for name in names)
    found = made(data).asnumpy()
    # entropy cuts the largest values off, so single outputs may differ more
    assert np.median(np.abs(found - expected)) < 0.03 * np.abs(expected).max()


def test_old_name_warns():
    with pytest.warns(UserWarning, match="quantize_net_v2"), pytest.raises(ValueError, match="data_shapes"):
        quantization.quantize_net(network())


def test_logger(caplog):
    caplog.set_level(logging.INFO)
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2, name="fc")
    params = {"fc_weight": mx.nd.ones((2, 3)), "fc_bias": mx.nd.ones((2,))}
    quantization.quantize_graph(x, params, {}, calib_mode="none", logger=logging.getLogger())
    assert "Quantizing graph" in caplog.text
