"""``mxcompat run --report``: what a script, a module and a notebook used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mxcompat.cli import _watched, main
from mxcompat.cli.run_cmd import _with_report_file

SCRIPT = """\
import pickle
import sys
import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

class Net(gluon.HybridBlock):
    def __init__(self):
        super().__init__()
        self.dense = nn.Dense(2, in_units=3)
    def hybrid_forward(self, F, x):
        return F.relu(self.dense(x))

net = Net()
net.initialize()
net.hybridize(static_alloc=True)
trainer = gluon.Trainer(net.collect_params(), "sgd")
metric = mx.metric.Accuracy()
for _ in range(4):
    x = nd.ones((2, 3))
    with autograd.record():
        loss = net(x).sum() * 2
    loss.backward()
    trainer.step(1)
    metric.update([nd.zeros(2)], [net(x)])
    value = loss.asscalar()
nd.Convolution(nd.ones((1, 1, 3, 3)), nd.ones((1, 1, 2, 2)), kernel=(2, 2), num_filter=1, no_bias=True, workspace=9)
print(loss)
if loss > 1e9:
    pass
nd.waitall()
assert all(pickle.loads(pickle.dumps(f)) is f for f in (nd.dot, nd.array, gluon.utils.split_data, nn.Dense))
mx.engine.set_bulk_size(3)
print(sys.argv[1:], "MXCOMPAT_RUN_REPORT" in __import__("os").environ)
sys.exit(3)
"""


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "program.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-c", "from mxcompat.cli import main; import sys; sys.exit(main())",
         "run", "--report", "used.json", "program.py", "--report", "7"],
        cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert done.stdout.splitlines()[-1] == "['--report', '7'] False"
    data = json.loads((folder / "used.json").read_text())
    assert isinstance(data, dict)
    return data


def by(rows: list[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows}


def test_names_are_counted_where_the_program_calls_them(watched: dict[str, Any]) -> None:
    calls = {row["name"]: row["calls"] for row in watched["names"]}
    assert calls["mx.autograd.record"] == 4
    assert calls["mx.nd.NDArray.asscalar"] == 4
    assert calls["mx.gluon.Trainer.step"] == 4
    assert calls["mx.metric.Accuracy.update"] == 4
    assert calls["mx.gluon.HybridBlock.__call__"] == 8  # the program's own class counts as its nearest base
    assert calls["mx.nd.waitall"] == 1
    assert calls["mx.gluon.nn.Dense"] == 1
    assert "mx.nd.FullyConnected" not in calls  # called by the library
    assert watched["names"] == sorted(watched["names"], key=lambda row: -row["calls"])


def test_arguments_of_no_effect(watched: dict[str, Any]) -> None:
    rows = {(row["name"], row["argument"]): row for row in watched["no_effect"]}
    assert set(rows) == {
        ("mx.nd.Convolution", "workspace"),
        ("mx.engine.set_bulk_size", ""),
        ("mx.gluon.HybridBlock.hybridize", "static_alloc"),
    }
    row = rows["mx.nd.Convolution", "workspace"]
    assert (
        row["first"]
        == f"program.py:{1 + SCRIPT.splitlines().index(next(s for s in SCRIPT.splitlines() if 'nd.Conv' in s))}"
    )
    assert row["calls"] == 1
    assert "algorithm" in row["why"]


def test_waits_are_listed_by_line(watched: dict[str, Any]) -> None:
    line = {text.strip(): number for number, text in enumerate(SCRIPT.splitlines(), 1)}
    rows = {(row["what"], row["where"]): row for row in watched["synchronizations"]}
    wanted = {"asscalar": "value = loss.asscalar()", "print": "print(loss)", "bool()": "if loss > 1e9:",
              "waitall": "nd.waitall()"}  # fmt: skip
    for what, text in wanted.items():
        row = rows[what, f"program.py:{line[text]}"]
        assert row["calls"] == (4 if what == "asscalar" else 1)
        assert 0 <= row["seconds"] < watched["seconds"]
    assert len([row for row in watched["synchronizations"] if row["what"] == "print"]) == 1


def test_operators_have_times(watched: dict[str, Any]) -> None:
    rows = by(watched["operators"], "name")
    assert rows["FullyConnected"]["calls"] == 8  # in the compiled graph, without shape inference
    assert rows["Convolution"]["calls"] == 1
    assert watched["backward"]["calls"] == 4
    spent = sum(row["seconds"] for row in watched["operators"])
    assert 0 < spent + watched["backward"]["seconds"] < watched["seconds"]


def test_the_text_has_all_parts(watched: dict[str, Any]) -> None:
    from mxcompat import usage

    text = usage.as_text(watched)
    for part in ("program.py: ", "mx.autograd.record", "workspace", "asscalar", "FullyConnected", "backward"):
        assert part in text


def test_a_notebook_names_cells(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cells = [
        new_code_cell("from mxnet import nd\ndef read(x):\n    return x.asnumpy()"),
        new_markdown_cell("text"),
        new_code_cell("x = nd.ones(3).sum()\nread(x); read(x)\nx"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "n.ipynb")
    assert main(["run", "-q", "--report", str(tmp_path / "used.txt"), str(tmp_path / "n.ipynb")]) == 0
    text = (tmp_path / "used.txt").read_text()
    rows = [" ".join(line.split()[1:]) for line in text.splitlines() if "cell " in line]
    assert sorted(rows) == ["1 print cell 2:3", "2 asnumpy cell 1:3"]
    assert "mx.nd.ones" in text
    capfd.readouterr()


def test_bad_use_is_one_line(mxcompat_command: Callable[..., Any], tmp_path: Path) -> None:
    ran = mxcompat_command("run", "--report=used.csv", "program.py")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ".json or .txt" in ran.err
    ran = mxcompat_command("run", "--report", "missing/used.json", "program.py")
    assert (ran.code, "no such folder" in ran.err) == (2, True)
    ran = mxcompat_command("run", "--report", "program.py")
    assert (ran.code, "no such file" in ran.err) == (2, True)


def test_the_file_of_a_report_may_be_left_out() -> None:
    assert _with_report_file(["--report", "a.py", "b.json"]) == ["--report=-", "a.py", "b.json"]
    assert _with_report_file(["-q", "--report", "r.json", "a.py"]) == ["-q", "--report=r.json", "a.py"]
    assert _with_report_file(["a.ipynb", "--report"]) == ["a.ipynb", "--report=-"]
    assert _with_report_file(["a.py", "--report"]) == ["a.py", "--report"]
    assert _with_report_file(["-m", "pkg", "--report"]) == ["-m", "pkg", "--report"]


def test_a_run_that_dies_leaves_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    _watched.deliver("/nowhere/at/all.json", "-")
    assert "no report" in capfd.readouterr().err


def test_nothing_is_wrapped_without_it() -> None:
    from mxcompat import nd
    from mxcompat._core import timing
    from mxcompat.registry.operator import find

    assert not timing.ON
    assert not timing.OPERATORS
    assert not hasattr(find("FullyConnected").fn, "__wrapped__")
    assert not hasattr(nd.NDArray.asnumpy, "_mx_waits")
