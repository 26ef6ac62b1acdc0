"""Element-wise operators of two arrays."""

from ...calls import Arr
from ...suite import Suite

suite = Suite(__name__)

# name, aliases, range of the first, range of the second
ARITHMETIC = (
    ("add", ("plus",), (-2, 2), (-2, 2)),
    ("sub", ("minus",), (-2, 2), (-2, 2)),
    ("mul", (), (-2, 2), (-2, 2)),
    ("div", (), (-4, 4), (1, 3)),
    ("mod", (), (-4, 4), (1, 3)),
    ("power", (), (0.5, 3), (-2, 3)),
    ("maximum", (), (-2, 2), (-2, 2)),
    ("minimum", (), (-2, 2), (-2, 2)),
    ("hypot", (), (-3, 3), (-3, 3)),
)
COMPARE = ("equal", "not_equal", "greater", "greater_equal", "lesser", "lesser_equal")
LOGICAL = ("logical_and", "logical_or", "logical_xor")

for _name, _aliases, (_low, _high), (_low2, _high2) in ARITHMETIC:
    names = tuple("broadcast_" + a for a in _aliases)
    suite.binary("broadcast_" + _name, aliases=names, low=_low, high=_high, low2=_low2, high2=_high2)
for _name in COMPARE + LOGICAL:
    suite.binary("broadcast_" + _name, low=-1, high=1)

ELEMENTWISE = {
    "elemwise_add": ("_add", "_plus", "_Plus"),
    "elemwise_sub": ("_sub", "_minus", "_Minus"),
    "elemwise_mul": ("_mul", "_Mul"),
    "elemwise_div": ("_div", "_Div"),
    "_mod": ("_Mod",),
    "_power": ("_Power",),
    "_maximum": ("_Maximum",),
    "_minimum": ("_Minimum",),
    "_hypot": ("_Hypot",),
}
for _name, _aliases in ELEMENTWISE.items():
    _positive = {"low": 0.5, "high": 3.0, "low2": 1, "high2": 3} if _name.endswith(("div", "mod", "power")) else {}
    _path = ("nd._internal." if _name[0] == "_" else "nd.") + _name
    suite.binary(_name, path=_path, broadcast=False, **_positive)
    for _alias in _aliases:
        suite.op(f"{_name}/alias{_alias}", "nd._internal." + _alias, (Arr((2, 3), low=1), Arr((2, 3), low=1, seed=2)))
for _name in COMPARE + LOGICAL:
    _alias = "_" + "_".join(word.capitalize() for word in _name.split("_"))
    suite.binary("_" + _name, path="nd._internal._" + _name, broadcast=False, low=-1, high=1)
    suite.op(f"_{_name}/alias", "nd._internal." + _alias, (Arr((3,), low=-1), Arr((3,), low=-1, seed=2)))
suite.binary("_grad_add", path="nd._internal._grad_add", broadcast=False, grad=False)
suite.op("_grad_add/gradient", "nd._internal._grad_add", (Arr((2, 3)), Arr((2, 3), seed=2)))
suite.op("_scatter_elemwise_div", "nd._internal._scatter_elemwise_div", (Arr((2, 3)), Arr((2, 3), low=1, seed=2)))
suite.op(
    "_identity_with_attr_like_rhs", "nd._internal._identity_with_attr_like_rhs", (Arr((2, 3)), Arr((2, 3), seed=2))
)
suite.op_error(
    "_identity_with_attr_like_rhs/shape",
    "nd._internal._identity_with_attr_like_rhs",
    (Arr((2, 3)), Arr((3,))),
    says=("_identity_with_attr_like_rhs",),
)

# ties, signs and whole numbers
ties = (Arr(values=[1.0, 2.0, 3.0, 0.0, -0.0]), Arr(values=[1.0, 3.0, 2.0, -0.0, 0.0]))
for _name in ("maximum", "minimum"):
    suite.op(f"broadcast_{_name}/ties", f"nd.broadcast_{_name}", ties)
    suite.op(
        f"broadcast_{_name}/ties_broadcast",
        f"nd.broadcast_{_name}",
        (Arr(values=[[1.0], [2.0]]), Arr(values=[1.0, 2.0])),
    )
signs_left = [[-7, -7, 7, 7, -6, 6, -6, 5, 0, 0]]
signs_right = [[2, -2, 2, -2, 3, -3, -3, 7, 3, -3]]
for _name in ("div", "mod", "power", "hypot"):
    for _dtype in ("float32", "float64", "float16", "int32", "int64", "int8"):
        suite.op(
            f"broadcast_{_name}/signs_{_dtype}",
            f"nd.broadcast_{_name}",
            (Arr(values=signs_left, dtype=_dtype), Arr(values=signs_right, dtype=_dtype)),
        )
for _dtype in ("int32", "int8", "uint8", "float32", "float16"):
    suite.op(
        f"broadcast_mod/zero_{_dtype}",
        "nd.broadcast_mod",
        (Arr(values=[5, 0, 7], dtype=_dtype), Arr(values=[0, 0, 2], dtype=_dtype)),
    )
suite.op(
    "broadcast_power/integers",
    "nd.broadcast_power",
    (Arr(values=[2, 3, 5, 7, 10, 0], dtype="int32"), Arr(values=[10, 8, 3, 2, 5, 0], dtype="int32")),
)
suite.op(
    "broadcast_power/small_base",
    "nd.broadcast_power",
    (Arr(values=[0.0, 0.0, 0.0, -2.0, -2.0, 1.0]), Arr(values=[0.0, 1.0, 2.0, 2.0, 3.0, 0.0])),
)
for _name in ("add", "sub", "mul"):
    for _dtype in ("int8", "uint8", "int32"):
        suite.op(
            f"broadcast_{_name}/wrap_{_dtype}",
            f"nd.broadcast_{_name}",
            (Arr(values=[100, 0, 127], dtype=_dtype), Arr(values=[100, 1, 127], dtype=_dtype)),
        )

for _name in [n for n, *_ in ARITHMETIC] + list(COMPARE + LOGICAL):
    suite.op_error(
        f"broadcast_{_name}/bad_bool",
        f"nd.broadcast_{_name}",
        (Arr((2,), "bool"), Arr((2,), "bool")),
        says=(_name, "bool"),
    )
    suite.op_error(
        f"broadcast_{_name}/bad_mixed", f"nd.broadcast_{_name}", (Arr((2,)), Arr((2,), "int32")), says=(_name, "int32")
    )
    suite.op_error(f"broadcast_{_name}/bad_list", f"nd.broadcast_{_name}", (Arr((2,)), [1.0, 2.0]), says=(_name, "rhs"))

# functions of ndarray/op modules that take arrays or numbers
for _name in ("add", "subtract", "multiply", "divide", "modulo", "power", "maximum", "minimum") + COMPARE + LOGICAL:
    suite.op(f"{_name}/arrays", f"nd.{_name}", (Arr((2, 3), low=0.5), Arr((1, 3), low=0.5, seed=2)))
    suite.op(f"{_name}/number", f"nd.{_name}", (Arr((2, 3), low=0.5), 1.5))
    suite.op(f"{_name}/number_left", f"nd.{_name}", (1.5, Arr((2, 3), low=0.5)))
    suite.op(f"{_name}/numbers", f"nd.{_name}", (1.5, 2.0), grad=False)
    suite.op(f"{_name}/bad_text", f"nd.{_name}", (Arr((2, 3)), "text"), grad=False)
suite.op("true_divide/arrays", "nd.true_divide", (Arr((2, 3), low=0.5), Arr((1, 3), low=0.5, seed=2)))
