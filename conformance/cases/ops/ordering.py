"""sort, argsort, topk: values, positions, ties, NaN; histograms."""

from __future__ import annotations

from ...calls import Arr
from ...suite import Suite

suite = Suite(__name__)

NAN, INF = float("nan"), float("inf")
X = Arr((2, 3, 4), unique=True)
WAYS = [{"axis": 1}, {}, {"axis": 0}, {"axis": -1}, {"axis": -2}, {"axis": None}]
WAYS += [{"axis": 1, "is_ascend": False}, {"is_ascend": False}, {"axis": None, "is_ascend": 0}]
for op in ("sort", "argsort"):
    suite.standard(
        op,
        "nd." + op,
        (X,),
        WAYS if op == "sort" else [*WAYS, {"dtype": "int32"}, {"dtype": "float16"}, {"axis": 0, "dtype": "uint8"}],
        bad={
            "axis": ((X,), {"axis": 3}, (op, "axis")),
            "negative_axis": ((X,), {"axis": -4}, (op, "axis")),
            "axis_tuple": ((X,), {"axis": (0, 1)}, (op, "axis")),
            "attribute": ((X,), {"k": 3}, (op, "k")),
            "bool": ((Arr((3,), "bool"),), {}, (op, "bool")),
            "scalar": ((Arr(values=1.0),), {}, (op, "()")),
        },
    )
    suite.op(f"{op}/method", "." + op, (X,), {"axis": 0})
    suite.op(f"{op}/size_one", "nd." + op, (Arr((2, 1, 3)),), {"axis": 1})
    suite.op(f"{op}/one", "nd." + op, (Arr((1,)),), {"axis": 0})
suite.op_error("argsort/dtype_int8", "nd.argsort", (X,), {"dtype": "int8"}, says=("argsort", "dtype", "int8"))

for ret in ("value", "indices", "mask", "both"):
    suite.standard(
        f"topk_{ret}",
        "nd.topk",
        (X,),
        [
            {"axis": 1, "k": 2, "ret_typ": ret},
            {"ret_typ": ret},
            {"axis": 0, "ret_typ": ret},
            {"axis": -1, "k": 3, "ret_typ": ret},
            {"axis": None, "k": 5, "ret_typ": ret},
            {"axis": 1, "k": 0, "ret_typ": ret},
            {"axis": -2, "k": -1, "ret_typ": ret},
            {"k": 2, "is_ascend": True, "ret_typ": ret},
            {"axis": 0, "k": 2, "is_ascend": True, "ret_typ": ret},
            {"k": 2, "ret_typ": ret, "dtype": "int32"},
            {"k": 2, "ret_typ": ret, "dtype": "uint8"},
            {"k": 2, "ret_typ": ret, "dtype": "float64"},
        ],
    )
for word, attrs in {
    "k": {"k": 5},
    "axis": {"axis": 3},
    "ret_typ": {"ret_typ": "values"},
    "dtype": {"dtype": "int8"},
    "k_type": {"k": 1.5},
}.items():
    suite.op_error(f"topk/bad_{word}", "nd.topk", (X,), attrs, says=("topk", word.split("_")[0]))
suite.op_error("topk/bool", "nd.topk", (Arr((3,), "bool"),), says=("topk", "bool"))
suite.op("topk/method", ".topk", (X,), {"k": 2})
suite.op("topk/positional", "nd.topk", (X, 1, 2, "value"))
suite.op("topk/uint8_wraps", "nd.topk", (Arr((400,), unique=True),), {"k": 0, "dtype": "uint8"}, grad=False)
suite.op("topk/float16_rounds", "nd.topk", (Arr((3000,), unique=True),), {"k": 0, "dtype": "float16"}, grad=False)

# Equal elements, NaN and infinities: the order is that of libstdc++'s std::sort and std::partial_sort.
for name, arr in {
    "ties_short": Arr((2, 9), low=0, high=3, dtype="int32"),
    "ties_16": Arr((2, 16), low=0, high=2, dtype="int32"),
    "ties_17": Arr((2, 17), low=0, high=2, dtype="int32"),
    "ties_60": Arr((3, 60), low=0, high=5, dtype="int32"),
    "ties_300": Arr((2, 300), low=0, high=40, dtype="int32"),
    "equal_40": Arr((1, 40), low=1, high=1, dtype="int32"),
    "nan_short": Arr(values=[[3.0, NAN, 1.0, 2.0, NAN, 0.0, 3.0]]),
    "inf": Arr(values=[[INF, 1.0, -INF, INF, 0.0, -0.0, -INF]]),
    "nan_first": Arr(values=[[NAN, 5.0, 7.0, 1.0, 5.0]]),
    "nan_long": Arr(values=[[float((i * 7) % 11) if i % 5 else NAN for i in range(40)]]),
    "sorted_40": Arr(values=[[float(i // 3) for i in range(40)]]),
    "organ_pipe": Arr(values=[[float(min(i, 99 - i)) for i in range(100)]]),
}.items():
    for ascend in (True, False):
        suite.op(f"order/{name}/argsort_{ascend}", "nd.argsort", (arr,), {"is_ascend": ascend}, grad=False)
        suite.op(f"order/{name}/sort_{ascend}", "nd.sort", (arr,), {"is_ascend": ascend}, grad=False)
        for k in (1, 2, 4):
            suite.op(f"order/{name}/top{k}_{ascend}", "nd.topk", (arr,), {"k": k, "is_ascend": ascend}, grad=False)
    suite.op(f"order/{name}/mask", "nd.topk", (arr,), {"k": 3, "ret_typ": "mask"}, grad=False)
    suite.op(f"order/{name}/flat", "nd.argsort", (arr,), {"axis": None}, grad=False)
suite.op("order/tied_gradient", "nd.topk", (Arr(values=[[1.0, 1.0, 1.0, 0.0]]),), {"k": 2, "ret_typ": "value"})
suite.op("order/columns", "nd.argsort", (Arr((30, 3), low=0, high=4, dtype="int32"),), {"axis": 0}, grad=False)

# Histograms.
H = Arr((3, 4), low=0, high=6)
E = Arr(values=[0.0, 1.5, 2.0, 5.0])
PATH = "nd._internal._histogram"
for dtype in ("float32", "float64", "float16", "int32", "int64", "int8", "uint8"):
    suite.op(f"histogram/width_{dtype}", PATH, (H.with_(dtype=dtype),), {"bin_cnt": 4, "range": (0, 5)}, grad=False)
    edges = Arr(values=[0, 1, 3, 5], dtype=dtype)
    suite.op(f"histogram/edges_{dtype}", PATH, (H.with_(dtype=dtype), edges), grad=False)
suite.op("histogram/edges", PATH, (H, E), grad=False)
suite.op(
    "histogram/equal_range", PATH, (Arr(values=[1.6, 2.0, 2.4, 9.0]),), {"bin_cnt": 3, "range": (2, 2)}, grad=False
)
suite.op(
    "histogram/special", PATH, (Arr(values=[NAN, 1.0, INF, -INF, 5.0]),), {"bin_cnt": 2, "range": (0, 5)}, grad=False
)
suite.op(
    "histogram/on_edges",
    PATH,
    (Arr(values=[0.0, 1.0, 2.0, 3.0, 0.3, 0.6]),),
    {"bin_cnt": 10, "range": (0, 3)},
    grad=False,
)
suite.op("histogram/reals", PATH, (H,), {"bin_cnt": 3, "range": (0.5, 4.25)}, grad=False)
for word, (args, attrs) in {
    "no_range": ((H,), {"bin_cnt": 3}),
    "no_count": ((H,), {"range": (0, 3)}),
    "backwards": ((H,), {"bin_cnt": 3, "range": (5, 0)}),
    "three": ((H,), {"bin_cnt": 3, "range": (0, 1, 2)}),
    "matrix": ((H, Arr((2, 2))), {}),
    "one_edge": ((H, Arr((1,))), {}),
    "dtypes": ((H, Arr(values=[0, 1, 2], dtype="int32")), {}),
}.items():
    suite.op_error(f"histogram/bad_{word}", PATH, args, attrs, says=("histogram",))
