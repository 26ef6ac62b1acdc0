"""Quantized networks give nearly what the float ones do."""

import json
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
    most = bound(net, made, data)
    assert np.all(np.abs(found - expected) <= most)
    if mode != "entropy":  # which cuts the largest values off, and may err by as much
        assert most.max() < 0.2 * np.abs(expected).max()


def bound(net, made, data):
    """The largest possible error of every output: steps of 8 bits, what lies beyond the thresholds, and its growth."""
    thresholds = []
    for node in json.loads(made._cached_graph[1].tojson())["nodes"]:
        if node["op"] in ("_contrib_quantize_v2", "_contrib_requantize"):
            attrs = node.get("attrs", {})
            ends = [abs(float(attrs[key])) for key in ("min_calib_range", "max_calib_range") if key in attrs]
            thresholds.append(max(ends) if ends else None)

    def quantized(values, error, threshold):  # to cut off what was computed too large only moves it closer
        top = float((np.abs(values) + error).max()) if threshold is None else threshold
        return error + np.maximum(np.abs(values) - top, 0) + top / 254

    values = net[:3](data).asnumpy()
    error = quantized(values, 0.0, thresholds[0])
    for dense, threshold in zip(net[3:], thresholds[1:], strict=True):
        weight = np.abs(dense.weight.data().asnumpy())
        step = weight.max() / 254
        error = error @ weight.T + step * (np.abs(values) + error).sum(axis=1, keepdims=True)
        before = mx.nd.FullyConnected(
            mx.nd.array(values), dense.weight.data(), dense.bias.data(), num_hidden=len(weight)
        ).asnumpy()
        error = quantized(before, error, threshold)
        values = dense(mx.nd.array(values)).asnumpy()
    return error


def test_old_name_warns():
    with pytest.warns(UserWarning, match="quantize_net_v2"), pytest.raises(ValueError, match="data_shapes"):
        quantization.quantize_net(network())


def test_logger(caplog):
    caplog.set_level(logging.INFO)
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2, name="fc")
    params = {"fc_weight": mx.nd.ones((2, 3)), "fc_bias": mx.nd.ones((2,))}
    quantization.quantize_graph(x, params, {}, calib_mode="none", logger=logging.getLogger())
    assert "Quantizing graph" in caplog.text
