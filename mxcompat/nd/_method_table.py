"""The methods and operators of NDArray that are operators applied to the array itself.

The tables say which; `attach` fills the class once the operators are bound. `_methods.pyi` shows the
same names to editors and type checkers.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from torch import Tensor, float32, is_grad_enabled

from .._core.errors import ArgumentTypeError, MXNetError
from .._core.state import FLAGS, THREAD
from ..autograd._graph import is_freed, refuse_inplace
from ..registry.operator import find
from ._calls import make_call
from ._invoke import assign, invoke

_new = object.__new__

#: methods that are the operator of the same name with the array as first input
METHODS: tuple[str, ...] = (
    "abs", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "argmax", "argmax_channel", "argmin",
    "argsort", "broadcast_axes", "cbrt", "ceil", "clip", "cos", "cosh", "degrees",
    "depth_to_space", "exp", "expm1", "fix", "flip", "floor", "log", "log10", "log1p", "log2",
    "log_softmax", "max", "mean", "min", "nanprod", "nansum", "norm", "one_hot", "ones_like", "pad", "pick",
    "prod", "radians", "rcbrt", "reciprocal", "relu", "repeat", "reshape_like", "rint", "round", "rsqrt",
    "shape_array", "sigmoid", "sign", "sin", "sinh", "size_array", "slice", "slice_axis", "slice_like", "softmax",
    "softmin", "sort", "space_to_depth", "split", "sqrt", "square", "sum", "swapaxes", "take", "tan", "tanh",
    "tile", "topk", "transpose", "trunc", "zeros_like",
)  # fmt: skip

#: dunder -> operator for an array, operator for a number (None: not defined for that side)
BINARY: dict[str, tuple[str | None, str]] = {
    "__add__": ("broadcast_add", "_plus_scalar"),
    "__radd__": ("broadcast_add", "_plus_scalar"),
    "__sub__": ("broadcast_sub", "_minus_scalar"),
    "__rsub__": (None, "_rminus_scalar"),
    "__mul__": ("broadcast_mul", "_mul_scalar"),
    "__rmul__": ("broadcast_mul", "_mul_scalar"),
    "__div__": ("broadcast_div", "_div_scalar"),
    "__rdiv__": (None, "_rdiv_scalar"),
    "__truediv__": ("broadcast_div", "_div_scalar"),
    "__rtruediv__": (None, "_rdiv_scalar"),
    "__mod__": ("broadcast_mod", "_mod_scalar"),
    "__rmod__": (None, "_rmod_scalar"),
    "__pow__": ("broadcast_power", "_power_scalar"),
    "__rpow__": (None, "_rpower_scalar"),
    "__eq__": ("broadcast_equal", "_equal_scalar"),
    "__ne__": ("broadcast_not_equal", "_not_equal_scalar"),
    "__gt__": ("broadcast_greater", "_greater_scalar"),
    "__ge__": ("broadcast_greater_equal", "_greater_equal_scalar"),
    "__lt__": ("broadcast_lesser", "_lesser_scalar"),
    "__le__": ("broadcast_lesser_equal", "_lesser_equal_scalar"),
}

#: in-place dunder -> the dunder that computes it
INPLACE: dict[str, str] = {
    "__iadd__": "__add__",
    "__isub__": "__sub__",
    "__imul__": "__mul__",
    "__idiv__": "__div__",
    "__itruediv__": "__truediv__",
    "__imod__": "__mod__",
}

NUMERIC = (float, int, np.generic)


class Methods:
    """Base of NDArray; filled from the tables above."""

    __slots__ = ()


def attach(cls: type[Any], ops: ModuleType) -> None:
    """Give ``cls`` its methods and operators, bound in module ``ops``."""
    for name in METHODS:
        setattr(Methods, name, getattr(ops, name))
    for name, (array_op, scalar_op) in BINARY.items():
        setattr(Methods, name, _binary(name, cls, array_op, scalar_op))
    for name, computes in INPLACE.items():
        setattr(Methods, name, _inplace(name, cls, getattr(Methods, computes)))
    for name, operator in (("__neg__", ops.negative), ("__abs__", ops.abs)):
        setattr(Methods, name, _unary(name, operator))
    Methods.__hash__ = cls.__hash__  # type: ignore[method-assign, assignment]


def _unary(name: str, operator: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any) -> Any:
        return operator(self)

    method.__name__ = name
    return method


def scalar_call(scalar_op: str, cls: type[Any]) -> Callable[[Any, float], Any]:
    """Apply a scalar operator to an array and a number: the short way, without attribute checks."""
    op = find(scalar_op)
    fn, zero_grad = op.fn, op.zero_grad

    def call(array: Any, number: float) -> Any:
        if type(array) is not cls:
            return invoke(op, (array,), op.prepare(number), cls)
        tensor = array._t
        if tensor.requires_grad:
            if FLAGS.recorders and THREAD.recording:
                if zero_grad or (tensor.grad_fn is not None and is_freed(tensor)) or not is_grad_enabled():
                    return invoke(op, (array,), op.prepare(number), cls)
            else:
                tensor = tensor.detach()
        result = _new(cls)
        result._t = fn(tensor, number)
        result._ctx = array._ctx
        return result

    return call


def _binary(name: str, cls: type[Any], array_op: str | None, scalar_op: str) -> Callable[..., Any]:
    with_number = scalar_call(scalar_op, cls)
    with_array = None if array_op is None else make_call(find(array_op), cls, cls)
    fn = None if array_op is None else find(array_op).fn
    direct = fn if array_op is None else find(array_op).float32 or fn

    def method(self: Any, other: Any) -> Any:
        kind = type(other)
        if kind is float or kind is int:
            return with_number(self, float(other))
        if kind is cls and fn is not None:
            a, b = self._t, other._t
            if a.requires_grad or b.requires_grad:
                return with_array(self, other)  # type: ignore[misc]
            dtype = a.dtype
            if dtype is not b.dtype:
                return with_array(self, other)  # type: ignore[misc]
            try:
                tensor = direct(a, b) if dtype is float32 else fn(a, b)  # type: ignore[misc]
            except RuntimeError:
                return with_array(self, other)  # type: ignore[misc]  # says what is wrong
            result = _new(cls)
            result._t = tensor
            result._ctx = self._ctx
            return result
        if isinstance(other, NUMERIC):
            return with_number(self, float(other))
        if isinstance(other, cls):
            return NotImplemented if with_array is None else with_array(self, other)
        if with_array is None and kind is str:
            raise ArgumentTypeError(f"{name}: Argument lhs must have NDArray type, but got {other!r}")
        raise TypeError(f"type {kind} not supported")

    method.__name__ = name
    return method


#: in-place dunder -> torch's method, for float arrays
_TORCH_INPLACE: dict[str, Callable[..., Any]] = {
    "__iadd__": Tensor.add_,
    "__isub__": Tensor.sub_,
    "__imul__": Tensor.mul_,
    "__idiv__": Tensor.div_,
    "__itruediv__": Tensor.div_,
}


def _inplace(name: str, cls: type[Any], compute: Callable[..., Any]) -> Callable[..., Any]:
    in_place = _TORCH_INPLACE.get(name)

    def method(self: Any, other: Any) -> Any:
        if FLAGS.recorders:
            refuse_inplace(name, self, (other,) if isinstance(other, cls) else ())
        tensor = self._t
        kind = type(other)
        if tensor.dtype is float32 and in_place is not None:
            # Past the graph (`.data`): what was recorded before sees the new values, as in MXNet.
            if kind is float or kind is int:
                in_place(tensor.data, other)
                return self
            if kind is cls and other._t.dtype is float32:
                try:
                    in_place(tensor.data, other._t.data if other._t.requires_grad else other._t)
                    return self
                except RuntimeError:
                    pass  # the long way says what is wrong
        result = compute(self.detach() if tensor.requires_grad else self, other)
        if result._t.shape != tensor.shape:
            compute_shape_error(name, self, result)
        assign(self, result._t.detach())
        return self

    method.__name__ = name
    return method


def compute_shape_error(name: str, array: Any, result: Any) -> None:
    """MXNetError for an in-place operation whose result does not fit the array."""
    raise MXNetError(f"{name}: the result has shape {result.shape}, the array to write has shape {array.shape}")
