"""``MNISTIter``: batches of a data set in MNIST's format.

Source: MXNet 1.9.1 src/io/iter_mnist.cc.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np

from .._core.errors import MXNetError
from ._batches import Array, Batch
from ._dense import Dense
from ._fields import Field
from ._files import check_part
from ._shared_fields import PARTS, PREFETCH, Positive
from ._twister import Twister

FIELDS = (
    Field("image", str, "./train-images-idx3-ubyte", "File of the images."),
    Field("label", str, "./train-labels-idx1-ubyte", "File of the labels."),
    Field("batch_size", Positive, 128, "Images in a batch; a last, smaller one is left out."),
    Field("shuffle", bool, True, "Shuffle once, in the beginning."),
    Field("flat", bool, False, "Hand out (N, H * W) instead of (N, 1, H, W)."),
    Field("seed", int, 0, "Seed of the shuffling."),
    Field("silent", bool, False, "Say nothing."),
    *PARTS,
    *PREFETCH,
)
#: given by old scripts for the shape that ``flat`` decides; MXNet never read them
UNREAD = ("input_shape", "data_shape")
SUMMARY = """Batches of images in MNIST's format, with pixels between 0 and 1 (divided by 256)."""


class MNISTLoader:
    """Batches out of two arrays."""

    def __init__(self, images: Array, labels: Array, size: int) -> None:
        self._images, self._labels, self._size = images, labels, size
        self._at = 0

    def next(self) -> Batch | None:
        """The next whole batch."""
        end = self._at + self._size
        if end > len(self._images):
            return None
        part = slice(self._at, end)
        self._at = end
        return Batch(self._images[part].copy(), self._labels[part].copy(), 0, np.zeros(self._size, np.uint64))

    def reset(self) -> None:
        """Back to the first; the order stays."""
        self._at = 0

    def close(self) -> None:
        """Nothing is open."""


def _read(path: str, dims: int, part: tuple[int, int]) -> Array:
    """A part of the entries of one file, as bytes."""
    index, parts = part
    try:
        with open(path, "rb") as file:
            first = file.read(4 * (dims + 1))
            if len(first) < 4 * (dims + 1):
                raise MXNetError(
                    f"'{path}': invalid mnist format, the file ends within its header, at byte {len(first)}"
                )
            head = np.frombuffer(first, ">u4")
            shape = [int(n) for n in head[1:]]
            start, end = (int(shape[0] / parts * i) for i in (index, index + 1))
            each = int(np.prod(shape[1:], dtype=np.int64))
            file.seek(4 * (dims + 1) + start * each)
            found = np.frombuffer(file.read((end - start) * each), np.uint8)
    except OSError as error:
        raise MXNetError(f"cannot open '{path}': {error.strerror}") from error
    if found.size < (end - start) * each:
        at, entry = Path(path).stat().st_size, start + found.size // each
        raise MXNetError(f"'{path}': invalid mnist format, the file ends at byte {at} within entry {entry}")
    return found.reshape(end - start, *shape[1:])


def make(name: str, values: dict[str, Any]) -> Dense:
    """The iterator behind ``MNISTIter(**values)``."""
    part = values["part_index"], values["num_parts"]
    check_part(name, *part)
    images = _read(values["image"], 3, part).astype(np.float32) * np.float32(1.0 / 256.0)
    labels = _read(values["label"], 1, part).astype(np.float32)
    if len(images) != len(labels):
        files = f"'{values['image']}' has {len(images)} images, '{values['label']}' {len(labels)} labels"
        raise MXNetError(f"{name}: {files}")
    images = images.reshape(len(images), -1) if values["flat"] else images[:, None]
    if values["shuffle"]:
        order = list(range(len(images)))
        Twister(values["seed"]).shuffle(order)
        images, labels = images[order], labels[order]
    if not values["silent"]:
        shape = [values["batch_size"], *images.shape[1:]]
        logging.getLogger("mxcompat.io").info(
            "MNISTIter: load %d images, shuffle=%d, shape=%s", len(images), values["shuffle"], shape
        )
    dtype = values["dtype"]
    if dtype not in (None, "float32"):
        raise MXNetError(f"{name}: dtype={dtype} is not supported, the pixels are float32 between 0 and 1")
    return Dense(MNISTLoader(images, labels, values["batch_size"]))
