"""contrib: proposals, features of regions, deformable convolution."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

HALF = Tolerance(rtol=2e-2, atol=8e-3, why="MXNet computes sample positions and sums in float16")
SUMS = Tolerance(rtol=3e-5, atol=3e-6, why="sums of samples in another order")
C = "nd.contrib."

SCORES = Arr((1, 6, 3, 4), low=0, high=1, unique=False)
MOVES = Arr((1, 12, 3, 4), low=-0.5, high=0.5, seed=2)
INFO = Arr(values=[[48.0, 64.0, 1.0]])
BASE = {"scales": (1, 2, 4), "ratios": (1,), "rpn_post_nms_top_n": 5, "rpn_min_size": 4, "threshold": 0.5}
SETS = [
    BASE,
    {**BASE, "output_score": True},
    {**BASE, "rpn_pre_nms_top_n": 3},
    {**BASE, "rpn_pre_nms_top_n": -1, "rpn_post_nms_top_n": 12},
    {**BASE, "threshold": 0.1, "rpn_post_nms_top_n": 30},
    {**BASE, "iou_loss": True, "output_score": True},
    {**BASE, "rpn_min_size": 40, "output_score": True},
    {**BASE, "scales": (2,), "ratios": (0.5, 1, 2), "output_score": True},
    {**BASE, "feature_stride": 20},
]
BAD = {
    "anchors": ((SCORES, MOVES, INFO), {**BASE, "scales": (1, 2)}, ("scales",)),
    "moves": ((SCORES, Arr((1, 8, 3, 4)), INFO), BASE, ("bbox_pred",)),
    "info": ((SCORES, MOVES, Arr((1, 4))), BASE, ("im_info",)),
    "image": ((SCORES, MOVES, Arr(values=[[96.0, 64.0, 1.0]])), BASE, ("feature",)),
}
for name in ("Proposal", "MultiProposal"):
    suite.standard(name, C + name, (SCORES, MOVES, INFO), SETS, dtypes=("float64",), tol=SUMS, bad=BAD)
    suite.op(
        f"{name}/padded",
        C + name,
        (SCORES, MOVES, Arr(values=[[30.0, 40.0, 1.5]])),
        {**BASE, "output_score": True},
        tol=SUMS,
    )
two = (
    Arr((2, 6, 3, 4), low=0, high=1),
    Arr((2, 12, 3, 4), low=-0.5, high=0.5, seed=2),
    Arr(values=[[48, 64, 1], [40, 50, 2]]),
)
suite.op("MultiProposal/two", C + "MultiProposal", two, {**BASE, "output_score": True}, tol=SUMS)
suite.op_error("Proposal/two", C + "Proposal", two, BASE, says=("Proposal", "image"))

X = Arr((2, 4, 6, 7))
ROIS = Arr(
    values=[[0, 0.5, 0.7, 4.2, 3.9], [1, 1, 2, 6.5, 5.5], [0, 3, 3, 3.2, 3.1], [1, -2, -1.5, 3, 2], [0, 4, 3, 12, 11]]
)
OUTSIDE = Arr(values=[[0, 20, 20, 30, 30], [1, -9, -9, -4, -4]])
suite.standard(
    "ROIAlign",
    C + "ROIAlign",
    (X, ROIS),
    [
        {"pooled_size": (2, 3), "spatial_scale": 1.0},
        {"pooled_size": (2, 2), "spatial_scale": 0.5},
        {"pooled_size": (3, 2), "spatial_scale": 1.0, "sample_ratio": 2},
        {"pooled_size": (1, 1), "spatial_scale": 1.0, "sample_ratio": 1},
        {"pooled_size": (2, 2), "spatial_scale": 1.0, "position_sensitive": True},
        {"pooled_size": (2, 2), "spatial_scale": 1.0, "position_sensitive": True, "sample_ratio": 3},
        {"pooled_size": (2, 3), "spatial_scale": 1.0, "aligned": True},
        {"pooled_size": (2, 3), "spatial_scale": 1.5, "aligned": True, "sample_ratio": 2},
    ],
    dtypes=("float64", "int32"),
    tol=SUMS,
    bad={
        "axes": ((Arr((4, 6, 7)), ROIS), {"pooled_size": (2, 2), "spatial_scale": 1.0}, ("ROIAlign", "data")),
        "rois": ((X, Arr((3, 4))), {"pooled_size": (2, 2), "spatial_scale": 1.0}, ("ROIAlign", "rois")),
        "missing": ((X, ROIS), {"pooled_size": (2, 2)}, ("spatial_scale",)),
        "channels": (
            (Arr((2, 3, 6, 7)), ROIS),
            {"pooled_size": (2, 2), "spatial_scale": 1.0, "position_sensitive": True},
            ("ROIAlign",),
        ),
        "dtypes": ((X, ROIS.with_(dtype="float64")), {"pooled_size": (2, 2), "spatial_scale": 1.0}, ("ROIAlign",)),
    },
)
suite.op("ROIAlign/outside", C + "ROIAlign", (X, OUTSIDE), {"pooled_size": (2, 2), "spatial_scale": 1.0}, tol=SUMS)
suite.op(
    "ROIAlign/one_pixel",
    C + "ROIAlign",
    (Arr((1, 1, 1, 1)), Arr(values=[[0.0, 0, 0, 1, 1]])),
    {"pooled_size": (2, 2), "spatial_scale": 1.0},
)
suite.op(
    "ROIAlign/data_only", C + "ROIAlign", (X, ROIS), {"pooled_size": (2, 3), "spatial_scale": 1.0}, grad=(0,), tol=SUMS
)

TURNED = Arr(values=[[0, 3, 3, 4, 2, 30], [1, 2, 2, 3, 3, -75], [0, 0, 0, 5, 5, 180], [1, 6, 5, 0.5, 0.5, 10]])
suite.standard(
    "RROIAlign",
    C + "RROIAlign",
    (X, TURNED),
    [
        {"pooled_size": (2, 3), "spatial_scale": 1.0},
        {"pooled_size": (2, 2), "spatial_scale": 0.5},
        {"pooled_size": (3, 2), "spatial_scale": 1.0, "sampling_ratio": 2},
    ],
    dtypes=("float64", "int32"),
    grad=False,
    tol=SUMS,
    bad={"rois": ((X, ROIS), {"pooled_size": (2, 2), "spatial_scale": 1.0}, ("RROIAlign", "rois"))},
)
suite.op("RROIAlign/gradient", C + "RROIAlign", (X, TURNED), {"pooled_size": (2, 3), "spatial_scale": 1.0}, grad=(0,))

PS = Arr((2, 8, 6, 7))
WHOLE = Arr(values=[[0, 0, 0, 4, 3], [1, 1, 2, 6, 5], [0, 3, 3, 3, 3], [1, -2, -1, 3, 2], [0, 4, 3, 12, 11]])
suite.standard(
    "PSROIPooling",
    C + "PSROIPooling",
    (PS, WHOLE),
    [
        {"spatial_scale": 1.0, "output_dim": 2, "pooled_size": 2},
        {"spatial_scale": 0.5, "output_dim": 2, "pooled_size": 2},
        {"spatial_scale": 1.0, "output_dim": 2, "pooled_size": 3, "group_size": 2},
        {"spatial_scale": 0.7, "output_dim": 8, "pooled_size": 2, "group_size": 1},
    ],
    dtypes=("float64", "int32"),
    tol=SUMS,
    bad={
        "rois": ((PS, Arr((3, 4))), {"spatial_scale": 1.0, "output_dim": 2, "pooled_size": 2}, ("PSROIPooling", "rois"))
    },
)
suite.op(
    "PSROIPooling/halves",
    C + "PSROIPooling",
    (PS, Arr(values=[[0, 0.5, 1.5, 4.5, 3.5], [1, -0.5, -1.5, 2.5, 2.5]])),
    {"spatial_scale": 1.0, "output_dim": 2, "pooled_size": 2},
    tol=SUMS,
)

SHIFTS = Arr((5, 4, 2, 2), seed=3)
DP = {"spatial_scale": 1.0, "output_dim": 2, "group_size": 2, "pooled_size": 2, "trans_std": 0.1}
suite.standard(
    "DeformablePSROIPooling",
    C + "DeformablePSROIPooling",
    (PS, WHOLE, SHIFTS),
    [
        DP,
        {**DP, "sample_per_part": 3},
        {**DP, "pooled_size": 4, "part_size": 2, "sample_per_part": 2},
        {**DP, "trans_std": 0.5, "spatial_scale": 0.6},
    ],
    dtypes=("float64",),
    tol=SUMS,
)
suite.op(
    "DeformablePSROIPooling/no_trans",
    C + "DeformablePSROIPooling",
    (PS, WHOLE),
    {**DP, "no_trans": True, "sample_per_part": 2},
    tol=SUMS,
)
suite.op(
    "DeformablePSROIPooling/one_class",
    C + "DeformablePSROIPooling",
    (PS, WHOLE, Arr((5, 2, 2, 2), seed=3)),
    {**DP, "sample_per_part": 2},
    tol=SUMS,
)

D, W, B = Arr((2, 4, 5, 6)), Arr((4, 4, 3, 3), seed=3), Arr((4,), seed=4)
OFF = Arr((2, 18, 3, 4), seed=2)
PLAIN = {"kernel": (3, 3), "num_filter": 4}
suite.standard(
    "DeformableConvolution",
    C + "DeformableConvolution",
    (D, OFF, W, B),
    [PLAIN],
    dtypes=("float64", "int32"),
    tol=SUMS,
    bad={
        "offset": ((D, Arr((2, 9, 3, 4)), W, B), PLAIN, ("DeformableConvolution", "offset")),
        "weight": ((D, OFF, Arr((4, 4, 2, 3)), B), PLAIN, ("DeformableConvolution", "weight")),
        "bias": ((D, OFF, W), PLAIN, ("DeformableConvolution",)),
        "dtypes": ((D, OFF.with_(dtype="float64"), W, B), PLAIN, ("DeformableConvolution",)),
        "group": ((D, OFF, W, B), {**PLAIN, "num_group": 3}, ("DeformableConvolution",)),
        "missing": ((D, OFF, W, B), {"kernel": (3, 3)}, ("num_filter",)),
    },
)
BIG = {"low": -4, "high": 4, "seed": 5}
for label, args, kwargs in (
    ("no_bias", (D, OFF, W), {**PLAIN, "no_bias": True}),
    ("pad", (D, Arr((2, 18, 5, 6), seed=2), W, B), {**PLAIN, "pad": (1, 1)}),
    ("stride", (D, Arr((2, 18, 2, 2), seed=2), W, B), {**PLAIN, "stride": (2, 2)}),
    ("dilate", (D, Arr((2, 18, 3, 4), seed=2), W, B), {**PLAIN, "dilate": (2, 2), "pad": (1, 1)}),
    ("groups", (D, OFF, Arr((4, 2, 3, 3), seed=3), B), {**PLAIN, "num_group": 2}),
    ("deformable_groups", (D, Arr((2, 36, 3, 4), seed=2), W, B), {**PLAIN, "num_deformable_group": 2}),
    (
        "both_groups",
        (D, Arr((2, 36, 3, 4), seed=2), Arr((4, 2, 3, 3), seed=3), B),
        {**PLAIN, "num_group": 2, "num_deformable_group": 2},
    ),
    ("far", (D, Arr((2, 18, 3, 4), **BIG), W, B), PLAIN),
    ("zero", (D, Arr((2, 18, 3, 4), low=0, high=0), W, B), PLAIN),
    ("oblong", (D, Arr((2, 12, 4, 4), seed=2), Arr((4, 4, 2, 3), seed=3), B), {"kernel": (2, 3), "num_filter": 4}),
    ("layout", (D, OFF, W, B), {**PLAIN, "layout": "NCHW"}),
):
    suite.op(f"DeformableConvolution/{label}", C + "DeformableConvolution", args, kwargs, tol=SUMS)

MASK = Arr((2, 9, 3, 4), low=0, high=1, seed=6)
suite.standard(
    "ModulatedDeformableConvolution",
    C + "ModulatedDeformableConvolution",
    (D, OFF, MASK, W, B),
    [PLAIN],
    dtypes=("float64", "int32"),
    grad=False,
    tol=SUMS,
    bad={
        "mask": ((D, OFF, Arr((2, 8, 3, 4)), W, B), PLAIN, ("mask",)),
        "offset": ((D, Arr((2, 9, 3, 4)), MASK, W, B), PLAIN, ("ModulatedDeformableConvolution",)),
    },
)
for label, args, kwargs in (
    ("no_bias", (D, OFF, MASK, W), {**PLAIN, "no_bias": True}),
    ("pad", (D, Arr((2, 18, 5, 6), seed=2), Arr((2, 9, 5, 6), seed=6), W, B), {**PLAIN, "pad": (1, 1)}),
    ("stride", (D, Arr((2, 18, 2, 2), seed=2), Arr((2, 9, 2, 2), seed=6), W, B), {**PLAIN, "stride": (2, 2)}),
    ("dilate", (D, Arr((2, 18, 3, 4), seed=2), MASK, W, B), {**PLAIN, "dilate": (2, 2), "pad": (1, 1)}),
    (
        "deformable_groups",
        (D, Arr((2, 36, 3, 4), seed=2), Arr((2, 18, 3, 4), seed=6), W, B),
        {**PLAIN, "num_deformable_group": 2},
    ),
    ("groups", (D, OFF, MASK, Arr((4, 2, 3, 3), seed=3), B), {**PLAIN, "num_group": 2}),
    ("far", (D, Arr((2, 18, 3, 4), **BIG), MASK, W, B), PLAIN),
    ("step", (D, OFF, MASK, W, B), {**PLAIN, "im2col_step": 1}),
):
    suite.op(
        f"ModulatedDeformableConvolution/{label}",
        C + "ModulatedDeformableConvolution",
        args,
        kwargs,
        grad=False,
        tol=SUMS,
    )
suite.op("ModulatedDeformableConvolution/gradient", C + "ModulatedDeformableConvolution", (D, OFF, MASK, W, B), PLAIN)
