"""``im2rec``: list the images of a folder, and pack listed images into a record file.

Options and files are MXNet's. New are the progress on standard error, output that appears only when it is complete
(it is written beside its place and renamed), several threads that keep the order, and an exit code: 0 all is packed, 1
some images could not be packed (each is named), 2 nothing could be begun.

Source: MXNet 1.9.1 tools/im2rec.py.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from mxcompat import recordio  # absolute: the file is also run by its path (`test_utils.get_im2rec_path`)
from mxcompat._core.errors import MXNetError, NotSupportedError

_SHUFFLE_SEED = 100
_REPORT_EVERY = 0.5  # seconds
_AHEAD = 16  # images under way for each thread


class Item(NamedTuple):
    """One line of a list."""

    number: int
    path: str
    labels: tuple[float, ...]


class _Stop(Exception):
    """Something that ends the program with one line."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(
        prog="im2rec",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description="Create an image list, or make a record database by reading from an image list.",
    )
    root.add_argument("prefix", help="prefix of the .lst, .rec and .idx files")
    root.add_argument("root", help="folder of the images")
    lists = root.add_argument_group("Options for creating image lists")
    lists.add_argument("--list", action="store_true", help="write <prefix>.lst; else read it, and write <prefix>.rec")
    lists.add_argument("--exts", nargs="+", default=[".jpeg", ".jpg", ".png"], help="suffixes of images")
    lists.add_argument("--chunks", type=int, default=1, help="number of lists")
    lists.add_argument("--train-ratio", type=float, default=1.0, help="share of the images for <prefix>_train.lst")
    lists.add_argument("--test-ratio", type=float, default=0, help="share of the images for <prefix>_test.lst")
    lists.add_argument("--recursive", action="store_true", help="go into folders; each gets a label of its own")
    lists.add_argument("--no-shuffle", dest="shuffle", action="store_false", help="keep the order of the names")
    records = root.add_argument_group("Options for creating database")
    records.add_argument("--pass-through", action="store_true", help="pack the files as they are")
    records.add_argument("--resize", type=int, default=0, help="length of the shorter side; 0: as it is")
    records.add_argument("--center-crop", action="store_true", help="cut a square out of the middle")
    records.add_argument("--quality", type=int, default=95, help="of JPEG, 1 to 100; or compression of PNG, 1 to 9")
    records.add_argument("--num-thread", type=int, default=1, help="threads; the order stays that of the list")
    records.add_argument("--color", type=int, default=1, choices=[-1, 0, 1], help="1 colour, 0 gray, -1 with alpha")
    records.add_argument("--encoding", default=".jpg", choices=[".jpg", ".png"], help="format of the packed images")
    records.add_argument("--pack-label", action="store_true", help="pack all labels of a line, not only the first")
    return root


# ---- lists


def list_images(root: str, recursive: bool, exts: Sequence[str]) -> Iterator[Item]:
    """The images of a folder; with ``recursive`` those of its folders, labelled by folder."""
    if not recursive:
        names = sorted(os.listdir(root))
        chosen = [n for n in names if os.path.splitext(n)[1].lower() in exts and os.path.isfile(os.path.join(root, n))]
        yield from (Item(number, name, (0.0,)) for number, name in enumerate(chosen))
        return
    labels: dict[str, int] = {}
    number = 0
    for folder, folders, names in os.walk(root, followlinks=True):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.splitext(name)[1].lower() in exts and os.path.isfile(path):
                label = labels.setdefault(folder, len(labels))
                yield Item(number, os.path.relpath(path, root), (float(label),))
                number += 1
    for folder, label in labels.items():
        print(os.path.relpath(folder, root), label)


def write_list(path: str, items: Iterable[Item]) -> None:
    """Write a list: number, labels and path, with tabs between them."""
    with _replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        for item in items:
            labels = "".join(f"{label:f}\t" for label in item.labels)
            file.write(f"{item.number}\t{labels}{item.path}\n")


def make_lists(args: argparse.Namespace) -> int:
    """Carry out ``--list``."""
    items = list(list_images(args.root, args.recursive, args.exts))
    if not items:
        raise _Stop(f"{args.root} holds no files that end in {' '.join(args.exts)}; see --exts and --recursive")
    if args.shuffle:
        shuffler = random.Random(_SHUFFLE_SEED)
        shuffler.shuffle(items)
    size = -(-len(items) // args.chunks)
    for chunk in range(args.chunks):
        part = items[chunk * size : (chunk + 1) * size]
        name = f"{args.prefix}_{chunk}" if args.chunks > 1 else args.prefix
        if args.train_ratio == 1.0:
            write_list(f"{name}.lst", part)
            continue
        train, test = int(size * args.train_ratio), int(size * args.test_ratio)
        if args.test_ratio:
            write_list(f"{name}_test.lst", part[:test])
        if args.train_ratio + args.test_ratio < 1.0:
            write_list(f"{name}_val.lst", part[test + train :])
        write_list(f"{name}_train.lst", part[test : test + train])
    return 0


def read_list(path: str, complaints: list[str]) -> Iterator[Item]:
    """The lines of a list; what is wrong with a line is added to ``complaints``."""
    with open(path, encoding="utf-8") as file:
        for place, line in enumerate(file, 1):
            words = [word.strip() for word in line.strip().split("\t")]
            if words == [""]:
                continue
            try:
                if len(words) < 3:
                    raise ValueError("it needs number, label and path, with tabs between them")
                yield Item(int(words[0]), words[-1], tuple(float(word) for word in words[1:-1]))
            except ValueError as error:
                complaints.append(f"{path} line {place}: {error}")


# ---- records


def encode(args: argparse.Namespace, item: Item) -> bytes:
    """The record of one image.

    Raises:
        OSError: the file cannot be read.
        MXNetError: it is no image, or cannot be encoded.
    """
    path = os.path.join(args.root, item.path)
    labels: Any = list(item.labels) if len(item.labels) > 1 and args.pack_label else item.labels[0]
    header = recordio.IRHeader(0, labels, item.number, 0)
    content = Path(path).read_bytes()
    if args.pass_through:
        return recordio.pack(header, content)
    import cv2  # type: ignore[import-not-found,unused-ignore]
    import numpy as np

    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), args.color) if content else None
    if pixels is None:
        raise MXNetError("it is no image that OpenCV can decode")
    height, width = pixels.shape[:2]
    if args.center_crop:
        if height > width:
            pixels = pixels[(height - width) // 2 :][:width]
        else:
            pixels = pixels[:, (width - height) // 2 :][:, :height]
        height, width = pixels.shape[:2]
    if args.resize:
        tall = height > width
        size = (args.resize, height * args.resize // width) if tall else (width * args.resize // height, args.resize)
        pixels = cv2.resize(pixels, size)
    return recordio.pack_img(header, pixels, quality=args.quality, img_fmt=args.encoding)


class _Progress:
    """Lines on standard error: one that is renewed on a terminal, else one every so often."""

    def __init__(self, total: int, out: TextIO) -> None:
        self._total, self._out, self._start = total, out, time.perf_counter()
        self._next = self._start + _REPORT_EVERY
        self._terminal = out.isatty()

    def show(self, count: int, end: bool = False) -> None:
        """Say that ``count`` are done."""
        now = time.perf_counter()
        if not end and now < self._next:
            return
        self._next = now + (_REPORT_EVERY if self._terminal else 20 * _REPORT_EVERY)
        rate = count / max(now - self._start, 1e-9)
        left = (self._total - count) / rate if rate else 0.0
        text = f"{count}/{self._total} images, {rate:.0f}/s" + ("" if end else f", {left:.0f} s left")
        self._out.write(f"\r{text}\x1b[K" if self._terminal else f"{text}\n")
        if end and self._terminal:
            self._out.write("\n")
        self._out.flush()


class _replacing:
    """A name to write to; renamed to the right one when all went well, removed when not."""

    def __init__(self, path: str) -> None:
        self._path, self.temporary = path, f"{path}.tmp{os.getpid()}"

    def __enter__(self) -> str:
        return self.temporary

    def __exit__(self, kind: Any, *rest: object) -> None:
        if kind is None:
            os.replace(self.temporary, self._path)
        elif os.path.exists(self.temporary):
            os.remove(self.temporary)


def _encoded(args: argparse.Namespace, items: list[Item], complaints: list[str]) -> Iterator[tuple[Item, bytes]]:
    """Records in the order of the items; those that fail are left out and complained of."""
    waiting: deque[tuple[Item, Future[bytes]]] = deque()
    with ThreadPoolExecutor(max(1, args.num_thread)) as pool:
        rest = iter(items)
        try:
            while True:
                while len(waiting) < _AHEAD * max(1, args.num_thread):
                    item = next(rest, None)
                    if item is None:
                        break
                    waiting.append((item, pool.submit(encode, args, item)))
                if not waiting:
                    return
                item, task = waiting.popleft()
                try:
                    yield item, task.result()
                except (OSError, MXNetError) as error:
                    reason = error.strerror if isinstance(error, OSError) else error
                    complaints.append(f"{os.path.join(args.root, item.path)}: {reason}")
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def pack_list(args: argparse.Namespace, path: str) -> int:
    """Pack one list; returns the number of complaints."""
    complaints: list[str] = []
    items = list(read_list(path, complaints))
    base = os.path.splitext(path)[0]
    print(f"Creating .rec file from {path}")
    progress = _Progress(len(items), sys.stderr)
    with _replacing(f"{base}.rec") as rec, _replacing(f"{base}.idx") as idx:
        record = recordio.MXIndexedRecordIO(idx, rec, "w")
        try:
            done = 0
            for item, content in _encoded(args, items, complaints):
                record.write_idx(item.number, content)
                done += 1
                progress.show(done)
        finally:
            record.close()
    progress.show(done, end=True)
    for complaint in complaints:
        print(f"im2rec: {complaint}", file=sys.stderr)
    return len(complaints)


def make_records(args: argparse.Namespace) -> int:
    """Pack every list whose name begins with the prefix."""
    if not args.pass_through:
        try:
            import cv2  # noqa: F401
        except ImportError as error:
            hint = "it needs OpenCV (pip install 'mxcompat[image]'), or --pass-through"
            raise NotSupportedError("encoding images", hint) from error
    folder = args.prefix if os.path.isdir(args.prefix) else os.path.dirname(args.prefix)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    paths = [os.path.join(folder, name) for name in names if name.endswith(".lst")]
    paths = [path for path in paths if path.startswith(args.prefix) and os.path.isfile(path)]
    if not paths:
        raise _Stop(f"there is no list {args.prefix}*.lst; make one with --list")
    failed = sum(pack_list(args, path) for path in paths)
    if failed:
        print(f"im2rec: {failed} images or lines were left out", file=sys.stderr)
    return 1 if failed else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    args = parser().parse_args(argv)
    args.prefix, args.root = os.path.abspath(args.prefix), os.path.abspath(args.root)
    try:
        if not os.path.isdir(args.root):
            raise _Stop(f"{args.root} is not a folder")
        if args.chunks < 1:
            raise _Stop(f"--chunks {args.chunks} must be at least 1")
        return make_lists(args) if args.list else make_records(args)
    except (_Stop, OSError, MXNetError) as error:
        print(f"im2rec: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
