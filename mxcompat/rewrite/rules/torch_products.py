"""``nd.dot`` and ``nd.batch_dot``."""

from __future__ import annotations

import libcst as cst

from mxcompat.rewrite._call import At
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import Value, join_dtypes


def _dot(at: At) -> Value:
    part = at.bind("lhs rhs transpose_a transpose_b")
    if at.number(part.get("transpose_a"), False) or at.number(part.get("transpose_b"), False):
        raise Refuse("dot with transpose_a= or transpose_b=; write x.T")
    left, right = part["lhs"].array, part["rhs"].array
    for array in (left, right):
        at.machine.observe(array)
    at.used_up(part["lhs"], part["rhs"])
    dtype = join_dtypes(left.dtype, right.dtype)
    if dtype is None:
        raise Refuse("the dtypes are not known")
    m, n = left.ndim, right.ndim
    zero: frozenset[cst.CSTNode] = frozenset()
    must = False
    shape = None
    if left.shape is not None and right.shape is not None:
        shape = (*left.shape[:-1], *right.shape[1:]) or (1,)
    if m == 1 and n == 1:
        text, zero, must = "torch.dot({a}, {b})", at.zero_here(), True
    elif m in (1, 2) and n in (1, 2):
        text = "torch.matmul({a}, {b})"
    else:
        text = "torch.tensordot({a}, {b}, dims=1)"
        if m in (None, 1) and n in (None, 1):
            zero = at.zero_here()
    return at.give(
        text, [left, right], dtype=dtype, shape=shape, zero=zero, must_zero=must, a=part["lhs"], b=part["rhs"]
    )


def _batch_dot(at: At) -> Value:
    part = at.bind("lhs rhs transpose_a transpose_b")
    left, right = part["lhs"].array, part["rhs"].array
    first = ".mT" if at.number(part.get("transpose_a"), False) else ""
    second = ".mT" if at.number(part.get("transpose_b"), False) else ""
    at.used_up(part["lhs"], part["rhs"])
    dtype = join_dtypes(left.dtype, right.dtype)
    if dtype is None:
        raise Refuse("the dtypes are not known")
    return at.give(
        f"torch.bmm({{a}}{first}, {{b}}{second})",
        [left, right],
        dtype=dtype,
        shape=(None, None, None),
        a=part["lhs"],
        b=part["rhs"],
    )


RULE = Rule(
    "`nd.dot` and `nd.batch_dot`. Which function of torch it is depends on "
    "the number of axes; where that is not known, "
    "`torch.tensordot(a, b, dims=1)` is right for all of them.",
    changes=[
        (
            "from mxnet import nd\nA, x = nd.ones((2, 3)), nd.ones(3)\nprint(nd.dot(A, x), nd.dot(x, x))\n",
            "import torch\nA, x = torch.ones((2, 3)), torch.ones(3)\nprint(torch.matmul(A, x), torch.dot(x, x))\n",
        ),
    ],
    leaves=[("from mxcompat import nd\nA = nd.ones((2, 3))\ny = nd.dot(A, A, transpose_b=True)\n", "write x.T")],
    functions={"nd.dot": _dot, "nd.batch_dot": _batch_dot},
    methods={"dot": _dot},
)
