"""Data sets of images, read from the files in which they are published."""

from __future__ import annotations

import gzip
import os
import tarfile
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .... import base, image, nd, recordio
from ....util import is_np_array
from ..._arrays import _numpy
from ..._download import _get_repo_file_url, check_sha1, download
from .. import dataset

__all__ = ["CIFAR10", "CIFAR100", "FashionMNIST", "ImageFolderDataset", "ImageRecordDataset", "MNIST"]

_DATASETS = os.path.join(base.data_dir(), "datasets")


def _array(values: Any) -> Any:
    return _numpy().array(values, dtype=values.dtype) if is_np_array() else nd.array(values, dtype=values.dtype)


def _idx_values(path: str, header: int) -> Any:
    """The bytes of an IDX file of MNIST, after a header of this many bytes."""
    with gzip.open(path, "rb") as file:
        if len(file.read(header)) < header:
            raise ValueError(f"{path}: expected a header of {header} bytes, the file is shorter")
        return np.frombuffer(file.read(), dtype=np.uint8)


class MNIST(dataset._DownloadedDataset):
    """Handwritten digits (http://yann.lecun.com/exdb/mnist): 60,000 to learn from, 10,000 to test with.

    A sample is an image, uint8 (28, 28, 1), and its digit. Files that are missing, or have another check sum, are
    downloaded.

    Args:
        root: folder of the four files.
        train: the part to learn from, or to test with.
        transform: takes image and label, returns the sample.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/datasets.py.
    """

    def __init__(
        self,
        root: str = os.path.join(_DATASETS, "mnist"),
        train: bool = True,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        self._train = train
        self._train_data = ("train-images-idx3-ubyte.gz", "6c95f4b05d2bf285e1bfb0e7960c31bd3b3f8a7d")
        self._train_label = ("train-labels-idx1-ubyte.gz", "2a80914081dc54586dbdf242f9805a6b8d2a15fc")
        self._test_data = ("t10k-images-idx3-ubyte.gz", "c3a25af1f52dad7f726cce8cacb138654b760d48")
        self._test_label = ("t10k-labels-idx1-ubyte.gz", "763e7fa3757d93b0cdec073cef058b2004252c17")
        self._namespace = "mnist"
        super().__init__(root, transform)

    def _get_data(self) -> None:
        files = (self._train_data, self._train_label) if self._train else (self._test_data, self._test_label)
        data_file, label_file = [
            download(_get_repo_file_url("gluon/dataset/" + self._namespace, name), path=self._root, sha1_hash=sha1)
            for name, sha1 in files
        ]
        label = _idx_values(label_file, 8).astype(np.int32)
        pixels = _idx_values(data_file, 16)
        if pixels.size != label.size * 28 * 28:
            raise ValueError(f"{data_file} holds {pixels.size} pixels, {label.size} labels need {label.size * 784}")
        self._data = _array(pixels.reshape(len(label), 28, 28, 1))
        self._label = _array(label) if is_np_array() else label


class FashionMNIST(MNIST):
    """Pictures of clothes in ten classes (https://github.com/zalandoresearch/fashion-mnist), in MNIST's format.

    Args:
        root: folder of the four files.
        train: the part to learn from, or to test with.
        transform: takes image and label, returns the sample.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/datasets.py.
    """

    def __init__(
        self,
        root: str = os.path.join(_DATASETS, "fashion-mnist"),
        train: bool = True,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        self._train = train
        self._train_data = ("train-images-idx3-ubyte.gz", "0cf37b0d40ed5169c6b3aba31069a9770ac9043d")
        self._train_label = ("train-labels-idx1-ubyte.gz", "236021d52f1e40852b06a4c3008d8de8aef1e40b")
        self._test_data = ("t10k-images-idx3-ubyte.gz", "626ed6a7c06dd17c0eec72fa3be1740f146a2863")
        self._test_label = ("t10k-labels-idx1-ubyte.gz", "17f9ab60e7257a1620f4ad76bbbaf857c3920701")
        self._namespace = "fashion-mnist"
        dataset._DownloadedDataset.__init__(self, root, transform)


class CIFAR10(dataset._DownloadedDataset):
    """Small photographs in ten classes (https://www.cs.toronto.edu/~kriz/cifar.html): 50,000 and 10,000.

    A sample is an image, uint8 (32, 32, 3), and its class. If one of the files is missing, or has another check sum,
    the archive is downloaded.

    Args:
        root: folder of the files.
        train: the part to learn from, or to test with.
        transform: takes image and label, returns the sample.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/datasets.py.
    """

    #: bytes of labels before the pixels of an image, and which of them is the label
    _label_bytes, _label_column = 1, 0

    def __init__(
        self,
        root: str = os.path.join(_DATASETS, "cifar10"),
        train: bool = True,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        self._train = train
        self._archive_file = ("cifar-10-binary.tar.gz", "fab780a1e191a7eda0f345501ccd62d20f7ed891")
        self._train_data = [
            ("data_batch_1.bin", "aadd24acce27caa71bf4b10992e9e7b2d74c2540"),
            ("data_batch_2.bin", "c0ba65cce70568cd57b4e03e9ac8d2a5367c1795"),
            ("data_batch_3.bin", "1dd00a74ab1d17a6e7d73e185b69dbf31242f295"),
            ("data_batch_4.bin", "aab85764eb3584312d3c7f65fd2fd016e36a258e"),
            ("data_batch_5.bin", "26e2849e66a845b7f1e4614ae70f4889ae604628"),
        ]
        self._test_data = [("test_batch.bin", "67eb016db431130d61cd03c7ad570b013799c88c")]
        self._namespace = "cifar10"
        super().__init__(root, transform)

    def _read_batch(self, filename: str) -> tuple[Any, Any]:
        values = np.fromfile(filename, dtype=np.uint8)
        width = 3072 + self._label_bytes
        if values.size % width:
            raise ValueError(f"{filename} has {values.size} bytes, which is no multiple of the {width} of an image")
        rows = values.reshape(-1, width)
        pixels = rows[:, self._label_bytes :].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        return pixels, rows[:, self._label_column].astype(np.int32)

    def _get_data(self) -> None:
        files = [(os.path.join(self._root, name), sha1) for name, sha1 in self._train_data + self._test_data]
        if any(not os.path.exists(path) or not check_sha1(path, sha1) for path, sha1 in files):
            name, sha1 = self._archive_file
            url = _get_repo_file_url("gluon/dataset/" + self._namespace, name)
            with tarfile.open(download(url, path=self._root, sha1_hash=sha1)) as archive:
                if hasattr(tarfile, "data_filter"):
                    archive.extractall(self._root, filter="data")  # nothing outside of the folder
                else:
                    archive.extractall(self._root)
        chosen = self._train_data if self._train else self._test_data
        batches = [self._read_batch(os.path.join(self._root, name)) for name, _ in chosen]
        label = np.concatenate([batch[1] for batch in batches])
        self._data = _array(np.concatenate([batch[0] for batch in batches]))
        self._label = _array(label) if is_np_array() else label


class CIFAR100(CIFAR10):
    """As `CIFAR10`, in 100 fine classes and 20 coarse ones.

    Args:
        root: folder of the files.
        fine_label: the label is the fine class; else the coarse one.
        train: the part to learn from, or to test with.
        transform: takes image and label, returns the sample.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/datasets.py.
    """

    _label_bytes = 2

    def __init__(
        self,
        root: str = os.path.join(_DATASETS, "cifar100"),
        fine_label: bool = False,
        train: bool = True,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        self._train = train
        self._archive_file = ("cifar-100-binary.tar.gz", "a0bb982c76b83111308126cc779a992fa506b90b")
        self._train_data = [("train.bin", "e207cd2e05b73b1393c74c7f5e7bea451d63e08e")]
        self._test_data = [("test.bin", "8fb6623e830365ff53cf14adec797474f5478006")]
        self._fine_label = fine_label
        self._label_column = int(fine_label)
        self._namespace = "cifar100"
        dataset._DownloadedDataset.__init__(self, root, transform)


class ImageRecordDataset(dataset.RecordFileDataset):
    """The images of a ``.rec`` file, with a ``.idx`` file beside it.

    A sample is an image, uint8 (H, W, C), and its label: a number, or a NumPy array of several.

    Args:
        filename: path of the ``.rec`` file.
        flag: 1 colour (red first), 0 gray.
        transform: takes image and label, returns the sample.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/datasets.py.
    """

    def __init__(self, filename: str, flag: int = 1, transform: Callable[..., Any] | None = None) -> None:
        super().__init__(filename)
        self._flag = flag
        self._transform = transform

    def __getitem__(self, idx: Any) -> Any:
        header, content = recordio.unpack(super().__getitem__(idx))
        pixels = image.imdecode(content, self._flag)
        return (pixels, header.label) if self._transform is None else self._transform(pixels, header.label)


class ImageFolderDataset(dataset.Dataset):
    """Image files in a folder for each class: ``root/cat/1.jpg``, ``root/dog/2.png``.

    A sample is an image, uint8 (H, W, C), and the number of its class. What is no folder in ``root``, and files with
    other endings than ``.jpg``, ``.jpeg`` and ``.png``, are left out with a warning.

    Args:
        root: the folder.
        flag: 1 colour (red first), 0 gray.
        transform: takes image and label, returns the sample.

    Attributes:
        synsets: names of the classes; the label of a sample is a place in this list.
        items: path and label of every image.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/vision/datasets.py.
    """

    def __init__(self, root: str, flag: int = 1, transform: Callable[..., Any] | None = None) -> None:
        self._root = os.path.expanduser(root)
        self._flag = flag
        self._transform = transform
        self._exts = [".jpg", ".jpeg", ".png"]
        self._list_images(self._root)

    def _list_images(self, root: str) -> None:
        self.synsets: list[str] = []
        self.items: list[tuple[str, int]] = []
        for folder in sorted(os.listdir(root)):
            path = os.path.join(root, folder)
            if not os.path.isdir(path):
                warnings.warn(f"Ignoring {path}, which is not a directory.", stacklevel=3)
                continue
            label = len(self.synsets)
            self.synsets.append(folder)
            for name in sorted(os.listdir(path)):
                file = os.path.join(path, name)
                ending = os.path.splitext(file)[1]
                if ending.lower() in self._exts:
                    self.items.append((file, label))
                else:
                    known = ", ".join(self._exts)
                    warnings.warn(f"Ignoring {file} of type {ending}. Only support {known}", stacklevel=3)

    def __getitem__(self, idx: Any) -> Any:
        file, label = self.items[idx]
        pixels = image.imread(file, self._flag)
        return (pixels, label) if self._transform is None else self._transform(pixels, label)

    def __len__(self) -> int:
        return len(self.items)
