"""Augmenters for detection: results under a seed, labels, and dumps."""

import random

import numpy as np

from ...suite import Suite, attempt
from ._files import pixels

suite = Suite(__name__)

OBJECTS = [[0, 0.1, 0.1, 0.5, 0.6], [2, 0.4, 0.3, 0.9, 0.95], [1, 0.7, 0.05, 0.95, 0.3]]


def _under_seed(make, times=4, objects=OBJECTS, dtype="uint8", size=(20, 26)):
    """Images and labels of several calls, each with a fresh image and label."""

    def run(mx):
        augmenter = make(mx)
        random.seed(7)
        np.random.seed(8)
        results = []
        for _ in range(times):
            label = np.array(objects, np.float32)
            image, found = augmenter(mx.nd.array(pixels(*size), dtype=dtype), label)
            results.append((image, found, found is label, label))
        return results

    return run


def _multi(mx, **options):
    return mx.image.CreateMultiRandCropAugmenter(
        min_object_covered=[0.1, 0.5, 0.9], area_range=[(0.1, 1.0), (0.2, 1.0), (0.5, 1.0)], **options
    )


MAKERS = {
    "Borrow": lambda mx: mx.image.DetBorrowAug(mx.image.ForceResizeAug((8, 8), 1)),
    "Borrow_sequence": lambda mx: mx.image.DetBorrowAug(
        mx.image.SequentialAug([mx.image.ForceResizeAug((8, 8), 1), mx.image.CastAug()])
    ),
    "Flip_half": lambda mx: mx.image.DetHorizontalFlipAug(0.5),
    "Flip_always": lambda mx: mx.image.DetHorizontalFlipAug(1),
    "Crop": lambda mx: mx.image.DetRandomCropAug(),
    "Crop_covered": lambda mx: mx.image.DetRandomCropAug(min_object_covered=0.7),
    "Crop_area": lambda mx: mx.image.DetRandomCropAug(area_range=(0.3, 0.5)),
    "Crop_ratio": lambda mx: mx.image.DetRandomCropAug(aspect_ratio_range=(0.3, 3.0)),
    "Crop_number": lambda mx: mx.image.DetRandomCropAug(aspect_ratio_range=1.0, area_range=0.5),
    "Crop_eject": lambda mx: mx.image.DetRandomCropAug(min_eject_coverage=0.9, min_object_covered=0.0),
    "Crop_never": lambda mx: mx.image.DetRandomCropAug(min_object_covered=2.0, max_attempts=3),
    "Crop_bad_area": lambda mx: mx.image.DetRandomCropAug(area_range=(0.5, 0.1)),
    "Crop_bad_ratio": lambda mx: mx.image.DetRandomCropAug(aspect_ratio_range=(0, 1)),
    "Pad": lambda mx: mx.image.DetRandomPadAug(),
    "Pad_large": lambda mx: mx.image.DetRandomPadAug(area_range=(2.0, 4.0), pad_val=(1, 2, 3)),
    "Pad_ratio": lambda mx: mx.image.DetRandomPadAug(aspect_ratio_range=(0.5, 2.0)),
    "Pad_number": lambda mx: mx.image.DetRandomPadAug(aspect_ratio_range=1.2, area_range=2.5),
    "Pad_never": lambda mx: mx.image.DetRandomPadAug(area_range=(1.0, 1.01), max_attempts=3),
    "Pad_bad_area": lambda mx: mx.image.DetRandomPadAug(area_range=(0.5, 1.0)),
    "Pad_bad_ratio": lambda mx: mx.image.DetRandomPadAug(aspect_ratio_range=(2, 1)),
    "Select": lambda mx: mx.image.DetRandomSelectAug(
        [mx.image.DetHorizontalFlipAug(1), mx.image.DetRandomPadAug()], skip_prob=0.3
    ),
    "Select_single": lambda mx: mx.image.DetRandomSelectAug(mx.image.DetHorizontalFlipAug(1)),
    "Select_empty": lambda mx: mx.image.DetRandomSelectAug([]),
    "Multi": _multi,
    "Multi_skip": lambda mx: _multi(mx, skip_prob=0.5),
    "Multi_attempts": lambda mx: _multi(mx, max_attempts=[5, 10, 20], aspect_ratio_range=(0.5, 2.0)),
}
suite.table("result", {name: _under_seed(make) for name, make in MAKERS.items()})
suite.table("dumps", {name: (lambda mx, m=make: m(mx).dumps()) for name, make in MAKERS.items()})
suite.table(
    "wide_objects",
    {
        name: _under_seed(MAKERS[name], 2, [[0, 0.1, 0.1, 0.5, 0.6, 9, 8], [1, 0.3, 0.2, 0.8, 0.9, 7, 6]], "float32")
        for name in ("Flip_always", "Crop", "Pad", "Multi")
    },
)
suite.table("thin", {name: _under_seed(MAKERS[name], 3, size=(5, 40)) for name in ("Crop", "Pad", "Multi")})

CREATE = {
    "plain": {},
    "resize": {"resize": 10},
    "crop": {"rand_crop": 0.7},
    "crops": {"rand_crop": 0.9, "min_object_covered": [0.1, 0.5], "area_range": [(0.1, 1.0), (0.3, 1.0)]},
    "pad": {"rand_pad": 0.8},
    "mirror": {"rand_mirror": True},
    "mean": {"mean": True, "std": True},
    "own_mean": {"mean": np.array([1.0, 2.0, 3.0]), "std": np.array([2.0])},
    "colours": {"brightness": 0.2, "contrast": 0.3, "saturation": 0.4, "hue": 0.1, "pca_noise": 0.1, "rand_gray": 0.3},
    "all": dict(
        resize=15,
        rand_crop=0.5,
        rand_pad=0.5,
        rand_gray=0.3,
        rand_mirror=True,
        mean=True,
        std=True,
        brightness=0.2,
        contrast=0.3,
        saturation=0.4,
        pca_noise=0.1,
        hue=0.1,
        inter_method=10,
        pad_val=(1, 2, 3),
    ),
}


def _created(options):
    def run(mx):
        found = mx.image.CreateDetAugmenter((3, 8, 9), **options)

        def all_of_them(image, label):
            for augmenter in found:
                image, label = augmenter(image, label)
            return image, label

        return (
            [type(a).__name__ for a in found],
            [a.dumps() for a in found],
            _under_seed(lambda mx: all_of_them)(mx),
        )

    return run


suite.table("create", {name: _created(options) for name, options in CREATE.items() if name != "crops"})
suite.table("create", {"crops": lambda mx: attempt(_created(CREATE["crops"]), mx)})
suite.errors(
    "wrong",
    {
        "base": (lambda mx: mx.image.DetAugmenter()(1, 2), ("DetAugmenter",)),
        "borrow": (lambda mx: mx.image.DetBorrowAug(mx.image.DetHorizontalFlipAug(1)), ("Augmenter",)),
        "select": (lambda mx: mx.image.DetRandomSelectAug([mx.image.CastAug()]), ("DetAugmenter",)),
        "crop_ratio": (lambda mx: mx.image.DetRandomCropAug(aspect_ratio_range="1"), ("aspect_ratio_range",)),
        "pad_value": (lambda mx: mx.image.DetRandomPadAug(pad_val="black"), ("pad_val",)),
        "lists": (
            lambda mx: mx.image.CreateMultiRandCropAugmenter([0.1, 0.2], max_attempts=[1, 2, 3]),
            ("CreateMultiRandCropAugmenter",),
        ),
        "mean": (lambda mx: mx.image.CreateDetAugmenter((3, 8, 9), mean=[1, 2, 3]), ("mean",)),
    },
)
