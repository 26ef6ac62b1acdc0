"""Cells that change what another cell does, and dropout between cells."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

from ... import symbol
from ..._core.errors import ArgumentTypeError
from ._cell import HybridRecurrentCell, RecurrentCell
from ._containers import BidirectionalCell, SequentialRNNCell
from ._sequences import _format_sequence, _mask_sequence_variable_length, is_whole


class DropoutCell(HybridRecurrentCell):
    """Dropout on the inputs; has no states.

    Args:
        rate: share of the elements that become zero, in [0, 1).
        axes: axes along which one mask is shared.
        prefix: prefix of names.
        params: not used by this cell.

    Raises:
        AssertionError: ``rate`` is no number.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    def __init__(self, rate: Any, axes: tuple[int, ...] = (), prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix, params)
        if not isinstance(rate, numbers.Real):
            raise ArgumentTypeError(f"DropoutCell: rate must be a number, got {rate!r}")
        self._rate: Any = rate
        self._axes = axes

    def __repr__(self) -> str:
        return f"{type(self).__name__}(rate={self._rate}, axes={self._axes})"

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """No states."""
        return []

    def _alias(self) -> str:
        return "dropout"

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:
        """Drop out elements of the inputs; the states pass."""
        if self._rate > 0:
            inputs = F.Dropout(data=inputs, p=self._rate, axes=self._axes, name=f"t{self._counter}_fwd")
        return inputs, states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, Any]:
        """Drop out elements of a sequence: of one array at once; arguments as of `RecurrentCell.unroll`.

        ``valid_length`` changes nothing: what lies after a sequence's end stays zero, or is masked by the next cell.
        """
        self.reset()
        inputs, _, F, _ = _format_sequence(length, inputs, layout, merge_outputs)
        if is_whole(inputs):
            return self.hybrid_forward(F, inputs, begin_state if begin_state else [])  # type: ignore[no-any-return]
        return super().unroll(length, inputs, begin_state, layout, merge_outputs, None)


class ModifierCell(HybridRecurrentCell):
    """Base of cells that wrap another one; the wrapped cell is no longer called directly.

    Args:
        base_cell: the cell to change; its parameters become this cell's.

    Raises:
        AssertionError: the cell is wrapped already.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    def __init__(self, base_cell: RecurrentCell) -> None:
        if base_cell._modified:
            raise ArgumentTypeError(f"{type(self).__name__}: cell {base_cell.name} is already modified; modify it once")
        base_cell._modified = True
        super().__init__(prefix=base_cell.prefix + self._alias(), params=None)
        self.base_cell = base_cell

    @property
    def params(self) -> Any:
        """The parameters of the wrapped cell."""
        return self.base_cell.params

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape and layout of the wrapped cell's states."""
        return self.base_cell.state_info(batch_size)

    def begin_state(self, func: Callable[..., Any] = symbol.zeros, **kwargs: Any) -> list[Any]:  # type: ignore[override]
        """The wrapped cell's begin states; symbols unless ``func`` makes arrays."""
        self._refuse_if_modified()
        self.base_cell._modified = False
        try:
            return self.base_cell.begin_state(func=func, **kwargs)
        finally:
            self.base_cell._modified = True

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:
        """One step with the operators of ``F``."""
        raise NotImplementedError(f"{type(self).__name__} does not define hybrid_forward")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_cell})"


def refuse_bidirectional(what: str, cell: RecurrentCell) -> None:
    """AssertionError for a cell that cannot be stepped."""
    stacked = isinstance(cell, SequentialRNNCell) and any(
        isinstance(c, BidirectionalCell) for c in cell._children.values()
    )
    if isinstance(cell, BidirectionalCell) or stacked:
        raise ArgumentTypeError(f"{what}: a bidirectional cell cannot be stepped; wrap the cells below it instead")


class ZoneoutCell(ModifierCell):
    """Zoneout: at random, keep outputs or states of the step before.

    Args:
        base_cell: the cell to change.
        zoneout_outputs: share of output elements that keep their last value, in [0, 1).
        zoneout_states: share of state elements that keep their last value, in [0, 1).

    Raises:
        AssertionError: ``base_cell`` is bidirectional.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    def __init__(self, base_cell: RecurrentCell, zoneout_outputs: float = 0.0, zoneout_states: float = 0.0) -> None:
        refuse_bidirectional("ZoneoutCell", base_cell)
        super().__init__(base_cell)
        self.zoneout_outputs = zoneout_outputs
        self.zoneout_states = zoneout_states
        self._prev_output: Any = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p_out={self.zoneout_outputs}, p_state={self.zoneout_states}, {self.base_cell})"

    def _alias(self) -> str:
        return "zoneout"

    def reset(self) -> None:
        """Forget the last output too."""
        super().reset()
        self._prev_output = None

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:
        """One step with the operators of ``F``."""
        output, next_states = self.base_cell(inputs, states)

        def mixed(rate: float, new: Any, old: Any) -> Any:
            return new if rate == 0.0 else F.where(F.Dropout(F.ones_like(new), p=rate), new, old)

        before = F.zeros_like(output) if self._prev_output is None else self._prev_output
        output = mixed(self.zoneout_outputs, output, before)
        if self.zoneout_states != 0.0:
            pairs = zip(next_states, states, strict=True)
            next_states = [mixed(self.zoneout_states, new, old) for new, old in pairs]
        self._prev_output = output
        return output, next_states


class ResidualCell(ModifierCell):
    """Adds the input to the output of the wrapped cell.

    Args:
        base_cell: the cell to change; its output has the shape of its input.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:
        """One step with the operators of ``F``."""
        output, states = self.base_cell(inputs, states)
        return F.elemwise_add(output, inputs, name=f"t{self._counter}_fwd"), states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, Any]:
        """Unroll the wrapped cell and add the inputs; arguments as of `RecurrentCell.unroll`."""
        self.reset()
        self.base_cell._modified = False
        try:
            outputs, states = self.base_cell.unroll(length, inputs, begin_state, layout, merge_outputs, valid_length)
        finally:
            self.base_cell._modified = True
        merge = is_whole(outputs) if merge_outputs is None else merge_outputs
        inputs, axis, F, _ = _format_sequence(length, inputs, layout, merge)
        if valid_length is not None:
            inputs = _mask_sequence_variable_length(F, inputs, length, valid_length, axis, merge)
        if merge:
            return F.elemwise_add(outputs, inputs), states
        return [F.elemwise_add(a, b) for a, b in zip(outputs, inputs, strict=True)], states
