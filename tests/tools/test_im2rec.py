"""im2rec: lists, records, order, exit codes, and no half-written files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.cli import main as command
from mxcompat.tools.im2rec import main

cv2 = pytest.importorskip("cv2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for name in ("a/0", "a/1", "b/2", "b/3"):
        path = tmp_path / "images" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), rng.integers(0, 256, (20, 30, 3), np.uint8))
    (tmp_path / "images" / "notes.txt").write_text("no image")
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main([*words, str(folder / "x"), str(folder / "images")])


def labels(folder: Path) -> list[tuple[int, float, tuple[int, ...]]]:
    record = mx.recordio.MXIndexedRecordIO(str(folder / "x.idx"), str(folder / "x.rec"), "r")
    found = []
    for key in record.keys:
        header, image = mx.recordio.unpack_img(record.read_idx(key))
        found.append((header.id, header.label, image.shape))
    return found


def test_list_and_pack(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--list", "--recursive", "--no-shuffle") == 0
    assert capsys.readouterr().out == "a 0\nb 1\n"
    assert (folder / "x.lst").read_text().splitlines()[2] == "2\t1.000000\tb/2.png"
    assert run(folder, "--resize", "10", "--center-crop", "--num-thread", "3") == 0
    assert labels(folder) == [(i, float(i // 2), (10, 10, 3)) for i in range(4)]
    assert "4/4 images" in capsys.readouterr().err


def test_ratios_and_chunks(folder: Path) -> None:
    assert run(folder, "--list", "--recursive", "--train-ratio", "0.5", "--test-ratio", "0.25") == 0
    sizes = {part: len((folder / f"x_{part}.lst").read_text().splitlines()) for part in ("train", "val", "test")}
    assert sizes == {"train": 2, "val": 1, "test": 1}
    assert run(folder, "--list", "--recursive", "--chunks", "2") == 0
    assert (folder / "x_0.lst").exists() and (folder / "x_1.lst").exists()


def test_a_broken_image_is_left_out_and_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "--list", "--recursive", "--no-shuffle")
    (folder / "images" / "a" / "1.png").write_bytes(b"nothing")
    assert run(folder) == 1
    assert [number for number, *_ in labels(folder)] == [0, 2, 3]
    assert "a/1.png: it is no image" in capsys.readouterr().err


def test_pass_through_keeps_the_bytes(folder: Path) -> None:
    run(folder, "--list", "--recursive", "--no-shuffle")
    assert run(folder, "--pass-through") == 0
    record = mx.recordio.MXRecordIO(str(folder / "x.rec"), "r")
    assert mx.recordio.unpack(record.read())[1] == (folder / "images" / "a" / "0.png").read_bytes()


def test_nothing_half_written_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(folder, "--list", "--recursive")

    def stop(*args: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("mxcompat.tools.im2rec.encode", stop)
    with pytest.raises(KeyboardInterrupt):
        run(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["images", "x.lst"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none/x", "."], "there is no list"),
        (["x", "no_folder"], "is not a folder"),
        (["--list", "x", "."], "holds no"),
    ],
)
def test_what_cannot_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert says in capsys.readouterr().err


def test_as_a_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["im2rec", "--help"]) == 0
    assert "--pass-through" in capsys.readouterr().out
    assert command(["im2rec", "--list", str(folder / "x"), str(folder / "images")]) == 2
    assert "--recursive" in capsys.readouterr().err
