"""SqueezeNet."""

from __future__ import annotations

from typing import Any

from ....context import cpu
from ... import nn
from ...block import HybridBlock
from ...contrib.nn import HybridConcurrent
from ._pretrained import MODELS, load

__all__ = ["SqueezeNet", "squeezenet1_0", "squeezenet1_1"]

#: version -> channels and window of the first convolution, and what follows: a pooling, or the squeezed channels of a
#: fire module (each of its two branches has four times as many)
_PLANS: dict[str, tuple[int, int, tuple[str | int, ...]]] = {
    "1.0": (96, 7, ("pool", 16, 16, 32, "pool", 32, 48, 48, 64, "pool", 64)),
    "1.1": (64, 3, ("pool", 16, 16, "pool", 32, 32, "pool", 48, 48, 64, 64)),
}


def _conv(channels: int, kernel_size: int, padding: int = 0) -> nn.HybridSequential:
    out = nn.HybridSequential(prefix="")
    out.add(nn.Conv2D(channels, kernel_size, padding=padding), nn.Activation("relu"))
    return out


def _fire(squeezed: int) -> nn.HybridSequential:
    """A narrow 1 x 1 convolution, then a 1 x 1 and a 3 x 3 one side by side."""
    out = nn.HybridSequential(prefix="")
    out.add(_conv(squeezed, 1))
    paths = HybridConcurrent(axis=1, prefix="")
    paths.add(_conv(4 * squeezed, 1), _conv(4 * squeezed, 3, 1))
    out.add(paths)
    return out


class SqueezeNet(HybridBlock):
    """The accuracy of AlexNet with a fiftieth of its parameters (Iandola et al., 2016).

    Args:
        version: ``"1.0"``, or ``"1.1"``, which needs less than half the computation.
        classes: number of outputs C.

    Shapes:
        data: ``(N, 3, 224, 224)``, other sizes give an output for each place. Output: ``(N, C)``.

    Raises:
        AssertionError: another version.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/squeezenet.py.
    """

    def __init__(self, version: str, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if version not in _PLANS:
            raise AssertionError(f"SqueezeNet: version={version!r} must be '1.0' or '1.1'")
        channels, kernel_size, plan = _PLANS[version]
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            self.features.add(nn.Conv2D(channels, kernel_size=kernel_size, strides=2), nn.Activation("relu"))
            for step in plan:
                pool = nn.MaxPool2D(pool_size=3, strides=2, ceil_mode=True) if step == "pool" else None
                self.features.add(pool or _fire(int(step)))
            self.features.add(nn.Dropout(0.5))
            self.output = nn.HybridSequential(prefix="")
            self.output.add(nn.Conv2D(classes, kernel_size=1), nn.Activation("relu"), nn.AvgPool2D(13), nn.Flatten())

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.output(self.features(x))


def get_squeezenet(
    version: str,
    pretrained: bool = False,
    ctx: Any = cpu(),  # noqa: B008
    root: str = MODELS,
    **kwargs: Any,
) -> SqueezeNet:
    """A `SqueezeNet` by its version.

    Args:
        version: ``"1.0"`` or ``"1.1"``.
        pretrained: load trained parameters.
        ctx: where to put them.
        root: folder of the cache of trained parameters.
        **kwargs: arguments of `SqueezeNet`.
    """
    net = SqueezeNet(version, **kwargs)
    return load(net, f"squeezenet{version}", ctx, root) if pretrained else net


def squeezenet1_0(**kwargs: Any) -> SqueezeNet:
    """SqueezeNet 1.0. Takes the arguments of `get_squeezenet` but the first."""
    return get_squeezenet("1.0", **kwargs)


def squeezenet1_1(**kwargs: Any) -> SqueezeNet:
    """SqueezeNet 1.1. Takes the arguments of `get_squeezenet` but the first."""
    return get_squeezenet("1.1", **kwargs)
