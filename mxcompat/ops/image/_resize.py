"""Resizing with the pixels of OpenCV 3.4.2, the one that MXNet 1.9.1 is built with, on torch alone.

uint8 is computed in fixed point (11 bits in each direction), with OpenCV's cuts and roundings; floating images in
their own precision. The tables of places and weights depend on the sizes only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

NEAREST, LINEAR, CUBIC, AREA, LANCZOS = range(5)

_ONE = 2048  # of the fixed-point weights
_EIGHTH = 0.70710678118654752440084436210485
_LANCZOS_TURNS = np.array(
    [
        (1, 0), (-_EIGHTH, -_EIGHTH), (0, 1), (_EIGHTH, -_EIGHTH),
        (-1, 0), (_EIGHTH, _EIGHTH), (0, -1), (-_EIGHTH, _EIGHTH),
    ]
)  # fmt: skip

Floats = npt.NDArray[np.float32]


class Taps(NamedTuple):
    """For each output pixel of an axis, the input pixels (n, k) and their float32 weights (n, k)."""

    places: npt.NDArray[np.int64]
    weights: Floats


def _cubic(x: Floats) -> Floats:
    a = np.float32(-0.75)
    one = np.float32(1)
    left = x + one
    first = ((a * left - 5 * a) * left + 8 * a) * left - 4 * a
    second = ((a + 2) * x - (a + 3)) * x * x + one
    back = one - x
    third = ((a + 2) * back - (a + 3)) * back * back + one
    return np.stack([first, second, third, one - first - second - third], 1)


def _lanczos(x: Floats) -> Floats:
    steps = np.arange(8, dtype=np.float32)
    angles = -((x + np.float32(3))[:, None] - steps).astype(np.float64) * np.pi * 0.25
    start = -(x + np.float32(3)).astype(np.float64) * np.pi * 0.25
    waves = _LANCZOS_TURNS[:, 0] * np.sin(start)[:, None] + _LANCZOS_TURNS[:, 1] * np.cos(start)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = (waves / (angles * angles)).astype(np.float32)
        total = np.add.accumulate(weights, axis=1)[:, -1:]
        weights = weights * (np.float32(1) / total)
    weights[x < np.finfo(np.float32).eps] = steps == 3
    found: Floats = weights
    return found


@lru_cache(maxsize=256)
def _taps(source: int, target: int, method: int, area: bool, clamp: bool) -> Taps:
    """Places and weights of an interpolation. ``clamp``: as along rows, where places outside get no weight."""
    inverse = target / source
    scale = 1.0 / inverse
    steps = np.arange(target)
    if area:
        at = np.floor(steps * scale).astype(np.int64)
        part = ((steps + 1) - (at + 1) * inverse).astype(np.float32)
        part = np.where(part <= 0, np.float32(0), part - np.floor(part))
    else:
        exact = ((steps + 0.5) * scale - 0.5).astype(np.float32)
        at = np.floor(exact).astype(np.int64)
        part = exact - at.astype(np.float32)
    if method == LINEAR:
        if clamp:
            part = np.where((at < 0) | (at >= source - 1), np.float32(0), part)
            at = at.clip(0, source - 1)
        weights = np.stack([np.float32(1) - part, part], 1)
    else:
        weights = _cubic(part) if method == CUBIC else _lanczos(part)
    count = weights.shape[1]
    places = (at[:, None] + np.arange(count) - (count // 2 - 1)).clip(0, source - 1)
    return Taps(places, weights)


@lru_cache(maxsize=256)
def _area_taps(source: int, target: int) -> Taps:
    """The share of each input pixel in an output pixel, when shrinking by any factor; padded with weights of zero."""
    scale = 1.0 / (target / source)
    found: list[list[tuple[int, float]]] = []
    for step in range(target):
        start = step * scale
        end = start + scale
        cell = min(scale, source - start)
        last = min(int(np.floor(end)), source - 1)
        first = min(int(np.ceil(start)), last)
        row = [(first - 1, (first - start) / cell)] if first - start > 1e-3 else []
        row += [(i, 1.0 / cell) for i in range(first, last)]
        if end - last > 1e-3:
            row.append((last, min(min(end - last, 1.0), cell) / cell))
        found.append(row)
    width = max(map(len, found))
    places = np.zeros((target, width), np.int64)
    weights = np.zeros((target, width), np.float32)
    for step, row in enumerate(found):
        for k, (place, weight) in enumerate(row):
            places[step, k], weights[step, k] = place, weight
    return Taps(places, weights)


def _weighted(data: Tensor, taps: Taps, weights: npt.NDArray[Any], axis: int) -> Tensor:
    """The weighted sum of the taps along an axis, one tap after the other."""
    shape = [1] * data.dim()
    shape[axis] = -1
    total: Tensor | None = None
    for k in range(taps.places.shape[1]):
        places = torch.as_tensor(taps.places[:, k], device=data.device)
        weight = torch.as_tensor(np.ascontiguousarray(weights[:, k]), device=data.device)
        term = data.index_select(axis, places) * weight.view(shape).to(data.dtype)
        total = term if total is None else total + term
    return data if total is None else total


def _fixed(weights: Floats) -> npt.NDArray[np.int32]:
    found: npt.NDArray[np.int32] = np.rint(weights * np.float32(_ONE)).clip(-32768, 32767).astype(np.int32)
    return found


def _interpolated_bytes(data: Tensor, columns: Taps, rows: Taps) -> Tensor:
    """Fixed point: the sums along the rows have 11 bits behind the point, those of the columns 22."""
    across = _weighted(data.int(), columns, _fixed(columns.weights), 2)
    beta = _fixed(rows.weights)
    count = beta.shape[1]
    if count == 2:
        total = torch.full((), 2, dtype=torch.int32, device=data.device)
        for k in range(2):
            places = torch.as_tensor(rows.places[:, k], device=data.device)
            weight = torch.as_tensor(np.ascontiguousarray(beta[:, k]), device=data.device)
            total = total + (((across >> 4).index_select(1, places) * weight.view(1, -1, 1, 1)) >> 16)
        return (total >> 2).clamp(0, 255)
    if count == 8:
        return ((_weighted(across, rows, beta, 1) + (1 << 21)) >> 22).clamp(0, 255)
    # cubic: vectors of eight elements of a row are added up in float32, the rest of it in integers
    whole = ((_weighted(across, rows, beta, 1) + (1 << 21)) >> 22).clamp(0, 255)
    scaled = beta.astype(np.float32) * np.float32(1.0 / (_ONE * _ONE))
    rounded = _weighted(across.float(), rows, scaled, 1).round().clamp(0, 255).int()
    length = whole.shape[2] * whole.shape[3]
    elements = torch.arange(length, device=data.device).view(whole.shape[2:])
    return torch.where(elements < length - length % 8, rounded, whole)


def _blocks(data: Tensor, tall: int, wide: int) -> Tensor:
    """Means of blocks of ``tall`` by ``wide`` pixels."""
    count, height, width, channels = data.shape
    blocks = (data.int() if data.dtype is torch.uint8 else data).view(
        count, height // tall, tall, width // wide, wide, channels
    )
    total = blocks.sum((2, 4), dtype=blocks.dtype)
    if data.dtype is not torch.uint8:
        return total * float(np.float32(1) / np.float32(tall * wide))
    if tall == wide == 2:
        return (total + 2) >> 2
    return (total.float() * float(np.float32(1) / np.float32(tall * wide))).round().clamp(0, 255)


@lru_cache(maxsize=1)
def _opencv() -> Any:
    """The module ``cv2``; None where it is not installed."""
    try:
        import cv2  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    return cv2


@lru_cache(maxsize=16)
def _agrees(method: int, dtype: torch.dtype) -> bool:
    """Whether there is an OpenCV that computes what 3.4.2 did, tried out on a few sizes."""
    if _opencv() is None:
        return False
    y, x = np.mgrid[0:61, 0:83]
    pixels = np.stack([x * 3 + y, (x * y) % 251, (x * x + 5 * y) % 256], -1).astype(np.uint8)
    for channels in (3, 1):
        image = torch.from_numpy(pixels[:, :, :channels].copy())[None].to(dtype)
        image = image / 7 if dtype is torch.float32 else image
        for width, height in ((40, 33), (41, 61), (120, 90), (29, 47), (166, 122)):
            if not torch.equal(_by_opencv(image, height, width, method), exact_resize(image, height, width, method)):
                return False
    return True


def _by_opencv(data: Tensor, height: int, width: int, method: int) -> Tensor:
    results = [_opencv().resize(image, (width, height), interpolation=method) for image in data.numpy()]
    return torch.from_numpy(np.stack(results) if len(results) > 1 else results[0]).view(
        -1, height, width, data.shape[3]
    )


def resize(data: Tensor, height: int, width: int, method: int) -> Tensor:
    """As `exact_resize`; by the installed OpenCV where that comes to the same, which is several times as fast."""
    ordinary = data.device.type == "cpu" and data.dtype in (torch.uint8, torch.float32) and data.numel() > 0
    ordinary = ordinary and not data.requires_grad
    if not ordinary or data.shape[3] not in (1, 3) or not _agrees(method, data.dtype):
        return exact_resize(data, height, width, method)
    if data.shape[1:3] == (height, width):
        return data.clone()
    return _by_opencv(data.contiguous(), height, width, method)


def exact_resize(data: Tensor, height: int, width: int, method: int) -> Tensor:
    """Images (N, H, W, C) of uint8, float32 or float64 (``NEAREST``: any dtype), resized like ``cv::resize``."""
    old_height, old_width = data.shape[1:3]
    if (old_height, old_width) == (height, width):
        return data.clone()
    scale_y, scale_x = 1.0 / (height / old_height), 1.0 / (width / old_width)
    if method == NEAREST:
        rows, columns = (
            torch.as_tensor(np.floor(np.arange(n) * scale).astype(np.int64).clip(max=old - 1), device=data.device)
            for n, scale, old in ((height, scale_y, old_height), (width, scale_x, old_width))
        )
        return data.index_select(1, rows).index_select(2, columns)
    tall, wide = round(scale_y), round(scale_x)
    whole = abs(scale_y - tall) < 2.0**-52 and abs(scale_x - wide) < 2.0**-52
    if method == LINEAR and whole and tall == wide == 2:
        method = AREA
    is_bytes = data.dtype is torch.uint8
    if method == AREA and scale_x >= 1 and scale_y >= 1:
        if whole:
            return _blocks(data, tall, wide).to(data.dtype)
        x, y = _area_taps(old_width, width), _area_taps(old_height, height)
        mean = _weighted(_weighted(data.float() if is_bytes else data, x, x.weights, 2), y, y.weights, 1)
        return mean.round().clamp(0, 255).to(data.dtype) if is_bytes else mean
    area = method == AREA
    method = LINEAR if area else method
    columns_taps, rows_taps = (
        _taps(old_width, width, method, area, True),
        _taps(old_height, height, method, area, False),
    )
    if is_bytes:
        return _interpolated_bytes(data, columns_taps, rows_taps).to(torch.uint8)
    across = _weighted(data, columns_taps, columns_taps.weights, 2)
    return _weighted(across, rows_taps, rows_taps.weights, 1)
