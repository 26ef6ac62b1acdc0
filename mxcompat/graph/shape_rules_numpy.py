"""Rules for operators of the NumPy front end that tell more than their definitions: shapes of inputs from outputs.

Source: the ``*Shape`` functions of MXNet 1.9.1 src/operator/numpy/.
"""

from __future__ import annotations

import math

import torch

from .node import Node
from .shape_rules_same import attributes, unify
from .shapes import KINDS, Mismatch, Shape, fill, is_known, merged, rule

#: operators whose input and output have one shape
_SAME = (
    "_np_copy _np_roll _npi_absolute _npi_arccos _npi_arccosh _npi_arcsin _npi_arcsinh _npi_arctan _npi_arctanh "
    "_npi_around _npi_bitwise_not _npi_cbrt _npi_ceil _npi_cos _npi_cosh _npi_degrees _npi_exp _npi_expm1 _npi_fix "
    "_npi_floor _npi_full_like _npi_isfinite _npi_isinf _npi_isnan _npi_isneginf _npi_isposinf _npi_log _npi_log10 "
    "_npi_log1p _npi_log2 _npi_logical_not _npi_nan_to_num _npi_negative _npi_radians _npi_reciprocal _npi_rint "
    "_npi_sign _npi_sin _npi_sinh _npi_sqrt _npi_square _npi_tan _npi_tanh _npi_trunc _npx_relu _npx_sigmoid"
).split()

for _name in ("_npi_lcm", "_npi_bitwise_and", "_npi_bitwise_or", "_npi_bitwise_xor", "_npi_bincount"):
    KINDS[_name] = lambda count: (torch.int64,) * count


@rule("_npx_constraint_check", complete=True)
def _scalar(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    fill(outs, 0, ())


@rule("_npi_unique", "_npx_nonzero", "_npi_bincount", complete=True)
def _by_value(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """The shape depends on the values."""


@rule(*_SAME, complete=True)
def _same(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs)


@rule("_np_reshape", complete=True)
def _reshape(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """One unknown length, of the data or of the result, follows from the other."""
    fill(outs, 0, _completed(tuple(attributes(node)["newshape"]), ins[0]))
    data = ins[0]
    if data is not None and not is_known(data):
        ins[0] = _completed(data, outs[0])


def _completed(shape: tuple[int, ...], other: Shape) -> tuple[int, ...]:
    """A shape whose one unknown length is worked out from another shape of as many elements."""
    if any(size < -1 for size in shape) or other is None or not is_known(other):
        return shape
    total, rest = math.prod(other), math.prod(size for size in shape if size != -1)
    if shape.count(-1) == 1 and rest:
        if total % rest:
            raise Mismatch(f"cannot reshape array of size {total} into shape {shape}")
        return tuple(total // rest if size == -1 else size for size in shape)
    if -1 not in shape and total != rest:
        raise Mismatch(f"cannot reshape array of size {total} into shape {shape}")
    return shape


@rule("_np_dot", "_npi_matmul")
def _product(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """The summed axes are of one length; of two matrices, rows and columns of the result tell the other lengths."""
    a, b = ins
    if not a or not b:
        return
    at = -2 if len(b) > 1 else -1
    (length,) = merged((a[-1],), (b[at],)) or (-1,)
    ins[0] = (*a[:-1], length)
    ins[1] = (*b[:-2], length, b[-1]) if at == -2 else (length,)
    if len(a) == len(b) == 2:
        fill(outs, 0, (a[0], b[1]))
    elif len(b) == 1:
        fill(outs, 0, a[:-1])


@rule("_npi_tensordot")
def _tensordot(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """The summed axes are of one length each."""
    if not ins[0] or not ins[1]:
        return
    attrs = attributes(node)
    a, b = list(ins[0]), list(ins[1])
    for left, right in zip(attrs["a_axes_summed"], attrs["b_axes_summed"], strict=True):
        (length,) = merged((a[left],), (b[right],)) or (-1,)
        a[left] = b[right] = length
    ins[0], ins[1] = tuple(a), tuple(b)
    rest = [n for i, n in enumerate(a) if i not in {x % len(a) for x in attrs["a_axes_summed"]}]
    fill(outs, 0, (*rest, *(n for i, n in enumerate(b) if i not in {x % len(b) for x in attrs["b_axes_summed"]})))


@rule("_npi_tensordot_int_axes")
def _tensordot_int(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """The last axes of one and the first of the other are of the same lengths."""
    a, b, count = ins[0], ins[1], attributes(node)["axes"]
    if not a or not b or count > min(len(a), len(b)):
        return
    shared = merged(a[len(a) - count :], b[:count]) or ()
    ins[0], ins[1] = (*a[: len(a) - count], *shared), (*shared, *b[count:])
    fill(outs, 0, (*a[: len(a) - count], *b[count:]))
