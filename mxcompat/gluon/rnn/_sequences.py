"""Sequences as cells see them: one array with a time axis, or a list of steps.

Layouts are words of the letters T (time), N (batch) and C (channels). Front ends are `mxnet.nd` and `mxnet.symbol`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ... import nd, symbol
from ..._core.errors import ArgumentTypeError

Nested = Any


def front_end(value: Any) -> Any:
    """The module whose operators take ``value`` (an array, a symbol, or a list of them)."""
    first = value if isinstance(value, (symbol.Symbol, nd.NDArray)) else value[0]
    return symbol if isinstance(first, symbol.Symbol) else nd


def is_whole(value: Any) -> bool:
    """Whether ``value`` is one array or symbol, not a list of steps."""
    return isinstance(value, (symbol.Symbol, nd.NDArray))


def as_list(value: Any) -> list[Any]:
    """A list of what an operator returned: it returns one array bare."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def split_steps(F: Any, sequence: Any, axis: int, steps: int) -> list[Any]:
    """The steps of one array along its time axis, that axis gone."""
    parts = F.split(sequence, axis=axis, num_outputs=steps, squeeze_axis=1)
    return list(parts) if F is symbol else as_list(parts)


def _format_sequence(
    length: int | None, inputs: Any, layout: str, merge: bool | None, in_layout: str | None = None
) -> tuple[Any, int, Any, int]:
    """Bring a sequence into the form that a cell wants.

    Args:
        length: number of steps; None takes what is there.
        inputs: an array or symbol with a time axis, or a list of steps.
        layout: the wanted layout; must name T and N.
        merge: True for one array, False for a list of steps, None for whichever it is.
        in_layout: the layout of ``inputs`` if it is another one.

    Returns:
        The sequence, its time axis, its front end, and the batch size (0 for symbols, which do not know it).

    Raises:
        AssertionError: no inputs, another number of steps than ``length``, or a group of symbols.

    Source: MXNet 1.9.1 python/mxnet/gluon/rnn/rnn_cell.py.
    """
    if inputs is None:
        raise ArgumentTypeError("unroll: inputs=None is deprecated; create the input variables outside and pass them")
    axis = layout.find("T")
    in_axis = axis if in_layout is None else in_layout.find("T")
    F = front_end(inputs)
    batch_size = 0
    if is_whole(inputs):
        if F is nd:
            batch_size = inputs.shape[layout.find("N")]
        if merge is False:
            inputs = _steps_of(F, inputs, length, in_axis)
    else:
        if length is not None and len(inputs) != length:
            raise ArgumentTypeError(f"unroll: length is {length}, but inputs has {len(inputs)} steps")
        if F is nd:
            batch_size = inputs[0].shape[0]
        if merge is True:
            inputs = F.stack(*inputs, axis=axis)
            in_axis = axis
    if is_whole(inputs) and axis != in_axis:
        inputs = F.swapaxes(inputs, dim1=axis, dim2=in_axis)
    return inputs, axis, F, batch_size


def _steps_of(F: Any, sequence: Any, length: int | None, axis: int) -> list[Any]:
    if F is symbol:
        if len(sequence.list_outputs()) != 1:
            raise ArgumentTypeError(
                f"unroll: inputs is a group of {len(sequence.list_outputs())} symbols; pass list(inputs), or one "
                "symbol with a time axis"
            )
        return split_steps(F, sequence, axis, length)  # type: ignore[arg-type]
    steps = sequence.shape[axis]
    if length is not None and steps != length:
        raise ArgumentTypeError(
            f"unroll: length is {length}, but inputs {sequence.shape} has {steps} steps on axis {axis}"
        )
    return split_steps(F, sequence, axis, steps)


def _mask_sequence_variable_length(
    F: Any, data: Any, length: int, valid_length: Any, time_axis: int, merge: bool | None
) -> Any:
    """Zero everything after each sequence's own end; a list of steps unless ``merge``."""
    if valid_length is None:
        raise ArgumentTypeError("valid_length must be given to mask a sequence")
    if not is_whole(data):
        data = F.stack(*data, axis=time_axis)
    masked = F.SequenceMask(data, sequence_length=valid_length, use_sequence_length=True, axis=time_axis)
    return masked if merge else split_steps(F, masked, time_axis, length)


def _reverse_sequences(sequences: Sequence[Any], unroll_step: int, valid_length: Any = None) -> list[Any]:
    """The steps in reverse, each sequence about its own end if ``valid_length`` is given."""
    if valid_length is None:
        return list(reversed(sequences))
    F = front_end(sequences)
    turned = F.SequenceReverse(F.stack(*sequences, axis=0), sequence_length=valid_length, use_sequence_length=True)
    return split_steps(F, turned, 0, unroll_step)


def _get_begin_state(cell: Any, F: Any, begin_state: Any, inputs: Any, batch_size: int) -> Any:
    """The given begin state, or zeros on the context of the inputs."""
    if begin_state is not None:
        return begin_state
    if F is symbol:
        return cell.begin_state(func=F.zeros, batch_size=batch_size)
    with (inputs if is_whole(inputs) else inputs[0]).context:
        return cell.begin_state(func=F.zeros, batch_size=batch_size)
