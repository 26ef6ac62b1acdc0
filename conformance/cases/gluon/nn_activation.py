"""Activation layers."""

from __future__ import annotations

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._layers import examine

suite = Suite(__name__)

SINGLE = Tolerance(rtol=1e-6, atol=1e-7, why="MXNet computes gelu of float64 data in float32")

_MAKE = {
    **{f"activation/{name}": lambda nn, name=name: nn.Activation(name) for name in ("relu", "sigmoid", "tanh")},
    **{f"activation/{name}": lambda nn, name=name: nn.Activation(name) for name in ("softrelu", "softsign")},
    "leaky/tenth": lambda nn: nn.LeakyReLU(0.1),
    "leaky/zero": lambda nn: nn.LeakyReLU(0),
    "leaky/two": lambda nn: nn.LeakyReLU(alpha=2, prefix="mine_"),
    "prelu/plain": lambda nn: nn.PReLU(),
    "prelu/channels": lambda nn: nn.PReLU(in_channels=3),
    "prelu/ones": lambda nn: nn.PReLU("ones"),
    "elu/plain": lambda nn: nn.ELU(),
    "elu/half": lambda nn: nn.ELU(0.5),
    "selu": lambda nn: nn.SELU(),
    "gelu": lambda nn: nn.GELU(),
    "swish/plain": lambda nn: nn.Swish(),
    "swish/two": lambda nn: nn.Swish(beta=2.0),
    "swish/prefix": lambda nn: nn.Swish(prefix="mine_"),
}

for _name, _make in _MAKE.items():
    _group, _, _variant = _name.partition("/")
    for _shape in ((2, 3), (2, 3, 2, 2)):
        _id = "x".join(map(str, _shape))
        suite.table(
            f"{_group}/{_variant}" if _variant else _group,
            {_id: lambda mx, make=_make, shape=_shape: examine(mx, lambda mx: make(mx.gluon.nn), [shape])},
        )
    if not _group.startswith("prelu"):
        suite.table(
            f"{_group}/{_variant}" if _variant else _group,
            {
                "float64": lambda mx, make=_make: examine(mx, lambda mx: make(mx.gluon.nn), [(2, 3)], cast="float64"),
            },
            tol=SINGLE if _group == "gelu" else None,
        )
        suite.table(
            f"{_group}/{_variant}" if _variant else _group,
            {
                "vector": lambda mx, make=_make: examine(mx, lambda mx: make(mx.gluon.nn), [(5,)]),
            },
        )

suite.table(
    "private",
    {
        "alpha": lambda mx: (mx.gluon.nn.LeakyReLU(0.3)._alpha, mx.gluon.nn.ELU(0.3)._alpha, mx.gluon.nn.Swish()._beta),
        "act_type": lambda mx: mx.gluon.nn.Activation("relu")._act_type,
        "repr": lambda mx: [
            repr(layer)
            for layer in (
                mx.gluon.nn.PReLU(),
                mx.gluon.nn.ELU(),
                mx.gluon.nn.SELU(),
                mx.gluon.nn.GELU(),
                mx.gluon.nn.Swish(),
                mx.gluon.nn.LeakyReLU(1),
                mx.gluon.nn.Activation("nope"),
            )
        ],
        "unknown": lambda mx: attempt(lambda: mx.gluon.nn.Activation("nope")(mx.nd.ones(2)).asnumpy()),
        "prelu_channels": lambda mx: attempt(lambda: prelu(mx, 4, (2, 3))),
        "prelu_vector": lambda mx: attempt(lambda: prelu(mx, 3, (3,))),
    },
)


def prelu(mx, channels, shape):
    layer = mx.gluon.nn.PReLU(in_channels=channels)
    layer.initialize()
    return layer(mx.nd.ones(shape) * -1).asnumpy()


suite.errors(
    "bad",
    {
        "leaky_negative": (lambda mx: mx.gluon.nn.LeakyReLU(-0.1), ("LeakyReLU", "alpha")),
        "leaky_nothing": (lambda mx: mx.gluon.nn.LeakyReLU(), ("alpha",)),
        "leaky_text": (lambda mx: mx.gluon.nn.LeakyReLU("0.1"), ()),
        "activation_nothing": (lambda mx: mx.gluon.nn.Activation(), ("activation",)),
    },
)
