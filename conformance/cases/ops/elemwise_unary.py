"""Element-wise functions of one array."""

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

NAN, INF = float("nan"), float("inf")
HALF = Tolerance(2e-3, 2e-3, why="one unit of float16 in a derivative that MXNet rounds once more")

# name, low, high, options
SMOOTH = (
    ("exp", -2, 2),
    ("expm1", -2, 2),
    ("log", 0.1, 4),
    ("log2", 0.1, 4),
    ("log10", 0.1, 4),
    ("log1p", -0.5, 4),
    ("sqrt", 0.1, 4),
    ("rsqrt", 0.1, 4),
    ("cbrt", -4, 4),
    ("rcbrt", 0.5, 4),
    ("square", -3, 3),
    ("reciprocal", 0.3, 4),
    ("sin", -4, 4),
    ("cos", -4, 4),
    ("tan", -1.2, 1.2),
    ("arcsin", -0.9, 0.9),
    ("arccos", -0.9, 0.9),
    ("arctan", -4, 4),
    ("sinh", -2, 2),
    ("cosh", -2, 2),
    ("tanh", -2, 2),
    ("arcsinh", -4, 4),
    ("arccosh", 1.1, 4),
    ("arctanh", -0.9, 0.9),
    ("degrees", -4, 4),
    ("radians", -180, 180),
    ("gamma", 0.2, 5),
    ("gammaln", 0.2, 9),
    ("relu", -2, 2),
    ("sigmoid", -4, 4),
    ("abs", -2, 2),
    ("negative", -2, 2),
    ("erf", -2, 2),
    ("erfinv", -0.9, 0.9),
    ("softsign", -4, 4),
)
NO_METHOD = {"gamma", "gammaln", "negative", "erf", "erfinv", "softsign"}
for _name, _low, _high in SMOOTH:
    suite.unary(_name, low=_low, high=_high, method=_name not in NO_METHOD, float16_tol=HALF)

for _name in ("sign", "round", "rint", "ceil", "floor", "trunc", "fix", "logical_not"):
    suite.unary(_name, low=-3, high=3, method=_name != "logical_not")
    halves = Arr(values=[-2.5, -1.5, -0.5, -0.0, 0.0, 0.49999997, 0.5, 1.5, 2.5, 8388609.0, -8388609.0, 1e30])
    suite.op(f"{_name}/halves", f"nd.{_name}", (halves,))
    suite.op(
        f"{_name}/halves_float16", f"nd.{_name}", (Arr(values=[-2.5, -0.5, 0.5, 1.5, 2.5, 1025.0], dtype="float16"),)
    )

COPIES = ("float64", "float16", "int32", "int8", "bool")
for _name in ("BlockGrad", "make_loss", "zeros_like", "ones_like"):
    suite.unary(_name, method=_name.endswith("_like"), dtypes=COPIES)
suite.unary("_copy", path="nd.identity", dtypes=COPIES)
suite.op("BlockGrad/stop_gradient", "nd.stop_gradient", (Arr((2, 3)),))
suite.op("_copy/name", "nd._internal._copy", (Arr((2, 3)),))
for _name in ("shape_array", "size_array"):
    suite.unary(_name, grad=False, method=True, special=False)

suite.unary("hard_sigmoid", attrs=[{}, {"alpha": 0.5}, {"alpha": 1.0, "beta": -0.5}], low=-4, high=4)
suite.unary("smooth_l1", attrs=[{}, {"scalar": 2.0}, {"scalar": 0.5}, {"scalar": 0.0}, {"scalar": 1.5}])
suite.unary(
    "clip",
    attrs=[{"a_min": -1.0, "a_max": 1.0}, {"a_min": 1.0, "a_max": -1.0}, {"a_min": 0, "a_max": INF}],
    method=True,
)
suite.op("clip/ends", "nd.clip", (Arr(values=[-1.0, 1.0, 0.0, -2.0, 2.0]), -1.0, 1.0))
suite.op("clip/nan_bound", "nd.clip", (Arr((2, 3)), NAN, 0.5))
for _dtype in ("int32", "int8", "uint8", "int64"):
    suite.op(f"clip/fractions_{_dtype}", "nd.clip", (Arr(values=[0, 1, 2, 3, 100], dtype=_dtype), 1.5, 2.7))
    suite.op(f"clip/wide_{_dtype}", "nd.clip", (Arr(values=[0, 1, 2, 3, 100], dtype=_dtype), -1000.5, 1000.5))
for _low, _high in ((-3.0, -1.0), (300.0, 400.0), (300.0, 50.0)):
    for _dtype in ("uint8", "int8"):
        suite.op(f"clip/beyond_{_dtype}_{_low}_{_high}", "nd.clip", (Arr(values=[0, 1, 60], dtype=_dtype), _low, _high))
suite.op_error("clip/bad_missing", "nd.clip", (Arr((2,)),), says=("clip", "required"))
suite.op_error("clip/bad_bound", "nd.clip", (Arr((2,)), "low", 1.0), says=("clip", "a_min"))
suite.op_error("clip/bad_bool", "nd.clip", (Arr((2,), "bool"), 0.0, 1.0), says=("clip", "bool"))

for _attrs in ({"a_min": 0.1, "a_max": 0.3}, {"a_min": -0.7, "a_max": 1e-3}):
    suite.op(f"clip/float64_{_attrs['a_min']}", "nd.clip", (Arr((2, 3), "float64"),), _attrs)
suite.op(
    "quadratic/float64_fractions", "nd.contrib.quadratic", (Arr((2, 3), "float64"),), {"a": 0.1, "b": 0.2, "c": 0.3}
)
suite.op("smooth_l1/float64_fraction", "nd.smooth_l1", (Arr((2, 3), "float64"),), {"scalar": 1.1})

for _name, _, _ in SMOOTH:
    suite.op_error(f"{_name}/bad_bool", f"nd.{_name}", (Arr((2,), "bool"),), says=(_name, "bool"))
    suite.op(f"{_name}/negative_values", f"nd.{_name}", (Arr((2, 3), low=-4, high=-0.1, seed=4),))
    suite.op(f"{_name}/large_values", f"nd.{_name}", (Arr((2, 3), low=5, high=30, seed=5),))

suite.standard(
    "cast", "nd.cast", (Arr((2, 3), low=-3, high=3),), [{"dtype": d} for d in ("float32", "float64", "float16")]
)
for _dtype in ("int32", "int64", "int8", "uint8", "bool"):
    suite.op(
        f"cast/to_{_dtype}", "nd.cast", (Arr(values=[-1.5, 0.0, 0.4, 1.0, 2.9, 120.0]),), {"dtype": _dtype}, grad=False
    )
    suite.op(
        f"cast/overflow_to_{_dtype}",
        "nd.cast",
        (Arr(values=[300.7, -300.0, 1e10, -1e10, NAN, INF]),),
        {"dtype": _dtype},
        grad=False,
    )
    suite.op(
        f"cast/from_{_dtype}", "nd.cast", (Arr(values=[0, 1, 1, 0], dtype=_dtype),), {"dtype": "float32"}, grad=False
    )
suite.op("cast/int64_to_int8", "nd.cast", (Arr(values=[300, -300, 5], dtype="int64"),), {"dtype": "int8"}, grad=False)
suite.op(
    "cast/float64_to_uint8",
    "nd.cast",
    (Arr(values=[300.7, -1.5, NAN], dtype="float64"),),
    {"dtype": "uint8"},
    grad=False,
)
suite.op("Cast/name", "nd.Cast", (Arr((2,)),), {"dtype": "float64"})
suite.op_error("cast/bad_dtype", "nd.cast", (Arr((2,)),), {"dtype": "int16"}, says=("cast", "int16"))
suite.op_error("cast/bad_missing", "nd.cast", (Arr((2,)),), says=("cast", "dtype"))
suite.op("amp_cast/float16", "nd.amp_cast", (Arr((2, 3)),), {"dtype": "float16"})
suite.op("amp_cast/int32", "nd.amp_cast", (Arr((2, 3), "int32"),), {"dtype": "float16"}, grad=False)
suite.op_error("amp_cast/bad", "nd.amp_cast", (Arr((2,)),), {"dtype": "bool"}, says=("amp_cast", "dtype"))

suite.unary("quadratic", path="nd.contrib.quadratic", attrs=[{}, {"a": 1.0, "b": 2.0, "c": 3.0}, {"a": -0.5}])
suite.unary("div_sqrt_dim", path="nd.contrib.div_sqrt_dim", special=False)
for _name in ("round_ste", "sign_ste"):
    suite.unary(_name, path="nd.contrib." + _name, low=-3, high=3)
suite.unary(
    "gradientmultiplier",
    path="nd.contrib.gradientmultiplier",
    attrs=[{"scalar": -0.5}, {}, {"scalar": 3.0, "is_int": False}],
)


@suite.case()
def overwritten_input(mx):
    """The values that backward uses when the input is overwritten after recording."""
    found = {}
    for name in (n for n, _l, _h in SMOOTH):
        x = (
            mx.nd.array([1.25, 1.5, 2.0])
            if name not in ("arcsin", "arccos", "arctanh", "erfinv")
            else mx.nd.array([0.1, 0.2, 0.3])
        )
        x.attach_grad()
        with mx.autograd.record():
            y = getattr(mx.nd, name)(x)
        x[:] = 0.5 if name != "arccosh" else 3.0
        y.backward()
        found[name] = x.grad
    return found
