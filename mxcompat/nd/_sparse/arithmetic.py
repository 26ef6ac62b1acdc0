"""Arithmetic of `mxnet.nd.sparse` on arrays of any storage type and numbers, and the operators ``+ - * /``."""

from __future__ import annotations

import operator as _operator
from collections.abc import Callable
from typing import Any

from .. import _ops
from .._method_table import BINARY, NUMERIC
from ..ndarray import NDArray
from .base import BaseSparseNDArray


def _arithmetic(
    name: str, what: str, same_op: str, broadcast_op: str, number: Any, scalar_op: str
) -> Callable[..., Any]:
    same, broadcast, scalar = (getattr(_ops, op) for op in (same_op, broadcast_op, scalar_op))

    def call(lhs: Any, rhs: Any) -> Any:
        if isinstance(lhs, NUMERIC):
            # As in MXNet 1.9.1, a number on the left is taken for one on the right.
            return number(lhs, rhs) if isinstance(rhs, NUMERIC) else scalar(_array(rhs), float(lhs))
        if isinstance(rhs, NUMERIC):
            return scalar(_array(lhs), float(rhs))
        return (same if _array(lhs).shape == _array(rhs).shape else broadcast)(lhs, rhs)

    call.__name__ = call.__qualname__ = name
    call.__module__ = "mxcompat.nd.sparse"
    call.__doc__ = f"""{what}, element by element, with broadcasting.

    Args:
        lhs: an array of any storage type, or a number.
        rhs: the same.

    Returns:
        An array, sparse where MXNet keeps it sparse. A number on the left is taken for one on the right.

    Raises:
        TypeError: an argument is neither.
        MXNetError: dtypes differ or shapes do not fit.

    Source: MXNet 1.9.1 python/mxnet/ndarray/sparse.py.
    """
    return call


def _array(value: Any) -> NDArray:
    if not isinstance(value, NDArray):
        raise TypeError(f"type {type(value)} not supported")
    return value


add = _arithmetic("add", "Add", "elemwise_add", "broadcast_add", _operator.add, "_plus_scalar")
subtract = _arithmetic("subtract", "Subtract", "elemwise_sub", "broadcast_sub", _operator.sub, "_minus_scalar")
multiply = _arithmetic("multiply", "Multiply", "elemwise_mul", "broadcast_mul", _operator.mul, "_mul_scalar")
divide = _arithmetic("divide", "Divide", "elemwise_div", "broadcast_div", _operator.truediv, "_div_scalar")


def _method(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return function(self, other)

    return method


def _inherited(array_op: str, scalar_op: str) -> Callable[[Any, Any], Any]:
    """The operator of dense arrays, by the path that knows of storage."""
    with_array, with_number = getattr(_ops, array_op), getattr(_ops, scalar_op)

    def method(self: Any, other: Any) -> Any:
        return with_number(self, float(other)) if isinstance(other, NUMERIC) else with_array(self, _array(other))

    return method


# The reflected ones stay as they are: `dense * csr` goes by the dense array.
for _name in ("__truediv__", "__mod__", "__pow__", "__eq__", "__ne__", "__gt__", "__ge__", "__lt__", "__le__"):
    _array_op, _scalar_op = BINARY[_name]
    if _array_op is not None:
        setattr(BaseSparseNDArray, _name, _inherited(_array_op, _scalar_op))
for _name, _function in (("__add__", add), ("__sub__", subtract), ("__mul__", multiply), ("__div__", divide)):
    setattr(BaseSparseNDArray, _name, _method(_function))
