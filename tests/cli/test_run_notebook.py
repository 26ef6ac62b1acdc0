"""``mxcompat run FILE.ipynb``, with one kernel for many questions: starting it is what takes the time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mxcompat.cli import _notebook, _report
from mxcompat.cli._compare import Tolerance


def stdout(text: str) -> Any:
    return new_output("stream", name="stdout", text=text)


def result(text: str) -> Any:
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


CELLS: list[tuple[str, list[Any], int | None, str]] = [  # source, stored outputs, stored count, expected status
    ("import mxnet as mx, numpy as np, os, sys, time", [], 1, "same"),
    ("print(mx.__version__, np.float)", [stdout("1.9.1 <class 'float'>\n")], 2, "same"),
    ("print('took 1.5 sec', object())", [stdout("took 3.5 sec <object object at 0x7f33aabbccdd>\n")], 3, "same"),
    ("1.00001", [result("1.00002")], 4, "close"),
    ("print(5)", [stdout("6\n")], 5, "different"),
    ("1 / 0", [new_output("error", ename="ZeroDivisionError", evalue="", traceback=[])], 6, "same"),
    ("undefined_name", [], 7, "error"),
    ("print('new')", [], None, "new"),
    ("pass", [], None, "skipped"),
    ("In[1][:6], os.path.basename(os.getcwd())", [result("('import', 'nb')")], 10, "same"),
]


def write_notebook(path: Path, cells: list[tuple[str, list[Any], int | None, str]]) -> None:
    notebook = new_notebook(metadata={"kernelspec": {"name": "conda-env-py27", "display_name": "Python 2"}})
    notebook.cells = [new_markdown_cell("# Title")]
    notebook.cells += [new_code_cell(s, outputs=o, execution_count=n) for s, o, n, _ in cells]
    notebook.cells += [new_code_cell("   ")]
    notebook.nbformat_minor = 2
    for cell in notebook.cells:
        cell.pop("id", None)
    path.parent.mkdir(exist_ok=True)
    path.write_text(nbformat.writes(notebook))


def test_check(mxcompat_command, tmp_path: Path) -> None:
    file = tmp_path / "nb" / "old.ipynb"
    write_notebook(file, CELLS)
    before = file.read_text()
    ran = mxcompat_command("run", "nb/old.ipynb", "--check", "--output", "out.ipynb", "--json", "report.json")
    assert ran.code == 1
    report = json.loads((tmp_path / "report.json").read_text())
    assert [(cell["source"], cell["status"]) for cell in report["cells"]] == [(s, status) for s, _, _, status in CELLS]
    assert report["totals"] == {"same": 5, "close": 1, "different": 1, "error": 1, "new": 1, "skipped": 1}
    assert report["exit_code"] == 1 and report["tolerance"] == {"rtol": 1e-4, "atol": 1e-6}
    assert "10 cells: 5 same, 1 close, 1 different, 1 error, 1 new, 1 skipped" in ran.out
    assert "stored: '6'; now: '5'" in ran.out and "rtol 0.0001 and atol 1e-06" in ran.out
    progress = ran.err.splitlines()
    assert len(progress) == 10, ran.err  # progress, and nothing from kernels or debuggers
    assert progress[0].startswith("[ 1/10]") and progress[6].endswith("undefined_name  raised")
    assert file.read_text() == before
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert [c.execution_count for c in executed.cells if c.cell_type == "code"] == [*range(1, 11), None]
    assert executed.metadata.kernelspec.name == "conda-env-py27"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_run_shows_outputs_and_stops_at_an_error(mxcompat_command, tmp_path: Path) -> None:
    cells = [("print('one')\n2", [], None, ""), ("raise ValueError('three')", [], None, ""), ("4", [], None, "")]
    write_notebook(tmp_path / "nb" / "n.ipynb", cells)
    ran = mxcompat_command("run", "nb/n.ipynb", "--quiet", "-o", "out.ipynb")
    assert ran.code == 1
    assert ran.out == "one\n2\n"
    assert "ValueError: three" in ran.err
    assert ran.err.endswith("mxcompat: nb/n.ipynb: cell 2 failed; 2 of 3 cells run\n")
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert executed.cells[2].outputs[0].ename == "ValueError" and executed.cells[3].outputs == []


def test_timeout_and_format_3(mxcompat_command, tmp_path: Path) -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": "1 + 1",
                        "language": "python",
                        "metadata": {},
                        "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": ["2"], "metadata": {}}],
                        "prompt_number": 1,
                    },
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": "import time; time.sleep(30)",
                        "language": "python",
                        "metadata": {},
                        "outputs": [],
                    },
                ],
                "metadata": {},
            }
        ],
    }
    (tmp_path / "v3.ipynb").write_text(json.dumps(old))
    ran = mxcompat_command("run", "v3.ipynb", "--check", "--timeout", "1", "--json", "r.json")
    assert ran.code == 1
    report = json.loads((tmp_path / "r.json").read_text())
    assert [cell["status"] for cell in report["cells"]] == ["same", "error"]
    assert report["stopped"] == "cell 2 took longer than 1 s (--timeout)"


@pytest.mark.parametrize(
    ("statuses", "strict", "ok"),
    [("ss", False, True), ("sc", False, True), ("sc", True, False), ("sd", False, False), ("", True, True)],
)
def test_exit_code_of_a_check(statuses: str, strict: bool, ok: bool) -> None:
    printed = {"s": "1.0", "c": "1.00001", "d": "2.0"}
    stored = new_notebook(cells=[new_code_cell("x", outputs=[result("1.0")]) for _ in statuses])
    fresh = new_notebook(cells=[new_code_cell("x", outputs=[result(printed[s])]) for s in statuses])
    execution = _notebook.Execution(fresh, frozenset(range(len(statuses))), frozenset(), None)
    assert _report.check(stored, execution, Tolerance(), strict=strict).ok is ok


def test_a_cell_that_was_not_reached_is_an_error() -> None:
    notebook = new_notebook(cells=[new_code_cell("x"), new_code_cell("y")])
    execution = _notebook.Execution(notebook, frozenset({0}), frozenset(), "the kernel died in cell 2")
    rows = _report.check(notebook, execution, Tolerance(), strict=False).rows
    assert rows[1].verdict.status.value == "error"
    assert rows[1].verdict.detail == "not finished: the kernel died in cell 2"
