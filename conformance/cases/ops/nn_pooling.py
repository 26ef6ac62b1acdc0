"""Pooling and Pooling_v1."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

SUMS = Tolerance(rtol=1e-4, atol=1e-5, why="sums in another order")
HALF = Tolerance(rtol=4e-3, atol=4e-3, why="MXNet rounds to float16 in other places")
TYPES = (
    {"pool_type": "max"},
    {"pool_type": "avg"},
    {"pool_type": "avg", "count_include_pad": False},
    {"pool_type": "sum"},
)
LP = tuple({"pool_type": "lp", "p_value": p} for p in (1, 2, 3))


def name_of(attrs):
    return attrs["pool_type"] + str(attrs.get("p_value", "")) + ("_exclude" if "count_include_pad" in attrs else "")


x = Arr((2, 2, 5, 6), unique=True)
base = {"kernel": (3, 2)}
suite.standard(
    "Pooling",
    "nd.Pooling",
    (x,),
    [base, {}, {"kernel": (2, 2), "stride": (2, 2)}, {"kernel": "(2, 2)", "cudnn_off": True, "layout": "NCHW"}],
    dtypes=("float64", "float16", "int32", "uint8"),
    tol=SUMS,
    bad={
        "type": ((x,), {**base, "pool_type": "min"}, ("min",)),
        "convention": ((x,), {**base, "pooling_convention": "ceil"}, ("ceil",)),
        "kernel_size": ((x,), {"kernel": (6, 2)}, ("Pooling", "kernel")),
        "kernel_axes": ((x,), {"kernel": (2,)}, ("Pooling", "kernel")),
        "kernel_4d": ((x,), {"kernel": (2, 2, 2, 2)}, ("Pooling", "kernel")),
        "kernel_zero": ((x,), {"kernel": (0, 2)}, ("kernel",)),
        "stride_zero": ((x,), {**base, "stride": (0, 1)}, ("stride",)),
        "stride_one": ((x,), {**base, "stride": (2,)}, ("Pooling", "stride")),
        "pad_one": ((x,), {**base, "pad": (1,)}, ("Pooling", "pad")),
        "layout": ((x,), {**base, "layout": "NCW"}, ("Pooling", "NCW")),
        "p_value": ((x,), {**base, "pool_type": "lp"}, ("Pooling", "p_value")),
        "p_four": ((x,), {**base, "pool_type": "lp", "p_value": 4}, ("Pooling", "p_value")),
        "2d": ((Arr((4, 4)),), base, ("Pooling", "axes")),
        "6d": ((Arr((1, 1, 2, 2, 2, 2)),), {"global_pool": True}, ("Pooling", "axes")),
        "same_2d": ((x,), {**base, "pooling_convention": "same"}, ("Pooling", "same")),
        "same_pad": ((Arr((1, 1, 5)),), {"kernel": 3, "pooling_convention": "same"}, ("Pooling", "same")),
    },
)
SHAPES = {
    "1d": ((2, 2, 7), {"kernel": (3,), "stride": (2,)}),
    "1d_pad": ((2, 2, 7), {"kernel": (3,), "stride": (2,), "pad": (1,)}),
    "1d_pad_more": ((1, 2, 6), {"kernel": (4,), "stride": (3,), "pad": (2,)}),
    "1d_pad_three_quarters": ((1, 2, 6), {"kernel": (4,), "stride": (3,), "pad": (3,)}),
    "2d": ((2, 2, 5, 6), {"kernel": (2, 3), "stride": (2, 2)}),
    "2d_pad": ((2, 2, 5, 6), {"kernel": (3, 2), "stride": (2, 3), "pad": (1, 1)}),
    "2d_far": ((1, 2, 7, 6), {"kernel": (2, 1), "stride": (4, 4)}),
    "2d_one": ((1, 1, 1, 1), {"kernel": (1, 1)}),
    "2d_whole": ((1, 2, 3, 4), {"kernel": (3, 4)}),
    "2d_beyond": ((1, 2, 2, 3), {"kernel": (4, 4), "pad": (1, 2)}),
    "3d": ((1, 2, 4, 5, 4), {"kernel": (2, 3, 2), "stride": (2, 2, 1)}),
    "3d_pad": ((1, 2, 4, 5, 4), {"kernel": (2, 3, 2), "stride": (3, 2, 2), "pad": (1, 1, 0)}),
}
for word, (shape, window) in SHAPES.items():
    for convention in ("valid", "full"):
        for kind in (*TYPES, *LP):
            if kind in LP and word not in ("1d_pad", "2d", "2d_pad", "3d"):
                continue
            attrs = {**window, "pooling_convention": convention, **kind}
            for dtype in ("float32", "float64"):
                arr = Arr(shape, dtype, unique=True)
                suite.op(f"Pooling/{word}/{convention}_{name_of(kind)}_{dtype}", "nd.Pooling", (arr,), attrs, tol=SUMS)
for kind in (*TYPES, *LP):
    suite.op(
        f"Pooling/half/{name_of(kind)}",
        "nd.Pooling",
        (Arr((1, 2, 4, 5), "float16"),),
        {"kernel": (2, 2), "pad": (1, 1), **kind},
        tol=HALF,
    )
    for word, shape, layout in (
        ("NWC", (2, 6, 2), "NWC"),
        ("NHWC", (2, 4, 5, 2), "NHWC"),
        ("NDHWC", (1, 3, 4, 3, 2), "NDHWC"),
    ):
        window = {"kernel": (2,) * (len(shape) - 2), "stride": (2,) * (len(shape) - 2), "layout": layout, **kind}
        suite.op(f"Pooling/{word}/{name_of(kind)}", "nd.Pooling", (Arr(shape),), window, tol=SUMS)
        full = {**window, "pooling_convention": "full", "pad": (1,) * (len(shape) - 2)}
        suite.op(f"Pooling/{word}/full_{name_of(kind)}", "nd.Pooling", (Arr(shape),), full, tol=SUMS)
        whole = {"global_pool": True, "layout": layout, **kind}
        suite.op(f"Pooling/{word}/global_{name_of(kind)}", "nd.Pooling", (Arr(shape),), whole, tol=SUMS)
    for word, shape in (("1d", (2, 3, 5)), ("2d", (2, 3, 4, 3)), ("3d", (1, 2, 3, 2, 2)), ("one", (1, 1, 1, 1))):
        for dtype in ("float32", "float64"):
            whole = {"global_pool": True, **kind}
            suite.op(
                f"Pooling/global/{word}_{name_of(kind)}_{dtype}", "nd.Pooling", (Arr(shape, dtype),), whole, tol=SUMS
            )
    given = {"global_pool": True, "kernel": (2, 2), "stride": (2, 2), "pad": (1, 1), **kind}
    suite.op(f"Pooling/global/given_{name_of(kind)}", "nd.Pooling", (Arr((2, 3, 4, 3)),), given, tol=SUMS)
ties = Arr(values=[[[1, 1, 0, 2, 2, 2, -1, 0, 0, 0, 1]]])
for dtype in ("float32", "float64"):
    suite.op(f"Pooling/ties_max_{dtype}", "nd.Pooling", (ties.with_(dtype=dtype),), {"kernel": (3,)})
    suite.op(f"Pooling/ties_global_{dtype}", "nd.Pooling", (ties.with_(dtype=dtype),), {"global_pool": True})
    for p in (2, 3):
        zeros = {"kernel": (3,), "pool_type": "lp", "p_value": p}
        suite.op(f"Pooling/zeros_lp{p}_{dtype}", "nd.Pooling", (ties.with_(dtype=dtype),), zeros, tol=SUMS)
    same = {"kernel": (3,), "stride": (2,), "pad": (0, 0, 0), "pooling_convention": "same"}
    for kind in TYPES:
        if dtype == "float64" or kind["pool_type"] == "sum":
            suite.op(
                f"Pooling/same/{name_of(kind)}_{dtype}",
                "nd.Pooling",
                (Arr((1, 2, 6), dtype),),
                {**same, **kind},
                tol=SUMS,
            )
nan, inf = float("nan"), float("inf")
special = Arr(values=[[[1, nan, 3, 4, inf, -inf, 2, 5, -inf, 1]]])
for kind in TYPES[:2]:
    suite.op(f"Pooling/special_{name_of(kind)}", "nd.Pooling", (special,), {"kernel": (2,), **kind}, grad=False)
infinite = Arr(values=[[[-inf, -inf, 1, -inf, -inf]]])
suite.op("Pooling/infinite_max", "nd.Pooling", (infinite,), {"kernel": (2,)}, grad=False)
wide = Arr((1, 1, 5), "float64")
for kind in TYPES:
    suite.op(f"Pooling/wide_pad_{name_of(kind)}", "nd.Pooling", (wide,), {"kernel": (2,), "pad": (2,), **kind})
clipped = {"kernel": (2, 2), "stride": (3, 2), "pool_type": "avg", "pooling_convention": "full"}
for dtype in ("float32", "float64"):
    suite.op(f"Pooling/clipped_mean_{dtype}", "nd.Pooling", (Arr((1, 1, 4, 4), dtype),), clipped, tol=SUMS)
suite.op("Pooling/grad_add", "nd.Pooling", (x.with_(req="add"),), base)

suite.standard(
    "Pooling_v1",
    "nd.Pooling_v1",
    (x,),
    [base],
    dtypes=("float64", "float16", "int32"),
    tol=SUMS,
    bad={
        "no_kernel": ((x,), {}, ("Pooling_v1", "kernel")),
        "1d": ((Arr((1, 2, 5)),), {"kernel": (2,)}, ("Pooling_v1", "axes")),
        "3d": ((Arr((1, 2, 3, 3, 3)),), {"kernel": (2, 2, 2)}, ("Pooling_v1", "axes")),
        "kernel_size": ((x,), {"kernel": (6, 2)}, ("Pooling_v1", "kernel")),
        "type": ((x,), {**base, "pool_type": "lp"}, ("lp",)),
    },
)
for kind in ("max", "avg", "sum"):
    for word in ("2d", "2d_pad", "2d_far", "2d_one", "2d_whole"):
        shape, window = SHAPES[word]
        for convention in ("valid", "full"):
            attrs = {**window, "pooling_convention": convention, "pool_type": kind}
            suite.op(
                f"Pooling_v1/{word}/{convention}_{kind}", "nd.Pooling_v1", (Arr(shape, unique=True),), attrs, tol=SUMS
            )
    suite.op(f"Pooling_v1/global_{kind}", "nd.Pooling_v1", (x,), {"global_pool": True, "pool_type": kind}, tol=SUMS)
    tied = Arr(values=[[[[1, 1, 0, 2], [2, 2, 2, -1], [0, 0, 0, 1]]]])
    suite.op(f"Pooling_v1/ties_{kind}", "nd.Pooling_v1", (tied,), {"kernel": (2, 2), "pool_type": kind}, tol=SUMS)
