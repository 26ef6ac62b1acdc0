"""Which functions of official NumPy run here when they are called on arrays of `mx.np`.

Source: MXNet 1.9.1 python/mxnet/numpy_dispatch_protocol.py.
"""

from __future__ import annotations

import numpy as np

from . import linalg
from ._functions import TABLE
from ._protocol import FUNCTIONS, UFUNCS

_NAMES = (
    "all any sometrue argmin argmax around round round_ argsort sort append broadcast_arrays broadcast_to clip "
    "concatenate copy cumsum diag diagonal diagflat dot expand_dims fix flip flipud fliplr inner insert max amax mean "
    "min amin nonzero ones_like atleast_1d atleast_2d atleast_3d prod product ravel repeat reshape roll split "
    "array_split hsplit vsplit dsplit squeeze stack std sum swapaxes take tensordot tile transpose unique "
    "unravel_index diag_indices_from delete var vdot vstack column_stack hstack dstack zeros_like shape trace tril "
    "meshgrid outer einsum polyval shares_memory may_share_memory quantile percentile diff ediff1d resize where "
    "full_like bincount empty_like nan_to_num isnan isfinite isposinf isneginf isinf pad"
).split()
_LINALG = "norm cholesky inv solve tensorinv tensorsolve pinv eigvals eig eigvalsh eigh".split()

for _name in _NAMES:
    if _name in dir(np):
        FUNCTIONS[getattr(np, _name)] = TABLE[_name]
for _name in _LINALG:
    FUNCTIONS[getattr(np.linalg, _name)] = getattr(linalg, _name)

#: the names, also those that newer NumPy lacks; the universal functions
FUNCTION_NAMES = (*_NAMES, *(f"linalg.{name}" for name in _LINALG))
UFUNC_NAMES = tuple(name for name in UFUNCS if name != "divide")
