"""One array as bytes: there and back, and bytes that are none."""

import pytest
import torch

from mxcompat._core.context import Context, cpu
from mxcompat._core.dtypes import NAME_OF_TORCH
from mxcompat._core.errors import MXNetError
from mxcompat.serialization.array_bytes import dump_array, load_array


@pytest.mark.parametrize("dtype", list(NAME_OF_TORCH))
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0,), (2, 0, 3)])
def test_round_trip(dtype, shape):
    tensor = torch.ones(shape).to(dtype)
    found, ctx = load_array(dump_array(tensor, Context("cpu", 2)))
    assert found.dtype is dtype
    assert found.shape == shape
    assert torch.equal(found, tensor)
    assert ctx == Context("cpu", 2)


def test_every_truncation_is_refused():
    data = dump_array(torch.ones(2, 3), cpu())
    for length in range(len(data)):
        with pytest.raises(MXNetError, match="array bytes"):
            load_array(data[:length])
    with pytest.raises(MXNetError, match="array bytes"):
        load_array(data + b"x")


@pytest.mark.parametrize("offset", range(0, 40, 4))
def test_a_hostile_header_is_refused_before_anything_is_allocated(offset):
    data = bytearray(dump_array(torch.ones(2, 3), cpu()))
    data[offset : offset + 4] = b"\xff\xff\xff\x7f"
    if offset == 32:  # the device number, which any value may have
        return
    with pytest.raises(MXNetError):
        load_array(data)
