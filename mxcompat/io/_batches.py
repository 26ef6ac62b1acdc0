"""From instances to batches, with MXNet's rules for the last one.

``round_batch=True`` fills the last batch of a pass from the beginning of the data; the next pass then goes on behind
those. ``round_batch=False`` leaves in it what the batch before had there. Both say in ``pad`` how many are not new.

The original loads batches ahead in a thread. A ``reset()`` in the middle of a pass finds that thread anywhere up to 16
batches ahead, and when it has met the end of the data already, the new pass starts behind the instances that filled
the last batch. Here such a reset always returns to the beginning.

Source: MXNet 1.9.1 src/io/iter_batchloader.h, iter_sparse_batchloader.h, iter_prefetcher.h.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from .._core.errors import MXNetError

Array = npt.NDArray[Any]


class Rows(NamedTuple):
    """Rows of a sparse matrix: values, column numbers, and where each row starts (one more than rows)."""

    values: Array
    columns: Array
    starts: Array

    def __len__(self) -> int:
        return len(self.starts) - 1


class Block(NamedTuple):
    """Several instances: data and label (an array or ``Rows``), and their numbers."""

    data: Any
    label: Any
    numbers: Array

    def __len__(self) -> int:
        return len(self.numbers)


class Batch(NamedTuple):
    """What an iterator hands out."""

    data: Any
    label: Any
    pad: int
    numbers: Array | None


class NativeIterator(Protocol):
    """What ``MXDataIter`` drives."""

    def next(self) -> Batch | None:
        """The next batch; None at the end of a pass."""

    def reset(self) -> None:
        """Begin a new pass."""

    def close(self) -> None:
        """Let go of threads and files."""

    def wrap(self, part: Any) -> Any:
        """The array that a user gets for the data or the label of a batch."""


class Instances(Protocol):
    """A stream of instances."""

    def take(self, count: int) -> Block:
        """The next ``count`` instances; fewer, or none, at the end."""

    def rewind(self) -> None:
        """Back to the first."""


def joined(first: Any, second: Any) -> Any:
    """Two pieces of data, one behind the other."""
    if isinstance(first, Rows):
        starts = np.concatenate([first.starts, second.starts[1:] + first.starts[-1]])
        values = np.concatenate([first.values, second.values])
        return Rows(values, np.concatenate([first.columns, second.columns]), starts)
    return np.concatenate([first, second])


class BatchLoader:
    """Batches of ``size`` instances."""

    def __init__(self, name: str, source: Instances, size: int, round_batch: bool) -> None:
        if size < 1:
            raise MXNetError(f"{name}: batch_size={size} must be at least 1")
        self._name, self._source, self._size, self._round = name, source, size, round_batch
        self._overflow = 0
        self._last: Block | None = None

    def next(self) -> Batch | None:
        """The next batch; None at the end of a pass."""
        if self._overflow:
            return None
        block = self._source.take(self._size)
        missing = self._size - len(block)
        if missing == self._size:
            return None
        if missing:
            block = self._filled(block, missing)
        self._last = block
        return Batch(block.data, block.label, missing, block.numbers)

    def _filled(self, block: Block, missing: int) -> Block:
        if self._round:
            self._source.rewind()
            more = self._source.take(missing)
            if len(more) < missing:
                have = len(block)
                raise MXNetError(
                    f"{self._name}: the data has fewer instances than a batch;"
                    f" batch_size={self._size} needs {missing} more than the {have} read, and there are {len(more)}"
                )
            self._overflow = missing
        elif self._last is None:
            more = Block(*(np.zeros((missing, *part.shape[1:]), part.dtype) for part in block))
        else:
            more = Block(*(part[-missing:] for part in self._last))
        return Block(*(joined(a, b) for a, b in zip(block, more, strict=True)))

    def reset(self) -> None:
        """Begin a new pass."""
        if not self._overflow:
            self._source.rewind()
        self._overflow = 0

    def close(self) -> None:
        """Nothing is open between calls."""
