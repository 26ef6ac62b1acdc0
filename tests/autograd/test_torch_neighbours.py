"""mxcompat and the user's own torch code in one process: shared memory and gradients, nothing else shared."""

import threading

import pytest
import torch

import mxcompat as mx
from mxcompat import autograd, nd


def test_operators_leave_the_grad_mode_alone():
    x = nd.ones(3)
    x.attach_grad()
    for enabled in (True, False):
        with torch.set_grad_enabled(enabled):
            with autograd.record():
                assert torch.is_grad_enabled() is enabled
                y = (x * x).sum()
                assert torch.is_grad_enabled() is enabled
            y.backward()
            assert torch.is_grad_enabled() is enabled
            assert x.grad.asnumpy().tolist() == [2, 2, 2]


def test_outside_of_record_no_history_is_built():
    x = nd.ones(3)
    x.attach_grad()
    assert not (x * 2).to_torch().requires_grad
    assert not nd.concat(x, x, dim=0).to_torch().requires_grad
    assert not x[0:2].to_torch().requires_grad
    assert not x.reshape(3, 1).to_torch().requires_grad


def test_a_torch_tensor_and_its_array_share_memory():
    tensor = torch.arange(4.0)
    array = nd.from_torch(tensor)
    array[0] = 7
    assert tensor[0] == 7
    tensor[1] = 8
    assert array.asnumpy().tolist() == [7, 8, 2, 3]
    assert nd.ones(2).to_torch().tolist() == [1, 1]


def test_gradients_flow_from_mxnet_into_torch():
    weight = torch.ones(3, requires_grad=True)
    with autograd.record():
        loss = (nd.from_torch(weight * 2) * nd.array([1, 2, 3])).sum()
    loss.backward()
    assert weight.grad.tolist() == [2, 4, 6]


def test_gradients_flow_from_torch_into_mxnet():
    x = nd.array([1, 2, 3])
    x.attach_grad()
    with autograd.record():
        y = x * x
    (y.to_torch() * 10).sum().backward()
    assert x.to_torch().grad.tolist() == [20, 40, 60]


def test_torch_leaves_accumulate_as_torch_does():
    weight = torch.ones(2, requires_grad=True)
    for _ in range(2):
        with autograd.record():
            loss = nd.from_torch(weight).sum()
        loss.backward()
    assert weight.grad.tolist() == [2, 2]


def test_recording_is_per_thread():
    seen = []
    with autograd.record():
        thread = threading.Thread(target=lambda: seen.append((autograd.is_recording(), autograd.is_training())))
        thread.start()
        thread.join()
        assert autograd.is_recording()
    assert seen == [(False, False)]


def test_an_exception_puts_the_flags_back():
    with pytest.raises(ZeroDivisionError), autograd.record():
        raise ZeroDivisionError
    assert not autograd.is_recording()
    assert not autograd.is_training()


def test_a_view_of_the_gradient_sees_the_next_backward():
    x = nd.ones(4)
    x.attach_grad()
    view = x.grad.reshape(2, 2)
    kept = x.grad
    with autograd.record():
        y = (x * 3).sum()
    y.backward()
    assert view.asnumpy().tolist() == [[3, 3], [3, 3]]
    assert kept.asnumpy().tolist() == [3, 3, 3, 3]


def test_training_memory_is_flat():
    x = nd.ones(1000)
    x.attach_grad()
    import gc

    def step():
        with autograd.record():
            y = (x * x).sum()
        y.backward()

    for _ in range(5):
        step()
    gc.collect()
    before = sum(1 for o in gc.get_objects() if issubclass(type(o), torch.Tensor))
    for _ in range(50):
        step()
    gc.collect()
    after = sum(1 for o in gc.get_objects() if issubclass(type(o), torch.Tensor))
    assert after <= before


def test_integer_variables_have_integer_gradients():
    x = nd.array([1, 2, 3], dtype="int32")
    x.attach_grad()
    with autograd.record():
        y = (x / 2) * x  # the quotient is cut: 0, 1, 1
    y.backward()
    assert x.grad.dtype is x.dtype
    assert x.grad.asnumpy().tolist() == [0, 2, 2]
    assert type(x).__name__ == "NDArray"
    assert isinstance(x, nd.NDArray)


def test_a_second_backward_names_the_cure():
    x = nd.ones(1)
    x.attach_grad()
    with autograd.record():
        y = x * 2
    y.backward()
    with pytest.raises(mx.MXNetError, match="retain_graph=True"):
        y.backward()


@pytest.mark.parametrize("training", [True, False])
def test_a_backward_of_torch_takes_the_mode_of_the_forward_pass(training: bool):
    def gradients(drive: str) -> list[list[float]]:
        x = nd.array([[1, 2], [3, 5], [0, 4]])
        gamma, beta, mean, var = nd.ones(2) * 2, nd.zeros(2), nd.ones(2), nd.ones(2) * 3
        for one in (x, gamma, beta):
            one.attach_grad()
        with autograd.record(train_mode=training):
            y = nd.BatchNorm(x, gamma, beta, mean, var, fix_gamma=False)
            loss = (y * y * nd.array([[1, 2], [3, 4], [5, 6]])).sum()
        if drive == "torch":
            loss.to_torch().sum().backward()
        else:
            loss.backward(train_mode=training)
        return [one.asnumpy().tolist() for one in (x.grad, gamma.grad, beta.grad, mean, var)]

    assert gradients("torch") == gradients("mxnet")
