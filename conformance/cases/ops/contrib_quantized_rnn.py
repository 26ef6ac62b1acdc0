"""The LSTM on 8-bit integers.

oneDNN of MXNet 1.9.1 cannot lay out its weights on processors with VNNI instructions, where every call fails. Record
this file with ``DNNL_MAX_CPU_ISA=AVX2`` in the environment. Bytes stay below 129, for above it AVX2 saturates.
"""

from __future__ import annotations

import numpy as np

from ...calls import Arr
from ...suite import Suite, attempt

suite = Suite(__name__)


def _run(mx, layers, bidirectional, steps, batch, inputs, hidden, state_outputs=True, **attrs):
    rng = np.random.RandomState(layers + hidden)
    directions = 2 if bidirectional else 1
    sizes = [inputs] + [directions * hidden] * (layers - 1)
    count = sum(directions * (4 * hidden * (size + hidden) + 8 * hidden) for size in sizes)
    weights = rng.uniform(-1, 1, count)
    data = rng.uniform(-1, 1, (steps, batch, inputs))
    state, cell = (rng.uniform(-1, 1, (layers * directions, batch, hidden)) for _ in range(2))
    scale, shift = 64.0, 64.0
    stored = mx.nd.array(np.clip(np.round(data * scale + shift), 0, 128), dtype="uint8")
    out = mx.nd.contrib.quantized_rnn(
        stored, *(mx.nd.array(x) for x in (weights, state, cell, [scale], [shift])), state_size=hidden,
        num_layers=layers, bidirectional=bidirectional, mode="lstm", state_outputs=state_outputs, **attrs,
    )  # fmt: skip
    mx.nd.waitall()
    return out


FORMS = {
    "one_layer": (1, False, 3, 2, 3, 2),
    "one_step": (1, False, 1, 1, 4, 3),
    "one_input": (1, False, 3, 2, 1, 2),
    "one_unit": (1, False, 3, 2, 3, 1),
    "larger": (1, False, 6, 3, 16, 12),
    "both_ways": (1, True, 4, 2, 3, 2),
    "two_layers": (2, False, 3, 2, 3, 2),
    "two_layers_same_size": (2, False, 3, 2, 4, 4),
    "three_layers": (3, False, 4, 1, 2, 3),
    "two_layers_both_ways": (2, True, 3, 2, 4, 2),
    "three_layers_both_ways": (3, True, 3, 2, 2, 2),
}
suite.table("quantized_rnn", {name: lambda mx, form=form: _run(mx, *form) for name, form in FORMS.items()})
suite.table(
    "quantized_rnn/form",
    {
        "outputs": lambda mx: _run(mx, 1, False, 3, 2, 3, 2, state_outputs=False),
        "p": lambda mx: _run(mx, 2, False, 3, 2, 3, 2, p=0.5),
    },
)


def _refused(mx, change):
    arrays = {
        "data": mx.nd.ones((2, 1, 3), dtype="uint8"), "parameters": mx.nd.ones(56), "state": mx.nd.ones((1, 1, 2)),
        "state_cell": mx.nd.ones((1, 1, 2)), "data_scale": mx.nd.ones(1), "data_shift": mx.nd.ones(1),
    }  # fmt: skip
    attrs = {"state_size": 2, "num_layers": 1, "mode": "lstm"}
    for key, value in change(mx).items():
        (arrays if key in arrays else attrs)[key] = value
    return mx.nd.contrib.quantized_rnn(*arrays.values(), **attrs).asnumpy()


REFUSED = {
    "float_data": lambda mx: {"data": mx.nd.ones((2, 1, 3))},
    "int8_data": lambda mx: {"data": mx.nd.ones((2, 1, 3), dtype="int8")},
    "two_axes": lambda mx: {"data": mx.nd.ones((2, 3), dtype="uint8")},
    "parameters": lambda mx: {"parameters": mx.nd.ones(55)},
    "state": lambda mx: {"state": mx.nd.ones((1, 1, 3))},
    "float64": lambda mx: {"parameters": mx.nd.ones(56, dtype="float64")},
    "scale": lambda mx: {"data_scale": mx.nd.ones(2)},
    "gru": lambda mx: {"mode": "gru"},
    "mode": lambda mx: {"mode": "no"},
}
suite.table(
    "quantized_rnn/refused",
    {name: lambda mx, change=change: attempt(lambda: _refused(mx, change)) for name, change in REFUSED.items()},
)

LSTM = {"state_size": 2, "num_layers": 1, "mode": "lstm", "state_outputs": True}
CELL = (
    Arr((2, 1, 3), "uint8", low=0, high=128), Arr((56,), low=-1, high=1), Arr((1, 1, 2), low=-1, high=1, seed=2),
    Arr((1, 1, 2), low=-1, high=1, seed=3), Arr(values=[64.0]), Arr(values=[64.0]),
)  # fmt: skip
for label, attrs in {
    "projection": {"projection_size": 1},
    "clip": {"lstm_state_clip_min": -1.0, "lstm_state_clip_max": 1.0, "lstm_state_clip_nan": True},
    "gru": {"mode": "gru"},
    "no_mode": {"mode": "x"},
    "no_layers": {"num_layers": 0},
}.items():
    suite.op(f"quantized_rnn/{label}", "nd.contrib.quantized_rnn", CELL, {**LSTM, **attrs}, grad=False)
for dtype in ("int8", "float32"):
    suite.op(
        f"quantized_rnn/{dtype}", "nd.contrib.quantized_rnn", (CELL[0].with_(dtype=dtype), *CELL[1:]), LSTM, grad=False
    )
for layout in ("rows", "transposed"):
    data = CELL[0].with_(layout=layout)
    suite.op(f"quantized_rnn/{layout}", "nd.contrib.quantized_rnn", (data, *CELL[1:]), LSTM, grad=(0, 1, 2, 3))
