"""Operators of the namespace `mxnet.nd._internal`; `_internal.pyi` lists them for editors and type checkers."""

from __future__ import annotations

from ._ops import SPACES

globals().update(SPACES.get("_internal", {}))
