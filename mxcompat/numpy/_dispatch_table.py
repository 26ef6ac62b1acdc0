"""Which functions of official NumPy run here when they are called on arrays of `mx.np`."""

from __future__ import annotations

import numpy as np

from . import linalg
from ._functions import TABLE
from ._protocol import FUNCTIONS

_NAMES = (
    "all any sometrue argmin argmax around round round_ argsort sort append broadcast_arrays broadcast_to clip "
    "concatenate copy cumsum diag diagonal diagflat dot expand_dims fix flip flipud fliplr inner insert max amax mean "
    "min amin nonzero ones_like atleast_1d atleast_2d atleast_3d prod product ravel repeat reshape roll split "
    "array_split hsplit vsplit dsplit squeeze stack std sum swapaxes take tensordot tile transpose unique "
    "unravel_index diag_indices_from delete var vdot vstack column_stack hstack dstack zeros_like shape trace tril "
    "meshgrid outer einsum polyval shares_memory may_share_memory quantile percentile diff ediff1d resize where "
    "full_like bincount"
).split()
_LINALG = "norm cholesky inv solve tensorinv tensorsolve pinv eigvals eig eigvalsh eigh".split()

for _name in _NAMES:
    if _name in dir(np):
        FUNCTIONS[getattr(np, _name)] = TABLE[_name]
for _name in _LINALG:
    FUNCTIONS[getattr(np.linalg, _name)] = getattr(linalg, _name)
