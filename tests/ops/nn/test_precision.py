"""Gradients that are sums of very many float32 numbers: near the sums made in float64."""

from __future__ import annotations

import pytest
import torch

from mxcompat.registry.operator import find


def normal(*shape, seed=0, shift=0.0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) + shift


def gradients(name, inputs, **attrs):
    """Gradients in float32, and in float64 from the same numbers."""
    found = []
    for dtype in (torch.float32, torch.float64):
        leaves = [x.to(dtype).requires_grad_() for x in inputs]
        out = find(name).fn(*leaves, **attrs)
        head = normal(*out.shape, seed=9, shift=0.3).to(dtype)
        found.append(torch.autograd.grad(out, leaves, head))
    return zip(*found, strict=True)


def error(single, double):
    return float((single.double() - double).abs().max() / double.abs().max())


@pytest.mark.parametrize("shape", [(10000, 3), (1000, 200), (40, 50, 8)])
def test_layer_norm_sums_rows_in_a_tree(shape):
    inputs = normal(*shape, shift=1.0), normal(shape[-1], seed=1), normal(shape[-1], seed=2)
    (_, gamma, beta) = gradients("LayerNorm", inputs)
    assert error(*gamma) < 6e-7
    assert error(*beta) < 2e-7


def test_group_norm_sums_examples_in_a_tree():
    inputs = normal(5000, 4, 4, shift=1.0), normal(2, seed=1), normal(2, seed=2)
    (_, gamma, beta) = gradients("GroupNorm", inputs, num_groups=2)
    assert error(*gamma) < 6e-7
    assert error(*beta) < 2e-7


@pytest.mark.parametrize("name", ["LayerNorm", "GroupNorm"])
def test_the_careful_gradient_is_that_of_few_rows_and_has_a_gradient_itself(name):
    x, gamma, beta = normal(100, 4, 3), normal(3 if name == "LayerNorm" else 4), normal(3 if name == "LayerNorm" else 4)
    attrs = {} if name == "LayerNorm" else {"num_groups": 4}
    leaves = [t.clone().requires_grad_() for t in (x, gamma, beta)]
    whole = find(name).fn(*leaves, **attrs)
    parts = torch.cat([find(name).fn(part, *leaves[1:], **attrs) for part in leaves[0].split(10)])
    head = normal(*x.shape, seed=3)
    for one, other in zip(
        torch.autograd.grad(whole, leaves, head, retain_graph=True),
        torch.autograd.grad(parts, leaves, head),
        strict=True,
    ):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)
    (first,) = torch.autograd.grad((whole**3).sum(), leaves[:1], create_graph=True)
    plain = (find(name).fn(leaves[0][:10], *leaves[1:], **attrs) ** 3).sum()
    (expected,) = torch.autograd.grad(plain, leaves[:1], create_graph=True)
    twice, wanted = (torch.autograd.grad((g[:10] ** 2).sum(), leaves[0])[0][:10] for g in (first, expected))
    torch.testing.assert_close(twice, wanted, rtol=1e-3, atol=1e-2)


def test_fully_connected_weights_of_many_rows():
    inputs = normal(50000, 4), normal(3, 4, seed=1), normal(3, seed=2)
    (data, weight, bias) = gradients("FullyConnected", inputs, num_hidden=3)
    assert max(error(*data), error(*weight), error(*bias)) < 1e-6


@pytest.mark.parametrize("attrs", [{}, {"transpose_a": True}, {"transpose_b": True}])
def test_dot_over_many_numbers(attrs):
    long = 50001
    left, right = normal(3, long), normal(long, 5, seed=1)
    left = left.T.contiguous() if attrs.get("transpose_a") else left
    right = right.T.contiguous() if attrs.get("transpose_b") else right
    result = find("dot").fn(left, right, **attrs)
    double = find("dot").fn(left.double(), right.double(), **attrs)
    assert error(result, double) < 2e-6
    for pair in gradients("dot", (left, right), **attrs):
        assert error(*pair) < 2e-6


@pytest.mark.parametrize("name", ["sum", "mean", "nansum"])
def test_axes_that_are_no_neighbours(name):
    x = normal(100, 5, 300, shift=0.5)
    for keepdims in (False, True):
        result = find(name).fn(x, (0, 2), keepdims)
        double = find(name).fn(x.double(), (0, 2), keepdims)
        assert result.shape == double.shape
        assert error(result, double) < 2e-7
