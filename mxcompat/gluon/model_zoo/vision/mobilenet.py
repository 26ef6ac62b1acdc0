"""MobileNet, versions 1 and 2."""

from __future__ import annotations

from typing import Any

from ....context import cpu
from ... import nn
from ...block import HybridBlock
from ._pretrained import MODELS, load

__all__ = [
    "MobileNet",
    "MobileNetV2",
    "get_mobilenet",
    "get_mobilenet_v2",
    "mobilenet0_5",
    "mobilenet0_25",
    "mobilenet0_75",
    "mobilenet1_0",
    "mobilenet_v2_0_5",
    "mobilenet_v2_0_25",
    "mobilenet_v2_0_75",
    "mobilenet_v2_1_0",
]


class RELU6(HybridBlock):
    """``min(max(x, 0), 6)``.

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/mobilenet.py.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.clip(x, 0, 6, name="relu6")


def _conv(
    channels: int,
    kernel: int = 1,
    stride: int = 1,
    pad: int = 0,
    num_group: int = 1,
    active: bool = True,
    relu6: bool = False,
) -> list[HybridBlock]:
    """A convolution without bias, normalization, and most often a relu of some kind."""
    layers: list[HybridBlock] = [
        nn.Conv2D(channels, kernel, stride, pad, groups=num_group, use_bias=False),
        nn.BatchNorm(scale=True),
    ]
    if active:
        layers.append(RELU6() if relu6 else nn.Activation("relu"))
    return layers


class LinearBottleneck(HybridBlock):
    """Widen, filter every channel by itself, narrow again without an activation (Sandler et al., 2018).

    Args:
        in_channels: number of inputs C.
        channels: number of outputs O.
        t: how many times wider the middle is.
        stride: of the middle; with 1, and as many outputs as inputs, there is a shortcut.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, O, H / stride, W / stride)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/mobilenet.py.
    """

    def __init__(self, in_channels: int, channels: int, t: int, stride: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        wide = in_channels * t
        self.use_shortcut = stride == 1 and in_channels == channels
        with self.name_scope():
            self.out = nn.HybridSequential()
            self.out.add(*_conv(wide, relu6=True))
            self.out.add(*_conv(wide, kernel=3, stride=stride, pad=1, num_group=wide, relu6=True))
            self.out.add(*_conv(channels, active=False))

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        out = self.out(x)
        return F.elemwise_add(out, x) if self.use_shortcut else out


class MobileNet(HybridBlock):
    """Convolutions of every channel by itself, followed by 1 x 1 ones (Howard et al., 2017).

    Args:
        multiplier: widths against the original net's, at least 0.25.
        classes: number of outputs C.

    Shapes:
        data: ``(N, 3, H, W)``. Output: ``(N, C)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/mobilenet.py.
    """

    def __init__(self, multiplier: float = 1.0, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        widths = [32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]
        strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
        channels = [int(width * multiplier) for width in widths]
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            with self.features.name_scope():
                self.features.add(*_conv(channels[0], kernel=3, pad=1, stride=2))
                for before, after, stride in zip(channels[:-1], channels[1:], strides, strict=True):
                    self.features.add(*_conv(before, kernel=3, stride=stride, pad=1, num_group=before))
                    self.features.add(*_conv(after))
                self.features.add(nn.GlobalAvgPool2D(), nn.Flatten())
            self.output = nn.Dense(classes)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.output(self.features(x))


class MobileNetV2(HybridBlock):
    """`LinearBottleneck` s in a row (Sandler et al., 2018).

    Args:
        multiplier: widths against the original net's.
        classes: number of outputs C.

    Shapes:
        data: ``(N, 3, H, W)``. Output: ``(N, C)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/mobilenet.py.
    """

    def __init__(self, multiplier: float = 1.0, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        widths = [32, 16, *[24] * 2, *[32] * 3, *[64] * 4, *[96] * 3, *[160] * 3, 320]
        strides = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1]
        channels = [int(width * multiplier) for width in widths]
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="features_")
            with self.features.name_scope():
                self.features.add(*_conv(channels[0], kernel=3, stride=2, pad=1, relu6=True))
                for i, stride in enumerate(strides):
                    self.features.add(
                        LinearBottleneck(
                            in_channels=channels[i], channels=channels[i + 1], t=6 if i else 1, stride=stride
                        )
                    )
                self.features.add(*_conv(int(1280 * max(multiplier, 1.0)), relu6=True))
                self.features.add(nn.GlobalAvgPool2D())
            self.output = nn.HybridSequential(prefix="output_")
            with self.output.name_scope():
                self.output.add(nn.Conv2D(classes, 1, use_bias=False, prefix="pred_"), nn.Flatten())

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.output(self.features(x))


def _suffix(multiplier: float) -> str:
    """The multiplier in the name of a file: 1.0, 0.75, 0.5, 0.25."""
    text = f"{multiplier:.2f}"
    return text[:-1] if text in ("1.00", "0.50") else text


def get_mobilenet(
    multiplier: float,
    pretrained: bool = False,
    ctx: Any = cpu(),  # noqa: B008
    root: str = MODELS,
    **kwargs: Any,
) -> MobileNet:
    """A `MobileNet`.

    Args:
        multiplier: widths against the original net's, at least 0.25.
        pretrained: load trained parameters; there are some for 1, 0.75, 0.5 and 0.25.
        ctx: where to put them.
        root: folder of the cache of trained parameters.
        **kwargs: arguments of `MobileNet`.
    """
    net = MobileNet(multiplier, **kwargs)
    return load(net, f"mobilenet{_suffix(multiplier)}", ctx, root) if pretrained else net


def get_mobilenet_v2(
    multiplier: float,
    pretrained: bool = False,
    ctx: Any = cpu(),  # noqa: B008
    root: str = MODELS,
    **kwargs: Any,
) -> MobileNetV2:
    """A `MobileNetV2`.

    Args:
        multiplier: widths against the original net's.
        pretrained: load trained parameters; there are some for 1, 0.75, 0.5 and 0.25.
        ctx: where to put them.
        root: folder of the cache of trained parameters.
        **kwargs: arguments of `MobileNetV2`.
    """
    net = MobileNetV2(multiplier, **kwargs)
    return load(net, f"mobilenetv2_{_suffix(multiplier)}", ctx, root) if pretrained else net


def mobilenet1_0(**kwargs: Any) -> MobileNet:
    """MobileNet of width 1.0. Takes the arguments of `get_mobilenet` but the first."""
    return get_mobilenet(1.0, **kwargs)


def mobilenet_v2_1_0(**kwargs: Any) -> MobileNetV2:
    """MobileNetV2 of width 1.0. Takes the arguments of `get_mobilenet_v2` but the first."""
    return get_mobilenet_v2(1.0, **kwargs)


def mobilenet0_75(**kwargs: Any) -> MobileNet:
    """MobileNet of width 0.75. Takes the arguments of `get_mobilenet` but the first."""
    return get_mobilenet(0.75, **kwargs)


def mobilenet_v2_0_75(**kwargs: Any) -> MobileNetV2:
    """MobileNetV2 of width 0.75. Takes the arguments of `get_mobilenet_v2` but the first."""
    return get_mobilenet_v2(0.75, **kwargs)


def mobilenet0_5(**kwargs: Any) -> MobileNet:
    """MobileNet of width 0.5. Takes the arguments of `get_mobilenet` but the first."""
    return get_mobilenet(0.5, **kwargs)


def mobilenet_v2_0_5(**kwargs: Any) -> MobileNetV2:
    """MobileNetV2 of width 0.5. Takes the arguments of `get_mobilenet_v2` but the first."""
    return get_mobilenet_v2(0.5, **kwargs)


def mobilenet0_25(**kwargs: Any) -> MobileNet:
    """MobileNet of width 0.25. Takes the arguments of `get_mobilenet` but the first."""
    return get_mobilenet(0.25, **kwargs)


def mobilenet_v2_0_25(**kwargs: Any) -> MobileNetV2:
    """MobileNetV2 of width 0.25. Takes the arguments of `get_mobilenet_v2` but the first."""
    return get_mobilenet_v2(0.25, **kwargs)
