"""Pooling by oneDNN, on data whose channels lie in blocks or that it blocks itself.

On the CPU torch's own pooling of contiguous data is not vectorized: with its gradient it takes two to five times as
long as a copy for oneDNN, oneDNN's pooling and a copy back (seen in 2.13).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

Sizes = tuple[int, ...]

_WORTH_BLOCKS = 1 << 16
_FEW_CHANNELS = 8
#: channels of a block
_BLOCK = 16
_AVAILABLE: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]


class _Pool(NamedTuple):
    """A kind of pooling: of data for oneDNN, and of plain data."""

    blocked: Callable[..., Tensor]
    plain: Callable[..., Tensor]


_MAX = {4: _Pool(torch.mkldnn_max_pool2d, torch.max_pool2d), 5: _Pool(torch.mkldnn_max_pool3d, torch.max_pool3d)}
_MEAN = {4: _Pool(F.avg_pool2d, F.avg_pool2d), 5: _Pool(F.avg_pool3d, F.avg_pool3d)}


def suits(data: Tensor) -> bool:
    """Whether blocks are worth it."""
    return (
        _AVAILABLE
        and data.dtype is torch.float32
        and data.numel() >= _WORTH_BLOCKS
        and (data.shape[1] >= _FEW_CHANNELS or not data.shape[0] * data.shape[1] % _BLOCK)
        and data.layout is torch.strided
    )


class _Blocked(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor, pool: _Pool, window: tuple[Any, ...]) -> Tensor:
        blocks = data.detach().contiguous().to_mkldnn()
        if not ctx.needs_input_grad[0]:
            return pool.blocked(blocks, *window).to_dense()
        with torch.enable_grad():  # else it does not note what its gradient needs
            out = pool.blocked(blocks.requires_grad_(), *window)
        ctx.save_for_backward(data, blocks, out)  # not as attributes: those outlive the backward with a kept loss
        ctx.kept = pool, window
        return out.detach().to_dense()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        pool, window = ctx.kept
        data, blocks, out = ctx.saved_tensors
        if torch.is_grad_enabled():  # to be differentiated again, which torch's own operator knows how to
            plain = pool.plain(data, *window)
            return *torch.autograd.grad(plain, data, grads[0], create_graph=True), None, None
        (grad,) = torch.autograd.grad(out, blocks, grads[0].contiguous().to_mkldnn(), retain_graph=True)
        return grad.to_dense(), None, None


def _pooled(data: Tensor, pool: _Pool, window: tuple[Any, ...]) -> Tensor:
    few = data.shape[1] < _FEW_CHANNELS
    # each channel is pooled by itself, so those of several images may share a block
    blocks = data.reshape(-1, _BLOCK, *data.shape[2:]) if few else data
    result: Tensor = _Blocked.apply(blocks, pool, window)  # type: ignore[no-untyped-call]
    return result.view(*data.shape[:2], *result.shape[2:]) if few else result


def blocked_max_pool(data: Tensor, kernel: Sizes, stride: Sizes, pad: Sizes, ceil: bool) -> Tensor:
    """Largest element of each window over one to three spatial axes."""
    line = len(kernel) == 1
    if line:
        data, kernel, stride, pad = data.unsqueeze(-2), (1, *kernel), (1, *stride), (0, *pad)
    result = _pooled(data, _MAX[data.dim()], (kernel, stride, pad, 1, ceil))
    return result.squeeze(-2) if line else result


def blocked_mean(data: Tensor, kernel: Sizes, stride: Sizes, pad: Sizes, count_pad: bool) -> Tensor:
    """Mean of each window over two or three spatial axes; the last windows end with the padding or before."""
    return _pooled(data, _MEAN[data.dim()], (kernel, stride, pad, False, count_pad))
