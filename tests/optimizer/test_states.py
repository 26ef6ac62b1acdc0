"""Files of optimizer states: MXNet's are read, ours go round, and nothing in one is run."""

import io
import os
import pickle
import subprocess
from pathlib import Path

import numpy as np
import pytest

import mxcompat as mx

DATA = Path(__file__).parent / "data"


class Schedule(mx.lr_scheduler.LRScheduler):
    def __call__(self, num_update):
        return 0.125


class Own(mx.optimizer.Optimizer):
    def update(self, index, weight, grad, state):
        weight[:] -= self._get_lr(index) * grad


def _updater(optimizer, steps=2):
    updater = mx.optimizer.get_updater(optimizer)
    for _ in range(steps):
        updater([0, "fc_weight"], [mx.nd.ones((2, 2)), mx.nd.ones(3)], [mx.nd.ones((2, 2)), mx.nd.ones(3)])
    return updater


@pytest.mark.parametrize("name", ["sgd", "adam", "mixed", "rows"])
def test_states_that_mxnet_wrote(name):
    """Recorded with MXNet 1.9.1 (tests/optimizer/data/README.md says how)."""
    updater = mx.optimizer.get_updater(mx.optimizer.Test())
    updater.set_states((DATA / f"{name}.states").read_bytes())
    expected = np.load(DATA / "expected.npz")
    if name != "sgd":
        assert type(updater.optimizer).__name__ == {"adam": "Adam", "mixed": "SGD", "rows": "AdaGrad"}[name]
        assert updater.optimizer.num_update == 2
    found = []

    def walk(state):
        if isinstance(state, (tuple, list)):
            for part in state:
                walk(part)
        elif state is not None:
            found.append(state)

    for index in sorted(updater.states, key=str):
        walk(updater.states[index])
    assert len(found) == len([k for k in expected if k.startswith(name + "/")])
    for place, array in enumerate(found):
        np.testing.assert_array_equal(array.asnumpy(), expected[f"{name}/{place}"])
    assert [a.stype for a in found] == ["row_sparse" if name == "rows" else "default"] * len(found)


def test_a_schedule_that_mxnet_wrote():
    updater = mx.optimizer.get_updater(mx.optimizer.Test())
    updater.set_states((DATA / "adam.states").read_bytes())
    schedule = updater.optimizer.lr_scheduler
    assert type(schedule) is mx.lr_scheduler.FactorScheduler
    assert (schedule.step, schedule.factor, updater.optimizer.learning_rate) == (1, 0.5, 0.05)


def test_what_is_written_names_mxnet():
    text = _updater(mx.optimizer.Adam(lr_scheduler=mx.lr_scheduler.FactorScheduler(3))).get_states(True)
    assert b"mxnet.optimizer.optimizer" in text
    assert b"mxnet.lr_scheduler" in text
    assert b"mxnet.ndarray.ndarray" in text
    assert b"mxcompat" not in text


def test_classes_of_the_program_that_are_loaded():
    updater = _updater(Own(lr_scheduler=Schedule()))
    again = mx.optimizer.get_updater(mx.optimizer.SGD())
    again.set_states(updater.get_states(True))
    assert type(again.optimizer) is Own
    assert again.optimizer.learning_rate == 0.125
    assert not again.aggregate_updates


class _Bomb:
    def __reduce__(self):
        return os.system, ("echo no",)


@pytest.mark.parametrize(
    "value",
    [_Bomb(), {0: _Bomb()}, {0: Path("x")}, print, {0: io.StringIO}, {0: type}, {0: getattr}, {0: eval}],
    ids=["call", "state", "class", "function", "type", "metaclass", "getattr", "eval"],
)
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_all_else_is_refused(value, protocol):
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    with pytest.raises(pickle.UnpicklingError, match="neither an array"):
        updater.set_states(pickle.dumps(value, protocol))
    assert updater.states == {}


def test_no_module_is_imported():
    data = b"cantigravity\nfly\n(tR."
    with pytest.raises(pickle.UnpicklingError, match="antigravity"):
        mx.optimizer.get_updater(mx.optimizer.SGD()).set_states(data)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_old_protocols_are_read(protocol):
    """Plain pickles of plain values and NumPy arrays, which programs put into states too."""
    states = {0: np.arange(4.0), "a": (1, 2.5, None, [True], np.float32(3)), 2: bytearray(b"x"), 3: {4, 5}}
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    updater.set_states(pickle.dumps(states, protocol))
    np.testing.assert_array_equal(updater.states[0], states[0])
    assert updater.states["a"] == states["a"]
    assert (updater.states[2], updater.states[3]) == (states[2], states[3])
    assert updater.states_synced == dict.fromkeys(states, False)


def test_a_pickled_optimizer_needs_no_alias():
    again = pickle.loads(pickle.dumps(mx.optimizer.Adam(beta1=0.5)))
    assert (type(again), again.beta1) == (mx.optimizer.Adam, 0.5)


READER = """
import sys
import mxnet as mx
updater = mx.optimizer.get_updater(mx.optimizer.Test())
updater.set_states(open(sys.argv[1], "rb").read())
kept = updater.optimizer
print(type(kept).__module__, type(kept).__name__, kept.beta1, kept.num_update, kept.lr_scheduler.step)
print(type(updater.states[0][0]).__module__, [s.asnumpy().ravel().tolist() for s in updater.states[0]])
print(type(updater.states["rows"][0]).__name__, updater.states["rows"][0].asnumpy().ravel().tolist())
"""


@pytest.mark.live
def test_mxnet_reads_what_is_written(tmp_path):
    schedule = mx.lr_scheduler.FactorScheduler(3, base_lr=0.25)
    updater = mx.optimizer.get_updater(mx.optimizer.Adam(beta1=0.5, lr_scheduler=schedule, learning_rate=0.25))
    updater(0, mx.nd.array([1.0, -2.0]), mx.nd.ones(2))
    rows = mx.nd.ones((2, 1)).tostype("row_sparse")
    updater("rows", rows, rows.copy())
    path = tmp_path / "states"
    path.write_bytes(updater.get_states(dump_optimizer=True))
    done = subprocess.run(
        [os.environ["MXNET_PYTHON"], "-c", READER, str(path)], capture_output=True, text=True, check=True
    )
    shown = [s.asnumpy().ravel().tolist() for s in updater.states[0]]
    assert done.stdout.splitlines() == [
        "mxnet.optimizer.optimizer Adam 0.5 1 3",
        f"mxnet.ndarray.ndarray {shown}",
        f"RowSparseNDArray {updater.states['rows'][0].asnumpy().ravel().tolist()}",
    ]
