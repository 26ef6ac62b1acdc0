"""Image operators: sizes, borders, and colours from one random stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_CLOSE = Tolerance(rtol=1e-4, atol=1e-2, why="float32 products in another order, on a scale of 255")

_COLOURS = {
    "random_brightness": ("min_factor", "max_factor"),
    "random_contrast": ("min_factor", "max_factor"),
    "random_saturation": ("min_factor", "max_factor"),
    "random_hue": ("min_factor", "max_factor"),
    "random_color_jitter": ("brightness", "contrast", "saturation", "hue"),
    "random_lighting": ("alpha_std",),
}


def _photo(gen: Gen, channels: int, dtype: str) -> Arr:
    shape = (gen.int(1, 24), gen.int(1, 24), channels)
    return Arr(shape, dtype, low=0, high=255, seed=gen.int(1, 10**6))


def _resize(gen: Gen) -> Call:
    gen.tol = _CLOSE
    photo = _photo(gen, int(gen.pick((1, 3, 3, 4))), str(gen.pick(("uint8", "uint8", "float32", "float64"))))
    height, width, _ = photo.shape
    if gen.chance(0.2):  # whole factors
        size = (max(1, width // gen.int(1, 4)), max(1, height // gen.int(1, 4)))
    else:
        size = (gen.int(1, 30), gen.int(1, 30))
    kwargs: dict[str, Any] = {"size": size, "interp": gen.int(0, 4)}
    if gen.chance(0.2):
        kwargs.update(size=gen.int(1, 20), keep_ratio=gen.chance(0.5))
        if min(height, width) * 20 < max(height, width):
            kwargs["keep_ratio"] = False
    return Call("nd.image.resize", (photo,), kwargs)


def _border(gen: Gen) -> Call:
    photo = _photo(gen, int(gen.pick((1, 3))), str(gen.pick(("uint8", "int32", "float32"))))
    kwargs: dict[str, Any] = {side: gen.int(0, 9) for side in ("top", "bot", "left", "right")}
    kwargs["type"] = gen.int(0, 4)
    if gen.chance(0.5):
        kwargs["values"] = tuple(gen.int(0, 255) for _ in range(3))
    return Call("nd._internal._cvcopyMakeBorder", (photo,), kwargs)


def _colour(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        gen.tol = _CLOSE
        gray = op in ("random_brightness", "random_contrast", "random_saturation") and gen.chance(0.2)
        photo = _photo(gen, 1 if gray else 3, str(gen.pick(("uint8", "float32"))))
        low, high = gen.int(0, 10) / 10, gen.int(10, 20) / 10
        amounts = (low, high) if len(_COLOURS[op]) == 2 else [gen.int(1, 9) / 10 for _ in _COLOURS[op]]
        return Call("nd.image." + op, (photo,), dict(zip(_COLOURS[op], amounts)))  # noqa: B905 -- for Python 3.8

    return make


def _batch(gen: Gen, channels: int, dtype: str) -> Arr:
    """A photo, or several of one size."""
    shape = (gen.int(1, 6), gen.int(1, 6), channels)
    if gen.chance(0.4):
        shape = (gen.int(1, 3), *shape)
    return gen.array(shape, dtype, low=0, high=255)


def _plain(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.pick(("uint8", "float32"))
        kwargs: dict[str, Any] = {}
        if op == "adjust_lighting":
            gen.tol = _CLOSE
            kwargs["alpha"] = tuple(gen.int(-5, 5) / 10 for _ in range(3))
            return Call("nd.image.adjust_lighting", (_photo(gen, 3, dtype),), kwargs)
        if "flip" in op:  # even sizes: MXNet leaves the middle of odd ones unset
            shape = (2 * gen.int(1, 6), 2 * gen.int(1, 6), gen.pick((1, 3)))
            return Call("nd.image." + op, (gen.array(shape, dtype, low=0, high=255),))
        data = _batch(gen, gen.pick((1, 3)), dtype)
        if op == "crop":
            height, width = data.shape[-3:-1]
            x, y = gen.int(0, width - 1), gen.int(0, height - 1)
            kwargs = {"x": x, "y": y, "width": gen.int(1, width - x), "height": gen.int(1, height - y)}
        return Call("nd.image." + op, (data,), kwargs)

    return make


def _normalize(gen: Gen) -> Call:
    channels = gen.pick((1, 3))
    shape = (channels, gen.int(1, 5), gen.int(1, 5))
    if gen.chance(0.4):
        shape = (gen.int(1, 3), *shape)
    data = gen.array(shape, "float32", low=0.0, high=1.0)
    mean = tuple(gen.int(0, 9) / 10 for _ in range(channels)) if gen.chance(0.6) else 0.5
    std = tuple(gen.int(1, 9) / 10 for _ in range(channels)) if gen.chance(0.6) else 0.25
    return Call("nd.image.normalize", (data,), {"mean": mean, "std": std}, grad=True)


def _cv_resize(gen: Gen) -> Call:
    gen.tol = _CLOSE
    photo = _photo(gen, int(gen.pick((1, 3))), "uint8")
    return Call(
        "nd._internal._cvimresize", (photo,), {"w": gen.int(1, 30), "h": gen.int(1, 30), "interp": gen.int(0, 4)}
    )


_PLAIN = (
    "adjust_lighting", "crop", "flip_left_right", "flip_top_bottom", "random_flip_left_right", "random_flip_top_bottom",
    "to_tensor",
)  # fmt: skip


GENERATORS = {
    **{"image_" + op: _plain(op) for op in _PLAIN},
    "image_normalize": _normalize,
    "imresize": _cv_resize,
    "image_resize": _resize,
    "image_border": _border,
    **{"image_" + op: _colour(op) for op in _COLOURS},
}
