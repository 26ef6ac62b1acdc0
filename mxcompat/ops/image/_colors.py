"""The arithmetic of the colour operators, as MXNet does it: in float32, cut off and limited for uint8."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

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
#: which of (p2, p1, falling, rising) is red, green and blue in each sixth of the colour circle
_SECTORS = ((0, 3, 1), (2, 0, 1), (1, 0, 3), (1, 2, 0), (3, 1, 0), (0, 1, 2))


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


def _sum(values: Tensor) -> Tensor:
    """The sum in the order and precision of MXNet's loop: one float32 after the other."""
    if values.device.type == "cpu" and values.dtype is torch.float32:
        return torch.from_numpy(np.add.accumulate(values.detach().reshape(-1).numpy())[-1:])
    return values.sum().float()


def contrast(data: Tensor, alpha: float) -> Tensor:
    """Scale the distance from the mean brightness."""
    values = _wide(data)
    gray = values * values.new_tensor(_GRAY) if data.shape[2] > 1 else values
    mean = _sum(gray) / (data.shape[0] * data.shape[1])
    return limited(values * alpha + mean * float(np.float32(1) - np.float32(alpha)), data.dtype)


def saturation(data: Tensor, alpha: float) -> Tensor:
    """Scale the distance from gray. MXNet's gray is the weighted blue alone."""
    if data.shape[2] == 1:
        return data.clone()
    values = _wide(data)
    gray = (values[:, :, 2:] * _GRAY[2]).float() * float(np.float32(1) - np.float32(alpha))
    return limited(gray + values * alpha, data.dtype)


def hue(data: Tensor, alpha: float) -> Tensor:
    """Turn the colour circle by ``alpha`` times 360 degrees."""
    if data.shape[2] == 1:
        return data.clone()
    turn = float(np.float32(alpha) * np.float32(360))
    h, light, s = _to_hls((data.float() / 255.0).unbind(2))
    return limited(_to_rgb(h + turn, light, s) * 255.0, data.dtype)


def _to_hls(colours: tuple[Tensor, ...]) -> tuple[Tensor, Tensor, Tensor]:
    r, g, b = colours
    top, bottom = r.fmax(g).fmax(b), r.fmin(g).fmin(b)
    spread = top - bottom
    light = (top + bottom) * 0.5
    coloured = spread > _EPSILON
    zero = torch.zeros_like(r)
    s = torch.where(light < 0.5, spread / (top + bottom), spread / (2.0 - top - bottom))
    step = 60.0 / spread
    h = torch.where(top == r, (g - b) * step, torch.where(top == g, (b - r) * step + 120.0, (r - g) * step + 240.0))
    h = torch.where(h < 0.0, h + 360.0, h)
    return torch.where(coloured, h, zero), light, torch.where(coloured, s, zero)


def _to_rgb(h: Tensor, light: Tensor, s: Tensor) -> Tensor:
    p2 = torch.where(light <= 0.5, light * (1 + s), light + s - light * s)
    p1 = 2 * light - p2
    h = (h * _sixtieth()).fmod(6.0)
    h = torch.where(h < 0.0, h + 6.0, h)
    sector = h.long()
    part = h - sector
    parts = torch.stack((p2, p1, p1 + (p2 - p1) * (1 - part), p1 + (p2 - p1) * part))
    chosen = torch.tensor(_SECTORS, device=h.device)[sector % 6]
    rgb = parts.gather(0, chosen.permute(2, 0, 1)).permute(1, 2, 0)
    return torch.where((s != 0).unsqueeze(2), rgb, light.unsqueeze(2))


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
    return limited(values + values.new_tensor(shift), data.dtype)
