"""Operators of an array and a number, as functions (the operators of Python are in ndarray/arithmetic)."""

from ...calls import Arr
from ...families import SPECIAL
from ...suite import Suite

suite = Suite(__name__)

NAN, INF = float("nan"), float("inf")
ARITHMETIC = {
    "_plus_scalar": "_PlusScalar",
    "_minus_scalar": "_MinusScalar",
    "_rminus_scalar": "_RMinusScalar",
    "_mul_scalar": "_MulScalar",
    "_div_scalar": "_DivScalar",
    "_rdiv_scalar": "_RDivScalar",
    "_mod_scalar": "_ModScalar",
    "_rmod_scalar": "_RModScalar",
    "_power_scalar": "_PowerScalar",
    "_rpower_scalar": "_RPowerScalar",
    "_maximum_scalar": "_MaximumScalar",
    "_minimum_scalar": "_MinimumScalar",
    "_hypot_scalar": "_HypotScalar",
    "_scatter_plus_scalar": "",
    "_scatter_minus_scalar": "",
}
LOGIC = {
    "_equal_scalar": "_EqualScalar",
    "_not_equal_scalar": "_NotEqualScalar",
    "_greater_scalar": "_GreaterScalar",
    "_greater_equal_scalar": "_GreaterEqualScalar",
    "_lesser_scalar": "_LesserScalar",
    "_lesser_equal_scalar": "_LesserEqualScalar",
    "_logical_and_scalar": "_LogicalAndScalar",
    "_logical_or_scalar": "_LogicalOrScalar",
    "_logical_xor_scalar": "_LogicalXorScalar",
}

for _name, _alias in list(ARITHMETIC.items()) + list(LOGIC.items()):
    path = "nd._internal." + _name
    # integers divided by zero end the process of MXNet
    divides = "div" in _name
    positive = divides or "mod" in _name or "power" in _name
    low, high = (1, 5) if positive else (-3, 3)
    numbers = (2.0, -1.5, 3.7) if positive else (2.0, -1.5, 0.0, 3.7)
    for _dtype in ("float32", "float64", "float16", "int32", "int64", "int8", "uint8", "bool"):
        arr = (
            Arr(values=[[1, 0], [0, 1]], dtype="bool") if _dtype == "bool" else Arr((2, 3), _dtype, low=low, high=high)
        )
        if _dtype == "bool" and (divides or "mod" in _name):
            arr = Arr(values=[[1, 1]], dtype="bool")
        for value in numbers:
            suite.op(f"{_name}/{_dtype}_{value}", path, (arr,), {"scalar": value})
        suite.op(f"{_name}/{_dtype}_fraction", path, (arr,), {"scalar": 2.5, "is_int": False})
    arr = Arr((2, 3), low=low, high=high)
    suite.op(f"{_name}/default", path, (arr,))
    suite.op(f"{_name}/positional", path, (arr, 2.5, True))
    suite.op(f"{_name}/text", path, (arr,), {"scalar": "2.5"})
    suite.op(f"{_name}/grad_add", path, (arr.with_(req="add"),), {"scalar": 1.5})
    for _layout in ("rows", "transposed"):
        suite.op(f"{_name}/{_layout}", path, (arr.with_(layout=_layout),), {"scalar": 1.5})
    suite.op(f"{_name}/shape_1", path, (Arr((1,), low=low, high=high),), {"scalar": 1.5})
    suite.op(f"{_name}/out", path, (arr,), {"scalar": 1.5}, out=True, grad=False)
    if _alias:
        suite.op(f"{_name}/alias", "nd._internal." + _alias, (arr,), {"scalar": 1.5})
    suite.op_error(f"{_name}/bad_number", path, (arr,), {"scalar": "two"}, says=(_name, "scalar"))
    suite.op_error(
        f"{_name}/bad_attribute",
        path,
        (arr,),
        {"scalar": 1.0, "no_such_attribute": 1},
        says=(_name, "no_such_attribute"),
    )
    suite.op_error(f"{_name}/bad_type", path, ([1.0, 2.0],), {"scalar": 1.0}, says=(_name, "data"))
    for value in (0.0, 1.0, 2.0, -2.0, 0.5, 3.0, -1.0, NAN, INF, -INF):
        suite.op(f"{_name}/special_{value}", path, (Arr(values=SPECIAL),), {"scalar": value})

# the cast of the number
for _dtype in ("int32", "int64", "int8", "uint8"):
    for value in (-1.9, 2.7, 200.0, 300.0, -129.0, 2147483648.0, 3e9, -3e9, 1e19, NAN, INF, 1099511627777.0):
        suite.op(f"cast/{_dtype}_{value}", ".__add__", (Arr(values=[1, 2, 100], dtype=_dtype), value))
for _dtype in ("float32", "float16", "float64"):
    for value in (1e39, -1e39, 65536.0, 1e-4, 0.1, 1e-8, 1e-300):
        suite.op(f"cast/{_dtype}_{value}", ".__add__", (Arr(values=[1, 2, 100], dtype=_dtype), value))
        suite.op(f"cast/multiply_{_dtype}_{value}", ".__mul__", (Arr(values=[1, 2, 100], dtype=_dtype), value))

# numbers at which gradients turn
for _name in ("_maximum_scalar", "_minimum_scalar", "_power_scalar", "_rpower_scalar", "_mod_scalar", "_rmod_scalar"):
    for value in (0.0, 1.0, 2.0, 3.0, 0.5, -1.0):
        suite.op(
            f"{_name}/turn_{value}",
            "nd._internal." + _name,
            (Arr(values=[0.0, 1.0, 2.0, 3.0, -1.0, -2.0, 0.5]),),
            {"scalar": value},
        )
for _name in ("_div_scalar", "_rdiv_scalar", "_mod_scalar", "_rmod_scalar", "_power_scalar", "_hypot_scalar"):
    for _dtype in ("int32", "int8", "int64"):
        for value in (2.0, -2.0, 3.0, -7.0):
            suite.op(
                f"{_name}/signs_{_dtype}_{value}",
                "nd._internal." + _name,
                (Arr(values=[-7, 7, -6, 6, 1, -1, 5], dtype=_dtype),),
                {"scalar": value},
            )
for _name in ("_mod_scalar", "_rmod_scalar"):
    for _dtype in ("float32", "int32", "uint8"):
        suite.op(
            f"{_name}/zero_{_dtype}", "nd._internal." + _name, (Arr(values=[0, 1, 2], dtype=_dtype),), {"scalar": 0.0}
        )

for _name in (
    "__truediv__",
    "__mul__",
    "__rtruediv__",
    "__add__",
    "__sub__",
    "__pow__",
    "__rpow__",
    "__eq__",
    "__mod__",
):
    for value in (-0.0, 0.0):
        suite.op(f"zero/{_name}_{value}", "." + _name, (Arr(values=SPECIAL), value))
