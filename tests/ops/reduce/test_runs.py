"""Sums over several runs of axes, and stretching along them: torch's values, better rounded."""

from __future__ import annotations

import itertools

import pytest
import torch

from mxcompat.ops.reduce._runs import reduced, runs_of, stretched, stretched_pair
from mxcompat.registry.operator import find


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_runs_are_neighbours():
    assert runs_of((0, 1, 3, 5, 6)) == ((0, 1), (3,), (5, 6))
    assert runs_of((2,)) == ((2,),)


@pytest.mark.parametrize("kernel", [torch.sum, torch.mean])
@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [d for n in (1, 2, 3, 4) for d in itertools.combinations(range(4), n)])
def test_values_and_gradients_are_those_of_torch(kernel, keepdim, dim):
    x = normal(7, 9, 8, 11).requires_grad_()
    result, expected = reduced(kernel, x, dim, keepdim), kernel(x.double(), dim, keepdim)
    assert result.dtype is torch.float32
    torch.testing.assert_close(result.double(), expected, rtol=1e-5, atol=1e-5)
    head = normal(*result.shape, seed=1)
    torch.testing.assert_close(
        *(torch.autograd.grad(y, x, h)[0] for y, h in ((result, head), (expected, head.double())))
    )


def test_infinities_of_both_signs_are_not_a_number_in_nansum():
    x = torch.zeros(40, 5, 40)
    x[0, 0, 0], x[1, 0, 0], x[2, 1, 0] = torch.inf, -torch.inf, torch.nan
    found = find("nansum").fn(x, (0, 2))
    assert found.isnan().tolist() == [True, False, False, False, False]


@pytest.mark.parametrize("shape", [(1, 40, 1), (40, 1), (50, 1, 60), (60,), (1,), (50, 1, 1), (50, 40, 60)])
def test_gradients_of_what_is_stretched(shape):
    whole, part = normal(50, 40, 60).requires_grad_(), normal(*shape, seed=1).requires_grad_()
    head = normal(50, 40, 60, seed=2)
    for left, right in ((whole, part), (part, whole)):
        a, b = stretched_pair(left, right)
        ours = torch.autograd.grad(a * b, (whole, part), head)
        exact = torch.autograd.grad(left.double() * right.double(), (whole, part), head.double())
        for mine, true in zip(ours, exact, strict=True):
            assert mine.shape == true.shape
            most = 4e-7 if mine.numel() > 1 else 4e-6  # all of them cancel to a small number
            assert float((mine - true).abs().max() / true.abs().max()) < most


def test_stretching_twice_is_one_view():
    x = normal(1, 40, 1).requires_grad_()
    wide = stretched(x, (50, 40, 60))
    assert wide.shape == (50, 40, 60)
    assert wide.data_ptr() == x.data_ptr()
    (gradient,) = torch.autograd.grad(wide.sum(), x, create_graph=True)
    assert gradient.flatten().tolist() == [3000.0] * 40


def test_shapes_that_do_not_fit_are_left_to_the_operation():
    left, right = normal(70, 80).requires_grad_(), normal(70, 90)
    assert stretched_pair(left, right)[0] is left
