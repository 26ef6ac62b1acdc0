"""``ImageIter``: batches of image files or records, augmented in Python.

Source: MXNet 1.9.1 python/mxnet/image/image.py.
"""

from __future__ import annotations

import logging
import os
import random
from typing import Any

from .. import io, nd, recordio
from .._core.errors import ArgumentTypeError, MXNetError
from ..base import numeric_types
from ..io import DataBatch
from ._augmenters import CreateAugmenter
from ._functions import current, imdecode

_LABEL_DTYPES = ("int32", "float32", "int64", "float64")


class ImageIter(io.DataIter):
    """Batches of images out of records (``path_imgrec``) or files (``path_imglist`` or ``imglist``, ``path_root``).

    Args:
        batch_size: images in a batch.
        data_shape: (3, height, width).
        label_width: labels of an image.
        path_imgrec: a .rec file.
        path_imglist: a .lst file: number, labels and path, with tabs between them.
        path_root: folder of the files.
        path_imgidx: the .idx file of the records; needed to shuffle or to split them.
        shuffle: shuffle at each pass, with Python's ``random``.
        part_index: which part to read.
        num_parts: how many parts there are.
        aug_list: augmenters; None: those of ``CreateAugmenter(data_shape, **kwargs)``.
        imglist: a list of ``[label, path]`` or ``[label, label, ..., path]``.
        data_name: name in ``provide_data``.
        label_name: name in ``provide_label``.
        dtype: of the labels.
        last_batch_handle: ``pad`` fills the last batch from the beginning, ``discard`` drops it, ``roll_over`` keeps it
            for the next pass.
        kwargs: for ``CreateAugmenter``.

    Source: MXNet 1.9.1 python/mxnet/image/image.py.
    """

    def __init__(
        self,
        batch_size: int,
        data_shape: Any,
        label_width: int = 1,
        path_imgrec: Any = None,
        path_imglist: Any = None,
        path_root: Any = None,
        path_imgidx: Any = None,
        shuffle: bool = False,
        part_index: int = 0,
        num_parts: int = 1,
        aug_list: Any = None,
        imglist: Any = None,
        data_name: str = "data",
        label_name: str = "softmax_label",
        dtype: str = "float32",
        last_batch_handle: str = "pad",
        **kwargs: Any,
    ) -> None:
        super().__init__()
        if not (path_imgrec or path_imglist or isinstance(imglist, list)):
            raise ArgumentTypeError(f"{type(self).__name__} needs path_imgrec, path_imglist or imglist (a list)")
        if dtype not in _LABEL_DTYPES:
            raise ArgumentTypeError(f"{dtype} label not supported, dtype is one of {', '.join(_LABEL_DTYPES)}")
        threads = os.environ.get("MXNET_CPU_WORKER_NTHREADS", 1)
        logging.info("Using %s threads for decoding...", threads)
        logging.info("MXNET_CPU_WORKER_NTHREADS sets the number of threads")
        self.imgrec: Any = None
        self.imgidx: Any = None
        if path_imgrec:
            logging.info("%s: loading recordio %s...", type(self).__name__, path_imgrec)
            if path_imgidx:
                self.imgrec = recordio.MXIndexedRecordIO(path_imgidx, path_imgrec, "r")
                self.imgidx = list(self.imgrec.keys)
            else:
                self.imgrec = recordio.MXRecordIO(path_imgrec, "r")
        self.imglist = self._listed(path_imglist, imglist, dtype)
        self.path_root = path_root
        self.check_data_shape(data_shape)
        self.provide_data = [(data_name, (batch_size, *data_shape))]
        self.provide_label = [(label_name, (batch_size, label_width) if label_width > 1 else (batch_size,))]
        self.batch_size = batch_size
        self.data_shape = data_shape
        self.label_width = label_width
        self.shuffle = shuffle
        self.seq = self._sequence(bool(shuffle or num_parts > 1 or path_imgidx))
        if num_parts > 1:
            if part_index >= num_parts:
                raise ArgumentTypeError(f"part_index={part_index} must be below num_parts={num_parts}")
            count = len(self.seq or ()) // num_parts
            self.seq = (self.seq or [])[part_index * count : (part_index + 1) * count]
        self.auglist = CreateAugmenter(data_shape, **kwargs) if aug_list is None else aug_list
        self.cur = 0
        self._allow_read = True
        self.last_batch_handle = last_batch_handle
        self.num_image = None if self.seq is None else len(self.seq)
        self._forget()
        self.reset()

    def _listed(self, path: Any, given: Any, dtype: str) -> dict[Any, tuple[Any, str]] | None:
        """Label and path by number, out of a file or a list."""
        if path:
            logging.info("%s: loading image list %s...", type(self).__name__, path)
            found: dict[Any, tuple[Any, str]] = {}
            with open(path, encoding="utf-8") as file:
                for place, line in enumerate(file):
                    words = line.strip().split("\t")
                    try:
                        label = current(nd.array([float(word) for word in words[1:-1]], dtype=dtype))
                        found[int(words[0])] = (label, words[-1])
                    except (ValueError, MXNetError) as error:
                        text = "number, labels and path, with tabs between them"
                        raise ValueError(f"'{path}' line {place + 1} is not {text}: {line.strip()}") from error
            return found
        if not isinstance(given, list):
            return None
        logging.info("%s: loading image list...", type(self).__name__)
        found = {}
        for place, entry in enumerate(given):
            label = entry[:-1] if len(entry) > 2 or isinstance(entry[0], numeric_types) else entry[0]
            found[str(place + 1)] = (current(nd.array(label, dtype=dtype)), entry[-1])
        return found

    def _sequence(self, needs_index: bool) -> list[Any] | None:
        """Numbers of the images in their order; None: as the records come."""
        if self.imgrec is None:
            return list(self.imglist or ())
        if not needs_index:
            return None
        if self.imgidx is None:
            raise ArgumentTypeError("shuffle=True and num_parts > 1 need path_imgidx, the index of the records")
        found: list[Any] = self.imgidx
        return found

    def _forget(self) -> None:
        self._cache_data: Any = None
        self._cache_label: Any = None
        self._cache_idx: Any = None

    def reset(self) -> None:
        """Begin a new pass, with what was rolled over."""
        if self.seq is not None and self.shuffle:
            random.shuffle(self.seq)
        if self.last_batch_handle != "roll_over" or self._cache_data is None:
            if self.imgrec is not None:
                self.imgrec.reset()
            self.cur = 0
            self._allow_read = True

    def hard_reset(self) -> None:
        """Begin a new pass at the first image, whatever was rolled over."""
        if self.seq is not None and self.shuffle:
            random.shuffle(self.seq)
        if self.imgrec is not None:
            self.imgrec.reset()
        self.cur = 0
        self._allow_read = True
        self._forget()

    def next_sample(self) -> tuple[Any, Any]:
        """Label and content of the next image; StopIteration at the end."""
        if not self._allow_read:
            raise StopIteration
        if self.seq is None:
            content = self.imgrec.read()
            if content is None:
                if self.last_batch_handle != "discard":
                    self.imgrec.reset()
                raise StopIteration
            header, image = recordio.unpack(content)
            return header.label, image
        if self.cur >= len(self.seq):
            if self.last_batch_handle != "discard":
                self.cur = 0
            raise StopIteration
        number = self.seq[self.cur]
        self.cur += 1
        if self.imgrec is None:
            label, name = (self.imglist or {})[number]
            return label, self.read_image(name)
        header, image = recordio.unpack(self.imgrec.read_idx(number))
        return (header.label if self.imglist is None else self.imglist[number][0]), image

    def _sample(self) -> tuple[Any, Any]:
        """Label and augmented pixels of the next image that is valid."""
        while True:
            label, content = self.next_sample()
            data = self.imdecode(content)
            try:
                self.check_valid_image(data)
            except RuntimeError as error:
                logging.debug("Invalid image, skipping:  %s", error)
                continue
            return label, self.augmentation_transform(data)

    def _batchify(self, batch_data: Any, batch_label: Any, start: int = 0) -> int:
        """Fill a batch from place ``start``; returns the number of places that are filled."""
        place = start
        try:
            while place < self.batch_size:
                label, data = self._sample()
                batch_data[place] = self.postprocess_data(data)
                batch_label[place] = label
                place += 1
        except StopIteration:
            if not place:
                raise
        return place

    def _empty(self) -> tuple[Any, Any]:
        """A batch to be filled."""
        data = nd.zeros((self.batch_size, *self.data_shape))
        return current(data), current(nd.zeros(self.provide_label[0][1]))

    def next(self) -> DataBatch:
        """The next batch; StopIteration at the end of a pass."""
        if self._cache_data is not None:
            if self._cache_label is None or self._cache_idx is None:
                raise ArgumentTypeError(f"{type(self).__name__}: data was rolled over without its labels")
            data, label, filled = self._cache_data, self._cache_label, self._cache_idx
        else:
            data, label = self._empty()
            filled = self._batchify(data, label)
        pad = self.batch_size - filled
        if pad:
            if self.last_batch_handle == "discard":
                raise StopIteration
            if self.last_batch_handle == "roll_over" and self._cache_data is None:
                self._cache_data, self._cache_label, self._cache_idx = data, label, filled
                raise StopIteration
            self._batchify(data, label, filled)
            if self.last_batch_handle == "pad":
                self._allow_read = False
            else:
                self._forget()
        return DataBatch([data], [label], pad=pad)

    def check_data_shape(self, data_shape: Any) -> None:
        """Refuse a shape that is not (3, height, width)."""
        if len(data_shape) != 3:
            raise ValueError(f"data_shape={data_shape} must name 3 axes: channels, height, width")
        if data_shape[0] != 3:
            raise ValueError(f"data_shape={data_shape} must begin with 3 channels")

    def check_valid_image(self, data: Any) -> None:
        """Raise RuntimeError for data that is no image."""
        if len(data[0].shape) == 0:
            raise RuntimeError("the data has no rows")

    def imdecode(self, s: Any) -> Any:
        """The pixels of an image file's content; RuntimeError that names the image if there are none."""
        try:
            return imdecode(s)
        except Exception as error:
            raise MXNetError(f"Broken image {self._last_read()}, {error}") from error

    def _last_read(self) -> str:
        """The image that was read last, for messages."""
        if self.seq is None:
            return f"in {getattr(self.imgrec, 'uri', 'the records')}"
        number = self.seq[self.cur - 1]
        return f"filename: {self.imglist[number][1]}" if self.imglist is not None else f"index: {number}"

    def read_image(self, fname: str) -> bytes:
        """The content of a file below ``path_root``."""
        with open(os.path.join(self.path_root or "", fname), "rb") as file:
            return file.read()

    def augmentation_transform(self, data: Any) -> Any:
        """The image after all augmenters."""
        for augmenter in self.auglist:
            data = augmenter(data)
        return data

    def postprocess_data(self, datum: Any) -> Any:
        """(H, W, C) as (C, H, W)."""
        return datum.transpose((2, 0, 1))
