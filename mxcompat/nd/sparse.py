"""Sparse arrays and their operators: `mxnet.nd.sparse`; `sparse.pyi` lists them for editors and type checkers."""

from __future__ import annotations

import numpy as np

from ._ops import SPACES
from ._sparse import custom as _custom
from ._sparse import dispatch as _dispatch  # importing it makes operators take sparse arrays
from ._sparse.arithmetic import add as add
from ._sparse.arithmetic import divide as divide
from ._sparse.arithmetic import multiply as multiply
from ._sparse.arithmetic import subtract as subtract
from ._sparse.base import CLASSES as _CLASSES
from ._sparse.base import BaseSparseNDArray as BaseSparseNDArray
from ._sparse.csr import CSRNDArray as CSRNDArray
from ._sparse.making import _csr_matrix_from_definition as _csr_matrix_from_definition
from ._sparse.making import _ndarray_cls as _ndarray_cls
from ._sparse.making import _row_sparse_ndarray_from_definition as _row_sparse_ndarray_from_definition
from ._sparse.making import array as array
from ._sparse.making import csr_matrix as csr_matrix
from ._sparse.making import empty as empty
from ._sparse.making import row_sparse_array as row_sparse_array
from ._sparse.making import zeros as zeros
from ._sparse.row_sparse import RowSparseNDArray as RowSparseNDArray
from .utils import register_sparse as _register

__all__ = [
    "BaseSparseNDArray",
    "CSRNDArray",
    "RowSparseNDArray",
    "_ndarray_cls",
    "add",
    "csr_matrix",
    "divide",
    "multiply",
    "row_sparse_array",
    "subtract",
]

_STORAGE_AUX_TYPES = {"row_sparse": [np.int64], "csr": [np.int64, np.int64]}

_dispatch.install()
_custom.install()
for _stype, _class in _CLASSES.items():
    _register(_stype, _class._from_plain, _class._plain)

globals().update(SPACES.get("sparse", {}))
__all__ += SPACES.get("sparse", {})
