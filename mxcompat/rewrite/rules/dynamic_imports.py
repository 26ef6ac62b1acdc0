"""MXNet imported by its name as text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from mxcompat.rewrite._rule import Rule

_CALLS = {"import_module", "__import__", "importorskip", "find_spec", "patch"}
_TEXT = re.compile(r"^(?P<open>[rRuU]?(?:'{3}|\"{3}|'|\"))mxnet(?P<rest>(?:\.\w+)*['\"]+)$")


def _name(node: cst.BaseExpression) -> str:
    return str(getattr(getattr(node, "attr", node), "value", ""))


def _new(node: cst.BaseExpression) -> cst.BaseExpression | None:
    if isinstance(node, cst.SimpleString) and (match := _TEXT.match(node.value)):
        return node.with_changes(value=f"{match['open']}mxcompat{match['rest']}")
    return None


class _Texts(cst.CSTTransformer):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if _name(updated_node.func) not in _CALLS or not updated_node.args:
            return updated_node
        first = updated_node.args[0]
        new = _new(first.value)
        if new is None:
            return updated_node
        return updated_node.with_changes(args=[first.with_changes(value=new), *updated_node.args[1:]])

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.Subscript:
        element = updated_node.slice[0]
        if _name(updated_node.value) != "modules" or not isinstance(element.slice, cst.Index):
            return updated_node
        new = _new(element.slice.value)
        if new is None:
            return updated_node
        index = element.slice.with_changes(value=new)
        return updated_node.with_changes(slice=[element.with_changes(slice=index)])


def _transform(module: cst.Module, cells: Sequence[cst.Module]) -> cst.Module:
    return module.visit(_Texts())


RULE = Rule(
    "The name of a module given as text to `importlib.import_module`, `__import__`, "
    "`find_spec`, `pytest.importorskip`, "
    "`mock.patch` and `sys.modules[...]`. Other texts are not touched.",
    mode="import",
    transform=_transform,
    changes=[
        (
            "import importlib\nnn = importlib.import_module('mxnet.gluon.nn')\n",
            "import importlib\nnn = importlib.import_module('mxcompat.gluon.nn')\n",
        ),
        ('import sys\nmx = sys.modules["mxnet"]\n', 'import sys\nmx = sys.modules["mxcompat"]\n'),
    ],
    leaves=[("import logging\nlog = logging.getLogger('mxnet')\nprint('mxnet.nd')\n", "")],
)
