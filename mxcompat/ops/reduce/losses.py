"""A loss that reduces to one number."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error

_SMALLEST = 1e-8


class _SoftmaxCrossEntropy(torch.autograd.Function):
    """Gradient ``head * (softmax - one_hot)`` for data only."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, label: Tensor) -> Tensor:
        prob = torch.softmax(data, 1)
        inside = label.long().clamp(0, data.shape[1] - 1)
        ctx.save_for_backward(prob, inside)
        picked = prob.gather(1, inside.unsqueeze(1)).clamp_min(_SMALLEST)
        return -torch.log(picked).sum(0)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        prob, inside = ctx.saved_tensors
        hot = torch.zeros_like(prob).scatter_(1, inside.unsqueeze(1), 1)
        return (prob - hot) * grads[0], None


@operator("softmax_cross_entropy", same_dtype=True)
def softmax_cross_entropy(data: Tensor, label: Tensor) -> Tensor:
    """Cross entropy of softmax scores against class numbers, summed over the rows.

    Args:
        data: scores, floating, of shape ``(rows, classes)``.
        label: class numbers of shape ``(rows,)``, in the dtype of ``data``.

    Returns:
        The sum, of shape ``(1,)``; probabilities below 1e-8 count as 1e-8.

    Raises:
        MXNetError: other shapes, different or integer dtypes.

    Source: MXNet 1.9.1 src/operator/loss_binary_op.cc.
    """
    if data.dim() != 2 or label.dim() != 1 or data.shape[0] != label.shape[0]:
        raise op_error(
            "softmax_cross_entropy", "data must have shape (rows, classes), label (rows,)", data=data, label=label
        )
    if not data.is_floating_point():
        raise op_error("softmax_cross_entropy", "data must be floating", data=data, label=label)
    result: Tensor = _SoftmaxCrossEntropy.apply(data, label)  # type: ignore[no-untyped-call]
    return result
