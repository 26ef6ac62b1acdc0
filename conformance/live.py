"""Random operator calls, made here and on a live MXNet 1.9.1, compared: values, dtypes, gradients, exception types.

    MXNET_PYTHON=/path/to/python3.8 python -m conformance.live --count 2000 --seed 1 [--family NAME] [--list]

MXNET_PYTHON names an interpreter that has the real package (and NumPy 1.23). Calls are drawn by the generators in
``live_tables/``; the same seed gives the same calls. A failing call is printed as code to paste.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import random
import struct
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .calls import Arr, Call, encode_call
from .compare import _Tolerance, difference
from .snapshot import CannotRecord, Raised, decode, raised

if TYPE_CHECKING:
    Generator = Callable[["Gen"], Call]
_SECONDS = 60  # for one call
_BATCH = 64


class Gen:
    """What generators draw from. ``tol`` may be set by a generator for the call it returns."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.tol: _Tolerance | None = None

    def pick(self, items: Sequence[Any]) -> Any:
        return items[self.random.randrange(len(items))]

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def int(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def number(self) -> Any:
        return self.pick((0, 1, 2, -1, 3, 0.5, -1.5, 2.0, 1e-3, 10, True))

    def shape(self, low: int = 1, high: int = 4, size: int = 4) -> tuple[int, ...]:
        return tuple(1 if self.chance(0.15) else self.int(1, size) for _ in range(self.int(low, high)))

    def dtype(self, ints: bool = True) -> str:
        if self.chance(0.5):
            return "float32"
        return str(
            self.pick(("float64", "float16", "int32", "int64", "int8", "uint8") if ints else ("float64", "float16"))
        )

    def array(self, shape: Sequence[int] | None = None, dtype: str | None = None, **options: Any) -> Arr:
        shape = self.shape() if shape is None else shape
        layout = "plain" if self.chance(0.6) else self.pick(("rows", "transposed", "reshaped"))
        return Arr(
            shape,
            dtype or self.dtype(),
            options.pop("low", -3.0),
            options.pop("high", 3.0),
            seed=self.int(1, 400000),
            layout=options.pop("layout", layout),
            **options,
        )

    def like(self, shape: Sequence[int]) -> tuple[int, ...]:
        """A shape that broadcasts with the given one (or, rarely, does not)."""
        if self.chance(0.03):
            return self.shape()
        cut = shape[self.int(0, len(shape) - 1) :] if self.chance(0.2) else shape
        return tuple(1 if self.chance(0.3) else side for side in cut)

    def axis(self, rank: int, wrong: float = 0.03) -> int:
        if self.chance(wrong):
            return int(self.pick((rank, rank + 2, -rank - 1)))
        return self.int(-rank, rank - 1)

    def axes(self, rank: int) -> Any:
        if self.chance(0.2):
            return None
        if self.chance(0.5):
            return self.axis(rank)
        chosen = self.random.sample(range(rank), self.int(0, rank))
        return tuple(axis - rank if self.chance(0.3) else axis for axis in chosen)

    def slice(self, size: int, steps: bool = True) -> slice:
        step = self.pick((None, None, 1, 2, -1, -2)) if steps else None
        low = self.int(-size, size - 1)
        start = low % size
        if step is not None and step < 0:
            stop: int | None = self.pick((None, self.int(-1, start - 1)))
            return slice(low, None if stop == -1 else stop, step)
        return slice(self.pick((None, low)) if start == 0 else low, self.pick((None, self.int(start + 1, size))), step)


class Outcome(NamedTuple):
    """One compared call."""

    family: str
    call: Call
    problem: str | None
    refused: bool = False


def generators(families: Sequence[str] = ()) -> dict[str, Generator]:
    """All generators by name ``family/operator``."""
    package = importlib.import_module(".live_tables", __package__)
    found: dict[str, Generator] = {}
    for info in pkgutil.iter_modules(package.__path__):
        if info.name.startswith("_"):
            continue  # what tables share
        table = importlib.import_module(f"{package.__name__}.{info.name}").GENERATORS
        found.update({f"{info.name}/{name}": make for name, make in table.items()})
    return {name: make for name, make in sorted(found.items()) if not families or any(f in name for f in families)}


def draw(names: dict[str, Generator], seed: int, count: int) -> Iterator[tuple[str, Call, _Tolerance | None]]:
    """``count`` calls; call number n depends only on the seed, n and the set of generators."""
    keys = list(names)
    for number in range(count):
        gen = Gen(seed * 1_000_003 + number)
        name = keys[gen.random.randrange(len(keys))]
        call = names[name](gen)
        yield name, call, gen.tol


class Worker:
    """The other interpreter, kept running; restarted when a call kills it."""

    def __init__(self, python: str, package: str = "mxnet") -> None:
        self.command = [python, str(Path(__file__).with_name("live_worker.py")), package]
        self._process: subprocess.Popen[bytes] | None = None

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._forget()
            environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        return self._process

    def send(self, calls: Sequence[Call]) -> None:
        process = self._start()
        _open(process.stdin).write(_frame([encode_call(call) for call in calls]))
        _open(process.stdin).flush()

    def receive(self) -> Any:
        """The next snapshot, or None when the process died on the call."""
        process = self._process
        if process is None:
            raise RuntimeError("receive() before send()")
        watch = threading.Timer(_SECONDS, process.kill)
        watch.start()
        try:
            pipe = _open(process.stdout)
            head = pipe.read(4)
            if len(head) < 4:
                self._forget()
                return None
            return decode(json.loads(pipe.read(struct.unpack(">I", head)[0])))
        finally:
            watch.cancel()

    def _forget(self) -> None:
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                try:
                    _open(pipe).close()
                except BrokenPipeError:  # unsent calls to a dead process
                    pass
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End the other process, after its last answer."""
        self._forget()


def _open(pipe: Any) -> Any:
    if pipe is None:
        raise RuntimeError("the worker has no pipe")
    return pipe


def _frame(data: Any) -> bytes:
    raw = json.dumps(data).encode("utf-8")
    return struct.pack(">I", len(raw)) + raw


def run_here(mx: Any, call: Call) -> Any:
    """The snapshot of a call on a package in this process."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mx.random.seed(0)
            if call.front == "np":
                with mx.util.np_shape(True), mx.util.np_array(True):
                    return call.run(mx)
            return call.run(mx)
    except CannotRecord as error:
        return Raised(("CannotRecord",), str(error))
    except Exception as error:
        return raised(error)
    finally:
        mx.autograd.set_recording(False)
        mx.autograd.set_training(False)
        _settle(mx)


def _settle(mx: Any) -> None:
    """Let errors of work that MXNet still has in hand come up now, not in the next call."""
    try:
        mx.nd.waitall()
    except Exception:
        return


def compare(mx: Any, worker: Worker, drawn: Iterator[tuple[str, Call, _Tolerance | None]]) -> Iterator[Outcome]:
    """Run calls on both sides and compare; crashes of MXNet are passed over."""
    batch: list[tuple[str, Call, _Tolerance | None]] = []
    for item in drawn:
        batch.append(item)
        if len(batch) == _BATCH:
            yield from _compare_batch(mx, worker, batch)
            batch = []
    yield from _compare_batch(mx, worker, batch)


def _compare_batch(mx: Any, worker: Worker, batch: Sequence[tuple[str, Call, _Tolerance | None]]) -> Iterator[Outcome]:
    if not batch:
        return
    worker.send([call for _, call, _ in batch])
    ours = [run_here(mx, call) for _, call, _ in batch]
    for index, ((name, call, tol), actual) in enumerate(zip(batch, ours)):  # noqa: B905
        expected = worker.receive()
        if expected is None:
            yield Outcome(name, call, "MXNet died on it")
            worker.send([later for _, later, _ in batch[index + 1 :]])
            continue
        yield Outcome(name, call, difference(expected, actual, tol), isinstance(expected, Raised))


def main(argv: Sequence[str] | None = None) -> int:
    """Command line. Exit code 0 when no call differs."""
    parser = argparse.ArgumentParser(prog="conformance.live", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=1000, help="calls to make (default 1000)")
    parser.add_argument("--seed", type=int, default=0, help="the calls to draw (default 0)")
    parser.add_argument("--family", action="append", default=[], help="only generators whose name contains this")
    parser.add_argument("--package", default="mxcompat", help="package under test (default mxcompat)")
    parser.add_argument("--max-failures", type=int, default=20, help="failures to print (default 20)")
    parser.add_argument("--list", action="store_true", help="print the generators and stop")
    options = parser.parse_args(argv)
    names = generators(options.family)
    if options.list or not names:
        print("\n".join(names) or f"no generator matches {options.family}")
        return 0 if names else 2
    python = os.environ.get("MXNET_PYTHON")
    if not python:
        print("MXNET_PYTHON is not set: it must name a Python that has mxnet 1.9.1", file=sys.stderr)
        return 2
    mx = importlib.import_module(options.package)
    worker, started = Worker(python), time.time()
    made: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    killers: Counter[str] = Counter()
    refused = 0
    for outcome in compare(mx, worker, draw(names, options.seed, options.count)):
        made[outcome.family] += 1
        refused += outcome.refused
        if outcome.problem == "MXNet died on it":
            killers[outcome.family] += 1
        elif outcome.problem:
            failed[outcome.family] += 1
            if sum(failed.values()) <= options.max_failures:
                print(f"\n# {outcome.family}: {outcome.problem}\n{outcome.call.code()}")
    worker.close()
    for family, count in failed.most_common():
        print(f"{family}: {count} of {made[family]} calls differ")
    for family, count in killers.most_common():
        print(f"{family}: {count} of {made[family]} calls killed MXNet or took it over {_SECONDS} s")
    print(
        f"{sum(made.values())} calls of {len(made)} generators, seed {options.seed}: {sum(failed.values())} differ, "
        f"{refused} refused by MXNet, {sum(killers.values())} killed it ({time.time() - started:.0f} s)"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
