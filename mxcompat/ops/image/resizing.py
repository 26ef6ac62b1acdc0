"""Resizing and padding of images, with OpenCV's pixels."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ._resize import LANCZOS, NEAREST, resize

_Side = Annotated[int, Range(1)]
_ISOLATED = 16  # a flag of the border type, without meaning for a whole image


def _resized(name: str, data: Tensor, height: int, width: int, interp: int) -> Tensor:
    if not NEAREST <= interp <= LANCZOS:
        text = f"interp={interp} must be 0 (nearest), 1 (bilinear), 2 (bicubic), 3 (area) or 4 (Lanczos)"
        raise op_error(name, text, data=data)
    ordinary = data.dtype in (torch.uint8, torch.float32, torch.float64)
    if not ordinary and not (interp == NEAREST and data.dtype is torch.int32):
        raise op_error(name, "data must be uint8, float32 or float64 (int32 with interp=0 only)", data=data)
    return resize(data, height, width, interp)


@operator("_image_resize", aliases=("_npx__image_resize",))
def image_resize(data: Tensor, size: tuple[int, ...] = (), keep_ratio: bool = False, interp: int = 1) -> Tensor:
    """Resize images.

    Args:
        data: one image (H, W, C) or several (N, H, W, C), uint8 or floating.
        size: width and height, or one number for both.
        keep_ratio: with one number, it is the shorter side, and the longer one follows.
        interp: 0 nearest, 1 bilinear, 2 bicubic, 3 area, 4 Lanczos.

    Returns:
        (h, w, C) or (N, h, w, C) in the dtype of ``data``.

    Raises:
        MXNetError: another shape or dtype, a size that is not positive, another interp.

    Differences: has a gradient; MXNet 1.9.1 fails to compute it.

    Source: MXNet 1.9.1 src/operator/image/resize-inl.h.
    """
    if data.dim() not in (3, 4):
        raise op_error("_image_resize", "data must have shape (H, W, C) or (N, H, W, C)", data=data)
    if len(size) not in (1, 2) or min(size) < 1:
        raise op_error("_image_resize", f"size={size} must be one or two positive numbers", data=data)
    height, width = data.shape[-3:-1]
    if len(size) == 2:
        new_width, new_height = size
    elif not keep_ratio:
        new_width = new_height = size[0]
    elif height > width:
        new_width, new_height = size[0], height * size[0] // width
    else:
        new_width, new_height = width * size[0] // height, size[0]
    images = data if data.dim() == 4 else data.unsqueeze(0)
    result = _resized("_image_resize", images, new_height, new_width, interp)
    return result if data.dim() == 4 else result.squeeze(0)


@operator("_cvimresize", aliases=("_npi_cvimresize",), differentiable=False)
def cvimresize(src: Tensor, w: _Side = REQUIRED, h: _Side = REQUIRED, interp: int = 1) -> Tensor:
    """Resize one image.

    Args:
        src: (H, W, C), uint8 or floating.
        w: width, positive.
        h: height, positive.
        interp: 0 nearest, 1 bilinear, 2 bicubic, 3 area, 4 Lanczos.

    Returns:
        (h, w, C) in the dtype of ``src``.

    Raises:
        MXNetError: another shape or dtype, another interp.

    Source: MXNet 1.9.1 src/io/image_io.cc.
    """
    if src.dim() != 3:
        raise op_error("_cvimresize", "src must have shape (H, W, C)", src=src)
    return _resized("_cvimresize", src.unsqueeze(0), h, w, interp).squeeze(0)


def _reflected(places: Tensor, size: int, repeat_edge: bool) -> Tensor:
    if size == 1:
        return torch.zeros_like(places)
    period = 2 * size if repeat_edge else 2 * size - 2
    places = places.remainder(period)
    return torch.where(places < size, places, period - places - (1 if repeat_edge else 0))


def _places(before: int, size: int, after: int, kind: int, device: torch.device) -> Tensor:
    places = torch.arange(-before, size + after, device=device)
    if kind == 1:
        return places.clamp(0, size - 1)
    if kind == 3:
        return places.remainder(size)
    return _reflected(places, size, kind == 2)


@operator("_cvcopyMakeBorder", differentiable=False)
def cv_copy_make_border(
    src: Tensor,
    top: int = REQUIRED,
    bot: int = REQUIRED,
    left: int = REQUIRED,
    right: int = REQUIRED,
    type: int = 0,
    value: float = 0.0,
    values: tuple[float, ...] = (),
) -> Tensor:
    """Pad an image.

    Args:
        src: (H, W, C), uint8, int32 or floating.
        top: rows above, at least 0.
        bot: rows below.
        left: columns before.
        right: columns behind.
        type: 0 constant, 1 the edge, 2 mirrored with the edge, 3 wrapped around, 4 mirrored without the edge.
        value: the constant, of the first three channels.
        values: the constant of each channel, up to four; overrides ``value``.

    Returns:
        (top + H + bot, left + W + right, C) in the dtype of ``src``.

    Raises:
        MXNetError: another shape or dtype, a negative width, another type.

    Source: MXNet 1.9.1 src/io/image_io.cc.
    """
    name = "_cvcopyMakeBorder"
    if src.dim() != 3 or src.dtype not in (torch.uint8, torch.int32, torch.float32, torch.float64):
        raise op_error(name, "src must have shape (H, W, C), of uint8, int32, float32 or float64", src=src)
    kind = type & ~_ISOLATED
    if min(top, bot, left, right) < 0 or not 0 <= kind <= 4:
        text = f"top={top}, bot={bot}, left={left}, right={right} must not be negative, type={type} within 0..4"
        raise op_error(name, text, src=src)
    height, width, channels = src.shape
    result = src.new_empty((top + height + bot, left + width + right, channels))
    if kind != 0:
        rows = _places(top, height, bot, kind, src.device)
        columns = _places(left, width, right, kind, src.device)
        middle = result[top : top + height]
        middle[:, left : left + width] = src
        middle[:, :left] = src.index_select(1, columns[:left])
        middle[:, left + width :] = src.index_select(1, columns[left + width :])
        result[:top] = middle.index_select(0, rows[:top])
        result[top + height :] = middle.index_select(0, rows[top + height :])
        return result
    colour = [*values[:4], 0.0, 0.0, 0.0, 0.0][:4] if values else [value, value, value, 0.0]
    if channels > 4:
        raise op_error(name, "src must have up to 4 channels with type=0", src=src)
    filled = torch.tensor(colour[:channels], dtype=torch.float64)
    if not src.is_floating_point():
        limits = torch.iinfo(src.dtype)
        filled = filled.round().clamp(limits.min, limits.max)
    pixel = filled.to(src.dtype)
    if len(set(pixel.tolist())) == 1:
        result.fill_(pixel[0].item())
    else:
        result[:] = pixel.to(src.device)
    result[top : top + height, left : left + width] = src
    return result
