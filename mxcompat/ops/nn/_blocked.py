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
#: elements of a piece: what oneDNN reads and writes of it stays in the cache, and its memory is soon used again
_PIECE = 1 << 18
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


def _pieces(data: Tensor) -> list[Tensor]:
    """Views of parts of ``data``, which are contiguous. Each channel is pooled by itself, whatever image it is of."""
    count, space = data.shape[0] * data.shape[1], data.shape[2:]
    groups = data if count % _BLOCK else data.view(count // _BLOCK, _BLOCK, *space)
    return list(groups.split(max(1, _PIECE * groups.shape[0] // data.numel())))


def _joined(pieces: list[Tensor], shape: torch.Size | tuple[int, ...]) -> Tensor:
    """What oneDNN made of each piece as one plain tensor."""
    if len(pieces) == 1:
        return pieces[0].to_dense().view(shape)
    result = torch.empty(shape)
    flat, start = result.view(-1), 0
    for piece in pieces:
        end = start + piece.numel()
        flat[start:end] = piece.to_dense().view(-1)
        start = end
    return result


class _Blocked(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor, pool: _Pool, window: tuple[Any, ...]) -> Tensor:
        pieces = _pieces(data.detach().contiguous())
        if ctx.needs_input_grad[0]:
            blocks = [piece.to_mkldnn().requires_grad_() for piece in pieces]
            with torch.enable_grad():  # else it does not note what its gradient needs
                outs = [pool.blocked(block, *window) for block in blocks]
            ctx.save_for_backward(data, *blocks, *outs)  # not as attributes: those outlive the backward with a kept loss
            ctx.kept = pool, window
            outs = [out.detach() for out in outs]
        else:
            outs = [pool.blocked(piece.to_mkldnn(), *window) for piece in pieces]
        return _joined(outs, (*data.shape[:2], *outs[0].shape[2:]))

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        pool, window = ctx.kept
        data, *saved = ctx.saved_tensors
        if torch.is_grad_enabled():  # to be differentiated again, which torch's own operator knows how to
            plain = pool.plain(data, *window)
            return *torch.autograd.grad(plain, data, grads[0], create_graph=True), None, None
        blocks, outs = saved[: len(saved) // 2], saved[len(saved) // 2 :]
        heads = _pieces_like(grads[0].contiguous(), outs)
        found = [
            torch.autograd.grad(out, block, head.to_mkldnn(), retain_graph=True)[0]
            for out, block, head in zip(outs, blocks, heads, strict=True)
        ]
        return _joined(found, data.shape), None, None


def _pieces_like(data: Tensor, pieces: list[Tensor]) -> list[Tensor]:
    flat = data.view(-1).split([piece.numel() for piece in pieces])
    return [part.view(piece.shape) for part, piece in zip(flat, pieces, strict=True)]


def blocked_max_pool(data: Tensor, kernel: Sizes, stride: Sizes, pad: Sizes, ceil: bool) -> Tensor:
    """Largest element of each window over one to three spatial axes."""
    line = len(kernel) == 1
    if line:
        data, kernel, stride, pad = data.unsqueeze(-2), (1, *kernel), (1, *stride), (0, *pad)
    window = kernel, stride, pad, 1, ceil
    result: Tensor = _Blocked.apply(data, _MAX[data.dim()], window)  # type: ignore[no-untyped-call]
    return result.squeeze(-2) if line else result


def blocked_mean(data: Tensor, kernel: Sizes, stride: Sizes, pad: Sizes, count_pad: bool) -> Tensor:
    """Mean of each window over two or three spatial axes; the last windows end with the padding or before."""
    window = kernel, stride, pad, False, count_pad
    return _Blocked.apply(data, _MEAN[data.dim()], window)  # type: ignore[no-any-return, no-untyped-call]
