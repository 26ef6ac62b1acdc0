"""Convolutions and their transposes."""

from __future__ import annotations

from collections.abc import Sequence

from .._errors import Gap
from .._pieces import Arg, Piece, arg, opt, per_axis
from .._rule import View, example, function, layer, rule


def full(values: Sequence[int], ndim: int, default: int) -> tuple[int, ...]:
    """An entry per spatial axis."""
    return tuple(values) if values else (default,) * ndim


@rule(
    "Convolution",
    "Convolution_v1",
    examples=[
        example(
            (2, 3, 8, 8), (4, 3, 3, 3), (4,), kernel=(3, 3), num_filter=4, pad=(1, 1), params=(1, 2),
            source="nn.Conv2d(3, 4, 3, padding=1)",
        ),
        example(
            (2, 4, 9, 8), (4, 2, 3, 1), kernel=(3, 1), num_filter=4, num_group=2, no_bias=True, stride=(2, 1),
            dilate=(2, 2), params=(1,), source="nn.Conv2d(4, 4, (3, 1), stride=(2, 1), dilation=2, groups=2,",
        ),
        example((2, 3, 8), (4, 3, 3), (4,), kernel=(3,), num_filter=4, params=(1, 2), source="nn.Conv1d(3, 4, 3)"),
        example((1, 2, 4, 5, 6), (3, 2, 2, 2, 2), (3,), kernel=(2, 2, 2), num_filter=3, params=(1, 2)),
        example((1, 3, 8, 8), (4, 3, 3, 3), (4,), kernel=(3, 3), num_filter=4, source="F.conv2d("),
    ],
)  # fmt: skip
def convolution(n: View) -> Piece:
    ndim = len(n["kernel"])
    if n["layout"] not in (None, "NCW", "NCHW", "NCDHW"):
        raise Gap(f"layout={n['layout']}")
    weight = n.state(1)
    bias = None if n["no_bias"] else n.state(2)
    window: tuple[Arg, ...] = (
        per_axis("stride", full(n["stride"], ndim, 1), 1),
        per_axis("padding", full(n["pad"], ndim, 0), 0),
        per_axis("dilation", full(n["dilate"], ndim, 1), 1),
        opt("groups", n["num_group"], 1),
    )
    if weight is None or (bias is None and not n["no_bias"]):
        return function(n, f"F.conv{ndim}d", *window)
    return layer(
        n,
        f"nn.Conv{ndim}d",
        arg("in_channels", n.shape()[1]),
        arg("out_channels", n["num_filter"]),
        per_axis("kernel_size", n["kernel"]),
        *window,
        opt("bias", bias is not None, True),
        states={"weight": weight, "bias": bias},
    )


@rule(
    "Deconvolution",
    examples=[
        example(
            (2, 3, 4, 4), (3, 5, 4, 4), kernel=(4, 4), num_filter=5, stride=(2, 2), pad=(1, 1), params=(1,),
            source="nn.ConvTranspose2d(3, 5, 4, stride=2, padding=1, bias=False)",
        ),
        example(
            (2, 4, 7), (4, 2, 3), (4,), kernel=(3,), num_filter=4, num_group=2, stride=(2,), adj=(1,), no_bias=False,
            params=(1, 2), source="output_padding=1",
        ),
        example(
            (1, 2, 5, 5), (2, 1, 4, 4), kernel=(4, 4), num_filter=1, stride=(2, 2), target_shape=(10, 10), params=(1,)
        ),
        example((1, 2, 3, 3), (2, 1, 2, 2), kernel=(2, 2), num_filter=1, source="F.conv_transpose2d("),
    ],
)  # fmt: skip
def deconvolution(n: View) -> Piece:
    ndim = len(n["kernel"])
    if n["layout"] not in (None, "NCW", "NCHW", "NCDHW"):
        raise Gap(f"layout={n['layout']}")
    weight = n.state(1)
    bias = None if n["no_bias"] else n.state(2)
    stride, dilate = full(n["stride"], ndim, 1), full(n["dilate"], ndim, 1)
    pad, extra = full(n["pad"], ndim, 0), full(n["adj"], ndim, 0)
    if any(n["target_shape"]):
        pad, extra = _implied(n, stride, dilate)
    window = (
        per_axis("stride", stride, 1),
        per_axis("padding", pad, 0),
        per_axis("output_padding", extra, 0),
        opt("groups", n["num_group"], 1),
    )
    dilation = per_axis("dilation", dilate, 1)
    if weight is None or (bias is None and not n["no_bias"]):
        return function(n, f"F.conv_transpose{ndim}d", *window, dilation)
    return layer(
        n,
        f"nn.ConvTranspose{ndim}d",
        arg("in_channels", n.shape()[1]),
        arg("out_channels", n["num_filter"]),
        per_axis("kernel_size", n["kernel"]),
        *window,
        opt("bias", bias is not None, True),
        dilation,
        states={"weight": weight, "bias": bias},
    )


def _implied(n: View, stride: Sequence[int], dilate: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Padding on both sides, and after, that give the target shape."""
    pads, extras = [], []
    for size, k, s, d, target in zip(n.shape()[2:], n["kernel"], stride, dilate, n["target_shape"], strict=True):
        over = (size - 1) * s + d * (k - 1) + 1 - target
        if over < 0:
            raise Gap(f"target_shape={n['target_shape']} is larger than the windows reach")
        pads.append((over + 1) // 2)
        extras.append(over % 2)
    return tuple(pads), tuple(extras)


@rule(
    "_contrib_DeformableConvolution",
    examples=[
        example(
            (1, 2, 5, 5),
            (1, 18, 5, 5),
            (3, 2, 3, 3),
            kernel=(3, 3),
            num_filter=3,
            pad=(1, 1),
            no_bias=True,
            gap="torchvision",
        )
    ],
)
def deformable(n: View) -> Piece:
    raise Gap("torch has no deformable convolution (torchvision has one)")
