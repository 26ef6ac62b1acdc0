"""What the update operators share: MXNet's rounding of hyperparameters, checks, rescaled and clipped gradients.

MXNet parses a hyperparameter as float32 and casts it to the dtype of the weight, and works out ``1 - beta2`` after
that; for 0.999 the difference is five units in the fifth digit, far above rounding. `rounded` does the same.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Sequence

import torch
from torch import Tensor

from ...registry.operator import op_error

FLOAT16, FLOAT32 = torch.float16, torch.float32


@functools.cache
def _formats(count: int) -> tuple[struct.Struct, struct.Struct]:
    return struct.Struct(f"{count}f"), struct.Struct(f"{count}e")


def rounded(dtype: torch.dtype, *values: float) -> tuple[float, ...]:
    """Hyperparameters as MXNet's kernel of ``dtype`` sees them: rounded to float32, then to float16 if that is it."""
    single, half = _formats(len(values))
    try:
        values = single.unpack(single.pack(*values))
        return half.unpack(half.pack(*values)) if dtype is FLOAT16 else values
    except OverflowError:  # beyond the range of the dtype: torch makes infinities where struct refuses
        kind = FLOAT16 if dtype is FLOAT16 else FLOAT32
        return tuple(torch.tensor(values, dtype=torch.float64).to(kind).tolist())


def check(op: str, names: Sequence[str], tensors: Sequence[Tensor], masters: int = 0) -> None:
    """MXNetError unless all tensors have one shape and one floating dtype; the last ``masters`` must be float32."""
    first = tensors[0]
    shape, dtype = first.shape, first.dtype
    if not dtype.is_floating_point:
        raise op_error(op, f"{names[0]} must be of a floating dtype", **{names[0]: first})
    own = len(tensors) - masters
    for i, tensor in enumerate(tensors):
        if tensor.shape != shape or tensor.dtype is not (dtype if i < own else FLOAT32):
            legal = f"the dtype {'of ' + names[0] if i < own else 'float32'}"
            shown = {names[0]: first, names[i]: tensor}
            raise op_error(op, f"{names[i]} must have the shape of {names[0]} and {legal}", **shown)


def check_out(op: str, out: Tensor | None, like: Tensor, dtype: torch.dtype | None = None) -> None:
    """MXNetError unless ``out`` can take a result of the shape and dtype of ``like``."""
    if out is not None and (out.shape != like.shape or out.dtype is not (dtype or like.dtype)):
        raise op_error(op, "out must have the shape and dtype of the weight", out=out, weight=like)


def shares(out: Tensor | None, weight: Tensor) -> bool:
    """Whether the result is written over the weight."""
    return out is not None and out.data_ptr() == weight.data_ptr()


def rescaled(grad: Tensor, rescale_grad: float, clip_gradient: float) -> Tensor:
    """``clip(rescale_grad * grad)``; clipping only if the bound is zero or positive. May be ``grad`` itself."""
    if rescale_grad != 1:
        grad = grad * rescale_grad
    return clipped(grad, clip_gradient)


def clipped(values: Tensor, bound: float) -> Tensor:
    """Cut to ``[-bound, bound]``; a negative bound is none."""
    return values.clamp(-bound, bound) if bound >= 0 else values


def decayed(grad: Tensor, weight: Tensor, wd: float, rescale_grad: float, clip_gradient: float) -> Tensor:
    """``clip(rescale_grad * grad + wd * weight)``. May be ``grad`` itself."""
    if rescale_grad != 1:
        grad = grad * rescale_grad
    if wd != 0:
        grad = torch.add(grad, weight, alpha=wd)
    return clipped(grad, clip_gradient)


def put(out: Tensor | None, master: Tensor, dtype: torch.dtype) -> Tensor:
    """The float32 master copy as the result: cast, into ``out`` if there is one."""
    return master.to(dtype, copy=True) if out is None else out.copy_(master)
