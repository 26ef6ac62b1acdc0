"""The augmenter of ``ImageDetRecordIter``. Draws depend on size and label only, so it plans like ``_augment``.

Source: MXNet 1.9.1 src/io/image_det_aug_default.cc.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from .._core.errors import MXNetError
from ._augment import Plan, Step, interpolation, shorter_side
from ._boxes import Box, BoxLabel, Limits
from ._fields import Field
from ._labels import Label
from ._twister import Twister

_f = np.float32
_Floats = tuple[float, ...]
_PAIRS = ("overlaps", "sample_coverages", "object_coverages")

FIELDS = (
    Field("resize", int, -1, "Length of the shorter side, before anything else; -1: as it is."),
    Field("rand_crop_prob", float, 0.0, "Probability of a random crop."),
    Field("min_crop_scales", _Floats, (0.0,), "Smallest scale of a crop, for each sampler or for all."),
    Field("max_crop_scales", _Floats, (1.0,), "Largest scale of a crop."),
    Field("min_crop_aspect_ratios", _Floats, (1.0,), "Smallest width / height of a crop."),
    Field("max_crop_aspect_ratios", _Floats, (1.0,), "Largest width / height of a crop."),
    Field("min_crop_overlaps", _Floats, (0.0,), "Least intersection over union of a crop and an object."),
    Field("max_crop_overlaps", _Floats, (1.0,), "Most intersection over union."),
    Field("min_crop_sample_coverages", _Floats, (0.0,), "Least share of the crop that an object covers."),
    Field("max_crop_sample_coverages", _Floats, (1.0,), "Most share of the crop that an object covers."),
    Field("min_crop_object_coverages", _Floats, (0.0,), "Least share of an object that the crop covers."),
    Field("max_crop_object_coverages", _Floats, (1.0,), "Most share of an object that the crop covers."),
    Field("num_crop_sampler", int, 1, "Number of samplers; they are tried in a random order."),
    Field(
        "crop_emit_mode",
        Literal["center", "overlap"],
        "center",
        "Which objects a crop loses: centre outside, or little overlap.",
    ),
    Field("emit_overlap_thresh", float, float(np.float32(0.3)), "How little, for overlap."),
    Field("max_crop_trials", tuple[int, ...], (25,), "Tries of a sampler."),
    Field("rand_pad_prob", float, 0.0, "Probability of padding."),
    Field("max_pad_scale", float, 1.0, "Largest scale of padding."),
    Field("max_random_hue", int, 0, "Move the hue by up to this, of 180."),
    Field("random_hue_prob", float, 0.0, "Probability of that."),
    Field("max_random_saturation", int, 0, "Move the saturation by up to this, of 255."),
    Field("random_saturation_prob", float, 0.0, "Probability of that."),
    Field("max_random_illumination", int, 0, "Move the lightness by up to this, of 255."),
    Field("random_illumination_prob", float, 0.0, "Probability of that."),
    Field("max_random_contrast", float, 0.0, "Change the contrast by up to this share."),
    Field("random_contrast_prob", float, 0.0, "Probability of that."),
    Field("rand_mirror_prob", float, 0.0, "Probability of mirroring."),
    Field("fill_value", int, 127, "Pixels of the padding."),
    Field("inter_method", int, 1, "0 nearest, 1 bilinear, 2 bicubic, 3 area, 4 Lanczos, 9 by the sizes, 10 random."),
    Field(
        "resize_mode",
        Literal["force", "shrink", "fit"],
        "force",
        "To data_shape: exactly; only if larger, keeping the ratio; as large as fits, keeping the ratio.",
    ),
)
_EACH = (
    "min_crop_scales",
    "max_crop_scales",
    "min_crop_aspect_ratios",
    "max_crop_aspect_ratios",
    *(f"{end}_crop_{what}" for what in _PAIRS for end in ("min", "max")),
    "max_crop_trials",
)


class DetectionAugmenter:
    """``det_aug_default``.

    Args:
        name: of the iterator, for messages.
        values: the parameters, with ``data_shape``.
    """

    def __init__(self, name: str, values: dict[str, Any]) -> None:
        self._p = p = dict(values)
        interpolation(p["inter_method"], 1, 1, 1, 1, Twister(0))
        count = p["num_crop_sampler"]
        for key in _EACH:
            if count > 1 and len(p[key]) == 1:
                p[key] = p[key] * count
            if count >= 1 and len(p[key]) != count:
                raise MXNetError(
                    f"{name}: {key}={values[key]} has {len(values[key])} entries for num_crop_sampler={count}"
                )
            p[key] = [x if key == "max_crop_trials" else _f(x) for x in p[key]]
        for i in range(count):
            scales, ratios = (
                (p["min_crop_scales"][i], p["max_crop_scales"][i]),
                (
                    p["min_crop_aspect_ratios"][i],
                    p["max_crop_aspect_ratios"][i],
                ),
            )
            if not (0 <= scales[0] < scales[1] <= 1):
                raise MXNetError(
                    f"{name}: min_crop_scales={scales[0]:g} and max_crop_scales={scales[1]:g} must ascend within [0, 1]"
                )
            if not 0 <= ratios[0] <= ratios[1]:
                raise MXNetError(f"{name}: min_crop_aspect_ratios={ratios[0]:g} must be within [0, {ratios[1]:g}]")
            for what in _PAIRS:
                low, high = p[f"min_crop_{what}"][i], p[f"max_crop_{what}"][i]
                if high < low:
                    raise MXNetError(f"{name}: min_crop_{what}={low:g} is above max_crop_{what}={high:g}")
        if p["emit_overlap_thresh"] < 0:
            raise MXNetError(f"{name}: emit_overlap_thresh={p['emit_overlap_thresh']:g} must be at least 0")

    def plan(self, height: int, width: int, raw: Label, where: str, random: Twister) -> tuple[Plan, Label]:
        """The steps for an image, and its new label."""
        steps: Plan = []
        p = self._p
        if p["resize"] != -1:
            new_height, new_width = shorter_side(p["resize"], height, width)
            self._resized(steps, height, width, new_height, new_width, random)
            height, width = new_height, new_width
        label = BoxLabel(raw, where)
        self._colours(steps, random)
        if p["rand_mirror_prob"] > 0 and random.uniform() < p["rand_mirror_prob"]:
            label.mirror()
            steps.append(Step("mirror", ()))
        height, width = self._pad(steps, label, height, width, random)
        height, width = self._crop(steps, label, height, width, random)
        self._fit(steps, height, width, random)
        return steps, label.numbers()

    def _resized(self, steps: Plan, height: int, width: int, new_height: int, new_width: int, random: Twister) -> None:
        mode = interpolation(self._p["inter_method"], width, height, new_width, new_height, random)
        steps.append(Step("resize", (new_width, new_height, mode)))

    def _colours(self, steps: Plan, random: Twister) -> None:
        p = self._p
        names = ("hue", "saturation", "illumination", "contrast")
        if not any(p[f"random_{name}_prob"] > 0 for name in names):
            return
        moves = [random.uniform(-1, 1) * _f(p[f"max_random_{name}"]) for name in names]
        chosen = [
            move if random.uniform() < _f(p[f"random_{name}_prob"]) else _f(0)
            for name, move in zip(names, moves, strict=True)
        ]
        hue, saturation, light = (int(move) for move in chosen[:3])
        if hue or saturation or light:
            steps.append(Step("hls", (hue, light, saturation)))
        if abs(chosen[3]) > 1e-3:
            steps.append(Step("brightness", (chosen[3] + _f(1),)))

    def _pad(self, steps: Plan, label: BoxLabel, height: int, width: int, random: Twister) -> tuple[int, int]:
        p = self._p
        if not (p["rand_pad_prob"] > 0 and p["max_pad_scale"] > 1 and random.uniform() < p["rand_pad_prob"]):
            return height, width
        scale = random.uniform(1, p["max_pad_scale"])
        if scale < _f(1.05):
            return height, width
        most = scale - _f(1)
        x, y = random.uniform(0, most), random.uniform(0, most)
        label.pad(Box(-x, -y, scale, scale))
        left, top = int(x * _f(width)), int(y * _f(height))
        right = int((scale - x - _f(1)) * _f(width))
        bottom = int((scale - y - _f(1)) * _f(height))
        steps.append(Step("pad", (top, bottom, left, right, p["fill_value"])))
        return height + top + bottom, width + left + right

    def _crop(self, steps: Plan, label: BoxLabel, height: int, width: int, random: Twister) -> tuple[int, int]:
        p = self._p
        count = p["num_crop_sampler"]
        if not (p["rand_crop_prob"] > 0 and count > 0 and random.uniform() < p["rand_crop_prob"]):
            return height, width
        order = list(range(count))
        random.shuffle(order)
        by_overlap, least = p["crop_emit_mode"] == "overlap", _f(p["emit_overlap_thresh"])
        for i in order:
            limits = Limits(*((p[f"min_crop_{what}"][i], p[f"max_crop_{what}"][i]) for what in _PAIRS))
            for _ in range(p["max_crop_trials"][i]):
                box = self._box(i, _f(width) / _f(height), random)
                if label.try_crop(box, limits, by_overlap, least):
                    x, y = int(box.x * _f(width)), int(box.y * _f(height))
                    wide, tall = int(box.width * _f(width)), int(box.height * _f(height))
                    steps.append(Step("crop", (x, y, wide, tall)))
                    return tall, wide
        return height, width

    def _box(self, i: int, image_ratio: np.float32, random: Twister) -> Box:
        p = self._p
        scale = random.uniform(p["min_crop_scales"][i], p["max_crop_scales"][i]) + _f(1e-12)
        square = scale * scale
        low = max(p["min_crop_aspect_ratios"][i] / image_ratio, square)
        high = min(p["max_crop_aspect_ratios"][i] / image_ratio, _f(1.0 / float(square)))
        ratio = np.sqrt(random.uniform(low, high))
        width, height = min(_f(1), scale * ratio), min(_f(1), scale / ratio)
        x = random.uniform(0, _f(1) - width)
        return Box(x, random.uniform(0, _f(1) - height), width, height)

    def _fit(self, steps: Plan, height: int, width: int, random: Twister) -> None:
        _, tall, wide = self._p["data_shape"]
        mode = self._p["resize_mode"]
        if mode == "force":
            self._resized(steps, height, width, tall, wide, random)
        elif mode == "fit" or height > tall or width > wide:
            ratio = min(_f(tall) / _f(height), _f(wide) / _f(width))
            self._resized(steps, height, width, int(ratio * _f(height)), int(ratio * _f(width)), random)
