"""ResNet, versions 1 and 2.

Version 1 normalizes after each convolution, version 2 before it ("pre-activation"). A basic block has two 3 x 3
convolutions, a bottleneck a 3 x 3 one between two of 1 x 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....context import cpu
from ....util import is_np_array
from ... import nn
from ...block import HybridBlock
from ._pretrained import MODELS, load

__all__ = [
    "BasicBlockV1",
    "BasicBlockV2",
    "BottleneckV1",
    "BottleneckV2",
    "ResNetV1",
    "ResNetV2",
    "get_resnet",
    "resnet18_v1",
    "resnet18_v2",
    "resnet34_v1",
    "resnet34_v2",
    "resnet50_v1",
    "resnet50_v2",
    "resnet101_v1",
    "resnet101_v2",
    "resnet152_v1",
    "resnet152_v2",
]


def _conv3x3(channels: int, stride: int, in_channels: int) -> nn.Conv2D:
    return nn.Conv2D(channels, kernel_size=3, strides=stride, padding=1, use_bias=False, in_channels=in_channels)


def _conv1x1(channels: int, stride: int, in_channels: int = 0, use_bias: bool = False) -> nn.Conv2D:
    return nn.Conv2D(channels, kernel_size=1, strides=stride, use_bias=use_bias, in_channels=in_channels)


def _relu(F: Any, x: Any) -> Any:
    return (F.npx.activation if is_np_array() else F.Activation)(x, act_type="relu")


def _row(*layers: HybridBlock) -> nn.HybridSequential:
    row = nn.HybridSequential(prefix="")
    row.add(*layers)
    return row


class BasicBlockV1(HybridBlock):
    """Two 3 x 3 convolutions around a shortcut, normalized after each (He et al., 2015).

    Args:
        channels: number of outputs O.
        stride: of the first convolution.
        downsample: put a 1 x 1 convolution on the shortcut, to change channels or size.
        in_channels: number of inputs C; 0 to learn it from the first input.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, O, H / stride, W / stride)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/resnet.py.
    """

    def __init__(
        self, channels: int, stride: int, downsample: bool = False, in_channels: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.body = _row(
            _conv3x3(channels, stride, in_channels),
            nn.BatchNorm(),
            nn.Activation("relu"),
            _conv3x3(channels, 1, channels),
            nn.BatchNorm(),
        )
        self.downsample: Any = None
        if downsample:
            self.downsample = _row(_conv1x1(channels, stride, in_channels), nn.BatchNorm())

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        shortcut = x if self.downsample is None else self.downsample(x)
        return _relu(F, shortcut + self.body(x))


class BottleneckV1(HybridBlock):
    """Three convolutions of 1 x 1, 3 x 3 and 1 x 1 around a shortcut, normalized after each (He et al., 2015).

    Args:
        channels: number of outputs O; the convolutions inside have a quarter.
        stride: of the first convolution.
        downsample: put a 1 x 1 convolution on the shortcut, to change channels or size.
        in_channels: number of inputs C of the shortcut; 0 to learn it from the first input.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, O, H / stride, W / stride)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/resnet.py.
    """

    def __init__(
        self, channels: int, stride: int, downsample: bool = False, in_channels: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        inner = channels // 4
        self.body = _row(
            _conv1x1(inner, stride, use_bias=True),
            nn.BatchNorm(),
            nn.Activation("relu"),
            _conv3x3(inner, 1, inner),
            nn.BatchNorm(),
            nn.Activation("relu"),
            _conv1x1(channels, 1, use_bias=True),
            nn.BatchNorm(),
        )
        self.downsample: Any = None
        if downsample:
            self.downsample = _row(_conv1x1(channels, stride, in_channels), nn.BatchNorm())

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        shortcut = x if self.downsample is None else self.downsample(x)
        return _relu(F, self.body(x) + shortcut)


class BasicBlockV2(HybridBlock):
    """Two 3 x 3 convolutions around a shortcut, normalized before each (He et al., 2016).

    Args:
        channels: number of outputs O.
        stride: of the first convolution.
        downsample: put a 1 x 1 convolution on the shortcut, to change channels or size.
        in_channels: number of inputs C; 0 to learn it from the first input.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, O, H / stride, W / stride)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/resnet.py.
    """

    def __init__(
        self, channels: int, stride: int, downsample: bool = False, in_channels: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.bn1 = nn.BatchNorm()
        self.conv1 = _conv3x3(channels, stride, in_channels)
        self.bn2 = nn.BatchNorm()
        self.conv2 = _conv3x3(channels, 1, channels)
        self.downsample: Any = _conv1x1(channels, stride, in_channels) if downsample else None

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        out = _relu(F, self.bn1(x))
        shortcut = x if self.downsample is None else self.downsample(out)
        out = self.conv1(out)
        out = self.conv2(_relu(F, self.bn2(out)))
        return out + shortcut


class BottleneckV2(HybridBlock):
    """Three convolutions of 1 x 1, 3 x 3 and 1 x 1 around a shortcut, normalized before each (He et al., 2016).

    Args:
        channels: number of outputs O; the convolutions inside have a quarter.
        stride: of the second convolution.
        downsample: put a 1 x 1 convolution on the shortcut, to change channels or size.
        in_channels: number of inputs C of the shortcut; 0 to learn it from the first input.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, O, H / stride, W / stride)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/resnet.py.
    """

    def __init__(
        self, channels: int, stride: int, downsample: bool = False, in_channels: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        inner = channels // 4
        self.bn1 = nn.BatchNorm()
        self.conv1 = _conv1x1(inner, 1)
        self.bn2 = nn.BatchNorm()
        self.conv2 = _conv3x3(inner, stride, inner)
        self.bn3 = nn.BatchNorm()
        self.conv3 = _conv1x1(channels, 1)
        self.downsample: Any = _conv1x1(channels, stride, in_channels) if downsample else None

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        out = _relu(F, self.bn1(x))
        shortcut = x if self.downsample is None else self.downsample(out)
        out = self.conv1(out)
        out = self.conv2(_relu(F, self.bn2(out)))
        out = self.conv3(_relu(F, self.bn3(out)))
        return out + shortcut


def _stem(channels: int, thumbnail: bool) -> list[HybridBlock]:
    """What comes before the blocks; thumbnails are not made smaller."""
    if thumbnail:
        return [_conv3x3(channels, 1, 0)]
    return [
        nn.Conv2D(channels, 7, 2, 3, use_bias=False),
        nn.BatchNorm(),
        nn.Activation("relu"),
        nn.MaxPool2D(3, 2, 1),
    ]


def _stage(block: Any, count: int, channels: int, stride: int, number: int, in_channels: int) -> nn.HybridSequential:
    """Blocks in a row; the first of them changes channels and size."""
    stage = nn.HybridSequential(prefix=f"stage{number}_")
    with stage.name_scope():
        stage.add(block(channels, stride, channels != in_channels, in_channels=in_channels, prefix=""))
        for _ in range(count - 1):
            stage.add(block(channels, 1, False, in_channels=channels, prefix=""))
    return stage


class _ResNet(HybridBlock):
    """What both versions share."""

    features: nn.HybridSequential
    output: nn.Dense

    def _add_stages(self, block: Any, layers: Sequence[int], channels: Sequence[int]) -> None:
        for i, count in enumerate(layers):
            self.features.add(
                self._make_layer(block, count, channels[i + 1], 2 if i else 1, i + 1, in_channels=channels[i])
            )

    def _make_layer(
        self, block: Any, layers: int, channels: int, stride: int, stage_index: int, in_channels: int = 0
    ) -> nn.HybridSequential:
        return _stage(block, layers, channels, stride, stage_index, in_channels)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.output(self.features(x))


def _check_plan(net: object, layers: Sequence[int], channels: Sequence[int]) -> None:
    if len(layers) != len(channels) - 1:
        raise AssertionError(
            f"{type(net).__name__}: channels={channels!r} must have one entry more than layers={layers!r}"
        )


class ResNetV1(_ResNet):
    """A residual network (He et al., 2015).

    Args:
        block: class of the blocks, `BasicBlockV1` or `BottleneckV1`.
        layers: number of blocks in each stage.
        channels: outputs of the first convolution and of each stage; one entry more than ``layers``.
        classes: number of outputs C.
        thumbnail: keep the size of small images at the beginning.

    Shapes:
        data: ``(N, 3, H, W)``. Output: ``(N, C)``.

    Raises:
        AssertionError: ``channels`` and ``layers`` do not fit.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/resnet.py.
    """

    def __init__(
        self,
        block: Any,
        layers: Sequence[int],
        channels: Sequence[int],
        classes: int = 1000,
        thumbnail: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        _check_plan(self, layers, channels)
        with self.name_scope():
            self.features = _row(*_stem(channels[0], thumbnail))
            self._add_stages(block, layers, channels)
            self.features.add(nn.GlobalAvgPool2D())
            self.output = nn.Dense(classes, in_units=channels[-1])


class ResNetV2(_ResNet):
    """A residual network with pre-activation (He et al., 2016).

    Args:
        block: class of the blocks, `BasicBlockV2` or `BottleneckV2`.
        layers: number of blocks in each stage.
        channels: outputs of the first convolution and of each stage; one entry more than ``layers``.
        classes: number of outputs C.
        thumbnail: keep the size of small images at the beginning.

    Shapes:
        data: ``(N, 3, H, W)``. Output: ``(N, C)``.

    Raises:
        AssertionError: ``channels`` and ``layers`` do not fit.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/resnet.py.
    """

    def __init__(
        self,
        block: Any,
        layers: Sequence[int],
        channels: Sequence[int],
        classes: int = 1000,
        thumbnail: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        _check_plan(self, layers, channels)
        with self.name_scope():
            self.features = _row(nn.BatchNorm(scale=False, center=False), *_stem(channels[0], thumbnail))
            self._add_stages(block, layers, channels)
            self.features.add(nn.BatchNorm(), nn.Activation("relu"), nn.GlobalAvgPool2D(), nn.Flatten())
            self.output = nn.Dense(classes, in_units=channels[-1])


_WIDE = [64, 256, 512, 1024, 2048]
_NARROW = [64, 64, 128, 256, 512]

#: number of layers -> kind of block, layers and channels of a net
resnet_spec = {
    18: ("basic_block", [2, 2, 2, 2], _NARROW),
    34: ("basic_block", [3, 4, 6, 3], _NARROW),
    50: ("bottle_neck", [3, 4, 6, 3], _WIDE),
    101: ("bottle_neck", [3, 4, 23, 3], _WIDE),
    152: ("bottle_neck", [3, 8, 36, 3], _WIDE),
}

resnet_net_versions: list[Any] = [ResNetV1, ResNetV2]
resnet_block_versions: list[dict[str, Any]] = [
    {"basic_block": BasicBlockV1, "bottle_neck": BottleneckV1},
    {"basic_block": BasicBlockV2, "bottle_neck": BottleneckV2},
]


def get_resnet(
    version: int,
    num_layers: int,
    pretrained: bool = False,
    ctx: Any = cpu(),  # noqa: B008
    root: str = MODELS,
    **kwargs: Any,
) -> Any:
    """A `ResNetV1` or `ResNetV2` by its number of layers.

    Args:
        version: 1 or 2.
        num_layers: 18, 34, 50, 101 or 152.
        pretrained: load trained parameters.
        ctx: where to put them.
        root: folder of the cache of trained parameters.
        **kwargs: arguments of the net, such as ``classes`` or ``thumbnail``.

    Raises:
        AssertionError: another version or number of layers.
    """
    if num_layers not in resnet_spec:
        raise AssertionError(f"get_resnet: num_layers={num_layers!r} must be one of {list(resnet_spec)}")
    if not 1 <= version <= 2:
        raise AssertionError(f"get_resnet: version={version!r} must be 1 or 2")
    kind, layers, channels = resnet_spec[num_layers]
    block = resnet_block_versions[version - 1][kind]
    net = resnet_net_versions[version - 1](block, layers, channels, **kwargs)
    return load(net, f"resnet{num_layers}_v{version}", ctx, root) if pretrained else net


def resnet18_v1(**kwargs: Any) -> Any:
    """ResNet-18 of version 1. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(1, 18, **kwargs)


def resnet34_v1(**kwargs: Any) -> Any:
    """ResNet-34 of version 1. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(1, 34, **kwargs)


def resnet50_v1(**kwargs: Any) -> Any:
    """ResNet-50 of version 1. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(1, 50, **kwargs)


def resnet101_v1(**kwargs: Any) -> Any:
    """ResNet-101 of version 1. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(1, 101, **kwargs)


def resnet152_v1(**kwargs: Any) -> Any:
    """ResNet-152 of version 1. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(1, 152, **kwargs)


def resnet18_v2(**kwargs: Any) -> Any:
    """ResNet-18 of version 2. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(2, 18, **kwargs)


def resnet34_v2(**kwargs: Any) -> Any:
    """ResNet-34 of version 2. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(2, 34, **kwargs)


def resnet50_v2(**kwargs: Any) -> Any:
    """ResNet-50 of version 2. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(2, 50, **kwargs)


def resnet101_v2(**kwargs: Any) -> Any:
    """ResNet-101 of version 2. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(2, 101, **kwargs)


def resnet152_v2(**kwargs: Any) -> Any:
    """ResNet-152 of version 2. Takes the arguments of `get_resnet` but the first two."""
    return get_resnet(2, 152, **kwargs)
