"""Functions of linear algebra that MXNet 1.9.1 leaves to official NumPy."""

from __future__ import annotations

import numpy as _np

__all__ = ["cond", "lstsq", "matrix_power", "matrix_rank", "multi_dot", "qr"]

cond = _np.linalg.cond
lstsq = _np.linalg.lstsq
matrix_power = _np.linalg.matrix_power
matrix_rank = _np.linalg.matrix_rank
multi_dot = _np.linalg.multi_dot
qr = _np.linalg.qr
