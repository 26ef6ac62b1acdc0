"""The lists of operators for a small type."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.dtypes import bfloat16
from ..._core.errors import ArgumentTypeError
from . import lists


def _chosen(target_dtype: Any, float16: str, bfloat: str | None) -> Any:
    if target_dtype in ("float16", np.float16):
        return getattr(lists.symbol_fp16, float16, None)
    if isinstance(target_dtype, str) or target_dtype != bfloat16:
        raise ArgumentTypeError(
            "not supported type: mixed precision has lists for 'float16' and amp.amp.bfloat16."
            f" Received: target_dtype={target_dtype!r}"
        )
    return getattr(lists.symbol_bf16, bfloat or float16)


def list_lp16_ops(target_dtype: Any) -> list[str]:
    """Operators that run in the small type."""
    found: list[str] = _chosen(target_dtype, "FP16_FUNCS", "BF16_FUNCS")
    return found


def list_fp32_ops(target_dtype: Any) -> list[str]:
    """Operators that run in float32."""
    found: list[str] = _chosen(target_dtype, "FP32_FUNCS", None)
    return found


def list_lp16_fp32_ops(target_dtype: Any) -> list[str]:
    """Operators that run in either."""
    found: list[str] = _chosen(target_dtype, "FP16_FP32_FUNCS", "BF16_FP32_FUNCS")
    return found


def list_conditional_fp32_ops(target_dtype: Any) -> list[tuple[str, str, list[str]]]:
    """Operators that run in float32 when an attribute has one of some values: (operator, attribute, values)."""
    found: list[tuple[str, str, list[str]]] = _chosen(target_dtype, "CONDITIONAL_FP32_FUNCS", None)
    return found


def list_widest_type_cast(target_dtype: Any) -> list[str]:
    """Operators that run in the widest type among their inputs."""
    found: list[str] = _chosen(target_dtype, "WIDEST_TYPE_CASTS", None)
    return found


def list_loss_output_functions(target_dtype: Any) -> list[str]:
    """Losses that take the loss scale as ``grad_scale``."""
    found: list[str] = _chosen(target_dtype, "LOSS_OUTPUT_FUNCTIONS", None)
    return found


def list_lp16_use_fp32_params(target_dtype: Any) -> dict[str, list[str]] | None:
    """Operator -> its inputs, "" for those that are cast; None for float16, which has no such operators."""
    found: dict[str, list[str]] | None = _chosen(target_dtype, "", "BF16_USE_FP32_PARAMS")
    return found
