"""Means of two by two: the fast way gives torch's numbers, forward, backward and twice backward."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mxcompat.ops.nn._halves import fits, halved

PAIR = (2, 2)


@pytest.mark.parametrize("shape", [(8, 6, 28, 28), (4, 1, 128, 64), (40, 64, 4, 6)])
def test_numbers_and_gradients_are_those_of_torch(shape: tuple[int, ...]) -> None:
    data = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    assert fits(data, PAIR, PAIR, (0, 0))
    found = []
    for pool in (halved, lambda x: F.avg_pool2d(x, 2, 2)):
        x = data.clone().requires_grad_()
        out = pool(x)
        weights = torch.arange(out.numel(), dtype=torch.float32).reshape(out.shape).requires_grad_()
        (grad,) = torch.autograd.grad((out * weights).sum(), x, create_graph=True)
        (again,) = torch.autograd.grad((grad * data).sum(), weights)
        found.append((out, grad, again))
    (out, grad, again), (their_out, their_grad, their_again) = found
    assert torch.equal(out, their_out)
    assert torch.equal(grad, their_grad)
    torch.testing.assert_close(again, their_again, rtol=1e-5, atol=1e-6)  # the second derivative adds in another order


@pytest.mark.parametrize(
    ("shape", "kernel", "pad"),
    [
        ((8, 6, 27, 28), PAIR, (0, 0)),
        ((8, 6, 28, 28), (3, 3), (0, 0)),
        ((8, 6, 28, 28), PAIR, (1, 1)),
        ((2, 3, 4, 4), PAIR, (0, 0)),
    ],
)
def test_what_it_is_not_for(shape: tuple[int, ...], kernel: tuple[int, int], pad: tuple[int, int]) -> None:
    assert not fits(torch.zeros(shape), kernel, PAIR, pad)
    assert not fits(torch.zeros(8, 6, 28, 28).transpose(2, 3), PAIR, PAIR, (0, 0))
    assert not fits(torch.zeros(8, 6, 28, 28, dtype=torch.float64), PAIR, PAIR, (0, 0))
