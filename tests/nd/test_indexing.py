"""What the recorded programs cannot see: torch's side of indexing, and where MXNet itself is undefined."""

import threading

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat import autograd, nd
from mxcompat.base import MXNetError


def cube():
    return nd.array(np.arange(24).reshape(2, 3, 4))


KEYS = [
    0, -1, slice(1), slice(None, None, 2), slice(None, None, -1), None, Ellipsis, (0, 1), (0, 1, 2), (slice(None), 1),
    (slice(None), slice(0, 2)), (Ellipsis, 0), (None, 0), (0, None), [1, 0], ([0, 1], [2, 0]), (slice(None), [2, 0]),
    ([0, 1], slice(None), [3, 0]), (slice(None), slice(None), slice(None, None, -3)), np.array([1, 1]), range(2),
    (0, [1], 2),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=repr)
@pytest.mark.parametrize("recording", [False, True])
def test_results_are_contiguous(key, recording):
    x = cube()
    x.attach_grad()
    if recording:
        with autograd.record():
            item = x[key]
        assert item._t.requires_grad
    else:
        item = x[key]
        assert not item._t.requires_grad
    assert item._t.is_contiguous()
    assert item.shape == tuple(item.asnumpy().shape) and item.ndim >= 1


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_values_are_those_of_numpy(key):
    values = np.arange(24.0).reshape(2, 3, 4)
    expected = values[key]
    assert nd.array(values)[key].asnumpy().tolist() == np.atleast_1d(expected).tolist()


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_assignment_is_that_of_numpy(key):
    values = np.arange(24.0).reshape(2, 3, 4)
    x = nd.array(values)
    x[key] = nd.array(-1 - np.arange(np.atleast_1d(values[key]).size).reshape(np.atleast_1d(values[key]).shape))
    shape = values[key].shape
    values[key] = (-1 - np.arange(np.atleast_1d(values[key]).size)).reshape(shape)
    assert x.asnumpy().tolist() == values.tolist()


@pytest.mark.parametrize(
    ("key", "value"),
    [(slice(None), 5), (1, 2.5), (slice(0, 1), 3), ([0], 7), ((slice(None), 1), 9), (slice(None, None, -1), 4)],
)
def test_writes_do_not_touch_torch_versions(key, value):
    x = cube()
    before = x._t._version
    x[key] = value
    x[key] = nd.ones((1,))
    assert x._t._version == before


def test_a_constant_of_a_torch_graph_can_be_written():
    w = torch.ones(3, requires_grad=True)
    c = nd.array([1, 2, 3])
    loss = (w * c._t).sum()
    c[:] = 7
    c[1] = 8
    loss.backward()
    assert w.grad.tolist() == [7, 8, 7]


def test_recording_under_no_grad_of_the_user():
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with torch.no_grad(), autograd.record():
        y = x[1:] * x[[0, 1]]
        z = nd.zeros(2)
        z[:] = y
    z.backward()
    assert x.grad.asnumpy().tolist() == [2.0, 4.0, 2.0]


def test_item_shares_memory_with_torch():
    x = cube()
    t = x.to_torch()
    x[1][:] = -1
    assert t[1].eq(-1).all() and not t[0].eq(-1).any()
    t[0, 2] = 5
    assert x[0, 2].asnumpy().tolist() == [5.0] * 4


def test_negative_index_arrays_may_be_written():
    x = cube()
    x[[-1], [-2]] = 7
    x[nd.array([-2]), 0] = [1, 2, 3, 4]
    assert x[1, 1].asnumpy().tolist() == [7.0] * 4 and x[0, 0].asnumpy().tolist() == [1.0, 2.0, 3.0, 4.0]


def test_gradient_of_negative_index_arrays():
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with autograd.record():
        y = x[[-1, -1, 0]]
    y.backward()
    assert x.grad.asnumpy().tolist() == [1.0, 0.0, 2.0]


@pytest.mark.parametrize("key", [[5], [0, -3], ([0], [3]), (slice(None), [0, 1, 7]), nd.array([9])])
def test_index_array_outside_writes_nothing(key):
    x = cube()
    with pytest.raises(IndexError, match="out of bounds for axis"):
        x[key] = -1
    assert x.asnumpy().tolist() == cube().asnumpy().tolist()


@pytest.mark.parametrize("key", [slice(None), 0, [0, 1], slice(0, 1), slice(None, None, 2), (slice(None), 1)])
def test_refused_write_in_record_changes_nothing(key):
    x = cube()
    x.attach_grad()
    with autograd.record(), pytest.raises(MXNetError, match="__setitem__"):
        x[key] = 3
    assert x.asnumpy().tolist() == cube().asnumpy().tolist()


def test_overlapping_value_is_read_before_it_is_written():
    x = nd.array(np.arange(6))
    x[1:] = x[:-1]
    assert x.asnumpy().tolist() == [0, 0, 1, 2, 3, 4]
    x[:-1] = x[1:]
    assert x.asnumpy().tolist() == [0, 1, 2, 3, 4, 4]
    y = nd.array(np.arange(6).reshape(3, 2))
    y[:, 0] = y[:, 1]
    y[::-1] = y
    assert y.asnumpy().tolist() == [[5, 5], [3, 3], [1, 1]]


@pytest.mark.parametrize("target", ["free", "view"])
def test_recorded_value_belongs_to_the_written_array_alone(target):
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    base = nd.zeros((2, 2))
    with autograd.record():
        z = base[1] if target == "view" else nd.zeros(2)
        z[:] = x * 3
        loss = (z * z).sum()
    loss.backward()
    assert x.grad.asnumpy().tolist() == [18.0, 36.0]
    assert not base._t.requires_grad
    if target == "view":
        assert base.asnumpy().tolist() == [[0, 0], [3, 6]]
    z[:] = 1
    assert z._t._version == 0 or z.asnumpy().tolist() == [1.0, 1.0]


def test_array_written_in_record_can_be_written_after_it():
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    z = nd.zeros(2)
    for _ in range(3):
        with autograd.record():
            z[:] = x * 2
            y = z * z
        y.backward()
        z[:] = 0
    assert z.asnumpy().tolist() == [0.0, 0.0] and x.grad.asnumpy().tolist() == [8.0, 16.0]


def test_bfloat16():
    x = nd.array([1.0, 2.0, 3.0], dtype="bfloat16")
    x[1] = 5
    x[2:] = [1.5]
    x[[0]] = nd.array([2.5])
    x[:1] = np.array([0.5])
    assert x[0:3].astype("float32").asnumpy().tolist() == [0.5, 5.0, 1.5]
    x[:] = 1e60
    assert np.isinf(x.astype("float32").asnumpy()).all()


def test_torch_tensor_as_value():
    x = nd.zeros((2, 2))
    x[:] = torch.tensor([[1, 2], [3, 4]])
    x[0] = torch.tensor([7.0, 8.0], requires_grad=True)
    assert x.asnumpy().tolist() == [[7, 8], [3, 4]] and not x._t.requires_grad


def test_zero_dimensional_ndarray_counts_as_an_integer():
    x = cube()
    assert x[nd.array(1)].asnumpy().tolist() == x[1].asnumpy().tolist()
    assert x[nd.array(1), 2].shape == (4,)


def test_other_thread_recording_does_not_matter():
    x = cube()
    inside, done = threading.Event(), threading.Event()

    def recorder():
        with autograd.record():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=recorder)
    thread.start()
    inside.wait(10)
    x.attach_grad()
    x[0] = 5
    x[:, 1] = 6
    item = x[1]
    done.set()
    thread.join()
    assert not item._t.requires_grad and x[0, 0, 0].asscalar() == 5 and x[1, 1, 1].asscalar() == 6


@pytest.mark.parametrize("value", [[1, 2], nd.ones((2,)), np.ones(2), nd.ones((5, 3, 4))])
def test_message_names_both_shapes(value):
    with pytest.raises(ValueError, match=r"\(3, 4\)|\(2,3,4\)|\(2, 3, 4\)"):
        cube()[0:2] = value


def test_context_of_items():
    x = nd.zeros((2, 2), ctx=mx.cpu(3))
    assert {x[k].context for k in (0, slice(1), [0], (slice(None), 1), None)} == {mx.cpu(3)}
