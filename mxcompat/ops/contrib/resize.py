"""Resizing of images in NCHW: bilinear interpolation and adaptive average pooling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ._graph import also_reads

_Mode = Literal["size", "odd_scale", "like", "to_even_down", "to_even_up", "to_odd_down", "to_odd_up"]
_Positive = Annotated[int, Range(1, None)]


def _with_like(attrs: dict[str, Any]) -> Sequence[str]:
    return ("data", "like") if attrs["mode"] == "like" else ("data",)


def _side(mode: str, size: int, wanted: int, scale: float | None) -> int:
    """The new height or width."""
    if mode == "size":
        return wanted if scale is None else int(scale * size)
    if mode == "odd_scale":
        if scale is None:
            raise MXNetError("BilinearResize2D: mode='odd_scale' needs scale_height and scale_width")
        return int(size * scale) if size % 2 == 0 else int((size - 1) * scale) + 1
    even = size % 2 == 0
    wants_even = mode.startswith("to_even")
    return size if even == wants_even else size + (1 if mode.endswith("up") else -1)


@operator("_contrib_BilinearResize2D", list_inputs=_with_like)
def bilinear_resize(
    data: Tensor, like: Tensor | None = None, height: _Positive = 1, width: _Positive = 1,
    scale_height: float | None = None, scale_width: float | None = None, mode: _Mode = "size",
    align_corners: bool = True,
) -> Tensor:  # fmt: skip
    """Resize images by bilinear interpolation.

    Args:
        data: floating (N, C, H, W).
        like: with ``mode="like"`` an array whose height and width are taken.
        height: the new height, with ``mode="size"`` and without ``scale_height``.
        width: the new width likewise.
        scale_height: factor of the height, with ``mode="size"`` or ``"odd_scale"``.
        scale_width: factor of the width; with ``mode="size"`` it counts only next to ``scale_height``.
        mode: ``size``; ``odd_scale``, where an odd side becomes ``(side - 1) * scale + 1``; ``like``; or
            ``to_even_down``, ``to_even_up``, ``to_odd_down``, ``to_odd_up``, which add or remove one where needed.
        align_corners: the centers of the corner pixels stay in place; otherwise the outer edges do.

    Returns:
        (N, C, new height, new width), in the dtype of ``data``.

    Raises:
        MXNetError: other axes, integers, a missing ``like`` or scale.

    Source: MXNet 1.9.1 src/operator/contrib/bilinear_resize-inl.h.
    """
    op = "BilinearResize2D"
    if data.dim() != 4 or not data.is_floating_point():
        raise op_error(op, "data must be floating with four axes (N, C, H, W)", data=data)
    rows, columns = data.shape[2:]
    if mode == "like":
        if like is None or like.dim() != 4:
            raise op_error(op, "mode='like' needs an input like with four axes", data=data)
        size = (like.shape[2], like.shape[3])
    else:
        if mode == "size" and (scale_height is None) != (scale_width is None):
            if scale_width is None:
                raise MXNetError(f"{op}: scale_height without scale_width")
            scale_width = None  # without a scale_height MXNet does not look at it
        size = (_side(mode, rows, height, scale_height), _side(mode, columns, width, scale_width))
    if size[0] < 1 or size[1] < 1:
        raise op_error(op, f"the new size would be {size}", data=data)
    if size == (rows, columns):
        result = data.clone()
    else:
        result = _interpolate(data, size, align_corners)
    return result if like is None else also_reads(result, like)


def _interpolate(data: Tensor, size: tuple[int, int], align_corners: bool) -> Tensor:
    if not align_corners:  # one row of output is the first row of input, not the middle
        if size[0] == 1:
            data = data[:, :, :1]
        if size[1] == 1:
            data = data[:, :, :, :1]
    half = data.dtype is torch.float16 and data.device.type == "cpu"
    result = F.interpolate(data.float() if half else data, size=size, mode="bilinear", align_corners=align_corners)
    return result.half() if half else result


@operator("_contrib_AdaptiveAvgPooling2D")
def adaptive_avg_pooling(data: Tensor, output_size: tuple[int, ...] = ()) -> Tensor:
    """Average over windows that are chosen to give an output of a wanted size.

    Args:
        data: floating (N, C, H, W).
        output_size: nothing for 1 x 1, one number for a square, or (height, width).

    Returns:
        (N, C, height, width), in the dtype of ``data``.

    Raises:
        MXNetError: other axes, integers.

    Source: MXNet 1.9.1 src/operator/contrib/adaptive_avg_pooling-inl.h.
    """
    if data.dim() != 4 or not data.is_floating_point():
        raise op_error("AdaptiveAvgPooling2D", "data must be floating with four axes (N, C, H, W)", data=data)
    count = len(output_size)
    size = (output_size[0], output_size[-1]) if count in (1, 2) else (1, 1)
    if min(size) < 1:
        raise op_error("AdaptiveAvgPooling2D", f"output_size={output_size} must be positive", data=data)
    if size == (1, 1):
        return data.mean((2, 3), keepdim=True)
    return F.adaptive_avg_pool2d(data, size)
