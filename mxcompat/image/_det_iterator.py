"""``ImageDetIter``: batches of images with objects.

Source: MXNet 1.9.1 python/mxnet/image/detection.py.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import nd
from .._core.errors import ArgumentTypeError
from ._augmenters import DEVIATION, MEAN, per_channel
from ._det_augmenters import CreateDetAugmenter
from ._functions import current
from ._iterator import ImageIter


class ImageDetIter(ImageIter):
    """Batches of images with objects, out of records or files.

    A raw label is ``header width, object width, (more header), class, left, top, right, bottom, (more), ...``; the
    label of a batch is (N, most objects, object width), filled up with -1.

    Args:
        batch_size: images in a batch.
        data_shape: (3, height, width).
        path_imgrec: a .rec file.
        path_imglist: a .lst file.
        path_root: folder of the files.
        path_imgidx: the .idx file of the records.
        shuffle: shuffle at each pass.
        part_index: which part to read.
        num_parts: how many parts there are.
        aug_list: augmenters; None: those of ``CreateDetAugmenter(data_shape, **kwargs)``.
        imglist: a list of ``[label, path]``.
        data_name: name in ``provide_data``.
        label_name: name in ``provide_label``.
        last_batch_handle: ``pad``, ``discard`` or ``roll_over``.
        kwargs: for ``CreateDetAugmenter``.

    Source: MXNet 1.9.1 python/mxnet/image/detection.py.
    """

    def __init__(
        self,
        batch_size: int,
        data_shape: Any,
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
        label_name: str = "label",
        last_batch_handle: str = "pad",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            batch_size=batch_size,
            data_shape=data_shape,
            path_imgrec=path_imgrec,
            path_imglist=path_imglist,
            path_root=path_root,
            path_imgidx=path_imgidx,
            shuffle=shuffle,
            part_index=part_index,
            num_parts=num_parts,
            aug_list=[],
            imglist=imglist,
            data_name=data_name,
            label_name=label_name,
            last_batch_handle=last_batch_handle,
        )
        self.auglist = CreateDetAugmenter(data_shape, **kwargs) if aug_list is None else aug_list
        self.label_shape = self._estimate_label_shape()
        self.provide_label = [(label_name, (batch_size, *self.label_shape))]

    def _check_valid_label(self, label: Any) -> None:
        """RuntimeError for objects of a wrong shape, or none that is real."""
        if len(label.shape) != 2 or label.shape[1] < 5:
            raise RuntimeError(f"objects must be rows of at least 5 numbers, got shape {label.shape}")
        # MXNet passes bottom > top too, but as the place to write the answer to: it is no condition
        if not ((label[:, 0] >= 0) & (label[:, 3] > label[:, 1])).any():
            raise RuntimeError("no object is left that has a class and a width")

    def _estimate_label_shape(self) -> tuple[int, int]:
        """Most objects of an image, and the width of an object; reads all labels."""
        most, width = 0, 0
        self.reset()
        try:
            while True:
                label = self._parse_label(self.next_sample()[0])
                most, width = max(most, label.shape[0]), label.shape[1]
        except StopIteration:
            pass
        self.reset()
        return most, width

    def _parse_label(self, label: Any) -> Any:
        """The objects of a raw label, without those that have no area."""
        raw = (label.asnumpy() if isinstance(label, nd.NDArray) else np.asarray(label)).ravel()
        if raw.size < 7:
            raise RuntimeError(f"a label needs a header and an object, at least 7 numbers; got {raw.size}")
        header, width = int(raw[0]), int(raw[1])
        if (raw.size - header) % width != 0:
            raise RuntimeError(f"{raw.size} numbers with a header of {header} do not divide into objects of {width}")
        objects = np.reshape(raw[header:], (-1, width))
        keep = (objects[:, 3] > objects[:, 1]) & (objects[:, 4] > objects[:, 2])
        if not keep.any():
            raise RuntimeError("no object of the label has an area")
        return objects[keep, :]

    def reshape(self, data_shape: Any = None, label_shape: Any = None) -> None:
        """Change the shape of images, of labels (only to more objects), or both."""
        if data_shape is not None:
            self.check_data_shape(data_shape)
            self.provide_data = [(self.provide_data[0][0], (self.batch_size, *data_shape))]
            self.data_shape = data_shape
        if label_shape is not None:
            self.check_label_shape(label_shape)
            self.provide_label = [(self.provide_label[0][0], (self.batch_size, *label_shape))]
            self.label_shape = label_shape

    def _sample(self) -> tuple[Any, Any]:
        """Objects and augmented pixels of the next image that is valid."""
        while True:
            label, content = self.next_sample()
            data = self.imdecode(content)
            try:
                self.check_valid_image([data])
                label = self._parse_label(label)
                data, label = self.augmentation_transform(data, label)
                self._check_valid_label(label)
            except RuntimeError as error:
                logging.debug("Invalid image, skipping:  %s", error)
                continue
            return label, data

    def _batchify(self, batch_data: Any, batch_label: Any, start: int = 0) -> int:
        """Fill a batch from place ``start``; returns the number of places that are filled."""
        place = start
        try:
            while place < self.batch_size:
                label, data = self._sample()
                batch_data[place] = self.postprocess_data(data)
                row = np.full(self.label_shape, -1, np.float32)
                row[: len(label)] = label
                batch_label[place] = row
                place += 1
        except StopIteration:
            if not place:
                raise
        return place

    def _empty(self) -> tuple[Any, Any]:
        """A batch to be filled."""
        data, _ = super()._empty()
        return data, current(nd.full(self.provide_label[0][1], -1))

    def augmentation_transform(self, data: Any, label: Any) -> Any:  # type: ignore[override]  # as in MXNet
        """The image and its objects after all augmenters."""
        augmenters: list[Any] = self.auglist
        for augmenter in augmenters:
            data, label = augmenter(data, label)
        return data, label

    def check_label_shape(self, label_shape: Any) -> None:
        """Refuse a shape with fewer objects, or objects of another width."""
        if len(label_shape) != 2:
            raise ValueError(f"label_shape={label_shape} must be (objects, width of an object)")
        have = self.label_shape
        if label_shape[0] < have[0]:
            raise ValueError(f"label_shape={label_shape} has room for fewer objects than the data has, {have[0]}")
        width = self.provide_label[0][1][2]
        if label_shape[1] != width:
            raise ValueError(f"label_shape={label_shape} must keep the width of an object, {width}")

    def draw_next(
        self,
        color: Any = None,
        thickness: int = 2,
        mean: Any = None,
        std: Any = None,
        clip: bool = True,
        waitKey: int | None = None,
        window_name: str = "draw_next",
        id2labels: Any = None,
    ) -> Iterator[Any]:
        """Yield the next images with their objects drawn in.

        Args:
            color: of the boxes, red first; None: random, from NumPy's generator.
            thickness: of their lines.
            mean: added again; True is ImageNet's.
            std: multiplied by again; True is ImageNet's.
            clip: cut to 0..255.
            waitKey: show each in a window for so many milliseconds; None: show none.
            window_name: of the window.
            id2labels: names of the classes, drawn in, too.

        Returns:
            uint8 arrays of NumPy, (H, W, 3), blue first.
        """
        try:
            import cv2  # type: ignore[import-not-found,unused-ignore]
        except ImportError as error:
            warnings.warn(f"Unable to import cv2, skip drawing: {error}", stacklevel=2)
            return
        mean = per_channel("mean", mean, MEAN, np.ndarray, np.array)
        std = per_channel("std", std, DEVIATION, np.ndarray, np.array)
        chosen = color[::-1] if color else None
        while True:
            try:
                label, content = self.next_sample()
            except StopIteration:
                return
            data = self.imdecode(content)
            try:
                self.check_valid_image([data])
                label = self._parse_label(label)
            except RuntimeError as error:
                logging.debug("Invalid image, skipping:  %s", error)
                continue
            data, label = self.augmentation_transform(data, label)
            image = _shown(data.asnumpy(), mean, std, clip)
            for row in label:
                _draw(cv2, image, row, chosen, thickness, id2labels)
            if waitKey is not None:
                cv2.imshow(window_name, image)
                cv2.waitKey(waitKey)
            yield image

    def sync_label_shape(self, it: Any, verbose: bool = False) -> Any:
        """Give this iterator and another the larger of both numbers of objects; returns the other."""
        if not isinstance(it, ImageDetIter):
            raise ArgumentTypeError(f"sync_label_shape: it must be an ImageDetIter, got {type(it).__name__}")
        mine, theirs = self.label_shape, it.label_shape
        if mine[1] != theirs[1]:
            raise ArgumentTypeError(f"sync_label_shape: objects of width {mine[1]} here and {theirs[1]} there")
        most = max(mine[0], theirs[0])
        if most > mine[0]:
            self.reshape(None, (most, mine[1]))
        if most > theirs[0]:
            it.reshape(None, (most, theirs[1]))
        if verbose and most > min(mine[0], theirs[0]):
            logging.info("Resized label_shape to (%d, %d).", most, mine[1])
        return it


def _shown(image: Any, mean: Any, std: Any, clip: bool) -> Any:
    """Pixels that can be drawn on: as they were before normalizing, blue first."""
    image = image.astype(np.float64)
    if std is not None:
        image = image * std
    if mean is not None:
        image = image + mean
    image = image[:, :, ::-1]
    if clip:
        image = np.clip(image, 0, 255)
    return np.ascontiguousarray(image.astype(np.uint8))


def _draw(cv2: Any, image: Any, row: Any, color: Any, thickness: int, names: Any) -> None:
    """Draw one object."""
    height, width = image.shape[:2]
    left, right = int(row[1] * width), int(row[3] * width)
    if left < 0:
        return
    top, bottom = int(row[2] * height), int(row[4] * height)
    line = color or (np.random.rand(3) * 255).tolist()
    cv2.rectangle(image, (left, top), (right, bottom), line, thickness)
    name = None if names is None else names.get(int(row[0]))
    if name is not None:
        font = cv2.FONT_HERSHEY_SIMPLEX
        tall = cv2.getTextSize(str(name), font, 0.5, 2)[0][1]
        cv2.putText(image, str(name), (left + 5, top + tall + 5), font, 0.5, (255, 255, 255), 2)
