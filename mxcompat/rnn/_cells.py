"""Cells of one layer: plain, LSTM, GRU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import initializer as init
from .. import symbol
from ._base import BaseRNNCell, RNNParams, Step, hidden_state


class RNNCell(BaseRNNCell):
    """Plain cell: ``h' = act(W x + b + V h + c)``.

    Args:
        num_hidden: size of output and state.
        activation: its name, or a function that makes it.
        prefix: start of the names.
        params: parameters to share.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(
        self, num_hidden: int, activation: Any = "tanh", prefix: str = "rnn_", params: RNNParams | None = None
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        self._num_hidden = num_hidden
        self._activation = activation
        self._iW = self.params.get("i2h_weight")
        self._iB = self.params.get("i2h_bias")
        self._hW = self.params.get("h2h_weight")
        self._hB = self.params.get("h2h_bias")

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """One state (N, num_hidden)."""
        return [hidden_state(self._num_hidden)]

    @property
    def _gate_names(self) -> Sequence[str]:
        return ("",)

    def __call__(self, inputs: Any, states: Any) -> Step:
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._affine(inputs, states[0], 1, name)
        output = self._get_activation(i2h + h2h, self._activation, name=f"{name}out")
        return output, [output]


class LSTMCell(BaseRNNCell):
    """Long short-term memory; the gates are input, forget, candidate and output.

    Args:
        num_hidden: size of the output and of both states.
        prefix: start of the names.
        params: parameters to share.
        forget_bias: what the bias of the forget gate starts with.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(
        self, num_hidden: int, prefix: str = "lstm_", params: RNNParams | None = None, forget_bias: float = 1.0
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        self._num_hidden = num_hidden
        self._iW = self.params.get("i2h_weight")
        self._hW = self.params.get("h2h_weight")
        self._iB = self.params.get("i2h_bias", init=init.LSTMBias(forget_bias=forget_bias))
        self._hB = self.params.get("h2h_bias")

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """Output and memory, both (N, num_hidden)."""
        return [hidden_state(self._num_hidden), hidden_state(self._num_hidden)]

    @property
    def _gate_names(self) -> Sequence[str]:
        return ["_i", "_f", "_c", "_o"]

    def __call__(self, inputs: Any, states: Any) -> Step:
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._affine(inputs, states[0], 4, name)
        pieces = symbol.SliceChannel(i2h + h2h, num_outputs=4, name=f"{name}slice")
        in_gate, forget_gate, candidate, out_gate = (
            symbol.Activation(pieces[i], act_type="tanh" if gate == "c" else "sigmoid", name=name + gate)
            for i, gate in enumerate("ifco")
        )
        memory = symbol._internal._plus(forget_gate * states[1], in_gate * candidate, name=f"{name}state")
        output = symbol._internal._mul(out_gate, symbol.Activation(memory, act_type="tanh"), name=f"{name}out")
        return output, [output, memory]


class GRUCell(BaseRNNCell):
    """Gated recurrent unit, in the form of cuDNN: the reset gate works on the state's share after its matrix.

    Args:
        num_hidden: size of output and state.
        prefix: start of the names.
        params: parameters to share.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(self, num_hidden: int, prefix: str = "gru_", params: RNNParams | None = None) -> None:
        super().__init__(prefix=prefix, params=params)
        self._num_hidden = num_hidden
        self._iW = self.params.get("i2h_weight")
        self._iB = self.params.get("i2h_bias")
        self._hW = self.params.get("h2h_weight")
        self._hB = self.params.get("h2h_bias")

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """One state (N, num_hidden)."""
        return [hidden_state(self._num_hidden)]

    @property
    def _gate_names(self) -> Sequence[str]:
        return ["_r", "_z", "_o"]

    def __call__(self, inputs: Any, states: Any) -> Step:
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._affine(inputs, states[0], 3, f"{name}_")
        i2h_r, i2h_z, i2h = symbol.SliceChannel(i2h, num_outputs=3, name=f"{name}_i2h_slice")
        h2h_r, h2h_z, h2h = symbol.SliceChannel(h2h, num_outputs=3, name=f"{name}_h2h_slice")
        reset = symbol.Activation(i2h_r + h2h_r, act_type="sigmoid", name=f"{name}_r_act")
        update = symbol.Activation(i2h_z + h2h_z, act_type="sigmoid", name=f"{name}_z_act")
        candidate = symbol.Activation(i2h + reset * h2h, act_type="tanh", name=f"{name}_h_act")
        output = symbol._internal._plus((1.0 - update) * candidate, update * states[0], name=f"{name}out")
        return output, [output]
