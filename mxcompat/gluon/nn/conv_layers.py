"""Convolutions, poolings and paddings of images."""

from __future__ import annotations

from typing import Any

from ..._core.errors import ArgumentTypeError
from ...base import numeric_types
from ..block import HybridBlock
from ._conv import Conv1D as Conv1D
from ._conv import Conv1DTranspose as Conv1DTranspose
from ._conv import Conv2D as Conv2D
from ._conv import Conv2DTranspose as Conv2DTranspose
from ._conv import Conv3D as Conv3D
from ._conv import Conv3DTranspose as Conv3DTranspose
from ._conv import _Conv as _Conv
from ._conv import _infer_weight_shape as _infer_weight_shape
from ._pool import AvgPool1D as AvgPool1D
from ._pool import AvgPool2D as AvgPool2D
from ._pool import AvgPool3D as AvgPool3D
from ._pool import GlobalAvgPool1D as GlobalAvgPool1D
from ._pool import GlobalAvgPool2D as GlobalAvgPool2D
from ._pool import GlobalAvgPool3D as GlobalAvgPool3D
from ._pool import GlobalMaxPool1D as GlobalMaxPool1D
from ._pool import GlobalMaxPool2D as GlobalMaxPool2D
from ._pool import GlobalMaxPool3D as GlobalMaxPool3D
from ._pool import MaxPool1D as MaxPool1D
from ._pool import MaxPool2D as MaxPool2D
from ._pool import MaxPool3D as MaxPool3D
from ._pool import _Pooling as _Pooling

__all__ = [
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "ReflectionPad2D",
]


class ReflectionPad2D(HybridBlock):
    """Pad images with their own mirror image, without repeating the edge.

    Args:
        padding: pixels on every side; or 8 numbers, before and after each axis, the first four of them 0.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, C, H + top + bottom, W + left + right)``.

    Raises:
        AssertionError: ``padding`` is neither a number nor 8 numbers.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py.
    """

    def __init__(self, padding: Any = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(padding, numeric_types):
            padding = (0, 0, 0, 0, padding, padding, padding, padding)
        if len(padding) != 8:
            raise ArgumentTypeError(f"ReflectionPad2D: padding={padding!r} must be a number or 8 numbers")
        self._padding = padding

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.pad(x, mode="reflect", pad_width=self._padding)
