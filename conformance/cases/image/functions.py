"""Functions of mx.image: decoding, resizing, cropping, turning, and what they refuse."""

import random

import numpy as np

from ...suite import Suite, attempt
from ._files import JPEG, pixels, png, with_folder, write

suite = Suite(__name__)


def _image(mx, dtype="uint8", height=12, width=16, seed=0):
    return mx.nd.array(pixels(height, width, seed), dtype=dtype)


# ---------------------------------------------------------------- decoding

suite.table("imdecode", {name: (lambda mx, c=content: mx.image.imdecode(c)) for name, content in JPEG.items()})
suite.table(
    "imdecode/options",
    {
        "gray": lambda mx: mx.image.imdecode(JPEG["420"], flag=0),
        "blue_first": lambda mx: mx.image.imdecode(JPEG["420"], to_rgb=0),
        "blue_first_false": lambda mx: mx.image.imdecode(JPEG["444"], to_rgb=False),
        "flag_positional": lambda mx: mx.image.imdecode(JPEG["420"], 0),
        "gray_blue_first": lambda mx: mx.image.imdecode(JPEG["420"], flag=0, to_rgb=0),
        "gray_file_colour": lambda mx: mx.image.imdecode(JPEG["gray"], flag=1),
        "exif_gray": lambda mx: mx.image.imdecode(JPEG["exif"], flag=0),
        "bytearray": lambda mx: mx.image.imdecode(bytearray(JPEG["420"])),
        "numpy": lambda mx: mx.image.imdecode(np.frombuffer(JPEG["420"], np.uint8)),
        "ndarray": lambda mx: mx.image.imdecode(mx.nd.array(np.frombuffer(JPEG["420"], np.uint8), dtype="uint8")),
        "out": lambda mx: _decoded_into(mx),
        "type": lambda mx: (type(mx.image.imdecode(JPEG["420"])).__name__, mx.image.imdecode(JPEG["420"]).dtype),
    },
)


def _decoded_into(mx):
    out = mx.nd.zeros((18, 26, 3), dtype="uint8")
    mx.image.imdecode(JPEG["420"], out=out)
    return out


suite.table(
    "imdecode/png",
    {
        "colour": lambda mx: mx.image.imdecode(png(pixels())),
        "colour_as_gray": lambda mx: mx.image.imdecode(png(pixels()), flag=0),
        "gray": lambda mx: mx.image.imdecode(png(pixels(channels=1))),
        "gray_as_gray": lambda mx: mx.image.imdecode(png(pixels(channels=1)), flag=0),
        "alpha": lambda mx: mx.image.imdecode(png(pixels(channels=4))),
        "one_pixel": lambda mx: mx.image.imdecode(png(pixels(1, 1))),
    },
)
suite.errors(
    "imdecode",
    {
        "text": (lambda mx: mx.image.imdecode("not bytes"), ("bytes", "str")),
        "list": (lambda mx: mx.image.imdecode([1, 2, 3]), ("bytes",)),
        "empty": (lambda mx: mx.image.imdecode(b""), ("buf|empty",)),
        "no_image": (lambda mx: mx.image.imdecode(b"clearly not an image").asnumpy(), ("image",)),
        "float": (lambda mx: mx.image.imdecode(mx.nd.ones(9)), ("uint8",)),
        "flag": (lambda mx: mx.image.imdecode(JPEG["420"], flag=-1), ("flag",)),
        "unknown": (lambda mx: mx.image.imdecode(JPEG["420"], colour=1), ("colour",)),
    },
)


def _read(content, name="x.jpg", **options):
    return lambda mx: with_folder(lambda folder: mx.image.imread(write(name, content), **options).asnumpy())


suite.table(
    "imread",
    {
        "jpeg": _read(JPEG["444"]),
        "jpeg_gray": _read(JPEG["444"], flag=0),
        "jpeg_blue_first": _read(JPEG["444"], to_rgb=False),
        "png": _read(png(pixels()), "x.png"),
        "wrong_suffix": _read(png(pixels()), "x.jpg"),
        "exif": _read(JPEG["exif"]),
    },
)
suite.errors(
    "imread",
    {
        "missing": (lambda mx: mx.image.imread("no_such_file.jpg"), ("no_such_file.jpg",)),
        "no_image": (_read(b"clearly not an image"), ("image",)),
    },
)

# ---------------------------------------------------------------- sizes

_SIZES = {
    "smaller": ((640, 480), (720, 120)),
    "fits": ((640, 480), (30, 20)),
    "both_larger": ((10, 8), (30, 20)),
    "taller": ((10, 8), (4, 20)),
    "wider": ((10, 8), (40, 2)),
    "same": ((7, 9), (7, 9)),
    "one": ((1, 1), (100, 3)),
}
suite.table("scale_down", {name: (lambda mx, a=args: mx.image.scale_down(*a)) for name, args in _SIZES.items()})


def _modes(mx):
    pick = mx.image.image._get_interp_method
    sizes = [(), (4, 4, 8, 8), (8, 8, 4, 4), (8, 4, 4, 8), (4, 4, 4, 4)]
    fixed = [[pick(mode, s) for s in sizes] for mode in (0, 1, 2, 3, 4, 9)]
    random.seed(3)
    return fixed, [pick(10, (4, 4, 8, 8)) for _ in range(12)], attempt(pick, 5), attempt(pick, 9, (1, 2, 3))


suite.case("interp_method")(_modes)
suite.table(
    "imresize",
    {
        "{}_{}x{}_{}".format(dtype, w, h, mode): (
            lambda mx, d=dtype, w=w, h=h, m=mode: mx.image.imresize(_image(mx, d), w, h, interp=m)
        )
        for dtype in ("uint8", "float32")
        for w, h in ((8, 6), (21, 17), (9, 15))
        for mode in range(5)
    },
)
suite.table(
    "imresize/options",
    {
        "default": lambda mx: mx.image.imresize(_image(mx), 7, 9),
        "positional": lambda mx: mx.image.imresize(_image(mx), 7, 9, 2),
        "same": lambda mx: mx.image.imresize(_image(mx), 16, 12),
        "gray": lambda mx: mx.image.imresize(_image(mx)[:, :, 0:1], 7, 9),
        "out": lambda mx: _resized_into(mx),
    },
)


def _resized_into(mx):
    out = mx.nd.zeros((9, 7, 3), dtype="uint8")
    mx.image.imresize(_image(mx), 7, 9, out=out)
    return out


suite.errors(
    "imresize",
    {
        "zero": (lambda mx: mx.image.imresize(_image(mx), 0, 5), ("w",)),
        "text": (lambda mx: mx.image.imresize(_image(mx), "a", 5), ("w",)),
        "flat": (lambda mx: mx.image.imresize(mx.nd.ones((4, 4)), 3, 3), ("src",)),
        "number": (lambda mx: mx.image.imresize(5, 3, 3), ()),
    },
)
suite.table(
    "resize_short",
    {
        "{}x{}_{}".format(h, w, mode): (
            lambda mx, h=h, w=w, m=mode: mx.image.resize_short(_image(mx, height=h, width=w), 10, m)
        )
        for h, w in ((12, 16), (16, 9), (7, 7))
        for mode in (0, 1, 2, 3, 9)
    },
)
suite.errors("resize_short", {"mode": (lambda mx: mx.image.resize_short(_image(mx), 5, 7), ("interp|7",))})
suite.table(
    "fixed_crop",
    {
        "plain": lambda mx: mx.image.fixed_crop(_image(mx), 3, 2, 6, 5),
        "resized": lambda mx: mx.image.fixed_crop(_image(mx), 3, 2, 6, 5, (9, 8)),
        "same_size": lambda mx: mx.image.fixed_crop(_image(mx), 3, 2, 6, 5, (6, 5)),
        "auto": lambda mx: mx.image.fixed_crop(_image(mx), 3, 2, 6, 5, (3, 2), 9),
        "whole": lambda mx: mx.image.fixed_crop(_image(mx, "float32"), 0, 0, 16, 12),
    },
)
for _name in ("random_crop", "center_crop"):
    suite.table(
        _name,
        {
            label: (lambda mx, f=_name, s=size, m=mode: getattr(mx.image, f)(_image(mx), s, m))
            for label, size, mode in (
                ("small", (6, 5), 2),
                ("large", (30, 20), 1),
                ("wide", (30, 4), 3),
                ("tall", (4, 30), 0),
                ("same", (16, 12), 2),
                ("auto", (20, 5), 9),
                ("list", [7, 7], 1),
            )
        },
    )


def _many(function):
    def run(mx):
        random.seed(5)
        return [function(mx) for _ in range(4)]

    return run


suite.table(
    "random_size_crop",
    {
        "range": _many(lambda mx: mx.image.random_size_crop(_image(mx), (6, 6), (0.2, 0.8), (0.7, 1.4))),
        "least": _many(lambda mx: mx.image.random_size_crop(_image(mx), (6, 5), 0.3, (0.5, 2.0), 1)),
        "never": _many(lambda mx: mx.image.random_size_crop(_image(mx), (6, 6), (5.0, 6.0), (1, 1))),
        "random_mode": _many(lambda mx: mx.image.random_size_crop(_image(mx), (6, 6), 0.1, (0.7, 1.4), 10)),
        "min_area": _many(lambda mx: mx.image.random_size_crop(_image(mx), (6, 6), 1.0, (0.7, 1.4), min_area=0.4)),
        "unknown": lambda mx: attempt(mx.image.random_size_crop, _image(mx), (6, 6), 0.1, (1, 1), shape=3),
    },
)
suite.table(
    "random_crop/many",
    {
        "small": _many(lambda mx: mx.image.random_crop(_image(mx), (5, 4))),
        "random_mode": _many(lambda mx: mx.image.random_crop(_image(mx), (20, 4), 10)),
    },
)

# ---------------------------------------------------------------- colours, borders, turning


def _normalized(mx, mean, std, dtype="float32"):
    source = _image(mx, dtype, 4, 5)
    result = mx.image.color_normalize(source, *((mean,) if std is None else (mean, std)))
    return result, result is source


suite.table(
    "color_normalize",
    {
        "mean": lambda mx: _normalized(mx, mx.nd.array([1, 2, 3]), None),
        "both": lambda mx: _normalized(mx, mx.nd.array([1, 2, 3]), mx.nd.array([3, 7, 9])),
        "std": lambda mx: _normalized(mx, None, mx.nd.array([3, 7, 9])),
        "numbers": lambda mx: _normalized(mx, 5, 3),
        "bytes": lambda mx: attempt(_normalized, mx, mx.nd.array([1, 2, 3]), None, "uint8"),
    },
)
suite.table(
    "copyMakeBorder",
    {
        str(kind): (lambda mx, k=kind: mx.image.image.copyMakeBorder(_image(mx, height=4, width=5), 2, 1, 3, 2, type=k))
        for kind in (0, 1, 2, 3, 4, 16)
    },
)
suite.table(
    "copyMakeBorder/options",
    {
        "value": lambda mx: mx.image.image.copyMakeBorder(_image(mx, height=2, width=3), 1, 1, 1, 1, value=7),
        "values": lambda mx: mx.image.image.copyMakeBorder(_image(mx, height=2, width=3), 1, 0, 1, 0, values=(1, 2, 3)),
        "float": lambda mx: mx.image.image.copyMakeBorder(_image(mx, "float32", 2, 3), 1, 1, 0, 2, 0, value=1.5),
        "det": lambda mx: mx.image.det.copyMakeBorder(_image(mx, height=2, width=3), 1, 1, 1, 1, 16, values=(5, 6, 7)),
    },
)


def _planes(mx, count=None, height=7, width=9):
    image = pixels(height, width).transpose(2, 0, 1).astype("float32")
    return mx.nd.array(image if count is None else np.stack([image + 10 * i for i in range(count)]))


suite.table(
    "imrotate",
    {
        "{}{}".format(angle, zoom): (
            lambda mx, a=angle, z=zoom: mx.image.imrotate(
                _planes(mx), a, **({} if z == "" else {"zoom_" + z.strip("_"): True})
            )
        )
        for angle in (0, 90, 30, -17.5)
        for zoom in ("", "_in", "_out")
    },
)
suite.table(
    "imrotate/batch",
    {
        "one_angle": lambda mx: mx.image.imrotate(_planes(mx, 3), 20),
        "angles": lambda mx: mx.image.imrotate(_planes(mx, 3), mx.nd.array([0, 20, -50])),
        "angles_in": lambda mx: mx.image.imrotate(_planes(mx, 3), mx.nd.array([0, 20, -50]), zoom_in=True),
        "angles_out": lambda mx: mx.image.imrotate(_planes(mx, 3), mx.nd.array([0, 20, -50]), zoom_out=True),
        "square": lambda mx: mx.image.imrotate(_planes(mx, height=8, width=8), 45),
    },
)
suite.errors(
    "imrotate",
    {
        "both": (lambda mx: mx.image.imrotate(_planes(mx), 3, True, True), ("zoom_in", "zoom_out")),
        "bytes": (lambda mx: mx.image.imrotate(_image(mx), 3), ("float32",)),
        "flat": (lambda mx: mx.image.imrotate(mx.nd.ones((3, 3)), 3), ("imrotate", "axes")),
        "many_for_one": (lambda mx: mx.image.imrotate(_planes(mx), mx.nd.array([1, 2])), ("imrotate", "number")),
        "count": (lambda mx: mx.image.imrotate(_planes(mx, 3), mx.nd.array([1, 2])), ("number",)),
    },
)
suite.table(
    "random_rotate",
    {
        "one": lambda mx: [mx.image.random_rotate(_planes(mx), (-30, 30)) for _ in range(3)],
        "batch": lambda mx: mx.image.random_rotate(_planes(mx, 3), (-90, 90)),
        "zoom_in": lambda mx: mx.image.random_rotate(_planes(mx), (-30, 30), zoom_in=True),
        "zoom_out": lambda mx: mx.image.random_rotate(_planes(mx, 2), (10, 30), zoom_out=True),
    },
)
