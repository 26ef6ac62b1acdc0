"""``install()`` and ``uninstall()`` in this process."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
import threading
import types
from pathlib import Path

import numpy as np
import pytest

import mxcompat
from mxcompat import dropin


def test_the_alias_gives_mxcompat_itself() -> None:
    dropin.install()
    mxnet = importlib.import_module("mxnet")
    assert mxnet is mxcompat
    assert importlib.import_module("mxnet.autograd") is mxcompat.autograd
    assert mxnet.__version__ == "1.9.1"


def test_it_can_be_found_and_has_a_version() -> None:
    dropin.install()
    assert importlib.util.find_spec("mxnet") is not None
    for name in ("mxnet", "MXNet"):
        assert importlib.metadata.version(name) == "1.9.1"
    assert importlib.metadata.metadata("mxnet")["Name"] == "mxnet"
    assert not [d for d in importlib.metadata.distributions() if d.metadata["Name"] == "mxnet"]


def test_install_twice_is_install_once() -> None:
    before = len(sys.meta_path)
    dropin.install()
    dropin.install()
    assert len(sys.meta_path) == before + 1
    dropin.uninstall()
    assert len(sys.meta_path) == before


def test_uninstall_takes_everything_away() -> None:
    names = set(vars(np))
    dropin.install()
    importlib.import_module("mxnet.autograd")
    assert set(vars(np)) > names
    dropin.uninstall()
    assert not [name for name in sys.modules if name.partition(".")[0] == "mxnet"]
    assert set(vars(np)) == names
    assert not dropin.is_installed()
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("mxnet")
    assert importlib.import_module("mxcompat.autograd") is mxcompat.autograd


def test_uninstall_without_install_changes_nothing() -> None:
    modules, finders = dict(sys.modules), list(sys.meta_path)
    dropin.uninstall()
    assert sys.modules == modules and sys.meta_path == finders


@pytest.mark.parametrize("name", ["mxnet", "mxnet.gluon"])
def test_a_foreign_mxnet_that_is_loaded_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = types.ModuleType(name)
    foreign.__file__ = "/somewhere/mxnet/__init__.py"
    monkeypatch.setitem(sys.modules, name, foreign)
    finders = list(sys.meta_path)
    with pytest.raises(dropin.MXNetAlreadyImportedError, match="already imported .*from /somewhere/mxnet") as info:
        dropin.install()
    assert isinstance(info.value, RuntimeError)
    assert sys.meta_path == finders
    dropin.uninstall()
    assert sys.modules[name] is foreign


def test_a_real_mxnet_on_the_path_is_hidden_and_told(tmp_path: Path) -> None:
    (tmp_path / "mxnet").mkdir()
    (tmp_path / "mxnet" / "__init__.py").write_text("real = True\n")
    info = tmp_path / "mxnet-1.5.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mxnet\nVersion: 1.5.0\n")
    sys.path.insert(0, str(tmp_path))
    dropin.install()
    assert importlib.import_module("mxnet") is mxcompat
    assert importlib.metadata.version("mxnet") == "1.9.1"
    assert dropin.status().real_mxnet == f"1.5.0 ({tmp_path / 'mxnet'})"
    dropin.uninstall()
    assert importlib.import_module("mxnet").real
    assert importlib.metadata.version("mxnet") == "1.5.0"


def test_a_mere_folder_called_mxnet_is_not_a_real_one(tmp_path: Path) -> None:
    (tmp_path / "mxnet").mkdir()
    sys.path.insert(0, str(tmp_path))
    assert dropin.status().real_mxnet is None


def test_status_tells_what_is_on() -> None:
    assert not dropin.status().active and not dropin.status().numpy_names
    dropin.install(numpy_names=False)
    assert dropin.status().active and not dropin.status().numpy_names
    dropin.install()
    assert "float" in dropin.status().numpy_names


def test_third_party_code_that_imports_mxnet_at_its_top(tmp_path: Path) -> None:
    (tmp_path / "oldnet.py").write_text("import mxnet as mx\nfrom mxnet import autograd\nversion = mx.__version__\n")
    sys.path.insert(0, str(tmp_path))
    dropin.install()
    assert importlib.import_module("oldnet").version == "1.9.1"


def test_the_ipython_extension() -> None:
    mxcompat.load_ipython_extension(object())
    assert dropin.is_installed()
    mxcompat.unload_ipython_extension(object())
    assert not dropin.is_installed()


def test_installing_from_many_threads_installs_once() -> None:
    before = len(sys.meta_path)
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        dropin.install()
        importlib.import_module("mxnet.autograd")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sys.meta_path) == before + 1


def test_the_package_offers_the_switches() -> None:
    assert mxcompat.install is dropin.install
    assert mxcompat.uninstall is dropin.uninstall


def test_modules_that_are_only_attributes_can_be_imported() -> None:
    dropin.install()
    assert importlib.import_module("mxnet.ndarray.numpy") is mxcompat.np
    assert importlib.import_module("mxnet.ndarray.numpy.random") is mxcompat.np.random
    with pytest.raises(ModuleNotFoundError, match=r"docs/coverage\.md"):
        importlib.import_module("mxnet.ndarray.nosuch")
