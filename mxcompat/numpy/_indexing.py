"""``array[key]`` and ``array[key] = value`` with NumPy's rules: scalars of shape (), boolean masks, new axes.

A key of integers, slices, None and Ellipsis whose elements lie side by side gives a view; every other key a copy.
Writing outside of ``record()`` goes past the graph, as in the classic front end.

Source: MXNet 1.9.1 python/mxnet/numpy/multiarray.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from .._core.errors import MXNetError
from .._core.state import FLAGS, THREAD
from ..autograd._graph import refuse_inplace
from ..nd import _indexing as legacy
from ..nd import _keys
from ..nd.ndarray import NDArray
from ..ops.elemwise._kernels import cast_number

if TYPE_CHECKING:
    from ._array import ndarray

_new = object.__new__
_INTEGERS = (int, np.integer)
_NUMBERS = (float, int, np.generic)


# ---- keys


def _normal(key: Any, device: torch.device) -> tuple[tuple[Any, ...], bool]:
    """The key as a tuple of int, slice, None, Ellipsis and tensors, and whether it holds tensors."""
    entries = key if isinstance(key, tuple) else (key,)
    found: list[Any] = []
    advanced = False
    for entry in entries:
        if entry is None or entry is Ellipsis or isinstance(entry, slice):
            found.append(_plain_slice(entry) if isinstance(entry, slice) else entry)
        elif isinstance(entry, (bool, np.bool_)):
            found.append(torch.tensor(bool(entry), device=device))
            advanced = True
        elif isinstance(entry, _INTEGERS):
            found.append(int(entry))
        else:
            tensor = _index(entry, device)
            if tensor.dtype is not torch.bool and not tensor.dim():
                found.append(int(tensor.item()))
            else:
                found.append(tensor)
                advanced = True
    return tuple(found), advanced


def _plain_slice(entry: slice) -> slice:
    for bound in (entry.start, entry.stop, entry.step):
        if isinstance(bound, NDArray):
            raise TypeError("slice bounds must be integers or None, got an array")
    if entry.step == 0:
        raise ValueError("slice step cannot be zero")
    return entry


def _index(entry: Any, device: torch.device) -> Tensor:
    if isinstance(entry, NDArray):
        tensor = entry._t.detach()
        return tensor.to(device) if tensor.dtype is torch.bool else tensor.to(device, torch.int64)
    if not isinstance(entry, (list, tuple, range, np.ndarray)):
        raise ValueError(
            f"an index must be an integer, a slice, an array of integers or booleans, None or Ellipsis, "
            f"got {type(entry).__name__}"
        )
    values = np.array(entry)
    if values.dtype == np.bool_:
        return torch.from_numpy(values).to(device)
    if values.dtype.kind not in "iuf":
        raise TypeError(f"an index must be an array of integers, got {entry!r}")
    return torch.from_numpy(values.astype(np.int64)).to(device)


def _check(tensor: Tensor, key: tuple[Any, ...]) -> None:
    """IndexError for too many indices, a mask that does not fit, or an index out of range."""
    used = sum(
        entry.dim() if isinstance(entry, Tensor) and entry.dtype is torch.bool else 1
        for entry in key
        if entry is not None and entry is not Ellipsis
    )
    if sum(entry is Ellipsis for entry in key) > 1:
        raise IndexError(f"an index has at most one ..., got {key!r}")
    if used > tensor.dim():
        raise IndexError(f"too many indices ({used}) for array with {tensor.dim()} dimensions")
    axis = 0
    for entry in key:
        if entry is None:
            continue
        if entry is Ellipsis:
            axis += tensor.dim() - used
        elif isinstance(entry, Tensor) and entry.dtype is torch.bool:
            for size in entry.shape:
                if tensor.shape[axis] != size:
                    raise IndexError(
                        f"the boolean index has {size} entries along axis {axis}, the array {tensor.shape[axis]}; make "
                        "the mask as long as the axis"
                    )
                axis += 1
        else:
            n = tensor.shape[axis]
            if isinstance(entry, int):
                if not -n <= entry < n:
                    raise IndexError(f"index {entry} is out of bounds for axis {axis} with size {n}")
            elif isinstance(entry, Tensor) and entry.numel() and (int(entry.min()) < -n or int(entry.max()) >= n):
                bad = entry[(entry < -n) | (entry >= n)]
                raise IndexError(f"index {int(bad[0])} is out of bounds for axis {axis} with size {n}")
            axis += 1


def _ascending(tensor: Tensor, key: tuple[Any, ...]) -> tuple[Tensor, tuple[Any, ...]]:
    """The key with positive steps only, and the tensor with the axes of negative steps reversed."""
    if not any(isinstance(entry, slice) and entry.step is not None and entry.step < 0 for entry in key):
        return tensor, key
    used = sum(
        entry.dim() if isinstance(entry, Tensor) and entry.dtype is torch.bool else 1
        for entry in key
        if entry is not None and entry is not Ellipsis
    )
    found: list[Any] = []
    flipped: list[int] = []
    axis = 0
    for entry in key:
        if entry is None:
            found.append(entry)
            continue
        if entry is Ellipsis:
            axis += tensor.dim() - used
        elif isinstance(entry, Tensor) and entry.dtype is torch.bool:
            axis += entry.dim() - 1 + 1
            found.append(entry)
            continue
        elif isinstance(entry, slice) and entry.step is not None and entry.step < 0:
            n = tensor.shape[axis]
            start, stop, step = entry.indices(n)
            entry = slice(n - 1 - start, n - 1 - stop, -step)
            flipped.append(axis)
        found.append(entry)
        axis += entry is not Ellipsis
    return tensor.flip(flipped), tuple(found)


def _as_arrays(key: tuple[Any, ...], device: torch.device) -> tuple[Any, ...]:
    """Integers beside index arrays are index arrays, too: it decides where the selected axes go."""
    return tuple([torch.tensor([entry], device=device) if type(entry) is int else entry for entry in key])


def pick(tensor: Tensor, key: Any) -> Tensor:
    """What ``key`` selects: a view where torch gives a contiguous one."""
    plain, advanced = _normal(key, tensor.device)
    _check(tensor, plain)
    source, plain = _ascending(tensor, plain)
    if advanced:
        if not all(entry.dtype is torch.bool and not entry.dim() for entry in plain if isinstance(entry, Tensor)):
            plain = _as_arrays(plain, tensor.device)
        try:
            return source[plain].contiguous()
        except IndexError as error:
            if "broadcast" in str(error):
                raise ValueError(f"index arrays do not fit each other: {error}") from None
            raise
    picked = source[plain]
    if not picked.is_contiguous():
        return picked.contiguous()
    if (
        picked._is_view()
        and picked.numel()
        and any(isinstance(entry, slice) and entry.step not in (None, 1, -1) for entry in plain)
        and picked.numel() > 1
    ):
        return picked.clone()
    return picked


# ---- reading


def getitem(self: ndarray, key: Any) -> Any:
    """The elements that ``key`` selects."""
    tensor = self._t
    kind = type(key)
    if not tensor.requires_grad and not FLAGS.recorders:
        if kind is int and tensor.dim():
            try:
                picked = tensor[key]
            except IndexError:
                raise _out_of_bounds(key, tensor) from None
        elif kind is slice and key.step is None and tensor.dim() and not isinstance(key.stop, NDArray):
            if key.start is None and key.stop is None:
                return self
            picked = tensor[_slice_of(key, tensor)]
        elif kind is tuple and len(key) <= tensor.dim() and _simple(key):
            try:
                picked = tensor[key]
            except IndexError:
                picked = pick(tensor, key)  # says what is wrong
            if not picked.is_contiguous():
                picked = picked.contiguous()
        else:
            found = _general(self, tensor, key)
            if found is None:
                return self
            picked = found
        array = _new(type(self))
        array._t = picked
        array._ctx = self._ctx
        return array
    live = legacy._live(self)
    with torch.set_grad_enabled(True):
        found = _general(self, live, key)
    if found is None:
        return self
    array = _new(type(self))
    array._t = found
    array._ctx = self._ctx
    if FLAGS.recorders and THREAD.recording:
        token = getattr(self, "_const", None)
        if token is not None:
            array._const = token
    return array


_FULL = slice(None)
_PLAIN_BOUNDS = frozenset({int, type(None)})


def _simple(key: tuple[Any, ...]) -> bool:
    """Whether a key holds whole numbers and full slices only, and at least one number."""
    numbers = 0
    for entry in key:
        if type(entry) is int:
            numbers += 1
        elif type(entry) is not slice or entry != _FULL:
            return False
    return numbers > 0


def _out_of_bounds(index: int, tensor: Tensor) -> IndexError:
    return IndexError(f"index {index} is out of bounds for axis 0 with size {tensor.shape[0]}")


def _slice_of(key: slice, tensor: Tensor) -> slice:
    if key.start.__class__ in _PLAIN_BOUNDS and key.stop.__class__ in _PLAIN_BOUNDS:
        return slice(*_keys.leading(key, tensor.shape[0]))
    start, stop = _bound(key.start), _bound(key.stop)
    return slice(*_keys.leading(slice(start, stop), tensor.shape[0]))


def _bound(value: Any) -> Any:
    is_array: bool = isinstance(value, NDArray)
    return int(value) if is_array else value


def _general(self: ndarray, tensor: Tensor, key: Any) -> Tensor | None:
    if not tensor.dim() and not _is_mask(key) and not (isinstance(key, tuple) and not key):
        raise IndexError("scalar tensor can only accept `()` as index")
    if isinstance(key, tuple) and not key:
        return None
    if isinstance(key, slice) and key.step in (None, 1):
        if key.start is None and key.stop is None:
            return None
        return tensor[_slice_of(key, tensor)]
    return pick(tensor, key)


def _is_mask(key: Any) -> bool:
    return isinstance(key, (bool, np.bool_)) or (isinstance(key, NDArray) and key._t.dtype is torch.bool)


# ---- writing


def setitem(self: ndarray, key: Any, value: Any) -> None:
    """Write ``value``, stretched to the shape of ``self[key]`` and cast to the dtype of the array."""
    if isinstance(value, NDArray) and not hasattr(value, "reshape_view"):
        raise TypeError(
            f"an mx.nd.NDArray of shape {value.shape} cannot be assigned to an mxnet.numpy.ndarray; call its "
            "as_np_ndarray()"
        )
    tensor = self._t
    mask = _is_mask(key)
    if not tensor.dim() and not mask:
        _set_scalar(self, key, value)
        return
    if not tensor.numel() and not (isinstance(value, NDArray) and value._t.requires_grad and FLAGS.recorders):
        return
    if not mask and _classic(key):
        if not isinstance(value, (NDArray, *_NUMBERS)):
            value = type(self)._wrap(_value(self, value), self._ctx)
        try:
            legacy.setitem(self, key, value)
        except ValueError as error:
            raise MXNetError(str(error)) if "broadcast" in str(error) else error from None
        return
    refuse_inplace("__setitem__", self, (value,) if isinstance(value, NDArray) else ())
    plain, _ = _normal(key, tensor.device)
    try:
        _check(tensor, plain)
    except IndexError as error:
        raise MXNetError(str(error)) if mask else error from None
    if mask and not isinstance(value, (*_NUMBERS, NDArray)):
        raise NotImplementedError(f"type {type(value)} is not supported.")
    data = tensor.data
    given = _value(self, value)
    places = torch.arange(data.numel(), device=data.device).view(data.shape)
    wanted = pick(places, key)
    while given.dim() > wanted.dim() and given.shape[0] == 1:
        given = given[0]
    try:
        given = given.expand(wanted.shape)
    except RuntimeError:
        shapes = f"shape {tuple(given.shape)} to a selection of shape {tuple(wanted.shape)}"
        raise MXNetError(f"cannot assign {shapes}") from None
    data.view(-1)[wanted.reshape(-1)] = given.reshape(-1)


def _classic(key: Any) -> bool:
    """Whether the classic front end writes to this key alike: no masks, no index arrays."""
    for entry in key if isinstance(key, tuple) else (key,):
        if not (entry is None or entry is Ellipsis or isinstance(entry, slice)):
            if isinstance(entry, (bool, np.bool_)) or not isinstance(entry, _INTEGERS):
                return False
    return True


def _array_like(self: ndarray, value: Any) -> Any:
    if isinstance(value, (NDArray, np.ndarray, *_NUMBERS)):
        return value
    try:
        return np.array(value, dtype=self.dtype)
    except (TypeError, ValueError):
        raise TypeError(
            f"a value of type {type(value)} cannot be assigned to an mxnet.numpy.ndarray: {value!r} is not array-like"
        ) from None


def _value(self: ndarray, value: Any) -> Tensor:
    tensor = self._t
    if isinstance(value, NDArray):
        return value._t.detach().to(tensor.device, tensor.dtype)
    if isinstance(value, _NUMBERS):
        number: Any = bool(value) if tensor.dtype is torch.bool else cast_number(tensor.dtype, float(value))
        return torch.tensor(number, dtype=tensor.dtype, device=tensor.device)
    return torch.from_numpy(np.ascontiguousarray(_array_like(self, value), dtype=self.dtype)).to(tensor.device)


def _set_scalar(self: ndarray, key: Any, value: Any) -> None:
    if not isinstance(key, tuple) or key:
        raise IndexError("scalar tensor can only accept `()` as index")
    size = value.size if isinstance(value, (NDArray, np.ndarray, np.generic)) else 1
    if size != 1 or not isinstance(value, (NDArray, np.ndarray, *_NUMBERS)):
        raise ValueError("setting an array element with a sequence.")
    refuse_inplace("__setitem__", self, (value,) if isinstance(value, NDArray) else ())
    self._t.data.copy_(_value(self, value).reshape(()))
