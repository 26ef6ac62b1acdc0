"""What the matrix operators ask of their inputs."""

from __future__ import annotations

import torch
from torch import Tensor

from ...registry.operator import op_error

_LEGAL = (torch.float32, torch.float64)


def check_floats(op: str, **tensors: Tensor) -> None:
    """MXNetError unless all inputs are float32, or all float64."""
    first = next(iter(tensors.values()))
    if first.dtype not in _LEGAL or any(t.dtype is not first.dtype for t in tensors.values()):
        raise op_error(op, "inputs must be float32 or float64, all alike", **tensors)


def check_matrices(op: str, square: bool = True, **tensors: Tensor) -> None:
    """MXNetError unless all inputs are batches of (square) matrices of one float dtype."""
    check_floats(op, **tensors)
    for name, t in tensors.items():
        if t.dim() < 2:
            raise op_error(op, f"{name} must have two axes or more", **tensors)
        if square and t.shape[-1] != t.shape[-2]:
            raise op_error(op, f"{name} must hold square matrices", **tensors)


def triangle(data: Tensor, lower: bool) -> Tensor:
    """The lower or upper triangle with zeros elsewhere."""
    return torch.tril(data) if lower else torch.triu(data)
