"""The operators bound for NDArray. `_ops.pyi` lists them for editors and type checkers."""

from __future__ import annotations

from ..ops import load_all
from . import _integers as _integers
from ._bind import bind_all
from ._method_table import attach
from .ndarray import NDArray

load_all()

#: namespace below ``nd`` -> name -> function
SPACES = bind_all(NDArray, NDArray)

globals().update(SPACES.get("_internal", {}))
globals().update(SPACES.get("", {}))

import sys  # noqa: E402  the module itself, now that it is filled

attach(NDArray, sys.modules[__name__])

#: what ``import *`` takes: the operators, and nothing of what this module is made with
__all__ = [name for name in SPACES[""] if not name.startswith("_")]
