"""The three commands as a person types them, with and without torch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mxcompat.cli import main

ROOT = Path(__file__).resolve().parents[2]

GOOD = "import mxnet as mx\nx = mx.nd.ones(1)\nx.asnumpy()\n"
BAD = GOOD + "mx.nd.no_such_op(x)\n"


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text(BAD)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return (code, *capsys.readouterr())

    return run


@pytest.mark.parametrize("name", ["scan", "inspect", "convert"])
def test_help(command, name: str) -> None:
    code, out, _ = command(name, "--help")
    assert code == 0 and f"Usage: mxcompat {name}" in out and "Exit code:" in out
    assert f"\n  {name} " in command("--help")[1]


def test_summary_and_exit_codes(command) -> None:
    code, out, err = command("scan", "good.py")
    assert (code, err) == (0, "") and out.startswith("2 of 2 uses run.\n1 of 1 files")
    code, out, _ = command("scan", ".")
    assert code == 1 and out.startswith("4 of 5 uses run; this line does not.")
    assert "bad.py:4" in out and "nd.no_such_op (once)" in out


def test_json(command) -> None:
    code, out, _ = command("scan", ".", "--format", "json")
    found = json.loads(out)
    assert code == 1 and found["summary"]["uses"]["not supported"] == 1
    (bad,) = (use for file in found["files"] for use in file["uses"] if use["status"] == "not supported")
    assert (bad["name"], bad["line"]) == ("nd.no_such_op", 4) and bad["advice"]


def test_sarif(command) -> None:
    _, out, _ = command("scan", ".", "--format", "sarif")
    (run,) = json.loads(out)["runs"]
    (result,) = (r for r in run["results"] if r["level"] == "error")
    region = result["locations"][0]["physicalLocation"]
    assert region["artifactLocation"]["uri"] == "bad.py" and region["region"]["startLine"] == 4
    assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}


def test_markdown(command) -> None:
    _, out, _ = command("scan", ".", "--format", "markdown")
    assert "| bad.py | 3 | 1 | 0 | 0 |" in out and "- `bad.py:4`: **not supported** `nd.no_such_op`" in out


def test_packages_are_named_and_followed(command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "elsewhere" / "site"
    (site / "onmxnet").mkdir(parents=True)
    (site / "onmxnet" / "__init__.py").write_text(BAD)
    (site / "onmxnet" / "raises.py").write_text("raise RuntimeError('imported')\n")
    monkeypatch.syspath_prepend(str(site))
    (tmp_path / "good.py").write_text("import onmxnet, json, numpy\n" + GOOD)
    code, out, _ = command("scan", "good.py")
    assert code == 0 and "onmxnet: not looked into" in out
    code, out, _ = command("scan", "good.py", "--follow")
    assert code == 0 and "onmxnet: 2 of 3 uses run; this line does not" in out and "nd.no_such_op" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scan"], "nothing to scan"),
        (["scan", "nowhere"], "no such file or folder"),
        (["scan", "good.py", "--format", "xml"], "--format"),
        (["inspect"], "FILE"),
        (["inspect", "nowhere.params"], "no such file"),
        (["inspect", "."], "is a folder"),
        (["inspect", "good.py"], "not a file of arrays"),
        (["convert", "good.py"], "--to"),
        (["convert", "good.py", "--to", "npz"], "not a file of arrays"),
        (["convert", "good.py", "--to", "params"], "takes a .safetensors or .npz file"),
        (["convert", "good.py", "--to", "npz", "--np-shape"], "--np-shape is for --to params"),
        (["convert", "nowhere.npz", "--to", "params"], "no such file"),
    ],
)
def test_bad_input_is_one_line(command, tmp_path: Path, arguments: list[str], said: str) -> None:
    before = sorted(tmp_path.iterdir())
    code, out, err = command(*arguments)
    assert code == 2 and out == "" and said in err and err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def without_torch(*code_and_arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    block = "import sys; sys.modules['torch'] = None; "
    return subprocess.run(
        [sys.executable, "-c", f"{block}sys.path.insert(0, {str(ROOT)!r}); {code_and_arguments[0]}"],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_commands_need_no_torch(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(GOOD)
    done = without_torch("from mxcompat.cli import main; sys.exit(main(['scan', 'good.py']))", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("2 of 2 uses run")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import mxcompat as mx; mx.nd", "mxcompat.nd needs torch, which is not installed here: pip install torch"),
        ("import mxcompat as mx; mx.cpu()", "mxcompat.cpu needs torch"),
        ("import mxcompat.gluon", "torch"),
        ("from mxcompat import autograd", "torch"),
    ],
)
def test_everything_else_says_that_it_needs_torch(tmp_path: Path, code: str, said: str) -> None:
    done = without_torch(code, cwd=tmp_path)
    assert done.returncode == 1 and said in done.stderr.splitlines()[-1]


def test_the_room_imports_no_torch_and_no_other_room() -> None:
    code = (
        "import sys, types; p = types.ModuleType('mxcompat'); p.__path__ = [sys.argv[1]]; sys.modules['mxcompat'] = p\n"
        "import mxcompat.migrate._formats, mxcompat.migrate._inspect, mxcompat.migrate._convert\n"
        "rooms = {name.split('.')[1] for name in sys.modules if name.startswith('mxcompat.')}\n"
        "assert rooms == {'migrate'}, rooms\n"
        "assert not {'torch', 'numpy'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(ROOT / "mxcompat")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
