"""Sampling, region pooling and correlation on random shapes and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen

_CLOSE = Tolerance(rtol=1e-3, atol=1e-4, why="products of weights, added in another order")


def _image(gen: Gen, dtype: str) -> tuple[Arr, tuple[int, int, int, int]]:
    shape = (gen.int(1, 3), gen.int(1, 3), gen.int(1, 6), gen.int(1, 6))
    return gen.array(shape, dtype), shape


def _dtype(gen: Gen) -> str:
    gen.tol = _CLOSE
    return str(gen.pick(("float32", "float64")))


def _sampler(gen: Gen) -> Call:
    dtype = _dtype(gen)
    data, shape = _image(gen, dtype)
    grid = gen.array((shape[0], 2, gen.int(1, 4), gen.int(1, 4)), dtype, low=-1.5, high=1.5)
    return Call("nd.BilinearSampler", (data, grid), grad=gen.chance(0.7))


def _grid(gen: Gen) -> Call:
    gen.tol = _CLOSE
    grad = gen.chance(0.7)
    if gen.chance(0.5):
        kwargs: dict[str, Any] = {"transform_type": "affine", "target_shape": (gen.int(2, 6), gen.int(2, 6))}
        return Call("nd.GridGenerator", (gen.array((gen.int(1, 3), 6), "float32"),), kwargs, grad=grad)
    flow = gen.array((gen.int(1, 3), 2, gen.int(2, 5), gen.int(2, 5)), "float32")
    return Call("nd.GridGenerator", (flow,), {"transform_type": "warp"}, grad=grad)


def _transformer(gen: Gen) -> Call:
    dtype = _dtype(gen)
    data, shape = _image(gen, dtype)
    kwargs = {"transform_type": "affine", "sampler_type": "bilinear", "target_shape": (gen.int(2, 5), gen.int(2, 5))}
    loc = gen.array((shape[0], 6), dtype, low=-0.9, high=0.9)
    return Call("nd.SpatialTransformer", (data, loc), kwargs, grad=gen.chance(0.7))


def _roi(gen: Gen) -> Call:
    dtype = _dtype(gen)
    shape = (gen.int(1, 3), gen.int(1, 3), gen.int(1, 12), gen.int(1, 12))
    boxes = []
    for _ in range(gen.int(1, 4)):
        image = gen.int(0, shape[0] - 1) if gen.chance(0.95) else gen.int(-1, shape[0])
        corner = [gen.int(-3, 24) / 2, gen.int(-3, 24) / 2]
        boxes.append([image, *corner, corner[0] + gen.int(-2, 20) / 2, corner[1] + gen.int(-2, 20) / 2])
    kwargs = {"pooled_size": (gen.int(1, 5), gen.int(1, 5)), "spatial_scale": gen.pick((1.0, 0.5, 0.25, 0.7))}
    rois = Arr(values=boxes, dtype=dtype)
    # rounded values tie often
    data = Arr(shape, "int32", low=-3, high=3, seed=gen.int(1, 99)) if gen.chance(0.3) else gen.array(shape, dtype)
    if data.dtype == "int32":
        data = Arr(values=data.numpy().tolist(), dtype=dtype)
    return Call("nd.ROIPooling", (data, rois), kwargs, grad=gen.chance(0.7))


def _correlation(gen: Gen) -> Call:
    dtype = _dtype(gen)
    kwargs: dict[str, Any] = {
        "kernel_size": gen.pick((1, 1, 3)),
        "max_displacement": gen.int(0, 3),
        "stride1": gen.int(1, 3),
        "stride2": gen.int(1, 2),
        "pad_size": gen.int(0, 3),
        "is_multiply": gen.chance(0.6),
    }
    border = 2 * (kwargs["max_displacement"] + kwargs["kernel_size"] // 2)
    least = max(1, border + 1 - 2 * kwargs["pad_size"])
    shape = (gen.int(1, 2), gen.int(1, 3), least + gen.int(0, 4), least + gen.int(0, 4))
    return Call("nd.Correlation", (gen.array(shape, dtype), gen.array(shape, dtype)), kwargs, grad=gen.chance(0.7))


GENERATORS = {
    "bilinear_sampler": _sampler,
    "grid_generator": _grid,
    "spatial_transformer": _transformer,
    "roi_pooling": _roi,
    "correlation": _correlation,
}
