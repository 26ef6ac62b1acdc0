"""Operators of an array and a number: the cast of the number, the kept tensors, torch's modes."""

from __future__ import annotations

import pytest
import torch

from mxcompat.ops.elemwise import _kernels
from mxcompat.registry.operator import find

plus = find("_plus_scalar").fn
divide = find("_div_scalar").fn


@pytest.mark.parametrize(
    ("dtype", "number", "cast"),
    [
        (torch.int32, 2.9, 2),
        (torch.int32, -2.9, -2),
        (torch.int32, 2.0**31, -(2**31)),
        (torch.int32, float("nan"), -(2**31)),
        (torch.int64, 2.0**40 + 1, 2**40 + 1),
        (torch.int64, float("inf"), -(2**63)),
        (torch.int8, 200.0, -56),
        (torch.uint8, -1.0, 255),
        (torch.uint8, 3e9, 0),
        (torch.float32, 2.9, 2.9),
    ],
)
def test_cast_of_a_number_is_that_of_x86(dtype, number, cast):
    assert _kernels.cast_number(dtype, number) == cast


def test_a_number_is_made_once():
    first = _kernels.number(torch.float32, 1234.5)
    assert _kernels.number(torch.float32, 1234.5) is first
    assert _kernels.number(torch.float64, 1234.5).dtype is torch.float64


def test_both_zeros_are_told_apart():
    one = torch.ones(1)
    assert divide(one, 0.0).item() == float("inf")
    assert divide(one, -0.0).item() == float("-inf")


def test_kept_numbers_are_bounded():
    for i in range(_kernels._MOST_NUMBERS + 10):
        _kernels.number(torch.float32, i + 0.5)
    assert len(_kernels._NUMBERS[torch.float32]) <= _kernels._MOST_NUMBERS


def test_a_number_made_in_inference_mode_serves_autograd_later():
    with torch.inference_mode():
        plus(torch.ones(2), 4321.5)
        find("_mul_scalar").fn(torch.ones(2), 4321.25)
    x = torch.ones(2, requires_grad=True)
    find("_mul_scalar").fn(x, 4321.25).sum().backward()
    assert x.grad is not None and x.grad.tolist() == [4321.25, 4321.25]


def test_torchs_default_device_and_dtype_do_not_matter():
    torch.set_default_dtype(torch.float64)
    try:
        with torch.device("meta"):
            result = plus(torch.ones(2, dtype=torch.float32, device="cpu"), 8765.5)
        exponentials = find("exp").fn(torch.tensor([0, 1, 2], dtype=torch.int32))
    finally:
        torch.set_default_dtype(torch.float32)
    assert result.device.type == "cpu" and result.dtype is torch.float32
    assert exponentials.tolist() == [1, 2, 7]


@pytest.mark.parametrize("name", ["_plus_scalar", "_mod_scalar", "_rdiv_scalar", "_greater_scalar", "_power_scalar"])
def test_shapes_and_dtypes_come_from_meta_tensors(name):
    fn = find(name).fn
    for dtype in (torch.float32, torch.int32, torch.float16):
        result = fn(torch.empty(2, 3, dtype=dtype, device="meta"), 2.5)
        assert result.shape == (2, 3) and result.dtype is dtype and result.device.type == "meta"
