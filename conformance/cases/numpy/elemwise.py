"""Functions of one array and of two, and operators."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite
from ._scope import method, op, table

suite = Suite(__name__)

#: name -> (low, high) of floats, (low, high) of integers or None
UNARY = {
    "sin": ((-2, 2), (0, 3)),
    "cos": ((-2, 2), (0, 3)),
    "tan": ((-1, 1), (0, 1)),
    "sinh": ((-2, 2), (0, 3)),
    "cosh": ((-2, 2), (0, 3)),
    "tanh": ((-2, 2), (0, 3)),
    "arcsin": ((-0.9, 0.9), (0, 1)),
    "arccos": ((-0.9, 0.9), (0, 1)),
    "arctan": ((-2, 2), (0, 3)),
    "arcsinh": ((-2, 2), (0, 3)),
    "arccosh": ((1.1, 4), (1, 4)),
    "arctanh": ((-0.9, 0.9), (0, 0)),
    "log": ((0.1, 4), (1, 9)),
    "log2": ((0.1, 4), (1, 9)),
    "log10": ((0.1, 4), (1, 9)),
    "log1p": ((-0.5, 4), (1, 9)),
    "exp": ((-2, 2), (0, 3)),
    "expm1": ((-2, 2), (0, 3)),
    "sqrt": ((0.1, 4), (0, 9)),
    "cbrt": ((-4, 4), (-9, 9)),
    "abs": ((-4, 4), (-9, 9)),
    "absolute": ((-4, 4), (-9, 9)),
    "fabs": ((-4, 4), (-9, 9)),
    "sign": ((-4, 4), (-9, 9)),
    "degrees": ((-4, 4), (-2, 2)),
    "radians": ((-99, 99), (-99, 99)),
    "rad2deg": ((-4, 4), (-2, 2)),
    "deg2rad": ((-99, 99), (-99, 99)),
    "rint": ((-4, 4), (-9, 9)),
    "reciprocal": ((0.5, 4), (1, 4)),
    "square": ((-4, 4), (-9, 9)),
    "negative": ((-4, 4), (-9, 9)),
    "fix": ((-4, 4), (-9, 9)),
    "ceil": ((-4, 4), (-9, 9)),
    "floor": ((-4, 4), (-9, 9)),
    "trunc": ((-4, 4), (-9, 9)),
    "logical_not": ((-1, 1), (-1, 1)),
    "bitwise_not": (None, (-9, 9)),
    "invert": (None, (-9, 9)),
    "isnan": ((-4, 4), (-9, 9)),
    "isinf": ((-4, 4), (-9, 9)),
    "isposinf": ((-4, 4), (-9, 9)),
    "isneginf": ((-4, 4), (-9, 9)),
    "isfinite": ((-4, 4), (-9, 9)),
    "around": ((-4, 4), (-9, 9)),
}
HALF = Tolerance(rtol=2e-3, atol=2e-3, why="float16 is rounded at another place")
_SPECIAL = [0.0, -0.0, float("inf"), float("-inf"), float("nan"), 1.0]

for _name, (_floats, _ints) in UNARY.items():
    _path = "np." + _name
    if _floats:
        _low, _high = _floats
        op(suite, _name + "/float32", _path, (Arr((3, 2), low=_low, high=_high),), out=True)
        op(suite, _name + "/float64", _path, (Arr((2, 3), "float64", _low, _high),))
        op(suite, _name + "/float16", _path, (Arr((2, 3), "float16", _low, _high),), tol=HALF)
        op(suite, _name + "/zero_dim", _path, (Arr((), low=_low, high=_high),))
        op(suite, _name + "/special", _path, (Arr(values=_SPECIAL),), grad=False)
    op(suite, _name + "/zero_size", _path, (Arr((0, 3), "float32" if _floats else "int32"),), grad=False)
    for _dtype in ("int32", "int8", "uint8", "int64"):
        op(suite, _name + "/" + _dtype, _path, (Arr((2, 3), _dtype, *_ints),), grad=False)
    op(suite, _name + "/bool", _path, (Arr((2, 3), "bool"),), grad=False)
    op(suite, _name + "/number", _path, (1,), grad=False)

BINARY = (
    "add",
    "subtract",
    "multiply",
    "divide",
    "true_divide",
    "mod",
    "remainder",
    "power",
    "maximum",
    "minimum",
    "copysign",
    "arctan2",
    "hypot",
    "ldexp",
)
COMPARE = ("equal", "not_equal", "greater", "less", "greater_equal", "less_equal")
INTEGER = ("lcm", "bitwise_and", "bitwise_or", "bitwise_xor")
_F, _G = Arr((3, 2), low=0.5, high=3, seed=1), Arr((3, 2), low=0.5, high=3, seed=2)
_I, _J = Arr((3, 2), "int32", 1, 4, seed=1), Arr((3, 2), "int32", 1, 4, seed=2)

for _name in BINARY + COMPARE:
    _path = "np." + _name
    op(suite, _name + "/float32", _path, (_F, _G), out=True)
    op(suite, _name + "/broadcast", _path, (Arr((3, 1), low=0.5, high=3), Arr((2,), low=0.5, high=3, seed=3)))
    op(suite, _name + "/float64", _path, (_F.with_(dtype="float64"), _G.with_(dtype="float64")))
    op(suite, _name + "/float16", _path, (_F.with_(dtype="float16"), _G.with_(dtype="float16")), tol=HALF)
    op(suite, _name + "/zero_dim", _path, (Arr((), low=0.5, high=3), Arr((2, 2), low=0.5, high=3, seed=2)))
    op(suite, _name + "/zero_size", _path, (Arr((0, 2)), Arr((1, 2), low=0.5)), grad=False)
    op(suite, _name + "/int32", _path, (_I, _J), grad=False)
    op(suite, _name + "/right", _path, (_F, 2))
    op(suite, _name + "/left", _path, (2.5, _F))
    op(suite, _name + "/right_int32", _path, (_I, 2.5), grad=False)
    op(suite, _name + "/left_int32", _path, (3, _I), grad=False)
    op(suite, _name + "/numbers", _path, (3, 2.5), grad=False)
    op(suite, _name + "/no_fit", _path, (Arr((3,)), Arr((2,))), grad=False)
    op(suite, _name + "/list", _path, (_F, [1, 2]), grad=False)
    op(suite, _name + "/bool_scalar", _path, (Arr((3,), "bool"), 2), grad=False)
    for _a, _b in (
        ("bool", "bool"),
        ("bool", "int32"),
        ("bool", "float32"),
        ("int8", "uint8"),
        ("int32", "int64"),
        ("int32", "float16"),
        ("float32", "int64"),
        ("float16", "float32"),
        ("float32", "float64"),
    ):
        op(suite, "%s/%s_%s" % (_name, _a, _b), _path, (_I.with_(dtype=_a), _J.with_(dtype=_b)), grad=False)
for _name in INTEGER:
    _path = "np." + _name
    for _dtype in ("int32", "int64", "int8", "uint8", "bool", "float32"):
        op(suite, _name + "/" + _dtype, _path, (_I.with_(dtype=_dtype), _J.with_(dtype=_dtype)), grad=False)
        op(suite, _name + "/right_" + _dtype, _path, (_I.with_(dtype=_dtype), 3), grad=False)
    op(suite, _name + "/broadcast", _path, (Arr((3, 1), "int32", 1, 9), Arr((2,), "int32", 1, 9)), grad=False)

DUNDERS = (
    "add",
    "radd",
    "sub",
    "rsub",
    "mul",
    "rmul",
    "truediv",
    "rtruediv",
    "mod",
    "rmod",
    "pow",
    "rpow",
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "and",
    "or",
    "xor",
    "matmul",
    "iadd",
    "isub",
    "imul",
    "itruediv",
    "imod",
    "iand",
    "ior",
    "ixor",
)
for _name in DUNDERS:
    _path = ".__%s__" % _name
    _logic = _name.strip("i") in ("and", "or", "xor") or _name == "ixor"
    _x, _y = (_I, _J) if _logic else (_F, _G)
    _grad = not _logic and not (_name.startswith("i") and len(_name) > 2)
    if _name == "matmul":
        method(suite, "dunder/matmul", _path, (Arr((2, 3)), Arr((3, 2), seed=2)), grad=True)
        continue
    method(suite, "dunder/%s/array" % _name, _path, (_x, _y), grad=_grad, mutates=True)
    method(suite, "dunder/%s/number" % _name, _path, (_x, 2), grad=_grad, mutates=True)
    method(suite, "dunder/%s/int32_number" % _name, _path, (_I, 2), mutates=True)
    method(suite, "dunder/%s/int32_float" % _name, _path, (_I, 2.5), mutates=True)
    method(suite, "dunder/%s/none" % _name, _path, (_x, None))
    method(suite, "dunder/%s/narrow" % _name, _path, (Arr((2,), _x.dtype, 1, 3), Arr((3, 2), _x.dtype, 1, 3)))
for _name in ("neg", "abs", "invert", "round", "ceil", "floor", "trunc", "bool", "float", "int", "len"):
    for _shape in ((), (1,), (2, 2)):
        method(
            suite,
            "dunder/%s/%d" % (_name, len(_shape)),
            ".__%s__" % _name,
            (Arr(_shape, "int32" if _name == "invert" else "float32", 1, 3),),
            grad=False,
        )

op(suite, "around/decimals", "np.around", (Arr(values=[1.25, -2.5, 0.349]), 1), grad=False)
op(suite, "around/negative", "np.around", (Arr(values=[125.0, -26.0, 4.9]), -1), grad=False)
op(suite, "nan_to_num", "np.nan_to_num", (Arr(values=_SPECIAL),), grad=False)
op(suite, "nan_to_num/given", "np.nan_to_num", (Arr(values=_SPECIAL),), {"nan": 1.5, "posinf": 9.0, "neginf": -9.0})
op(suite, "clip", "np.clip", (Arr((3, 2)), -1, 1))
op(suite, "clip/none", "np.clip", (Arr((3, 2)), None, 1))
op(suite, "clip/both_none", "np.clip", (Arr((3, 2)), None, None), grad=False)

table(
    suite,
    "options",
    {
        "where": lambda mx: mx.np.sin(mx.np.ones(2), where=True),
        "where_false": lambda mx: mx.np.sin(mx.np.ones(2), where=False),
        "dtype": lambda mx: mx.np.add(mx.np.ones(2), 1, dtype="float64"),
        "unknown": lambda mx: mx.np.add(mx.np.ones(2), 1, nope=1),
        "casting": lambda mx: mx.np.exp(mx.np.ones(2), casting="nope"),
        "compare": lambda mx: mx.np.equal(mx.np.ones(2), 1, where=True),
        "list": lambda mx: mx.np.sin([1, 2]),
    },
)
