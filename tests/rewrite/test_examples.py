"""Whole programs: the example notebooks as scripts, before and after, and many files that must still parse."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mxcompat.rewrite import _files, _notebooks
from mxcompat.rewrite._errors import RewriteError
from mxcompat.rewrite._program import choose, rewrite

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.ipynb"))
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
#: examples of which something becomes torch (the others are Gluon layers, symbols or mx.np from end to end)
TORCH = {"autograd", "linear_regression"}


def script(notebook: Path, mode: str) -> str:
    """The rewritten notebook as a script that shows what its cells show."""
    document = _files.read(notebook)
    text = rewrite(document, mode, choose(mode))
    again = _files.from_bytes(notebook.name, text.encode(), is_notebook=True)
    assert rewrite(again, mode, choose(mode)) == text, "a second run changes nothing"
    lines = ["import torch", "torch.set_printoptions(precision=8)"]
    for cell in again.cells:
        tree = ast.parse(cell or "")
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = tree.body[-1]
            shown = ast.Call(ast.Name("print", ast.Load()), [last.value], [])
            tree.body[-1] = ast.copy_location(ast.Expr(shown), last)
        lines.append(ast.unparse(ast.fix_missing_locations(tree)))
    return "\n".join(lines)


def numbers(code: str) -> list[float]:
    start = "import mxcompat; mxcompat.install()\n"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
    command = [sys.executable, "-c", start + code]
    folder = ROOT / "examples"
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    text = re.sub(r"<NDArray [^>]*>|grad_fn=<[^>]*>|requires_grad=True|/\S+/", "", done.stdout)
    return [float(each) for each in NUMBER.findall(text)]


@pytest.mark.slow
@pytest.mark.parametrize("notebook", EXAMPLES, ids=lambda path: path.stem)
def test_same_numbers(notebook: Path) -> None:
    if "digits" in notebook.read_text(encoding="utf-8") and not (ROOT / "examples" / "digits").is_dir():
        pytest.skip("the digits are not there: run examples/make_digits.py")
    old, new = script(notebook, "import"), script(notebook, "torch")
    assert (re.search(r"torch\.(?!set_)\w+\(", new) is not None) == (notebook.stem in TORCH)
    expected = numbers(old)
    assert expected and numbers(new) == pytest.approx(expected, rel=1e-4, abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["import", "torch"])
def test_many_files_still_parse(mode: str) -> None:
    """Our own programs of MXNet's API, under MXNet's name."""
    files = [path for path in sorted((ROOT / "conformance" / "cases").rglob("*.py")) if path.stat().st_size < 20_000]
    assert len(files) > 50
    for path in files:
        data = path.read_bytes().replace(b"mxcompat", b"mxnet")
        document = _files.from_bytes(str(path), b"import mxnet as mx\n" + data.replace(b"from __future__ import", b"#"))
        try:
            text = rewrite(document, mode, choose(mode))
        except RewriteError as error:
            pytest.fail(str(error))
        compile(text, str(path), "exec", dont_inherit=True)


def test_magics_come_back() -> None:
    cells = ["%%time\nx = !ls\n  \nif x:\n    !pwd", "?print", "a = 5 \\\n  % 3", "s = '''\n%no\n'''\n%yes"]
    for cell in cells:
        code, hidden = _notebooks.hide_magics(cell)
        assert code is not None and _notebooks.show_magics(code, hidden) == cell
        compile(code, "cell", "exec")
    assert _notebooks.hide_magics("%%bash\nls") == (None, [])
