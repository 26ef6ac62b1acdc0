"""Operators on 8-bit integers at the points that their own cases leave open: layouts, gradients, rare attributes."""

from __future__ import annotations

from ...calls import Arr
from ...suite import Suite

suite = Suite(__name__)

C = "nd.contrib."
LAYOUTS = ("rows", "transposed", "reshaped")
MINUS, TWO, FOUR, ZERO = (Arr(values=[v]) for v in (-2.0, 2.0, 4.0, 0.0))
X = Arr(values=[[1.0, -2.0, 0.3], [0.5, 1.5, -0.7]])
S8, S8B = Arr((2, 3), "int8", low=-128, high=127), Arr((2, 3), "int8", low=-128, high=127, seed=2)
U8 = Arr((2, 3), "uint8", low=0, high=255)
S32 = Arr((2, 3), "int32", low=-(10**8), high=10**8)
IMAGE, BRIGHT = Arr((1, 2, 4, 4), "int8", low=-128, high=127), Arr((1, 2, 4, 4), "uint8", low=0, high=255)


def _shaped(args, layout):
    """The arrays of several axes in a layout; ranges stay plain."""
    return tuple(a.with_(layout=layout) if len(a.shape) > 1 else a for a in args)


def _points(name, args, kwargs=None, grad=(0,)):
    """Each layout, with the gradients by all floats and by the data, whatever their dtype."""
    for layout in LAYOUTS:
        suite.op(f"{name}/{layout}", C + name, _shaped(args, layout), kwargs, grad=grad)
    suite.op(f"{name}/floats", C + name, args, kwargs, grad=True)


_points("quantize", (X, MINUS, TWO))
suite.op("quantize/one", C + "quantize", (Arr((1, 1)), MINUS, TWO), {"out_type": "int8"})
_points("quantize_v2", (X,))
for shape in ((1,), (1, 3), (2, 1)):
    suite.op(f"quantize_v2/{shape}", C + "quantize_v2", (Arr(shape),), {"out_type": "auto"})
_points("dequantize", (S8, MINUS, TWO), {"out_type": "float32"})
suite.op("dequantize/one", C + "dequantize", (Arr((1, 1), "uint8", low=0, high=255), ZERO, TWO))
suite.op_error("dequantize/float16", C + "dequantize", (S8, MINUS, TWO), {"out_type": "float16"})
_points("requantize", (S32, MINUS, TWO), {"min_calib_range": -1.0, "max_calib_range": 0.5})
suite.op("requantize/one", C + "requantize", (Arr((1, 1), "int32", low=-(10**8), high=10**8), MINUS, TWO), grad=(0,))
CALIBRATED_ASYM = {"min_calib_range": -1.0, "max_calib_range": 2.0}  # MXNet dies on every float32 array
suite.op("quantize_asym/float32", C + "quantize_asym", (X,), CALIBRATED_ASYM)
for dtype in ("int8", "int32", "float64"):
    suite.op(f"quantize_asym/{dtype}", C + "quantize_asym", (Arr((1, 3), dtype, layout="rows"),), grad=(0,))

_points("quantized_act", (S8, MINUS, TWO), {"act_type": "relu"})
suite.op("quantized_act/one", C + "quantized_act", (Arr((1, 1), "int8"), MINUS, TWO), {"act_type": "relu"}, grad=(0,))
_points("quantized_flatten", (IMAGE, MINUS, TWO))
suite.op("quantized_flatten/row", C + "quantized_flatten", (Arr((1, 3), "int8"), MINUS, TWO), grad=(0,))
suite.op("quantized_flatten/float", C + "quantized_flatten", (X, MINUS, TWO), grad=False)
suite.op("quantized_flatten/int32", C + "quantized_flatten", (S32, MINUS, TWO), grad=False)
suite.op("quantized_flatten/attribute", C + "quantized_flatten", (S8, MINUS, TWO), {"axis": 1}, grad=False)
suite.op_error("quantized_flatten/range", C + "quantized_flatten", (S8, Arr((2,)), TWO))
POOL = {"kernel": (2, 2), "pool_type": "avg"}
_points("quantized_pooling", (IMAGE, MINUS, TWO), POOL)
for label, attrs in {
    "cudnn_off": {"cudnn_off": True},
    "p_value": {"p_value": 2},
    "nchw": {"layout": "NCHW"},
    "nhwc": {"layout": "NHWC"},
}.items():
    suite.op(f"quantized_pooling/{label}", C + "quantized_pooling", (BRIGHT, ZERO, TWO), {**POOL, **attrs}, grad=False)

JOINED = (S8, S8B, MINUS, TWO, MINUS, FOUR)
_points("quantized_concat", JOINED, {"num_args": 2, "dim": 1}, grad=(0, 1))
suite.op("quantized_concat/negative", C + "quantized_concat", JOINED, {"num_args": 2, "dim": -1}, grad=False)
suite.op(
    "quantized_concat/one", C + "quantized_concat",
    (Arr((1, 1), "int8"), Arr((1, 2), "int8", seed=2), MINUS, TWO, MINUS, TWO), {"num_args": 2}, grad=False,
)  # fmt: skip
suite.op_error("quantized_concat/far", C + "quantized_concat", JOINED, {"num_args": 2, "dim": 2})
suite.op_error(
    "quantized_concat/shapes", C + "quantized_concat", (S8, Arr((3, 2), "int8"), MINUS, TWO, MINUS, FOUR),
    {"num_args": 2, "dim": 1},
)  # fmt: skip
CALIBRATED = {"min_calib_range": -3.0, "max_calib_range": 3.5}
_points("quantized_elemwise_add", JOINED, CALIBRATED, grad=(0, 1))
suite.op(
    "quantized_elemwise_add/one", C + "quantized_elemwise_add",
    (Arr((1, 1), "int8"), Arr((1, 1), "int8", seed=2), MINUS, TWO, MINUS, TWO), CALIBRATED, grad=False,
)  # fmt: skip
suite.op_error(
    "quantized_elemwise_add/shapes", C + "quantized_elemwise_add",
    (S8, Arr((3, 2), "int8"), MINUS, TWO, MINUS, FOUR), CALIBRATED,
)  # fmt: skip
suite.op_error("quantized_elemwise_add/attribute", C + "quantized_elemwise_add", JOINED, {"low": 1})
suite.op_error("quantized_elemwise_add/float", C + "quantized_elemwise_add", (X, X, MINUS, TWO, MINUS, FOUR))
_points("quantized_elemwise_mul", JOINED, grad=(0, 1))
for label, attrs in {"calibrated": CALIBRATED, "float": {"enable_float_output": True}}.items():
    suite.op(f"quantized_elemwise_mul/{label}", C + "quantized_elemwise_mul", JOINED, attrs, grad=False)

W, B = Arr((4, 3), "int8", low=-127, high=127, seed=3), Arr((4,), "int8", low=-127, high=127, seed=4)
DENSE = (S8, W, B, MINUS, TWO, MINUS, FOUR, MINUS, TWO)
_points("quantized_fully_connected", DENSE, {"num_hidden": 4}, grad=(0, 1))
CUBE = (Arr((2, 1, 3), "int8", low=-128, high=127), W, MINUS, TWO, MINUS, FOUR)
for flatten in (True, False):
    suite.op(
        f"quantized_fully_connected/flatten_{flatten}", C + "quantized_fully_connected", CUBE,
        {"num_hidden": 4, "no_bias": True, "flatten": flatten}, grad=False,
    )  # fmt: skip
KERNEL = Arr((3, 2, 2, 2), "int8", low=-127, high=127, seed=3)
PLAIN = (BRIGHT, KERNEL, ZERO, TWO, MINUS, FOUR)
CONV = {"kernel": (2, 2), "num_filter": 3, "no_bias": True}
_points("quantized_conv", PLAIN, CONV, grad=(0, 1))
for label, attrs in {
    "workspace": {"workspace": 512},
    "tune": {"cudnn_tune": "off"},
    "cudnn_off": {"cudnn_off": True},
    "layout": {"layout": "NCHW"},
}.items():
    suite.op(f"quantized_conv/{label}", C + "quantized_conv", PLAIN, {**CONV, **attrs}, grad=False)
GROUPS = (BRIGHT, Arr((2, 1, 2, 2), "int8", low=-127, high=127, seed=3), ZERO, TWO, MINUS, FOUR)
suite.op("quantized_conv/groups", C + "quantized_conv", GROUPS, {**CONV, "num_filter": 2, "num_group": 2}, grad=False)
TABLE, PLACES = Arr((4, 2), "int8", low=-127, high=127), Arr(values=[[0, 3], [1, 9]])
ROWS = {"input_dim": 4, "output_dim": 2}
_points("quantized_embedding", (PLACES, TABLE, MINUS, TWO), ROWS, grad=(0, 1))
for label, attrs in {
    "sparse": {"sparse_grad": True},
    "dtype": {"dtype": "int8"},
    "float32": {"dtype": "float32"},
}.items():
    suite.op(
        f"quantized_embedding/{label}", C + "quantized_embedding", (PLACES, TABLE, MINUS, TWO), {**ROWS, **attrs},
        grad=False,
    )  # fmt: skip
for dtype in ("int32", "float64", "uint8"):
    suite.op(
        f"quantized_embedding/{dtype}", C + "quantized_embedding", (PLACES.with_(dtype=dtype), TABLE, MINUS, TWO), ROWS,
        grad=False,
    )  # fmt: skip
suite.op(
    "quantized_embedding/one", C + "quantized_embedding", (Arr(values=[[0.0]]), Arr((1, 1), "int8"), MINUS, TWO),
    {"input_dim": 1, "output_dim": 1}, grad=False,
)  # fmt: skip
suite.op_error("quantized_embedding/no_size", C + "quantized_embedding", (PLACES, TABLE, MINUS, TWO), {"input_dim": 4})
suite.op_error(
    "quantized_embedding/wrong", C + "quantized_embedding", (PLACES, TABLE, MINUS, TWO), {**ROWS, "output_dim": 3}
)

PER = tuple(Arr((2,), low=0.1, high=2, seed=i) for i in range(4))
NORM = {"min_calib_range": -3.0, "max_calib_range": 4.0}
_points("quantized_batch_norm", (IMAGE, *PER, MINUS, TWO), NORM)
for label, attrs in {
    "eps": {"eps": 0.1},
    "momentum": {"momentum": 0.5},
    "fix_gamma": {"fix_gamma": False},
    "global": {"use_global_stats": True},
    "mean_var": {"output_mean_var": True},
    "axis": {"axis": 1},
    "cudnn_off": {"cudnn_off": True},
}.items():
    suite.op(
        f"quantized_batch_norm/{label}", C + "quantized_batch_norm", (IMAGE, *PER, MINUS, TWO), {**NORM, **attrs},
        grad=False,
    )  # fmt: skip
for axis in (-3, -1, 3):
    per = PER if axis == -3 else tuple(a.with_(shape=(4,)) for a in PER)
    suite.op(
        f"quantized_batch_norm/axis{axis}", C + "quantized_batch_norm", (IMAGE, *per, MINUS, TWO),
        {**NORM, "axis": axis}, grad=False,
    )  # fmt: skip
suite.op(
    "quantized_batch_norm/square", C + "quantized_batch_norm",
    (Arr((1, 2, 3, 2), "int8", low=-128, high=127), *PER, MINUS, TWO), {**NORM, "axis": -1}, grad=False,
)  # fmt: skip
