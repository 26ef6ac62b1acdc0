"""Arithmetic, comparisons and functions of single elements: tables of expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .._errors import Gap
from .._pieces import Piece
from .._rule import View, example, formula, rule, same_as
from .activation import activation_of

#: name -> expression, range of the example's numbers
_UNARY: dict[str, tuple[str, tuple[float, float]]] = {
    "abs": ("_0.abs()", (-2, 2)),
    "sqrt": ("_0.sqrt()", (0.1, 2)),
    "rsqrt": ("_0.rsqrt()", (0.1, 2)),
    "cbrt": ("_0.sign() * _0.abs() ** (1 / 3)", (-2, 2)),
    "rcbrt": ("_0.sign() * _0.abs() ** (-1 / 3)", (0.1, 2)),
    "square": ("_0.square()", (-2, 2)),
    "exp": ("_0.exp()", (-2, 2)),
    "expm1": ("_0.expm1()", (-2, 2)),
    "log": ("_0.log()", (0.1, 2)),
    "log2": ("_0.log2()", (0.1, 2)),
    "log10": ("_0.log10()", (0.1, 2)),
    "log1p": ("_0.log1p()", (0.1, 2)),
    "sin": ("_0.sin()", (-2, 2)),
    "cos": ("_0.cos()", (-2, 2)),
    "tan": ("_0.tan()", (-1, 1)),
    "arcsin": ("_0.asin()", (-0.9, 0.9)),
    "arccos": ("_0.acos()", (-0.9, 0.9)),
    "arctan": ("_0.atan()", (-2, 2)),
    "sinh": ("_0.sinh()", (-2, 2)),
    "cosh": ("_0.cosh()", (-2, 2)),
    "arcsinh": ("_0.asinh()", (-2, 2)),
    "arccosh": ("_0.acosh()", (1.1, 2)),
    "arctanh": ("_0.atanh()", (-0.9, 0.9)),
    "degrees": ("_0.rad2deg()", (-2, 2)),
    "radians": ("_0.deg2rad()", (-2, 2)),
    "erf": ("_0.erf()", (-2, 2)),
    "erfinv": ("_0.erfinv()", (-0.9, 0.9)),
    "gamma": ("_0.lgamma().exp()", (0.5, 3)),
    "gammaln": ("_0.lgamma()", (0.5, 3)),
    "reciprocal": ("1 / _0", (0.5, 2)),
    "negative": ("-_0", (-2, 2)),
    "sign": ("_0.sign()", (-2, 2)),
    "floor": ("_0.floor()", (-2, 2)),
    "ceil": ("_0.ceil()", (-2, 2)),
    "trunc": ("_0.trunc()", (-2, 2)),
    "fix": ("_0.trunc()", (-2, 2)),
    "rint": ("(_0 - 0.5).ceil()", (-2, 2)),
    "round": ("_0.sign() * (_0.abs() + 0.5).floor()", (-2, 2)),
    "logical_not": ("(_0 == 0).float()", (-2, 2)),
    "ones_like": ("torch.ones_like(_0)", (-2, 2)),
    "zeros_like": ("torch.zeros_like(_0)", (-2, 2)),
}

_BINARY = {
    "add": "_0 + _1",
    "sub": "_0 - _1",
    "mul": "_0 * _1",
    "div": "_0 / _1",
    "mod": "torch.remainder(_0, _1)",
    "power": "_0 ** _1",
    "maximum": "torch.maximum(_0, _1)",
    "minimum": "torch.minimum(_0, _1)",
    "hypot": "torch.hypot(_0, _1)",
}
_COMPARE = {
    "equal": "_0 == _1",
    "not_equal": "_0 != _1",
    "greater": "_0 > _1",
    "greater_equal": "_0 >= _1",
    "lesser": "_0 < _1",
    "lesser_equal": "_0 <= _1",
}
_LOGICAL = {"logical_and": "_0_bool & _1_bool", "logical_or": "_0_bool | _1_bool", "logical_xor": "_0_bool ^ _1_bool"}
#: names of the same operators on arrays of one shape
_ELEMWISE = {"add": "elemwise_add", "sub": "elemwise_sub", "mul": "elemwise_mul", "div": "elemwise_div"}
_SCALAR = {
    "_plus_scalar": "_0 + {s}",
    "_minus_scalar": "_0 - {s}",
    "_rminus_scalar": "{s} - _0",
    "_mul_scalar": "_0 * {s}",
    "_div_scalar": "_0 / {s}",
    "_rdiv_scalar": "{s} / _0",
    "_mod_scalar": "torch.remainder(_0, {s})",
    "_power_scalar": "_0 ** {s}",
    "_rpower_scalar": "{s} ** _0",
    "_maximum_scalar": "_0.clamp(min={s})",
    "_minimum_scalar": "_0.clamp(max={s})",
    "_hypot_scalar": "(_0.square() + {s} ** 2).sqrt()",
    "_equal_scalar": "(_0 == {s}).float()",
    "_not_equal_scalar": "(_0 != {s}).float()",
    "_greater_scalar": "(_0 > {s}).float()",
    "_greater_equal_scalar": "(_0 >= {s}).float()",
    "_lesser_scalar": "(_0 < {s}).float()",
    "_lesser_equal_scalar": "(_0 <= {s}).float()",
}


def number(value: float) -> str:
    """A number as a person writes it beside a tensor: 2 for 2.0."""
    if value != value or value in (float("inf"), float("-inf")):
        return f"float('{value}')"
    text = repr(int(value)) if value == int(value) and abs(value) < 1e6 else repr(value)
    return f"({text})" if value < 0 else text


def _floating(n: View) -> None:
    """Arithmetic of whole numbers follows other rules in MXNet (division truncates)."""
    if not n.dtype().is_floating_point:
        raise Gap(f"data of {str(n.dtype()).removeprefix('torch.')}")


def _fixed(text: str) -> Callable[[View], Piece]:
    def make(n: View) -> Piece:
        _floating(n)
        return formula(n, _in_dtype(text, n))

    return make


def _in_dtype(text: str, n: View) -> str:
    """Truth values come in the dtype of the inputs."""
    if n.out_dtype() == torch.float32 or not text.endswith(".float()"):
        return text
    return f"{text.removesuffix('.float()')}.to({n.out_dtype()})"


def _scalar(text: str) -> Callable[[View], Piece]:
    def make(n: View) -> Piece:
        _floating(n)
        return formula(n, _in_dtype(text.format(s=number(n["scalar"])), n))

    return make


def _add_pair(name: str, same_shapes: str, text: str, **options: Any) -> None:
    """The operator with broadcasting, and the one for arrays of one shape."""
    rule(f"broadcast_{name}", examples=[example((2, 3), (1, 3), **options)])(_fixed(text))
    rule(same_shapes, examples=[example((2, 3), (2, 3), **options)])(_fixed(text))


def _add_tables() -> None:
    for name, (text, draw) in _UNARY.items():
        rule(name, examples=[example((2, 3), draw=draw)])(_fixed(text))
    for name, text in _BINARY.items():
        _add_pair(name, _ELEMWISE.get(name, f"_{name}"), text, draw=(0.5, 2))
    for name, text in (_COMPARE | _LOGICAL).items():
        _add_pair(name, f"_{name}", f"({text}).float()", whole={0: 2, 1: 2})
    for name, text in _SCALAR.items():
        rule(name, examples=[example((2, 3), scalar=1.5, draw=(0.5, 2))])(_scalar(text))


_add_tables()


@rule("_contrib_quadratic", examples=[example((2, 3), a=1.0, b=2.0, c=3.0)])
def quadratic(n: View) -> Piece:
    return formula(n, f"{number(n['a'])} * _0 ** 2 + {number(n['b'])} * _0 + {number(n['c'])}")


@rule(
    "clip",
    examples=[
        example((2, 3), a_min=0, a_max=6, draw=(-2, 8), source="F.relu6(data0)"),
        example((2, 3), a_min=-0.5, a_max=0.5, source="data0.clamp(-0.5, 0.5)"),
    ],
)
def clip(n: View) -> Piece:
    if (n["a_min"], n["a_max"]) == (0, 6):
        return activation_of(n, "nn.ReLU6", "F.relu6")
    return formula(n, f"_0.clamp({_bare(n['a_min'])}, {_bare(n['a_max'])})")


def _bare(value: float) -> str:
    text = number(value)
    return text[1:-1] if text.startswith("(") else text


@rule(
    "where",
    examples=[
        example((2, 3), (2, 3), (2, 3), whole={0: 2}, source="torch.where("),
        example((2,), (2, 3), (2, 3), whole={0: 2}),
    ],
)
def where(n: View) -> Piece:
    if n.ndim(0) != n.ndim(1):
        return formula(n, f"torch.where(_0_bool.reshape(-1{', 1' * (n.ndim(1) - 1)}), _1, _2)")
    return formula(n, "torch.where(_0_bool, _1, _2)")


@rule("smooth_l1", examples=[example((2, 3), scalar=1.0, draw=(-2, 2)), example((2, 3), scalar=2.0, draw=(-2, 2))])
def smooth_l1(n: View) -> Piece:
    beta = 1 / n["scalar"] ** 2
    return formula(n, f"F.smooth_l1_loss(_0, torch.zeros_like(_0), reduction='none', beta={beta!r})")


@rule("add_n", examples=[example((2, 3), (2, 3), (2, 3), num_args=3, source="data0 + data1 + data2")])
def add_n(n: View) -> Piece:
    return formula(n, " + ".join(f"_{i}" for i in range(len(n.inputs))))


@rule(
    "Cast",
    "amp_cast",
    examples=[example((2, 3), dtype="float32"), example((2, 3), dtype="float64", source="data0.double()")],
)
def cast(n: View) -> Piece:
    kind = n.out_dtype()
    if kind == n.dtype():
        return same_as(n.inputs[0])
    names = {
        torch.float32: "float",
        torch.float64: "double",
        torch.float16: "half",
        torch.int64: "long",
        torch.int32: "int",
    }
    return formula(n, f"_0.{names[kind]}()" if kind in names else f"_0.to({kind})")
