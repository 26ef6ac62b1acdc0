"""Help, near misses and bad input: one line on stderr, exit code 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mxcompat.cli import main

COMMANDS = ["run", "info", "enable", "disable", "conformance"]


def test_help_lists_every_command(mxcompat_command) -> None:
    ran = mxcompat_command("--help")
    assert ran.code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in ran.out


@pytest.mark.parametrize("name", ["run", "info", "enable", "disable"])
def test_every_command_has_help(mxcompat_command, name: str) -> None:
    ran = mxcompat_command(name, "--help")
    assert ran.code == 0 and f"Usage: mxcompat {name}" in ran.out


def test_version(mxcompat_command) -> None:
    ran = mxcompat_command("--version")
    assert ran.code == 0 and "(answers as mxnet 1.9.1)" in ran.out


@pytest.fixture
def some_files(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("")
    (tmp_path / "ok.ipynb").write_text('{"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": []}')
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "cut.ipynb").write_text('{"nbformat": 4, "cells": [{"cell_type": "co')
    (tmp_path / "words.ipynb").write_text("import mxnet\n")
    (tmp_path / "list.ipynb").write_text("[1]\n")
    (tmp_path / "bare.ipynb").write_text('{"nbformat": 4, "nbformat_minor": 2}')
    (tmp_path / "bytes.ipynb").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "deep.ipynb").write_text("[" * 200_000)


@pytest.mark.usefixtures("some_files")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rum"], "no command 'rum' (did you mean run?)"),
        (["train.py"], "did you mean `mxcompat run train.py`?"),
        (["run"], "nothing to run"),
        (["run", "-m"], "-m needs the name of a module"),
        (["run", "-m", "no_such_module_here"], "no such module"),
        (["run", "-m", "json.no_such_part"], "no such module"),
        (["run", "-m", "json"], "a package without a __main__"),
        (["run", "-m", "train.py"], "mxcompat run train.py"),
        (["run", "trian.py"], "trian.py: no such file (did you mean train.py?)"),
        (["run", "nowhere/train.py"], "no such file"),
        (["run", "folder"], "folder is a folder"),
        (["run", "--check", "train.py"], "--check is for notebooks"),
        (["run", "folder.ipynb"], "is a folder"),
        (["run", "absent.ipynb"], "no such file"),
        (["run", "cut.ipynb"], "it is cut off at line 1"),
        (["run", "words.ipynb"], "its JSON is broken"),
        (["run", "list.ipynb"], "without a notebook's 'nbformat'"),
        (["run", "bare.ipynb"], "not a usable notebook"),
        (["run", "bytes.ipynb"], "not text"),
        (["run", "deep.ipynb"], "is not a notebook"),
        (["run", "ok.ipynb", "extra"], "unexpected argument 'extra'"),
        (["run", "ok.ipynb", "--chekc"], "--check"),
        (["run", "--rtol", "much", "ok.ipynb"], "'much' is not a valid float"),
        (["run", "ok.ipynb", "--check", "--rtol", "-1"], "--rtol -1: give a non-negative number"),
        (["run", "ok.ipynb", "--check", "--atol", "nan"], "--atol nan"),
        (["run", "ok.ipynb", "--timeout", "0"], "--timeout 0: give a positive number"),
        (["run", "ok.ipynb", "--timeout"], "requires an argument"),
        (["run", "ok.ipynb", "--strict"], "--strict needs --check"),
        (["run", "ok.ipynb", "--json", "x.json"], "--json needs --check"),
        (["run", "ok.ipynb", "--output", "absent/x.ipynb"], "cannot write absent/x.ipynb"),
        (["run", "ok.ipynb", "--output", "folder"], "cannot write folder"),
        (["info", "--jsn"], "--json"),
        (["enable", "now"], "unexpected extra argument"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(mxcompat_command, arguments: list[str], said: str) -> None:
    ran = mxcompat_command(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("mxcompat: ") and ran.err.count("\n") == 1
    assert said in ran.err


def test_no_arguments_show_the_help_and_fail(mxcompat_command) -> None:
    ran = mxcompat_command()
    assert ran.code == 2 and "Commands:" in ran.err


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Make a package look uninstalled, and the command's modules not yet loaded."""
    monkeypatch.setitem(sys.modules, package, None)
    for name in list(sys.modules):
        if name.startswith("mxcompat.cli.") and not name.endswith("_errors"):
            monkeypatch.delitem(sys.modules, name)
    for name in ("_app", "_script", "_notebook", "_notebook_run", "_report"):
        monkeypatch.delattr(f"mxcompat.cli.{name}", raising=False)


def test_without_click_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    without(monkeypatch, "click")
    assert main(["run", "x.ipynb"]) == 2
    assert capsys.readouterr().err == "mxcompat: this needs click, which is not here: pip install 'mxcompat[cli]'\n"


def test_without_click_scripts_and_info_still_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd) -> None:
    without(monkeypatch, "click")
    (tmp_path / "s.py").write_text("print('ran')\n")
    assert main(["run", str(tmp_path / "s.py")]) == 0
    assert capfd.readouterr().out == "ran\n"
    assert main(["info"]) == 0
    assert "answers as mxnet" in capfd.readouterr().out


def test_without_nbclient_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    without(monkeypatch, "nbclient")
    assert main(["run", "x.ipynb"]) == 2
    said = "running notebooks needs nbclient, which is not here: pip install 'mxcompat[cli,notebook]'"
    assert capsys.readouterr().err == f"mxcompat: {said}\n"


def test_a_reader_that_stops_early_is_no_error_to_show(tmp_path: Path) -> None:
    for i in range(200):
        (tmp_path / f"program{i}.py").write_text("import mxnet as mx\nprint(mx.nd.no_such_operator)\n")
    command = [sys.executable, "-m", "mxcompat", "scan", "--format", "json", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert said == ""
    assert process.returncode == 1
