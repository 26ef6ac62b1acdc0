"""Relations between layers that hold whatever the numbers are."""

from __future__ import annotations

import pytest
import torch

from mxcompat.error import MXNetError
from mxcompat.registry.operator import find


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


GEOMETRY = [
    ((5, 6), {"kernel": (3, 2), "stride": (2, 1), "pad": (1, 0)}),
    ((7,), {"kernel": (3,), "dilate": (2,), "pad": (2,)}),
    ((4, 3, 5), {"kernel": (2, 2, 3), "stride": (1, 1, 2)}),
]


@pytest.mark.parametrize(("space", "window"), [g for g in GEOMETRY if len(g[0]) > 1])
@pytest.mark.parametrize("groups", [1, 2])
def test_channels_last_is_channels_first_transposed(space, window, groups):
    data, weight, bias = normal(2, 4, *space), normal(6, 4 // groups, *window["kernel"], seed=1), normal(6, seed=2)
    layout = {2: "NHWC", 3: "NDHWC"}[len(space)]
    call = find("Convolution").fn
    attrs = {**window, "num_filter": 6, "num_group": groups}
    first = call(data, weight, bias, **attrs)
    last = call(data.movedim(1, -1), weight.movedim(1, -1), bias, layout=layout, **attrs)
    torch.testing.assert_close(last.movedim(-1, 1), first)


@pytest.mark.parametrize(("space", "window"), GEOMETRY)
@pytest.mark.parametrize("groups", [1, 2])
def test_deconvolution_is_the_transpose_of_convolution(space, window, groups):
    if len(space) == 3:
        window = {k: v for k, v in window.items() if k != "dilate"}
    data, weight = normal(2, 4, *space), normal(6, 4 // groups, *window["kernel"], seed=1)
    attrs = {**window, "num_group": groups, "no_bias": True}
    forward = find("Convolution").fn(data, weight, None, num_filter=6, **attrs)
    head = normal(*forward.shape, seed=3)
    back = find("Deconvolution").fn(head, weight, None, num_filter=4, target_shape=(), **attrs)
    cut = tuple(slice(0, n) for n in back.shape)
    assert torch.allclose((forward * head).sum(), (data[cut] * back).sum())


def test_target_shape_gives_that_shape():
    data, weight = normal(1, 2, 3, 4), normal(2, 3, 3, 3)
    for target in ((6, 8), (5, 7), (7, 9), (6, 0), (4, 6)):
        attrs = {"kernel": (3, 3), "stride": (2, 2), "num_filter": 3, "target_shape": target}
        if 0 in target:
            with pytest.raises(MXNetError, match="Deconvolution"):
                find("Deconvolution").fn(data, weight, None, **attrs)
        else:
            assert find("Deconvolution").fn(data, weight, None, **attrs).shape[2:] == target


@pytest.mark.parametrize("name", ["FullyConnected", "Convolution", "Deconvolution"])
def test_float16_agrees_with_float32(name):
    data, weight = normal(2, 4, 3, 3), normal(4, 4, 2, 2, seed=1)
    attrs = {"kernel": (2, 2), "num_filter": 4}
    if name == "FullyConnected":
        data, weight, attrs = data.flatten(1), normal(4, 36, seed=1), {"num_hidden": 4}
    full = find(name).fn(data.float(), weight.float(), None, no_bias=True, **attrs)
    half = find(name).fn(data.half(), weight.half(), None, no_bias=True, **attrs)
    assert half.dtype is torch.float16
    torch.testing.assert_close(half.float(), full, rtol=2e-2, atol=3e-2)
