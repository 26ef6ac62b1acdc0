"""Normalizing layers."""

from __future__ import annotations

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._layers import examine, inputs_of, inside, parameters

suite = Suite(__name__)

#: differences of nearly equal numbers, divided by their small spread
SPREAD = Tolerance(rtol=2e-4, atol=2e-5, why="gradients through a division by the spread of few numbers")


def layers(group, cases, **options):
    for name, (make, data) in cases.items():
        suite.table(
            group,
            {name: lambda mx, make=make, data=data: examine(mx, lambda mx: make(mx.gluon.nn), data, **options)},
            tol=SPREAD,
        )


for _cls in ("BatchNorm", "BatchNormReLU"):
    layers(
        _cls,
        {
            "matrix": (lambda nn, c=_cls: getattr(nn, c)(in_channels=3), [(4, 3)]),
            "images": (lambda nn, c=_cls: getattr(nn, c)(in_channels=3), [(2, 3, 2, 2)]),
            "no_scale": (lambda nn, c=_cls: getattr(nn, c)(in_channels=3, scale=False), [(2, 3, 2, 2)]),
            "no_center": (lambda nn, c=_cls: getattr(nn, c)(in_channels=3, center=False), [(2, 3, 2, 2)]),
            "neither": (lambda nn, c=_cls: getattr(nn, c)(in_channels=3, scale=False, center=False), [(2, 3, 2, 2)]),
            "last_axis": (lambda nn, c=_cls: getattr(nn, c)(axis=3, in_channels=3), [(2, 2, 2, 3)]),
            "momentum": (lambda nn, c=_cls: getattr(nn, c)(momentum=0.5, in_channels=3), [(2, 3, 2, 2)]),
            "epsilon": (lambda nn, c=_cls: getattr(nn, c)(epsilon=0.1, in_channels=3), [(2, 3, 2, 2)]),
            "global": (lambda nn, c=_cls: getattr(nn, c)(use_global_stats=True, in_channels=3), [(2, 3, 2, 2)]),
            "initializers": (
                lambda nn, c=_cls: getattr(nn, c)(
                    in_channels=3,
                    beta_initializer="ones",
                    gamma_initializer="zeros",
                    running_mean_initializer="ones",
                    running_variance_initializer="zeros",
                ),
                [(2, 3, 2, 2)],
            ),
            "deferred": (lambda nn, c=_cls: getattr(nn, c)(), [(2, 3, 2)]),
            "deferred_last_axis": (lambda nn, c=_cls: getattr(nn, c)(axis=-1), [(2, 2, 3)]),
            "prefix": (lambda nn, c=_cls: getattr(nn, c)(in_channels=3, prefix="mine_"), [(2, 3, 2, 2)]),
        },
    )
    if _cls == "BatchNorm":  # the fused operator reads memory that it did not write then
        layers(_cls, {"predict": (lambda nn: nn.BatchNorm(in_channels=3), [(2, 3, 2, 2)])}, train=False)

layers(
    "InstanceNorm",
    {
        "images": (lambda nn: nn.InstanceNorm(in_channels=2), [(2, 2, 3, 3)]),
        "rows": (lambda nn: nn.InstanceNorm(in_channels=2), [(2, 2, 5)]),
        "scale": (lambda nn: nn.InstanceNorm(in_channels=2, scale=True), [(2, 2, 5)]),
        "no_center": (lambda nn: nn.InstanceNorm(in_channels=2, center=False), [(2, 2, 5)]),
        "epsilon": (lambda nn: nn.InstanceNorm(epsilon=0.5, in_channels=2), [(2, 2, 5)]),
        "last_axis": (lambda nn: nn.InstanceNorm(axis=2, in_channels=2, scale=True), [(2, 5, 2)]),
        "deferred": (lambda nn: nn.InstanceNorm(), [(2, 3, 4)]),
        "deferred_last_axis": (lambda nn: nn.InstanceNorm(axis=2), [(2, 4, 3)]),
        "initializers": (
            lambda nn: nn.InstanceNorm(beta_initializer="ones", gamma_initializer="zeros", in_channels=2),
            [(2, 2, 5)],
        ),
    },
)
layers(
    "LayerNorm",
    {
        "matrix": (lambda nn: nn.LayerNorm(in_channels=5), [(3, 5)]),
        "cube": (lambda nn: nn.LayerNorm(in_channels=5), [(2, 3, 5)]),
        "axis_1": (lambda nn: nn.LayerNorm(axis=1, in_channels=4), [(2, 4, 3)]),
        "no_scale": (lambda nn: nn.LayerNorm(in_channels=5, scale=False), [(3, 5)]),
        "no_center": (lambda nn: nn.LayerNorm(in_channels=5, center=False), [(3, 5)]),
        "epsilon": (lambda nn: nn.LayerNorm(epsilon=0.5, in_channels=5), [(3, 5)]),
        "deferred": (lambda nn: nn.LayerNorm(), [(3, 5)]),
        "deferred_axis_1": (lambda nn: nn.LayerNorm(axis=1), [(2, 4, 3)]),
        "initializers": (
            lambda nn: nn.LayerNorm(beta_initializer="ones", gamma_initializer="zeros", in_channels=5),
            [(3, 5)],
        ),
        "prefix": (lambda nn: nn.LayerNorm(in_channels=5, prefix="mine_"), [(3, 5)]),
    },
)
layers(
    "GroupNorm",
    {
        "one": (lambda nn: nn.GroupNorm(), [(2, 4, 3)]),
        "two": (lambda nn: nn.GroupNorm(2), [(2, 4, 3)]),
        "four": (lambda nn: nn.GroupNorm(num_groups=4), [(2, 4, 3, 2)]),
        "no_scale": (lambda nn: nn.GroupNorm(2, scale=False), [(2, 4, 3)]),
        "no_center": (lambda nn: nn.GroupNorm(2, center=False), [(2, 4, 3)]),
        "epsilon": (lambda nn: nn.GroupNorm(2, epsilon=0.5), [(2, 4, 3)]),
        "initializers": (lambda nn: nn.GroupNorm(2, beta_initializer="ones", gamma_initializer="zeros"), [(2, 4, 3)]),
    },
)


def steps(mx, make):
    """Three training steps: the running statistics move in each, and predictions follow."""
    layer = inside(mx, lambda mx: make(mx.gluon.nn))
    layer.initialize()
    seen = []
    for x in inputs_of(mx, [(2, 3, 2, 2)] * 3):
        with mx.autograd.record():
            out = layer(x)
        out.backward()
        mx.nd.waitall()
        seen.append([layer.running_mean.data().asnumpy(), layer.running_var.data().asnumpy(), layer(x)])
    return seen


suite.table(
    "steps",
    {
        "plain": lambda mx: steps(mx, lambda nn: nn.BatchNorm(in_channels=3)),
        "fast": lambda mx: steps(mx, lambda nn: nn.BatchNorm(momentum=0.1, in_channels=3)),
        "no_scale": lambda mx: steps(mx, lambda nn: nn.BatchNorm(scale=False, in_channels=3)),
        "global": lambda mx: steps(mx, lambda nn: nn.BatchNorm(use_global_stats=True, in_channels=3)),
        "relu": lambda mx: steps(mx, lambda nn: nn.BatchNormReLU(in_channels=3)),
    },
    tol=SPREAD,
)


def cast(mx, make, dtype):
    layer = inside(mx, lambda mx: make(mx.gluon.nn))
    layer.initialize()
    layer.cast(dtype)
    return parameters(layer)


suite.table(
    "cast",
    {
        f"{name}/{dtype}": lambda mx, make=make, dtype=dtype: cast(mx, make, dtype)
        for name, make in {
            "batch": lambda nn: nn.BatchNorm(in_channels=2),
            "batch_relu": lambda nn: nn.BatchNormReLU(in_channels=2),
            "layer": lambda nn: nn.LayerNorm(in_channels=2),
            "deferred": lambda nn: nn.BatchNorm(),
        }.items()
        for dtype in ("float16", "float64", np.float16)
        if isinstance(dtype, str) or name == "batch"
    },
)
suite.table(
    "private",
    {
        "kwargs": lambda mx: [
            mx.gluon.nn.BatchNorm()._kwargs,
            mx.gluon.nn.BatchNormReLU(axis=2)._kwargs,
            mx.gluon.nn.LayerNorm()._kwargs,
            mx.gluon.nn.GroupNorm()._kwargs,
            mx.gluon.nn.InstanceNorm()._kwargs,
        ],
        "differentiable": lambda mx: [
            p._differentiable for p in mx.gluon.nn.BatchNorm(scale=False).collect_params().values()
        ],
        "channels": lambda mx: [
            attempt(lambda: mx.gluon.nn.BatchNorm().in_channels),
            mx.gluon.nn.BatchNorm(in_channels=3).in_channels,
        ],
        "fuse_relu": lambda mx: (mx.gluon.nn.BatchNorm().fuse_relu, mx.gluon.nn.BatchNormReLU().fuse_relu),
        "repr": lambda mx: [
            repr(layer)
            for layer in (
                mx.gluon.nn.BatchNorm(),
                mx.gluon.nn.BatchNorm(in_channels=4, axis=-1, epsilon=1e-3, center=False),
                mx.gluon.nn.LayerNorm(),
                mx.gluon.nn.GroupNorm(3),
                mx.gluon.nn.InstanceNorm(scale=True),
            )
        ],
        "subclass": lambda mx: mx.gluon.nn.BatchNorm.__mro__[1].__name__,
        "request_write": lambda mx: attempt(lambda: request(mx)),
    },
)


def request(mx):
    layer = mx.gluon.nn.BatchNorm(in_channels=2, scale=False)
    layer.gamma.grad_req = "write"
    return layer.gamma.grad_req


def run(mx, make, shape):
    layer = make(mx.gluon.nn)
    layer.initialize()
    return layer(mx.nd.ones(shape)).asnumpy()


suite.errors(
    "bad",
    {
        "batch_axis": (lambda mx: run(mx, lambda nn: nn.BatchNorm(axis=4, in_channels=3), (2, 3)), ("axis",)),
        "layer_channels": (lambda mx: run(mx, lambda nn: nn.LayerNorm(in_channels=2), (2, 3)), ("LayerNorm",)),
        "group_channels": (lambda mx: run(mx, lambda nn: nn.GroupNorm(2), (2, 3, 4)), ("GroupNorm",)),
        "group_axes": (lambda mx: run(mx, lambda nn: nn.GroupNorm(1), (3,)), ("GroupNorm",)),
        "cast": (lambda mx: mx.gluon.nn.BatchNorm().cast("nope"), ()),
    },
)
