"""Transforms: printed forms, results on fixed pixels, random ones under a seed, and what is refused."""

import random

import numpy as np

from ...suite import Suite, attempt
from . import _files

suite = Suite(__name__)


def _image(mx, height=8, width=10, dtype="uint8", channels=3, seed=0):
    return mx.nd.array(_files.pixels(height, width, channels, seed), dtype=dtype)


def _batch(mx, count=2, height=8, width=10, dtype="uint8"):
    return mx.nd.array(np.stack([_files.pixels(height, width, seed=i) for i in range(count)]), dtype=dtype)


def _tensor(mx, channels=3, height=6, width=5, count=None):
    shape = (channels, height, width) if count is None else (count, channels, height, width)
    return mx.nd.array(np.random.RandomState(5).uniform(0, 1, shape))


def _done(make, data=_image, times=1, hybrid=False):
    """The printed form and some results of a transform."""

    def program(mx):
        transform = make(mx.gluon.data.vision.transforms)
        if hybrid:
            transform.hybridize()
        return repr(transform), [transform(data(mx)) for _ in range(times)]

    return program


suite.table(
    "to_tensor",
    {
        "image": _done(lambda t: t.ToTensor()),
        "hybrid": _done(lambda t: t.ToTensor(), hybrid=True, times=2),
        "batch": _done(lambda t: t.ToTensor(), _batch),
        "gray": _done(lambda t: t.ToTensor(), lambda mx: _image(mx, channels=1)),
        "float32": _done(lambda t: t.ToTensor(), lambda mx: _image(mx, dtype="float32")),
        "int32": _done(lambda t: t.ToTensor(), lambda mx: _image(mx, dtype="int32")),
        "one_pixel": _done(lambda t: t.ToTensor(), lambda mx: _image(mx, 1, 1)),
    },
)
suite.table(
    "normalize",
    {
        "default": _done(lambda t: t.Normalize(), _tensor),
        "scalars": _done(lambda t: t.Normalize(0.5, 0.25), _tensor),
        "tuples": _done(lambda t: t.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)), _tensor),
        "lists": _done(lambda t: t.Normalize([0, 1, 2], [3, 2, 1]), _tensor),
        "mean_only": _done(lambda t: t.Normalize(mean=(0.1, 0.2, 0.3)), _tensor),
        "std_only": _done(lambda t: t.Normalize(std=0.5), _tensor),
        "gray": _done(lambda t: t.Normalize(0.13, 0.31), lambda mx: _tensor(mx, 1)),
        "batch": _done(lambda t: t.Normalize((0, 1, 2), (3, 2, 1)), lambda mx: _tensor(mx, count=2)),
        "hybrid": _done(lambda t: t.Normalize((0, 1, 2), (3, 2, 1)), _tensor, hybrid=True, times=2),
    },
)
suite.table(
    "cast",
    {
        "default": _done(lambda t: t.Cast()),
        "float64": _done(lambda t: t.Cast("float64")),
        "numpy_type": _done(lambda t: t.Cast(np.float16)),
        "int32": _done(lambda t: t.Cast("int32"), _tensor),
        "hybrid": _done(lambda t: t.Cast("float32"), hybrid=True, times=2),
    },
)
for _interp in (0, 1, 2, 3, 4):
    suite.table(
        f"resize/interpolation_{_interp}",
        {
            "smaller": _done(lambda t, i=_interp: t.Resize((6, 4), interpolation=i)),
            "larger": _done(lambda t, i=_interp: t.Resize((13, 11), interpolation=i)),
            "float32": _done(lambda t, i=_interp: t.Resize(5, interpolation=i), lambda mx: _image(mx, dtype="float32")),
        },
    )
suite.table(
    "resize",
    {
        "number": _done(lambda t: t.Resize(5)),
        "list": _done(lambda t: t.Resize([5, 7])),
        "same": _done(lambda t: t.Resize((10, 8))),
        "keep_ratio": _done(lambda t: t.Resize(5, keep_ratio=True)),
        "keep_ratio_tall": _done(lambda t: t.Resize(5, True), lambda mx: _image(mx, 12, 7)),
        "keep_ratio_pair": _done(lambda t: t.Resize((4, 6), keep_ratio=True)),
        "batch": _done(lambda t: t.Resize((4, 6)), _batch),
        "gray": _done(lambda t: t.Resize((4, 6)), lambda mx: _image(mx, channels=1)),
        "hybrid": _done(lambda t: t.Resize((4, 6)), hybrid=True, times=2),
    },
)
suite.table(
    "crop_resize",
    {
        "crop": _done(lambda t: t.CropResize(1, 2, 4, 3)),
        "all": _done(lambda t: t.CropResize(0, 0, 10, 8)),
        "resize": _done(lambda t: t.CropResize(1, 2, 4, 3, (6, 5), 1)),
        "resize_number": _done(lambda t: t.CropResize(1, 2, 4, 3, 6, 2)),
        "resize_nearest": _done(lambda t: t.CropResize(1, 2, 4, 3, (6, 5), 0)),
        "batch": _done(lambda t: t.CropResize(1, 2, 4, 3), _batch),
        "batch_resize": _done(lambda t: t.CropResize(1, 2, 4, 3, (6, 5), 1), _batch),
        "float32": _done(lambda t: t.CropResize(1, 2, 4, 3), lambda mx: _image(mx, dtype="float32")),
        "keywords": _done(lambda t: t.CropResize(x=0, y=1, width=2, height=3)),
        "interpolation_left_out": lambda mx: attempt(
            lambda: mx.gluon.data.vision.transforms.CropResize(1, 2, 4, 3, (6, 5))(_image(mx))
        ),
    },
)
suite.table(
    "center_crop",
    {
        "number": _done(lambda t: t.CenterCrop(4)),
        "pair": _done(lambda t: t.CenterCrop((6, 3))),
        "odd": _done(lambda t: t.CenterCrop((5, 5))),
        "all": _done(lambda t: t.CenterCrop((10, 8))),
        "larger": _done(lambda t: t.CenterCrop((12, 12))),
        "wider": _done(lambda t: t.CenterCrop((20, 4))),
        "interpolation": _done(lambda t: t.CenterCrop((12, 12), interpolation=0)),
        "float32": _done(lambda t: t.CenterCrop(4), lambda mx: _image(mx, dtype="float32")),
        "numpy_number": _done(lambda t: t.CenterCrop(np.int64(4))),
    },
)
for _seed in (0, 1, 2, 3):

    def _seeded(make, data=_image, times=3, seed=_seed, hybrid=False):
        done = _done(make, data, times, hybrid)

        def program(mx):
            mx.random.seed(seed)
            np.random.seed(seed)
            random.seed(seed)
            return done(mx), np.random.randint(1000), random.randint(0, 1000), mx.nd.random.uniform()

        return program

    suite.table(
        f"random/seed_{_seed}",
        {
            "flip_left_right": _seeded(lambda t: t.RandomFlipLeftRight(), times=6),
            "flip_top_bottom": _seeded(lambda t: t.RandomFlipTopBottom(), times=6),
            "brightness": _seeded(lambda t: t.RandomBrightness(0.4)),
            "contrast": _seeded(lambda t: t.RandomContrast(0.4)),
            "saturation": _seeded(lambda t: t.RandomSaturation(0.4)),
            "hue": _seeded(lambda t: t.RandomHue(0.2)),
            "jitter": _seeded(lambda t: t.RandomColorJitter(0.4, 0.3, 0.2, 0.1)),
            "jitter_some": _seeded(lambda t: t.RandomColorJitter(brightness=0.4, saturation=0.2)),
            "lighting": _seeded(lambda t: t.RandomLighting(0.1)),
            "lighting_float": _seeded(lambda t: t.RandomLighting(0.1), lambda mx: _image(mx, dtype="float32")),
            "brightness_float": _seeded(lambda t: t.RandomBrightness(0.4), lambda mx: _image(mx, dtype="float32")),
            "brightness_large": _seeded(lambda t: t.RandomBrightness(3)),
            "resized_crop": _seeded(lambda t: t.RandomResizedCrop(6)),
            "resized_crop_pair": _seeded(lambda t: t.RandomResizedCrop((6, 4), (0.3, 0.6), (0.9, 1.1), 2)),
            "resized_crop_no_fit": _seeded(lambda t: t.RandomResizedCrop(6, (0.99, 1.0), (3, 4))),
            "rotation": _seeded(lambda t: t.RandomRotation((-30, 40)), _tensor),
            "rotation_sometimes": _seeded(
                lambda t: t.RandomRotation((-30, 40), rotate_with_proba=0.5), _tensor, times=5
            ),
            "rotation_never": _seeded(lambda t: t.RandomRotation((-30, 40), rotate_with_proba=0), _tensor),
            "apply": _seeded(lambda t: t.RandomApply(t.Resize(4)), times=6),
            "apply_often": _seeded(lambda t: t.RandomApply(t.Resize(4), 0.9), times=6),
            "apply_never": _seeded(lambda t: t.RandomApply(t.Resize(4), p=0)),
            "flip_hybrid": _seeded(lambda t: t.RandomFlipLeftRight(), times=5, hybrid=True),
        },
    )
suite.table(
    "rotate",
    {
        "by_30": _done(lambda t: t.Rotate(30), _tensor),
        "by_90": _done(lambda t: t.Rotate(90), _tensor),
        "back": _done(lambda t: t.Rotate(-45.5), _tensor),
        "zoom_in": _done(lambda t: t.Rotate(30, zoom_in=True), _tensor),
        "zoom_out": _done(lambda t: t.Rotate(30, zoom_out=True), _tensor),
        "batch": _done(lambda t: t.Rotate(20), lambda mx: _tensor(mx, count=2)),
        "none": _done(lambda t: t.Rotate(0), _tensor),
    },
)
suite.table(
    "compose",
    {
        "empty": lambda mx: repr(mx.gluon.data.vision.transforms.Compose([])),
        "one": _done(lambda t: t.Compose([t.ToTensor()])),
        "hybrids": _done(lambda t: t.Compose([t.Resize(6), t.ToTensor(), t.Normalize(0.5, 0.2)])),
        "hybrids_twice": _done(lambda t: t.Compose([t.Resize(6), t.ToTensor(), t.Normalize(0.5, 0.2)]), times=3),
        "mixed": _done(lambda t: t.Compose([t.Resize(7), t.CenterCrop(6), t.ToTensor(), t.Normalize(0.5, 0.2)])),
        "plain_first": _done(lambda t: t.Compose([t.CenterCrop(6), t.ToTensor()])),
        "plain_last": _done(lambda t: t.Compose([t.Resize(8), t.Cast("float32"), t.CenterCrop(6)])),
        "plain_only": _done(lambda t: t.Compose([t.CenterCrop(7), t.CenterCrop(6)])),
        "training": _done(
            lambda t: t.Compose(
                [
                    t.RandomResizedCrop(6),
                    t.RandomFlipLeftRight(),
                    t.RandomColorJitter(brightness=0.4, contrast=0.4, saturation=0.4),
                    t.RandomLighting(0.1),
                    t.ToTensor(),
                    t.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
                ]
            ),
            times=3,
        ),
        "nested": _done(lambda t: t.Compose([t.Compose([t.CenterCrop(6), t.Resize(5)]), t.ToTensor()])),
        "same_list_twice": lambda mx: _same_list_twice(mx),
        "length": lambda mx: _lengths(mx),
        "add": lambda mx: _added(mx),
        "no_parameters": lambda mx: list(_composed(mx).collect_params()),
        "bases": lambda mx: _bases(mx),
        "in_loader": lambda mx: _in_loader(mx),
    },
)


def _composed(mx):
    t = mx.gluon.data.vision.transforms
    return t.Compose([t.Resize(7), t.ToTensor(), t.CenterCrop(6), t.Cast()])


def _same_list_twice(mx):
    t = mx.gluon.data.vision.transforms
    steps = [t.Resize(7), t.ToTensor()]
    return [repr(t.Compose(steps)) for _ in range(2)]


def _lengths(mx):
    composed = _composed(mx)
    return len(composed), [type(part).__name__ for part in composed]


def _added(mx):
    t = mx.gluon.data.vision.transforms
    composed = t.Compose([t.Resize(7)])
    composed.add(t.ToTensor())
    return repr(composed), composed(_image(mx)).shape


def _bases(mx):
    t, nn = mx.gluon.data.vision.transforms, mx.gluon.nn
    hybrid = "Cast ToTensor Normalize CropResize Resize RandomFlipLeftRight RandomBrightness RandomLighting".split()
    plain = "Rotate RandomRotation RandomResizedCrop CenterCrop".split()
    return (
        [issubclass(getattr(t, name), mx.gluon.HybridBlock) for name in hybrid + plain],
        [issubclass(t.Compose, nn.Sequential), issubclass(t.RandomApply, nn.Sequential)],
    )


def _in_loader(mx):
    t, data = mx.gluon.data.vision.transforms, mx.gluon.data
    steps = t.Compose([t.RandomFlipLeftRight(), t.RandomBrightness(0.3), t.ToTensor(), t.Normalize(0.5, 0.2)])
    dataset = data.ArrayDataset(_batch(mx, 5), np.arange(5)).transform_first(steps)
    loader = data.DataLoader(dataset, 2, shuffle=True)
    return [[(x.shape, x.dtype, x[0, :, 0, :2], x.mean(), y) for x, y in loader] for _ in range(2)]


suite.table(
    "repr",
    {
        name: lambda mx, n=name, a=args: repr(getattr(mx.gluon.data.vision.transforms, n)(*a))
        for name, args in {
            "Cast": (),
            "ToTensor": (),
            "Normalize": (0.5, 0.5),
            "Rotate": (30,),
            "RandomRotation": ((-3, 3),),
            "RandomResizedCrop": (4,),
            "CropResize": (0, 0, 1, 1),
            "CenterCrop": (4,),
            "Resize": (4,),
            "RandomFlipLeftRight": (),
            "RandomFlipTopBottom": (),
            "RandomBrightness": (0.1,),
            "RandomContrast": (0.1,),
            "RandomSaturation": (0.1,),
            "RandomHue": (0.1,),
            "RandomColorJitter": (),
            "RandomLighting": (0.1,),
            "RandomApply": (None,),
        }.items()
    },
)


def _fails(make, data=_image):
    return lambda mx: make(mx.gluon.data.vision.transforms)(data(mx)).wait_to_read()


suite.errors(
    "refused",
    {
        "rotate_uint8": (
            _fails(lambda t: t.Rotate(30), lambda mx: _tensor(mx).astype("uint8")),
            ("float32", "ToTensor"),
        ),
        "rotation_uint8": (
            _fails(lambda t: t.RandomRotation((1, 2)), lambda mx: _tensor(mx).astype("uint8")),
            ("float32",),
        ),
        "rotate_both_zooms": (_fails(lambda t: t.Rotate(30, True, True), _tensor), ()),
        "rotation_order": (lambda mx: mx.gluon.data.vision.transforms.RandomRotation((3, 3)), ("angle_limits",)),
        "rotation_chance": (
            lambda mx: mx.gluon.data.vision.transforms.RandomRotation((1, 3), rotate_with_proba=1.5),
            ("Probability",),
        ),
        "rotation_number": (lambda mx: mx.gluon.data.vision.transforms.RandomRotation(3), ()),
        "crop_outside": (_fails(lambda t: t.CropResize(8, 0, 4, 3)), ("crop",)),
        "to_tensor_vector": (_fails(lambda t: t.ToTensor(), lambda mx: mx.nd.ones(3)), ("to_tensor",)),
        "normalize_two": (_fails(lambda t: t.Normalize((1, 2), 1), _tensor), ("normalize",)),
        "cast_unknown": (_fails(lambda t: t.Cast("nope")), ()),
        "flip_batch": (_fails(lambda t: t.RandomFlipLeftRight(), _batch), ("flip",)),
    },
)
