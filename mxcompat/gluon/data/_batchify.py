"""The functions that make a batch of samples, and the short cut for datasets of plain arrays.

MXNet takes samples one by one and stacks them. Where the samples are the entries of an array and the batch is made by
the default function, picking all of them out of the array in one step gives the same batch. So does running a
transform that treats each pixel alike, such as ``ToTensor``, once on the batch. `fetch` does that, and takes the long
way in every other case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ... import nd
from ..._core.context import Context, current_context
from ..._core.dtypes import to_torch_dtype
from ..._core.errors import DtypeError, MXNetError
from ..._core.state import FLAGS, THREAD
from ...nd.ndarray import NDArray
from .._arrays import _numpy
from . import _shared
from .dataset import ArrayDataset, SimpleDataset, _DownloadedDataset, _LazyTransformDataset, _TransformFirstClosure

#: classes of transforms that give the same for a batch of images as for each image
BATCHED: set[type] = set()
#: classes of blocks that run their children one after the other
SEQUENCES: set[type] = set()

_KEPT = frozenset(
    np.dtype(name) for name in ("float32", "float64", "float16", "uint8", "int8", "int32", "int64", "bool")
)


def _values(data: Any) -> Any:
    """Samples that are no arrays of ours, as one NumPy array."""
    try:
        return np.asarray(data)
    except ValueError as error:
        sizes = [np.shape(sample) for sample in data[:4] if not isinstance(sample, (list, tuple))]
        raise DtypeError(
            f"samples that cannot become one array; they must have equal shapes, got {sizes or data[:4]}: {error}"
        ) from None


def default_batchify_fn(data: Any) -> Any:
    """Make a batch of samples: arrays are stacked, tuples element by element, all else becomes one array.

    Args:
        data: a sequence of samples.

    Returns:
        An array of the samples' dtype, or a list with one for each element of a tuple.

    Source: MXNet 1.9.1 python/mxnet/gluon/data/dataloader.py.
    """
    first = data[0]
    if isinstance(first, NDArray):
        return _numpy().stack(data) if THREAD.np_array else nd.stack(*data)
    if isinstance(first, tuple):
        return [default_batchify_fn(column) for column in zip(*data, strict=False)]
    values = _values(data)
    return _numpy().array(values, dtype=values.dtype) if THREAD.np_array else nd.array(values, dtype=values.dtype)


def default_mp_batchify_fn(data: Any) -> Any:
    """As `default_batchify_fn`, for workers: the batch is made in shared memory."""
    first = data[0]
    if isinstance(first, NDArray):
        tensor = _shared.empty((len(data), *first.shape), first._t.dtype)
        if THREAD.np_array:
            return _numpy().stack(data, out=_numpy().ndarray._wrap(tensor, _shared.shared_context()))
        return nd.stack(*data, out=_shared.wrap(tensor))
    if isinstance(first, tuple):
        return [default_mp_batchify_fn(column) for column in zip(*data, strict=False)]
    values = _values(data)
    if THREAD.np_array:
        return _numpy().array(values, dtype=values.dtype, ctx=_shared.shared_context())
    if values.dtype not in _KEPT or not values.size:
        return nd.array(values, dtype=values.dtype, ctx=_shared.shared_context())
    tensor = _shared.empty(values.shape, to_torch_dtype(values.dtype))
    tensor.numpy()[...] = values
    return _shared.wrap(tensor)


def fetch(dataset: Any, samples: Sequence[Any], batchify_fn: Callable[[Any], Any]) -> Any:
    """The batch of the samples with these indices."""
    if batchify_fn is default_batchify_fn or batchify_fn is default_mp_batchify_fn:
        batch = _picked(dataset, samples, batchify_fn is default_mp_batchify_fn)
        if batch is not None:
            return batch
    return batchify_fn([dataset[i] for i in samples])


def _columns(dataset: Any) -> tuple[list[Any] | None, bool]:
    """The arrays whose entries make up the samples, if that is all there is to them; whether samples are tuples."""
    kind = type(dataset)
    if kind is NDArray or kind is np.ndarray:
        return [dataset], False
    get = getattr(kind, "__getitem__", None)
    if get is ArrayDataset.__getitem__:
        return dataset._data, len(dataset._data) > 1
    if get is SimpleDataset.__getitem__:
        return [dataset._data], False
    if get is _DownloadedDataset.__getitem__ and dataset._transform is None:
        return [dataset._data, dataset._label], True
    return None, False


def _picked(dataset: Any, samples: Sequence[Any], shared: bool) -> Any:
    """The batch, taken out of the dataset's arrays in one step; None if it has to be made sample by sample."""
    if THREAD.np_array or (FLAGS.recorders and THREAD.recording):
        return None
    transform = None
    if type(dataset) is _LazyTransformDataset:
        transform, dataset = dataset._fn, dataset._data
    columns, tuples = _columns(dataset)
    if columns is None:
        return None
    if transform is not None:
        if type(transform) is _TransformFirstClosure:
            transform = transform._fn
        elif tuples:
            return None
        if type(columns[0]) is not NDArray or columns[0]._t.dim() != 4 or not _is_batched(transform):
            return None
    index = np.asarray(samples)
    if index.ndim != 1 or index.dtype.kind != "i" or not index.size:
        return None
    low, high = int(index.min()), int(index.max())
    if not all(_is_plain(column) and -len(column) <= low and high < len(column) for column in columns):
        return None  # where an index is wrong the dataset says so
    picks = [_pick(column, index if low >= 0 else index % len(column), shared) for column in columns]
    if transform is not None:
        try:
            first = transform(picks[0])
        except MXNetError:
            return None  # the complaint should be about a sample
        picks[0] = _shared.wrap(first._t) if shared else first
    return picks if tuples else picks[0]


def _is_plain(column: Any) -> bool:
    """Whether an entry of a column, and many of them picked in one step, are the same."""
    if type(column) is NDArray:
        return column._t.dim() > 0
    return type(column) is np.ndarray and column.ndim > 0 and column.dtype in _KEPT and column.dtype.isnative


def _is_batched(block: Any) -> bool:
    """Whether a transform gives the same for a batch as for each image, and nobody watches its calls."""
    kind = type(block)
    if kind not in BATCHED and kind not in SEQUENCES:
        return False
    if block._forward_hooks or block._forward_pre_hooks:
        return False
    return kind in BATCHED or (bool(block._children) and all(_is_batched(child) for child in block._children.values()))


def _pick(column: Any, index: Any, shared: bool) -> NDArray:
    if not isinstance(column, NDArray):
        rows, context, dtype = column, current_context(), to_torch_dtype(column.dtype)
    else:
        tensor, context = column._t.detach(), column._ctx
        if tensor.device.type != "cpu" or tensor.dtype is torch.bfloat16:
            return _picked_by_torch(tensor, index, context, shared)
        # an entry of a vector has the shape (1,)
        rows, dtype = (tensor.unsqueeze(1) if tensor.dim() == 1 else tensor).numpy(), tensor.dtype
    # by NumPy: copying a few rows gains nothing from threads, and waits for them where the cores are busy
    if shared:
        target = _shared.empty((len(index), *rows.shape[1:]), dtype)
        np.take(rows, index, axis=0, out=target.numpy(), mode="clip")  # checked; "raise" would make a copy
        return _shared.wrap(target)
    taken = torch.from_numpy(np.take(rows, index, axis=0))
    return NDArray._wrap(taken.to(context.torch_device), context)


def _picked_by_torch(tensor: Tensor, index: Any, context: Context, shared: bool) -> NDArray:
    rows = torch.from_numpy(index.astype(np.int64, copy=False)).to(tensor.device)
    taken = (tensor.unsqueeze(1) if tensor.dim() == 1 else tensor).index_select(0, rows)
    return _shared.wrap(taken.cpu()) if shared else NDArray._wrap(taken, context)
