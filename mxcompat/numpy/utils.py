"""Constants and dtypes of `mx.np`."""

from __future__ import annotations

import numpy as _np

__all__ = [
    "float16", "float32", "float64", "uint8", "int32", "int8", "int64", "bool", "bool_", "pi", "inf", "nan", "PZERO",
    "NZERO", "newaxis", "finfo", "e", "NINF", "PINF", "NAN", "NaN", "_STR_2_DTYPE_",
]  # fmt: skip

float16 = _np.float16
float32 = _np.float32
float64 = _np.float64
uint8 = _np.uint8
int32 = _np.int32
int8 = _np.int8
int64 = _np.int64
bool_ = _np.bool_
bool = bool

pi = _np.pi
e = _np.e
inf = PINF = _np.inf
nan = NAN = NaN = _np.nan
NINF = -_np.inf
PZERO = 0.0
NZERO = -0.0
newaxis = None
finfo = _np.finfo

_STR_2_DTYPE_ = {
    "float16": float16, "float32": float32, "float64": float64, "float": float64, "uint8": uint8, "int8": int8,
    "int32": int32, "int64": int64, "int": int64, "bool": bool, "bool_": bool_, "None": None,
}  # fmt: skip
