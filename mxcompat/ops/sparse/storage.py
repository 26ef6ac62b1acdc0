"""Operators about storage. On tensors, which are dense, they are what the same call means for the values."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import REQUIRED


# ``visible`` keeps calls on the complete path, which knows of storage types.
@operator("cast_storage", aliases=("_sparse_cast_storage",), visible=1)
def cast_storage(data: Tensor, stype: Literal["csr", "default", "row_sparse"] = REQUIRED) -> Tensor:
    """Copy an array into another storage type.

    Args:
        data: an array of any storage type; ``"csr"`` needs a matrix.
        stype: the storage type of the result.

    Returns:
        The same values in the dtype of ``data``; sparse storage keeps what is not zero.

    Raises:
        MXNetError: csr to row_sparse or back; an array that is no matrix to csr.

    Source: MXNet 1.9.1 src/operator/tensor/cast_storage.cc.
    """
    if stype == "csr" and data.dim() != 2:
        raise op_error("cast_storage", "stype='csr' needs a matrix", data=data)
    return data.clone()


@operator("_sparse_retain", visible=1)
def sparse_retain(data: Tensor, indices: Tensor) -> Tensor:
    """Keep some rows of a row_sparse array, the others become zero.

    Args:
        data: an array of row_sparse storage.
        indices: numbers of the rows to keep.

    Returns:
        A row_sparse array of the shape and dtype of ``data`` that stores the rows named, zeros where ``data`` has none.

    Raises:
        MXNetError: ``data`` is of another storage type.

    Source: MXNet 1.9.1 src/operator/tensor/sparse_retain.cc.
    """
    keep = torch.zeros(data.shape[0], dtype=torch.bool, device=data.device)
    keep[indices.detach().long()] = True
    return torch.where(keep.reshape(-1, *[1] * (data.dim() - 1)), data, torch.zeros((), dtype=data.dtype))


@operator("_contrib_getnnz", visible=1)
def getnnz(data: Tensor, axis: int | None = None) -> Tensor:
    """Count the stored elements of a csr array, zeros among them included.

    Args:
        data: an array of csr storage.
        axis: None for all elements, 1 for those of each row.

    Returns:
        int64, of shape ``(1,)`` or with an entry for each row.

    Raises:
        MXNetError: ``data`` is of another storage type; another axis.

    Source: MXNet 1.9.1 src/operator/contrib/nnz.cc.
    """
    raise op_error("_contrib_getnnz", "Operator not implemented for dense storage: data must be csr", data=data)
