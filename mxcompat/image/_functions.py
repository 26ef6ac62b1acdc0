"""Functions on single images, (H, W, C) arrays with red first.

Random ones draw from Python's ``random`` in MXNet's order; `random_rotate` draws from NumPy's generator.

Source: MXNet 1.9.1 python/mxnet/image/image.py.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from numbers import Number
from typing import Any

import numpy as np

from .. import nd
from .._core.errors import ArgumentTypeError
from ..base import numeric_types
from ..nd import _internal
from ..util import is_np_array

Place = tuple[int, int, int, int]

_AUTO, _RANDOM = 9, 10
_TRIES = 10


def current(array: Any) -> Any:
    """An array in the class that is in use: ``mx.np.ndarray`` under ``set_np``."""
    return array.as_np_ndarray() if is_np_array() else array


def _classic(array: Any) -> Any:
    """The classic array of the same memory: what the operators on images take."""
    return array.as_nd_ndarray() if getattr(array, "_in_numpy", False) else array


def imread(filename: Any, *args: Any, **kwargs: Any) -> Any:
    """Read an image file.

    Args:
        filename: its path.
        flag: 1 colour, 0 gray.
        to_rgb: red first (default), or blue first as OpenCV has it.
        out: array to write to.

    Returns:
        uint8, (H, W, 3), or (H, W, 1) for gray.

    Raises:
        MXNetError: no such file, or no image.

    Source: MXNet 1.9.1 python/mxnet/image/image.py.
    """
    return current(_internal._cvimread(filename, *args, **kwargs))


def imresize(src: Any, w: int, h: int, *args: Any, **kwargs: Any) -> Any:
    """Resize an image.

    Args:
        src: (H, W, C), uint8 or floating.
        w: new width.
        h: new height.
        interp: 0 nearest, 1 bilinear (default), 2 bicubic, 3 area, 4 Lanczos.
        out: array to write to.

    Returns:
        (h, w, C) in the dtype of ``src``.

    Source: MXNet 1.9.1 python/mxnet/image/image.py.
    """
    return current(_internal._cvimresize(_classic(src), w, h, *args, **kwargs))


def imdecode(buf: Any, *args: Any, **kwargs: Any) -> Any:
    """Decode the content of an image file.

    Args:
        buf: bytes, bytearray, a NumPy array or an NDArray of uint8.
        flag: 1 colour, 0 gray.
        to_rgb: red first (default), or blue first as OpenCV has it.
        out: array to write to.

    Returns:
        uint8, (H, W, 3), or (H, W, 1) for gray.

    Raises:
        ValueError: ``buf`` is something else, such as text.
        MXNetError: no image.

    Source: MXNet 1.9.1 python/mxnet/image/image.py.
    """
    if not isinstance(buf, nd.NDArray):
        if not isinstance(buf, (bytes, bytearray, np.ndarray)):
            raise ValueError(
                f"imdecode: buf must be bytes, a bytearray or an array, got {type(buf).__name__}; read files in "
                "binary mode"
            )
        buf = nd.array(np.frombuffer(buf, dtype=np.uint8), dtype=np.uint8)
    return current(_internal._cvimdecode(_classic(buf), *args, **kwargs))


def scale_down(src_size: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """The largest (width, height) in the proportion of ``size`` that fits into ``src_size``; at most ``size``."""
    width, height = size
    most_width, most_height = src_size
    wide, tall = float(width), float(height)
    if most_height < tall:
        wide, tall = wide * most_height / tall, float(most_height)
    if most_width < wide:
        wide, tall = float(most_width), tall * most_width / wide
    return int(wide), int(tall)


def copyMakeBorder(src: Any, top: int, bot: int, left: int, right: int, *args: Any, **kwargs: Any) -> Any:
    """Pad an image.

    Args:
        src: (H, W, C).
        top: rows above.
        bot: rows below.
        left: columns before.
        right: columns behind.
        type: 0 constant, 1 the edge, 2 mirrored with the edge, 3 wrapped around, 4 mirrored without the edge.
        value: the constant.
        values: the constant of each channel.

    Returns:
        (top + H + bot, left + W + right, C).

    Source: MXNet 1.9.1 python/mxnet/image/image.py.
    """
    return _internal._cvcopyMakeBorder(src, top, bot, left, right, *args, **kwargs)


def _get_interp_method(interp: int, sizes: tuple[int, ...] = ()) -> int:
    """The mode (0 to 4) that ``interp`` stands for.

    Args:
        interp: a mode; 9 chooses by the sizes (bicubic to enlarge, area to shrink, else bilinear), 10 draws one.
        sizes: old height and width, new height and width; none: 9 is bicubic.
    """
    if interp == _RANDOM:
        return random.randint(0, 4)
    if interp == _AUTO:
        if not sizes:
            return 2
        if len(sizes) != 4:
            raise ArgumentTypeError(f"sizes={sizes} must be old height and width, new height and width")
        old, new = sizes[:2], sizes[2:]
        if new[0] > old[0] and new[1] > old[1]:
            return 2
        return 3 if new[0] < old[0] and new[1] < old[1] else 1
    if interp not in (0, 1, 2, 3, 4):
        raise ValueError(f"Unknown interp method {interp}: it is 0 to 4, 9 or 10")
    return interp


def resize_short(src: Any, size: int, interp: int = 2) -> Any:
    """Resize so that the shorter side has length ``size``; the other keeps the proportion, cut to whole pixels."""
    height, width, _ = src.shape
    if height > width:
        new_height, new_width = size * height // width, size
    else:
        new_height, new_width = size, size * width // height
    mode = _get_interp_method(interp, (height, width, new_height, new_width))
    return imresize(src, new_width, new_height, interp=mode)


def fixed_crop(src: Any, x0: int, y0: int, w: int, h: int, size: Any = None, interp: int = 2) -> Any:
    """The part of ``src`` at (x0, y0) of width ``w`` and height ``h``, resized to ``size`` (width, height) if given."""
    part = src[y0 : y0 + h, x0 : x0 + w]
    if size is not None and (w, h) != size:
        part = imresize(part, *size, interp=_get_interp_method(interp, (h, w, size[1], size[0])))
    return part


def random_crop(src: Any, size: Any, interp: int = 2) -> tuple[Any, Place]:
    """A random part of ``size`` (width, height); of an image that is smaller, a smaller part, resized.

    Returns:
        The part, and its place as (x, y, width, height).
    """
    height, width, _ = src.shape
    wide, tall = scale_down((width, height), size)
    x0 = random.randint(0, width - wide)
    y0 = random.randint(0, height - tall)
    return fixed_crop(src, x0, y0, wide, tall, size, interp), (x0, y0, wide, tall)


def center_crop(src: Any, size: Any, interp: int = 2) -> tuple[Any, Place]:
    """The middle part of ``size`` (width, height); of an image that is smaller, a smaller part, resized.

    Returns:
        The part, and its place as (x, y, width, height).
    """
    height, width, _ = src.shape
    wide, tall = scale_down((width, height), size)
    x0, y0 = int((width - wide) / 2), int((height - tall) / 2)
    return fixed_crop(src, x0, y0, wide, tall, size, interp), (x0, y0, wide, tall)


def color_normalize(src: Any, mean: Any, std: Any = None) -> Any:
    """Subtract ``mean`` and divide by ``std`` (each may be None), in place; returns ``src``."""
    if mean is not None:
        src -= mean
    if std is not None:
        src /= std
    return src


def random_size_crop(src: Any, size: Any, area: Any, ratio: Any, interp: int = 2, **kwargs: Any) -> tuple[Any, Place]:
    """A part of random area and proportion, resized to ``size``; after ten vain tries the middle part.

    Args:
        src: (H, W, C).
        size: (width, height) of the result.
        area: least and most share of the area, or the least share alone.
        ratio: least and most width / height.
        interp: mode of the resizing.

    Returns:
        The part, and its place as (x, y, width, height).
    """
    if "min_area" in kwargs:
        warnings.warn("min_area is deprecated: name it area", DeprecationWarning, stacklevel=2)
        area = kwargs.pop("min_area")
    if kwargs:
        raise ArgumentTypeError(f"random_size_crop: unknown arguments {', '.join(kwargs)}")
    height, width, _ = src.shape
    shares: Any = (area, 1.0) if isinstance(area, numeric_types) else area
    for _ in range(_TRIES):
        target = random.uniform(shares[0], shares[1]) * (height * width)
        proportion = np.exp(random.uniform(float(np.log(ratio[0])), float(np.log(ratio[1]))))
        wide = round(float(np.sqrt(target * proportion)))
        tall = round(float(np.sqrt(target / proportion)))
        if wide <= width and tall <= height:
            x0 = random.randint(0, width - wide)
            y0 = random.randint(0, height - tall)
            return fixed_crop(src, x0, y0, wide, tall, size, interp), (x0, y0, wide, tall)
    return center_crop(src, size, interp)


def _zoom(radians: Any, height: Any, width: Any, choose: Callable[[Any, Any], Any]) -> Any:
    """The factor of the grid at which the corners of a turned image just meet the frame, one way or the other."""
    diagonal, slope = nd.sqrt(height * height + width * width), nd.arctan(height / width)
    turned = nd.abs(radians)
    corners = [slope + turned, slope - turned]
    most_x, most_y = (nd.maximum(*(nd.abs(diagonal * wave(corner)) for corner in corners)) for wave in (nd.cos, nd.sin))
    return choose((most_x, most_y), (width, height))


def _whole(reach: Any, frame: Any) -> Any:
    return nd.maximum(reach[0] / frame[0], reach[1] / frame[1])


def _filled(reach: Any, frame: Any) -> Any:
    return nd.minimum(frame[0] / reach[0], frame[1] / reach[1])


def imrotate(src: Any, rotation_degrees: Any, zoom_in: bool = False, zoom_out: bool = False) -> Any:
    """Turn images about their centre; what comes from outside is zero.

    Args:
        src: float32, (C, H, W) or (N, C, H, W).
        rotation_degrees: a number, or one for each image of a batch.
        zoom_in: enlarge until nothing from outside is seen.
        zoom_out: shrink until all of the image is seen.

    Returns:
        An array of the same shape.

    Raises:
        ValueError: both zooms, another number of dimensions, or another number of angles.
        TypeError: another dtype, or several angles for one image.

    Source: MXNet 1.9.1 python/mxnet/image/image.py.
    """
    if zoom_in and zoom_out:
        raise ValueError("imrotate: zoom_in and zoom_out exclude each other; give one")
    if src.dtype is not np.float32:
        raise TypeError(f"imrotate: src must be float32, got {np.dtype(src.dtype).name}; call astype first")
    single = src.ndim == 3
    if single:
        src = src.expand_dims(axis=0)
        if not isinstance(rotation_degrees, Number):
            raise TypeError(f"imrotate: one image takes one number of degrees, got {type(rotation_degrees).__name__}")
    elif src.ndim != 4:
        raise ValueError(f"imrotate: src of shape {src.shape} must have 3 axes, or 4 for a batch")
    if isinstance(rotation_degrees, Number):
        rotation_degrees = nd.array([rotation_degrees] * len(src), ctx=src.context)
    if len(src) != len(rotation_degrees):
        raise ValueError(
            f"imrotate: {len(rotation_degrees)} angles for {len(src)} images; give one for each, or one number for all"
        )
    radians = (np.pi * rotation_degrees.as_in_context(src.context) / 180).reshape((-1, 1, 1))
    height, width = src.shape[2:]
    half_height, half_width = (height - 1) / 2, (width - 1) / 2
    rows = (nd.arange(height, ctx=src.context) - half_height).reshape((1, height, 1))
    columns = (nd.arange(width, ctx=src.context) - half_width).reshape((1, 1, width))
    y, x = rows.broadcast_to((1, height, width)), columns.broadcast_to((1, height, width))
    cosine, sine = nd.cos(radians), nd.sin(radians)
    # the grid is brought to -1..1 after it is turned, which keeps the proportions
    turned_x = (x * cosine - y * sine) / half_width
    turned_y = (x * sine + y * cosine) / half_height
    grid = nd.stack(turned_x, turned_y, axis=1)
    if zoom_in or zoom_out:
        tall, wide = (nd.array([n], ctx=src.context) for n in (height, width))
        grid = grid * _zoom(radians, tall, wide, _whole if zoom_out else _filled).expand_dims(axis=3)
    found = nd.BilinearSampler(src, grid)
    return found[0] if single else found


def random_rotate(src: Any, angle_limits: Any, zoom_in: bool = False, zoom_out: bool = False) -> Any:
    """Turn images by random angles between two limits; see `imrotate`. Draws from NumPy's generator."""
    if src.ndim == 3:
        degrees: Any = np.random.uniform(*angle_limits)
    else:
        low, high = angle_limits
        degrees = nd.array(np.random.uniform(low, high, size=src.shape[0]))
    return imrotate(src, degrees, zoom_in=zoom_in, zoom_out=zoom_out)
