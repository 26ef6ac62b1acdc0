"""Rounding at the places where a sum with almost one half, or a fast kernel, could go wrong."""

import math

import numpy as np
import pytest
import torch

from mxcompat.ops.elemwise import _math

EDGES = [0.5, 1.5, 2.5, 0.25, 4194303.5, 4194304.5, 8388607.5, 8388609.0, 16777217.0, 1e30, 0.3]


def _away(x: float) -> float:
    if not math.isfinite(x):
        return x
    whole = math.floor(abs(x))
    return math.copysign(whole + (abs(x) - whole >= 0.5), x)


def _down(x: float) -> float:
    return math.ceil(x - 0.5) if math.isfinite(x) and abs(x) < 1e6 else x


def _samples(dtype: torch.dtype) -> torch.Tensor:
    if dtype in (torch.float16, torch.bfloat16):  # all numbers there are
        found = torch.arange(-(1 << 15), 1 << 15, dtype=torch.int32).to(torch.int16).view(dtype)
        return found[~found.isnan()]
    near = torch.tensor(EDGES, dtype=dtype)
    up, inf = torch.nextafter(near, near + 1), torch.full((1,), torch.inf, dtype=dtype)
    found = torch.cat((near, up, torch.nextafter(near, near - 1), inf, torch.zeros(1, dtype=dtype)))
    return torch.cat((found, -found))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_halves_go_away_from_zero(dtype: torch.dtype) -> None:
    x = _samples(dtype)
    wanted = torch.tensor([_away(v) for v in x.tolist()], dtype=torch.float64).to(dtype)
    found = _math.round_away(x)
    assert torch.equal(found, wanted)
    assert torch.equal(found.signbit(), wanted.signbit())


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_halves_go_down(dtype: torch.dtype) -> None:
    x = torch.arange(-4000, 4000).to(dtype) / 8
    assert torch.equal(_math.rint(x), torch.tensor([_down(v) for v in x.tolist()], dtype=dtype))
    special = torch.tensor([torch.inf, -torch.inf, torch.nan], dtype=dtype)
    assert np.array_equal(_math.rint(special).numpy(), special.numpy(), equal_nan=True)


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_integer_part_of_many_numbers(dtype: torch.dtype) -> None:
    x = _samples(dtype).repeat(200)
    assert x.numel() >= _math._MANY
    assert torch.equal(_math.trunc(x), torch.trunc(x))
    assert torch.equal(_math.trunc(x).signbit(), torch.trunc(x).signbit())


def test_gamma_of_many_positive_numbers() -> None:
    x = torch.linspace(0.01, 30, _math._MANY)
    assert torch.equal(_math.gamma(x), torch.cat([_math.gamma(part) for part in x.split(100)]))
