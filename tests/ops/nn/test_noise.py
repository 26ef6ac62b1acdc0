"""Operators that draw: Dropout and the random slopes of rrelu."""

from __future__ import annotations

import pytest
import torch

import mxcompat as mx
from mxcompat import autograd, nd
from mxcompat.registry.operator import find


@pytest.fixture(params=["mxnet", "torch"])
def engine(request):
    before = mx.random.get_engine()
    mx.random.set_engine(request.param)
    mx.random.seed(7)
    yield request.param
    mx.random.set_engine(before)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_dropout_keeps_the_mean(engine, dtype):
    ones = nd.ones((100, 100), dtype=dtype)
    out = nd.Dropout(ones, p=0.25, mode="always")
    values = out.asnumpy().astype("float64")
    kept = values != 0
    assert out.dtype == ones.dtype
    assert abs(values[kept] - 4 / 3).max() < 1e-3
    assert 0.72 < kept.mean() < 0.78


def test_dropout_repeats_after_a_seed(engine):
    ones = nd.ones((50,))
    masks = []
    for _ in range(2):
        mx.random.seed(3)
        masks.append(nd.Dropout(ones, mode="always").asnumpy().tolist())
    assert masks[0] == masks[1]
    assert masks[0] != nd.Dropout(ones, mode="always").asnumpy().tolist()


def test_dropout_shares_along_axes(engine):
    out = nd.Dropout(nd.ones((30, 4)), mode="always", axes=(1,)).asnumpy()
    assert (out == out[:, :1]).all()
    assert 0 < (out[:, 0] != 0).sum() < 30


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_rrelu_draws_slopes_in_training(engine, dtype):
    data = nd.random.uniform(-1, 1, shape=(20, 5)).astype(dtype)
    data.attach_grad()
    with autograd.record():
        out, slopes = nd.LeakyReLU(data, act_type="rrelu", lower_bound=0.25, upper_bound=0.75)
    out.backward()
    x, y, s, g = (a.asnumpy() for a in (data, out, slopes, data.grad))
    assert s.min() >= 0.25
    assert s.max() <= 0.75
    assert len(set(s.ravel().tolist())) > 50
    torch.testing.assert_close(
        torch.from_numpy(y), torch.where(torch.from_numpy(x > 0), 1, torch.from_numpy(s)) * torch.from_numpy(x),
        rtol=1e-3, atol=1e-3,
    )  # fmt: skip
    assert (g == (x > 0) + (x <= 0) * s).all()


def test_no_numbers_are_drawn_for_meta_tensors():
    mx.random.seed(5)
    first = nd.random.uniform(shape=(3,)).asnumpy().tolist()
    mx.random.seed(5)
    out = find("Dropout").fn(torch.empty(4, 5, device="meta"), mode="always")
    assert out.shape == (4, 5)
    assert nd.random.uniform(shape=(3,)).asnumpy().tolist() == first
