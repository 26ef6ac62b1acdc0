"""DenseNet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....context import cpu
from ... import nn
from ...block import HybridBlock
from ...contrib.nn import HybridConcurrent, Identity
from ._pretrained import MODELS, load

__all__ = ["DenseNet", "densenet121", "densenet161", "densenet169", "densenet201"]


def _normalized(conv: dict[str, Any]) -> list[HybridBlock]:
    """Normalization and relu before a convolution without bias."""
    return [nn.BatchNorm(), nn.Activation("relu"), nn.Conv2D(use_bias=False, **conv)]


def _dense_layer(growth_rate: int, bn_size: int, dropout: float) -> HybridConcurrent:
    """New features from all those so far, put behind them."""
    new = nn.HybridSequential(prefix="")
    new.add(*_normalized({"channels": bn_size * growth_rate, "kernel_size": 1}))
    new.add(*_normalized({"channels": growth_rate, "kernel_size": 3, "padding": 1}))
    if dropout:
        new.add(nn.Dropout(dropout))
    out = HybridConcurrent(axis=1, prefix="")
    out.add(Identity(), new)
    return out


def _transition(channels: int) -> nn.HybridSequential:
    """Fewer channels and half the height and width."""
    out = nn.HybridSequential(prefix="")
    out.add(*_normalized({"channels": channels, "kernel_size": 1}), nn.AvgPool2D(pool_size=2, strides=2))
    return out


class DenseNet(HybridBlock):
    """DenseNet-BC: every layer sees the outputs of all layers before it in its block (Huang et al., 2017).

    Args:
        num_init_features: outputs of the first convolution.
        growth_rate: features that each layer adds.
        block_config: number of layers in each block.
        bn_size: width of a layer's bottleneck, in growth rates.
        dropout: rate of dropout after each layer.
        classes: number of outputs C.

    Shapes:
        data: ``(N, 3, 224, 224)``, or at least 221 x 221. Output: ``(N, C)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/densenet.py.
    """

    def __init__(
        self,
        num_init_features: int,
        growth_rate: int,
        block_config: Sequence[int],
        bn_size: int = 4,
        dropout: float = 0,
        classes: int = 1000,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            self.features.add(
                nn.Conv2D(num_init_features, kernel_size=7, strides=2, padding=3, use_bias=False),
                nn.BatchNorm(),
                nn.Activation("relu"),
                nn.MaxPool2D(pool_size=3, strides=2, padding=1),
            )
            channels = num_init_features
            for number, layers in enumerate(block_config, start=1):
                if number > 1:
                    channels //= 2
                    self.features.add(_transition(channels))
                block = nn.HybridSequential(prefix=f"stage{number}_")
                with block.name_scope():
                    block.add(*[_dense_layer(growth_rate, bn_size, dropout) for _ in range(layers)])
                self.features.add(block)
                channels += layers * growth_rate
            self.features.add(nn.BatchNorm(), nn.Activation("relu"), nn.AvgPool2D(pool_size=7), nn.Flatten())
            self.output = nn.Dense(classes)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.output(self.features(x))


#: number of layers -> first three arguments of `DenseNet`
densenet_spec = {
    121: (64, 32, [6, 12, 24, 16]),
    161: (96, 48, [6, 12, 36, 24]),
    169: (64, 32, [6, 12, 32, 32]),
    201: (64, 32, [6, 12, 48, 32]),
}


def get_densenet(
    num_layers: int,
    pretrained: bool = False,
    ctx: Any = cpu(),  # noqa: B008
    root: str = MODELS,
    **kwargs: Any,
) -> DenseNet:
    """A `DenseNet` by its number of layers.

    Args:
        num_layers: 121, 161, 169 or 201.
        pretrained: load trained parameters.
        ctx: where to put them.
        root: folder of the cache of trained parameters.
        **kwargs: arguments of `DenseNet`.

    Raises:
        KeyError: another number of layers.
    """
    net = DenseNet(*densenet_spec[num_layers], **kwargs)
    return load(net, f"densenet{num_layers}", ctx, root) if pretrained else net


def densenet121(**kwargs: Any) -> DenseNet:
    """DenseNet-BC with 121 layers. Takes the arguments of `get_densenet` but the first."""
    return get_densenet(121, **kwargs)


def densenet161(**kwargs: Any) -> DenseNet:
    """DenseNet-BC with 161 layers. Takes the arguments of `get_densenet` but the first."""
    return get_densenet(161, **kwargs)


def densenet169(**kwargs: Any) -> DenseNet:
    """DenseNet-BC with 169 layers. Takes the arguments of `get_densenet` but the first."""
    return get_densenet(169, **kwargs)


def densenet201(**kwargs: Any) -> DenseNet:
    """DenseNet-BC with 201 layers. Takes the arguments of `get_densenet` but the first."""
    return get_densenet(201, **kwargs)
