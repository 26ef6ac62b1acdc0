"""``mxcompat enable`` and ``disable``, against a folder that stands in for site-packages."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from mxcompat.dropin import _pth

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.setattr(_pth, "_folders", lambda: [folder])
    monkeypatch.setattr(_pth, "_is_importable_elsewhere", lambda: True)
    return folder


def python(site_packages: Path, program: str, *paths: Path) -> str:
    """Run a program in an interpreter that has processed the folder as a site directory."""
    paths_line = f"import site, sys; sys.path[1:1] = {[str(path) for path in paths]!r}; "
    done = subprocess.run(
        [sys.executable, "-c", f"{paths_line}site.addsitedir({str(site_packages)!r})\n{program}"],
        cwd=site_packages, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def test_enable_and_disable(mxcompat_command, site_packages: Path) -> None:
    ran = mxcompat_command("enable")
    assert ran.code == 0 and str(site_packages / "mxcompat.pth") in ran.out
    assert [path.name for path in site_packages.iterdir()] == ["mxcompat.pth"]
    assert mxcompat_command("enable").code == 0
    assert _pth.enabled_file() == site_packages / "mxcompat.pth"
    assert "removed" in mxcompat_command("disable").out
    assert list(site_packages.iterdir()) == []
    ran = mxcompat_command("disable")
    assert ran.code == 0 and "nothing to do" in ran.out


def test_a_fresh_interpreter_has_the_alias_and_loads_nothing_for_it(site_packages: Path) -> None:
    _pth.enable()
    program = (
        "import importlib.metadata, importlib.util\n"
        "print(importlib.metadata.version('mxnet'), importlib.util.find_spec('mxnet').name)\n"
        "print('torch' in sys.modules, 'mxcompat' in sys.modules)\n"
        "import mxnet, mxnet.autograd, numpy\n"
        "print(mxnet.__name__, mxnet.__spec__.name, sys.modules['mxnet.autograd'].__name__, numpy.float)\n"
        "from mxcompat import dropin\n"
        "print(dropin.status().active)\n"
        "dropin.uninstall()\n"
        "print(importlib.util.find_spec('mxnet'), 'mxnet' in sys.modules)\n"
    )
    assert python(site_packages, program, ROOT).splitlines() == [
        "1.9.1 mxnet",
        "False False",
        "mxcompat mxcompat mxcompat.autograd <class 'float'>",
        "True",
        "None False",
    ]


def test_an_uninstalled_mxcompat_leaves_no_trace(site_packages: Path) -> None:
    _pth.enable()
    program = (
        "import importlib.metadata\n"
        "sys.path[:] = [p for p in sys.path if not importlib.machinery.PathFinder.find_spec('mxcompat', [p])]\n"
        "sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in str(f).lower()]\n"
        "for ask in (lambda: __import__('mxnet'), lambda: importlib.metadata.version('mxnet')):\n"
        "    try: ask()\n"
        "    except ImportError as error: print(type(error).__name__, error)\n"
    )
    assert python(site_packages, program).splitlines() == [
        "ModuleNotFoundError No module named 'mxnet'",
        "PackageNotFoundError No package metadata was found for mxnet",
    ]


def test_the_line_is_one_line_of_ascii_that_cannot_fail(site_packages: Path) -> None:
    text = _pth.enable().read_text(encoding="ascii")
    assert text.startswith("import ") and text.count("\n") == 1
    assert text.count("MxcompatStarter") == 2


def test_an_uninstalled_checkout_is_refused(
    mxcompat_command, site_packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_pth, "_is_importable_elsewhere", lambda: False)
    ran = mxcompat_command("enable")
    assert ran.code == 1 and ran.err.count("\n") == 1 and "pip install" in ran.err
    assert list(site_packages.iterdir()) == []


def test_an_unwritable_folder_falls_back_and_says_so(
    mxcompat_command, site_packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")  # no folder can be made below a file, whoever asks
    monkeypatch.setattr(_pth, "_folders", lambda: [blocked / "site-packages", site_packages])
    ran = mxcompat_command("enable")
    assert ran.code == 0 and "for your account only" in ran.out
    monkeypatch.setattr(_pth, "_folders", lambda: [blocked / "site-packages"])
    ran = mxcompat_command("enable")
    assert ran.code == 1 and "no site directory is writable" in ran.err


def test_the_folders_are_this_interpreters() -> None:
    assert _pth._folders()[0] == Path(sysconfig.get_paths()["purelib"])
