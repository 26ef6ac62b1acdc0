"""Data sets and models from the network, in the folders where MXNet's scripts look for them.

Each goes through `download` of this package at the time of the call, so that a program may put its own there.
"""

from __future__ import annotations

import bz2
import gzip
import logging
import os
import shutil
import struct
import sys
import zipfile
from typing import Any

import numpy as np

from .. import io
from ..gluon.utils import download as _gluon_download

_MODELS = "http://data.mxnet.io/models/"
_MNIST = "http://data.mxnet.io/data/mnist/"
_NETWORKS = {
    "imagenet1k-inception-bn": "imagenet/inception-bn/Inception-BN",
    "imagenet1k-resnet-18": "imagenet/resnet/18-layers/resnet-18",
    "imagenet1k-resnet-34": "imagenet/resnet/34-layers/resnet-34",
    "imagenet1k-resnet-50": "imagenet/resnet/50-layers/resnet-50",
    "imagenet1k-resnet-101": "imagenet/resnet/101-layers/resnet-101",
    "imagenet1k-resnet-152": "imagenet/resnet/152-layers/resnet-152",
    "imagenet1k-resnext-50": "imagenet/resnext/50-layers/resnext-50",
    "imagenet1k-resnext-101": "imagenet/resnext/101-layers/resnext-101",
    "imagenet1k-resnext-101-64x4d": "imagenet/resnext/101-layers/resnext-101-64x4d",
    "imagenet11k-resnet-152": "imagenet-11k/resnet-152/resnet-152",
    "imagenet11k-place365ch-resnet-152": "imagenet-11k-place365-ch/resnet-152",
    "imagenet11k-place365ch-resnet-50": "imagenet-11k-place365-ch/resnet-50",
}


def download(
    url: str, fname: str | None = None, dirname: str | None = None, overwrite: bool = False, retries: int = 5
) -> str:
    """Download a file, unless it is there already.

    Args:
        url: its address.
        fname: name to write to; the last part of the address if None.
        dirname: folder to write to; made if needed.
        overwrite: download even if the file is there.
        retries: attempts.

    Returns:
        path of the file.

    Raises:
        AssertionError: a negative number of retries.
    """
    if retries < 0:
        raise AssertionError(f"download: retries={retries} is negative; give 0 or more")
    path = url.split("/")[-1] if fname is None else fname
    if dirname is not None:
        path = os.path.join(dirname, path)
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    if not overwrite and os.path.exists(path):
        logging.info("%s exists, skipping download", path)
        return path
    _gluon_download(url, path, overwrite=True, retries=retries)
    logging.info("downloaded %s into %s successfully", url, path)
    return path


def _download(*args: Any, **kwargs: Any) -> str:
    return str(sys.modules[__package__].download(*args, **kwargs))


def download_model(model_name: str, dst_dir: str = "./", meta_info: Any = None) -> tuple[str | None, int]:
    """Download symbol and parameters of a network.

    Args:
        model_name: name of the network.
        dst_dir: folder to write to.
        meta_info: addresses by name: ``{name: {"symbol": ..., "params": ...}}``.

    Returns:
        prefix and epoch for `mxnet.model.load_checkpoint`; (None, 0) for an unknown name.
    """
    if meta_info is None:
        epoch = {"imagenet1k-inception-bn": "0126"}
        meta_info = {
            name: {
                "symbol": f"{_MODELS}{path}-symbol.json",
                "params": f"{_MODELS}{path}-{epoch.get(name, '0000')}.params",
            }
            for name, path in _NETWORKS.items()
        }
    if model_name not in meta_info:
        return None, 0
    addresses = dict(meta_info[model_name])
    for kind in ("symbol", "params"):
        if kind not in addresses:
            raise AssertionError(f"download_model: meta_info of {model_name} has no {kind!r} address")
    os.makedirs(dst_dir, exist_ok=True)
    prefix = os.path.join(dst_dir, model_name)
    _download(addresses["symbol"], prefix + "-symbol.json")
    _download(addresses["params"], prefix + "-0000.params")
    return prefix, 0


def get_mnist() -> dict[str, Any]:
    """MNIST as NumPy arrays: images (N, 1, 28, 28) of float32 in [0, 1], labels of int8."""

    def read(labels: str, images: str) -> tuple[Any, Any]:
        with gzip.open(_download(_MNIST + labels)) as file:
            file.read(8)
            label = np.frombuffer(file.read(), dtype=np.int8)
        with gzip.open(_download(_MNIST + images)) as file:
            _, _, rows, columns = struct.unpack(">IIII", file.read(16))
            pixels = np.frombuffer(file.read(), dtype=np.uint8)
        return label, pixels.reshape(len(label), 1, rows, columns).astype(np.float32) / 255

    train_label, train_data = read("train-labels-idx1-ubyte.gz", "train-images-idx3-ubyte.gz")
    test_label, test_data = read("t10k-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz")
    return {
        "train_data": train_data,
        "train_label": train_label,
        "test_data": test_data,
        "test_label": test_label,
    }


def get_mnist_pkl() -> None:
    """MNIST as a pickle: ``data/mnist.pkl.gz``."""
    os.makedirs("data", exist_ok=True)
    if not os.path.exists("data/mnist.pkl.gz"):
        _download("http://deeplearning.net/data/mnist/mnist.pkl.gz", dirname="data")


def _unpacked(names: list[str], url: str) -> None:
    os.makedirs("data", exist_ok=True)
    if not all(os.path.exists(os.path.join("data", name)) for name in names):
        with zipfile.ZipFile(_download(url, dirname="data")) as archive:
            archive.extractall("data")


def get_mnist_ubyte() -> None:
    """MNIST in its original format, in the folder ``data``."""
    _unpacked(
        [f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")],
        "http://data.mxnet.io/mxnet/data/mnist.zip",
    )


def get_cifar10() -> None:
    """CIFAR-10 as record files, in the folder ``data/cifar``."""
    _unpacked(
        [f"cifar/{part}.{kind}" for part in ("train", "test") for kind in ("rec", "lst")],
        "http://data.mxnet.io/mxnet/data/cifar10.zip",
    )


def get_mnist_iterator(
    batch_size: int, input_shape: tuple[int, ...], num_parts: int = 1, part_index: int = 0
) -> tuple[Any, Any]:
    """Iterators over MNIST's training and test images.

    Args:
        batch_size: images per batch.
        input_shape: of an image; flat unless it has three axes.
        num_parts, part_index: take one of so many parts.
    """
    sys.modules[__package__].get_mnist_ubyte()

    def iterator(part: str, **options: Any) -> Any:
        return io.MNISTIter(
            image=f"data/{part}-images-idx3-ubyte",
            label=f"data/{part}-labels-idx1-ubyte",
            batch_size=batch_size,
            flat=len(input_shape) != 3,
            num_parts=num_parts,
            part_index=part_index,
            **options,
        )

    return iterator("train", shuffle=True), iterator("t10k")


def get_zip_data(data_dir: str, url: str, data_origin_name: str) -> None:
    """Download an archive and unpack it into its folder, unless the archive is there already."""
    path = os.path.join(data_dir, data_origin_name)
    if not os.path.exists(path):
        _download(url, dirname=data_dir, overwrite=False)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(data_dir)


def get_bz2_data(data_dir: str, data_name: str, url: str, data_origin_name: str) -> None:
    """Download a bz2 file and unpack it to ``data_name``, unless that is there already."""
    target, source = os.path.join(data_dir, data_name), os.path.join(data_dir, data_origin_name)
    if os.path.exists(target):
        return
    _download(url, fname=data_origin_name, dirname=data_dir, overwrite=False)
    with bz2.BZ2File(source) as packed, open(target, "wb") as file:
        shutil.copyfileobj(packed, file)
    os.remove(source)


def get_im2rec_path(home_env: str = "MXNET_HOME") -> str:
    """Path of the script that packs images into record files.

    Args:
        home_env: environment variable that names a folder with ``tools/im2rec.py``; without it, this package's own.

    Raises:
        OSError: the named folder has none.
    """
    if home_env in os.environ:
        for start in (os.environ[home_env], os.path.join(os.environ[home_env], "..", "..")):
            path = os.path.join(start, "tools", "im2rec.py")
            if os.path.isfile(path):
                return path
        raise OSError(
            f"get_im2rec_path: tools/im2rec.py is not below {home_env}={os.environ[home_env]}; let it name a "
            "folder that has it"
        )
    return os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tools", "im2rec.py")


class DummyIter(io.DataIter):
    """An iterator that gives the first batch of another one for ever: for measuring a network without its input."""

    def __init__(self, real_iter: Any) -> None:
        super().__init__()
        self.real_iter = real_iter
        self.provide_data = real_iter.provide_data
        self.provide_label = real_iter.provide_label
        self.batch_size = real_iter.batch_size
        self.the_batch = next(real_iter)

    def __iter__(self) -> DummyIter:
        return self

    def next(self) -> Any:
        """The batch."""
        return self.the_batch
