"""The converter of the fused recurrent layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._graph import Call, converts

#: mode -> ONNX operator, its activations, and where MXNet's gates go in ONNX's order
_MODES = {
    "lstm": ("LSTM", None, (0, 3, 1, 2)),  # i f g o -> i o f c
    "gru": ("GRU", None, (1, 0, 2)),  # r z n -> z r h
    "rnn_tanh": ("RNN", "Tanh", (0,)),
    "rnn_relu": ("RNN", "Relu", (0,)),
}


def _weights(call: Call) -> list[list[tuple[np.ndarray[Any, Any], ...]]]:
    """Per layer and direction: input weights, state weights and both biases, gates in ONNX's order."""
    flat, hidden = call.value(1).ravel(), int(call.attrs["state_size"])
    layers, ways = int(call.attrs["num_layers"]), 2 if call.attrs["bidirectional"] else 1
    order = _MODES[call.attrs["mode"]][2]
    gates = len(order)
    place = 0

    def take(*shape: int) -> np.ndarray[Any, Any]:
        nonlocal place
        size = int(np.prod(shape))
        place += size
        part = flat[place - size : place].reshape(gates, hidden, *shape[1:])
        return part[list(order)].reshape(shape)

    rows = gates * hidden
    matrices = []
    for layer in range(layers):
        width = call.shapes[0][2] if layer == 0 else ways * hidden
        matrices.append([(take(rows, width), take(rows, hidden)) for _ in range(ways)])
    vectors = [[(take(rows), take(rows)) for _ in range(ways)] for _ in range(layers)]
    return [[(*m, *v) for m, v in zip(a, b, strict=True)] for a, b in zip(matrices, vectors, strict=True)]


@converts("_rnn_param_concat")
def _parameters(call: Call) -> None:
    """Nothing: the converter of RNN takes the parameters themselves."""


@converts("RNN")
def _rnn(call: Call) -> None:
    if call.attrs["projection_size"] or call.attrs["use_sequence_length"]:
        raise call.unsupported("projection_size or use_sequence_length")
    op, activation, _ = _MODES[call.attrs["mode"]]
    hidden, ways = int(call.attrs["state_size"]), 2 if call.attrs["bidirectional"] else 1
    layers = _weights(call)
    data, steps, batch = call.inputs[0], call.shapes[0][0], call.shapes[0][1]
    last: list[list[str]] = [[], []]
    attrs: dict[str, Any] = {"hidden_size": hidden, "direction": "bidirectional" if ways == 2 else "forward"}
    if op == "GRU":
        attrs["linear_before_reset"] = 1
    if activation:
        attrs["activations"] = [activation] * ways
    states = call.inputs[2:4] if op == "LSTM" else call.inputs[2:3]
    for number, directions in enumerate(layers):
        stacked = [np.stack(parts) for parts in zip(*directions, strict=True)]
        w, r = call.constant(stacked[0]), call.constant(stacked[1])
        b = call.constant(np.concatenate(stacked[2:], axis=1))
        cut = [call.ints(number * ways), call.ints((number + 1) * ways), call.ints(0)]
        initial = [call.emit("Slice", [state, *cut]) for state in states]
        results = [call.fresh() for _ in range(1 + len(states))]
        call.emit(op, [data, w, r, b, "", *initial], results, **attrs)
        turned = call.emit("Transpose", [results[0]], perm=[0, 2, 1, 3])
        data = call.emit("Reshape", [turned, call.ints(steps, batch, ways * hidden)])
        for kept, name in zip(last, results[1:], strict=False):
            kept.append(name)
    call.emit("Identity", [data], call.out)
    for kept, output in zip(last, call.outputs[1:], strict=False):
        call.emit("Concat", kept, output, axis=0)
