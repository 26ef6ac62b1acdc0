"""gluon.contrib.nn and gluon.contrib.cnn."""

from __future__ import annotations

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._layers import attributes, examine, inside, parameters

suite = Suite(__name__)

SPREAD = Tolerance(rtol=2e-4, atol=2e-5, why="gradients through a division by the spread of few numbers")
SUMS = Tolerance(rtol=1e-4, atol=5e-6, why="sums of many products in another order")


def concurrent(mx, cls, axis, **kwargs):
    nn = mx.gluon.nn
    net = getattr(mx.gluon.contrib.nn, cls)(axis=axis, **kwargs)
    with net.name_scope():
        net.add(nn.Dense(2, in_units=3), nn.Dense(3, in_units=3, activation="tanh"))
        net.add(mx.gluon.contrib.nn.Identity())
    return net


def of_images(mx, axis):
    nn = mx.gluon.nn
    net = mx.gluon.contrib.nn.HybridConcurrent(axis=axis, prefix="branches_")
    with net.name_scope():
        net.add(nn.Conv2D(2, 1, in_channels=2), nn.Conv2D(2, 3, padding=1, in_channels=2), nn.MaxPool2D(3, 1, 1))
    return net


suite.table(
    "concurrent",
    {
        "plain": lambda mx: examine(mx, lambda mx: concurrent(mx, "Concurrent", 1), [(2, 3)], hybrid=False),
        "default_axis": lambda mx: examine(mx, lambda mx: concurrent(mx, "Concurrent", -1), [(2, 3)], hybrid=False),
        "hybrid": lambda mx: examine(mx, lambda mx: concurrent(mx, "HybridConcurrent", 1), [(2, 3)]),
        "hybrid_default_axis": lambda mx: examine(mx, lambda mx: concurrent(mx, "HybridConcurrent", -1), [(2, 3)]),
        "prefix": lambda mx: examine(
            mx, lambda mx: concurrent(mx, "HybridConcurrent", 1, prefix="branches_"), [(2, 3)]
        ),
        "images": lambda mx: examine(mx, lambda mx: of_images(mx, 1), [(1, 2, 3, 3)]),
        "rows": lambda mx: examine(mx, lambda mx: of_images(mx, 2), [(1, 2, 3, 3)]),
        "slice": lambda mx: slices(mx),
        "empty": lambda mx: attempt(lambda: mx.gluon.contrib.nn.HybridConcurrent()(mx.nd.ones((1, 2))).asnumpy()),
        "repr_empty": lambda mx: repr(mx.gluon.contrib.nn.HybridConcurrent()),
        "axis": lambda mx: [mx.gluon.contrib.nn.HybridConcurrent().axis, mx.gluon.contrib.nn.Concurrent(2).axis],
        "add_plain_block": lambda mx: attempt(
            lambda: mx.gluon.contrib.nn.HybridConcurrent().add(mx.gluon.nn.Lambda("relu"))
        ),
        "different_sizes": lambda mx: attempt(lambda: different(mx)),
    },
    tol=SUMS,
)


def different(mx):
    net = mx.gluon.contrib.nn.HybridConcurrent(axis=0)
    net.add(mx.gluon.nn.Dense(2, in_units=3), mx.gluon.nn.Dense(3, in_units=3))
    net.initialize()
    return net(mx.nd.ones((2, 3))).asnumpy()


def slices(mx):
    net = inside(mx, lambda mx: concurrent(mx, "HybridConcurrent", 1))
    net.initialize()
    part = net[:1]
    return len(net), len(part), type(part), part.axis, part(mx.nd.ones((1, 3)))


suite.table(
    "identity",
    {
        "plain": lambda mx: examine(mx, lambda mx: mx.gluon.contrib.nn.Identity(), [(2, 3)], hybrid=False),
        "same": lambda mx: same(mx),
        "repr": lambda mx: repr(mx.gluon.contrib.nn.Identity()),
    },
)


def same(mx):
    x = mx.nd.ones((2, 3))
    return mx.gluon.contrib.nn.Identity()(x) is x


# ------------------------------------------------------------------------------------------ pixel shuffles


def shuffled(mx, n, factor, shape):
    return examine(mx, lambda mx: getattr(mx.gluon.contrib.nn, f"PixelShuffle{n}D")(factor), [shape])


suite.table(
    "shuffle",
    {
        "1d": lambda mx: shuffled(mx, 1, 2, (1, 8, 3)),
        "1d_three": lambda mx: shuffled(mx, 1, 3, (2, 3, 2)),
        "1d_one": lambda mx: shuffled(mx, 1, 1, (2, 3, 2)),
        "1d_float": lambda mx: shuffled(mx, 1, 2.7, (1, 8, 3)),
        "2d": lambda mx: shuffled(mx, 2, 2, (1, 8, 2, 3)),
        "2d_oblong": lambda mx: shuffled(mx, 2, (2, 3), (1, 12, 3, 2)),
        "2d_one_way": lambda mx: shuffled(mx, 2, (1, 3), (2, 3, 2, 2)),
        "2d_list": lambda mx: shuffled(mx, 2, [2, 1], (2, 4, 2, 2)),
        "3d": lambda mx: shuffled(mx, 3, 2, (1, 8, 2, 1, 2)),
        "3d_oblong": lambda mx: shuffled(mx, 3, (2, 3, 4), (1, 24, 2, 1, 3)),
        "3d_one_way": lambda mx: shuffled(mx, 3, (1, 2, 1), (1, 4, 2, 2, 3)),
        "factors": lambda mx: [
            mx.gluon.contrib.nn.PixelShuffle1D("3")._factor,
            mx.gluon.contrib.nn.PixelShuffle2D(2)._factors,
            mx.gluon.contrib.nn.PixelShuffle3D((1, 2.5, 3))._factors,
        ],
        "does_not_fit": lambda mx: attempt(
            lambda: mx.gluon.contrib.nn.PixelShuffle2D(2)(mx.nd.ones((1, 6, 2, 2))).asnumpy()
        ),
    },
)
suite.errors(
    "shuffle/bad",
    {
        "2d_three": (lambda mx: mx.gluon.contrib.nn.PixelShuffle2D((1, 2, 3)), ("factor",)),
        "3d_two": (lambda mx: mx.gluon.contrib.nn.PixelShuffle3D((1, 2)), ("factor",)),
        "1d_tuple": (lambda mx: mx.gluon.contrib.nn.PixelShuffle1D((1, 2)), ()),
        "text": (lambda mx: mx.gluon.contrib.nn.PixelShuffle2D("a"), ()),
        "prefix": (lambda mx: mx.gluon.contrib.nn.PixelShuffle2D(2, prefix="a_"), ("prefix",)),
    },
)


# ------------------------------------------------------------------------------------------ SyncBatchNorm


def synchronized(mx, shape, **kwargs):
    return examine(mx, lambda mx: mx.gluon.contrib.nn.SyncBatchNorm(num_devices=1, **kwargs), [shape])


suite.table(
    "sync_batch_norm",
    {
        "images": lambda mx: synchronized(mx, (2, 3, 2, 2), in_channels=3),
        "matrix": lambda mx: synchronized(mx, (4, 3), in_channels=3),
        "no_scale": lambda mx: synchronized(mx, (4, 3), in_channels=3, scale=False),
        "no_center": lambda mx: synchronized(mx, (4, 3), in_channels=3, center=False),
        "momentum": lambda mx: synchronized(mx, (4, 3), in_channels=3, momentum=0.3),
        "epsilon": lambda mx: synchronized(mx, (4, 3), in_channels=3, epsilon=0.3),
        "global": lambda mx: synchronized(mx, (4, 3), in_channels=3, use_global_stats=True),
        "deferred": lambda mx: synchronized(mx, (2, 3, 2)),
        "kwargs": lambda mx: inside(mx, lambda mx: mx.gluon.contrib.nn.SyncBatchNorm(in_channels=2))._kwargs,
        "devices": lambda mx: mx.gluon.contrib.nn.SyncBatchNorm(num_devices=4)._kwargs["ndev"],
        "warns": lambda mx: warned(mx),
    },
    tol=SPREAD,
)


def warned(mx):
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        mx.gluon.contrib.nn.SyncBatchNorm()
        mx.gluon.contrib.nn.SyncBatchNorm(num_devices=1)
    return [w.category for w in caught]


# ------------------------------------------------------------------------------------------ SparseEmbedding


def sparse(mx):
    layer = inside(mx, lambda mx: mx.gluon.contrib.nn.SparseEmbedding(6, 2, weight_initializer="ones"))
    seen = [repr(layer), parameters(layer), layer.weight._stype, layer.weight._grad_stype, layer._kwargs]
    layer.initialize()
    seen.append(attempt(lambda: layer(mx.nd.array([1, 2]))))
    return seen


def trained(mx):
    layer = inside(mx, lambda mx: mx.gluon.contrib.nn.SparseEmbedding(6, 2, weight_initializer="ones"))
    layer.initialize()
    trainer = mx.gluon.Trainer(layer.collect_params(), "sgd", {"learning_rate": 0.5})
    x = mx.nd.array([1, 3, 3])
    seen = []
    for _ in range(2):
        with mx.autograd.record():
            out = layer(x)
        out.backward()
        trainer.step(1)
        seen += [out, layer.weight.grad().indices, layer.weight.grad().asnumpy()]
    return [*seen, layer(mx.nd.arange(6))]


suite.table("sparse_embedding", {"plain": sparse, "trained": trained})


# ------------------------------------------------------------------------------------------ deformable convolution


def deformable(mx, cls, shape, kwargs, **options):
    def make(mx):
        return getattr(mx.gluon.contrib.cnn, cls)(**kwargs)

    return examine(mx, make, [shape], **options)


def made(mx, cls, kwargs):
    layer = inside(mx, lambda mx: getattr(mx.gluon.contrib.cnn, cls)(**kwargs))
    return (
        repr(layer),
        layer.prefix,
        {name: (list(p.shape), p.grad_req) for name, p in layer.collect_params().items()},
        attributes(layer, ("_kwargs_offset", "_kwargs_deformable_conv", "_op_name", "offset_split_index")),
    )


_VARIANTS = {
    "plain": {"channels": 2, "kernel_size": 3, "in_channels": 2},
    "learned_offset": {
        "channels": 2,
        "kernel_size": 3,
        "padding": 1,
        "in_channels": 2,
        "offset_weight_initializer": "xavier",
        "offset_bias_initializer": "ones",
    },
    "strides": {"channels": 2, "kernel_size": (2, 3), "strides": 2, "padding": 1, "in_channels": 2},
    "dilation": {"channels": 2, "kernel_size": 2, "dilation": 2, "in_channels": 2},
    "no_bias": {"channels": 2, "kernel_size": 2, "use_bias": False, "in_channels": 2},
    "no_offset_bias": {"channels": 2, "kernel_size": 2, "offset_use_bias": False, "in_channels": 2},
    "two_groups_of_offsets": {"channels": 2, "kernel_size": 2, "num_deformable_group": 2, "in_channels": 2},
    "relu": {"channels": 2, "kernel_size": 2, "activation": "relu", "in_channels": 2},
    "deferred": {"channels": 2, "kernel_size": 2},
    "prefix": {"channels": 1, "in_channels": 2, "prefix": "mine_"},
}
for _name, _kwargs in _VARIANTS.items():
    suite.table(
        "deformable",
        {_name: lambda mx, k=_kwargs: deformable(mx, "DeformableConvolution", (1, 2, 5, 4), k)},
        tol=SUMS,
    )
    suite.table(
        "modulated",
        {_name: lambda mx, k=_kwargs: deformable(mx, "ModulatedDeformableConvolution", (1, 2, 5, 4), k, grads=False)},
        tol=SUMS,
    )
    for _cls in ("DeformableConvolution", "ModulatedDeformableConvolution"):
        suite.table(f"made/{_cls}", {_name: lambda mx, c=_cls, k=_kwargs: made(mx, c, k)})
suite.table(
    "made/DeformableConvolution",
    {
        "nhwc": lambda mx: made(mx, "DeformableConvolution", {"channels": 2, "layout": "NHWC", "in_channels": 3}),
        "groups": lambda mx: made(mx, "DeformableConvolution", {"channels": 4, "groups": 2, "in_channels": 2}),
    },
)
suite.errors(
    "bad",
    {
        "layout": (lambda mx: mx.gluon.contrib.cnn.DeformableConvolution(2, layout="NCW"), ("layout",)),
        "modulated_layout": (
            lambda mx: mx.gluon.contrib.cnn.ModulatedDeformableConvolution(2, layout="NCW"),
            ("layout",),
        ),
        "groups": (
            lambda mx: mx.gluon.contrib.cnn.DeformableConvolution(4, groups=2, in_channels=3),
            ("num_group",),
        ),
        "unknown": (lambda mx: mx.gluon.contrib.cnn.DeformableConvolution(4, nope=1), ("nope",)),
    },
)
