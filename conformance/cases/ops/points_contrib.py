"""contrib operators at the points that their own cases leave open: axes of size one, layouts, gradients, attributes."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

C = "nd.contrib."
LAYOUTS = ("rows", "transposed", "reshaped")


def _layouts(name, path, args, kwargs=None, grad=True, tol=None):
    """One call with every array built in each layout."""
    for layout in LAYOUTS:
        suite.op(f"{name}/{layout}", path, tuple(a.with_(layout=layout) for a in args), kwargs, grad=grad, tol=tol)


BOXES, ONE_BOX = Arr((3, 4), low=0, high=1), Arr(values=[[0.1, 0.2, 0.6, 0.7]])
suite.op("box_iou/one_one", C + "box_iou", (ONE_BOX, ONE_BOX))
suite.op("box_iou/one_many", C + "box_iou", (ONE_BOX, BOXES))
suite.op("box_iou/vector", C + "box_iou", (Arr(values=[0.1, 0.2, 0.6, 0.7]), BOXES))
suite.op("box_iou/batches", C + "box_iou", (Arr((1, 2, 4), low=0, high=1), Arr((2, 1, 4), low=0, high=1, seed=2)))
suite.op("box_iou/center_one", C + "box_iou", (ONE_BOX, BOXES), {"format": "center"})
for dtype in ("float64", "float16"):
    suite.op(f"box_iou/{dtype}", C + "box_iou", (ONE_BOX.with_(dtype=dtype), BOXES.with_(dtype=dtype)))

SCORES = Arr(values=[[0.9, 0.2, 0.5]])
for name, data in (("row", SCORES), ("column", Arr(values=[[0.9], [0.2], [0.5]])), ("one", Arr(values=[[0.7]]))):
    for ascend in (False, True):
        suite.op(
            f"bipartite_matching/{name}/{ascend}",
            C + "bipartite_matching",
            (data,),
            {"is_ascend": ascend, "threshold": 0.3 if not ascend else 0.8},
        )
suite.op("bipartite_matching/batch", C + "bipartite_matching", (Arr((2, 1, 3), low=0, high=1),), {"threshold": 1e-3})

KEEP = Arr(values=[1.0, 0.0, 1.0])
for name, data, index, axis in (
    ("rows_of_one", Arr((3, 1)), KEEP, 0),
    ("single", Arr((1, 3)), Arr(values=[1.0]), 0),
    ("last", Arr((2, 3)), KEEP, -1),
    ("second", Arr((2, 3)), KEEP, 1),
    ("first_of_three", Arr((3, 1, 2)), KEEP, -3),
):
    suite.op(f"boolean_mask/{name}", C + "boolean_mask", (data, index), {"axis": axis}, grad=(0,))

MAPS, PLACES = Arr((1, 8, 5, 5)), Arr(values=[[0.0, 1, 1, 3, 4], [0.0, 0, 0, 4, 4]])
SINGLE = Arr(values=[[0.0, 0, 0, 3, 3]])
suite.op(
    "PSROIPooling/one", C + "PSROIPooling", (Arr((1, 1, 4, 4)), SINGLE),
    {"spatial_scale": 1.0, "output_dim": 1, "pooled_size": 1}, grad=(0,),
)  # fmt: skip
suite.op(
    "PSROIPooling/narrow", C + "PSROIPooling", (Arr((1, 4, 1, 5)), PLACES),
    {"spatial_scale": 0.5, "output_dim": 1, "pooled_size": 2, "group_size": 2}, grad=(0,),
)  # fmt: skip
TRANS = Arr((2, 2, 2, 2), low=-0.2, high=0.2, seed=4)
DEFORMABLE = {
    "spatial_scale": 0.5, "output_dim": 2, "group_size": 2, "pooled_size": 2, "part_size": 2, "sample_per_part": 2,
    "trans_std": 0.1,
}  # fmt: skip
suite.op("DeformablePSROIPooling/moved", C + "DeformablePSROIPooling", (MAPS, PLACES, TRANS), DEFORMABLE, grad=(0, 2))
suite.op(
    "DeformablePSROIPooling/one", C + "DeformablePSROIPooling", (Arr((1, 1, 4, 4)), SINGLE),
    {"spatial_scale": 1.0, "output_dim": 1, "group_size": 1, "pooled_size": 1, "no_trans": True}, grad=(0,),
)  # fmt: skip
for name, attrs in {
    "no_size": {"spatial_scale": 1.0, "output_dim": 2},
    "scale": {**DEFORMABLE, "spatial_scale": -1.0},
    "unknown": {**DEFORMABLE, "pooled": 1},
}.items():
    suite.op_error(f"DeformablePSROIPooling/{name}", C + "DeformablePSROIPooling", (MAPS, PLACES, TRANS), attrs)
TURNED = Arr(values=[[0.0, 2, 2, 3, 2, 30]])
suite.op(
    "RROIAlign/one", C + "RROIAlign", (Arr((1, 1, 4, 4)), TURNED),
    {"pooled_size": (1, 1), "spatial_scale": 1.0, "sampling_ratio": 1}, grad=False,
)  # fmt: skip
suite.op(
    "RROIAlign/row", C + "RROIAlign", (Arr((1, 2, 1, 5)), TURNED), {"pooled_size": (1, 2), "spatial_scale": 0.5},
    grad=False,
)  # fmt: skip
MODULATED = Arr((1, 1, 3, 3)), Arr((1, 8, 2, 2), low=-0.4, high=0.4), Arr((1, 4, 2, 2), low=0, high=1, seed=2)
KERNEL, BIAS = Arr((1, 1, 2, 2), seed=3), Arr((1,), seed=4)
for name, attrs in {"workspace": {"workspace": 512}, "layout": {"layout": "NCHW"}, "step": {"im2col_step": 1}}.items():
    suite.op(
        f"ModulatedDeformableConvolution/{name}", C + "ModulatedDeformableConvolution", (*MODULATED, KERNEL, BIAS),
        {"kernel": (2, 2), "num_filter": 1, **attrs}, grad=False,
    )  # fmt: skip

ATTENTION = {"heads": 1}
suite.op(
    "interleaved/selfatt_valatt", C + "interleaved_matmul_selfatt_valatt", (Arr((1, 1, 6)), Arr((1, 1, 1))), ATTENTION
)
suite.op(
    "interleaved/selfatt_valatt/batch", C + "interleaved_matmul_selfatt_valatt",
    (Arr((3, 1, 12)), Arr((2, 3, 3))), {"heads": 2},
)  # fmt: skip
suite.op(
    "interleaved/encdec_valatt", C + "interleaved_matmul_encdec_valatt", (Arr((1, 1, 4)), Arr((1, 1, 1))), ATTENTION
)
suite.op(
    "interleaved/encdec_valatt/batch", C + "interleaved_matmul_encdec_valatt",
    (Arr((3, 1, 8)), Arr((2, 1, 3))), {"heads": 2},
)  # fmt: skip

# Only GPUs have these: every call is refused.
ROW = Arr((1, 4))
for name in ("fft", "ifft"):
    _layouts(name, C + name, (Arr((2, 4)),), grad=True)
    for dtype in ("float64", "float16", "int32"):
        suite.op(f"{name}/{dtype}", C + name, (ROW.with_(dtype=dtype),), grad=(0,))
    suite.op(f"{name}/compute_size", C + name, (ROW,), {"compute_size": 1}, grad=True)
    suite.op_error(f"{name}/unknown", C + name, (ROW,), {"compute": 1})
HASH, SIGNS = Arr(values=[[0.0, 1, 2, 0]]), Arr(values=[[1.0, -1, 1, 1]])
SKETCH = {"out_dim": 3, "processing_batch_size": 1}
_layouts("count_sketch", C + "count_sketch", (ROW, HASH, SIGNS), SKETCH, grad=(0,))
for dtype in ("float64", "int32"):
    inputs = tuple(a.with_(dtype=dtype) for a in (ROW, HASH, SIGNS))
    suite.op(f"count_sketch/{dtype}", C + "count_sketch", inputs, SKETCH, grad=(0,))

A, B = Arr(values=[[1.0, 2.0, float("nan")]]), Arr(values=[[1.0, 2.00001, float("nan")]])
_layouts("allclose", C + "allclose", (A, B), {"rtol": 1e-4})
suite.op("allclose/equal_nan", C + "allclose", (A, B), {"equal_nan": False, "atol": 0.1})
suite.op("allclose/int32", C + "allclose", (Arr((1, 3), "int32"), Arr((1, 3), "int32")), grad=False)
suite.op_error("allclose/shapes", C + "allclose", (Arr((2, 3)), Arr((3, 2))))
suite.op_error("allclose/dtypes", C + "allclose", (Arr((2, 3)), Arr((2, 3), "float64")))

for word in ("gradientmultiplier", "backward_gradientmultiplier"):
    path = C + word
    _layouts(word, path, (Arr((2, 3)),), {"scalar": 3.0})
    for dtype in ("float64", "float16", "int32", "int8"):
        suite.op(f"{word}/{dtype}", path, (Arr((2, 1), dtype),), {"scalar": 2.0}, grad=(0,))
    suite.op(f"{word}/is_int", path, (Arr((1, 3)),), {"scalar": -0.5, "is_int": False})
    suite.op(f"{word}/int_is_int", path, (Arr((1, 3), "int32"),), {"scalar": 2.5, "is_int": True}, grad=(0,))
    suite.op(f"{word}/default", path, (Arr((1, 1)),))
    suite.op(f"{word}/int_not_int", path, (Arr((1, 3), "int32"),), {"scalar": 2.5, "is_int": False}, grad=(0,))
    suite.op_error(f"{word}/text", path, (Arr((2, 3)),), {"scalar": "x"})

LOGS = Tolerance(rtol=5e-5, atol=5e-6, why="long sums of float32 logarithms")
COUNTS = Arr(values=[0.0, 3, 0, 5, 0, 0, 9, 20, 60, 21, 8, 0, 4, 1, 0, 0, 2])
EDGES = Arr(values=[i / 8 - 1 for i in range(18)])
_layouts("calibrate_entropy", C + "calibrate_entropy", (COUNTS, EDGES), {"num_quantized_bins": 5}, tol=LOGS)
for dtype in ("float64", "float16", "int32"):
    suite.op(
        f"calibrate_entropy/{dtype}", C + "calibrate_entropy", (COUNTS.with_(dtype=dtype), EDGES.with_(dtype=dtype)),
        {"num_quantized_bins": 5}, grad=False,
    )  # fmt: skip
suite.op_error("calibrate_entropy/matrix", C + "calibrate_entropy", (Arr((1, 5)), Arr((1, 6))))

for shape in ((1,), (2, 1), (1, 1, 3)):
    word = "x".join(map(str, shape))
    suite.op(f"index_array/{word}", C + "index_array", (Arr(shape),))
    suite.op(f"index_array/{word}/axes", C + "index_array", (Arr(shape),), {"axes": (-1, 0)})
_layouts("index_array", C + "index_array", (Arr((2, 3)),), {"axes": (1,)})
suite.op_error("index_array/count", C + "index_array", ())
suite.op_error("index_array/text", C + "index_array", (Arr((2, 3)),), {"axes": "x"})

STEP, KINDS = Arr((1, 2), low=0.5, high=1.5), 2
PROCESS = (
    Arr((1, KINDS), low=0.5, high=1.5),
    Arr((KINDS,), low=0.2, high=0.6, seed=2),
    Arr((KINDS,), low=0.5, high=2, seed=3),
    Arr((1, KINDS), low=0, high=1, seed=4),
    Arr((1, 1), low=0.1, high=1, seed=5),
    Arr((1, 1), "int32", low=0, high=1, seed=6),
    Arr(values=[1]),
    Arr(values=[3.0]),
)
suite.op("hawkesll/one_event", C + "hawkesll", PROCESS, grad=(0, 1, 2, 3), tol=LOGS)
ALONE = tuple(a.with_(shape=tuple(1 if n == KINDS else n for n in a.shape)) if a.values is None else a for a in PROCESS)
ALONE = (*ALONE[:5], Arr(values=[[0]], dtype="int32"), *ALONE[6:])
suite.op("hawkesll/one_kind", C + "hawkesll", ALONE, grad=(0, 1, 2, 3), tol=LOGS)

ADAGRAD = Arr((3, 2)), Arr((3, 2), seed=2), Arr((3, 1), low=0, high=1, seed=3)
for name, attrs in {
    "rescale": {"rescale_grad": 0.5},
    "clip": {"clip_gradient": 0.1},
    "epsilon": {"epsilon": 0.1},
    "all": {"rescale_grad": 2.0, "clip_gradient": 0.5, "epsilon": 1e-3},
}.items():
    suite.op(f"group_adagrad/dense/{name}", C + "group_adagrad_update", ADAGRAD, {"lr": 0.1, **attrs}, grad=False)
