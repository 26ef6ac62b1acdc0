"""Stores in one process: what MXNet cannot tell us."""

import logging

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.base import MXNetError, NotSupportedError
from mxcompat.kvstore._compression import TwoBit


def test_sparse_arrays_that_are_left_alone_are_told_of_once(caplog):
    kv = mx.kv.create()
    kv.init("e", mx.nd.ones((2, 2)).tostype("row_sparse"))
    out = mx.nd.sparse.zeros("row_sparse", (2, 2))
    with caplog.at_level(logging.WARNING):
        kv.pull("e", out=out)
        kv.pull("e", out=out)
    assert [r.message for r in caplog.records] == [
        "kvstore pull: key e was asked for in a sparse array, which is left alone: use row_sparse_pull"
    ]


@pytest.mark.parametrize("name", ["horovod", "byteps"])
def test_stores_of_other_packages_refuse_several_workers(name, monkeypatch):
    assert mx.kv.create(name).num_workers == 1
    monkeypatch.setenv("OMPI_COMM_WORLD_SIZE", "4")
    with pytest.raises(MXNetError, match=f"no adapter for {name}.*4 workers.*dist_sync"):
        mx.kv.create(name)


def test_dist_needs_to_know_the_others(monkeypatch):
    for name in ("RANK", "WORLD_SIZE", "MASTER_ADDR", "DMLC_PS_ROOT_URI"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(MXNetError, match="torchrun.*DMLC_PS_ROOT_URI"):
        mx.kv.create("dist_sync")


def test_dist_async_is_refused():
    with pytest.raises(NotSupportedError, match="dist_async.*dist_sync"):
        mx.kv.create("dist_async")


def test_servers_and_schedulers_end(monkeypatch):
    monkeypatch.setenv("DMLC_ROLE", "scheduler")
    with pytest.raises(SystemExit) as ended:
        mx.kv.create("dist_sync")
    assert ended.value.code == 0


def test_an_updater_may_raise():
    """MXNet prints the exception and goes on; here the program hears of it."""
    kv = mx.kv.create()
    kv.init(1, mx.nd.ones(2))

    def update(key, given, stored):
        raise KeyError("no")

    kv._set_updater(update)
    with pytest.raises(KeyError, match="no"):
        kv.push(1, mx.nd.ones(2))


@pytest.mark.parametrize("size", [1, 3, 4, 5, 16, 17])
def test_packed_gradients_go_round(size):
    compression = TwoBit(0.5)
    grad = mx.nd.array(np.random.RandomState(size).normal(size=(size,)))._t
    sent = compression.quantized(0, grad)
    assert set(sent.tolist()) <= {0.0, 0.5, -0.5}
    data = compression.packed(sent)
    assert data.numel() == -(-size // 4)
    np.testing.assert_array_equal(compression.unpacked(data, sent).numpy(), sent.numpy())


def test_nothing_is_lost_by_compression():
    """What was sent and what is left add up to what was given."""
    compression = TwoBit(0.25)
    total, sent = np.zeros(6, "float32"), np.zeros(6, "float32")
    for step in range(40):
        grad = mx.nd.array(np.random.RandomState(step).uniform(-0.2, 0.2, 6))
        total += grad.asnumpy()
        sent += compression.quantized("a", grad._t).numpy()
    assert np.abs(total - sent).max() < 0.45
    np.testing.assert_allclose(sent + compression._residuals["a"].numpy(), total, atol=1e-5)


def test_compression_takes_float32_only():
    kv = mx.kv.create("device")
    kv.set_gradient_compression({"type": "2bit"})
    kv.init(1, mx.nd.ones(2, dtype="float64"))
    with pytest.raises(MXNetError, match="float32"):
        kv.push(1, mx.nd.ones(2, dtype="float64"))
