"""Enlarging of many pixels, which does not go through torch's kernel."""

import pytest
import torch
import torch.nn.functional as F

import mxcompat as mx
from mxcompat.ops.nn import upsampling


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("scale", [2, 3])
def test_many_pixels_are_repeated(dtype: str, scale: int) -> None:
    data = mx.nd.array(torch.randn(2, 8, 17, 19).numpy()).astype(dtype)
    assert data.size >= upsampling._LARGE
    found = mx.nd.UpSampling(data, scale=scale, sample_type="nearest")
    assert found.dtype == data.dtype
    assert (found.asnumpy() == data.asnumpy().repeat(scale, 2).repeat(scale, 3)).all()


@pytest.mark.parametrize("scale", [2, 3])
def test_gradient_is_summed_over_each_pixel(scale: int) -> None:
    data = torch.randn(2, 8, 17, 19, dtype=torch.float64, requires_grad=True)
    head = torch.randn(2, 8, 17 * scale, 19 * scale, dtype=torch.float64, requires_grad=True)
    found = torch.autograd.grad(upsampling._enlarged(data, scale), data, head, create_graph=True)[0]
    wanted = torch.autograd.grad(F.interpolate(data, scale_factor=scale), data, head, create_graph=True)[0]
    torch.testing.assert_close(found, wanted)
    again = [torch.autograd.grad(g.square().sum(), head)[0] for g in (found, wanted)]
    torch.testing.assert_close(*again)


def test_not_a_number_stays_in_its_pixel() -> None:
    data = torch.zeros(1, 1, 64, 64)
    data[0, 0, 3, 4], data[0, 0, 5, 6] = torch.nan, torch.inf
    found = upsampling._enlarged(data, 2)
    assert found.isnan().sum() == 4 and found.isinf().sum() == 4
