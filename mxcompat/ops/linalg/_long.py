"""Products that sum over thousands of entries into few results.

Matrix kernels sum such products one after the other, so that rounding grows with their number. Here each part of a
few hundred entries has a product of its own, and these are added up.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

LONG = 4096
_PART = 512
_NARROW = 64
_RESULTS = 1 << 16
#: inputs of a layer from which on its own product counts as one of those; below, what it loses is a unit or two
_WIDE = 8192


def is_long(rows: int, inner: int, columns: int) -> bool:
    """Whether the product of (rows, inner) and (inner, columns) is one of those."""
    return inner >= LONG and min(rows, columns) <= _NARROW and rows * columns <= _RESULTS


def is_long_either_way(rows: int, inner: int, columns: int) -> bool:
    """The same of the product or of one of its gradients."""
    if rows < LONG and inner < LONG and columns < LONG:
        return False
    return is_long(rows, inner, columns) or is_long(inner, rows, columns) or is_long(rows, columns, inner)


def _product(lhs: Tensor, rhs: Tensor) -> Tensor:
    rows, inner = lhs.shape
    columns = rhs.shape[1]
    if not is_long(rows, inner, columns) or lhs.dtype is not torch.float32:
        return torch.mm(lhs, rhs)
    whole = inner - inner % _PART
    left = lhs[:, :whole].reshape(rows, -1, _PART).transpose(0, 1)
    result = torch.bmm(left, rhs[:whole].reshape(-1, _PART, columns)).sum(0)
    return result if whole == inner else result + torch.mm(lhs[:, whole:], rhs[whole:])


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, lhs: Tensor, rhs: Tensor) -> Tensor:
        ctx.save_for_backward(lhs, rhs)
        return _product(lhs, rhs)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        lhs, rhs = ctx.saved_tensors
        left = product(grads[0], rhs.t()) if ctx.needs_input_grad[0] else None
        right = product(lhs.t(), grads[0]) if ctx.needs_input_grad[1] else None
        return left, right


def product(lhs: Tensor, rhs: Tensor) -> Tensor:
    """The product of two matrices."""
    rows, inner = lhs.shape
    columns = rhs.shape[1]
    if inner < LONG and rows < LONG and columns < LONG:
        return torch.mm(lhs, rhs)
    if torch.is_grad_enabled() and (lhs.requires_grad or rhs.requires_grad):
        result: Tensor = _Product.apply(lhs, rhs)  # type: ignore[no-untyped-call]
        return result
    return _product(lhs, rhs)


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, data: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(data, weight)
        return _linear(data, weight, bias)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        data, weight = ctx.saved_tensors
        rows = grads[0].reshape(-1, weight.shape[0])
        of_data = (rows @ weight).view(data.shape) if ctx.needs_input_grad[0] else None
        of_weight = product(rows.t(), data.reshape(-1, weight.shape[1])) if ctx.needs_input_grad[1] else None
        return of_data, of_weight, rows.sum(0) if ctx.needs_input_grad[2] else None


def _linear(data: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    hidden, inputs = weight.shape
    if inputs < _WIDE or not is_long(data.numel() // inputs, inputs, hidden):
        return torch.nn.functional.linear(data, weight, bias)
    result = product(data.reshape(-1, inputs), weight.t())
    if bias is not None:
        result = result + bias
    return result.view(*data.shape[:-1], hidden)


def linear(data: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """``data @ weight.T + bias``."""
    if weight.requires_grad and data.dtype is torch.float32 and torch.is_grad_enabled():
        hidden, inputs = weight.shape
        if inputs and is_long(hidden, data.numel() // inputs, inputs):
            result: Tensor = _Linear.apply(data, weight, bias)  # type: ignore[no-untyped-call]
            return result
    return _linear(data, weight, bias)
