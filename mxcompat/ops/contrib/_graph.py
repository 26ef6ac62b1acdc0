"""Gradients that MXNet writes out by hand: zeros for inputs that are only read."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _AlsoReads(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, result: Tensor, *others: Tensor) -> Tensor:
        ctx.save_for_backward(*others)
        return result.view_as(result)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        pairs = zip(ctx.saved_tensors, ctx.needs_input_grad[1:], strict=True)
        return grads[0], *[torch.zeros_like(t) if wanted else None for t, wanted in pairs]


def also_reads(result: Tensor, *others: Tensor) -> Tensor:
    """``result`` as a part of the graph of ``others`` too, whose gradient from it is zero."""
    if not any(t.requires_grad for t in others):
        return result
    joined: Tensor = _AlsoReads.apply(result, *others)  # type: ignore[no-untyped-call]
    return joined
