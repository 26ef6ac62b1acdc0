"""An LSTM on 8-bit integers: a reference implementation of oneDNN's arithmetic."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ..rnn._layout import Layout, layout, unpack

_OP = "_contrib_quantized_rnn"
_NotNegative = Annotated[int, Range(0, None)]
_WEIGHT_MAX = 127.0


def _outputs(attributes: dict[str, Any]) -> int:
    return 3 if attributes["state_outputs"] else 1


def _weight_scales(parameters: Tensor, layers: int, directions: int, inputs: int, hidden: int) -> Tensor:
    """127 over the largest weight of each gate and unit, of all layers together.

    oneDNN runs the layers in groups: one by one where they go both ways, together where all take inputs of one size,
    else the first alone. Behind the first group MXNet looks for the state weights of a layer as if its inputs had
    another size, and at the first layer of a group only; results depend on these scales, so they are found likewise.
    """
    rows = 4 * hidden
    weights = parameters.abs()
    first = rows * (inputs + hidden)
    own = weights[: first * directions].view(directions, first).amax(0)
    largest = torch.maximum(
        own[: rows * inputs].view(rows, inputs).amax(1), own[rows * inputs :].view(rows, hidden).amax(1)
    )
    if directions == 1:
        groups = 1 if inputs == hidden or layers == 1 else 2
    else:
        groups = layers
    square = rows * hidden
    start, state = first * directions, rows * inputs + first * directions
    for _ in range(1, groups):
        for place in (start, state):
            found = weights[place : place + square]
            if found.numel() == square:  # else MXNet would read behind the end
                largest = torch.maximum(largest, found.view(rows, hidden).amax(1))
        start += rows * (directions * hidden + hidden) * directions
        state = start + square
    return _WEIGHT_MAX / torch.where(largest > 0, largest, 1)


class _Bytes:
    """Numbers as bytes: ``number * scale + shift``, rounded half to even, in [0, 255]."""

    def __init__(self, scale: Tensor, shift: Tensor) -> None:
        self.scale, self.shift = scale.reshape(()), shift.reshape(())

    def of(self, numbers: Tensor) -> Tensor:
        return (numbers * self.scale + self.shift).round().clamp(0, 255)

    def numbers(self, stored: Tensor) -> Tensor:
        return (stored - self.shift) / self.scale


def _cell(
    data: Tensor, weights: list[Tensor], scales: Tensor, code: _Bytes, state: Tensor, cell: Tensor, backward: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """One direction of a layer on bytes (T, N, I): the states of all steps as bytes, the last state and cell."""
    by_input, by_state = ((w * scales[:, None]).round().clamp(-128, 127).double() for w in weights[:2])
    bias = weights[2] + weights[3]
    total = (by_input.sum(1) + by_state.sum(1)) * code.shift
    from_inputs = data.double() @ by_input.T - total
    unit = scales * code.scale
    steps = range(data.shape[0])
    found: list[Tensor] = [state] * len(steps)
    state = code.of(state)
    for t in reversed(steps) if backward else steps:
        gates = ((from_inputs[t] + state.double() @ by_state.T) / unit).to(bias.dtype) + bias
        enter, keep, new, leave = gates.chunk(4, 1)
        cell = keep.sigmoid() * cell + enter.sigmoid() * new.tanh()
        state = code.of(leave.sigmoid() * cell.tanh())
        found[t] = state
    return torch.stack(found), state, cell


@operator(_OP, outputs=_outputs, differentiable=False)
def quantized_rnn(
    data: Tensor, parameters: Tensor, state: Tensor, state_cell: Tensor | None = None,
    data_scale: Tensor | None = None, data_shift: Tensor | None = None, state_size: _NotNegative = REQUIRED,
    num_layers: _NotNegative = REQUIRED, bidirectional: bool = False,
    mode: Literal["gru", "lstm", "rnn_relu", "rnn_tanh"] = REQUIRED, p: Annotated[float, Range(0, 1)] = 0.0,
    state_outputs: bool = False, projection_size: int | None = None, lstm_state_clip_min: float | None = None,
    lstm_state_clip_max: float | None = None, lstm_state_clip_nan: bool = False, use_sequence_length: bool = False,
) -> tuple[Tensor, ...]:  # fmt: skip
    """An LSTM that multiplies bytes; for inference only.

    With T time steps, N examples, I inputs, H hidden units, D directions, L layers. Inputs and hidden states are bytes,
    ``number * data_scale + data_shift``; weights are rounded to int8, with one scale for each gate and unit; biases and
    cells stay float32.

    Args:
        data: (T, N, I), uint8.
        parameters: float32, packed as those of `RNN`.
        state: first hidden states, (L*D, N, H), float32.
        state_cell: first cell states, likewise.
        data_scale: the scale of ``data``, float32 of shape (1,).
        data_shift: its shift.
        state_size: H, at least 1.
        num_layers: L, at least 1.
        bidirectional: whether each layer runs in both directions.
        mode: only ``lstm``.
        p: of no effect: there is no dropout in inference.
        state_outputs: whether to return the last states, too.
        projection_size: only None.
        lstm_state_clip_min: of no effect.
        lstm_state_clip_max: of no effect.
        lstm_state_clip_nan: of no effect.
        use_sequence_length: only False.

    Returns:
        Outputs (T, N, D*H), float32; with ``state_outputs`` also the last hidden and cell states.

    Raises:
        MXNetError: shapes or dtypes that do not fit, another mode, an option that is not available.

    Differences: sums of products are exact; oneDNN's saturate on processors without VNNI instructions where bytes are
        above 128, and MXNet 1.9.1 fails on those that have them.

    Source: MXNet 1.9.1 src/operator/quantization/quantized_rnn.cc, quantization/mkldnn/mkldnn_quantized_rnn.cc.
    """
    if mode != "lstm":
        raise op_error(_OP, f"only LSTM is supported, got mode={mode}", data=data)
    if projection_size is not None:
        raise op_error(_OP, f"projection_size={projection_size} is not supported", data=data)
    if use_sequence_length:
        raise op_error(_OP, "use_sequence_length=True is not supported", data=data)
    if state_cell is None or data_scale is None or data_shift is None:
        raise op_error(_OP, "state_cell, data_scale and data_shift are needed", data=data)
    if data.dim() != 3 or data.dtype is not torch.uint8:
        raise op_error(_OP, "data must be uint8, of shape (time, batch, input size)", data=data)
    if not state_size or not num_layers:
        raise op_error(_OP, f"state_size={state_size} and num_layers={num_layers} must be positive", data=data)
    directions = 2 if bidirectional else 1
    plan: Layout = layout("lstm", num_layers, directions, data.shape[2], state_size, 0)
    states = (num_layers * directions, data.shape[1], state_size)
    wanted = {
        "parameters": (plan.total,),
        "state": states,
        "state_cell": states,
        "data_scale": (1,),
        "data_shift": (1,),
    }
    given = {
        "parameters": parameters, "state": state, "state_cell": state_cell, "data_scale": data_scale,
        "data_shift": data_shift,
    }  # fmt: skip
    for name, shape in wanted.items():
        if tuple(given[name].shape) != shape or given[name].dtype is not torch.float32:
            raise op_error(_OP, f"{name} must be float32 of shape {shape}", **{"data": data, name: given[name]})
    return _run(data, plan, given, num_layers, directions, state_outputs)


def _run(
    data: Tensor, plan: Layout, given: dict[str, Tensor], layers: int, directions: int, state_outputs: bool
) -> tuple[Tensor, ...]:
    parameters, state, cell = (given[name].detach() for name in ("parameters", "state", "state_cell"))
    code = _Bytes(given["data_scale"].detach(), given["data_shift"].detach())
    scales = _weight_scales(parameters, layers, directions, data.shape[2], state.shape[2])
    stored = data
    last: list[tuple[Tensor, Tensor]] = []
    for layer, weights in enumerate(unpack(parameters, plan)):
        outputs = []
        for d in range(directions):
            at = layer * directions + d
            own = weights[4 * d : 4 * d + 4]
            output, *ends = _cell(stored, own, scales, code, state[at], cell[at], d == 1)
            outputs.append(output)
            last.append((ends[0], ends[1]))
        stored = torch.cat(outputs, 2)
    result = code.numbers(stored)
    if not state_outputs:
        return (result,)
    return result, code.numbers(torch.stack([s for s, _ in last])), torch.stack([c for _, c in last])
