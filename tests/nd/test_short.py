"""The short way through an operator gives what the long way gives, and leaves to it what is not its own."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mxcompat import autograd, nd
from mxcompat import np as mnp
from mxcompat.error import MXNetError
from mxcompat.nd._calls import _make_long_call, make_call
from mxcompat.registry.operator import REGISTRY, find
from mxcompat.util import np_shape

CALLS = [
    ("sum", {"axis": 1}), ("sum", {}), ("sum", {"axis": (0, 2), "keepdims": True}), ("sum", {"axis": -1}),
    ("sum", {"axis": 1, "exclude": True}), ("mean", {"axis": 0}), ("mean", {}), ("max", {"axis": 2}), ("max", {}),
    ("min", {"axis": (0, 1)}), ("argmax", {"axis": 1}), ("argmin", {"axis": 0, "keepdims": True}), ("argmax", {}),
    ("norm", {"axis": 1}), ("norm", {"ord": 1, "axis": 2}), ("norm", {}), ("norm", {"axis": (0, 2)}),
    ("clip", {"a_min": -1.0, "a_max": 1.0}), ("clip", {"a_min": 2.0, "a_max": -2.0}),
    ("broadcast_to", {"shape": (2, 3, 4)}), ("broadcast_to", {"shape": (0, 3, 0)}),
    ("expand_dims", {"axis": 1}), ("expand_dims", {"axis": -1}), ("Cast", {"dtype": "int32"}),
    ("Cast", {"dtype": "uint8"}), ("Cast", {"dtype": "float32"}), ("Concat", {"dim": 0}), ("stack", {"axis": 1}),
    ("_np_sum", {"axis": (1,)}), ("_np_sum", {}), ("_np_sum", {"keepdims": True}), ("_npi_mean", {"axis": (2,)}),
    ("_np_max", {"axis": (0,)}), ("_np_min", {}), ("_npi_argmax", {"axis": 1}), ("_npi_argmin", {}),
    ("_npi_concatenate", {"axis": 1}), ("_npi_concatenate", {"axis": None}), ("_npi_stack", {"axis": -1}),
]  # fmt: skip


def array(shape=(2, 3, 4)):
    return nd.array(np.random.RandomState(3).standard_normal(shape).astype("float32") * 3)


def test_every_shortcut_is_in_the_list():
    assert {op.name for op in REGISTRY.values() if op.shortcut} == {name for name, _ in CALLS}


@pytest.mark.parametrize(("name", "attrs"), CALLS)
def test_both_ways_agree(name, attrs):
    op = find(name)
    modern = name.startswith("_np")
    base = mnp.ndarray if modern else nd.NDArray
    x = array((1, 3, 4) if name == "broadcast_to" and attrs["shape"][0] == 2 else (2, 3, 4))
    x = x.as_np_ndarray() if modern else x
    inputs = (x, x * 2) if op.variadic else (x,)
    short = make_call(op, base, base)(*inputs, **attrs)
    long = _make_long_call(op, base, base)(*inputs, **attrs)
    assert type(short) is type(long)
    assert short.dtype == long.dtype
    assert short.shape == long.shape
    assert np.array_equal(short.asnumpy(), long.asnumpy())
    assert short._t.is_contiguous()
    assert short._t.untyped_storage().data_ptr() != x._t.untyped_storage().data_ptr()


def test_what_is_written_is_not_seen_in_the_source():
    x = nd.ones((1, 2))
    for y in (nd.expand_dims(x, axis=0), nd.broadcast_to(x, shape=(1, 2)), nd.cast(x, dtype="float32"), nd.concat(x)):
        y[:] = 5
    assert x.asnumpy().tolist() == [[1.0, 1.0]]


def test_out_is_written_and_kept_by_nobody():
    x, y = nd.array([[1.0, 2.0], [3.0, 4.0]]), nd.zeros((2,))
    assert nd.sum(x, axis=1, out=y) is y
    assert nd.sum(x, 0, False, False, y) is y  # after all attributes the next argument is out
    assert y.asnumpy().tolist() == [4.0, 6.0]
    assert nd.sum(x, axis=1, name="total").asnumpy().tolist() == [3.0, 7.0]
    assert nd.concat(x, x, dim=0, out=nd.zeros((4, 2))).shape == (4, 2)


def test_zero_keeps_its_sign():
    x = nd.array([-1.0, 1.0])
    for low in (0.0, -0.0, 0.0):
        first = nd.clip(x, low, 2.0).asnumpy()[0]
        assert math.copysign(1.0, first) == math.copysign(1.0, low)


def test_recorded_calls_have_gradients():
    x = nd.array([[1.0, 5.0], [3.0, 2.0]])
    nd.max(x, axis=1)  # the short way first
    x.attach_grad()
    with autograd.record():
        y = nd.max(x, axis=1) + nd.sum(x, axis=1) + nd.mean(nd.expand_dims(x, axis=0), axis=(0, 2))
    y.backward()
    assert x.grad.asnumpy().tolist() == [[1.5, 2.5], [2.5, 1.5]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: nd.sum(x, axis=5), "axis"),
        (lambda x: nd.argmax(x, axis=7), "axis"),
        (lambda x: nd.broadcast_to(x, shape=(2, 5)), "broadcast_to"),
        (lambda x: nd.concat(x, nd.ones((3, 3)), dim=1), "oncat"),
        (lambda x: nd.clip(x, a_min=1), "a_max"),
        (lambda x: nd.sum(x, no_such=1), "no_such"),
        (lambda x: nd.dot(x, nd.ones((5, 2))), "dot"),
    ],
)
def test_the_long_way_says_what_is_wrong(call, message):
    with pytest.raises(MXNetError, match=message):
        call(nd.ones((2, 3)))


def test_nothing_to_reduce_is_refused_as_before():
    with np_shape(True):
        empty = nd.zeros((0, 3))
        with pytest.raises(MXNetError):
            nd.max(empty, axis=1)
    with pytest.raises(MXNetError):
        mnp.max(mnp.zeros((0, 3)), axis=0)
    with pytest.raises(MXNetError):
        mnp.concatenate([mnp.zeros((0,)), mnp.ones((2, 2))], axis=0)
