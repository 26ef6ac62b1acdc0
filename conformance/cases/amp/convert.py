"""Conversions to mixed precision: names and places of casts, types of parameters, results, refusals."""

import json

from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)


def _amp(mx):
    import importlib

    return importlib.import_module(mx.__name__ + ".contrib.amp")


def _nodes(symbol):
    data = json.loads(symbol.tojson(remove_amp_cast=False))
    rows = []
    for node in data["nodes"]:
        attrs = node.get("attrs", {})
        kept = {k: attrs[k] for k in ("dtype", "num_outputs", "__dtype__") if k in attrs and node["op"] in _CASTS}
        kept.update({k: v for k, v in attrs.items() if k == "__dtype__"})
        rows.append((node["op"], node["name"], kept, [i[:2] for i in node["inputs"]]))
    return rows, [h[:2] for h in data["heads"]]


_CASTS = ("amp_cast", "amp_multicast")


def _mlp(mx):
    x = mx.sym.var("data")
    h = mx.sym.Activation(mx.sym.FullyConnected(x, num_hidden=4, name="fc1"), act_type="relu", name="relu1")
    return mx.sym.softmax(mx.sym.FullyConnected(h, num_hidden=3, name="fc2"), name="prob")


def _conv(mx):
    x = mx.sym.var("data")
    c = mx.sym.Convolution(x, kernel=(3, 3), num_filter=4, name="conv")
    b = mx.sym.BatchNorm(c, name="bn")
    p = mx.sym.Pooling(mx.sym.Activation(b, act_type="relu", name="act"), kernel=(2, 2), pool_type="max", name="pool")
    return mx.sym.FullyConnected(mx.sym.Flatten(p, name="flat"), num_hidden=2, name="fc")


def _residual(mx):
    x = mx.sym.var("data")
    a = mx.sym.FullyConnected(x, num_hidden=4, name="a")
    b = mx.sym.exp(mx.sym.FullyConnected(x, num_hidden=4, name="b"), name="e")
    return mx.sym.elemwise_add(a, b, name="sum")


def _shared(mx):
    x, w = mx.sym.var("data"), mx.sym.var("w")
    a = mx.sym.FullyConnected(x, w, num_hidden=4, no_bias=True, name="a")
    b = mx.sym.FullyConnected(a, w, num_hidden=4, no_bias=True, name="b")
    return mx.sym.Group([mx.sym.sum(b, name="s"), mx.sym.concat(a, b, dim=1, name="c"), w])


def _widest_variables(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    return mx.sym.FullyConnected(mx.sym.broadcast_add(a, b, name="add"), num_hidden=3, name="fc")


def _conditional(mx):
    x = mx.sym.var("data")
    f = mx.sym.FullyConnected(x, num_hidden=3, name="fc")
    soft = mx.sym.Activation(f, act_type="softrelu", name="soft")
    leaky = mx.sym.LeakyReLU(f, act_type="elu", name="elu")
    plain = mx.sym.LeakyReLU(f, act_type="leaky", name="leaky")
    return mx.sym.Group([soft, leaky, plain])


def _split(mx):
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, name="fc")
    parts = mx.sym.split(x, num_outputs=2, axis=1, name="split")
    return mx.sym.Group([mx.sym.exp(parts[0], name="e0"), mx.sym.dot(parts[1], mx.sym.var("m"), name="d")])


def _lstm(mx):
    cell = mx.rnn.LSTMCell(4, prefix="lstm_") if hasattr(mx, "rnn") else None
    outputs, _ = cell.unroll(2, inputs=mx.sym.var("data"), merge_outputs=True)
    return outputs


def _dropout(mx):
    x = mx.sym.Dropout(mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, name="fc"), p=0.5, name="drop")
    return mx.sym.log_softmax(mx.sym.LayerNorm(x, name="ln"), name="out")


def _attention(mx):
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, flatten=False, name="fc")
    s = mx.sym.batch_dot(x, x, transpose_b=True, name="score")
    return mx.sym.batch_dot(mx.sym.softmax(s, name="att"), x, name="out")


GRAPHS = {
    "mlp": _mlp,
    "conv": _conv,
    "residual": _residual,
    "shared": _shared,
    "widest_variables": _widest_variables,
    "conditional": _conditional,
    "split": _split,
    "dropout": _dropout,
    "attention": _attention,
}

for _dtype in ("float16", "bfloat16"):
    suite.table(
        "symbol_" + _dtype,
        {
            name: lambda mx, graph=graph, dtype=_dtype: attempt(
                lambda: _nodes(_amp(mx).convert_symbol(graph(mx), target_dtype=dtype))
            )
            for name, graph in GRAPHS.items()
        },
    )


def _converted(mx, graph, **kwargs):
    return _nodes(_amp(mx).convert_symbol(graph(mx), **kwargs))


suite.table(
    "options",
    {
        "target_ops": lambda mx: _converted(mx, _mlp, target_dtype_ops=["FullyConnected", "Activation"]),
        "no_target_ops": lambda mx: _converted(mx, _mlp, target_dtype_ops=[]),
        "fp32_ops": lambda mx: _converted(mx, _mlp, target_dtype_ops=["Convolution"], fp32_ops=["FullyConnected"]),
        "conditional": lambda mx: _converted(
            mx, _mlp, conditional_fp32_ops=[("Activation", "act_type", ["relu", "tanh"])]
        ),
        "excluded": lambda mx: _converted(mx, _mlp, excluded_sym_names=["fc2"]),
        "excluded_first": lambda mx: _converted(mx, _conv, excluded_sym_names=["conv", "fc"]),
        "data_names": lambda mx: _converted(mx, _mlp, data_names=["data"]),
        "cast_params": lambda mx: _converted(mx, _mlp, data_names=["data"], cast_optional_params=True),
        "cast_params_conv": lambda mx: _converted(mx, _conv, data_names=["data"], cast_optional_params=True),
        "cast_params_shared": lambda mx: _converted(mx, _shared, data_names=["data"], cast_optional_params=True),
        "cast_params_bfloat16": lambda mx: _converted(
            mx, _conv, target_dtype="bfloat16", data_names=["data"], cast_optional_params=True
        ),
        "dtype_attribute": lambda mx: _nodes(
            _amp(mx).convert_symbol(
                mx.sym.FullyConnected(mx.sym.var("x", dtype="float32"), num_hidden=2, name="fc"),
                cast_optional_params=True,
            )
        ),
    },
)

suite.table(
    "refused",
    {
        "not_symbol": lambda mx: attempt(lambda: _amp(mx).convert_symbol("x")),
        "dtype": lambda mx: attempt(lambda: _amp(mx).convert_symbol(_mlp(mx), target_dtype="float64")),
        "ops_no_list": lambda mx: attempt(lambda: _converted(mx, _mlp, target_dtype_ops=("FullyConnected",))),
        "fp32_no_list": lambda mx: attempt(lambda: _converted(mx, _mlp, fp32_ops="exp")),
        "conditional_no_list": lambda mx: attempt(lambda: _converted(mx, _mlp, conditional_fp32_ops="exp")),
        "conditional_row": lambda mx: attempt(lambda: _converted(mx, _mlp, conditional_fp32_ops=[("exp", "x", "y")])),
        "excluded_no_list": lambda mx: attempt(lambda: _converted(mx, _mlp, excluded_sym_names="fc1")),
        "both_lists": lambda mx: attempt(lambda: _converted(mx, _mlp, target_dtype_ops=["exp"])),
        "conditional_and_small": lambda mx: attempt(
            lambda: _converted(mx, _mlp, target_dtype_ops=["Activation", "FullyConnected"],
                               conditional_fp32_ops=[("FullyConnected", "flatten", ["True"])])
        ),
        "unknown": lambda mx: attempt(lambda: _converted(mx, _mlp, target_dtype_ops=["NoSuchOperator"])),
        "model_symbol": lambda mx: attempt(lambda: _amp(mx).convert_model("x", {}, {})),
        "model_args": lambda mx: attempt(lambda: _amp(mx).convert_model(_mlp(mx), [], {})),
        "model_aux": lambda mx: attempt(lambda: _amp(mx).convert_model(_mlp(mx), {}, [])),
        "block": lambda mx: attempt(lambda: _amp(mx).convert_hybrid_block(mx.gluon.nn.Sequential())),
        "block_without_graph": lambda mx: attempt(lambda: _amp(mx).convert_hybrid_block(mx.gluon.nn.Dense(2))),
        "bucketing": lambda mx: attempt(lambda: _amp(mx).amp.convert_bucketing_module(3)),
    },
)  # fmt: skip


def _params(mx):
    draw = mx.nd.random.uniform
    return {
        "fc1_weight": draw(shape=(4, 5)),
        "fc1_bias": draw(shape=(4,)),
        "fc2_weight": draw(shape=(3, 4)),
        "fc2_bias": draw(shape=(3,)),
    }


def _model(mx, dtype, run=True, **kwargs):
    given = _params(mx)
    symbol, args, aux = _amp(mx).convert_model(_mlp(mx), given, {}, target_dtype=dtype, **kwargs)
    result = [_nodes(symbol), {k: str(v.dtype) for k, v in sorted(args.items())}, aux, args is given]
    if run:
        x = mx.nd.array([[1, 2, 3, 4, 5], [0, 1, 0, -1, 0.5]])
        bound = symbol.bind(mx.cpu(), dict(args, data=x))
        result.append(bound.forward()[0])
    return result


HALF = Tolerance(rtol=2e-2, atol=5e-3, why="float16 and bfloat16 have few digits, and sums differ in order")
suite.table(
    "model",
    {
        "bfloat16": lambda mx: _model(mx, "bfloat16"),
        "bfloat16_params": lambda mx: _model(mx, "bfloat16", run=False, cast_optional_params=True),
        "float16_params": lambda mx: _model(mx, "float16", run=False, cast_optional_params=True),
        "float16": lambda mx: _model(mx, "float16", run=False),
    },
    tol=HALF,
)


def _block(mx, dtype, **kwargs):
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(4, activation="relu"), mx.gluon.nn.BatchNorm(), mx.gluon.nn.Dense(2))
    net.initialize(mx.init.Xavier())
    net.hybridize()
    net(mx.nd.ones((2, 3)))
    made = _amp(mx).convert_hybrid_block(net, target_dtype=dtype, ctx=mx.cpu(), **kwargs)
    kinds = {name: str(p.dtype) for name, p in made.collect_params().items()}
    return type(made).__name__, kinds, _nodes(made._cached_graph[1])


suite.table(
    "block",
    {
        "float16": lambda mx: _block(mx, "float16"),
        "bfloat16": lambda mx: _block(mx, "bfloat16"),
        "float16_params": lambda mx: _block(mx, "float16", cast_optional_params=True),
        "excluded": lambda mx: _block(mx, "float16", excluded_sym_names=["net_dense0_fwd"]),
    },
)

_LISTS = (
    "list_lp16_ops",
    "list_fp32_ops",
    "list_lp16_fp32_ops",
    "list_conditional_fp32_ops",
    "list_widest_type_cast",
    "list_loss_output_functions",
    "list_lp16_use_fp32_params",
)
suite.table(
    "lists",
    {
        name + "_" + str(kind): lambda mx, name=name, kind=kind: attempt(
            lambda: getattr(_amp(mx), name)(_amp(mx).amp.bfloat16 if kind == "bf16" else kind)
        )
        for name in _LISTS
        for kind in ("float16", "bf16")
    },
)
suite.table(
    "lists_refused",
    {kind: lambda mx, kind=kind: attempt(lambda: _amp(mx).list_lp16_ops(kind)) for kind in ("bfloat16", "float32")},
)
