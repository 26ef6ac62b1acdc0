"""A sampler that skips."""

from __future__ import annotations

from collections.abc import Iterator

from ...data import sampler

__all__ = ["IntervalSampler"]


class IntervalSampler(sampler.Sampler):
    """Every ``interval``-th index below ``length``.

    Args:
        length: the indices are below it.
        interval: the step.
        rollover: after the last, begin again with the first index that was left out, until all were given.

    Raises:
        AssertionError: ``interval`` is larger than ``length``.

    Its length is ``length``, also without ``rollover``, as in MXNet.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/data/sampler.py.
    """

    def __init__(self, length: int, interval: int, rollover: bool = True) -> None:
        if interval > length:
            raise AssertionError(
                f"IntervalSampler: interval={interval} exceeds length={length}; give at most the length"
            )
        self._length = length
        self._interval = interval
        self._rollover = rollover

    def __iter__(self) -> Iterator[int]:
        for start in range(self._interval if self._rollover else 1):
            yield from range(start, self._length, self._interval)

    def __len__(self) -> int:
        return self._length
