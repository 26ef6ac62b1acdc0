"""Maxima by shifted slices, the short way of large pooling on the CPU, against torch's own pooling."""

import pytest
import torch
import torch.nn.functional as F

from mxcompat.ops.nn import _windows
from mxcompat.registry.operator import find


@pytest.mark.parametrize("convention", ["valid", "full"])
@pytest.mark.parametrize(
    ("kernel", "stride", "pad"), [(1, 1, 0), (2, 2, 0), (2, 1, 1), (3, 2, 1), (3, 3, 0), (5, 2, 2)]
)
@pytest.mark.parametrize("size", [17, 28])
def test_slices_give_what_torch_gives(size, kernel, stride, pad, convention):
    data = torch.randn(2, 4, size, size + 3)
    data[0, 0, 3, 3] = torch.nan
    data[1, 1] = -torch.inf
    windows = _windows.lay_out((size, size + 3), (kernel,) * 2, (stride,) * 2, (pad,) * 2, convention)
    expected = _windows.max_pool(data.clone().requires_grad_(), windows).detach()  # torch's, because of the gradient
    found = _windows._slide(data, windows, torch.maximum, -torch.inf)
    torch.testing.assert_close(found, expected, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize(("kernel", "pad"), [((3, 3), (1, 1)), ((2, 5), (1, 0)), ((1, 3), (0, 1)), ((3, 3), (0, 0))])
@pytest.mark.parametrize("counts_padding", [True, False])
def test_means(kernel, pad, counts_padding):
    data = torch.randn(4, 32, 24, 25)
    found = find("Pooling").fn(data, kernel, "avg", pad=pad, count_include_pad=counts_padding)
    torch.testing.assert_close(found, F.avg_pool2d(data, kernel, 1, pad, False, counts_padding))


@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
def test_windows_of_one_element_give_new_memory(kind):
    data = torch.randn(4, 32, 24, 25)
    found = find("Pooling").fn(data, (1, 1), kind)
    assert torch.equal(found, data)
    assert found.untyped_storage().data_ptr() != data.untyped_storage().data_ptr()
