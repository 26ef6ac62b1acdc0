"""The cells: `mxnet.rnn.rnn_cell`.

Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
"""

from __future__ import annotations

from .. import initializer as _init
from .. import nd as _nd
from .. import symbol as symbol
from ..base import numeric_types as numeric_types
from ..base import string_types as string_types
from ._base import BaseRNNCell as BaseRNNCell
from ._base import RNNParams as RNNParams
from ._base import _normalize_sequence as _normalize_sequence
from ._cells import GRUCell as GRUCell
from ._cells import LSTMCell as LSTMCell
from ._cells import RNNCell as RNNCell
from ._containers import BidirectionalCell as BidirectionalCell
from ._containers import SequentialRNNCell as SequentialRNNCell
from ._conv import BaseConvRNNCell as BaseConvRNNCell
from ._conv import ConvGRUCell as ConvGRUCell
from ._conv import ConvLSTMCell as ConvLSTMCell
from ._conv import ConvRNNCell as ConvRNNCell
from ._fused import FusedRNNCell as FusedRNNCell
from ._modifiers import DropoutCell as DropoutCell
from ._modifiers import ModifierCell as ModifierCell
from ._modifiers import ResidualCell as ResidualCell
from ._modifiers import ZoneoutCell as ZoneoutCell

init = _init
ndarray = _nd

for _public in (
    RNNParams, BaseRNNCell, RNNCell, LSTMCell, GRUCell, FusedRNNCell, SequentialRNNCell, DropoutCell, ModifierCell,
    ZoneoutCell, ResidualCell, BidirectionalCell, BaseConvRNNCell, ConvRNNCell, ConvLSTMCell, ConvGRUCell,
):  # fmt: skip
    _public.__module__ = __name__
del _public
