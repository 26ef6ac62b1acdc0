"""Labels of detection images: boxes, and what cropping, padding and mirroring make of them. All in float32.

A label is ``header_width, object_width, (more header), [class, left, top, right, bottom, (more)] ...``, with corners
as shares of the width and height.

Source: MXNet 1.9.1 src/io/image_det_aug_default.cc.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .._core.errors import MXNetError

_f = np.float32
_Real = np.float32
_ZERO, _ONE, _HALF = _f(0), _f(1), _f(0.5)


class Box(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: _Real
    y: _Real
    width: _Real
    height: _Real

    @property
    def area(self) -> _Real:
        """Width times height."""
        found: _Real = self.width * self.height
        return found

    def shared(self, other: Box) -> _Real:
        """The area that two boxes share."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        width = min(self.x + self.width, other.x + other.width) - x
        height = min(self.y + self.height, other.y + other.height) - y
        found: _Real = width * height if width > 0 and height > 0 else _ZERO
        return found

    def contains(self, x: _Real, y: _Real) -> bool:
        """Whether a point lies in it."""
        return bool(self.x <= x < self.x + self.width and self.y <= y < self.y + self.height)


class Limits(NamedTuple):
    """What a crop must satisfy with one object: pairs of least and most."""

    overlap: tuple[_Real, _Real]
    sample_coverage: tuple[_Real, _Real]
    object_coverage: tuple[_Real, _Real]

    def accept(self, crop: Box, target: Box) -> bool:
        """Whether a crop and an object go together."""
        shared = crop.shared(target)
        if _limits(self.overlap):
            union = crop.area + target.area - shared
            if not _within(shared / union if shared > 0 else _ZERO, self.overlap):
                return False
        with np.errstate(divide="ignore", invalid="ignore"):
            if _limits(self.sample_coverage) and not _within(shared / crop.area, self.sample_coverage):
                return False
            return not _limits(self.object_coverage) or _within(shared / target.area, self.object_coverage)

    @property
    def any(self) -> bool:
        """Whether there are limits at all."""
        return any(_limits(pair) for pair in self)


def _limits(pair: tuple[_Real, _Real]) -> bool:
    return bool(pair[0] > 0 or pair[1] < 1)


def _within(value: _Real, pair: tuple[_Real, _Real]) -> bool:
    return not (value < pair[0] or value > pair[1])


class BoxLabel:
    """One label, taken apart.

    Args:
        raw: all its numbers.
        where: for messages.
    """

    def __init__(self, raw: npt.NDArray[np.float32], where: str) -> None:
        count = len(raw)
        header = int(raw[0]) if count else 0
        width = int(raw[1]) if count > 1 else 0
        if count < 7 or header < 2 or width < 5 or header > count or (count - header) % width:
            text = " ".join(f"{x:g}" for x in raw[:8])
            raise MXNetError(
                f"{where}: the label is not a detection label: header width (at least 2), object width (at least 5),"
                f" header, objects; got {count} numbers: {text}{' ...' if count > 8 else ''}"
            )
        self._header = raw[:header].copy()
        objects = raw[header:].reshape(-1, width).copy()
        self._objects = objects[(objects[:, 3] > objects[:, 1]) & (objects[:, 4] > objects[:, 2])]

    def numbers(self) -> npt.NDArray[np.float32]:
        """The label as it is now."""
        found: npt.NDArray[np.float32] = np.concatenate([self._header, self._objects.reshape(-1)])
        return found

    def _projected(self, objects: npt.NDArray[np.float32], box: Box) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = objects.copy()
        found[:, 1] = np.maximum(_ZERO, (found[:, 1] - box.x) / box.width)
        found[:, 2] = np.maximum(_ZERO, (found[:, 2] - box.y) / box.height)
        found[:, 3] = np.minimum(_ONE, (found[:, 3] - box.x) / box.width)
        found[:, 4] = np.minimum(_ONE, (found[:, 4] - box.y) / box.height)
        return found

    def try_crop(self, crop: Box, limits: Limits, by_overlap: bool, least: _Real) -> bool:
        """Crop if the limits hold for some object and one stays; whether it was done."""
        if not len(self._objects):
            return True
        targets = [Box(o[1], o[2], o[3] - o[1], o[4] - o[2]) for o in self._objects]
        if limits.any and not any(limits.accept(crop, target) for target in targets):
            return False
        if by_overlap:
            keep = [crop.shared(target) / target.area > least for target in targets]
        else:
            keep = [crop.contains((o[1] + o[3]) * _HALF, (o[2] + o[4]) * _HALF) for o in self._objects]
        if not any(keep):
            return False
        self._objects = self._projected(self._objects[keep], crop)
        return True

    def pad(self, box: Box) -> None:
        """Move into a larger image."""
        self._objects = self._projected(self._objects, box)

    def mirror(self) -> None:
        """Exchange left and right."""
        left = self._objects[:, 1].copy()
        self._objects[:, 1] = _ONE - self._objects[:, 3]
        self._objects[:, 3] = _ONE - left
