"""Executors: what MXNet's goldens cannot say. The rest is in conformance/cases/executor."""

import gc
import weakref

import numpy as np
import pytest

import mxcompat as mx
from mxcompat import autograd, nd, sym
from mxcompat.base import MXNetError


def layer():
    return sym.FullyConnected(sym.var("x"), num_hidden=3, name="fc")


def test_outputs_stay_the_same_objects():
    executor = layer().simple_bind(mx.cpu(), x=(2, 4))
    kept = executor.outputs[0]
    assert executor.forward()[0] is kept
    executor.arg_dict["fc_bias"][:] = 7
    executor.forward(is_train=True)
    assert executor.outputs[0] is kept and kept.asnumpy().tolist() == [[7] * 3] * 2


def test_a_new_forward_frees_the_history_of_the_last():
    executor = sym.exp(sym.var("x"), name="e").simple_bind(mx.cpu(), x=(100,))
    executor.forward(is_train=True)
    alive = weakref.ref(executor._heads[0]._t)
    executor.forward(is_train=False)
    gc.collect()
    assert alive() is None


def test_backward_says_which_output_needs_a_gradient():
    executor = sym.Group([sym.BlockGrad(layer()), sym.var("x") * 2]).simple_bind(mx.cpu(), x=(2, 4))
    executor.forward(is_train=True)
    with pytest.raises(MXNetError, match=r"output 1 \(_mulscalar.*_output\) needs a head gradient"):
        executor.backward()


def test_mismatch_names_the_node():
    with pytest.raises(MXNetError, match="Error in operator fc"):
        layer().bind(mx.cpu(), {"x": nd.ones((2, 4)), "fc_weight": nd.ones((3, 5)), "fc_bias": nd.ones(3)})


def test_flags_of_the_thread_are_put_back():
    executor = layer().simple_bind(mx.cpu(), x=(2, 4))
    with autograd.record(train_mode=False):
        executor.forward(is_train=True)
        executor.backward(nd.ones((2, 3)))
        assert autograd.is_recording() and not autograd.is_training()
        with pytest.raises(MXNetError, match="head gradient 0 has shape"):
            executor.backward(nd.ones((9, 9)))
        assert autograd.is_recording() and not autograd.is_training()


def test_integer_arguments_have_gradients():
    x = sym.var("x")
    executor = (x * x).simple_bind(mx.cpu(), type_dict={"x": "int32"}, x=(3,))
    executor.arg_dict["x"][:] = np.array([1, 2, 3])
    executor.forward(is_train=True)
    executor.backward(nd.ones(3, dtype="int32"))
    assert executor.grad_dict["x"].asnumpy().tolist() == [2, 4, 6]


def test_sparse_arguments_run():
    x, w = sym.var("x", stype="csr"), sym.var("w")
    executor = sym.dot(x, w, name="d").simple_bind(mx.cpu(), grad_req={"w": "write"}, x=(2, 3), w=(3, 2))
    assert executor.arg_dict["x"].stype == "csr"
    data = nd.array([[0, 2, 0], [1, 0, 0]]).tostype("csr")
    executor = sym.dot(x, w, name="d").bind(mx.cpu(), {"x": data, "w": nd.ones((3, 2))}, {"w": nd.zeros((3, 2))})
    assert executor.forward(is_train=True)[0].asnumpy().tolist() == [[2, 2], [1, 1]]
    executor.backward(nd.ones((2, 2)))
    assert executor.grad_dict["w"].asnumpy().tolist() == [[1, 1], [2, 2], [0, 0]]


GRADIENTS_OF_FC = [
    (b"_head_grad_0_id_output", (2, 3)),
    (b"fc_backward_output0", (2, 4)),
    (b"fc_backward_output1", (3, 4)),
    (b"fc_backward_output2", (3,)),
]


def test_the_monitor_sees_a_later_backward_once_more():
    executor, seen = layer().simple_bind(mx.cpu(), x=(2, 4)), []
    executor.set_monitor_callback(lambda name, array: seen.append((name, array.shape)))
    executor.forward(is_train=True)
    executor.backward(nd.ones((2, 3)))
    assert seen == [(b"fc_output", (2, 3)), *GRADIENTS_OF_FC]
    executor.backward(nd.zeros((2, 3)))
    assert seen[1 + len(GRADIENTS_OF_FC) :] == GRADIENTS_OF_FC


def test_a_monitor_set_after_forward_sees_no_backward():
    executor, seen = layer().simple_bind(mx.cpu(), x=(2, 4)), []
    executor.forward(is_train=True)
    executor.set_monitor_callback(lambda name, array: seen.append(name))
    executor.backward(nd.ones((2, 3)))
    assert seen == []
    executor.forward(is_train=True)
    assert seen == [b"fc_output"]


def test_gradients_are_the_same_under_a_monitor():
    x, w = sym.var("x"), sym.var("w")
    net = sym.sum(sym.broadcast_mul(x, w) * x + x)
    results = []
    for watched in (False, True):
        executor = net.bind(
            mx.cpu(),
            {"x": nd.array([[1, 2], [3, 4]]), "w": nd.array([[5, 6]])},
            {"x": nd.zeros((2, 2)), "w": nd.zeros((1, 2))},
        )
        if watched:
            executor.set_monitor_callback(lambda name, array: None)
        executor.forward(is_train=True)
        executor.backward(nd.ones(1))
        results.append([executor.grad_dict[name].asnumpy().tolist() for name in "xw"])
    assert results[0] == results[1] == [[[11, 25], [31, 49]], [[10, 20]]]


def test_gradients_land_in_the_arrays_that_were_given():
    kept = nd.zeros((3,))
    view = kept[0:2]
    x = sym.var("x")
    executor = (x * 3).bind(mx.cpu(), {"x": nd.ones(2)}, {"x": view})
    executor.forward(is_train=True)
    executor.backward(nd.ones(2))
    assert kept.asnumpy().tolist() == [3, 3, 0]


def test_module_face():
    assert mx.executor.Executor is type(layer().simple_bind(mx.cpu(), x=(1, 1)))
