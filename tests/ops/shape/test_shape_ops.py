"""What the recorded cases of the shape operators cannot see: views inside, copies outside, graphs, cost."""

from __future__ import annotations

import pytest
import torch

from mxcompat import autograd, nd
from mxcompat._core.errors import MXNetError
from mxcompat.registry.operator import REGISTRY


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Reshape", ((6,), False, (), False)),
        ("Flatten", ()),
        ("expand_dims", (0,)),
        ("squeeze", (None,)),
        ("transpose", ((),)),
        ("SwapAxis", (0, 2)),
        ("slice", ((0,), (1,), ())),
    ],
)
def test_definitions_give_views_for_the_graph_compiler(name, values):
    op = REGISTRY[name]
    data = torch.ones(2, 1, 3)
    assert op.view
    assert op.fn(data, *values).untyped_storage().data_ptr() == data.untyped_storage().data_ptr()


@pytest.mark.parametrize("record", [False, True])
@pytest.mark.parametrize(
    "call",
    [
        lambda x: nd.reshape(x, shape=(-1,)),
        lambda x: nd.reshape(x, shape=[3, -1]),
        lambda x: nd.flatten(x),
        lambda x: nd.transpose(x, axes=(0, 1, 2)),
        lambda x: nd.squeeze(x, axis=()),
        lambda x: nd.slice(x, begin=(), end=()),
        lambda x: nd.slice_like(x, x),
        lambda x: nd.split(x, num_outputs=1, axis=0),
        lambda x: nd.amp_multicast(x, x, num_outputs=2)[1],
    ],
)
def test_arrays_are_fresh_and_contiguous(call, record):
    x = nd.ones((2, 1, 3))
    x.attach_grad()
    with autograd.record() if record else autograd.pause():
        y = call(x)
    assert y._t.untyped_storage().data_ptr() != x._t.untyped_storage().data_ptr()
    assert y._t.is_contiguous()
    assert y._t.requires_grad is record


def test_definitions_run_on_meta_tensors():
    data = torch.empty((2, 4, 6), device="meta")
    assert REGISTRY["Reshape"].fn(data, (0, -1)).shape == (2, 24)
    assert REGISTRY["Concat"].fn(data, data, dim=1).shape == (2, 8, 6)
    assert [t.shape for t in REGISTRY["SliceChannel"].fn(data, 2, 1)] == [(2, 2, 6)] * 2
    assert REGISTRY["slice"].fn(data, (None, 3), (None, 0), (1, -2)).shape == (2, 2, 6)
    assert REGISTRY["slice_axis"].fn(data, 1, 1, None).shape == (2, 3, 6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: nd.reshape(x, shape=(5, 5)), ("Reshape", "shape", "25 elements", "(2, 3)")),
        (lambda x: nd.transpose(x, axes=(0, 0)), ("transpose", "axes", "(2, 3)")),
        (lambda x: nd.concat(x, nd.ones((2, 3), dtype="int32")), ("Concat", "float32", "int32")),
        (lambda x: nd.concat(x, x, num_args=3), ("Concat", "num_args=3")),
        (lambda x: nd.slice(x, begin=(0, 0, 0), end=(1, 1, 1)), ("slice", "begin", "(2, 3)")),
        (lambda x: nd.contrib.arange_like(x, repeat=0), ("arange_like", "repeat")),
    ],
)
def test_complaints_name_operator_and_argument(call, words):
    with pytest.raises(MXNetError) as caught:
        call(nd.ones((2, 3)))
    for word in words:
        assert word in str(caught.value)


def test_numbers_in_the_place_of_a_tuple_are_explained():
    with pytest.raises(TypeError, match="axes"):
        nd.transpose(nd.ones((2, 3, 4)), 2, 0, 1)


def test_joining_a_freed_array_makes_it_a_constant():
    x = nd.ones((2,))
    x.attach_grad()
    with autograd.record():
        y = x * 3
    y.backward()
    with autograd.record():
        z = nd.concat(y, x, dim=0)
    z.backward()
    assert x.grad.asnumpy().tolist() == [1, 1]
