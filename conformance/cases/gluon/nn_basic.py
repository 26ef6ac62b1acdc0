"""Dense layers, embeddings, dropout, functions as layers, and stacks of them."""

from __future__ import annotations

import numpy as np

from ...suite import Suite, attempt
from ._layers import attributes, examine, inputs_of, inside

suite = Suite(__name__)


def layers(group, cases, **options):
    for name, (make, data) in cases.items():
        suite.table(group, {name: lambda mx, make=make, data=data: examine(mx, make, data, **options)})


# ------------------------------------------------------------------------------------------ Dense

layers(
    "dense",
    {
        "plain": (lambda mx: mx.gluon.nn.Dense(3, in_units=4), [(2, 4)]),
        "one": (lambda mx: mx.gluon.nn.Dense(1, in_units=1), [(1, 1)]),
        "no_bias": (lambda mx: mx.gluon.nn.Dense(3, use_bias=False, in_units=4), [(2, 4)]),
        "relu": (lambda mx: mx.gluon.nn.Dense(3, activation="relu", in_units=4), [(2, 4)]),
        "sigmoid": (lambda mx: mx.gluon.nn.Dense(3, activation="sigmoid", in_units=4), [(2, 4)]),
        "tanh": (lambda mx: mx.gluon.nn.Dense(3, "tanh", in_units=4), [(2, 4)]),
        "softrelu": (lambda mx: mx.gluon.nn.Dense(3, "softrelu", in_units=4), [(2, 4)]),
        "softsign": (lambda mx: mx.gluon.nn.Dense(3, "softsign", in_units=4), [(2, 4)]),
        "flattens": (lambda mx: mx.gluon.nn.Dense(3, in_units=8), [(2, 2, 4)]),
        "last_axis": (lambda mx: mx.gluon.nn.Dense(3, flatten=False, in_units=4), [(2, 3, 4)]),
        "last_axis_relu": (lambda mx: mx.gluon.nn.Dense(3, "relu", flatten=False, in_units=4), [(2, 3, 4)]),
        "last_axis_no_bias": (lambda mx: mx.gluon.nn.Dense(2, flatten=False, use_bias=False, in_units=4), [(3, 4)]),
        "deferred": (lambda mx: mx.gluon.nn.Dense(3), [(2, 4)]),
        "deferred_flattens": (lambda mx: mx.gluon.nn.Dense(3, "relu"), [(2, 2, 3)]),
        "deferred_last_axis": (lambda mx: mx.gluon.nn.Dense(3, flatten=False), [(2, 3, 4)]),
        "initializers": (
            lambda mx: mx.gluon.nn.Dense(3, in_units=4, weight_initializer="ones", bias_initializer="ones"),
            [(2, 4)],
        ),
        "normal": (
            lambda mx: mx.gluon.nn.Dense(3, in_units=4, weight_initializer=mx.init.Normal(0.1)),
            [(2, 4)],
        ),
        "uniform_bias": (
            lambda mx: mx.gluon.nn.Dense(3, in_units=4, bias_initializer=mx.init.Uniform(0.3)),
            [(2, 4)],
        ),
        "xavier": (lambda mx: mx.gluon.nn.Dense(3, in_units=4, weight_initializer="xavier"), [(2, 4)]),
        "prefix": (lambda mx: mx.gluon.nn.Dense(3, in_units=4, prefix="mine_"), [(2, 4)]),
        "empty_prefix": (lambda mx: mx.gluon.nn.Dense(3, "relu", in_units=4, prefix=""), [(2, 4)]),
    },
)
layers("dense", {"float64": (lambda mx: mx.gluon.nn.Dense(3, in_units=4), [(2, 4)])}, cast="float64")
suite.table(
    "dense",
    {
        "made_float64": lambda mx: examine(
            mx,
            lambda mx: mx.gluon.nn.Dense(3, in_units=4, dtype="float64"),
            lambda mx: inputs_of(mx, [(2, 4)], dtype="float64"),
        ),
        "xavier_for_all": lambda mx: examine(
            mx,
            lambda mx: mx.gluon.nn.Dense(3, in_units=4),
            [(2, 4)],
            initialize=lambda mx: mx.init.Xavier(),
        ),
        "shared": lambda mx: shared(mx),
        "repr": lambda mx: [
            repr(layer)
            for layer in (
                mx.gluon.nn.Dense(3),
                mx.gluon.nn.Dense(3, in_units=2),
                mx.gluon.nn.Dense(3, "relu"),
                mx.gluon.nn.Dense(-1),
                mx.gluon.nn.Dense(3, "nope"),
            )
        ],
        "private": lambda mx: attributes(
            mx.gluon.nn.Dense(3, in_units=2), ("_units", "_in_units", "_flatten", "bias_", "act")
        ),
        "no_bias_attribute": lambda mx: mx.gluon.nn.Dense(3, use_bias=False).bias is None,
        "empty_activation": lambda mx: repr(mx.gluon.nn.Dense(3, "")),
        "unknown_activation": lambda mx: attempt(lambda: run(mx, mx.gluon.nn.Dense(3, "nope", in_units=2), (1, 2))),
        "wrong_input": lambda mx: attempt(lambda: run(mx, mx.gluon.nn.Dense(3, in_units=2), (1, 3))),
        "not_initialized": lambda mx: attempt(lambda: mx.gluon.nn.Dense(3, in_units=2)(mx.nd.ones((1, 2)))),
        "deferred_data": lambda mx: attempt(lambda: initialized(mx, mx.gluon.nn.Dense(3)).weight.data()),
        "other_dtype": lambda mx: attempt(lambda: run(mx, mx.gluon.nn.Dense(3, in_units=2), (1, 2), "float64")),
        "unknown_argument": lambda mx: attempt(lambda: mx.gluon.nn.Dense(3, nope=1)),
    },
)


def initialized(mx, block):
    block.initialize()
    return block


def run(mx, block, shape, dtype="float32"):
    return initialized(mx, block)(mx.nd.ones(shape, dtype=dtype)).asnumpy()


def shared(mx):
    first = inside(mx, lambda mx: mx.gluon.nn.Dense(3, in_units=3))
    second = mx.gluon.nn.Dense(3, in_units=3, params=first.collect_params())
    first.initialize(mx.init.Uniform(0.5))
    x = mx.nd.ones((1, 3))
    with mx.autograd.record():
        out = second(first(x))
    out.backward()
    return list(second.collect_params().keys()), second.weight is first.weight, out, first.weight.grad()


# ------------------------------------------------------------------------------------------ Dropout

layers(
    "dropout",
    {
        "half": (lambda mx: mx.gluon.nn.Dropout(0.5), [(4, 6)]),
        "little": (lambda mx: mx.gluon.nn.Dropout(0.1), [(4, 6)]),
        "most": (lambda mx: mx.gluon.nn.Dropout(0.9), [(4, 6)]),
        "none": (lambda mx: mx.gluon.nn.Dropout(0), [(4, 6)]),
        "negative": (lambda mx: mx.gluon.nn.Dropout(-1), [(4, 6)]),
        "axes": (lambda mx: mx.gluon.nn.Dropout(0.5, axes=(1,)), [(4, 6)]),
        "axes_of_images": (lambda mx: mx.gluon.nn.Dropout(0.5, axes=(2, 3)), [(2, 3, 2, 2)]),
        "many": (lambda mx: mx.gluon.nn.Dropout(0.3), [(20, 15)]),
    },
)
layers("dropout_predict", {"half": (lambda mx: mx.gluon.nn.Dropout(0.5), [(4, 6)])}, train=False)
suite.table(
    "dropout",
    {
        "repr": lambda mx: [repr(mx.gluon.nn.Dropout(r, a)) for r, a in ((0.5, ()), (0, (1,)), (1, (0, 1)), (0.25, 2))],
        "too_much": lambda mx: attempt(lambda: training(mx, mx.gluon.nn.Dropout(1.5))),
        "private": lambda mx: attributes(mx.gluon.nn.Dropout(0.5, (1,)), ("_rate", "_axes")),
    },
)


def training(mx, block):
    with mx.autograd.record():
        return block(mx.nd.ones((2, 2))).asnumpy()


# ------------------------------------------------------------------------------------------ Embedding

_WORDS = [[0, 2, 1], [4, 2, 2]]


def words(mx, dtype="float32"):
    return mx.nd.array(_WORDS, dtype=dtype)


def embedded(mx, make, dtype="float32", cast=None):
    block = inside(mx, make)
    seen = [repr(block), block.prefix]
    block.initialize(mx.init.Uniform(0.5))
    if cast:
        block.cast(cast)
    with mx.autograd.record():
        out = block(words(mx, dtype))
    out.backward()
    grad = block.weight.grad()
    return [*seen, out, block.weight.data(), grad.stype, grad.asnumpy(), block.weight._grad_stype]


suite.table(
    "embedding",
    {
        "plain": lambda mx: embedded(mx, lambda mx: mx.gluon.nn.Embedding(5, 3)),
        "integers": lambda mx: embedded(mx, lambda mx: mx.gluon.nn.Embedding(5, 3), "int32"),
        "int64": lambda mx: embedded(mx, lambda mx: mx.gluon.nn.Embedding(5, 3), "int64"),
        "float64": lambda mx: embedded(mx, lambda mx: mx.gluon.nn.Embedding(5, 3, dtype="float64")),
        "initializer": lambda mx: embedded(mx, lambda mx: mx.gluon.nn.Embedding(5, 3, weight_initializer="ones")),
        "normal": lambda mx: embedded(
            mx, lambda mx: mx.gluon.nn.Embedding(5, 3, weight_initializer=mx.init.Normal(0.2))
        ),
        "sparse": lambda mx: embedded(mx, lambda mx: mx.gluon.nn.Embedding(5, 3, sparse_grad=True)),
        "prefix": lambda mx: embedded(mx, lambda mx: mx.gluon.nn.Embedding(5, 3, prefix="words_")),
        "repr": lambda mx: [
            repr(mx.gluon.nn.Embedding(5, 3)),
            repr(mx.gluon.nn.Embedding(5, 3, dtype=np.float64)),
            repr(mx.gluon.nn.Embedding(0, 3)),
        ],
        "clipped": lambda mx: attempt(
            lambda: initialized(mx, mx.gluon.nn.Embedding(3, 2))(mx.nd.array([-1, 0, 5])).asnumpy()
        ),
        "private": lambda mx: mx.gluon.nn.Embedding(5, 3)._kwargs,
        "deferred": lambda mx: attempt(lambda: run(mx, mx.gluon.nn.Embedding(0, 3), (2,))),
    },
)


# ------------------------------------------------------------------------------------------ Flatten, functions

layers(
    "flatten",
    {
        "cube": (lambda mx: mx.gluon.nn.Flatten(), [(2, 3, 4)]),
        "matrix": (lambda mx: mx.gluon.nn.Flatten(), [(2, 3)]),
        "vector": (lambda mx: mx.gluon.nn.Flatten(), [(3,)]),
        "images": (lambda mx: mx.gluon.nn.Flatten(prefix="flat_"), [(1, 2, 2, 3)]),
    },
)

layers(
    "hybrid_lambda",
    {
        "operator": (lambda mx: mx.gluon.nn.HybridLambda("tanh"), [(2, 3)]),
        "function": (lambda mx: mx.gluon.nn.HybridLambda(lambda F, x: F.LeakyReLU(x, slope=0.1)), [(2, 3)]),
        "several": (lambda mx: mx.gluon.nn.HybridLambda(lambda F, x, y: F.broadcast_mul(x, y)), [(2, 3), (2, 1)]),
        "binary_operator": (lambda mx: mx.gluon.nn.HybridLambda("elemwise_add"), [(2, 3), (2, 3)]),
        "prefix": (lambda mx: mx.gluon.nn.HybridLambda("relu", prefix="mine_"), [(2, 3)]),
    },
)
layers(
    "lambda",
    {
        "operator": (lambda mx: mx.gluon.nn.Lambda("tanh"), [(2, 3)]),
        "function": (lambda mx: mx.gluon.nn.Lambda(lambda x: mx.nd.LeakyReLU(x, slope=0.1)), [(2, 3)]),
        "several": (lambda mx: mx.gluon.nn.Lambda(lambda x, y: mx.nd.broadcast_mul(x, y)), [(2, 3), (2, 1)]),
    },
    hybrid=False,
)


def named(x):
    return x * 2


suite.table(
    "lambda",
    {
        "repr": lambda mx: [
            repr(mx.gluon.nn.Lambda(named)),
            repr(mx.gluon.nn.Lambda("relu")),
            repr(mx.gluon.nn.HybridLambda(named)),
            repr(mx.gluon.nn.HybridLambda("relu")),
        ],
        "other_results": lambda mx: mx.gluon.nn.Lambda(lambda x: (x, "text"))(3),
    },
)
suite.errors(
    "lambda",
    {
        "unknown": (lambda mx: mx.gluon.nn.Lambda("no_such_function"), ("no_such_function",)),
        "number": (lambda mx: mx.gluon.nn.Lambda(3), ("3",)),
        "hybrid_unknown": (lambda mx: mx.gluon.nn.HybridLambda("no_such_function"), ("no_such_function",)),
        "hybrid_number": (lambda mx: mx.gluon.nn.HybridLambda(3), ("3",)),
        "hybrid_without_name": (lambda mx: mx.gluon.nn.HybridLambda(Callable()), ()),
    },
)


class Callable:
    def __call__(self, F, x):
        return x


# ------------------------------------------------------------------------------------------ stacks


def mlp(mx, cls="HybridSequential", **kwargs):
    net = getattr(mx.gluon.nn, cls)(**kwargs)
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(4, activation="relu", in_units=3))
        net.add(mx.gluon.nn.Dropout(0.5), mx.gluon.nn.Dense(2, in_units=4))
    return net


def convolutional(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    with net.name_scope():
        net.add(nn.Conv2D(2, 3, activation="relu", in_channels=1), nn.MaxPool2D(), nn.BatchNorm(in_channels=2))
        net.add(nn.Flatten(), nn.Dense(3, in_units=8))
    return net


layers("hybrid_sequential", {"mlp": (mlp, [(2, 3)]), "convolutional": (convolutional, [(2, 1, 6, 6)])})
layers(
    "hybrid_sequential",
    {
        "empty": (lambda mx: mx.gluon.nn.HybridSequential(), [(2, 3)]),
        "nested": (lambda mx: nested(mx), [(2, 3)]),
        "named": (lambda mx: mlp(mx, prefix="mlp_"), [(2, 3)]),
        "deferred": (lambda mx: deferred(mx), [(2, 3)]),
    },
)
layers("sequential", {"mlp": (lambda mx: mlp(mx, "Sequential"), [(2, 3)])}, hybrid=False)


def nested(mx):
    net = mx.gluon.nn.HybridSequential(prefix="outer_")
    with net.name_scope():
        net.add(mlp(mx), mx.gluon.nn.Dense(3, in_units=2))
        inner = mx.gluon.nn.HybridSequential(prefix="")
        inner.add(mx.gluon.nn.Dense(2, in_units=3), mx.gluon.nn.Activation("tanh"))
        net.add(inner)
    return net


def deferred(mx):
    net = mx.gluon.nn.HybridSequential()
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(4, activation="tanh"), mx.gluon.nn.Dense(2))
    return net


def stack(mx, cls):
    net = inside(mx, lambda mx: mlp(mx, cls))
    part = net[0:2]
    return {
        "len": [len(net), len(part), len(net[5:])],
        "item": net[0] is net._children["0"],
        "negative": repr(net[-1]),
        "slice": [type(part), repr(part), part.prefix, list(part.collect_params().keys()), part[0] is net[0]],
        "step": repr(net[::2]),
        "children": list(net._children),
        "structure": list(net._collect_params_with_prefix()),
        "too_far": attempt(lambda: net[7]),
        "by_name": attempt(lambda: net["0"]),
        "iterated": [repr(block) for block in net],
        "truth": bool(getattr(mx.gluon.nn, cls)()),
        "repr_empty": repr(getattr(mx.gluon.nn, cls)()),
        "add_nothing": net.add(),
        "add_number": attempt(lambda: net.add(3)),
        "add_plain_block": attempt(lambda: net.add(mx.gluon.nn.Lambda("relu"))),
        "afterwards": len(net),
    }


suite.table("stack", {cls: lambda mx, cls=cls: stack(mx, cls) for cls in ("Sequential", "HybridSequential")})


@suite.case()
def sequential_warns(mx):
    import warnings

    net = inside(mx, lambda mx: mlp(mx, "Sequential", prefix="mlp_"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net.hybridize()
        net.add(mx.gluon.nn.Lambda("relu"))
        net.hybridize()
    return [(w.category, "All children of this Sequential layer 'net_mlp_'" in str(w.message)) for w in caught]


@suite.case()
def summary(mx):
    import contextlib
    import io

    net = inside(mx, convolutional)
    net.initialize()
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        net.summary(mx.nd.ones((2, 1, 6, 6)))
    return text.getvalue()
