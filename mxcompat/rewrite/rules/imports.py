"""``import mxnet``, in every form."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from mxcompat.rewrite._rule import Rule


def _renamed(name: cst.BaseExpression) -> cst.BaseExpression | None:
    """``mxnet.x.y`` as ``mxcompat.x.y``; None for a name of something else."""
    if isinstance(name, cst.Name):
        return name.with_changes(value="mxcompat") if name.value == "mxnet" else None
    if isinstance(name, cst.Attribute):
        inner = _renamed(name.value)
        return None if inner is None else name.with_changes(value=inner)
    return None


class _Imports(cst.CSTTransformer):
    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        if updated_node.module is None or updated_node.relative:
            return updated_node
        module = _renamed(updated_node.module)
        return updated_node if module is None else updated_node.with_changes(module=module)

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:
        aliases: list[cst.ImportAlias] = []
        bound = False
        for alias in updated_node.names:
            name = _renamed(alias.name)
            if name is None:
                aliases.append(alias)
                continue
            if alias.asname is not None:
                aliases.append(alias.with_changes(name=name))
                continue
            # without `as` the import binds the name mxnet, which the program goes on using
            if isinstance(name, cst.Attribute):
                aliases.append(alias.with_changes(name=name, comma=cst.MaybeSentinel.DEFAULT))
            if not bound:
                asname = cst.AsName(name=cst.Name("mxnet"))
                aliases.append(cst.ImportAlias(name=cst.Name("mxcompat"), asname=asname, comma=alias.comma))
                bound = True
        for i, alias in enumerate(aliases[:-1]):
            if isinstance(alias.comma, cst.MaybeSentinel):
                aliases[i] = alias.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        aliases[-1] = aliases[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        if len(aliases) == len(updated_node.names) and all(
            a is b for a, b in zip(aliases, updated_node.names, strict=True)
        ):
            return updated_node
        return updated_node.with_changes(names=aliases)


def _transform(module: cst.Module, cells: Sequence[cst.Module]) -> cst.Module:
    return module.visit(_Imports())


RULE = Rule(
    "Imports of mxnet become imports of mxcompat, wherever they stand and whatever "
    "they bind. A plain `import mxnet` goes on "
    "binding the name `mxnet`, so nothing else has to change.",
    mode="import",
    transform=_transform,
    changes=[
        (
            "import mxnet as mx  # the library\nfrom mxnet.gluon import nn, rnn\n",
            "import mxcompat as mx  # the library\nfrom mxcompat.gluon import nn, rnn\n",
        ),
        (
            "import os, mxnet\nimport mxnet.ndarray\nx = mxnet.nd.ones(3)\n",
            "import os, mxcompat as mxnet\nimport mxcompat.ndarray, mxcompat as mxnet\nx = mxnet.nd.ones(3)\n",
        ),
        (
            "try:\n    from mxnet import nd\nexcept ImportError:\n    nd = None\n",
            "try:\n    from mxcompat import nd\nexcept ImportError:\n    nd = None\n",
        ),
    ],
    leaves=[("from .mxnet import helpers\nimport mxnet_tools\n", "")],
)
