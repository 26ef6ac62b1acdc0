"""The alias finder, on a small stand-in package."""

from __future__ import annotations

import importlib
import importlib.util
import pickle
import sys
import threading

import pytest

from mxcompat.dropin._finder import AliasFinder

pytestmark = pytest.mark.usefixtures("oldnet")


@pytest.mark.parametrize(
    ("old", "real"),
    [
        ("oldnet", "realnet"),
        ("oldnet.nd", "realnet.nd"),
        ("oldnet.ndarray", "realnet.nd"),
        ("oldnet.gluon", "realnet.gluon"),
        ("oldnet.gluon.nn", "realnet.gluon.nn"),
        ("oldnet.nd.sparse", "realnet.nd.sparse"),
        ("oldnet.ndarray.sparse", "realnet.nd.sparse"),
        ("oldnet.sym", "realnet.symbol"),
    ],
)
def test_old_name_is_the_real_module(old: str, real: str) -> None:
    module = importlib.import_module(old)
    assert module is importlib.import_module(real)
    assert sys.modules[old] is module
    assert module.__name__ == real
    assert module.__spec__ is not None and module.__spec__.name == real
    assert not getattr(module.__spec__, "_initializing", False)


@pytest.mark.parametrize("first", ["oldnet.ndarray.sparse", "oldnet.nd.sparse", "realnet.nd.sparse"])
def test_a_submodule_is_loaded_once_whichever_way_comes_first(first: str) -> None:
    importlib.import_module(first)
    names = ["oldnet.ndarray.sparse", "oldnet.nd.sparse", "realnet.nd.sparse", "realnet.ndarray.sparse"]
    assert len({id(importlib.import_module(name)) for name in names}) == 1


def test_import_statements() -> None:
    import oldnet.gluon.nn as nn  # type: ignore[import-not-found]
    from oldnet import gluon
    from oldnet.gluon.nn import Dense

    assert gluon.nn is nn
    assert nn.Dense is Dense
    import oldnet

    assert oldnet.gluon is gluon


def test_find_spec_answers_without_importing() -> None:
    importlib.import_module("oldnet")
    found = importlib.util.find_spec("oldnet.gluon")
    assert found is not None and found.submodule_search_locations is not None
    assert "realnet.gluon" not in sys.modules


@pytest.mark.parametrize("name", ["oldnet.nothing", "oldnet.gluon.nothing", "oldnet.json"])
def test_a_missing_module_is_named_with_whose_gap_it_is(name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=rf"No module named '{name}': realnet does not have it") as info:
        importlib.import_module(name)
    assert info.value.name == name


def test_a_missing_name_is_an_import_error() -> None:
    with pytest.raises(ImportError, match="nothing"):
        from oldnet import nothing  # noqa: F401


def test_a_fault_inside_a_module_is_reported_as_it_is() -> None:
    with pytest.raises(ModuleNotFoundError) as info:
        importlib.import_module("oldnet.faulty")
    assert info.value.name == "a_package_that_is_not_there"
    assert "oldnet.faulty" not in sys.modules


@pytest.mark.parametrize("name", ["oldnet", "oldnet.ndarray", "oldnet.gluon.nn"])
def test_reload_reloads_the_real_module(name: str) -> None:
    module = importlib.import_module(name)
    assert importlib.reload(module) is module
    assert importlib.import_module(name) is module


def test_pickles_with_old_class_paths_load() -> None:
    nd = importlib.import_module("realnet.nd")
    data = pickle.dumps(nd.NDArray(), protocol=2)
    old = data.replace(b"realnet.nd\n", b"oldnet.ndarray\n")
    assert old != data
    loaded = pickle.loads(old)
    assert type(loaded) is nd.NDArray and loaded.value == 3


def test_many_threads_see_one_finished_module() -> None:
    importlib.import_module("oldnet")
    names = ["oldnet.ndarray.sparse", "oldnet.nd.sparse", "oldnet.gluon.nn"] * 8
    start = threading.Barrier(len(names))
    seen: list[str] = []

    def load(name: str) -> None:
        start.wait()
        module = importlib.import_module(name)
        seen.append("whole" if hasattr(module, "CSR") or hasattr(module, "Dense") else name)

    threads = [threading.Thread(target=load, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["whole"] * len(names)
    for real in ("realnet.nd.sparse", "realnet.gluon.nn"):
        spec = sys.modules[real].__spec__
        assert spec is not None and spec.name == real


def test_other_names_are_left_to_others(oldnet: AliasFinder) -> None:
    assert oldnet.find_spec("oldnetwork") is None
    assert oldnet.find_spec("json") is None


def test_python_m_finds_the_code_of_the_real_module() -> None:
    found = importlib.util.find_spec("oldnet.gluon.nn")
    real = importlib.util.find_spec("realnet.gluon.nn")
    assert found is not None and real is not None
    code = found.loader.get_code("oldnet.gluon.nn")  # type: ignore[union-attr]
    assert code is not None and code.co_filename == real.origin
