"""What cannot be had is there by name, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

import mxcompat as mx


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nosuch.so", "does NOT exist"),
        ("/nosuch/lib.so", "does NOT exist"),
    ],
)
def test_library_says_what_is_wrong_with_a_path(path: str, words: str) -> None:
    with pytest.raises(mx.MXNetError, match=words):
        mx.library.load(path)


def test_library_wants_an_absolute_path_and_an_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ops.txt").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(mx.MXNetError, match="is not an absolute path"):
        mx.library.load("ops.txt")
    with pytest.raises(mx.MXNetError, match="is NOT a library file"):
        mx.library.load(str(tmp_path / "ops.txt"))


def test_library_refuses_a_library_with_advice(tmp_path: Path) -> None:
    (tmp_path / "ops.so").touch()
    with pytest.raises(mx.base.NotSupportedError, match="CustomOp"):
        mx.library.load(str(tmp_path / "ops.so"))


def test_cuda_source_is_refused_with_advice() -> None:
    with pytest.raises(mx.MXNetError, match=r"x\.to_torch\(\)"):
        mx.rtc.CudaModule("extern")
