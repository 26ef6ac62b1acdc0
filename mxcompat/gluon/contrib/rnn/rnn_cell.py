"""More recurrent cells: `mxnet.gluon.contrib.rnn.rnn_cell`."""

from __future__ import annotations

from typing import Any

from ...rnn import BidirectionalCell as BidirectionalCell
from ...rnn import HybridRecurrentCell as HybridRecurrentCell
from ...rnn import ModifierCell as ModifierCell
from ...rnn import RecurrentCell
from ...rnn import SequentialRNNCell as SequentialRNNCell
from ...rnn._cell import GatedCell
from ...rnn._modifiers import refuse_bidirectional
from ...rnn._sequences import _format_sequence, _get_begin_state, _mask_sequence_variable_length, as_list, is_whole

__all__ = ["LSTMPCell", "VariationalDropoutCell"]


class VariationalDropoutCell(ModifierCell):
    """Dropout with one mask for all steps, until `reset`.

    Args:
        base_cell: the cell to change.
        drop_inputs, drop_states, drop_outputs: shares that become zero, in [0, 1); of the states only the first.

    Raises:
        AssertionError: dropout of the states of a bidirectional cell.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/rnn/rnn_cell.py.
    """

    def __init__(
        self, base_cell: RecurrentCell, drop_inputs: float = 0.0, drop_states: float = 0.0, drop_outputs: float = 0.0
    ) -> None:
        if drop_states:
            refuse_bidirectional("VariationalDropoutCell", base_cell)
        super().__init__(base_cell)
        self.drop_inputs = drop_inputs
        self.drop_states = drop_states
        self.drop_outputs = drop_outputs
        self._forget_masks()

    def _forget_masks(self) -> None:
        self.drop_inputs_mask: Any = None
        self.drop_states_mask: Any = None
        self.drop_outputs_mask: Any = None

    def _alias(self) -> str:
        return "vardrop"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p_out = {self.drop_outputs}, p_state = {self.drop_states})"

    def reset(self) -> None:
        """Draw new masks at the next step."""
        super().reset()
        self._forget_masks()

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:
        """One step with the operators of ``F``."""
        # masks are drawn in this order: states, inputs, and outputs once they are there
        if self.drop_states and self.drop_states_mask is None:
            self.drop_states_mask = F.Dropout(F.ones_like(states[0]), p=self.drop_states)
        if self.drop_inputs and self.drop_inputs_mask is None:
            self.drop_inputs_mask = F.Dropout(F.ones_like(inputs), p=self.drop_inputs)
        if self.drop_states:
            states = [states[0] * self.drop_states_mask, *states[1:]]
        if self.drop_inputs:
            inputs = inputs * self.drop_inputs_mask
        output, next_states = self.base_cell(inputs, states)
        if self.drop_outputs:
            if self.drop_outputs_mask is None:
                self.drop_outputs_mask = F.Dropout(F.ones_like(output), p=self.drop_outputs)
            output = output * self.drop_outputs_mask
        return output, next_states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, Any]:
        """Run over a sequence; without dropout of states, inputs and outputs are masked as a whole.

        Arguments as of `RecurrentCell.unroll`.
        """
        if self.drop_states:
            return super().unroll(length, inputs, begin_state, layout, merge_outputs, valid_length)
        self.reset()
        inputs, axis, F, batch_size = _format_sequence(length, inputs, layout, True)
        states = _get_begin_state(self, F, begin_state, inputs, batch_size)
        if self.drop_inputs:
            inputs = F.Dropout(inputs, p=self.drop_inputs, axes=(axis,))
        outputs, states = self.base_cell.unroll(
            length, inputs, states, layout, merge_outputs=True, valid_length=valid_length
        )
        if self.drop_outputs:
            outputs = F.Dropout(outputs, p=self.drop_outputs, axes=(axis,))
        merge = is_whole(outputs) if merge_outputs is None else merge_outputs
        outputs, _, _, _ = _format_sequence(length, outputs, layout, merge)
        if valid_length is not None:
            outputs = _mask_sequence_variable_length(F, outputs, length, valid_length, axis, merge)
        return outputs, states


class LSTMPCell(GatedCell):
    """LSTM cell whose hidden state is projected: ``r' = W_hr (o * tanh(c'))``.

    Args:
        hidden_size: H, number of units of the cell state.
        projection_size: P, number of units of the output.
        i2h_weight_initializer, h2h_weight_initializer, h2r_weight_initializer, i2h_bias_initializer,
            h2h_bias_initializer: initial values.
        input_size: C; 0 to find out at the first call.
        prefix: prefix of names, ``lstmpN_`` by default.
        params: a ParameterDict to share parameters with.

    Shapes:
        data (N, C), states [r (N, P), c (N, H)] -> output (N, P), next states as states

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/rnn/rnn_cell.py.
    """

    gates = 4
    states = 2
    kind = "lstmp"
    h2r_weight: Any

    def __init__(
        self,
        hidden_size: int,
        projection_size: int,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        h2r_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        inits = {
            "i2h_weight": i2h_weight_initializer,
            "h2h_weight": h2h_weight_initializer,
            "h2r_weight": h2r_weight_initializer,
            "i2h_bias": i2h_bias_initializer,
            "h2h_bias": h2h_bias_initializer,
        }
        super().__init__(hidden_size, inits, input_size, prefix, params, recurrent_size=projection_size)
        self._projection_size = projection_size

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """The projected state (N, P) and the cell state (N, H)."""
        sizes = (self._projection_size, self._hidden_size)
        return [{"shape": (batch_size, size), "__layout__": "NC"} for size in sizes]

    def _mapping(self) -> str:
        return f"{super()._mapping()} -> {self.h2r_weight.shape[0]}"

    def hybrid_forward(
        self,
        F: Any,
        inputs: Any,
        states: Any,
        i2h_weight: Any,
        h2h_weight: Any,
        h2r_weight: Any,
        i2h_bias: Any,
        h2h_bias: Any,
    ) -> Any:
        """One step with the operators of ``F``."""
        step = f"t{self._counter}_"
        i2h, h2h = self._project(F, inputs, states[0], (i2h_weight, h2h_weight, i2h_bias, h2h_bias), step)
        parts = F.SliceChannel(i2h + h2h, num_outputs=4, name=step + "slice")
        kinds = ("sigmoid", "sigmoid", "tanh", "sigmoid")
        i, f, g, o = (F.Activation(parts[k], act_type=kinds[k], name=step + letter) for k, letter in enumerate("ifco"))
        next_c = F.elemwise_add(f * states[1], i * g, name=step + "state")
        hidden = F.elemwise_mul(o, F.Activation(next_c, act_type="tanh"), name=step + "hidden")
        next_r = F.FullyConnected(
            data=hidden, weight=h2r_weight, num_hidden=self._projection_size, no_bias=True, name=step + "out"
        )
        return next_r, [next_r, next_c]


def dynamic_unroll(
    cell: RecurrentCell,
    inputs: Any,
    begin_state: Any,
    drop_inputs: float = 0,
    drop_outputs: float = 0,
    layout: str = "TNC",
    valid_length: Any = None,
) -> tuple[Any, Any]:
    """Run a cell over a sequence with the ``foreach`` operator: as a symbol, the graph does not grow with the length.

    Args:
        cell: a cell that can be stepped.
        inputs: (T, N, C), or (N, T, C) if the layout says so.
        begin_state: states before the first step.
        drop_inputs, drop_outputs: shares that become zero, one mask for all steps.
        layout: ``"TNC"`` or ``"NTC"``.
        valid_length: (N,), the length of each sequence: outputs after it are zero, states are those at it.

    Returns:
        The outputs, laid out as the inputs, and the last states.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/rnn/rnn_cell.py.
    """
    inputs, axis, F, _ = _format_sequence(None, inputs, layout, True)
    axes = list(range(len(layout)))
    axes[0], axes[axis] = axes[axis], axes[0]
    if axis != 0:
        inputs = F.transpose(inputs, axes=axes)
    if drop_inputs:
        inputs = F.Dropout(inputs, p=drop_inputs, axes=(axis,))
    states = begin_state
    if valid_length is None:

        def body(step_inputs: Any, step_states: Any) -> Any:
            return cell(step_inputs, step_states)

    else:
        # the number of the step travels as one more state
        states = [*as_list(states), F.zeros(1)]

        def body(step_inputs: Any, step_states: Any) -> Any:
            old, number = step_states[:-1], step_states[-1]
            output, new = cell(step_inputs, old)
            running = F.broadcast_greater(valid_length, number)
            kept = [F.where(running, after, before) for after, before in zip(new, old, strict=True)]
            return output, [*kept, number + 1]

    outputs, states = F.contrib.foreach(body, inputs, states)
    if drop_outputs:
        outputs = F.Dropout(outputs, p=drop_outputs, axes=(axis,))
    if axis != 0:
        outputs = F.transpose(outputs, axes)
    if valid_length is None:
        return outputs, states
    outputs = F.SequenceMask(outputs, sequence_length=valid_length, use_sequence_length=True, axis=axis)
    return outputs, states[:-1]
