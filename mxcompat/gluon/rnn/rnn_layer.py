"""Recurrent layers on the fused operator: `mxnet.gluon.rnn.rnn_layer`.

Axis letters: T time, N batch, C input channels, H hidden size, P projection size, L layers times directions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ... import nd, symbol
from ..._core.errors import ArgumentTypeError
from ...util import is_np_array
from ..block import HybridBlock
from . import rnn_cell

__all__ = ["GRU", "LSTM", "RNN"]

_GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}
_PARAMETER = re.compile(r"(?P<side>[lr])(?P<layer>\d+)_(?P<group>i2h|h2h|h2r)_(?P<kind>weight|bias)\Z")


class _RNNLayer(HybridBlock):
    """A stack of recurrent layers that runs as one operator.

    Parameters are named ``{l|r}{layer}_{i2h|h2h}_{weight|bias}``, with a projection also ``..._h2r_weight``.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_layer.py.
    """

    l0_i2h_weight: Any

    def __init__(
        self,
        hidden_size: int,
        num_layers: int,
        layout: str,
        dropout: float,
        bidirectional: bool,
        input_size: int,
        i2h_weight_initializer: Any,
        h2h_weight_initializer: Any,
        i2h_bias_initializer: Any,
        h2h_bias_initializer: Any,
        mode: str,
        projection_size: int | None,
        h2r_weight_initializer: Any,
        lstm_state_clip_min: float | None,
        lstm_state_clip_max: float | None,
        lstm_state_clip_nan: bool | None,
        dtype: Any,
        use_sequence_length: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if layout not in ("TNC", "NTC"):
            raise ArgumentTypeError(f"{type(self).__name__}: layout={layout!r} is invalid; it must be 'TNC' or 'NTC'")
        self._mode, self._gates, self._dtype = mode, _GATES[mode], dtype
        self._input_size, self._hidden_size, self._projection_size = input_size, hidden_size, projection_size or None
        self._num_layers, self._dir = num_layers, 1 + bool(bidirectional)
        self._layout, self._use_sequence_length = layout, use_sequence_length
        self.skip_states: bool | None = None
        self._dropout = dropout
        self._lstm_state_clip_min, self._lstm_state_clip_max = lstm_state_clip_min, lstm_state_clip_max
        self._lstm_state_clip_nan = lstm_state_clip_nan
        # of what goes in, of the states, and of what comes out
        self._i2h_weight_initializer, self._i2h_bias_initializer = i2h_weight_initializer, i2h_bias_initializer
        self._h2h_weight_initializer, self._h2h_bias_initializer = h2h_weight_initializer, h2h_bias_initializer
        self._h2r_weight_initializer = h2r_weight_initializer
        for name, shape, init in self._described():
            self._register_param(name, shape, init, dtype)
        #: parameter names in the order of the operator's packed vector
        self._packed = [f"{side}{layer}_{group}_{kind}" for side, layer, group, kind in self._packing()]

    def _sides(self) -> tuple[str, ...]:
        return ("l", "r")[: self._dir]

    def _described(self) -> Iterator[tuple[str, tuple[int, ...], Any]]:
        """Name, shape and initializer of each parameter, in the order of registration."""
        rows, width = self._gates * self._hidden_size, self._input_size
        out = self._projection_size or self._hidden_size
        for layer in range(self._num_layers):
            for side in self._sides():
                name = f"{side}{layer}_"
                yield name + "i2h_weight", (rows, width), self._i2h_weight_initializer
                yield name + "h2h_weight", (rows, out), self._h2h_weight_initializer
                yield name + "i2h_bias", (rows,), self._i2h_bias_initializer
                yield name + "h2h_bias", (rows,), self._h2h_bias_initializer
                if self._projection_size:
                    yield name + "h2r_weight", (out, self._hidden_size), self._h2r_weight_initializer
            width = out * self._dir

    def _packing(self) -> Iterator[tuple[str, int, str, str]]:
        for kind in ("weight", "bias"):
            groups = ("i2h", "h2h", "h2r") if self._projection_size and kind == "weight" else ("i2h", "h2h")
            for layer in range(self._num_layers):
                for side in self._sides():
                    for group in groups:
                        yield side, layer, group, kind

    def _register_param(self, name: str, shape: tuple[int, ...], init: Any, dtype: Any) -> Any:
        parameter = self.params.get(name, shape=shape, init=init, allow_deferred_init=True, dtype=dtype)
        setattr(self, name, parameter)
        return parameter

    def __repr__(self) -> str:
        rows, columns = self.l0_i2h_weight.shape
        text = f"{type(self).__name__}({columns if columns else None} -> {rows // self._gates}, {self._layout}"
        if self._num_layers != 1:
            text += f", num_layers={self._num_layers}"
        if self._dropout != 0:
            text += f", dropout={self._dropout}"
        if self._dir == 2:
            text += ", bidirectional"
        return text + ")"

    def _collect_params_with_prefix(self, prefix: str = "") -> dict[str, Any]:
        """Structural names, those of the equal stack of cells: files of either load into the other."""
        if prefix:
            prefix += "."
        found = {}
        for name, parameter in self._reg_params.items():
            part = _PARAMETER.match(name)
            if part is None:
                raise ArgumentTypeError(f"{self.name}: {name} is not the name of a parameter of a recurrent layer")
            cell = f"{part['side']}_cell." if self._dir == 2 else ""
            found[f"{prefix}_unfused.{part['layer']}.{cell}{part['group']}_{part['kind']}"] = parameter
        for name, child in self._children.items():
            found.update(child._collect_params_with_prefix(prefix + name))
        return found

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape, layout and dtype of each state."""
        raise NotImplementedError(f"{type(self).__name__} does not define state_info")

    def _state(self, batch_size: int, size: int) -> dict[str, Any]:
        shape = (self._num_layers * self._dir, batch_size, size)
        return {"shape": shape, "__layout__": "LNC", "dtype": self._dtype}

    def _unfuse(self) -> rnn_cell.HybridSequentialRNNCell:
        """A stack of cells that computes the same and shares the parameters.

        Raises:
            AssertionError: the layer has a projection or clips its states.
        """
        if self._projection_size:
            raise ArgumentTypeError(f"{self.name}: a layer with projection_size cannot be unfused")
        if self._lstm_state_clip_min or self._lstm_state_clip_max:
            raise ArgumentTypeError(f"{self.name}: a layer that clips its states cannot be unfused")
        stack = rnn_cell.HybridSequentialRNNCell(prefix=self.prefix, params=self.params)
        with stack.name_scope():
            width = self._input_size
            for layer in range(self._num_layers):
                cells = [self._cell(f"{side}{layer}_", width) for side in self._sides()]
                stack.add(cells[0] if self._dir == 1 else rnn_cell.BidirectionalCell(cells[0], cells[1]))
                if self._dropout > 0 and layer != self._num_layers - 1:
                    stack.add(rnn_cell.DropoutCell(self._dropout))
                width = self._hidden_size * self._dir
        return stack

    def _cell(self, prefix: str, width: int) -> rnn_cell.HybridRecurrentCell:
        arguments: dict[str, Any] = {
            "input_size": width,
            "i2h_weight_initializer": self._i2h_weight_initializer,
            "h2h_weight_initializer": self._h2h_weight_initializer,
            "i2h_bias_initializer": self._i2h_bias_initializer,
            "h2h_bias_initializer": self._h2h_bias_initializer,
            "prefix": prefix,
        }
        if self._mode == "lstm":
            return rnn_cell.LSTMCell(self._hidden_size, **arguments)
        if self._mode == "gru":
            return rnn_cell.GRUCell(self._hidden_size, **arguments)
        return rnn_cell.RNNCell(self._hidden_size, activation=self._mode[len("rnn_") :], **arguments)

    def cast(self, dtype: Any) -> None:
        """Change the dtype of parameters and states."""
        super().cast(dtype)
        self._dtype = dtype

    def begin_state(self, batch_size: int = 0, func: Callable[..., Any] = nd.zeros, **kwargs: Any) -> list[Any]:
        """The states before the first step.

        Args:
            batch_size: N; symbols may leave it 0.
            func: makes a state from ``name``, ``shape``, ``dtype`` and ``kwargs``.
            kwargs: further arguments of ``func`` (``ctx``, ...).
        """
        states = []
        for i, info in enumerate(self.state_info(batch_size)):
            state = func(name=f"{self.prefix}h0_{i}", **{**info, **kwargs})
            states.append(state.as_np_ndarray() if is_np_array() else state)
        return states

    def __call__(  # type: ignore[override]
        self, inputs: Any, states: Any = None, sequence_length: Any = None, **kwargs: Any
    ) -> Any:
        """Run the layers over a sequence.

        Args:
            inputs: (T, N, C), or (N, T, C) if the layout says so.
            states: the states before the first step, (L, N, H) each; None for zeros.
            sequence_length: (N,), where the layer was made with ``use_sequence_length``.

        Returns:
            The outputs (T, N, H times directions); with ``states`` given also the list of states after the last step.
        """
        self.skip_states = states is None
        if states is None:
            if isinstance(inputs, nd.NDArray):
                batch_size = inputs.shape[self._layout.find("N")]
                states = self.begin_state(batch_size, ctx=inputs.context, dtype=inputs.dtype)
            else:
                states = self.begin_state(0, func=symbol.zeros)
        elif isinstance(states, (nd.NDArray, symbol.Symbol)):
            states = [states]
        if self._use_sequence_length:
            return super().__call__(inputs, states, sequence_length, **kwargs)
        return super().__call__(inputs, states, **kwargs)

    def hybrid_forward(  # type: ignore[override]
        self, F: Any, inputs: Any, states: Any, sequence_length: Any = None, **kwargs: Any
    ) -> Any:
        """Run the layers with the operators of ``F``; ValueError for states of another shape."""
        if F is nd:
            batch_size = inputs.shape[self._layout.find("N")]
            for state, info in zip(states, self.state_info(batch_size), strict=False):
                if state.shape != info["shape"]:
                    raise ValueError(
                        f"{self.name}: Invalid recurrent state shape. Expecting {info['shape']}, got {state.shape}."
                    )
        outputs, states = self._forward_kernel(F, inputs, states, sequence_length, **kwargs)
        return outputs if self.skip_states else (outputs, states)

    def _forward_kernel(
        self, F: Any, inputs: Any, states: Any, sequence_length: Any, **kwargs: Any
    ) -> tuple[Any, list[Any]]:
        in_numpy = is_np_array()
        swapaxes = F.np.swapaxes if in_numpy else F.swapaxes
        concat = F.np._internal.rnn_param_concat if in_numpy else F._internal._rnn_param_concat
        run = F.npx.rnn if in_numpy else F.RNN
        by_batch = self._layout == "NTC"
        if by_batch:
            inputs = swapaxes(inputs, 0, 1)
        packed = concat(*(kwargs[name].reshape(-1) for name in self._packed), dim=0)
        given = [*states, sequence_length] if self._use_sequence_length else states
        results = run(
            inputs,
            packed,
            *given,
            use_sequence_length=self._use_sequence_length,
            state_size=self._hidden_size,
            projection_size=self._projection_size,
            num_layers=self._num_layers,
            bidirectional=self._dir == 2,
            p=self._dropout,
            state_outputs=True,
            mode=self._mode,
            lstm_state_clip_min=self._lstm_state_clip_min,
            lstm_state_clip_max=self._lstm_state_clip_max,
            lstm_state_clip_nan=self._lstm_state_clip_nan,
        )
        outputs = swapaxes(results[0], 0, 1) if by_batch else results[0]
        return outputs, [results[1], results[2]] if self._mode == "lstm" else [results[1]]


class RNN(_RNNLayer):
    """Elman layers: ``h' = activation(W_ih x + b_ih + W_hh h + b_hh)``.

    Args:
        hidden_size: H.
        num_layers: number of layers on top of each other.
        activation: ``"relu"`` or ``"tanh"``.
        layout: of input and output, ``"TNC"`` or ``"NTC"``.
        dropout: share of the outputs of each layer but the last that become zero while training, in [0, 1).
        bidirectional: also run from the end, and concatenate.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer: initial values.
        input_size: C; 0 to find out at the first call.
        dtype: of parameters and default states.
        kwargs: ``prefix`` and ``params`` as of `HybridBlock`.

    Shapes:
        data (T, N, C), state (L, N, H) -> output (T, N, H times directions), state (L, N, H)

    Raises:
        AssertionError: an unknown layout. ValueError: a state of another shape.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_layer.py.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        activation: str = "relu",
        layout: str = "TNC",
        dropout: float = 0,
        bidirectional: bool = False,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        dtype: Any = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            hidden_size, num_layers, layout, dropout, bidirectional, input_size,
            i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer,
            "rnn_" + activation, None, None, None, None, False, dtype, **kwargs,
        )  # fmt: skip

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """The hidden state (L, N, H)."""
        return [self._state(batch_size, self._hidden_size)]


class LSTM(_RNNLayer):
    """Long short-term memory layers, optionally with projected hidden states.

    Args:
        hidden_size: H.
        num_layers: number of layers on top of each other.
        layout: of input and output, ``"TNC"`` or ``"NTC"``.
        dropout: share of the outputs of each layer but the last that become zero while training, in [0, 1).
        bidirectional: also run from the end, and concatenate.
        input_size: C; 0 to find out at the first call.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer: initial values.
        projection_size: P; None for no projection.
        h2r_weight_initializer: initial values of the projection.
        state_clip_min, state_clip_max: bounds of the cell state; both or none.
        state_clip_nan: clip NaN too.
        dtype: of parameters and default states.
        kwargs: ``prefix`` and ``params`` as of `HybridBlock`.

    Shapes:
        data (T, N, C), states [h (L, N, H or P), c (L, N, H)] -> output (T, N, H or P times directions), states

    Raises:
        AssertionError: an unknown layout. ValueError: a state of another shape.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_layer.py.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        layout: str = "TNC",
        dropout: float = 0,
        bidirectional: bool = False,
        input_size: int = 0,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        projection_size: int | None = None,
        h2r_weight_initializer: Any = None,
        state_clip_min: float | None = None,
        state_clip_max: float | None = None,
        state_clip_nan: bool = False,
        dtype: Any = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            hidden_size, num_layers, layout, dropout, bidirectional, input_size,
            i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer,
            "lstm", projection_size, h2r_weight_initializer, state_clip_min, state_clip_max, state_clip_nan,
            dtype, **kwargs,
        )  # fmt: skip

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """The hidden state (L, N, H or P) and the cell state (L, N, H)."""
        hidden = self._projection_size or self._hidden_size
        return [self._state(batch_size, hidden), self._state(batch_size, self._hidden_size)]


class GRU(_RNNLayer):
    """Gated recurrent unit layers; the reset gate acts after the matrix product, as in cuDNN.

    Args:
        hidden_size: H.
        num_layers: number of layers on top of each other.
        layout: of input and output, ``"TNC"`` or ``"NTC"``.
        dropout: share of the outputs of each layer but the last that become zero while training, in [0, 1).
        bidirectional: also run from the end, and concatenate.
        input_size: C; 0 to find out at the first call.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer: initial values.
        dtype: of parameters and default states.
        kwargs: ``prefix`` and ``params`` as of `HybridBlock`.

    Shapes:
        data (T, N, C), state (L, N, H) -> output (T, N, H times directions), state (L, N, H)

    Raises:
        AssertionError: an unknown layout. ValueError: a state of another shape.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_layer.py.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        layout: str = "TNC",
        dropout: float = 0,
        bidirectional: bool = False,
        input_size: int = 0,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        dtype: Any = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            hidden_size, num_layers, layout, dropout, bidirectional, input_size,
            i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer,
            "gru", None, None, None, None, False, dtype, **kwargs,
        )  # fmt: skip

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """The hidden state (L, N, H)."""
        return [self._state(batch_size, self._hidden_size)]
