"""The NumPy-style front end for symbols: `mxnet.sym.np` (also `mxnet.symbol.numpy`)."""

import sys as _sys

from . import _functions as _functions
from . import _internal as _internal
from . import _op as _op
from . import linalg as linalg
from . import random as random
from ._symbol import _Symbol as _Symbol

globals().update(_functions.TABLE)
_parent = _sys.modules[__name__.rpartition(".")[0]]
_parent.np = _parent.numpy = _sys.modules[__name__]  # type: ignore[attr-defined]  # what F.np is in a traced block
