"""Arithmetic and comparisons of an array and a number, the operators behind ``x * 2`` and ``3 - x``."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry.operator import register
from ._kernels import Binary, scalar_signature, with_gradient, with_number
from .binary import divide, hypotenuse, modulo, modulo_by_number, power, power_of
from .compare import KERNELS as COMPARISONS

_DOC = """{what}

Args:
    data: any dtype.
    scalar: the number, cast to the dtype of ``data`` before anything else: an integer array cuts its fraction off.
    is_int: whether ``scalar`` stands for an integer. If not, integer arrays are computed in float64.

Returns:
    An array of the shape and dtype of ``data``; int64 (float64 without ``is_int``) for a bool array. {rule}

Raises:
    MXNetError: {error}.

Source: MXNet 1.9.1 src/operator/tensor/elemwise_binary_scalar_op_{source}.cc.
"""


def _reflected(kernel: Binary) -> Binary:
    def fn(data: Tensor, number: Tensor) -> Tensor:
        return kernel(number, data)

    return fn


def _power_scalar(data: Tensor, number: Tensor) -> Tensor:
    # torch takes the derivative of x**0 to be 0 everywhere; MXNet's 0 * x**-1 is NaN at 0
    return power(data, number) if data.requires_grad else power_of(data, number)


def _rpower_scalar(data: Tensor, number: Tensor) -> Tensor:
    if not data.requires_grad:
        return power_of(number, data)
    return with_gradient(lambda x: power_of(number, x), lambda y: y * torch.log(number), of_output=True)(data)


def _maximum_scalar(data: Tensor, number: Tensor) -> Tensor:
    return torch.clamp_min(data, number)


def _minimum_scalar(data: Tensor, number: Tensor) -> Tensor:
    return torch.clamp_max(data, number)


_remainder = with_number(modulo)
_remainder_of_positive = with_number(modulo_by_number)


def _mod_scalar(data: Tensor, scalar: float = 1.0, is_int: bool = True) -> Tensor:
    # below that, float16 may round the number to zero
    if scalar >= 1e-7 and data.is_floating_point() and not data.requires_grad:
        return _remainder_of_positive(data, scalar)
    return _remainder(data, scalar, is_int)


_NOTHING = "an attribute that is not a number"
_ZERO = "on the CPU, an integer divided by zero (MXNet ends the process there)"
_WRAP = "Integers wrap around."
_CUT = "Integers divide to the whole part of the quotient."
_MOD = "The sign is that of the divisor; 0 where the divisor is 0."
_POW = "Integers are computed in float32, then cut."

#: name, aliases, definition, description, dtype rule, errors, source
_ARITHMETIC = (
    ("_plus_scalar", ("_PlusScalar",), with_number(torch.add), "``data + scalar``.", _WRAP, _NOTHING, "basic"),
    ("_minus_scalar", ("_MinusScalar",), with_number(torch.sub), "``data - scalar``.", _WRAP, _NOTHING, "basic"),
    ("_rminus_scalar", ("_RMinusScalar",), with_number(_reflected(torch.sub)),
     "``scalar - data``.", _WRAP, _NOTHING, "basic"),
    ("_mul_scalar", ("_MulScalar",), with_number(torch.mul), "``data * scalar``.", _WRAP, _NOTHING, "basic"),
    ("_div_scalar", ("_DivScalar",), with_number(divide), "``data / scalar``.", _CUT, _ZERO, "basic"),
    ("_rdiv_scalar", ("_RDivScalar",), with_number(_reflected(divide)), "``scalar / data``.", _CUT, _ZERO, "basic"),
    ("_mod_scalar", ("_ModScalar",), _mod_scalar, "``data % scalar``.", _MOD, _NOTHING, "basic"),
    ("_rmod_scalar", ("_RModScalar",), with_number(_reflected(modulo)), "``scalar % data``.", _MOD, _NOTHING, "basic"),
    ("_scatter_plus_scalar", (), with_number(torch.add),
     "``data + scalar``; dense arrays only.", _WRAP, _NOTHING, "basic"),
    ("_scatter_minus_scalar", (), with_number(torch.sub),
     "``data - scalar``; dense arrays only.", _WRAP, _NOTHING, "basic"),
    ("_power_scalar", ("_PowerScalar",), with_number(_power_scalar), "``data ** scalar``.", _POW, _NOTHING, "extended"),
    ("_rpower_scalar", ("_RPowerScalar",), with_number(_rpower_scalar),
     "``scalar ** data``.", _POW, _NOTHING, "extended"),
    ("_maximum_scalar", ("_MaximumScalar", "_npi_maximum_scalar"), with_number(_maximum_scalar),
     "The larger of element and number.", "", _NOTHING, "extended"),
    ("_minimum_scalar", ("_MinimumScalar", "_npi_minimum_scalar"), with_number(_minimum_scalar),
     "The smaller of element and number.", "", _NOTHING, "extended"),
    ("_hypot_scalar", ("_HypotScalar", "_npi_hypot_scalar"), with_number(hypotenuse),
     "``sqrt(data**2 + scalar**2)``.", _POW, _NOTHING, "extended"),
)  # fmt: skip

for _name, _aliases, _fn, _what, _rule, _error, _source in _ARITHMETIC:
    register(
        _name,
        _fn,
        like=scalar_signature,
        doc=_DOC.format(what=_what, rule=_rule, error=_error, source=_source),
        aliases=_aliases,
    )

for _name, _other, _kernel, _what in COMPARISONS:
    register(
        f"_{_name}_scalar",
        with_number(_kernel),
        like=scalar_signature,
        doc=_DOC.format(
            what=f"Whether {_what}, with the number as rhs.",
            rule="The gradient is zero.",
            error=_NOTHING,
            source="logic",
        ),
        aliases=(_other.replace("_", "").join(("_", "Scalar")),),
        zero_grad=True,
    )
