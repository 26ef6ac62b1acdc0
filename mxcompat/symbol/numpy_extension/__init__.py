"""Operators beyond NumPy on symbols of `mx.sym.np`: `mxnet.sym.npx` (also `mxnet.symbol.numpy_extension`)."""

import sys as _sys

from . import _op as _op
from . import image as image
from . import random as random

globals().update(_op.TABLE)
_parent = _sys.modules[__name__.rpartition(".")[0]]
_parent.npx = _parent.numpy_extension = _sys.modules[__name__]  # type: ignore[attr-defined]  # what F.npx is there
