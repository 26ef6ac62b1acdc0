"""Convolutions with few channels on one side: torch's numbers, by another way."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from mxcompat.ops.nn import _spread
from mxcompat.ops.nn._spread import Windows, convolve, deconvolve
from mxcompat.registry.operator import find

FORMS = [  # channels, filters, size, kernel, windows, adj
    (1, 20, (28, 28), (5, 5), Windows((1, 1), (0, 0), (1, 1)), (0, 0)),
    (3, 8, (33, 30), (7, 4), Windows((2, 3), (3, 1), (1, 1)), (1, 2)),
    (4, 5, (17, 19), (3, 3), Windows((1, 2), (2, 0), (2, 3)), (0, 1)),
]


def _close(found: Tensor | None, wanted: Tensor) -> None:
    assert found is not None
    torch.testing.assert_close(found.double(), wanted, rtol=1e-4, atol=2e-3)


@pytest.mark.parametrize("columns", [1, 1 << 18])
@pytest.mark.parametrize(("channels", "filters", "size", "kernel", "windows", "adj"), FORMS)
def test_convolution(channels, filters, size, kernel, windows, adj, columns, monkeypatch) -> None:
    monkeypatch.setattr(_spread, "_COLUMNS", columns)
    generator = torch.Generator().manual_seed(0)
    shapes = (6, channels, *size), (filters, channels, *kernel), (filters,)
    given = [torch.randn(shape, generator=generator, requires_grad=True) for shape in shapes]
    exact = [t.detach().double().requires_grad_() for t in given]
    result = convolve(*given, windows)
    wanted = torch.conv2d(*exact, windows.stride, windows.pad, windows.dilate)
    _close(result, wanted)
    head = torch.randn(result.shape, generator=generator)
    for again in (False, True):
        found = torch.autograd.grad(result, given, head, retain_graph=True, create_graph=again)
        for one, other in zip(found, torch.autograd.grad(wanted, exact, head.double(), retain_graph=True), strict=True):
            _close(one, other)


@pytest.mark.parametrize("columns", [1, 1 << 18])
@pytest.mark.parametrize(("few", "channels", "size", "kernel", "windows", "adj"), FORMS)
def test_deconvolution(few, channels, size, kernel, windows, adj, columns, monkeypatch) -> None:
    monkeypatch.setattr(_spread, "_COLUMNS", columns)
    generator = torch.Generator().manual_seed(0)
    shapes = (6, channels, *size), (channels, few, *kernel), (few,)
    given = [torch.randn(shape, generator=generator, requires_grad=True) for shape in shapes]
    exact = [t.detach().double().requires_grad_() for t in given]
    wanted = torch.conv_transpose2d(*exact, windows.stride, windows.pad, adj, 1, windows.dilate)
    result = deconvolve(*given, windows, tuple(wanted.shape[2:]))
    _close(result, wanted)
    head = torch.randn(result.shape, generator=generator)
    found = torch.autograd.grad(result, given, head, create_graph=True)
    for one, other in zip(found, torch.autograd.grad(wanted, exact, head.double(), create_graph=True), strict=True):
        _close(one, other)
    second = torch.autograd.grad(found[1].square().sum(), given[0])[0]
    other = torch.autograd.grad(
        torch.autograd.grad(wanted, exact, head.double(), create_graph=True)[1].square().sum(), exact[0]
    )
    torch.testing.assert_close(second.double(), other[0], rtol=1e-3, atol=1e-1)


def test_the_operators_come_here() -> None:
    picture = torch.randn(4, 3, 32, 32, requires_grad=True)
    result = find("Convolution").fn(picture, torch.randn(8, 3, 3, 3), kernel=(3, 3), num_filter=8, no_bias=True)
    assert "Convolve" in result.grad_fn.name()
    noise = torch.randn(4, 16, 16, 16, requires_grad=True)
    result = find("Deconvolution").fn(noise, torch.randn(16, 3, 4, 4), kernel=(4, 4), stride=(2, 2), num_filter=3)
    assert "Deconvolve" in result.grad_fn.name()


def test_strided_single_taps() -> None:
    data = torch.randn(2, 16, 29, 30, requires_grad=True)
    weight = torch.randn(8, 16, 1, 1, requires_grad=True)
    result = find("Convolution").fn(data, weight, kernel=(1, 1), stride=(2, 3), num_filter=8, no_bias=True)
    wanted = torch.conv2d(data, weight, None, (2, 3))
    torch.testing.assert_close(result, wanted)
    head = torch.randn(result.shape)
    for one, other in zip(
        torch.autograd.grad(result, (data, weight), head),
        torch.autograd.grad(wanted, (data, weight), head),
        strict=True,
    ):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=2e-3)
