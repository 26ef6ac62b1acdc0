"""Between float32 and 8-bit integers: quantize, dequantize, requantize, as MXNet's oneDNN build computes them.

A range is a pair of float32 arrays of shape (1,). int8 numbers are symmetric about zero, whatever the range.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error

INT8_RANGE, UINT8_RANGE, INT32_RANGE = 127.5, 255.5, 2147483648.0

_Kind = Literal["auto", "int8", "uint8"]


def largest(low: Tensor, high: Tensor) -> Tensor:
    """The larger absolute value of a range."""
    return torch.maximum(low.abs(), high.abs())


def over(number: float, divisor: Tensor) -> Tensor:
    """``number / divisor``, rounded once: torch multiplies by a reciprocal, which decides some halves otherwise."""
    return torch.full_like(divisor, number) / divisor


def saturated(values: Tensor, dtype: torch.dtype) -> Tensor:
    """Round half to even and cut to the range of an integer dtype."""
    info = torch.iinfo(dtype)
    top = 2147483520 if dtype is torch.int32 else info.max  # the largest float32 that fits
    return values.round().clamp(info.min, top).to(dtype)


def range_of(data: Tensor) -> float:
    """How many steps of an 8-bit dtype make the larger end of its range."""
    return INT8_RANGE if data.dtype is torch.int8 else UINT8_RANGE


def check_ranges(op: str, **ranges: Tensor) -> None:
    """MXNetError unless all are float32 of shape (1,)."""
    for name, bound in ranges.items():
        if bound.shape != (1,) or bound.dtype is not torch.float32:
            raise op_error(op, f"{name} must be float32 of shape (1,)", **{name: bound})


def check_bytes(op: str, **arrays: Tensor) -> None:
    """MXNetError unless all are int8 or uint8."""
    for name, array in arrays.items():
        if array.dtype not in (torch.int8, torch.uint8):
            raise op_error(op, f"{name} must be int8 or uint8", **{name: array})


def _kind(out_type: str, low: float | None, high: float | None) -> torch.dtype:
    if out_type == "auto":
        return torch.uint8 if low is not None and high is not None and low >= 0 else torch.int8
    return torch.int8 if out_type == "int8" else torch.uint8


def _pair(data: Tensor, low: float, high: float) -> tuple[Tensor, Tensor]:
    return torch.full((1,), low, device=data.device), torch.full((1,), high, device=data.device)


@operator("_contrib_quantize", outputs=3, zero_grad=True)
def quantize(
    data: Tensor, min_range: Tensor, max_range: Tensor, out_type: Literal["int8", "uint8"] = "uint8"
) -> tuple[Tensor, Tensor, Tensor]:
    """Quantize to 8 bits with a given range.

    Args:
        data: float32.
        min_range: the lower end, float32 of shape (1,).
        max_range: the upper end likewise.
        out_type: ``uint8``, in which negative numbers become 0, or ``int8``.

    Returns:
        The integers, and the range they stand for; with ``int8`` it is symmetric.

    Raises:
        MXNetError: other dtypes or shapes of the range.

    Source: MXNet 1.9.1 src/operator/quantization/mkldnn/mkldnn_quantize-inl.h.
    """
    check_ranges("quantize", min_range=min_range, max_range=max_range)
    if data.dtype is not torch.float32:
        raise op_error("quantize", "data must be float32", data=data)
    data, most = data.detach(), largest(min_range, max_range).detach()
    if out_type == "uint8":
        return saturated(data * over(255, most), torch.uint8), min_range.detach().clone(), max_range.detach().clone()
    return saturated(data * over(127, most), torch.int8), -most, most


@operator("_contrib_quantize_v2", outputs=3, zero_grad=True)
def quantize_v2(
    data: Tensor, out_type: _Kind = "int8", min_calib_range: float | None = None, max_calib_range: float | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Quantize to 8 bits with a calibrated range, or that of the data.

    Args:
        data: float32; int8 and uint8 pass unchanged.
        out_type: ``int8``, ``uint8``, in which negative numbers become 0, or ``auto``: uint8 if the calibrated range is
            not negative.
        min_calib_range: the lower end; without it or the upper end the range of the data is taken.
        max_calib_range: the upper end.

    Returns:
        The integers, and the range they stand for, float32 of shape (1,); with ``int8`` it is symmetric.

    Raises:
        MXNetError: another dtype.

    Source: MXNet 1.9.1 src/operator/quantization/mkldnn/mkldnn_quantize_v2-inl.h.
    """
    dtype = _kind(out_type, min_calib_range, max_calib_range)
    calibrated = min_calib_range is not None and max_calib_range is not None
    data = data.detach()
    if data.dtype in (torch.int8, torch.uint8):
        if min_calib_range is not None and max_calib_range is not None:
            low, high = _pair(data, min_calib_range, max_calib_range)
        else:
            low, high = _pair(data, *((-INT8_RANGE, INT8_RANGE) if data.dtype is torch.int8 else (0.0, UINT8_RANGE)))
        return data.view(dtype).clone(), low, high
    if data.dtype is not torch.float32:
        raise op_error("quantize_v2", "data must be float32, int8 or uint8", data=data)
    if calibrated:
        low, high = _pair(data, min_calib_range, max_calib_range)  # type: ignore[arg-type]
    else:
        low, high = (end.reshape(1) for end in torch.aminmax(data))
    most = largest(low, high)
    scale = over(INT8_RANGE if dtype is torch.int8 else UINT8_RANGE, most)
    result = saturated(data * torch.where(most == 0, INT32_RANGE, scale), dtype)
    return (result, -most, most) if dtype is torch.int8 else (result, low, high)


@operator("_contrib_quantize_asym", outputs=3, zero_grad=True)
def quantize_asym(
    data: Tensor, min_calib_range: float | None = None, max_calib_range: float | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Quantize to uint8 with a scale and a shift: ``data * scale + shift``.

    Args:
        data: float32.
        min_calib_range: the number that becomes 0; without it or the upper end those of the data are taken.
        max_calib_range: the number that becomes 255.

    Returns:
        The integers, the scale and the shift, float32 of shape (1,).

    Raises:
        MXNetError: another dtype.

    Differences: works on the CPU, where MXNet 1.9.1 crashes.

    Source: MXNet 1.9.1 src/operator/quantization/quantize_asym-inl.h.
    """
    if data.dtype is not torch.float32:
        raise op_error("quantize_asym", "data must be float32", data=data)
    data = data.detach()
    if min_calib_range is not None and max_calib_range is not None:
        low, high = _pair(data, min_calib_range, max_calib_range)
    else:
        low, high = (end.reshape(1) for end in torch.aminmax(data))
    scale = over(255, high - low)
    shift = 255 - high * scale
    return (data * scale + shift + 0.5).clamp(0, 255).to(torch.uint8), scale, shift


@operator("_contrib_dequantize", zero_grad=True)
def dequantize(data: Tensor, min_range: Tensor, max_range: Tensor, out_type: Literal["float32"] = "float32") -> Tensor:
    """The float32 numbers that 8-bit integers stand for.

    Args:
        data: int8 or uint8.
        min_range: the lower end of the range, float32 of shape (1,).
        max_range: the upper end likewise.
        out_type: float32.

    Returns:
        float32, of the shape of ``data``: the largest absolute value of the range is 127.5 (int8) or 255.5 (uint8).

    Raises:
        MXNetError: other dtypes or shapes of the range.

    Source: MXNet 1.9.1 src/operator/quantization/mkldnn/mkldnn_dequantize-inl.h.
    """
    check_bytes("dequantize", data=data)
    check_ranges("dequantize", min_range=min_range, max_range=max_range)
    return data * (largest(min_range, max_range).detach() / range_of(data))


@operator("_contrib_requantize", outputs=3, zero_grad=True)
def requantize(
    data: Tensor, min_range: Tensor, max_range: Tensor, out_type: _Kind = "int8",
    min_calib_range: float | None = None, max_calib_range: float | None = None,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """From 32-bit integers to 8 bits.

    Args:
        data: int32.
        min_range: the lower end of its range, float32 of shape (1,).
        max_range: the upper end likewise.
        out_type: ``int8``, ``uint8`` or ``auto``: uint8 if the calibrated range is not negative.
        min_calib_range: the lower end of the new range; without it or the upper end that of the data is taken.
        max_calib_range: the upper end.

    Returns:
        The integers, and the range they stand for, float32 of shape (1,).

    Raises:
        MXNetError: other dtypes or shapes of the range.

    Source: MXNet 1.9.1 src/operator/quantization/mkldnn/mkldnn_requantize-inl.h.
    """
    check_ranges("requantize", min_range=min_range, max_range=max_range)
    if data.dtype is not torch.int32:
        raise op_error("requantize", "data must be int32", data=data)
    dtype = _kind(out_type, min_calib_range, max_calib_range)
    old = largest(min_range, max_range).detach()
    if min_calib_range is not None and max_calib_range is not None:
        new = torch.full((1,), max(abs(min_calib_range), abs(max_calib_range)), device=data.device)
    else:
        low, high = torch.aminmax(data)
        new = largest(low.float(), high.float()).reshape(1) * old / INT32_RANGE
    steps = 127 if dtype is torch.int8 else 255
    result = saturated(data * ((old / INT32_RANGE) * over(steps, new)), dtype)
    return result, (-new if dtype is torch.int8 else torch.zeros_like(new)), new
