"""Writes the files beside it; run with an interpreter that has MXNet 1.9.1."""

from pathlib import Path

import mxnet as mx
import numpy as np

HERE = Path(__file__).parent
expected = {}


def flat(state):
    if isinstance(state, (tuple, list)):
        return [array for part in state for array in flat(part)]
    return [] if state is None else [state]


def write(name, optimizer, dtype="float32", stype="default", dump=True):
    updater = mx.optimizer.get_updater(optimizer)
    arrays = [mx.nd.arange(6, dtype=dtype).reshape((3, 2)), mx.nd.ones((2, 1), dtype=dtype)]
    indices = [0, "fc_weight"]
    weights = [a.tostype(stype) for a in arrays]
    for _ in range(2):
        for index, weight in zip(indices, weights):  # noqa: B905 -- strict= is not in Python 3.8
            updater(index, (weight * 0.5).tostype(stype), weight)
    (HERE / (name + ".states")).write_bytes(updater.get_states(dump))
    found = [array for index in sorted(updater.states, key=str) for array in flat(updater.states[index])]
    expected.update({f"{name}/{place}": array.asnumpy() for place, array in enumerate(found)})


schedule = mx.lr_scheduler.FactorScheduler(1, 0.5, base_lr=0.1)
write("sgd", mx.optimizer.SGD(momentum=0.9), dump=False)
write("adam", mx.optimizer.Adam(learning_rate=0.1, lr_scheduler=schedule, param_idx2name={0: "a_weight"}))
write("mixed", mx.optimizer.SGD(momentum=0.9, multi_precision=True), dtype="float16")
write("rows", mx.optimizer.AdaGrad(), stype="row_sparse")
np.savez(HERE / "expected.npz", **expected)
