"""contrib: attention on interleaved projections, bilinear resizing, adaptive pooling."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

SCALES = Tolerance(rtol=1e-6, atol=1e-6, why="MXNet computes positions and weights in float32 for float64 images too")
HALF = Tolerance(rtol=4e-3, atol=4e-3, why="MXNet adds up in float16")

QKV, Q, KV = Arr((3, 2, 12)), Arr((4, 2, 6)), Arr((3, 2, 12), seed=2)
SELF, OTHER = Arr((4, 3, 3), seed=3), Arr((4, 4, 3), seed=3)
C = "nd.contrib.interleaved_matmul_"
suite.standard(
    "selfatt_qk",
    C + "selfatt_qk",
    (QKV,),
    [{"heads": 2}, {"heads": 1}, {"heads": 4}],
    bad={"axes": ((Arr((3, 12)),), {"heads": 2}, ("selfatt_qk",)), "missing": ((QKV,), {}, ("heads",))},
)
suite.standard(
    "selfatt_valatt",
    C + "selfatt_valatt",
    (QKV, SELF),
    [{"heads": 2}],
    bad={
        "axes": ((QKV, Arr((3, 3))), {"heads": 2}, ("selfatt_valatt",)),
        "length": ((QKV, Arr((4, 3, 4))), {"heads": 2}, ("selfatt_valatt", "attention")),
        "width": ((Arr((3, 2, 10)), SELF), {"heads": 2}, ("selfatt_valatt",)),
    },
)
suite.standard(
    "encdec_qk",
    C + "encdec_qk",
    (Q, KV),
    [{"heads": 2}, {"heads": 3}],
    bad={
        "batch": ((Q, Arr((3, 1, 12))), {"heads": 2}, ("encdec_qk",)),
        "width": ((Q, Arr((3, 2, 8))), {"heads": 2}, ("encdec_qk",)),
    },
)
suite.standard(
    "encdec_valatt",
    C + "encdec_valatt",
    (KV, OTHER),
    [{"heads": 2}],
    bad={
        "heads": ((KV, OTHER), {"heads": 3}, ("encdec_valatt", "attention")),
        "length": ((KV, Arr((4, 4, 2))), {"heads": 2}, ("encdec_valatt", "attention")),
    },
)
suite.op("selfatt_qk/one_step", C + "selfatt_qk", (Arr((1, 1, 3)),), {"heads": 1})

X = Arr((2, 2, 3, 4))
IMAGES = "nd.contrib.BilinearResize2D"
suite.standard(
    "BilinearResize2D",
    IMAGES,
    (X,),
    [
        {"height": 5, "width": 7},
        {"height": 2, "width": 3},
        {"height": 1, "width": 1},
        {"height": 1, "width": 6},
        {"height": 6, "width": 1},
        {"height": 3, "width": 4},
        {"height": 3, "width": 8},
        {},
        {"height": 5, "width": 7, "align_corners": False},
        {"height": 2, "width": 2, "align_corners": False},
        {"height": 1, "width": 1, "align_corners": False},
        {"height": 1, "width": 6, "align_corners": False},
        {"height": 6, "width": 1, "align_corners": False},
        {"scale_height": 2.0, "scale_width": 1.5},
        {"scale_height": 0.5, "scale_width": 0.6},
        {"scale_height": 2, "scale_width": 2, "align_corners": False},
        {"scale_width": 2.0},
        {"mode": "odd_scale", "scale_height": 2, "scale_width": 2},
        {"mode": "odd_scale", "scale_height": 0.5, "scale_width": 0.5},
        {"mode": "to_even_down"},
        {"mode": "to_even_up"},
        {"mode": "to_odd_down"},
        {"mode": "to_odd_up"},
        {"mode": "to_odd_up", "align_corners": False},
    ],
    tol=SCALES,
    float16_tol=HALF,
    bad={
        "axes": ((Arr((3, 4)),), {"height": 2, "width": 2}, ("BilinearResize2D",)),
        "zero": ((X,), {"height": 0, "width": 2}, ("height",)),
        "mode": ((X,), {"mode": "no"}, ("mode",)),
        "scale": ((X,), {"mode": "odd_scale"}, ("scale",)),
        "one_scale": ((X,), {"scale_height": 2.0}, ("scale",)),
        "like": ((X,), {"mode": "like"}, ("like",)),
    },
)
suite.op("BilinearResize2D/like", IMAGES, (X, Arr((2, 2, 5, 6), seed=2)), {"mode": "like"}, tol=SCALES)
suite.op("BilinearResize2D/like_same", IMAGES, (X, Arr((2, 2, 3, 4), seed=2)), {"mode": "like"}, tol=SCALES)
suite.op(
    "BilinearResize2D/like_outer",
    IMAGES,
    (X, Arr((2, 2, 5, 6), seed=2)),
    {"mode": "like", "align_corners": False},
    tol=SCALES,
)
suite.op("BilinearResize2D/one_pixel", IMAGES, (Arr((1, 1, 1, 1)),), {"height": 3, "width": 2})
suite.op(
    "BilinearResize2D/double_scale",
    IMAGES,
    (Arr((1, 2, 4, 4)),),
    {"height": 8, "width": 8, "align_corners": False},
    tol=SCALES,
)

P = Arr((2, 3, 5, 7))
suite.standard(
    "AdaptiveAvgPooling2D",
    "nd.contrib.AdaptiveAvgPooling2D",
    (P,),
    [
        {},
        {"output_size": 1},
        {"output_size": 3},
        {"output_size": (2, 4)},
        {"output_size": (5, 7)},
        {"output_size": (8, 9)},
        {"output_size": (1, 3)},
        {"output_size": (2, 2, 2)},
        {"output_size": "(2, 3)"},
    ],
    float16_tol=HALF,
    bad={"size": ((P,), {"output_size": "x"}, ("output_size",)), "attribute": ((P,), {"no_such": 1}, ("no_such",))},
)
