"""`mxnet.gluon.utils`: batches over several contexts, gradient clipping, downloads, and small helpers of gluon."""

from __future__ import annotations

import math
import types
import warnings
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch

from .. import nd as ndarray
from .._core.context import Context
from .._core.state import FLAGS
from ..nd.ndarray import NDArray
from ..util import is_np_array, is_np_shape
from ._arrays import array_of, check_all_np_ndarrays
from ._download import _get_repo_file_url, _get_repo_url, check_sha1, download, replace_file

__all__ = ["check_sha1", "clip_global_norm", "download", "replace_file", "split_and_load", "split_data"]

_check_all_np_ndarrays = check_all_np_ndarrays
_OTHERS = (_get_repo_file_url, _get_repo_url, is_np_array)  # shown here as in MXNet


def split_data(data: Any, num_slice: int, batch_axis: int = 0, even_split: bool = True) -> list[Any]:
    """Cut an array into slices along an axis.

    Args:
        data: an array.
        num_slice: how many slices.
        batch_axis: the axis to cut.
        even_split: refuse sizes that ``num_slice`` does not divide; otherwise the first slices get one entry more.

    Returns:
        A list of ``num_slice`` arrays.

    Raises:
        ValueError: an uneven size with ``even_split``.

    Source: MXNet 1.9.1 python/mxnet/gluon/utils.py.
    """
    size = data.shape[batch_axis]
    if even_split and size % num_slice:
        raise ValueError(
            f"split_data: data with shape {data.shape} cannot be evenly split into {num_slice} slices along axis "
            f"{batch_axis}: {num_slice} does not divide {size}. Use a batch size that it divides, or even_split=False"
        )
    each, extra = divmod(size, num_slice)
    ends = [(i + 1) * each + min(i + 1, extra) for i in range(num_slice)]
    starts = [0, *ends[:-1]]
    if batch_axis == 0:
        return [data[start:end] for start, end in zip(starts, ends, strict=True)]
    if is_np_array():
        lead = (slice(None),) * (batch_axis % len(data.shape))
        return [data[lead + (slice(start, end),)] for start, end in zip(starts, ends, strict=True)]
    return [
        ndarray.slice_axis(data, axis=batch_axis, begin=start, end=end) for start, end in zip(starts, ends, strict=True)
    ]


def split_and_load(data: Any, ctx_list: Sequence[Context], batch_axis: int = 0, even_split: bool = True) -> list[Any]:
    """Cut a batch into one slice for each context, and put each there.

    Args:
        data: an array, or what `mxnet.nd.array` makes one of.
        ctx_list: the contexts.
        batch_axis: the axis to cut.
        even_split: as in `split_data`.

    Returns:
        A list of arrays, one for each context.

    Source: MXNet 1.9.1 python/mxnet/gluon/utils.py.
    """
    if not isinstance(data, NDArray):
        data = array_of(data, ctx=ctx_list[0])
    if len(ctx_list) == 1:
        return [data.as_in_context(ctx_list[0])]
    slices = split_data(data, len(ctx_list), batch_axis, even_split)
    return [piece.as_in_context(ctx) for piece, ctx in zip(slices, ctx_list, strict=True)]


def clip_global_norm(arrays: Sequence[Any], max_norm: float, check_isfinite: bool = True) -> Any:
    """Scale arrays in place so that the norm of all of them together is at most ``max_norm``.

    Args:
        arrays: arrays, on any contexts.
        max_norm: the largest norm that is left alone.
        check_isfinite: warn (UserWarning) when the norm is nan or infinite.

    Returns:
        The norm before scaling: a number with ``check_isfinite``, else an array of shape ``(1,)``.

    Raises:
        AssertionError: no arrays.

    Source: MXNet 1.9.1 python/mxnet/gluon/utils.py.
    """
    if len(arrays) == 0:
        raise AssertionError("clip_global_norm: arrays must not be empty")
    ctx = arrays[0].context
    fused = _tensors_to_fuse(arrays)
    if fused is None:
        squares = [_squared_norm(array).as_in_context(ctx) for array in arrays]
        total = ndarray.sqrt(ndarray.add_n(*squares))
    else:
        norms = torch._foreach_norm(fused)
        total = NDArray._wrap(torch.linalg.vector_norm(torch.stack(norms)).reshape(1), ctx)
    norm: Any = total.asscalar() if check_isfinite else total
    if check_isfinite and not math.isfinite(norm):
        warnings.warn(
            f"clip_global_norm: nan or inf is detected (the norm is {norm}), the clipped arrays are meaningless",
            UserWarning,
            stacklevel=2,
        )
    if fused is None:
        factor = max_norm / (total + 1e-8)
        factor = ndarray.min(ndarray.concat(factor, ndarray.ones(1, ctx=ctx), dim=0))
        for array in arrays:
            array *= factor.as_in_context(array.context)
    else:
        torch._foreach_mul_(fused, (max_norm / (total._t + 1e-8)).clamp(max=1.0)[0])
    return norm


def _squared_norm(array: Any) -> Any:
    if array.stype == "default":
        flat = array.reshape((-1,))
        return ndarray.dot(flat, flat)
    return array.norm().square()


def _tensors_to_fuse(arrays: Sequence[Any]) -> list[torch.Tensor] | None:
    """The tensors, if they can be scaled by one fused call: float32, one device, outside of any graph."""
    if FLAGS.recorders:
        return None
    tensors = []
    for array in arrays:
        if array.stype != "default" or array._t.dtype is not torch.float32 or array._t.requires_grad:
            return None
        if array._t.device != arrays[0]._t.device:
            return None
        tensors.append(array._t)
    return tensors


def _indent(s_: str, numSpaces: int) -> str:
    """The text with every line but the first moved to the right."""
    return s_.replace("\n", "\n" + numSpaces * " ")


def _brief_print_list(lst: Iterable[Any], limit: int = 7) -> str:
    """The quoted entries of a list; of a long one only the first and the last."""
    entries = list(lst)
    if len(entries) > limit:
        head, tail = entries[: limit // 2], entries[-limit // 2 :]
        return f"{_brief_print_list(head, limit)}, ..., {_brief_print_list(tail, limit)}"
    return ", ".join(f"'{entry}'" for entry in entries)


class HookHandle:
    """What registering a hook returns: `detach` takes the hook away again. Also a context manager.

    Source: MXNet 1.9.1 python/mxnet/gluon/utils.py.
    """

    def __init__(self) -> None:
        self._hooks_dict_ref: Any = None
        self._id: int | None = None

    def attach(self, hooks_dict: Any, hook: Callable[..., Any]) -> None:
        """Put a hook into a dictionary of hooks. AssertionError if the handle is in use."""
        if self._hooks_dict_ref:
            raise AssertionError("HookHandle: this handle holds a hook already; make one for each hook")
        self._id = id(hook)
        hooks_dict[self._id] = hook
        self._hooks_dict_ref = weakref.ref(hooks_dict)

    def detach(self) -> None:
        """Take the hook out of its dictionary; nothing happens if it is gone already."""
        hooks = self._hooks_dict_ref()
        if hooks is not None:
            hooks.pop(self._id, None)

    def __getstate__(self) -> tuple[Any, int | None]:
        return self._hooks_dict_ref(), self._id

    def __setstate__(self, state: tuple[Any, int | None]) -> None:
        hooks, self._id = state
        self._hooks_dict_ref = weakref.ref(OrderedDict() if hooks is None else hooks)

    def __enter__(self) -> HookHandle:
        return self

    def __exit__(
        self, ptype: type[BaseException] | None, value: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.detach()


def shape_is_known(shape: Sequence[int] | None) -> bool:
    """Whether every dimension of a shape is known. Unknown is 0, with NumPy shapes -1.

    Raises:
        AssertionError: a dimension smaller than the unknown one.
    """
    if shape is None:
        return False
    unknown = -1 if is_np_shape() else 0
    if len(shape) == 0:
        return unknown == -1
    for size in shape:
        if size == unknown:
            return False
        if size < unknown:
            raise AssertionError(f"shape {tuple(shape)}: a dimension cannot be less than {unknown}, got {size}")
    return True


def _check_same_symbol_type(symbols: Sequence[Any]) -> type:
    """The class of symbols that are all classic or all NumPy ones. TypeError for a mixture."""
    if len({type(symbol) for symbol in symbols}) > 1:
        raise TypeError(
            "the outputs mix classic symbols (mx.sym) with NumPy ones (mx.sym.np), which cannot make one "
            "graph: convert by as_np_ndarray() or as_nd_ndarray()"
        )
    return type(symbols[0])
