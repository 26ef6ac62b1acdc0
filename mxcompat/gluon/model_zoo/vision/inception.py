"""Inception v3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....context import cpu
from ... import nn
from ...block import HybridBlock
from ...contrib.nn import HybridConcurrent
from ._pretrained import MODELS, load

__all__ = ["Inception3", "inception_v3"]


def _conv(channels: int, kernel_size: Any, strides: Any = 1, padding: Any = 0) -> nn.HybridSequential:
    """A convolution without bias, normalization and relu."""
    out = nn.HybridSequential(prefix="")
    out.add(
        nn.Conv2D(channels, kernel_size, strides, padding, use_bias=False),
        nn.BatchNorm(epsilon=0.001),
        nn.Activation("relu"),
    )
    return out


#: branches start with a pooling where they name one
_POOLS: dict[str, Callable[[], HybridBlock]] = {
    "avg": lambda: nn.AvgPool2D(pool_size=3, strides=1, padding=1),
    "max": lambda: nn.MaxPool2D(pool_size=3, strides=2),
}


def _branch(*steps: Any) -> nn.HybridSequential:
    """A row of poolings, by name, and convolutions, by arguments."""
    out = nn.HybridSequential(prefix="")
    for step in steps:
        out.add(_POOLS[step]() if isinstance(step, str) else _conv(*step))
    return out


def _mix(prefix: str, *branches: tuple[Any, ...]) -> HybridConcurrent:
    """Branches side by side."""
    out = HybridConcurrent(axis=1, prefix=prefix)
    with out.name_scope():
        for steps in branches:
            out.add(_branch(*steps))
    return out


def _a(pooled: int, prefix: str) -> HybridConcurrent:
    """35 x 35."""
    return _mix(
        prefix,
        ((64, 1),),
        ((48, 1), (64, 5, 1, 2)),
        ((64, 1), (96, 3, 1, 1), (96, 3, 1, 1)),
        ("avg", (pooled, 1)),
    )


def _b(prefix: str) -> HybridConcurrent:
    """From 35 x 35 to 17 x 17."""
    return _mix(prefix, ((384, 3, 2),), ((64, 1), (96, 3, 1, 1), (96, 3, 2)), ("max",))


def _c(inner: int, prefix: str) -> HybridConcurrent:
    """17 x 17, with convolutions of 7 x 7 as rows and columns."""
    row, column = ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0))
    return _mix(
        prefix,
        ((192, 1),),
        ((inner, 1), (inner, *row), (192, *column)),
        ((inner, 1), (inner, *column), (inner, *row), (inner, *column), (192, *row)),
        ("avg", (192, 1)),
    )


def _d(prefix: str) -> HybridConcurrent:
    """From 17 x 17 to 8 x 8."""
    return _mix(
        prefix,
        ((192, 1), (320, 3, 2)),
        ((192, 1), (192, (1, 7), 1, (0, 3)), (192, (7, 1), 1, (3, 0)), (192, 3, 2)),
        ("max",),
    )


def _split(*steps: Any) -> nn.HybridSequential:
    """A branch that ends in a row and a column side by side."""
    out = nn.HybridSequential(prefix="")
    out.add(_branch(*steps), _mix("", ((384, (1, 3), 1, (0, 1)),), ((384, (3, 1), 1, (1, 0)),)))
    return out


def _e(prefix: str) -> HybridConcurrent:
    """8 x 8."""
    out = HybridConcurrent(axis=1, prefix=prefix)
    with out.name_scope():
        out.add(_branch((320, 1)), _split((384, 1)), _split((448, 1), (384, 3, 1, 1)), _branch("avg", (192, 1)))
    return out


def make_aux(classes: int) -> nn.HybridSequential:
    """A second classifier for the middle of the net, which `Inception3` itself does not use."""
    out = nn.HybridSequential(prefix="")
    out.add(nn.AvgPool2D(pool_size=5, strides=3), _conv(128, 1), _conv(768, 5), nn.Flatten(), nn.Dense(classes))
    return out


class Inception3(HybridBlock):
    """Inception v3 (Szegedy et al., 2016).

    Args:
        classes: number of outputs C.

    Shapes:
        data: ``(N, 3, 299, 299)``. Output: ``(N, C)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/model_zoo/vision/inception.py.
    """

    def __init__(self, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            self.features.add(
                _conv(32, 3, 2),
                _conv(32, 3),
                _conv(64, 3, 1, 1),
                nn.MaxPool2D(pool_size=3, strides=2),
                _conv(80, 1),
                _conv(192, 3),
                nn.MaxPool2D(pool_size=3, strides=2),
                _a(32, "A1_"),
                _a(64, "A2_"),
                _a(64, "A3_"),
                _b("B_"),
                _c(128, "C1_"),
                _c(160, "C2_"),
                _c(160, "C3_"),
                _c(192, "C4_"),
                _d("D_"),
                _e("E1_"),
                _e("E2_"),
                nn.AvgPool2D(pool_size=8),
                nn.Dropout(0.5),
            )
            self.output = nn.Dense(classes)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.output(self.features(x))


def inception_v3(
    pretrained: bool = False,
    ctx: Any = cpu(),  # noqa: B008
    root: str = MODELS,
    **kwargs: Any,
) -> Inception3:
    """An `Inception3`.

    Args:
        pretrained: load trained parameters.
        ctx: where to put them.
        root: folder of the cache of trained parameters.
        **kwargs: arguments of `Inception3`.
    """
    net = Inception3(**kwargs)
    return load(net, "inceptionv3", ctx, root) if pretrained else net
