"""Convolutions whose one side has few channels: that side is computed by a product of matrices.

The gradient of a convolution's data, and the transpose of a convolution, spread every element over a window. oneDNN's
kernels for it work on sixteen channels at a time, so to one or three channels they take up to six times as long as a
matrix product and the sum of its overlapping columns (seen in torch 2.13), and add up with larger errors.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

Sizes = tuple[int, ...]

#: channels of the side that is spread to
_FEW = 4
#: elements of the result below which the plain call is as quick
_WORTH = 1 << 12
#: columns kept at a time, in elements: more than fit a cache cost more than they save
_COLUMNS = 1 << 18


class Windows(NamedTuple):
    """Where the windows of a convolution over two axes lie."""

    stride: Sizes
    pad: Sizes
    dilate: Sizes


def suits(data: Tensor, weight: Tensor, groups: int, channels: int, elements: int) -> bool:
    """Whether a convolution's side of ``channels`` channels and ``elements`` elements is better computed here."""
    return (
        channels <= _FEW
        and elements >= _WORTH
        and data.dim() == 4
        and data.is_cpu
        and data.dtype is torch.float32
        and weight.dtype is torch.float32
        and groups == 1
        and data.layout is torch.strided
        and not torch.compiler.is_compiling()
        and not torch.is_autocast_enabled("cpu")
    )


def convolve(data: Tensor, weight: Tensor, bias: Tensor | None, windows: Windows) -> Tensor:
    """A convolution whose data have few channels, for its gradient."""
    return _Convolve.apply(data, weight, bias, windows)  # type: ignore[no-any-return, no-untyped-call]


def deconvolve(data: Tensor, weight: Tensor, bias: Tensor | None, windows: Windows, size: Sizes) -> Tensor:
    """A transposed convolution to few channels and a plane of ``size``."""
    return _Deconvolve.apply(data, weight, bias, windows, size)  # type: ignore[no-any-return, no-untyped-call]


def _spread(data: Tensor, weight: Tensor, windows: Windows, size: Sizes) -> Tensor:
    """Every element of ``(N, C, *)`` over its window, by the kernels ``(C, few, *window)``, on planes of ``size``."""
    count, channels = data.shape[:2]
    window = (weight.shape[2], weight.shape[3])
    kernels = weight.reshape(channels, -1).t().contiguous()
    lines = data.contiguous().view(count, channels, -1)
    step = max(1, _COLUMNS // max(1, kernels.shape[0] * lines.shape[2]))
    where = size, window, windows.dilate, windows.pad, windows.stride
    if step >= count:
        return torch.ops.aten.col2im(torch.matmul(kernels, lines), *where)  # type: ignore[no-any-return]
    result = data.new_empty(count, weight.shape[1], *size)
    for start in range(0, count, step):
        part = torch.matmul(kernels, lines[start : start + step])
        result[start : start + step] = torch.ops.aten.col2im(part, *where)
    return result


def _plain_gradients(
    ctx: Any,
    grad: Tensor,
    data: Tensor,
    weight: Tensor,
    windows: Windows,
    transposed: bool,
    extra: Sizes,
    data_too: bool,
) -> list[Tensor | None]:
    mask = [ctx.needs_input_grad[0] and data_too, ctx.needs_input_grad[1], ctx.needs_input_grad[2]]
    outputs = weight.shape[1 if transposed else 0]
    if not any(mask):
        return [None, None, None]
    return list(
        torch.ops.aten.convolution_backward(
            grad, data, weight, [outputs], windows.stride, windows.pad, windows.dilate, transposed, extra, 1, mask
        )
    )


class _Convolve(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor, weight: Tensor, bias: Tensor | None, windows: Windows) -> Tensor:
        ctx.save_for_backward(data, weight)
        ctx.windows = windows
        return torch.conv2d(data, weight, bias, windows.stride, windows.pad, windows.dilate)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        data, weight = ctx.saved_tensors
        windows: Windows = ctx.windows
        if torch.is_grad_enabled():  # to be differentiated again, which torch's own operator knows how to
            return *_plain_gradients(ctx, grads[0], data, weight, windows, False, (0, 0), True), None
        found = _plain_gradients(ctx, grads[0], data, weight, windows, False, (0, 0), False)
        if ctx.needs_input_grad[0]:
            found[0] = _spread(grads[0], weight, windows, (data.shape[2], data.shape[3]))
        return *found, None


class _Deconvolve(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor, weight: Tensor, bias: Tensor | None, windows: Windows, size: Sizes) -> Tensor:
        ctx.save_for_backward(data, weight)
        full = [
            (n - 1) * s + (k - 1) * d + 1 - 2 * p
            for n, k, s, p, d in zip(data.shape[2:], weight.shape[2:], *windows, strict=True)
        ]
        ctx.kept = windows, tuple(wanted - found for wanted, found in zip(size, full, strict=True))
        result = _spread(data, weight, windows, size)
        return result if bias is None else result.add_(bias.view(-1, 1, 1))

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        data, weight = ctx.saved_tensors
        windows, extra = ctx.kept
        return *_plain_gradients(ctx, grads[0], data, weight, windows, True, extra, True), None, None
