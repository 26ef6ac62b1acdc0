"""Ordering operators on tensors that have no values to look at, and on large ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mxcompat import autograd, nd
from mxcompat.registry.operator import find


@pytest.mark.parametrize("ret_typ", ["value", "indices", "mask", "both"])
def test_topk_infers_shapes_on_meta_tensors(ret_typ):
    data = torch.empty(4, 30, device="meta")
    results = find("topk").fn(data, -1, 3, ret_typ, False, torch.float32)
    assert all(r.shape == ((4, 30) if ret_typ == "mask" else (4, 3)) for r in results)


@pytest.mark.parametrize("shape", [(100000,), (300, 300), (20000, 5)])
def test_large_sorts_agree_with_numpy(shape):
    values = np.random.default_rng(0).integers(0, 50, shape).astype(np.float32)
    assert (nd.sort(nd.array(values)).asnumpy() == np.sort(values)).all()
    order = nd.argsort(nd.array(values), dtype="int64").asnumpy()
    assert (np.take_along_axis(values, order, -1) == np.sort(values)).all()


def test_gradient_goes_to_the_elements_that_were_chosen():
    x = nd.array([[3.0, 1.0, 2.0], [1.0, 5.0, 4.0]])
    x.attach_grad()
    with autograd.record():
        values, positions = nd.topk(x, k=2, ret_typ="both")
        total = (values * nd.array([[1.0, 10.0], [1.0, 10.0]])).sum()
    total.backward()
    assert positions.asnumpy().tolist() == [[0, 2], [1, 2]]
    assert x.grad.asnumpy().tolist() == [[1, 0, 10], [0, 1, 10]]
