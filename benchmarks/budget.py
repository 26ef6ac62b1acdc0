"""What mxcompat may cost: each row reads the medians of one program and holds them against a bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.programs.op_latency import COMMON

#: contender → what was measured → its median over the rounds
Medians = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Row:
    """One line of the budget.

    Attributes:
        program: the program whose medians are read.
        what: the line as it is printed.
        against: the other contender that must have run, or None.
        limit: the bound.
        unit: printed after the numbers.
        at_least: the bound is a lower one.
        value: the number that is held against the bound.
    """

    program: str
    what: str
    against: str | None
    limit: float
    unit: str
    value: Callable[[Medians], float]
    at_least: bool = False

    def measure(self, medians: Medians) -> float | None:
        """The number of this row, or None if a contender that it needs did not run."""
        return None if self.missing(medians) else self.value(medians)

    def missing(self, medians: Medians) -> list[str]:
        """The contenders that this row needs and that did not run."""
        return [who for who in ("mxcompat", self.against) if who is not None and who not in medians]

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def bound(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}{self.unit}"


def ratios(medians: Medians, over: str, under: str) -> dict[str, float]:
    """``over`` divided by ``under`` for everything both measured, in the order of the program."""
    return {name: seconds / medians[under][name] for name, seconds in medians[over].items() if name in medians[under]}


def _ending(medians: Medians, word: str, other: str) -> list[float]:
    """The ratios of what ends in ``word``."""
    return [ratio for name, ratio in ratios(medians, "mxcompat", other).items() if name.endswith(word)]


def _common(medians: Medians, over: str, under: str) -> float:
    return median(list(ratios(medians, over, under).values())[:COMMON])


def _ratio(name: str, over: str, under: str) -> Callable[[Medians], float]:
    return lambda medians: medians[over][name] / medians[under][name]


def _np_over_nd(seconds: Mapping[str, float]) -> list[float]:
    names = [name.rpartition(", ")[0] for name in seconds if name.endswith(", nd")]
    return [seconds[f"{name}, np"] / seconds[f"{name}, nd"] for name in names]


BUDGET = [
    Row(
        program="op_latency",
        what=f"tiny operator call against torch, median of the common {COMMON}",
        against="torch",
        limit=1.5,
        unit="x",
        value=lambda medians: _common(medians, "mxcompat", "torch"),
    ),
    Row(
        program="op_latency",
        what=f"the same: times as fast as MXNet 1.9.1, median of the common {COMMON}",
        against="mxnet",
        limit=5.0,
        unit="x",
        value=lambda medians: _common(medians, "mxnet", "mxcompat"),
        at_least=True,
    ),
    Row(
        program="np_calls",
        what="tiny call of mx.np against that of mx.nd, median",
        against=None,
        limit=1.0,
        unit="x",
        value=lambda medians: median(_np_over_nd(medians["mxcompat"])),
    ),
    Row(
        program="record_backward",
        what="record + backward of 2*dot(x,x) against torch",
        against="torch",
        limit=1.5,
        unit="x",
        value=_ratio("2*dot(x,x)", "mxcompat", "torch"),
    ),
    Row(
        program="record_backward",
        what="the same against MXNet 1.9.1",
        against="mxnet",
        limit=1.0,
        unit="x",
        value=_ratio("2*dot(x,x)", "mxcompat", "mxnet"),
    ),
    Row(
        program="big_operators",
        what="operators at the sizes of networks against torch, median",
        against="torch",
        limit=1.1,
        unit="x",
        value=lambda medians: median(ratios(medians, "mxcompat", "torch").values()),
    ),
    Row(
        program="big_operators",
        what="the slowest of them against MXNet 1.9.1",
        against="mxnet",
        limit=1.0,
        unit="x",
        value=lambda medians: max(ratios(medians, "mxcompat", "mxnet").values()),
    ),
    Row(
        program="training_loops",
        what="book training loops, eager, against torch, median",
        against="torch",
        limit=1.1,
        unit="x",
        value=lambda medians: median(_ending(medians, "eager", "torch")),
    ),
    Row(
        program="training_loops",
        what="the same hybridized",
        against="torch",
        limit=1.02,
        unit="x",
        value=lambda medians: median(_ending(medians, "hybridized", "torch")),
    ),
    Row(
        program="training_loops",
        what="the slowest of all against MXNet 1.9.1",
        against="mxnet",
        limit=1.0,
        unit="x",
        value=lambda medians: max(ratios(medians, "mxcompat", "mxnet").values()),
    ),
    Row(
        program="networks",
        what="ResNet-18 and a two-layer LSTM, hybridized, against torch, the slowest",
        against="torch",
        limit=1.02,
        unit="x",
        value=lambda medians: max(ratios(medians, "mxcompat", "torch").values()),
    ),
    Row(
        program="networks",
        what="the same against MXNet 1.9.1, median",
        against="mxnet",
        limit=1.0,
        unit="x",
        value=lambda medians: median(ratios(medians, "mxcompat", "mxnet").values()),
    ),
    Row(
        program="import_time",
        what="import mxcompat, torch being loaded",
        against=None,
        limit=0.25,
        unit=" s",
        value=lambda medians: medians["mxcompat"]["import"],
    ),
    Row(
        program="random_draws",
        what="ten million uniforms against MXNet 1.9.1",
        against="mxnet",
        limit=2.0,
        unit="x",
        value=_ratio("uniform", "mxcompat", "mxnet"),
    ),
    Row(
        program="random_draws",
        what="ten million normals against MXNet 1.9.1",
        against="mxnet",
        limit=2.0,
        unit="x",
        value=_ratio("normal", "mxcompat", "mxnet"),
    ),
    Row(
        program="random_laws",
        what="a million draws of each distribution against MXNet 1.9.1, the slowest",
        against="mxnet",
        limit=3.0,
        unit="x",
        value=lambda medians: max(ratios(medians, "mxcompat", "mxnet").values()),
    ),
    Row(
        program="memory",
        what="resident memory gained in 10,000 steps of training",
        against=None,
        limit=1024.0,  # what an allocator may keep; a leak of one array a step would be ten times that
        unit=" KiB",
        value=lambda medians: max(v for name, v in medians["mxcompat"].items() if name.endswith("KiB")),
    ),
    Row(
        program="memory",
        what="Python objects gained in 10,000 steps of training",
        against=None,
        limit=100.0,
        unit="",
        value=lambda medians: max(v for name, v in medians["mxcompat"].items() if name.endswith("objects")),
    ),
]
