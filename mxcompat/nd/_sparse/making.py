"""Functions that make sparse arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.context import Context, current_context, parse_context
from ..._core.dtypes import to_torch_dtype
from ..._core.errors import MXNetError
from ...ops.sparse.layout import starts_of
from ..creation import array as _dense_array
from ..creation import zeros as _dense_zeros
from ..ndarray import NDArray
from .base import CLASSES, BaseSparseNDArray, in_storage, zeros_of
from .csr import CSRNDArray
from .row_sparse import RowSparseNDArray


def _place(ctx: Any) -> Context:
    return current_context() if ctx is None else ctx if isinstance(ctx, Context) else parse_context(ctx)


def _is_scipy(value: Any) -> bool:
    return type(value).__module__.startswith("scipy.sparse")


def _default_dtype(source: Any, dtype: Any) -> torch.dtype:
    """The dtype asked for, else that of an array, else float32."""
    if dtype is None and (isinstance(source, (NDArray, np.ndarray)) or _is_scipy(source)):
        dtype = source.dtype
    return torch.float32 if dtype is None else to_torch_dtype(dtype)


def _dims(shape: Any) -> tuple[int, ...]:
    dims = (int(shape),) if isinstance(shape, (int, np.integer)) else tuple(int(n) for n in shape)
    if not dims or min(dims) <= 0:
        raise MXNetError(f"zeros: shape={dims} has no elements, every dimension must be at least 1")
    return dims


def _same_shape(found: Any, wanted: Any) -> None:
    if found and wanted and tuple(found) != tuple(wanted):
        raise ValueError(f"Shape mismatch detected. {tuple(found)} v.s. {tuple(wanted)}")


def _tensor(source: Any, ctx: Context, dtype: torch.dtype) -> torch.Tensor:
    """A fresh tensor of any array-like."""
    if isinstance(source, BaseSparseNDArray):
        raise ValueError(f"a dense array is needed here, got {type(source).__name__}")
    if isinstance(source, NDArray):
        return source._t.detach().to(ctx.torch_device, dtype, copy=True)
    try:
        return _dense_array(source, ctx, dtype)._t
    except (TypeError, ValueError):
        raise TypeError("values must be array like object") from None


def csr_matrix(arg1: Any, shape: Any = None, ctx: Any = None, dtype: Any = None) -> CSRNDArray:
    """Make a `CSRNDArray`.

    Args:
        arg1: a dense array-like, a CSRNDArray or a ``scipy.sparse`` matrix; a tuple ``(M, N)``, for a matrix without
            elements; a tuple ``(data, indices, indptr)``; or ``(data, (row, col))``, where values for the same place
            are added.
        shape: the shape, where it cannot be told, or to check it.
        ctx: the context; the current one if None.
        dtype: the dtype; that of an array given, else float32.

    Raises:
        ValueError: shapes that do not fit, a tuple of another length, a RowSparseNDArray.

    Source: MXNet 1.9.1 python/mxnet/ndarray/sparse.py.
    """
    if isinstance(arg1, tuple):
        if len(arg1) == 3:
            return _csr_matrix_from_definition(*arg1, shape=shape, ctx=ctx, dtype=dtype)
        if len(arg1) != 2:
            raise ValueError(f"Unexpected length of input tuple: {len(arg1)}")
        if isinstance(arg1[1], tuple) and len(arg1[1]) == 2:
            return _from_coordinates(arg1[0], *arg1[1], shape, ctx, dtype)
        _same_shape(arg1, shape)
        return CSRNDArray._zeros(_dims(arg1), _default_dtype(None, dtype), _place(ctx))
    if isinstance(arg1, CSRNDArray) or _is_scipy(arg1):
        _same_shape(arg1.shape, shape)
        return array(arg1, ctx, dtype)  # type: ignore[no-any-return]
    if isinstance(arg1, RowSparseNDArray):
        raise ValueError("Unexpected input type: RowSparseNDArray")
    return _from_dense("csr", arg1, shape, ctx, dtype)  # type: ignore[no-any-return]


def _from_dense(stype: str, source: Any, shape: Any, ctx: Any, dtype: Any) -> Any:
    target = _default_dtype(source, dtype)
    place = source._ctx if ctx is None and isinstance(source, NDArray) else _place(ctx)
    tensor = _tensor(source, place, target)
    _same_shape(tensor.shape, shape)
    return NDArray._wrap(tensor, place).tostype(stype)


def _from_coordinates(data: Any, row: Any, col: Any, shape: Any, ctx: Any, dtype: Any) -> CSRNDArray:
    place, target = _place(ctx), _default_dtype(data, dtype)
    values = _tensor(data, place, target).reshape(-1)
    rows, columns = (_tensor(i, place, torch.int64).reshape(-1) for i in (row, col))
    if not len(values) == len(rows) == len(columns):
        raise ValueError(f"data, row and col must be of one length, got {len(values)}, {len(rows)}, {len(columns)}")
    if shape is None:
        if not len(values):
            raise ValueError("csr_matrix: a matrix without elements needs a shape")
        shape = int(rows.max()) + 1, int(columns.max()) + 1
    height, width = (int(n) for n in shape)
    if len(rows) and (int(rows.max()) >= height or int(columns.max()) >= width or min(rows.min(), columns.min()) < 0):
        raise ValueError(f"csr_matrix: row and col must be inside of shape {(height, width)}")
    keys, places = torch.unique(rows * width + columns, return_inverse=True)
    total = values.new_zeros(len(keys)).index_add_(0, places, values)
    starts = starts_of(torch.div(keys, max(width, 1), rounding_mode="floor"), height)
    return CSRNDArray._make(total, (starts, keys % max(width, 1)), (height, width), place)


def _csr_matrix_from_definition(
    data: Any, indices: Any, indptr: Any, shape: Any = None, ctx: Any = None, dtype: Any = None,
    indices_type: Any = None, indptr_type: Any = None,
) -> CSRNDArray:  # fmt: skip
    _only_int64(indices_type, indptr_type)
    place = _place(ctx)
    values = _tensor(data, place, _default_dtype(data, dtype))
    starts, columns = _tensor(indptr, place, torch.int64), _tensor(indices, place, torch.int64)
    if shape is None:
        if not columns.numel():
            raise ValueError("invalid shape: a matrix without elements needs a shape")
        shape = len(starts) - 1, int(columns.max()) + 1
    if values.dim() != 1 or starts.dim() != 1 or columns.dim() != 1 or not len(starts) or len(shape) != 2:
        raise ValueError(
            f"invalid shape: data {tuple(values.shape)}, indices {tuple(columns.shape)} and indptr "
            f"{tuple(starts.shape)} must be vectors, shape={tuple(shape)} of two numbers"
        )
    return CSRNDArray._make(values, (starts, columns), (int(shape[0]), int(shape[1])), place)


def _only_int64(*types: Any) -> None:
    if any(t is not None and np.dtype(t) != np.int64 for t in types):
        raise NotImplementedError(f"sparse arrays keep their indices as int64, got the index dtypes {types}")


def row_sparse_array(arg1: Any, shape: Any = None, ctx: Any = None, dtype: Any = None) -> RowSparseNDArray:
    """Make a `RowSparseNDArray`.

    Args:
        arg1: a dense array-like or a RowSparseNDArray; a tuple of dimensions, for an array without rows; or a tuple
            ``(data, indices)`` of rows and their ascending numbers.
        shape: the shape, where it cannot be told, or to check it.
        ctx: the context; the current one if None.
        dtype: the dtype; that of an array given, else float32.

    Raises:
        ValueError: shapes that do not fit, a tuple of one thing, a CSRNDArray.

    Source: MXNet 1.9.1 python/mxnet/ndarray/sparse.py.
    """
    if isinstance(arg1, tuple):
        if len(arg1) < 2:
            raise ValueError(f"Unexpected length of input tuple: {len(arg1)}")
        if len(arg1) > 2 or all(isinstance(n, (int, np.integer)) for n in arg1):
            _same_shape(arg1, shape)
            return RowSparseNDArray._zeros(_dims(arg1), _default_dtype(None, dtype), _place(ctx))
        return _row_sparse_ndarray_from_definition(arg1[0], arg1[1], shape=shape, ctx=ctx, dtype=dtype)
    if isinstance(arg1, RowSparseNDArray):
        _same_shape(arg1.shape, shape)
        return array(arg1, ctx, dtype)  # type: ignore[no-any-return]
    if isinstance(arg1, CSRNDArray):
        raise ValueError("Unexpected input type: CSRNDArray")
    return _from_dense("row_sparse", arg1, shape, ctx, dtype)  # type: ignore[no-any-return]


def _row_sparse_ndarray_from_definition(
    data: Any, indices: Any, shape: Any = None, ctx: Any = None, dtype: Any = None, indices_type: Any = None
) -> RowSparseNDArray:
    _only_int64(indices_type)
    place = _place(ctx)
    values, rows = _tensor(data, place, _default_dtype(data, dtype)), _tensor(indices, place, torch.int64)
    if shape is None:
        if not rows.numel():
            raise ValueError("invalid shape: an array without rows needs a shape")
        shape = (int(rows[-1]) + 1, *values.shape[1:])
    if values.dim() != len(shape) or rows.dim() != 1 or 0 in tuple(shape)[1:]:
        raise ValueError(
            f"invalid shape: data {tuple(values.shape)} and indices {tuple(rows.shape)} for shape={tuple(shape)}"
        )
    return RowSparseNDArray._make(values, (rows,), tuple(int(n) for n in shape), place)


def zeros(stype: str, shape: Any, ctx: Any = None, dtype: Any = None, **kwargs: Any) -> Any:
    """Make an array of zeros of any storage type.

    Args:
        stype: ``"csr"``, ``"row_sparse"`` or ``"default"``.
        shape: an int or a tuple.
        ctx: the context; the current one if None.
        dtype: the dtype; float32 if None.

    Raises:
        ValueError: an unknown storage type.
        MXNetError: a shape without elements.
    """
    if stype == "default":
        return _dense_zeros(shape, ctx=ctx, dtype=dtype, **kwargs)
    unknown = sorted(set(kwargs) - {"name"})
    if unknown:
        raise MXNetError(
            f"Cannot find argument '{unknown[0]}', Possible Arguments: shape, ctx, dtype, in operator _zeros"
        )
    return zeros_of(stype, _dims(shape), torch.float32 if dtype is None else to_torch_dtype(dtype), _place(ctx))


def empty(stype: str, shape: Any, ctx: Any = None, dtype: Any = None) -> Any:
    """Make a sparse array without elements, as `zeros`.

    Raises:
        Exception: another storage type than ``"csr"`` and ``"row_sparse"`` (MXNet 1.9.1 raises nothing narrower).
    """
    if stype not in CLASSES:
        raise Exception(f"unknown stype : {stype}")
    return zeros(stype, shape, ctx, dtype)


def array(source_array: Any, ctx: Any = None, dtype: Any = None) -> Any:
    """Make a sparse array from another one.

    Args:
        source_array: a sparse array or a ``scipy.sparse`` matrix.
        ctx: the context; the current one if None.
        dtype: the dtype; that of the source if None.

    Returns:
        A copy of the same storage type.

    Raises:
        AssertionError: a dense NDArray.
        ValueError: any other source.
    """
    place, target = _place(ctx), None if dtype is None else to_torch_dtype(dtype)
    if isinstance(source_array, NDArray):
        if not isinstance(source_array, BaseSparseNDArray):
            raise AssertionError(
                f"sparse.array: source_array is a dense NDArray of shape {source_array.shape}; call its "
                "tostype('csr') or tostype('row_sparse')"
            )
        result = source_array.detach().copyto(place)
        return result if target is None else result.astype(target)
    if _is_scipy(source_array):
        csr = source_array.tocsr().sorted_indices()
        csr.sum_duplicates()
        return _csr_matrix_from_definition(
            csr.data, csr.indices, csr.indptr, csr.shape, place, csr.data.dtype if dtype is None else dtype
        )
    if isinstance(source_array, (np.ndarray, np.generic)):
        raise ValueError(
            f"sparse.array: source_array of type {type(source_array)} is dense; make an NDArray by "
            "mx.nd.array, then call tostype"
        )
    raise ValueError(f"Unexpected source_array type: {type(source_array)}")


def _ndarray_cls(handle: Any, writable: bool = True, stype: int = -1) -> Any:
    """The array itself, or an array around a torch tensor, in the storage type with MXNet's number ``stype``."""
    result = handle if isinstance(handle, NDArray) else NDArray(handle, writable)
    names = {-1: result.stype, 0: "default", 1: "row_sparse", 2: "csr"}
    if stype not in names:
        raise Exception(f"unknown storage type: {stype}")
    return in_storage(names[stype], result)
