"""Comparisons and logical operators of two arrays: 0 and 1 in the dtype of the operands."""

from __future__ import annotations

import torch

from ...registry.operator import register
from ._kernels import binary_signature, broadcasting, comparison, same_shape

_DOC = """Whether {what}, element by element{how}.

Args:
    lhs: any dtype but bool.
    rhs: of the dtype of ``lhs``; {shapes}.

Returns:
    1 where it holds, else 0, in the dtype of the inputs. A comparison with NaN does not hold, except "not equal"; NaN
    is true. The gradient is zero.

Raises:
    MXNetError: bool arrays, different dtypes, or shapes that do not fit.

Source: MXNet 1.9.1 src/operator/tensor/elemwise_binary_{source}op_logic.cc.
"""

#: name, alias of the form without broadcasting, kernel, what holds
KERNELS = (
    ("equal", "_Equal", comparison(torch.eq), "``lhs == rhs``"),
    ("not_equal", "_Not_Equal", comparison(torch.ne), "``lhs != rhs``"),
    ("greater", "_Greater", comparison(torch.gt), "``lhs > rhs``"),
    ("greater_equal", "_Greater_Equal", comparison(torch.ge), "``lhs >= rhs``"),
    ("lesser", "_Lesser", comparison(torch.lt), "``lhs < rhs``"),
    ("lesser_equal", "_Lesser_Equal", comparison(torch.le), "``lhs <= rhs``"),
    ("logical_and", "_Logical_And", comparison(torch.logical_and), "both are not 0"),
    ("logical_or", "_Logical_Or", comparison(torch.logical_or), "one of both is not 0"),
    ("logical_xor", "_Logical_Xor", comparison(torch.logical_xor), "exactly one of both is not 0"),
)

for _name, _other, _kernel, _what in KERNELS:
    register(
        f"broadcast_{_name}",
        broadcasting(f"broadcast_{_name}", _kernel),
        like=binary_signature,
        doc=_DOC.format(
            what=_what,
            how=", with broadcasting",
            shapes="shapes are aligned on the right, axes of size one are stretched",
            source="broadcast_",
        ),
        same_dtype=True,
        zero_grad=True,
    )
    register(
        f"_{_name}",
        same_shape(f"_{_name}", _kernel),
        like=binary_signature,
        doc=_DOC.format(what=_what, how="", shapes="and of its shape", source=""),
        aliases=(_other,),
        same_dtype=True,
        zero_grad=True,
    )
