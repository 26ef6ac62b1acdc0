"""Multi-head attention on interleaved projections: scores and weighted values as batched matrix products."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error


def _heads(op: str, name: str, data: Tensor, heads: int, parts: int) -> Tensor:
    """``(length, batch, parts * embed)`` as ``(length, batch * heads, parts, embed / heads)``."""
    if data.dim() != 3:
        raise op_error(op, f"{name} must have three axes (length, batch, projection)", **{name: data})
    if data.dtype is not torch.float32 and data.device.type == "cpu":
        raise op_error(op, f"{name} must be float32 on the CPU", **{name: data})
    length, batch, width = data.shape
    if heads < 1 or width % (parts * heads):
        raise op_error(op, f"the last axis of {name} must be {parts} projections for heads={heads}", **{name: data})
    return data.reshape(length, batch * heads, parts, width // (parts * heads))


def _scores(queries: Tensor, keys: Tensor) -> Tensor:
    scale = 1.0 / math.sqrt(queries.shape[-1])
    return torch.bmm(queries.transpose(0, 1) * scale, keys.permute(1, 2, 0))


def _weighted(op: str, attention: Tensor, values: Tensor, heads: int, queries: int | None) -> Tensor:
    batch = values.shape[1]
    if (
        attention.dim() != 3
        or attention.shape[0] != batch
        or attention.shape[2] != values.shape[0]
        or (queries is not None and attention.shape[1] != queries)
        or attention.dtype is not values.dtype
    ):
        legal = f"({batch}, {'queries' if queries is None else queries}, {values.shape[0]})"
        raise op_error(op, f"attention must have shape {legal} and the dtype of the values", attention=attention)
    out = torch.bmm(attention, values.transpose(0, 1)).transpose(0, 1)
    return out.reshape(out.shape[0], batch // heads, heads * out.shape[2])


@operator("_contrib_interleaved_matmul_selfatt_qk")
def interleaved_matmul_selfatt_qk(queries_keys_values: Tensor, heads: int = REQUIRED) -> Tensor:
    """Attention scores of a sequence with itself: queries, scaled by ``1 / sqrt(head size)``, times keys.

    Args:
        queries_keys_values: float32 (length, batch, 3 * embed); in the last axis come, for each head, its query, its
            key and its value.
        heads: number of heads; must divide ``embed``.

    Returns:
        (batch * heads, length, length): a row per query, a column per key.

    Raises:
        MXNetError: other axes, a width that heads do not divide, another dtype on the CPU.

    Source: MXNet 1.9.1 src/operator/contrib/transformer.cc.
    """
    split = _heads("interleaved_matmul_selfatt_qk", "queries_keys_values", queries_keys_values, heads, 3)
    return _scores(split[:, :, 0], split[:, :, 1])


@operator("_contrib_interleaved_matmul_selfatt_valatt")
def interleaved_matmul_selfatt_valatt(queries_keys_values: Tensor, attention: Tensor, heads: int = REQUIRED) -> Tensor:
    """Values of a sequence weighted by its attention to itself.

    Args:
        queries_keys_values: float32 (length, batch, 3 * embed), as for the scores.
        attention: (batch * heads, length, length), a row per query.
        heads: number of heads; must divide ``embed``.

    Returns:
        (length, batch, embed).

    Raises:
        MXNetError: other axes, a width that heads do not divide, another dtype on the CPU.

    Source: MXNet 1.9.1 src/operator/contrib/transformer.cc.
    """
    op = "interleaved_matmul_selfatt_valatt"
    split = _heads(op, "queries_keys_values", queries_keys_values, heads, 3)
    return _weighted(op, attention, split[:, :, 2], heads, split.shape[0])


@operator("_contrib_interleaved_matmul_encdec_qk")
def interleaved_matmul_encdec_qk(queries: Tensor, keys_values: Tensor, heads: int = REQUIRED) -> Tensor:
    """Attention scores of one sequence to another: queries, scaled by ``1 / sqrt(head size)``, times keys.

    Args:
        queries: float32 (query length, batch, embed).
        keys_values: float32 (key length, batch, 2 * embed); in the last axis come, for each head, its key and value.
        heads: number of heads; must divide ``embed``.

    Returns:
        (batch * heads, query length, key length).

    Raises:
        MXNetError: other axes, sizes that do not match, another dtype on the CPU.

    Source: MXNet 1.9.1 src/operator/contrib/transformer.cc.
    """
    op = "interleaved_matmul_encdec_qk"
    asking = _heads(op, "queries", queries, heads, 1)
    split = _heads(op, "keys_values", keys_values, heads, 2)
    if asking.shape[1] != split.shape[1] or asking.shape[3] != split.shape[3]:
        shown = {"queries": queries, "keys_values": keys_values}
        raise op_error(op, "queries and keys_values must have one batch and embed", **shown)
    return _scores(asking[:, :, 0], split[:, :, 0])


@operator("_contrib_interleaved_matmul_encdec_valatt")
def interleaved_matmul_encdec_valatt(keys_values: Tensor, attention: Tensor, heads: int = REQUIRED) -> Tensor:
    """Values of one sequence weighted by the attention of another.

    Args:
        keys_values: float32 (key length, batch, 2 * embed), as for the scores.
        attention: (batch * heads, query length, key length).
        heads: number of heads; must divide ``embed``.

    Returns:
        (query length, batch, embed).

    Raises:
        MXNetError: other axes, sizes that do not match, another dtype on the CPU.

    Source: MXNet 1.9.1 src/operator/contrib/transformer.cc.
    """
    op = "interleaved_matmul_encdec_valatt"
    split = _heads(op, "keys_values", keys_values, heads, 2)
    return _weighted(op, attention, split[:, :, 1], heads, None)
