"""Augmenters for detection: called with an image and its objects, they change both.

Objects are rows ``[class, left, top, right, bottom, ...]`` of a NumPy array, corners as shares of width and height.
Random numbers come from Python's ``random``, in MXNet's order.

Source: MXNet 1.9.1 python/mxnet/image/detection.py.
"""

from __future__ import annotations

import json
import logging
import math
import random
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import nd
from .._core.errors import ArgumentTypeError
from ..base import numeric_types
from ..nd import _internal
from ._augmenters import (
    DEVIATION,
    MEAN,
    Augmenter,
    CastAug,
    ColorNormalizeAug,
    ForceResizeAug,
    ResizeAug,
    colour_augmenters,
    per_channel,
    plain_values,
)
from ._functions import fixed_crop

Objects = npt.NDArray[Any]
_ISOLATED = 16  # OpenCV's border flag that MXNet passes: a constant border


class DetAugmenter:
    """Base class: remembers its arguments for `dumps`; a subclass overrides ``__call__``.

    Args:
        kwargs: what `dumps` shows.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._kwargs = plain_values(kwargs)

    def dumps(self) -> Any:
        """Name and arguments as JSON text."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, src: Any, label: Any) -> Any:
        """The changed image and its objects."""
        raise NotImplementedError(f"{type(self).__name__} must override __call__.")


class DetBorrowAug(DetAugmenter):
    """An augmenter for classification that leaves objects where they are.

    Args:
        augmenter: the augmenter.

    Raises:
        TypeError: something else.
    """

    def __init__(self, augmenter: Any) -> None:
        if not isinstance(augmenter, Augmenter):
            raise TypeError(f"DetBorrowAug: augmenter must be an Augmenter, got {type(augmenter).__name__}")
        super().__init__(augmenter=augmenter.dumps())
        self.augmenter = augmenter

    def dumps(self) -> Any:
        """Name and the dump of the augmenter, as a list."""
        return [type(self).__name__.lower(), self.augmenter.dumps()]

    def __call__(self, src: Any, label: Any) -> Any:
        """The changed image and the objects as they are."""
        return self.augmenter(src), label


class DetRandomSelectAug(DetAugmenter):
    """One of several augmenters, chosen anew for each image; the list is shuffled in place.

    Args:
        aug_list: the augmenters.
        skip_prob: probability of none.

    Raises:
        ValueError: one that is no DetAugmenter.
    """

    def __init__(self, aug_list: Any, skip_prob: float = 0) -> None:
        super().__init__(skip_prob=skip_prob)
        if not isinstance(aug_list, (list, tuple)):
            aug_list = [aug_list]
        for each in aug_list:
            if not isinstance(each, DetAugmenter):
                raise ValueError(f"DetRandomSelectAug: aug_list must hold DetAugmenters, got {type(each).__name__}")
        self.aug_list = aug_list
        self.skip_prob = skip_prob if aug_list else 1

    def dumps(self) -> Any:
        """Name and the dumps of all, as a list."""
        return [type(self).__name__.lower(), [each.dumps() for each in self.aug_list]]

    def __call__(self, src: Any, label: Any) -> Any:
        """The image and objects after the chosen one."""
        if random.random() < self.skip_prob:
            return src, label
        random.shuffle(self.aug_list)
        return self.aug_list[0](src, label)


class DetHorizontalFlipAug(DetAugmenter):
    """Mirrored, with a probability; the objects in place.

    Args:
        p: the probability.
    """

    def __init__(self, p: float) -> None:
        super().__init__(p=p)
        self.p = p

    def __call__(self, src: Any, label: Any) -> Any:
        """The image and its objects."""
        if random.random() < self.p:
            src = nd.flip(src, axis=1)
            self._flip_label(label)
        return src, label

    def _flip_label(self, label: Any) -> None:
        right = 1.0 - label[:, 1]
        label[:, 1] = 1.0 - label[:, 3]
        label[:, 3] = right


def _span(name: str, value: Any, owner: str) -> Any:
    """A range: a pair as it is, a number twice."""
    if isinstance(value, (tuple, list)):
        return value
    if not isinstance(value, numeric_types):
        raise ArgumentTypeError(f"{owner}: {name}={value!r} must be a number or a pair of numbers")
    logging.info("Using fixed %s: %s in %s", name.replace("_range", "").replace("_", " "), value, owner)
    return (value, value)


class DetRandomCropAug(DetAugmenter):
    """A random part that keeps some of the objects.

    Args:
        min_object_covered: every object that the part touches must be in it to more than this share.
        aspect_ratio_range: least and most width / height, or one number.
        area_range: least and most share of the area, or one number.
        min_eject_coverage: objects of which no more than this share is left are dropped.
        max_attempts: tries; after them the image stays.
    """

    def __init__(
        self,
        min_object_covered: float = 0.1,
        aspect_ratio_range: Any = (0.75, 1.33),
        area_range: Any = (0.05, 1.0),
        min_eject_coverage: float = 0.3,
        max_attempts: int = 50,
    ) -> None:
        aspect_ratio_range = _span("aspect_ratio_range", aspect_ratio_range, "DetRandomCropAug")
        area_range = _span("area_range", area_range, "DetRandomCropAug")
        super().__init__(
            min_object_covered=min_object_covered,
            aspect_ratio_range=aspect_ratio_range,
            area_range=area_range,
            min_eject_coverage=min_eject_coverage,
            max_attempts=max_attempts,
        )
        self.min_object_covered = min_object_covered
        self.min_eject_coverage = min_eject_coverage
        self.max_attempts = max_attempts
        self.aspect_ratio_range = aspect_ratio_range
        self.area_range = area_range
        bad_area = area_range[1] <= 0 or area_range[0] > area_range[1]
        self.enabled = _enabled("DetRandomCropAug", "area_range", bad_area, area_range, aspect_ratio_range)

    def __call__(self, src: Any, label: Any) -> Any:
        """The part and the objects in it."""
        crop = self._random_crop_proposal(label, src.shape[0], src.shape[1])
        if crop:
            x, y, width, height, label = crop
            src = fixed_crop(src, x, y, width, height, None)
        return src, label

    def _calculate_areas(self, label: Objects) -> Objects:
        """Areas of corners (left, top, right, bottom)."""
        tall = np.maximum(0, label[:, 3] - label[:, 1])
        wide = np.maximum(0, label[:, 2] - label[:, 0])
        found: Objects = tall * wide
        return found

    def _intersect(self, label: Objects, xmin: float, ymin: float, xmax: float, ymax: float) -> Objects:
        """Corners of the parts inside a window; zeros for those outside."""
        found: Objects = label.copy()
        found[:, 0], found[:, 1] = np.maximum(label[:, 0], xmin), np.maximum(label[:, 1], ymin)
        found[:, 2], found[:, 3] = np.minimum(label[:, 2], xmax), np.minimum(label[:, 3], ymax)
        left, top = np.maximum(label[:, 0], xmin), np.maximum(label[:, 1], ymin)
        right, bottom = np.minimum(label[:, 2], xmax), np.minimum(label[:, 3], ymax)
        found[(left >= right) | (top >= bottom), :] = 0
        return found

    def _check_satisfy_constraints(
        self, label: Objects, xmin: int, ymin: int, xmax: int, ymax: int, width: int, height: int
    ) -> bool:
        """Whether a window holds enough of the objects that it touches."""
        if (xmax - xmin) * (ymax - ymin) < 2:
            return False
        areas = self._calculate_areas(label[:, 1:])
        real = areas * width * height > 2
        if not real.any():
            return False
        inside = self._intersect(label[real, 1:], xmin / width, ymin / height, xmax / width, ymax / height)
        shares = self._calculate_areas(inside) / areas[real]
        touched = shares[shares > 0]
        return bool(touched.size > 0 and touched.min() > self.min_object_covered)

    def _update_labels(self, label: Objects, crop_box: Any, height: int, width: int) -> Objects | None:
        """The objects as seen in a window; None if none is left."""
        wide, tall = float(crop_box[2]) / width, float(crop_box[3]) / height
        found: Objects = label.copy()
        found[:, (1, 3)] -= float(crop_box[0]) / width
        found[:, (2, 4)] -= float(crop_box[1]) / height
        found[:, (1, 3)] /= wide
        found[:, (2, 4)] /= tall
        found[:, 1:5] = np.minimum(1, np.maximum(0, found[:, 1:5]))
        with np.errstate(divide="ignore", invalid="ignore"):
            share = self._calculate_areas(found[:, 1:]) * wide * tall / self._calculate_areas(label[:, 1:])
            keep = (found[:, 3] > found[:, 1]) & (found[:, 4] > found[:, 2]) & (share > self.min_eject_coverage)
        return found[keep, :] if keep.any() else None

    def _random_crop_proposal(self, label: Objects, height: int, width: int) -> tuple[Any, ...]:
        """Place and size of a part, and its objects; nothing if no try succeeded."""
        if not self.enabled or height <= 0 or width <= 0:
            return ()
        least, most = self.area_range[0] * height * width, self.area_range[1] * height * width
        for _ in range(self.max_attempts):
            ratio = random.uniform(*self.aspect_ratio_range)
            if ratio <= 0:
                continue
            size = self._size(ratio, least, most, height, width)
            if size is None:
                continue
            wide, tall = size
            y = random.randint(0, max(0, height - tall))
            x = random.randint(0, max(0, width - wide))
            if self._check_satisfy_constraints(label, x, y, x + wide, y + tall, width, height):
                objects = self._update_labels(label, (x, y, wide, tall), height, width)
                if objects is not None:
                    return x, y, wide, tall, objects
        return ()

    @staticmethod
    def _size(ratio: float, least: float, most: float, height: int, width: int) -> tuple[int, int] | None:
        """Width and height of a part of this proportion; None if its area cannot be within bounds."""
        tall, highest = round(math.sqrt(least / ratio)), round(math.sqrt(most / ratio))
        if round(highest * ratio) > width:
            highest = int((width + 0.4999999) / ratio)
        highest = min(highest, height)
        tall = min(tall, highest)
        if tall < highest:
            tall = random.randint(tall, highest)
        wide = round(tall * ratio)
        if wide > width:
            raise ArgumentTypeError(f"DetRandomCropAug: a part of width {wide} is wider than the image, {width}")
        if wide * tall < least:  # rounding may have moved the area out of bounds
            tall += 1
            wide = round(tall * ratio)
        if wide * tall > most:
            tall -= 1
            wide = round(tall * ratio)
        fits = least <= wide * tall <= most and 0 <= wide <= width and 0 <= tall <= height
        return (wide, tall) if fits else None


def _enabled(owner: str, area_name: str, bad_area: bool, area: Any, ratio: Any) -> bool:
    """Whether the ranges make sense; a warning says why not."""
    if bad_area:
        warnings.warn(f"Skip {owner} due to invalid {area_name}: {area}", stacklevel=3)
        return False
    if ratio[0] > ratio[1] or ratio[0] <= 0:
        warnings.warn(f"Skip {owner} due to invalid aspect_ratio_range: {ratio}", stacklevel=3)
        return False
    return True


class DetRandomPadAug(DetAugmenter):
    """A larger image with the old one at a random place.

    Args:
        aspect_ratio_range: least and most width / height of the larger one, or one number.
        area_range: least and most area of the larger one, as a multiple; or one number.
        max_attempts: tries; after them the image stays.
        pad_val: colour around the old image.
    """

    def __init__(
        self,
        aspect_ratio_range: Any = (0.75, 1.33),
        area_range: Any = (1.0, 3.0),
        max_attempts: int = 50,
        pad_val: Any = (128, 128, 128),
    ) -> None:
        if not isinstance(pad_val, (list, tuple, *numeric_types)):
            raise ArgumentTypeError(f"DetRandomPadAug: pad_val={pad_val!r} must be a number or one for each channel")
        aspect_ratio_range = _span("aspect_ratio_range", aspect_ratio_range, "DetRandomPadAug")
        area_range = _span("area_range", area_range, "DetRandomPadAug")
        super().__init__(
            aspect_ratio_range=aspect_ratio_range, area_range=area_range, max_attempts=max_attempts, pad_val=pad_val
        )
        self.pad_val: Any = pad_val
        self.aspect_ratio_range = aspect_ratio_range
        self.area_range = area_range
        self.max_attempts = max_attempts
        bad_area = area_range[1] <= 1.0 or area_range[0] > area_range[1]
        self.enabled = _enabled("DetRandomPadAug", "parameters", bad_area, area_range, aspect_ratio_range)

    def __call__(self, src: Any, label: Any) -> Any:
        """The larger image and the objects in it."""
        height, width, _ = src.shape
        pad = self._random_pad_proposal(label, height, width)
        if pad:
            x, y, wide, tall, label = pad
            below, behind = tall - y - height, wide - x - width
            src = _internal._cvcopyMakeBorder(src, y, below, x, behind, _ISOLATED, values=self.pad_val)
        return src, label

    def _update_labels(self, label: Objects, pad_box: Any, height: int, width: int) -> Objects:
        """The objects as seen in the larger image."""
        found: Objects = label.copy()
        found[:, (1, 3)] = (found[:, (1, 3)] * width + pad_box[0]) / pad_box[2]
        found[:, (2, 4)] = (found[:, (2, 4)] * height + pad_box[1]) / pad_box[3]
        return found

    def _random_pad_proposal(self, label: Objects, height: int, width: int) -> tuple[Any, ...]:
        """Place and size of the larger image, and its objects; nothing if no try succeeded."""
        if not self.enabled or height <= 0 or width <= 0:
            return ()
        least, most = self.area_range[0] * height * width, self.area_range[1] * height * width
        for _ in range(self.max_attempts):
            ratio = random.uniform(*self.aspect_ratio_range)
            if ratio <= 0:
                continue
            tall, highest = round(math.sqrt(least / ratio)), round(math.sqrt(most / ratio))
            if round(tall * ratio) < width:
                tall = int((width + 0.499999) / ratio)
            tall = min(max(tall, height), highest)
            if tall < highest:
                tall = random.randint(tall, highest)
            wide = round(tall * ratio)
            if tall - height < 2 or wide - width < 2:
                continue
            y = random.randint(0, max(0, tall - height))
            x = random.randint(0, max(0, wide - width))
            return x, y, wide, tall, self._update_labels(label, (x, y, wide, tall), height, width)
        return ()


def CreateMultiRandCropAugmenter(
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = (0.75, 1.33),
    area_range: Any = (0.05, 1.0),
    min_eject_coverage: Any = 0.3,
    max_attempts: Any = 50,
    skip_prob: float = 0,
) -> DetRandomSelectAug:
    """Several `DetRandomCropAug`, one of which is chosen for each image.

    Each argument but ``skip_prob`` is one value for all of them, or a list with one for each.

    Raises:
        AssertionError: lists of different lengths.

    Source: MXNet 1.9.1 python/mxnet/image/detection.py.
    """
    given = [min_object_covered, aspect_ratio_range, area_range, min_eject_coverage, max_attempts]
    lists = [value if isinstance(value, list) else [value] for value in given]
    count = max(1, *map(len, lists))
    if any(len(values) not in (1, count) for values in lists):
        lengths = [len(values) for values in lists]
        raise ArgumentTypeError(f"CreateMultiRandCropAugmenter: lists must have one entry or {count}, got {lengths}")
    rows = zip(*(values * count if len(values) == 1 else values for values in lists), strict=True)
    names = ("min_object_covered", "aspect_ratio_range", "area_range", "min_eject_coverage", "max_attempts")
    crops = [DetRandomCropAug(**dict(zip(names, row, strict=True))) for row in rows]
    return DetRandomSelectAug(crops, skip_prob=skip_prob)


def CreateDetAugmenter(
    data_shape: Any,
    resize: int = 0,
    rand_crop: float = 0,
    rand_pad: float = 0,
    rand_gray: float = 0,
    rand_mirror: bool = False,
    mean: Any = None,
    std: Any = None,
    brightness: float = 0,
    contrast: float = 0,
    saturation: float = 0,
    pca_noise: float = 0,
    hue: float = 0,
    inter_method: int = 2,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = (0.75, 1.33),
    area_range: Any = (0.05, 3.0),
    min_eject_coverage: Any = 0.3,
    max_attempts: Any = 50,
    pad_val: Any = (127, 127, 127),
) -> list[DetAugmenter]:
    """A list of augmenters for detection.

    Args:
        data_shape: (channels, height, width) of the result.
        resize: length of the shorter side to begin with; 0: as it is.
        rand_crop: probability of a crop.
        rand_pad: probability of padding.
        rand_gray: probability of gray.
        rand_mirror: mirror half of the images.
        mean: subtracted; True is ImageNet's.
        std: divided by; True is ImageNet's.
        brightness: jitter.
        contrast: jitter.
        saturation: jitter.
        pca_noise: deviation of noise along the principal colours.
        hue: jitter.
        inter_method: mode of all resizing: 0 to 4, 9 by the sizes, 10 random.
        min_object_covered: see `DetRandomCropAug`; a list makes several crops to choose from.
        aspect_ratio_range: of crops and padding.
        area_range: of crops; its end is that of padding, too.
        min_eject_coverage: see `DetRandomCropAug`.
        max_attempts: see `DetRandomCropAug`.
        pad_val: colour of padding.

    Source: MXNet 1.9.1 python/mxnet/image/detection.py.
    """
    found: list[DetAugmenter] = []
    if resize > 0:
        found.append(DetBorrowAug(ResizeAug(resize, inter_method)))
    if rand_crop > 0:
        found.append(
            CreateMultiRandCropAugmenter(
                min_object_covered, aspect_ratio_range, area_range, min_eject_coverage, max_attempts, 1 - rand_crop
            )
        )
    if rand_mirror > 0:
        found.append(DetHorizontalFlipAug(0.5))
    if rand_pad > 0:  # late, so that the others have less to do
        pad = DetRandomPadAug(aspect_ratio_range, (1.0, area_range[1]), max_attempts, pad_val)
        found.append(DetRandomSelectAug([pad], 1 - rand_pad))
    found.append(DetBorrowAug(ForceResizeAug((data_shape[2], data_shape[1]), inter_method)))
    found.append(DetBorrowAug(CastAug()))
    found += [DetBorrowAug(a) for a in colour_augmenters(brightness, contrast, saturation, hue, pca_noise, rand_gray)]
    mean = per_channel("mean", mean, MEAN, np.ndarray, np.array)
    std = per_channel("std", std, DEVIATION, np.ndarray, np.array)
    if mean is not None or std is not None:
        found.append(DetBorrowAug(ColorNormalizeAug(mean, std)))
    return found
