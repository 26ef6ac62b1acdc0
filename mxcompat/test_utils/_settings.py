"""Default context, dtype and tolerances of tests."""

from __future__ import annotations

import numbers
import os
from typing import Any

import numpy as np
import torch

from .._core.context import Context, current_context
from ..util import get_cuda_compute_capability

_EXACT = (np.bool_, np.int8, np.uint8, np.int32, np.uint32, np.int64, np.uint64)
_DOUBLE: Any = np.dtype(np.float64)


def default_context() -> Context:
    """The context that tests run on: the current one."""
    return current_context()


def set_default_context(ctx: Context) -> None:
    """Make a context the current one, for good."""
    Context._default_ctx.value = ctx


def default_dtype() -> Any:
    """The dtype of test data: ``numpy.float32``."""
    return np.float32


def _by_dtype(half: float, single: float, double: float) -> dict[Any, float]:
    floats = {np.dtype(np.float16): half, np.dtype(np.float32): single, np.dtype(np.float64): double}
    return {**floats, **{np.dtype(exact): 0 for exact in _EXACT}}


def default_rtols() -> dict[Any, float]:
    """Relative tolerance by dtype."""
    return _by_dtype(1e-2, 1e-4, 1e-5)


def default_atols() -> dict[Any, float]:
    """Absolute tolerance by dtype."""
    return _by_dtype(1e-1, 1e-3, 1e-20)


def default_numeric_eps() -> dict[Any, float]:
    """Step of numeric differentiation by dtype."""
    return {np.dtype(np.float16): 2.0**-6, np.dtype(np.float32): 2.0**-9, np.dtype(np.float64): 2.0**-14}


def effective_dtype(dat: Any) -> Any:
    """The dtype whose precision the values have: float16 for float32 that a GPU computes in TF32."""
    dtype = np.dtype(dat.dtype)
    ctx = getattr(dat, "ctx", None)
    if dtype == np.float32 and isinstance(ctx, Context) and ctx.device_type == "gpu" and _uses_tf32(ctx):
        return np.dtype(np.float16)
    return dtype


def _uses_tf32(ctx: Context) -> bool:
    allowed = torch.backends.cuda.matmul.allow_tf32 or torch.backends.cudnn.allow_tf32
    return allowed and os.environ.get("NVIDIA_TF32_OVERRIDE") != "0" and (get_cuda_compute_capability(ctx) or 0) >= 80


def get_tolerance(dat: Any, tol: Any, default_tol: dict[Any, float]) -> Any:
    """A tolerance for an array.

    Args:
        dat: the array.
        tol: a number, which is the answer; or tolerances by dtype; or None.
        default_tol: tolerances by dtype for what ``tol`` does not name.
    """
    if isinstance(tol, numbers.Number):
        return tol
    dtype = effective_dtype(dat)
    return (tol or {}).get(dtype, default_tol[dtype])


def get_tols(x: Any, y: Any, rtol: Any, atol: Any) -> tuple[Any, Any]:
    """Tolerances for a comparison of two arrays or numbers: the looser of each one's."""
    pair = [value if hasattr(value, "dtype") else np.array(value) for value in (x, y)]
    return (
        max(get_tolerance(value, rtol, default_rtols()) for value in pair),
        max(get_tolerance(value, atol, default_atols()) for value in pair),
    )


def get_atol(atol: float | None = None, dtype: Any = _DOUBLE) -> float:
    """The given absolute tolerance, or the default of a dtype."""
    return default_atols()[dtype] if atol is None else atol


def get_rtol(rtol: float | None = None, dtype: Any = _DOUBLE) -> float:
    """The given relative tolerance, or the default of a dtype."""
    return default_rtols()[dtype] if rtol is None else rtol


def get_etol(etol: float | None = None) -> float:
    """The given share of wrong entries, or 0."""
    return 0 if etol is None else etol
