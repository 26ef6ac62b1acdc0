"""Base classes of recurrent cells, and the three plain ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import nd
from ..._core.errors import ArgumentTypeError
from ..block import Block, HybridBlock
from ..nn import LeakyReLU
from ._sequences import _format_sequence, _get_begin_state, _mask_sequence_variable_length

#: activations that have an operator of their own; every other word goes to ``Activation``
_OWN_OPERATOR = ("tanh", "relu", "sigmoid", "softsign")


class RecurrentCell(Block):
    """One step of a recurrent network: ``output, states = cell(input, states)``.

    Args:
        prefix: prefix of the names of this block and its parameters.
        params: a ParameterDict to share parameters with.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    def __init__(self, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)
        self._modified: bool = False
        self.reset()

    def reset(self) -> None:
        """Start counting steps and begin states anew, here and in the children."""
        self._init_counter = -1
        self._counter = -1
        for cell in self._children.values():
            cell.reset()

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape and layout of each state, as a list of dicts."""
        raise NotImplementedError(f"{type(self).__name__} does not define state_info")

    def _refuse_if_modified(self) -> None:
        if self._modified:
            raise ArgumentTypeError(
                f"{self.name}: a modifier cell (ZoneoutCell, ResidualCell, ...) was applied to this cell; call the "
                "modifier cell instead"
            )

    def begin_state(self, batch_size: int = 0, func: Callable[..., Any] = nd.zeros, **kwargs: Any) -> list[Any]:
        """The states before the first step.

        Args:
            batch_size: N; symbols may leave it 0.
            func: makes a state from ``name``, ``shape`` and ``kwargs``: ``nd.zeros``, ``symbol.zeros``, ...
            kwargs: further arguments of ``func`` (``ctx``, ``dtype``, ...).
        """
        self._refuse_if_modified()
        states = []
        for info in self.state_info(batch_size):
            self._init_counter += 1
            arguments = {**(info or {}), **kwargs}
            states.append(func(name=f"{self._prefix}begin_state_{self._init_counter}", **arguments))
        return states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, Any]:
        """Run the cell over a sequence.

        Args:
            length: number of steps.
            inputs: (N, T, C) or (T, N, C) as ``layout`` says, or a list of (N, C).
            begin_state: states before the first step; None for zeros.
            layout: ``"NTC"`` or ``"TNC"``.
            merge_outputs: True for one array, False for a list of steps, None for what is cheaper.
            valid_length: (N,), the length of each sequence: outputs after it are zero, states are those at it.

        Returns:
            The outputs, and the states after the last step.

        Raises:
            AssertionError: no inputs, or another number of steps than ``length``.
        """
        self.reset()
        inputs, axis, F, batch_size = _format_sequence(length, inputs, layout, False)
        states = _get_begin_state(self, F, begin_state, inputs, batch_size)
        outputs: Any = []
        history = []
        for step in range(length):
            output, states = self(inputs[step], states)
            outputs.append(output)
            if valid_length is not None:
                history.append(states)
        if valid_length is not None:
            states = [
                F.SequenceLast(F.stack(*kind, axis=0), sequence_length=valid_length, use_sequence_length=True, axis=0)
                for kind in zip(*history, strict=True)
            ]
            outputs = _mask_sequence_variable_length(F, outputs, length, valid_length, axis, True)
        outputs, _, _, _ = _format_sequence(length, outputs, layout, merge_outputs)
        return outputs, states

    def _get_activation(self, F: Any, inputs: Any, activation: Any, **kwargs: Any) -> Any:
        """Apply an activation: a word, a LeakyReLU block, or anything that can be called."""
        if isinstance(activation, str):
            if activation in _OWN_OPERATOR:
                return getattr(F, activation)(inputs, **kwargs)
            return F.Activation(inputs, act_type=activation, **kwargs)
        if isinstance(activation, LeakyReLU):
            return F.LeakyReLU(inputs, act_type="leaky", slope=activation._alpha, **kwargs)
        return activation(inputs, **kwargs)

    def forward(self, inputs: Any, states: Any) -> tuple[Any, Any]:
        """One step.

        Args:
            inputs: (N, C).
            states: the states after the step before, or `begin_state`.

        Returns:
            The output (N, hidden size) and the next states.
        """
        self._counter += 1
        outputs: tuple[Any, Any] = super().forward(inputs, states)
        return outputs


class HybridRecurrentCell(RecurrentCell, HybridBlock):
    """A cell that can be hybridized: subclasses define ``hybrid_forward``."""

    def __init__(self, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, F: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        """One step with the operators of ``F`` (`mxnet.nd` or `mxnet.symbol`)."""
        raise NotImplementedError(f"{type(self).__name__} does not define hybrid_forward")


class GatedCell(HybridRecurrentCell):
    """What cells with input-to-hidden and hidden-to-hidden weights have in common.

    Class attributes: ``gates``, the number of gates; ``states``, the number of states of shape (N, hidden size).
    """

    gates = 1
    states = 1
    kind = ""
    i2h_weight: Any

    def __init__(
        self,
        hidden_size: int,
        initializers: dict[str, Any],
        input_size: int,
        prefix: str | None,
        params: Any,
        recurrent_size: int | None = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        self._hidden_size = hidden_size
        self._input_size = input_size
        rows = self.gates * hidden_size
        shapes = {
            "i2h_weight": (rows, input_size),
            "h2h_weight": (rows, hidden_size if recurrent_size is None else recurrent_size),
            "h2r_weight": (recurrent_size, hidden_size),
            "i2h_bias": (rows,),
            "h2h_bias": (rows,),
        }
        for name, init in initializers.items():
            setattr(self, name, self.params.get(name, shape=shapes[name], init=init, allow_deferred_init=True))

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape (N, hidden size) and layout of each state."""
        return [{"shape": (batch_size, self._hidden_size), "__layout__": "NC"} for _ in range(self.states)]

    def _alias(self) -> str:
        return self.kind

    def _mapping(self) -> str:
        rows, columns = self.i2h_weight.shape
        return f"{columns if columns else None} -> {rows}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._mapping()})"

    def _project(self, F: Any, inputs: Any, hidden: Any, weights: tuple[Any, Any, Any, Any], step: str) -> Any:
        """Input-to-hidden and hidden-to-hidden parts of all gates."""
        i2h_weight, h2h_weight, i2h_bias, h2h_bias = weights
        rows = self.gates * self._hidden_size
        i2h = F.FullyConnected(data=inputs, weight=i2h_weight, bias=i2h_bias, num_hidden=rows, name=step + "i2h")
        h2h = F.FullyConnected(data=hidden, weight=h2h_weight, bias=h2h_bias, num_hidden=rows, name=step + "h2h")
        return i2h, h2h


class RNNCell(GatedCell):
    """Elman cell: ``h' = activation(W_ih x + b_ih + W_hh h + b_hh)``.

    Args:
        hidden_size: number of units.
        activation: ``"tanh"``, ``"relu"``, any word of ``Activation``, or a block.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer: initial values.
        input_size: C; 0 to find out at the first call.
        prefix: prefix of names, ``rnnN_`` by default.
        params: a ParameterDict to share parameters with.

    Shapes:
        data (N, C), states [(N, hidden)] -> output (N, hidden), next states [(N, hidden)]

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    kind = "rnn"

    def __init__(
        self,
        hidden_size: int,
        activation: Any = "tanh",
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        inits = {
            "i2h_weight": i2h_weight_initializer,
            "h2h_weight": h2h_weight_initializer,
            "i2h_bias": i2h_bias_initializer,
            "h2h_bias": h2h_bias_initializer,
        }
        super().__init__(hidden_size, inits, input_size, prefix, params)
        self._activation = activation

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._mapping()}, {self._activation})"

    def hybrid_forward(
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        """One step with the operators of ``F``."""
        step = f"t{self._counter}_"
        i2h, h2h = self._project(F, inputs, states[0], (i2h_weight, h2h_weight, i2h_bias, h2h_bias), step)
        total = F.elemwise_add(i2h, h2h, name=step + "plus0")
        output = self._get_activation(F, total, self._activation, name=step + "out")
        return output, [output]


class LSTMCell(GatedCell):
    """Long short-term memory cell; gates in the order input, forget, transform, output.

    ``c' = f * c + i * g`` and ``h' = o * activation(c')``.

    Args:
        hidden_size: number of units.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer: initial values.
        input_size: C; 0 to find out at the first call.
        prefix: prefix of names, ``lstmN_`` by default.
        params: a ParameterDict to share parameters with.
        activation: of the transform and of the output.
        recurrent_activation: of the gates.

    Shapes:
        data (N, C), states [h (N, hidden), c (N, hidden)] -> output (N, hidden), next states as states

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    gates = 4
    states = 2
    kind = "lstm"

    def __init__(
        self,
        hidden_size: int,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params: Any = None,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
    ) -> None:
        inits = {
            "i2h_weight": i2h_weight_initializer,
            "h2h_weight": h2h_weight_initializer,
            "i2h_bias": i2h_bias_initializer,
            "h2h_bias": h2h_bias_initializer,
        }
        super().__init__(hidden_size, inits, input_size, prefix, params)
        self._activation = activation
        self._recurrent_activation = recurrent_activation

    def hybrid_forward(
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        """One step with the operators of ``F``."""
        step = f"t{self._counter}_"
        i2h, h2h = self._project(F, inputs, states[0], (i2h_weight, h2h_weight, i2h_bias, h2h_bias), step)
        parts = F.SliceChannel(F.elemwise_add(i2h, h2h, name=step + "plus0"), num_outputs=4, name=step + "slice")
        kinds = (self._recurrent_activation, self._recurrent_activation, self._activation, self._recurrent_activation)
        i, f, g, o = (
            self._get_activation(F, parts[k], kinds[k], name=step + letter) for k, letter in enumerate("ifco")
        )
        kept = F.elemwise_mul(f, states[1], name=step + "mul0")
        new = F.elemwise_mul(i, g, name=step + "mul1")
        next_c = F.elemwise_add(kept, new, name=step + "state")
        shown = F.Activation(next_c, act_type=self._activation, name=step + "activation0")
        next_h = F.elemwise_mul(o, shown, name=step + "out")
        return next_h, [next_h, next_c]


class GRUCell(GatedCell):
    """Gated recurrent unit cell; gates in the order reset, update, new.

    The reset gate acts on the projected hidden state: ``n = tanh(W_in x + b_in + r * (W_hn h + b_hn))`` and
    ``h' = (1 - z) * n + z * h``.

    Args:
        hidden_size: number of units.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer: initial values.
        input_size: C; 0 to find out at the first call.
        prefix: prefix of names, ``gruN_`` by default.
        params: a ParameterDict to share parameters with.

    Shapes:
        data (N, C), states [(N, hidden)] -> output (N, hidden), next states [(N, hidden)]

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    gates = 3
    kind = "gru"

    def __init__(
        self,
        hidden_size: int,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        inits = {
            "i2h_weight": i2h_weight_initializer,
            "h2h_weight": h2h_weight_initializer,
            "i2h_bias": i2h_bias_initializer,
            "h2h_bias": h2h_bias_initializer,
        }
        super().__init__(hidden_size, inits, input_size, prefix, params)

    def hybrid_forward(
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        """One step with the operators of ``F``."""
        step = f"t{self._counter}_"
        hidden = states[0]
        i2h, h2h = self._project(F, inputs, hidden, (i2h_weight, h2h_weight, i2h_bias, h2h_bias), step)
        i_reset, i_update, i_new = F.SliceChannel(i2h, num_outputs=3, name=step + "i2h_slice")
        h_reset, h_update, h_new = F.SliceChannel(h2h, num_outputs=3, name=step + "h2h_slice")

        def gate(value: Any, act: str, name: str) -> Any:
            return F.Activation(value, act_type=act, name=step + name)

        reset = gate(F.elemwise_add(i_reset, h_reset, name=step + "plus0"), "sigmoid", "r_act")
        update = gate(F.elemwise_add(i_update, h_update, name=step + "plus1"), "sigmoid", "z_act")
        recalled = F.elemwise_mul(reset, h_new, name=step + "mul0")
        new = gate(F.elemwise_add(i_new, recalled, name=step + "plus2"), "tanh", "h_act")
        ones = F.ones_like(update, name=step + "ones_like0")
        fresh = F.elemwise_mul(F.elemwise_sub(ones, update, name=step + "minus0"), new, name=step + "mul1")
        kept = F.elemwise_mul(update, hidden, name=step + "mul20")
        next_h = F.elemwise_add(fresh, kept, name=step + "out")
        return next_h, [next_h]
