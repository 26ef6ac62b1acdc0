"""Augmenters under a seed: results, what they do to their input, and dumps."""

import random

import numpy as np

from ...suite import Suite, attempt
from ._files import pixels

suite = Suite(__name__)


def _image(mx, dtype, height=10, width=13):
    return mx.nd.array(pixels(height, width), dtype=dtype)


def _under_seed(make, dtype="float32", times=3):
    """The results of several calls of one augmenter, each with a fresh image; and whether it wrote into that."""

    def run(mx):
        augmenter = make(mx)
        random.seed(11)
        np.random.seed(12)
        results = []
        for _ in range(times):
            source = _image(mx, dtype)
            found = augmenter(source)
            results.append((found, found is source, not np.array_equal(source.asnumpy(), pixels(10, 13))))
        return results

    return run


EIGVAL = np.array([55.46, 4.794, 1.148])
EIGVEC = np.array([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])
MAKERS = {
    "Resize": lambda mx: mx.image.ResizeAug(8),
    "Resize_linear": lambda mx: mx.image.ResizeAug(8, interp=1),
    "Resize_random": lambda mx: mx.image.ResizeAug(8, 10),
    "ForceResize": lambda mx: mx.image.ForceResizeAug((9, 7)),
    "ForceResize_auto": lambda mx: mx.image.ForceResizeAug((5, 4), 9),
    "ForceResize_random": lambda mx: mx.image.ForceResizeAug((5, 4), 10),
    "RandomCrop": lambda mx: mx.image.RandomCropAug((6, 5)),
    "RandomCrop_large": lambda mx: mx.image.RandomCropAug((20, 9), 1),
    "CenterCrop": lambda mx: mx.image.CenterCropAug((6, 5)),
    "CenterCrop_large": lambda mx: mx.image.CenterCropAug((30, 30), 1),
    "RandomSizedCrop": lambda mx: mx.image.RandomSizedCropAug((6, 5), 0.2, (0.75, 1.33)),
    "RandomSizedCrop_range": lambda mx: mx.image.RandomSizedCropAug((6, 5), (0.1, 0.4), (0.5, 2.0), 1),
    "RandomSizedCrop_min_area": lambda mx: mx.image.RandomSizedCropAug((6, 5), 1, (0.5, 2.0), min_area=0.3),
    "HorizontalFlip_half": lambda mx: mx.image.HorizontalFlipAug(0.5),
    "HorizontalFlip_always": lambda mx: mx.image.HorizontalFlipAug(1),
    "HorizontalFlip_never": lambda mx: mx.image.HorizontalFlipAug(0),
    "Cast": lambda mx: mx.image.CastAug(),
    "Cast_double": lambda mx: mx.image.CastAug("float64"),
    "Sequential": lambda mx: mx.image.SequentialAug([mx.image.RandomCropAug((6, 5)), mx.image.CastAug()]),
    "Sequential_empty": lambda mx: mx.image.SequentialAug([]),
    "RandomOrder": lambda mx: mx.image.RandomOrderAug([mx.image.ResizeAug(8, 1), mx.image.CenterCropAug((6, 5), 1)]),
}
COLOURS = {
    "BrightnessJitter": lambda mx: mx.image.BrightnessJitterAug(0.4),
    "BrightnessJitter_0": lambda mx: mx.image.BrightnessJitterAug(0),
    "ContrastJitter": lambda mx: mx.image.ContrastJitterAug(0.4),
    "SaturationJitter": lambda mx: mx.image.SaturationJitterAug(0.4),
    "HueJitter": lambda mx: mx.image.HueJitterAug(0.3),
    "ColorJitter": lambda mx: mx.image.ColorJitterAug(0.3, 0.4, 0.5),
    "ColorJitter_one": lambda mx: mx.image.ColorJitterAug(0, 0.4, 0),
    "ColorJitter_none": lambda mx: mx.image.ColorJitterAug(0, 0, 0),
    "Lighting": lambda mx: mx.image.LightingAug(0.1, EIGVAL, EIGVEC),
    "ColorNormalize": lambda mx: mx.image.ColorNormalizeAug(mx.nd.array([1, 2, 3]), mx.nd.array([3, 4, 5])),
    "ColorNormalize_numpy": lambda mx: mx.image.ColorNormalizeAug(np.array([1.5]), np.array([3.0])),
    "ColorNormalize_mean": lambda mx: mx.image.ColorNormalizeAug([1, 2, 3], None),
    "ColorNormalize_std": lambda mx: mx.image.ColorNormalizeAug(None, [1, 2, 3]),
    "ColorNormalize_none": lambda mx: mx.image.ColorNormalizeAug(None, None),
    "RandomGray": lambda mx: mx.image.RandomGrayAug(0.5),
    "RandomGray_always": lambda mx: mx.image.RandomGrayAug(1.0),
}
suite.table("bytes", {name: _under_seed(make, "uint8") for name, make in MAKERS.items()})
suite.table("float32", {name: _under_seed(make) for name, make in {**MAKERS, **COLOURS}.items()})
suite.table(
    "bytes_colours",
    {
        name: (lambda mx, m=make: attempt(_under_seed(m, "uint8", 1), mx))
        for name, make in COLOURS.items()
        if name not in ("ColorNormalize_none", "ColorJitter_none")
    },
)
suite.table("dumps", {name: (lambda mx, m=make: m(mx).dumps()) for name, make in {**MAKERS, **COLOURS}.items()})

CREATE = {
    "plain": {},
    "resize": {"resize": 9},
    "crop": {"rand_crop": True},
    "resized_crop": {"rand_crop": True, "rand_resize": True},
    "mirror": {"rand_mirror": True},
    "mean": {"mean": True},
    "std": {"mean": True, "std": True},
    "own_mean": {"mean": np.array([1.0, 2.0, 3.0]), "std": np.array([2.0])},
    "jitter": {"brightness": 0.2, "contrast": 0.3, "saturation": 0.4},
    "hue": {"hue": 0.2},
    "noise": {"pca_noise": 0.1},
    "gray": {"rand_gray": 0.5},
    "all": dict(
        resize=9,
        rand_crop=True,
        rand_resize=True,
        rand_mirror=True,
        mean=True,
        std=True,
        brightness=0.2,
        contrast=0.3,
        saturation=0.4,
        hue=0.2,
        pca_noise=0.1,
        rand_gray=0.5,
        inter_method=10,
    ),
}


def _created(options):
    def run(mx):
        found = mx.image.CreateAugmenter((3, 6, 7), **options)
        random.seed(1)
        np.random.seed(2)
        results = []
        for _ in range(3):
            image = _image(mx, "uint8")
            for augmenter in found:
                image = augmenter(image)
            results.append(image)
        return [type(a).__name__ for a in found], [a.dumps() for a in found], results

    return run


suite.table("create", {name: _created(options) for name, options in CREATE.items()})
suite.errors(
    "create",
    {
        "resize_without_crop": (lambda mx: mx.image.CreateAugmenter((3, 6, 7), rand_resize=True), ("rand_crop",)),
        "mean_list": (lambda mx: mx.image.CreateAugmenter((3, 6, 7), mean=[1, 2, 3]), ("mean",)),
        "mean_shape": (lambda mx: mx.image.CreateAugmenter((3, 6, 7), mean=np.ones(2)), ("mean",)),
        "std_false": (lambda mx: mx.image.CreateAugmenter((3, 6, 7), std=5), ("std",)),
        "unknown": (lambda mx: mx.image.CreateAugmenter((3, 6, 7), size=5), ()),
    },
)
suite.errors(
    "wrong",
    {
        "base": (lambda mx: mx.image.Augmenter()(1), ("Augmenter",)),
        "sized_crop": (lambda mx: mx.image.RandomSizedCropAug((6, 5), 1, (1, 1), more=3), ("more",)),
        "mode": (lambda mx: mx.image.ResizeAug(8, 6)(_image(mx, "uint8")), ("6",)),
    },
)


@suite.case()
def base_arguments(mx):
    augmenter = mx.image.Augmenter(a=1, b=np.array([1.5, 2.0]), c=mx.nd.array([[1, 2]]), d="x", e=None)
    return augmenter.dumps(), augmenter._kwargs


@suite.case()
def attributes(mx):
    crop = mx.image.RandomSizedCropAug((6, 5), 0.2, (0.75, 1.33))
    colour = mx.image.ColorJitterAug(0.1, 0.2, 0.3)
    return (
        (crop.size, crop.area, crop.ratio, crop.interp),
        [type(t).__name__ for t in colour.ts],
        mx.image.RandomGrayAug(0.1).mat,
        mx.image.ContrastJitterAug(0.1).coef,
        mx.image.HueJitterAug(0.1).tyiq,
        mx.image.CastAug("int32").typ,
    )
