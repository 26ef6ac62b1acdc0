"""``array[key]`` and ``array[key] = value`` of the classic NDArray.

A key of integers, slices, None and Ellipsis whose elements lie side by side gives a view; every other key a copy.
Inside ``record()`` the result is part of the graph. Writes go past torch's graph (`Tensor.data`): outside of
``record()`` they are legal in MXNet and a later backward sees the new values; inside it they are refused, except
that a whole array which is not in a graph may be overwritten, and then belongs to the graph of the value.

Differences: an assignment that fails changes nothing (MXNet has often written already); a value that overlaps the
target is copied first (MXNet reads elements it has just overwritten); index arrays may be negative in assignments
and in gradients, and are checked there (MXNet writes to other memory).

Source: MXNet 1.9.1 python/mxnet/ndarray/ndarray.py, src/operator/tensor/matrix_op.cc, indexing_op.cc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from .._core.dtypes import NUMPY_OF_TORCH
from .._core.errors import MXNetError
from .._core.state import FLAGS, THREAD
from ..autograd._graph import is_freed, refuse_inplace, set_shadow, written
from ..ops.indexing._indices import c_number
from ..ops.shape._kernels import shaped_like
from ..ops.shape.special_reshape import infer_reshape
from . import _keys
from ._keys import Range
from ._noted import note_item

if TYPE_CHECKING:
    from .ndarray import NDArray
    from .ndarray import NDArray as ArrayBase
else:
    from ._method_table import Methods as ArrayBase

_new = object.__new__
_NUMBERS = (float, int, np.generic)
_INDEX_DTYPES = (torch.int64, torch.int32)


# ---- reading


def getitem(self: NDArray, key: Any) -> NDArray:
    """The elements that ``key`` selects: a view if they lie side by side, else a copy."""
    tensor = self._t
    if FLAGS.recorders or tensor.requires_grad:
        return _getitem_of_graph(self, key)
    kind = type(key)
    if kind is int and tensor.ndim > 1:
        try:
            picked = tensor[key]
        except IndexError:
            raise _out_of_bounds(key, tensor) from None
    elif kind is slice and key.step is None and key.stop is not None and tensor.ndim:
        picked = tensor[key]
        if not picked.size(0):
            start, stop = _keys.leading(key, tensor.shape[0])
            picked = tensor[start:stop]
    else:
        found = _pick(tensor, key)
        if found is None:
            return self
        picked = found
    array = _new(type(self))
    array._t = picked
    array._ctx = self._ctx
    return array


def _getitem_of_graph(self: NDArray, key: Any) -> NDArray:
    tensor = _live(self)
    if tensor.requires_grad and not torch.is_grad_enabled():
        with torch.enable_grad():
            picked = _pick(tensor, key)
    else:
        picked = _pick(tensor, key)
    if picked is None:
        return self
    if picked.requires_grad:
        for entry in key if isinstance(key, tuple) else (key,):
            if isinstance(entry, ArrayBase) and entry._t.requires_grad:
                picked = shaped_like(picked, _live(entry))
    array = _new(type(self))
    array._t = picked
    array._ctx = self._ctx
    if FLAGS.recorders and THREAD.recording:
        token = getattr(self, "_const", None)
        if token is not None:  # what is taken from a constant of the graph is one too
            array._const = token
        if THREAD.noting and picked.requires_grad:
            note_item(self, key, array)
    return array


def _live(array: NDArray) -> Tensor:
    """The tensor of an array, without history unless it is recorded now."""
    tensor = array._t
    if tensor.requires_grad and not (
        FLAGS.recorders and THREAD.recording and (tensor.grad_fn is None or not is_freed(tensor))
    ):
        return tensor.detach()
    return tensor


def _pick(tensor: Tensor, key: Any) -> Tensor | None:
    """What ``key`` selects, contiguous; None for the array itself."""
    kind = type(key)
    if kind is int:
        return _pick_int(tensor, key)
    if kind is slice:
        step = key.step
        if (step is None or step == 1) and tensor.ndim:
            if key.start is None and key.stop is None:
                return None
            picked = tensor[key]
            if picked.size(0):
                return picked
            start, stop = _keys.leading(key, tensor.shape[0])
            return tensor[start:stop]
    elif kind is tuple:
        if not key:
            return None
        if _is_plain(key) and (plain := _pick_plain(tensor, key)) is not None:
            return plain
        if len(key) == tensor.ndim and all([isinstance(entry, _keys.INTEGERS) for entry in key]):
            for entry in key[:-1]:
                tensor = _pick_int(tensor, int(entry))
            return _pick_int(tensor, int(key[-1]))
    elif key is None or key is Ellipsis:
        if tensor.ndim and tensor.numel():
            return tensor[key]
    elif kind is list:
        if key and tensor.numel() and tensor.device.type == "cpu" and all([type(entry) is int for entry in key]):
            try:
                if tensor.ndim:
                    return tensor[torch.tensor(key)]
            except IndexError:  # said better below
                pass
    elif isinstance(key, _keys.INTEGERS):
        return _pick_int(tensor, int(key))
    elif isinstance(key, ArrayBase) and tensor.ndim:
        indices = key._t
        if indices.ndim == 1 and tensor.device.type == "cpu" and indices.dtype is not torch.bool and indices.numel():
            try:  # the common gather of rows; a device would stop at a bad index for good
                return tensor[indices if indices.dtype in _INDEX_DTYPES else indices.detach().to(torch.int64)]
            except IndexError:  # said better below
                pass
    if tensor.ndim == 0:
        return _pick_of_scalar(key)
    expanded = _keys.expand(key, tensor.shape)
    if _keys.is_advanced(expanded, RuntimeError):
        return _pick_advanced(tensor, expanded)
    return _pick_basic(tensor, expanded)


def _is_plain(key: tuple[Any, ...]) -> bool:
    """Whether torch reads the key as MXNet does: int, None, at most one Ellipsis, slices without a step."""
    ellipses = 0
    for entry in key:
        kind = type(entry)
        if kind is slice:
            if entry.step is not None:
                return False
        elif entry is Ellipsis:
            ellipses += 1
        elif kind is not int and entry is not None:
            return False
    return ellipses < 2


def _pick_plain(tensor: Tensor, key: tuple[Any, ...]) -> Tensor | None:
    """What a plain key selects; None if the general path must look at it (nothing selected, or a bad key)."""
    try:
        picked = tensor[key]
    except (IndexError, TypeError):
        return None
    if not picked.ndim:
        return picked.view(1) if tensor.ndim else None
    if not picked.numel():
        return None
    # without steps, torch calls contiguous just what MXNet takes a view of
    return picked if picked.is_contiguous() else picked.contiguous()


def _pick_int(tensor: Tensor, index: int) -> Tensor:
    if tensor.ndim == 1:  # one element of a vector has shape (1,)
        n = tensor.size(0)
        start = index + n if index < 0 else index
        if 0 <= start < n:
            return tensor[start : start + 1]
    elif tensor.ndim:
        try:
            return tensor[index]
        except IndexError:
            pass
    raise _out_of_bounds(index, tensor)


def _out_of_bounds(index: int, tensor: Tensor) -> IndexError:
    if not tensor.ndim:
        return IndexError("an array of shape () can only be indexed with `()` and `:`")
    return IndexError(f"index {index} is out of bounds for axis 0 with size {tensor.shape[0]}")


def _pick_of_scalar(key: Any) -> Tensor | None:
    if isinstance(key, slice) and key == slice(None):
        return None
    if key is None or key is Ellipsis:
        raise ValueError("an array of shape () can only be indexed with `()` and `:`")
    raise IndexError("an array of shape () can only be indexed with `()` and `:`")


def _pick_basic(tensor: Tensor, key: list[Any]) -> Tensor:
    shape = tensor.shape
    entries = _keys.axes_of(key, len(shape))
    ranges = [_keys.range_of(entry, axis, shape[axis]) for axis, entry in enumerate(entries)]
    final = _final_shape(key, ranges)
    if not all([r.count for r in ranges]):
        # 1.9.1 reshapes an empty flat view, reading 0 as "keep this dimension": only some shapes come out
        sliced = infer_reshape((0,), [r.count for r in ranges])
        shaped = infer_reshape(sliced, final)
        if 0 not in shaped:
            raise MXNetError(f"an empty selection of shape {tuple(final)} needs NumPy shapes")
        return tensor.view(-1).narrow(0, 0, 0).view(shaped)
    if _keys.shares_memory(ranges, shape):
        for axis, r in enumerate(ranges):
            if r.count != shape[axis]:
                tensor = tensor.narrow(axis, r.start, r.count)
        return tensor.view(final)
    tensor = tensor[tuple([r.ascending for r in ranges])]
    backwards = [axis for axis, r in enumerate(ranges) if r.step < 0]
    tensor = tensor.flip(backwards) if backwards else tensor.clone(memory_format=torch.contiguous_format)
    return tensor.contiguous().view(final)


def _final_shape(key: list[Any], ranges: list[Range]) -> list[int]:
    final: list[int] = []
    remaining = iter(ranges)
    for entry in key:
        if entry is None:
            final.append(1)
        else:
            r = next(remaining)
            if not r.integer:
                final.append(r.count)
    return final or [1]


def _pick_advanced(tensor: Tensor, key: list[Any]) -> Tensor:
    if not tensor.numel():
        raise MXNetError(f"an index array on an array of shape {tuple(tensor.shape)} needs NumPy shapes")
    gather = _keys.gather_of(key, tensor.shape, tensor.device)
    if tensor.device.type != "cpu":
        _keys.check_bounds(gather, tensor.shape)  # a device would stop at a bad index for good
    try:
        picked = tensor[gather.key]
    except IndexError:
        _keys.check_bounds(gather, tensor.shape)
        raise
    picked = gather.to_mxnet(picked)
    if gather.new_axes:
        shape = list(picked.shape)
        for axis in gather.new_axes:
            shape.insert(axis, 1)
        picked = picked.reshape(shape)
    return picked.contiguous()


# ---- writing


def setitem(self: NDArray, key: Any, value: Any) -> None:
    """Write ``value``, stretched to the shape of ``self[key]`` and cast to the dtype of the array."""
    tensor = self._t
    if not FLAGS.recorders and tensor.ndim:
        target = _target_at_once(tensor.data, key)
        if target is not None and _write_at_once(type(self), tensor, target, value):
            return
    if FLAGS.recorders and THREAD.recording and not torch.is_grad_enabled():
        with torch.enable_grad():
            _set(self, key, value)
    else:
        _set(self, key, value)


def _set(self: NDArray, key: Any, value: Any) -> None:
    tensor = self._t
    if tensor.ndim == 0:
        _set_of_scalar(self, key, value)
    elif tensor.numel():
        expanded = _keys.expand(key, tensor.shape)
        entries = _keys.axes_of(expanded, tensor.ndim)
        if _keys.is_advanced(expanded, ValueError):
            _set_advanced(self, expanded, value)
        else:
            _set_basic(self, expanded, entries, value)


def _target_at_once(data: Tensor, key: Any) -> Tensor | None:
    """The memory that a common key names; None for all other keys."""
    kind = type(key)
    try:
        if kind is slice:
            if key.step is not None:
                return None
            if key.start is None and key.stop is None:
                return data
            target = data[key]
        elif kind is int or (kind is tuple and _is_plain(key)):
            target = data[key]
        else:
            return None
    except (IndexError, TypeError):
        return None
    return target if target.numel() else None


def _write_at_once(cls: type[Any], tensor: Tensor, target: Tensor, value: Any) -> bool:
    """Write a number or an array that torch stretches and casts as MXNet does; False if the value is anything else."""
    kind = type(value)
    try:
        if kind is float or kind is int:
            if target.dtype is torch.float32:
                target.fill_(value)
            else:
                _fill(target, value)
            return True
        if kind is cls:
            source = value._t
            if source.requires_grad:
                source = source.detach()
            if not target.is_contiguous():  # of contiguous tensors torch itself says that they overlap
                source = _apart(source, tensor)
            target.copy_(source)
            return True
    except RuntimeError:  # a number beyond the dtype, other shapes, or both in one memory
        pass
    return False


def _fill(target: Tensor, value: Any) -> None:
    """Fill with a number that is converted as C++ converts a double."""
    target.fill_(c_number(float(value), target.dtype))


def _set_of_scalar(self: NDArray, key: Any, value: Any) -> None:
    if not isinstance(key, slice) and key != ():
        raise IndexError(f"an NDArray without axes is assigned by [()] or [:], got the index {key!r}")
    size = value.size if isinstance(value, (ArrayBase, np.ndarray, np.generic)) else 1
    if size != 1 or not isinstance(value, (ArrayBase, np.ndarray, *_NUMBERS)):
        raise ValueError("setting an array element with a sequence.")
    if isinstance(value, np.ndarray):
        self._t.data.copy_(_from_numpy(value.reshape(()), self._t))
        return
    if not THREAD.np_shape:
        raise MXNetError("__setitem__: writing to an array of shape () needs NumPy shapes, which are not switched on")
    refuse_inplace("__setitem__", self, [value] if isinstance(value, ArrayBase) else ())
    if isinstance(value, ArrayBase):
        self._t.data.copy_(value._t.detach().reshape(()))
    else:
        _fill(self._t.data, value)


def _set_basic(self: NDArray, key: list[Any], entries: list[Any], value: Any) -> None:
    tensor = self._t
    shape = tensor.shape
    ranges = [_keys.range_of(entry, axis, shape[axis]) for axis, entry in enumerate(entries)]
    for entry, r, n in zip(entries, ranges, shape, strict=True):
        if not r.count:
            start, stop, _ = _keys.bounds(entry, n)
            if start != stop:
                raise AssertionError(f"slice {entry} runs away from its end in an axis of size {n}")
    counts = tuple([r.count for r in ranges])
    wanted = tuple([r.count for r in ranges if not r.integer]) or (1,)
    vanish = {place for place, entry in enumerate(key) if isinstance(entry, _keys.INTEGERS)}
    new_axes = _keys.new_axes_of(key, vanish)
    if counts == tuple(shape) and all([r.step > 0 for r in ranges]):
        integers = [axis for axis, r in enumerate(ranges) if r.integer]
        _set_whole(self, value, wanted, new_axes, integers)
        return
    refuse_inplace("__setitem__", self, [value] if isinstance(value, ArrayBase) else ())
    target = tensor.data[tuple([r.ascending if r.count else slice(0, 0) for r in ranges])]
    if isinstance(value, _NUMBERS):
        _fill(target, float(value))
        return
    source = _fit(self, value, wanted, new_axes).detach().reshape(counts)
    backwards = [axis for axis, r in enumerate(ranges) if r.step < 0]
    if backwards:
        source = source.flip(backwards)
    target.copy_(_apart(source, tensor))


def _set_whole(self: NDArray, value: Any, wanted: tuple[int, ...], new_axes: list[int], integers: list[int]) -> None:
    """Overwrite the whole array: the one form that is legal inside ``record()`` with a recorded value."""
    tensor = self._t
    if value is self:
        return
    if isinstance(value, np.ndarray):  # a raw copy that recording does not see
        tensor.data.copy_(_from_numpy(_stretch(value, tuple(tensor.shape), integers), tensor))
        return
    refuse_inplace("__setitem__", self)
    if isinstance(value, _NUMBERS):
        _fill(tensor.data, value if isinstance(value, (int, float)) else float(value))
        return
    source = _fit(self, value, wanted, new_axes).reshape(tensor.shape)
    if source.requires_grad:
        self._t = written(tensor, _apart(source, tensor))
    elif (
        not tensor.is_floating_point() and isinstance(value, ArrayBase) and value._t.requires_grad
    ):  # integers take the history of floats, too
        tensor.data.copy_(source)
        self._t = tensor.detach()
        self._become_integer_variable()
        twin = value._t.double()
        while twin.dim() > tensor.dim():
            twin = twin.squeeze(0)
        set_shadow(self._t, twin.expand(tensor.shape))
    else:
        tensor.data.copy_(_apart(source, tensor))


def _stretch(value: Any, shape: tuple[int, ...], integers: list[int]) -> Any:
    """A NumPy value aligned to the array: integer axes count as size one if the value has fewer axes."""
    aligned: list[int | None] = [None] * len(shape)
    if value.ndim < len(shape):
        for axis in integers:
            aligned[axis] = 1
    rest = list(value.shape)
    for axis in range(len(shape) - 1, -1, -1):
        if aligned[axis] is None:
            aligned[axis] = rest.pop() if rest else 1
    return np.broadcast_to(value.reshape(tuple(n for n in aligned if n is not None)), shape)


def _set_advanced(self: NDArray, key: list[Any], value: Any) -> None:
    tensor = self._t
    gather = _keys.gather_of(key, tensor.shape, tensor.device)
    _keys.check_bounds(gather, tensor.shape)  # before the first element is written
    if FLAGS.recorders:
        arrays = [entry for entry in (*key, value) if isinstance(entry, ArrayBase)]
        refuse_inplace("__setitem__", self, arrays)
    if isinstance(value, _NUMBERS):
        source = torch.empty((), dtype=tensor.dtype, device=tensor.device)
        _fill(source, float(value))
    else:
        source = gather.to_torch(_fit(self, value, gather.shape, gather.new_axes).detach())
    tensor.data[gather.key] = _apart(source, tensor)


def _fit(self: NDArray, value: Any, wanted: tuple[int, ...], new_axes: list[int]) -> Tensor:
    """The value as a tensor of the array's dtype and device, stretched to shape ``wanted``.

    Raises:
        TypeError: not array-like.
        ValueError: the shape cannot be stretched.
        MXNetError: an axis that ``None`` stands for has more than one element, or nothing is to be written.
    """
    tensor = self._t
    if type(value) is type(self):
        source = _live(value)
        source = source.to(tensor.device, tensor.dtype)
    else:
        source = _from_any(value, tensor)
    return _reshaped(source, wanted, new_axes)


def _reshaped(source: Tensor, wanted: tuple[int, ...], new_axes: list[int]) -> Tensor:
    given = tuple(source.shape)
    if new_axes and source.dim() > len(wanted):
        for axis in sorted({axis for axis in new_axes if axis < len(given)}, reverse=True):
            if given[axis] != 1:
                raise MXNetError(
                    f"__setitem__: axis {axis} of the value has size {given[axis]}, the key inserts one of 1"
                )
            source = source.squeeze(axis)
    while source.dim() > len(wanted) and source.shape[0] == 1:
        source = source.squeeze(0)
    shape = tuple(source.shape)
    if shape == wanted:
        return source
    if not source.numel() or 0 in wanted:
        if source.numel() or 0 not in wanted:
            raise MXNetError(f"__setitem__: a value of shape {given} cannot be written to elements of shape {wanted}")
        return source.reshape(wanted)
    try:
        return source.expand(wanted)
    except RuntimeError:
        raise ValueError(
            f"operands could not be broadcast together: value of shape {given}, elements of shape {wanted}"
        ) from None


def _apart(source: Tensor, target: Tensor) -> Tensor:
    """The source, copied if it lies in the memory that is about to be written."""
    if source.untyped_storage().data_ptr() == target.untyped_storage().data_ptr():
        return source.clone()
    return source


def _from_numpy(values: Any, like: Tensor) -> Tensor:
    dtype = np.float32 if like.dtype is torch.bfloat16 else NUMPY_OF_TORCH[like.dtype]
    with np.errstate(invalid="ignore", over="ignore"):
        converted = np.array(values, dtype=dtype, order="C")
    return torch.from_numpy(converted).to(like.device, like.dtype)


def _from_any(value: Any, like: Tensor) -> Tensor:
    """An array-like value as a tensor of the dtype and on the device of ``like``; TypeError if it is none."""
    if isinstance(value, ArrayBase):
        return value._t.detach().to(like.device, like.dtype)
    if isinstance(value, Tensor):
        return value.detach().to(like.device, like.dtype)
    refused = TypeError(f"a value of type {type(value)} cannot be assigned to an NDArray: {value!r} is not array-like")
    if isinstance(value, (list, tuple)) and any(isinstance(item, ArrayBase) for item in value):
        raise refused
    dtype = np.float32 if like.dtype is torch.bfloat16 else NUMPY_OF_TORCH[like.dtype]
    try:
        with np.errstate(invalid="ignore", over="ignore"):
            try:
                values = np.array(value, dtype=dtype)
            except OverflowError:  # NumPy 2 refuses -1 for uint8, where NumPy 1 (and so MXNet) wrapped around
                values = np.array(value).astype(dtype)
    except (ValueError, TypeError):
        raise refused from None
    return torch.from_numpy(values).to(like.device, like.dtype)
