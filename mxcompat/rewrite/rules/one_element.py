"""Arrays of one element where a number is needed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from mxcompat.rewrite._rule import Rule

_FORMAT = re.compile(r"%(?:\(\w+\))?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?([a-zA-Z%])")
_NUMBERS = set("dieEfFgG")


def _as_number(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """``x.asscalar()`` for ``x.asnumpy()``."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and not node.args:
        if node.func.attr.value == "asnumpy":
            return node.with_changes(func=node.func.with_changes(attr=cst.Name("asscalar")))
    return None


class _Numbers(cst.CSTTransformer):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if isinstance(updated_node.func, cst.Name) and updated_node.func.value in ("float", "int"):
            if len(updated_node.args) == 1:
                new = _as_number(updated_node.args[0].value)
                if new is not None:
                    return updated_node.with_changes(args=[updated_node.args[0].with_changes(value=new)])
        return updated_node

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BinaryOperation:
        text = updated_node.left
        if not isinstance(updated_node.operator, cst.Modulo) or not isinstance(text, cst.SimpleString):
            return updated_node
        kinds = [kind for kind in _FORMAT.findall(text.value) if kind != "%"]
        if "*" in text.value:
            return updated_node
        right = updated_node.right
        if isinstance(right, cst.Tuple):
            if any(isinstance(element, cst.StarredElement) for element in right.elements):
                return updated_node
            elements = list(right.elements)
            for i, (element, kind) in enumerate(zip(elements, kinds, strict=False)):
                new = _as_number(element.value) if kind in _NUMBERS else None
                if new is not None:
                    elements[i] = element.with_changes(value=new)
            return updated_node.with_changes(right=right.with_changes(elements=elements))
        new = _as_number(right) if len(kinds) == 1 and kinds[0] in _NUMBERS else None
        return updated_node if new is None else updated_node.with_changes(right=new)


def _transform(module: cst.Module, cells: Sequence[cst.Module]) -> cst.Module:
    return module.visit(_Numbers())


RULE = Rule(
    "`'%f' % x.asnumpy()`, `float(x.asnumpy())` and `int(x.asnumpy())`: an "
    "array of one element where a number is needed. NumPy "
    "has refused that since 2.4; `asscalar()` gives the number. (The drop-in alias keeps the old form alive.)",
    mode="import",
    transform=_transform,
    changes=[
        (
            "import mxnet as mx\nx = mx.nd.ones(1)\nprint('%d: %.2f' % (1, x.asnumpy()), float(x.asnumpy()))\n",
            "import mxcompat as mx\nx = mx.nd.ones(1)\nprint('%d: %.2f' % (1, x.asscalar()), float(x.asscalar()))\n",
        ),
    ],
    leaves=[("import mxcompat as mx\nx = mx.nd.ones(3)\nprint('%s' % x.asnumpy())\n", "")],
)
