"""Initializers beside their recorded values: messages, files, arrays that are in use."""

import pickle

import numpy as np
import pytest

import mxcompat as mx


def filled(init, shape, name="x_weight", **options):
    arr = mx.nd.zeros(shape, **options)
    init(mx.init.InitDesc(name), arr)
    return arr


@pytest.mark.parametrize("name", sorted(mx.registry.get_registry(mx.init.Initializer)))
def test_every_registered_class_makes_itself_again(name):
    arguments = {"constant": (2,), "fusedrnn": (None, 3, 1, "lstm")}.get(name, ())
    init = mx.init.create(name, *arguments)
    again = mx.init.create(init.dumps())
    assert again == init and type(again) is type(init)
    assert pickle.loads(pickle.dumps(init)) == init


def test_xavier_names_what_it_cannot_fill():
    with pytest.raises(ValueError, match=r"Xavier cannot be applied to fc_weight of shape \(3,\)"):
        filled(mx.init.Xavier(), (3,), "fc_weight")


def test_unknown_names_say_what_is_legal():
    with pytest.raises(ValueError, match="Unknown initialization pattern for state.*weight, bias"):
        filled(mx.init.Uniform(), (2,), "state")


@pytest.mark.parametrize("size", [7, 100])
def test_fused_rnn_refuses_vectors_of_another_size(size):
    init = mx.init.FusedRNN(mx.init.Zero(), 3, 1, "gru")
    with pytest.raises((AssertionError, mx.MXNetError), match=f"has {size} entries.*num_hidden=3"):
        filled(init, (size,))


def test_fused_rnn_understands_json_inside():
    outer = mx.init.FusedRNN(mx.init.Xavier(), 3, 1, "gru")
    again = mx.init.create(outer.dumps())
    size = (2 + 3 + 2) * 3 * 3
    mx.random.seed(1)
    first = filled(outer, (size,)).asnumpy()
    mx.random.seed(1)
    assert (filled(again, (size,)).asnumpy() == first).all()
    assert again.dumps() == outer.dumps()


def test_load_reads_files(tmp_path):
    path = str(tmp_path / "net.params")
    mx.nd.save(path, {"arg:w": mx.nd.ones((2, 2)), "aux:m": mx.nd.zeros(3)})
    init = mx.init.Load(path)
    assert (filled(init, (2, 2), "w").asnumpy() == 1).all()
    with pytest.raises(AssertionError, match="Cannot Initialize v.*no default"):
        filled(init, (2, 2), "v")


def test_plain_names_are_deprecated():
    with pytest.warns(DeprecationWarning, match="InitDesc"):
        mx.init.One()("a_weight", mx.nd.zeros(2))


@pytest.mark.parametrize("init", [mx.init.Uniform(), mx.init.Normal(), mx.init.Xavier(), mx.init.Orthogonal()])
def test_an_attached_array_is_filled_in_place(init):
    arr = mx.nd.zeros((3, 4))
    arr.attach_grad()
    tensor = arr.to_torch().detach()
    init(mx.init.InitDesc("w_weight"), arr)
    assert (tensor.numpy() == arr.asnumpy()).all() and arr.asnumpy().any()
    assert arr.grad is not None


def test_orthogonal_is_orthogonal():
    w = filled(mx.init.Orthogonal(scale=1.0), (20, 6)).asnumpy()
    np.testing.assert_allclose(w.T @ w, np.eye(6), atol=1e-5)


def test_bilinear_needs_four_axes():
    with pytest.raises(IndexError):
        filled(mx.init.Bilinear(), (3, 3))
