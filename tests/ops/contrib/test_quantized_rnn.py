"""The LSTM on bytes is near the LSTM on numbers."""

from __future__ import annotations

import pytest

import mxcompat as mx
from mxcompat.ops.rnn._layout import layout


@pytest.mark.parametrize(("layers", "both"), [(1, False), (1, True), (2, False), (3, True)])
def test_near_the_float_one(layers, both):
    mx.random.seed(5)
    steps, batch, inputs, hidden = 5, 2, 16, 16
    directions = 2 if both else 1
    total = layout("lstm", layers, directions, inputs, hidden, 0).total
    data, weights = mx.nd.random.uniform(-1, 1, (steps, batch, inputs)), mx.nd.random.uniform(-0.5, 0.5, total)
    state, cell = (mx.nd.random.uniform(-1, 1, (layers * directions, batch, hidden)) for _ in range(2))
    attrs = {
        "state_size": hidden, "num_layers": layers, "bidirectional": both, "mode": "lstm", "state_outputs": True,
    }  # fmt: skip
    expected = mx.nd.RNN(data, weights, state, cell, **attrs)
    stored = mx.nd.clip(mx.nd.round(data * 64 + 64), 0, 255).astype("uint8")
    scale = mx.nd.array([64])
    found = mx.nd.contrib.quantized_rnn(stored, weights, state, cell, scale, scale, **attrs)
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape
        assert float(((one - other) ** 2).mean().asscalar()) < 1e-3
