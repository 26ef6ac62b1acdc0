"""Poolings over one to three axes, by windows and over everything."""

from __future__ import annotations

from typing import Any

from ...util import is_np_array
from ..block import HybridBlock
from ._windows import CHANNELS_FIRST, CHANNELS_LAST, check_layout, sizes, spread


class _Pooling(HybridBlock):
    """What all poolings share.

    Args:
        pool_size: the window, an int for each axis.
        strides: a number, or one for each axis; None for the window's own sizes.
        padding: a number, or one for each axis.
        ceil_mode: round the size of the output up, so that every element is seen.
        global_pool: one window over everything.
        pool_type: ``max`` or ``avg``.
        layout: order of the axes, such as ``NCHW``.
        count_include_pad: let padding count in an average; None leaves it to the operator.
    """

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: Any,
        ceil_mode: bool,
        global_pool: bool,
        pool_type: str,
        layout: str,
        count_include_pad: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        count = len(pool_size)
        self._kwargs: dict[str, Any] = {
            "kernel": pool_size,
            "stride": spread(pool_size if strides is None else strides, count),
            "pad": spread(padding, count),
            "global_pool": global_pool,
            "pool_type": pool_type,
            "layout": layout,
            "pooling_convention": "full" if ceil_mode else "valid",
        }
        if count_include_pad is not None:
            self._kwargs["count_include_pad"] = count_include_pad

    def _alias(self) -> str:
        return "pool"

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        pooling = F.npx.pooling if is_np_array() else F.Pooling
        return pooling(x, name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        ceil_mode = self._kwargs["pooling_convention"] == "full"
        return (
            "{}(size={kernel}, stride={stride}, padding={pad}, ceil_mode={}, global_pool={global_pool}"
            ", pool_type={pool_type}, layout={layout})"
        ).format(type(self).__name__, ceil_mode, **self._kwargs)


def _check(layer: _Pooling, layout: str, ndim: int) -> None:
    check_layout(layer, layout, (CHANNELS_FIRST[ndim - 1], CHANNELS_LAST[ndim - 1]))


class MaxPool1D(_Pooling):
    """Largest value of windows over one axis.

    Args:
        pool_size, padding: a number, or a list of one.
        strides: a number, or a list of one; None for the window's own sizes.
        layout: ``NCW`` or ``NWC``.
        ceil_mode: round the size of the output up, so that every element is seen.

    Shapes:
        data: ``(N, C, W)``. Output: ``(N, C, W')``,
        ``W' = (W + 2 padding - pool_size) // stride + 1``
        (rounded up with ``ceil_mode``). Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: Any = 0,
        layout: str = "NCW",
        ceil_mode: bool = False,
        **kwargs: Any,
    ) -> None:
        _check(self, layout, 1)
        pool_size = sizes(self, "pool_size", pool_size, 1)
        super().__init__(pool_size, strides, padding, ceil_mode, False, "max", layout, **kwargs)


class MaxPool2D(_Pooling):
    """Largest value of windows over two axes.

    Args:
        pool_size, padding: a number, or two.
        strides: a number, or two; None for the window's own sizes.
        layout: ``NCHW`` or ``NHWC``.
        ceil_mode: round the size of the output up, so that every element is seen.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, C, H', W')``,
        ``W' = (W + 2 padding - pool_size) // stride + 1``
        (rounded up with ``ceil_mode``) along each axis. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: Any = 0,
        layout: str = "NCHW",
        ceil_mode: bool = False,
        **kwargs: Any,
    ) -> None:
        _check(self, layout, 2)
        pool_size = sizes(self, "pool_size", pool_size, 2)
        super().__init__(pool_size, strides, padding, ceil_mode, False, "max", layout, **kwargs)


class MaxPool3D(_Pooling):
    """Largest value of windows over three axes.

    Args:
        pool_size, padding: a number, or three.
        strides: a number, or three; None for the window's own sizes.
        layout: ``NCDHW`` or ``NDHWC``.
        ceil_mode: round the size of the output up, so that every element is seen.

    Shapes:
        data: ``(N, C, D, H, W)``. Output: ``(N, C, D', H', W')``,
        ``W' = (W + 2 padding - pool_size) // stride + 1``
        (rounded up with ``ceil_mode``) along each axis. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(
        self,
        pool_size: Any = (2, 2, 2),
        strides: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        layout: str = "NCDHW",
        **kwargs: Any,
    ) -> None:
        _check(self, layout, 3)
        pool_size = sizes(self, "pool_size", pool_size, 3)
        super().__init__(pool_size, strides, padding, ceil_mode, False, "max", layout, **kwargs)


class AvgPool1D(_Pooling):
    """Mean value of windows over one axis.

    Args:
        pool_size, padding: a number, or a list of one.
        strides: a number, or a list of one; None for the window's own sizes.
        layout: ``NCW`` or ``NWC``.
        ceil_mode: round the size of the output up, so that every element is seen.
        count_include_pad: let padding count in the mean.

    Shapes:
        data: ``(N, C, W)``. Output: ``(N, C, W')``,
        ``W' = (W + 2 padding - pool_size) // stride + 1``
        (rounded up with ``ceil_mode``). Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: Any = 0,
        layout: str = "NCW",
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        **kwargs: Any,
    ) -> None:
        _check(self, layout, 1)
        pool_size = sizes(self, "pool_size", pool_size, 1)
        super().__init__(pool_size, strides, padding, ceil_mode, False, "avg", layout, count_include_pad, **kwargs)


class AvgPool2D(_Pooling):
    """Mean value of windows over two axes.

    Args:
        pool_size, padding: a number, or two.
        strides: a number, or two; None for the window's own sizes.
        layout: ``NCHW`` or ``NHWC``.
        ceil_mode: round the size of the output up, so that every element is seen.
        count_include_pad: let padding count in the mean.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, C, H', W')``,
        ``W' = (W + 2 padding - pool_size) // stride + 1``
        (rounded up with ``ceil_mode``) along each axis. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        layout: str = "NCHW",
        count_include_pad: bool = True,
        **kwargs: Any,
    ) -> None:
        _check(self, layout, 2)
        pool_size = sizes(self, "pool_size", pool_size, 2)
        super().__init__(pool_size, strides, padding, ceil_mode, False, "avg", layout, count_include_pad, **kwargs)


class AvgPool3D(_Pooling):
    """Mean value of windows over three axes.

    Args:
        pool_size, padding: a number, or three.
        strides: a number, or three; None for the window's own sizes.
        layout: ``NCDHW`` or ``NDHWC``.
        ceil_mode: round the size of the output up, so that every element is seen.
        count_include_pad: let padding count in the mean.

    Shapes:
        data: ``(N, C, D, H, W)``. Output: ``(N, C, D', H', W')``,
        ``W' = (W + 2 padding - pool_size) // stride + 1``
        (rounded up with ``ceil_mode``) along each axis. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(
        self,
        pool_size: Any = (2, 2, 2),
        strides: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        layout: str = "NCDHW",
        count_include_pad: bool = True,
        **kwargs: Any,
    ) -> None:
        _check(self, layout, 3)
        pool_size = sizes(self, "pool_size", pool_size, 3)
        super().__init__(pool_size, strides, padding, ceil_mode, False, "avg", layout, count_include_pad, **kwargs)


class GlobalMaxPool1D(_Pooling):
    """Largest value over the axis of the positions.

    Args:
        layout: ``NCW`` or ``NWC``.

    Shapes:
        data: ``(N, C, W)``. Output: ``(N, C, 1)``. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(self, layout: str = "NCW", **kwargs: Any) -> None:
        _check(self, layout, 1)
        super().__init__((1,) * 1, None, 0, True, True, "max", layout, **kwargs)


class GlobalMaxPool2D(_Pooling):
    """Largest value over both axes of the positions.

    Args:
        layout: ``NCHW`` or ``NHWC``.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, C, 1, 1)``. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(self, layout: str = "NCHW", **kwargs: Any) -> None:
        _check(self, layout, 2)
        super().__init__((1,) * 2, None, 0, True, True, "max", layout, **kwargs)


class GlobalMaxPool3D(_Pooling):
    """Largest value over all three axes of the positions.

    Args:
        layout: ``NCDHW`` or ``NDHWC``.

    Shapes:
        data: ``(N, C, D, H, W)``. Output: ``(N, C, 1, 1, 1)``. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(self, layout: str = "NCDHW", **kwargs: Any) -> None:
        _check(self, layout, 3)
        super().__init__((1,) * 3, None, 0, True, True, "max", layout, **kwargs)


class GlobalAvgPool1D(_Pooling):
    """Mean value over the axis of the positions.

    Args:
        layout: ``NCW`` or ``NWC``.

    Shapes:
        data: ``(N, C, W)``. Output: ``(N, C, 1)``. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(self, layout: str = "NCW", **kwargs: Any) -> None:
        _check(self, layout, 1)
        super().__init__((1,) * 1, None, 0, True, True, "avg", layout, **kwargs)


class GlobalAvgPool2D(_Pooling):
    """Mean value over both axes of the positions.

    Args:
        layout: ``NCHW`` or ``NHWC``.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, C, 1, 1)``. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(self, layout: str = "NCHW", **kwargs: Any) -> None:
        _check(self, layout, 2)
        super().__init__((1,) * 2, None, 0, True, True, "avg", layout, **kwargs)


class GlobalAvgPool3D(_Pooling):
    """Mean value over all three axes of the positions.

    Args:
        layout: ``NCDHW`` or ``NDHWC``.

    Shapes:
        data: ``(N, C, D, H, W)``. Output: ``(N, C, 1, 1, 1)``. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/pooling.cc.
    """

    def __init__(self, layout: str = "NCDHW", **kwargs: Any) -> None:
        _check(self, layout, 3)
        super().__init__((1,) * 3, None, 0, True, True, "avg", layout, **kwargs)
