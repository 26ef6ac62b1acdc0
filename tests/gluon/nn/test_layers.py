"""What the recorded cases cannot say of layers: symbols, messages, sharing, printing with today's NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.gluon import contrib, nn
from mxcompat.gluon.nn._windows import weight_shapes

LAYERS = {
    "dense": (lambda: nn.Dense(3, activation="relu", in_units=4, prefix="l_"), ["data", "l_weight", "l_bias"]),
    "conv": (lambda: nn.Conv2D(3, 3, in_channels=2, prefix="l_"), ["data", "l_weight", "l_bias"]),
    "transposed": (
        lambda: nn.Conv2DTranspose(3, 3, use_bias=False, in_channels=2, prefix="l_"),
        ["data", "l_weight"],
    ),
    "embedding": (lambda: nn.Embedding(5, 3, prefix="l_"), ["data", "l_weight"]),
    "batch_norm": (lambda: nn.BatchNorm(in_channels=2, prefix="l_"), ["data", "l_gamma", "l_beta"]),
    "layer_norm": (lambda: nn.LayerNorm(in_channels=2, prefix="l_"), ["data", "l_gamma", "l_beta"]),
    "group_norm": (lambda: nn.GroupNorm(2, prefix="l_"), ["data", "l_gamma", "l_beta"]),
    "instance_norm": (lambda: nn.InstanceNorm(in_channels=2, prefix="l_"), ["data", "l_gamma", "l_beta"]),
    "pool": (lambda: nn.MaxPool2D(), ["data"]),
    "prelu": (lambda: nn.PReLU(prefix="l_"), ["data", "l_alpha"]),
    "swish": (lambda: nn.Swish(), ["data"]),
    "dropout": (lambda: nn.Dropout(0.5), ["data"]),
    "flatten": (lambda: nn.Flatten(), ["data"]),
    "lambda": (lambda: nn.HybridLambda("tanh"), ["data"]),
    "reflection": (lambda: nn.ReflectionPad2D(1), ["data"]),
    "shuffle": (lambda: contrib.nn.PixelShuffle2D(2), ["data"]),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_of_a_symbol_is_a_symbol(name: str) -> None:
    make, arguments = LAYERS[name]
    out = make()(mx.sym.var("data"))
    assert isinstance(out, mx.sym.Symbol)
    assert out.list_arguments() == arguments


def test_operators_are_named_after_the_layer() -> None:
    out = nn.Dense(3, activation="relu", in_units=4, prefix="l_")(mx.sym.var("data"))
    assert out.get_internals().list_outputs()[-2:] == ["l_fwd_output", "l_relu_fwd_output"]


def test_statistics_are_auxiliary_states() -> None:
    out = nn.BatchNorm(prefix="l_")(mx.sym.var("data"))
    assert out.list_auxiliary_states() == ["l_running_mean", "l_running_var"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.Conv2D(8, 3, strides=(1, 1, 1)), ("Convolution", "stride=(1, 1, 1)", "kernel=(3, 3)")),
        (lambda: nn.Conv2D(8, 3, groups=3), ("Convolution", "num_group=3", "num_filter=8")),
        (lambda: nn.Conv2DTranspose(8, 3, groups=2), ("Deconvolution", "num_group=2", "must be given")),
        (lambda: nn.Conv2D(8, 3, groups=0), ("num_group=0",)),
        (lambda: nn.Conv2D(8, (3, 0)), ("kernel=(3, 0)",)),
    ],
)
def test_a_layer_that_cannot_be_is_refused_when_made(make: object, words: tuple[str, ...]) -> None:
    with pytest.raises(mx.MXNetError) as caught:
        make()  # type: ignore[operator]
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.Conv2D(8, (3, 3, 3)), ("Conv2D", "kernel_size=(3, 3, 3)", "2 ints")),
        (lambda: nn.MaxPool1D((2, 2)), ("MaxPool1D", "pool_size=(2, 2)")),
        (lambda: nn.Conv1D(8, 3, layout="NWC"), ("Conv1D", "layout='NWC'", "'NCW'")),
        (lambda: nn.LeakyReLU(-1), ("LeakyReLU", "alpha=-1")),
        (lambda: contrib.nn.PixelShuffle3D((1, 2)), ("PixelShuffle3D", "factor=(1, 2)")),
        (lambda: nn.Lambda("nope"), ("Lambda", "'nope'")),
    ],
)
def test_wrong_arguments_are_named(make: object, words: tuple[str, ...]) -> None:
    with pytest.raises(AssertionError) as caught:
        make()  # type: ignore[operator]
    for word in words:
        assert word in str(caught.value)


def test_numpy_integers_print_as_numbers() -> None:
    assert repr(nn.MaxPool2D(np.int64(2))) == repr(nn.MaxPool2D(2))
    assert repr(nn.Conv2D(1, np.int32(3), padding=np.int64(1))) == repr(nn.Conv2D(1, 3, padding=1))


@pytest.mark.parametrize("name", ["Convolution", "Deconvolution"])
@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_weight_shapes_are_those_that_the_graph_infers(name: str, layout: str) -> None:
    kwargs = {"kernel": (3, 2), "stride": (1, 1), "dilate": (1, 1), "pad": (0, 0), "num_filter": 6, "num_group": 2}
    kwargs |= {"no_bias": False, "layout": layout}
    shape = (1, 4, 8, 8) if layout == "NCHW" else (1, 8, 8, 4)
    graph = getattr(mx.sym, name)(mx.sym.var("data"), name="l", **kwargs)
    inferred = graph.infer_shape(data=shape)[0]
    assert [tuple(one) for one in weight_shapes(name, shape, kwargs)] == inferred


def test_layers_that_share_parameters_train_one() -> None:
    first = nn.Dense(3, in_units=3)
    second = nn.Dense(3, in_units=3, params=first.params)
    first.initialize()
    x = mx.nd.ones((1, 3))
    with mx.autograd.record():
        out = second(first(x)).sum()
    out.backward()
    assert second.weight is first.weight
    assert float(first.weight.grad().abs().sum().asscalar()) > 0


def test_one_device_needs_no_partners() -> None:
    """SyncBatchNorm would wait for the other devices of ``ndev``."""
    layer = contrib.nn.SyncBatchNorm(in_channels=2, num_devices=1, prefix="sync_")
    layer.initialize()
    assert layer._kwargs["key"] == "sync_"
    assert layer(mx.nd.ones((1, 2, 2, 2))).shape == (1, 2, 2, 2)


def test_a_slice_keeps_its_layers() -> None:
    net = nn.HybridSequential()
    net.add(nn.Dense(3, in_units=3), nn.Dense(2, in_units=3))
    assert net[:1][0] is net[0]
    assert list(net[1:].collect_params()) == list(net[1].collect_params())
