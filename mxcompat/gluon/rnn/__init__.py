"""Recurrent layers and cells: `mxnet.gluon.rnn`."""

from . import rnn_cell as rnn_cell
from . import rnn_layer as rnn_layer
from .rnn_cell import *  # noqa: F403
from .rnn_layer import GRU as GRU
from .rnn_layer import LSTM as LSTM
from .rnn_layer import RNN as RNN
