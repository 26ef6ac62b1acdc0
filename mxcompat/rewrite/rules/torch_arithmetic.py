"""Operators between arrays, and between arrays and numbers."""

from __future__ import annotations

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import Arr, Value, join_dtypes
from mxcompat.rewrite.rules._shapes import broadcast, zero_of

_LEGAL = {"Add", "Subtract", "Multiply", "Divide", "Power"}
_COMPARISONS = {
    "Equal": "==",
    "NotEqual": "!=",
    "LessThan": "<",
    "LessThanEqual": "<=",
    "GreaterThan": ">",
    "GreaterThanEqual": ">=",
}


def _check(at: At, left: Part, right: Part, operator: str) -> list[Arr]:
    arrays = [part.value for part in (left, right) if isinstance(part.value, Arr)]
    if len(arrays) == 2:
        if operator == "Power":
            raise Refuse("an array to the power of an array has another gradient in torch")
        if operator == "Divide" and not all(a.floating for a in arrays):
            raise Refuse("the dtype is not known, and MXNet divides integers without a fraction")
        return arrays
    number = right if isinstance(left.value, Arr) else left
    whole = isinstance(number.constant, int) and operator in ("Add", "Subtract", "Multiply")
    if not arrays[0].floating and not (whole and arrays[0].dtype in ("int32", "int64")):
        raise Refuse("the dtype is not known, and MXNet cuts a number to the dtype of an integer array first")
    if number is left and not number.is_number:
        raise Refuse(f"it cannot be told that {number.text} is a Python number")
    return arrays


def _binary(at: At, left: Part, right: Part, operator: str) -> Value:
    if operator not in _LEGAL:
        raise Refuse("torch has another meaning for this operator")
    arrays = _check(at, left, right, operator)
    at.used_up(left, right)
    dtype = arrays[0].dtype if len(arrays) == 1 else join_dtypes(arrays[0].dtype, arrays[1].dtype)
    zero, must = zero_of(arrays)
    return at.machine.array(at.node, arrays, dtype, broadcast(arrays), zero, must)


def _compare(at: At, left: Part, right: Part, operator: str) -> Value:
    sign = _COMPARISONS.get(operator)
    if sign is None:
        raise Refuse("this comparison has no rule")
    arrays = [part.value for part in (left, right) if isinstance(part.value, Arr)]
    dtype = arrays[0].dtype if len(arrays) == 1 else join_dtypes(arrays[0].dtype, arrays[-1].dtype)
    if len(arrays) == 1:
        number = right if isinstance(left.value, Arr) else left
        if not arrays[0].floating or not number.is_number:
            raise Refuse("it cannot be told what is compared")
    if dtype is None or dtype == "float":
        raise Refuse("the dtype of the result is not known; MXNet gives it the operands' dtype")
    at.used_up(left, right)
    zero, must = zero_of(arrays)
    cast = ".float()" if dtype == "float32" else f".to(torch.{dtype})"
    return at.give(
        f"({{left}} {sign} {{right}}){cast}",
        arrays,
        dtype=dtype,
        shape=broadcast(arrays),
        zero=zero,
        must_zero=must,
        gradient=False,
        left=left,
        right=right,
    )


_FUNCTIONS = {"add": "+", "sub": "-", "subtract": "-", "mul": "*", "multiply": "*", "div": "/", "divide": "/"}
_NAMES = {"+": "Add", "-": "Subtract", "*": "Multiply", "/": "Divide"}


def _function(at: At) -> Value:
    part = at.bind("lhs rhs")
    if len(part) != 2:
        raise Refuse(f"{at.name} with {len(part)} arguments")
    sign = _FUNCTIONS[at.name.rpartition(".")[2].rpartition("_")[2]]
    left, right = part["lhs"], part["rhs"]
    if not isinstance(left.value, Arr) and not isinstance(right.value, Arr):
        raise Refuse("it cannot be told what is computed")
    for one in (left, right):
        if not isinstance(one.value, Arr) and not one.is_number:
            raise Refuse(f"it cannot be told what {one.text} holds")
    arrays = _check(at, left, right, _NAMES[sign])
    at.used_up(left, right)
    dtype = arrays[0].dtype if len(arrays) == 1 else join_dtypes(arrays[0].dtype, arrays[1].dtype)
    zero, must = zero_of(arrays)
    name = {"+": "add", "-": "sub", "*": "mul", "/": "div"}[sign]
    if not isinstance(left.value, Arr):
        raise Refuse("a number comes first")
    return at.give(
        f"torch.{name}({{left}}, {{right}})",
        arrays,
        dtype=dtype,
        shape=broadcast(arrays),
        zero=zero,
        must_zero=must,
        left=left,
        right=right,
    )


RULE = Rule(
    "`+ - * / **`, comparisons and their functions. Arithmetic reads the same "
    "in torch; a comparison gives numbers of the "
    "operands' dtype in MXNet, so it is cast. What MXNet computes in another way is left: integers with fractions, "
    "`x % y`, an array to the power of an array.",
    changes=[
        (
            "from mxnet import nd\nx = nd.array([1.0, 2.0])\ny = (2 * x + 1) / x\nprint(y > 2.5, nd.add(x, y))\n",
            "import torch\nx = torch.tensor([1.0, 2.0])\ny = (2 * x + 1) / x\n"
            "print((y > 2.5).float(), torch.add(x, y))\n",
        ),
    ],
    leaves=[
        ("from mxcompat import nd\nx = nd.array([1, 2], dtype='int32')\ny = x / 2\n", "cuts a number to the dtype"),
        ("from mxcompat import nd\nx = nd.ones(3)\ny = x % 2\n", "another meaning"),
        ("from mxcompat import nd\nx = nd.ones(3)\ny = x ** x\n", "another gradient"),
    ],
    functions={
        f"nd.{prefix}{name}": _function
        for prefix in ("", "broadcast_", "elemwise_")
        for name in _FUNCTIONS
        if not (prefix and name in ("subtract", "multiply", "divide"))
    },
    hooks={"binary": _binary, "compare": _compare},
)
