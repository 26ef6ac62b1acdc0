"""Mathematical functions of one array, element by element."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ...registry.operator import register
from . import _math
from ._kernels import Unary, in_doubles, in_floats, in_full_floats, in_own_dtype, unary_signature

_DOC = """{what}

Args:
    data: {domain}.

Returns:
    An array of the shape and dtype of ``data``. {rule}

Raises:
    MXNetError: ``data`` is a bool array.

Source: MXNet 1.9.1 src/operator/tensor/elemwise_unary_op_{source}.cc.
"""

_FLOATS = "Integers are computed in float32, then the fraction is cut off."
_DOUBLES = "Integers are computed in float64, then the fraction is cut off."
_NOUGHT = "Integers give 0, 1 and -1 the least integer (0 in 8 bits)."
_KEEPS = "Integers stay as they are."
_EXACT = "Integers are computed exactly and wrap around."


def _floats_only(name: str, kernel: Unary) -> Unary:
    """Integers give 0, which is also NaN as an integer in C++; the infinities at 1 and -1 are the least one."""

    def whole(data: Tensor) -> Tensor:
        if data.is_floating_point():
            return kernel(data)
        if data.dtype is torch.int32 or data.dtype is torch.int64:
            return (data.abs() == 1).to(data.dtype) * torch.iinfo(data.dtype).min
        return torch.zeros_like(data)

    return in_own_dtype(name, whole)


_Row = tuple[str, Callable[[str, Unary], Unary], Unary, str, str, str, str]

#: name, how other dtypes are treated, kernel, description, domain, dtype rule, source
_SMOOTH: tuple[_Row, ...] = (
    ("exp", in_floats, torch.exp, "The exponential.", "any number", _FLOATS, "logexp"),
    ("expm1", in_floats, _math.expm1, "``exp(x) - 1``, exact near 0.", "any number", _FLOATS, "logexp"),
    ("log", in_floats, torch.log, "The natural logarithm.", "positive; -inf at 0, NaN below", _FLOATS, "logexp"),
    ("log2", in_floats, torch.log2, "The logarithm to base 2.", "positive; -inf at 0, NaN below", _FLOATS, "logexp"),
    ("log10", in_floats, torch.log10, "The logarithm to base 10.", "positive; -inf at 0, NaN below", _FLOATS, "logexp"),
    ("log1p", in_floats, torch.log1p, "``log(1 + x)``, exact near 0.", "above -1", _FLOATS, "logexp"),
    ("sqrt", in_floats, torch.sqrt, "The square root.", "not negative", _FLOATS, "pow"),
    ("rsqrt", in_floats, _math.rsqrt, "``1 / sqrt(x)``.", "positive; inf at 0", _FLOATS, "pow"),
    ("cbrt", in_full_floats, _math.cbrt, "The real cube root.", "any number", _FLOATS, "pow"),
    ("rcbrt", in_full_floats, _math.rcbrt, "``1 / cbrt(x)``.", "any number; inf at 0", _FLOATS, "pow"),
    ("square", in_own_dtype, torch.square, "The square.", "any number", _EXACT, "pow"),
    ("reciprocal", in_floats, _math.reciprocal, "``1 / x``.", "any number; inf at 0", _FLOATS, "pow"),
    ("sin", in_floats, torch.sin, "The sine.", "radians", _FLOATS, "trig"),
    ("cos", in_floats, torch.cos, "The cosine.", "radians", _FLOATS, "trig"),
    ("tan", in_floats, torch.tan, "The tangent.", "radians", _FLOATS, "trig"),
    ("arcsin", in_floats, torch.asin, "The inverse sine, in radians.", "in [-1, 1]", _FLOATS, "trig"),
    ("arccos", in_floats, torch.acos, "The inverse cosine, in radians.", "in [-1, 1]", _FLOATS, "trig"),
    ("arctan", in_floats, torch.atan, "The inverse tangent, in radians.", "any number", _FLOATS, "trig"),
    ("sinh", in_floats, torch.sinh, "The hyperbolic sine.", "any number", _FLOATS, "trig"),
    ("cosh", in_floats, torch.cosh, "The hyperbolic cosine.", "any number", _FLOATS, "trig"),
    ("tanh", in_floats, torch.tanh, "The hyperbolic tangent.", "any number", _FLOATS, "trig"),
    ("arcsinh", in_floats, torch.asinh, "The inverse hyperbolic sine.", "any number", _FLOATS, "trig"),
    ("arccosh", in_floats, torch.acosh, "The inverse hyperbolic cosine.", "at least 1", _FLOATS, "trig"),
    ("arctanh", in_floats, torch.atanh, "The inverse hyperbolic tangent.", "in [-1, 1]", _FLOATS, "trig"),
    ("degrees", in_floats, _math.degrees, "Radians to degrees.", "radians", _FLOATS, "trig"),
    ("radians", in_floats, _math.radians, "Degrees to radians.", "degrees", _FLOATS, "trig"),
    ("erf", in_doubles, _math.erf, "The error function.", "any number", _DOUBLES, "basic"),
    ("erfinv", _floats_only, _math.erfinv, "The inverse error function.", "in [-1, 1]", _NOUGHT, "basic"),
    ("gamma", in_full_floats, _math.gamma, "The gamma function.", "any number", _FLOATS, "basic"),
    ("gammaln", in_floats, _math.gammaln, "``log(abs(gamma(x)))``.", "any number", _FLOATS, "basic"),
    ("relu", in_own_dtype, _math.relu, "``max(x, 0)``.", "any number", _KEEPS, "basic"),
    ("sigmoid", in_floats, torch.sigmoid, "``1 / (1 + exp(-x))``.", "any number", _FLOATS, "basic"),
    ("softsign", in_full_floats, _math.softsign, "``x / (1 + abs(x))``.", "any number", _FLOATS, "basic"),
    ("abs", in_own_dtype, torch.abs, "The absolute value.", "any number", _EXACT, "basic"),
    ("negative", in_own_dtype, torch.neg, "``-x``.", "any number", _EXACT, "basic"),
)


def _rounded(kernel: Unary) -> Unary:
    """A rounding kernel; integers are whole already, so they are copied."""

    def fn(data: Tensor) -> Tensor:
        return kernel(data) if data.is_floating_point() else data.clone()

    return fn


def _sign(data: Tensor) -> Tensor:
    return torch.sign(data)


def _logical_not(data: Tensor) -> Tensor:
    return (data == 0).to(data.dtype)


#: Functions that are flat almost everywhere: their gradient is zero.
_FLAT: tuple[_Row, ...] = (
    ("sign", in_own_dtype, _sign, "-1, 0 or 1, the sign.", "any number; NaN gives 0", _EXACT, "basic"),
    ("round", in_own_dtype, _rounded(_math.round_away), "Nearest integer, halves outwards.", "any", _KEEPS, "basic"),
    ("rint", in_own_dtype, _rounded(_math.rint), "Nearest integer, halves down.", "any number", _KEEPS, "basic"),
    ("ceil", in_own_dtype, _rounded(torch.ceil), "The least integer not below.", "any number", _KEEPS, "basic"),
    ("floor", in_own_dtype, _rounded(torch.floor), "The largest integer not above.", "any number", _KEEPS, "basic"),
    ("trunc", in_own_dtype, _rounded(_math.trunc), "The integer part.", "any number", _KEEPS, "basic"),
    ("fix", in_own_dtype, _rounded(_math.trunc), "The integer part.", "any number", _KEEPS, "basic"),
    ("logical_not", in_own_dtype, _logical_not, "1 where the input is 0, else 0.", "any number", "", "basic"),
)  # fmt: skip

_NPX = {"erf", "erfinv", "gamma", "gammaln"}
_NOT_SPARSE = {"rcbrt", "reciprocal", "erf", "erfinv", "logical_not", "softsign"}


def _register(rows: tuple[_Row, ...], zero_grad: bool) -> None:
    for name, treat, kernel, what, domain, rule, source in rows:
        aliases = ((f"_npx_{name}",) if name in _NPX else ()) + (() if name in _NOT_SPARSE else (f"_sparse_{name}",))
        doc = _DOC.format(what=what, domain=domain, rule=rule, source=source)
        register(name, treat(name, kernel), like=unary_signature, doc=doc, aliases=aliases, zero_grad=zero_grad)


_register(_SMOOTH, zero_grad=False)
_register(_FLAT, zero_grad=True)
