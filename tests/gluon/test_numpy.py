"""Gluon with NumPy semantics on: what recorded cases cannot say."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mxcompat as mx
from mxcompat import autograd, gluon
from mxcompat.gluon import nn
from mxcompat.util import is_np_array, is_np_shape, np_array, np_shape, use_np


@pytest.fixture(autouse=True)
def numpy_semantics() -> Iterator[None]:
    mx.npx.set_np()
    yield
    mx.npx.reset_np()


def network() -> Any:
    net = nn.HybridSequential()
    net.add(nn.Dense(3, activation="relu"), nn.BatchNorm(), nn.Dense(2))
    return net


@pytest.mark.parametrize("hybrid", [False, True])
def test_every_array_of_a_net_is_a_numpy_one(hybrid: bool) -> None:
    net = network()
    net.initialize()
    if hybrid:
        net.hybridize()
    with autograd.record():
        out = net(mx.np.ones((2, 4)))
        loss = out.sum()
    loss.backward()
    arrays = [out, loss]
    for param in net.collect_params().values():
        arrays += param.list_data() + ([] if param.grad_req == "null" else param.list_grad())
    assert {type(array) for array in arrays} == {mx.np.ndarray}


def test_compiled_and_plain_steps_are_the_same() -> None:
    results = []
    for hybrid in (False, True):
        mx.random.seed(7)
        net, loss = network(), gluon.loss.SoftmaxCELoss()
        net.initialize(mx.init.Xavier())
        if hybrid:
            net.hybridize()
            loss.hybridize()
        trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
        x, y = mx.np.random.normal(size=(8, 4)), mx.np.array([0, 1] * 4)
        for _ in range(5):
            with autograd.record():
                value = loss(net(x), y)
            value.backward()
            trainer.step(8)
        results.append((value.asnumpy(), net[0].weight.data().asnumpy()))
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-4)
    np.testing.assert_allclose(results[0][1], results[1][1], rtol=1e-4, atol=1e-6)


@use_np
class Doubling(gluon.HybridBlock):
    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.np.add(x, x)


def test_a_decorated_block_leaves_the_thread_as_it_was() -> None:
    mx.npx.reset_np()
    block = Doubling()
    assert type(block(mx.np.ones(2))) is mx.np.ndarray
    with pytest.raises(TypeError):
        block(mx.nd.ones(2))
    assert not is_np_array()
    assert not is_np_shape()


def test_decorating_reaches_inherited_methods_and_keeps_the_kind_of_each() -> None:
    seen: list[tuple[bool, bool]] = []

    class Base:
        def method(self) -> None:
            seen.append((is_np_shape(), is_np_array()))

        @staticmethod
        def static() -> None:
            seen.append((is_np_shape(), is_np_array()))

        @classmethod
        def of_class(cls) -> str:
            seen.append((is_np_shape(), is_np_array()))
            return cls.__name__

    @use_np
    class Derived(Base):
        pass

    mx.npx.reset_np()
    Derived().method()
    Derived().static()
    Derived.static()
    assert Derived.of_class() == "Derived"
    assert seen == [(True, True)] * 4
    Base().method()
    assert seen[-1] == (False, False)


def test_scopes_nest() -> None:
    with np_array(False), np_shape(False):
        assert not is_np_array()
        with np_shape(True), np_array(True):
            assert is_np_shape()
            assert is_np_array()
        assert not is_np_shape()
    assert is_np_array()


def test_threads_do_not_share_semantics() -> None:
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.append(is_np_array()))
    thread.start()
    thread.join()
    assert seen == [False]


@pytest.mark.filterwarnings("ignore:Cannot decide type")
def test_files_of_either_kind_are_read_in_either_mode(tmp_path: Path) -> None:
    net = network()
    net.initialize()
    net.hybridize()
    want = net(mx.np.ones((2, 4))).asnumpy()
    net.export(str(tmp_path / "np"))
    net.save_parameters(str(tmp_path / "np.params"))
    again = gluon.SymbolBlock.imports(str(tmp_path / "np-symbol.json"), ["data"], str(tmp_path / "np-0000.params"))
    np.testing.assert_allclose(again(mx.np.ones((2, 4))).asnumpy(), want, rtol=1e-6)
    assert {type(p.data()) for p in again.collect_params().values()} == {mx.np.ndarray}
    net.collect_params().save(str(tmp_path / "dict.params"))
    other = network()
    other.load_parameters(str(tmp_path / "np.params"))
    np.testing.assert_allclose(other(mx.np.ones((2, 4))).asnumpy(), want, rtol=1e-6)

    mx.npx.reset_np()
    old = network()
    old.initialize()
    old.hybridize()
    want = old(mx.nd.ones((2, 4))).asnumpy()
    old.export(str(tmp_path / "classic"))
    mx.npx.set_np()
    block = gluon.SymbolBlock.imports(
        str(tmp_path / "classic-symbol.json"), ["data"], str(tmp_path / "classic-0000.params")
    )
    np.testing.assert_allclose(block(mx.np.ones((2, 4))).asnumpy(), want, rtol=1e-6)


def test_a_layer_alone_is_saved_and_loaded(tmp_path: Path) -> None:
    layer = nn.Dense(2, in_units=3)
    layer.initialize()
    before = layer.weight.data().asnumpy()
    layer.save_parameters(str(tmp_path / "layer"))
    layer.weight.set_data(mx.np.zeros((2, 3)))
    layer.load_parameters(str(tmp_path / "layer"))
    assert (layer.weight.data().asnumpy() == before).all()
    assert type(layer.weight.data()) is mx.np.ndarray


def test_gradients_are_set_to_zero_in_place() -> None:
    net = nn.Dense(2, in_units=3)
    net.initialize()
    with autograd.record():
        loss = net(mx.np.ones((1, 3))).sum()
    loss.backward()
    held = net.weight.grad()
    net.weight.zero_grad()
    assert not held.asnumpy().any()


def test_clipping_takes_numpy_arrays() -> None:
    arrays = [mx.np.ones((2, 2)), mx.np.array([2.0, 2.0, 2.0])]
    norm = gluon.utils.clip_global_norm(arrays, 1.0)
    assert norm == pytest.approx(4.0)
    assert type(arrays[0]) is mx.np.ndarray
    np.testing.assert_allclose(arrays[1].asnumpy(), 0.5)


def test_an_optimizer_made_for_classic_arrays_refuses_numpy_ones() -> None:
    mx.npx.reset_np()
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    mx.npx.set_np()
    with pytest.raises(ValueError, match="made for classic ones"):
        updater(0, mx.np.ones(2), mx.np.ones(2))


def test_traced_blocks_are_freed() -> None:
    import weakref

    net = network()
    net.initialize()
    net.hybridize()
    net(mx.np.ones((2, 4)))
    known = weakref.ref(net)
    del net
    gc.collect()
    assert known() is None
