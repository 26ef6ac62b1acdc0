"""What the oracle cannot say of record files: processes, threads, sizes, messages."""

from __future__ import annotations

import ast
import os
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import mxcompat
from mxcompat import recordio

MAGIC = b"\x0a\x23\xd7\xce"


def written(path: Path, records: list[bytes]) -> recordio.MXIndexedRecordIO:
    """An indexed file with these records, opened to read."""
    names = str(path / "a.idx"), str(path / "a.rec")
    writer = recordio.MXIndexedRecordIO(*names, "w")
    for key, record in enumerate(records):
        writer.write_idx(key, record)
    writer.close()
    return recordio.MXIndexedRecordIO(*names, "r")


def in_child(work: object) -> int:
    """Run a function in a forked process; its exit code is 0 if it returned True."""
    child = os.fork()
    if child == 0:
        os._exit(0 if work() else 1)  # type: ignore[operator]
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_needs_no_torch_and_no_arrays() -> None:
    files = Path(recordio.__file__).parent.glob("*.py")
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    imported = {
        name
        for node in (node for tree in trees for node in ast.walk(tree))
        for name in (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else ["." * (node.level - 1) + str(node.module)]
            if isinstance(node, ast.ImportFrom) and node.level
            else []
        )
    }
    assert imported <= {
        "cv2",
        "numbers",
        "numpy",
        "os",
        "stat",
        "struct",
        "threading",
        "._core.errors",
        ".serialization.files",
        "_dataset",
        "_files",
        "_packing",
    }


@pytest.mark.parametrize("size", [0, 1, 8, 65527, 65528, 65529, 200_001, 3_000_000])
def test_records_around_the_size_of_the_block(tmp_path: Path, size: int) -> None:
    record = np.random.default_rng(size).bytes(size)
    reader = written(tmp_path, [b"before", record, b"after"])
    assert [reader.read() for _ in range(4)] == [b"before", record, b"after", None]
    assert reader.read_idx(1) == record


def test_many_records_in_and_out(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    records = [random.bytes(int(n)) + (MAGIC * int(n % 3)) for n in random.integers(0, 9000, 300)]
    reader = written(tmp_path, records)
    assert [reader.read() for _ in records] == records
    for key in random.permutation(300):
        assert reader.read_idx(int(key)) == records[key]


def test_threads_may_share_a_reader(tmp_path: Path) -> None:
    records = [bytes([key % 256]) * (key * 37 % 5000) for key in range(400)]
    reader = written(tmp_path, records)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(reader.read_idx, range(400))) == records


def test_a_forked_process_opens_the_file_anew(tmp_path: Path) -> None:
    reader = written(tmp_path, [b"zero", b"one", b"two"])
    assert reader.read() == b"zero"

    def work() -> bool:
        with pytest.raises(RuntimeError, match="opened by another process"):
            reader.read()
        return reader.read_idx(2) == b"two" and reader.read_idx(0) == b"zero"

    assert in_child(work) == 0
    assert reader.read() == b"one"


def test_a_forked_process_does_not_write_what_is_pending(tmp_path: Path) -> None:
    path = tmp_path / "a.rec"
    writer = recordio.MXRecordIO(str(path), "w")
    writer.write(b"once")

    def work() -> bool:
        with pytest.raises(RuntimeError, match="another process"):
            writer.write(b"twice")
        writer.close()
        return True

    assert in_child(work) == 0
    assert path.stat().st_size == 0
    writer.close()
    reader = recordio.MXRecordIO(str(path), "r")
    assert [reader.read(), reader.read()] == [b"once", None]


def test_keys_that_cannot_be_sent_are_not_lost(tmp_path: Path) -> None:
    header = recordio.IRHeader(0, 1.5, 2, 3)
    assert pickle.loads(pickle.dumps(header)) == header


def test_bytes_like_records(tmp_path: Path) -> None:
    writer = recordio.MXRecordIO(str(tmp_path / "a.rec"), "w")
    for record in (b"one", bytearray(b"two"), memoryview(b"three")):
        writer.write(record)
    writer.close()
    reader = recordio.MXRecordIO(str(tmp_path / "a.rec"), "r")
    assert [reader.read() for _ in range(3)] == [b"one", b"two", b"three"]


def test_too_long_a_record_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordio._files, "_LENGTH", 10)
    writer = recordio.MXRecordIO(str(tmp_path / "a.rec"), "w")
    with pytest.raises(mxcompat.MXNetError, match="11 bytes"):
        writer.write(b"x" * 11)


def test_addresses_of_files(tmp_path: Path) -> None:
    written(tmp_path, [b"one"]).close()
    assert recordio.MXRecordIO(f"file://{tmp_path}/a.rec", "r").read() == b"one"
    with pytest.raises(mxcompat.MXNetError, match="s3"):
        recordio.MXRecordIO("s3://bucket/a.rec", "r")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(mxcompat.MXNetError, match="is no file"):
        recordio.MXRecordIO(str(tmp_path), "r")


def test_a_missing_index_leaves_nothing_open(tmp_path: Path) -> None:
    written(tmp_path, [b"one"]).close()
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with pytest.raises(FileNotFoundError):
        recordio.MXIndexedRecordIO(str(tmp_path / "no.idx"), str(tmp_path / "a.rec"), "r")
    assert not before or len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("ending", "exact"), [(".png", True), (".PNG", True), (".jpg", False), (".jpeg", False), (".bmp", True)]
)
def test_packed_images(ending: str, exact: bool) -> None:
    pytest.importorskip("cv2")
    y, x = np.mgrid[0:20, 0:30]
    pixels = np.stack([x * 8, y * 12, x + y], axis=2).astype(np.uint8)
    header, found = recordio.unpack_img(
        recordio.pack_img((0, [1, 2], 3, 4), pixels, quality=9 if exact else 95, img_fmt=ending)
    )
    assert (header.flag, list(header.label), header.id, header.id2) == (2, [1, 2], 3, 4)
    assert found.shape == pixels.shape
    assert np.abs(found.astype(int) - pixels).max() <= (0 if exact else 12)


def test_quality_and_colour_of_packed_images() -> None:
    pytest.importorskip("cv2")
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    rough, fine = (recordio.pack_img((0, 1, 2, 3), pixels, quality=quality) for quality in (10, 95))
    assert len(rough) < len(fine)
    assert recordio.unpack_img(fine, iscolor=0)[1].shape == (40, 40)


@pytest.mark.parametrize("name", ["pack_img", "unpack_img"])
def test_without_opencv(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    packed = recordio.pack((0, 1, 2, 3), b"x")
    arguments = ((0, 1, 2, 3), np.zeros((2, 2, 3), np.uint8)) if name == "pack_img" else (packed,)
    with pytest.raises(AssertionError, match="mxcompat\\[image\\]") as caught:
        getattr(recordio, name)(*arguments)
    assert isinstance(caught.value, mxcompat.MXNetError)
