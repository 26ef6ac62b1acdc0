"""Recurrent layers step by step against torch's kernels: values, gradients, and gradients of those."""

from typing import Any

import pytest
import torch

import mxcompat as mx
from mxcompat.ops.rnn import _steps

KERNELS = {"rnn_relu": torch.rnn_relu, "rnn_tanh": torch.rnn_tanh, "gru": torch.gru}
GATES = {"rnn_relu": 1, "rnn_tanh": 1, "gru": 3}


def _inputs(mode: str, layers: int, directions: int) -> tuple[torch.Tensor, torch.Tensor, list[list[torch.Tensor]]]:
    made = torch.Generator().manual_seed(3)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, dtype=torch.float64, generator=made).mul_(0.5).requires_grad_()

    rows, hidden = GATES[mode] * 4, 4
    weights = []
    for layer in range(layers):
        width = directions * hidden if layer else 3
        shapes = [(rows, width), (rows, hidden), (rows,), (rows,)] * directions
        weights.append([normal(*shape) for shape in shapes])
    return normal(6, 2, 3), normal(layers * directions, 2, hidden), weights


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("mode", KERNELS)
def test_layers_agree_with_torch(mode: str, layers: int, bidirectional: bool) -> None:
    data, state, weights = _inputs(mode, layers, 2 if bidirectional else 1)
    flat = [w for layer in weights for w in layer]
    variables = [data, state, *flat]
    ours = _steps.layers(mode, data, state, weights, bidirectional)
    theirs = KERNELS[mode](data, state, flat, True, layers, 0.0, False, bidirectional, False)
    heads = [torch.linspace(-1, 1, t.numel(), dtype=t.dtype).view(t.shape) for t in theirs]
    first = [torch.autograd.grad(outs, variables, heads, create_graph=True) for outs in (ours, theirs)]
    second = [torch.autograd.grad(sum(g.square().sum() for g in found), variables) for found in first]
    for pair in (*zip(ours, theirs, strict=True), *zip(*first, strict=True), *zip(*second, strict=True)):
        torch.testing.assert_close(*pair, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("mode", KERNELS)
def test_only_what_is_wanted_gets_a_gradient(mode: str) -> None:
    data, state, weights = _inputs(mode, 1, 1)
    frozen = [w.detach() for w in weights[0]]
    out, _ = _steps.layers(mode, data, state.detach(), [frozen], False)
    (found,) = torch.autograd.grad(out.sum(), data)
    whole, _ = _steps.layers(mode, data, state, weights, False)
    assert torch.equal(found, torch.autograd.grad(whole.sum(), data)[0])


@pytest.mark.parametrize("mode", KERNELS)
def test_operator_learns_as_torch_does(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mx.random.seed(5)
    size = 2 * GATES[mode] * 8 * (8 + 8 + 2)
    data, state = mx.nd.random.normal(shape=(5, 3, 8)), mx.nd.zeros((2, 3, 8))
    weights = mx.nd.random.normal(shape=(size,)) * 0.3
    weights.attach_grad()

    def gradient() -> Any:
        with mx.autograd.record():
            out, last = mx.nd.RNN(data, weights, state, state_size=8, num_layers=2, mode=mode, state_outputs=True)
            loss = out.sum() + (last * last).sum()
        loss.backward()
        return weights.grad.asnumpy().copy()

    ours = gradient()
    monkeypatch.setattr(_steps, "suits", lambda *_: False)
    assert abs(ours - gradient()).max() <= 1e-4 * abs(ours).max()
