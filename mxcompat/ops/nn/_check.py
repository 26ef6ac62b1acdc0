"""Checks that the layer operators share."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry.operator import op_error


@lru_cache(maxsize=512)
def single(value: float) -> float:
    """``value`` as MXNet stores it, which keeps most attributes in float32."""
    return float(np.float32(value))


def floating(name: str, data: Tensor) -> None:
    """MXNetError unless ``data`` is floating."""
    if not data.is_floating_point():
        raise op_error(name, "data must be floating", data=data)


def has_shape(name: str, which: str, tensor: Tensor, shape: tuple[int, ...], data: Tensor) -> None:
    """MXNetError unless the input ``which`` has this shape."""
    if tensor.shape != shape:
        raise op_error(name, f"{which} must have shape {shape}", **{"data": data, which: tensor})


@lru_cache(maxsize=1024)
def per_axis(name: str, what: str, value: tuple[int, ...], ndim: int, default: int, low: int) -> tuple[int, ...]:
    """A window attribute with one entry per spatial axis; empty means ``default`` everywhere.

    Raises:
        MXNetError: another number of entries, or an entry below ``low``.
    """
    if not value:
        return (default,) * ndim
    if len(value) != ndim:
        raise MXNetError(f"{name}: {what}={value} must have as many entries as kernel, {ndim}")
    if min(value) < low:
        raise MXNetError(f"{name}: {what}={value} must not have an entry below {low}")
    return value
