"""The benchmarks run, compare like with like, and judge the budget rightly. No time is asserted here."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from benchmarks import __main__ as command
from benchmarks import runner
from benchmarks.budget import BUDGET, ratios
from benchmarks.contender import QUICK, Effort
from benchmarks.programs import op_latency, record_backward
from benchmarks.report import budget_table, program_table, seconds
from benchmarks.timing import time_calls

TWINS = [(program, name) for program in (op_latency, record_backward) for name in program.with_torch(torch)]


def arrays(result: Any) -> list[np.ndarray]:
    """The arrays in a result of either library."""
    if isinstance(result, (list, tuple)):
        return [array for part in result for array in arrays(part)]
    if isinstance(result, np.ndarray):
        return [result]
    return [result.asnumpy() if hasattr(result, "asnumpy") else result.detach().numpy()]


@pytest.mark.parametrize(("program", "name"), TWINS, ids=[name for _, name in TWINS])
def test_twins_have_the_same_result(program: Any, name: str) -> None:
    import mxcompat

    ours = arrays(program.with_mxnet(mxcompat)[name]())
    theirs = arrays(program.with_torch(torch)[name]())
    assert len(ours) == len(theirs)
    for left, right in zip(ours, theirs, strict=True):
        assert (left.shape, left.dtype) == (right.shape, right.dtype)
        np.testing.assert_allclose(left, right, rtol=1e-6)


def test_twins_stand_in_the_same_order() -> None:
    import mxcompat

    assert list(op_latency.with_mxnet(mxcompat)) == list(op_latency.with_torch(torch))


#: whole networks, and programs that start worker processes or train for thousands of steps
_LONG = {"data_loader", "memory", "networks"}


@pytest.mark.parametrize(
    "program", [pytest.param(p, marks=pytest.mark.slow if p in _LONG else ()) for p in runner.PROGRAMS]
)
def test_program_runs_for_torch_and_mxcompat(program: str) -> None:
    result = runner.run_program(program, ["torch", "mxcompat"], rounds=1, threads=1, quick=True)
    measured = result.medians()
    assert list(measured) == ["torch", "mxcompat"]
    assert measured["torch"].keys() == measured["mxcompat"].keys() != set()
    if importlib.import_module(f"benchmarks.programs.{program}").UNIT == "seconds":
        assert all(value > 0 for values in measured.values() for value in values.values())


def test_budget_rows_name_programs_that_exist() -> None:
    assert {row.program for row in BUDGET} <= set(runner.PROGRAMS)


@pytest.mark.parametrize(("ours", "verdict", "misses"), [(1.4, "ok", 0), (1.6, "MISSED", 1)])
def test_budget_verdict(ours: float, verdict: str, misses: int) -> None:
    medians = {"torch": {"2*dot(x,x)": 1.0}, "mxcompat": {"2*dot(x,x)": ours}}
    text, missed = budget_table({"record_backward": medians})
    against_torch, against_mxnet = text.splitlines()[2:]
    assert against_torch.endswith(verdict)
    assert against_mxnet.endswith("needs mxnet")
    assert missed == misses


def test_only_the_common_calls_count() -> None:
    count = op_latency.COMMON
    common = {f"call {i}": 1.0 for i in range(count)}
    rare = {f"rare {i}": 1.0 for i in range(100)}
    medians = {"torch": {**common, **rare}, "mxcompat": {**common, **dict.fromkeys(rare, 9.0)}}
    (row,) = (row for row in BUDGET if row.program == "op_latency" and row.against == "torch")
    assert row.measure(medians) == 1.0


def test_lower_bounds_are_lower_bounds() -> None:
    (row,) = (row for row in BUDGET if row.at_least)
    assert row.holds(row.limit) and row.holds(row.limit + 1) and not row.holds(row.limit - 1)


def test_ratios_skip_what_one_side_lacks() -> None:
    assert ratios({"a": {"x": 4.0, "y": 1.0}, "b": {"x": 2.0}}, "a", "b") == {"x": 2.0}


@pytest.mark.parametrize(("value", "text"), [(2.5, "2.5 s"), (0.0125, "12.5 ms"), (1.234e-6, "1.23 us")])
def test_seconds(value: float, text: str) -> None:
    assert seconds(value) == text


def test_table_has_a_ratio_for_each_call() -> None:
    lines = program_table("op_latency", "seconds", {"torch": {"x": 2e-6}, "mxcompat": {"x": 3e-6}}).splitlines()
    assert lines[0].split() == ["op_latency", "torch", "mxcompat", "mxcompat/torch"]
    assert lines[2].split() == ["x", "2.00", "us", "3.00", "us", "1.50"]


@pytest.mark.parametrize("effort", [QUICK, Effort(blocks=3, block_seconds=1e-5)])
def test_timing_calls_everything_and_waits(effort: Effort) -> None:
    seen = {"a": 0, "b": 0, "wait": 0}

    def count(name: str) -> Callable[[], None]:
        def call() -> None:
            seen[name] += 1

        return call

    measured = time_calls({"a": count("a"), "b": count("b")}, count("wait"), effort)
    assert measured.keys() == {"a", "b"}
    assert all(value > 0 for value in measured.values())
    assert min(seen.values()) >= effort.blocks


def test_command_prints_tables_and_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "result.json"
    assert command.main(["record_backward", "--quick", "--threads", "1", "--json", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "record + backward" in printed and "mxcompat/torch" in printed
    written = json.loads(path.read_text())
    assert written["rounds"]["record_backward"].keys() >= {"torch", "mxcompat"}
    assert written["machine"]["threads"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "no program nonsense"),
        (["--contenders", "mxnet"], "set MXNET_PYTHON"),
        (["--rounds", "0"], "at least 1"),
    ],
)
def test_command_refuses_what_it_cannot_do(
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MXNET_PYTHON", raising=False)
    with pytest.raises(SystemExit) as stopped:
        command.main(arguments)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_a_failing_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(runner.WorkerFailed, match="no_such_program for torch failed"):
        runner.run_worker("no_such_program", "torch", threads=1, quick=True)
