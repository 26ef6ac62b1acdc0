"""Deformable convolution: every kernel tap reads at an offset that is an input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ._sampling import square, weighted_sums

_Layout = Literal["NCW", "NCHW", "NCDHW"]
_NotNegative = Annotated[int, Range(0, None)]


def _columns(
    op: str, data: Tensor, offset: Tensor, mask: Tensor | None, kernel: tuple[int, int], stride: tuple[int, int],
    dilate: tuple[int, int], pad: tuple[int, int], groups: int,
) -> tuple[Tensor, int, int]:  # fmt: skip
    """The sampled taps (N, C * taps, positions), channel-major, and the size of the result."""
    batch, channels, height, width = data.shape
    taps = kernel[0] * kernel[1]
    rows = (height + 2 * pad[0] - (dilate[0] * (kernel[0] - 1) + 1)) // stride[0] + 1
    columns = (width + 2 * pad[1] - (dilate[1] * (kernel[1] - 1) + 1)) // stride[1] + 1
    if rows < 1 or columns < 1:
        raise op_error(op, f"kernel={kernel} is larger than the padded data", data=data)
    if offset.shape != (batch, 2 * taps * groups, rows, columns):
        legal = (batch, 2 * taps * groups, rows, columns)
        raise op_error(op, f"offset must have shape {legal}", data=data, offset=offset)
    place = offset.reshape(batch, groups, taps, 2, rows, columns)
    tap = torch.arange(taps, device=data.device)
    down = torch.arange(rows, device=data.device)[:, None] * stride[0] - pad[0]
    across = torch.arange(columns, device=data.device) * stride[1] - pad[1]
    y = place[:, :, :, 0] + ((tap // kernel[1] * dilate[0])[:, None, None] + down)
    x = place[:, :, :, 1] + ((tap % kernel[1] * dilate[1])[:, None, None] + across)
    if mask is None:
        valid = (y >= 0) & (x >= 0) & (y < height) & (x < width)
        index, weight = square(y, x, height, width, valid)
    else:
        index, weight = _with_zero_border(y, x, height, width)
        weight = weight * mask.reshape(batch, groups, taps, rows, columns, 1)
    plane = torch.arange(batch * groups, device=data.device).reshape(batch, groups, 1, 1, 1, 1) * (height * width)
    own = channels // groups
    source = data.reshape(batch * groups, own, height * width).transpose(1, 2).reshape(-1, own)
    count = batch * groups * taps * rows * columns
    sums = weighted_sums(source, (index + plane).reshape(count, 4), weight.reshape(count, 4))
    sums = sums.reshape(batch, groups, taps, rows * columns, own).permute(0, 1, 4, 2, 3)
    return sums.reshape(batch, channels * taps, rows * columns), rows, columns


def _with_zero_border(y: Tensor, x: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Indices and weights of samples around which the image is zero."""
    index, weight = [], []
    y0, x0 = torch.floor(y.detach()), torch.floor(x.detach())
    for dy in (0, 1):
        for dx in (0, 1):
            py, px = y0 + dy, x0 + dx
            own = (1 - (y - py).abs()) * (1 - (x - px).abs())
            valid = (py >= 0) & (px >= 0) & (py < height) & (px < width)
            index.append(py.clamp(0, height - 1).to(torch.int64) * width + px.clamp(0, width - 1).to(torch.int64))
            weight.append(torch.where(valid, own, 0))
    return torch.stack(index, -1), torch.stack(weight, -1)


def _convolve(
    op: str, data: Tensor, offset: Tensor, mask: Tensor | None, weight: Tensor, bias: Tensor | None,
    kernel: tuple[int, ...], stride: tuple[int, ...], dilate: tuple[int, ...], pad: tuple[int, ...],
    num_filter: int, num_group: int, num_deformable_group: int, layout: str | None,
) -> Tensor:  # fmt: skip
    if len(kernel) != 2 or layout not in (None, "NCHW"):
        raise MXNetError(f"{op}: kernel={kernel} must have two entries and layout={layout} be NCHW")
    stride, dilate, pad = stride or (1, 1), dilate or (1, 1), pad or (0, 0)
    if not len(stride) == len(dilate) == len(pad) == 2 or min(*kernel, *stride, *dilate) < 1:
        raise MXNetError(f"{op}: stride={stride}, dilate={dilate} and pad={pad} must have two entries")
    if data.dim() != 4 or not data.is_floating_point():
        raise op_error(op, "data must be floating with four axes (N, C, H, W)", data=data)
    channels = data.shape[1]
    if num_group < 1 or num_deformable_group < 1 or channels % num_group or channels % num_deformable_group:
        given = f"num_group={num_group} and num_deformable_group={num_deformable_group}"
        raise op_error(op, f"{given} must divide the channels", data=data)
    if num_filter < 1 or num_filter % num_group:
        raise MXNetError(f"{op}: num_filter={num_filter} must be a multiple of num_group={num_group}")
    shape = (num_filter, channels // num_group, *kernel)
    if weight.shape != shape:
        raise op_error(op, f"weight must have shape {shape}", data=data, weight=weight)
    if bias is not None and bias.shape != (num_filter,):
        raise op_error(op, f"bias must have shape {(num_filter,)}", data=data, bias=bias)
    taken, rows, columns = _columns(
        op, data, offset, mask, kernel, stride, dilate, pad, num_deformable_group,
    )  # fmt: skip
    batch = len(data)
    taken = taken.reshape(batch, num_group, -1, rows * columns)
    result = torch.matmul(weight.reshape(num_group, num_filter // num_group, -1), taken)
    result = result.reshape(batch, num_filter, rows, columns)
    return result if bias is None else result + bias[:, None, None]


def _plain_inputs(attrs: dict[str, Any]) -> Sequence[str]:
    return ("data", "offset", "weight") if attrs["no_bias"] else ("data", "offset", "weight", "bias")


def _masked_inputs(attrs: dict[str, Any]) -> Sequence[str]:
    return ("data", "offset", "mask", "weight") if attrs["no_bias"] else ("data", "offset", "mask", "weight", "bias")


def _check_bias(op: str, bias: Tensor | None, no_bias: bool) -> None:
    if (bias is None) != no_bias:
        raise MXNetError(f"{op}: no_bias={no_bias}, but bias was {'not ' if bias is None else ''}given")


@operator("_contrib_DeformableConvolution", same_dtype=True, list_inputs=_plain_inputs)
def deformable_convolution(
    data: Tensor, offset: Tensor, weight: Tensor, bias: Tensor | None = None, kernel: tuple[int, ...] = REQUIRED,
    stride: tuple[int, ...] = (), dilate: tuple[int, ...] = (), pad: tuple[int, ...] = (),
    num_filter: int = REQUIRED, num_group: int = 1, num_deformable_group: int = 1,
    workspace: _NotNegative = 1024, no_bias: bool = False, layout: _Layout | None = None,
) -> Tensor:  # fmt: skip
    """Convolution whose taps read at offsets; reads outside of the image are zero.

    Args:
        data: floating (N, C, H, W).
        offset: (N, 2 * taps * num_deformable_group, height, width) of the result: for each tap its shift (y, x).
        weight: (num_filter, C / num_group, kernel height, kernel width).
        bias: (num_filter,), unless ``no_bias``.
        kernel: (height, width).
        stride: distance of positions, 1 by default.
        dilate: distance of taps, 1 by default.
        pad: zeros around the image, none by default.
        num_filter: channels of the result.
        num_group: groups of channels that do not mix.
        num_deformable_group: groups of channels with offsets of their own.
        workspace: of no effect.
        no_bias: there is no bias.
        layout: None or NCHW.

    Returns:
        (N, num_filter, height, width), in the dtype of ``data``.

    Raises:
        MXNetError: shapes that do not fit, dtypes that differ, another layout.

    Source: MXNet 1.9.1 src/operator/contrib/deformable_convolution-inl.h.
    """
    op = "DeformableConvolution"
    _check_bias(op, bias, no_bias)
    return _convolve(
        op, data, offset, None, weight, bias, kernel, stride, dilate, pad, num_filter, num_group,
        num_deformable_group, layout,
    )  # fmt: skip


@operator("_contrib_ModulatedDeformableConvolution", same_dtype=True, list_inputs=_masked_inputs)
def modulated_deformable_convolution(
    data: Tensor, offset: Tensor, mask: Tensor, weight: Tensor, bias: Tensor | None = None,
    kernel: tuple[int, ...] = REQUIRED, stride: tuple[int, ...] = (), dilate: tuple[int, ...] = (),
    pad: tuple[int, ...] = (), num_filter: _NotNegative = REQUIRED, num_group: _NotNegative = 1,
    num_deformable_group: _NotNegative = 1, workspace: _NotNegative = 1024, no_bias: bool = False,
    im2col_step: _NotNegative = 64, layout: _Layout | None = None,
) -> Tensor:  # fmt: skip
    """Deformable convolution whose taps also have weights per position; around the image is a border of zeros.

    Args:
        data: floating (N, C, H, W).
        offset: (N, 2 * taps * num_deformable_group, height, width) of the result: for each tap its shift (y, x).
        mask: (N, taps * num_deformable_group, height, width), the weight of each tap.
        weight: (num_filter, C / num_group, kernel height, kernel width).
        bias: (num_filter,), unless ``no_bias``.
        kernel: (height, width).
        stride: distance of positions, 1 by default.
        dilate: distance of taps, 1 by default.
        pad: zeros around the image, none by default.
        num_filter: channels of the result.
        num_group: groups of channels that do not mix.
        num_deformable_group: groups of channels with offsets and masks of their own.
        workspace: of no effect.
        no_bias: there is no bias.
        im2col_step: of no effect on the result; the batch must be a multiple of ``min(batch, im2col_step)``.
        layout: None or NCHW.

    Returns:
        (N, num_filter, height, width), in the dtype of ``data``.

    Raises:
        MXNetError: shapes that do not fit, dtypes that differ, another layout.

    Differences: has gradients on the CPU, which MXNet has on GPUs only.

    Source: MXNet 1.9.1 src/operator/contrib/modulated_deformable_convolution-inl.h.
    """
    op = "ModulatedDeformableConvolution"
    _check_bias(op, bias, no_bias)
    step = min(len(data), im2col_step)
    if step < 1 or len(data) % step:
        raise op_error(op, f"im2col_step={im2col_step} does not divide the batch", data=data)
    if mask.dim() != 4 or mask.shape != (offset.shape[0], offset.shape[1] // 2, *offset.shape[2:]):
        raise op_error(op, "mask must have half the channels of offset", offset=offset, mask=mask)
    return _convolve(
        op, data, offset, mask, weight, bias, kernel, stride, dilate, pad, num_filter, num_group,
        num_deformable_group, layout,
    )  # fmt: skip
