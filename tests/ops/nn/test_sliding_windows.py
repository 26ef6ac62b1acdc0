"""Maxima by shifted slices, the short way of large pooling on the CPU, against torch's own pooling."""

import pytest
import torch

from mxcompat.ops.nn import _windows


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
    torch.testing.assert_close(_windows._slide(data, windows), expected, rtol=0, atol=0, equal_nan=True)
