"""Cells around cells: dropout, zoneout, residual connections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import symbol
from ._base import MODIFIED, BaseRNNCell, RNNParams, Step, Weights, _normalize_sequence
from ._containers import BidirectionalCell, SequentialRNNCell
from ._fused import DropoutCell as DropoutCell
from ._fused import FusedRNNCell


class ModifierCell(BaseRNNCell):
    """A cell that changes what another does. That one must not be called itself from then on.

    Args:
        base_cell: the other cell.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(self, base_cell: BaseRNNCell) -> None:
        super().__init__()
        base_cell._modified = True
        self.base_cell = base_cell

    @property
    def params(self) -> RNNParams:
        """The parameters of the cell inside."""
        self._own_params = False
        return self.base_cell.params

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """The states of the cell inside."""
        return self.base_cell.state_info

    def begin_state(self, init_sym: Callable[..., Any] = symbol.zeros, **kwargs: Any) -> list[Any]:  # type: ignore[override]
        """The first states of the cell inside; see ``BaseRNNCell``."""
        if self._modified:
            raise AssertionError(MODIFIED)
        self.base_cell._modified = False
        begin = self.base_cell.begin_state(init_sym, **kwargs)
        self.base_cell._modified = True
        return begin

    def unpack_weights(self, args: Weights) -> Weights:
        """As the cell inside; see ``BaseRNNCell``."""
        return self.base_cell.unpack_weights(args)

    def pack_weights(self, args: Weights) -> Weights:
        """As the cell inside; see ``BaseRNNCell``."""
        return self.base_cell.pack_weights(args)

    def __call__(self, inputs: Any, states: Any) -> Step:
        raise NotImplementedError(f"{type(self).__name__} has no step")


class ZoneoutCell(ModifierCell):
    """A cell whose outputs and states keep, in training and at random, what they were a step before.

    Args:
        base_cell: the cell.
        zoneout_outputs: probability for an output.
        zoneout_states: probability for a state.

    Raises:
        AssertionError: a cell that cannot be stepped.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(self, base_cell: BaseRNNCell, zoneout_outputs: float = 0.0, zoneout_states: float = 0.0) -> None:
        if isinstance(base_cell, FusedRNNCell):
            raise AssertionError("ZoneoutCell: a FusedRNNCell takes no single steps; wrap what its unfuse() returns")
        if isinstance(base_cell, BidirectionalCell):
            raise AssertionError(
                "ZoneoutCell: a BidirectionalCell takes no single steps; wrap the cells inside it instead"
            )
        if isinstance(base_cell, SequentialRNNCell):
            # MXNet asks it for an attribute that it does not have
            raise AttributeError("'SequentialRNNCell' object has no attribute '_bidirectional'")
        super().__init__(base_cell)
        self.zoneout_outputs = zoneout_outputs
        self.zoneout_states = zoneout_states
        self.prev_output: Any = None

    def reset(self) -> None:
        """Begin a new graph."""
        super().reset()
        self.prev_output = None

    def __call__(self, inputs: Any, states: Any) -> Step:
        new_output, new_states = self.base_cell(inputs, states)

        def kept(rate: float, new: Any, old: Any) -> Any:
            return symbol.where(symbol.Dropout(symbol.ones_like(new), p=rate), new, old)

        old_output = symbol.zeros((0, 0)) if self.prev_output is None else self.prev_output
        output = new_output if self.zoneout_outputs == 0.0 else kept(self.zoneout_outputs, new_output, old_output)
        if self.zoneout_states != 0.0:
            pairs = zip(new_states, states, strict=False)
            new_states = [kept(self.zoneout_states, new, old) for new, old in pairs]
        self.prev_output = output
        return output, new_states


class ResidualCell(ModifierCell):
    """A cell whose input is added to its output.

    Args:
        base_cell: the cell.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(self, base_cell: BaseRNNCell) -> None:
        super().__init__(base_cell)

    def __call__(self, inputs: Any, states: Any) -> Step:
        output, states = self.base_cell(inputs, states)
        return _plus_residual(output, inputs), states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, Any]:
        """All steps of the cell inside, then the additions. The arguments are those of ``BaseRNNCell``."""
        self.reset()
        self.base_cell._modified = False
        outputs, states = self.base_cell.unroll(
            length, inputs=inputs, begin_state=begin_state, layout=layout, merge_outputs=merge_outputs
        )
        self.base_cell._modified = True
        merged = isinstance(outputs, symbol.Symbol) if merge_outputs is None else merge_outputs
        inputs, _ = _normalize_sequence(length, inputs, layout, merged)
        if merged:
            return _plus_residual(outputs, inputs), states
        return [_plus_residual(out, one) for out, one in zip(outputs, inputs, strict=False)], states


def _plus_residual(output: Any, inputs: Any) -> Any:
    return symbol.elemwise_add(output, inputs, name=f"{output.name}_plus_residual")
