"""Operators of Python on arrays: with arrays, numbers and NumPy values; dtypes; comparisons; in place."""

import operator

import numpy as np

from ...calls import Arr
from ...families import SPECIAL
from ...suite import Suite, attempt

suite = Suite(__name__)

BINARY = ("__add__", "__sub__", "__mul__", "__truediv__", "__mod__", "__pow__")
REFLECTED = ("__radd__", "__rsub__", "__rmul__", "__rtruediv__", "__rmod__", "__rpow__")
COMPARE = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
INPLACE = ("__iadd__", "__isub__", "__imul__", "__itruediv__", "__imod__")

for _name in BINARY + COMPARE:
    _low = 0.5 if _name in ("__pow__", "__truediv__", "__mod__") else -2
    suite.op(f"{_name}/arrays", "." + _name, (Arr((2, 3), low=_low), Arr((2, 3), low=_low, seed=2)))
    suite.op(f"{_name}/broadcast", "." + _name, (Arr((2, 3), low=_low), Arr((1, 3), low=_low, seed=2)))
    suite.op(f"{_name}/broadcast_left", "." + _name, (Arr((2, 1), low=_low), Arr((2, 3), low=_low, seed=2)))
    suite.op(f"{_name}/ranks", "." + _name, (Arr((2, 3), low=_low), Arr((3,), low=_low, seed=2)))
    suite.op(f"{_name}/one_element", "." + _name, (Arr((2, 3), low=_low), Arr((1,), low=_low, seed=2)))
    suite.op(f"{_name}/bad_shapes", "." + _name, (Arr((2, 3)), Arr((3, 2))), grad=False)
    suite.op(f"{_name}/mixed_dtypes", "." + _name, (Arr((2, 3)), Arr((2, 3), "int32")), grad=False)
    suite.op(f"{_name}/numpy_array", "." + _name, (Arr((2, 2), low=_low), np.array([[1, 2], [3, 4]])), grad=False)
    suite.op(f"{_name}/numpy_one_element", "." + _name, (Arr((2, 2), low=_low), np.array([2.0])), grad=False)
    suite.op(f"{_name}/list", "." + _name, (Arr((2,), low=_low), [1, 2]), grad=False)
    suite.op(f"{_name}/none", "." + _name, (Arr((2,), low=_low), None), grad=False)
    suite.op(f"{_name}/scalar_shape", "." + _name, (Arr(values=2.0), Arr(values=3.0)), grad=False)
    for _dtype in ("int32", "int64", "uint8", "int8", "float16", "float64"):
        args = (Arr((2, 3), _dtype, low=1, high=5), Arr((2, 3), _dtype, low=1, high=3, seed=2))
        suite.op(f"{_name}/{_dtype}", "." + _name, args)

for _name in BINARY + REFLECTED:
    _low = 0.5 if "pow" in _name or "div" in _name or "mod" in _name else -2
    suite.scalar(_name, low=_low, dtypes=("float32", "float64", "float16", "int32", "int64", "int8", "uint8"))
for _name in COMPARE:
    suite.scalar(_name, scalars=(1, -0.5, 0, True), dtypes=("float32", "int32", "uint8", "float64"))

for _name in BINARY + REFLECTED + COMPARE:
    for _value in (2, -3, 0.5, 0):
        word = str(_value).replace(".", "p")
        suite.op(f"special/{_name}_{word}", "." + _name, (Arr(values=SPECIAL), _value))

for _name in (
    "__neg__",
    "__abs__",
    "__invert__",
    "__pos__",
    "__floordiv__",
    "__matmul__",
    "__and__",
    "__divmod__",
):
    _args = (Arr((2, 2)),) if _name in ("__neg__", "__abs__", "__invert__", "__pos__") else (Arr((2, 2)), Arr((2, 2)))
    suite.op(f"other/{_name}", "." + _name, _args)
for _dtype in ("int32", "uint8", "float64"):
    suite.op(f"other/__neg__{_dtype}", ".__neg__", (Arr((3,), _dtype),))
    suite.op(f"other/__abs__{_dtype}", ".__abs__", (Arr((3,), _dtype),))

for _name in INPLACE:
    _low = 0.5 if "div" in _name or "mod" in _name else -2
    for _word, _other in {
        "array": Arr((2, 3), low=_low, seed=2),
        "number": 2,
        "float": 1.5,
        "broadcast": Arr((1, 3), low=_low, seed=2),
        "bad_shape": Arr((3, 2), seed=2),
        "larger": Arr((2, 2, 3), low=_low, seed=2),
        "other_dtype": Arr((2, 3), "int32", low=1, seed=2),
    }.items():
        suite.op(f"{_name}/{_word}", "." + _name, (Arr((2, 3), low=_low), _other), grad=False, mutates=True)
    suite.op(
        f"{_name}/int32_by_float",
        "." + _name,
        (Arr((2, 3), "int32", low=1, high=5), 1.5),
        grad=False,
        mutates=True,
    )


def _pair(function):
    return lambda mx: attempt(function, mx, mx.nd.array([1.0, 2.0, 3.0]))


suite.table(
    "forms",
    {
        "numpy_left_add": _pair(lambda mx, x: np.ones(3) + x),
        "numpy_left_multiply": _pair(lambda mx, x: np.arange(3) * x),
        "numpy_left_subtract": _pair(lambda mx, x: np.float32(5) - x),
        "numpy_left_divide": _pair(lambda mx, x: np.float64(6) / x),
        "numpy_left_scalar": _pair(lambda mx, x: np.float64(2) * x),
        "numpy_left_int_scalar": _pair(lambda mx, x: np.int64(2) + x),
        "numpy_left_power": _pair(lambda mx, x: np.float32(2) ** x),
        "numpy_left_equal": _pair(lambda mx, x: np.float32(2) == x),
        "numpy_left_less": _pair(lambda mx, x: np.float32(2) < x),
        "numpy_left_array_equal": _pair(lambda mx, x: np.array([1, 5, 3]) == x),
        "numpy_left_matrix": _pair(lambda mx, x: np.ones((2, 3)) + x),
        "numpy_inplace_left": _pair(lambda mx, x: _numpy_iadd(x)),
        "bool_left": _pair(lambda mx, x: True + x),
        "int_left": _pair(lambda mx, x: 1 + x - 1),
        "chain": _pair(lambda mx, x: (2 * x + 1) / (x - 4) ** 2 % 0.3),
        "chained_comparison": _pair(lambda mx, x: 1 < x[1] < 3),
        "comparison_sum": _pair(lambda mx, x: (x > 1).sum()),
        "comparison_mean": _pair(lambda mx, x: (x == x).mean()),
        "equals_none": _pair(lambda mx, x: (x == None, x != None)),  # noqa: E711
        "equals_text": _pair(lambda mx, x: x == "a"),
        "equals_list": _pair(lambda mx, x: x == [1, 2, 3]),
        "less_none": _pair(lambda mx, x: x < None),
        "complex": _pair(lambda mx, x: x + 1j),
        "matmul": _pair(lambda mx, x: x @ x),
        "floordiv": _pair(lambda mx, x: x // 2),
        "divmod": _pair(lambda mx, x: divmod(x, 2)),
        "pow_three": _pair(lambda mx, x: pow(x, 2)),
        "pow_modulo": _pair(lambda mx, x: pow(x, 2, 3)),
        "shift": _pair(lambda mx, x: x << 1),
        "and": _pair(lambda mx, x: x & x),
        "invert": _pair(lambda mx, x: ~x),
        "contexts": _pair(lambda mx, x: x + x.as_in_context(mx.cpu(1))),
        "result_context": _pair(lambda mx, x: x.as_in_context(mx.cpu(2)) * 2),
        "scope_does_not_move": _pair(lambda mx, x: _in_scope(mx, x)),
        "ipow": _pair(lambda mx, x: operator.ipow(x, 2)),
        "iadd_returns_self": _pair(lambda mx, x: operator.iadd(x, 1) is x),
        "ipow_returns_self": _pair(lambda mx, x: operator.ipow(x, 2) is x),
        "imul_through_view": _pair(lambda mx, x: _view_imul(x)),
        "iadd_item": _pair(lambda mx, x: _item_iadd(x)),
        "int_overflow": _pair(lambda mx, x: mx.nd.array([127], dtype="int8") + 1),
        "uint8_underflow": _pair(lambda mx, x: mx.nd.array([0], dtype="uint8") - 1),
        "int32_divided_by_zero": _pair(lambda mx, x: mx.nd.array([1.0]) / mx.nd.array([0.0])),
        "float_modulo_zero": _pair(lambda mx, x: x % 0),
        "modulo_negative": _pair(lambda mx, x: mx.nd.array([-7.0, 7.0, -7.5]) % mx.nd.array([3.0, -3.0, 2.0])),
        "int_modulo_negative": _pair(lambda mx, x: mx.nd.array([-7, 7, -6], dtype="int32") % 3),
        "int_division": _pair(lambda mx, x: mx.nd.array([-7, 7, 6], dtype="int32") / 2),
        "int_division_arrays": _pair(
            lambda mx, x: mx.nd.array([-7, 7, 6], dtype="int32") / mx.nd.array([2, -2, 4], dtype="int32")
        ),
        "int_power_negative": _pair(lambda mx, x: mx.nd.array([2, 3], dtype="int32") ** -1),
        "int_times_float": _pair(lambda mx, x: mx.nd.array([2, 3], dtype="int32") * 1.6),
        "uint8_times_float": _pair(lambda mx, x: mx.nd.array([2, 3], dtype="uint8") * 1.6),
        "bool_plus_one": _pair(lambda mx, x: mx.nd.array([1, 0], dtype="bool") + 1),
        "bool_plus_bool": _pair(lambda mx, x: mx.nd.array([1, 0], dtype="bool") + mx.nd.array([1, 0], dtype="bool")),
        "bool_equal": _pair(lambda mx, x: mx.nd.array([1, 0], dtype="bool") == mx.nd.array([1, 1], dtype="bool")),
        "float16_sum": _pair(lambda mx, x: mx.nd.ones(2, dtype="float16") + 1e-4),
        "large_scalar": _pair(lambda mx, x: x + 1e39),
        "large_int_scalar": _pair(lambda mx, x: mx.nd.array([1], dtype="int64") + 2**40),
        "float64_precision": _pair(lambda mx, x: mx.nd.array([1], dtype="float64") + 1e-12),
    },
)


def _numpy_iadd(x):
    a = np.ones(3, dtype="float32")
    a += x
    return a


def _in_scope(mx, x):
    with mx.cpu(1):
        return (x + 1).context


def _view_imul(x):
    y = x[1:]
    y *= 10
    return x


def _item_iadd(x):
    x[1] += 5
    x[0:2] *= 2
    return x
