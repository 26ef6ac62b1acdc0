"""Patterns of book code in NumPy style which no recorded result can tell: memory, processes, files, drawing."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as onp
import pytest

import mxcompat as mx
from mxcompat import autograd, gluon, np, npx
from mxcompat.gluon import nn, rnn

# what MXNet warns of, too
pytestmark = pytest.mark.filterwarnings("ignore:Cannot decide type:UserWarning")


@pytest.fixture(autouse=True)
def numpy_style() -> Iterator[None]:
    npx.set_np()
    mx.random.seed(1)
    yield
    npx.reset_np()


class Attention(nn.HybridBlock):
    """Scaled products over heads, split and joined by the codes of ``npx.reshape``."""

    def __init__(self, units: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key = (nn.Dense(units, use_bias=False, flatten=False) for _ in range(2))

    def split(self, F: Any, x: Any) -> Any:
        x = F.npx.reshape(x, (-2, -2, -6, self.heads, -1))
        return F.npx.reshape(F.np.transpose(x, axes=(0, 2, 1, 3)), (-5, -2, -2))

    def hybrid_forward(self, F: Any, x: Any, valid: Any) -> Any:
        q, k, v = self.split(F, self.query(x)), self.split(F, self.key(x)), self.split(F, x)
        scores = F.npx.batch_dot(q, k, transpose_b=True)
        weights = F.npx.softmax(scores, length=F.np.repeat(valid, repeats=self.heads, axis=0), use_length=True, axis=-1)
        out = F.npx.reshape(F.npx.batch_dot(weights, v), (-6, -1, self.heads, -2, -2))
        return F.npx.reshape(F.np.transpose(out, axes=(0, 2, 1, 3)), (-2, -2, -5))


class Residual(nn.HybridBlock):
    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.body = nn.HybridSequential()
        self.body.add(nn.Conv2D(channels, 3, strides=stride, padding=1), nn.BatchNorm(), nn.Activation("tanh"))
        self.shortcut = nn.Conv2D(channels, 1, strides=stride) if stride > 1 else None

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.npx.relu(self.body(x) + (x if self.shortcut is None else self.shortcut(x)))


def _train(net: Any, inputs: tuple[Any, ...], steps: int = 2) -> list[float]:
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    losses = []
    for _ in range(steps):
        with autograd.record():
            loss = (net(*inputs) ** 2).mean()
        loss.backward()
        trainer.step(1)
        losses.append(float(loss))
    return losses


def _attention() -> tuple[Any, tuple[Any, ...]]:
    lengths = np.tile(np.array([[2], [3]], dtype="int32"), (1, 3))
    return Attention(4, 2), (np.random.normal(size=(2, 3, 4)), lengths)


def _residuals() -> tuple[Any, tuple[Any, ...]]:
    net = nn.HybridSequential()
    net.add(Residual(3, 1), Residual(4, 2), nn.GlobalAvgPool2D(), nn.Dense(2))
    return net, (np.random.normal(size=(2, 3, 6, 6)),)


@pytest.mark.parametrize("make", [_attention, _residuals])
def test_compiled_exported_and_eager_agree(make: Any, tmp_path: Path) -> None:
    net, inputs = make()
    net.initialize(mx.init.Xavier())
    net(*inputs)
    path = str(tmp_path / "net")
    net.save_parameters(path + ".params")
    eager = _train(net, inputs)
    twin, _ = make()
    twin.load_parameters(path + ".params")
    twin.hybridize()
    twin(*inputs)
    assert _train(twin, inputs) == pytest.approx(eager, rel=1e-5)
    twin.export(path)
    names = ["data"] if len(inputs) == 1 else [f"data{i}" for i in range(len(inputs))]
    again = gluon.SymbolBlock.imports(path + "-symbol.json", names, path + "-0000.params")
    out = again(*inputs)
    assert type(out) is np.ndarray
    onp.testing.assert_allclose(out.asnumpy(), net(*inputs).asnumpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "make", [lambda: rnn.RNN(4), lambda: rnn.GRU(4, 2), lambda: rnn.LSTM(4)], ids=["rnn", "gru", "lstm"]
)
@pytest.mark.parametrize("style", ["np", "nd"])
def test_state_carried_over_holds_no_batch(make: Any, style: str) -> None:
    """A state goes into the next batch without detach; only the last batch is still known to it."""
    if style == "nd":
        npx.reset_np()
    layer = make()
    layer.initialize()
    state = layer.begin_state(batch_size=2)
    inputs: list[weakref.ref[Any]] = []
    for _ in range(4):
        x = (np if style == "np" else mx.nd).ones((3, 2, 5))
        x.attach_grad()
        inputs.append(weakref.ref(x._t))
        with autograd.record():
            out, state = layer(x, state)
            loss = (out**2).sum()
        loss.backward()
        assert float(onp.abs(x.grad.asnumpy()).sum()) > 0
    del x, out, loss
    gc.collect()
    assert [ref() is not None for ref in inputs[:3]] == [False] * 3


def test_retained_graph_reaches_through_a_carried_state() -> None:
    layer = rnn.GRU(3)
    layer.initialize()
    x = np.ones((2, 1, 2))
    x.attach_grad()
    with autograd.record():
        out, state = layer(x, layer.begin_state(batch_size=1))
        first = out.sum()
    first.backward(retain_graph=True)
    alone = x.grad.copy()
    with autograd.record():
        second = layer(np.ones((2, 1, 2)), state)[0].sum()
    second.backward()
    assert not np.array_equal(alone, x.grad) and float(np.abs(x.grad).sum()) > 0


def test_slice_bounds_may_be_arrays() -> None:
    x, at = np.arange(6), np.array(2, dtype="int32")
    assert x[at:].tolist() == [2, 3, 4, 5] and x[:at].tolist() == [0, 1] and x[at : at + 1].tolist() == [2]
    with pytest.raises(TypeError):
        x.reshape(2, 3)[0, at:]
    x.attach_grad()
    with autograd.record():
        loss = (x[at:] ** 2).sum()
    loss.backward()
    assert x.grad.tolist() == [0, 0, 4, 6, 8, 10]


def _doubled(pairs: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    return np.array([[p[0], p[0] * 2] for p in pairs]), np.array([p[1] for p in pairs], dtype="int32")


@pytest.mark.parametrize("batchify", [None, _doubled], ids=["default", "own"])
def test_worker_processes_give_numpy_style_arrays(batchify: Any) -> None:
    data = gluon.data.ArrayDataset([1.0, 2.0, 3.0, 4.0], [1, 2, 3, 4])
    loader = gluon.data.DataLoader(data, 2, batchify_fn=batchify, num_workers=2)
    seen = list(loader)
    assert [type(part) for batch in seen for part in batch] == [np.ndarray] * 4
    assert [batch[1].tolist() for batch in seen] == [[1, 2], [3, 4]]


def test_official_numpy_reads_arrays_as_drawing_does() -> None:
    """matplotlib calls ``asarray`` on what it draws, lists of scalars among it."""
    points = [np.array(0.5), np.array(1.5)]
    assert onp.asarray(points).dtype == onp.float32 and onp.asarray(points).tolist() == [0.5, 1.5]
    grid = np.meshgrid(np.arange(2), np.arange(3))
    assert onp.ma.asarray(grid[0], dtype=onp.float64).shape == (3, 2)
    assert bool(onp.isfinite(np.ones((2, 2))).all())


def test_own_parameter_in_a_block(tmp_path: Path) -> None:
    """Places that are learned: a parameter which is read by ``data()`` and cut to the length at hand."""

    class Places(nn.Block):
        def __init__(self) -> None:
            super().__init__()
            self.places = self.params.get("places", shape=(1, 8, 3))

        def forward(self, x: Any) -> Any:
            return x + self.places.data(ctx=x.ctx)[:, : x.shape[1], :]

    net = Places()
    net.initialize(mx.init.One())
    x = np.zeros((2, 5, 3))
    with autograd.record():
        loss = net(x).sum()
    loss.backward()
    grad = net.places.grad()
    assert float(loss) == 30 and grad[0, :, 0].tolist() == [2, 2, 2, 2, 2, 0, 0, 0]
    net.save_parameters(str(tmp_path / "p"))
    fresh = Places()
    fresh.load_parameters(str(tmp_path / "p"))
    assert type(fresh.places.data()) is np.ndarray and bool((fresh(x) == 1).all())
