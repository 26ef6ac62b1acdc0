"""Files in the formats in which data sets are published, made small."""

from __future__ import annotations

import gzip
import os
import struct
import tempfile
import zlib
from contextlib import contextmanager

import numpy as np


def png(pixels):
    """The bytes of a PNG file; ``pixels`` is uint8 (H, W, 3) or (H, W)."""
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2 if pixels.ndim == 3 else 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pixels(height, width, channels=3, seed=0):
    """An image of smooth colours with some noise."""
    random = np.random.RandomState(seed)
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    values = 128 + 90 * np.sin(y / 3.0 + c) * np.cos(x / 4.0 - c) + random.uniform(-20, 20, y.shape)
    return values.clip(0, 255).astype(np.uint8)


def write(path, content):
    """Write a file, and the folders it lies in."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def mnist(folder, train, count, seed=0):
    """The two files of one part of MNIST."""
    random = np.random.RandomState(seed)
    name = "train" if train else "t10k"
    images = random.randint(0, 256, (count, 28, 28)).astype(np.uint8)
    labels = random.randint(0, 10, count).astype(np.uint8)
    for kind, header, content in (
        ("images-idx3", struct.pack(">IIII", 2051, count, 28, 28), images),
        ("labels-idx1", struct.pack(">II", 2049, count), labels),
    ):
        write(os.path.join(folder, "%s-%s-ubyte.gz" % (name, kind)), gzip.compress(header + content.tobytes()))


def cifar(label_bytes, count, seed=0):
    """The bytes of a batch file of CIFAR."""
    random = np.random.RandomState(seed)
    rows = random.randint(0, 256, (count, label_bytes + 3072)).astype(np.uint8)
    rows[:, :label_bytes] %= 20
    return rows.tobytes()


@contextmanager
def replaced(module, **names):
    """A module with other values under some names."""
    before = {name: getattr(module, name) for name in names}
    for name, value in names.items():
        setattr(module, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(module, name, value)


@contextmanager
def empty_folder():
    """A folder that is the current one, so that names in it are the same each time."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield "."
        finally:
            os.chdir(before)
