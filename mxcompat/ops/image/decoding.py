"""Reading image files, with OpenCV (the extra ``image``)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor

from ..._core.errors import MXNetError, NotSupportedError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range

_Flag = Annotated[int, Range(0)]


def _opencv(name: str) -> Any:
    try:
        import cv2  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise NotSupportedError(
            f"{name} reads images with OpenCV, which is not installed: pip install 'mxcompat[image]'"
        ) from error
    return cv2


def _size_is_known(head: bytes) -> bool:
    """Whether MXNet reads the size from the header: then it takes pixels as they are stored, else it turns them as an
    Exif entry says."""
    return (head[:4] == b"\xff\xd8\xff\xe0" and head[6:11] == b"JFIF\0") or head[:4] == b"\x89PNG"


def _decoded(name: str, content: Any, flag: int, to_rgb: bool) -> Tensor:
    cv2 = _opencv(name)
    if _size_is_known(bytes(content[:11])):
        flag |= cv2.IMREAD_IGNORE_ORIENTATION
    pixels = cv2.imdecode(content, flag)
    if pixels is None:
        raise MXNetError(f"{name}: Decoding failed. Invalid image file.")
    if pixels.ndim == 2:
        pixels = pixels.reshape(*pixels.shape[:2], 1)
    elif to_rgb:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return torch.from_numpy(np.ascontiguousarray(pixels))


def planes(name: str, content: bytes, channels: int) -> Tensor:
    """An image file as OpenCV stores it: uint8 (C, H, W), blue first; gray with ``channels`` 1.

    Raises:
        MXNetError: no image, or one of more than 8 bits or fewer channels.
        NotSupportedError: OpenCV is not installed.
    """
    cv2 = _opencv(name)
    flag = cv2.IMREAD_GRAYSCALE if channels == 1 else cv2.IMREAD_UNCHANGED
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), flag) if content else None
    if pixels is None:
        raise MXNetError(f"{name}: Decoding failed. Invalid image file.")
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    if pixels.dtype != np.uint8 or pixels.shape[2] < channels:
        raise MXNetError(
            f"{name}: channels={channels} of 8 bits are needed, the image is {pixels.dtype} {pixels.shape}"
        )
    return torch.from_numpy(np.ascontiguousarray(pixels[:, :, :channels].transpose(2, 0, 1)))


@operator("_cvimdecode", aliases=("_npi_cvimdecode",), differentiable=False)
def cvimdecode(buf: Tensor, flag: _Flag = 1, to_rgb: bool = True) -> Tensor:
    """Decode the content of an image file.

    Args:
        buf: the bytes, uint8.
        flag: 0 gray, 1 colour (OpenCV's flags).
        to_rgb: red first; else blue first, as OpenCV has it.

    Returns:
        uint8, (H, W, 3), or (H, W, 1) for gray.

    Raises:
        MXNetError: no image, or no uint8.
        NotSupportedError: OpenCV is not installed.

    Source: MXNet 1.9.1 src/io/image_io.cc.
    """
    if buf.dtype is not torch.uint8 or buf.numel() == 0:
        raise op_error("_cvimdecode", "buf must be uint8 and not empty", buf=buf)
    return _decoded("_cvimdecode", buf.detach().cpu().reshape(-1).numpy(), flag, to_rgb)


@operator("_cvimread", aliases=("_npi_cvimread",))
def cvimread(filename: str = REQUIRED, flag: _Flag = 1, to_rgb: bool = True) -> Tensor:
    """Read an image file.

    Args:
        filename: its path.
        flag: 0 gray, 1 colour (OpenCV's flags).
        to_rgb: red first; else blue first, as OpenCV has it.

    Returns:
        uint8, (H, W, 3), or (H, W, 1) for gray.

    Raises:
        MXNetError: no such file, or no image.
        NotSupportedError: OpenCV is not installed.

    Source: MXNet 1.9.1 src/io/image_io.cc.
    """
    try:
        content = np.frombuffer(Path(os.fspath(filename)).read_bytes(), np.uint8)
    except OSError as error:
        raise MXNetError(f"_cvimread: '{filename}' couldn't open file: {error.strerror}") from error
    if content.size == 0:
        raise MXNetError(f"_cvimread: '{filename}' is empty")
    return _decoded("_cvimread", content, flag, to_rgb)
