"""CSVIter, LibSVMIter and MNISTIter on larger files than the recorded ones, and messages."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.io import _files


def test_large_csv_is_read_in_blocks(tmp_path: Path) -> None:
    rows = np.arange(60000, dtype=np.float32).reshape(-1, 6) / 4
    path = tmp_path / "x.csv"
    path.write_text("\n".join(",".join(f"{v:.2f}" for v in row) for row in rows) + "\n")
    iterator = mx.io.CSVIter(data_csv=str(path), data_shape=(2, 3), batch_size=500)
    found = np.concatenate([batch.data[0].asnumpy() for batch in iterator])
    assert np.array_equal(found.reshape(-1, 6), rows)


def test_fast_and_slow_parsers_agree(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    numbers = np.concatenate([rng.normal(0, 1, 300), rng.normal(0, 1e5, 300)])
    plain, slow = tmp_path / "a.csv", tmp_path / "b.csv"
    lines = [f"{x:.6f}" for x in numbers]
    plain.write_text("\n".join(lines) + "\n")
    slow.write_text("\n".join(f"{x}e0" for x in lines) + "\n")
    both = [
        mx.io.CSVIter(data_csv=str(p), data_shape=(1,), batch_size=600).next().data[0].asnumpy() for p in (plain, slow)
    ]
    assert np.array_equal(*both)


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 50])
def test_parts_are_disjoint_and_complete(tmp_path: Path, parts: int) -> None:
    path = tmp_path / "x.t"
    path.write_text("".join(f"{i} {i % 4}:{i}.5\n" for i in range(100)))
    files = _files.InputFiles(str(path))
    spans = [files.part(i, parts, 1, _files.next_line) for i in range(parts)]
    assert spans[0][0] == 0 and spans[-1][1] == len(files)
    assert all(a[1] == b[0] for a, b in zip(spans, spans[1:], strict=False))


def test_large_libsvm(tmp_path: Path) -> None:
    path = tmp_path / "x.t"
    path.write_text("".join(f"{i % 3} {i % 7}:{i}.25 {7 + i % 5}:-1\n" for i in range(5000)))
    iterator = mx.io.LibSVMIter(data_libsvm=str(path), data_shape=(12,), batch_size=1000)
    found = np.concatenate([batch.data[0].asnumpy() for batch in iterator])
    rows = np.arange(5000)
    assert np.array_equal(found[rows, rows % 7], (rows + 0.25).astype(np.float32))
    assert np.array_equal(found[rows, 7 + rows % 5], np.full(5000, -1, np.float32))


def test_a_column_beyond_the_shape(tmp_path: Path) -> None:
    path = tmp_path / "x.t"
    path.write_text("1 0:1 5:2\n")
    with pytest.raises(mx.MXNetError, match=r"column 5 is not below data_shape=\(3,\)"):
        mx.io.LibSVMIter(data_libsvm=str(path), data_shape=(3,), batch_size=1)


def test_mnist_file_that_ends_early(tmp_path: Path) -> None:
    images, labels = tmp_path / "i", tmp_path / "l"
    images.write_bytes(struct.pack(">IIII", 0x803, 4, 2, 2) + bytes(9))
    labels.write_bytes(struct.pack(">II", 0x801, 4) + bytes(4))
    with pytest.raises(mx.MXNetError, match=r"i': invalid mnist format, the file ends at byte 25 within entry 2"):
        mx.io.MNISTIter(image=str(images), label=str(labels), batch_size=1)


def test_mnist_with_other_labels(tmp_path: Path) -> None:
    images, labels = tmp_path / "i", tmp_path / "l"
    images.write_bytes(struct.pack(">IIII", 0x803, 2, 1, 1) + bytes(2))
    labels.write_bytes(struct.pack(">II", 0x801, 3) + bytes(3))
    with pytest.raises(mx.MXNetError, match="2 images, .*3 labels"):
        mx.io.MNISTIter(image=str(images), label=str(labels), batch_size=1)


@pytest.mark.parametrize("name", ["input_shape", "data_shape"])
def test_mnist_takes_the_shape_of_old_scripts_without_a_word(tmp_path: Path, name: str) -> None:
    images, labels = tmp_path / "i", tmp_path / "l"
    images.write_bytes(struct.pack(">IIII", 0x803, 2, 1, 1) + bytes(2))
    labels.write_bytes(struct.pack(">II", 0x801, 2) + bytes(2))
    iterator = mx.io.MNISTIter(image=str(images), label=str(labels), batch_size=2, silent=True, **{name: (1,)})
    assert iterator.next().data[0].shape == (2, 1, 1, 1)


def test_documentation_lists_the_parameters() -> None:
    text = mx.io.ImageRecordIter.__doc__ or ""
    assert "preprocess_threads : int, optional, default=4" in text
    assert "batch_size : int (non-negative), required" in text
