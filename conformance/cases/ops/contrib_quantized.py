"""contrib: 8-bit integers, and single operators (Hawkes processes, calibration, GPU-only transforms)."""

from __future__ import annotations

import numpy as np

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

C = "nd.contrib."
X = Arr(values=[[1.0, -2.0, 0.3], [0.5, 1.5, -0.7]])
MINUS, TWO, FOUR, ZERO = (Arr(values=[v]) for v in (-2.0, 2.0, 4.0, 0.0))
S8 = Arr((2, 3), "int8", low=-128, high=127)
U8 = Arr((2, 3), "uint8", low=0, high=255)
S32 = Arr(values=[100000, -128, 50001, 7], dtype="int32")
BIG = Arr(values=[1000000000, -2000000000, 5000100, 7], dtype="int32")

suite.standard(
    "quantize",
    C + "quantize",
    (X, MINUS, TWO),
    [{}, {"out_type": "int8"}, {"out_type": "uint8"}],
    dtypes=("float64", "int32"),
    grad=False,
    bad={
        "range": ((X, Arr((2,)), TWO), {}, ("quantize", "min_range")),
        "type": ((X, MINUS, TWO), {"out_type": "int32"}, ("valid values",)),
    },
)
suite.op("quantize/wide", C + "quantize", (X, MINUS, FOUR), {"out_type": "int8"}, grad=False)
suite.op("quantize/narrow", C + "quantize", (X, ZERO, Arr(values=[0.5])), {"out_type": "uint8"}, grad=False)
suite.standard(
    "quantize_v2",
    C + "quantize_v2",
    (X,),
    [
        {},
        {"out_type": "auto"},
        {"out_type": "uint8"},
        {"out_type": "int8", "min_calib_range": -0.5, "max_calib_range": 1.0},
        {"out_type": "uint8", "min_calib_range": 0, "max_calib_range": 1.0},
        {"out_type": "auto", "min_calib_range": 0, "max_calib_range": 1.0},
        {"out_type": "auto", "min_calib_range": -1, "max_calib_range": 1.0},
        {"min_calib_range": -1.0},
    ],
    dtypes=("float64", "int32"),
    grad=False,
)
suite.op("quantize_v2/int8_in", C + "quantize_v2", (S8,), grad=False)
suite.op(
    "quantize_v2/int8_calibrated", C + "quantize_v2", (S8,), {"min_calib_range": -1, "max_calib_range": 2}, grad=False
)
suite.op("quantize_v2/uint8_in", C + "quantize_v2", (U8,), {"out_type": "uint8"}, grad=False)
suite.op("quantize_v2/zeros", C + "quantize_v2", (Arr(values=[0.0, 0.0]),), grad=False)
suite.op("quantize_v2/four_axes", C + "quantize_v2", (Arr((2, 3, 2, 2)),), grad=False)
suite.op("quantize_asym/int8", C + "quantize_asym", (S8,), grad=False, says=("quantize_asym",))
for name, data in (("int8", S8), ("uint8", U8)):
    suite.op(f"dequantize/{name}", C + "dequantize", (data, MINUS, TWO), grad=False, out=True)
    suite.op(f"dequantize/{name}_wide", C + "dequantize", (data, ZERO, FOUR), grad=False)
suite.op_error("dequantize/float", C + "dequantize", (X, MINUS, TWO), says=("dequantize",))
CAL = {"min_calib_range": -1.0, "max_calib_range": 0.5}
POSITIVE = {"min_calib_range": 0, "max_calib_range": 0.5}
for label, data, kwargs in (
    ("small", S32, {}),
    ("big", BIG, {}),
    ("calibrated", BIG, CAL),
    ("auto", BIG, {"out_type": "auto"}),
    ("uint8", BIG, {"out_type": "uint8"}),
    ("uint8_calibrated", BIG, {"out_type": "uint8", **POSITIVE}),
    ("auto_calibrated", BIG, {"out_type": "auto", **POSITIVE}),
):
    suite.op(f"requantize/{label}", C + "requantize", (data, MINUS, TWO), kwargs, grad=False)
suite.op_error("requantize/int8", C + "requantize", (S8, MINUS, TWO), says=("requantize",))

IMAGE, BRIGHT = Arr((1, 2, 4, 4), "int8", low=-128, high=127), Arr((1, 2, 4, 4), "uint8", low=0, high=255)
for name, data in (("int8", IMAGE), ("uint8", BRIGHT)):
    suite.op(f"quantized_flatten/{name}", C + "quantized_flatten", (data, MINUS, TWO), grad=False)
    suite.op(f"quantized_act/{name}", C + "quantized_act", (data, MINUS, TWO), {"act_type": "relu"}, grad=False)
    for label, kwargs in {
        "max": {"kernel": (2, 2)},
        "avg": {"kernel": (2, 2), "pool_type": "avg"},
        "avg_stride": {"kernel": (3, 3), "pool_type": "avg", "stride": (1, 2)},
        "avg_pad": {"kernel": (3, 3), "pool_type": "avg", "pad": (1, 1), "stride": (2, 2)},
        "avg_pad_out": {"kernel": (3, 3), "pool_type": "avg", "pad": (1, 1), "count_include_pad": False},
        "max_pad": {"kernel": (3, 3), "pad": (1, 1)},
        "full": {"kernel": (3, 3), "stride": (2, 2), "pooling_convention": "full"},
        "global": {"kernel": (2, 2), "global_pool": True, "pool_type": "avg"},
    }.items():
        suite.op(f"quantized_pooling/{label}_{name}", C + "quantized_pooling", (data, MINUS, TWO), kwargs, grad=False)
suite.op_error(
    "quantized_act/tanh", C + "quantized_act", (S8, MINUS, TWO), {"act_type": "tanh"}, says=("quantized_act", "tanh")
)
suite.op_error(
    "quantized_pooling/sum",
    C + "quantized_pooling",
    (IMAGE, MINUS, TWO),
    {"kernel": (2, 2), "pool_type": "sum"},
    says=("pool_type",),
)

S8B, U8B = Arr((2, 3), "int8", low=-128, high=127, seed=2), Arr((2, 3), "uint8", low=0, high=255, seed=2)
PAIRS = {"int8": (S8, S8B), "uint8": (U8, U8B), "mixed": (S8, U8B), "mixed_back": (U8, S8B)}
SUM = Tolerance(rtol=1e-6, atol=256, why="int32 sums are made from float32 numbers")
for name, (a, b) in PAIRS.items():
    joined = (a, b, MINUS, TWO, MINUS, FOUR)
    suite.op(f"quantized_concat/{name}", C + "quantized_concat", joined, {"num_args": 2, "dim": 1}, grad=False)
    suite.op(
        f"quantized_elemwise_add/{name}_calibrated",
        C + "quantized_elemwise_add",
        joined,
        {"min_calib_range": -3, "max_calib_range": 3.5},
        grad=False,
    )
suite.op(
    "quantized_concat/axis",
    C + "quantized_concat",
    (S8, S8B, MINUS, TWO, MINUS, FOUR),
    {"num_args": 2, "dim": 0},
    grad=False,
)
suite.op(
    "quantized_concat/same_range",
    C + "quantized_concat",
    (S8, S8B, MINUS, TWO, MINUS, TWO),
    {"num_args": 2},
    grad=False,
)


def float_sum(a: Arr, b: Arr):
    def program(mx):
        arrays = [x.build(mx) for x in (a, b, MINUS, TWO, MINUS, FOUR)]
        total, low, high = mx.nd.contrib.quantized_elemwise_add(*arrays)
        return total.dtype, total.astype("float32"), low, high

    return program


for name, (a, b) in PAIRS.items():
    suite._add(f"quantized_elemwise_add/{name}", float_sum(a, b))
suite.op("quantized_elemwise_mul/int8", C + "quantized_elemwise_mul", (S8, S8B, MINUS, TWO, MINUS, FOUR), grad=False)

W, B = Arr((4, 3), "int8", low=-127, high=127, seed=3), Arr((4,), "int8", low=-127, high=127, seed=4)
for name, data, low in (("int8", S8, MINUS), ("uint8", U8, ZERO)):
    full = (data, W, B, low, TWO, MINUS, FOUR, MINUS, TWO)
    suite.op(f"quantized_fully_connected/{name}", C + "quantized_fully_connected", full, {"num_hidden": 4}, grad=False)
    suite.op(
        f"quantized_fully_connected/{name}_no_bias",
        C + "quantized_fully_connected",
        (data, W, low, TWO, MINUS, FOUR),
        {"num_hidden": 4, "no_bias": True},
        grad=False,
    )
    suite.op(
        f"quantized_fully_connected/{name}_keywords",
        C + "quantized_fully_connected",
        (),
        {
            "data": data,
            "weight": W,
            "min_data": low,
            "max_data": TWO,
            "min_weight": MINUS,
            "max_weight": FOUR,
            "num_hidden": 4,
            "no_bias": True,
        },
        grad=False,
    )
suite.op_error(
    "quantized_fully_connected/count",
    C + "quantized_fully_connected",
    (S8, W, MINUS, TWO, MINUS, FOUR),
    {"num_hidden": 4},
    says=("quantized_fully_connected",),
)
suite.op_error(
    "quantized_fully_connected/float",
    C + "quantized_fully_connected",
    (X, W, MINUS, TWO, MINUS, FOUR),
    {"num_hidden": 4, "no_bias": True},
    says=("int8",),
)
K, KB = Arr((3, 2, 2, 2), "int8", low=-127, high=127, seed=3), Arr((3,), "int8", low=-127, high=127, seed=4)
for label, kwargs in {
    "plain": {},
    "stride": {"stride": (2, 2)},
    "pad": {"pad": (1, 1)},
    "dilate": {"dilate": (2, 2)},
}.items():
    attrs = dict(kwargs, kernel=(2, 2), num_filter=3)
    suite.op(
        f"quantized_conv/{label}",
        C + "quantized_conv",
        (BRIGHT, K, KB, ZERO, TWO, MINUS, FOUR, MINUS, TWO),
        attrs,
        grad=False,
    )
    suite.op(
        f"quantized_conv/{label}_no_bias",
        C + "quantized_conv",
        (BRIGHT, K, ZERO, TWO, MINUS, FOUR),
        dict(attrs, no_bias=True),
        grad=False,
    )
suite.op_error(
    "quantized_conv/int8",
    C + "quantized_conv",
    (IMAGE, K, ZERO, TWO, MINUS, FOUR),
    {"kernel": (2, 2), "num_filter": 3, "no_bias": True},
    says=("uint8",),
)
TABLE = Arr((4, 2), "int8", low=-127, high=127)
suite.op(
    "quantized_embedding/rows",
    C + "quantized_embedding",
    (Arr(values=[[0, 3], [1, 9]]), TABLE, MINUS, TWO),
    {"input_dim": 4, "output_dim": 2},
    grad=False,
)
PER = tuple(Arr((2,), low=0.1, high=2, seed=i) for i in range(4))
for name, data in (("int8", IMAGE), ("uint8", BRIGHT)):
    suite.op(
        f"quantized_batch_norm/{name}",
        C + "quantized_batch_norm",
        (data, *PER, MINUS, TWO),
        {"min_calib_range": -3, "max_calib_range": 4},
        grad=False,
    )
suite.op_error(
    "quantized_batch_norm/range", C + "quantized_batch_norm", (IMAGE, *PER, MINUS, TWO), says=("min_calib_range",)
)

N, T, KINDS = 3, 4, 2
PROCESS = (
    Arr((N, KINDS), low=0.5, high=1.5),
    Arr((KINDS,), low=0.2, high=0.6, seed=2),
    Arr((KINDS,), low=0.5, high=2, seed=3),
    Arr((N, KINDS), low=0, high=1, seed=4),
    Arr((N, T), low=0.1, high=1, seed=5),
    Arr((N, T), "int32", low=0, high=1, seed=6),
    Arr(values=[4, 2, 0]),
    Arr(values=[5.0, 4.5, 6.0]),
)
LOGS = Tolerance(
    rtol=5e-5, atol=5e-6, why="long sums of float32 logarithms; float64 inputs too go through expf and logf in MXNet"
)
suite.standard(
    "hawkesll",
    C + "hawkesll",
    PROCESS,
    grad=(0, 1, 2, 3),
    dtypes=("float64",),
    tol=LOGS,
    bad={
        "marks": ((*PROCESS[:5], Arr((N, T)), *PROCESS[6:]), {}, ("hawkesll", "marks")),
        "shape": ((PROCESS[0], Arr((3,)), *PROCESS[2:]), {}, ("hawkesll", "alpha")),
    },
)

for seed, bins, size in ((0, 15, 101), (1, 31, 201), (2, 7, 33)):
    counts = np.random.RandomState(seed).exponential(30, size).astype("float32")
    shape = np.exp(-(np.linspace(-3, 3, size) ** 2))
    hist = Arr(values=np.floor(counts * shape * 10 + 1).tolist())
    edges = Arr(values=np.linspace(-2, 2, size + 1).astype("float32").tolist())
    suite.op(
        f"calibrate_entropy/{seed}",
        C + "calibrate_entropy",
        (hist, edges),
        {"num_quantized_bins": bins},
        grad=False,
        tol=LOGS,
    )
HOLES = Arr(values=[0.0, 3, 0, 5, 0, 0, 9, 20, 60, 21, 8, 0, 4, 1, 0, 0, 2])
suite.op(
    "calibrate_entropy/holes",
    C + "calibrate_entropy",
    (HOLES, Arr(values=np.linspace(-1, 1, 18).tolist())),
    {"num_quantized_bins": 5},
    grad=False,
    tol=LOGS,
)
suite.op_error(
    "calibrate_entropy/edges",
    C + "calibrate_entropy",
    (HOLES, Arr((5,))),
    {"num_quantized_bins": 5},
    says=("hist_edges",),
)

ROW = Arr((2, 4))
suite.op_error("fft/cpu", C + "fft", (ROW,), says=("fft", "GPU"))
suite.op_error("ifft/cpu", C + "ifft", (ROW,), says=("ifft", "GPU"))
suite.op_error(
    "count_sketch/cpu",
    C + "count_sketch",
    (ROW, Arr((1, 4)), Arr((1, 4))),
    {"out_dim": 3},
    says=("count_sketch", "GPU"),
)
suite.op(
    "SparseEmbedding/dense",
    C + "SparseEmbedding",
    (Arr(values=[[0, 2], [1, 1]]), Arr((3, 2))),
    {"input_dim": 3, "output_dim": 2},
    grad=False,
)
suite.op("backward_gradientmultiplier/plain", C + "backward_gradientmultiplier", (ROW,), {"scalar": 3.0}, grad=False)
for name in ("hawkesll", "index_copy", "quadratic"):
    suite.op_error(f"backward_{name}/call", C + "backward_" + name, (), says=("backward",))
