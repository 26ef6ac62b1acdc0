"""Indices and numbers as MXNet's kernels read them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ..._core.errors import MXNetError


class IndexOutOfRange(MXNetError, IndexError):
    """An index outside of its axis; MXNet 1.9.1 raises IndexError there."""


def whole(indices: Tensor) -> Tensor:
    """Indices of any dtype as int64; fractions are cut off."""
    if indices.dtype is torch.int64:
        return indices
    return (indices.detach() if indices.requires_grad else indices).long()


def clipped(indices: Tensor, n: int) -> Tensor:
    """Indices moved into ``[0, n)``."""
    if indices.dtype is torch.int64:
        return indices.clamp(0, n - 1)
    return whole(indices).clamp_(0, n - 1)


def wrapped(indices: Tensor, n: int) -> Tensor:
    """Indices modulo ``n``."""
    return torch.remainder(whole(indices), n)


def on_host(tensor: Tensor) -> bool:
    """Whether torch itself reports a bad index as an exception."""
    return tensor.device.type == "cpu"


def can_look(tensor: Tensor) -> bool:
    """Whether the values can be looked at: not while only shapes are computed, not inside a compiler."""
    return tensor.device.type != "meta" and not torch.compiler.is_compiling()


def check_rows(name: str, indices: Tensor, sizes: Sequence[int]) -> None:
    """IndexOutOfRange unless row i of ``indices`` is within ``[-sizes[i], sizes[i])``."""
    if not can_look(indices):
        return
    for axis, n in enumerate(sizes):
        row = indices[axis]
        if row.numel():
            low, high = torch.aminmax(row)
            if bool(low >= -n) and bool(high <= n - 1):
                continue
        wrong = row[(row < -n) | (row > n - 1)]
        if wrong.numel():
            value = wrong.reshape(-1)[-1].item()
            raise IndexOutOfRange(f"{name}: index {value:g} is out of bounds for axis {axis} with size {n}")


def c_number(value: float, dtype: torch.dtype) -> float | int:
    """A number as C++ converts a double to ``dtype``: fractions cut off, small integers wrapped around."""
    if dtype.is_floating_point:
        largest = torch.finfo(dtype).max
        return value if value != value or abs(value) <= largest else math.copysign(math.inf, value)
    if dtype is torch.bool:
        return bool(value)
    info = torch.iinfo(dtype)
    low = -(1 << ((64 if info.bits == 64 else 32) - 1))
    number = int(value) if math.isfinite(value) and low <= value < -low else low
    if info.bits == 8:
        number &= 0xFF
        if info.min < 0 and number > info.max:
            number -= 0x100
    return number
