"""Results through which no backward can pass."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .errors import MXNetError


class _Refused(torch.autograd.Function):
    @staticmethod
    def forward(message: str, result: Tensor, *inputs: Tensor) -> Tensor:
        return result.view_as(result)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.message = inputs[0]

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise MXNetError(ctx.message)


def without_gradient(message: str, result: Tensor, *inputs: Tensor | None) -> Tensor:
    """The floating ``result``, with a backward to any of ``inputs`` refused with ``message``."""
    wanted = [t for t in inputs if t is not None and t.requires_grad]
    if wanted and torch.is_grad_enabled() and result.is_floating_point():
        return _Refused.apply(message, result, *wanted)  # type: ignore[no-any-return, no-untyped-call]
    return result
