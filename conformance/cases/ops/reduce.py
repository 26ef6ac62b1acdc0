"""Reductions over axes, positions of extremes, running sums, and stretching axes of size one."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

NAN, INF = float("nan"), float("inf")
HALF = Tolerance(rtol=4e-3, atol=2e-3, why="float16 sums are rounded at every step in MXNet, once here")
X = Arr((2, 3, 4))

suite.reduce("sum", aliases=("sum_axis",), method=True, float16_tol=HALF)
suite.reduce("mean", method=True, float16_tol=HALF)
suite.reduce("nansum", method=True, float16_tol=HALF)
suite.reduce("prod", method=True, low=0.5, float16_tol=HALF)
suite.reduce("nanprod", method=True, low=0.5, float16_tol=HALF)
suite.reduce("max", aliases=("max_axis",), method=True)
suite.reduce("min", aliases=("min_axis",), method=True)
suite.reduce("norm", exclude=False, method=True, float16_tol=HALF)

for op in ("sum", "mean", "prod", "nansum", "nanprod", "max", "min", "norm"):
    path = "nd." + op
    for word, values in {
        "nan_first": [NAN, 2.0, 3.0],
        "nan_last": [1.0, 2.0, NAN],
        "all_nan": [NAN, NAN],
        "minus_inf": [-INF, -INF],
        "both_inf": [INF, -INF, 1.0],
        "one_inf": [1.0, INF, 2.0],
        "zeros": [0.0, 0.0],
        "one_zero": [0.0, 2.0, 3.0],
        "two_zeros": [0.0, 2.0, 0.0],
        "ties": [3.0, 1.0, 3.0, 1.0],
        "negative_zero": [-0.0, 0.0],
        "one": [2.5],
        "large": [1e30, 1e30, 2e30],
        "tiny": [1e-30, 2e-30],
    }.items():
        suite.op(f"{op}/values/{word}", path, (Arr(values=values),))
    for dtype, values in {
        "int8": [100, 100, 27],
        "uint8": [100, 100, 127],
        "int32": [-7, 2, 2],
        "int64": [2**40, 2**40, 1],
        "bool": [1, 0, 1],
    }.items():
        suite.op(f"{op}/values/{dtype}", path, (Arr(values=values, dtype=dtype),), grad=False)
    suite.op(f"{op}/bool_axis", path, (Arr((2, 3), "bool"),), {"axis": 1}, grad=False)
    suite.op(f"{op}/scalar", path, (Arr(values=5.0),), grad=False, says=(op, "()"))
    suite.op(f"{op}/axis_text", path, (X,), {"axis": "(0, 2)"})
    suite.op(f"{op}/axis_list", path, (X,), {"axis": [0, 1]})
    suite.op(f"{op}/axis_float", path, (X,), {"axis": 0.0}, grad=False, says=(op, "axis"))
    suite.op(f"{op}/axis_twice", path, (X,), {"axis": (0, 0)}, grad=False, says=(op, "axis", "(0, 0)"))
    suite.op(f"{op}/axis_twice_negative", path, (X,), {"axis": (0, -3)}, grad=False, says=(op, "axis"))
    suite.op(f"{op}/axis_all", path, (X,), {"axis": (0, 1, 2)})
    suite.op(f"{op}/five_axes", path, (Arr((2, 1, 2, 3, 2)),), {"axis": (0, 2, 4)})
    if op != "norm":
        suite.op(f"{op}/positional", path, (X, 1, True))
        suite.op(f"{op}/exclude_all", path, (X,), {"axis": (0, 1, 2), "exclude": True})
        suite.op(f"{op}/exclude_none", path, (X,), {"exclude": True})
        suite.op(f"{op}/exclude_empty", path, (X,), {"axis": (), "exclude": True})
        suite.op(f"{op}/exclude_keepdims", path, (X,), {"axis": (1, -1), "exclude": True, "keepdims": True})

suite.op("mean/int_negative", "nd.mean", (Arr(values=[[-7, 2, 2], [5, 0, 0]], dtype="int32"),), {"axis": 1}, grad=False)
suite.op("mean/int8_long", "nd.mean", (Arr((200,), "int8", low=1, high=1),), grad=False)
suite.op("sum/float16_long", "nd.sum", (Arr((300,), "float16", low=0, high=1),), tol=HALF)

for attrs in (
    {"ord": 1},
    {"ord": 1, "axis": 1},
    {"ord": 1, "axis": (0, 2), "keepdims": True},
    {"ord": 2, "axis": (1, 2)},
    {"ord": 2, "axis": (0, 1, 2)},
    {"ord": 2, "axis": -1, "keepdims": True},
    {"out_dtype": "float32"},
):
    suite.op("norm/" + ",".join(f"{k}={v}" for k, v in attrs.items()).replace(" ", ""), "nd.norm", (X,), attrs)
for dtype in ("float64", "float16", "int32", "int64", "int8", "uint8"):
    tol = HALF if dtype == "float16" else None
    suite.op(f"norm/one_{dtype}", "nd.norm", (X.with_(dtype=dtype),), {"ord": 1, "axis": 1}, tol=tol)
suite.op("norm/one_special", "nd.norm", (Arr(values=[-1.0, 0.0, 2.0, NAN]),), {"ord": 1})
suite.op("norm/positional", "nd.norm", (X, 1, 0))
suite.op("norm/out_dtype_other", "nd.norm", (X,), {"out_dtype": "float64"})
suite.op("norm/out_dtype_int", "nd.norm", (X,), {"out_dtype": "int32"}, grad=False)
suite.op_error("norm/ord_3", "nd.norm", (X,), {"ord": 3}, says=("norm", "ord"))
suite.op_error("norm/ord_0", "nd.norm", (X,), {"ord": 0}, says=("norm", "ord"))
suite.op_error("norm/out_dtype_word", "nd.norm", (X,), {"out_dtype": "uint8"}, says=("norm", "out_dtype", "uint8"))

# Positions. Ties: the first; NaN: see values.
U = Arr((2, 3, 4), unique=True)
SEARCH = [{}, {"axis": 0}, {"axis": 1}, {"axis": -1}, {"axis": -3}, {"axis": None}, {"keepdims": True}]
SEARCH += [{"axis": 1, "keepdims": True}]
for op in ("argmax", "argmin"):
    bad = {
        "axis": ((U,), {"axis": 3}, (op, "axis")),
        "axis_tuple": ((U,), {"axis": (0, 1)}, (op, "axis")),
        "axis_float": ((U,), {"axis": 1.0}, (op, "axis")),
        "attribute": ((U,), {"exclude": True}, (op, "exclude")),
        "bool": ((Arr((3,), "bool"),), {}, (op, "bool")),
        "scalar": ((Arr(values=1.0),), {}, (op, "()")),
    }
    suite.standard(op, "nd." + op, (U,), SEARCH, bad=bad)
    suite.op(f"{op}/method", "." + op, (U,), {"axis": 2})
    suite.op(f"{op}/axis_text", "nd." + op, (U,), {"axis": "1"})
    for word, values in {
        "ties": [3.0, 1.0, 3.0, 1.0],
        "nan": [1.0, NAN, 3.0, NAN],
        "nan_first": [NAN, 2.0, 3.0],
        "inf": [INF, -INF, INF, -INF],
        "one": [2.0],
    }.items():
        suite.op(f"{op}/values/{word}", "nd." + op, (Arr(values=values),))
        suite.op(f"{op}/values/{word}_axis", "nd." + op, (Arr(values=[values, values[::-1]]),), {"axis": 1})
    suite.op(f"{op}/vector_axis", "nd." + op, (Arr((5,), unique=True),), {"axis": 0})
    suite.op(f"{op}/vector_axis_bad", "nd." + op, (Arr((5,)),), {"axis": 1}, grad=False, says=(op, "axis"))
    suite.op(f"{op}/size_one", "nd." + op, (Arr((3, 1)),), {"axis": 1})
    suite.op(f"{op}/int8_wraps", "nd." + op, (Arr((300,), "int8", low=0, high=0),), grad=False)
suite.standard("argmax_channel", "nd.argmax_channel", (Arr((3, 4), unique=True),))
for shape in ((2, 3, 2), (2, 1), (2, 3, 2, 2)):
    suite.op(f"argmax_channel/shape_{len(shape)}_{shape[1]}", ".argmax_channel", (Arr(shape, unique=True),))
suite.op_error("argmax_channel/vector", "nd.argmax_channel", (Arr((3,)),), says=("argmax_channel",))

# Moments: mean and variance.
suite.standard(
    "moments",
    "nd.moments",
    (X,),
    [
        {"axes": 1},
        {"axes": (0, 2)},
        {"axes": -1, "keepdims": True},
        {"axes": (0, 1, 2)},
        {"axes": (2, 0), "keepdims": True},
    ],
    float16_tol=HALF,
    bad={
        "none": ((X,), {}, ("moments", "axes")),
        "empty": ((X,), {"axes": ()}, ("moments", "axes")),
        "axes": ((X,), {"axes": 3}, ("moments", "ax")),
        "axis": ((X,), {"axis": 1}, ("moments", "axis")),
    },
)

# Running sums.
suite.standard(
    "cumsum",
    "nd.cumsum",
    (Arr((2, 3)),),
    [{"axis": 1}, {"axis": 0}, {}, {"axis": None}, {"axis": 1, "dtype": "float64"}, {"dtype": "int32"}],
    float16_tol=HALF,
    bad={
        "axis": ((Arr((2, 3)),), {"axis": 2}, ("cumsum", "axis")),
        "dtype": ((Arr((2, 3)),), {"dtype": "uint8"}, ("cumsum", "dtype")),
    },
)
suite.op("cumsum/negative_axis", "nd.cumsum", (Arr((2, 3)),), {"axis": -1}, grad=False)
suite.op("cumsum/bool", "nd.cumsum", (Arr((2, 3), "bool"),), grad=False)
suite.op("cumsum/special", "nd.cumsum", (Arr(values=[1.0, INF, 2.0, NAN, 3.0]),))
suite.op("cumsum/int8_wraps", "nd.cumsum", (Arr(values=[100, 100, 100], dtype="int8"),), grad=False)
suite.op("cumsum/size_one", "nd.cumsum", (Arr((2, 1, 3)),), {"axis": 1})

# Sums of squares of several arrays; a loss that reduces to one number.
PAIR = (Arr((2, 3)), Arr((4,), seed=2))
for dtype in ("float32", "float64", "float16"):
    both = tuple(a.with_(dtype=dtype) for a in PAIR)
    tol = HALF if dtype == "float16" else None
    suite.op(f"multi_sum_sq/{dtype}", "nd.multi_sum_sq", both, {"num_arrays": 2}, grad=False, tol=tol)
suite.op("multi_sum_sq/one", "nd.multi_sum_sq", (Arr((2, 1, 2)),), {"num_arrays": 1}, grad=False)
suite.op("multi_sum_sq/gradient", "nd.multi_sum_sq", PAIR, {"num_arrays": 2})
suite.op_error("multi_sum_sq/missing", "nd.multi_sum_sq", PAIR, says=("multi_sum_sq", "num_arrays"))
suite.op_error("multi_sum_sq/wrong", "nd.multi_sum_sq", PAIR, {"num_arrays": 1}, says=("multi_sum_sq", "num_arrays"))
suite.op_error(
    "multi_sum_sq/int", "nd.multi_sum_sq", (Arr((2,), "int32"),), {"num_arrays": 1}, says=("multi_sum_sq", "int32")
)
suite.op_error(
    "multi_sum_sq/dtypes",
    "nd.multi_sum_sq",
    (Arr((2,)), Arr((2,), "float64")),
    {"num_arrays": 2},
    says=("multi_sum_sq", "float64"),
)

S = Arr((3, 4))
L = Arr(values=[0.0, 3.0, 1.0])
for dtype in ("float32", "float64"):
    both = (S.with_(dtype=dtype), L.with_(dtype=dtype))
    suite.op(f"softmax_cross_entropy/{dtype}", "nd.softmax_cross_entropy", both, grad=(0,))
suite.op(
    "softmax_cross_entropy/sure", "nd.softmax_cross_entropy", (Arr(values=[[0.0, 100.0]]), Arr(values=[0.0])), grad=(0,)
)
for word, args in {
    "dtypes": (S, L.with_(dtype="int32")),
    "ints": (S.with_(dtype="int32"), L.with_(dtype="int32")),
    "rank": (Arr((3, 2, 2)), L),
    "rows": (S, Arr((2,))),
}.items():
    suite.op_error(f"softmax_cross_entropy/{word}", "nd.softmax_cross_entropy", args, says=("softmax_cross_entropy",))

# Stretching.
ONE = Arr((1, 3, 1))
for op in ("broadcast_axis", "broadcast_axes"):
    suite.standard(
        op,
        "nd." + op,
        (ONE,),
        [
            {"axis": 0, "size": 2},
            {"axis": (0, 2), "size": (2, 4)},
            {},
            {"axis": (2, 0), "size": (1, 3)},
            {"axis": "2", "size": "3"},
        ],
        bad={
            "size": ((ONE,), {"axis": 1, "size": 2}, (op[:12], "axis 1")),
            "axis": ((ONE,), {"axis": 3, "size": 2}, (op[:12], "axis=3")),
            "negative_axis": ((ONE,), {"axis": -1, "size": 2}, (op[:12], "axis=-1")),
            "negative_size": ((ONE,), {"axis": 0, "size": -2}, (op[:12], "size=-2")),
            "lengths": ((ONE,), {"axis": (0, 2), "size": 2}, (op[:12], "axis", "size")),
            "type": ((ONE,), {"axis": 0.5, "size": 2}, (op[:10], "axis")),
        },
    )
suite.op("broadcast_axes/method", ".broadcast_axes", (ONE,), {"axis": 0, "size": 3})
suite.standard(
    "broadcast_to",
    "nd.broadcast_to",
    (ONE,),
    [{"shape": (2, 3, 4)}, {"shape": (2, 0, 0)}, {"shape": (0, 0, 0)}, {"shape": (1, 3, 5)}, {"shape": "(2, 3, 1)"}],
    bad={
        "rank": ((ONE,), {"shape": (3, 3)}, ("broadcast_to", "shape")),
        "size": ((ONE,), {"shape": (2, 2, 2)}, ("broadcast_to", "shape")),
        "negative": ((ONE,), {"shape": (-1, 3, 1)}, ("broadcast_to", "shape")),
        "none": ((ONE,), {}, ("broadcast_to", "shape")),
        "attribute": ((ONE,), {"size": 2}, ("broadcast_to", "size")),
    },
)
TWO = Arr((4, 3, 2), seed=2)
suite.standard(
    "broadcast_like",
    "nd.broadcast_like",
    (ONE, TWO),
    [
        {},
        {"lhs_axes": (0,), "rhs_axes": (2,)},
        {"lhs_axes": (0, 2), "rhs_axes": (1, 0)},
        {"lhs_axes": (-1,), "rhs_axes": (-3,)},
        {"lhs_axes": (0,)},
        {"rhs_axes": (0,)},
    ],
    bad={
        "size": ((Arr((2, 3, 1)), TWO), {}, ("broadcast_like", "(2, 3, 1)")),
        "rank": ((Arr((1, 2)), TWO), {}, ("broadcast_like", "(1, 2)")),
        "lhs_axes": ((ONE, TWO), {"lhs_axes": (3,), "rhs_axes": (0,)}, ("broadcast_like", "lhs_axes")),
        "rhs_axes": ((ONE, TWO), {"lhs_axes": (0,), "rhs_axes": (-4,)}, ("broadcast_like", "rhs_axes")),
        "not_one": ((ONE, TWO), {"lhs_axes": (1,), "rhs_axes": (0,)}, ("broadcast_like", "axis 1")),
        "lengths": ((ONE, TWO), {"lhs_axes": (0, 2), "rhs_axes": (0,)}, ("broadcast_like", "lhs_axes")),
        "empty": ((ONE, TWO), {"lhs_axes": (), "rhs_axes": ()}, ("broadcast_like", "lhs_axes")),
    },
)
suite.op("broadcast_like/dtypes", "nd.broadcast_like", (ONE, TWO.with_(dtype="int32")))
suite.op("broadcast_like/method", ".broadcast_like", (ONE, TWO))


@suite.case("broadcast_to/copies")
def broadcast_to_copies(mx):
    x = mx.nd.array([[1.0, 2.0]])
    y = mx.nd.broadcast_to(x, shape=(1, 2))
    z = mx.nd.broadcast_to(x, shape=(2, 2))
    y[:] = 5
    z[0] = 7
    return x, y, z


@suite.case("broadcast_like/gradient_of_rhs")
def broadcast_like_gradient_of_rhs(mx):
    x, y = mx.nd.ones((1, 2)), mx.nd.ones((3, 2))
    x.attach_grad()
    y.attach_grad()
    y.grad[:] = 7
    with mx.autograd.record():
        z = mx.nd.broadcast_like(x, y)
    z.backward()
    return z, x.grad, y.grad
