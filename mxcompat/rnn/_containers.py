"""Cells made of cells: one above the other, or one forwards and one backwards."""

from __future__ import annotations

from typing import Any

from .. import symbol
from ._base import (
    MODIFIED,
    BaseRNNCell,
    RNNParams,
    Step,
    Weights,
    _normalize_sequence,
    all_begin_states,
    all_states,
    split_steps,
)


class SequentialRNNCell(BaseRNNCell):
    """Cells one above the other: the output of each is the input of the next.

    Args:
        params: parameters for all of them.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(self, params: RNNParams | None = None) -> None:
        super().__init__(prefix="", params=params)
        self._override_cell_params = params is not None
        self._cells = []

    def add(self, cell: BaseRNNCell) -> None:
        """Put a cell on top.

        Args:
            cell: the cell.

        Raises:
            AssertionError: both it and this one have parameters of their own.
        """
        self._cells.append(cell)
        if self._override_cell_params:
            if not cell._own_params:
                raise AssertionError(
                    f"SequentialRNNCell: it has params and so has the child {type(cell).__name__}; give them to one "
                    "of the two"
                )
            cell.params._params.update(self.params._params)
        self.params._params.update(cell.params._params)

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """The states of all cells."""
        return all_states(self._cells)

    def begin_state(self, **kwargs: Any) -> list[Any]:  # type: ignore[override]
        """The first states of all cells; the arguments are theirs."""
        if self._modified:
            raise AssertionError(MODIFIED)
        return all_begin_states(self._cells, **kwargs)

    def unpack_weights(self, args: Weights) -> Weights:
        """Weights with those of all cells split by gate; see ``BaseRNNCell``."""
        for cell in self._cells:
            args = cell.unpack_weights(args)
        return args

    def pack_weights(self, args: Weights) -> Weights:
        """Undo `unpack_weights`."""
        for cell in self._cells:
            args = cell.pack_weights(args)
        return args

    def __call__(self, inputs: Any, states: Any) -> Step:
        self._counter += 1
        after: list[Any] = []
        start = 0
        for cell in self._cells:
            if isinstance(cell, BidirectionalCell):
                raise AssertionError("SequentialRNNCell: a BidirectionalCell cannot be stepped. Please use unroll")
            count = len(cell.state_info)
            inputs, found = cell(inputs, states[start : start + count])
            start += count
            after.extend(found)
        return inputs, after

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, Any]:
        """All steps of the first cell, then all of the next, and so on. The arguments are those of ``BaseRNNCell``."""
        self.reset()
        states = self.begin_state() if begin_state is None else begin_state
        after: list[Any] = []
        start = 0
        for i, cell in enumerate(self._cells):
            count = len(cell.state_info)
            last = i == len(self._cells) - 1
            inputs, found = cell.unroll(
                length, inputs=inputs, begin_state=states[start : start + count], layout=layout,
                merge_outputs=merge_outputs if last else None,
            )  # fmt: skip
            start += count
            after.extend(found)
        return inputs, after


class BidirectionalCell(BaseRNNCell):
    """A cell that goes forwards and one that goes backwards; their outputs are joined.

    Args:
        l_cell: goes forwards.
        r_cell: goes backwards.
        params: parameters for both.
        output_prefix: start of the names of the joined outputs.

    Raises:
        AssertionError: ``params``, and a cell that has parameters of its own.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(
        self,
        l_cell: BaseRNNCell,
        r_cell: BaseRNNCell,
        params: RNNParams | None = None,
        output_prefix: str = "bi_",
    ) -> None:
        super().__init__("", params=params)
        self._output_prefix = output_prefix
        self._override_cell_params = params is not None
        cells = l_cell, r_cell
        if self._override_cell_params:
            if not all(cell._own_params for cell in cells):
                raise AssertionError(
                    "BidirectionalCell: it has params and so has one of its cells; give them to one of the two"
                )
            for cell in cells:
                cell.params._params.update(self.params._params)
        for cell in cells:
            self.params._params.update(cell.params._params)
        self._cells = [l_cell, r_cell]

    def unpack_weights(self, args: Weights) -> Weights:
        """Weights with those of both cells split by gate; see ``BaseRNNCell``."""
        for cell in self._cells:
            args = cell.unpack_weights(args)
        return args

    def pack_weights(self, args: Weights) -> Weights:
        """Undo `unpack_weights`."""
        for cell in self._cells:
            args = cell.pack_weights(args)
        return args

    def __call__(self, inputs: Any, states: Any) -> Step:
        raise NotImplementedError("BidirectionalCell runs over a whole sequence: call unroll")

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """The states of both cells."""
        return all_states(self._cells)

    def begin_state(self, **kwargs: Any) -> list[Any]:  # type: ignore[override]
        """The first states of both cells; the arguments are theirs."""
        if self._modified:
            raise AssertionError(MODIFIED)
        return all_begin_states(self._cells, **kwargs)

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, Any]:
        """Both cells over all steps. The arguments are those of ``BaseRNNCell``.

        Returns:
            The joined outputs, and a list of the states of the one cell and those of the other.
        """
        self.reset()
        inputs, axis = _normalize_sequence(length, inputs, layout, False)
        states = self.begin_state() if begin_state is None else begin_state
        forwards, backwards = self._cells
        count = len(forwards.state_info)
        options = {"layout": layout, "merge_outputs": merge_outputs}
        ahead, ahead_states = forwards.unroll(length, inputs=inputs, begin_state=states[:count], **options)
        back, back_states = backwards.unroll(
            length, inputs=list(reversed(inputs)), begin_state=states[count:], **options
        )  # fmt: skip

        def steps(outputs: Any) -> list[Any]:
            if not isinstance(outputs, symbol.Symbol):
                return list(outputs)
            return split_steps(outputs, axis, length, symbol.SliceChannel)

        if merge_outputs is None:
            merge_outputs = isinstance(ahead, symbol.Symbol) and isinstance(back, symbol.Symbol)
            if not merge_outputs:
                ahead, back = steps(ahead), steps(back)
        if merge_outputs:
            ahead, back = [ahead], [symbol.reverse(back, axis=axis)]
        else:
            back = list(reversed(back))
        outputs: Any = [
            symbol.Concat(
                one, other, dim=1 + merge_outputs,
                name=f"{self._output_prefix}out" if merge_outputs else f"{self._output_prefix}t{i}",
            )
            for i, (one, other) in enumerate(zip(ahead, back, strict=False))
        ]  # fmt: skip
        return outputs[0] if merge_outputs else outputs, [ahead_states, back_states]
