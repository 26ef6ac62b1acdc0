"""The operators bound for Symbol. `_ops.pyi` lists them for editors and type checkers."""

from __future__ import annotations

import sys

from ..ops import load_all
from ._bind import bind_all
from ._method_table import attach
from ._symbol import OPS, Symbol

load_all()

#: namespace below ``sym`` -> name -> function
SPACES = bind_all(Symbol, Symbol)

globals().update(SPACES.get("_internal", {}))
globals().update(SPACES.get("", {}))

OPS.update({name: SPACES[""][name] for name in ("flatten", "expand_dims", "squeeze", "diag")})
attach(Symbol, sys.modules[__name__])

#: what ``import *`` takes: the operators, and nothing of what this module is made with
__all__ = [name for name in SPACES[""] if not name.startswith("_")]
