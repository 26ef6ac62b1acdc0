"""Arithmetic on arrays and numbers, in any combination: ``nd.add(x, 2)``, ``nd.maximum(0, x)``, ..."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from . import _ops
from ._method_table import NUMERIC, scalar_call
from .ndarray import NDArray

_Number = Callable[[Any, Any], Any]


def _function(
    name: str, what: str, array_op: str, number: _Number, scalar_op: str, reflected_op: str | None = None
) -> Callable[[Any, Any], Any]:
    with_array = getattr(_ops, array_op)
    with_number = scalar_call(scalar_op, NDArray)
    number_first = scalar_call(reflected_op, NDArray) if reflected_op else with_number

    def call(lhs: Any, rhs: Any) -> Any:
        if type(lhs) is NDArray and type(rhs) is NDArray:
            return with_array(lhs, rhs)
        if isinstance(lhs, NUMERIC):
            return number(lhs, rhs) if isinstance(rhs, NUMERIC) else number_first(_array(rhs), float(lhs))
        if isinstance(rhs, NUMERIC):
            return with_number(_array(lhs), float(rhs))
        return with_array(lhs, _array(rhs))

    call.__name__ = call.__qualname__ = name
    call.__module__ = "mxcompat.nd"
    call.__doc__ = f"""{what}, element by element, with broadcasting.

    Args:
        lhs: an array or a number.
        rhs: an array of the dtype of ``lhs``, or a number.

    Returns:
        An array (a number for two numbers).

    Raises:
        TypeError: an argument is neither.
        MXNetError: dtypes differ or shapes do not fit.

    Source: MXNet 1.9.1 python/mxnet/ndarray/ndarray.py.
    """
    return call


def _array(value: Any) -> Any:
    if not isinstance(value, NDArray):
        raise TypeError(f"type {type(value)} not supported")
    return value


def _power(base: Any, exponent: Any) -> Any:
    return base**exponent


def _number_max(a: Any, b: Any) -> Any:
    return a if a > b else b


def _number_min(a: Any, b: Any) -> Any:
    return a if a < b else b


def _as_number(function: _Number) -> _Number:
    return lambda a, b: 1 if function(a, b) else 0


add = _function("add", "Add", "broadcast_add", operator.add, "_plus_scalar")
subtract = _function("subtract", "Subtract", "broadcast_sub", operator.sub, "_minus_scalar", "_rminus_scalar")
multiply = _function("multiply", "Multiply", "broadcast_mul", operator.mul, "_mul_scalar")
divide = _function("divide", "Divide", "broadcast_div", operator.truediv, "_div_scalar", "_rdiv_scalar")
modulo = _function(
    "modulo", "Take the remainder of a division", "broadcast_mod", operator.mod, "_mod_scalar", "_rmod_scalar"
)
_raise = _function("power", "Raise to a power", "broadcast_power", operator.pow, "_power_scalar", "_rpower_scalar")
maximum = _function("maximum", "Take the larger", "broadcast_maximum", _number_max, "_maximum_scalar")
minimum = _function("minimum", "Take the smaller", "broadcast_minimum", _number_min, "_minimum_scalar")
equal = _function("equal", "Compare ==", "broadcast_equal", _as_number(operator.eq), "_equal_scalar")
not_equal = _function("not_equal", "Compare !=", "broadcast_not_equal", _as_number(operator.ne), "_not_equal_scalar")
greater = _function(
    "greater", "Compare >", "broadcast_greater", _as_number(operator.gt), "_greater_scalar", "_lesser_scalar"
)
greater_equal = _function(
    "greater_equal", "Compare >=", "broadcast_greater_equal", _as_number(operator.ge), "_greater_equal_scalar",
    "_lesser_equal_scalar",
)  # fmt: skip
lesser = _function(
    "lesser", "Compare <", "broadcast_lesser", _as_number(operator.lt), "_lesser_scalar", "_greater_scalar"
)
lesser_equal = _function(
    "lesser_equal", "Compare <=", "broadcast_lesser_equal", _as_number(operator.le), "_lesser_equal_scalar",
    "_greater_equal_scalar",
)  # fmt: skip
logical_and = _function(
    "logical_and", "Logical and", "broadcast_logical_and", _as_number(lambda a, b: a and b), "_logical_and_scalar"
)
logical_or = _function(
    "logical_or", "Logical or", "broadcast_logical_or", _as_number(lambda a, b: a or b), "_logical_or_scalar"
)
logical_xor = _function(
    "logical_xor", "Logical exclusive or", "broadcast_logical_xor", _as_number(lambda a, b: bool(a) != bool(b)),
    "_logical_xor_scalar",
)  # fmt: skip


def power(base: Any, exp: Any) -> Any:
    """Raise to a power, element by element, with broadcasting; arguments, result and errors as `add`."""
    return _raise(base, exp)


def true_divide(lhs: Any, rhs: Any) -> Any:
    """Divide, element by element: `divide` under its NumPy name."""
    return divide(lhs, rhs)
