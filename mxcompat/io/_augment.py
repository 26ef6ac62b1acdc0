"""The augmenter of ``ImageRecordIter``: what is drawn, and what it does to the pixels.

The draws of an image depend on its size and on nothing else of it. They are made first, in the order of the records,
and give a *plan*, a list of steps; threads then carry plans out in any order. So the results do not depend on the
number of threads: they are those of MXNet with one decoding thread (which it uses on two cores).

Source: MXNet 1.9.1 src/io/image_aug_default.cc.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .._core.errors import MXNetError
from . import _opencv as cv
from ._fields import Field
from ._opencv import Image
from ._twister import Twister
from ._warp import warp_affine

_f = np.float32
_EIGENVALUES = (55.46, 4.794, 1.148)
_EIGENVECTORS = ((-0.5675, 0.7192, 0.4009), (-0.5808, -0.0045, -0.8140), (-0.5836, -0.6948, 0.4203))
_EIGEN = [[_f(_f(value) * _f(x)) for value, x in zip(_EIGENVALUES, row, strict=True)] for row in _EIGENVECTORS]
METHODS = (0, 1, 2, 3, 4, 9, 10)

FIELDS = (
    Field("resize", int, -1, "Length of the shorter side, before anything else; -1: as it is."),
    Field("rand_crop", bool, False, "Crop at a random place instead of the middle."),
    Field("random_resized_crop", bool, False, "Crop a random area with a random aspect ratio, and resize it."),
    Field("max_rotate_angle", int, 0, "Turn by a random angle of up to so many degrees."),
    Field(
        "max_aspect_ratio", float, 0.0, "Change width / height to between 1 - it and 1 + it, or see min_aspect_ratio."
    ),
    Field("min_aspect_ratio", float | None, None, "Change width / height to between it and max_aspect_ratio."),
    Field("max_shear_ratio", float, 0.0, "Shear by a random part of the height, up to it."),
    Field("max_crop_size", int, -1, "Crop a square of a random size, up to it, and resize it."),
    Field("min_crop_size", int, -1, "The smallest such size."),
    Field("max_random_scale", float, 1.0, "Scale by a random factor, up to it."),
    Field("min_random_scale", float, 1.0, "The smallest such factor."),
    Field("max_random_area", float, 1.0, "Largest share of the area for random_resized_crop."),
    Field("min_random_area", float, 1.0, "Smallest share of the area for random_resized_crop."),
    Field("max_img_size", float, 1e10, "Largest side after scaling and turning."),
    Field("min_img_size", float, 0.0, "Smallest side after scaling and turning."),
    Field("brightness", float, 0.0, "Change the brightness by up to this share."),
    Field("contrast", float, 0.0, "Change the contrast by up to this share."),
    Field("saturation", float, 0.0, "Change the saturation by up to this share."),
    Field("pca_noise", float, 0.0, "Deviation of noise along the principal colours."),
    Field("random_h", int, 0, "Move the hue by up to this, of 180."),
    Field("random_s", int, 0, "Move the saturation by up to this, of 255."),
    Field("random_l", int, 0, "Move the lightness by up to this, of 255."),
    Field("rotate", int, -1, "Turn by this angle, if above 0."),
    Field("fill_value", int, 255, "Pixels outside of a turned or padded image."),
    Field("inter_method", int, 1, "0 nearest, 1 bilinear, 2 bicubic, 3 area, 4 Lanczos, 9 by the sizes, 10 random."),
    Field("pad", int, 0, "Pixels added on each side."),
)


class Step(NamedTuple):
    """One thing to do to an image."""

    what: str
    values: tuple[Any, ...]


Plan = list[Step]


def interpolation(method: int, width: int, height: int, new_width: int, new_height: int, random: Twister) -> int:
    """The mode for one resizing: 9 chooses by the sizes, 10 draws."""
    if method not in METHODS:
        raise MXNetError(f"invalid inter_method={method}: valid values are 0, 1, 2, 3, 4, 9, 10")
    if method == 10:
        return random.integer(0, 4)
    if method != 9:
        return method
    if new_width > width and new_height > height:
        return 2
    return 3 if new_width < width and new_height < height else 1


def shorter_side(size: int, height: int, width: int) -> tuple[int, int]:
    """Height and width when the shorter side becomes ``size``."""
    return (size * height // width, size) if height > width else (size, size * width // height)


class DefaultAugmenter:
    """``aug_default``.

    Args:
        values: its parameters, with ``data_shape``.
        rotate_list: angles to choose from, as text with commas.
    """

    def __init__(self, values: dict[str, Any], rotate_list: str = "") -> None:
        self._p = values
        self._angles = [int(float(text)) for text in str(rotate_list).split(",") if text.strip()]
        _, self._height, self._width = values["data_shape"]
        p = values
        ratio = p["min_aspect_ratio"]
        self._ratios = (
            (_f(ratio), _f(p["max_aspect_ratio"]))
            if ratio is not None
            else (_f(1) - _f(p["max_aspect_ratio"]), _f(1) + _f(p["max_aspect_ratio"]))
        )
        wide = not p["random_resized_crop"] and self._ratios != (1, 1)
        self._warps = bool(
            p["max_rotate_angle"] > 0 or p["max_shear_ratio"] > 0 or p["rotate"] > 0 or self._angles or wide
        ) or (p["max_random_scale"], p["min_random_scale"], p["max_img_size"], p["min_img_size"]) != (1, 1, 1e10, 0)
        if p["random_resized_crop"]:
            plain = (p["min_random_scale"], p["max_random_scale"]) == (1, 1)
            if not plain or (p["min_crop_size"], p["max_crop_size"]) != (-1, -1) or p["rand_crop"]:
                raise MXNetError(
                    "random_resized_crop=True conflicts with min_random_scale, max_random_scale, min_crop_size,"
                    " max_crop_size and rand_crop: leave those at their defaults"
                )
        if p["data_shape"][0] != 3 and any(
            p[key] for key in ("brightness", "contrast", "saturation", "random_h", "random_s", "random_l", "pca_noise")
        ):
            raise MXNetError(f"changes of colour need data_shape=(3, H, W), got {p['data_shape']}")

    @property
    def draws(self) -> bool:
        """Whether a plan may consume random numbers, so that the sizes of images matter in advance."""
        p = self._p
        return (
            self._warps
            or p["rand_crop"]
            or p["random_resized_crop"]
            or (p["max_crop_size"], p["min_crop_size"]) != (-1, -1)
            or p["inter_method"] == 10
            or any(
                p[k] for k in ("brightness", "contrast", "saturation", "random_h", "random_s", "random_l", "pca_noise")
            )
        )

    def plan(self, height: int, width: int, random: Twister) -> Plan:
        """The steps for an image of this size."""
        steps: Plan = []
        p = self._p
        if p["resize"] != -1:
            new_height, new_width = shorter_side(p["resize"], height, width)
            mode = interpolation(p["inter_method"], width, height, new_width, new_height, random)
            steps.append(Step("resize", (new_width, new_height, mode)))
            height, width = new_height, new_width
        if self._warps:
            height, width = self._plan_warp(steps, height, width, random)
        if p["pad"] > 0:
            steps.append(Step("pad", (*(p["pad"],) * 4, p["fill_value"])))
            height, width = height + 2 * p["pad"], width + 2 * p["pad"]
        if not self._plan_resized_crop(steps, height, width, random):
            self._plan_crop(steps, height, width, random)
        self._plan_colours(steps, random)
        return steps

    def _plan_warp(self, steps: Plan, height: int, width: int, random: Twister) -> tuple[int, int]:
        p = self._p
        shear = random.uniform() * _f(p["max_shear_ratio"]) * _f(2) - _f(p["max_shear_ratio"])
        angle = random.integer(-p["max_rotate_angle"], p["max_rotate_angle"])
        if p["rotate"] > 0:
            angle = p["rotate"]
        if self._angles:
            angle = self._angles[random.integer(0, len(self._angles) - 1)]
        a, b = _f(math.cos(angle / 180.0 * math.pi)), _f(math.sin(angle / 180.0 * math.pi))
        scale = ratio = _f(1)
        if not p["random_resized_crop"]:
            low, high = _f(p["min_random_scale"]), _f(p["max_random_scale"])
            scale = random.uniform() * (high - low) + low
            low, high = self._ratios
            ratio = random.uniform() * (high - low) + low
        hs = _f(2) * scale / (_f(1) + ratio)
        ws = ratio * hs
        least, most = _f(p["min_img_size"]), _f(p["max_img_size"])
        new_width = max(least, min(most, scale * _f(width)))
        new_height = max(least, min(most, scale * _f(height)))
        m = np.zeros((2, 3), np.float32)
        m[0, :2] = hs * a - shear * b * ws, hs * b + shear * a * ws
        m[1, :2] = -b * ws, a * ws
        for row, size in ((0, new_width), (1, new_height)):
            m[row, 2] = (size - (m[row, 0] * _f(width) + m[row, 1] * _f(height))) / _f(2)
        if p["inter_method"] == 0:
            raise MXNetError(
                "invalid inter_method=0 for turning, shearing or scaling: valid values are 1, 2, 3, 4, 9, 10"
            )
        target = int(new_height), int(new_width)
        mode = interpolation(p["inter_method"], width, height, target[1], target[0], random)
        steps.append(Step("warp", (m, target[1], target[0], mode, p["fill_value"])))
        return target

    def _plan_resized_crop(self, steps: Plan, height: int, width: int, random: Twister) -> bool:
        """The crops that end in a resizing; whether there was one."""
        p = self._p
        if not p["random_resized_crop"]:
            if (p["max_crop_size"], p["min_crop_size"]) == (-1, -1):
                return False
            return self._plan_square(steps, height, width, random)
        low, high = _f(p["min_random_area"]), _f(p["max_random_area"])
        if (low, high) == (1, 1) and self._ratios == (1, 1):
            return False
        if not (self._ratios[0] > 0 and low <= high and self._ratios[0] <= self._ratios[1]):
            raise MXNetError(
                f"random_resized_crop: min_random_area={low:g}, max_random_area={high:g} and aspect ratios from"
                f" {self._ratios[0]:g} to {self._ratios[1]:g} must be positive and in order"
            )
        area = _f(height * width)
        for _ in range(10):
            share, ratio = random.uniform(low, high), random.uniform(*self._ratios)
            target = area * share
            tall, wide = (int(np.floor(float(np.sqrt(x)) + 0.5)) for x in (target / ratio, target * ratio))
            if random.uniform() > 0.5:
                tall, wide = wide, tall
            if tall <= height and wide <= width:
                y, x = random.integer(0, height - tall), random.integer(0, width - wide)
                self._plan_cut(steps, x, y, wide, tall, random)
                return True
        return False

    def _plan_square(self, steps: Plan, height: int, width: int, random: Twister) -> bool:
        p = self._p
        most, least = p["max_crop_size"], p["min_crop_size"]
        if not (width >= most and height >= most >= least and least > 0):
            raise MXNetError(
                f"input image size smaller than max_crop_size: min_crop_size={least}, max_crop_size={most},"
                f" and the image has {width}x{height} pixels"
            )
        size = random.integer(least, most)
        y, x = height - size, width - size
        y, x = (random.integer(0, y), random.integer(0, x)) if p["rand_crop"] else (y // 2, x // 2)
        self._plan_cut(steps, x, y, size, size, random)
        return True

    def _plan_cut(self, steps: Plan, x: int, y: int, wide: int, tall: int, random: Twister) -> None:
        mode = interpolation(self._p["inter_method"], wide, tall, self._width, self._height, random)
        steps += [Step("crop", (x, y, wide, tall)), Step("resize", (self._width, self._height, mode))]

    def _plan_crop(self, steps: Plan, height: int, width: int, random: Twister) -> None:
        mode = interpolation(self._p["inter_method"], width, height, self._width, self._height, random)
        if height < self._height:
            width, height = int(_f(self._height) / _f(height) * _f(width)), self._height
            steps.append(Step("resize", (width, height, mode)))
        if width < self._width:
            height, width = int(_f(self._width) / _f(width) * _f(height)), self._width
            steps.append(Step("resize", (width, height, mode)))
        y, x = height - self._height, width - self._width
        if min(y, x) < 0:
            raise MXNetError(f"input image size {width}x{height} is smaller than data_shape={self._p['data_shape']}")
        y, x = (random.integer(0, y), random.integer(0, x)) if self._p["rand_crop"] else (y // 2, x // 2)
        steps.append(Step("crop", (x, y, self._width, self._height)))

    def _plan_colours(self, steps: Plan, random: Twister) -> None:
        p = self._p
        if p["brightness"] > 0 or p["contrast"] > 0 or p["saturation"] > 0:
            factors = []
            for key in ("brightness", "contrast", "saturation"):
                factors.append(_f(1.0 + float(random.uniform(-p[key], p[key]))))
            order = [0, 1, 2]
            random.shuffle(order)
            steps += [Step(("brightness", "contrast", "saturation")[i], (factors[i],)) for i in order]
        if p["random_h"] or p["random_s"] or p["random_l"]:
            moves = []
            for _ in range(3):  # a mean of five that leaves out the extremes
                first = random.uniform()
                moves.append((first + _f(4) * random.uniform()) / _f(5))
            h, s, light = (
                int(move * _f(most) * _f(2) - _f(most))
                for move, most in zip(moves, (p["random_h"], p["random_s"], p["random_l"]), strict=True)
            )
            steps.append(Step("hls", (h, light, s)))
        if p["pca_noise"] > 0:
            alpha = random.normals(3, p["pca_noise"])
            red, green, blue = (row[0] * alpha[0] + row[1] * alpha[1] + row[2] * alpha[2] for row in _EIGEN)
            steps.append(Step("add", (blue, green, red)))


def _contrast(pixels: Image, factor: np.float32) -> Image:
    mean = _f(cv.gray(pixels).sum(dtype=np.int64) / (pixels.shape[0] * pixels.shape[1]))
    return cv.scaled(pixels, factor, (_f(1) - factor) * mean)


def _saturation(pixels: Image, factor: np.float32) -> Image:
    shade = cv.gray(pixels).astype(np.float32)[:, :, None] * _f(1.0 - float(factor))
    return cv.rounded(pixels.astype(np.float32) * factor + shade)


def _add(pixels: Image, *offsets: np.float32) -> Image:
    base = np.arange(256, dtype=np.float32)
    tables = [np.trunc(base + offset).clip(0, 255).astype(np.uint8) for offset in offsets]
    return np.stack([table[pixels[:, :, k]] for k, table in enumerate(tables)], -1)


_ACTIONS: dict[str, Callable[..., Image]] = {
    "resize": cv.resize,
    "warp": warp_affine,
    "pad": cv.padded,
    "crop": lambda pixels, x, y, w, h: pixels[y : y + h, x : x + w],
    "brightness": lambda pixels, factor: cv.scaled(pixels, factor, _f(0)),
    "contrast": _contrast,
    "saturation": _saturation,
    "hls": cv.hls_shifted,
    "add": _add,
    "mirror": lambda pixels: pixels[:, ::-1],
}


def carry_out(pixels: Image, plan: Plan) -> Image:
    """The image after all steps."""
    for step in plan:
        pixels = _ACTIONS[step.what](pixels, *step.values)
    return pixels
