"""Convolution and its transpose over one to three spatial axes."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Annotated, Any, Literal

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from . import _spread
from ._check import floating, has_shape, per_axis
from .dense import weighted_inputs

_Layout = Literal["NCDHW", "NCHW", "NCW", "NDHWC", "NHWC"]
_Tune = Literal["fastest", "limited_workspace", "off"]
_Positive = Annotated[int, Range(1, None)]
_NotNegative = Annotated[int, Range(0, None)]

_CONV: tuple[Callable[..., Tensor], ...] = (torch.conv1d, torch.conv2d, torch.conv3d)
_TRANSPOSED: tuple[Callable[..., Tensor], ...] = (
    torch.conv_transpose1d,
    torch.conv_transpose2d,
    torch.conv_transpose3d,
)
#: places of a plane from which a strided convolution with single taps is faster, with its gradient, on what it meets
_LARGE_PLANE = 784
_AXES = {"NCW": 3, "NCHW": 4, "NCDHW": 5, "NWC": 3, "NHWC": 4, "NDHWC": 5}


def check_layout(name: str, layout: str | None, ndim: int) -> bool:
    """Whether channels come last; MXNetError for a layout of another number of axes."""
    if layout is None:
        return False
    if _AXES[layout] != ndim:
        raise MXNetError(f"{name}: layout={layout} needs data of {_AXES[layout]} axes, kernel has {ndim - 2} entries")
    return layout[-1] == "C"


def channels_first(tensor: Tensor) -> Tensor:
    """``(N, ..., C)`` seen as ``(N, C, ...)``."""
    return tensor.movedim(-1, 1)


def channels_last(tensor: Tensor) -> Tensor:
    """``(N, C, ...)`` seen as ``(N, ..., C)``."""
    return tensor.movedim(1, -1)


def _check_groups(name: str, data: Tensor, num_filter: int, num_group: int) -> None:
    if data.shape[1] % num_group:
        raise op_error(name, f"num_group={num_group} must divide the channels of data", data=data)
    if num_filter % num_group:
        raise op_error(name, f"num_group={num_group} must divide num_filter={num_filter}", data=data)


def _spatial(name: str, data: Tensor, kernel: tuple[int, ...]) -> int:
    ndim = len(kernel)
    if not 1 <= ndim <= 3:
        raise MXNetError(f"{name}: kernel={kernel} must have 1, 2 or 3 entries")
    if data.dim() != ndim + 2:
        text = f"kernel={kernel} has {ndim} entries, so data must have {ndim + 2} axes"
        raise op_error(name, text, data=data)
    if min(kernel) < 1:
        raise MXNetError(f"{name}: kernel={kernel} must not have an entry below 1")
    return ndim


@operator("Convolution", aliases=("_npx_convolution",), list_inputs=weighted_inputs, same_dtype=True)
def convolution(
    data: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    kernel: tuple[int, ...] = REQUIRED,
    stride: tuple[int, ...] = (),
    dilate: tuple[int, ...] = (),
    pad: tuple[int, ...] = (),
    num_filter: _Positive = REQUIRED,
    num_group: _Positive = 1,
    workspace: _NotNegative = 1024,
    no_bias: bool = False,
    cudnn_tune: _Tune | None = None,
    cudnn_off: bool = False,
    layout: _Layout | None = None,
) -> Tensor:
    """Convolve (cross-correlate) the spatial axes.

    Args:
        data: floating, ``(batch, channels, *space)``, or channels last by ``layout``.
        weight: ``(num_filter, channels / num_group, *kernel)``; with channels last the second axis comes last.
        bias: ``(num_filter,)``; absent with ``no_bias``.
        kernel: size of the window on each spatial axis, 1 to 3 entries.
        stride: steps of the window, positive, default 1.
        dilate: distances of the taps, positive, default 1.
        pad: zeros added on both sides of each axis, not negative, default 0.
        num_filter: number of output channels.
        num_group: number of groups of channels that do not mix; divides both channel counts.
        workspace, cudnn_tune, cudnn_off: hints for MXNet's choice of an algorithm; the result does not depend on them.
        no_bias: leave the bias out.
        layout: order of the axes; None is channels first.

    Returns:
        ``(batch, num_filter, *out)``, ``out = (space + 2 pad - dilate (kernel - 1) - 1) // stride + 1``; same dtype.

    Raises:
        MXNetError: attributes or shapes that do not fit, a window larger than the padded data, different or integer
            dtypes.

    Differences: float16 and channels-last layouts work on the CPU too, where MXNet has no kernel. Where channels or
        filters are no multiple of 16, MXNet takes a product of matrices and oneDNN here sums position by position:
        float32 gradients of ``weight`` over ten thousand positions and more then have up to 15 times the rounding
        error, about 1e-5 of their size.

    Source: MXNet 1.9.1 src/operator/nn/convolution.cc.
    """
    last = check_layout("Convolution", layout, len(kernel) + 2)
    ndim = _spatial("Convolution", data, kernel)
    if last:
        data, weight = channels_first(data), channels_first(weight)
    window = (kernel, stride, dilate, pad)
    result = _convolve("Convolution", ndim, data, weight, bias, *window, num_filter, num_group, no_bias)
    return channels_last(result) if last else result


def _convolve(
    name: str,
    ndim: int,
    data: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilate: tuple[int, ...],
    pad: tuple[int, ...],
    num_filter: int,
    num_group: int,
    no_bias: bool,
) -> Tensor:
    stride = per_axis(name, "stride", stride, ndim, 1, 1)
    dilate = per_axis(name, "dilate", dilate, ndim, 1, 1)
    pad = per_axis(name, "pad", pad, ndim, 0, 0)
    if num_group > 1:
        _check_groups(name, data, num_filter, num_group)
    has_shape(name, "weight", weight, (num_filter, data.shape[1] // num_group, *kernel), data)
    for size, window, step, extra in zip(data.shape[2:], kernel, dilate, pad, strict=True):
        if (window - 1) * step + 1 > size + 2 * extra:
            raise op_error(name, f"kernel={kernel} with dilate={dilate} exceeds data padded by {pad}", data=data)
    floating(name, data)
    if no_bias:
        bias = None
    elif bias is not None:
        has_shape(name, "bias", bias, (num_filter,), data)
    if data.requires_grad and ndim == 2:
        if _spread.suits(data, weight, num_group, data.shape[1], data.numel()):
            return _spread.convolve(data, weight, bias, _spread.Windows(stride, pad, dilate))
        if kernel == (1, 1) and stride != (1, 1) and pad == (0, 0) and data.shape[2] * data.shape[3] >= _LARGE_PLANE:
            data, stride = data[:, :, :: stride[0], :: stride[1]], (1, 1)  # what no window meets is not gone through
    return _CONV[ndim - 1](data, weight, bias, stride, pad, dilate, num_group)


@operator("Convolution_v1", list_inputs=weighted_inputs, same_dtype=True)
def convolution_v1(
    data: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    kernel: tuple[int, ...] = REQUIRED,
    stride: tuple[int, ...] = (),
    dilate: tuple[int, ...] = (),
    pad: tuple[int, ...] = (),
    num_filter: _Positive = REQUIRED,
    num_group: _Positive = 1,
    workspace: _NotNegative = 1024,
    no_bias: bool = False,
    cudnn_tune: _Tune | None = None,
    cudnn_off: bool = False,
    layout: Literal["NCDHW", "NCHW", "NDHWC", "NHWC"] | None = None,
) -> Tensor:
    """Convolve two spatial axes: the older form of `Convolution`, kept for old models.

    Args: as for ``Convolution``, with a kernel of two entries and channels first.

    Returns: as ``Convolution``.

    Raises:
        MXNetError: what ``Convolution`` refuses, another number of kernel entries, a channels-last layout.

    Source: MXNet 1.9.1 src/operator/convolution_v1.cc.
    """
    name = "Convolution_v1"
    if len(kernel) != 2:
        raise MXNetError(f"{name}: kernel={kernel} must have 2 entries")
    if check_layout(name, layout, 4):
        raise MXNetError(f"{name}: layout={layout} is not supported, only NCHW is")
    ndim = _spatial(name, data, kernel)
    return _convolve(name, ndim, data, weight, bias, kernel, stride, dilate, pad, num_filter, num_group, no_bias)


@operator("Deconvolution", aliases=("_npx_deconvolution",), list_inputs=weighted_inputs, same_dtype=True)
def deconvolution(
    data: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    kernel: tuple[int, ...] = REQUIRED,
    stride: tuple[int, ...] = (),
    dilate: tuple[int, ...] = (),
    pad: tuple[int, ...] = (),
    adj: tuple[int, ...] = (),
    target_shape: tuple[int, ...] = (),
    num_filter: _Positive = REQUIRED,
    num_group: _Positive = 1,
    workspace: _NotNegative = 512,
    no_bias: bool = True,
    cudnn_tune: _Tune | None = None,
    cudnn_off: bool = False,
    layout: _Layout | None = None,
) -> Tensor:
    """The transpose of a convolution: spreads every element over a window.

    Args:
        data: floating, ``(batch, channels, *space)``, or channels last by ``layout``.
        weight: ``(channels, num_filter / num_group, *kernel)``; with channels last the second axis comes last.
        bias: ``(num_filter,)``; absent with ``no_bias``, the default.
        kernel, stride, dilate, num_group: of the convolution that this is the transpose of.
        pad: elements cut off at both ends of each axis.
        adj: elements kept at the far end of each axis, below ``stride``.
        target_shape: spatial shape of the result; overrules ``pad`` and ``adj``. All 0 is unset.
        num_filter: number of output channels.
        workspace, cudnn_tune, cudnn_off: hints for MXNet's choice of an algorithm; the result does not depend on them.
        no_bias: leave the bias out.
        layout: order of the axes; None is channels first.

    Returns:
        ``(batch, num_filter, *out)``, ``out = stride (space - 1) + dilate (kernel - 1) + 1 - 2 pad + adj``; same dtype.

    Raises:
        MXNetError: attributes or shapes that do not fit, a target that is too large, different or integer
            dtypes.

    Differences: float16, channels-last layouts, float64 over three axes and ``target_shape`` in float32 work, where
    MXNet's CPU kernels refuse them; its float64 kernel is wrong with ``dilate``.

    Source: MXNet 1.9.1 src/operator/nn/deconvolution.cc.
    """
    name = "Deconvolution"
    last = check_layout(name, layout, len(kernel) + 2)
    ndim = _spatial(name, data, kernel)
    if last:
        data, weight = channels_first(data), channels_first(weight)
    stride = per_axis(name, "stride", stride, ndim, 1, 1)
    dilate = per_axis(name, "dilate", dilate, ndim, 1, 1)
    pad = per_axis(name, "pad", pad, ndim, 0, 0)
    adj = per_axis(name, "adj", adj, ndim, 0, 0)
    full = [s * (n - 1) + d * (k - 1) + 1 for n, k, s, d in zip(data.shape[2:], kernel, stride, dilate, strict=True)]
    if any(target_shape):
        pad, adj = _cut_to(per_axis(name, "target_shape", target_shape, ndim, 0, 0), full, data)
    if ndim == 3 and dilate != (1, 1, 1):
        raise MXNetError(f"{name}: dilate={dilate} is not supported over three axes")
    _check_groups(name, data, num_filter, num_group)
    has_shape(name, "weight", weight, (data.shape[1], num_filter // num_group, *kernel), data)
    for size, cut, extra, step in zip(full, pad, adj, stride, strict=True):
        if extra >= step:
            raise op_error(name, f"adj={adj} must be below stride={stride}", data=data)
        if size - 2 * cut + extra < 1:
            raise op_error(name, f"pad={pad} leaves nothing of the result", data=data)
    floating(name, data)
    if no_bias:
        bias = None
    elif bias is not None:
        has_shape(name, "bias", bias, (num_filter,), data)
    plane = tuple(n - 2 * cut + extra for n, cut, extra in zip(full, pad, adj, strict=True))
    if _spread.suits(data, weight, num_group, num_filter, data.shape[0] * num_filter * prod(plane)):
        result = _spread.deconvolve(data, weight, bias, _spread.Windows(stride, pad, dilate), plane)
    else:
        result = _TRANSPOSED[ndim - 1](data, weight, bias, stride, pad, adj, num_group, dilate)
    return channels_last(result) if last else result


def _cut_to(target: tuple[int, ...], full: list[int], data: Tensor) -> Any:
    """``pad`` and ``adj`` that cut the full result down to the target."""
    if any(size < wanted for size, wanted in zip(full, target, strict=True)):
        text = f"target_shape={target} is larger than the full result {tuple(full)}"
        raise op_error("Deconvolution", text, data=data)
    surplus = [size - wanted for size, wanted in zip(full, target, strict=True)]
    return tuple((s + 1) // 2 for s in surplus), tuple(s % 2 for s in surplus)
