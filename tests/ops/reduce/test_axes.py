"""Which axes a reduction runs over, and gradients that read the array as it is when backward runs."""

from __future__ import annotations

import pytest
import torch

from mxcompat import MXNetError, autograd, nd
from mxcompat.ops.reduce._axes import last_axis, reduced_axes


@pytest.mark.parametrize(
    ("axis", "exclude", "expected"),
    [
        (None, False, (0, 1, 2)),
        ((), True, (0, 1, 2)),
        ((1,), False, (1,)),
        ((-1, 0), False, (0, 2)),
        ((1,), True, (0, 2)),
        ((0, 1, 2), True, ()),
    ],
)
def test_reduced_axes(axis, exclude, expected):
    assert reduced_axes("sum", 3, axis, exclude) == expected


@pytest.mark.parametrize("axis", [(3,), (-4,), (0, 0), (0, -3)])
def test_wrong_axes_are_named(axis):
    with pytest.raises(MXNetError, match=r"sum: axis="):
        reduced_axes("sum", 3, axis, False)


@pytest.mark.parametrize("dim", [1, (0, 2), (1, 2)])
def test_last_axis_merges_in_order(dim):
    data = torch.arange(24.0).reshape(2, 3, 4)
    merged, kept = last_axis(data, dim)
    assert torch.equal(merged.sum(-1).reshape(kept), data.sum(dim, keepdim=True))


@pytest.mark.parametrize("op", ["sum", "mean", "prod", "nansum", "nanprod", "max", "min", "norm"])
def test_excluding_every_axis_does_not_share_memory(op):
    x = nd.array([[1.0, 2.0], [3.0, 4.0]])
    y = nd.norm(x, ord=1) if op == "norm" else getattr(nd, op)(x, axis=(0, 1), exclude=True)
    y[:] = 9
    assert x.asnumpy().tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("op", "expected"),
    [("prod", [12.0, 12.0, 12.0]), ("norm", [0.5 / 14**0.5] * 3), ("max", [0.0, 0.0, 0.0])],
)
def test_backward_reads_new_input_and_old_result(op, expected):
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with autograd.record():
        y = getattr(nd, op)(x)
    x[:] = 0.5
    y.backward()
    assert x.grad.asnumpy().tolist() == pytest.approx(expected)


@pytest.mark.parametrize("op", ["sum", "mean", "max", "min", "prod", "norm"])
def test_results_on_meta_tensors(op):
    from mxcompat.registry.operator import find

    record = find(op)
    data = torch.empty(2, 3, device="meta")
    assert record.fn(data, *record.defaults).shape == (1,)


def test_int8_mean_of_256_elements_is_refused():
    with pytest.raises(MXNetError, match="mean"):
        nd.mean(nd.ones((256,), dtype="int8"))
