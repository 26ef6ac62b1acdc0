"""Records as a data set for loaders."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mxcompat import recordio
from mxcompat._core.errors import MXNetError
from mxcompat.recordio import IRHeader, MXIndexedRecordIO, RecordDataset, pack, pack64, pack_img, unpack, unpack64

cv2 = pytest.importorskip("cv2")


def image(number: int) -> Any:
    """Blue first, as OpenCV has it."""
    return np.full((4, 5, 3), (number, 100, 200), dtype=np.uint8)


def written(folder: Path, records: dict[int, bytes], name: str = "a") -> Path:
    path = folder / f"{name}.rec"
    file = MXIndexedRecordIO(str(path.with_suffix(".idx")), str(path), "w")
    for key, record in records.items():
        file.write_idx(key, record)
    file.close()
    return path


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return written(tmp_path, {k: pack_img(IRHeader(0, k / 2, k, 0), image(k), img_fmt=".png") for k in range(6)})


def test_examples(images: Path) -> None:
    data = RecordDataset(images)
    assert len(data) == 6
    pixels, label = data[3]
    assert (pixels.dtype, pixels.shape, pixels[0, 0].tolist()) == (np.uint8, (4, 5, 3), [200, 100, 3])
    assert (type(label), label) == (float, 1.5)
    assert data[-1][1] == 2.5
    assert [label for _, label in data] == [0, 0.5, 1, 1.5, 2, 2.5]
    assert data.header(4).id == 4
    assert unpack(data.record(4))[0].label == 2
    assert repr(str(images)) in repr(data)
    with pytest.raises(IndexError, match="example 6 of 6"):
        data[6]


@pytest.mark.parametrize(
    ("decode", "expected"), [("bgr", [2, 100, 200]), ("unchanged", [2, 100, 200]), ("rgb", [200, 100, 2])]
)
def test_colours(images: Path, decode: str, expected: list[int]) -> None:
    assert RecordDataset(images, decode=decode)[2][0][0, 0].tolist() == expected


def test_gray_bytes_and_transforms(images: Path) -> None:
    assert RecordDataset(images, decode="gray")[0][0].shape == (4, 5)
    content, _ = RecordDataset(images, decode=None)[0]
    assert content.startswith(b"\x89PNG")
    data = RecordDataset(images, transform=lambda x: x.transpose(2, 0, 1), target_transform=lambda y: int(2 * y))
    assert (data[5][0].shape, data[5][1]) == ((3, 4, 5), 5)


def test_without_an_index(images: Path) -> None:
    images.with_suffix(".idx").unlink()
    data = RecordDataset(images)
    assert [label for _, label in data] == [0, 0.5, 1, 1.5, 2, 2.5]
    other = images.with_name("b.rec")
    magic = b"\xce\xd7\x23\x0a"[::-1]
    file = recordio.MXRecordIO(str(other), "w")
    for k in range(3):  # content that is cut into parts
        file.write(pack(IRHeader(0, k, k, 0), magic * 3 + bytes(4 * k)))
    file.close()
    data = RecordDataset(other, decode=None)
    assert [(len(content), label) for content, label in data] == [(12, 0), (16, 1), (20, 2)]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_worker_processes_open_the_file_for_themselves(images: Path, method: str) -> None:
    data = RecordDataset(images)
    data[0]  # open in this process
    loader = torch.utils.data.DataLoader(data, batch_size=3, num_workers=2, multiprocessing_context=method)
    batches = list(loader)
    assert torch.cat([labels for _, labels in batches]).tolist() == [0, 0.5, 1, 1.5, 2, 2.5]
    assert batches[0][0].shape == (3, 4, 5, 3)
    assert [int(x[0, 0, 2]) for pixels, _ in batches for x in pixels] == list(range(6))


def test_pickles_and_closes(images: Path) -> None:
    data = RecordDataset(images)
    other = pickle.loads(pickle.dumps(data))
    assert other[2][1] == 1
    data.close()
    assert data[2][1] == 1
    assert torch.utils.data.Subset(data, [5, 1])[1][1] == 0.5


PACKS = {32: (pack, unpack), 64: (pack64, unpack64)}


@pytest.mark.parametrize("bits", [32, 64])
def test_headers_of_both_precisions(tmp_path: Path, bits: int) -> None:
    packed = PACKS[bits][0]
    png = cv2.imencode(".png", image(1))[1].tobytes()
    large = 2**24 + 1
    records = {0: packed(IRHeader(0, large, 2**40, 5), png), 1: packed(IRHeader(9, [1.5, large, 3], 1, 0), png)}
    header, content = PACKS[bits][1](records[1])
    assert header.flag == 3
    assert content == png
    data = RecordDataset(written(tmp_path, records))
    assert data.label_bits == bits
    expected = large if bits == 64 else 2**24
    assert data[0][1] == expected
    assert data.header(0)[2:] == (2**40, 5)
    labels = data[1][1]
    assert labels.tolist() == [1.5, expected, 3]
    assert labels.dtype == (np.float64 if bits == 64 else np.float32)
    labels[0] = 0  # the caller's own
    with pytest.raises(ValueError, match="label_bits"):
        RecordDataset(tmp_path / "a.rec", label_bits=16)


@pytest.mark.parametrize("bits", [32, 64])
def test_sets_of_faces(tmp_path: Path, bits: int) -> None:
    packed = PACKS[bits][0]
    jpg = cv2.imencode(".jpg", image(1))[1].tobytes()
    records = {0: packed(IRHeader(2, [6, 8], 0, 0), b"")}
    records |= {k: packed(IRHeader(0, int(k > 3), k, 0), jpg) for k in range(1, 6)}
    records |= {6: packed(IRHeader(2, [1, 4], 6, 0), b""), 7: packed(IRHeader(2, [4, 6], 7, 0), b"")}
    path = written(tmp_path, records)
    data = RecordDataset(path, target_transform=int)
    assert data.label_bits == bits
    assert len(data) == 5
    assert [label for _, label in data] == [0, 0, 0, 1, 1]
    assert data.keys.tolist() == [1, 2, 3, 4, 5]
    assert data.identities == [range(3), range(3, 5)]
    path.with_suffix(".idx").unlink()
    assert len(RecordDataset(path)) == 5


def test_a_plain_set_has_no_identities(images: Path) -> None:
    with pytest.raises(MXNetError, match="no identities"):
        RecordDataset(images).identities  # noqa: B018


def test_damage_is_said(images: Path, tmp_path: Path) -> None:
    whole = images.read_bytes()
    images.write_bytes(whole[:-20])
    data = RecordDataset(images)
    assert data[0][1] == 0
    with pytest.raises(MXNetError, match="record at byte"):
        data[5]
    images.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MXNetError, match="where the file ends"):
        RecordDataset(images)[4]
    images.write_bytes(whole[:8] + b"\0" * 200)
    with pytest.raises(MXNetError, match="0xced7230a"):
        RecordDataset(images)[1]
    images.with_suffix(".idx").write_text("0\t0\n1 x\n")
    with pytest.raises(ValueError, match=r"a\.idx:2"):
        RecordDataset(images)
    images.with_suffix(".idx").unlink()
    images.write_bytes(whole[:-20])
    with pytest.raises(MXNetError, match="damaged"):
        RecordDataset(images)[5]
    images.write_bytes(b"no records")
    with pytest.raises(MXNetError, match="damaged"):
        RecordDataset(images)
    with pytest.raises(MXNetError, match="cannot open"):
        RecordDataset(tmp_path / "missing.rec")
    with pytest.raises(MXNetError, match="cannot read"):
        RecordDataset(images, tmp_path / "missing.idx")
    with pytest.raises(ValueError, match="decode="):
        RecordDataset(images, decode="cmyk")


def test_wrong_content_is_said(tmp_path: Path) -> None:
    path = written(
        tmp_path, {0: pack(IRHeader(0, 1, 0, 0), b"text"), 1: b"short", 2: pack(IRHeader(0, [1, 2], 0, 0), b"")}
    )
    data = RecordDataset(path)
    with pytest.raises(MXNetError, match="record 0.*no image"):
        data[0]
    with pytest.raises(MXNetError, match="record 1.*too few"):
        data[1]
    with pytest.raises(MXNetError, match="record 2.*no image"):
        data[2]
    broken = written(tmp_path, {0: pack(IRHeader(2, [9, 10], 0, 0), b"")}, "b")
    with pytest.raises(MXNetError, match="keys 1 to 8"):
        RecordDataset(broken)


def test_torch_is_not_needed(images: Path) -> None:
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from mxcompat import recordio\n"
        f"data = recordio.RecordDataset({str(images)!r})\n"
        "print(len(data), data[3][1], data[3][0].shape)\n"
        f"file = recordio.MXRecordIO({str(images)!r} + '2', 'w')\n"
        "file.write(recordio.pack((0, 1, 2, 3), b'x'))\n"
        "file.close()\n"
        f"print(recordio.unpack(recordio.MXRecordIO({str(images)!r} + '2', 'r').read()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "6 1.5 (4, 5, 3)\n(HEADER(flag=0, label=1.0, id=2, id2=3), b'x')\n"
