"""`mxnet.symbol.symbol`: the class and the functions beside it."""

from __future__ import annotations

from .._core.context import Context as Context
from .._core.context import current_context as current_context
from ..attribute import AttrScope as AttrScope
from ..base import MXNetError as MXNetError
from ..base import NotImplementedForSymbol as NotImplementedForSymbol
from ..base import integer_types as integer_types
from ..base import numeric_types as numeric_types
from ..base import py_str as py_str
from ..base import string_types as string_types
from ..nd.ndarray import NDArray as NDArray
from ..util import is_np_shape as is_np_shape
from . import op as op
from ._functions import arange as arange
from ._functions import eye as eye
from ._functions import full as full
from ._functions import histogram as histogram
from ._functions import hypot as hypot
from ._functions import linspace as linspace
from ._functions import maximum as maximum
from ._functions import minimum as minimum
from ._functions import ones as ones
from ._functions import pow as pow
from ._functions import power as power
from ._functions import split_v2 as split_v2
from ._functions import zeros as zeros
from ._symbol import Group as Group
from ._symbol import Symbol as Symbol
from ._symbol import SymbolBase as SymbolBase
from ._symbol import Variable as Variable
from ._symbol import load as load
from ._symbol import load_json as load_json
from ._symbol import var as var
from .executor import Executor as Executor
