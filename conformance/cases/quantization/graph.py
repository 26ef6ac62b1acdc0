"""Graphs of quantized operators, their parameters, and the ranges that calibration finds."""

import importlib
import json

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _quantization(mx):
    return importlib.import_module(mx.__name__ + ".contrib.quantization")


def _nodes(symbol):
    rows = []
    data = json.loads(symbol.tojson())
    for node in data["nodes"]:
        attrs = {k: v for k, v in node.get("attrs", {}).items() if "calib" in k or k == "out_type"}
        rows.append((node["op"], node["name"], attrs, [i[:2] for i in node["inputs"]]))
    return rows, [h[:2] for h in data["heads"]]


def _lenet(mx):
    x = mx.sym.Convolution(mx.sym.var("data"), kernel=(3, 3), num_filter=4, name="conv")
    x = mx.sym.Pooling(mx.sym.Activation(x, act_type="relu", name="relu"), kernel=(2, 2), pool_type="max", name="pool")
    return mx.sym.FullyConnected(mx.sym.Flatten(x, name="flat"), num_hidden=3, name="fc")


def _lenet_params(mx):
    draw = mx.nd.random.uniform
    return {
        "conv_weight": draw(-1, 1, (4, 2, 3, 3)),
        "conv_bias": draw(-1, 1, (4,)),
        "fc_weight": draw(-1, 1, (3, 16)),
        "fc_bias": draw(-1, 1, (3,)),
    }


def _mlp(mx):
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, name="fc1")
    x = mx.sym.Activation(x, act_type="tanh", name="tanh")
    return mx.sym.FullyConnected(x, num_hidden=3, no_bias=True, name="fc2")


def _sums(mx):
    x = mx.sym.var("data")
    a = mx.sym.FullyConnected(x, num_hidden=4, name="a")
    b = mx.sym.FullyConnected(x, num_hidden=4, name="b")
    c = mx.sym.elemwise_add(a, b, name="add")
    return mx.sym.FullyConnected(mx.sym.concat(c, mx.sym.exp(a, name="e"), dim=1, name="cat"), num_hidden=2, name="c")


def _norm(mx):
    x = mx.sym.Convolution(mx.sym.var("data"), kernel=(1, 1), num_filter=4, name="c1")
    x = mx.sym.Activation(mx.sym.BatchNorm(x, name="bn"), act_type="relu", name="r")
    return mx.sym.Convolution(x, kernel=(1, 1), num_filter=4, no_bias=True, name="c2")


def _avg(mx):
    x = mx.sym.Pooling(mx.sym.var("data"), kernel=(2, 2), pool_type="avg", name="avg")
    x = mx.sym.Pooling(mx.sym.Convolution(x, kernel=(1, 1), num_filter=2, name="c"), kernel=(2, 2), name="max")
    return mx.sym.sum(x, name="s")


GRAPHS = {"lenet": _lenet, "mlp": _mlp, "sums": _sums, "norm": _norm, "avg": _avg}


def _graph(mx, graph, offline=True, **kwargs):
    symbol = graph(mx)
    params = {n: mx.nd.array([[-1, 0.5]]) for n in symbol.list_arguments() if n != "data"} if offline else {}
    kwargs.setdefault("calib_mode", "none")
    qsym, qargs, aux, collector = _quantization(mx).quantize_graph(symbol, params, {}, **kwargs)
    return _nodes(qsym), sorted(qargs), aux, getattr(collector, "include_layer", None)


for _mode in ("full", "smart"):
    suite.table(
        _mode,
        {name: lambda mx, g=g, mode=_mode: _graph(mx, g, quantize_mode=mode) for name, g in GRAPHS.items()},
    )
suite.table(
    "options",
    {
        "online": lambda mx: _graph(mx, _mlp, offline=False),
        "uint8": lambda mx: _graph(mx, _lenet, quantized_dtype="uint8"),
        "auto": lambda mx: _graph(mx, _lenet, quantized_dtype="auto"),
        "excluded": lambda mx: _graph(mx, _mlp, excluded_sym_names=["fc1"]),
        "excluded_operator": lambda mx: _graph(mx, _lenet, excluded_op_names=["Convolution", "Pooling"]),
        "naive": lambda mx: _graph(mx, _lenet, calib_mode="naive"),
        "entropy": lambda mx: _graph(mx, _sums, calib_mode="entropy"),
        "model": lambda mx: _nodes(
            _quantization(mx).quantize_model(_lenet(mx), _lenet_params(mx), {}, calib_mode="none")[0]
        ),
    },
)


def _params(mx):
    q = _quantization(mx).quantize_model(_lenet(mx), _lenet_params(mx), {}, calib_mode="none")
    return q[1]


def _calibrated(mx, mode="naive", table=None):
    q = _quantization(mx)
    qsym, _, aux, collector = q.quantize_graph(_lenet(mx), _lenet_params(mx), {}, calib_mode="naive")
    collector.min_max_dict = table or {"data": (-1.5, 2.0), "conv_output": (-4.25, 3.0), "fc_output": (0.0, 1e-3)}
    made, args, _ = q.calib_graph(qsym, _lenet_params(mx), aux, collector, calib_mode=mode)
    return _nodes(made), sorted(args), _nodes(qsym) == _nodes(made)


suite.table(
    "calibrated",
    {
        "params": _params,
        "naive": _calibrated,
        "some": lambda mx: _calibrated(mx, table={"conv_output": (-1.0, 1.0)}),
        "customize": lambda mx: _calibrated(mx, "customize"),
        "none": lambda mx: attempt(lambda: _calibrated(mx, "none")),
        "unknown": lambda mx: attempt(lambda: _calibrated(mx, "odd")),
    },
)

suite.table(
    "refused",
    {
        "excluded": lambda mx: attempt(lambda: _graph(mx, _mlp, excluded_sym_names="fc1")),
        "dtype": lambda mx: attempt(lambda: _graph(mx, _mlp, quantized_dtype="int4")),
        "granularity": lambda mx: attempt(lambda: _graph(mx, _mlp, quantize_granularity="row-wise")),
        "mode": lambda mx: attempt(lambda: _graph(mx, _mlp, calib_mode="odd")),
        "context": lambda mx: attempt(lambda: _graph(mx, _mlp, ctx=[mx.cpu()])),
        "customize": lambda mx: attempt(lambda: _graph(mx, _mlp, calib_mode="customize")),
        "no_data": lambda mx: attempt(
            lambda: _quantization(mx).quantize_model(_lenet(mx), _lenet_params(mx), {}, calib_mode="naive")
        ),
        "no_iterator": lambda mx: attempt(
            lambda: _quantization(mx).quantize_model(
                _lenet(mx), _lenet_params(mx), {}, calib_mode="naive", calib_data=[1]
            )
        ),
        "no_shapes": lambda mx: attempt(lambda: _quantization(mx).quantize_net_v2(mx.gluon.nn.Dense(2))),
    },
)


def _histogram(mx, threshold, values):
    old = np.array([-2.0, -1, 0, 0.5, 1.9])
    counts, edges = np.histogram(old, bins=5, range=(-2, 2))
    new = np.array(values)
    made = _quantization(mx).combine_histogram((counts, edges, -2.0, 1.9, 2.0), new, new.min(), new.max(), threshold)
    return [np.asarray(part, "float64") for part in made]


suite.table(
    "histogram",
    {
        "inside": lambda mx: _histogram(mx, 1.5, [-1.5, 1.0, 0.1]),
        "wider": lambda mx: _histogram(mx, 3.1, [-1.5, 3.1, 0.1]),
        "much_wider": lambda mx: _histogram(mx, 10.0, [-10.0, 3.1, 0.1]),
    },
)
