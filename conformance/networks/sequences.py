"""Recurrent networks, attention, text."""

from __future__ import annotations

import math
from typing import Any

from .table import Input, network


def _alone(mx: Any, layer: Any) -> Any:
    """A layer whose states are no inputs of the exported graph."""
    net = mx.gluon.nn.HybridSequential()
    net.add(layer)
    return net


@network((5, 2, 4), batch_first=False)
def lstm(mx: Any) -> Any:
    return _alone(mx, mx.gluon.rnn.LSTM(6, num_layers=2))


@network((2, 5, 4))
def lstm_bidirectional(mx: Any) -> Any:
    nn, rnn = mx.gluon.nn, mx.gluon.rnn
    net = nn.HybridSequential()
    net.add(rnn.LSTM(4, num_layers=2, layout="NTC", bidirectional=True), nn.Dense(3, flatten=False))
    return net


@network((4, 2, 3), (1, 2, 5), batch_first=False)
def gru_with_state(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.body = mx.gluon.rnn.GRU(5)

        def hybrid_forward(self, F: Any, x: Any, state: Any) -> Any:
            y, states = self.body(x, [state])
            return y, states[0]

    return Net()


@network((2, 4, 3))
def rnn_tanh(mx: Any) -> Any:
    return _alone(mx, mx.gluon.rnn.RNN(5, 2, activation="tanh", layout="NTC"))


@network((2, 4, 3))
def rnn_relu_bidirectional(mx: Any) -> Any:
    return _alone(mx, mx.gluon.rnn.RNN(4, 1, activation="relu", layout="NTC", bidirectional=True))


def _unrolled(mx: Any, cell: Any, length: int, merge: Any = True) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.cell = cell
                self.head = mx.gluon.nn.Dense(3, flatten=False)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            outputs, states = self.cell.unroll(length, x, layout="NTC", merge_outputs=merge)
            return self.head(outputs), states[-1]

    return Net()


@network((2, 4, 3))
def lstm_cells(mx: Any) -> Any:
    rnn = mx.gluon.rnn
    cell = rnn.HybridSequentialRNNCell()
    for one in (rnn.LSTMCell(5), rnn.DropoutCell(0.3), rnn.LSTMCell(4)):
        cell.add(one)
    return _unrolled(mx, cell, 4)


@network((2, 4, 3))
def gru_cells(mx: Any) -> Any:
    rnn = mx.gluon.rnn
    cell = rnn.HybridSequentialRNNCell()
    cell.add(rnn.GRUCell(5))
    cell.add(rnn.ResidualCell(rnn.GRUCell(5)))
    return _unrolled(mx, cell, 4)


@network((2, 3, 4))
def bidirectional_cells(mx: Any) -> Any:
    rnn = mx.gluon.rnn
    return _unrolled(mx, rnn.BidirectionalCell(rnn.LSTMCell(3), rnn.GRUCell(3)), 3)


@network((2, 3, 4))
def zoneout_cells(mx: Any) -> Any:
    rnn = mx.gluon.rnn
    return _unrolled(mx, rnn.ZoneoutCell(rnn.RNNCell(4), zoneout_outputs=0.3, zoneout_states=0.2), 3)


@network((2, 3, 4))
def projected_lstm_cells(mx: Any) -> Any:
    return _unrolled(mx, mx.gluon.contrib.rnn.LSTMPCell(6, 4), 3)


@network((2, 3, 2, 5, 5))
def convolutional_lstm(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.cell = mx.gluon.contrib.rnn.Conv2DLSTMCell((2, 5, 5), 3, 3, 3, i2h_pad=1)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            return self.cell.unroll(3, x, layout="NTC", merge_outputs=True)[0]

    return Net()


@network(Input((5, 2), kinds=9), batch_first=False)
def language_model(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.embed = nn.Embedding(9, 6)
                self.body = mx.gluon.rnn.LSTM(6, 2, input_size=6)
                self.head = nn.Dense(9, flatten=False, params=self.embed.params)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            return self.head(self.body(self.embed(x)))

    return Net()


@network(Input((3, 7), kinds=12))
def text_cnn(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.embed = nn.Embedding(12, 5)
                self.convs = [nn.Conv1D(4, width, activation="relu") for width in (2, 3, 4)]
                for conv in self.convs:
                    self.register_child(conv)
                self.head = nn.Dense(2)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            x = F.swapaxes(self.embed(x), 1, 2)
            parts = [F.max(conv(x), axis=2) for conv in self.convs]
            return self.head(F.Dropout(F.concat(*parts, dim=1), p=0.5))

    return Net()


@network(Input((3, 6), kinds=10), Input((3,), 1, 6))
def text_pooling(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.embed = nn.Embedding(10, 4)
                self.head = nn.Dense(2)

        def hybrid_forward(self, F: Any, x: Any, length: Any) -> Any:
            length = F.ceil(length)
            rows = F.SequenceMask(F.transpose(self.embed(x), (1, 0, 2)), length, use_sequence_length=True)
            return self.head(F.broadcast_div(F.sum(rows, axis=0), F.expand_dims(length, 1)))

    return Net()


@network((5, 3, 4), Input((3,), 1, 5), batch_first=False)
def sequence_operators(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.scale = self.params.get("scale", shape=(1, 1, 4), init=mx.init.Uniform(1))

        def hybrid_forward(self, F: Any, x: Any, length: Any, scale: Any) -> Any:
            length = F.floor(length)
            y = F.broadcast_mul(x, scale)
            back = F.SequenceReverse(y, length, use_sequence_length=True)
            return back, F.SequenceLast(F.tanh(back), length, use_sequence_length=True)

    return Net()


@network((2, 5, 8))
def self_attention(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Attention(mx.gluon.HybridBlock):
        def __init__(self, units: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.factor = 1 / math.sqrt(units)
            with self.name_scope():
                for name in ("query", "key", "value"):
                    setattr(self, name, nn.Dense(units, flatten=False, use_bias=False))
                self.norm = nn.LayerNorm()

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            scores = F.batch_dot(self.query(x), self.key(x), transpose_b=True) * self.factor
            return self.norm(x + F.batch_dot(F.softmax(scores), self.value(x)))

    net = nn.HybridSequential()
    net.add(Attention(8), Attention(8), nn.Dense(3))
    return net


@network((2, 4, 8), Input((2,), 1, 4))
def transformer_layer(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Layer(mx.gluon.HybridBlock):
        def __init__(self, units: int, heads: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.heads = heads
            self.factor = math.sqrt(units // heads)
            with self.name_scope():
                self.mix = nn.Dense(3 * units, flatten=False)
                self.out = nn.Dense(units, flatten=False)
                self.wide = nn.Dense(2 * units, flatten=False)
                self.narrow = nn.Dense(units, flatten=False)
                self.norms = [nn.LayerNorm(), nn.LayerNorm()]
                for norm in self.norms:
                    self.register_child(norm)

        def hybrid_forward(self, F: Any, x: Any, length: Any) -> Any:
            parts = []
            for part in F.split(self.mix(x), num_outputs=3, axis=2):
                part = F.transpose(F.reshape(part, (0, 0, self.heads, -1)), (0, 2, 1, 3))
                parts.append(F.reshape(part, (-1, 0, 0), reverse=True))
            query, key, value = parts
            scores = F.batch_dot(query, key, transpose_b=True) / self.factor
            size = F.reshape(F.broadcast_axis(F.expand_dims(F.ceil(length), 1), axis=1, size=self.heads), (-1,))
            columns = F.broadcast_lesser(
                F.contrib.arange_like(scores, axis=2).reshape((1, 1, -1)), size.reshape((-1, 1, 1))
            )
            scores = F.where(F.broadcast_like(columns, scores), scores, F.ones_like(scores) * -1e9)
            mixed = F.batch_dot(F.Dropout(F.softmax(scores, axis=-1), p=0.1), value)
            mixed = F.transpose(F.reshape(mixed, (-1, self.heads, 0, 0), reverse=True), (0, 2, 1, 3))
            x = self.norms[0](x + self.out(F.reshape(mixed, (0, 0, -1))))
            return self.norms[1](x + self.narrow(F.LeakyReLU(self.wide(x), act_type="gelu")))

    return Layer(8, 2)


@network((5, 2, 12), batch_first=False)
def interleaved_attention(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.mix = mx.gluon.nn.Dense(24, flatten=False)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            mixed = self.mix(x)
            scores = F.contrib.interleaved_matmul_selfatt_qk(mixed, heads=2)
            return F.contrib.interleaved_matmul_selfatt_valatt(mixed, F.softmax(scores), heads=2)

    return Net()


@network((2, 5, 4), (2, 4))
def encoder_decoder(mx: Any) -> Any:
    rnn, nn = mx.gluon.rnn, mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.encoder = rnn.GRU(6, layout="NTC", input_size=4)
                self.cell = rnn.GRUCell(6, input_size=10)
                self.score = nn.Dense(1, flatten=False)
                self.head = nn.Dense(4)

        def hybrid_forward(self, F: Any, x: Any, first: Any) -> Any:
            memory = self.encoder(x)
            state = F.squeeze(F.slice_axis(memory, axis=1, begin=-1, end=None), axis=1)
            made = []
            for _ in range(3):
                query = F.broadcast_like(F.expand_dims(state, 1), memory)
                weights = F.softmax(self.score(F.tanh(F.concat(memory, query, dim=2))), axis=1)
                context = F.sum(F.broadcast_mul(weights, memory), axis=1)
                _, (state,) = self.cell(F.concat(first, context, dim=1), [state])
                first = self.head(state)
                made.append(first)
            return F.stack(*made, axis=1)

    return Net()
