"""Operators of the namespace `mxnet.sym._internal`; `_internal.pyi` lists them for editors and type checkers."""

from __future__ import annotations

from ..attribute import AttrScope as AttrScope
from ..name import NameManager as NameManager
from ._control_flow import _cond as _cond
from ._control_flow import _foreach as _foreach
from ._control_flow import _while_loop as _while_loop
from ._ops import SPACES
from ._symbol import SymbolBase as SymbolBase

globals().update(SPACES.get("_internal", {}))
