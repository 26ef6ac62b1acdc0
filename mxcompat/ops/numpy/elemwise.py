"""Mathematical functions of one array, and operators of an array and a number."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry.operator import find, op_error, register
from ..elemwise import binary as _binary  # noqa: F401  the rows below are made from theirs
from ..elemwise import scalar as _scalar  # noqa: F401
from ..elemwise import unary as _unary  # noqa: F401
from ..elemwise._kernels import BOOL, FLOAT32, cast_number, in_floats, number, scalar_signature, with_number
from .arithmetic import bit_lcm, copy_sign, load_exponent


def one(x: Tensor) -> Tensor:
    """Signature of the operators with one input and no attributes."""
    raise NotImplementedError("only its signature is used")


def data_only(data: Tensor) -> Tensor:
    """Signature of the operators whose one input is called ``data``."""
    raise NotImplementedError("only its signature is used")


_DOC = """{what}

Args:
    x: {domain}.

Returns:
    An array of the shape of ``x``. {rule}

Raises:
    MXNetError: {error}.

Source: MXNet 1.9.1 src/operator/numpy/np_elemwise_unary_op_basic.cc.
"""

#: registered names that compute what the older operator without the prefix does
_LIKE_LEGACY = (
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
    "degrees", "radians", "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square", "reciprocal",
    "negative", "sign", "rint", "ceil", "floor", "trunc", "fix",
)  # fmt: skip

for _name in _LIKE_LEGACY:
    _old = find(_name)
    register(
        f"_npi_{_name}",
        _old.fn,
        like=one,
        zero_grad=_old.zero_grad,
        float32=_old.float32,
        doc=_DOC.format(
            what=_old.doc.splitlines()[0],
            domain="a number dtype",
            rule="It has the dtype of ``x``; integers are computed in float32 and cut where the result is a fraction.",
            error="``x`` is a bool array",
        ),
    )

_abs = find("abs")
register(
    "_npi_absolute", _abs.fn, like=one, aliases=("_npi_abs",), float32=_abs.float32,
    doc=_DOC.format(what="The absolute value.", domain="a number dtype", rule="", error="``x`` is a bool array"),
)  # fmt: skip
for _name in ("relu", "sigmoid"):
    _old = find(_name)
    register(f"_npx_{_name}", _old.fn, like=data_only, float32=_old.float32, doc=_old.doc)


def _logical_not(x: Tensor) -> Tensor:
    return x == 0


def _bitwise_not(x: Tensor) -> Tensor:
    if x.is_floating_point():
        raise op_error("_npi_bitwise_not", "x must be of integers or bool", x=x)
    return torch.bitwise_not(x)


def _float_test(kernel: object) -> object:
    def fn(x: Tensor) -> Tensor:
        return kernel(x if x.is_floating_point() else x.to(FLOAT32))  # type: ignore[operator, no-any-return]

    return fn


_TESTS = (
    ("_npi_logical_not", _logical_not, "Whether an element is 0."),
    ("_npi_isnan", _float_test(torch.isnan), "Whether an element is NaN."),
    ("_npi_isinf", _float_test(torch.isinf), "Whether an element is infinite."),
    ("_npi_isposinf", _float_test(torch.isposinf), "Whether an element is positive infinity."),
    ("_npi_isneginf", _float_test(torch.isneginf), "Whether an element is negative infinity."),
    ("_npi_isfinite", _float_test(torch.isfinite), "Whether an element is neither NaN nor infinite."),
)
for _name, _test, _what in _TESTS:
    register(
        _name, _test, like=one, zero_grad=True,  # type: ignore[arg-type]
        doc=_DOC.format(what=_what, domain="any dtype", rule="It is bool; the gradient is zero.", error="none"),
    )  # fmt: skip
register(
    "_npi_bitwise_not", _bitwise_not, like=one, zero_grad=True,
    doc=_DOC.format(what="The complement of the bits; of bool, not.", domain="integers or bool", rule="",
                    error="``x`` is floating"),
)  # fmt: skip


def _around(x: Tensor, decimals: int = 0) -> Tensor:
    """Round to decimals, halves to the even neighbour; integers are cut.

    Args:
        x: float32, float64 or integers.
        decimals: digits after the point that stay; negative ones before it.

    Returns:
        An array of the shape and dtype of ``x``. The gradient is zero.

    Raises:
        MXNetError: ``x`` is float16 or bool.

    Source: MXNet 1.9.1 src/operator/numpy/np_elemwise_broadcast_op.cc.
    """
    if x.dtype is torch.float16 or x.dtype is BOOL:
        raise op_error("_npi_around", "x must be float32, float64 or of integers", x=x)
    if not x.is_floating_point():
        if decimals >= 0:
            return x.clone()
        step = int(10.0**-decimals)
        return torch.div(x, step, rounding_mode="trunc") * step  # 1.9.1 cuts integers, it does not round them
    moved = x
    for _ in range(abs(decimals)):  # one digit after the other, as 1.9.1: the last bits depend on it
        moved = moved * 10 if decimals > 0 else moved / 10
    rounded = torch.where(moved == -0.5, 0.0, torch.round(moved))
    for _ in range(abs(decimals)):
        rounded = rounded / 10 if decimals > 0 else rounded * 10
    return rounded


register("_npi_around", _around, zero_grad=True)


def _nan_to_num(
    data: Tensor, copy: bool = True, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Replace NaN and infinities by numbers.

    Args:
        data: any dtype; integers are returned as they are.
        copy: kept for MXNet's front end, which passes ``out=data`` when it is False.
        nan: what NaN becomes.
        posinf: what positive infinity becomes; the largest number of the dtype if None.
        neginf: what negative infinity becomes; the least number of the dtype if None.

    Returns:
        An array of the shape and dtype of ``data``; the gradient passes where nothing was replaced.

    Source: MXNet 1.9.1 src/operator/numpy/np_elemwise_unary_op_basic.cc.
    """
    if not data.is_floating_point():
        if data.dtype is BOOL:
            raise op_error("_npi_nan_to_num", "bool arrays are not supported", data=data)
        return data.clone()
    return torch.nan_to_num(data, nan, posinf, neginf)


register("_npi_nan_to_num", _nan_to_num)


# ---- an array and a number

_SCALAR_DOC = """{what}

Args:
    data: {domain}.
    scalar: the number.
    is_int: whether ``scalar`` stands for an integer. If not, integer arrays are computed in float64.

Returns:
    An array of the shape of ``data``. {rule}

Raises:
    MXNetError: an attribute that is not a number, or a dtype that is not supported.

Source: MXNet 1.9.1 src/operator/numpy/np_elemwise_broadcast_op.cc.
"""
_KEEP = "It has the dtype of ``data`` (int64 for bool), to which the number is cast first."

_SCALARS = (
    ("_npi_add_scalar", "_plus_scalar", "``data + scalar``."),
    ("_npi_subtract_scalar", "_minus_scalar", "``data - scalar``."),
    ("_npi_rsubtract_scalar", "_rminus_scalar", "``scalar - data``."),
    ("_npi_multiply_scalar", "_mul_scalar", "``data * scalar``."),
    ("_npi_mod_scalar", "_mod_scalar", "``data % scalar``, with the sign of the number."),
    ("_npi_rmod_scalar", "_rmod_scalar", "``scalar % data``, with the sign of the element."),
    ("_npi_power_scalar", "_power_scalar", "``data ** scalar``."),
    ("_npi_rpower_scalar", "_rpower_scalar", "``scalar ** data``."),
)
for _name, _legacy, _what in _SCALARS:
    register(
        _name, find(_legacy).fn, like=scalar_signature,
        doc=_SCALAR_DOC.format(what=_what, domain="any dtype", rule=_KEEP),
    )  # fmt: skip


def _true_divide_scalar(data: Tensor, scalar: float = 1.0, is_int: bool = True) -> Tensor:
    if data.is_floating_point():
        return torch.div(data, number(data.dtype, scalar))
    return torch.div(data.to(FLOAT32), number(FLOAT32, scalar))


def _rtrue_divide_scalar(data: Tensor, scalar: float = 1.0, is_int: bool = True) -> Tensor:
    if not data.is_floating_point():
        data = data.to(FLOAT32)
    return torch.div(number(data.dtype, scalar), data)


for _name, _fn, _what in (
    ("_npi_true_divide_scalar", _true_divide_scalar, "``data / scalar``."),
    ("_npi_rtrue_divide_scalar", _rtrue_divide_scalar, "``scalar / data``."),
):
    register(
        _name, _fn, doc=_SCALAR_DOC.format(
            what=_what, domain="any dtype", rule="It has the dtype of a floating ``data``, else float32."),
    )  # fmt: skip

_atan2 = in_floats  # integers: computed in float32, then cut


def _arctan2(data: Tensor, other: Tensor) -> Tensor:
    if data.is_floating_point():
        return torch.atan2(data, other)
    return torch.atan2(data.to(FLOAT32), other.to(FLOAT32)).to(data.dtype)


def _flipped(kernel: object) -> object:
    def fn(data: Tensor, other: Tensor) -> Tensor:
        return kernel(other, data)  # type: ignore[operator, no-any-return]

    return fn


for _name, _kernel, _what in (
    ("_npi_arctan2_scalar", _arctan2, "The angle of the point (scalar, data)."),
    ("_npi_rarctan2_scalar", _flipped(_arctan2), "The angle of the point (data, scalar)."),
    ("_npi_copysign_scalar", copy_sign, "The size of the element with the sign of the number."),
    ("_npi_rcopysign_scalar", _flipped(copy_sign), "The size of the number with the sign of the element."),
    ("_npi_ldexp_scalar", load_exponent, "``data * 2**scalar``."),
    ("_npi_rldexp_scalar", _flipped(load_exponent), "``scalar * 2**data``."),
):
    register(
        _name, with_number(_kernel), like=scalar_signature,  # type: ignore[arg-type]
        doc=_SCALAR_DOC.format(what=_what, domain="any dtype", rule=_KEEP),
    )  # fmt: skip


def _integers_only(name: str, kernel: object, bools: bool) -> object:
    def fn(data: Tensor, scalar: float = 1.0, is_int: bool = True) -> Tensor:
        if data.is_floating_point() or (data.dtype is BOOL and not bools):
            raise op_error(name, "data must be of integers" + (" or bool" if bools else ""), data=data)
        if data.dtype is BOOL:
            return kernel(data, torch.tensor(bool(scalar)))  # type: ignore[operator, no-any-return]
        return kernel(data, torch.tensor(cast_number(data.dtype, scalar), dtype=data.dtype))  # type: ignore[operator, no-any-return]

    return fn


for _name, _kernel, _bools, _what in (
    ("_npi_bitwise_and_scalar", torch.bitwise_and, True, "And of the bits."),
    ("_npi_bitwise_or_scalar", torch.bitwise_or, True, "Or of the bits."),
    ("_npi_bitwise_xor_scalar", torch.bitwise_xor, True, "Exclusive or of the bits."),
    ("_npi_lcm_scalar", bit_lcm, False, "The least common multiple."),
):
    register(
        _name, _integers_only(_name, _kernel, _bools), like=scalar_signature, zero_grad=True,  # type: ignore[arg-type]
        doc=_SCALAR_DOC.format(what=_what, domain="integers or bool", rule="It has the dtype of ``data``."),
    )  # fmt: skip


def _compare_scalar(kernel: object) -> object:
    def fn(data: Tensor, scalar: float = 1.0, is_int: bool = True) -> Tensor:
        if data.dtype is BOOL:
            return kernel(data, torch.tensor(bool(scalar), device=data.device))  # type: ignore[operator, no-any-return]
        return kernel(data, number(data.dtype, scalar))  # type: ignore[operator, no-any-return]

    return fn


for _name, _kernel, _what in (
    ("equal", torch.eq, "=="), ("not_equal", torch.ne, "!="), ("greater", torch.gt, ">"),
    ("greater_equal", torch.ge, ">="), ("less", torch.lt, "<"), ("less_equal", torch.le, "<="),
):  # fmt: skip
    register(
        f"_npi_{_name}_scalar", _compare_scalar(_kernel), like=scalar_signature, zero_grad=True,  # type: ignore[arg-type]
        doc=_SCALAR_DOC.format(what=f"Whether ``data {_what} scalar``.", domain="any dtype",
                               rule="It is bool; the gradient is zero."),
    )  # fmt: skip
