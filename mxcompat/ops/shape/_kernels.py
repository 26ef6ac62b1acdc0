"""Checks and small helpers that the shape operators share."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ...registry.operator import op_error

_BOOL = torch.bool
_LARGEST = {d: torch.finfo(d).max for d in (torch.float16, torch.bfloat16, torch.float32, torch.float64)}


def no_bool(name: str, data: Tensor) -> None:
    """MXNetError for an array of bool, which the kernel in MXNet 1.9.1 is not compiled for."""
    if data.dtype is _BOOL:
        raise op_error(name, "arrays of bool are not supported", data=data)


def floats_only(name: str, data: Tensor) -> None:
    """MXNetError unless the dtype is float16, float32 or float64."""
    if not data.is_floating_point():
        raise op_error(name, "only floating point data is supported", data=data)


def whole_axis(name: str, argument: str, axis: int, data: Tensor) -> int:
    """``axis`` counted from the front; MXNetError naming ``argument`` if ``data`` has no such axis."""
    rank = data.dim()
    if not -rank <= axis < rank:
        raise op_error(name, f"{argument}={axis} is out of bounds for data of {rank} dimensions", data=data)
    return axis + rank if axis < 0 else axis


def number_for(data: Tensor, number: float) -> float | Tensor:
    """``number`` as MXNet casts it to the dtype of ``data``: too large floats are infinite, integers wrap around."""
    if data.is_floating_point():
        if -_LARGEST[data.dtype] <= number <= _LARGEST[data.dtype]:
            return number
        return number if number != number else float("inf") if number > 0 else -float("inf")
    whole = int(number)
    return whole if 0 <= whole < 128 else torch.tensor(whole).to(data)


class _Shaped(torch.autograd.Function):
    """Passes a result through; ``like`` gave only its shape and gets a gradient of zero."""

    @staticmethod
    def forward(result: Tensor, like: Tensor) -> Tensor:
        return result.view_as(result)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        return None

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return grads[0], None


def shaped_like(result: Tensor, like: Tensor) -> Tensor:
    """``result``, with ``like`` in its graph: a backward reaches ``like`` and finds a gradient of zero."""
    if like.requires_grad and result.requires_grad and torch.is_grad_enabled():
        return _Shaped.apply(result, like)  # type: ignore[no-any-return, no-untyped-call]
    return result


__all__ = ["floats_only", "no_bool", "number_for", "shaped_like", "whole_axis"]
