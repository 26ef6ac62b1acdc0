"""The methods and operators of Symbol that are operators applied to the symbol itself.

The tables say which; `attach` fills the class once the operators are bound. `_methods.pyi` shows the same names to
editors and type checkers.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from types import ModuleType
from typing import Any

import numpy as np

#: methods that are the operator of the same name with the symbol as first input
METHODS: tuple[str, ...] = (
    "abs", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "argmax", "argmax_channel", "argmin",
    "argsort", "broadcast_axes", "broadcast_like", "broadcast_to", "cbrt", "ceil", "clip", "cos", "cosh", "degrees",
    "depth_to_space", "exp", "expm1", "fix", "flip", "floor", "log", "log10", "log1p", "log2", "log_softmax", "max",
    "mean", "min", "nanprod", "nansum", "norm", "one_hot", "ones_like", "pad", "pick", "prod", "radians", "rcbrt",
    "reciprocal", "relu", "repeat", "reshape", "reshape_like", "rint", "round", "rsqrt", "shape_array", "sigmoid",
    "sign", "sin", "sinh", "size_array", "slice", "slice_axis", "slice_like", "softmax", "softmin", "sort",
    "space_to_depth", "split", "sqrt", "square", "sum", "swapaxes", "take", "tan", "tanh", "tile", "topk", "transpose",
    "trunc", "zeros_like",
)  # fmt: skip

#: methods under another name than their operator's
RENAMED: dict[str, str] = {"astype": "cast"}

#: dunder -> operator for a symbol, operator for a number, as MXNet names them (automatic names come from these)
BINARY: dict[str, tuple[str | None, str]] = {
    "__add__": ("_Plus", "_PlusScalar"),
    "__radd__": ("_Plus", "_PlusScalar"),
    "__sub__": ("_Minus", "_MinusScalar"),
    "__rsub__": (None, "_RMinusScalar"),
    "__mul__": ("_Mul", "_MulScalar"),
    "__rmul__": ("_Mul", "_MulScalar"),
    "__div__": ("_Div", "_DivScalar"),
    "__rdiv__": (None, "_RDivScalar"),
    "__truediv__": ("_Div", "_DivScalar"),
    "__rtruediv__": (None, "_RDivScalar"),
    "__mod__": ("_Mod", "_ModScalar"),
    "__rmod__": (None, "_RModScalar"),
    "__pow__": ("_Power", "_PowerScalar"),
    "__rpow__": (None, "_rpower_scalar"),
}

#: the same for comparisons, which take NumPy's numbers, too
COMPARISONS: dict[str, tuple[str, str]] = {
    "__eq__": ("_equal", "_equal_scalar"),
    "__ne__": ("_not_equal", "_not_equal_scalar"),
    "__gt__": ("_greater", "_greater_scalar"),
    "__ge__": ("_greater_equal", "_greater_equal_scalar"),
    "__lt__": ("_lesser", "_lesser_scalar"),
    "__le__": ("_lesser_equal", "_lesser_equal_scalar"),
}

#: reflected dunder -> the dunder of the other symbol that computes it
_REFLECTED = {
    "__rsub__": "__sub__",
    "__rdiv__": "__truediv__",
    "__rtruediv__": "__truediv__",
    "__rmod__": "__mod__",
    "__rpow__": "__pow__",
}

COMPARED = (float, int, np.generic)


class Methods:
    """Base of Symbol; filled from the tables above."""

    __slots__ = ()


def attach(cls: type[Any], ops: ModuleType) -> None:
    """Give ``cls`` its methods and operators, bound in module ``ops``."""
    for name in METHODS:
        setattr(Methods, name, _method(name, getattr(ops, name)))
    for name, operator in RENAMED.items():
        setattr(Methods, name, _method(name, getattr(ops, operator)))
    for name, (with_symbol, with_number) in BINARY.items():
        function = None if with_symbol is None else getattr(ops, with_symbol)
        setattr(Methods, name, _binary(name, cls, function, getattr(ops, with_number), Number))
    for name, (with_symbol, with_number) in COMPARISONS.items():
        setattr(Methods, name, _binary(name, cls, getattr(ops, with_symbol), getattr(ops, with_number), COMPARED))
    Methods.__hash__ = None  # type: ignore[assignment]


def _method(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    method.__name__ = name
    method.__qualname__ = f"Symbol.{name}"
    method.__doc__ = f"``sym.{function.__name__}`` of this symbol. {function.__doc__ or ''}"
    return method


def _binary(
    name: str, cls: type[Any], with_symbol: Callable[..., Any] | None, with_number: Callable[..., Any], numbers: Any
) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        if isinstance(other, cls):
            if with_symbol is None:
                return getattr(other, _REFLECTED[name])(self)
            return with_symbol(self, other)
        if isinstance(other, numbers):
            return with_number(self, scalar=other)
        raise TypeError(f"type {type(other)} not supported")

    method.__name__ = name
    method.__qualname__ = f"Symbol.{name}"
    return method
