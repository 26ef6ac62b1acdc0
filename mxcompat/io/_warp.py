"""Affine warps with the pixels of OpenCV 3.4.2.

Places are computed in fixed point, with 5 bits behind the point (32 steps between two pixels); the weights of the
neighbours have 15 bits and add up to one exactly. Newer releases compute more precisely, so differently.

Source: OpenCV 3.4.2 modules/imgproc/src/imgwarp.cpp.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from ..ops.image._resize import _cubic, _lanczos
from ._opencv import AREA, CUBIC, LINEAR, NEAREST, Image

Matrix = npt.NDArray[np.float32]

_BITS, _STEP_BITS = 10, 5
_STEPS = 1 << _STEP_BITS
_ONE = 1 << 15


def _inverse(matrix: Matrix) -> npt.NDArray[np.float64]:
    (a, b, c), (d, e, f) = matrix.astype(np.float64).tolist()
    factor = a * e - b * d
    factor = 1.0 / factor if factor else 0.0
    a, b, d, e = e * factor, b * -factor, d * -factor, a * factor
    return np.array([[a, b, -a * c - b * f], [d, e, -d * c - e * f]])


@functools.lru_cache(maxsize=4)
def _weights(method: int) -> npt.NDArray[np.int64]:
    """Weights (32 * 32, k * k) of the neighbours for every place between pixels."""
    part = np.arange(_STEPS, dtype=np.float32) * np.float32(1 / _STEPS)
    line: npt.NDArray[Any]
    if method == LINEAR:
        line = np.stack([np.float32(1) - part, part], 1)
    else:
        line = _cubic(part) if method == CUBIC else _lanczos(part)
    count = line.shape[1]
    exact = line[:, None, :, None] * line[None, :, None, :] * np.float32(_ONE)
    table = np.rint(exact).clip(-32768, 32767).astype(np.int64).reshape(_STEPS * _STEPS, count, count)
    middle = count // 2
    for row in table:
        off = int(row.sum()) - _ONE
        if off:  # on the largest of the middle four when too small, on the smallest when too large
            core = row[middle : middle + 2, middle : middle + 2]
            place = np.argmax(core) if off < 0 else np.argmin(core)
            y, x = divmod(int(place), core.shape[1])
            core[y, x] -= off
    found: npt.NDArray[np.int64] = table.reshape(_STEPS * _STEPS, count * count)
    return found


def _gathered(pixels: Image, rows: Any, columns: Any, fill: Image) -> Image:
    height, width = pixels.shape[:2]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    found: Image = pixels[rows.clip(0, height - 1), columns.clip(0, width - 1)]
    found[~inside] = fill
    return found


def warp_affine(pixels: Image, matrix: Matrix, width: int, height: int, method: int, fill: int) -> Image:
    """``warpAffine`` with a constant border.

    Args:
        pixels: (H, W, C).
        matrix: (2, 3), from the old place (x, y, 1) to the new one.
        width: of the result.
        height: of the result.
        method: 0 nearest, 1 linear, 2 cubic, 3 counts as linear, 4 Lanczos.
        fill: value of the first three channels outside.
    """
    colour = np.zeros(pixels.shape[2], np.uint8)
    colour[:3] = min(max(fill, 0), 255)
    m = _inverse(matrix)
    method = LINEAR if method == AREA else method
    scale = float(1 << _BITS)
    half = (1 << _BITS) // 2 if method == NEAREST else (1 << _BITS) // _STEPS // 2
    x, y = np.arange(width), np.arange(height)
    shift = _BITS if method == NEAREST else _BITS - _STEP_BITS
    places = []
    for row in m:
        across = np.rint(row[0] * x * scale).astype(np.int64)
        down = np.rint((row[1] * y + row[2]) * scale).astype(np.int64) + half
        places.append((down[:, None] + across) >> shift)
    columns, rows = places
    if method == NEAREST:
        return _gathered(pixels, rows.clip(-32768, 32767), columns.clip(-32768, 32767), colour)
    weights = _weights(method)[(rows & (_STEPS - 1)) * _STEPS + (columns & (_STEPS - 1))]
    rows, columns = (rows >> _STEP_BITS).clip(-32768, 32767), (columns >> _STEP_BITS).clip(-32768, 32767)
    count = int(weights.shape[-1] ** 0.5)
    total = np.full((height, width, pixels.shape[2]), 1 << 14, np.int64)
    for k in range(count * count):
        dy, dx = k // count - (count // 2 - 1), k % count - (count // 2 - 1)
        total += _gathered(pixels, rows + dy, columns + dx, colour).astype(np.int64) * weights[:, :, k, None]
    found: Image = (total >> 15).clip(0, 255).astype(np.uint8)
    return found
