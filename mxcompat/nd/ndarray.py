"""The NDArray: one contiguous torch tensor and the context it belongs to."""

from __future__ import annotations

import ctypes
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
import torch
from torch import Tensor

from .. import autograd
from .._core.context import Context, context_of_device, cpu, num_gpus
from .._core.dtypes import FLAG_OF_TORCH, NAME_OF_TORCH, NUMPY_OF_TORCH, to_torch_dtype
from .._core.errors import MXNetError
from .._core.state import FLAGS, THREAD
from ..autograd import _graph
from ..dropin._one_element import SWITCH as _LEGACY_NUMPY
from ..dropin._one_element import convert as _one_element
from ..dropin._one_element import scalar as _one_number
from ..ops.shape.special_reshape import infer_reshape
from ..registry.operator import find
from ..serialization.array_bytes import dump_array, load_array
from ._indexing import getitem, setitem
from ._interop import NumpyProtocol
from ._invoke import INTEGER_CLASS, assign, invoke

if TYPE_CHECKING:
    from ._methods import Methods
else:
    from ._method_table import Methods

#: MXNet's own tables, which libraries and tests import
_DTYPE_NP_TO_MX: dict[Any, int] = {NUMPY_OF_TORCH[t]: flag for t, flag in FLAG_OF_TORCH.items()} | {None: -1}
_DTYPE_MX_TO_NP: dict[int, Any] = {flag: dtype for dtype, flag in _DTYPE_NP_TO_MX.items()}
_GRAD_REQ_MAP: dict[str, int] = {"null": 0, "write": 1, "add": 3}
_STORAGE_TYPE_UNDEFINED, _STORAGE_TYPE_DEFAULT, _STORAGE_TYPE_ROW_SPARSE, _STORAGE_TYPE_CSR = -1, 0, 1, 2
_STORAGE_TYPE_STR_TO_ID: dict[str, int] = {"undefined": -1, "default": 0, "row_sparse": 1, "csr": 2}
_STORAGE_TYPE_ID_TO_STR: dict[int, str] = {number: name for name, number in _STORAGE_TYPE_STR_TO_ID.items()}
py_slice = slice

_new = object.__new__
T = TypeVar("T", bound="NDArray")
_PACKAGE = __package__


class NDArray(Methods, NumpyProtocol):
    """An n-dimensional array on a device.

    Arrays are made by functions (`mxnet.nd.array`, `zeros`, ...) and operators. The constructor takes a torch
    tensor and wraps it without a copy (a non-contiguous one is copied).

    Args:
        handle: a torch tensor, or None (an array to be filled by ``__setstate__``).
        writable: kept for the signature of MXNet 1.9.1.

    Source: MXNet 1.9.1 python/mxnet/ndarray/ndarray.py.
    """

    __slots__ = ("__weakref__", "_const", "_ctx", "_t")
    __array_priority__ = 1000.0
    #: whether it is an array of the NumPy front end
    _in_numpy: ClassVar[bool] = False

    _t: Tensor
    _ctx: Context
    _const: object

    def __init__(self, handle: Tensor | None, writable: bool = True) -> None:
        if handle is not None:
            if not isinstance(handle, Tensor):
                raise TypeError(f"NDArray wraps a torch tensor, got {type(handle).__name__}; use nd.array(...)")
            self._t = handle.contiguous()
            self._ctx = context_of_device(handle.device)

    @classmethod
    def _wrap(cls: type[T], tensor: Tensor, ctx: Context) -> T:
        """An array of this class around a contiguous tensor."""
        array = _new(cls)
        array._t = tensor
        array._ctx = ctx
        return array

    # ---- what it is

    @property
    def shape(self) -> tuple[int, ...]:
        """Tuple of the dimensions."""
        return tuple(self._t.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return self._t.numel()

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return self._t.dim()

    @property
    def dtype(self) -> Any:
        """The element type, as a NumPy scalar type."""
        return NUMPY_OF_TORCH[self._t.dtype]

    @property
    def context(self) -> Context:
        """The device the array is on."""
        return self._ctx

    ctx = context

    @property
    def stype(self) -> str:
        """The storage type: ``"default"``, which is dense."""
        return "default"

    @property
    def writable(self) -> bool:
        """Whether the array can be written to: always."""
        return True

    @property
    def handle(self) -> ctypes.c_void_p:
        """A number that identifies the array's memory; there is no native array behind it."""
        return ctypes.c_void_p(self._t.data_ptr())

    @property
    def T(self) -> NDArray:
        """A copy with the axes reversed; the array itself if it has fewer than two."""
        return self if self._t.dim() < 2 else self.transpose()

    def __len__(self) -> int:
        """Number of elements along the first axis."""
        return self._t.shape[0]

    def __repr__(self) -> str:
        shape = "x".join([str(n) for n in self._t.shape])
        return f"\n{self.asnumpy()!s}\n<{type(self).__name__} {shape} @{self._ctx}>"

    def __hash__(self) -> int:
        return id(self) >> 4

    def __bool__(self) -> bool:
        count = self._t.numel()
        if count == 1:
            return bool(self._t.item())
        if count == 0:
            return False
        raise ValueError(
            f"an NDArray of {count} elements has no single truth value; reduce it first, as by .sum() or .max()"
        )

    def __nonzero__(self) -> bool:
        return self.__bool__()

    def __iter__(self) -> Iterator[Any]:
        for i in range(len(self)):
            yield self[i]

    # ---- to NumPy, to Python, to other arrays

    def asnumpy(self) -> Any:
        """A NumPy copy of the array; waits until it is computed."""
        tensor = self._t
        if tensor.requires_grad:
            tensor = tensor.detach()
        if tensor.dtype is torch.bfloat16:
            return tensor.cpu().view(torch.int16).numpy().view(np.uint16).astype(np.uint16, copy=True)
        array = tensor.numpy().copy() if tensor.is_cpu else tensor.cpu().numpy()
        return _one_element(array) if _LEGACY_NUMPY.on else array

    def asscalar(self) -> Any:
        """The only element, as a NumPy scalar. ValueError if there is not exactly one.

        As in MXNet 1.9.1, an array of several axes of size one gives a NumPy array of its shape.
        """
        tensor = self._t
        if tensor.numel() != 1:
            raise ValueError(f"asscalar needs one element, the array has shape {tuple(tensor.shape)}")
        if tensor.dim() <= 1 and tensor.dtype is not torch.bfloat16:
            number = NUMPY_OF_TORCH[tensor.dtype](tensor.item())
            return _one_number(number) if _LEGACY_NUMPY.on else number
        return self.asnumpy() if tensor.dim() > 1 else self.asnumpy().reshape(-1)[0]

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """Cast to another dtype.

        Args:
            dtype: a dtype or its name.
            copy: if False and the dtype is the array's own, the array itself is returned.

        Differences: none. Recorded casts pass the gradient back in the array's own dtype.
        """
        target = torch.float32 if dtype is None else to_torch_dtype(dtype)
        if not copy and target is self._t.dtype:
            return self
        if not (FLAGS.recorders and THREAD.recording):
            tensor = self._t
            array = _new(type(self))
            if tensor.requires_grad:
                tensor = tensor.detach()
            if tensor.dtype is not target and target in _PLAIN_CASTS:
                array._t = tensor.to(target)
            else:
                array._t = _cast(tensor, target)
            array._ctx = self._ctx
            return array
        return _ops().cast(self, dtype=NAME_OF_TORCH[target])

    def copyto(self, other: Any) -> Any:
        """Copy the values into another array of the same shape, or into a new array on a context.

        Returns:
            The array written to; False (with a RuntimeWarning) when asked to copy an array to itself.

        Raises:
            TypeError: ``other`` is neither an NDArray nor a Context.
            MXNetError: the shapes differ.
        """
        if isinstance(other, NDArray):
            if other is self:
                warnings.warn("copyto: the array is its own target, nothing is copied", RuntimeWarning, stacklevel=2)
                return False
            if other.shape != self.shape:
                raise MXNetError(f"copyto: shape {self.shape} cannot be copied into shape {other.shape}")
            _graph.refuse_inplace("copyto", other)
            if other.stype != "default":
                target: Any = other
                target._take(self)
                return other
            source = _graph_tensor(self)
            assign(other, source)
            return other
        if isinstance(other, Context):
            tensor = _graph_tensor(self)
            if tensor.requires_grad and not torch.is_grad_enabled():
                return self._recorded_copy(other)
            return type(self)._wrap(_fresh_on(tensor, other), other)
        raise TypeError(f"copyto does not support type {type(other)}")

    def copy(self) -> NDArray:
        """A copy on the same context."""
        tensor = _graph_tensor(self)
        if tensor.requires_grad and not torch.is_grad_enabled():
            return self._recorded_copy(self._ctx)
        array = _new(type(self))
        array._t = tensor.clone()
        array._ctx = self._ctx
        return array

    def _recorded_copy(self, ctx: Context) -> NDArray:
        """A recorded copy where torch is not to record by itself: the operator sees to it."""
        array: NDArray = invoke(find("_copyto"), (self,), (), type(self))
        if array._t.device != ctx.torch_device:
            with torch.enable_grad():
                array._t = array._t.to(ctx.torch_device)
        array._ctx = ctx
        return array

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        result = type(self)(None)
        result.__setstate__(self.__getstate__())  # as MXNet copies: through bytes, which forget cpu(1) and the gradient
        memo[id(self)] = result
        return result

    def as_in_context(self, context: Context) -> Any:
        """The array itself if it is on ``context``, else a copy there."""
        return self if self._ctx == context else self.copyto(context)

    def as_nd_ndarray(self) -> NDArray:
        """The array itself: it already is a classic NDArray."""
        return self

    def as_np_ndarray(self) -> Any:
        """The `mxnet.np.ndarray` of the same memory and the same place in the graph."""
        import_module(f"{_PACKAGE.rpartition('.')[0]}.numpy")  # the first call loads it, which puts the method here
        return self.as_np_ndarray()

    def tostype(self, stype: str) -> Any:
        """A copy in another storage type: ``"default"``, ``"csr"`` or ``"row_sparse"``.

        Raises:
            ValueError: ``"csr"`` of an array that is no matrix.
        """
        if stype == "default":
            return self.copy()
        return _ops().cast_storage(self, stype=stype)

    def wait_to_read(self) -> None:
        """Wait until the array is computed."""
        if self._t.device.type == "cuda":
            torch.cuda.current_stream(self._t.device).synchronize()

    def to_torch(self) -> Tensor:
        """The torch tensor behind the array: same memory, same place in the autograd graph."""
        return self._t if self._t.requires_grad else self._t.detach()

    # ---- autograd

    @property
    def grad(self) -> Any:
        """The gradient array made by `attach_grad`; None if there is none."""
        leaf = getattr(self._t, "_mx_leaf", None)
        if leaf is None or (leaf.req == "null" and _graph.was_used(self)):
            return None
        return leaf.grad

    def attach_grad(self, grad_req: str = "write", stype: str | None = None) -> None:
        """Make the array a variable with a gradient array of zeros; history it has is cut off.

        Args:
            grad_req: ``"write"`` (backward overwrites), ``"add"`` (backward adds) or ``"null"``.
            stype: storage type of the gradient; None is ``"default"``.

        Raises:
            KeyError: another grad_req.
            ValueError: an unknown storage type.
        """
        if stype in (None, "default"):
            gradient = type(self)._wrap(torch.zeros_like(self._t), self._ctx)
        else:
            gradient = _sparse().zeros(stype, self.shape, self._ctx, self.dtype)
        autograd.mark_variables(self, gradient, grad_req)

    @property
    def _fresh_grad(self) -> bool:
        """Whether a backward has written the gradient since this was set to False."""
        leaf = getattr(self._t, "_mx_leaf", None)
        return leaf is not None and leaf.fresh

    @_fresh_grad.setter
    def _fresh_grad(self, state: bool) -> None:
        leaf = getattr(self._t, "_mx_leaf", None)
        if leaf is None:
            raise MXNetError("_fresh_grad: the array has no gradient, call attach_grad() first")
        leaf.fresh = bool(state)

    def _become_integer_variable(self) -> None:
        """Called when an integer array joins a graph."""
        self.__class__ = INTEGER_CLASS[type(self)]

    def detach(self) -> NDArray:
        """The same memory without history."""
        array = _new(type(self))
        array._t = self._t.detach()
        array._ctx = self._ctx
        return array

    def backward(self, out_grad: Any = None, retain_graph: bool = False, train_mode: bool = True) -> None:
        """Compute the gradients of this array for the variables it was computed from.

        Args:
            out_grad: gradient of this array, of its shape; None means ones.
            retain_graph: keep the history for another backward.
            train_mode: training flag while backward runs.
        """
        autograd._backward.run((self,), None if out_grad is None else (out_grad,), bool(retain_graph), bool(train_mode))

    # ---- views and shapes

    def reshape(self, *shape: Any, **kwargs: Any) -> NDArray:
        """A view with another shape.

        Args:
            shape: the new dimensions, as one tuple or as arguments; special values: 0 keep the dimension, -1 infer
                it, -2 keep all the rest, -3 merge two, -4 split one into the two that follow.
            reverse: keyword only; read the special values from right to left.

        Raises:
            ValueError: the number of elements would change.
            MXNetError: the special values do not fit.
        """
        if not kwargs and shape:
            spec = shape[0] if len(shape) == 1 and type(shape[0]) in (tuple, list) else shape
            reverse = False
        else:
            spec, reverse = _reshape_arguments(shape, kwargs)
        tensor = self._t
        if not reverse and not tensor.requires_grad and _plain_shape(spec):
            try:
                array = _new(type(self))
                array._t = tensor.view(spec)
                array._ctx = self._ctx
                return array
            except RuntimeError:
                pass  # the long way says what is wrong
        new_shape = infer_reshape(tuple(tensor.shape), spec, reverse)
        return type(self)._view(self, tensor.view(new_shape) if _same_count(tensor, new_shape, spec) else tensor)

    def expand_dims(self, axis: int, inplace: bool = False) -> Any:
        """Insert an axis of size one before ``axis``; with ``inplace`` a view instead of a copy.

        Raises:
            AssertionError: with ``inplace``, an axis out of range (else MXNetError).
        """
        if not inplace:
            return _ops().expand_dims(self, axis=axis)
        ndim = self._t.dim()
        if not -ndim - 1 <= axis <= ndim:
            raise AssertionError(f"axis {axis} is out of range for {ndim}d array")
        return type(self)._view(self, self._t.unsqueeze(axis))

    def flatten(self, inplace: bool = False) -> Any:
        """Keep the first axis and merge the others; with ``inplace`` a view instead of a copy."""
        return self.reshape((0, -1)) if inplace else _ops().flatten(self)

    def squeeze(self, axis: int | tuple[int, ...] | None = None, inplace: bool = False) -> Any:
        """Drop axes of size one; with ``inplace`` a view instead of a copy.

        Args:
            axis: the axis or axes; all of size one if None.
            inplace: return a view.

        Raises:
            AssertionError: with ``inplace``, an axis repeated, out of range or not of size one (else MXNetError).
        """
        if not inplace:
            return _ops().squeeze(self, axis=axis)
        shape = list(self._t.shape)
        axes = [axis] if isinstance(axis, int) else list(axis or ())
        if not axes:
            return self.reshape([n for n in shape if n != 1] or [1])
        if len(set(axes)) != len(axes):
            raise AssertionError(f"squeeze: axis {axes} contains duplicates")
        for one in axes:
            if not -len(shape) <= one < len(shape):
                raise AssertionError(f"squeeze: axis {one} is out of range for {len(shape)}d array")
            if shape[one] != 1:
                raise AssertionError(f"squeeze: axis {one} must have size 1, got {shape[one]}")
        dropped = {one % len(shape) for one in axes}
        return self.reshape([n for i, n in enumerate(shape) if i not in dropped] or [1])

    def broadcast_to(self, shape: tuple[int, ...]) -> Any:
        """Stretch axes of size one to ``shape`` (0 keeps a dimension); missing leading axes are added.

        Raises:
            ValueError: the array does not fit ``shape``.
        """
        own, wanted = self.shape, tuple(shape)
        padded = (1,) * (len(wanted) - len(own)) + own
        if len(wanted) < len(own) or any(a not in (1, b) for a, b in zip(padded, wanted, strict=True)):
            raise ValueError(f"an array of shape {own} cannot be broadcast to the requested shape {wanted}")
        source = self if padded == own else self.reshape(padded)
        return _ops().broadcast_to(source, shape=wanted)

    def broadcast_like(self, other: Any) -> Any:
        """Stretch axes of size one to the shape of ``other``."""
        return self.broadcast_to(other.shape)

    def split_v2(self, *args: Any, **kwargs: Any) -> Any:
        """Split along an axis: the function `mxnet.nd.split_v2` with this array as its first argument."""
        return sys.modules[f"{_PACKAGE}.creation"].split_v2(self, *args, **kwargs)

    def diag(self, k: int = 0, **kwargs: Any) -> Any:
        """A diagonal of a matrix, or a matrix with this diagonal."""
        return _ops().diag(self, k, **kwargs)

    def slice_assign(self, rhs: Any, begin: Any, end: Any, step: Any) -> Any:
        """Write ``rhs`` into the slice ``begin:end:step`` of this array; returns the array."""
        return _ops()._slice_assign(self, rhs, begin=begin, end=end, step=step, out=self)

    def slice_assign_scalar(self, value: float, begin: Any, end: Any, step: Any) -> Any:
        """Write a number into the slice ``begin:end:step`` of this array; returns the array."""
        return _ops()._slice_assign_scalar(self, value, begin=begin, end=end, step=step, out=self)

    @classmethod
    def _view(cls, source: NDArray, tensor: Tensor) -> NDArray:
        """An array around a view of ``source``'s tensor; outside of recording it has no history."""
        if tensor.requires_grad and not (FLAGS.recorders and THREAD.recording and not _stale(source._t)):
            tensor = tensor.detach()
        elif FLAGS.recorders and THREAD.recording and not torch.is_grad_enabled() and source._t.requires_grad:
            reshape = find("Reshape")  # torch is not to record here: the operator sees to it
            return invoke(reshape, (source,), reshape.prepare(shape=tuple(tensor.shape)), cls)  # type: ignore[no-any-return]
        array = _new(cls)
        array._t = tensor
        array._ctx = source._ctx
        return array

    __getitem__ = getitem
    __setitem__ = setitem

    # ---- underscore names of MXNet that libraries use

    def _at(self, idx: int) -> Any:
        """The view ``self[idx]``."""
        if not -len(self) <= idx < len(self):
            raise IndexError(f"index {idx} is out of bounds for axis 0 with size {len(self)}")
        return self[idx] if self._t.requires_grad else type(self)._view(self, self._t[idx])

    def _slice(self, start: int, stop: int) -> Any:
        """The view ``self[start:stop]``."""
        start, stop, _ = slice(start, stop).indices(len(self))
        if start >= stop:
            raise MXNetError(f"_slice: [{start}:{stop}] of an array of {len(self)} is empty")
        return self[start:stop] if self._t.requires_grad else type(self)._view(self, self._t[start:stop])

    @staticmethod
    def _basic_indexing_slice_is_contiguous(slc_key: Any, shape: tuple[int, ...]) -> bool:
        """Whether the elements that slices, one for each axis, select lie side by side."""
        strides = [1] * len(shape)
        for axis in range(len(shape) - 2, -1, -1):
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        whole = np.lib.stride_tricks.as_strided(np.empty(1, np.int8), shape, strides, writeable=False)
        return bool(whole[tuple(slc_key)].flags.c_contiguous)  # only the strides are looked at, never the elements

    def _full(self, value: Any) -> Any:
        """Fill the array with a number."""
        self[:] = value
        return self

    def _sync_copyfrom(self, source_array: Any) -> None:
        """Overwrite the array, also inside ``record()``, with values of its shape.

        Raises:
            TypeError: the source is no array.
            ValueError: its shape is another.
        """
        if not isinstance(source_array, np.ndarray):
            try:
                source_array = np.array(source_array, dtype=self.dtype)
            except (TypeError, ValueError):
                raise TypeError(f"source_array of type {type(source_array).__name__} is not array-like") from None
        source_array = np.ascontiguousarray(source_array, dtype=self.dtype)
        if source_array.shape != self.shape:
            raise ValueError(f"Shape inconsistent: expected {self.shape} vs got {source_array.shape}")
        self._t.data.copy_(torch.from_numpy(source_array))

    # ---- pickling

    def __getstate__(self) -> dict[str, Any]:
        return {"handle": bytearray(dump_array(self._t, self._ctx))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if state["handle"] is not None:
            tensor, ctx = load_array(state["handle"])
            if ctx.device_typeid != 2 or ctx.device_id >= num_gpus():
                ctx = cpu()  # MXNet loads every host array on cpu(0), and here the array of an absent GPU too
            self._t, self._ctx = tensor.to(ctx.torch_device), ctx

    def __reduce__(self) -> tuple[Any, ...]:
        # Under the drop-in the pickle is the one MXNet writes and reads; without it the class path would not resolve.
        if getattr(sys.modules.get(type(self).__module__), type(self).__name__, None) is type(self):
            return type(self), (None,), self.__getstate__()
        return _restore, (self.__getstate__(),)

    def _flag(self) -> int:
        """MXNet's number of the dtype."""
        return FLAG_OF_TORCH[self._t.dtype]


def _ops() -> Any:
    """The operators bound to this class (their module imports this one)."""
    return sys.modules[f"{_PACKAGE}._ops"]


def _sparse() -> Any:
    """The module of sparse arrays (it imports this one)."""
    return sys.modules[f"{_PACKAGE}.sparse"]


def _restore(state: dict[str, Any]) -> NDArray:
    array = NDArray(None)
    array.__setstate__(state)
    return array


autograd.NDArray = NDArray  # type: ignore[attr-defined]  # MXNet's module shows the class, and programs import it there
NDArray.__module__ = "mxnet.ndarray.ndarray"  # what old notebooks print for type(x)


def _plain_shape(spec: Any) -> bool:
    """Whether a shape consists of positive integers and at most one -1, which torch reads as MXNet does."""
    inferred = False
    for n in spec:
        if type(n) is not int:
            return False
        if n < 1:
            if n != -1 or inferred:
                return False
            inferred = True
    return True


#: dtypes to which torch casts as MXNet does
_PLAIN_CASTS = frozenset({torch.float32, torch.float64, torch.float16, torch.int32, torch.int64})


def _cast(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    if tensor.is_floating_point() and dtype.is_floating_point:
        return tensor.to(dtype, copy=True)
    result: Tensor = find("Cast").fn(tensor, dtype)
    return result


def _stale(tensor: Tensor) -> bool:
    return tensor.grad_fn is not None and _graph.is_freed(tensor)


def _graph_tensor(array: NDArray) -> Tensor:
    """The array's tensor as a source of a computation: with its history when recording, without it otherwise."""
    tensor = array._t
    if tensor.requires_grad and not (FLAGS.recorders and THREAD.recording and not _stale(tensor)):
        tensor = tensor.detach()
    return tensor


def _fresh_on(tensor: Tensor, ctx: Context) -> Tensor:
    device = ctx.torch_device
    return tensor.clone() if tensor.device == device else tensor.to(device)


def _reshape_arguments(shape: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, bool]:
    unknown = sorted(set(kwargs) - {"shape", "reverse"})
    spec: Any = shape
    if len(shape) == 1 and isinstance(shape[0], (list, tuple)):
        spec = shape[0]
    elif not shape:
        spec = kwargs.get("shape")
        if not spec:
            raise AssertionError("reshape: a shape must be given")
        if isinstance(spec, int):
            raise TypeError("reshape: shape must be a tuple, got int")
    if unknown:
        raise TypeError(f"reshape: unknown keywords {', '.join(unknown)}; accepted are 'shape' and 'reverse'")
    return spec, bool(kwargs.get("reverse", False))


def _same_count(tensor: Tensor, shape: tuple[int, ...], spec: Any) -> bool:
    count = 1
    for n in shape:
        count *= n
    if count > tensor.numel():  # MXNet's native side refuses what is too large, its Python side what is too small
        raise MXNetError(f"reshape: shape={tuple(spec)} has {count} elements, the array has {tensor.numel()}")
    if count != tensor.numel():
        raise ValueError(f"Cannot reshape array of size {tensor.numel()} into shape {tuple(spec)}")
    return True
