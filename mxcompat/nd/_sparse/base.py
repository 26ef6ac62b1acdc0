"""What csr and row_sparse arrays share."""

from __future__ import annotations

import ctypes
import math
import sys
import warnings
from collections.abc import Iterator
from typing import Any, ClassVar, NoReturn, TypeVar

import numpy as np
import torch
from torch import Tensor

from ... import autograd
from ..._core.context import Context, context_of_device, cpu, num_gpus
from ..._core.dtypes import FLAG_OF_TORCH, NUMPY_OF_TORCH, to_torch_dtype
from ..._core.errors import MXNetError, NotSupportedError, NotSupportedForSparseNDArray
from ..._core.state import FLAGS, THREAD
from ...autograd import _graph
from ...serialization.array_bytes import SparseArray, array_chunks, read_array
from ...serialization.source import MemorySource
from .._invoke import assign
from ..ndarray import NDArray

S = TypeVar("S", bound="BaseSparseNDArray")
_new = object.__new__

#: storage type -> its class, filled where the classes are defined
CLASSES: dict[str, type[BaseSparseNDArray]] = {}


class BaseSparseNDArray(NDArray):
    """An array that stores some of its elements; the others are zero. See `CSRNDArray` and `RowSparseNDArray`.

    Source: MXNet 1.9.1 python/mxnet/ndarray/sparse.py.
    """

    __slots__ = ("_aux", "_dims", "_twin", "_values")

    #: the storage type, the names of the index tensors in the order of MXNet's files
    _STYPE: ClassVar[str] = ""
    _AUX: ClassVar[tuple[str, ...]] = ()

    _values: Tensor
    _aux: tuple[Tensor, ...]
    _dims: tuple[int, ...]
    _twin: Tensor | None

    def __init__(self, handle: Any, writable: bool = True) -> None:
        self._twin = None
        if handle is not None:
            raise TypeError(f"{type(self).__name__} is made by functions of nd.sparse, got {type(handle).__name__}")

    @classmethod
    def _make(cls: type[S], values: Tensor, aux: tuple[Tensor, ...], dims: tuple[int, ...], ctx: Context) -> S:
        """An array of this class around its stored values and index tensors."""
        array = _new(cls)
        array._values, array._aux, array._dims, array._ctx, array._twin = values, aux, dims, ctx, None
        return array

    @classmethod
    def _wrap(cls: type[S], tensor: Tensor, ctx: Context) -> S:
        """The dense ``tensor`` in this storage; a member of a graph stays one."""
        plain = tensor.detach()
        array = cls._make(*cls._compressed(plain), tuple(plain.shape), ctx)
        if tensor.requires_grad:
            array._twin = tensor
        return array

    @classmethod
    def _zeros(cls: type[S], dims: tuple[int, ...], dtype: torch.dtype, ctx: Context) -> S:
        raise NotImplementedError

    @staticmethod
    def _compressed(dense: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Stored values and index tensors of a dense tensor."""
        raise NotImplementedError

    def _dense(self) -> Tensor:
        """The stored values as a fresh dense tensor."""
        raise NotImplementedError

    def _like(self, values: Tensor) -> Any:
        """The same elements with other values."""
        return self._make(values, self._aux, self._dims, self._ctx)

    # ``_t`` is what the rest of the package reads: the dense values, with history where there is one.
    @property
    def _t(self) -> Tensor:
        return self._dense() if self._twin is None else self._twin

    @_t.setter
    def _t(self, tensor: Tensor) -> None:
        self._twin = tensor if tensor.requires_grad or hasattr(tensor, "_mx_leaf") else None

    def _in_graph(self) -> bool:
        twin = self._twin
        return twin is not None and twin.requires_grad and (twin.is_leaf or not _graph.is_freed(twin))

    def _take(self, other: NDArray | Tensor) -> None:
        """Overwrite this array with the values of another of its shape; dtype and context stay."""
        dtype, device = self._values.dtype, self._values.device
        if isinstance(other, type(self)):
            self._values = other._values.to(device, dtype, copy=True)
            self._aux = tuple(a.to(device, copy=True) for a in other._aux)
            source = None if other._twin is None or not other._twin.requires_grad else other._twin
        else:
            tensor = other if isinstance(other, Tensor) else other._t
            plain = tensor.detach().to(device, dtype)
            self._values, self._aux = self._compressed(plain)
            source = tensor if tensor.requires_grad else None
        if self._twin is not None and self._twin.is_leaf:
            self._twin.data.copy_(self._dense())
        else:
            self._twin = source if FLAGS.recorders and THREAD.recording else None

    def _receive_gradient(self, fresh: Tensor | None, req: str) -> None:
        """Backward's delivery into this gradient array; ``fresh`` is dense, sparse, or None for zeros."""
        if req == "add":
            if fresh is None:
                return
            fresh = self._dense() + (fresh.to_dense() if fresh.layout is not torch.strided else fresh)
        if fresh is None:
            fresh = torch.zeros(self._dims, dtype=self._values.dtype, device=self._values.device)
        self._values, self._aux = self._compressed(fresh.detach().to(self._values.dtype))
        self._twin = None

    # ---- what it is

    @property
    def shape(self) -> tuple[int, ...]:
        """Tuple of the dimensions."""
        return self._dims

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self._dims)

    @property
    def size(self) -> int:
        """Not defined for sparse arrays: NotImplementedError."""
        raise NotImplementedError("the size of a sparse array is ambiguous: use x.data.size or the shape")

    @property
    def dtype(self) -> Any:
        """The element type, as a NumPy scalar type."""
        return NUMPY_OF_TORCH[self._values.dtype]

    @property
    def stype(self) -> str:
        """The storage type."""
        return self._STYPE

    @property
    def handle(self) -> ctypes.c_void_p:
        """A number that identifies the array."""
        return ctypes.c_void_p(id(self))

    @property
    def _num_aux(self) -> int:
        return len(self._AUX)

    def _aux_type(self, i: int) -> Any:
        return NUMPY_OF_TORCH[self._aux[i].dtype]

    @property
    def _aux_types(self) -> list[Any]:
        """The dtypes of the index arrays."""
        return [self._aux_type(i) for i in range(self._num_aux)]

    def _flag(self) -> int:
        return FLAG_OF_TORCH[self._values.dtype]

    @property
    def T(self) -> Any:
        """A dense array with the axes reversed; the array itself if it has fewer than two."""
        return self if len(self._dims) < 2 else self.transpose()

    def __len__(self) -> int:
        return self._dims[0]

    def __bool__(self) -> bool:
        count = math.prod(self._dims)
        if count != 1:
            raise ValueError(
                f"{type(self).__name__} of shape {self._dims} has no single truth value; only one element has, so "
                "reduce it first"
            )
        return bool(self._dense().item())

    def __repr__(self) -> str:
        return f"\n<{type(self).__name__} {'x'.join(map(str, self._dims))} @{self._ctx}>"

    def __iter__(self) -> Iterator[Any]:
        for i in range(len(self)):
            yield self[i]

    __hash__ = NDArray.__hash__

    # ---- the parts

    def _data(self) -> NDArray:
        return NDArray._wrap(self._values.clone(), self._ctx)

    def _aux_data(self, i: int) -> NDArray:
        return NDArray._wrap(self._aux[i].clone(), self._ctx)

    def check_format(self, full_check: bool = True) -> None:
        """MXNetError unless the index arrays are well formed.

        Args:
            full_check: look at every index, not at the sizes only.
        """
        complaint = self._complaint(full_check)
        if complaint:
            raise MXNetError(f"check_format: {type(self).__name__} of shape {self._dims}: {complaint}")

    def _complaint(self, full: bool) -> str | None:
        raise NotImplementedError

    # ---- to other things

    def asnumpy(self) -> Any:
        """A dense NumPy copy of the array."""
        return NDArray._wrap(self._dense(), self._ctx).asnumpy()

    def asscalar(self) -> NoReturn:
        """Not defined for sparse arrays: NotImplementedError."""
        raise NotImplementedError("asscalar is not defined for sparse arrays: use tostype('default')")

    def tostype(self, stype: str) -> Any:
        """A copy in another storage type: ``"default"``, or the array's own.

        Raises:
            ValueError: the other sparse storage type.
        """
        if stype in CLASSES and stype != self._STYPE:
            raise ValueError(f"cast_storage from {self._STYPE} to {stype} is not supported")
        return _ops().cast_storage(self, stype=stype)

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """A copy in another dtype; the array itself if ``copy`` is False and it has that dtype already."""
        target = to_torch_dtype(dtype)
        if not copy and target is self._values.dtype:
            return self
        return self._like(self._values.to(target, copy=True))

    def copyto(self, other: Any) -> Any:
        """Copy the values into another array of this shape, dense or of this storage type, or to a context.

        Returns:
            The array written to; False (with a RuntimeWarning) when asked to copy an array to itself.

        Raises:
            TypeError: another storage type, or neither an array nor a Context.
            MXNetError: the shapes differ.
        """
        if isinstance(other, Context):
            moved = self._make(
                self._values.to(other.torch_device, copy=True),
                tuple(a.to(other.torch_device, copy=True) for a in self._aux), self._dims, other,
            )  # fmt: skip
            if FLAGS.recorders and THREAD.recording and self._in_graph():
                moved._twin = self._t.to(other.torch_device)
            return moved
        if not isinstance(other, NDArray):
            raise TypeError(f"copyto does not support type {type(other)}")
        if other.stype not in ("default", self._STYPE):
            raise TypeError(f"copyto: other has stype '{other.stype}', which '{self._STYPE}' cannot be copied to")
        if other is self:
            warnings.warn("copyto: the array is its own target, nothing is copied", RuntimeWarning, stacklevel=2)
            return False
        if other.shape != self._dims:
            raise MXNetError(f"copyto: shape {self._dims} cannot be copied into shape {other.shape}")
        _graph.refuse_inplace("copyto", other)
        if isinstance(other, BaseSparseNDArray):
            other._take(self)
        else:
            recorded = FLAGS.recorders and THREAD.recording and self._in_graph()
            assign(other, self._t if recorded else self._dense())
        return other

    def copy(self) -> Any:
        """A copy on the same context."""
        return self.copyto(self._ctx)

    def detach(self) -> Any:
        """The same values without history."""
        return self._like(self._values)

    def as_np_ndarray(self) -> NoReturn:
        """ValueError: NumPy-style arrays are dense."""
        raise ValueError(f"a {self._STYPE} array has no NumPy-style form; call tostype('default') first")

    # ---- autograd

    @property
    def grad(self) -> Any:
        """The gradient array made by `attach_grad`; None if there is none."""
        leaf = None if self._twin is None else _graph.leaf_of(self._twin)
        return None if leaf is None else leaf.grad

    def attach_grad(self, grad_req: str = "write", stype: str | None = None) -> None:
        """Make the array a variable with a gradient array of zeros, of the array's storage type if not told another.

        Args:
            grad_req: ``"write"``, ``"add"`` or ``"null"``.
            stype: storage type of the gradient.
        """
        if grad_req != "null" and not self._values.is_floating_point():
            raise NotSupportedError(f"attach_grad of a {self._STYPE} array of dtype {self.dtype.__name__}")
        gradient = zeros_of(stype or self._STYPE, self._dims, self._values.dtype, self._ctx)
        autograd.mark_variables(self, gradient, grad_req)

    # ---- what dense arrays only can do

    def __iadd__(self, other: Any) -> Any:
        return self._replace(self + other)

    def __isub__(self, other: Any) -> Any:
        return self._replace(self - other)

    def __imul__(self, other: Any) -> Any:
        return self._replace(self * other)

    def __itruediv__(self, other: Any) -> Any:
        return self._replace(self / other)

    __idiv__ = __itruediv__

    def __imod__(self, other: Any) -> Any:
        return self._replace(self % other)

    def _replace(self, result: NDArray) -> Any:
        result.copyto(self)
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        if not isinstance(key, slice):
            self._refuse_key(key)
        if key != slice(None):
            raise ValueError(f"Assignment with slice for {type(self).__name__} is not implemented: use x[:] = value")
        if isinstance(value, NDArray):
            if value is not self:
                value.copyto(self)
        elif isinstance(value, (int, float)):
            self._fill(value)
        elif isinstance(value, (np.ndarray, np.generic)):
            warnings.warn(f"Assigning non-NDArray object to {type(self).__name__} is not efficient", RuntimeWarning, 2)
            NDArray._wrap(torch.from_numpy(np.array(value, dtype=self.dtype)), self._ctx).copyto(self)
        else:
            raise TypeError(f"type {type(value)} not supported")

    def _fill(self, value: float) -> None:
        raise NotImplementedError

    def _refuse_key(self, key: Any) -> NoReturn:
        raise NotImplementedError

    def _sync_copyfrom(self, source_array: Any) -> NoReturn:
        raise NotImplementedError("sparse arrays cannot be filled from a dense NumPy array: use x[:] = value")

    def _at(self, idx: int) -> NoReturn:
        raise NotSupportedForSparseNDArray(self._at, "[idx]", idx)

    def _slice(self, start: int, stop: int) -> NoReturn:
        raise NotSupportedForSparseNDArray(self._slice, None, start, stop)

    def reshape(self, *shape: Any, **kwargs: Any) -> NoReturn:
        """Not defined for sparse arrays: NotSupportedForSparseNDArray."""
        raise NotSupportedForSparseNDArray(self.reshape, None, shape)

    # ---- pickling and files

    def _plain(self) -> SparseArray:
        return SparseArray(self._STYPE, self._dims, self._values, self._aux, self._ctx)

    @classmethod
    def _from_plain(cls: type[S], plain: SparseArray, ctx: Context) -> S:
        device = ctx.torch_device
        aux = tuple(a.to(device, torch.int64) for a in plain.aux)
        if plain.stype == "csr" and not aux[0].numel():  # MXNet may write no starts for an array without elements
            aux = (torch.zeros(plain.shape[0] + 1, dtype=torch.int64, device=device), aux[1])
        return cls._make(plain.data.to(device), aux, tuple(plain.shape), ctx)

    def __getstate__(self) -> dict[str, Any]:
        return {"handle": bytearray(b"".join(array_chunks(self._plain())))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if state["handle"] is None:
            return
        source = MemorySource(bytes(state["handle"]), "array bytes")
        plain = read_array(source, None)
        if not isinstance(plain, SparseArray) or plain.stype != self._STYPE:
            raise source.error(f"not an array of storage type {self._STYPE}", 4)
        ctx = plain.context
        if ctx.device_typeid != 2 or ctx.device_id >= num_gpus():
            ctx = cpu()
        loaded = self._from_plain(plain, ctx)
        self._values, self._aux, self._dims, self._ctx = loaded._values, loaded._aux, loaded._dims, loaded._ctx

    def __reduce__(self) -> tuple[Any, ...]:
        if getattr(sys.modules.get(type(self).__module__), type(self).__name__, None) is type(self):
            return type(self), (None,), self.__getstate__()
        return _restore, (self._STYPE, self.__getstate__())


BaseSparseNDArray.__module__ = "mxnet.ndarray.sparse"


def _restore(stype: str, state: dict[str, Any]) -> BaseSparseNDArray:
    array = CLASSES[stype](None)
    array.__setstate__(state)
    return array


def _ops() -> Any:
    return sys.modules[f"{__package__.rpartition('.')[0]}._ops"]


def zeros_of(stype: str, shape: tuple[int, ...], dtype: torch.dtype, ctx: Context) -> NDArray:
    """An array of zeros of any storage type.

    Raises:
        ValueError: an unknown storage type.
    """
    if stype == "default":
        return NDArray._wrap(torch.zeros(shape, dtype=dtype, device=ctx.torch_device), ctx)
    if stype not in CLASSES:
        raise ValueError(f"unknown storage type {stype!r}, legal are 'default', 'csr' and 'row_sparse'")
    return CLASSES[stype]._zeros(tuple(shape), dtype, ctx)


def in_storage(stype: str, array: NDArray) -> Any:
    """``array`` in the storage type ``stype``: itself if it has it already."""
    if array.stype == stype:
        return array
    return NDArray._wrap(array._t, array._ctx) if stype == "default" else CLASSES[stype]._wrap(array._t, array._ctx)


def context_for(tensor: Tensor) -> Context:
    """The context of a tensor."""
    return context_of_device(tensor.device)
