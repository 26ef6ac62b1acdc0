"""Every word that an attribute may be, also those that MXNet's CPU build has no kernel for."""

from __future__ import annotations

from typing import Any

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

SUMS = Tolerance(rtol=2e-5, atol=2e-6, why="sums over a window are added in another order")
TUNES = ("off", "fastest", "limited_workspace")
DTYPES = ("float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool", "bfloat16")
C, I = "nd.contrib.", "nd._internal."  # noqa: E741


def each(
    name: str,
    path: str,
    args: tuple[Any, ...],
    attribute: str,
    values: tuple[Any, ...],
    also: dict[str, Any],
    **options: Any,
) -> None:
    """A case for each value of an attribute."""
    for value in values:
        suite.op(f"{name}/{attribute}/{value}", path, args, {**also, attribute: value}, **options)


# data, weight and bias of each number of axes; channels last where the layout says so
LAYOUTS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "NCW": ((1, 2, 4), (3, 2, 2)),
    "NCHW": ((1, 2, 4, 3), (3, 2, 2, 2)),
    "NCDHW": ((1, 2, 3, 3, 2), (3, 2, 2, 2, 2)),
    "NHWC": ((1, 4, 3, 2), (3, 2, 2, 2)),
    "NDHWC": ((1, 3, 3, 2, 2), (3, 2, 2, 2, 2)),
}
for op in ("Convolution", "Convolution_v1"):
    for layout, (shape, weight) in LAYOUTS.items():
        args = (Arr(shape), Arr(weight, seed=2), Arr((3,), seed=3))
        kwargs = {"kernel": (2,) * (len(shape) - 2), "num_filter": 3, "layout": layout}
        suite.op(f"{op}/layout/{layout}", f"nd.{op}", args, kwargs, tol=SUMS)
    args = (Arr((1, 2, 4, 3)), Arr((3, 2, 2, 2), seed=2), Arr((3,), seed=3))
    each(op, f"nd.{op}", args, "cudnn_tune", TUNES, {"kernel": (2, 2), "num_filter": 3}, tol=SUMS)
for layout, (shape, _) in LAYOUTS.items():
    window = (2,) * (len(shape) - 2)
    args = (Arr(shape), Arr((2, *window, 3) if layout[1] != "C" else (2, 3, *window), seed=2))
    kwargs = {"kernel": window, "num_filter": 3, "layout": layout}
    suite.op(f"Deconvolution/layout/{layout}", "nd.Deconvolution", args, kwargs, tol=SUMS)
args = (Arr((1, 2, 4, 3)), Arr((2, 3, 2, 2), seed=2))
each("Deconvolution", "nd.Deconvolution", args, "cudnn_tune", TUNES, {"kernel": (2, 2), "num_filter": 3}, tol=SUMS)

x, weight, bias = Arr((1, 1, 3, 3)), Arr((1, 1, 2, 2), seed=2), Arr((1,), seed=3)
offset, mask = Arr((1, 8, 2, 2), low=-0.4, high=0.4, seed=4), Arr((1, 4, 2, 2), low=0, high=1, seed=5)
for layout in ("NCW", "NCHW", "NCDHW"):
    kwargs = {"kernel": (2, 2), "num_filter": 1, "layout": layout}
    suite.op(
        f"DeformableConvolution/layout/{layout}",
        C + "DeformableConvolution",
        (x, offset, weight, bias),
        kwargs,
        tol=SUMS,
    )
    suite.op(
        f"ModulatedDeformableConvolution/layout/{layout}", C + "ModulatedDeformableConvolution",
        (x, offset, mask, weight, bias), kwargs, grad=False, tol=SUMS,
    )  # fmt: skip

places, table = Arr(values=[[0, 3], [1, 2]], dtype="int32"), Arr((4, 2), low=0, high=5)
each("one_hot", "nd.one_hot", (places, 4), "dtype", DTYPES, {}, grad=False)
each("cast", "nd.cast", (table,), "dtype", DTYPES, {}, grad=False)
each("embedding", "nd.Embedding", (places, table), "dtype", DTYPES, {"input_dim": 4, "output_dim": 2}, grad=False)
for dtype in DTYPES[:7]:
    own = (places, table.with_(dtype=dtype))
    kwargs = {"input_dim": 4, "output_dim": 2, "dtype": dtype}
    suite.op(f"embedding/of/{dtype}", "nd.Embedding", own, kwargs, grad=dtype.startswith("float") and (1,))
each("norm", "nd.norm", (table,), "out_dtype", DTYPES[:7], {}, grad=False)
for stype in ("default", "csr", "row_sparse"):
    pair = (Arr((2, 2, 3)), Arr((2, 3, 1), seed=2))
    suite.op(f"batch_dot/forward_stype/{stype}", "nd.batch_dot", pair, {"forward_stype": stype})
unique = Arr((2, 4), unique=True)
for ret in ("indices", "both"):
    each(f"topk/{ret}", "nd.topk", (unique,), "dtype", DTYPES, {"k": 2, "ret_typ": ret}, grad=False)
each("argsort", "nd.argsort", (unique,), "dtype", DTYPES, {}, grad=False)
for source in ("float32", "int32", "int8"):
    each(
        f"cumsum/{source}",
        "nd.cumsum",
        (table.with_(dtype=source),),
        "dtype",
        DTYPES,
        {"axis": 0},
        grad=False,
    )
shape = {"shape": (2, 1)}
each("arange", I + "_arange", (), "dtype", DTYPES, {"start": 0, "stop": 4}, grad=False)
each("eye", I + "_eye", (), "dtype", DTYPES, {"N": 2, "M": 3, "k": 1}, grad=False)
each("full", I + "_full", (), "dtype", DTYPES, {**shape, "value": 2.5}, grad=False)
each("ones", I + "_ones", (), "dtype", DTYPES, shape, grad=False)
each("zeros", I + "_zeros", (), "dtype", DTYPES, shape, grad=False)
each("linspace", I + "_linspace", (), "dtype", DTYPES, {"start": 0, "stop": 4, "num": 3}, grad=False)
halves = Arr(values=[0.4, 0.5, 0.6, 1.5, 2.5, -0.5, -1.5, -1.6, 127.4, 127.5, 200, 300, -129, 1e6, -3e9])
for name, data in (("table", table), ("halves", halves), ("rows", halves.with_(layout="rows"))):
    each(f"amp_cast/{name}", "nd.amp_cast", (data,), "dtype", DTYPES, {}, grad=False)
small = Arr(values=[0.4, 0.5, 0.6, 1.5, 2.5, 3.7], dtype="float16")
each("amp_cast/half", "nd.amp_cast", (small,), "dtype", ("float32", "int8", "uint8", "int32"), {}, grad=False)
each(
    "sparse_embedding",
    C + "SparseEmbedding",
    (places, table),
    "dtype",
    DTYPES,
    {"input_dim": 4, "output_dim": 2},
    grad=False,
)

# ------------------------------------------------------------------------------------------ quantized

ZERO, MINUS, TWO = (Arr(values=[v]) for v in (0.0, -2.0, 2.0))
image = Arr((1, 1, 3, 3), "uint8", low=0, high=255)
kernel = Arr((1, 1, 2, 2), "int8", low=-127, high=127, seed=2)
args = (image, kernel, ZERO, TWO, MINUS, TWO)
once = {"kernel": (2, 2), "num_filter": 1, "no_bias": True}
each("quantized_conv", C + "quantized_conv", args, "cudnn_tune", TUNES, once, grad=False)
each("quantized_conv", C + "quantized_conv", args, "layout", tuple(LAYOUTS), once, grad=False)
signed = (Arr((2, 3), "int8", low=-127, high=127), MINUS, TWO)
each(
    "quantized_act", C + "quantized_act", signed, "act_type",
    ("relu", "sigmoid", "tanh", "softrelu", "softsign"), {}, grad=False,
)  # fmt: skip
args = (places.with_(dtype="float32"), Arr((4, 2), "int8", low=-127, high=127), MINUS, TWO)
each(
    "quantized_embedding",
    C + "quantized_embedding",
    args,
    "dtype",
    DTYPES,
    {"input_dim": 4, "output_dim": 2},
    grad=False,
)
args = (image, MINUS, TWO)
Q, window = C + "quantized_pooling", {"kernel": (2, 2)}
each("quantized_pooling", Q, args, "pool_type", ("max", "avg", "sum", "lp"), window, grad=False)
each("quantized_pooling", Q, args, "layout", ("NCW", "NCHW", "NHWC", "NDHWC", "NWC"), window, grad=False)
volume = (Arr((1, 1, 3, 3, 3), "int8", low=-128, high=127), MINUS, TWO)
each("quantized_pooling/volume", Q, volume, "layout", ("NCHW", "NCDHW"), {"kernel": (2, 2, 2)}, grad=False)
wide = (Arr((1, 1, 5, 5), "uint8", low=0, high=255), MINUS, TWO)
for stride in (1, 2, 3):
    for pad in (0, 1):
        for kind in ("max", "avg"):
            attrs = {"kernel": (2, 2), "stride": (stride, stride), "pad": (pad, pad), "pool_type": kind}
            label = f"quantized_pooling/{kind}/{stride}/{pad}"
            if kind == "avg":
                each(
                    label,
                    Q,
                    wide,
                    "count_include_pad",
                    (False, True),
                    {**attrs, "pooling_convention": "full"},
                    grad=False,
                )
            each(label, Q, wide, "pooling_convention", ("valid", "full", "same"), attrs, grad=False)
cell = (
    Arr((2, 1, 3), "uint8", low=0, high=128), Arr((56,), low=-1, high=1), Arr((1, 1, 2), low=-1, high=1, seed=2),
    Arr((1, 1, 2), low=-1, high=1, seed=3), Arr(values=[64.0]), Arr(values=[64.0]),
)  # fmt: skip
own = {"state_size": 2, "num_layers": 1, "state_outputs": True}
each("quantized_rnn", C + "quantized_rnn", cell, "mode", ("rnn_relu", "rnn_tanh", "gru"), own, grad=False)
