"""Names that NumPy has dropped since."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from mxcompat.rewrite._rule import Rule

_BUILTIN = ("bool", "int", "float", "complex", "object", "str")
_RENAMED = {
    "product": "prod",
    "cumproduct": "cumprod",
    "sometrue": "any",
    "alltrue": "all",
    "float_": "float64",
    "complex_": "complex128",
    "unicode_": "str_",
    "string_": "bytes_",
    "Inf": "inf",
    "Infinity": "inf",
    "NaN": "nan",
    "infty": "inf",
    "round_": "round",
    "in1d": "isin",
    "trapz": "trapezoid",
    "row_stack": "vstack",
}


def _bound_to_numpy(cells: Sequence[cst.Module]) -> set[str]:
    """Names that are NumPy in every import that binds them."""
    numpy: set[str] = set()
    other: set[str] = set()

    class Find(cst.CSTVisitor):
        def visit_Import(self, node: cst.Import) -> None:
            for alias in node.names:
                if alias.name.value == "numpy":
                    numpy.add(str(getattr(alias.asname.name, "value", "")) if alias.asname else "numpy")

        def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
            if not isinstance(node.names, cst.ImportStar):
                for alias in node.names:
                    name = alias.asname.name if alias.asname else alias.name
                    other.add(str(getattr(name, "value", "")))

        def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
            if isinstance(node.target, cst.Name):
                other.add(node.target.value)

    for cell in cells:
        cell.visit(Find())
    return numpy - other


class _Names(cst.CSTTransformer):
    def __init__(self, numpy: set[str], assigned: set[str]) -> None:
        super().__init__()
        self._numpy, self._assigned = numpy, assigned

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        if not isinstance(updated_node.value, cst.Name) or updated_node.value.value not in self._numpy:
            return updated_node
        name = updated_node.attr.value
        if name in _RENAMED:
            return updated_node.with_changes(attr=cst.Name(_RENAMED[name]))
        if name in _BUILTIN and name not in self._assigned:
            return cst.Name(name, lpar=updated_node.lpar, rpar=updated_node.rpar)
        return updated_node


def _transform(module: cst.Module, cells: Sequence[cst.Module]) -> cst.Module:
    numpy = _bound_to_numpy(cells)
    if not numpy:
        return module
    assigned: set[str] = set()

    class Find(cst.CSTVisitor):
        def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
            if isinstance(node.target, cst.Name):
                assigned.add(node.target.value)

        def visit_Param(self, node: cst.Param) -> None:
            assigned.add(node.name.value)

    for cell in cells:
        cell.visit(Find())
    return module.visit(_Names(numpy, assigned))


RULE = Rule(
    "Names that NumPy had in MXNet's time and has no more (`np.float`, `np.bool`, "
    "`np.product`, `np.NaN`, ...). The drop-in "
    "alias restores them; a program that imports mxcompat itself has to do without.",
    mode="import",
    transform=_transform,
    changes=[
        (
            "import mxnet as mx\nimport numpy as np\nx = np.zeros(3, dtype=np.float)\nn = np.product(x.shape)\n",
            "import mxcompat as mx\nimport numpy as np\nx = np.zeros(3, dtype=float)\nn = np.prod(x.shape)\n",
        ),
    ],
    leaves=[("import mxcompat as mx\nfrom mxcompat import np\nx = np.zeros(3, dtype=np.float32)\n", "")],
)
