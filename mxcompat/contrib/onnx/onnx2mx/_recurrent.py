"""Converters of ONNX's recurrent layers: one layer, one or both directions, weights in the file."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._graph import Step, converts, sym

#: operator -> its gates in MXNet's order, by their places in ONNX's
_GATES = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}


def _gates(step: Step, packed: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The blocks of rows of a weight or bias in MXNet's order."""
    parts = np.split(packed, len(_GATES[step.op]))
    return np.concatenate([parts[i] for i in _GATES[step.op]]).ravel()


@converts("LSTM", "GRU", "RNN")
def _recurrent(step: Step) -> Any:
    a = step.attrs
    direction = bytes(a.get("direction", b"forward")).decode()
    if direction == "reverse" or step.has(4) or step.has(7) or a.get("clip") or a.get("layout"):
        raise step.unsupported("reverse direction, lengths, peepholes, clip or layout")
    if step.op == "GRU" and not a.get("linear_before_reset"):
        raise step.unsupported("linear_before_reset=0")
    usual = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}[step.op]
    named = [bytes(name).decode() for name in a.get("activations", ())][: len(usual)] or usual
    if named != usual and not (step.op == "RNN" and named == ["Relu"]):
        raise step.unsupported(f"activations {named}")
    weight, recurrent = step.constant(1), step.constant(2)
    directions, hidden = weight.shape[0], int(a["hidden_size"])
    rows = weight.shape[1]
    bias = step.constant(3) if step.has(3) else np.zeros((directions, 2 * rows), weight.dtype)
    parts = [part for d in range(directions) for part in (_gates(step, weight[d]), _gates(step, recurrent[d]))]
    for d in range(directions):
        parts += [_gates(step, bias[d, :rows]), _gates(step, bias[d, rows:])]
    packed = step.constant_symbol("parameters", np.concatenate(parts))
    start = step[5] if step.has(5) else _zero_state(step, directions, hidden)
    states = [start]
    if step.op == "LSTM":
        states.append(step[6] if step.has(6) else _zero_state(step, directions, hidden))
    mode = {"LSTM": "lstm", "GRU": "gru", "RNN": f"rnn_{named[0].lower()}"}[step.op]
    made = sym.RNN(
        step[0], packed, *states, state_size=hidden, num_layers=1, mode=mode, bidirectional=directions == 2,
        state_outputs=True, name=step.name,
    )  # fmt: skip
    apart = sym.reshape(made[0], shape=(0, 0, directions, hidden))
    return [sym.transpose(apart, axes=(0, 2, 1, 3)), *[made[i] for i in range(1, len(states) + 1)]]


def _zero_state(step: Step, directions: int, hidden: int) -> Any:
    """Zeros of shape (directions, N, hidden): as many as the data has in its second axis."""
    first = sym.slice_axis(sym.slice_axis(step[0], axis=0, begin=0, end=1), axis=2, begin=0, end=1)
    return sym.tile(sym.zeros_like(first), reps=(directions, 1, hidden))
