"""Blocks as torch modules on the same parameters: what `Block.to_torch` does.

- `_rules`: which layer becomes which layer of `torch.nn`; a table from the block's exact class to a function.
- `_layers`, `_recurrent`: those layers of `torch.nn`, where Gluon's rules or shared buffers need a word more.
- `_module`: any other block, as a module that runs the block's own forward.

How one tensor serves both sides is told in ``gluon/_twins.py``.
"""

from ._module import to_torch

__all__ = ["to_torch"]
