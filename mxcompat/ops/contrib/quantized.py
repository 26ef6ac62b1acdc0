"""Layers on 8-bit integers: reference implementations, exact where oneDNN is, without its speed.

Every array comes with the two ends of its range, float32 of shape (1,). Results of products are int32 with a range of
their own; `requantize` brings them back to 8 bits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ..indexing.take import FloatOrInt
from ..nn.pooling import pooling
from .quantization import (
    INT8_RANGE,
    INT32_RANGE,
    UINT8_RANGE,
    check_bytes,
    check_ranges,
    largest,
    over,
    range_of,
    saturated,
)

_NotNegative = Annotated[int, Range(0, None)]
_Three = tuple[Tensor, Tensor, Tensor]


@operator("_contrib_quantized_flatten", outputs=3, zero_grad=True)
def quantized_flatten(data: Tensor, min_data: Tensor, max_data: Tensor) -> _Three:
    """Flatten all axes but the first.

    Args:
        data: any dtype.
        min_data: the lower end of its range.
        max_data: the upper end.

    Returns:
        The array with two axes, and its range.

    Raises:
        MXNetError: a range that is not one float32 number.

    Source: MXNet 1.9.1 src/operator/quantization/quantized_flatten-inl.h.
    """
    check_ranges("quantized_flatten", min_data=min_data, max_data=max_data)
    return data.detach().reshape(data.shape[0], -1).clone(), min_data.detach().clone(), max_data.detach().clone()


@operator("_contrib_quantized_act", outputs=3, differentiable=False)
def quantized_act(
    data: Tensor, min_data: Tensor, max_data: Tensor,
    act_type: Literal["relu", "sigmoid", "softrelu", "softsign", "tanh"] = REQUIRED,
) -> _Three:  # fmt: skip
    """Activation on 8-bit integers.

    Args:
        data: int8 or uint8.
        min_data: the lower end of its range.
        max_data: the upper end.
        act_type: only ``relu``.

    Returns:
        int8 numbers (of uint8 data the same bits), and the unchanged range.

    Raises:
        MXNetError: another activation, other dtypes.

    Source: MXNet 1.9.1 src/operator/quantization/quantized_activation.cc.
    """
    if act_type != "relu":
        raise MXNetError(f"quantized_act: act_type={act_type} is not supported, only relu")
    check_bytes("quantized_act", data=data)
    check_ranges("quantized_act", min_data=min_data, max_data=max_data)
    result = data.clamp_min(0) if data.dtype is torch.int8 else data.clone().view(torch.int8)
    return result, min_data.detach().clone(), max_data.detach().clone()


def _come_out_even(data: Tensor, kernel: tuple[int, ...], stride: tuple[int, ...], pad: tuple[int, ...]) -> bool:
    """Whether the last window of every axis ends where the axis does."""
    steps, pads = stride or (1,) * len(kernel), pad or (0,) * len(kernel)
    return all((n + 2 * p - k) % s == 0 for n, k, s, p in zip(data.shape[2:], kernel, steps, pads, strict=False))


def _filled(data: Tensor, kernel: tuple[int, ...], stride: tuple[int, ...], pad: tuple[int, ...]) -> Tensor:
    """The array with its border of zeros, and with as many behind it as the last windows need."""
    steps, pads = stride or (1,) * len(kernel), pad or (0,) * len(kernel)
    widths = [(p, p + (k - n - 2 * p) % s) for n, k, s, p in zip(data.shape[2:], kernel, steps, pads, strict=False)]
    return F.pad(data, [width for pair in reversed(widths) for width in pair])


def _sides(filled: Tensor, kernel: tuple[int, ...], data: Tensor) -> Iterator[tuple[int, int, int]]:
    """Of each axis: its length with all borders, the window's, and its own."""
    return zip(filled.shape[2:], kernel, data.shape[2:], strict=False)


@operator("_contrib_quantized_pooling", outputs=3, zero_grad=True)
def quantized_pooling(
    data: Tensor, min_data: Tensor, max_data: Tensor, kernel: tuple[int, ...] = (),
    pool_type: Literal["max", "avg", "sum", "lp"] = "max", global_pool: bool = False, cudnn_off: bool = False,
    pooling_convention: Literal["valid", "full", "same"] = "valid", stride: tuple[int, ...] = (),
    pad: tuple[int, ...] = (), p_value: int | None = None, count_include_pad: bool | None = None,
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
) -> _Three:  # fmt: skip
    """Pooling on 8-bit integers.

    Args:
        data: int8 or uint8 (N, C, H, W) or (N, C, D, H, W).
        min_data: the lower end of its range.
        max_data: the upper end.
        kernel: size of the window.
        pool_type: ``max`` or ``avg``.
        global_pool: one window.
        cudnn_off: of no effect.
        pooling_convention: ``valid``, ``full`` or ``same``, which is ``valid`` where the windows come out even.
        stride: distance of the windows, 1 by default.
        pad: border, none by default.
        p_value: of no effect.
        count_include_pad: whether averages count the border.
        layout: None, NCHW or NCDHW; the axes of ``data`` and ``kernel`` decide between the two.

    Returns:
        The pooled integers, averages rounded half to even, and the unchanged range.

    Raises:
        MXNetError: other dtypes, axes, layouts or kinds of pooling; windows that do not come out even under ``same``.

    Source: MXNet 1.9.1 src/operator/quantization/quantized_pooling.cc.
    """
    op = "quantized_pooling"
    check_bytes(op, data=data)
    check_ranges(op, min_data=min_data, max_data=max_data)
    if pool_type not in ("max", "avg") or layout not in (None, "NCHW", "NCDHW"):
        raise MXNetError(f"{op}: pool_type={pool_type} must be max or avg, layout={layout} NCHW or NCDHW")
    if data.dim() not in (4, 5) or len(kernel) not in (2, 3):
        raise op_error(op, "data must have four or five axes and kernel two or three entries", data=data)
    if pooling_convention == "same":
        if not global_pool and not _come_out_even(data, kernel, stride, pad):
            raise op_error(op, f"pooling_convention=same: kernel={kernel}, stride={stride}, pad={pad}", data=data)
        pooling_convention = "valid"
    values = data.float()
    if pooling_convention == "full" and pool_type == "avg" and not global_pool:
        filled = _filled(values, kernel, stride, pad)
        if count_include_pad is not False:
            values, pad = filled, ()  # what sticks out counts as border
        elif any(m - k >= n + (pad[i] if pad else 0) for i, (m, k, n) in enumerate(_sides(filled, kernel, data))):
            raise op_error(op, f"a window of kernel={kernel}, stride={stride}, pad={pad} holds nothing", data=data)
    result = pooling(
        values, kernel, pool_type, global_pool, cudnn_off, pooling_convention, stride, pad, p_value,
        count_include_pad, None,
    )  # fmt: skip
    return saturated(result, data.dtype), min_data.detach().clone(), max_data.detach().clone()


@operator("_contrib_quantized_concat", outputs=3, zero_grad=True)
def quantized_concat(*data: Tensor, num_args: int = REQUIRED, dim: int = 1) -> _Three:
    """Join 8-bit arrays of different ranges along an axis.

    Args:
        data: the arrays, then the two ends of the range of the first, of the second, ...
        num_args: number of arrays; must be given.
        dim: the axis.

    Returns:
        int8 if one of the arrays is, otherwise uint8; and the range, which spans all ranges and zero.

    Raises:
        MXNetError: another number of inputs, other dtypes, sizes that do not fit.

    Source: MXNet 1.9.1 src/operator/quantization/mkldnn/mkldnn_quantized_concat.cc.
    """
    op = "quantized_concat"
    if num_args < 1 or len(data) != 3 * num_args:
        raise MXNetError(f"{op}: num_args={num_args} needs {3 * num_args} inputs, {len(data)} were given")
    arrays, bounds = data[:num_args], [bound.detach() for bound in data[num_args:]]
    for i, array in enumerate(arrays):
        check_bytes(op, **{f"arg{i}": array})
        check_ranges(op, **{f"arg{i}_min": bounds[2 * i], f"arg{i}_max": bounds[2 * i + 1]})
    low = torch.cat(bounds[::2]).min().clamp_max(0).reshape(1)
    high = torch.cat(bounds[1::2]).max().clamp_min(0).reshape(1)
    dtype = torch.int8 if any(a.dtype is torch.int8 for a in arrays) else torch.uint8
    scale = over(INT8_RANGE if dtype is torch.int8 else UINT8_RANGE, largest(low, high))
    parts = []
    for i, array in enumerate(arrays):
        own = over(range_of(array), largest(bounds[2 * i], bounds[2 * i + 1]))
        parts.append(saturated(array * (scale / own), dtype))
    return torch.cat(parts, dim), low, high


@operator("_contrib_quantized_elemwise_add", outputs=3, differentiable=False)
def quantized_elemwise_add(
    lhs: Tensor, rhs: Tensor, lhs_min: Tensor, lhs_max: Tensor, rhs_min: Tensor, rhs_max: Tensor,
    min_calib_range: float | None = None, max_calib_range: float | None = None,
) -> _Three:  # fmt: skip
    """Add two 8-bit arrays.

    Args:
        lhs: int8 or uint8.
        rhs: int8 or uint8, of the shape of ``lhs``.
        lhs_min: the lower end of the range of ``lhs``.
        lhs_max: the upper end.
        rhs_min: the lower end of the range of ``rhs``.
        rhs_max: the upper end.
        min_calib_range: the lower end of the range of the result.
        max_calib_range: the upper end.

    Returns:
        int32 whose range is the sum of the ranges; with a calibrated range 8 bits, int8 unless both inputs are uint8.

    Raises:
        MXNetError: shapes that differ, other dtypes.

    Source: MXNet 1.9.1 src/operator/quantization/mkldnn/mkldnn_quantized_elemwise_add.cc.
    """
    op = "quantized_elemwise_add"
    check_bytes(op, lhs=lhs, rhs=rhs)
    check_ranges(op, lhs_min=lhs_min, lhs_max=lhs_max, rhs_min=rhs_min, rhs_max=rhs_max)
    if lhs.shape != rhs.shape:
        raise op_error(op, "lhs and rhs must have one shape", lhs=lhs, rhs=rhs)
    left, right = largest(lhs_min, lhs_max), largest(rhs_min, rhs_max)
    mixed = lhs.dtype is not rhs.dtype
    if min_calib_range is not None and max_calib_range is not None:
        dtype = torch.int8 if mixed else lhs.dtype
        steps = INT8_RANGE if dtype is torch.int8 else UINT8_RANGE
        scale = steps / max(abs(min_calib_range), abs(max_calib_range))
        scales = (over(scale, over(range_of(lhs), left)), over(scale, over(range_of(rhs), right)))
        low, high = left.new_full((1,), min_calib_range), left.new_full((1,), max_calib_range)
    else:
        dtype, high = torch.int32, left + right
        low = -high
        scales = (left * INT32_RANGE / (high * range_of(lhs)), right * INT32_RANGE / (high * range_of(rhs)))
    if mixed:  # the unsigned one is first brought to int8, which cuts it off
        i = 0 if lhs.dtype is torch.uint8 else 1
        moved = saturated((lhs, rhs)[i] * scales[i], torch.int8)
        other = (rhs, lhs)[i] * scales[1 - i]
        return saturated(other + moved, dtype), low, high
    return saturated(lhs * scales[0] + rhs * scales[1], dtype), low, high


@operator(
    "_contrib_quantized_elemwise_mul",
    outputs=lambda attrs: 1 if attrs["enable_float_output"] else 3,
    differentiable=False,
)
def quantized_elemwise_mul(
    lhs: Tensor, rhs: Tensor, lhs_min: Tensor, lhs_max: Tensor, rhs_min: Tensor, rhs_max: Tensor,
    min_calib_range: float | None = None, max_calib_range: float | None = None, enable_float_output: bool = False,
) -> Tensor | _Three:  # fmt: skip
    """Multiply two int8 arrays.

    Args:
        lhs: int8.
        rhs: int8, of the shape of ``lhs``.
        lhs_min: the lower end of the range of ``lhs``.
        lhs_max: the upper end.
        rhs_min: the lower end of the range of ``rhs``.
        rhs_max: the upper end.
        min_calib_range: the lower end of the range of the result.
        max_calib_range: the upper end.
        enable_float_output: return float32 numbers alone.

    Returns:
        int32 products and their range; with a calibrated range int8, the fraction cut off.

    Raises:
        MXNetError: shapes that differ, other dtypes.

    Differences: MXNet 1.9.1 can call it in symbols only.

    Source: MXNet 1.9.1 src/operator/quantization/quantized_elemwise_mul.cc.
    """
    op = "quantized_elemwise_mul"
    check_ranges(op, lhs_min=lhs_min, lhs_max=lhs_max, rhs_min=rhs_min, rhs_max=rhs_max)
    if lhs.shape != rhs.shape or lhs.dtype is not torch.int8 or rhs.dtype is not torch.int8:
        raise op_error(op, "lhs and rhs must be int8 of one shape", lhs=lhs, rhs=rhs)
    left, right = largest(lhs_min, lhs_max), largest(rhs_min, rhs_max)
    product = lhs.to(torch.int32) * rhs.to(torch.int32)
    one = (left / INT8_RANGE) * (right / INT8_RANGE)
    if enable_float_output:
        return product * one
    if min_calib_range is not None and max_calib_range is not None:
        scale = INT8_RANGE / max(abs(min_calib_range), abs(max_calib_range)) * one
        low, high = left.new_full((1,), min_calib_range), left.new_full((1,), max_calib_range)
        return (product * scale).to(torch.int32).to(torch.int8), low, high
    high = _product_range(left, right, torch.int8)
    return product, -high, high


def _product_range(left: Tensor, right: Tensor, dtype: torch.dtype) -> Tensor:
    """What the largest int32 stands for in a product of an array of ``dtype`` with an int8 array."""
    return (left / (127 if dtype is torch.int8 else 255)) * (right / 127) * INT32_RANGE


def _in_order(op: str, no_bias: bool, inputs: Sequence[Tensor | None]) -> list[Tensor]:
    """Inputs without the bias and its range move up, so that they may be given by position too."""
    given = [t for t in inputs if t is not None]
    wanted = 6 if no_bias else 9
    if len(given) != wanted:
        raise MXNetError(f"{op}: no_bias={no_bias} takes {wanted} inputs, {len(given)} were given")
    return given


def _biased_inputs(attrs: dict[str, Any]) -> Sequence[str]:
    names = ["data", "weight", "bias", "min_data", "max_data", "min_weight", "max_weight", "min_bias", "max_bias"]
    return [n for n in names if "bias" not in n] if attrs["no_bias"] else names


@operator("_contrib_quantized_fully_connected", outputs=3, list_inputs=_biased_inputs, zero_grad=True)
def quantized_fully_connected(
    data: Tensor | None = None, weight: Tensor | None = None, bias: Tensor | None = None,
    min_data: Tensor | None = None, max_data: Tensor | None = None, min_weight: Tensor | None = None,
    max_weight: Tensor | None = None, min_bias: Tensor | None = None, max_bias: Tensor | None = None,
    num_hidden: int = REQUIRED, no_bias: bool = False, flatten: bool = True,
) -> _Three:  # fmt: skip
    """``data @ weight.T + bias`` on 8-bit integers.

    Args:
        data: int8 or uint8.
        weight: int8 (num_hidden, features).
        bias: int8 (num_hidden,), unless ``no_bias``.
        min_data: the lower end of the range of ``data``.
        max_data: the upper end.
        min_weight: the lower end of the range of ``weight``.
        max_weight: the upper end.
        min_bias: the lower end of the range of ``bias``, unless ``no_bias``.
        max_bias: the upper end.
        num_hidden: number of outputs.
        no_bias: there is no bias.
        flatten: flatten all axes of ``data`` but the first.

    Returns:
        int32 sums, and the range they stand for.

    Raises:
        MXNetError: shapes or dtypes that do not fit.

    Source: MXNet 1.9.1 src/operator/quantization/mkldnn/mkldnn_quantized_fully_connected.cc.
    """
    op = "quantized_fully_connected"
    inputs = (data, weight, bias, min_data, max_data, min_weight, max_weight, min_bias, max_bias)
    given = _in_order(op, no_bias, inputs)
    x, w = given[0], given[1]
    bounds = given[2:] if no_bias else given[3:]
    check_bytes(op, data=x)
    check_ranges(op, min_data=bounds[0], max_data=bounds[1], min_weight=bounds[2], max_weight=bounds[3])
    rows = x.reshape(x.shape[0], -1) if flatten else x
    if w.dtype is not torch.int8 or w.shape != (num_hidden, rows.shape[-1]):
        raise op_error(op, f"weight must be int8 ({num_hidden}, {rows.shape[-1]})", data=x, weight=w)
    reach, weight_reach = largest(bounds[0], bounds[1]), largest(bounds[2], bounds[3])
    sums = F.linear(rows.double(), w.double()).to(torch.int32)
    if not no_bias:
        b = given[2]
        check_ranges(op, min_bias=bounds[4], max_bias=bounds[5])
        if b.dtype is not torch.int8 or b.shape != (num_hidden,):
            raise op_error(op, f"bias must be int8 ({num_hidden},)", bias=b)
        scale = over(range_of(x), reach) * over(INT8_RANGE, weight_reach) * largest(bounds[4], bounds[5]) / INT8_RANGE
        sums = sums + (b * scale).to(torch.int32)
    high = _product_range(reach, weight_reach, x.dtype)
    return sums, -high, high


@operator("_contrib_quantized_conv", outputs=3, list_inputs=_biased_inputs, zero_grad=True)
def quantized_conv(
    data: Tensor | None = None, weight: Tensor | None = None, bias: Tensor | None = None,
    min_data: Tensor | None = None, max_data: Tensor | None = None, min_weight: Tensor | None = None,
    max_weight: Tensor | None = None, min_bias: Tensor | None = None, max_bias: Tensor | None = None,
    kernel: tuple[int, ...] = REQUIRED, stride: tuple[int, ...] = (), dilate: tuple[int, ...] = (),
    pad: tuple[int, ...] = (), num_filter: _NotNegative = REQUIRED, num_group: _NotNegative = 1,
    workspace: _NotNegative = 1024, no_bias: bool = False,
    cudnn_tune: Literal["fastest", "limited_workspace", "off"] | None = None, cudnn_off: bool = False,
    layout: Literal["NCW", "NCHW", "NCDHW", "NHWC", "NDHWC"] | None = None,
) -> _Three:  # fmt: skip
    """Convolution of uint8 data with int8 weights.

    Args:
        data: uint8 (N, C, H, W) or (N, C, D, H, W).
        weight: int8 (num_filter, C, ...).
        bias: int8 (num_filter,), unless ``no_bias``; added as it is.
        min_data: the lower end of the range of ``data``.
        max_data: the upper end.
        min_weight: the lower end of the range of ``weight``.
        max_weight: the upper end.
        min_bias: of no effect.
        max_bias: of no effect.
        kernel: size of the window.
        stride: distance of the windows, 1 by default.
        dilate: distance of the taps, 1 by default.
        pad: border of zeros, none by default.
        num_filter: number of output channels.
        num_group: only 1.
        workspace: of no effect.
        no_bias: there is no bias.
        cudnn_tune: of no effect.
        cudnn_off: of no effect.
        layout: None, NCHW or NCDHW.

    Returns:
        int32 sums, and the range that MXNet gives them (that of int8 data).

    Raises:
        MXNetError: shapes or dtypes that do not fit.

    Source: MXNet 1.9.1 src/operator/quantization/mkldnn/mkldnn_quantized_conv.cc.
    """
    op = "quantized_conv"
    inputs = (data, weight, bias, min_data, max_data, min_weight, max_weight, min_bias, max_bias)
    given = _in_order(op, no_bias, inputs)
    x, w = given[0], given[1]
    bounds = given[2:] if no_bias else given[3:]
    check_ranges(op, min_data=bounds[0], max_data=bounds[1], min_weight=bounds[2], max_weight=bounds[3])
    axes = len(kernel)
    if axes not in (2, 3) or x.dim() != axes + 2 or layout not in (None, "NCHW", "NCDHW"):
        raise op_error(op, f"kernel={kernel} needs data with two axes more, channels first", data=x)
    if x.dtype is not torch.uint8 or w.dtype is not torch.int8:
        raise op_error(op, "data must be uint8 and weight int8", data=x, weight=w)
    if num_group != 1:
        raise op_error(op, f"num_group={num_group} is not supported, only 1", data=x, weight=w)
    if w.shape != (num_filter, x.shape[1], *kernel):
        raise op_error(op, f"weight must be ({num_filter}, {x.shape[1]}, *{kernel})", data=x, weight=w)
    one, none = (1,) * axes, (0,) * axes
    convolve = F.conv2d if axes == 2 else F.conv3d
    sums = convolve(x.double(), w.double(), None, stride or one, pad or none, dilate or one)
    result = sums.to(torch.int32)
    if not no_bias:
        b = given[2]
        if b.dtype is not torch.int8 or b.shape != (num_filter,):
            raise op_error(op, f"bias must be int8 ({num_filter},)", bias=b)
        result = result + b.to(torch.int32).reshape(-1, *one)
    high = _product_range(largest(bounds[0], bounds[1]), largest(bounds[2], bounds[3]), torch.int8)
    return result, -high, high


@operator("_contrib_quantized_embedding", outputs=3, zero_grad=True)
def quantized_embedding(
    data: Tensor, weight: Tensor, min_weight: Tensor, max_weight: Tensor, input_dim: int = REQUIRED,
    output_dim: int = REQUIRED, dtype: FloatOrInt = torch.float32, sparse_grad: bool = False,
) -> _Three:  # fmt: skip
    """Rows of an int8 table.

    Args:
        data: row numbers of any dtype, cut off to the rows there are.
        weight: int8 (input_dim, output_dim).
        min_weight: the lower end of its range.
        max_weight: the upper end.
        input_dim: number of rows.
        output_dim: length of a row.
        dtype: of no effect.
        sparse_grad: of no effect.

    Returns:
        int8 rows of shape ``data.shape + (output_dim,)``, and the unchanged range.

    Raises:
        MXNetError: shapes or dtypes that do not fit.

    Source: MXNet 1.9.1 src/operator/quantization/quantized_indexing_op.cc.
    """
    op = "quantized_embedding"
    check_ranges(op, min_weight=min_weight, max_weight=max_weight)
    if weight.dtype is not torch.int8 or weight.shape != (input_dim, output_dim):
        raise op_error(op, f"weight must be int8 ({input_dim}, {output_dim})", weight=weight)
    rows = weight[data.detach().to(torch.int64).clamp(0, input_dim - 1)]
    return rows, min_weight.detach().clone(), max_weight.detach().clone()


@operator("_contrib_quantized_batch_norm", outputs=3, mutates=("moving_mean", "moving_var"), zero_grad=True)
def quantized_batch_norm(
    data: Tensor, gamma: Tensor, beta: Tensor, moving_mean: Tensor, moving_var: Tensor, min_data: Tensor,
    max_data: Tensor, eps: float = 0.0010000000474974513, momentum: float = 0.899999976, fix_gamma: bool = True,
    use_global_stats: bool = False, output_mean_var: bool = False, axis: int = 1, cudnn_off: bool = False,
    min_calib_range: float | None = None, max_calib_range: float | None = None,
) -> _Three:  # fmt: skip
    """Batch normalization of 8-bit integers with running statistics.

    Args:
        data: int8 or uint8.
        gamma: float32 scales (C,), used as they are.
        beta: float32 shifts (C,).
        moving_mean: float32 means (C,), only read.
        moving_var: float32 variances (C,), only read.
        min_data: the lower end of the range of ``data``.
        max_data: the upper end.
        eps: added to the variance.
        momentum: of no effect.
        fix_gamma: of no effect.
        use_global_stats: of no effect.
        output_mean_var: of no effect.
        axis: an axis as long as axis 1, along which the channels are whatever is given.
        cudnn_off: of no effect.
        min_calib_range: the lower end of the range of the result; must be given.
        max_calib_range: the upper end; must be given.

    Returns:
        int8 numbers, and the calibrated range.

    Raises:
        MXNetError: shapes or dtypes that do not fit, no calibrated range.

    Source: MXNet 1.9.1 src/operator/quantization/mkldnn/mkldnn_quantized_batch_norm.cc.
    """
    op = "quantized_batch_norm"
    check_bytes(op, data=data)
    check_ranges(op, min_data=min_data, max_data=max_data)
    if min_calib_range is None or max_calib_range is None:
        raise MXNetError(f"{op}: min_calib_range and max_calib_range must be given")
    if not -data.dim() <= axis < data.dim():
        raise op_error(op, f"axis={axis} is out of range", data=data)
    channels = data.shape[axis]
    if data.dim() < 2 or data.shape[1] != channels:
        raise op_error(op, f"the channels must be along axis 1, got axis={axis}", data=data)
    for name, per in (("gamma", gamma), ("beta", beta), ("moving_mean", moving_mean), ("moving_var", moving_var)):
        if per.shape != (channels,) or per.dtype is not torch.float32:
            raise op_error(op, f"{name} must be float32 ({channels},)", **{name: per, "data": data})
    x = data if data.dtype is torch.int8 else saturated(data * (INT8_RANGE / UINT8_RANGE), torch.int8)
    reach = max(abs(min_calib_range), abs(max_calib_range))
    inverse = (1 / torch.sqrt(moving_var.double() + eps)).float()
    scale = gamma * inverse * largest(min_data, max_data) / reach
    scale = scale / math.sqrt(1 + eps)  # oneDNN normalizes once more, with a variance of 1
    shift = (beta - moving_mean * gamma * inverse) * INT8_RANGE / reach
    shape = [channels if i == 1 else 1 for i in range(data.dim())]
    result = saturated(x * scale.reshape(shape) + shift.reshape(shape), torch.int8)
    return result, scale.new_full((1,), min_calib_range), scale.new_full((1,), max_calib_range)
