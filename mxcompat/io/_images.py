"""``ImageRecordIter`` and its older and narrower relatives.

Source: MXNet 1.9.1 src/io/iter_image_recordio_2.cc, iter_image_recordio.cc.
"""

from __future__ import annotations

import functools
import logging
from collections import deque
from typing import Any

from .._core.context import cpu, cpu_pinned
from .._core.errors import MXNetError
from ..registry.tags import REQUIRED
from ._augment import FIELDS as AUGMENT_FIELDS
from ._augment import DefaultAugmenter, Plan, carry_out
from ._batches import Array
from ._dense import Dense
from ._fields import Field
from ._labels import Label, LabelMap
from ._normalize import FIELDS as NORMALIZE_FIELDS
from ._normalize import Look, Normalizer
from ._opencv import decode, opencv, size_of
from ._pipeline import Job, Rounds, ThreadedLoader, run_all, threads_for
from ._records import Record, RecordSource, open_source
from ._shared_fields import BATCH, PARTS, PREFETCH, Count, Positive
from ._twister import Twister

_SEED = 111
_CHUNK, _OLDER_CHUNK = 64 << 20, 8 << 20

SHUFFLE = (
    Field("shuffle", bool, False, "Shuffle; with path_imgidx all records, without it those of a chunk."),
    Field("seed", int, 0, "Seed of the shuffling."),
)
RECORD_FIELDS = (
    Field("path_imglist", str, "", "A list (.lst) whose labels replace those of the records."),
    Field("path_imgrec", str, "", "The records (.rec), or a folder of them."),
    Field("path_imgidx", str, "", "The index of the records (.idx)."),
    Field("aug_seq", str, "aug_default", "Augmenters, with commas between them."),
    Field("label_width", Positive, 1, "Labels of an image."),
    Field("data_shape", tuple[int, ...], REQUIRED, "Channels, height and width of an image in a batch."),
    Field("preprocess_threads", Positive, 4, "Threads that decode; never more than there are processors."),
    Field("verbose", bool, True, "Log what is going on."),
    *PARTS,
    Field("device_id", int, 0, "Batches are on cpu_pinned(device_id); -1: on cpu(0)."),
    Field("shuffle_chunk_size", Count, 0, "Shuffle pieces of so many MB among each other."),
    Field("shuffle_chunk_seed", int, 0, "Seed of that."),
    Field("seed_aug", int | None, None, "Seed of the augmentation for each place in a batch."),
    *SHUFFLE,
    *BATCH,
    *PREFETCH,
    *AUGMENT_FIELDS,
)
FIELDS = (*RECORD_FIELDS, *NORMALIZE_FIELDS)
ALSO = ("rotate_list",)
SUMMARY = """Batches of images out of records (.rec), decoded and augmented on threads.

Images become float32 (N, C, H, W), red first. ``dtype`` may be uint8 or int8 instead."""
_OLDER = "An older form of ``ImageRecordIter``"
OLDER_SUMMARY = f"{_OLDER}, which numbers its images and normalizes in another order."
BYTES_SUMMARY = f"{_OLDER}: ``ImageRecordIter(dtype='uint8')``."
SIGNED_SUMMARY = f"{_OLDER}: ``ImageRecordIter(dtype='int8')``."
OLDER_BYTES_SUMMARY = f"{_OLDER}, which numbers its images and hands them out as uint8."


def check_shape(name: str, shape: tuple[int, ...]) -> None:
    """Refuse what is no (channels, height, width)."""
    if len(shape) != 3 or min(shape) < 1:
        raise MXNetError(f"{name}: data_shape={shape} must be three positive numbers: channels, height, width")
    if shape[0] not in (1, 3, 4):
        raise MXNetError(f"{name}: Invalid output shape {shape}, an image has 1, 3 or 4 channels")


def augmenters(name: str, values: dict[str, Any]) -> list[DefaultAugmenter]:
    """One ``DefaultAugmenter`` for each word of ``aug_seq``."""
    words = [word.strip() for word in values["aug_seq"].split(",") if word.strip()]
    for word in words:
        if word != "aug_default":
            raise MXNetError(f"{name}: aug_seq={values['aug_seq']!r} names {word!r}; the one augmenter is aug_default")
    return [DefaultAugmenter(values, values["also"].get("rotate_list", "")) for _ in words]


def _carry_out(
    record: Record, channels: int, plans: list[Plan], label: Label, writer: Any, data: Array, out: Array
) -> None:
    pixels = decode(record.content, channels, record.where)
    try:
        for plan in plans:
            pixels = carry_out(pixels, plan)
        writer(pixels, data)
    except MXNetError as error:
        raise MXNetError(f"{record.where}: {error}") from error
    out[:] = label


def failing(error: MXNetError) -> Job:
    """A job that raises: what is wrong with an image stops the batch that it is in, and no earlier one."""

    def fail(data: Array, out: Array) -> None:
        raise error

    return Job(fail, 0)


class _Planner:
    """What both generations share: labels, augmenters, plans."""

    def __init__(self, name: str, values: dict[str, Any], source: RecordSource, dtype: str, older: bool) -> None:
        check_shape(name, values["data_shape"])
        opencv()
        self._name, self._values, self._source = name, values, source
        self._channels = values["data_shape"][0]
        self._width = values["label_width"]
        self._augmenters = augmenters(name, values)
        self._draws = any(augmenter.draws for augmenter in self._augmenters)
        self._random = Twister(_SEED)
        self._shuffler = Twister(_SEED + values["seed"])
        self._map = LabelMap(values["path_imglist"], self._width) if values["path_imglist"] else None
        self._normalizer = Normalizer(values, dtype, older)
        self._known: dict[tuple[int, int], list[Plan]] = {}

    def _label(self, record: Record) -> Label:
        if self._map is not None:
            return self._map.find(record.number)
        if record.packed and record.packed != self._width:
            raise MXNetError(f"{record.where}: the record holds {record.packed} labels, but label_width={self._width}")
        if not record.packed and self._width != 1:
            raise MXNetError(
                f"{record.where}: the record holds one label, but label_width={self._width};"
                " pack several labels, or give path_imglist"
            )
        return record.label

    def _plans(self, record: Record) -> list[Plan]:
        size = size_of(record.content) or decode(record.content, self._channels, record.where).shape[:2]
        if not self._draws and size in self._known:
            return self._known[size]
        height, width = size
        plans = []
        try:
            for augmenter in self._augmenters:
                plans.append(augmenter.plan(height, width, self._random))
                height, width = self._values["data_shape"][1:]
        except MXNetError as error:
            raise MXNetError(f"{record.where}: {error}") from error
        if not self._draws:
            self._known[size] = plans
        return plans

    def _job(self, record: Record, plans: list[Plan], look: Look) -> Job:
        writer = functools.partial(_write, self._normalizer, look)
        run = functools.partial(_carry_out, record, self._channels, plans, self._label(record), writer)
        return Job(run, record.number)

    def prepare_mean(self, images: Any) -> bool:
        """Load the mean image, or make it of ``images()``; whether it was made."""
        path, verbose = self._values.get("mean_img", ""), self._values["verbose"]
        if not path or self._normalizer.load_mean(path, verbose):
            return False
        self._normalizer.make_mean(path, images(), verbose)
        return True


def _write(normalizer: Normalizer, look: Look, pixels: Any, place: Array) -> None:
    normalizer.write(pixels, place, look)


class NewerJobs(_Planner):
    """The order of ``ImageRecordIter``: everything is drawn when a chunk is read, then the chunk may be shuffled."""

    def __init__(self, name: str, values: dict[str, Any], dtype: str) -> None:
        super().__init__(name, values, open_source(name, values, _CHUNK), dtype, older=False)
        self._mixes = bool(values["shuffle"]) and not values["path_imgidx"]
        self._size = values["batch_size"]
        self._waiting: deque[Job] = deque()
        self._plain = dtype == "uint8"
        if dtype != "uint8" and self.prepare_mean(self._every):
            self.rewind(False)

    def take(self, count: int, have: int) -> list[Job]:
        """Up to ``count`` jobs for a batch that has ``have``."""
        if not self._waiting:
            records = self._source.next_chunk(self._size)
            if records is None:
                return []
            self._waiting.extend(self._planned(records, self._size if self._mixes else have))
        return [self._waiting.popleft() for _ in range(min(count, len(self._waiting)))]

    def _planned(self, records: list[Record], first: int) -> list[Job]:
        jobs = []
        for place, record in enumerate(records, first):
            if self._values["seed_aug"] is not None:
                self._random.seed(place + self._values["seed_aug"] + _SEED)
            jobs.append(self._job_of(record))
        if self._mixes:
            self._shuffler.shuffle(jobs)
        return jobs

    def _job_of(self, record: Record) -> Job:
        try:
            return self._job(record, self._plans(record), self._look())
        except MXNetError as error:
            return failing(error)

    def _look(self) -> Look:
        p = self._values
        mirrored = (p.get("rand_mirror", False) and self._random.coin()) or p.get("mirror", False)
        if self._plain:
            return Look(mirrored)
        drawn = [self._random.uniform(), self._random.uniform()]
        contrast, light = (type(drawn[0])(p.get(k, 0.0)) for k in ("max_random_contrast", "max_random_illumination"))
        two, one = type(drawn[0])(2), type(drawn[0])(1)
        scale = type(drawn[0])(p.get("scale", 1.0))
        return Look(
            mirrored,
            (drawn[0] * contrast * two - contrast + one) * scale,
            (drawn[1] * light * two - light) * scale,
        )

    def _every(self) -> Any:
        shape = self._values["data_shape"]
        while True:
            records = self._source.next_chunk(self._size)
            if records is None:
                return
            yield from run_all(self._planned(records, self._size), shape, (self._width,))

    def rewind(self, middle: bool) -> None:
        """Back to the beginning; ``middle``: to fill up a batch."""
        self._waiting.clear()
        self._source.rewind()


class OlderJobs(_Planner):
    """The order of ``ImageRecordIter_v1``: crops are drawn when a chunk is read, mirroring when an image is used."""

    def __init__(self, name: str, values: dict[str, Any], dtype: str) -> None:
        super().__init__(
            name, values, open_source(name, {**values, "path_imgidx": ""}, _OLDER_CHUNK), dtype, older=True
        )
        self._plain = dtype == "uint8"
        self._looks = Twister(values["seed"])
        self._waiting: deque[tuple[Record, list[Plan]]] = deque()
        if not self._plain and self.prepare_mean(self._every):
            self.rewind(False)

    def take(self, count: int, have: int) -> list[Job]:
        """Up to ``count`` jobs."""
        if not self._waiting:
            records = self._source.next_chunk(count)
            if records is None:
                return []
            planned = [(record, self._plans(record)) for record in records]
            if self._values["shuffle"]:
                self._shuffler.shuffle(planned)
            self._waiting.extend(planned)
        return [self._job(*self._waiting.popleft(), self._look()) for _ in range(min(count, len(self._waiting)))]

    def _look(self) -> Look:
        if self._plain:
            return Look()
        p, one = self._values, self._looks.uniform()
        kind = type(one)
        contrast, light = kind(p["max_random_contrast"]), kind(p["max_random_illumination"])
        factor = one * contrast * kind(2) - contrast + kind(1)
        offset = self._looks.uniform() * light * kind(2) - light
        mirrored = (p["rand_mirror"] and self._looks.coin()) or p["mirror"]
        return Look(mirrored, factor, offset)

    def _every(self) -> Any:
        while True:
            jobs = self.take(1, 0)
            if not jobs:
                return
            yield from run_all(jobs, self._values["data_shape"], (self._width,))

    def rewind(self, middle: bool) -> None:
        """Back to the beginning."""
        self._waiting.clear()
        self._source.rewind()


def _dense(name: str, values: dict[str, Any], jobs: Any, dtype: str, older: bool) -> Dense:
    size = values["batch_size"]
    rounds = Rounds(name, size, values["round_batch"], jobs.take, jobs.rewind, stale=older)
    threads = threads_for(values["preprocess_threads"])
    if values["verbose"]:
        logging.getLogger("mxcompat.io").info(
            "%s: %s, use %d threads for decoding..", name, values["path_imgrec"], threads
        )
    loader = ThreadedLoader(
        rounds,
        (size, *values["data_shape"]),
        (size, values["label_width"]),
        dtype,
        threads,
        values["prefetch_buffer"],
        numbered=older,
    )
    device = values["device_id"]
    return Dense(loader, cpu(0) if older or device == -1 else cpu_pinned(device))


def make(name: str, values: dict[str, Any]) -> Dense:
    """The iterator behind ``ImageRecordIter(**values)``."""
    dtype = values["dtype"] or "float32"
    if dtype not in ("float32", "uint8", "int8"):
        raise MXNetError(f"{name}: unknown dtype={dtype}; it is float32, uint8 or int8")
    return _dense(name, values, NewerJobs(name, values, dtype), dtype, older=False)


def make_bytes(name: str, values: dict[str, Any]) -> Dense:
    """The iterator behind ``ImageRecordUInt8Iter(**values)``."""
    return _dense(name, values, NewerJobs(name, values, "uint8"), "uint8", older=False)


def make_signed(name: str, values: dict[str, Any]) -> Dense:
    """The iterator behind ``ImageRecordInt8Iter(**values)``."""
    return _dense(name, values, NewerJobs(name, values, "int8"), "int8", older=False)


def make_older(name: str, values: dict[str, Any]) -> Dense:
    """The iterator behind ``ImageRecordIter_v1(**values)``."""
    return _dense(name, values, OlderJobs(name, values, "float32"), "float32", older=True)


def make_older_bytes(name: str, values: dict[str, Any]) -> Dense:
    """The iterator behind ``ImageRecordUInt8Iter_v1(**values)``."""
    return _dense(name, values, OlderJobs(name, values, "uint8"), "uint8", older=True)
