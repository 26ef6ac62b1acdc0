"""AlexNet."""

from __future__ import annotations

from typing import Any

from ....context import cpu
from ... import nn
from ...block import HybridBlock
from ._pretrained import MODELS, load

__all__ = ["AlexNet", "alexnet"]


class AlexNet(HybridBlock):
    """AlexNet in its form for one device (Krizhevsky, 2014, "One weird trick").

    Args:
        classes: number of outputs C.

    Shapes:
        data: ``(N, 3, H, W)``, at least 63 x 63, meant for 224 x 224. Output: ``(N, C)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/alexnet.py.
    """

    def __init__(self, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            with self.features.name_scope():
                self.features.add(
                    nn.Conv2D(64, kernel_size=11, strides=4, padding=2, activation="relu"),
                    nn.MaxPool2D(pool_size=3, strides=2),
                    nn.Conv2D(192, kernel_size=5, padding=2, activation="relu"),
                    nn.MaxPool2D(pool_size=3, strides=2),
                    nn.Conv2D(384, kernel_size=3, padding=1, activation="relu"),
                    nn.Conv2D(256, kernel_size=3, padding=1, activation="relu"),
                    nn.Conv2D(256, kernel_size=3, padding=1, activation="relu"),
                    nn.MaxPool2D(pool_size=3, strides=2),
                    nn.Flatten(),
                    nn.Dense(4096, activation="relu"),
                    nn.Dropout(0.5),
                    nn.Dense(4096, activation="relu"),
                    nn.Dropout(0.5),
                )
            self.output = nn.Dense(classes)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.output(self.features(x))


def alexnet(pretrained: bool = False, ctx: Any = cpu(), root: str = MODELS, **kwargs: Any) -> AlexNet:  # noqa: B008
    """An `AlexNet`.

    Args:
        pretrained: load trained parameters.
        ctx: where to put them.
        root: folder of the cache of trained parameters.
        **kwargs: arguments of `AlexNet`.
    """
    net = AlexNet(**kwargs)
    return load(net, "alexnet", ctx, root) if pretrained else net
