"""Pooling by oneDNN: torch's plain pooling, faster."""

from __future__ import annotations

import pytest
import torch

from mxcompat.ops.nn import _blocked
from mxcompat.ops.nn._blocked import blocked_max_pool, suits
from mxcompat.registry.operator import find

PLAIN = (torch.max_pool1d, torch.max_pool2d, torch.max_pool3d)
FORMS = [
    ((8, 32, 28, 28), (2, 2), (2, 2), (0, 0)),
    ((2, 64, 31, 30), (3, 2), (2, 3), (1, 0)),
    ((2, 48, 28, 28), (3, 3), (1, 1), (1, 1)),
    ((16, 64, 100), (3,), (2,), (1,)),
    ((64, 6, 24, 24), (2, 2), (2, 2), (0, 0)),
    ((32, 1, 48, 48), (3, 3), (2, 2), (1, 1)),
    ((2, 32, 12, 12, 12), (2, 2, 2), (2, 2, 2), (0, 0, 0)),
]


@pytest.mark.parametrize(("shape", "kernel", "stride", "pad"), FORMS)
def test_values_and_gradients(shape, kernel, stride, pad):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(shape, generator=generator).round(decimals=1).requires_grad_()  # with ties
    assert _blocked.suits(x)
    result = find("Pooling").fn(x, kernel, stride=stride, pad=pad)
    expected = PLAIN[len(kernel) - 1](x, kernel, stride, pad)
    assert torch.equal(result, expected)
    assert torch.equal(find("Pooling").fn(x.detach(), kernel, stride=stride, pad=pad), expected)
    head = torch.randn(result.shape, generator=generator)
    wanted = torch.autograd.grad(expected, x, head, retain_graph=True)[0]
    for again in (False, True):
        found = torch.autograd.grad(result, x, head, retain_graph=True, create_graph=again)[0]
        torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("counts_padding", [True, False])
@pytest.mark.parametrize(("shape", "kernel", "stride", "pad"), [form for form in FORMS if len(form[1]) > 1])
def test_means_and_their_gradients(shape, kernel, stride, pad, counts_padding):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(shape, generator=generator).requires_grad_()
    plain = torch.nn.functional.avg_pool2d if len(kernel) == 2 else torch.nn.functional.avg_pool3d
    expected = plain(x, kernel, stride, pad, False, counts_padding)
    result = _blocked.blocked_mean(x, kernel, stride, pad, counts_padding)
    torch.testing.assert_close(result, expected)
    head = torch.randn(result.shape, generator=generator)
    wanted = torch.autograd.grad(expected, x, head, retain_graph=True)[0]
    for again in (False, True):
        found = torch.autograd.grad(result, x, head, retain_graph=True, create_graph=again)[0]
        torch.testing.assert_close(found, wanted)


def test_nothing_is_above_nan_or_minus_infinity():
    x = torch.zeros(2, 64, 40, 40)
    x[0, 0, :2, :2] = torch.nan
    x[0, 1, :2, :2] = -torch.inf
    x[0, 2, 0, 0] = torch.nan
    result = _blocked.blocked_max_pool(x, (2, 2), (2, 2), (0, 0), False)
    assert result[0, :3, 0, 0].tolist() == [-3.4028234663852886e38] * 2 + [0]


def test_a_kept_result_holds_nothing_after_backward() -> None:
    data = torch.randn(8, 16, 28, 28, requires_grad=True)
    assert suits(data)
    out = blocked_max_pool(data, (3, 3), (2, 2), (0, 0), False)
    assert out.grad_fn is not None
    out.sum().backward()
    with pytest.raises(RuntimeError, match="already been freed"):
        _ = out.grad_fn.saved_tensors
