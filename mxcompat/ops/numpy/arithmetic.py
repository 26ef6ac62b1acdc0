"""Operators of two arrays with broadcasting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ...registry.operator import op_error, register
from ..elemwise._kernels import BOOL, FLOAT32, Binary, binary_signature, binary_with_gradient
from ..elemwise.binary import modulo, power
from ..reduce._runs import stretched_pair
from ._promote import common_float, promoted, same

_DOC = """{what}, element by element, with broadcasting.

Args:
    {a}: {domain}.
    {b}: {domain}.

Returns:
    An array of the common shape. {rule}

Raises:
    MXNetError: {error}, or shapes that do not fit.

Source: MXNet 1.9.1 src/operator/numpy/np_elemwise_broadcast_op.cc.
"""


def points(x1: Tensor, x2: Tensor) -> Tensor:
    """Signature of the operators whose inputs are called ``x1`` and ``x2``."""
    raise NotImplementedError("only its signature is used")


def _logical_or(lhs: Tensor, rhs: Tensor) -> Tensor:
    return torch.add(lhs, rhs)  # of bool torch adds as MXNet does: True + True is True


def _power(lhs: Tensor, rhs: Tensor) -> Tensor:
    if lhs.dtype is BOOL:
        return lhs | ~rhs
    return power(lhs, rhs)


def _mixing(name: str, kernel: Binary, mixed_integers: bool, bools: bool) -> Binary:
    def fn(lhs: Tensor, rhs: Tensor) -> Tensor:
        dtype = lhs.dtype
        if dtype is not rhs.dtype:
            lhs, rhs = promoted(name, lhs, rhs, mixed_integers)
        elif dtype is BOOL and not bools:
            if not (lhs.numel() and rhs.numel()):  # 1.9.1 has no kernel for bool, and needs none for nothing
                return lhs & rhs
            raise op_error(name, "bool arrays are not supported, cast them first", lhs=lhs, rhs=rhs)
        if lhs.shape != rhs.shape and (lhs.requires_grad or rhs.requires_grad):
            lhs, rhs = stretched_pair(lhs, rhs)
        return kernel(lhs, rhs)

    fn.float32 = getattr(kernel, "float32", kernel)  # type: ignore[attr-defined]
    return fn


def _true_divide(lhs: Tensor, rhs: Tensor) -> Tensor:
    if not (lhs.numel() and rhs.numel()):  # 1.9.1 looks at the dtypes only when there is something to divide
        kind = common_float(lhs, rhs) or FLOAT32
        return torch.div(lhs.to(kind), rhs.to(kind))
    if lhs.dtype is rhs.dtype:
        if lhs.shape != rhs.shape and (lhs.requires_grad or rhs.requires_grad):
            lhs, rhs = stretched_pair(lhs, rhs)
        return torch.div(lhs, rhs) if lhs.is_floating_point() else torch.div(lhs.to(FLOAT32), rhs.to(FLOAT32))
    dtype = common_float(lhs, rhs)
    if dtype is None or (lhs.is_floating_point() and rhs.is_floating_point()):
        raise op_error("_npi_true_divide", "this combination of dtypes is not supported", lhs=lhs, rhs=rhs)
    return torch.div(lhs.to(dtype), rhs.to(dtype))


_true_divide.float32 = torch.div  # type: ignore[attr-defined]

_WIDER = "It has the wider dtype of both, any float before any integer."
for _name, _kernel, _mixed, _bools, _what, _error in (
    ("_npi_add", torch.add, True, True, "Add", "int8 with uint8"),
    ("_npi_subtract", torch.sub, False, False, "Subtract", "two different integer dtypes, or bool arrays"),
    ("_npi_multiply", torch.mul, True, True, "Multiply", "int8 with uint8"),
    ("_npi_mod", modulo, False, False, "Remainder with the sign of ``rhs``", "different integer dtypes, or bool"),
    ("_npi_power", _power, True, True, "Raise to a power", "int8 with uint8"),
):
    register(
        _name, _mixing(_name, _kernel, _mixed, _bools), like=binary_signature,
        doc=_DOC.format(what=_what, a="lhs", b="rhs", domain="any dtype", rule=_WIDER, error=_error),
    )  # fmt: skip
register(
    "_npi_true_divide", _true_divide, like=binary_signature,
    doc=_DOC.format(what="Divide", a="lhs", b="rhs", domain="any dtype", error="mixed dtypes unless one is a float",
                    rule="It has the floating dtype, float32 for integers."),
)  # fmt: skip


# ---- functions of arrays of one dtype


#: MXNet's constant is a float32 number
_LOG2 = 0.6931471824645996


def copy_sign(lhs: Tensor, rhs: Tensor) -> Tensor:
    """The size of ``lhs`` with the sign of ``rhs``; the gradient is -1 where the sign changes."""
    if not lhs.is_floating_point():
        size = lhs.abs()
        return torch.where(rhs < 0, -size, size)
    return _copy_sign(lhs, rhs)


def _agree(a: Tensor, b: Tensor) -> Tensor:
    """Whether the signs are the same: those of zeros are positive, NaN has none."""
    return ((a >= 0) & (b >= 0)) | ((a < 0) & (b < 0))


_copy_sign = binary_with_gradient(
    lambda a, b: torch.where(_agree(a, b), a, -a),
    lambda a, b: torch.where(_agree(a, b), 1.0, -1.0).to(a.dtype),
    lambda a, b: torch.zeros_like(a) * torch.zeros_like(b),
)


def load_exponent(lhs: Tensor, rhs: Tensor) -> Tensor:
    """``lhs * 2**rhs``; integers are computed in float32, then cut."""
    if lhs.is_floating_point():
        return _load_exponent(lhs, rhs)
    return (lhs.double() * torch.exp2(rhs.double())).to(FLOAT32).to(lhs.dtype)


_load_exponent = binary_with_gradient(
    lambda a, b: a * torch.exp2(b),
    lambda a, b: torch.exp2(b) + torch.zeros_like(a),
    lambda a, b: a * torch.exp2(b) * _LOG2,
)


def bit_lcm(lhs: Tensor, rhs: Tensor) -> Tensor:
    """The least common multiple, not negative; of bool, and."""
    if lhs.dtype is BOOL:
        return lhs & rhs
    return torch.lcm(lhs, rhs)


def _hypotenuse(x1: Tensor, x2: Tensor) -> Tensor:
    _floats("_npi_hypot", x1, x2)
    return torch.hypot(x1, x2)


def _arctan2(x1: Tensor, x2: Tensor) -> Tensor:
    _floats("_npi_arctan2", x1, x2)
    return _angle(x1, x2)


_angle = binary_with_gradient(  # torch gives 0 at the origin, MXNet NaN
    torch.atan2,
    lambda a, b: b / (a * a + b * b),
    lambda a, b: -a / (a * a + b * b),
)


def _floats(name: str, x1: Tensor, x2: Tensor) -> None:
    same(name, x1, x2)
    if not x1.is_floating_point():
        raise op_error(name, "both arrays must be floating", x1=x1, x2=x2)


#: these look at the dtype only when there is something to compute
_EMPTY_BOOLS = frozenset({"_npi_copysign", "_npi_ldexp"})


def _one_dtype(name: str, kernel: Any, integers: bool, bools: bool) -> Callable[..., Tensor]:
    def fn(lhs: Tensor, rhs: Tensor) -> Tensor:
        if lhs.dtype is not rhs.dtype:
            same(name, lhs, rhs)
        if (integers and lhs.is_floating_point()) or (not bools and lhs.dtype is BOOL):
            if name in _EMPTY_BOOLS and lhs.dtype is BOOL and not (lhs.numel() and rhs.numel()):
                return lhs & rhs
            raise op_error(name, f"dtype must be of {'integers' if integers else 'numbers'}", lhs=lhs, rhs=rhs)
        result: Tensor = kernel(lhs, rhs)
        return result

    return fn


_SAME = "It has the dtype of both."
for _name, _kernel, _like, _what in (
    ("_npi_hypot", _hypotenuse, points, "``sqrt(x1**2 + x2**2)``"),
    ("_npi_arctan2", _arctan2, points, "The angle of the point (x2, x1)"),
):
    register(
        _name, _kernel, like=_like,
        doc=_DOC.format(what=_what, a="x1", b="x2", domain="floating", rule=_SAME, error="different or integer dtypes"),
    )  # fmt: skip
for _name, _kernel, _integers, _bools, _flat, _what in (
    ("_npi_copysign", copy_sign, False, False, False, "The size of ``lhs`` with the sign of ``rhs``"),
    ("_npi_ldexp", load_exponent, False, False, False, "``lhs * 2**rhs``"),
    ("_npi_lcm", bit_lcm, True, True, True, "The least common multiple"),
    ("_npi_bitwise_and", torch.bitwise_and, True, True, True, "And of the bits"),
    ("_npi_bitwise_or", torch.bitwise_or, True, True, True, "Or of the bits"),
    ("_npi_bitwise_xor", torch.bitwise_xor, True, True, True, "Exclusive or of the bits"),
    ("_npi_equal", torch.eq, False, True, True, "Whether ``lhs == rhs``"),
    ("_npi_not_equal", torch.ne, False, True, True, "Whether ``lhs != rhs``"),
    ("_npi_greater", torch.gt, False, True, True, "Whether ``lhs > rhs``"),
    ("_npi_greater_equal", torch.ge, False, True, True, "Whether ``lhs >= rhs``"),
    ("_npi_less", torch.lt, False, True, True, "Whether ``lhs < rhs``"),
    ("_npi_less_equal", torch.le, False, True, True, "Whether ``lhs <= rhs``"),
):
    register(
        _name, _one_dtype(_name, _kernel, _integers, _bools), like=binary_signature, zero_grad=_flat,
        doc=_DOC.format(what=_what, a="lhs", b="rhs", domain="integers or bool" if _integers else "any dtype",
                        rule="It is bool." if _what.startswith("Whether") else _SAME, error="different dtypes"),
    )  # fmt: skip
