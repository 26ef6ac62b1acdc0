"""Layers on 8-bit integers, and the way there and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen

_C = "nd.contrib."
_NEAR = Tolerance(rtol=2e-6, atol=1e-6, why="ranges are products of float32 numbers")


def _bytes(gen: Gen, shape: tuple[int, ...], dtype: str = "") -> Arr:
    own = dtype or gen.pick(("int8", "uint8"))
    low, high = (-127, 127) if own == "int8" else (0, 255)
    return gen.array(shape, own, low=low, high=high)


def _range(gen: Gen, dtype: str = "int8") -> tuple[Arr, Arr]:
    low = 0.0 if dtype == "uint8" else -gen.pick((0.5, 1.0, 3.25))
    return Arr(values=[low]), Arr(values=[gen.pick((0.5, 1.0, 2.75))])


def _calibrated(gen: Gen) -> dict[str, float]:
    if gen.chance(0.5):
        return {}
    return {"min_calib_range": gen.pick((-1.0, -0.25)), "max_calib_range": gen.pick((0.5, 2.0))}


def _quantize(gen: Gen) -> Call:
    dtype = gen.pick(("int8", "uint8"))
    return Call(_C + "quantize", (gen.array(dtype="float32"), *_range(gen, dtype)), {"out_type": dtype})


def _quantize_v2(gen: Gen) -> Call:
    dtype = gen.pick(("int8", "uint8", "auto"))
    low = 0.0 if dtype == "uint8" else -3.0
    kwargs: dict[str, Any] = {"out_type": dtype}
    if gen.chance(0.5):
        kwargs.update(min_calib_range=0.0 if dtype == "uint8" else -1.5, max_calib_range=gen.pick((0.5, 2.0)))
    return Call(_C + "quantize_v2", (gen.array(dtype="float32", low=low),), kwargs)


def _dequantize(gen: Gen) -> Call:
    gen.tol = _NEAR
    data = _bytes(gen, gen.shape())
    return Call(_C + "dequantize", (data, *_range(gen, data.dtype)))


def _requantize(gen: Gen) -> Call:
    data = gen.array(dtype="int32", low=-100000, high=100000)
    return Call(_C + "requantize", (data, *_range(gen)), _calibrated(gen))


def _flatten(gen: Gen) -> Call:
    data = _bytes(gen, gen.shape(2, 4))
    return Call(_C + "quantized_flatten", (data, *_range(gen, data.dtype)))


def _act(gen: Gen) -> Call:
    data = _bytes(gen, gen.shape())
    return Call(_C + "quantized_act", (data, *_range(gen, data.dtype)), {"act_type": "relu"})


def _pooling(gen: Gen) -> Call:
    kernel = (gen.int(1, 3), gen.int(1, 3))
    shape = (gen.int(1, 2), gen.int(1, 3), gen.int(3, 7), gen.int(3, 7))
    data = _bytes(gen, shape)
    kwargs: dict[str, Any] = {"kernel": kernel, "pool_type": gen.pick(("max", "avg"))}
    kwargs["stride"] = (gen.int(1, 3), gen.int(1, 3))
    kwargs["pad"] = (gen.int(0, kernel[0] - 1), gen.int(0, kernel[1] - 1))
    kwargs["pooling_convention"] = gen.pick(("valid", "valid", "full", "same"))
    if gen.chance(0.3):
        kwargs["count_include_pad"] = gen.chance(0.5)
    if gen.chance(0.15):
        kwargs.update(global_pool=True, pooling_convention="valid")
    return Call(_C + "quantized_pooling", (data, *_range(gen, data.dtype)), kwargs)


def _concat(gen: Gen) -> Call:
    shape, count = gen.shape(2, 3), gen.int(1, 3)
    axis = gen.int(0, len(shape) - 1)
    dtype = gen.pick(("int8", "uint8"))
    arrays = [_bytes(gen, (*shape[:axis], gen.int(1, 3), *shape[axis + 1 :]), dtype) for _ in range(count)]
    ranges = [bound for _ in range(count) for bound in _range(gen, dtype)]
    return Call(_C + "quantized_concat", (*arrays, *ranges), {"num_args": count, "dim": axis})


def _add(gen: Gen) -> Call:
    shape = gen.shape()
    dtype = gen.pick(("int8", "uint8"))
    pair = (_bytes(gen, shape, dtype), _bytes(gen, shape, dtype))
    kwargs = {"min_calib_range": gen.pick((-3.0, -0.5)), "max_calib_range": gen.pick((3.5, 1.0))}
    return Call(_C + "quantized_elemwise_add", (*pair, *_range(gen, dtype), *_range(gen, dtype)), kwargs)


def _dense(gen: Gen) -> Call:
    gen.tol = _NEAR
    rows, inner, hidden = gen.int(1, 4), gen.int(1, 6), gen.int(1, 5)
    data = _bytes(gen, (rows, inner))
    weight = _bytes(gen, (hidden, inner), "int8")
    kwargs: dict[str, Any] = {"num_hidden": hidden}
    ranges = (*_range(gen, data.dtype), *_range(gen))
    if gen.chance(0.5):
        return Call(_C + "quantized_fully_connected", (data, weight, *ranges), {**kwargs, "no_bias": True})
    bias = _bytes(gen, (hidden,), "int8")
    return Call(_C + "quantized_fully_connected", (data, weight, bias, *ranges, *_range(gen)), kwargs)


def _convolution(gen: Gen) -> Call:
    gen.tol = _NEAR
    channels, filters, kernel = gen.int(1, 3), gen.int(1, 3), (gen.int(1, 3), gen.int(1, 3))
    data = _bytes(gen, (gen.int(1, 2), channels, gen.int(3, 6), gen.int(3, 6)), "uint8")
    weight = _bytes(gen, (filters, channels, *kernel), "int8")
    kwargs: dict[str, Any] = {"kernel": kernel, "num_filter": filters, "no_bias": True}
    kwargs["stride"] = (gen.int(1, 2), gen.int(1, 2))
    kwargs["pad"] = (gen.int(0, 1), gen.int(0, 1))
    return Call(_C + "quantized_conv", (data, weight, *_range(gen, "uint8"), *_range(gen)), kwargs)


def _embedding(gen: Gen) -> Call:
    rows, width = gen.int(1, 5), gen.int(1, 4)
    places = Arr(values=[[gen.int(0, rows - 1) for _ in range(gen.int(1, 4))]], dtype=gen.pick(("float32", "int32")))
    kwargs = {"input_dim": rows, "output_dim": width}
    return Call(_C + "quantized_embedding", (places, _bytes(gen, (rows, width), "int8"), *_range(gen)), kwargs)


def _norm(gen: Gen) -> Call:
    channels = gen.int(1, 3)
    data = _bytes(gen, (gen.int(1, 2), channels, gen.int(1, 4), gen.int(1, 4)), "int8")
    states = [gen.array((channels,), "float32", low=low, high=2.0) for low in (0.5, -1.0, -1.0, 0.5)]
    kwargs = {"min_calib_range": -gen.pick((1.0, 3.0)), "max_calib_range": gen.pick((1.0, 3.0)), "fix_gamma": False}
    kwargs["eps"] = gen.pick((1e-3, 0.1))
    return Call(_C + "quantized_batch_norm", (data, *states, *_range(gen)), kwargs)


GENERATORS = {
    "quantize": _quantize,
    "quantize_v2": _quantize_v2,
    "dequantize": _dequantize,
    "requantize": _requantize,
    "quantized_flatten": _flatten,
    "quantized_act": _act,
    "quantized_pooling": _pooling,
    "quantized_concat": _concat,
    "quantized_elemwise_add": _add,
    "quantized_fully_connected": _dense,
    "quantized_conv": _convolution,
    "quantized_embedding": _embedding,
    "quantized_batch_norm": _norm,
}
