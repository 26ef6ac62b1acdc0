"""Operators of the namespace `mxnet.nd.image`; `image.pyi` lists them for editors and type checkers."""

from __future__ import annotations

from ._ops import SPACES

globals().update(SPACES.get("image", {}))

__all__ = list(SPACES.get("image", {}))
