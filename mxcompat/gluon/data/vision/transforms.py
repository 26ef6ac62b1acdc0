"""What is done to an image before it is learned from, as blocks.

Images are (H, W, C), batches of them (N, H, W, C), C red first; `ToTensor` makes (C, H, W) of them. Random transforms
draw from MXNet's streams, a few from NumPy's global generator or Python's, as said there.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .... import image
from ....base import numeric_types
from ....util import is_np_array
from ...block import Block, HybridBlock
from ...nn import HybridSequential, Sequential
from .._batchify import BATCHED, SEQUENCES

_Size = int | Sequence[int]


def _pair(size: _Size) -> Any:
    return (size, size) if isinstance(size, numeric_types) else size


def _legacy_or_numpy(F: Any) -> Any:
    """Where the image operators are: with NumPy arrays in force, in their own namespace."""
    return F.npx if is_np_array() else F


class Compose(Sequential):
    """One transform after the other. Neighbours that are hybrid blocks are joined, and hybridized, as one.

    Args:
        transforms: a list of blocks.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py.
    """

    def __init__(self, transforms: Iterable[Any]) -> None:
        super().__init__()
        run: list[Any] = []
        for transform in (*transforms, None):
            if isinstance(transform, HybridBlock):
                run.append(transform)
                continue
            if len(run) == 1:
                self.add(run[0])
            elif run:
                joined = HybridSequential()
                joined.add(*run)
                joined.hybridize()
                self.add(joined)
            run = []
            if transform is not None:
                self.add(transform)


class Cast(HybridBlock):
    """Cast to a dtype.

    Args:
        dtype: the dtype or its name.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py.
    """

    def __init__(self, dtype: Any = "float32") -> None:
        super().__init__()
        self._dtype = dtype

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).cast(x, self._dtype)


class ToTensor(HybridBlock):
    """(H, W, C) or (N, H, W, C) in [0, 255] to float32 (C, H, W) or (N, C, H, W) in [0, 1].

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self) -> None:
        super().__init__()

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.to_tensor(x)


class Normalize(HybridBlock):
    """``(x - mean) / std`` for each channel of (C, H, W) or (N, C, H, W).

    Args:
        mean: a number, or one for each channel.
        std: a number, or one for each channel.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self, mean: Any = 0.0, std: Any = 1.0) -> None:
        super().__init__()
        self._mean = mean
        self._std = std

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.normalize(x, self._mean, self._std)


def _check_float32(x: Any) -> None:
    if x.dtype is not np.float32:
        raise TypeError(
            f"This transformation only supports float32, got {np.dtype(x.dtype).name}. "
            "Consider calling it after ToTensor"
        )


class Rotate(Block):
    """Rotate float32 images (C, H, W) or (N, C, H, W) about their middle; the size stays.

    Args:
        rotation_degrees: the angle.
        zoom_in: enlarge so that no corner is empty.
        zoom_out: shrink so that the whole image is seen.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, python/mxnet/image/image.py.
    """

    def __init__(self, rotation_degrees: float, zoom_in: bool = False, zoom_out: bool = False) -> None:
        super().__init__()
        self._args = (rotation_degrees, zoom_in, zoom_out)

    def forward(self, x: Any) -> Any:
        _check_float32(x)
        return image.imrotate(x, *self._args)


class RandomRotation(Block):
    """As `Rotate`, by an angle that NumPy's global generator draws.

    Args:
        angle_limits: least and greatest angle in degrees.
        zoom_in: enlarge so that no corner is empty.
        zoom_out: shrink so that the whole image is seen.
        rotate_with_proba: how likely an image is rotated at all.

    Raises:
        ValueError: limits out of order, or no probability.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py.
    """

    def __init__(
        self,
        angle_limits: tuple[float, float],
        zoom_in: bool = False,
        zoom_out: bool = False,
        rotate_with_proba: float = 1.0,
    ) -> None:
        super().__init__()
        lower, upper = angle_limits
        if lower >= upper:
            raise ValueError(f"RandomRotation: angle_limits={angle_limits} must be (lower, upper) with lower < upper")
        if rotate_with_proba < 0 or rotate_with_proba > 1:
            raise ValueError(
                f"RandomRotation: rotate_with_proba={rotate_with_proba} is no probability; give a number from 0 to 1"
            )
        self._args = (angle_limits, zoom_in, zoom_out)
        self._rotate_with_proba = rotate_with_proba

    def forward(self, x: Any) -> Any:
        if np.random.random() > self._rotate_with_proba:
            return x
        _check_float32(x)
        return image.random_rotate(x, *self._args)


class RandomResizedCrop(Block):
    """A part of the image of random place, size and shape, resized; drawn by Python's generator.

    Args:
        size: of the result: a number, or (W, H).
        scale: bounds of the part's area, as a share of the image's.
        ratio: bounds of its width over its height.
        interpolation: 0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos, 9 and 10 by size.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py.
    """

    def __init__(
        self,
        size: _Size,
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (3.0 / 4.0, 4.0 / 3.0),
        interpolation: int = 1,
    ) -> None:
        super().__init__()
        self._args = (_pair(size), scale, ratio, interpolation)

    def forward(self, x: Any) -> Any:
        return image.random_size_crop(x, *self._args)[0]


class CropResize(HybridBlock):
    """A part of the image, or of every image of a batch, resized if a size is given.

    Args:
        x: left edge.
        y: upper edge.
        width: of the part.
        height: of the part.
        size: of the result: a number, or (W, H); None leaves the part as it is.
        interpolation: as for `Resize`.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/crop-inl.h.
    """

    def __init__(
        self, x: int, y: int, width: int, height: int, size: _Size | None = None, interpolation: int | None = None
    ) -> None:
        super().__init__()
        self._x = x
        self._y = y
        self._width = width
        self._height = height
        self._size = size
        self._interpolation = interpolation

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        out = F.image.crop(x, self._x, self._y, self._width, self._height)
        return F.image.resize(out, self._size, False, self._interpolation) if self._size else out


class CenterCrop(Block):
    """The middle of the image, resized if the image is smaller.

    Args:
        size: of the result: a number, or (W, H).
        interpolation: as for `RandomResizedCrop`.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py.
    """

    def __init__(self, size: _Size, interpolation: int = 1) -> None:
        super().__init__()
        self._args = (_pair(size), interpolation)

    def forward(self, x: Any) -> Any:
        return image.center_crop(x, *self._args)[0]


class Resize(HybridBlock):
    """Resize an image, or every image of a batch.

    Args:
        size: a number, or (W, H).
        keep_ratio: a number is the length of the shorter edge; else of both.
        interpolation: 0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/resize-inl.h.
    """

    def __init__(self, size: _Size, keep_ratio: bool = False, interpolation: int = 1) -> None:
        super().__init__()
        self._keep = keep_ratio
        self._size = size
        self._interpolation = interpolation

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.resize(x, self._size, self._keep, self._interpolation)


class RandomFlipLeftRight(HybridBlock):
    """Flip the image left to right, or not, with equal chance.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self) -> None:
        super().__init__()

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.random_flip_left_right(x)


class RandomFlipTopBottom(HybridBlock):
    """Flip the image top to bottom, or not, with equal chance.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self) -> None:
        super().__init__()

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.random_flip_top_bottom(x)


class RandomBrightness(HybridBlock):
    """Multiply an image with a factor from ``[max(0, 1 - brightness), 1 + brightness]``.

    Args:
        brightness: how far the factor may be from 1.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self, brightness: float) -> None:
        super().__init__()
        self._args = (max(0, 1 - brightness), 1 + brightness)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.random_brightness(x, *self._args)


class RandomContrast(HybridBlock):
    """Mix an image with its mean gray, by a factor from ``[max(0, 1 - contrast), 1 + contrast]``.

    Args:
        contrast: how far the factor may be from 1.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self, contrast: float) -> None:
        super().__init__()
        self._args = (max(0, 1 - contrast), 1 + contrast)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.random_contrast(x, *self._args)


class RandomSaturation(HybridBlock):
    """Mix an image with its gray image, by a factor from ``[max(0, 1 - saturation), 1 + saturation]``.

    Args:
        saturation: how far the factor may be from 1.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self, saturation: float) -> None:
        super().__init__()
        self._args = (max(0, 1 - saturation), 1 + saturation)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.random_saturation(x, *self._args)


class RandomHue(HybridBlock):
    """Turn the hues of an image by a factor from ``[max(0, 1 - hue), 1 + hue]``.

    Args:
        hue: how far the factor may be from 1.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self, hue: float) -> None:
        super().__init__()
        self._args = (max(0, 1 - hue), 1 + hue)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.random_hue(x, *self._args)


class RandomColorJitter(HybridBlock):
    """Change brightness, contrast, saturation and hue of an image at random, in random order.

    Args:
        brightness: as for `RandomBrightness`; 0 leaves it alone.
        contrast: as for `RandomContrast`; 0 leaves it alone.
        saturation: as for `RandomSaturation`; 0 leaves it alone.
        hue: as for `RandomHue`; 0 leaves it alone.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self, brightness: float = 0, contrast: float = 0, saturation: float = 0, hue: float = 0) -> None:
        super().__init__()
        self._args = (brightness, contrast, saturation, hue)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.random_color_jitter(x, *self._args)


class RandomLighting(HybridBlock):
    """Add noise along the principal colours of ImageNet, as AlexNet was trained with.

    Args:
        alpha: its strength.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py, src/operator/image/image_random-inl.h.
    """

    def __init__(self, alpha: float) -> None:
        super().__init__()
        self._alpha = alpha

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _legacy_or_numpy(F).image.random_lighting(x, self._alpha)


class RandomApply(Sequential):
    """Apply a transform, or not; Python's generator decides.

    Args:
        transforms: a block.
        p: how likely it is applied.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/transforms.py.
    """

    def __init__(self, transforms: Any, p: float = 0.5) -> None:
        super().__init__()
        self.transforms = transforms
        self.p = p

    def forward(self, x: Any) -> Any:
        return x if self.p < random.random() else self.transforms(x)


BATCHED |= {Cast, Normalize, ToTensor}
SEQUENCES |= {Compose, HybridSequential}
