"""Image data sets and transforms: damaged files, hostile archives, records in workers."""

from __future__ import annotations

import gzip
import io
import struct
import sys
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mxcompat as mx
from mxcompat import recordio
from mxcompat.gluon.data import DataLoader
from mxcompat.gluon.data.vision import CIFAR10, MNIST, ImageRecordDataset, datasets
from mxcompat.gluon.data.vision import transforms as T


def write_mnist(folder: Path, images: bytes, labels: bytes) -> None:
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are taken as they are, and nothing is downloaded."""
    monkeypatch.setattr(datasets, "download", lambda url, path, sha1_hash: f"{path}/{url.rsplit('/', 1)[1]}")
    monkeypatch.setattr(datasets, "check_sha1", lambda path, sha1_hash: True)


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    ("images", "labels", "says"),
    [
        (
            struct.pack(">IIII", 2051, 2, 28, 28) + bytes(784),
            struct.pack(">II", 2049, 2) + bytes(2),
            "784 pixels, 2 labels",
        ),
        (b"short", struct.pack(">II", 2049, 2) + bytes(2), "images.*16 bytes"),
        (struct.pack(">IIII", 2051, 2, 28, 28), b"", "labels.*8 bytes"),
    ],
    ids=["few pixels", "no image header", "no label header"],
)
def test_damaged_mnist(tmp_path: Path, images: bytes, labels: bytes, says: str) -> None:
    write_mnist(tmp_path, images, labels)
    with pytest.raises(ValueError, match=says):
        MNIST(root=str(tmp_path))


@pytest.mark.usefixtures("trusting")
def test_damaged_cifar(tmp_path: Path) -> None:
    for name in [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"]:
        (tmp_path / name).write_bytes(bytes(3074))
    with pytest.raises(ValueError, match="data_batch_1.bin has 3074 bytes.*3073"):
        CIFAR10(root=str(tmp_path))


@pytest.mark.skipif(not hasattr(tarfile, "data_filter"), reason="this Python cannot filter archives")
def test_an_archive_writes_nothing_outside_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "root"
    root.mkdir()
    with tarfile.open(root / "hostile.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("../outside.txt")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"bad"))
    monkeypatch.setattr(datasets, "download", lambda url, path, sha1_hash: str(root / "hostile.tar.gz"))
    with pytest.raises(tarfile.OutsideDestinationError):
        CIFAR10(root=str(root))
    assert not (tmp_path / "outside.txt").exists()


def test_files_with_the_right_check_sum_are_not_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib
    import urllib.request

    def refuse(*arguments: Any, **options: Any) -> Any:
        raise OSError("no network here")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    write_mnist(tmp_path, struct.pack(">IIII", 2051, 1, 28, 28) + bytes(784), struct.pack(">II", 2049, 1) + b"\7")

    class Known(MNIST):
        def _get_data(self) -> None:
            for part in ("_train_data", "_train_label"):
                name = getattr(self, part)[0]
                sha1 = hashlib.sha1((tmp_path / name).read_bytes(), usedforsecurity=False).hexdigest()
                setattr(self, part, (name, sha1))
            super()._get_data()

    assert [label for _, label in Known(root=str(tmp_path))] == [7]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the workers are forked")
@pytest.mark.parametrize("options", [{}, {"num_workers": 2}, {"num_workers": 3, "thread_pool": True}], ids=str)
def test_records_of_images(tmp_path: Path, options: dict[str, Any]) -> None:
    pytest.importorskip("cv2")
    writer = recordio.MXIndexedRecordIO(str(tmp_path / "a.idx"), str(tmp_path / "a.rec"), "w")
    for key in range(12):
        pixels = np.full((5, 4, 3), key * 20, np.uint8)
        writer.write_idx(key, recordio.pack_img((0, key, key, 0), pixels, quality=1, img_fmt=".png"))
    writer.close()
    dataset = ImageRecordDataset(str(tmp_path / "a.rec")).transform_first(T.ToTensor())
    assert dataset[0][0].shape == (3, 5, 4)  # read here before the workers start
    loader = DataLoader(dataset, 5, **options)
    for _ in range(2):
        labels = np.concatenate([y.asnumpy() for _, y in loader])
        colours = np.concatenate([x.asnumpy()[:, 0, 0, 0] for x, _ in loader])
        assert labels.tolist() == list(range(12))
        assert np.allclose(colours * 255, labels * 20)


def test_compose_takes_any_sequence_and_leaves_it_alone() -> None:
    steps = [T.Resize(3), T.ToTensor()]
    image = mx.nd.zeros((4, 4, 3), dtype="uint8")
    assert T.Compose(tuple(steps))(image).shape == T.Compose(steps)(image).shape == (3, 3, 3)
    assert len(steps) == 2


def test_a_hybridized_transform_gives_the_same() -> None:
    image = mx.nd.array(np.random.default_rng(0).integers(0, 256, (6, 5, 3)), dtype="uint8")
    plain, hybrid = (T.Compose([T.Resize(4), T.ToTensor(), T.Normalize(0.4, 0.3), T.Cast("float64")]) for _ in range(2))
    with pytest.warns(UserWarning, match="HybridSequential"):  # as MXNet does
        hybrid.hybridize()
    for _ in range(2):
        assert np.array_equal(plain(image).asnumpy(), hybrid(image).asnumpy())
