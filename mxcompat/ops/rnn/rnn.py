"""The fused recurrent operator, on torch's fused kernels."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import torch
from torch import Tensor

from ..._core.state import is_training
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ..nn._check import single
from ..random.engine import sampler_of
from . import _steps
from ._layout import layout, unpack
from ._unrolled import Clip, lstm_layer

_Mode = Literal["rnn_relu", "rnn_tanh", "lstm", "gru"]

_KERNELS: dict[str, Callable[..., tuple[Tensor, ...]]] = {
    "rnn_relu": torch.rnn_relu,
    "rnn_tanh": torch.rnn_tanh,
    "lstm": torch.lstm,
    "gru": torch.gru,
}


def _inputs(attributes: dict[str, Any]) -> tuple[str, ...]:
    names: tuple[str, ...] = ("data", "parameters", "state")
    if attributes["mode"] == "lstm":
        names += ("state_cell",)
    return (*names, "sequence_length") if attributes["use_sequence_length"] else names


def _outputs(attributes: dict[str, Any]) -> int:
    if not attributes["state_outputs"]:
        return 1
    return 3 if attributes["mode"] == "lstm" else 2


def _dropped(data: Tensor, p: float) -> Tensor:
    """Dropout between layers, on the single random stream, as the CPU kernels of MXNet draw it."""
    drawn = sampler_of(data.device).single_uniform(data.numel(), torch.float32)
    keep = drawn.reshape(data.shape) >= p
    return data * keep.to(data.dtype) / single(1.0 - p)


def _packed(
    kernel: Callable[..., tuple[Tensor, ...]],
    data: Tensor,
    states: list[Tensor],
    weights: list[Tensor],
    layers: int,
    bidirectional: bool,
    lengths: Tensor,
) -> tuple[Tensor, ...]:
    """The fused kernel on sequences of different lengths. The kernel wants the lengths on the host, longest first."""
    ordered, order = lengths.sort(descending=True)
    packed, sizes = torch._pack_padded_sequence(data.index_select(1, order), ordered.cpu(), False)
    states = [s.index_select(1, order) for s in states]
    hx: Any = states if len(states) > 1 else states[0]
    out, *ends = kernel(packed, sizes, hx, weights, True, layers, 0.0, False, bidirectional)
    padded, _ = torch._pad_packed_sequence(out, sizes, False, 0.0, data.shape[0])
    back = order.argsort()
    return (padded.index_select(1, back), *(end.index_select(1, back) for end in ends))


def _stack(
    mode: str,
    data: Tensor,
    states: list[Tensor],
    weights: list[list[Tensor]],
    bidirectional: bool,
    clip: Clip | None,
    lengths: Tensor | None,
) -> tuple[Tensor, ...]:
    """Layers one above the other: outputs and last states."""
    if clip is not None or (mode == "lstm" and states[0].shape[2] == states[1].shape[2] and _projects(weights)):
        if len(weights) > 1:
            return _each(mode, data, states, weights, bidirectional, clip, lengths, 0.0)
        return lstm_layer(data, states[0], states[1], weights[0], bidirectional, clip, lengths)
    if lengths is None and _steps.suits(mode, data, states[0], weights):
        return _steps.layers(mode, data, states[0], weights, bidirectional)
    flat = [w for layer in weights for w in layer]
    kernel = _KERNELS[mode]
    if lengths is not None and data.device.type != "meta":  # there the shapes alone matter
        return _packed(kernel, data, states, flat, len(weights), bidirectional, lengths)
    hx: Any = states if mode == "lstm" else states[0]
    if mode == "lstm" and _projects(weights):
        with warnings.catch_warnings():  # torch tells that oneDNN, its first choice, has no projections
            warnings.simplefilter("ignore")
            return kernel(data, hx, flat, True, len(weights), 0.0, False, bidirectional, False)
    return kernel(data, hx, flat, True, len(weights), 0.0, False, bidirectional, False)


def _projects(weights: list[list[Tensor]]) -> bool:
    return len(weights[0]) % 5 == 0


def _each(
    mode: str,
    data: Tensor,
    states: list[Tensor],
    weights: list[list[Tensor]],
    bidirectional: bool,
    clip: Clip | None,
    lengths: Tensor | None,
    p: float,
) -> tuple[Tensor, ...]:
    """Layer by layer, with dropout on the output of each but the last."""
    ends: list[list[Tensor]] = []
    count = 2 if bidirectional else 1
    for i, layer in enumerate(weights):
        if i and p:
            data = _dropped(data, p)
        own = [s[i * count : (i + 1) * count] for s in states]
        data, *last = _stack(mode, data, own, [layer], bidirectional, clip, lengths)
        ends.append(last)
    return (data, *(torch.cat(parts) for parts in zip(*ends, strict=True)))


@operator("RNN", aliases=("_npx_rnn",), outputs=_outputs, list_inputs=_inputs)
def rnn(
    data: Tensor,
    parameters: Tensor,
    state: Tensor,
    state_cell: Tensor | None = None,
    sequence_length: Tensor | None = None,
    state_size: Annotated[int, Range(0)] = REQUIRED,
    num_layers: Annotated[int, Range(0)] = REQUIRED,
    bidirectional: bool = False,
    mode: _Mode = REQUIRED,
    p: Annotated[float, Range(0, 1)] = 0.0,
    state_outputs: bool = False,
    projection_size: int | None = None,
    lstm_state_clip_min: float | None = None,
    lstm_state_clip_max: float | None = None,
    lstm_state_clip_nan: bool = False,
    use_sequence_length: bool = False,
) -> tuple[Tensor, ...]:
    """Recurrent layers, one above the other: plain ones, LSTM or GRU.

    With T time steps, N examples, I inputs, H hidden units, D directions, L layers, and O = ``projection_size`` or H.

    Args:
        data: (T, N, I), floating.
        parameters: all weights in one vector: for each layer and direction the input matrix (G*H, I or D*O), the
            state matrix (G*H, O) and the projection (O, H) if there is one; then for each layer and direction the two
            biases (G*H). The G gates are i, f, g, o (LSTM) or r, z, n (GRU, which applies r after the state matrix).
        state: first hidden states, (L*D, N, O).
        state_cell: first cell states (L*D, N, H), with ``mode="lstm"`` only.
        sequence_length: length of each sequence, (N,), from 1 to T, with ``use_sequence_length`` only. Outputs behind
            the end are zero, last states are those at the end, the backward direction starts there.
        state_size: H, at least 1.
        num_layers: L, at least 1.
        bidirectional: whether each layer runs in both directions (D = 2); their outputs are concatenated.
        mode: the cell.
        p: probability of dropout between layers, in training mode; 0 <= p < 1.
        state_outputs: whether to return the last states, too.
        projection_size: project the hidden state of an LSTM to this size.
        lstm_state_clip_min: lower bound of the cell state; both bounds or none, LSTM only.
        lstm_state_clip_max: upper bound of the cell state.
        lstm_state_clip_nan: replace a NaN in the cell state, too, if there are bounds.
        use_sequence_length: whether ``sequence_length`` is given.

    Returns:
        Outputs (T, N, D*O); with ``state_outputs`` also the last hidden states (L*D, N, O) and, for LSTM, cell states
        (L*D, N, H). In the dtype of ``data``.

    Raises:
        MXNetError: a shape that does not fit, mixed dtypes, an option that the mode does not have.

    Differences: dropout, clipping and sequence lengths work on every device; MXNet 1.9.1 on the CPU ignores all three
        in float32, refuses the last two in float64, and drops in ``record(train_mode=False)``. Projections can be
        trained.

    Source: MXNet 1.9.1 src/operator/rnn-inl.h, src/operator/rnn.cc, src/operator/rnn_impl.h.
    """
    values = (
        state_size, num_layers, bidirectional, mode, p, state_outputs, projection_size, lstm_state_clip_min,
        lstm_state_clip_max, lstm_state_clip_nan, use_sequence_length,
    )  # fmt: skip
    return _run(data, parameters, state, state_cell, sequence_length, *values)


def of_parts(
    data: Tensor, parts: Sequence[Tensor], state: Tensor, cell: Tensor | None, lengths: Tensor | None, *values: Any
) -> tuple[Tensor, ...]:
    """`rnn` with its vector of parameters still in parts, each in the shape that it has as a weight.

    Args:
        data, state, cell, lengths: as ``data``, ``state``, ``state_cell`` and ``sequence_length`` of `rnn`.
        parts: what would be flattened and concatenated.
        values: the attributes of `rnn`, in order.
    """
    return _run(data, parts, state, cell, lengths, *values)


def _run(
    data: Tensor,
    parameters: Tensor | Sequence[Tensor],
    state: Tensor,
    state_cell: Tensor | None,
    sequence_length: Tensor | None,
    state_size: int,
    num_layers: int,
    bidirectional: bool,
    mode: str,
    p: float,
    state_outputs: bool,
    projection_size: int | None,
    lstm_state_clip_min: float | None,
    lstm_state_clip_max: float | None,
    lstm_state_clip_nan: bool,
    use_sequence_length: bool,
) -> tuple[Tensor, ...]:
    directions = 2 if bidirectional else 1
    _check(data, parameters, state, state_cell, sequence_length, mode, use_sequence_length)
    if not (state_size and num_layers and p < 1.0):
        text = f"state_size={state_size} and num_layers={num_layers} must be positive, p={p} below 1"
        raise op_error("RNN", text, data=data)
    if projection_size is not None and (mode != "lstm" or projection_size < 1):
        raise op_error("RNN", f"projection_size={projection_size} must be positive and needs mode='lstm'", data=data)
    clip = _clip(mode, lstm_state_clip_min, lstm_state_clip_max, lstm_state_clip_nan, data)
    total = num_layers * directions
    plan = layout(mode, num_layers, directions, data.shape[2], state_size, projection_size or 0)
    if not isinstance(parameters, Tensor) and tuple([tuple(t.shape) for t in parameters]) != plan.shapes:
        parameters = torch.cat([t.reshape(-1) for t in parameters])
    batch = data.shape[1]
    if isinstance(parameters, Tensor):
        _fits("parameters", parameters, (plan.total,), data)
    _fits("state", state, (total, batch, projection_size or state_size), data)
    states = [state]
    if state_cell is not None:
        _fits("state_cell", state_cell, (total, batch, state_size), data)
        states.append(state_cell)
    lengths = None
    if sequence_length is not None:
        _fits("sequence_length", sequence_length, (batch,), data)
        lengths = sequence_length.long()
    if isinstance(parameters, Tensor):
        weights = unpack(parameters, plan)
    else:
        weights = [[parameters[i] for i in places] for places in plan.layers]
    p = single(p)
    if p and num_layers > 1 and is_training():
        result = _each(mode, data, states, weights, bidirectional, clip, lengths, p)
    else:
        result = _stack(mode, data, states, weights, bidirectional, clip, lengths)
    return result if state_outputs else result[:1]


def _fits(name: str, tensor: Tensor, shape: tuple[int, ...], data: Tensor) -> None:
    if tuple(tensor.shape) != shape:
        raise op_error("RNN", f"{name} must have shape {shape}", **{"data": data, name: tensor})


def _check(
    data: Tensor,
    parameters: Tensor | Sequence[Tensor],
    state: Tensor,
    state_cell: Tensor | None,
    sequence_length: Tensor | None,
    mode: str,
    use_sequence_length: bool,
) -> None:
    if data.dim() != 3 or not data.is_floating_point():
        raise op_error("RNN", "data must be floating, of shape (time, batch, input size)", data=data)
    if (state_cell is None) != (mode != "lstm"):
        raise op_error("RNN", f"mode={mode} {'needs' if mode == 'lstm' else 'takes no'} state_cell", data=data)
    if (sequence_length is None) == use_sequence_length:
        needed = "needs" if use_sequence_length else "takes no"
        raise op_error("RNN", f"use_sequence_length={use_sequence_length} {needed} sequence_length", data=data)
    parts = [parameters] if isinstance(parameters, Tensor) else parameters
    named = [("parameters", part) for part in parts]
    for name, tensor in (*named, ("state", state), ("state_cell", state_cell)):
        if tensor is not None and tensor.dtype is not data.dtype:
            raise op_error("RNN", f"{name} must have the dtype of data", **{"data": data, name: tensor})


def _clip(mode: str, low: float | None, high: float | None, nan: bool, data: Tensor) -> Clip | None:
    if low is None and high is None:
        return None
    if mode != "lstm" or low is None or high is None or low > high:
        text = f"lstm_state_clip_min={low} and lstm_state_clip_max={high} must be given together, in order, for an LSTM"
        raise op_error("RNN", text, data=data)
    return Clip(low, high, nan)
