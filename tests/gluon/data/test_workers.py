"""DataLoader with workers: processes, shared memory, exceptions, Ctrl-C."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat.gluon.data import ArrayDataset, DataLoader, Dataset
from mxcompat.gluon.data.dataloader import ConnectionWrapper, DataLoaderV1, Queue, SimpleQueue

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the workers are forked")
BIG = 40_000  # elements of an array that travels in shared memory


class Numbers(Dataset):
    """Arrays filled with their index; what ``act`` does comes before."""

    def __init__(self, act: Any = None, count: int = 6, size: int = 2) -> None:
        self.act, self.count, self.size = act, count, size

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, idx: int) -> Any:
        if self.act is not None:
            self.act(int(idx))
        return mx.nd.full((self.size,), int(idx))


class Needy(Exception):
    """An exception that pickle cannot rebuild."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


def first_values(loader: Any) -> list[list[float]]:
    return [batch.asnumpy()[:, 0].tolist() for batch in loader]


def raise_key(idx: int) -> None:
    if idx == 3:
        raise KeyError("sample three is bad")


def raise_needy(idx: int) -> None:
    raise Needy("this", "that")


def kill_myself(idx: int) -> None:
    if idx == 3:
        os.kill(os.getpid(), signal.SIGKILL)


def leave(idx: int) -> None:
    if idx == 3:
        os._exit(7)


def dawdle(idx: int) -> None:
    time.sleep(5)


@pytest.mark.parametrize("thread_pool", [False, True])
@pytest.mark.parametrize("size", [2, BIG])
def test_order_with_several_workers(size: int, thread_pool: bool) -> None:
    loader = DataLoader(Numbers(wait_a_little, 12, size), 2, num_workers=3, thread_pool=thread_pool)
    for _ in range(2):
        assert first_values(loader) == [[2.0 * i, 2.0 * i + 1] for i in range(6)]


def wait_a_little(idx: int) -> None:
    time.sleep((7 - idx % 4) * 0.002)


def test_the_traceback_of_the_worker_arrives() -> None:
    loader = DataLoader(Numbers(raise_key), 1, num_workers=2)
    with pytest.raises(KeyError, match="sample three is bad") as caught:
        list(loader)
    assert "in raise_key" in str(caught.value.__cause__)
    assert wait_for_no_children()


def wait_for_no_children(seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while multiprocessing.active_children():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_an_exception_that_cannot_be_sent_arrives_as_text() -> None:
    with pytest.raises(RuntimeError, match="Needy: this and that") as caught:
        list(DataLoader(Numbers(raise_needy), 1, num_workers=1, timeout=20))
    assert "in raise_needy" in str(caught.value)


@pytest.mark.parametrize(("act", "says"), [(kill_myself, "killed by SIGKILL.*memory"), (leave, "exited with code 7")])
def test_a_dead_worker_is_noticed(act: Any, says: str) -> None:
    start = time.monotonic()
    with pytest.raises(RuntimeError, match=says):
        list(DataLoader(Numbers(act), 1, num_workers=2, timeout=60))
    assert time.monotonic() - start < 10


def test_timeout(capsys: pytest.CaptureFixture[str]) -> None:
    loader = DataLoader(Numbers(dawdle), 1, num_workers=1, timeout=0.3)
    with pytest.raises(multiprocessing.TimeoutError):
        next(iter(loader))
    assert "timed out after 0.3 seconds" in capsys.readouterr().out


def test_workers_end_with_their_loader() -> None:
    loader = DataLoader(Numbers(), 2, num_workers=2)
    batches = iter(loader)
    next(batches)
    assert len(multiprocessing.active_children()) >= 2
    del loader
    next(batches)  # the pass keeps them
    del batches
    gc.collect()
    assert wait_for_no_children()


def test_made_in_another_thread() -> None:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.extend(first_values(DataLoader(Numbers(), 3, num_workers=1))))
    thread.start()
    thread.join(20)
    assert found == [[0, 1, 2], [3, 4, 5]]


def heavy(idx: int) -> None:
    a = torch.ones(300, 300)
    for _ in range(3):
        a = (a @ a).tanh()
    torch.nn.functional.conv2d(torch.ones(4, 8, 32, 32), torch.ones(8, 8, 3, 3))
    mx.nd.dot(mx.nd.ones((200, 200)), mx.nd.ones((200, 200))).asnumpy()


def test_no_deadlock_after_torch_used_its_threads() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        heavy(0)
        torch.ones(1_000_000).exp().sum()
        x = torch.ones(200, 200, requires_grad=True)
        (x @ x).sum().backward()  # the threads of autograd, too
        loader = DataLoader(Numbers(heavy, 8), 2, num_workers=2, timeout=30)
        assert first_values(loader) == [[0, 1], [2, 3], [4, 5], [6, 7]]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


class Threads(Dataset):
    def __len__(self) -> int:
        return 2

    def __getitem__(self, idx: int) -> int:
        return torch.get_num_threads()


def test_a_worker_computes_in_one_thread() -> None:
    assert next(iter(DataLoader(Threads(), 2, num_workers=1))).asnumpy().tolist() == [1, 1]


def test_datasets_that_hold_arrays() -> None:
    data = mx.nd.array(np.random.default_rng(0).normal(size=(6, BIG)))
    loader = DataLoader(ArrayDataset(data, mx.nd.arange(6)), 4, num_workers=2)
    batches = list(loader)
    assert np.array_equal(np.concatenate([x.asnumpy() for x, _ in batches]), data.asnumpy())
    assert all(x.context == mx.Context("cpu_shared", 0) for x, _ in batches)


def test_batches_that_are_kept_keep_no_files_open() -> None:
    loader = DataLoader(np.zeros((60, BIG), np.float32), 1, num_workers=2)
    before = len(os.listdir("/proc/self/fd"))
    kept = list(loader)
    assert len(kept) == 60
    assert len(os.listdir("/proc/self/fd")) <= before + 5
    kept[0][:] = 3
    assert kept[1].asnumpy().max() == 0
    assert (kept[0] + kept[1]).asnumpy().max() == 3


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "uint8", "int8", "int32", "int64", "bool"])
@pytest.mark.parametrize("size", [1, BIG])
def test_every_dtype_crosses(dtype: str, size: int) -> None:
    array = mx.nd.array(np.arange(size) % 2, dtype=dtype)
    queue, received = SimpleQueue(), multiprocessing.Event()

    def send() -> None:
        torch.set_num_threads(1)  # torch's threads of the parent are gone here, and waiting for them never ends
        queue.put(array)
        received.wait(10)  # a large array is fetched from the process that sent it

    sender = multiprocessing.get_context("fork").Process(target=send)
    sender.start()
    found = queue.get()
    received.set()
    sender.join(10)
    assert found.dtype == array.dtype and np.array_equal(found.asnumpy(), array.asnumpy())


def test_queue_and_connection() -> None:
    queue = Queue()
    queue.put((1, mx.nd.ones(3)))
    number, array = queue.get(timeout=10)
    assert number == 1 and array.asnumpy().tolist() == [1, 1, 1]
    queue.close()
    queue.join_thread()
    one, other = multiprocessing.Pipe()
    ConnectionWrapper(one).send([mx.nd.arange(2)])
    assert ConnectionWrapper(other).recv()[0].asnumpy().tolist() == [0, 1]
    assert not ConnectionWrapper(one).poll()


def test_older_loader_with_workers() -> None:
    loader = DataLoaderV1(Numbers(count=7), 2, num_workers=2, last_batch="discard")
    for _ in range(2):
        assert first_values(loader) == [[0, 1], [2, 3], [4, 5]]
    assert all(batch.context == mx.cpu() for batch in loader)
    with pytest.raises(RuntimeError, match="KeyError.*sample three is bad"):
        list(DataLoaderV1(Numbers(raise_key), 1, num_workers=1))
    assert wait_for_no_children()


CTRL_C = """
    import os, sys, time
    import mxcompat as mx
    from mxcompat.gluon.data import DataLoader, Dataset

    class Slow(Dataset):
        def __len__(self):
            return 1000
        def __getitem__(self, idx):
            time.sleep(0.05)
            return idx

    loader = DataLoader(Slow(), 2, num_workers=2)
    print(*[p.pid for p in loader._worker_pool._pool], flush=True)
    for batch in loader:
        pass
"""


@pytest.mark.parametrize(
    "how",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGKILL, marks=pytest.mark.slow),
    ],
)
def test_no_process_is_left_behind(how: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(textwrap.dedent(CTRL_C), encoding="utf-8")
    root = str(Path(mx.__file__).parents[1])
    program = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
        start_new_session=True,
    )
    assert program.stdout is not None
    workers = [int(pid) for pid in program.stdout.readline().split()]
    assert len(workers) == 2
    time.sleep(0.3)
    if how is signal.SIGINT:
        os.killpg(program.pid, how)  # as a terminal does: to all of them
    else:
        os.kill(program.pid, how)
    _, complaints = program.communicate(timeout=20)
    assert program.returncode != 0
    if how is signal.SIGINT:
        assert complaints.count("KeyboardInterrupt") == 1
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < end, "workers are left"
        time.sleep(0.05)
