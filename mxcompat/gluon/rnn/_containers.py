"""Cells made of cells: stacks, and two directions."""

from __future__ import annotations

from typing import Any

from ..._core.errors import ArgumentTypeError
from ..utils import _indent
from ._cell import HybridRecurrentCell, RecurrentCell
from ._sequences import (
    _format_sequence,
    _get_begin_state,
    _mask_sequence_variable_length,
    _reverse_sequences,
    is_whole,
)


class _Composite(RecurrentCell):
    """States of a cell with children: the children's, one after the other."""

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape and layout of each child's states."""
        return [info for cell in self._children.values() for info in cell.state_info(batch_size)]

    def begin_state(self, **kwargs: Any) -> list[Any]:  # type: ignore[override]
        """Begin states of all children; arguments as of `RecurrentCell.begin_state`, by keyword."""
        self._refuse_if_modified()
        return [state for cell in self._children.values() for state in cell.begin_state(**kwargs)]


class _Stack(_Composite):
    """What `SequentialRNNCell` and `HybridSequentialRNNCell` share: each child's output feeds the next."""

    def __repr__(self) -> str:
        lines = [f"({i}): {_indent(repr(cell), 2)}" for i, cell in self._children.items()]
        return "{}(\n{}\n)".format(type(self).__name__, "\n".join(lines))

    def add(self, cell: RecurrentCell) -> None:
        """Put a cell on top of the stack."""
        self.register_child(cell)

    def _with_states(self, states: Any) -> list[tuple[Any, Any]]:
        """Each child with its part of the states."""
        pairs = []
        start = 0
        for cell in self._children.values():
            end = start + len(cell.state_info())
            pairs.append((cell, states[start:end]))
            start = end
        return pairs

    def __call__(self, inputs: Any, states: Any) -> tuple[Any, list[Any]]:
        """One step through the whole stack."""
        self._counter += 1
        for cell in self._children.values():
            if isinstance(cell, BidirectionalCell):
                raise ArgumentTypeError(f"{self.name}: a BidirectionalCell cannot be stepped; use unroll")
        next_states: list[Any] = []
        for cell, own in self._with_states(states):
            inputs, own = cell(inputs, own)
            next_states += own
        return inputs, next_states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, list[Any]]:
        """Run each cell over the whole sequence, then the next; arguments as of `RecurrentCell.unroll`."""
        self.reset()
        inputs, _, F, batch_size = _format_sequence(length, inputs, layout, None)
        states = _get_begin_state(self, F, begin_state, inputs, batch_size)
        next_states: list[Any] = []
        last = len(self._children) - 1
        for i, (cell, own) in enumerate(self._with_states(states)):
            inputs, own = cell.unroll(
                length,
                inputs=inputs,
                begin_state=own,
                layout=layout,
                merge_outputs=merge_outputs if i == last else None,
                valid_length=valid_length,
            )
            next_states.extend(own)
        return inputs, next_states

    def __getitem__(self, i: int) -> Any:
        return self._children[str(i)]

    def __len__(self) -> int:
        return len(self._children)


class SequentialRNNCell(_Stack):
    """A stack of cells.

    Args:
        prefix: prefix of names.
        params: a ParameterDict to share parameters with.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    def __init__(self, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, *args: Any, **kwargs: Any) -> Any:
        """Not for this class: the stack is called as a whole."""
        raise NotImplementedError("SequentialRNNCell is called as a whole; HybridSequentialRNNCell can be hybridized")


class HybridSequentialRNNCell(_Stack, HybridRecurrentCell):
    """A stack of cells that can be hybridized.

    Args:
        prefix: prefix of names.
        params: a ParameterDict to share parameters with.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    def __init__(self, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:
        """One step through the whole stack."""
        return self.__call__(inputs, states)


class BidirectionalCell(_Composite, HybridRecurrentCell):
    """Two cells over one sequence, one from each end; outputs are concatenated. Only for `unroll`.

    Args:
        l_cell: runs forward.
        r_cell: runs backward.
        output_prefix: prefix of the names of the outputs.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """

    def __init__(self, l_cell: RecurrentCell, r_cell: RecurrentCell, output_prefix: str = "bi_") -> None:
        super().__init__(prefix="", params=None)
        self.register_child(l_cell, "l_cell")
        self.register_child(r_cell, "r_cell")
        self._output_prefix = output_prefix

    def __call__(self, inputs: Any, states: Any) -> Any:
        """Not possible step by step."""
        raise NotImplementedError("BidirectionalCell cannot be stepped: it needs the whole sequence; use unroll")

    def __repr__(self) -> str:
        forward, backward = self._children["l_cell"], self._children["r_cell"]
        return f"{type(self).__name__}(forward={forward}, backward={backward})"

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, list[Any]]:
        """Run both cells over the sequence; arguments as of `RecurrentCell.unroll`."""
        self.reset()
        inputs, axis, F, batch_size = _format_sequence(length, inputs, layout, False)
        turned = _reverse_sequences(inputs, length, valid_length)
        states = _get_begin_state(self, F, begin_state, inputs, batch_size)
        l_cell, r_cell = self._children.values()
        border = len(l_cell.state_info(batch_size))
        common: dict[str, Any] = {"layout": layout, "valid_length": valid_length}
        l_outputs, l_states = l_cell.unroll(
            length, inputs=inputs, begin_state=states[:border], merge_outputs=merge_outputs, **common
        )
        r_outputs, r_states = r_cell.unroll(
            length, inputs=turned, begin_state=states[border:], merge_outputs=False, **common
        )
        r_outputs = _reverse_sequences(r_outputs, length, valid_length)
        if merge_outputs is None:
            merge_outputs = is_whole(l_outputs)
            l_outputs, _, _, _ = _format_sequence(None, l_outputs, layout, merge_outputs)
            r_outputs, _, _, _ = _format_sequence(None, r_outputs, layout, merge_outputs)
        prefix = self._output_prefix
        outputs: Any
        if merge_outputs:
            if not is_whole(r_outputs):
                r_outputs = F.stack(*r_outputs, axis=axis)
            outputs = F.concat(l_outputs, r_outputs, dim=2, name=f"{prefix}out")
        else:
            outputs = [
                F.concat(left, right, dim=1, name=f"{prefix}t{i}")
                for i, (left, right) in enumerate(zip(l_outputs, r_outputs, strict=True))
            ]
        if valid_length is not None:
            outputs = _mask_sequence_variable_length(F, outputs, length, valid_length, axis, merge_outputs)
        return outputs, l_states + r_states
