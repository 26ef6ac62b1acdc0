"""From pixels (H, W, C; blue first) to a place of a batch (C, H, W; red first): mean, deviation, scale, mirroring.

A pixel has 256 values, so each channel is one look-up, made in the float32 arithmetic of the original.

Source: MXNet 1.9.1 src/io/iter_image_recordio_2.cc, iter_normalize.h.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .._core.errors import MXNetError
from ..nd import array as nd_array
from ..nd.utils import load, save
from ._batches import Array
from ._fields import Field
from ._opencv import Image

_f = np.float32
_VALUES = np.arange(256, dtype=np.float32)
_LETTERS = "rgba"


def _normalize_fields(deviation: float) -> tuple[Field, ...]:
    return (
        Field("mean_img", str, "", "File of a mean image to subtract; made if it is not there."),
        *(Field(f"mean_{c}", float, 0.0, f"Mean of channel {c}, subtracted.") for c in _LETTERS),
        *(Field(f"std_{c}", float, deviation, f"Deviation of channel {c}, divided by.") for c in _LETTERS),
        Field("scale", float, 1.0, "Factor for everything."),
    )


FIELDS = (
    Field("mirror", bool, False, "Mirror every image."),
    Field("rand_mirror", bool, False, "Mirror half of the images."),
    *_normalize_fields(1.0),
    Field("max_random_contrast", float, 0.0, "Random factor of the contrast, 1 plus or minus up to it."),
    Field("max_random_illumination", float, 0.0, "Random offset, plus or minus up to it."),
)
DETECTION_FIELDS = _normalize_fields(0.0)


class Look(NamedTuple):
    """What was drawn for one image."""

    mirrored: bool = False
    contrast: Any = _f(1)
    illumination: Any = _f(0)


class MeanImage:
    """A mean image and its file."""

    mean_image: Array | None = None

    def load_mean(self, path: str, verbose: bool) -> bool:
        """Read the mean image; False if there is no such file."""
        if not Path(path).exists():
            return False
        found: Any = load(path)
        arrays = list(found.values()) if isinstance(found, dict) else found
        if len(arrays) != 1 or arrays[0].ndim != 3:
            raise MXNetError(f"'{path}': Invalid mean image file format, it must hold one array of shape (C, H, W)")
        self.mean_image = arrays[0].asnumpy().astype(np.float32)
        if verbose:
            logging.getLogger("mxcompat.io").info("Load mean image from %s completed", path)
        return True

    def make_mean(self, path: str, images: Any, verbose: bool) -> None:
        """Make the mean of images and write it to a file."""
        log = logging.getLogger("mxcompat.io")
        if verbose:
            log.info("Cannot find %s: create mean image, this will take some time...", path)
        total, count = None, 0
        for image in images:
            total = image.copy() if total is None else total + image
            count += 1
        if total is None:
            raise MXNetError(f"no images to make the mean image '{path}' of")
        mean = total * _f(_f(1) / _f(count))
        save(path, {"mean_img": nd_array(mean)})
        self.mean_image = mean
        if verbose:
            log.info("Save mean image to %s..", path)


class Normalizer(MeanImage):
    """Writes images of one iterator.

    Args:
        values: its parameters.
        dtype: of the data, ``float32``, ``uint8`` or ``int8``.
        older: the order of the arithmetic in ``ImageRecordIter_v1``.
    """

    def __init__(self, values: dict[str, Any], dtype: str, older: bool = False) -> None:
        self._dtype, self._older = dtype, older
        self._mean = [_f(values.get(f"mean_{c}", 0.0)) for c in _LETTERS]
        self._std = [_f(values.get(f"std_{c}", 1.0)) for c in _LETTERS]
        self._scale = _f(values.get("scale", 1.0))
        self._tables: dict[int, Array] = {}

    def _line(self, channel: int, pixel: Array, look: Look, mean: Any) -> Array:
        """The values of one channel."""
        found: Array
        if self._dtype == "int8":
            rounded = np.trunc(mean + np.copysign(_f(0.5), mean)).astype(np.int32)
            found = (pixel.astype(np.int32) - rounded).clip(-128, 127).astype(np.int8)
            return found
        if self._older:
            with np.errstate(divide="ignore", invalid="ignore"):
                found = ((pixel - mean) * look.contrast + look.illumination) * self._scale / self._std[channel]
            return found
        with np.errstate(divide="ignore", invalid="ignore"):
            factor, offset = look.contrast / self._std[channel], look.illumination / self._std[channel]
        with np.errstate(invalid="ignore", over="ignore"):
            found = (pixel - mean) * factor + offset
        return found

    def write(self, pixels: Image, place: Array, look: Look) -> None:
        """Fill ``place`` with an image."""
        channels = pixels.shape[2]
        if place.shape != (channels, *pixels.shape[:2]):
            raise MXNetError(
                f"an augmented image has shape {(channels, *pixels.shape[:2])}, the batch needs {place.shape}"
            )
        if look.mirrored:
            pixels = pixels[:, ::-1]
        for channel in range(channels):
            source = pixels[:, :, _stored(channel, channels)]
            if self._dtype == "uint8":
                place[channel] = source
            elif self.mean_image is not None:
                mean = self.mean_image[channel]
                mean = mean[:, ::-1] if look.mirrored else mean
                place[channel] = self._line(channel, source.astype(np.float32), look, mean)
            else:
                np.take(self._table(channel, look), source, out=place[channel], mode="clip")

    def _table(self, channel: int, look: Look) -> Array:
        if look.contrast == self._scale and look.illumination == 0 or look[1:] == (1, 0):
            table = self._tables.get(channel)
            if table is None:
                table = self._tables[channel] = self._line(channel, _VALUES, look, self._mean[channel])
            return table
        return self._line(channel, _VALUES, look, self._mean[channel])


def _stored(channel: int, channels: int) -> int:
    """Where OpenCV has a channel: blue, green, red, alpha."""
    return 2 - channel if channels >= 3 and channel < 3 else channel


class DetectionNormalizer(MeanImage):
    """Writes images of ``ImageDetRecordIter``, which may be smaller than their place.

    Args:
        values: the parameters of the iterator.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        means = [_f(values[f"mean_{c}"]) for c in _LETTERS]
        self._mean = means if any(mean > 0 for mean in means) else None
        self._std = [_f(values[f"std_{c}"]) for c in _LETTERS]
        self._scale = _f(values["scale"])

    def write(self, pixels: Image, place: Array) -> None:
        """Fill ``place`` with an image in its upper left corner, and zeros around it."""
        height, width, channels = pixels.shape
        for channel in range(channels):
            plane = place[channel]
            plane[...] = 0
            plane[:height, :width] = pixels[:, :, _stored(channel, channels)]
            if self._mean is not None:
                plane -= self._mean[channel]
            elif self.mean_image is not None:
                plane -= self.mean_image[channel]
            if self._std[channel] > 0:
                plane /= self._std[channel]
            if self._scale != 1:
                plane *= self._scale
