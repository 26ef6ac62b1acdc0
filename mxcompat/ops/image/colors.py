"""Random changes of colours. The numbers come from MXNet's single stream, whichever device the image is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
from torch import Tensor

from ...registry import REQUIRED, operator, register
from ...registry.operator import op_error
from ...registry.tags import Range
from ._colors import (
    augmented,
    brightness,
    coin,
    contrast,
    draw,
    hue,
    lighting,
    normals,
    order_of_four,
    saturation,
)

_Factor = Annotated[float, Range(0)]
_Change = Callable[[Tensor, float], Tensor]


def _between(data: Tensor, min_factor: _Factor = REQUIRED, max_factor: _Factor = REQUIRED) -> Tensor:
    raise NotImplementedError


_BETWEEN_DOC = """{what} by a random amount.

Args:
    data: an image (height, width, channels) of 1 or 3 channels{gray}.
    min_factor: smallest amount, at least 0{unit}.
    max_factor: largest amount, at least 0.

Returns:
    The shape and dtype of ``data``: uint8 is limited to 0..255, other integers are cut off. The gradient passes
    unchanged.

Raises:
    MXNetError: another shape, a negative factor.
{more}
Source: MXNet 1.9.1 src/operator/image/image_random-inl.h."""

_UNCHANGED = """
Differences: one channel is copied; MXNet 1.9.1 leaves the result unset.
"""

for _name, _kernel, _what, _gray, _unit, _more in (
    ("brightness", brightness, "Scale all colours", "", "; 1 changes nothing", ""),
    ("contrast", contrast, "Scale the distance of colours from the mean", "", "; 1 changes nothing", ""),
    (
        "saturation",
        saturation,
        "Scale the distance of colours from gray",
        " (one is copied)",
        "; 1 changes nothing",
        "",
    ),
    ("hue", hue, "Turn the colour circle", " (one is copied)", ", in turns; 0 changes nothing", _UNCHANGED),
):

    def _random(data: Tensor, low: float, high: float, name: str = _name, kernel: _Change = _kernel) -> Tensor:
        return augmented(f"_image_random_{name}", data, lambda image: kernel(image, draw(low, high)))

    register(
        f"_image_random_{_name}",
        _random,
        like=_between,
        aliases=(f"_npx__image_random_{_name}",),
        doc=_BETWEEN_DOC.format(what=_what, gray=_gray, unit=_unit, more=_more),
    )


@operator("_image_random_color_jitter", aliases=("_npx__image_random_color_jitter",))
def random_color_jitter(
    data: Tensor,
    brightness: float = REQUIRED,
    contrast: float = REQUIRED,
    saturation: float = REQUIRED,
    hue: float = REQUIRED,
) -> Tensor:
    """Change brightness, contrast, saturation and hue by random amounts, in random order.

    Args:
        data: an image (height, width, channels) of 1 or 3 channels.
        brightness: largest change of the factor 1; not above 0 is no change.
        contrast: the same of contrast.
        saturation: the same of saturation.
        hue: largest turn of the colour circle, in turns.

    Returns:
        The shape and dtype of ``data``, limited or cut off after each step. The gradient passes unchanged.

    Raises:
        MXNetError: another shape.

    Differences: where nothing changes the image is copied; MXNet 1.9.1 leaves the result unset.

    Source: MXNet 1.9.1 src/operator/image/image_random-inl.h.
    """

    def kernel(image: Tensor) -> Tensor:
        result = image.clone()
        for step in order_of_four():
            amount, middle, change = steps[step]
            if amount > 0:
                result = change(result, float(np.float32(middle + draw(-amount, amount))))
        return result

    steps = (
        (brightness, 1.0, _BRIGHTNESS),
        (contrast, 1.0, _CONTRAST),
        (saturation, 1.0, _SATURATION),
        (hue, 0.0, _HUE),
    )
    return augmented("_image_random_color_jitter", data, kernel)


_BRIGHTNESS, _CONTRAST, _SATURATION, _HUE = brightness, contrast, saturation, hue


@operator("_image_adjust_lighting", aliases=("_npx__image_adjust_lighting",))
def adjust_lighting(data: Tensor, alpha: tuple[float, ...] = REQUIRED) -> Tensor:
    """Add multiples of the principal colours of ImageNet.

    Args:
        data: an image (height, width, channels) of 3 channels (one is copied).
        alpha: the three multiples.

    Returns:
        The shape and dtype of ``data``: uint8 is limited to 0..255, other integers are cut off. The gradient passes
        unchanged.

    Raises:
        MXNetError: another shape, fewer than three multiples.

    Differences: fewer multiples are an error, one channel is copied; MXNet 1.9.1 reads other memory, or leaves the
        result unset.

    Source: MXNet 1.9.1 src/operator/image/image_random-inl.h.
    """
    if len(alpha) < 3:
        raise op_error("_image_adjust_lighting", f"alpha={alpha} must be three numbers", data=data)
    return augmented("_image_adjust_lighting", data, lambda image: lighting(image, alpha))


@operator("_image_random_lighting", aliases=("_npx__image_random_lighting",))
def random_lighting(data: Tensor, alpha_std: float = 0.05) -> Tensor:
    """Add random multiples of the principal colours of ImageNet.

    Args:
        data: an image (height, width, channels) of 3 channels (one is copied).
        alpha_std: standard deviation of the multiples.

    Returns:
        The shape and dtype of ``data``: uint8 is limited to 0..255, other integers are cut off. The gradient passes
        unchanged.

    Raises:
        MXNetError: another shape.

    Differences: one channel is copied; MXNet 1.9.1 leaves the result unset.

    Source: MXNet 1.9.1 src/operator/image/image_random-inl.h.
    """
    scale = float(np.float32(alpha_std))
    return augmented("_image_random_lighting", data, lambda image: lighting(image, tuple(normals(3, scale))))


def _flip(data: Tensor) -> Tensor:
    raise NotImplementedError


_FLIP_DOC = """Mirror an image{how}.

Args:
    data: an image (height, width, channels) of 1 or 3 channels.

Returns:
    The shape and dtype of ``data``. The gradient passes unchanged, that is, not mirrored, as in MXNet.

Raises:
    MXNetError: another shape.

Differences: the middle {line} stays; MXNet 1.9.1 leaves it unset.

Source: MXNet 1.9.1 src/operator/image/image_random-inl.h."""

for _name, _axis, _line in (("left_right", 1, "column"), ("top_bottom", 0, "row")):

    def _always(data: Tensor, name: str = _name, axis: int = _axis) -> Tensor:
        return augmented(f"_image_flip_{name}", data, lambda image: image.flip(axis))

    def _sometimes(data: Tensor, name: str = _name, axis: int = _axis) -> Tensor:
        return augmented(
            f"_image_random_flip_{name}", data, lambda image: image.clone() if coin() else image.flip(axis)
        )

    for _fn, _word, _how in ((_always, "", ""), (_sometimes, "random_", ", or do not, with equal probability")):
        _full = f"_image_{_word}flip_{_name}"
        _text = _FLIP_DOC.format(how=f" {_name.replace('_', ' to ')}{_how}", line=_line)
        register(_full, _fn, like=_flip, aliases=("_npx_" + _full,), doc=_text)
