"""From an image to a tensor: layout, scale, a part of it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error


@operator("_image_to_tensor", aliases=("_npx__image_to_tensor",))
def to_tensor(data: Tensor) -> Tensor:
    """Colours of 0..255 to numbers of 0..1, channels first.

    Args:
        data: one image (H, W, C) or several (N, H, W, C), of any dtype.

    Returns:
        float32, (C, H, W) or (N, C, H, W).

    Raises:
        MXNetError: another number of axes.

    Differences: has a gradient; MXNet 1.9.1 fails to compute it.

    Source: MXNet 1.9.1 src/operator/image/image_random-inl.h.
    """
    if data.dim() not in (3, 4):
        raise op_error("_image_to_tensor", "data must have shape (H, W, C) or (N, H, W, C)", data=data)
    places = (2, 0, 1) if data.dim() == 3 else (0, 3, 1, 2)
    if data.dtype is torch.float16:  # MXNet rounds the quotient to float16
        return (data.permute(places) / 255.0).float()
    values = data.permute(places)
    return (values / 255.0).float() if data.dtype is torch.float64 else values.float() / 255.0


@operator("_image_normalize", aliases=("_npx__image_normalize",))
def normalize(
    data: Tensor,
    mean: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0),
    std: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0),
) -> Tensor:
    """Subtract a mean and divide by a standard deviation, channel by channel.

    Args:
        data: one image (C, H, W) or several (N, C, H, W), of 1 or 3 channels.
        mean: one number, or one for each channel. (MXNet's default has four and fits no image.)
        std: one number, or one for each channel.

    Returns:
        The shape and dtype of ``data``; integers are cut off.

    Raises:
        MXNetError: another shape, another count of numbers.

    Source: MXNet 1.9.1 src/operator/image/image_random-inl.h.
    """
    if data.dim() not in (3, 4) or data.shape[-3] not in (1, 3):
        text = "data must have shape (C, H, W) or (N, C, H, W) with 1 or 3 channels"
        raise op_error("_image_normalize", text, data=data)
    channels = data.shape[-3]
    if len(mean) not in (1, channels) or len(std) not in (1, channels):
        text = f"mean={mean} and std={std} must have 1 or {channels} entries"
        raise op_error("_image_normalize", text, data=data)
    dtype = data.dtype
    values = data if dtype in (torch.float32, torch.float64) else data.float()
    less = values - _column(mean, values)
    if dtype is torch.float16:
        less = less.half().float()
    result = less / _column(std, values)
    return result if result.dtype is dtype else result.to(dtype)


def _column(numbers: tuple[float, ...], like: Tensor) -> Tensor | float:
    """float32 numbers along the axis of the channels."""
    single = np.asarray(numbers, np.float32).tolist()
    if len(single) == 1:
        number: float = single[0]
        return number
    return like.new_tensor(single).view(-1, 1, 1)


@operator("_image_crop", aliases=("_npx__image_crop",), view=True)
def crop(data: Tensor, x: int = REQUIRED, y: int = REQUIRED, width: int = REQUIRED, height: int = REQUIRED) -> Tensor:
    """Cut a rectangle out.

    Args:
        data: one image (H, W, C) or several (N, H, W, C), of 1 or 3 channels.
        x: first column.
        y: first row.
        width: number of columns, positive.
        height: number of rows, positive.

    Returns:
        (height, width, C) or (N, height, width, C), in the dtype of ``data``.

    Raises:
        MXNetError: another shape, a rectangle that is empty or not inside of the image.

    Differences: a negative x or y is an error; MXNet 1.9.1 reads other memory.

    Source: MXNet 1.9.1 src/operator/image/crop-inl.h.
    """
    if data.dim() not in (3, 4) or data.shape[-1] not in (1, 3):
        text = "data must have shape (H, W, C) or (N, H, W, C) with 1 or 3 channels"
        raise op_error("_image_crop", text, data=data)
    inside = 0 <= x and x + width <= data.shape[-2] and 0 <= y and y + height <= data.shape[-3]
    if width < 1 or height < 1 or not inside:
        text = f"x={x}, y={y}, width={width}, height={height} must be a rectangle inside of the image"
        raise op_error("_image_crop", text, data=data)
    return data[..., y : y + height, x : x + width, :]
