"""Maximum pooling by oneDNN, on data whose channels lie in blocks.

On the CPU torch's own pooling of contiguous data is not vectorized, and with its gradient takes three to five times as
long as a copy into blocks, oneDNN's pooling and a copy back (seen in 2.13).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Sizes = tuple[int, ...]

_WORTH_BLOCKS = 1 << 16
_FEW_CHANNELS = 16
_POOL: tuple[Callable[..., Tensor], ...] = (torch.mkldnn_max_pool2d, torch.mkldnn_max_pool3d)
_PLAIN: tuple[Callable[..., Tensor], ...] = (torch.max_pool2d, torch.max_pool3d)
_AVAILABLE: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]


def suits(data: Tensor) -> bool:
    """Whether blocks are worth it."""
    return (
        _AVAILABLE
        and data.dtype is torch.float32
        and data.numel() >= _WORTH_BLOCKS
        and data.shape[1] >= _FEW_CHANNELS
        and data.layout is torch.strided
    )


class _Blocked(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor, window: tuple[Sizes, Sizes, Sizes, int, bool]) -> Tensor:
        which = len(window[0]) - 2
        blocks = data.detach().contiguous().to_mkldnn()
        if not ctx.needs_input_grad[0]:
            return _POOL[which](blocks, *window).to_dense()
        with torch.enable_grad():  # else it does not note what its gradient needs
            out = _POOL[which](blocks.requires_grad_(), *window)
        ctx.save_for_backward(data, blocks, out)  # not as attributes: those outlive the backward with a kept loss
        ctx.kept = which, window
        return out.detach().to_dense()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        which, window = ctx.kept
        data, blocks, out = ctx.saved_tensors
        if torch.is_grad_enabled():  # to be differentiated again, which torch's own operator knows how to
            plain = _PLAIN[which](data, *window)
            return *torch.autograd.grad(plain, data, grads[0], create_graph=True), None
        (grad,) = torch.autograd.grad(out, blocks, grads[0].contiguous().to_mkldnn(), retain_graph=True)
        return grad.to_dense(), None


def blocked_max_pool(data: Tensor, kernel: Sizes, stride: Sizes, pad: Sizes, ceil: bool) -> Tensor:
    """Largest element of each window over one to three spatial axes."""
    line = len(kernel) == 1
    if line:
        data, kernel, stride, pad = data.unsqueeze(-2), (1, *kernel), (1, *stride), (0, *pad)
    result: Tensor = _Blocked.apply(data, (kernel, stride, pad, 1, ceil))  # type: ignore[no-untyped-call]
    return result.squeeze(-2) if line else result
