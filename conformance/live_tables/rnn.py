"""RNN and CTCLoss on random shapes and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}
_CLOSE = Tolerance(rtol=1e-3, atol=1e-4, why="float32 sums over time steps, in another order")


def _rnn(mode: str) -> Generator:
    def make(gen: Gen) -> Call:
        gen.tol = _CLOSE
        layers, directions = gen.int(1, 3), gen.int(1, 2)
        dtype = str(gen.pick(("float32", "float64")))
        # in float64 MXNet rounds relu to float32, and three plain layers, or dropout, have a wrong gradient
        if mode == "rnn_relu" or (mode == "rnn_tanh" and layers > 2):
            dtype = "float32"
        time, batch, inputs, hidden = gen.int(1, 5), gen.int(1, 4), gen.int(1, 5), gen.int(1, 6)
        rows = _GATES[mode] * hidden
        size = sum(
            directions * rows * ((directions * hidden if layer else inputs) + hidden + 2) for layer in range(layers)
        )
        state = (layers * directions, batch, hidden)
        args = [
            gen.array((time, batch, inputs), dtype),
            gen.array((size,), dtype, low=-0.7, high=0.7),
            gen.array(state, dtype),
        ]
        if mode == "lstm":
            args.append(gen.array(state, dtype))
        kwargs: dict[str, Any] = {"state_size": hidden, "num_layers": layers, "mode": mode}
        kwargs["bidirectional"] = directions == 2
        kwargs["state_outputs"] = gen.chance(0.6)
        grad = gen.chance(0.7)
        if dtype == "float64" and not grad and gen.chance(0.5):
            kwargs["p"] = gen.pick((0.2, 0.5, 0.8))
        return Call("nd.RNN", tuple(args), kwargs, grad=grad)

    return make


def _ctc(gen: Gen) -> Call:
    gen.tol = _CLOSE
    batch, classes, most = gen.int(1, 4), gen.int(2, 5), gen.int(1, 4)
    time = 2 * most + gen.int(0, 4)  # labels fit, repeated ones, too
    last = gen.chance(0.4)
    label, counts = [], []
    for _ in range(batch):
        count = gen.int(1, most)
        counts.append(count)
        row = [gen.int(0, classes - 2) if last else gen.int(1, classes - 1) for _ in range(count)]
        label.append(row + [-1 if last else 0] * (most - count))
    kwargs: dict[str, Any] = {"blank_label": "last"} if last else {}
    if gen.chance(0.4):
        kwargs["data_lengths"] = Arr(values=[gen.int(2 * most, time) for _ in range(batch)])
        kwargs["use_data_lengths"] = True
    if gen.chance(0.4):
        kwargs["label_lengths"] = Arr(values=counts)
        kwargs["use_label_lengths"] = True
    data = gen.array((time, batch, classes), "float32")
    return Call("nd.CTCLoss", (data, Arr(values=label)), kwargs, grad=(0,) if gen.chance(0.7) else False)


GENERATORS = {**{mode: _rnn(mode) for mode in _GATES}, "ctc_loss": _ctc}
