"""Upsampling of images by whole factors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ._check import floating

#: pixels below which one call of torch is cheaper
_LARGE = 4096


@operator("UpSampling", num_args="num_args", same_dtype=True)
def upsampling(
    *data: Tensor,
    scale: int = REQUIRED,
    num_filter: int = 0,
    sample_type: Literal["bilinear", "nearest"] = REQUIRED,
    multi_input_mode: Literal["concat", "sum"] = "concat",
    workspace: Annotated[int, Range(0, None)] = 512,
) -> Tensor:
    """Enlarge images by repeating pixels, or by a transposed convolution with a given kernel.

    Args:
        data: ``(batch, channels, height, width)``, floating. ``nearest``: any number of arrays, all enlarged to
            ``scale`` times the first. ``bilinear``: an array and its kernel of shape ``(channels, 1, size, size)``,
            ``size = 2 scale - scale % 2``.
        scale: factor, positive.
        num_filter: number of channels, for ``bilinear``.
        sample_type: ``nearest`` or ``bilinear``.
        multi_input_mode: join several arrays along the channels, or add them.
        workspace: a hint for MXNet's choice of an algorithm; the result does not depend on it.

    Returns:
        ``(batch, channels, scale height, scale width)``, same dtype.

    Raises:
        MXNetError: shapes that do not fit, different or integer dtypes.

    Differences: ``num_filter=0`` means the channels of data; MXNet crashes.

    Source: MXNet 1.9.1 src/operator/nn/upsampling.cc.
    """
    if scale < 1:
        raise MXNetError(f"UpSampling: scale={scale} must be positive")
    for tensor in data:
        floating("UpSampling", tensor)
        if tensor.dim() != 4:
            raise op_error("UpSampling", "data must have 4 axes", data=tensor)
    if sample_type == "bilinear":
        return _bilinear(data, scale, num_filter)
    rows, columns = (n * scale for n in data[0].shape[2:])
    parts = []
    for i, tensor in enumerate(data):
        height, width = tensor.shape[2:]
        if rows % height or columns % width or rows // height != columns // width:
            text = f"arg{i} must divide the result of {rows} x {columns} pixels by one factor"
            raise op_error("UpSampling", text, **{"arg0": data[0], f"arg{i}": tensor})
        parts.append(tensor if rows == height else _enlarged(tensor, rows // height))
    if len(parts) == 1:
        return parts[0].clone() if scale == 1 else parts[0]
    if multi_input_mode == "concat":
        return torch.cat(parts, 1)
    total = parts[0]
    for part in parts[1:]:
        if part.shape != total.shape:
            raise op_error("UpSampling", "multi_input_mode=sum needs equal channels", arg0=total, arg1=part)
        total = total + part
    return total


class _Enlarged(torch.autograd.Function):
    """Every pixel ``scale`` times in each direction; torch's own kernel works pixel by pixel."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, scale: int) -> Tensor:
        ctx.scale = scale
        count, channels, height, width = data.shape
        if scale == 2 and data.dtype is torch.float32:  # as the two parts of complex numbers they lie side by side
            wide = torch.view_as_real(torch.complex(data, data))
        else:
            wide = data.unsqueeze(-1).expand(-1, -1, -1, -1, scale).contiguous()
        rows = wide.view(-1, 1, width * scale)
        return torch.cat([rows] * scale, 1).view(count, channels, height * scale, width * scale)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        scale, (count, channels, height, width) = ctx.scale, grads[0].shape
        blocks = grads[0].reshape(-1, scale, width // scale, scale)
        total = blocks[:, 0]
        for i in range(1, scale):  # whole rows first
            total = total + blocks[:, i]
        parts = total.unbind(-1)
        result = parts[0]
        for part in parts[1:]:
            result = result + part
        return result.view(count, channels, height // scale, width // scale), None


def _enlarged(data: Tensor, scale: int) -> Tensor:
    if data.device.type != "cpu" or data.numel() < _LARGE or torch.compiler.is_compiling():
        return F.interpolate(data, scale_factor=scale, mode="nearest")
    result: Tensor = _Enlarged.apply(data.contiguous(), scale)  # type: ignore[no-untyped-call]
    return result


def _bilinear(data: tuple[Tensor, ...], scale: int, num_filter: int) -> Tensor:
    if len(data) != 2:
        raise MXNetError(f"UpSampling: sample_type=bilinear takes data and weight, got {len(data)} arrays")
    image, weight = data
    channels, size = image.shape[1], 2 * scale - scale % 2
    if weight.shape != (channels, 1, size, size) or num_filter not in (0, channels):
        text = f"num_filter={num_filter} must be the channels, weight of shape {(channels, 1, size, size)}"
        raise op_error("UpSampling", text, data=image, weight=weight)
    return F.conv_transpose2d(image, weight, None, scale, scale // 2, 0, channels)
