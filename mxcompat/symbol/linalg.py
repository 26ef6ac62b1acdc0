"""Operators of the namespace `mxnet.sym.linalg`; `linalg.pyi` lists them for editors and type checkers."""

from __future__ import annotations

from ._ops import SPACES

globals().update(SPACES.get("linalg", {}))

__all__ = list(SPACES.get("linalg", {}))
