"""RowSparseNDArray: an array by the rows that are there."""

from __future__ import annotations

from typing import Any, NoReturn

import torch
from torch import Tensor

from ..._core.context import Context
from ...ops.sparse.layout import dense_of_rows, rows_of_dense
from ..ndarray import NDArray
from .base import CLASSES, BaseSparseNDArray, _ops


class RowSparseNDArray(BaseSparseNDArray):
    """An array by its stored rows: ``data[k]`` is row ``indices[k]``, all other rows are zero. Indices ascend.

    Made by `row_sparse_array`, ``x.tostype("row_sparse")``, or as a gradient.

    Source: MXNet 1.9.1 python/mxnet/ndarray/sparse.py.
    """

    __slots__ = ()
    _STYPE = "row_sparse"
    _AUX = ("indices",)

    @classmethod
    def _zeros(cls, dims: tuple[int, ...], dtype: torch.dtype, ctx: Context) -> RowSparseNDArray:
        device = ctx.torch_device
        none = torch.zeros(0, dtype=torch.int64, device=device)
        return cls._make(torch.zeros((0, *dims[1:]), dtype=dtype, device=device), (none,), dims, ctx)

    @staticmethod
    def _compressed(dense: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        if dense.layout is torch.sparse_coo and dense.sparse_dim() == 1:  # a gradient by rows
            dense = dense.coalesce()
            return dense.values(), (dense.indices()[0],)
        rows, values = rows_of_dense(dense.to_dense())
        return values, (rows,)

    def _dense(self) -> Tensor:
        return dense_of_rows(self._aux[0], self._values, self._dims)

    @property
    def data(self) -> NDArray:
        """A copy of the stored values."""
        return self._data()

    @data.setter
    def data(self, data: Any) -> NoReturn:
        raise NotImplementedError("the data of a sparse array cannot be replaced: make a new array")

    @property
    def indices(self) -> NDArray:
        """A copy of the numbers of the stored rows."""
        return self._aux_data(0)

    @indices.setter
    def indices(self, indices: Any) -> NoReturn:
        raise NotImplementedError("the indices of a sparse array cannot be replaced: make a new array")

    def __getitem__(self, key: Any) -> Any:
        """``x[:]`` is the array itself; there is no other key."""
        if isinstance(key, tuple):
            raise ValueError("Multi-dimension indexing is not supported")
        if not isinstance(key, (int, slice)):
            raise ValueError(f"RowSparseNDArray cannot be indexed with {key!r}")
        if key != slice(None):
            raise Exception(f"RowSparseNDArray only supports [:] for __getitem__, got {key!r}")  # MXNet's own type
        return self

    def _fill(self, value: float) -> None:
        full = torch.full(self._dims, value, dtype=self._values.dtype, device=self._values.device)
        self._take(full)
        # every row is stored then, also with zeros: optimizers need it of their weights
        self._values, self._aux = full, (torch.arange(self._dims[0], device=full.device),)

    def _refuse_key(self, key: Any) -> NoReturn:
        raise TypeError(f"RowSparseNDArray only supports [:] for assignment, got {key!r}")

    def _complaint(self, full: bool) -> str | None:
        (rows,) = self._aux
        if len(rows) != len(self._values):
            return f"{len(rows)} indices and {len(self._values)} rows do not fit"
        if full and len(rows):
            if int(rows[0]) < 0 or int(rows.max()) >= self._dims[0] or bool((rows.diff() <= 0).any()):
                return f"indices must ascend and be in [0, {self._dims[0]})"
        return None

    def retain(self, *args: Any, **kwargs: Any) -> Any:
        """The function `mxnet.nd.sparse.retain` with this array as data. (That of MXNet 1.9.1 returns ``(0,)``.)"""
        return _ops().SPACES["sparse"]["retain"](self, *args, **kwargs)


RowSparseNDArray.__module__ = "mxnet.ndarray.sparse"
CLASSES["row_sparse"] = RowSparseNDArray
