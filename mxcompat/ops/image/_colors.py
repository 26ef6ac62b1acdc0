"""The arithmetic of the colour operators, as MXNet does it: in float32, cut off and limited for uint8."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..._core.permuted import contiguous
from ...registry.operator import op_error
from ..random.engine import sampler_of

_CPU = torch.device("cpu")

#: weights of red, green and blue in brightness, as float32
_GRAY = tuple(float(np.float32(x)) for x in (0.299, 0.587, 0.114))
_EPSILON = float(np.finfo(np.float32).eps)
#: columns: eigenvalue times eigenvector of the colours of ImageNet
_EIGEN = tuple(
    tuple(np.float32(value * x) for value, x in zip((55.46, 4.794, 1.148), row, strict=True))
    for row in ((-0.5675, 0.7192, 0.4009), (-0.5808, -0.0045, -0.8140), (-0.5836, -0.6948, 0.4203))
)
#: pixels or elements that are dealt with at once
_AT_ONCE = 1 << 14


class _PassOn(torch.autograd.Function):
    """``kernel(data)``; the gradient passes on unchanged, as MXNet has it for all augmenters."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, kernel: Callable[[Tensor], Tensor]) -> Tensor:
        return kernel(data)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        return grads[0], None


def augmented(name: str, data: Tensor, kernel: Callable[[Tensor], Tensor]) -> Tensor:
    """Check an image and apply ``kernel``, whose random draws happen on the host and not during shape inference."""
    if data.dim() != 3 or data.shape[2] not in (1, 3):
        raise op_error(name, "data must be an image (height, width, channels) of 1 or 3 channels", data=data)
    if data.device.type == "meta":
        return data.clone()
    if data.requires_grad:
        result: Tensor = _PassOn.apply(data, kernel)  # type: ignore[no-untyped-call]
        return result
    return kernel(data)


def draw(low: float, high: float) -> float:
    """A uniform number of float32 precision, from MXNet's single stream."""
    unit = sampler_of(_CPU).single_uniform(1, torch.float32)
    first = np.float32(low)
    return float(np.float32(unit.item()) * (np.float32(high) - first) + first)


def coin() -> bool:
    """A fair coin, from MXNet's single stream."""
    return sampler_of(_CPU).single_uniform(1, torch.float64).item() < 0.5


def order_of_four() -> list[int]:
    """Four numbers in random order, from MXNet's single stream."""
    order: list[int] = sampler_of(_CPU).permutation(4, False).tolist()
    return order


def normals(count: int, scale: float) -> list[float]:
    """Normal numbers of float32 precision, from MXNet's single stream."""
    drawn = sampler_of(_CPU).single_normal(count, torch.float32) * scale
    numbers: list[float] = drawn.tolist()
    return numbers


def _wide(data: Tensor) -> Tensor:
    """float64 stays in the middle of a formula, everything else is computed in float32."""
    return data if data.dtype is torch.float64 else data.float()


def limited(values: Tensor, dtype: torch.dtype) -> Tensor:
    """float32 results in the dtype of the image: limited for uint8, cut off for other integers."""
    values = values.float()
    return values.clamp(0.0, 255.0).to(dtype) if dtype is torch.uint8 else values.to(dtype)


def brightness(data: Tensor, alpha: float) -> Tensor:
    """Scale all colours."""
    return limited(data.float() * alpha, data.dtype)


def _one_by_one(terms: Any) -> Any:
    """The float32 sum of a vector, one element after the other, as a product that BLAS does not do."""
    return np.matmul(terms, np.broadcast_to(np.float32(1), terms.shape))


@lru_cache(maxsize=1)
def _products_are_in_order() -> bool:
    """Whether NumPy computes such a product element after element, which is three times as fast as `accumulate`."""
    terms = np.modf(np.arange(1, 4099, dtype=np.float32) * np.float32(0.6180339))[0] * np.float32(255)
    return all(_one_by_one(terms[:n]) == np.add.accumulate(terms[:n])[-1] for n in (1, 7, 100, 1025, 4098))


def _sum(lines: Tensor, weights: Tensor) -> Tensor:
    """The sum of ``lines * weights`` in the order and precision of MXNet's loop: one float32 after the other."""
    terms = lines * weights
    if terms.device.type != "cpu" or terms.dtype is not torch.float32:
        return terms.sum().float()
    values = terms.view(-1).numpy()
    total = _one_by_one(values) if _products_are_in_order() else np.add.accumulate(values, out=values)[-1]
    return torch.tensor([total], dtype=torch.float32)


def _along_rows(colours: Tensor, data: Tensor) -> Tensor:
    """A number for each colour, for every element of a row of an image (height, width, channels)."""
    return colours.repeat(data.shape[1])


def contrast(data: Tensor, alpha: float) -> Tensor:
    """Scale the distance from the mean brightness."""
    values = _wide(data).detach()
    lines = values.reshape(data.shape[0], -1)
    weights = _along_rows(values.new_tensor(_GRAY if data.shape[2] > 1 else (1.0,)), data)
    mean = _sum(lines, weights) / (data.shape[0] * data.shape[1])
    return limited(values * alpha + mean * float(np.float32(1) - np.float32(alpha)), data.dtype)


def saturation(data: Tensor, alpha: float) -> Tensor:
    """Scale the distance from gray. MXNet's gray is the weighted blue alone."""
    if data.shape[2] == 1:
        return data.clone()
    values = _wide(data)
    gray = (values[:, :, 2] * _GRAY[2]).float() * float(np.float32(1) - np.float32(alpha))
    result = (values * alpha).float()
    for colour in range(3):
        result[:, :, colour] += gray
    return limited(result, data.dtype)


def hue(data: Tensor, alpha: float) -> Tensor:
    """Turn the colour circle by ``alpha`` times 360 degrees."""
    if data.shape[2] == 1:
        return data.clone()
    turn = float(np.float32(alpha) * np.float32(360))
    colours = contiguous(data.reshape(-1, 3).t())
    result = torch.empty_like(colours)
    for start in range(0, colours.shape[1], _AT_ONCE):  # some pixels at a time, to stay in the cache
        part = slice(start, start + _AT_ONCE)
        h, light, s = _to_hls((colours[:, part].float() / 255.0).unbind())
        for own, made in zip(result, _to_rgb(h + turn, light, s), strict=True):
            own[part] = limited(made.mul_(255.0), data.dtype)
    return contiguous(result.t()).view(data.shape)


def _mask(condition: Tensor) -> Tensor:
    """All bits of a float32, where true; choosing by bits is several times as fast as `torch.where` on colours."""
    return condition.to(torch.int32).neg_()


def _chosen(mask: Tensor, one: Tensor, other: Tensor) -> Tensor:
    bits, others = one.view(torch.int32), other.view(torch.int32)
    return (bits ^ others).bitwise_and_(mask).bitwise_xor_(others).view(torch.float32)


def _to_hls(colours: tuple[Tensor, ...]) -> tuple[Tensor, Tensor, Tensor]:
    r, g, b = colours
    if r.is_cpu:  # NumPy has vector code for these
        reds, greens, blues = (colour.numpy() for colour in colours)
        top = torch.from_numpy(np.fmax(np.fmax(reds, greens), blues))
        bottom = torch.from_numpy(np.fmin(np.fmin(reds, greens), blues))
    else:
        top, bottom = r.fmax(g).fmax(b), r.fmin(g).fmin(b)
    spread = top - bottom
    total = top + bottom
    light = total * 0.5
    coloured = _mask(spread > _EPSILON)
    s = spread / _chosen(_mask(light < 0.5), total, 2.0 - top - bottom)
    step = 60.0 / spread
    h = _chosen(_mask(top == g), (b - r) * step + 120.0, (r - g) * step + 240.0)
    h = _chosen(_mask(top == r), (g - b) * step, h)
    h = _chosen(_mask(h < 0.0), h + 360.0, h)
    return _only(coloured, h), light, _only(coloured, s)


def _only(mask: Tensor, values: Tensor) -> Tensor:
    return values.view(torch.int32).bitwise_and(mask).view(torch.float32)


def _to_rgb(h: Tensor, light: Tensor, s: Tensor) -> list[Tensor]:
    p2 = _chosen(_mask(light <= 0.5), light * (1 + s), light + s - light * s)
    p1 = 2 * light - p2
    h = (h * _sixtieth()).fmod(6.0)
    h = _chosen(_mask(h < 0.0), h + 6.0, h)
    sector = h.floor()
    part = h - sector
    width = p2 - p1
    falling, rising = p1 + width * (1 - part), p1 + width * part
    zero, one, two, three, four, five = (_mask(sector == i) for i in range(6))
    zero |= _mask(sector == 6.0)  # a little less than nothing, rounded up
    coloured, pick = _mask(s != 0), _chosen
    red = pick(two | three, p1, pick(one, falling, pick(four, rising, p2)))
    green = pick(zero, rising, pick(one | two, p2, pick(three, falling, p1)))
    blue = pick(two, rising, pick(three | four, p2, pick(five, falling, p1)))
    return [pick(coloured, colour, light) for colour in (red, green, blue)]


@lru_cache(maxsize=1)
def _sixtieth() -> float:
    return float(np.float32(1) / np.float32(60))


def lighting(data: Tensor, alpha: tuple[float, ...]) -> Tensor:
    """Add the principal colours times ``alpha``."""
    if data.shape[2] == 1:
        return data.clone()
    r, g, b = (np.float32(a) for a in alpha[:3])
    shift = [float(row[0] * r + row[1] * g + row[2] * b) for row in _EIGEN]
    values = data.float()
    lines = values.reshape(data.shape[0], -1)
    return limited((lines + _along_rows(values.new_tensor(shift), data)).view(data.shape), data.dtype)
