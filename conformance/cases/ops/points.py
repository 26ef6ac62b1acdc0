"""Points that the families' own cases leave open: axes of size one, negative axes, rarely set attributes, dtypes."""

from __future__ import annotations

from ...calls import Arr
from ...suite import Suite

suite = Suite(__name__)

ROW, COLUMN, ONE = Arr((1, 3)), Arr((3, 1), seed=2), Arr((1, 1))
CUBE = Arr((2, 1, 3))
WIDE = Arr((2, 3, 1, 4))

suite.op("one_hot/size_one", "nd.one_hot", (Arr(values=[[0], [2]], dtype="int32"), 3), grad=False)
suite.op("one_hot/one_class", "nd.one_hot", (Arr(values=[0, 1, 0], dtype="int32"), 1), grad=False)
suite.op("where/size_one", "nd.where", (Arr(values=[[1.0], [0.0]]), Arr((2, 1)), Arr((2, 1), seed=2)))
suite.op("where/rows", "nd.where", (Arr(values=[1.0]), Arr((1, 3)), Arr((1, 3), seed=2)))
for dtype in ("float64", "int32", "uint8"):
    suite.op(f"cast/size_one/{dtype}", "nd.cast", (Arr((2, 1, 1)), dtype))
for shape in ((2, 1, 3), (1, 1), (1, 4)):
    name = "x".join(map(str, shape))
    suite.op(f"softmax_activation/{name}", "nd.SoftmaxActivation", (Arr(shape),))
suite.op_error("softmax_activation/int32", "nd.SoftmaxActivation", (Arr((2, 3), "int32"),))
for size in (1, 2, (1, 3)):
    suite.op(f"adaptive_avg/{size}", "nd.contrib.AdaptiveAvgPooling2D", (WIDE,), {"output_size": size})
    suite.op(
        f"adaptive_avg/float64/{size}", "nd.contrib.AdaptiveAvgPooling2D", (Arr((1, 1, 3, 1), "float64"),),
        {"output_size": size},
    )  # fmt: skip
suite.op("slice/size_one", "nd.slice", (CUBE, (0, 0, 1), (1, 1, 3)))
suite.op("slice/to_one", "nd.slice", (CUBE, (1, None, -1), (2, None, None)))
for axis in (-2, -3, 0, 1):
    suite.op(f"gemm2/axis/{axis}", "nd.linalg.gemm2", (Arr((2, 2, 2)), Arr((2, 2, 2), seed=2)), {"axis": axis})
    suite.op(
        f"gemm2/transposed/{axis}", "nd.linalg.gemm2", (Arr((2, 2, 3)), Arr((2, 2, 3), seed=2)),
        {"axis": axis, "transpose_b": True},
    )  # fmt: skip
suite.op("gemm2/size_one", "nd.linalg.gemm2", (COLUMN, ROW))
suite.op("gemm2/number", "nd.linalg.gemm2", (ROW, COLUMN), {"alpha": 0.5})
suite.op("gemm/axis", "nd.linalg.gemm", (Arr((2, 3, 4)), Arr((2, 4, 1)), Arr((2, 3, 1))), {"axis": -2, "beta": 0.5})
suite.op("reverse/negative", "nd.reverse", (CUBE, -1))
suite.op("flip/negative", "nd.flip", (CUBE, (0, -1)))
for axis in (-1, (-1,), (0, -1)):
    suite.op(f"broadcast_axis/{axis}", "nd.broadcast_axis", (Arr((1, 3, 1)), axis, 2 if axis != (0, -1) else (2, 2)))
suite.op("dropout/negative", "nd.Dropout", (Arr((3, 4)), 0.5), {"axes": (-1,), "mode": "always"})
lengths = Arr(values=[1.0, 2.0])
suite.op(
    "sequence_mask/negative", "nd.SequenceMask", (Arr((3, 2, 1)), lengths), {"use_sequence_length": True, "axis": -3}
)
suite.op("arange_like/size_one", "nd.contrib.arange_like", (Arr((1, 3)),), {"axis": 0}, grad=False)
suite.op("arange_like/negative", "nd.contrib.arange_like", (Arr((1, 3)),), {"axis": -2}, grad=False)
x, weight = Arr((1, 1, 3, 3)), Arr((1, 2, 2, 2), seed=2)
suite.op(
    "deconvolution/tuning", "nd.Deconvolution", (x, weight),
    {"kernel": (2, 2), "num_filter": 2, "workspace": 256, "cudnn_tune": "off", "cudnn_off": True},
)  # fmt: skip
suite.op(
    "leaky/bounds", "nd.LeakyReLU", (Arr((2, 1)),), {"act_type": "leaky", "lower_bound": 0.1, "upper_bound": 0.2},
    grad=False,
)  # fmt: skip
suite.op(
    "deformable/size_one", "nd.contrib.DeformableConvolution",
    (Arr((1, 1, 3, 3)), Arr((1, 8, 2, 2), low=-0.4, high=0.4), Arr((1, 1, 2, 2), seed=3)),
    {"kernel": (2, 2), "num_filter": 1, "no_bias": True, "workspace": 512},
)  # fmt: skip

NORM = (Arr((2, 3, 2)), Arr((3,), low=0.5, high=1), Arr((3,), seed=2), Arr((3,), seed=3), Arr((3,), low=0.5, high=2))
SETS = [
    {"fix_gamma": False},
    {"eps": 0.1, "fix_gamma": False},
    {"momentum": 0.5},
    {"use_global_stats": True, "eps": 0.01},
    {"output_mean_var": True},
    {"cudnn_off": True},
    {"min_calib_range": -1.0, "max_calib_range": 1.0},
    {"axis": -2, "fix_gamma": False},
]
for number, attrs in enumerate(SETS):
    suite.op(f"batch_norm/{number}", "nd.BatchNorm", NORM, attrs, grad=(0, 1, 2), mutates=True)
for layout in ("rows", "transposed", "reshaped"):
    data = NORM[0].with_(layout=layout)
    suite.op(f"batch_norm/{layout}", "nd.BatchNorm", (data, *NORM[1:]), {"fix_gamma": False}, grad=(0, 1, 2))
single = tuple(Arr((1,), low=0.5, high=1, seed=seed) for seed in (2, 3, 4, 5))
suite.op("batch_norm/size_one", "nd.BatchNorm", (Arr((4, 1, 2)), *single), {"fix_gamma": False}, grad=(0, 1, 2))
suite.op(
    "batch_norm/float64", "nd.BatchNorm", tuple(a.with_(dtype="float64") for a in NORM), {"fix_gamma": False},
    grad=(0, 1, 2),
)  # fmt: skip
suite.op_error("batch_norm/axis", "nd.BatchNorm", NORM, {"axis": 5}, says=("BatchNorm", "axis"))

for law, inputs in (
    ("uniform", (Arr((2, 1), low=0, high=1), Arr((2, 1), low=2, high=3, seed=2))),
    ("normal", (Arr((2, 1)), Arr((2, 1), low=0.5, high=2, seed=2))),
    ("gamma", (Arr((2, 1), low=0.5, high=3), Arr((2, 1), low=0.5, high=2, seed=2))),
    ("exponential", (Arr((2, 1), low=0.5, high=3),)),
    ("poisson", (Arr((2, 1), low=0.5, high=20),)),
):
    path = f"nd.sample_{law}"
    suite.op(f"sample/{law}", path, inputs, {"shape": (3,)})
    suite.op(f"sample/{law}/none", path, inputs)
    suite.op(f"sample/{law}/float64", path, inputs, {"shape": (1, 2), "dtype": "float64"})
    wide = tuple(a.with_(dtype="float64") for a in inputs)
    suite.op(f"sample/{law}/of_float64", path, wide, {"shape": 2})
    for layout in ("rows", "transposed"):
        suite.op(f"sample/{law}/{layout}", path, tuple(a.with_(layout=layout) for a in inputs), {"shape": 2})
    suite.op_error(f"sample/{law}/attribute", path, inputs, {"size": 3})
chances = Arr(values=[[0.25, 0.75], [1.0, 0.0]])
for dtype in ("float32", "float64"):
    suite.op(f"multinomial/{dtype}", "nd.sample_multinomial", (chances.with_(dtype=dtype),), {"shape": 5}, grad=False)
suite.op("multinomial/size_one", "nd.sample_multinomial", (Arr(values=[[1.0], [1.0]]),), {"shape": (1, 2)}, grad=False)
suite.op("multinomial/rows", "nd.sample_multinomial", (chances.with_(layout="rows"),), {"shape": 5}, grad=False)
suite.op("multinomial/get_prob", "nd.sample_multinomial", (Arr(values=[[0.25, 0.75]]),), {"shape": 4, "get_prob": True})
suite.op_error("multinomial/dtype", "nd.sample_multinomial", (chances,), {"dtype": "int64"})
suite.op("random/normal", "nd.random_normal", (), {"loc": 2.0, "scale": 0.5, "shape": (2, 3)}, grad=False)
suite.op("random/uniform", "nd.random_uniform", (), {"low": -2.0, "high": 0.5, "shape": (2, 3)}, grad=False)
suite.op_error("random/normal/scale", "nd.random_normal", (), {"scale": -1.0, "shape": (2, 3)})
suite.op_error("random/normal/attribute", "nd.random_normal", (), {"mean": 1.0, "shape": (2, 3)})

anchors, labels = Arr(values=[[[0.1, 0.1, 0.5, 0.5], [0.4, 0.4, 0.9, 0.9]]]), Arr(values=[[[0.0, 0.1, 0.1, 0.4, 0.5]]])
scores = Arr(values=[[[0.2, 0.7], [0.8, 0.3]]])
for dtype in ("float64", "int32"):
    suite.op_error(
        f"multibox/target/{dtype}", "nd.contrib.MultiBoxTarget",
        tuple(a.with_(dtype=dtype) for a in (anchors, labels, scores)),
    )  # fmt: skip
    suite.op_error(
        f"multibox/detection/{dtype}", "nd.contrib.MultiBoxDetection",
        tuple(a.with_(dtype=dtype) for a in (scores, Arr((1, 8)), anchors)),
    )  # fmt: skip
    suite.op_error(f"multibox/prior/{dtype}", "nd.contrib.MultiBoxPrior", (Arr((1, 1, 2, 2), dtype),))
