"""BilinearSampler, GridGenerator, SpatialTransformer, ROIPooling and Correlation."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

CLOSE = Tolerance(rtol=1e-4, atol=1e-5, why="products of interpolation weights, added in another order")
DOUBLE = Tolerance(rtol=1e-9, atol=1e-12, why="products of interpolation weights, added in another order")
HALF = Tolerance(rtol=1e-2, atol=1e-2, why="float16 is computed in float32 and rounded once")
NAN, INF = float("nan"), float("inf")

# ---- BilinearSampler

image = Arr((2, 3, 4, 5), seed=1)
places = Arr((2, 2, 3, 6), low=-1.3, high=1.3, seed=2)
suite.standard(
    "BilinearSampler",
    "nd.BilinearSampler",
    (image, places),
    [{}, {"cudnn_off": True}, {"cudnn_off": None}],
    dtypes=("float64", "int32"),
    tol=CLOSE,
    bad={
        "rank": ((Arr((3, 4, 5)), places), {}, ("BilinearSampler", "data")),
        "grid_rank": ((image, Arr((2, 2, 3))), {}, ("BilinearSampler", "grid")),
        "grid_channels": ((image, Arr((2, 3, 3, 3))), {}, ("BilinearSampler", "grid")),
        "batch": ((image, Arr((1, 2, 3, 3))), {}, ("BilinearSampler", "grid")),
        "dtypes": ((image, places.with_(dtype="float64")), {}, ("BilinearSampler", "float64")),
        "attribute": ((image, places), {"mode": 1}, ("mode",)),
        "count": ((image,), {}, ("BilinearSampler",)),
    },
)
suite.op(
    "BilinearSampler/half",
    "nd.BilinearSampler",
    (image.with_(dtype="float16"), places.with_(dtype="float16")),
    grad=False,
    tol=HALF,
)
suite.op("BilinearSampler/inside", "nd.BilinearSampler", (image, places.with_(low=-1, high=1)), tol=CLOSE)
suite.op("BilinearSampler/far", "nd.BilinearSampler", (image, places.with_(low=-5, high=5)), tol=CLOSE)
suite.op("BilinearSampler/one_pixel", "nd.BilinearSampler", (Arr((1, 1, 1, 1)), Arr((1, 2, 2, 2))), tol=CLOSE)
suite.op("BilinearSampler/one_row", "nd.BilinearSampler", (Arr((1, 2, 1, 4)), Arr((1, 2, 2, 3))), tol=CLOSE)
suite.op(
    "BilinearSampler/on_pixels",
    "nd.BilinearSampler",
    (Arr((1, 1, 3, 3)), Arr(values=[[[[-1.0, 0.0, 1.0]] * 3, [[-1.0] * 3, [0.0] * 3, [1.0] * 3]]])),
    tol=CLOSE,
)
for req in (0, 1):
    some = [arr.with_(req="add") if i == req else arr for i, arr in enumerate((image, places))]
    suite.op("BilinearSampler/grad_add_%d" % req, "nd.BilinearSampler", some, tol=CLOSE)
    suite.op("BilinearSampler/grad_only_%d" % req, "nd.BilinearSampler", (image, places), grad=(req,), tol=CLOSE)

# ---- GridGenerator

matrix = Arr((2, 6), seed=3)
flow = Arr((2, 2, 3, 4), seed=4)
suite.standard(
    "GridGenerator/affine",
    "nd.GridGenerator",
    (matrix,),
    [{"transform_type": "affine", "target_shape": shape} for shape in ((3, 4), (2, 2), (5, 3), (1, 3), (3, 1), (1, 1))],
    dtypes=("float64", "int32"),
    tol=CLOSE,
    bad={
        "no_target": ((matrix,), {"transform_type": "affine"}, ("GridGenerator", "target_shape")),
        "six": ((Arr((2, 5)),), {"transform_type": "affine", "target_shape": (2, 2)}, ("GridGenerator", "data")),
        "rank": ((Arr((2, 2, 3)),), {"transform_type": "affine", "target_shape": (2, 2)}, ("GridGenerator", "data")),
        "type": ((matrix,), {"transform_type": "turn"}, ("transform_type",)),
        "missing": ((matrix,), {}, ("transform_type",)),
    },
)
suite.standard(
    "GridGenerator/warp",
    "nd.GridGenerator",
    (flow,),
    [{"transform_type": "warp"}, {"transform_type": "warp", "target_shape": (7, 7)}],
    dtypes=("float64", "float16", "int32"),
    tol=CLOSE,
    float16_tol=HALF,
    bad={
        "rank": ((matrix,), {"transform_type": "warp"}, ("GridGenerator", "data")),
        "channels": ((Arr((2, 3, 3, 4)),), {"transform_type": "warp"}, ("GridGenerator", "data")),
    },
)
suite.op(
    "GridGenerator/warp/one_pixel", "nd.GridGenerator", (Arr((1, 2, 1, 1)),), {"transform_type": "warp"}, grad=False
)
suite.op(
    "GridGenerator/grad_add",
    "nd.GridGenerator",
    (matrix.with_(req="add"),),
    {"transform_type": "affine", "target_shape": (3, 4)},
    tol=CLOSE,
)

# ---- SpatialTransformer

turn = Arr((2, 6), low=-0.8, high=0.8, seed=5)
plain = {"transform_type": "affine", "sampler_type": "bilinear"}
suite.standard(
    "SpatialTransformer",
    "nd.SpatialTransformer",
    (image, turn),
    [dict(plain, target_shape=shape) for shape in ((4, 5), (2, 3), (6, 2), (7, 7))]
    + [dict(plain, target_shape=(2, 2), cudnn_off=True)],
    dtypes=("float64", "int32"),
    tol=CLOSE,
    bad={
        "no_target": ((image, turn), plain, ("SpatialTransformer", "target_shape")),
        "no_type": ((image, turn), {"target_shape": (2, 2)}, ("_type",)),
        "loc": ((image, Arr((2, 5))), dict(plain, target_shape=(2, 2)), ("SpatialTransformer", "loc")),
        "batch": ((image, Arr((3, 6))), dict(plain, target_shape=(2, 2)), ("SpatialTransformer", "loc")),
        "rank": ((Arr((2, 4, 5)), turn), dict(plain, target_shape=(2, 2)), ("SpatialTransformer", "data")),
        "sampler": ((image, turn), dict(plain, sampler_type="nearest"), ("sampler_type",)),
    },
)
suite.op(
    "SpatialTransformer/one_row", "nd.SpatialTransformer", (image, turn), dict(plain, target_shape=(1, 3)), grad=False
)
suite.op(
    "SpatialTransformer/identity",
    "nd.SpatialTransformer",
    (image, Arr(values=[[1, 0, 0, 0, 1, 0]] * 2)),
    dict(plain, target_shape=(4, 5)),
    grad=(1,),
    tol=CLOSE,
)
suite.op(
    "SpatialTransformer/grad_add",
    "nd.SpatialTransformer",
    (image.with_(req="add"), turn.with_(req="add")),
    dict(plain, target_shape=(3, 3)),
    tol=CLOSE,
)

# ---- ROIPooling

maps = Arr((2, 3, 8, 9), unique=True, seed=6)
boxes = Arr(
    values=[[0, 0, 0, 4, 4], [1, 2, 1, 8, 7], [0, 3, 3, 3, 3], [1, 5, 6, 2, 1], [0, -3, -2, 20, 30], [1, 8, 7, 12, 9]]
)
for pooled in ((2, 2), (1, 1), (3, 2), (7, 7), (2, 5), (10, 12)):
    for scale in (1.0, 0.7, 0.5):
        suite.op(
            "ROIPooling/%dx%d_%s" % (*pooled, scale),
            "nd.ROIPooling",
            (maps, boxes),
            {"pooled_size": pooled, "spatial_scale": scale},
        )
two = {"pooled_size": (3, 3), "spatial_scale": 1.0}
suite.standard(
    "ROIPooling",
    "nd.ROIPooling",
    (maps, boxes),
    [two],
    dtypes=("float64", "float16", "int32"),
    bad={
        "rank": ((Arr((3, 8, 9)), boxes), two, ("ROIPooling", "data")),
        "five": ((maps, Arr((2, 4))), two, ("ROIPooling", "rois")),
        "dtypes": ((maps, boxes.with_(dtype="float64")), two, ("ROIPooling", "float64")),
        "no_size": ((maps, boxes), {"spatial_scale": 1.0}, ("pooled_size",)),
        "no_scale": ((maps, boxes), {"pooled_size": (2, 2)}, ("spatial_scale",)),
    },
)
suite.op(
    "ROIPooling/outside",
    "nd.ROIPooling",
    (maps, Arr(values=[[2, 0, 0, 4, 4], [-1, 0, 0, 4, 4], [0, 20, 20, 25, 25], [1, -9, -9, -5, -5]])),
    two,
)
suite.op(
    "ROIPooling/halves",
    "nd.ROIPooling",
    (maps, Arr(values=[[0.9, 0.5, 1.5, 4.5, 5.5], [1, -0.5, -1.5, 2.5, 3.5], [0, 1.49, 1.51, 3.2, 6.7]])),
    two,
)
suite.op(
    "ROIPooling/ties",
    "nd.ROIPooling",
    (
        Arr((2, 2, 6, 6), low=0, high=1, dtype="int32").with_(dtype="float32", low=1, high=1),
        Arr(values=[[0, 0, 0, 5, 5], [1, 1, 1, 3, 4]]),
    ),
    two,
)
suite.op(
    "ROIPooling/few_values",
    "nd.ROIPooling",
    (
        Arr(values=[[[[(7 * i + 3 * j) % 3 - 1 for j in range(7)] for i in range(6)]]]),
        Arr(values=[[0, 0, 0, 6, 5], [0, 1, 1, 5, 4]]),
    ),
    two,
)
suite.op(
    "ROIPooling/special",
    "nd.ROIPooling",
    (
        Arr(values=[[[[NAN, -INF, 1, 2], [3, NAN, -INF, -1], [INF, 0, -0.0, 0], [NAN, NAN, -INF, -INF]]]]),
        Arr(values=[[0, 0, 0, 3, 3], [0, 0, 3, 1, 3], [0, 2, 3, 3, 3]]),
    ),
    {"pooled_size": (2, 2), "spatial_scale": 1.0},
)
suite.op(
    "ROIPooling/one",
    "nd.ROIPooling",
    (Arr((1, 1, 1, 1)), Arr(values=[[0, 0, 0, 0, 0]])),
    {"pooled_size": (1, 1), "spatial_scale": 1.0},
)
suite.op("ROIPooling/grad_add", "nd.ROIPooling", (maps.with_(req="add"), boxes), two, grad=(0,))
suite.op(
    "ROIPooling/large",
    "nd.ROIPooling",
    (
        Arr((1, 2, 31, 33), unique=True),
        Arr(values=[[0, 1, 2, 30, 28], [0, 5, 5, 21, 29], [0, 0, 0, 32, 30], [0, 13, 2, 29, 9]]),
    ),
    {"pooled_size": (7, 7), "spatial_scale": 0.9375},
)

# ---- Correlation

left, right = Arr((2, 3, 6, 7), seed=7), Arr((2, 3, 6, 7), seed=8)
sets = [
    {},
    {"pad_size": 1},
    {"max_displacement": 2, "pad_size": 2},
    {"kernel_size": 3, "pad_size": 2},
    {"stride1": 2, "pad_size": 1},
    {"max_displacement": 2, "stride2": 2, "pad_size": 2},
    {"max_displacement": 3, "stride2": 2, "pad_size": 3},
    {"kernel_size": 3, "stride1": 2, "pad_size": 3, "max_displacement": 2},
    {"max_displacement": 0},
    {"kernel_size": 3, "max_displacement": 0},
    {"kernel_size": 5, "max_displacement": 1, "pad_size": 4, "stride1": 3},
]
sets += [dict(one, is_multiply=False) for one in sets]
suite.standard(
    "Correlation",
    "nd.Correlation",
    (left, right),
    sets,
    dtypes=("float64", "float16", "int32"),
    tol=CLOSE,
    float16_tol=HALF,
    bad={
        "even": ((left, right), {"kernel_size": 2}, ("Correlation", "kernel_size")),
        "fit": ((left, right), {"max_displacement": 4}, ("Correlation", "max_displacement")),
        "rank": ((Arr((3, 6, 7)), Arr((3, 6, 7))), {}, ("Correlation", "data1")),
        "dtypes": ((left, right.with_(dtype="float64")), {}, ("Correlation", "float64")),
        "count": ((left,), {}, ("Correlation",)),
    },
)
suite.op("Correlation/equal", "nd.Correlation", (left, left), {"is_multiply": False, "pad_size": 1}, tol=CLOSE)
suite.op(
    "Correlation/zeros",
    "nd.Correlation",
    (Arr(values=[[[[0.0, 1.0, 0.0]] * 3]]), Arr(values=[[[[0.0, 0.0, 1.0]] * 3]])),
    {"is_multiply": False, "pad_size": 1},
    tol=CLOSE,
)
for req in (0, 1):
    some = [arr.with_(req="add") if i == req else arr for i, arr in enumerate((left, right))]
    suite.op("Correlation/grad_add_%d" % req, "nd.Correlation", some, {"pad_size": 1}, tol=CLOSE)
    suite.op("Correlation/grad_only_%d" % req, "nd.Correlation", (left, right), {"pad_size": 1}, grad=(req,), tol=CLOSE)
