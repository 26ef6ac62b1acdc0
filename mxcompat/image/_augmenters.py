"""Augmenters: objects that change an image when they are called with it.

Random numbers come from Python's ``random``, those of `LightingAug` from NumPy's generator, in MXNet's order. Some
write into the array they are given, as in MXNet; which those are is said in their docstrings.

Source: MXNet 1.9.1 python/mxnet/image/image.py.
"""

from __future__ import annotations

import json
import random
import warnings
from typing import Any

import numpy as np

from .. import nd
from .._core.errors import ArgumentTypeError
from ._functions import (
    _get_interp_method,
    center_crop,
    color_normalize,
    imresize,
    random_crop,
    random_size_crop,
    resize_short,
)

_LUMA = [[[0.299, 0.587, 0.114]]]
EIGENVALUES = np.array([55.46, 4.794, 1.148])
EIGENVECTORS = np.array([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])
MEAN = [123.68, 116.28, 103.53]
DEVIATION = [58.395, 57.12, 57.375]


def plain_values(given: dict[str, Any]) -> dict[str, Any]:
    """Arguments with arrays as lists, so that they can be dumped."""
    for key, value in given.items():
        if isinstance(value, nd.NDArray):
            value = value.asnumpy()
        if isinstance(value, np.ndarray):
            given[key] = value.tolist()
    return given


class Augmenter:
    """Base class: remembers its arguments for `dumps`; a subclass overrides ``__call__``.

    Args:
        kwargs: what `dumps` shows.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._kwargs = plain_values(kwargs)

    def dumps(self) -> Any:
        """Name and arguments as JSON text."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, src: Any) -> Any:
        """The changed image."""
        raise NotImplementedError(f"{type(self).__name__} must override __call__.")


class SequentialAug(Augmenter):
    """Several augmenters, one after the other.

    Args:
        ts: the augmenters.
    """

    def __init__(self, ts: list[Any]) -> None:
        super().__init__()
        self.ts = ts

    def dumps(self) -> Any:
        """Name and the dumps of all, as a list."""
        return [type(self).__name__.lower(), [each.dumps() for each in self.ts]]

    def __call__(self, src: Any) -> Any:
        """The image after all of them."""
        for each in self.ts:
            src = each(src)
        return src


class ResizeAug(Augmenter):
    """`resize_short`.

    Args:
        size: length of the shorter side.
        interp: mode.
    """

    def __init__(self, size: int, interp: int = 2) -> None:
        super().__init__(size=size, interp=interp)
        self.size = size
        self.interp = interp

    def __call__(self, src: Any) -> Any:
        """The resized image."""
        return resize_short(src, self.size, self.interp)


class ForceResizeAug(Augmenter):
    """`imresize` to a size, whatever the proportion was.

    Args:
        size: (width, height).
        interp: mode.
    """

    def __init__(self, size: Any, interp: int = 2) -> None:
        super().__init__(size=size, interp=interp)
        self.size = size
        self.interp = interp

    def __call__(self, src: Any) -> Any:
        """The resized image."""
        sizes = (src.shape[0], src.shape[1], self.size[1], self.size[0])
        return imresize(src, *self.size, interp=_get_interp_method(self.interp, sizes))


class RandomCropAug(Augmenter):
    """`random_crop`.

    Args:
        size: (width, height).
        interp: mode.
    """

    def __init__(self, size: Any, interp: int = 2) -> None:
        super().__init__(size=size, interp=interp)
        self.size = size
        self.interp = interp

    def __call__(self, src: Any) -> Any:
        """The part."""
        return random_crop(src, self.size, self.interp)[0]


class RandomSizedCropAug(Augmenter):
    """`random_size_crop`.

    Args:
        size: (width, height).
        area: least and most share of the area, or the least alone.
        ratio: least and most width / height.
        interp: mode.
    """

    def __init__(self, size: Any, area: Any, ratio: Any, interp: int = 2, **kwargs: Any) -> None:
        super().__init__(size=size, area=area, ratio=ratio, interp=interp)
        self.size = size
        if "min_area" in kwargs:
            warnings.warn("min_area is deprecated: name it area", DeprecationWarning, stacklevel=2)
            area = kwargs.pop("min_area")
        self.area = area
        self.ratio = ratio
        self.interp = interp
        if kwargs:
            raise ArgumentTypeError(f"unexpected keyword arguments for `RandomSizedCropAug`: {', '.join(kwargs)}")

    def __call__(self, src: Any) -> Any:
        """The part."""
        return random_size_crop(src, self.size, self.area, self.ratio, self.interp)[0]


class CenterCropAug(Augmenter):
    """`center_crop`.

    Args:
        size: (width, height).
        interp: mode.
    """

    def __init__(self, size: Any, interp: int = 2) -> None:
        super().__init__(size=size, interp=interp)
        self.size = size
        self.interp = interp

    def __call__(self, src: Any) -> Any:
        """The part."""
        return center_crop(src, self.size, self.interp)[0]


class RandomOrderAug(Augmenter):
    """Several augmenters in a random order, a new one for each image; the list is shuffled in place.

    Args:
        ts: the augmenters.
    """

    def __init__(self, ts: list[Any]) -> None:
        super().__init__()
        self.ts = ts

    def dumps(self) -> Any:
        """Name and the dumps of all, as a list."""
        return [type(self).__name__.lower(), [each.dumps() for each in self.ts]]

    def __call__(self, src: Any) -> Any:
        """The image after all of them."""
        random.shuffle(self.ts)
        for each in self.ts:
            src = each(src)
        return src


class BrightnessJitterAug(Augmenter):
    """A random factor, in place.

    Args:
        brightness: the factor is 1 plus or minus up to this.
    """

    def __init__(self, brightness: float) -> None:
        super().__init__(brightness=brightness)
        self.brightness = brightness

    def __call__(self, src: Any) -> Any:
        """The image, changed in place."""
        src *= 1.0 + random.uniform(-self.brightness, self.brightness)
        return src


class ContrastJitterAug(Augmenter):
    """A random mixture with the mean gray, in place.

    Args:
        contrast: the image's share is 1 plus or minus up to this.
    """

    def __init__(self, contrast: float) -> None:
        super().__init__(contrast=contrast)
        self.contrast = contrast
        self.coef = nd.array(_LUMA)

    def __call__(self, src: Any) -> Any:
        """The image, changed in place."""
        alpha = 1.0 + random.uniform(-self.contrast, self.contrast)
        gray = src * self.coef
        gray = (3.0 * (1.0 - alpha) / gray.size) * nd.sum(gray)
        src *= alpha
        src += gray
        return src


class SaturationJitterAug(Augmenter):
    """A random mixture of each pixel with its gray, in place.

    Args:
        saturation: the image's share is 1 plus or minus up to this.
    """

    def __init__(self, saturation: float) -> None:
        super().__init__(saturation=saturation)
        self.saturation = saturation
        self.coef = nd.array(_LUMA)

    def __call__(self, src: Any) -> Any:
        """The image, changed in place."""
        alpha = 1.0 + random.uniform(-self.saturation, self.saturation)
        gray = nd.sum(src * self.coef, axis=2, keepdims=True)
        gray *= 1.0 - alpha
        src *= alpha
        src += gray
        return src


class HueJitterAug(Augmenter):
    """A random turn of the colours in the YIQ space.

    Args:
        hue: the turn is up to this, plus or minus, times 180 degrees.
    """

    def __init__(self, hue: float) -> None:
        super().__init__(hue=hue)
        self.hue = hue
        self.tyiq = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.321], [0.211, -0.523, 0.311]])
        self.ityiq = np.array([[1.0, 0.956, 0.621], [1.0, -0.272, -0.647], [1.0, -1.107, 1.705]])

    def __call__(self, src: Any) -> Any:
        """The turned image."""
        angle = random.uniform(-self.hue, self.hue) * np.pi
        cosine, sine = np.cos(angle), np.sin(angle)
        turn = np.array([[1.0, 0.0, 0.0], [0.0, cosine, -sine], [0.0, sine, cosine]])
        return nd.dot(src, nd.array(np.dot(np.dot(self.ityiq, turn), self.tyiq).T))


class ColorJitterAug(RandomOrderAug):
    """Brightness, contrast and saturation, each if above 0, in a random order.

    Args:
        brightness: as `BrightnessJitterAug`.
        contrast: as `ContrastJitterAug`.
        saturation: as `SaturationJitterAug`.
    """

    def __init__(self, brightness: float, contrast: float, saturation: float) -> None:
        ts: list[Augmenter] = []
        if brightness > 0:
            ts.append(BrightnessJitterAug(brightness))
        if contrast > 0:
            ts.append(ContrastJitterAug(contrast))
        if saturation > 0:
            ts.append(SaturationJitterAug(saturation))
        super().__init__(ts)


class LightingAug(Augmenter):
    """Noise along the principal colours, in place.

    Args:
        alphastd: its deviation.
        eigval: three eigenvalues.
        eigvec: their vectors, (3, 3).
    """

    def __init__(self, alphastd: float, eigval: Any, eigvec: Any) -> None:
        super().__init__(alphastd=alphastd, eigval=eigval, eigvec=eigvec)
        self.alphastd = alphastd
        self.eigval = eigval
        self.eigvec = eigvec

    def __call__(self, src: Any) -> Any:
        """The image, changed in place."""
        alpha = np.random.normal(0, self.alphastd, size=(3,))
        src += nd.array(np.dot(self.eigvec * alpha, self.eigval))
        return src


class ColorNormalizeAug(Augmenter):
    """`color_normalize`, in place.

    Args:
        mean: subtracted, unless None.
        std: divided by, unless None.
    """

    def __init__(self, mean: Any, std: Any) -> None:
        super().__init__(mean=mean, std=std)
        self.mean, self.std = (
            value if value is None or isinstance(value, nd.NDArray) else nd.array(value) for value in (mean, std)
        )

    def __call__(self, src: Any) -> Any:
        """The image, changed in place."""
        return color_normalize(src, self.mean, self.std)


class RandomGrayAug(Augmenter):
    """Gray, in three channels, with a probability.

    Args:
        p: the probability.
    """

    def __init__(self, p: float) -> None:
        super().__init__(p=p)
        self.p = p
        self.mat = nd.array([[0.21] * 3, [0.72] * 3, [0.07] * 3])

    def __call__(self, src: Any) -> Any:
        """The image."""
        return nd.dot(src, self.mat) if random.random() < self.p else src


class HorizontalFlipAug(Augmenter):
    """Mirrored, with a probability.

    Args:
        p: the probability.
    """

    def __init__(self, p: float) -> None:
        super().__init__(p=p)
        self.p = p

    def __call__(self, src: Any) -> Any:
        """The image."""
        return nd.flip(src, axis=1) if random.random() < self.p else src


class CastAug(Augmenter):
    """Another dtype.

    Args:
        typ: its name.
    """

    def __init__(self, typ: str = "float32") -> None:
        super().__init__(type=typ)
        self.typ = typ

    def __call__(self, src: Any) -> Any:
        """The image in that dtype."""
        return src.astype(self.typ)


def per_channel(name: str, value: Any, known: list[float], legal: Any, make: Any) -> Any:
    """A mean or deviation: None, an array of 1 or 3 numbers, or True for ``known``."""
    if value is True:
        return make(known)
    if value is not None and not (isinstance(value, legal) and value.shape[0] in (1, 3)):
        kind = getattr(value, "shape", type(value).__name__)
        raise ArgumentTypeError(f"{name} must be True, None or an array of 1 or 3 numbers, got {kind}")
    return value


def CreateAugmenter(
    data_shape: Any,
    resize: int = 0,
    rand_crop: bool = False,
    rand_resize: bool = False,
    rand_mirror: bool = False,
    mean: Any = None,
    std: Any = None,
    brightness: float = 0,
    contrast: float = 0,
    saturation: float = 0,
    hue: float = 0,
    pca_noise: float = 0,
    rand_gray: float = 0,
    inter_method: int = 2,
) -> list[Augmenter]:
    """A list of augmenters for classification.

    Args:
        data_shape: (channels, height, width) of the result.
        resize: length of the shorter side to begin with; 0: as it is.
        rand_crop: crop at a random place, else the middle.
        rand_resize: crop a random area of random proportion; needs ``rand_crop``.
        rand_mirror: mirror half of the images.
        mean: subtracted; True is ImageNet's.
        std: divided by; True is ImageNet's.
        brightness: jitter.
        contrast: jitter.
        saturation: jitter.
        hue: jitter.
        pca_noise: deviation of noise along the principal colours.
        rand_gray: probability of gray.
        inter_method: mode of all resizing: 0 to 4, 9 by the sizes, 10 random.

    Source: MXNet 1.9.1 python/mxnet/image/image.py.
    """
    found: list[Augmenter] = []
    if resize > 0:
        found.append(ResizeAug(resize, inter_method))
    crop_size = (data_shape[2], data_shape[1])
    if rand_resize:
        if not rand_crop:
            raise ArgumentTypeError("CreateAugmenter: rand_resize=True needs rand_crop=True")
        found.append(RandomSizedCropAug(crop_size, 0.08, (3.0 / 4.0, 4.0 / 3.0), inter_method))
    elif rand_crop:
        found.append(RandomCropAug(crop_size, inter_method))
    else:
        found.append(CenterCropAug(crop_size, inter_method))
    if rand_mirror:
        found.append(HorizontalFlipAug(0.5))
    found.append(CastAug())
    found += colour_augmenters(brightness, contrast, saturation, hue, pca_noise, rand_gray)
    arrays = (np.ndarray, nd.NDArray)
    mean = per_channel("mean", mean, MEAN, arrays, nd.array)
    std = per_channel("std", std, DEVIATION, arrays, nd.array)
    if mean is not None or std is not None:
        found.append(ColorNormalizeAug(mean, std))
    return found


def colour_augmenters(
    brightness: float, contrast: float, saturation: float, hue: float, pca_noise: float, rand_gray: float
) -> list[Augmenter]:
    """The augmenters of colours that are asked for, in MXNet's order."""
    found: list[Augmenter] = []
    if brightness or contrast or saturation:
        found.append(ColorJitterAug(brightness, contrast, saturation))
    if hue:
        found.append(HueJitterAug(hue))
    if pca_noise > 0:
        found.append(LightingAug(pca_noise, EIGENVALUES.copy(), EIGENVECTORS.copy()))
    if rand_gray > 0:
        found.append(RandomGrayAug(rand_gray))
    return found
