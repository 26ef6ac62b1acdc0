"""Functions of one array and of two, element by element: of arrays, of numbers, and of both together."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as onp
from torch import Tensor, float32

from .._core.errors import MXNetError
from .._core.state import FLAGS
from ..autograd._graph import refuse_inplace
from ..nd._invoke import assign
from ..nd._method_table import _binary as binary_method
from ..nd.ndarray import NDArray
from ..util import _check_ufunc_options
from ._array import ndarray
from ._bind import OPS
from ._protocol import UFUNCS

_new = object.__new__
_NUMBERS = (float, int, onp.generic)
_KIND = inspect.Parameter
_UNARY = inspect.Signature([
    _KIND("x", _KIND.POSITIONAL_OR_KEYWORD), _KIND("out", _KIND.POSITIONAL_OR_KEYWORD, default=None),
    _KIND("kwargs", _KIND.VAR_KEYWORD),
])  # fmt: skip
_BINARY = inspect.Signature([
    _KIND("x1", _KIND.POSITIONAL_OR_KEYWORD), _KIND("x2", _KIND.POSITIONAL_OR_KEYWORD),
    _KIND("out", _KIND.POSITIONAL_OR_KEYWORD, default=None), _KIND("kwargs", _KIND.VAR_KEYWORD),
])  # fmt: skip
_COMPARE = inspect.Signature(list(_BINARY.parameters.values())[:3])


def _named(function: Callable[..., Any], name: str, doc: str, signature: inspect.Signature | None = None) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__module__ = "mxcompat.numpy"
    function.__doc__ = doc
    if signature is not None:
        function.__signature__ = signature  # type: ignore[attr-defined]
    return function


_UNARY_DOC = """{what}

Args:
    x: an array or a number.
    out: an array to write to.
    kwargs: options of NumPy's universal functions; only their defaults are legal.

Returns:
    An array of the shape of ``x``; a number for a number.

Raises:
    TypeError: ``x`` is neither, or an unknown option.
    NotImplementedError: an option that is not the default.

Source: MXNet 1.9.1 python/mxnet/numpy/multiarray.py.
"""


#: functions whose answer is yes or no, which an array of another dtype cannot take
_LOGICAL = frozenset({"isnan", "isinf", "isposinf", "isneginf", "isfinite", "logical_not"})


def _unary(name: str, op: str, number: Callable[..., Any]) -> Any:
    run, logical = OPS[op], name in _LOGICAL
    operator = run.__wrapped_operator__  # type: ignore[attr-defined]
    direct = operator.float32 or operator.fn

    def call(x: Any, out: Any = None, **kwargs: Any) -> Any:
        if kwargs:
            _check_ufunc_options(name, kwargs, f" for operator {name}")
        if type(x) is ndarray and out is None:
            tensor = x._t
            if tensor.dtype is not float32 or tensor.requires_grad:
                return run(x)
            array = _new(ndarray)
            array._t = direct(tensor)
            array._ctx = x._ctx
            return array
        if isinstance(x, _NUMBERS):
            return number(x)
        if isinstance(x, NDArray):
            if logical and out is not None and out.dtype != onp.bool_:
                raise TypeError(f"{name}: the array to write to must be bool, it is {out.dtype}")
            return run(x, out=out)
        raise TypeError(f"type {type(x)} not supported")

    return _named(call, name, _UNARY_DOC.format(what=(run.__doc__ or name).splitlines()[0]), _UNARY)


#: name -> operator; the function of numbers is NumPy's of the same name
_UNARY_ROWS = {
    **{
        name: f"_npi_{name}"
        for name in (
            "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh",
            "log", "log2", "log10", "log1p", "exp", "expm1", "sqrt", "cbrt", "absolute", "sign", "degrees", "radians",
            "rint", "reciprocal", "square", "negative", "fix", "ceil", "floor", "trunc", "logical_not", "bitwise_not",
            "isnan", "isinf", "isposinf", "isneginf", "isfinite",
        )
    },
    "abs": "_npi_absolute",
    "fabs": "_npi_absolute",
    "rad2deg": "_npi_degrees",
    "deg2rad": "_npi_radians",
    "invert": "_npi_bitwise_not",
}  # fmt: skip

_BINARY_DOC = """{what}, with broadcasting.

Args:
    x1: an array or a number.
    x2: an array or a number.
    out: an array to write to.
    kwargs: options of NumPy's universal functions; only their defaults are legal.

Returns:
    An array; a number for two numbers.

Raises:
    TypeError: an argument is neither, or an unknown option.
    MXNetError: dtypes or shapes that do not go together.

Source: MXNet 1.9.1 python/mxnet/numpy/multiarray.py.
"""


def _binary(
    name: str, op: str, number: Callable[..., Any], scalar: str | None, reflected: str | None, options: bool
) -> Any:
    both = OPS[op]
    right = OPS[scalar] if scalar else None
    left = OPS[reflected] if reflected else right

    def call(x1: Any, x2: Any, out: Any = None, **kwargs: Any) -> Any:
        if kwargs:
            if not options:
                raise TypeError(f"{name}() got an unexpected keyword argument '{next(iter(kwargs))}'")
            _check_ufunc_options(name, kwargs, "")
        if type(x1) is ndarray and type(x2) is ndarray and out is None:
            return both(x1, x2)
        if isinstance(x1, _NUMBERS) and right is not None:
            if isinstance(x2, _NUMBERS):
                return number(x1, x2, out=out)
            if isinstance(x2, NDArray):
                if out is None:
                    return left(x2, float(x1))  # type: ignore[misc]
                return left(x2, scalar=float(x1), out=out)  # type: ignore[misc]
        elif isinstance(x2, _NUMBERS) and right is not None and isinstance(x1, NDArray):
            return right(x1, float(x2)) if out is None else right(x1, scalar=float(x2), out=out)
        elif isinstance(x1, ndarray) and isinstance(x2, ndarray):
            return both(x1, x2, out=out)
        if right is None:
            return both(x1, x2, out=out)
        raise TypeError(f"type {type(x2)} not supported")

    doc = _BINARY_DOC.format(what=(both.__doc__ or name).splitlines()[0].split(", element")[0])
    return _named(call, name, doc, _BINARY if options else _COMPARE)


#: name, operator of arrays, NumPy's function, operators of array and number and of number and array, options
_BINARY_ROWS = (
    ("add", "_npi_add", "add", "_npi_add_scalar", None, True),
    ("subtract", "_npi_subtract", "subtract", "_npi_subtract_scalar", "_npi_rsubtract_scalar", True),
    ("multiply", "_npi_multiply", "multiply", "_npi_multiply_scalar", None, True),
    ("divide", "_npi_true_divide", "divide", "_npi_true_divide_scalar", "_npi_rtrue_divide_scalar", True),
    ("true_divide", "_npi_true_divide", "divide", "_npi_true_divide_scalar", "_npi_rtrue_divide_scalar", False),
    ("mod", "_npi_mod", "mod", "_npi_mod_scalar", "_npi_rmod_scalar", True),
    ("remainder", "_npi_mod", "mod", "_npi_mod_scalar", "_npi_rmod_scalar", True),
    ("power", "_npi_power", "power", "_npi_power_scalar", "_npi_rpower_scalar", True),
    ("maximum", "_npi_maximum", "maximum", "_npi_maximum_scalar", None, True),
    ("minimum", "_npi_minimum", "minimum", "_npi_minimum_scalar", None, True),
    ("copysign", "_npi_copysign", "copysign", "_npi_copysign_scalar", "_npi_rcopysign_scalar", True),
    ("arctan2", "_npi_arctan2", "arctan2", "_npi_arctan2_scalar", "_npi_rarctan2_scalar", True),
    ("hypot", "_npi_hypot", "hypot", "_npi_hypot_scalar", None, True),
    ("lcm", "_npi_lcm", "lcm", "_npi_lcm_scalar", None, True),
    ("ldexp", "_npi_ldexp", "ldexp", "_npi_ldexp_scalar", "_npi_rldexp_scalar", True),
    ("bitwise_and", "_npi_bitwise_and", "bitwise_and", "_npi_bitwise_and_scalar", None, True),
    ("bitwise_or", "_npi_bitwise_or", "bitwise_or", "_npi_bitwise_or_scalar", None, True),
    ("bitwise_xor", "_npi_bitwise_xor", "bitwise_xor", "_npi_bitwise_xor_scalar", None, True),
    ("equal", "_npi_equal", "equal", "_npi_equal_scalar", None, False),
    ("not_equal", "_npi_not_equal", "not_equal", "_npi_not_equal_scalar", None, False),
    ("greater", "_npi_greater", "greater", "_npi_greater_scalar", "_npi_less_scalar", False),
    ("less", "_npi_less", "less", "_npi_less_scalar", "_npi_greater_scalar", False),
    ("greater_equal", "_npi_greater_equal", "greater_equal", "_npi_greater_equal_scalar", "_npi_less_equal_scalar",
     False),
    ("less_equal", "_npi_less_equal", "less_equal", "_npi_less_equal_scalar", "_npi_greater_equal_scalar", False),
)  # fmt: skip


def _of_number(name: str) -> Callable[..., Any]:
    """NumPy's function of numbers, as NumPy 1 had it: rounding an int gives a float."""
    function: Callable[..., Any] = getattr(onp, "abs" if name == "fabs" else name)
    if name in ("ceil", "floor", "trunc", "fix"):
        return lambda x: function(float(x) if isinstance(x, int) else x)
    return function


def _matmul() -> Any:
    both = OPS["_npi_matmul"]

    def matmul(a: Any, b: Any, out: Any = None, **kwargs: Any) -> Any:
        if kwargs:
            _check_ufunc_options("matmul", kwargs, "")
        return both(a, b) if out is None else both(a, b, out=out)

    return _named(matmul, "matmul", _BINARY_DOC.format(what="Matrix product").replace("x1", "a").replace("x2", "b"))


#: name -> function
UFUNC_TABLE: dict[str, Any] = {name: _unary(name, op, _of_number(name)) for name, op in _UNARY_ROWS.items()}
UFUNC_TABLE.update(
    {row[0]: _binary(row[0], row[1], getattr(onp, row[2]), row[3], row[4], row[5]) for row in _BINARY_ROWS}
)
UFUNC_TABLE["matmul"] = _matmul()

#: dunder -> operator of arrays (None: not reached with two arrays), operator of array and number
_OPERATORS: dict[str, tuple[str | None, str]] = {
    "__add__": ("_npi_add", "_npi_add_scalar"),
    "__radd__": ("_npi_add", "_npi_add_scalar"),
    "__sub__": ("_npi_subtract", "_npi_subtract_scalar"),
    "__rsub__": (None, "_npi_rsubtract_scalar"),
    "__mul__": ("_npi_multiply", "_npi_multiply_scalar"),
    "__rmul__": ("_npi_multiply", "_npi_multiply_scalar"),
    "__div__": ("_npi_true_divide", "_npi_true_divide_scalar"),
    "__rdiv__": (None, "_npi_rtrue_divide_scalar"),
    "__truediv__": ("_npi_true_divide", "_npi_true_divide_scalar"),
    "__rtruediv__": (None, "_npi_rtrue_divide_scalar"),
    "__mod__": ("_npi_mod", "_npi_mod_scalar"),
    "__rmod__": (None, "_npi_rmod_scalar"),
    "__pow__": ("_npi_power", "_npi_power_scalar"),
    "__rpow__": (None, "_npi_rpower_scalar"),
    "__eq__": ("_npi_equal", "_npi_equal_scalar"),
    "__ne__": ("_npi_not_equal", "_npi_not_equal_scalar"),
    "__gt__": ("_npi_greater", "_npi_greater_scalar"),
    "__ge__": ("_npi_greater_equal", "_npi_greater_equal_scalar"),
    "__lt__": ("_npi_less", "_npi_less_scalar"),
    "__le__": ("_npi_less_equal", "_npi_less_equal_scalar"),
    "__and__": ("_npi_bitwise_and", "_npi_bitwise_and_scalar"),
    "__or__": ("_npi_bitwise_or", "_npi_bitwise_or_scalar"),
    "__xor__": ("_npi_bitwise_xor", "_npi_bitwise_xor_scalar"),
}
_INPLACE: dict[str, tuple[str, Any]] = {
    "__iadd__": ("__add__", Tensor.add_),
    "__isub__": ("__sub__", Tensor.sub_),
    "__imul__": ("__mul__", Tensor.mul_),
    "__idiv__": ("__truediv__", Tensor.div_),
    "__itruediv__": ("__truediv__", Tensor.div_),
    "__imod__": ("__mod__", None),
    "__iand__": ("__and__", None),
    "__ior__": ("__or__", None),
    "__ixor__": ("__xor__", None),
}


def _inplace(name: str, compute: Callable[..., Any], in_place: Any) -> Callable[..., Any]:
    def method(self: ndarray, other: Any) -> Any:
        if FLAGS.recorders:
            refuse_inplace(name, self, (other,) if isinstance(other, NDArray) else ())
        tensor = self._t
        kind = type(other)
        if in_place is not None and tensor.dtype is float32:
            # past the graph: what was recorded before sees the new values, as in MXNet
            if kind is float or kind is int:
                in_place(tensor.data, other)
                return self
            if kind is ndarray and other._t.dtype is float32:
                try:
                    in_place(tensor.data, other._t.data if other._t.requires_grad else other._t)
                    return self
                except RuntimeError:
                    pass  # the long way says what is wrong
        result = compute(self.detach() if tensor.requires_grad else self, other)
        if result._t.shape != tensor.shape or result._t.dtype is not tensor.dtype:
            raise MXNetError(
                f"{name}: the result is {result.dtype} {result.shape}, the array to write is {self.dtype} {self.shape}"
            )
        assign(self, result._t.detach())
        return self

    method.__name__ = name
    return method


def _reflected(name: str, scalar_op: str, function: Callable[..., Any]) -> Callable[..., Any]:
    with_number = binary_method(name, ndarray, None, scalar_op)

    def method(self: ndarray, other: Any) -> Any:
        return function(other, self) if isinstance(other, NDArray) else with_number(self, other)

    method.__name__ = name
    return method


_FUNCTION_OF = {"__rsub__": "subtract", "__rdiv__": "divide", "__rtruediv__": "divide", "__rmod__": "mod",
                "__rpow__": "power"}  # fmt: skip
for _name, (_array_op, _scalar_op) in _OPERATORS.items():
    if _array_op is None:
        setattr(ndarray, _name, _reflected(_name, _scalar_op, UFUNC_TABLE[_FUNCTION_OF[_name]]))
    else:
        setattr(ndarray, _name, binary_method(_name, ndarray, _array_op, _scalar_op))
for _name, (_computes, _fast) in _INPLACE.items():
    setattr(ndarray, _name, _inplace(_name, getattr(ndarray, _computes), _fast))

#: NumPy's universal functions that run here
for _name in (
    "fabs add arctan2 copysign degrees hypot lcm subtract multiply true_divide negative power mod matmul absolute rint "
    "sign exp log log2 log10 expm1 sqrt square cbrt reciprocal invert bitwise_not remainder sin cos tan sinh cosh tanh "
    "arcsin arccos arctan arcsinh arccosh arctanh maximum minimum ceil trunc floor bitwise_and bitwise_xor bitwise_or "
    "logical_not equal not_equal less less_equal greater greater_equal abs divide"
).split():
    UFUNCS[_name] = UFUNC_TABLE[_name]
