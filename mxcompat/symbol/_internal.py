"""Operators of the namespace `mxnet.sym._internal`; `_internal.pyi` lists them for editors and type checkers."""

from __future__ import annotations

from typing import Any, NoReturn

from .._core.errors import MXNetError
from ..attribute import AttrScope as AttrScope
from ..name import NameManager as NameManager
from ._control_flow import _cond as _cond
from ._control_flow import _foreach as _foreach
from ._control_flow import _while_loop as _while_loop
from ._ops import SPACES
from ._symbol import SymbolBase as SymbolBase


def _CachedOp(*data: Any, **kwargs: Any) -> NoReturn:
    """The node of a hybridized block in a recorded graph; only a hybridized block makes one.

    Raises:
        MXNetError: always, as in MXNet 1.9.1.
    """
    raise MXNetError("_CachedOp: there is no graph to call; hybridize() a block, or make an mxnet.ndarray CachedOp")


globals().update(SPACES.get("_internal", {}))
