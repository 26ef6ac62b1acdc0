"""ONNX files, read back."""

import numpy as np
import pytest

import mxcompat as mx

onnx = pytest.importorskip("onnx")
nn = mx.gluon.nn
NETS = {
    "mlp": (lambda: [nn.Dense(8, activation="relu"), nn.Dropout(0.5), nn.Dense(3)], (2, 5)),
    "lenet": (
        lambda: [nn.Conv2D(4, 5, activation="tanh"), nn.AvgPool2D(2), nn.Conv2D(6, 3, 2, 1), nn.BatchNorm(),
                 nn.LeakyReLU(0.1), nn.MaxPool2D(3, 2), nn.Flatten(), nn.Dense(3)],
        (2, 1, 24, 24),
    ),
    "deconv": (lambda: [nn.Conv2DTranspose(3, 3, 2, 1, output_padding=1), nn.GlobalAvgPool2D()], (1, 2, 5, 5)),
    "layer_norm": (lambda: [nn.Dense(4, flatten=False), nn.LayerNorm(), nn.ELU(), nn.PReLU()], (2, 3, 4)),
    "resnet": (lambda: [mx.gluon.model_zoo.vision.resnet18_v1(classes=4, thumbnail=True)], (1, 3, 16, 16)),
}  # fmt: skip


def written(tmp_path, name):
    layers, shape = NETS[name]
    net = nn.HybridSequential()
    net.add(*layers())
    net.initialize(mx.init.Xavier())
    net.hybridize()
    data = mx.nd.array(np.random.RandomState(0).uniform(-1, 1, shape))
    expected = net(data).asnumpy()
    params = {n: p._reduce() for n, p in net.collect_params().items()}
    path = str(tmp_path / "m.onnx")
    mx.onnx.export_model(net._cached_graph[1], params, [shape], np.float32, path)
    return path, data, expected


@pytest.mark.parametrize("name", NETS)
def test_there_and_back(tmp_path, name):
    path, data, expected = written(tmp_path, name)
    symbol, args, aux = mx.contrib.onnx.import_model(path)
    bound = symbol.bind(mx.cpu(), {**args, "data": data}, aux_states=aux)
    np.testing.assert_allclose(bound.forward()[0].asnumpy(), expected, rtol=1e-4, atol=1e-5)
    block = mx.contrib.onnx.import_to_gluon(path, mx.cpu())
    np.testing.assert_allclose(block(data).asnumpy(), expected, rtol=1e-4, atol=1e-5)


def test_metadata(tmp_path):
    path, _, _ = written(tmp_path, "mlp")
    facts = mx.contrib.onnx.get_model_metadata(path)
    assert facts["input_tensor_data"] == [("data", (2, 5))]
    assert [shape for _, shape in facts["output_tensor_data"]] == [(2, 3)]


def test_unknown_operator(tmp_path):
    helper = onnx.helper
    info = [helper.make_tensor_value_info(n, 1, [2]) for n in "xy"]
    graph = helper.make_graph([helper.make_node("Bernoulli", ["x"], ["y"], name="odd")], "g", info[:1], info[1:])
    path = str(tmp_path / "m.onnx")
    onnx.save(helper.make_model(graph), path)
    with pytest.raises(mx.base.MXNetError, match="Bernoulli.*odd"):
        mx.contrib.onnx.import_model(path)
