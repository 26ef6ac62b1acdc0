"""ONNX files, judged by onnxruntime."""

import numpy as np
import pytest

import mxcompat as mx

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")


def outputs_of(path, feeds):
    onnx.checker.check_model(onnx.load(path))
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def check(tmp_path, symbol, inputs, params=None, rtol=1e-4, atol=1e-5, **kwargs):
    """Export, run, and compare with our own result."""
    arrays = {name: mx.nd.array(value, dtype=value.dtype) for name, value in inputs.items()}
    params = params or {}
    states = set(symbol.list_auxiliary_states())
    bound = symbol.bind(
        mx.cpu(),
        {**arrays, **{k: v for k, v in params.items() if k not in states}},
        aux_states={k: v for k, v in params.items() if k in states},
    )
    expected = [o.asnumpy() for o in bound.forward(is_train=False)]
    order = [name for name in symbol.list_inputs() if name in inputs]
    path = str(tmp_path / "model.onnx")
    mx.onnx.export_model(
        symbol, params, [inputs[n].shape for n in order], [inputs[n].dtype for n in order], path, **kwargs
    )
    found = outputs_of(path, inputs)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, rtol=rtol, atol=atol)


def block(tmp_path, net, *shapes, **kwargs):
    net.initialize(mx.init.Xavier())
    net.hybridize()
    rng = np.random.RandomState(0)
    values = [rng.uniform(-1, 1, s).astype("float32") for s in shapes]
    if isinstance(net, rnn.rnn_layer._RNNLayer):
        states = net.begin_state(2)
        net(mx.nd.array(values[0]), states)
        values += [s.asnumpy() for s in states]
    else:
        net(*[mx.nd.array(v) for v in values])
    inputs, graph = net._cached_graph
    params = {name: p._reduce() for name, p in net.collect_params().items()}
    check(tmp_path, graph, {i.name: v for i, v in zip(inputs, values, strict=True)}, params, **kwargs)


nn, rnn = mx.gluon.nn, mx.gluon.rnn


def sequential(*layers):
    net = nn.HybridSequential()
    net.add(*layers)
    return net


BLOCKS = {
    "mlp": lambda: (sequential(nn.Dense(8, activation="relu"), nn.Dropout(0.5), nn.Dense(3)), (2, 5)),
    "dense_rows": lambda: (nn.Dense(4, flatten=False, activation="tanh"), (2, 3, 5)),
    "lenet": lambda: (
        sequential(nn.Conv2D(4, 5, activation="tanh"), nn.AvgPool2D(2), nn.Conv2D(6, 3, strides=2, padding=1),
                   nn.BatchNorm(), nn.MaxPool2D(3, 2, ceil_mode=True), nn.Flatten(), nn.Dense(3)), (2, 1, 24, 24)),
    "conv_groups": lambda: (nn.Conv2D(4, 3, groups=2, dilation=2, use_bias=False), (1, 4, 9, 9)),
    "conv1d": lambda: (sequential(nn.Conv1D(4, 3), nn.GlobalMaxPool1D()), (2, 3, 9)),
    "deconv": lambda: (nn.Conv2DTranspose(3, 3, strides=2, padding=1, output_padding=1), (1, 2, 5, 5)),
    "norms": lambda: (sequential(nn.LayerNorm(), nn.InstanceNorm(), nn.GroupNorm(2)), (2, 4, 6)),
    "layer_norm_axis": lambda: (nn.LayerNorm(axis=1), (2, 4, 6)),
    "batch_norm_axis": lambda: (nn.BatchNorm(axis=2), (2, 4, 6)),
    "activations": lambda: (sequential(nn.LeakyReLU(0.1), nn.PReLU(), nn.ELU(), nn.SELU(), nn.GELU(), nn.Swish()),
                            (2, 4)),
    "avg_pool_pad": lambda: (nn.AvgPool2D(3, 2, 1, count_include_pad=False), (1, 2, 7, 7)),
    "lstm_layer": lambda: (rnn.LSTM(4, 2, bidirectional=True, input_size=3), (5, 2, 3)),
    "gru_layer": lambda: (rnn.GRU(4, 2, layout="NTC", input_size=3), (2, 5, 3)),
    "rnn_layer": lambda: (rnn.RNN(4, activation="tanh", input_size=3), (5, 2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_block(tmp_path, name):
    net, shape = BLOCKS[name]()
    block(tmp_path, net, shape)


@pytest.mark.parametrize("cell", [rnn.LSTMCell, rnn.GRUCell, rnn.RNNCell])
def test_unrolled_cell(tmp_path, cell):
    made = cell(4, input_size=3, prefix="cell_")
    outputs, _ = made.unroll(3, mx.sym.var("data"), layout="NTC", merge_outputs=True)
    made.initialize(mx.init.Xavier())
    params = {name: p.data() for name, p in made.collect_params().items()}
    data = np.random.RandomState(0).uniform(-1, 1, (2, 3, 3)).astype("float32")
    names = [n for n in outputs.list_inputs() if n not in params and n != "data"]
    inputs = {"data": data, **{n: np.zeros((2, 4), "float32") for n in names}}
    check(tmp_path, outputs, inputs, params)


def test_resnet18(tmp_path):
    block(tmp_path, mx.gluon.model_zoo.vision.resnet18_v1(classes=10), (1, 3, 32, 32), rtol=1e-3, atol=1e-4)


X = np.random.RandomState(1).uniform(0.1, 0.9, (2, 3, 4)).astype("float32")
x, y = mx.sym.var("x"), mx.sym.var("y")
UNARY = """relu sigmoid tanh exp log sqrt abs negative floor ceil reciprocal sin cos tan arcsin arccos arctan sinh cosh
arcsinh arctanh erf softsign sign square rsqrt cbrt rcbrt log2 log10 log1p expm1 BlockGrad identity hard_sigmoid softmax
log_softmax softmin zeros_like ones_like rint""".split()
CALLS = {
    **{name: getattr(mx.sym, name)(x) for name in UNARY},
    "scalars": 3 - (2 / (x * 2 + 1)) ** 2 - 2**x,
    "scalar_compare": (x > 0.5) + (x != 0.5) + (x <= 0.3),
    "maximum": mx.sym.maximum(mx.sym.minimum(x, 0.6), 0.4),
    "binary": mx.sym.broadcast_div(x + y, mx.sym.broadcast_mul(x, y) - 3),
    "compare": mx.sym.broadcast_greater(x, y) + mx.sym.broadcast_not_equal(x, y),
    "logical": mx.sym.broadcast_logical_and(x > 0.5, y > 0.5),
    "where": mx.sym.where(x > 0.5, x, y),
    "clip": mx.sym.clip(x, 0.3, 0.6),
    "softmax_options": mx.sym.softmax(x, axis=1, temperature=2.0),
    "reductions": mx.sym.Group([mx.sym.sum(x, axis=1), mx.sym.mean(x, axis=(0, 2), keepdims=True), mx.sym.max(x),
                                mx.sym.min(x, axis=-1), mx.sym.prod(x, axis=1, exclude=True)]),
    "norm": mx.sym.Group([mx.sym.norm(x, axis=2), mx.sym.norm(x, ord=1, axis=1)]),
    "argmax": mx.sym.Group([mx.sym.argmax(x, axis=1), mx.sym.argmin(x, axis=-1, keepdims=True)]),
    "dot": mx.sym.dot(mx.sym.reshape(x, shape=(6, 4)), mx.sym.reshape(y, shape=(6, 4)), transpose_b=True),
    "batch_dot": mx.sym.batch_dot(x, y, transpose_a=True),
    "reshape": mx.sym.reshape(mx.sym.reshape(x, shape=(0, -1)), shape=(-4, 1, 2, 0)),
    "transpose": mx.sym.swapaxes(mx.sym.transpose(x, axes=(2, 0, 1)), dim1=0, dim2=1),
    "squeeze": mx.sym.squeeze(mx.sym.expand_dims(x, axis=1)),
    "concat": mx.sym.concat(x, y, dim=2),
    "stack": mx.sym.stack(x, y, axis=1),
    "slices": mx.sym.Group([mx.sym.slice_axis(x, axis=1, begin=1, end=None), mx.sym.slice(x, begin=(0, 1), end=(2, 3)),
                            mx.sym.slice(x, begin=(None, None, 3), end=(None, None, None), step=(1, 1, -2))]),
    "slice_like": mx.sym.slice_like(x, mx.sym.slice_axis(y, axis=2, begin=0, end=2)),
    "split": mx.sym.Group(list(mx.sym.split(x, num_outputs=2, axis=2))),
    "split_squeeze": mx.sym.Group(list(mx.sym.split(x, num_outputs=3, axis=1, squeeze_axis=True))),
    "take": mx.sym.take(x, mx.sym.argmax(y, axis=2), axis=2),
    "pad": mx.sym.pad(mx.sym.expand_dims(x, axis=0), mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 2, 0)),
    "tile": mx.sym.tile(x, reps=(2, 1, 1, 3)),
    "broadcast": mx.sym.broadcast_to(mx.sym.sum(x, axis=1, keepdims=True), shape=(2, 3, 4)),
    "one_hot": mx.sym.one_hot(mx.sym.argmax(x, axis=2), depth=5, on_value=2.0),
    "add_n": mx.sym.add_n(x, y, x),
    "cast": mx.sym.cast(mx.sym.cast(x * 10, dtype="int32"), dtype="float32"),
    "l2": mx.sym.Group([mx.sym.L2Normalization(x, mode=m) for m in ("instance", "channel", "spatial")]),
    "smooth_l1": mx.sym.smooth_l1(x * 4 - 2, scalar=1.5),
    "upsampling": mx.sym.UpSampling(mx.sym.expand_dims(x, axis=0), scale=2, sample_type="nearest"),
    "bilinear": mx.sym.contrib.BilinearResize2D(mx.sym.expand_dims(x, axis=0), height=7, width=5),
    "lrn": mx.sym.LRN(mx.sym.expand_dims(x, axis=0), nsize=3),
    "adaptive": mx.sym.contrib.AdaptiveAvgPooling2D(mx.sym.expand_dims(x, axis=0), output_size=(1, 2)),
    "sum_pool": mx.sym.Pooling(x, kernel=(2,), pool_type="sum"),
    "arange": mx.sym.broadcast_add(x, mx.sym.arange(4)),
    "same_output_twice": mx.sym.Group([mx.sym.exp(x, name="e")] * 2),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_operator(tmp_path, name):
    symbol = CALLS[name]
    given = {"x": X, "y": X[::-1, ::-1].copy()}
    check(tmp_path, symbol, {n: given[n] for n in symbol.list_inputs()})


def test_embedding_and_loss(tmp_path):
    e = mx.sym.Embedding(mx.sym.var("data"), mx.sym.var("table"), input_dim=5, output_dim=3, name="emb")
    out = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(e, num_hidden=2, no_bias=True, name="fc"), name="softmax")
    params = {"table": mx.nd.random.normal(shape=(5, 3)), "fc_weight": mx.nd.random.normal(shape=(2, 6))}
    path = str(tmp_path / "m.onnx")
    mx.onnx.export_model(out, [params, {}], [(4, 2)], np.float32, path)
    ids = np.array([[0, 1], [2, 3], [4, 0], [1, 1]], "float32")
    arrays = {**params, "data": mx.nd.array(ids), "softmax_label": mx.nd.zeros(4)}
    expected = out.bind(mx.cpu(), arrays).forward()[0].asnumpy()
    np.testing.assert_allclose(outputs_of(path, {"data": ids})[0], expected, rtol=1e-5, atol=1e-6)


def test_files_and_dynamic_batch(tmp_path):
    net = sequential(nn.Dense(3, activation="relu"), nn.Flatten(), nn.Dense(2))
    net.initialize()
    net.hybridize()
    first = net(mx.nd.ones((1, 4)))
    net.export(str(tmp_path / "net"))
    path = str(tmp_path / "m.onnx")
    names = str(tmp_path / "net-symbol.json"), str(tmp_path / "net-0000.params")
    assert mx.contrib.onnx.export_model(*names, [(1, 4)], np.float32, path, dynamic=True) == path
    found = outputs_of(path, {"data": np.ones((5, 4), "float32")})[0]
    np.testing.assert_allclose(found, np.repeat(first.asnumpy(), 5, 0), rtol=1e-5)


@pytest.mark.parametrize(
    ("symbol", "shapes", "words"),
    [
        (mx.sym.topk(x, name="top"), [(2, 3)], "topk.*top"),
        (mx.sym.take(x, y, mode="wrap"), [(2, 3), (2,)], "mode='wrap'"),
        (x + y, [(2, 3)], "2 inputs"),
    ],
)
def test_refused(tmp_path, symbol, shapes, words):
    with pytest.raises(mx.base.MXNetError, match=words):
        mx.onnx.export_model(symbol, {}, shapes, np.float32, str(tmp_path / "m.onnx"))
    assert not (tmp_path / "m.onnx").exists()


def test_wrong_kinds(tmp_path):
    with pytest.raises(ValueError, match="Symbol and str"):
        mx.onnx.export_model(x, "file.params", [(1,)])
    assert "Convolution" in mx.onnx.get_operator_support()


def test_package_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(ImportError, match="pip install onnx"):
        mx.onnx.export_model(x, {}, [(1,)])
