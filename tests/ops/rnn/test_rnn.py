"""What no recorded case can show of RNN: options that MXNet 1.9.1 has on CUDA only, or gets wrong on the CPU."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

import mxcompat as mx
from mxcompat.ops.rnn._layout import GATES, layout, unpack
from mxcompat.registry import find

MODES = tuple(GATES)


def _inputs(mode: str, layers: int, directions: int, projection: int = 0, **sizes: int) -> list[Tensor]:
    time, batch, inputs, hidden = (
        sizes.get(k, n) for k, n in (("time", 5), ("batch", 3), ("inputs", 2), ("hidden", 4))
    )
    generator = torch.Generator().manual_seed(3)
    plan = layout(mode, layers, directions, inputs, hidden, projection)
    shapes = [(time, batch, inputs), (plan.total,), (layers * directions, batch, projection or hidden)]
    if mode == "lstm":
        shapes.append((layers * directions, batch, hidden))
    return [torch.rand(shape, generator=generator, dtype=torch.float64) * 1.6 - 0.8 for shape in shapes]


def _run(tensors: list[Tensor], lengths: Tensor | None = None, **attrs: Any) -> tuple[Tensor, ...]:
    op = find("RNN")
    given: list[Tensor | None] = [*tensors, *[None] * (4 - len(tensors)), lengths]
    values = op.parse(state_size=4, state_outputs=True, use_sequence_length=lengths is not None, **attrs)
    result: tuple[Tensor, ...] = op.call(given, values)
    return result


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("directions", [1, 2])
def test_lengths_mean_each_sequence_alone(mode: str, directions: int) -> None:
    tensors = [t.requires_grad_() for t in _inputs(mode, 2, directions)]
    attrs = {"mode": mode, "num_layers": 2, "bidirectional": directions == 2}
    lengths = (2, 5, 3)
    outputs, *ends = _run(tensors, torch.tensor(lengths, dtype=torch.float32), **attrs)
    data, parameters, *states = tensors
    for i, length in enumerate(lengths):
        alone = [data[:length, i : i + 1], parameters, *(s[:, i : i + 1] for s in states)]
        expected, *last = _run(alone, **attrs)
        torch.testing.assert_close(outputs[:length, i : i + 1], expected)
        assert not outputs[length:, i].any()
        for end, one in zip(ends, last, strict=True):
            torch.testing.assert_close(end[:, i : i + 1], one)
    (grad,) = torch.autograd.grad(outputs.sum(), data)
    assert grad.any() and not grad[2:, 0].any() and not grad[3:, 2].any()


@pytest.mark.parametrize("projection", [0, 2, 4])
@pytest.mark.parametrize("clip", [None, 0.3])
@pytest.mark.parametrize("lengths", [None, (1, 5, 4)])
def test_gradients_of_projection_clip_and_lengths(projection: int, clip: float | None, lengths: Any) -> None:
    tensors = [t.requires_grad_() for t in _inputs("lstm", 2, 2, projection, time=5)]
    attrs: dict[str, Any] = {"mode": "lstm", "num_layers": 2, "bidirectional": True}
    attrs["projection_size"] = projection or None
    if clip:
        attrs |= {"lstm_state_clip_min": -clip, "lstm_state_clip_max": clip}
    given = None if lengths is None else torch.tensor(lengths)
    assert torch.autograd.gradcheck(lambda *t: _run(list(t), given, **attrs), tensors, fast_mode=True)


def test_the_cell_state_stays_within_its_bounds() -> None:
    tensors = _inputs("lstm", 2, 2)
    attrs: dict[str, Any] = {"mode": "lstm", "num_layers": 2, "bidirectional": True}
    free = _run(tensors, **attrs)
    wide = _run(tensors, **attrs, lstm_state_clip_min=-9, lstm_state_clip_max=9)
    torch.testing.assert_close(wide, free)
    assert free[2].abs().max() > 0.1
    assert _run(tensors, **attrs, lstm_state_clip_min=-0.1, lstm_state_clip_max=0.1)[2].abs().max() <= 0.1


def test_a_nan_in_the_cell_state_is_clipped_on_demand() -> None:
    tensors = _inputs("lstm", 1, 1)
    tensors[3][0, 0, 0] = float("nan")
    attrs: dict[str, Any] = {"mode": "lstm", "num_layers": 1, "lstm_state_clip_min": -1, "lstm_state_clip_max": 1}
    assert _run(tensors, **attrs)[0].isnan().any()
    assert not _run(tensors, **attrs, lstm_state_clip_nan=True)[0].isnan().any()


@pytest.mark.parametrize("bounds", [{"lstm_state_clip_min": 0}, {"lstm_state_clip_min": 1, "lstm_state_clip_max": 0}])
def test_bounds_come_in_pairs(bounds: dict[str, float]) -> None:
    with pytest.raises(mx.base.MXNetError, match="lstm_state_clip"):
        _run(_inputs("lstm", 1, 1), mode="lstm", num_layers=1, **bounds)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dropout_acts_between_layers_in_training_only(mode: str, dtype: str) -> None:
    arrays = [mx.nd.array(t.numpy(), dtype=dtype) for t in _inputs(mode, 2, 1, batch=50, time=20)]
    attrs = {"state_size": 4, "num_layers": 2, "mode": mode}
    plain = mx.nd.RNN(*arrays, **attrs).asnumpy()
    assert (mx.nd.RNN(*arrays, **attrs, p=0.5).asnumpy() == plain).all()
    with mx.autograd.train_mode():
        mx.random.seed(1)
        first = mx.nd.RNN(*arrays, **attrs, p=0.5).asnumpy()
        mx.random.seed(1)
        again = mx.nd.RNN(*arrays, **attrs, p=0.5).asnumpy()
    assert (first == again).all()
    assert (first != plain).mean() > 0.3  # half of the relu units are dead


def test_the_gradient_of_dropout_is_that_of_the_masked_network() -> None:
    tensors = [t.requires_grad_() for t in _inputs("gru", 3, 2)]

    def masked(*given: Tensor) -> Tensor:
        mx.random.seed(2)
        with mx.autograd.train_mode():
            return _run(list(given), mode="gru", num_layers=3, bidirectional=True, p=0.4)[0]

    assert torch.autograd.gradcheck(masked, tensors, fast_mode=True)


def test_weights_are_views_of_the_vector() -> None:
    plan = layout("lstm", 2, 2, 3, 4, 2)
    vector = torch.arange(plan.total, dtype=torch.float32)
    start = vector.untyped_storage().data_ptr()
    parts = [part for layer in unpack(vector, plan) for part in layer]
    assert all(part.untyped_storage().data_ptr() == start for part in parts)
    assert sorted(x for part in parts for x in part.reshape(-1).tolist()) == vector.tolist()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("with_lengths", [False, True])
def test_shapes_without_data(mode: str, with_lengths: bool) -> None:
    tensors = [t.to("meta") for t in _inputs(mode, 2, 2)]
    lengths = torch.empty(3, device="meta") if with_lengths else None
    outputs, *ends = _run(tensors, lengths, mode=mode, num_layers=2, bidirectional=True, p=0.5)
    assert outputs.shape == (5, 3, 8)
    assert [tuple(end.shape) for end in ends] == [(4, 3, 4)] * (2 if mode == "lstm" else 1)


def test_lengths_of_a_gru_may_come_fourth() -> None:
    arrays = [mx.nd.array(t.numpy()) for t in _inputs("gru", 1, 1)]
    attrs: dict[str, Any] = {"state_size": 4, "num_layers": 1, "mode": "gru", "use_sequence_length": True}
    lengths = mx.nd.array([1, 2, 3])
    fourth = mx.nd.RNN(*arrays, lengths, **attrs)
    assert (fourth == mx.nd.RNN(*arrays, sequence_length=lengths, **attrs)).asnumpy().all()


@pytest.mark.parametrize("sizes", [{"state_size": 0, "num_layers": 1}, {"state_size": 4, "num_layers": 0}])
def test_nothing_to_compute_is_refused(sizes: dict[str, int]) -> None:
    arrays = [mx.nd.array(t.numpy()) for t in _inputs("gru", 1, 1)]
    with pytest.raises(mx.base.MXNetError, match="RNN: state_size"):
        mx.nd.RNN(*arrays, mode="gru", **sizes)
