"""What the image iterators take from OpenCV, and the few places where they must not.

MXNet 1.9.1 carries OpenCV 3.4.2 inside. Decoding is left to the installed OpenCV (the extra ``image``); so is resizing
in those modes in which it agrees with 3.4.2, which is tried out once. What newer releases compute otherwise (affine
warps, weights of gray) is computed here.

Source: MXNet 1.9.1 src/io/image_aug_default.cc; OpenCV 3.4.2 modules/imgproc.
"""

from __future__ import annotations

import functools
import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from .._core.errors import MXNetError, NotSupportedError
from ..ops.image._resize import exact_resize as _exact_resize

Image = npt.NDArray[np.uint8]

NEAREST, LINEAR, CUBIC, AREA, LANCZOS = range(5)


@functools.lru_cache(maxsize=1)
def opencv() -> Any:
    """The module ``cv2``."""
    try:
        import cv2  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        hint = "it needs OpenCV, which is not installed: pip install 'mxcompat[image]'"
        raise NotSupportedError("reading images", hint) from error
    return cv2


def decode(content: memoryview, channels: int, where: str) -> Image:
    """Pixels of an image file, (H, W, channels), blue first.

    Args:
        content: the file.
        channels: 1 gray, 3 colour, 4 as it is stored.
        where: for the message.
    """
    cv2 = opencv()
    flag = {1: 0, 3: 1, 4: -1}[channels]
    found = cv2.imdecode(np.frombuffer(content, np.uint8), flag) if len(content) else None
    if found is None:
        raise MXNetError(f"{where}: the record holds no image that OpenCV can decode ({len(content)} bytes)")
    pixels: Image = found if found.ndim == 3 else found[:, :, None]
    if pixels.dtype != np.uint8 or pixels.shape[2] != channels:
        got = f"{pixels.shape[2]} of {pixels.dtype}"
        raise MXNetError(f"{where}: Invalid image. Expected {channels} channels of uint8, got {got}")
    return pixels


def size_of(content: memoryview) -> tuple[int, int] | None:
    """Height and width that decoding will give, from the header; None where only decoding tells."""
    if bytes(content[:8]) == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return height, width
    if bytes(content[:3]) != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            return None
        kind = content[at + 1]
        if kind == 0xE1:  # may turn the image
            return None
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return height, width
        if kind == 0xFF:
            at += 1
            continue
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _exactly(pixels: Image, width: int, height: int, method: int) -> Image:
    found: Image = _exact_resize(torch.from_numpy(np.ascontiguousarray(pixels))[None], height, width, method)[0].numpy()
    return found


@functools.lru_cache(maxsize=8)
def _agrees(method: int) -> bool:
    """Whether the installed OpenCV resizes as 3.4.2 did."""
    y, x = np.mgrid[0:61, 0:83]
    pixels = np.stack([x * 3 + y, (x * y) % 251, (x * x + 5 * y) % 256], -1).astype(np.uint8)
    for width, height in ((40, 33), (41, 61), (120, 90), (29, 47), (166, 122)):
        theirs = opencv().resize(pixels, (width, height), interpolation=method)
        if not np.array_equal(theirs, _exactly(pixels, width, height, method)):
            return False
    return True


def resize(pixels: Image, width: int, height: int, method: int) -> Image:
    """``cv::resize``."""
    if pixels.shape[:2] == (height, width):
        return pixels
    if min(width, height) < 1:
        raise MXNetError(f"an image of {pixels.shape[1]}x{pixels.shape[0]} pixels cannot become {width}x{height}")
    if not _agrees(method):
        return _exactly(pixels, width, height, method)
    found: Image = opencv().resize(pixels, (width, height), interpolation=method)
    return found if found.ndim == 3 else found[:, :, None]


def rounded(values: npt.NDArray[Any]) -> Image:
    """``saturate_cast<uchar>`` of floating values: halves to even."""
    found: Image = np.rint(values).clip(0, 255).astype(np.uint8)
    return found


def scaled(pixels: Image, factor: np.float32, offset: np.float32) -> Image:
    """``convertTo`` with a factor and an offset."""
    table = rounded(np.arange(256, dtype=np.float32) * factor + offset)
    found: Image = table[pixels]
    return found


def gray(pixels: Image) -> Image:
    """``CV_RGB2GRAY``: the first channel counts as red."""
    wide = pixels.astype(np.int32)
    total = wide[:, :, 0] * 4899 + wide[:, :, 1] * 9617 + wide[:, :, 2] * 1868
    found: Image = ((total + 8192) >> 14).astype(np.uint8)
    return found


def padded(pixels: Image, top: int, bottom: int, left: int, right: int, value: int) -> Image:
    """``copyMakeBorder`` with a constant."""
    colour = min(max(value, 0), 255)
    widths = ((top, bottom), (left, right), (0, 0))
    found: Image = np.pad(pixels, widths, constant_values=colour)
    if pixels.shape[2] == 4:  # MXNet names three channels of the colour
        found[:, :, 3] = 0
        found[top : top + pixels.shape[0], left : left + pixels.shape[1], 3] = pixels[:, :, 3]
    return found


_SECTORS = np.array([[1, 3, 0], [1, 0, 2], [3, 0, 1], [0, 2, 1], [0, 1, 3], [2, 1, 0]])  # of blue, green, red


def _hls(pixels: Image) -> npt.NDArray[np.int32]:
    """``CV_BGR2HLS``: hue in 0..180, lightness and saturation in 0..255."""
    single = np.float32
    blue, green, red = np.moveaxis(pixels.astype(np.float32) * single(1 / 255), 2, 0)
    top, low = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    span, light = top - low, (top + low) * single(0.5)
    coloured = span > np.finfo(np.float32).eps
    with np.errstate(divide="ignore", invalid="ignore"):
        saturation = span / np.where(light < 0.5, top + low, single(2) - (top + low))
        factor = single(60) / span
        by_green = (blue - red) * factor + single(120)
        by_blue = (red - green) * factor + single(240)
        hue = np.where(top == red, (green - blue) * factor, np.where(top == green, by_green, by_blue))
    hue = np.where(hue < 0, hue + single(360), hue)
    found = np.stack(
        [
            np.where(coloured, hue, 0) * single(0.5),
            light * single(255),
            np.where(coloured, saturation, 0) * single(255),
        ],
        -1,
    )
    return rounded(found).astype(np.int32)


def _from_hls(values: npt.NDArray[np.int32]) -> Image:
    """``CV_HLS2BGR``."""
    single = np.float32
    hue, light, saturation = np.moveaxis(values.astype(np.float32), 2, 0)
    light, saturation = light * single(1 / 255), saturation * single(1 / 255)
    most = np.where(light <= 0.5, light * (single(1) + saturation), light + saturation - light * saturation)
    least = single(2) * light - most
    hue = hue * single(6 / 180)
    hue = np.where(hue >= 6, hue - single(6), hue)
    sector = np.floor(hue).astype(np.int64)
    part = hue - sector.astype(np.float32)
    table = np.stack([most, least, least + (most - least) * (single(1) - part), least + (most - least) * part], -1)
    found = np.take_along_axis(table, _SECTORS[sector], -1)
    found = np.where(saturation[..., None] == 0, light[..., None], found)
    return rounded(found * single(255))


def hls_shifted(pixels: Image, hue: int, light: int, saturation: int) -> Image:
    """Hue, lightness and saturation moved, and kept within their limits (180, 255, 255)."""
    moved = _hls(pixels) + np.array([hue, light, saturation], np.int32)
    return _from_hls(np.minimum(np.maximum(moved, 0), np.array([180, 255, 255], np.int32)))
