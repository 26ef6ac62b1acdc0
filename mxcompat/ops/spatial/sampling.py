"""Spatial transformers: make a grid of places, and read an image there."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from ...registry import REQUIRED, operator
from ...registry.operator import op_error


def _steps(count: int, like: Tensor) -> Tensor:
    return torch.arange(count, dtype=like.dtype, device=like.device)


def _sample(data: Tensor, grid: Tensor) -> Tensor:
    """Bilinear reading of (N, C, H, W) at (N, 2, h, w) places between -1 and 1; zero outside."""
    places = grid.permute(0, 2, 3, 1)
    if data.dtype is torch.float16 and data.device.type == "cpu":  # torch has no half kernel there
        return _sample(data.float(), grid.float()).half()
    return grid_sample(data, places, mode="bilinear", padding_mode="zeros", align_corners=True)


def _images(name: str, data: Tensor, **others: Tensor) -> None:
    if data.dim() != 4 or not data.is_floating_point():
        raise op_error(name, "data must be floating, of shape (N, C, H, W)", data=data, **others)


def _target(name: str, shape: tuple[int, ...], data: Tensor) -> tuple[int, int]:
    if len(shape) != 2 or min(shape) < 1:
        raise op_error(name, f"target_shape={shape} must be two positive numbers, height and width", data=data)
    return shape[0], shape[1]


@operator("BilinearSampler", same_dtype=True)
def bilinear_sampler(data: Tensor, grid: Tensor, cudnn_off: bool | None = None) -> Tensor:
    """Read an image at given places, between the pixels, too.

    Args:
        data: (N, C, H, W), floating.
        grid: x and y of each output pixel, (N, 2, h, w); -1 is the middle of the first pixel, 1 of the last.
        cudnn_off: a hint for MXNet's choice of an algorithm; the result does not depend on it.

    Returns:
        (N, C, h, w), zero outside of the image, in the dtype of ``data``. Both inputs have a gradient.

    Raises:
        MXNetError: another shape, mixed or integer dtypes.

    Source: MXNet 1.9.1 src/operator/bilinear_sampler.cc.
    """
    _images("BilinearSampler", data, grid=grid)
    if grid.dim() != 4 or grid.shape[0] != data.shape[0] or grid.shape[1] != 2:
        raise op_error("BilinearSampler", f"grid must have shape ({data.shape[0]}, 2, h, w)", data=data, grid=grid)
    return _sample(data, grid)


@operator("GridGenerator")
def grid_generator(
    data: Tensor, transform_type: Literal["affine", "warp"] = REQUIRED, target_shape: tuple[int, ...] = (0, 0)
) -> Tensor:
    """Places for BilinearSampler, from an affine map or from a displacement of each pixel.

    Args:
        data: ``affine``: the rows of a 2x3 matrix that takes (x, y, 1) of the output to the input, (N, 6). ``warp``:
            x and y displacement of each pixel, in pixels, (N, 2, h, w).
        transform_type: which of the two.
        target_shape: height and width of the grid (``affine``).

    Returns:
        The grid (N, 2, h, w) between -1 and 1, in the dtype of ``data``. NaN along an ``affine`` axis of one pixel,
        as in MXNet.

    Raises:
        MXNetError: another shape, integer data, no target_shape.

    Differences: all floating dtypes; MXNet 1.9.1 has float32 only.

    Source: MXNet 1.9.1 src/operator/grid_generator-inl.h.
    """
    if not data.is_floating_point():
        raise op_error("GridGenerator", "data must be floating", data=data)
    if transform_type == "affine":
        if data.dim() != 2 or data.shape[1] != 6:
            raise op_error("GridGenerator", "data must have shape (N, 6) with transform_type='affine'", data=data)
        height, width = _target("GridGenerator", target_shape, data)
        x, y = (_steps(n, data) * (2.0 / (n - 1) if n > 1 else float("inf")) - 1.0 for n in (width, height))
        return _affine(data, x, y)
    if data.dim() != 4 or data.shape[1] != 2:
        raise op_error("GridGenerator", "data must have shape (N, 2, h, w) with transform_type='warp'", data=data)
    height, width = data.shape[2:]
    x = (data[:, 0] + _steps(width, data)) / ((width - 1) / 2.0)
    y = (data[:, 1] + _steps(height, data).unsqueeze(1)) / ((height - 1) / 2.0)
    return torch.stack((x, y), 1) - 1.0


def _affine(matrix: Tensor, x: Tensor, y: Tensor) -> Tensor:
    height, width = y.shape[0], x.shape[0]
    shape = (height, width)
    target = torch.stack((x.expand(shape), y.unsqueeze(1).expand(shape), torch.ones_like(x).expand(shape)))
    return (matrix.reshape(-1, 3) @ target.view(3, -1)).view(-1, 2, height, width)


@operator("SpatialTransformer", same_dtype=True)
def spatial_transformer(
    data: Tensor,
    loc: Tensor,
    target_shape: tuple[int, ...] = (0, 0),
    transform_type: Literal["affine"] = REQUIRED,
    sampler_type: Literal["bilinear"] = REQUIRED,
    cudnn_off: bool | None = None,
) -> Tensor:
    """Move, turn and scale images by an affine map.

    Args:
        data: (N, C, H, W), floating.
        loc: the rows of a 2x3 matrix that takes (x, y, 1) of the output to the input, (N, 6).
        target_shape: height and width of the output.
        transform_type: ``affine``.
        sampler_type: ``bilinear``.
        cudnn_off: a hint for MXNet's choice of an algorithm; the result does not depend on it.

    Returns:
        (N, C, h, w), zero outside of the image, in the dtype of ``data``. Both inputs have a gradient.

    Raises:
        MXNetError: another shape, mixed or integer dtypes, no target_shape.

    Source: MXNet 1.9.1 src/operator/spatial_transformer-inl.h.
    """
    _images("SpatialTransformer", data, loc=loc)
    if tuple(loc.shape) != (data.shape[0], 6):
        raise op_error("SpatialTransformer", f"loc must have shape ({data.shape[0]}, 6)", data=data, loc=loc)
    height, width = _target("SpatialTransformer", target_shape, data)
    x, y = (
        (_steps(n, data).double() * 2.0 / (n - 1) - 1.0).to(data.dtype) if n > 1 else _steps(1, data) / 0.0
        for n in (width, height)
    )
    return _sample(data, _affine(loc, x, y))
