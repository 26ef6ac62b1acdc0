"""The operators bound for the Symbol of the NumPy front end, under their registered names."""

from __future__ import annotations

from ...ops import load_all
from .._bind import bind_numpy
from .._symbol import Symbol
from ._symbol import _Symbol

load_all()

#: registered name -> function
OPS = bind_numpy(Symbol, _Symbol)
