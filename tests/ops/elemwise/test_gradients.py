"""Explicit derivatives agree with finite differences, to the second order, and follow overwritten inputs."""

from __future__ import annotations

import pytest
import torch

from mxcompat.registry.operator import find

UNARY = {
    "expm1": 0.7, "rsqrt": 1.3, "cbrt": 1.3, "rcbrt": 1.3, "reciprocal": 1.3, "gammaln": 2.3, "gamma": 2.3,
    "softsign": 0.8,
}  # fmt: skip
BINARY = ("broadcast_mod", "broadcast_power", "broadcast_maximum", "broadcast_minimum", "broadcast_hypot")


@pytest.mark.parametrize("name", UNARY)
def test_unary_derivatives(name):
    x = (UNARY[name] + torch.arange(3, dtype=torch.float64) / 7).requires_grad_()
    fn = find(name).fn
    assert torch.autograd.gradcheck(fn, (x,))
    assert torch.autograd.gradgradcheck(fn, (x,))


@pytest.mark.parametrize("name", ["erf", "erfinv"])
def test_derivatives_with_the_float32_pi_of_mxnet(name):
    x = torch.tensor([0.1, 0.4, -0.6], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(find(name).fn, (x,), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3))])
def test_binary_derivatives_with_broadcasting(name, shapes):
    left = torch.linspace(1.1, 2.3, 6, dtype=torch.float64)[: torch.Size(shapes[0]).numel()].reshape(shapes[0])
    right = torch.linspace(1.35, 2.05, 6, dtype=torch.float64)[: torch.Size(shapes[1]).numel()].reshape(shapes[1])
    inputs = (left.clone().requires_grad_(), right.clone().requires_grad_())
    assert torch.autograd.gradcheck(find(name).fn, inputs)


@pytest.mark.parametrize("name", ["clip", "hard_sigmoid", "smooth_l1", "_contrib_quadratic", "softmax", "softmin"])
def test_derivatives_of_operators_with_attributes(name):
    x = torch.tensor([[-0.83, 0.31, 0.77]], dtype=torch.float64, requires_grad=True)
    extra = {"clip": (-0.5, 0.5), "_contrib_quadratic": (1.0, 2.0, 3.0)}.get(name, ())
    assert torch.autograd.gradcheck(lambda t: find(name).fn(t, *extra), (x,))


def test_a_tie_belongs_to_the_left():
    a, b = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    find("broadcast_maximum").fn(a, b).sum().backward()
    assert a.grad is not None and a.grad.tolist() == [1, 1]
    assert b.grad is not None and b.grad.tolist() == [0, 0]


@pytest.mark.parametrize(
    "name", ["softmax", "log_softmax", "relu", "gamma", "broadcast_mod", "_maximum", "clip", "round"]
)
def test_shapes_come_from_meta_tensors(name):
    op = find(name)
    inputs = [torch.empty(2, 3, device="meta") for _ in range(2 if name in ("broadcast_mod", "_maximum") else 1)]
    assert op.fn(*inputs, *((0.0, 1.0) if name == "clip" else ())).shape == (2, 3)
