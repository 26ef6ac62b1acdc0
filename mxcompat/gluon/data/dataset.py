"""Datasets: things with a length and an entry for each index."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ... import nd as ndarray
from ... import recordio
from .sampler import FilterSampler, Sampler, SequentialSampler

__all__ = ["ArrayDataset", "Dataset", "RecordFileDataset", "SimpleDataset"]


class Dataset:
    """Base of all datasets: ``dataset[i]`` is a sample, ``len(dataset)`` their number.

    Lists, NumPy arrays and NDArrays can be used as datasets just so.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/dataset.py.
    """

    def __getitem__(self, idx: Any) -> Any:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def filter(self, fn: Callable[[Any], Any]) -> Dataset:
        """The samples that ``fn`` accepts. It is asked about every sample at once; transforms run again on access."""
        return _SampledDataset(self, FilterSampler(fn, self))

    def shard(self, num_shards: int, index: int) -> Dataset:
        """One of ``num_shards`` consecutive parts of nearly equal size.

        Raises:
            AssertionError: ``index`` is not in [0, num_shards).
        """
        if index >= num_shards:
            raise AssertionError(f"Shard index of out bound: {index} out of {num_shards}")
        if index < 0:
            raise AssertionError(f"Index must be non-negative, got index={index}")
        size, longer = divmod(len(self), num_shards)
        start = size * index + min(index, longer)
        return _SampledDataset(self, SequentialSampler(size + (index < longer), start))

    def take(self, count: int | None) -> Dataset:
        """The first ``count`` samples, or all if there are fewer, or ``count`` is None."""
        length = len(self)
        return _SampledDataset(self, SequentialSampler(length if count is None else min(count, length)))

    def sample(self, sampler: Sampler) -> Dataset:
        """The samples whose indices a sampler gives, in its order, drawn once.

        Raises:
            TypeError: no `Sampler`.
        """
        if not isinstance(sampler, Sampler):
            raise TypeError(f"Invalid sampler type: {type(sampler)}. Expected gluon.data.Sampler instead.")
        return _SampledDataset(self, sampler)

    def transform(self, fn: Callable[..., Any], lazy: bool = True) -> Dataset:
        """Every sample through a function; a tuple becomes its arguments.

        Args:
            fn: the function.
            lazy: run it on each access; else once for all samples, now, so that random ones repeat.
        """
        transformed = _LazyTransformDataset(self, fn)
        return transformed if lazy else SimpleDataset([transformed[i] for i in range(len(transformed))])

    def transform_first(self, fn: Callable[[Any], Any], lazy: bool = True) -> Dataset:
        """As `transform`, for the first element of each sample only (the data, not the label)."""
        return self.transform(_TransformFirstClosure(fn), lazy)


class SimpleDataset(Dataset):
    """A list or array as a dataset.

    Args:
        data: anything with a length and indices.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/dataset.py.
    """

    def __init__(self, data: Any) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, idx: Any) -> Any:
        return self._data[idx]


class _LazyTransformDataset(Dataset):
    """A dataset whose samples go through a function when they are asked for."""

    def __init__(self, data: Any, fn: Callable[..., Any]) -> None:
        self._data = data
        self._fn = fn

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, idx: Any) -> Any:
        item = self._data[idx]
        return self._fn(*item) if isinstance(item, tuple) else self._fn(item)


class _TransformFirstClosure:
    """Applies a function to the first of its arguments. A class, so that it can be pickled."""

    def __init__(self, fn: Callable[[Any], Any]) -> None:
        self._fn = fn

    def __call__(self, x: Any, *args: Any) -> Any:
        return (self._fn(x), *args) if args else self._fn(x)


class _FilteredDataset(Dataset):
    """The samples that a function accepts."""

    def __init__(self, dataset: Any, fn: Callable[[Any], Any]) -> None:
        self._dataset = dataset
        self._indices = [index for index, sample in enumerate(dataset) if fn(sample)]

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, idx: Any) -> Any:
        return self._dataset[self._indices[idx]]


class _SampledDataset(Dataset):
    """The samples that a sampler names."""

    def __init__(self, dataset: Any, sampler: Sampler) -> None:
        self._dataset = dataset
        self._sampler = sampler
        self._indices = list(sampler)

    def __len__(self) -> int:
        return len(self._sampler)

    def __getitem__(self, idx: Any) -> Any:
        return self._dataset[self._indices[idx]]


class ArrayDataset(Dataset):
    """Several arrays, lists or datasets of one length side by side: sample ``i`` is the tuple of their entries ``i``.

    With one argument the samples are its entries. A vector that is an NDArray is kept as a NumPy array.

    Args:
        *args: the arrays.

    Raises:
        AssertionError: none, or of several lengths.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/dataset.py.
    """

    def __init__(self, *args: Any) -> None:
        if not args:
            raise AssertionError("Needs at least 1 arrays")
        self._length = len(args[0])
        self._data: list[Any] = []
        for number, data in enumerate(args):
            if len(data) != self._length:
                raise AssertionError(
                    f"ArrayDataset: argument {number} has {len(data)} entries, not the same length as argument 0, "
                    f"{self._length}; trim or pad"
                )
            vector = isinstance(data, ndarray.NDArray) and len(data.shape) == 1
            self._data.append(data.asnumpy() if vector else data)

    def __getitem__(self, idx: Any) -> Any:
        if len(self._data) == 1:
            return self._data[0][idx]
        return tuple([data[idx] for data in self._data])

    def __len__(self) -> int:
        return self._length


class RecordFileDataset(Dataset):
    """The records of a ``.rec`` file, as bytes, in the order of the ``.idx`` file beside it.

    Args:
        filename: path of the ``.rec`` file.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/dataset.py.
    """

    def __init__(self, filename: str) -> None:
        self.idx_file = os.path.splitext(filename)[0] + ".idx"
        self.filename = filename
        self._record = recordio.MXIndexedRecordIO(self.idx_file, self.filename, "r")

    def __getitem__(self, idx: Any) -> Any:
        return self._record.read_idx(self._record.keys[idx])

    def __len__(self) -> int:
        return len(self._record.keys)


class _DownloadedDataset(Dataset):
    """Base of datasets that are read from files, which are fetched first if they are missing.

    Args:
        root: folder of the files; made if it is not there.
        transform: takes data and label of a sample; None for none.
    """

    def __init__(self, root: str, transform: Callable[..., Any] | None) -> None:
        super().__init__()
        self._transform = transform
        self._data: Any = None
        self._label: Any = None
        self._root = os.path.expanduser(root)
        os.makedirs(self._root, exist_ok=True)
        self._get_data()

    def __getitem__(self, idx: Any) -> Any:
        if self._transform is not None:
            return self._transform(self._data[idx], self._label[idx])
        return self._data[idx], self._label[idx]

    def __len__(self) -> int:
        return len(self._label)

    def _get_data(self) -> None:
        raise NotImplementedError
