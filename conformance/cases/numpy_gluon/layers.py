"""Every layer of Gluon with NumPy semantics on: values, gradients, steps, compiled, written and read again."""

from __future__ import annotations

import numpy as np

from ...compare import Tolerance
from ...suite import Suite
from ._layers import image, study
from ._programs import table, values_of

suite = Suite(__name__)
LOOSE = Tolerance(rtol=1e-4, atol=2e-4, why="sums in another order, added up over six steps")
WORDS = np.array([[0, 2, 3], [4, 1, 1]], dtype="int32")
X = (2, 3)


def _nn(name, *args, **kwargs):
    return lambda mx: getattr(mx.gluon.nn, name)(*args, **kwargs)


def rows(group, found, **options):
    table(suite, group, {name: study(make, inputs, **options) for name, (make, inputs) in found.items()}, LOOSE)


rows(
    "basic",
    {
        "dense": (_nn("Dense", 3), [X]),
        "dense/relu": (_nn("Dense", 3, activation="relu"), [X]),
        "dense/no_bias": (_nn("Dense", 3, use_bias=False), [X]),
        "dense/rows": (_nn("Dense", 3, flatten=False), [(2, 2, 3)]),
        "dense/flatten": (_nn("Dense", 2), [(2, 2, 3)]),
        "dense/known": (_nn("Dense", 2, in_units=3), [X]),
        "embedding": (_nn("Embedding", 5, 3), [WORDS]),
        "flatten": (_nn("Flatten"), [(2, 2, 3)]),
        "dropout/zero": (_nn("Dropout", 0.0), [X]),
        "hybrid_lambda": (lambda mx: mx.gluon.nn.HybridLambda(lambda F, x: F.np.tanh(x) * 2), [X]),
    },
)
rows("basic", {"dropout": (_nn("Dropout", 0.5), [(4, 6)]), "dropout/axes": (_nn("Dropout", 0.5, axes=(1,)), [(4, 6)])})
rows(
    "activation",
    {
        **{name: (_nn("Activation", name), [X]) for name in ("relu", "sigmoid", "tanh", "softrelu", "softsign")},
        "leaky_relu": (_nn("LeakyReLU", 0.1), [X]),
        "elu": (_nn("ELU", 0.8), [X]),
        "selu": (_nn("SELU"), [X]),
        "gelu": (_nn("GELU"), [X]),
        "swish": (_nn("Swish", 1.5), [X]),
    },
)
rows("activation", {"prelu": (_nn("PReLU"), [image()])}, hybrid=False)
rows(
    "norm",
    {
        "batch": (_nn("BatchNorm"), [image()]),
        "batch/vector": (_nn("BatchNorm"), [(4, 3)]),
        "batch/axis": (_nn("BatchNorm", axis=-1), [(2, 3, 4)]),
        "batch/no_scale": (_nn("BatchNorm", scale=False, center=False), [image()]),
        "batch/global": (_nn("BatchNorm", use_global_stats=True), [image()]),
        "layer": (_nn("LayerNorm"), [X]),
        "layer/axis": (_nn("LayerNorm", axis=1), [(2, 3, 4)]),
    },
)
rows(
    "conv",
    {
        "conv1d": (_nn("Conv1D", 3, 2), [(2, 2, 5)]),
        "conv2d": (_nn("Conv2D", 3, 3), [image()]),
        "conv2d/relu": (_nn("Conv2D", 3, 3, strides=2, padding=1, activation="relu"), [image()]),
        "conv2d/groups": (_nn("Conv2D", 4, 2, groups=2, in_channels=2), [image()]),
        "conv2d/no_bias": (_nn("Conv2D", 2, 1, use_bias=False), [image()]),
        "conv3d": (_nn("Conv3D", 2, 2), [(1, 2, 3, 3, 3)]),
        "conv1d_transpose": (_nn("Conv1DTranspose", 2, 3), [(2, 2, 5)]),
        "conv2d_transpose": (_nn("Conv2DTranspose", 3, 3, strides=2), [image(size=3)]),
    },
)
_POOLS = {
    name.lower(): (_nn(name), [(2, 2) + (4,) * axes])
    for axes in (1, 2, 3)
    for name in ["%sPool%dD" % (kind, axes) for kind in ("Max", "Avg", "GlobalMax", "GlobalAvg")]
}
rows("pool", _POOLS)
rows("pool", {"maxpool2d/strides": (_nn("MaxPool2D", 3, 1, 1), [image()])})


def _stack(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    with net.name_scope():
        net.add(nn.Conv2D(4, 3, activation="relu"), nn.MaxPool2D(2), nn.Flatten(), nn.Dense(5), nn.BatchNorm())
        net.add(nn.Activation("tanh"), nn.Dense(2))
    return net


def _residual(mx):
    class Residual(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.one = mx.gluon.nn.Dense(4)
                self.two = mx.gluon.nn.Dense(4)
                self.scale = self.params.get("scale", shape=(1, 4), init="ones")

        def hybrid_forward(self, F, x, scale):
            h = F.npx.relu(self.one(x))
            return F.npx.softmax(h + self.two(h) * scale, axis=-1)

    return Residual()


def _attention(mx):
    class Attention(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.query = mx.gluon.nn.Dense(4, flatten=False, use_bias=False)
                self.key = mx.gluon.nn.Dense(4, flatten=False, use_bias=False)

        def hybrid_forward(self, F, q, k):
            scores = F.npx.batch_dot(self.query(q), self.key(k), transpose_b=True) / 2.0
            return F.npx.batch_dot(F.npx.softmax(scores, axis=-1), k)

    return Attention()


def _zero_dim(mx):
    class Scaled(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.dense = mx.gluon.nn.Dense(2)

        def hybrid_forward(self, F, x):
            out = self.dense(x)
            return out * F.np.mean(out) + F.np.ones(())

    return Scaled()


def _unknown(mx):
    class Product(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.w = self.params.get("w", shape=(-1, 4), allow_deferred_init=True)

        def hybrid_forward(self, F, x, w):
            return F.np.dot(x, w)

    return Product()


rows(
    "network",
    {
        "stack": (_stack, [image(size=6, batch=6)]),
        "residual": (_residual, [X]),
        "attention": (_attention, [(2, 3, 4), (2, 5, 4)]),
        "zero_dim": (_zero_dim, [X]),
        "unknown": (_unknown, [X]),
    },
)


def _rnn(name, *args, **kwargs):
    return lambda mx: getattr(mx.gluon.rnn, name)(*args, **kwargs)


SEQUENCE = values_of((3, 2, 4), 6)
rows(
    "rnn",
    {
        "rnn": (_rnn("RNN", 3), [SEQUENCE]),
        "rnn/tanh": (_rnn("RNN", 3, activation="tanh", layout="NTC"), [SEQUENCE]),
        "lstm": (_rnn("LSTM", 3), [SEQUENCE]),
        "lstm/two": (_rnn("LSTM", 3, 2, layout="NTC"), [SEQUENCE]),
        "lstm/both_ways": (_rnn("LSTM", 2, bidirectional=True), [SEQUENCE]),
        "gru": (_rnn("GRU", 3), [SEQUENCE]),
        "gru/known": (_rnn("GRU", 3, input_size=4), [SEQUENCE]),
    },
    exports=False,
)


def _with_states(name, states):
    def make(mx):
        layer = getattr(mx.gluon.rnn, name)(3)

        class Both(mx.gluon.HybridBlock):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                self.layer = layer

            def hybrid_forward(self, F, x, *given):
                out, after = self.layer(x, list(given))
                return [out, *after]

        return Both(prefix="both_")

    return make, [SEQUENCE] + [(1, 2, 3)] * states


rows(
    "rnn",
    {
        "lstm/states": _with_states("LSTM", 2),
        "gru/states": _with_states("GRU", 1),
        "rnn/states": _with_states("RNN", 1),
    },
    exports=False,
)
rows(
    "refused",
    {
        "group_norm": (_nn("GroupNorm"), [image()]),
        "instance_norm": (_nn("InstanceNorm"), [image()]),
        "reflection_pad": (_nn("ReflectionPad2D", 1), [image()]),
        "lambda_name": (_nn("Lambda", "tanh"), [X]),
        "hybrid_lambda_name": (_nn("HybridLambda", "tanh"), [X]),
        "rnn_cell": (_rnn("RNNCell", 3), [X, X]),
    },
)
