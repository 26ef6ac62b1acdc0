"""Operators for which MXNet defines no gradient: differentiating them is an error, not zero."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..._core.errors import MXNetError


class _NoGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, op: str, result: Tensor, *inputs: Tensor) -> Tensor:
        ctx.op = op
        return result.view_as(result)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise MXNetError(f"{ctx.op}: the operator is not differentiable")


def without_gradient(op: str, result: Tensor, *inputs: Tensor) -> Tensor:
    """``result`` as a part of the graph of ``inputs`` in which a backward raises MXNetError."""
    if not any(t.requires_grad for t in inputs):
        return result
    joined: Tensor = _NoGradient.apply(op, result.detach(), *inputs)  # type: ignore[no-untyped-call]
    return joined
