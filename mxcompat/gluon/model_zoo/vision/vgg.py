"""VGG, with and without batch normalization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....context import cpu
from ....initializer import Xavier
from ... import nn
from ...block import HybridBlock
from ._pretrained import MODELS, load

__all__ = ["VGG", "get_vgg", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"]


def _dense(units: int, activation: str | None = None) -> nn.Dense:
    return nn.Dense(units, activation=activation, weight_initializer="normal", bias_initializer="zeros")


class VGG(HybridBlock):
    """Blocks of small convolutions, and three dense layers (Simonyan and Zisserman, 2015).

    Args:
        layers: number of convolutions in each block.
        filters: their number of outputs, in each block.
        classes: number of outputs C.
        batch_norm: normalize after every convolution.

    Shapes:
        data: ``(N, 3, H, W)``, at least 32 x 32, meant for 224 x 224. Output: ``(N, C)``.

    Raises:
        AssertionError: ``layers`` and ``filters`` of different lengths.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/vgg.py.
    """

    def __init__(
        self,
        layers: Sequence[int],
        filters: Sequence[int],
        classes: int = 1000,
        batch_norm: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if len(layers) != len(filters):
            raise AssertionError(f"VGG: layers={layers!r} and filters={filters!r} must have the same length")
        with self.name_scope():
            self.features = self._make_features(layers, filters, batch_norm)
            for _ in range(2):
                self.features.add(_dense(4096, "relu"))
                self.features.add(nn.Dropout(rate=0.5))
            self.output = _dense(classes)

    def _make_features(self, layers: Sequence[int], filters: Sequence[int], batch_norm: bool) -> nn.HybridSequential:
        features = nn.HybridSequential(prefix="")
        for count, channels in zip(layers, filters, strict=True):
            for _ in range(count):
                init = Xavier(rnd_type="gaussian", factor_type="out", magnitude=2)
                features.add(
                    nn.Conv2D(channels, kernel_size=3, padding=1, weight_initializer=init, bias_initializer="zeros")
                )
                if batch_norm:
                    features.add(nn.BatchNorm())
                features.add(nn.Activation("relu"))
            features.add(nn.MaxPool2D(strides=2))
        return features

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.output(self.features(x))


_FILTERS = [64, 128, 256, 512, 512]

#: number of layers -> layers and filters of `VGG`
vgg_spec = {
    11: ([1, 1, 2, 2, 2], _FILTERS),
    13: ([2, 2, 2, 2, 2], _FILTERS),
    16: ([2, 2, 3, 3, 3], _FILTERS),
    19: ([2, 2, 4, 4, 4], _FILTERS),
}


def get_vgg(
    num_layers: int,
    pretrained: bool = False,
    ctx: Any = cpu(),  # noqa: B008
    root: str = MODELS,
    **kwargs: Any,
) -> VGG:
    """A `VGG` by its number of layers.

    Args:
        num_layers: 11, 13, 16 or 19.
        pretrained: load trained parameters.
        ctx: where to put them.
        root: folder of the cache of trained parameters.
        **kwargs: arguments of `VGG`.

    Raises:
        KeyError: another number of layers.
    """
    layers, filters = vgg_spec[num_layers]
    net = VGG(layers, filters, **kwargs)
    if not pretrained:
        return net
    suffix = "_bn" if kwargs.get("batch_norm") else ""
    loaded: VGG = load(net, f"vgg{num_layers}{suffix}", ctx, root)
    return loaded


def vgg11(**kwargs: Any) -> VGG:
    """VGG-11. Takes the arguments of `get_vgg` but the first."""
    return get_vgg(11, **kwargs)


def vgg13(**kwargs: Any) -> VGG:
    """VGG-13. Takes the arguments of `get_vgg` but the first."""
    return get_vgg(13, **kwargs)


def vgg16(**kwargs: Any) -> VGG:
    """VGG-16. Takes the arguments of `get_vgg` but the first."""
    return get_vgg(16, **kwargs)


def vgg19(**kwargs: Any) -> VGG:
    """VGG-19. Takes the arguments of `get_vgg` but the first."""
    return get_vgg(19, **kwargs)


def vgg11_bn(**kwargs: Any) -> VGG:
    """VGG-11 with batch normalization. Takes the arguments of `get_vgg` but the first."""
    kwargs["batch_norm"] = True
    return get_vgg(11, **kwargs)


def vgg13_bn(**kwargs: Any) -> VGG:
    """VGG-13 with batch normalization. Takes the arguments of `get_vgg` but the first."""
    kwargs["batch_norm"] = True
    return get_vgg(13, **kwargs)


def vgg16_bn(**kwargs: Any) -> VGG:
    """VGG-16 with batch normalization. Takes the arguments of `get_vgg` but the first."""
    kwargs["batch_norm"] = True
    return get_vgg(16, **kwargs)


def vgg19_bn(**kwargs: Any) -> VGG:
    """VGG-19 with batch normalization. Takes the arguments of `get_vgg` but the first."""
    kwargs["batch_norm"] = True
    return get_vgg(19, **kwargs)
