"""Sentences as numbers, in batches of similar length: `mxnet.rnn.io`.

Source: MXNet 1.9.1 python/mxnet/rnn/io.py.
"""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .. import nd as ndarray
from ..io import DataBatch as DataBatch
from ..io import DataDesc as DataDesc
from ..io import DataIter as DataIter


def encode_sentences(
    sentences: Iterable[Sequence[Any]],
    vocab: dict[Any, int] | None = None,
    invalid_label: int = -1,
    invalid_key: Any = "\n",
    start_label: int = 0,
    unknown_token: Any = None,
) -> tuple[list[list[int]], dict[Any, int]]:
    """Words to numbers.

    Args:
        sentences: lists of words.
        vocab: numbers of known words; None to make them, in the order of the words.
        invalid_label: number that no word gets: the one of ``invalid_key`` in a new ``vocab``.
        invalid_key: see there.
        start_label: number of the first new word.
        unknown_token: word that stands for all that are not in ``vocab``.

    Returns:
        The sentences as lists of numbers, and ``vocab``.

    Raises:
        AssertionError: a word that a given ``vocab`` lacks, without ``unknown_token``.

    Source: MXNet 1.9.1 python/mxnet/rnn/io.py.
    """
    fixed = vocab is not None
    numbers: dict[Any, int] = {invalid_key: invalid_label} if vocab is None else vocab
    following = start_label
    coded = []
    for sentence in sentences:
        row = []
        for word in sentence:
            if word not in numbers:
                if fixed and not unknown_token:
                    raise AssertionError(f"Unknown token {word}")
                if following == invalid_label:
                    following += 1
                if unknown_token:
                    word = unknown_token
                numbers[word] = following
                following += 1
            row.append(numbers[word])
        coded.append(row)
    return coded, numbers


class BucketSentenceIter(DataIter):
    """Batches of sentences for a language model: the label of each word is the next one.

    Each sentence goes into the smallest bucket that holds it; what is longer than all buckets is dropped, and so are
    the last sentences of a bucket that make no full batch.

    Args:
        sentences: lists of numbers.
        batch_size: sentences in a batch.
        buckets: lengths; by default every length that has enough sentences for a batch.
        invalid_label: fills the ends of sentences, and is the label of last words.
        data_name: name of the data.
        label_name: name of the labels.
        dtype: element type.
        layout: ``"NT"`` or ``"TN"``.

    Raises:
        ValueError: a layout without N among its first two letters, or no bucket.

    Source: MXNet 1.9.1 python/mxnet/rnn/io.py.
    """

    def __init__(
        self,
        sentences: Sequence[Sequence[int]],
        batch_size: int,
        buckets: list[int] | None = None,
        invalid_label: int = -1,
        data_name: str = "data",
        label_name: str = "softmax_label",
        dtype: str = "float32",
        layout: str = "NT",
    ) -> None:
        super().__init__()
        if not buckets:
            counts = np.bincount([len(sentence) for sentence in sentences])
            buckets = [length for length, count in enumerate(counts) if count >= batch_size]
        buckets.sort()
        rows: list[list[Any]] = [[] for _ in buckets]
        dropped = 0
        for sentence in sentences:
            place = bisect.bisect_left(buckets, len(sentence))
            if place == len(buckets):
                dropped += 1
                continue
            row: Any = np.full((buckets[place],), invalid_label, dtype=dtype)
            row[: len(sentence)] = sentence
            rows[place].append(row)
        used = [(length, found) for length, found in zip(buckets, rows, strict=True) if found]
        self.data = [np.asarray(found, dtype=dtype) for _, found in used]
        print(f"WARNING: discarded {dropped} sentences longer than the largest bucket.")
        self.batch_size = batch_size
        self.buckets = [length for length, _ in used]
        self.data_name = data_name
        self.label_name = label_name
        self.dtype = dtype
        self.invalid_label = invalid_label
        self.nddata: list[Any] = []
        self.ndlabel: list[Any] = []
        self.major_axis = layout.find("N")
        self.layout = layout
        self.default_bucket_key = max(self.buckets)
        if self.major_axis not in (0, 1):
            raise ValueError(f"layout={layout!r} is not legal, give 'NT' (batch first) or 'TN' (time first)")
        shape = batch_size, self.default_bucket_key
        if self.major_axis == 1:
            shape = shape[::-1]
        self.provide_data = [DataDesc(name=data_name, shape=shape, layout=layout)]
        self.provide_label = [DataDesc(name=label_name, shape=shape, layout=layout)]
        self.idx = [
            (i, start)
            for i, found in enumerate(self.data)
            for start in range(0, len(found) - batch_size + 1, batch_size)
        ]
        self.curr_idx = 0
        self.reset()

    def reset(self) -> None:
        """Shuffle the batches (by Python's generator) and the sentences of each bucket (by NumPy's), and start anew."""
        self.curr_idx = 0
        random.shuffle(self.idx)
        for rows in self.data:
            np.random.shuffle(rows)
        self.nddata = []
        self.ndlabel = []
        for rows in self.data:
            label = np.full_like(rows, self.invalid_label)
            label[:, :-1] = rows[:, 1:]
            self.nddata.append(ndarray.array(rows, dtype=self.dtype))
            self.ndlabel.append(ndarray.array(label, dtype=self.dtype))

    def next(self) -> DataBatch:
        """The next batch, with its bucket's length as ``bucket_key``."""
        if self.curr_idx == len(self.idx):
            raise StopIteration
        i, start = self.idx[self.curr_idx]
        self.curr_idx += 1
        data, label = (kept[i][start : start + self.batch_size] for kept in (self.nddata, self.ndlabel))
        if self.major_axis == 1:
            data, label = data.T, label.T
        return DataBatch(
            [data],
            [label],
            pad=0,
            bucket_key=self.buckets[i],
            provide_data=[DataDesc(name=self.data_name, shape=data.shape, layout=self.layout)],
            provide_label=[DataDesc(name=self.label_name, shape=label.shape, layout=self.layout)],
        )
