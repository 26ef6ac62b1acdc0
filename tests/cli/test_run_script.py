"""``mxcompat run FILE.py`` and ``-m MODULE``: as ``python`` would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_a_script_is_the_main_program(mxcompat_command, tmp_path: Path) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "helper.py").write_text("import mxnet as mx\nversion = mx.__version__\n")
    (folder / "s.py").write_text(
        "import sys, pickle, mxnet, helper, numpy as np\n"
        "class A: pass\n"
        "print(__name__, __file__, __spec__, sys.argv, sys.path[0])\n"
        "print(helper.version, np.float, mxnet.__name__, type(pickle.loads(pickle.dumps(A()))) is A)\n"
    )
    ran = mxcompat_command("run", "sub/s.py", "--check", "-m", "x")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"__main__ {folder / 's.py'} None ['sub/s.py', '--check', '-m', 'x'] {folder}",
        "1.9.1 <class 'float'> mxcompat True",
    ]
    assert not (folder / "__pycache__" / f"s.{sys.implementation.cache_tag}.pyc").exists()


@pytest.mark.parametrize(
    ("target", "argv0"), [("tool", "tool.py"), ("package", "package/__main__.py"), ("package.part", "package/part.py")]
)
def test_modules(mxcompat_command, tmp_path: Path, target: str, argv0: str) -> None:
    program = "import sys, mxnet\nprint(__name__, __package__, __spec__.name, sys.argv[1:], sys.argv[0], sys.path[0])\n"
    package = tmp_path / "package"
    package.mkdir()
    for file in (tmp_path / "tool.py", package / "__main__.py", package / "part.py"):
        file.write_text(program)
    (package / "__init__.py").write_text("")
    ran = mxcompat_command("run", "-m", target, "--flag", "a")
    plain = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[0]={str(tmp_path)!r}; sys.argv[1:]=['--flag', 'a']; "
         f"sys.modules['mxnet']=sys; import runpy; runpy.run_module({target!r}, run_name='__main__', alter_sys=True)"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (ran.code, ran.out) == (0, plain.stdout)
    assert str(tmp_path / argv0) in ran.out


@pytest.mark.parametrize(("ending", "code"), [("sys.exit(7)", 7), ("sys.exit('no')", "no"), ("sys.exit()", None)])
def test_sys_exit_passes_through(mxcompat_command, tmp_path: Path, ending: str, code: object) -> None:
    (tmp_path / "s.py").write_text(f"import sys\n{ending}\n")
    with pytest.raises(SystemExit) as info:
        mxcompat_command("run", "s.py")
    assert info.value.code == code


def test_a_traceback_shows_only_the_program(mxcompat_command, tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("def f():\n    raise ValueError('boom')\n\n\nf()\n")
    ran = mxcompat_command("run", "s.py")
    plain = subprocess.run([sys.executable, "s.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.code == plain.returncode == 1
    assert ran.err == plain.stderr


@pytest.mark.parametrize("program", ["def f(:\n", "import no_such_package\n", "x = 1\x00\n"])
def test_programs_that_cannot_begin(mxcompat_command, tmp_path: Path, program: str) -> None:
    (tmp_path / "s.py").write_text(program)
    ran = mxcompat_command("run", "s.py")
    assert ran.code == 1
    assert "mxcompat" not in ran.err and "importlib" not in ran.err


def test_ctrl_c(mxcompat_command, tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("raise KeyboardInterrupt\n")
    ran = mxcompat_command("run", "s.py")
    assert ran.code == 130 and ran.err.rstrip().endswith("KeyboardInterrupt")


def test_numpy_names_can_be_left_alone(mxcompat_command, tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("import numpy as np, sys\nprint('rank' in vars(np), sys.argv[1:])\n")
    assert mxcompat_command("run", "--no-numpy-names", "s.py", "-x").out == "False ['-x']\n"
    assert mxcompat_command("run", "s.py", "--no-numpy-names").out == "True ['--no-numpy-names']\n"


def test_as_a_process(tmp_path: Path) -> None:
    """The one thing a test in this process cannot see: what is left when the interpreter ends."""
    (tmp_path / "s.py").write_text(
        "import atexit, pickle, mxnet\n"
        "class A: pass\n"
        "atexit.register(lambda: print('late', type(pickle.loads(pickle.dumps(A()))) is A))\n"
        "print('early', mxnet.__version__)\n"
        "raise SystemExit(3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mxcompat", "run", str(tmp_path / "s.py")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (3, "early 1.9.1\nlate True\n", "")
