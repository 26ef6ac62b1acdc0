"""Image functions and iterators: what recorded results cannot say."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mxcompat as mx

cv2 = pytest.importorskip("cv2")


def test_missing_opencv_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "cv2":
            raise ImportError("no cv2 here")
        return real(name, *args, **kwargs)

    content = cv2.imencode(".png", np.zeros((4, 4, 3), np.uint8))[1].tobytes()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(mx.MXNetError, match=r"pip install 'mxcompat\[image\]'"):
        mx.image.imdecode(content)


def _listed(folder: Path, count: int = 3) -> list[list[Any]]:
    rng = np.random.default_rng(0)
    for i in range(count):
        cv2.imwrite(str(folder / f"{i}.png"), rng.integers(0, 256, (9, 9, 3), np.uint8))
    return [[float(i), f"{i}.png"] for i in range(count)]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    listed = _listed(tmp_path)
    (tmp_path / "1.png").write_bytes(b"nothing")
    iterator = mx.image.ImageIter(3, (3, 6, 6), imglist=listed, path_root=str(tmp_path))
    with pytest.raises(RuntimeError, match=r"Broken image filename: 1\.png"):
        iterator.next()


def test_a_bad_line_of_a_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.lst"
    path.write_text("0\t1\ta.png\nx\t1\tb.png\n")
    with pytest.raises(ValueError, match=r"x\.lst' line 2"):
        mx.image.ImageIter(1, (3, 6, 6), path_imglist=str(path), path_root=".")


def test_a_subclass_may_override_the_steps(tmp_path: Path) -> None:
    class Own(mx.image.ImageIter):
        def augmentation_transform(self, data: Any) -> Any:
            return super().augmentation_transform(data) * 0 + 7

    iterator = Own(2, (3, 6, 6), imglist=_listed(tmp_path), path_root=str(tmp_path))
    assert (iterator.next().data[0].asnumpy() == 7).all()


@pytest.mark.parametrize("color", [None, (255, 0, 0)])
def test_draw_next(tmp_path: Path, color: Any) -> None:
    _listed(tmp_path)
    label = [2, 5, 1, 0.1, 0.1, 0.9, 0.9]
    iterator = mx.image.ImageDetIter(
        1, (3, 40, 40), imglist=[[label, "0.png"], [label, "1.png"]], path_root=str(tmp_path), mean=True
    )
    drawn = list(iterator.draw_next(color=color, mean=True, id2labels={1: "cat"}))
    assert len(drawn) == 2
    assert drawn[0].shape == (40, 40, 3) and drawn[0].dtype == np.uint8
    if color:
        assert (drawn[0][4, 10:30] == (0, 0, 255)).all()


def test_classes_are_found_under_the_public_modules() -> None:
    assert mx.image.ImageIter.__module__ == "mxcompat.image.image"
    assert mx.image.DetBorrowAug.__module__ == "mxcompat.image.detection"
    assert mx.image.det is mx.image.detection
