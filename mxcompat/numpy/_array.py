"""`mxnet.np.ndarray`: the array of the NumPy-style front end."""

# mypy: disable-error-code="override"
# Its methods have NumPy's signatures, those of the classic array MXNet's.

from __future__ import annotations

import re
import sys
import warnings
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import torch

from .. import autograd
from .._core.context import Context
from .._core.dtypes import NUMPY_OF_TORCH
from .._core.state import FLAGS, THREAD
from ..nd._integers import also_on_shadow
from ..nd._invoke import INTEGER_CLASS
from ..nd.ndarray import NDArray
from . import _indexing
from ._protocol import dispatch_function, dispatch_ufunc

_new = object.__new__
_SHAPE = re.compile(r",\s*shape=\([^)]*\)")
_DTYPES = {torch_dtype: np.dtype(scalar) for torch_dtype, scalar in NUMPY_OF_TORCH.items()}


#: the functions of `mx.np`, put here by their module, which imports this one
_np = SimpleNamespace()


class ndarray(NDArray):
    """An n-dimensional array on a device, with NumPy's methods, operators and indexing.

    Arrays are made by functions (`mxnet.np.array`, `zeros`, ...) and operators. The constructor takes a torch tensor
    and wraps it without a copy (a non-contiguous one is copied).

    Args:
        handle: a torch tensor, or None (an array to be filled by ``__setstate__``).
        writable: kept for the signature of MXNet 1.9.1.

    Source: MXNet 1.9.1 python/mxnet/numpy/multiarray.py.
    """

    __slots__ = ()
    _in_numpy: ClassVar[bool] = True

    # ---- what it is

    @property
    def dtype(self) -> Any:
        """The element type, as a NumPy dtype."""
        return _DTYPES[self._t.dtype]

    @property
    def T(self) -> Any:
        """A copy with the axes reversed."""
        return _np.transpose(self)

    @property
    def grad(self) -> Any:
        """The gradient array made by `attach_grad`; None if there is none."""
        found = NDArray.grad.fget(self)  # type: ignore[attr-defined]
        return found.as_np_ndarray() if type(found) is NDArray else found

    def __len__(self) -> int:
        """Number of elements along the first axis; TypeError if there is none."""
        if not self._t.dim():
            raise TypeError("len() of unsized object")
        return self._t.shape[0]

    def __hash__(self) -> int:
        raise NotImplementedError

    def __bool__(self) -> bool:
        count = self._t.numel()
        if count == 1:
            return bool(self._t.item())
        if count == 0:
            warnings.warn(
                f"an array of shape {tuple(self._t.shape)} has no elements and counts as False; ask for its size "
"instead", DeprecationWarning, stacklevel=2,
            )  # fmt: skip
            return False
        raise ValueError(
            f"an array of shape {tuple(self._t.shape)} has no single truth value; reduce it by any() or all()"
        )

    def __float__(self) -> float:
        return float(self._single())

    def __int__(self) -> int:
        return int(self._single())

    def _single(self) -> Any:
        if self._t.numel() != 1:
            raise TypeError(f"an array of shape {tuple(self._t.shape)} is no Python scalar; it must have one element")
        return self._t.item()

    def __repr__(self) -> str:
        text = repr(np.asarray(self.asnumpy()))
        if self._t.numel():
            text = _SHAPE.sub("", text)  # NumPy 2 adds it to what it abbreviates
        dtype = self.dtype
        if "dtype=" in text:
            if dtype == np.float32:
                text = text[: text.rindex(",")] + ")"
        elif dtype not in (np.float32, np.bool_):
            text = f"{text[:-1]}, dtype={dtype})"
        return text if self._ctx.device_type == "cpu" else f"{text[:-1]}, ctx={self._ctx})"

    def __str__(self) -> str:
        text = str(np.asarray(self.asnumpy()))
        return text if self._ctx.device_type == "cpu" or not self._t.dim() else f"{text} @{self._ctx}"

    def __format__(self, fmt: str) -> str:
        """Format the number of an array without axes; other arrays take no format."""
        if not self._t.dim():
            return format(self.item(), fmt)
        if fmt:
            raise TypeError(f"an array takes no format, got {fmt!r}; format its item() or asnumpy()")
        return str(self)

    # ---- NumPy's protocols

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Serve a universal function of official NumPy."""
        return dispatch_ufunc(ndarray, ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Serve a function of official NumPy."""
        return dispatch_function(ndarray, func, types, args, kwargs)

    # ---- conversions

    def item(self, *args: Any) -> Any:
        """One element as a Python number: the only one, or that at a flat index or a tuple of indices."""
        if not args and self._t.numel() == 1 and self._t.dtype is not torch.bfloat16:
            return self._t.item()
        return np.asarray(self.asnumpy()).item(*args)

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return np.asarray(self.asnumpy()).tolist()

    def as_nd_ndarray(self) -> NDArray:
        """The classic NDArray of the same memory and the same place in the graph."""
        classic: NDArray = _same(self, NDArray)
        return classic

    def as_np_ndarray(self) -> Any:
        """The array itself."""
        return self

    def as_in_ctx(self, ctx: Context) -> Any:
        """The array itself if it is on ``ctx``, else a copy there."""
        return self if self._ctx == ctx else self.copyto(ctx)

    def as_in_context(self, context: Context) -> Any:
        """An array on ``context``, of the same memory if this one is there."""
        return _same(self, type(self)) if self._ctx == context else self.copyto(context)

    def astype(
        self, dtype: Any, order: str | None = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
    ) -> Any:
        """Cast to another dtype.

        Args:
            dtype: a dtype or its name.
            order: ``"K"``, ``"A"`` or ``"C"``.
            casting: ``"unsafe"``.
            subok: True.
            copy: if False and the dtype is the array's own, the array itself is returned.

        Raises:
            TypeError: an order that does not exist.
            NotImplementedError: another casting rule, or ``subok=False``.
        """
        if order is not None and order not in ("K", "A", "C"):
            raise ValueError("order must be either 'K', 'A', or 'C'")
        if casting != "unsafe":
            raise ValueError('casting must be equal to "unsafe"')
        if not subok:
            raise ValueError("subok must be equal to True")
        if dtype is None:
            dtype = np.float32
        elif dtype is bool:
            dtype = np.bool_
        if not copy and np.dtype(dtype) == self.dtype:
            return self
        return NDArray.astype(self, dtype, copy=True) if not _recording(self) else _np.cast(self, dtype)

    def copy(self, order: str = "C") -> Any:
        """A copy on the same context."""
        if order != "C":
            raise NotImplementedError(f"ndarray.copy: order={order!r} is not legal, give 'C'")
        return NDArray.copy(self)

    def attach_grad(self, grad_req: str = "write") -> None:
        """Make the array a variable with a gradient array of zeros; history it has is cut off.

        Args:
            grad_req: ``"write"`` (backward overwrites), ``"add"`` (backward adds) or ``"null"``.
        """
        gradient = ndarray._wrap(torch.zeros_like(self._t), self._ctx)
        autograd.mark_variables(self, gradient, grad_req)

    def __reduce__(self) -> tuple[Any, ...]:
        if getattr(sys.modules.get(type(self).__module__), type(self).__name__, None) is type(self):
            return type(self), (None,), self.__getstate__()
        return _restore, (self.__getstate__(),)

    # ---- indexing and shapes

    __getitem__ = _indexing.getitem
    __setitem__ = _indexing.setitem

    def reshape(self, *args: Any, **kwargs: Any) -> Any:
        """The elements in another shape, as a copy; one length may be -1.

        Args:
            args: the lengths, as one tuple or as arguments.
            order: keyword only, ``"C"``.

        Raises:
            TypeError: no shape, or another keyword.
            NotImplementedError: another order.
        """
        if not kwargs and len(args) == 1 and type(args[0]) is tuple:
            return _np.reshape(self, args[0])
        if len(kwargs) > 1:
            raise TypeError("function takes at most 1 keyword argument")
        order = "C"
        if kwargs:
            if "order" not in kwargs:
                raise TypeError(f"{next(iter(kwargs))} is an invalid keyword argument for this function")
            order = kwargs["order"]
            if order != "C":
                raise NotImplementedError(f"only supports C-order, while received {order}")
        if not args:
            raise TypeError("reshape() takes exactly 1 argument (0 given)")
        shape = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args
        if len(shape) == 1 and isinstance(shape[0], list):
            shape = tuple(shape[0])
        return _np.reshape(self, shape, order)

    def reshape_view(self, *shape: Any, **kwargs: Any) -> Any:
        """A view with another shape, with the codes of the classic `reshape`."""
        if len(shape) == 1 and isinstance(shape[0], (tuple, list)) and not shape[0] and not kwargs:
            return type(self)._view(self, self._t.view(()))
        return NDArray.reshape(self, *shape, **kwargs)

    def flatten(self, order: str = "C") -> Any:
        """A copy with one axis."""
        return self.reshape(-1, order=order)

    def transpose(self, *axes: Any) -> Any:
        """A copy with the axes permuted: reversed without arguments, else as named, in one tuple or as arguments."""
        if not axes:
            return _np.transpose(self)
        order: Any = axes
        if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list))):
            order = axes[0]
        return _np.transpose(self, axes=order)

    def squeeze(self, axis: Any = None) -> Any:
        """A copy without axes of size one, or without those named."""
        return _np.squeeze(self, axis=axis)

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """A copy with two axes exchanged."""
        return _np.swapaxes(self, axis1, axis2)

    def broadcast_to(self, shape: Any) -> Any:
        """A copy stretched to ``shape``."""
        return _np.broadcast_to(self, shape)

    def broadcast_like(self, other: Any) -> Any:
        """Raises AttributeError: a method of the classic NDArray only."""
        raise AttributeError("mxnet.numpy.ndarray object has no attribute broadcast_like")

    def asscalar(self) -> Any:
        """Raises AttributeError: a method of the classic NDArray only; see `item`."""
        raise AttributeError("mxnet.numpy.ndarray object has no attribute asscalar")

    def diag(self, k: int = 0, **kwargs: Any) -> Any:
        """Raises AttributeError: a method of the classic NDArray only; see the function `mxnet.np.diag`."""
        raise AttributeError("mxnet.numpy.ndarray object has no attribute diag")

    def tostype(self, stype: str) -> Any:
        """Raises AttributeError: a method of the classic NDArray only."""
        raise AttributeError("mxnet.numpy.ndarray object has no attribute tostype")

    def repeat(self, repeats: int, axis: int | None = None) -> Any:
        """Repeat each element, along ``axis`` or of the flattened array."""
        return _np.repeat(self, repeats=repeats, axis=axis)

    def take(self, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
        """Elements at indices, as the function `mxnet.np.take`."""
        return _np.take(self, indices, axis, mode=mode)

    def nonzero(self) -> Any:
        """The indices of the elements that are not 0: an array for each axis."""
        return _np.nonzero(self)

    # ---- reductions and the like

    def all(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Whether all elements are not 0, over axes."""
        return _np.all(self, axis=axis, keepdims=keepdims, out=out)

    def any(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Whether any element is not 0, over axes."""
        return _np.any(self, axis=axis, keepdims=keepdims, out=out)

    def sum(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Sum over axes."""
        return _np.sum(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def prod(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Product over axes."""
        return _np.prod(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def mean(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Mean over axes."""
        return _np.mean(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def std(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        """Standard deviation over axes."""
        return _np.std(self, axis=axis, dtype=dtype, out=out, ddof=ddof, keepdims=keepdims)

    def var(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        """Variance over axes."""
        return _np.var(self, axis=axis, dtype=dtype, out=out, ddof=ddof, keepdims=keepdims)

    def cumsum(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """Running sum along an axis, or of the flattened array."""
        return _np.cumsum(self, axis=axis, dtype=dtype, out=out)

    def max(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Largest element over axes."""
        return _np.max(self, axis=axis, keepdims=keepdims, out=out)

    def min(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Smallest element over axes."""
        return _np.min(self, axis=axis, keepdims=keepdims, out=out)

    def argmax(self, axis: Any = None, out: Any = None) -> Any:
        """Position of the largest element."""
        return _np.argmax(self, axis, out)

    def argmin(self, axis: Any = None, out: Any = None) -> Any:
        """Position of the smallest element."""
        return _np.argmin(self, axis, out)

    def argsort(self, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
        """The positions that sort the array along an axis."""
        return _np.argsort(self, axis=axis, kind=kind, order=order)

    def sort(self, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
        """Always raises TypeError, as in MXNet 1.9.1, which raises the sorted array; use `mxnet.np.sort`."""
        raise TypeError("exceptions must derive from BaseException (ndarray.sort of 1.9.1 raises; use np.sort)")

    def clip(self, min: Any = None, max: Any = None, out: Any = None) -> Any:
        """Elements limited to an interval."""
        return _np.clip(self, min, max, out=out)

    def round(self, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
        """Elements rounded to decimals."""
        return _np.round(self, decimals=decimals, out=out, **kwargs)

    def dot(self, b: Any, out: Any = None) -> Any:
        """The product with another array, as the function `mxnet.np.dot`."""
        return _np.dot(self, b, out=out)

    def slice_assign(self, rhs: Any, begin: Any, end: Any, step: Any) -> Any:
        """Write ``rhs`` into the slice ``begin:end:step`` of this array; returns the array."""
        return _np.OPS["_npi_slice_assign"](self, rhs, begin=begin, end=end, step=step, out=self)

    def slice_assign_scalar(self, value: float, begin: Any, end: Any, step: Any) -> Any:
        """Write a number into the slice ``begin:end:step`` of this array; returns the array."""
        return _np.OPS["_npi_slice_assign_scalar"](self, scalar=value, begin=begin, end=end, step=step, out=self)

    def _full(self, value: Any) -> Any:
        """Fill the array with a number."""
        self[() if not self._t.dim() else slice(None)] = value
        return self

    def __round__(self, n: int = 0) -> Any:
        return self.round(n)

    def __abs__(self) -> Any:
        return _np.absolute(self)

    def __ceil__(self) -> Any:
        return _np.ceil(self)

    def __floor__(self) -> Any:
        return _np.floor(self)

    def __trunc__(self) -> Any:
        return _np.trunc(self)

    def __invert__(self) -> Any:
        return _np.invert(self)

    def __neg__(self) -> Any:
        tensor = self._t
        if tensor.dtype is torch.float32 and not tensor.requires_grad and type(self) is ndarray:
            array = _new(ndarray)
            array._t = torch.neg(tensor)
            array._ctx = self._ctx
            return array
        return self * -1.0

    def __matmul__(self, other: Any) -> Any:
        return _np.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _np.matmul(other, self)

    def __imatmul__(self, other: Any) -> Any:
        return _np.matmul(self, other, out=self)


#: methods of the classic NDArray that the array does not have
_ABSENT = (
    "abs arccos arccosh arcsin arcsinh arctan arctanh argmax_channel broadcast_axes cbrt ceil cos cosh "
    "degrees depth_to_space exp expand_dims expm1 fix flip floor log log10 log1p log2 log_softmax nanprod nansum "
    "norm one_hot ones_like pad pick radians rcbrt reciprocal relu reshape_like rint rsqrt shape_array sigmoid sign "
    "sin sinh size_array slice slice_axis slice_like softmax softmin space_to_depth split split_v2 sqrt square tan "
    "tanh tile topk trunc zeros_like"
).split()


def _absent(name: str) -> Any:
    def method(self: ndarray, *args: Any, **kwargs: Any) -> Any:
        raise AttributeError(f"mxnet.numpy.ndarray object has no attribute {name}")

    method.__name__ = name
    method.__doc__ = "Raises AttributeError: a method of the classic NDArray only."
    return method


for _name in _ABSENT:
    setattr(ndarray, _name, _absent(_name))
ndarray.__module__ = "mxnet.numpy"


class IntegerVariable(ndarray):
    """An integer array that is in a graph (see `nd._integers`)."""

    __slots__ = ()


IntegerVariable.__name__ = IntegerVariable.__qualname__ = "ndarray"
IntegerVariable.__module__ = ndarray.__module__
for _name in ("__getitem__", "reshape_view", "copyto"):
    setattr(IntegerVariable, _name, also_on_shadow(ndarray, _name))
INTEGER_CLASS[ndarray] = INTEGER_CLASS[IntegerVariable] = IntegerVariable


def _same(array: NDArray, cls: type[Any]) -> Any:
    """The array of another class around the very same tensor."""
    other = _new(INTEGER_CLASS[cls] if cls in INTEGER_CLASS and hasattr(array._t, "_mx_shadow") else cls)
    other._t = array._t
    other._ctx = array._ctx
    token = getattr(array, "_const", None)
    if token is not None:
        other._const = token
    return other


def _as_np_ndarray(self: NDArray) -> Any:
    """The `mxnet.np.ndarray` of the same memory and the same place in the graph."""
    return _same(self, ndarray)


NDArray.as_np_ndarray = _as_np_ndarray  # type: ignore[method-assign]


def _restore(state: dict[str, Any]) -> ndarray:
    array = ndarray(None)
    array.__setstate__(state)
    return array


def _recording(array: NDArray) -> bool:
    return THREAD.recording if FLAGS.recorders else False
