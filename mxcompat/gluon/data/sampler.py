"""Samplers: the order in which a loader takes the entries of a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__all__ = ["BatchSampler", "FilterSampler", "RandomSampler", "Sampler", "SequentialSampler"]


class Sampler:
    """Base of all samplers: iterating gives indices (or lists of them), ``len`` says how many."""

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


class SequentialSampler(Sampler):
    """The indices from ``start`` on, in order.

    Args:
        length: how many.
        start: the first.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/sampler.py.
    """

    def __init__(self, length: int, start: int = 0) -> None:
        self._length = length
        self._start = start

    def __iter__(self) -> Iterator[int]:
        return iter(range(self._start, self._start + self._length))

    def __len__(self) -> int:
        return self._length


class RandomSampler(Sampler):
    """The indices below ``length``, each once, in an order that NumPy's global generator shuffles anew each time.

    Args:
        length: how many.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/sampler.py.
    """

    def __init__(self, length: int) -> None:
        self._length = length

    def __iter__(self) -> Iterator[Any]:
        order = np.arange(self._length)
        np.random.shuffle(order)
        return iter(order)

    def __len__(self) -> int:
        return self._length


class FilterSampler(Sampler):
    """The indices of the samples that a function accepts; it is asked once, when the sampler is made.

    Args:
        fn: takes a sample, returns whether to keep it.
        dataset: the dataset.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/sampler.py.
    """

    def __init__(self, fn: Callable[[Any], Any], dataset: Any) -> None:
        self._fn = fn
        self._dataset = dataset
        self._indices = [index for index, sample in enumerate(dataset) if fn(sample)]

    def __iter__(self) -> Iterator[int]:
        return iter(self._indices)

    def __len__(self) -> int:
        return len(self._indices)


class BatchSampler(Sampler):
    """Lists of ``batch_size`` indices that another sampler gives.

    Args:
        sampler: gives the indices.
        batch_size: how many are in a list.
        last_batch: what becomes of indices that do not fill a list: ``"keep"`` gives a shorter list, ``"discard"``
            drops them, ``"rollover"`` puts them in front of the next round.

    Raises:
        ValueError: another ``last_batch``, once there is an incomplete list, or when the length is asked for.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/sampler.py.
    """

    def __init__(self, sampler: Any, batch_size: int, last_batch: str = "keep") -> None:
        self._sampler = sampler
        self._batch_size = batch_size
        self._last_batch = last_batch
        self._prev: list[Any] = []

    def __iter__(self) -> Iterator[list[Any]]:
        batch, self._prev = self._prev, []
        size = self._batch_size
        for index in self._sampler:
            batch.append(index)
            if len(batch) == size:
                yield batch
                batch = []
        if not batch:
            return
        if self._last_batch == "keep":
            yield batch
        elif self._last_batch == "rollover":
            self._prev = batch
        elif self._last_batch != "discard":
            raise self._unknown()

    def __len__(self) -> int:
        count, size = len(self._sampler), self._batch_size
        if self._last_batch == "keep":
            return (count + size - 1) // size
        if self._last_batch == "discard":
            return count // size
        if self._last_batch == "rollover":
            return (len(self._prev) + count) // size
        raise self._unknown()

    def _unknown(self) -> ValueError:
        return ValueError(
            f"BatchSampler: last_batch={self._last_batch!r} is not legal, give 'keep', 'discard' or 'rollover'"
        )


def _make_batch_sampler(
    dataset: Any, batch_size: int | None, shuffle: bool, sampler: Any, last_batch: str | None, batch_sampler: Any
) -> Any:
    """The batch sampler that a loader's arguments ask for."""
    if batch_sampler is not None:
        if batch_size is not None or shuffle or sampler is not None or last_batch is not None:
            raise ValueError(
                f"DataLoader: batch_sampler makes the batches alone; leave out batch_size={batch_size}, "
                f"shuffle={shuffle}, sampler={sampler} and last_batch={last_batch}"
            )
        return batch_sampler
    if batch_size is None:
        raise ValueError("DataLoader: neither batch_size nor batch_sampler was given; give one of them")
    if sampler is None:
        sampler = (RandomSampler if shuffle else SequentialSampler)(len(dataset))
    elif shuffle:
        raise ValueError(
            f"DataLoader: shuffle={shuffle} and a sampler exclude each other; let the sampler decide on the order"
        )
    return BatchSampler(sampler, batch_size, last_batch or "keep")
