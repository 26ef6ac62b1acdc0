"""Arithmetic of two arrays, element by element, with and without broadcasting."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ...registry.operator import register
from ._kernels import (
    FLOAT32,
    FLOAT64,
    Binary,
    binary_signature,
    binary_with_gradient,
    broadcasting,
    directly,
    same_shape,
)

_DOC = """{what}

Args:
    lhs: any dtype but bool.
    rhs: of the dtype of ``lhs``; {shapes}.

Returns:
    An array of the dtype of the inputs. {rule}

Raises:
    MXNetError: bool arrays, different dtypes, or shapes that do not fit. {more}

Source: MXNet 1.9.1 src/operator/tensor/elemwise_binary_{source}.cc.
"""


def divide(lhs: Tensor, rhs: Tensor) -> Tensor:
    """Quotient; of integers the whole part."""
    if lhs.is_floating_point():
        return torch.div(lhs, rhs)
    return torch.div(lhs, rhs, rounding_mode="trunc")


directly(divide, torch.div)


def _modulo(lhs: Tensor, rhs: Tensor) -> Tensor:
    zero = rhs == 0
    if not lhs.is_floating_point():
        return torch.remainder(lhs, rhs.masked_fill(zero, 1)).masked_fill(zero, 0)
    rest = torch.remainder(lhs, rhs)
    # a multiple of a positive divisor leaves +0.0, also when it is negative
    return torch.where(rhs > 0, rest + 0.0, rest).masked_fill(zero, 0.0)


def modulo_by_number(lhs: Tensor, rhs: Tensor) -> Tensor:
    """`_modulo` for a floating array and a positive number: known to be no zero, so two operations do."""
    return torch.remainder(lhs, rhs).add_(0.0)


#: Remainder with the sign of the divisor; 0 where the divisor is 0.
modulo = binary_with_gradient(_modulo, lambda a, b: torch.ones_like(a), lambda a, b: -torch.floor(a / b))


def power_of(lhs: Tensor, rhs: Tensor) -> Tensor:
    """Power; integers are computed in float32, as MXNet does, through float64 so that whole results are exact."""
    if lhs.is_floating_point():
        return torch.pow(lhs, rhs)
    return torch.pow(lhs.to(FLOAT64), rhs.to(FLOAT64)).to(FLOAT32).to(lhs.dtype)


power = binary_with_gradient(
    power_of,
    lambda a, b: torch.pow(a, b - 1) * b,
    lambda a, b: torch.pow(a, b) * torch.log(a),
)

#: Ties and NaN: at a tie the gradient goes to ``lhs`` alone, at a NaN to neither side.
maximum = binary_with_gradient(torch.maximum, lambda a, b: a >= b, lambda a, b: a < b)
minimum = binary_with_gradient(torch.minimum, lambda a, b: a <= b, lambda a, b: a > b)


def hypotenuse(lhs: Tensor, rhs: Tensor) -> Tensor:
    """``sqrt(lhs**2 + rhs**2)``; integers are computed in float32, then cut."""
    if lhs.is_floating_point():
        return torch.hypot(lhs, rhs)
    return torch.hypot(lhs.to(FLOAT32), rhs.to(FLOAT32)).to(lhs.dtype)


_STRETCH = "shapes are aligned on the right, axes of size one are stretched"
_EQUAL = "and of its shape"
_DIVISION = (
    "Integers divide to the whole part of the quotient.",
    "On the CPU, an integer divided by zero (MXNet ends the process there).",
)
_MODULO = ("The sign is that of ``rhs``; 0 where ``rhs`` is 0.", "")
_POWER = ("Integers are computed in float32, then cut.", "")
_EXTREME = ("NaN if either is NaN; at a tie the gradient goes to ``lhs``.", "")
_PLAIN = ("Integers wrap around.", "")

_Row = tuple[str, tuple[str, ...], Binary, str, tuple[str, str], str]

#: name, aliases, kernel, description, (rule, more errors), source
_BROADCAST: tuple[_Row, ...] = (
    ("broadcast_add", ("broadcast_plus", "_sparse_broadcast_add", "_sparse_broadcast_plus"), torch.add,
     "``lhs + rhs`` with broadcasting.", _PLAIN, "broadcast_op_basic"),
    ("broadcast_sub", ("broadcast_minus", "_sparse_broadcast_sub", "_sparse_broadcast_minus"), torch.sub,
     "``lhs - rhs`` with broadcasting.", _PLAIN, "broadcast_op_basic"),
    ("broadcast_mul", ("_sparse_broadcast_mul",), torch.mul,
     "``lhs * rhs`` with broadcasting.", _PLAIN, "broadcast_op_basic"),
    ("broadcast_div", ("_sparse_broadcast_div",), divide,
     "``lhs / rhs`` with broadcasting.", _DIVISION, "broadcast_op_basic"),
    ("broadcast_mod", (), modulo, "``lhs % rhs`` with broadcasting.", _MODULO, "broadcast_op_basic"),
    ("broadcast_power", (), power, "``lhs ** rhs`` with broadcasting.", _POWER, "broadcast_op_extended"),
    ("broadcast_maximum", ("_npi_maximum",), maximum,
     "The larger of both, with broadcasting.", _EXTREME, "broadcast_op_extended"),
    ("broadcast_minimum", ("_npi_minimum",), minimum,
     "The smaller of both, with broadcasting.", _EXTREME, "broadcast_op_extended"),
    ("broadcast_hypot", (), hypotenuse,
     "``sqrt(lhs**2 + rhs**2)`` with broadcasting.", _POWER, "broadcast_op_extended"),
)  # fmt: skip

_ELEMENTWISE: tuple[_Row, ...] = (
    ("elemwise_add", ("_add", "_plus", "_Plus", "_sparse_elemwise_add"), torch.add,
     "``lhs + rhs``.", _PLAIN, "op_basic"),
    ("_grad_add", (), torch.add, "``lhs + rhs``, the sum of two gradients.", _PLAIN, "op_basic"),
    ("elemwise_sub", ("_sub", "_minus", "_Minus", "_sparse_elemwise_sub"), torch.sub,
     "``lhs - rhs``.", _PLAIN, "op_basic"),
    ("elemwise_mul", ("_mul", "_Mul", "_sparse_elemwise_mul"), torch.mul, "``lhs * rhs``.", _PLAIN, "op_basic"),
    ("elemwise_div", ("_div", "_Div", "_sparse_elemwise_div"), divide, "``lhs / rhs``.", _DIVISION, "op_basic"),
    ("_scatter_elemwise_div", (), divide,
     "``lhs / rhs``; on dense arrays the same as elemwise_div.", _DIVISION, "scatter_op"),
    ("_mod", ("_Mod",), modulo, "``lhs % rhs``.", _MODULO, "op_basic"),
    ("_power", ("_Power",), power, "``lhs ** rhs``.", _POWER, "op_extended"),
    ("_maximum", ("_Maximum",), maximum, "The larger of both.", _EXTREME, "op_extended"),
    ("_minimum", ("_Minimum",), minimum, "The smaller of both.", _EXTREME, "op_extended"),
    ("_hypot", ("_Hypot",), hypotenuse, "``sqrt(lhs**2 + rhs**2)``.", _POWER, "op_extended"),
)  # fmt: skip


def _register(rows: tuple[_Row, ...], define: Callable[[str, Binary], Binary], shapes: str) -> None:
    for name, aliases, kernel, what, (rule, more), source in rows:
        doc = _DOC.format(what=what, shapes=shapes, rule=rule, more=more, source=source)
        register(name, define(name, kernel), like=binary_signature, doc=doc, aliases=aliases, same_dtype=True)


_register(_BROADCAST, broadcasting, _STRETCH)
_register(_ELEMENTWISE, same_shape, _EQUAL)
