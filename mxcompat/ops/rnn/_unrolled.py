"""An LSTM layer step by step, for what torch's fused kernels do not have: clipping of the cell state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear


class Clip(NamedTuple):
    """Bounds of the cell state; ``nan``: a NaN becomes the lower bound."""

    low: float
    high: float
    nan: bool

    def __call__(self, cell: Tensor) -> Tensor:
        bounded = cell.clamp(self.low, self.high)
        return torch.where(cell.isnan(), torch.full_like(cell, self.low), bounded) if self.nan else bounded


def _direction(
    data: Tensor,
    hidden: Tensor,
    cell: Tensor,
    weights: Sequence[Tensor],
    steps: Sequence[int],
    clip: Clip | None,
    lengths: Tensor | None,
) -> tuple[Tensor, Tensor, Tensor]:
    from_input = linear(data, weights[0], weights[2])
    outputs: list[Tensor] = [hidden] * len(steps)
    for t in steps:
        gates = from_input[t] + linear(hidden, weights[1], weights[3])
        i, f, g, o = gates.chunk(4, 1)
        new_cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
        if clip is not None:
            new_cell = clip(new_cell)
        new_hidden = o.sigmoid() * new_cell.tanh()
        if len(weights) > 4:
            new_hidden = linear(new_hidden, weights[4])
        outputs[t] = new_hidden
        if lengths is not None:
            alive = (lengths > t).unsqueeze(1)
            outputs[t] = torch.where(alive, new_hidden, torch.zeros_like(new_hidden))
            new_hidden, new_cell = torch.where(alive, new_hidden, hidden), torch.where(alive, new_cell, cell)
        hidden, cell = new_hidden, new_cell
    return torch.stack(outputs), hidden, cell


def lstm_layer(
    data: Tensor,
    hidden: Tensor,
    cell: Tensor,
    weights: Sequence[Tensor],
    bidirectional: bool,
    clip: Clip | None,
    lengths: Tensor | None,
) -> tuple[Tensor, Tensor, Tensor]:
    """One layer: outputs (T, N, directions * out), last states (directions, N, out) and cells (directions, N, H)."""
    steps = range(data.shape[0])
    per_cell = len(weights) // (2 if bidirectional else 1)
    ends = [_direction(data, hidden[0], cell[0], weights[:per_cell], steps, clip, lengths)]
    if bidirectional:
        ends.append(_direction(data, hidden[1], cell[1], weights[per_cell:], steps[::-1], clip, lengths))
    outputs, states, cells = zip(*ends, strict=True)
    return torch.cat(outputs, 2), torch.stack(states), torch.stack(cells)
