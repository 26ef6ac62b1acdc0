"""CSRNDArray: a matrix by compressed rows."""

from __future__ import annotations

from typing import Any, NoReturn

import torch
from torch import Tensor

from ..._core.context import Context
from ...ops.sparse.layout import csr_of_dense, dense_of_csr
from ..ndarray import NDArray
from .base import CLASSES, BaseSparseNDArray, _ops


class CSRNDArray(BaseSparseNDArray):
    """A matrix by compressed rows: ``indptr`` says where each row starts in ``indices`` (columns) and ``data``.

    Made by `csr_matrix`, or ``x.tostype("csr")``. Columns ascend within a row.

    Source: MXNet 1.9.1 python/mxnet/ndarray/sparse.py.
    """

    __slots__ = ()
    _STYPE = "csr"
    _AUX = ("indptr", "indices")

    @classmethod
    def _zeros(cls, dims: tuple[int, ...], dtype: torch.dtype, ctx: Context) -> CSRNDArray:
        if len(dims) != 2:
            raise ValueError(f"a csr array is a matrix, got shape {dims}")
        device = ctx.torch_device
        starts = torch.zeros(dims[0] + 1, dtype=torch.int64, device=device)
        none = torch.zeros(0, dtype=torch.int64, device=device)
        return cls._make(torch.zeros(0, dtype=dtype, device=device), (starts, none), dims, ctx)

    @staticmethod
    def _compressed(dense: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        starts, columns, values = csr_of_dense(dense.to_dense())
        return values, (starts, columns)

    def _dense(self) -> Tensor:
        return dense_of_csr(*self._parts(), self._dims)

    def _parts(self) -> tuple[Tensor, Tensor, Tensor]:
        """Row starts, columns and values."""
        starts, columns = self._aux
        return starts, columns, self._values

    @property
    def data(self) -> NDArray:
        """A copy of the stored values."""
        return self._data()

    @data.setter
    def data(self, data: Any) -> NoReturn:
        raise NotImplementedError("the data of a sparse array cannot be replaced: make a new array")

    @property
    def indices(self) -> NDArray:
        """A copy of the column of each value."""
        return self._aux_data(1)

    @indices.setter
    def indices(self, indices: Any) -> NoReturn:
        raise NotImplementedError("the indices of a sparse array cannot be replaced: make a new array")

    @property
    def indptr(self) -> NDArray:
        """A copy of the row starts."""
        return self._aux_data(0)

    @indptr.setter
    def indptr(self, indptr: Any) -> NoReturn:
        raise NotImplementedError("the indptr of a sparse array cannot be replaced: make a new array")

    def __getitem__(self, key: Any) -> Any:
        """Rows: ``x[i]`` (still a matrix) or ``x[begin:end]``.

        Raises:
            ValueError: a step, a tuple, or any other key.
        """
        if isinstance(key, int):
            begin = self._dims[0] - 1 if key == -1 else key
            return _ops().slice(self, begin=begin, end=begin + 1)
        if isinstance(key, slice):
            if key.step is not None:
                raise ValueError(f"CSRNDArray: a slice of rows must have no step, got {key!r}")
            if key.start is None and key.stop is None:
                return self
            return _ops().slice(self, begin=key.start or 0, end=key.stop or self._dims[0])
        if isinstance(key, tuple):
            raise ValueError("Multi-dimension indexing is not supported")
        raise ValueError(f"CSRNDArray cannot be indexed with {key!r}")

    def _fill(self, value: float) -> NoReturn:
        raise ValueError(
            f"CSRNDArray: the number {value!r} cannot be assigned, for it would fill what is not stored; "
            "assign an array"
        )

    def _refuse_key(self, key: Any) -> NoReturn:
        raise Exception(f"CSRNDArray only supports [:] for assignment, got {key!r}")  # MXNet's own type

    def _complaint(self, full: bool) -> str | None:
        starts, columns = self._aux
        if len(starts) != self._dims[0] + 1 or len(columns) != len(self._values):
            return f"{len(starts)} row starts, {len(columns)} indices and {len(self._values)} values do not fit"
        if not full:
            return None
        steps = starts.diff()
        if int(starts[0]) != 0 or bool((steps < 0).any()) or int(starts[-1]) != len(columns):
            return "indptr must start with 0, never fall, and end with the number of values"
        if len(columns):
            if int(columns.min()) < 0 or int(columns.max()) >= self._dims[1]:
                return f"indices must be in [0, {self._dims[1]})"
            same_row = torch.ones(len(columns), dtype=torch.bool, device=columns.device)
            same_row[starts[:-1][steps > 0]] = False
            if bool((columns.diff() <= 0)[same_row[1:]].any()):
                return "indices must ascend within each row"
        return None

    def asscipy(self) -> Any:
        """A ``scipy.sparse.csr_matrix`` with the same elements; ImportError without SciPy."""
        try:
            from scipy.sparse import csr_matrix  # type: ignore[import-not-found, import-untyped, unused-ignore]
        except ImportError:
            raise ImportError("asscipy needs SciPy: pip install scipy") from None
        parts = (self.data.asnumpy(), self.indices.asnumpy(), self.indptr.asnumpy())
        return csr_matrix(parts, shape=self._dims, dtype=self.dtype)


CSRNDArray.__module__ = "mxnet.ndarray.sparse"
CLASSES["csr"] = CSRNDArray
