"""Pooling windows: MXNet's output sizes and divisors, and the torch calls that give them.

torch drops a last window that starts beyond the padded data, limits padding to half a window, and has no sum over
one axis or with another divisor in every case. Where it agrees with MXNet it is called as it is; else the data are
padded here and the windows laid over the padded data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ._blocked import blocked_max_pool, blocked_mean, suits
from ._halves import fits, halved

_MAX: tuple[Callable[..., Tensor], ...] = (torch.max_pool1d, torch.max_pool2d, torch.max_pool3d)


class Windows(NamedTuple):
    """Where the windows of a pooling lie.

    Attributes:
        kernel, stride, pad: one entry per spatial axis.
        out: number of windows on each axis.
        ceil: torch's ``ceil_mode`` that gives ``out``, or None if neither does.
        before, after: elements to add on each side where the data are padded here.
        empty: some window holds no data.
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    pad: tuple[int, ...]
    out: tuple[int, ...]
    ceil: bool | None
    before: tuple[int, ...]
    after: tuple[int, ...]
    empty: bool

    def sides(self) -> list[int]:
        """The padding as ``torch.nn.functional.pad`` takes it."""
        pairs = zip(reversed(self.before), reversed(self.after), strict=True)
        return [n for pair in pairs for n in pair]


@lru_cache(maxsize=2048)
def lay_out(
    sizes: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...], pad: tuple[int, ...], convention: str
) -> Windows:
    """The windows over spatial axes of ``sizes``; the kernel must not exceed the padded sizes."""
    out, floors, ceils = [], [], []
    for size, k, s, p in zip(sizes, kernel, stride, pad, strict=True):
        room = size + 2 * p - k
        floors.append(room // s + 1)
        ceil = -(-room // s) + 1
        if convention == "valid":
            out.append(floors[-1])
        elif convention == "full":
            out.append(ceil)
        else:
            out.append(-(-(size + 2 * p) // s))
        ceils.append(ceil - 1 if (ceil - 1) * s >= size + p else ceil)
    mode: bool | None = None
    # torch's gradient of a mean over three axes refuses a window larger than the data without their padding
    large = len(sizes) == 3 and any(k > size for size, k in zip(sizes, kernel, strict=True))
    if not large and all(2 * p <= k for k, p in zip(kernel, pad, strict=True)):
        mode = False if out == floors else True if out == ceils else None
    after = []
    for size, k, s, p, n in zip(sizes, kernel, stride, pad, out, strict=True):
        after.append((n - 1) * s + k - size - p)  # negative: the last elements are in no window
    spans = zip(sizes, stride, pad, out, strict=True)
    empty = any((n - 1) * s - p >= size for size, s, p, n in spans) or any(
        p >= k for k, p in zip(kernel, pad, strict=True)
    )
    return Windows(kernel, stride, pad, tuple(out), mode, pad, tuple(after), empty)


_SMALL_WINDOW = 5
_TINY_WINDOW = 3  # sliding is worth it with any stride
_WORTH_SLIDING = 4096  # elements below which one call of torch is cheaper


def _slide(data: Tensor, w: Windows, combine: Callable[..., Tensor], padding: float) -> Tensor:
    """Largest element, or sum, of each window, axis by axis, from shifted slices.

    On the CPU torch's own pooling of contiguous data is not vectorized and takes about ten times as long (seen in
    2.13); it is needed for the gradient, which goes to the first of equal elements.
    """
    result = data
    for axis, (k, s, p, n) in enumerate(zip(w.kernel, w.stride, w.pad, w.out, strict=True), 2):
        taps = _taps(result.shape[axis], k, s, p, n)
        if not taps or taps[0][1:] != (0, n):  # no place of the windows lies inside of the data throughout
            sides = [0, 0] * (data.dim() - axis - 1) + [w.before[axis - 2], w.after[axis - 2]]
            result = F.pad(result, sides, value=padding)
            taps = tuple([(start, 0, n) for start in range(k)])
        (start, _, _), *others = taps
        best = _every(result, axis, start, n, s)
        own = False  # whether it is memory of ours
        for start, low, high in others:
            part = _every(result, axis, start, high - low, s)
            if not own and high - low == n:
                best = combine(best, part)
            else:
                place = (best := best if own else best.clone()).narrow(axis, low, high - low)
                combine(place, part, out=place)
            own = True
        result = best
    return result.contiguous()


@lru_cache(maxsize=2048)
def _taps(size: int, kernel: int, stride: int, pad: int, count: int) -> tuple[tuple[int, int, int], ...]:
    """For each place in the windows where its first element lies and which windows (from, to) have it in the data.

    Places that all windows have in the data come first.
    """
    taps = []
    for place in range(kernel):
        low = max(0, -((place - pad) // stride))
        high = min(count, (size - 1 + pad - place) // stride + 1)
        if low < high:
            taps.append((low * stride + place - pad, low, high))
    taps.sort(key=lambda tap: tap[1] - tap[2])
    return tuple(taps)


class _SlidMean(torch.autograd.Function):
    """The mean of each window; the divisor is the same for all."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, w: Windows) -> Tensor:
        ctx.kept = w, tuple(data.shape)
        return _slide(data, w, torch.add, 0.0).div_(prod(w.kernel))

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        w, shape = ctx.kept
        result = grads[0] / prod(w.kernel)
        for axis in reversed(range(2, len(shape))):
            layout = [per_axis[axis - 2] for per_axis in (w.kernel, w.stride, w.pad, w.out)]
            sizes = list(result.shape)
            sizes[axis] = shape[axis]
            whole = result.new_zeros(sizes)
            for start, low, high in _taps(shape[axis], *layout):
                _every(whole, axis, start, high - low, w.stride[axis - 2]).add_(result.narrow(axis, low, high - low))
            result = whole
        return result, None


def _small(w: Windows) -> bool:
    """Whether sliding is worth it; windows of one element would give back the data themselves."""
    return 1 < max(w.kernel) <= _SMALL_WINDOW


def _every(data: Tensor, axis: int, start: int, count: int, step: int) -> Tensor:
    index = [slice(None)] * data.dim()
    index[axis] = slice(start, start + (count - 1) * step + 1, step)
    return data[tuple(index)]


def max_pool(data: Tensor, w: Windows) -> Tensor:
    """Largest element of each window; the smallest number of the dtype for a window outside the data."""
    if data.device.type == "cpu" and not w.empty and not torch.compiler.is_compiling():
        slides = not data.requires_grad and data.numel() >= _WORTH_SLIDING and _small(w)
        if slides and (max(w.kernel) <= _TINY_WINDOW or max(w.stride) == 1):
            return _slide(data, w, torch.maximum, -torch.inf)
        if w.ceil is not None and suits(data):
            return blocked_max_pool(data, w.kernel, w.stride, w.pad, w.ceil)
        if slides:
            return _slide(data, w, torch.maximum, -torch.inf)
    if w.ceil is not None:
        return _MAX[len(w.kernel) - 1](data, w.kernel, w.stride, w.pad, 1, w.ceil)
    padded = F.pad(data, w.sides(), value=torch.finfo(data.dtype).min)
    return _MAX[len(w.kernel) - 1](padded, w.kernel, w.stride)


def sum_pool(data: Tensor, w: Windows) -> Tensor:
    """Sum of each window."""
    return _average(data, w, True, 1)


def avg_pool(data: Tensor, w: Windows, count_pad: bool) -> Tensor:
    """Mean of each window: over the elements inside the data, or inside the data with their padding.

    A window that counts nothing gives 0, or with three spatial axes NaN.
    """
    cube = len(w.kernel) == 3
    if w.ceil is not None and not (cube and w.empty and not count_pad):
        return _average(data, w, count_pad, None)
    total = sum_pool(data, w._replace(ceil=None))
    return total / _counts(tuple(data.shape[2:]), w, count_pad, cube).to(total)


@lru_cache(maxsize=256)
def _counts(sizes: tuple[int, ...], w: Windows, count_pad: bool, zeros: bool) -> Tensor:
    """How many elements each window counts; 1 in place of a negative number, and of 0 unless ``zeros`` are wanted."""
    counts = torch.ones((), dtype=torch.float64)
    for size, k, s, p, n in zip(sizes, w.kernel, w.stride, w.pad, w.out, strict=True):
        extra = p if count_pad else 0
        low = 0 if not count_pad else -p
        starts = [i * s - p for i in range(n)]
        line = [min(start + k, size + extra) - max(start, low) for start in starts]
        counts = counts.unsqueeze(-1) * torch.tensor(line, dtype=torch.float64)
    return torch.where(counts < 1 if not zeros else counts < 0, 1.0, counts)


def _average(data: Tensor, w: Windows, count_pad: bool, divisor: int | None) -> Tensor:
    if w.ceil is None:
        data, pad, ceil = F.pad(data, w.sides()), (0,) * len(w.kernel), False
    else:
        pad, ceil = w.pad, w.ceil
    if len(w.kernel) == 1:
        result = F.avg_pool2d(data.unsqueeze(-2), (1, *w.kernel), (1, *w.stride), (0, *pad), ceil, count_pad, divisor)
        return result.squeeze(-2)
    if len(w.kernel) == 2 and divisor in (None, 4) and fits(data, w.kernel, w.stride, pad):
        return halved(data)
    if divisor is None and not ceil and data.is_cpu and suits(data) and not torch.compiler.is_compiling():
        few = max(w.kernel) <= _TINY_WINDOW or (max(w.stride) == 1 and not data.requires_grad)
        if few and _small(w) and (count_pad or not any(pad)):
            return _SlidMean.apply(data, w)  # type: ignore[no-any-return, no-untyped-call]
        return blocked_mean(data, w.kernel, w.stride, pad, count_pad)
    pool: Any = F.avg_pool2d if len(w.kernel) == 2 else F.avg_pool3d
    pooled: Tensor = pool(data, w.kernel, w.stride, pad, ceil, count_pad, divisor)
    return pooled


class _Root(torch.autograd.Function):
    """The p-th root of a sum of p-th powers; its gradient is 0 where the result is."""

    @staticmethod
    def forward(ctx: Any, total: Tensor, p: int) -> Tensor:
        if p == 2:
            out = total.sqrt()
        else:
            out = total.abs().pow(1.0 / 3.0).copysign(total)
        ctx.save_for_backward(out)
        ctx.p = p
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (out,) = ctx.saved_tensors
        slope = 1.0 / (ctx.p * (out if ctx.p == 2 else out * out))
        return (grads[0] * slope).masked_fill(out == 0, 0.0), None


def lp_norm(data: Tensor, total: Callable[[Tensor], Tensor], p: int) -> Tensor:
    """``(sum of x**p)**(1/p)`` for p of 1, 2 or 3; ``total`` sums the windows."""
    if p == 1:
        return total(data)
    half = data.dtype is torch.float16
    x = data.float() if half else data
    root: Tensor = _Root.apply(total(x * x if p == 2 else x * x * x), p)  # type: ignore[no-untyped-call]
    return root.to(data.dtype) if half else root
