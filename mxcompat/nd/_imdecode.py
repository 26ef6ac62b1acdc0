"""Decoding an image into a batch: the oldest of MXNet's three ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from .._core.context import cpu
from .._core.dtypes import dtype_name
from .._core.errors import MXNetError
from ..ops.image.decoding import planes
from .ndarray import NDArray


def imdecode(
    str_img: bytes, clip_rect: Sequence[int] = (0, 0, 0, 0), out: Any = None, index: int = 0, channels: int = 3,
    mean: Any = None,
) -> NDArray:  # fmt: skip
    """Decode an image file into planes; deprecated, `mx.image.imdecode` is the modern form.

    Args:
        str_img: the bytes of the file.
        clip_rect: the part to take, ``(x0, y0, x1, y1)`` in pixels; the whole image where y0 is y1.
        out: an array (C, H, W) or (N, C, H, W) to write to.
        index: which image of a batch ``out`` is written.
        channels: how many planes to take, blue first; 1 is gray.
        mean: an array (C, H, W) to take away, in the dtype of the result.

    Returns:
        ``out``, or a new array (C, H, W) in the dtype of ``mean``, else float32.

    Raises:
        MXNetError: no image; a part outside of it; shapes or dtypes that do not fit.
        NotSupportedError: OpenCV is not installed.

    Differences: in MXNet 1.9.1 every call fails, because it hands the bytes over as text.

    Source: MXNet 1.9.1 python/mxnet/ndarray/ndarray.py, src/ndarray/ndarray.cc.
    """
    pixels = planes("imdecode", bytes(str_img), channels)
    x0, y0, x1, y1 = clip_rect
    height, width = pixels.shape[1:]
    if y0 == y1:
        x0, y0, x1, y1 = 0, 0, width, height
    if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
        raise MXNetError(
            f"imdecode: clip_rect={tuple(clip_rect)} is not inside of an image {width} wide, {height} high"
        )
    pixels = pixels[:, y0:y1, x0:x1]
    place = tuple(pixels.shape)
    if mean is not None and mean.shape != place:
        raise MXNetError(f"imdecode: mean has shape {mean.shape}, the image {place}")
    dtype = torch.float32 if mean is None else mean._t.dtype
    if out is not None:
        batch = out.ndim == 4
        if (out.shape[1:] if batch else out.shape) != place or (batch and not 0 <= index < out.shape[0]):
            raise MXNetError(f"imdecode: out has shape {out.shape}, index={index}, the image {place}")
        if mean is not None and out._t.dtype is not dtype:
            raise MXNetError(f"imdecode: out must have the dtype of mean, got {dtype_name(out._t.dtype)}")
        dtype = out._t.dtype
    values = pixels.to(dtype)
    if mean is not None:
        values = values - mean._t.detach().cpu()
    result = NDArray._wrap(values.contiguous(), cpu())
    if out is None:
        return result
    out[index if out.ndim == 4 else slice(None)] = result
    return out  # type: ignore[no-any-return]
