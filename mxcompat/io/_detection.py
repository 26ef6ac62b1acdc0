"""``ImageDetRecordIter``: images with boxes.

Source: MXNet 1.9.1 src/io/iter_image_det_recordio.cc.
"""

from __future__ import annotations

import functools
import logging
from collections import deque
from typing import Any

import numpy as np

from .._core.errors import MXNetError
from ..registry.tags import REQUIRED
from ._augment import Plan, carry_out
from ._batches import Array
from ._dense import Dense
from ._det_augment import FIELDS as AUGMENT_FIELDS
from ._det_augment import DetectionAugmenter
from ._fields import Field
from ._images import SHUFFLE, check_shape
from ._labels import Label, LabelMap
from ._normalize import DETECTION_FIELDS, DetectionNormalizer
from ._opencv import decode, opencv, size_of
from ._pipeline import Job, Rounds, ThreadedLoader, run_all, threads_for
from ._records import Record, open_source
from ._shared_fields import BATCH, PARTS, PREFETCH, Count, Positive
from ._twister import Twister

_SEED = 233
_CHUNK = 8 << 20
_HEAD = 4  # channels, rows, columns, length of the label

FIELDS = (
    Field("path_imglist", str, "", "A list (.lst) whose labels replace those of the records."),
    Field("path_imgrec", str, "./data/imgrec.rec", "The records (.rec), or a folder of them."),
    Field("aug_seq", str, "det_aug_default", "Augmenters, with commas between them."),
    Field("label_width", int, -1, "Numbers of each label; -1: they differ."),
    Field("data_shape", tuple[int, ...], REQUIRED, "Channels, height and width of an image in a batch."),
    Field("preprocess_threads", Positive, 4, "Threads that decode; never more than there are processors."),
    Field("verbose", bool, True, "Log what is going on."),
    *PARTS,
    Field("shuffle_chunk_size", Count, 0, "Shuffle pieces of so many MB among each other."),
    Field("shuffle_chunk_seed", int, 0, "Seed of that."),
    Field("label_pad_width", int, 0, "Numbers that labels are filled up to; 0: those of the longest."),
    Field("label_pad_value", float, -1.0, "What they are filled up with."),
    *SHUFFLE,
    *BATCH,
    *PREFETCH,
    *AUGMENT_FIELDS,
    *DETECTION_FIELDS,
)
SUMMARY = """Batches of images with boxes, out of records (.rec).

A label is ``channels, rows, columns, count``, then the ``count`` numbers of the label, then filling."""


class DetectionJobs:
    """The order of ``ImageDetRecordIter``: all is drawn when a chunk is read."""

    def __init__(self, name: str, values: dict[str, Any]) -> None:
        check_shape(name, values["data_shape"])
        opencv()
        words = [word.strip() for word in values["aug_seq"].split(",") if word.strip()]
        if any(word != "det_aug_default" for word in words):
            raise MXNetError(
                f"{name}: aug_seq={values['aug_seq']!r}; the one augmenter for detection is det_aug_default"
            )
        self._name, self._values = name, values
        self._channels = values["data_shape"][0]
        self._augmenters = [DetectionAugmenter(name, values) for _ in words]
        self._source = open_source(name, values, _CHUNK)
        self._random, self._shuffler = Twister(_SEED), Twister(_SEED + values["seed"])
        self._map = LabelMap(values["path_imglist"], values["label_width"]) if values["path_imglist"] else None
        self._normalizer = DetectionNormalizer(values)
        self._waiting: deque[Job] = deque()
        self.label_width = _HEAD + self._padded_width()
        path = values["mean_img"]
        if path and not self._normalizer.load_mean(path, values["verbose"]):
            self._normalizer.make_mean(path, self._every(), values["verbose"])
            self.rewind(False)

    def _padded_width(self) -> int:
        wanted = int(self._values["label_pad_width"])
        widest = self._map.widest if self._map is not None else self._widest()
        if widest > wanted > 0:
            raise MXNetError(f"{self._name}: label_pad_width={wanted} is smaller than the longest label, {widest}")
        return max(widest, wanted)

    def _widest(self) -> int:
        widest = 0
        while True:
            records = self._source.next_chunk(1)
            if records is None:
                break
            widest = max([widest, *(len(self._label(record)) for record in records)])
        self._source.rewind()
        return widest

    def _label(self, record: Record) -> Label:
        if self._map is not None:
            return self._map.find(record.number)
        if not record.packed:
            raise MXNetError(
                f"{record.where}: the record holds no objects: pack a label of several numbers, or give path_imglist"
            )
        width = self._values["label_width"]
        if width > 0 and width != record.packed:
            raise MXNetError(f"{record.where}: the record holds {record.packed} labels, but label_width={width}")
        return record.label

    def take(self, count: int, have: int) -> list[Job]:
        """Up to ``count`` jobs."""
        if not self._waiting:
            records = self._source.next_chunk(count)
            if records is None:
                return []
            jobs = [self._planned(record) for record in records]
            if self._values["shuffle"]:
                self._shuffler.shuffle(jobs)
            self._waiting.extend(jobs)
        return [self._waiting.popleft() for _ in range(min(count, len(self._waiting)))]

    def _planned(self, record: Record) -> Job:
        height, width = size_of(record.content) or decode(record.content, self._channels, record.where).shape[:2]
        label = self._label(record)
        plans = []
        for augmenter in self._augmenters:
            plan, label = augmenter.plan(height, width, label, record.where, self._random)
            plans.append(plan)
            height, width = self._values["data_shape"][1:]
        return Job(functools.partial(self._run, record, plans, label), record.number)

    def _run(self, record: Record, plans: list[Plan], label: Label, data: Array, out: Array) -> None:
        pixels = decode(record.content, self._channels, record.where)
        try:
            for plan in plans:
                pixels = carry_out(pixels, plan)
        except MXNetError as error:
            raise MXNetError(f"{record.where}: {error}") from error
        if pixels.shape[0] > data.shape[1] or pixels.shape[1] > data.shape[2]:
            raise MXNetError(f"{record.where}: an augmented image has shape {pixels.shape}, larger than the batch")
        self._normalizer.write(pixels, data)
        out[:] = self._values["label_pad_value"]
        out[:_HEAD] = pixels.shape[2], pixels.shape[0], pixels.shape[1], len(label)
        out[_HEAD : _HEAD + len(label)] = label

    def _every(self) -> Any:
        while True:
            jobs = self.take(1, 0)
            if not jobs:
                return
            yield from run_all(jobs, self._values["data_shape"], (self.label_width,))

    def rewind(self, middle: bool) -> None:
        """Back to the beginning."""
        self._waiting.clear()
        self._source.rewind()


def make(name: str, values: dict[str, Any]) -> Dense:
    """The iterator behind ``ImageDetRecordIter(**values)``."""
    jobs = DetectionJobs(name, values)
    size = values["batch_size"]
    rounds = Rounds(name, size, values["round_batch"], jobs.take, jobs.rewind, stale=True)
    threads = threads_for(values["preprocess_threads"])
    if values["verbose"]:
        logging.getLogger("mxcompat.io").info(
            "%s: %s, use %d threads for decoding.., label padding width: %d",
            name,
            values["path_imgrec"],
            threads,
            jobs.label_width - _HEAD,
        )
    shape, label_shape = (size, *values["data_shape"]), (size, jobs.label_width)
    loader = ThreadedLoader(rounds, shape, label_shape, np.float32, threads, values["prefetch_buffer"], numbered=True)
    return Dense(loader)
