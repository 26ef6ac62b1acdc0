"""FullyConnected, Convolution, Deconvolution and UpSampling."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

SUMS = Tolerance(rtol=1e-4, atol=1e-5, why="sums of products in another order")
FLOATS = ("float32", "float64")
NO_KERNEL = ("float16", "int32", "uint8")  # MXNet has no CPU kernel: its refusal is the record


def arr(shape, seed=1, **more):
    return Arr(shape, seed=seed, **more)


# ---- FullyConnected
x, w, b = arr((2, 3)), arr((4, 3), 2), arr((4,), 3)
suite.standard(
    "FullyConnected",
    "nd.FullyConnected",
    (x, w, b),
    [{"num_hidden": 4}, {"num_hidden": 4, "flatten": False}, {"num_hidden": "4", "flatten": "1"}],
    dtypes=("float64", *NO_KERNEL),
    tol=SUMS,
    bad={
        "num_hidden": ((x, w, b), {"num_hidden": 5}, ("FullyConnected", "weight")),
        "zero": ((x, w, b), {"num_hidden": 0}, ("num_hidden",)),
        "weight": ((x, arr((4, 2)), b), {"num_hidden": 4}, ("FullyConnected", "weight", "(4, 2)")),
        "weight_axes": ((x, arr((4, 3, 1)), b), {"num_hidden": 4}, ("FullyConnected", "weight")),
        "bias": ((x, w, arr((3,))), {"num_hidden": 4}, ("FullyConnected", "bias")),
        "bias_axes": ((x, w, arr((1, 4))), {"num_hidden": 4}, ("FullyConnected", "bias")),
        "missing_bias": ((x, w), {"num_hidden": 4}, ("FullyConnected", "bias")),
        "missing_weight": ((x,), {"num_hidden": 4, "no_bias": True}, ("FullyConnected", "weight")),
        "bias_not_taken": ((x, w, b), {"num_hidden": 4, "no_bias": True}, ("FullyConnected", "bias")),
        "no_num_hidden": ((x, w, b), {}, ("num_hidden",)),
        "dtypes": ((x, w.with_(dtype="float64"), b), {"num_hidden": 4}, ("FullyConnected", "float64")),
        "attribute": ((x, w, b), {"num_hidden": 4, "hidden": 3}, ("FullyConnected", "hidden")),
    },
)
suite.op("FullyConnected/no_bias", "nd.FullyConnected", (x, w), {"num_hidden": 4, "no_bias": True}, tol=SUMS)
suite.op("FullyConnected/bias_none", "nd.FullyConnected", (x, w, None), {"num_hidden": 4, "no_bias": True}, tol=SUMS)
suite.op(
    "FullyConnected/keywords", "nd.FullyConnected", (), {"data": x, "weight": w, "bias": b, "num_hidden": 4}, tol=SUMS
)
for name, shape, width, attrs in (
    ("3d", (2, 3, 2), 6, {}),
    ("3d_last", (2, 3, 2), 2, {"flatten": False}),
    ("4d", (2, 1, 3, 2), 6, {}),
    ("4d_last", (2, 1, 3, 2), 2, {"flatten": False}),
    ("1d", (3,), 1, {}),
    ("1d_last", (3,), 3, {"flatten": False}),
    ("one", (1, 1), 1, {}),
):
    args = (arr(shape), arr((4, width), 2), b)
    suite.op("FullyConnected/" + name, "nd.FullyConnected", args, {"num_hidden": 4, **attrs}, tol=SUMS)
suite.op(
    "FullyConnected/one_hidden", "nd.FullyConnected", (x, arr((1, 3), 2), arr((1,), 3)), {"num_hidden": 1}, tol=SUMS
)
grad_add = tuple(a.with_(req="add") for a in (x, w, b))
suite.op("FullyConnected/grad_add", "nd.FullyConnected", grad_add, {"num_hidden": 4}, tol=SUMS)
suite.op("FullyConnected/grad_weight", "nd.FullyConnected", (x, w, b), {"num_hidden": 4}, grad=(1,), tol=SUMS)
suite.op("FullyConnected/grad_data", "nd.FullyConnected", (x, w, b), {"num_hidden": 4}, grad=(0,), tol=SUMS)

# ---- Convolution
image, kernel, bias = arr((2, 2, 5, 6)), arr((3, 2, 3, 2), 2), arr((3,), 3)
base = {"kernel": (3, 2), "num_filter": 3}
suite.standard(
    "Convolution",
    "nd.Convolution",
    (image, kernel, bias),
    [
        base,
        {**base, "stride": (2, 1)},
        {**base, "pad": (1, 2)},
        {**base, "dilate": (2, 2)},
        {**base, "stride": (2, 2), "pad": (1, 1), "dilate": (1, 2)},
        {**base, "stride": (3, 4)},
        {**base, "layout": "NCHW"},
        {**base, "workspace": 10, "cudnn_tune": "off", "cudnn_off": True},
        {"kernel": "(3, 2)", "num_filter": "3", "stride": "[1, 1]"},
    ],
    dtypes=("float64", *NO_KERNEL),
    tol=SUMS,
    bad={
        "weight": ((image, arr((3, 3, 3, 2)), bias), base, ("Convolution", "weight")),
        "bias": ((image, kernel, arr((2,))), base, ("Convolution", "bias")),
        "kernel_size": ((arr((2, 2, 2, 2)), kernel, bias), base, ("Convolution", "kernel")),
        "kernel_axes": ((image, kernel, bias), {**base, "kernel": (3,)}, ("Convolution", "kernel")),
        "kernel_4d": ((image, kernel, bias), {**base, "kernel": (3, 2, 2, 2)}, ("Convolution", "kernel")),
        "no_kernel": ((image, kernel, bias), {"num_filter": 3}, ("kernel",)),
        "num_filter": ((image, kernel, bias), {**base, "num_filter": 0}, ("num_filter",)),
        "num_group": ((image, kernel, bias), {**base, "num_group": 3}, ("Convolution", "num_group")),
        "groups": ((image, arr((3, 1, 3, 2)), bias), {**base, "num_group": 2}, ("Convolution", "num_group")),
        "stride_zero": ((image, kernel, bias), {**base, "stride": (0, 1)}, ("stride",)),
        "stride_one": ((image, kernel, bias), {**base, "stride": (1,)}, ("Convolution", "stride")),
        "stride_three": ((image, kernel, bias), {**base, "stride": (1, 1, 1)}, ("Convolution", "stride")),
        "pad_one": ((image, kernel, bias), {**base, "pad": (1,)}, ("Convolution", "pad")),
        "pad_negative": ((image, kernel, bias), {**base, "pad": (-1, -1)}, ("Convolution", "pad")),
        "dilate_one": ((image, kernel, bias), {**base, "dilate": (1,)}, ("Convolution", "dilate")),
        "layout": ((image, kernel, bias), {**base, "layout": "NWC"}, ("NWC",)),
        "layout_axes": ((image, kernel, bias), {**base, "layout": "NCW"}, ("Convolution", "NCW")),
        "missing_bias": ((image, kernel), base, ("Convolution", "bias")),
        "missing_weight": ((image,), {**base, "no_bias": True}, ("Convolution", "weight")),
        "bias_not_taken": ((image, kernel, bias), {**base, "no_bias": True}, ("Convolution", "bias")),
        "dtypes": ((image, kernel.with_(dtype="float64"), bias), base, ("Convolution", "float64")),
        "cudnn_tune": ((image, kernel, bias), {**base, "cudnn_tune": "best"}, ("best",)),
    },
)
suite.op("Convolution/no_bias", "nd.Convolution", (image, kernel), {**base, "no_bias": True}, tol=SUMS)
grad_add = tuple(a.with_(req="add") for a in (image, kernel, bias))
suite.op("Convolution/grad_add", "nd.Convolution", grad_add, base, tol=SUMS)
suite.op("Convolution/grad_weight", "nd.Convolution", (image, kernel, bias), base, grad=(1,), tol=SUMS)
for name, shape, weight, attrs in (
    ("1d", (2, 2, 7), (3, 2, 3), {"kernel": (3,), "stride": (2,), "pad": (1,), "dilate": (2,)}),
    ("1d_int", (2, 2, 7), (3, 2, 3), {"kernel": 3, "layout": "NCW"}),
    ("3d", (1, 2, 4, 5, 4), (3, 2, 2, 3, 2), {"kernel": (2, 3, 2), "stride": (1, 2, 1), "pad": (0, 1, 1)}),
    ("3d_dilate", (1, 2, 4, 5, 4), (3, 2, 2, 2, 2), {"kernel": (2, 2, 2), "dilate": (2, 3, 1), "layout": "NCDHW"}),
    ("one_pixel", (1, 1, 1, 1), (3, 1, 1, 1), {"kernel": (1, 1)}),
    ("pointwise", (2, 4, 3, 3), (3, 4, 1, 1), {"kernel": (1, 1), "stride": (2, 2)}),
    ("whole", (2, 2, 3, 3), (3, 2, 3, 3), {"kernel": (3, 3)}),
    ("large_pad", (1, 1, 2, 2), (3, 1, 2, 2), {"kernel": (2, 2), "pad": (3, 3)}),
    ("groups_3", (2, 6, 4, 4), (3, 2, 3, 3), {"kernel": (3, 3), "num_group": 3}),
    ("depthwise", (2, 3, 4, 4), (3, 1, 3, 3), {"kernel": (3, 3), "num_group": 3, "pad": (1, 1)}),
    ("groups_1d", (2, 3, 5), (3, 1, 3), {"kernel": (3,), "num_group": 3}),
    ("groups_3d", (1, 3, 3, 3, 3), (3, 1, 2, 2, 2), {"kernel": (2, 2, 2), "num_group": 3}),
):
    for dtype in FLOATS:
        args = tuple(a.with_(dtype=dtype) for a in (arr(shape), arr(weight, 2), bias))
        suite.op(f"Convolution/{name}_{dtype}", "nd.Convolution", args, {"num_filter": 3, **attrs}, tol=SUMS)
multiplier = (arr((1, 2, 4, 4)), arr((4, 1, 2, 2), 2), arr((4,), 3))
suite.op(
    "Convolution/multiplier",
    "nd.Convolution",
    multiplier,
    {"kernel": (2, 2), "num_filter": 4, "num_group": 2},
    tol=SUMS,
)
last = (arr((2, 5, 6, 2)), arr((3, 3, 2, 2), 2), bias)
suite.op("Convolution/NHWC", "nd.Convolution", last, {**base, "layout": "NHWC"}, tol=SUMS)

# ---- Convolution_v1
suite.standard(
    "Convolution_v1",
    "nd.Convolution_v1",
    (image, kernel, bias),
    [base, {**base, "stride": (2, 2), "pad": (1, 1)}, {**base, "dilate": (2, 2)}],
    dtypes=("float64", "float16", "int32"),
    tol=SUMS,
    bad={
        "1d": ((arr((1, 2, 5)), arr((3, 2, 3)), bias), {"kernel": (3,), "num_filter": 3}, ("Convolution_v1", "kernel")),
        "3d": (
            (arr((1, 2, 3, 3, 3)), arr((3, 2, 2, 2, 2)), bias),
            {"kernel": (2, 2, 2), "num_filter": 3},
            ("Convolution_v1", "kernel"),
        ),
        "layout": (last, {**base, "layout": "NHWC"}, ("Convolution_v1", "layout")),
        "kernel_size": ((arr((2, 2, 2, 2)), kernel, bias), base, ("Convolution_v1", "kernel")),
        "weight": ((image, arr((3, 3, 3, 2)), bias), base, ("Convolution_v1", "weight")),
    },
)
suite.op("Convolution_v1/no_bias", "nd.Convolution_v1", (image, kernel), {**base, "no_bias": True}, tol=SUMS)
suite.op(
    "Convolution_v1/groups",
    "nd.Convolution_v1",
    multiplier,
    {"kernel": (2, 2), "num_filter": 4, "num_group": 2},
    tol=SUMS,
)

# ---- Deconvolution
small, spread = arr((2, 2, 3, 4)), arr((2, 3, 3, 2), 2)
suite.standard(
    "Deconvolution",
    "nd.Deconvolution",
    (small, spread),
    [
        base,
        {**base, "stride": (2, 3)},
        {**base, "pad": (1, 1)},
        {**base, "stride": (2, 2), "pad": (1, 0)},
        {**base, "dilate": (2, 2)},
        {**base, "stride": (2, 2), "dilate": (2, 1), "pad": (1, 1)},
        {**base, "layout": "NCHW"},
        {**base, "target_shape": (0, 0), "stride": (2, 2)},
    ],
    dtypes=("float64", *NO_KERNEL),
    tol=SUMS,
    bad={
        "weight": ((small, arr((3, 2, 3, 2))), base, ("Deconvolution", "weight")),
        "adj": ((small, spread), {**base, "adj": (1, 1)}, ("Deconvolution", "adj")),
        "adj_stride": ((small, spread), {**base, "stride": (2, 2), "adj": (2, 1)}, ("Deconvolution", "adj")),
        "adj_one": ((small, spread), {**base, "stride": (2, 2), "adj": (1,)}, ("Deconvolution", "adj")),
        "target_large": ((small, spread), {**base, "target_shape": (9, 9)}, ("Deconvolution", "target_shape")),
        "target_adj": ((small, spread), {**base, "target_shape": (4, 4)}, ("Deconvolution", "adj")),
        "pad": ((small, spread), {**base, "pad": (3, 3)}, ("Deconvolution", "pad")),
        "pad_one": ((small, spread), {**base, "pad": (1,)}, ("Deconvolution", "pad")),
        "kernel_axes": ((small, spread), {**base, "kernel": (3,)}, ("Deconvolution", "kernel")),
        "num_group": ((small, spread), {**base, "num_group": 2}, ("Deconvolution", "num_group")),
        "bias_not_taken": ((small, spread, bias), base, ("Deconvolution", "bias")),
        "missing_bias": ((small, spread), {**base, "no_bias": False}, ("Deconvolution", "bias")),
        "layout": ((small, spread), {**base, "layout": "NWC"}, ("NWC",)),
        "dtypes": ((small, spread.with_(dtype="float64")), base, ("Deconvolution", "float64")),
    },
)
for name, attrs in (
    ("adj", {"stride": (2, 2), "adj": (1, 1)}),
    ("adj_pad", {"stride": (2, 3), "adj": (1, 2), "pad": (1, 1)}),
    ("adj_one_axis", {"stride": (2, 2), "adj": (0, 1), "pad": (1, 0)}),
    ("target", {"stride": (2, 2), "target_shape": (6, 7)}),
    ("target_even", {"stride": (2, 2), "target_shape": (5, 8)}),
    ("target_adj_pad", {"stride": (2, 2), "target_shape": (6, 7), "pad": (2, 2), "adj": (1, 1)}),
    ("target_dilate", {"stride": (2, 2), "target_shape": (7, 7), "dilate": (2, 1)}),
):
    for dtype in FLOATS:
        args = (small.with_(dtype=dtype), spread.with_(dtype=dtype))
        suite.op(f"Deconvolution/{name}_{dtype}", "nd.Deconvolution", args, {**base, **attrs}, tol=SUMS)
with_bias = (small, spread, bias)
suite.op("Deconvolution/bias", "nd.Deconvolution", with_bias, {**base, "no_bias": False}, tol=SUMS)
suite.op(
    "Deconvolution/bias_float64",
    "nd.Deconvolution",
    tuple(a.with_(dtype="float64") for a in with_bias),
    {**base, "no_bias": False},
    tol=SUMS,
)
suite.op(
    "Deconvolution/grad_add", "nd.Deconvolution", (small.with_(req="add"), spread.with_(req="add")), base, tol=SUMS
)
for name, shape, weight, attrs in (
    ("1d", (2, 2, 4), (2, 3, 3), {"kernel": (3,), "stride": (2,), "pad": (1,), "adj": (1,), "num_filter": 3}),
    ("1d_dilate", (2, 2, 4), (2, 3, 3), {"kernel": (3,), "dilate": (2,), "num_filter": 3}),
    ("3d", (1, 2, 2, 3, 2), (2, 3, 2, 3, 2), {"kernel": (2, 3, 2), "stride": (2, 2, 2), "num_filter": 3}),
    (
        "3d_adj",
        (1, 2, 2, 3, 2),
        (2, 3, 2, 3, 2),
        {"kernel": (2, 3, 2), "stride": (2, 2, 2), "adj": (1, 1, 1), "num_filter": 3},
    ),
    ("groups", (2, 4, 3, 3), (4, 2, 2, 2), {"kernel": (2, 2), "num_filter": 4, "num_group": 2}),
    (
        "depthwise",
        (2, 3, 3, 3),
        (3, 1, 4, 4),
        {"kernel": (4, 4), "num_filter": 3, "num_group": 3, "stride": (2, 2), "pad": (1, 1)},
    ),
    ("one_pixel", (1, 1, 1, 1), (1, 3, 2, 2), {"kernel": (2, 2), "num_filter": 3}),
):
    for dtype in FLOATS if "3d" not in name else ("float32",):
        args = tuple(a.with_(dtype=dtype) for a in (arr(shape), arr(weight, 2)))
        suite.op(f"Deconvolution/{name}_{dtype}", "nd.Deconvolution", args, attrs, tol=SUMS)

# ---- UpSampling
near = {"scale": 2, "sample_type": "nearest"}
pixels = arr((2, 2, 3, 2))
suite.standard(
    "UpSampling",
    "nd.UpSampling",
    (pixels,),
    [
        near,
        {**near, "scale": 3},
        {**near, "scale": 1},
        {**near, "num_args": 1},
        {**near, "workspace": 5, "num_filter": 7},
    ],
    dtypes=("float64", "float16", "int32"),
    bad={
        "3d": ((arr((2, 3, 2)),), near, ("UpSampling", "4")),
        "no_scale": ((pixels,), {"sample_type": "nearest"}, ("scale",)),
        "type": ((pixels,), {"scale": 2, "sample_type": "cubic"}, ("cubic",)),
        "sizes": ((pixels, arr((2, 2, 4, 4))), {**near, "num_args": 2}, ("UpSampling", "arg1")),
        "channels": (
            (pixels, arr((2, 3, 6, 4))),
            {**near, "num_args": 2, "multi_input_mode": "sum"},
            ("UpSampling", "sum"),
        ),
        "dtypes": ((pixels, arr((2, 2, 6, 4), dtype="float64")), {**near, "num_args": 2}, ("UpSampling", "float64")),
        "weight": ((pixels, arr((2, 1, 3, 3))), {"scale": 2, "sample_type": "bilinear", "num_filter": 2}, ("weight",)),
    },
)
several = (pixels, arr((2, 3, 6, 4), 2), arr((2, 1, 3, 2), 3))
suite.op("UpSampling/concat", "nd.UpSampling", several, {**near, "num_args": 3})
equal = (pixels, arr((2, 2, 6, 4), 2), arr((2, 2, 3, 2), 3))
suite.op("UpSampling/sum", "nd.UpSampling", equal, {**near, "num_args": 3, "multi_input_mode": "sum"})
suite.op(
    "UpSampling/sum_float64",
    "nd.UpSampling",
    tuple(a.with_(dtype="float64") for a in equal),
    {**near, "multi_input_mode": "sum"},
)
suite.op("UpSampling/grad_add", "nd.UpSampling", (pixels.with_(req="add"),), near)
for scale, size in ((1, 1), (2, 4), (3, 5), (4, 8)):
    attrs = {"scale": scale, "sample_type": "bilinear", "num_filter": 2, "num_args": 2}
    for dtype in FLOATS:
        args = (pixels.with_(dtype=dtype), arr((2, 1, size, size), 2, dtype=dtype))
        suite.op(f"UpSampling/bilinear_{scale}_{dtype}", "nd.UpSampling", args, attrs, tol=SUMS)
