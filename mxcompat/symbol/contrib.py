"""`mxnet.sym.contrib`: the operators of that namespace, control flow, and functions on top of operators.

`contrib.pyi` shows them to editors and type checkers.
"""

from __future__ import annotations

from ..attribute import AttrScope as AttrScope
from ._contrib_functions import adamw_update as adamw_update
from ._contrib_functions import mp_adamw_update as mp_adamw_update
from ._contrib_functions import rand_zipfian as rand_zipfian
from ._control_flow import cond as cond
from ._control_flow import foreach as foreach
from ._control_flow import while_loop as while_loop
from ._ops import SPACES
from ._symbol import Symbol as Symbol
from .random import uniform as uniform

globals().update(SPACES.get("contrib", {}))

__all__ = ["cond", "foreach", "rand_zipfian", "while_loop", *SPACES.get("contrib", {})]
