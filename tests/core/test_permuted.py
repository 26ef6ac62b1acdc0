"""Copies of permuted tensors: equal to torch's own, whatever the permutation, dtype and sizes."""

from __future__ import annotations

import random

import pytest
import torch

from mxcompat._core import permuted
from mxcompat._core.permuted import contiguous

SHAPES = [
    ((32, 64, 28, 28), (0, 2, 3, 1)),
    ((32, 64, 28, 28), (3, 2, 1, 0)),
    ((32, 64, 28, 28), (2, 3, 1, 0)),
    ((32, 64, 28, 28), (0, 1, 3, 2)),
    ((160, 120, 3), (2, 0, 1)),
    ((3, 160, 120), (1, 2, 0)),
    ((20000, 10), (1, 0)),
    ((4, 2, 2, 16, 28, 28), (0, 3, 4, 1, 5, 2)),
]


@pytest.mark.parametrize(("shape", "axes"), SHAPES)
def test_large_tensors_have_a_plan_and_keep_their_values(shape: tuple[int, ...], axes: tuple[int, ...]) -> None:
    data = torch.arange(torch.Size(shape).numel(), dtype=torch.float32).view(shape)
    view = data.permute(axes)
    assert permuted._plan(tuple(view.shape), view.stride()) is not None
    copy = contiguous(view)
    assert copy.is_contiguous()
    assert torch.equal(copy, view)
    assert not copy._is_view()
    assert copy.untyped_storage().data_ptr() != data.untyped_storage().data_ptr()


@pytest.mark.parametrize("dtype", [torch.float32, torch.int32, torch.uint8, torch.int8, torch.bool, torch.float64])
def test_any_permutation_of_any_sizes(dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permuted, "_LEAST", 1)
    monkeypatch.setattr(permuted, "_ROW", 1)
    permuted._plan.cache_clear()
    chance, planned = random.Random(3), 0
    generator = torch.Generator().manual_seed(0)
    for _ in range(300):
        rank = chance.randint(1, 6)
        shape = [chance.choice((1, 2, 3, 4, 5, 6, 7, 16, 17)) for _ in range(rank)]
        data = (torch.randn(shape, generator=generator) * 50).to(dtype)
        start = chance.choice((0, 0, 1)) if shape[0] > 1 else 0  # some begin inside their memory
        view = data[start:].permute(chance.sample(range(rank), rank))
        copy = contiguous(view)
        assert copy.is_contiguous()
        assert copy.dtype is dtype
        assert torch.equal(copy, view)
        planned += permuted._plan(tuple(view.shape), view.stride()) is not None
    assert planned > 100
    permuted._plan.cache_clear()


@pytest.mark.parametrize(
    "view",
    [
        torch.arange(65536.0).view(256, 256)[:, ::2].t(),
        torch.arange(256.0).expand(256, 256).t(),
        torch.arange(65536.0).view(256, 256)[:, :200].t(),
        torch.arange(65536.0).view(64, 16, 64).transpose(0, 1),
    ],
    ids=["steps", "expanded", "gaps", "rows"],
)
def test_other_layouts_are_left_to_torch(view: torch.Tensor) -> None:
    assert permuted._plan(tuple(view.shape), view.stride()) is None
    copy = contiguous(view)
    assert copy.is_contiguous()
    assert torch.equal(copy, view)


def test_bits_are_kept() -> None:
    bits = torch.arange(-(1 << 15), 1 << 15, dtype=torch.int32).mul_(65535).view(256, 256)
    data = bits.view(torch.float32)  # NaNs of every payload among them
    assert torch.equal(contiguous(data.t()).view(torch.int32), bits.t())


@pytest.mark.skipif(not permuted._VECTORS, reason="copied by torch on this processor")
@pytest.mark.parametrize(("shape", "axes"), SHAPES[:6])
def test_gradients_arrive_contiguous(shape: tuple[int, ...], axes: tuple[int, ...]) -> None:
    data = torch.ones(shape, requires_grad=True)
    result = contiguous(data.permute(axes))
    head = torch.randn(result.shape)
    (grad,) = torch.autograd.grad(result, data, head)
    assert grad.is_contiguous()
    assert torch.equal(grad.permute(axes), head)


def test_gradients_of_gradients() -> None:
    data = torch.randn(32, 32, 32, requires_grad=True)
    (grad,) = torch.autograd.grad(contiguous(data.permute(2, 0, 1)).pow(3).sum(), data, create_graph=True)
    (again,) = torch.autograd.grad(grad.sum(), data)
    torch.testing.assert_close(again, 6 * data)
