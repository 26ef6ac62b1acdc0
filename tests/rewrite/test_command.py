"""`mxcompat rewrite` as a person types it, with bad input too."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("click")

from mxcompat.cli import main

ROOT = Path(__file__).resolve().parents[2]
OLD = "import mxnet as mx\nx = mx.nd.ones(3)\nprint(x + 1)\n"


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple]:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["rewrite", *arguments])
        return (code, *capsys.readouterr())

    return run


def notebook(*cells: str, **more: object) -> str:
    outputs = [{"output_type": "stream", "name": "stdout", "text": ["1.0\n"]}]
    code = [
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {"k": 1},
            "outputs": outputs,
            "source": cell.splitlines(True),
        }
        for cell in cells
    ]
    text = {"cell_type": "markdown", "metadata": {}, "source": ["import mxnet\n"]}
    metadata = {"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}, **more}
    return (
        json.dumps({"cells": [text, *code], "metadata": metadata, "nbformat": 4, "nbformat_minor": 2}, indent=1) + "\n"
    )


def test_help(command) -> None:
    code, out, _ = command("--help")
    assert code == 0 and "Usage: mxcompat rewrite" in out and "Exit code:" in out


def test_in_place_and_again(command) -> None:
    Path("a.py").write_text(OLD)
    assert command("a.py") == (0, "rewrote a.py\n1 of 1 file rewritten\n", "")
    assert Path("a.py").read_text() == OLD.replace("mxnet", "mxcompat")
    assert command("a.py") == (0, "0 of 1 file rewritten\n", "")


def test_check_and_diff_write_nothing(command) -> None:
    Path("a.py").write_text(OLD)
    code, out, _ = command("a.py", "--check")
    assert code == 1 and "would rewrite a.py" in out
    code, out, err = command("a.py", "--diff", "--mode", "torch")
    assert code == 0 and "+x = torch.ones(3)\n" in out and "would rewrite" in err
    assert Path("a.py").read_text() == OLD
    command("a.py", "-q")
    assert command("a.py", "--check", "-q") == (0, "", "")


def test_list_only_skip(command) -> None:
    code, out, _ = command("--list")
    assert code == 0 and "imports (import): " in out and "torch-autograd (torch): " in out
    Path("a.py").write_text("import mxnet as mx\nimport numpy as np\nx = np.float(3)\n")
    command("a.py", "--only", "numpy-names")
    assert Path("a.py").read_text() == "import mxnet as mx\nimport numpy as np\nx = float(3)\n"
    command("a.py", "--skip", "numpy-names")
    assert Path("a.py").read_text().startswith("import mxcompat as mx")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to rewrite"),
        (("missing.py",), "missing.py: no such file or folder"),
        (("text.txt",), "text.txt: not a script and not a notebook"),
        (("empty",), "empty: no Python file and no notebook in there"),
        (("good.py", "--only", "import"), "there is no rule 'import' in --mode import (did you mean imports?)"),
        (("good.py", "--skip", "torch-random"), "it is one of --mode torch"),
        (("good.py", "-"), "- stands alone"),
        (("good.py", "--mode", "tensorflow"), "tensorflow"),
    ],
)
def test_cannot_begin(command, arguments: tuple[str, ...], words: str) -> None:
    Path("text.txt").write_text("x")
    Path("empty").mkdir()
    Path("good.py").write_text(OLD)
    code, out, err = command_error(command, *arguments)
    assert code == 2 and out == "" and words in err and err.count("\n") == 1
    assert Path("good.py").read_text() == OLD


def command_error(command, *arguments: str) -> tuple[int, str, str]:
    return command(*arguments)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("broken.py", b"import mxnet\nx = (1,\n", "no Python 3: line 2"),
        ("two.py", b"import mxnet\nprint 'x'\n", "no Python 3: line 2"),
        ("latin.py", b"import mxnet # \xe9\n", "not a text file"),
        ("nul.py", b"import mxnet\n\0\n", "left alone"),
        ("a.ipynb", b"import mxnet\n", "not a notebook: not JSON"),
        ("b.ipynb", b'{"mxnet": 1}', "not a notebook: it has no list of cells"),
        ("c.ipynb", notebook("import mxnet\nx = (").encode(), "cell 1, line 2"),
        ("r.ipynb", notebook("library(mxnet)", language_info={"name": "R"}).encode(), "a notebook of R"),
    ],
)
def test_left_alone(command, name: str, data: bytes, words: str) -> None:
    Path("good.py").write_text(OLD)
    Path(name).write_bytes(data)
    code, out, err = command(".", "--mode", "torch")
    assert code == 1 and words in err and err.count("\n") == 1 and err.startswith("mxcompat: ")
    assert "1 of 2 files rewritten, 1 left alone" in out
    assert Path(name).read_bytes() == data
    assert sorted(os.listdir()) == sorted(["good.py", name])


def test_bytes_around_the_code_stay(command) -> None:
    Path("crlf.py").write_bytes(b"\xef\xbb\xbfimport mxnet as mx\r\ns = '\xc3\xa9'\r\n")
    Path("latin.py").write_bytes(b"# coding: latin-1\nimport mxnet as mx # \xe9\nx = 1")
    command(".")
    assert Path("crlf.py").read_bytes() == b"\xef\xbb\xbfimport mxcompat as mx\r\ns = '\xc3\xa9'\r\n"
    assert Path("latin.py").read_bytes() == b"# coding: latin-1\nimport mxcompat as mx # \xe9\nx = 1"


@pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")
def test_mode_and_link_stay(command) -> None:
    Path("real.py").write_text(OLD)
    Path("real.py").chmod(0o750)
    Path("link.py").symlink_to("real.py")
    command("link.py")
    assert Path("link.py").is_symlink() and "mxcompat" in Path("real.py").read_text()
    assert stat.S_IMODE(Path("real.py").stat().st_mode) == 0o750


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_folder_that_cannot_be_written(command) -> None:
    Path("in").mkdir()
    Path("in/a.py").write_text(OLD)
    Path("in").chmod(0o500)
    code, _, err = command("in/a.py")
    Path("in").chmod(0o700)
    assert code == 1 and "cannot be written" in err and Path("in/a.py").read_text() == OLD


def test_notebook(command) -> None:
    pytest.importorskip("nbformat")
    cells = (
        "%matplotlib inline\nimport mxnet as mx\nfiles = !ls",
        "%%bash\nimport mxnet",
        "mx.nd?\nprint('a'\n  % ())",
        "%time x = mx.nd.ones(3)",
        "%%time\ny = mx.nd.ones(3) + 1",
    )
    text = notebook(*cells)
    Path("n.ipynb").write_text(text)
    assert command("n.ipynb", "--mode", "torch")[0] == 0
    old, new = json.loads(text), json.loads(Path("n.ipynb").read_text())
    sources = ["".join(cell["source"]) for cell in new["cells"][1:]]
    assert sources[0] == "%matplotlib inline\nimport torch\nimport mxcompat as mx\nfiles = !ls"
    assert sources[1:4] == list(cells[1:4]) and sources[4] == "%%time\ny = torch.ones(3) + 1"
    for before, after in zip(old["cells"], new["cells"], strict=True):
        assert {**before, "source": 0} == {**after, "source": 0}
    assert new["metadata"] == old["metadata"] and Path("n.ipynb").read_text().endswith("}\n")


def test_old_notebook(command) -> None:
    pytest.importorskip("nbformat")
    cell = {
        "cell_type": "code",
        "input": ["import mxnet as mx"],
        "language": "python",
        "outputs": [],
        "prompt_number": 1,
    }
    old = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    Path("n.ipynb").write_text(json.dumps(old))
    assert command("n.ipynb")[0] == 0
    (new,) = json.loads(Path("n.ipynb").read_text())["worksheets"][0]["cells"]
    assert "".join(new["input"]) == "import mxcompat as mx"


def test_a_module_of_the_project(command) -> None:
    Path("layers.py").write_text("from mxnet import nd\nx = nd.ones(3)\ny = x + x\n")
    Path("train.py").write_text("from layers import y\nimport mxnet as mx\n")
    command(".", "--mode", "torch")
    text = Path("layers.py").read_text()
    assert "# mxcompat: nothing was rewritten to torch: train.py imports this file" in text
    assert "from mxcompat import nd\nx = nd.ones(3)" in text
    assert command(".", "--mode", "torch", "--check")[0] == 0


def run(*arguments: str, stdin: str = "", without: str = "") -> subprocess.CompletedProcess[str]:
    start = f"import sys; sys.modules['{without}'] = None\n" if without else "import sys\n"
    code = f"{start}from mxcompat.cli import main\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT, check=False)


def test_standard_input() -> None:
    done = run("rewrite", "-", stdin=OLD)
    assert (done.returncode, done.stdout, done.stderr) == (0, OLD.replace("mxnet", "mxcompat"), "")
    assert run("rewrite", "-", "--check", stdin=OLD).returncode == 1
    broken = run("rewrite", "-", stdin="import mxnet\nx = (\n")
    assert broken.returncode == 2 and broken.stdout == "" and "<stdin>: left alone: no Python 3" in broken.stderr


def test_without_libcst() -> None:
    done = run("rewrite", "x.py", without="libcst")
    assert done.returncode == 2 and "pip install 'mxcompat[migrate]'" in done.stderr and done.stderr.count("\n") == 1


def test_needs_no_torch(tmp_path: Path) -> None:
    lines = [
        "import sys, types",
        "package = types.ModuleType('mxcompat')",
        f"package.__path__ = [{str(ROOT / 'mxcompat')!r}]",
        "sys.modules['mxcompat'] = package  # without what its own start loads",
        "from mxcompat.rewrite import _files, _program",
        "from mxcompat.rewrite._rule import rules",
        "rules()",
        "print('torch' in sys.modules)",
    ]
    command = [sys.executable, "-c", "\n".join(lines)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "False\n"
