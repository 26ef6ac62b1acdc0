"""Several processes on this machine that exchange gradients."""

import os
import socket
import subprocess
import sys

import pytest

WORKER = """
import os, sys
import numpy as np
import mxcompat as mx

kind = sys.argv[1]
kv = mx.kv.create(kind)
assert (kv.type, kv.rank, kv.num_workers) == (kind, int(os.environ["DMLC_WORKER_ID"]), 2), (kv.rank, kv.num_workers)
rank = kv.rank

def pulled(key, shape=(2, 3)):
    out = mx.nd.zeros(shape)
    kv.pull(key, out=out)
    return out.asnumpy()

# the first worker's value counts
kv.init("w", mx.nd.ones((2, 3)) * (rank + 1))
np.testing.assert_array_equal(pulled("w"), np.full((2, 3), 1))
# without an optimizer the sum over devices and workers is the value
kv.push("w", [mx.nd.ones((2, 3)) * (rank + 1), mx.nd.ones((2, 3)) * 10])
np.testing.assert_array_equal(pulled("w"), np.full((2, 3), 23))
both = mx.nd.ones((2, 3)) * (rank + 1)
kv.pushpull("w", both)
np.testing.assert_array_equal(both.asnumpy(), np.full((2, 3), 3))
# rows
kv.init("rows", mx.nd.ones((3, 2)).tostype("row_sparse"))
mine = mx.nd.zeros((3, 2))
mine[rank] = 5
kv.push("rows", mine.tostype("row_sparse"))
out = mx.nd.sparse.zeros("row_sparse", (3, 2))
kv.row_sparse_pull("rows", out=out, row_ids=mx.nd.array([0, 1, 2]))
np.testing.assert_array_equal(out.asnumpy(), [[5, 5], [5, 5], [0, 0]])
kv.broadcast("b", mx.nd.ones(4) * rank, out=mine.reshape((-1,))[:4])
# an optimizer: the first worker's, on all
other = mx.kv.create(kind)
other.init([0, 1], [mx.nd.ones(3), mx.nd.ones(2)])
other.set_optimizer(mx.optimizer.SGD(learning_rate=0.1 if rank == 0 else 99, momentum=0.9))
alone = mx.nd.ones(3)
updater = mx.optimizer.get_updater(mx.optimizer.SGD(learning_rate=0.1, momentum=0.9))
for step in range(3):
    grads = [mx.nd.array([1.0, 2.0, step]) * (r + 1) for r in range(2)]
    other.push([0, 1], [grads[rank], mx.nd.ones(2)])
    updater(0, grads[0] + grads[1], alone)
got = mx.nd.zeros(3)
other.pull(0, out=got)
np.testing.assert_allclose(got.asnumpy(), alone.asnumpy(), rtol=1e-6)
try:
    other.save_optimizer_states("nowhere")
except AssertionError as error:
    assert "distributed" in str(error)
else:
    raise SystemExit("saved states of a distributed optimizer")
# compression: both send the threshold, the rest waits
tiny = mx.kv.create(kind)
tiny.set_gradient_compression({"type": "2bit", "threshold": 0.5})
tiny.init(7, mx.nd.zeros(5))
seen = []
for _ in range(2):
    tiny.push(7, mx.nd.array([0.3, 0.6, -0.3, -2, 0]))
    out = mx.nd.zeros(5)
    tiny.pull(7, out=out)
    seen.append(out.asnumpy().tolist())
assert seen == [[0, 1, 0, -1, 0], [1, 1, -1, -1, 0]], seen
kv._barrier()
# gluon on top
mx.random.seed(rank)
net = mx.gluon.nn.Dense(1, in_units=2)
net.initialize()
trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1}, kvstore=kind)
with mx.autograd.record():
    loss = (net(mx.nd.ones((1, 2)) * (rank + 1)) ** 2).sum()
loss.backward()
trainer.step(2)
weight = net.weight.data().asnumpy()
print("weight", weight.tolist())
"""


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["dist_sync", "dist_device_sync"])
def test_two_workers(kind):
    common = {
        **os.environ,
        "DMLC_ROLE": "worker",
        "DMLC_PS_ROOT_URI": "127.0.0.1",
        "DMLC_PS_ROOT_PORT": str(_free_port()),
        "DMLC_NUM_WORKER": "2",
        "OMP_NUM_THREADS": "1",
    }
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, kind],
            env={**common, "DMLC_WORKER_ID": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        outputs = [worker.communicate(timeout=120) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    for worker, (_, errors) in zip(workers, outputs, strict=True):
        assert worker.returncode == 0, errors
    assert outputs[0][0] == outputs[1][0]
    assert outputs[0][0].startswith("weight")
