"""Operators of the namespace `mxnet.sym.sparse`; `sparse.pyi` lists them for editors and type checkers."""

from __future__ import annotations

from ._ops import SPACES

globals().update(SPACES.get("sparse", {}))

__all__ = list(SPACES.get("sparse", {}))
