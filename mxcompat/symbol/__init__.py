"""Symbols: graphs of operators, put together first and run later. MXNet 1.9.1's `mxnet.symbol`."""

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
