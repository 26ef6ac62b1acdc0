"""Recurrent cells: `mxnet.gluon.rnn.rnn_cell`."""

from ._cell import GRUCell as GRUCell
from ._cell import HybridRecurrentCell as HybridRecurrentCell
from ._cell import LSTMCell as LSTMCell
from ._cell import RecurrentCell as RecurrentCell
from ._cell import RNNCell as RNNCell
from ._containers import BidirectionalCell as BidirectionalCell
from ._containers import HybridSequentialRNNCell as HybridSequentialRNNCell
from ._containers import SequentialRNNCell as SequentialRNNCell
from ._modifiers import DropoutCell as DropoutCell
from ._modifiers import ModifierCell as ModifierCell
from ._modifiers import ResidualCell as ResidualCell
from ._modifiers import ZoneoutCell as ZoneoutCell
from ._sequences import _format_sequence as _format_sequence
from ._sequences import _get_begin_state as _get_begin_state
from ._sequences import _mask_sequence_variable_length as _mask_sequence_variable_length
from ._sequences import _reverse_sequences as _reverse_sequences

__all__ = [
    "BidirectionalCell",
    "DropoutCell",
    "GRUCell",
    "HybridRecurrentCell",
    "HybridSequentialRNNCell",
    "LSTMCell",
    "ModifierCell",
    "RNNCell",
    "RecurrentCell",
    "ResidualCell",
    "SequentialRNNCell",
    "ZoneoutCell",
]
