"""Symbols: graphs of operators, put together first and run later. MXNet 1.9.1's `mxnet.symbol`."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

from . import _internal as _internal
from . import contrib as contrib
from . import image as image
from . import linalg as linalg
from . import op as op
from . import random as random
from . import sparse as sparse
from . import symbol as symbol
from ._custom import Custom as Custom
from ._ops import *  # noqa: F403
from .symbol import Group as Group
from .symbol import Symbol as Symbol
from .symbol import Variable as Variable
from .symbol import arange as arange
from .symbol import eye as eye
from .symbol import full as full
from .symbol import histogram as histogram
from .symbol import hypot as hypot
from .symbol import linspace as linspace
from .symbol import load as load
from .symbol import load_json as load_json
from .symbol import maximum as maximum
from .symbol import minimum as minimum
from .symbol import ones as ones
from .symbol import pow as pow
from .symbol import power as power
from .symbol import split_v2 as split_v2
from .symbol import var as var
from .symbol import zeros as zeros

#: the NumPy front end, loaded when it is first asked for
_LATER = {"np": "numpy", "numpy": "numpy", "npx": "numpy_extension", "numpy_extension": "numpy_extension"}

if not _TYPE_CHECKING:  # which would believe every name to be here

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = module = _import_module(f"{__name__}.{_LATER[name]}")
        return module
