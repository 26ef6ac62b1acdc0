"""Convolutions, transposed convolutions, reflection padding."""

from __future__ import annotations

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._layers import attributes, examine, inside, parameters

suite = Suite(__name__)

SUMS = Tolerance(rtol=1e-4, atol=2e-6, why="sums of many products in another order")


def layers(group, cases, **options):
    for name, (make, shape) in cases.items():
        suite.table(
            group,
            {name: lambda mx, make=make, shape=shape: examine(mx, lambda mx: make(mx.gluon.nn), [shape], **options)},
            tol=SUMS,
        )


#: arguments that mean the same for every number of axes
_COMMON = {
    "plain": {},
    "no_bias": {"use_bias": False},
    "strides": {"strides": 2},
    "padding": {"padding": 1},
    "dilation": {"dilation": 2},
    "groups": {"groups": 2},
    "all": {"strides": 2, "padding": 1, "dilation": 2, "groups": 2, "activation": "relu"},
    "relu": {"activation": "relu"},
    "tanh": {"activation": "tanh", "use_bias": False},
    "ones": {"weight_initializer": "ones", "bias_initializer": "ones"},
    "xavier": {"weight_initializer": "xavier"},
    "prefix": {"prefix": "mine_"},
}
_SIZES = {1: (7,), 2: (6, 5), 3: (5, 4, 5)}

for _n, _size in _SIZES.items():
    _shape = (2, 2, *_size)
    _kernel = 3 if _n < 3 else 2
    layers(
        f"Conv{_n}D",
        {
            name: (
                lambda nn, n=_n, k=_kernel, a=kwargs: getattr(nn, f"Conv{n}D")(4, k, in_channels=2, **a),
                _shape,
            )
            for name, kwargs in _COMMON.items()
        },
    )
    layers(
        f"Conv{_n}D",
        {
            "deferred": (lambda nn, n=_n, k=_kernel: getattr(nn, f"Conv{n}D")(4, k), _shape),
            "deferred_groups": (lambda nn, n=_n, k=_kernel: getattr(nn, f"Conv{n}D")(4, k, groups=2), _shape),
            "one_by_one": (lambda nn, n=_n: getattr(nn, f"Conv{n}D")(3, 1, in_channels=2), _shape),
        },
    )
    layers(
        f"Conv{_n}DTranspose",
        {
            name: (
                lambda nn, n=_n, k=_kernel, a=kwargs: getattr(nn, f"Conv{n}DTranspose")(4, k, in_channels=2, **a),
                (1, 2, *[s - 2 for s in _size]),
            )
            for name, kwargs in _COMMON.items()
        },
    )
    layers(
        f"Conv{_n}DTranspose",
        {
            "deferred": (
                lambda nn, n=_n, k=_kernel: getattr(nn, f"Conv{n}DTranspose")(4, k),
                (1, 2, *[s - 2 for s in _size]),
            ),
            "output_padding": (
                lambda nn, n=_n, k=_kernel: getattr(nn, f"Conv{n}DTranspose")(
                    3, k, strides=2, output_padding=1, in_channels=2
                ),
                (1, 2, *[s - 2 for s in _size]),
            ),
        },
    )

layers(
    "Conv2D",
    {
        "oblong": (lambda nn: nn.Conv2D(2, (3, 2), (1, 2), (0, 1), in_channels=1), (1, 1, 6, 5)),
        "oblong_dilation": (lambda nn: nn.Conv2D(2, (2, 3), dilation=(2, 1), in_channels=1), (1, 1, 6, 5)),
        "list": (lambda nn: nn.Conv2D(2, [3, 3], padding=[1, 1], in_channels=1), (1, 1, 4, 4)),
        "depthwise": (lambda nn: nn.Conv2D(3, 3, groups=3, in_channels=3), (1, 3, 4, 4)),
        "wide": (lambda nn: nn.Conv2D(1, 4, padding=3, in_channels=1), (1, 1, 2, 2)),
    },
)
layers(
    "Conv2DTranspose",
    {
        "oblong": (
            lambda nn: nn.Conv2DTranspose(2, (3, 2), (2, 3), (1, 0), (1, 2), in_channels=1),
            (1, 1, 3, 3),
        ),
        "upsampling": (lambda nn: nn.Conv2DTranspose(1, 4, 2, 1, in_channels=1), (1, 1, 3, 3)),
    },
)
layers(
    "ReflectionPad2D",
    {
        "one": (lambda nn: nn.ReflectionPad2D(1), (1, 2, 3, 3)),
        "none": (lambda nn: nn.ReflectionPad2D(), (1, 2, 3, 3)),
        "two": (lambda nn: nn.ReflectionPad2D(padding=2, prefix="pad_"), (2, 1, 3, 4)),
        "each": (lambda nn: nn.ReflectionPad2D((0, 0, 0, 0, 1, 2, 2, 1)), (1, 1, 3, 4)),
    },
)


def made(mx, make):
    """What is known before any input: the operator would only say more where MXNet has no such kernel."""
    layer = inside(mx, lambda mx: make(mx.gluon.nn))
    return repr(layer), parameters(layer), attributes(layer, ("_kwargs", "_op_name", "_channels", "_in_channels"))


suite.table(
    "made",
    {
        name: lambda mx, make=make: made(mx, make)
        for name, make in {
            "conv2d": lambda nn: nn.Conv2D(8, 3),
            "conv2d_groups": lambda nn: nn.Conv2D(8, 3, groups=2),
            "conv2d_groups_channels": lambda nn: nn.Conv2D(8, 3, groups=2, in_channels=4),
            "nhwc": lambda nn: nn.Conv2D(8, 3, layout="NHWC"),
            "nhwc_channels": lambda nn: nn.Conv2D(8, (3, 2), layout="NHWC", in_channels=4, groups=2),
            "ndhwc": lambda nn: nn.Conv3D(8, 3, layout="NDHWC", in_channels=4),
            "list": lambda nn: nn.Conv2D(8, [3, 3]),
            "list_dilation": lambda nn: nn.Conv2D(8, 3, dilation=[2, 2]),
            "list_padding": lambda nn: nn.Conv2D(8, 3, padding=[0, 0]),
            "numpy_channels": lambda nn: repr(nn.Conv2D(np.int64(8), 3)) and nn.Conv2D(8, 3),
            "text": lambda nn: nn.Conv2D("8", 3),
            "activation": lambda nn: nn.Conv2D(8, 3, activation="relu", use_bias=False, in_channels=2),
            "unknown_activation": lambda nn: nn.Conv2D(8, 3, activation="nope"),
            "op_name": lambda nn: nn.Conv2D(8, 3, op_name="Deconvolution", in_channels=3),
            "negative_channels": lambda nn: nn.Conv2D(8, 3, in_channels=-1),
            "negative_padding": lambda nn: nn.Conv2D(8, 3, padding=-1),
            "transposed": lambda nn: nn.Conv2DTranspose(8, 3),
            "transposed_groups": lambda nn: nn.Conv2DTranspose(8, 3, groups=2, in_channels=4),
            "transposed_three_groups": lambda nn: nn.Conv2DTranspose(9, 3, groups=3),
            "transposed_nhwc": lambda nn: nn.Conv2DTranspose(8, (3, 2), layout="NHWC", in_channels=4),
            "transposed_1d": lambda nn: nn.Conv1DTranspose(4, 3, in_channels=2),
            "transposed_3d": lambda nn: nn.Conv3DTranspose(4, 3, strides=2, output_padding=1),
            "outpad": lambda nn: nn.Conv2DTranspose(8, 3, strides=2, output_padding=(1, 0)),
        }.items()
    },
)
suite.table(
    "private",
    {
        "outpad": lambda mx: mx.gluon.nn.Conv2DTranspose(2, 3, strides=2, output_padding=1).outpad,
        "alias": lambda mx: mx.gluon.nn.Conv2D(2, 3)._alias(),
        "base": lambda mx: mx.gluon.nn.Conv2D.__mro__[1].__name__,
        "pad": lambda mx: mx.gluon.nn.ReflectionPad2D(3)._padding,
        "repr_numpy": lambda mx: repr(mx.gluon.nn.Conv2D(8, np.int64(3), strides=np.int32(2))),
        "repr_pad": lambda mx: repr(mx.gluon.nn.ReflectionPad2D(3)),
    },
)


def run(mx, make, shape):
    layer = make(mx.gluon.nn)
    layer.initialize()
    return layer(mx.nd.ones(shape)).asnumpy()


suite.errors(
    "bad",
    {
        "groups": (lambda mx: mx.gluon.nn.Conv2D(7, 3, groups=2), ("num_group", "num_filter")),
        "channels": (lambda mx: mx.gluon.nn.Conv2D(8, 3, groups=2, in_channels=3), ("num_group", "channels")),
        "negative_groups": (lambda mx: mx.gluon.nn.Conv2D(8, 3, groups=-1), ("num_group",)),
        "three_strides": (lambda mx: mx.gluon.nn.Conv2D(8, 3, strides=(1, 1, 1)), ("stride",)),
        "no_stride": (lambda mx: mx.gluon.nn.Conv2D(8, 3, strides=0), ("stride",)),
        "float_stride": (lambda mx: mx.gluon.nn.Conv2D(8, 3, strides=1.5), ("stride",)),
        "no_dilation": (lambda mx: mx.gluon.nn.Conv2D(8, 3, dilation=0), ("dilate",)),
        "one_padding": (lambda mx: mx.gluon.nn.Conv2D(8, 3, padding=(1,)), ("pad",)),
        "kernel_3d": (lambda mx: mx.gluon.nn.Conv2D(8, (3, 3, 3)), ("kernel_size",)),
        "kernel_1d": (lambda mx: mx.gluon.nn.Conv1D(8, (3, 3)), ("kernel_size",)),
        "kernel_of_3d": (lambda mx: mx.gluon.nn.Conv3D(8, (3, 3)), ("kernel_size",)),
        "no_kernel": (lambda mx: mx.gluon.nn.Conv2D(8, 0), ("kernel",)),
        "negative_kernel": (lambda mx: mx.gluon.nn.Conv2D(8, -3), ("kernel",)),
        "float_kernel": (lambda mx: mx.gluon.nn.Conv2D(8, 3.0), ("kernel",)),
        "true_kernel": (lambda mx: mx.gluon.nn.Conv2D(8, True), ("kernel",)),
        "no_channels": (lambda mx: mx.gluon.nn.Conv2D(0, 3), ("num_filter",)),
        "float_channels": (lambda mx: mx.gluon.nn.Conv2D(8.0, 3), ("num_filter",)),
        "true_channels": (lambda mx: mx.gluon.nn.Conv2D(True, 3), ("num_filter",)),
        "layout": (lambda mx: mx.gluon.nn.Conv2D(8, 3, layout="NCWH"), ("layout",)),
        "layout_1d": (lambda mx: mx.gluon.nn.Conv1D(8, 3, layout="NWC"), ("layout",)),
        "layout_3d": (lambda mx: mx.gluon.nn.Conv3D(8, 3, layout="NCHW"), ("layout",)),
        "layout_transposed": (lambda mx: mx.gluon.nn.Conv1DTranspose(8, 3, layout="NWC"), ("layout",)),
        "transposed_groups": (lambda mx: mx.gluon.nn.Conv2DTranspose(8, 3, groups=2), ("num_group", "channels")),
        "transposed_filters": (lambda mx: mx.gluon.nn.Conv2DTranspose(7, 3, groups=2, in_channels=4), ("num_group",)),
        "output_padding": (lambda mx: mx.gluon.nn.Conv2DTranspose(8, 3, output_padding=1), ("adj", "stride")),
        "output_padding_3d": (
            lambda mx: mx.gluon.nn.Conv2DTranspose(8, 3, strides=2, output_padding=(1, 1, 1)),
            ("output_padding",),
        ),
        "unknown": (lambda mx: mx.gluon.nn.Conv2D(8, 3, nope=1), ("nope",)),
        "input_channels": (lambda mx: run(mx, lambda nn: nn.Conv2D(2, 3, in_channels=2), (1, 3, 4, 4)), ("weight",)),
        "input_axes": (lambda mx: run(mx, lambda nn: nn.Conv2D(2, 3, in_channels=2), (1, 2, 4)), ("Convolution",)),
        "input_small": (lambda mx: run(mx, lambda nn: nn.Conv2D(2, 5, in_channels=2), (1, 2, 4, 4)), ("kernel",)),
        "reflection": (lambda mx: mx.gluon.nn.ReflectionPad2D((1, 1)), ("padding",)),
        "reflection_wide": (lambda mx: run(mx, lambda nn: nn.ReflectionPad2D(3), (1, 1, 3, 3)), ("pad",)),
    },
)
suite.table("op_name", {"unknown": lambda mx: attempt(lambda: mx.gluon.nn.Conv2D(8, 3, op_name="Nope", in_channels=3))})
