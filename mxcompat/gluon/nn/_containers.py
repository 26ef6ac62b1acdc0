"""Stacks of blocks, each fed with the output of the one before."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

from ..block import Block, HybridBlock
from ..utils import _indent


def _listing(block: Block) -> str:
    """The stack's class with its children, a number and a printed block a line."""
    lines = "\n".join(f"  ({key}): {_indent(repr(child), 2)}" for key, child in block._children.items())
    return f"{type(block).__name__}(\n{lines}\n)"


def _pick(stack: Any, key: Any) -> Any:
    """A child, or for a slice a new stack of the same class, with the same prefix, holding those children."""
    found = list(stack._children.values())[key]
    if not isinstance(found, list):
        return found
    part = type(stack)(prefix=stack._prefix)
    with part.name_scope():
        part.add(*found)
    return part


class Sequential(Block):
    """Any blocks in a row.

    ``net[i]`` is a child, ``net[i:j]`` a new stack of those children (they stay shared), ``len(net)`` their number.

    Shapes:
        data: what the first block takes. Output: what the last one gives; ``data`` itself without any block.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    _is_container: ClassVar[bool] = True

    def __init__(self, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)

    def add(self, *blocks: Block) -> None:
        """Put blocks at the end of the row."""
        for block in blocks:
            self.register_child(block)

    def forward(self, x: Any) -> Any:
        for block in self._children.values():
            x = block(x)
        return x

    def __repr__(self) -> str:
        return _listing(self)

    def __getitem__(self, key: Any) -> Any:
        return _pick(self, key)

    def __len__(self) -> int:
        return len(self._children)

    def hybridize(self, active: bool = True, **kwargs: Any) -> None:
        """Pass on to the children; warns when all of them could live in a `HybridSequential`.

        Args:
            active: compile, or stop doing so.
            **kwargs: options of `HybridBlock.hybridize`.
        """
        if self._children and all(isinstance(child, HybridBlock) for child in self._children.values()):
            warnings.warn(
                f"All children of this Sequential layer '{self.prefix}' are HybridBlocks: "
                "a HybridSequential of them is compiled as a whole, and faster.",
                stacklevel=2,
            )
        super().hybridize(active, **kwargs)


class HybridSequential(HybridBlock):
    """`HybridBlock` s in a row, compiled as a whole by ``hybridize()``.

    ``net[i]`` is a child, ``net[i:j]`` a new stack of those children (they stay shared), ``len(net)`` their number.

    Shapes:
        data: what the first block takes. Output: what the last one gives; ``data`` itself without any block.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    _is_container: ClassVar[bool] = True

    def __init__(self, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)

    def add(self, *blocks: HybridBlock) -> None:
        """Put blocks at the end of the row."""
        for block in blocks:
            self.register_child(block)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        for block in self._children.values():
            x = block(x)
        return x

    def __repr__(self) -> str:
        return _listing(self)

    def __getitem__(self, key: Any) -> Any:
        return _pick(self, key)

    def __len__(self) -> int:
        return len(self._children)
