"""Recurrent layers: `torch.nn.LSTM`, `GRU` and `RNN`, called the way Gluon calls its own.

Axis letters: T time, N batch, C input channels, H hidden size, L layers times directions.
"""

from __future__ import annotations

import re
from typing import Any

from torch import Tensor, nn

from ._layers import META, Shared

_PARAMETER = re.compile(r"(?P<side>[lr])(?P<layer>\d+)_(?P<group>i2h|h2h|h2r)_(?P<kind>weight|bias)\Z")
_GROUPS = {"i2h": "ih", "h2h": "hh", "h2r": "hr"}


def torch_name(name: str) -> str:
    """``"r0_i2h_weight"`` in torch's words: ``"weight_ih_l0_reverse"``."""
    part = _PARAMETER.match(name)
    if part is None:
        raise ValueError(f"{name} is not the name of a parameter of a recurrent layer")
    back = "_reverse" if part["side"] == "r" else ""
    return f"{part['kind']}_{_GROUPS[part['group']]}_l{part['layer']}{back}"


class _Recurrent(Shared):
    """Takes (data) and gives the output, or takes (data, list of states) and gives the output and such a list."""

    def __init__(self, block: Any, **more: Any) -> None:
        inputs, layers = block.l0_i2h_weight.shape[1], block._num_layers
        super().__init__(
            inputs,
            block._hidden_size,
            num_layers=layers,
            batch_first=block._layout == "NTC",
            dropout=float(block._dropout) if layers > 1 else 0.0,
            bidirectional=block._dir == 2,
            **more,
            **META,
        )
        for name, param in block._reg_params.items():
            self.take(torch_name(name), param)
        self._init_flat_weights()  # type: ignore[operator]  # of torch's classes beside this one

    def _run(self, data: Tensor, states: Any) -> tuple[Tensor, list[Tensor]]:
        if isinstance(states, Tensor):
            states = [states]
        several = isinstance(self, nn.LSTM)
        given = None if states is None else (tuple(states) if several else states[0])
        out, last = super().forward(data, given)
        return out, list(last) if several else [last]

    def forward(self, data: Tensor, states: Any = None) -> Any:
        out, last = self._run(data, states)
        return out if states is None else (out, last)


class LSTM(_Recurrent, nn.LSTM):  # type: ignore[misc]  # Gluon's calling form
    """`torch.nn.LSTM` behind Gluon's calling form."""


class GRU(_Recurrent, nn.GRU):  # type: ignore[misc]
    """`torch.nn.GRU` behind Gluon's calling form."""


class RNN(_Recurrent, nn.RNN):  # type: ignore[misc]
    """`torch.nn.RNN` behind Gluon's calling form."""
