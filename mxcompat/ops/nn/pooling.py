"""Pooling over one to three spatial axes."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import operator
from ...registry.operator import op_error
from ._check import floating, per_axis
from ._windows import avg_pool, lay_out, lp_norm, max_pool, sum_pool
from .convolution import channels_first, channels_last, check_layout

_GLOBAL_MAX = (F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d)


@operator("Pooling", aliases=("_npx_pooling",))
def pooling(
    data: Tensor,
    kernel: tuple[int, ...] = (),
    pool_type: Literal["avg", "lp", "max", "sum"] = "max",
    global_pool: bool = False,
    cudnn_off: bool = False,
    pooling_convention: Literal["full", "same", "valid"] = "valid",
    stride: tuple[int, ...] = (),
    pad: tuple[int, ...] = (),
    p_value: int | None = None,
    count_include_pad: bool | None = None,
    layout: Literal["NCDHW", "NCHW", "NCW", "NDHWC", "NHWC", "NWC"] | None = None,
) -> Tensor:
    """Reduce each window of the spatial axes to one element.

    Args:
        data: floating, ``(batch, channels, *space)`` with 1 to 3 spatial axes, or channels last by ``layout``.
        kernel: size of a window on each spatial axis; may be left out with ``global_pool``.
        pool_type: the largest element, the mean, the sum, or the ``p_value``-norm without absolute values.
        global_pool: one window over everything.
        cudnn_off: a hint for MXNet's choice of an algorithm; the result does not depend on it.
        pooling_convention: number of windows on an axis of size x with padding p, window k and stride s: ``valid``
            ``(x + 2p - k) // s + 1``; ``full`` rounds the quotient up; ``same`` (one spatial axis, zero padding given
            with 3 entries) ``ceil(x / s)``.
        stride: steps of the windows, positive, default 1.
        pad: elements added on both sides that never win a maximum and add 0 to a sum, default 0.
        p_value: 1, 2 or 3, needed for ``lp``.
        count_include_pad: whether a mean counts the padding (default) or the data only.
        layout: order of the axes; None is channels first.

    Returns:
        ``(batch, channels, *windows)``, same dtype. A window that lies outside the data gives 0 (the mean NaN with
        three spatial axes), or for ``max`` the smallest number of the dtype.

    Raises:
        MXNetError: attributes that do not fit data, a window larger than the padded data, integer data.

    Differences: NaN propagates through ``max``, where MXNet steps over it; where float32 data on the CPU are pooled in
        blocks (65,536 elements and more, most with their gradient) it is stepped over here, too.

    Source: MXNet 1.9.1 src/operator/nn/pooling.cc, pool.h.
    """
    ndim = data.dim() - 2
    if not 1 <= ndim <= 3:
        raise op_error("Pooling", "data must have 1, 2 or 3 spatial axes after batch and channels", data=data)
    floating("Pooling", data)
    if not kernel and not global_pool:
        raise MXNetError("Pooling: kernel must be given unless global_pool is set")
    if kernel and len(kernel) != ndim:
        raise op_error("Pooling", f"kernel={kernel} needs data of {len(kernel) + 2} axes", data=data)
    if pool_type == "lp" and p_value not in (1, 2, 3):
        raise MXNetError(f"Pooling: p_value={p_value} must be 1, 2 or 3 for pool_type=lp")
    last = check_layout("Pooling", layout, data.dim())
    if last:
        data = channels_first(data)
    if global_pool:
        result = _pool_all(data, ndim, pool_type, p_value)
    else:
        result = _pool(data, ndim, kernel, pool_type, pooling_convention, stride, pad, p_value, count_include_pad)
    return channels_last(result) if last else result


def _pool(
    data: Tensor,
    ndim: int,
    kernel: tuple[int, ...],
    pool_type: str,
    convention: str,
    stride: tuple[int, ...],
    pad: tuple[int, ...],
    p_value: int | None,
    count_include_pad: bool | None,
) -> Tensor:
    kernel = per_axis("Pooling", "kernel", kernel, ndim, 1, 1)
    stride = per_axis("Pooling", "stride", stride, ndim, 1, 1)
    if convention == "same":
        if ndim != 1 or len(pad) < 3 or any(pad):
            raise op_error("Pooling", "pooling_convention=same needs one spatial axis and pad=(0, 0, 0)", data=data)
        pad = (0,)
    else:
        pad = per_axis("Pooling", "pad", pad, ndim, 0, 0)
    sizes = tuple(data.shape[2:])
    for size, window, extra in zip(sizes, kernel, pad, strict=True):
        if window > size + 2 * extra:
            raise op_error("Pooling", f"kernel={kernel} exceeds data padded by {pad}", data=data)
    windows = lay_out(sizes, kernel, stride, pad, convention)
    if pool_type == "max":
        return max_pool(data, windows)
    if pool_type == "avg":
        return avg_pool(data, windows, count_include_pad is not False)
    if pool_type == "sum":
        return sum_pool(data, windows)
    return lp_norm(data, partial(sum_pool, w=windows), p_value or 1)


def _pool_all(data: Tensor, ndim: int, pool_type: str, p_value: int | None) -> Tensor:
    axes = tuple(range(2, ndim + 2))
    if pool_type == "max":
        if data.requires_grad:  # the gradient goes to one of equal elements
            return _GLOBAL_MAX[ndim - 1](data, 1)
        return data.amax(axes, keepdim=True)
    if pool_type == "avg":
        return data.mean(axes, keepdim=True)
    if pool_type == "sum":
        return data.sum(axes, keepdim=True)
    return lp_norm(data, lambda x: x.sum(axes, keepdim=True), p_value or 1)


class _MaxOfAll(torch.autograd.Function):
    """Maximum over windows whose gradient goes to every element that equals it, as mshadow's unpooling gives it."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, kernel: tuple[int, int], stride: tuple[int, int]) -> Tensor:
        out = F.max_pool2d(data, kernel, stride)
        ctx.save_for_backward(data, out)
        ctx.window = kernel, stride
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        data, out = ctx.saved_tensors
        kernel, (down, right) = ctx.window
        rows, columns = out.shape[2:]
        result = torch.zeros_like(data)
        for i in range(kernel[0]):
            for j in range(kernel[1]):
                across = slice(j, j + columns * right - right + 1, right)
                place = (..., slice(i, i + rows * down - down + 1, down), across)
                result[place] += grads[0] * (data[place] == out)
        return result, None, None


@operator("Pooling_v1")
def pooling_v1(
    data: Tensor,
    kernel: tuple[int, ...] = (),
    pool_type: Literal["avg", "max", "sum"] = "max",
    global_pool: bool = False,
    pooling_convention: Literal["full", "valid"] = "valid",
    stride: tuple[int, ...] = (),
    pad: tuple[int, ...] = (),
) -> Tensor:
    """Pool two spatial axes: the older form of `Pooling`, kept for old models.

    Padding is zeros, which may win a maximum; a mean always divides by the size of the kernel; equal maxima all get
    the gradient.

    Args:
        data: floating, ``(batch, channels, height, width)``.
        kernel: height and width of a window; may be left out with ``global_pool``.
        pool_type: the largest element, the mean or the sum.
        global_pool: one window over everything.
        pooling_convention: round the number of windows up (``full``) or down (``valid``).
        stride: steps of the windows, positive, default 1.
        pad: zeros added on both sides, default 0.

    Returns:
        ``(batch, channels, rows, columns)``, same dtype.

    Raises:
        MXNetError: attributes that do not fit data, a window larger than the padded data, integer data.

    Source: MXNet 1.9.1 src/operator/pooling_v1.cc.
    """
    name = "Pooling_v1"
    if not kernel and not global_pool:
        raise MXNetError(f"{name}: kernel must be given unless global_pool is set")
    if data.dim() != 4 or (kernel and len(kernel) != 2):
        raise op_error(name, f"data must have 4 axes and kernel={kernel} 2 entries", data=data)
    floating(name, data)
    if global_pool:
        kernel, stride, pad = tuple(data.shape[2:]), (1, 1), (0, 0)
    kernel = per_axis(name, "kernel", kernel, 2, 1, 1)
    stride = per_axis(name, "stride", stride, 2, 1, 1)
    pad = per_axis(name, "pad", pad, 2, 0, 0)
    if any(pad):
        data = F.pad(data, (pad[1], pad[1], pad[0], pad[0]))
    height, width = data.shape[2:]
    if kernel[0] > height or kernel[1] > width:
        raise op_error(name, f"kernel={kernel} exceeds data padded by {pad}", data=data)
    windows = lay_out((height, width), kernel, stride, (0, 0), pooling_convention)
    if pool_type == "max":
        below, beyond = (max(n, 0) for n in windows.after)
        if below or beyond:
            data = F.pad(data, (0, beyond, 0, below), value=float("-inf"))
        result: Tensor = _MaxOfAll.apply(data, kernel, stride)  # type: ignore[no-untyped-call]
        return result
    total = sum_pool(data, windows)
    return total if pool_type == "sum" else total / (kernel[0] * kernel[1])
