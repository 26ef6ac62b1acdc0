"""All layers and steps in one operator, and the cells it stands for."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from .. import initializer as init
from .. import nd as ndarray
from .. import symbol
from ..base import numeric_types
from ._base import BaseRNNCell, RNNParams, Step, Weights, _normalize_sequence
from ._cells import GRUCell, LSTMCell, RNNCell
from ._containers import BidirectionalCell, SequentialRNNCell

_GATES: dict[str, list[str]] = {
    "rnn_relu": [""],
    "rnn_tanh": [""],
    "lstm": ["_i", "_f", "_c", "_o"],
    "gru": ["_r", "_z", "_o"],
}


class DropoutCell(BaseRNNCell):
    """Dropout of the input; there are no states.

    Args:
        dropout: probability.
        prefix: start of the names.
        params: parameters to share; there are none.

    Raises:
        AssertionError: ``dropout`` is no number.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(self, dropout: float, prefix: str = "dropout_", params: RNNParams | None = None) -> None:
        super().__init__(prefix, params)
        if not isinstance(dropout, numeric_types):
            raise AssertionError(f"dropout probability must be a number, got {dropout!r}")
        self.dropout = dropout

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """None: an empty list."""
        return []

    def __call__(self, inputs: Any, states: Any) -> Step:
        if self.dropout > 0:
            inputs = symbol.Dropout(data=inputs, p=self.dropout)
        return inputs, states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, Any]:
        """Dropout of all steps, at once if they are one symbol. The arguments are those of ``BaseRNNCell``."""
        self.reset()
        inputs, _ = _normalize_sequence(length, inputs, layout, merge_outputs)
        if isinstance(inputs, symbol.Symbol):
            return self(inputs, [])
        return super().unroll(
            length, inputs=inputs, begin_state=begin_state, layout=layout, merge_outputs=merge_outputs
        )  # fmt: skip


class FusedRNNCell(BaseRNNCell):
    """All layers, directions and steps as the one operator ``RNN``; it can be unrolled, but not stepped.

    Args:
        num_hidden: size of output and states for each direction.
        num_layers: number of layers.
        mode: ``"rnn_relu"``, ``"rnn_tanh"``, ``"lstm"`` or ``"gru"``.
        bidirectional: both directions.
        dropout: probability of dropout between the layers.
        get_next_state: return the states after the last step; else there are none.
        forget_bias: what the bias of an LSTM's forget gate starts with.
        prefix: start of the names; the mode by default.
        params: parameters to share.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(
        self,
        num_hidden: int,
        num_layers: int = 1,
        mode: str = "lstm",
        bidirectional: bool = False,
        dropout: float = 0.0,
        get_next_state: bool = False,
        forget_bias: float = 1.0,
        prefix: str | None = None,
        params: RNNParams | None = None,
    ) -> None:
        super().__init__(prefix=f"{mode}_" if prefix is None else prefix, params=params)
        self._num_hidden = num_hidden
        self._num_layers = num_layers
        self._mode: Any = mode
        self._bidirectional = bidirectional
        self._dropout = dropout
        self._get_next_state = get_next_state
        self._directions = ["l", "r"] if bidirectional else ["l"]
        initializer = init.FusedRNN(None, num_hidden, num_layers, mode, bidirectional, forget_bias)
        self._parameter = self.params.get("parameters", init=initializer)

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """Output, and for an LSTM the memory: both (layers times directions, N, num_hidden)."""
        shape = (len(self._directions) * self._num_layers, 0, self._num_hidden)
        return [{"shape": shape, "__layout__": "LNC"} for _ in range(2 if self._mode == "lstm" else 1)]

    @property
    def _gate_names(self) -> Sequence[str]:
        return _GATES[self._mode]

    @property
    def _num_gates(self) -> int:
        return len(self._gate_names)

    def _pieces(self, li: int, lh: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Names and shapes in the order in which they lie in the vector: all weights, then all biases."""
        cells = [(f"{self._prefix}{side}{i}", i) for i in range(self._num_layers) for side in self._directions]
        for cell, i in cells:
            for part, width in (("i2h", len(self._directions) * lh if i else li), ("h2h", lh)):
                for gate in self._gate_names:
                    yield f"{cell}_{part}{gate}_weight", (lh, width)
        for cell, _ in cells:
            for part in ("i2h", "h2h"):
                for gate in self._gate_names:
                    yield f"{cell}_{part}{gate}_bias", (lh,)

    def _slice_weights(self, arr: Any, li: int, lh: int) -> Weights:
        """The pieces of the vector by name, as views. AssertionError if it has another size."""
        args = {}
        start = 0
        for name, shape in self._pieces(li, lh):
            end = start + shape[0] * (shape[1] if len(shape) > 1 else 1)
            args[name] = arr[start:end].reshape(shape) if len(shape) > 1 else arr[start:end]
            start = end
        if start != arr.size:
            raise AssertionError(f"Invalid parameters size for FusedRNNCell: {arr.size}, not {start}")
        return args

    def unpack_weights(self, args: Weights) -> Weights:
        """Weights with the vector split by layer, direction and gate, under the names that `unfuse` has for them.

        Args:
            args: arrays by name; the dict is not changed.
        """
        args = args.copy()
        vector = args.pop(self._parameter.name)
        sides, hidden = len(self._directions), self._num_hidden
        upper = (self._num_layers - 1) * (hidden + sides * hidden + 2)
        num_input = vector.size // sides // hidden // self._num_gates - upper - hidden - 2
        pieces = self._slice_weights(vector, num_input, hidden)
        args.update((name, piece.copy()) for name, piece in pieces.items())
        return args

    def pack_weights(self, args: Weights) -> Weights:
        """Undo `unpack_weights`.

        Args:
            args: arrays by name; the dict is not changed.
        """
        args = args.copy()
        sides, hidden, gates = len(self._directions), self._num_hidden, self._num_gates
        first = args[f"{self._prefix}l0_i2h{self._gate_names[0]}_weight"]
        num_input = first.shape[1]
        upper = (self._num_layers - 1) * (hidden + sides * hidden + 2)
        total = (num_input + hidden + 2 + upper) * hidden * gates * sides
        vector = ndarray.zeros((total,), ctx=first.context, dtype=first.dtype)
        for name, piece in self._slice_weights(vector, num_input, hidden).items():
            piece[:] = args.pop(name)
        args[self._parameter.name] = vector
        return args

    def __call__(self, inputs: Any, states: Any) -> Step:
        raise NotImplementedError("FusedRNNCell runs over a whole sequence: call unroll")

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, Any]:
        """The operator. The arguments are those of ``BaseRNNCell``; time first saves two transpositions."""
        self.reset()
        inputs, axis = _normalize_sequence(length, inputs, layout, True)
        if axis == 1:
            warnings.warn(
                "NTC layout detected: FusedRNNCell transposes it twice, time first (TNC) is faster", stacklevel=2
            )  # fmt: skip
            inputs = symbol.swapaxes(inputs, dim1=0, dim2=1)
        elif axis != 0:
            raise AssertionError(f"Unsupported layout {layout}")
        states = self.begin_state() if begin_state is None else begin_state
        names = ("state", "state_cell") if self._mode == "lstm" else ("state",)
        rnn = symbol.RNN(
            data=inputs, parameters=self._parameter, state_size=self._num_hidden, num_layers=self._num_layers,
            bidirectional=self._bidirectional, p=self._dropout, state_outputs=self._get_next_state, mode=self._mode,
            name=f"{self._prefix}rnn", **{name: states[i] for i, name in enumerate(names)},
        )  # fmt: skip
        outputs, after = rnn, []
        if self._get_next_state:
            outputs, after = rnn[0], [rnn[i] for i in range(1, len(names) + 1)]
            for state in after:
                state._set_attr(__layout__="LNC")
        if axis == 1:
            outputs = symbol.swapaxes(outputs, dim1=0, dim2=1)
        return _normalize_sequence(length, outputs, layout, merge_outputs)[0], after

    def unfuse(self) -> SequentialRNNCell:
        """The same network of cells of one layer, which can be stepped. Its weights are those of `unpack_weights`."""
        hidden = self._num_hidden

        def cell(prefix: str) -> BaseRNNCell:
            if self._mode == "lstm":
                return LSTMCell(hidden, prefix=prefix)
            if self._mode == "gru":
                return GRUCell(hidden, prefix=prefix)
            return RNNCell(hidden, activation=self._mode[len("rnn_") :], prefix=prefix)

        stack = SequentialRNNCell()
        for i in range(self._num_layers):
            layer = cell(f"{self._prefix}l{i}_")
            if self._bidirectional:
                other = cell(f"{self._prefix}r{i}_")
                layer = BidirectionalCell(layer, other, output_prefix=f"{self._prefix}bi_l{i}_")
            stack.add(layer)
            if self._dropout > 0 and i != self._num_layers - 1:
                stack.add(DropoutCell(self._dropout, prefix=f"{self._prefix}_dropout{i}_"))
        return stack
