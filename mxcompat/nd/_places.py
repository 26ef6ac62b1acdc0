"""Names that MXNet shows in several modules: functions that its `mxnet.nd.ndarray` holds and `mxnet.nd` shows, too.

Here they live in modules of their own, which import the class from `ndarray`; so they are put there afterwards.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

NDARRAY = (
    "add", "arange", "array", "concatenate", "divide", "empty", "equal", "eye", "from_dlpack", "from_numpy", "full",
    "greater", "greater_equal", "histogram", "imdecode", "lesser", "lesser_equal", "linspace", "logical_and",
    "logical_or", "logical_xor", "maximum", "minimum", "modulo", "moveaxis", "multiply", "not_equal", "onehot_encode",
    "ones", "op", "power", "split_v2", "subtract", "to_dlpack_for_read", "to_dlpack_for_write", "true_divide",
    "waitall", "zeros",
)  # fmt: skip


def share(names: dict[str, Any], ndarray: ModuleType) -> None:
    """Show the functions among ``names`` (those of `mxnet.nd`) in ``ndarray``."""
    for name in NDARRAY:
        setattr(ndarray, name, names[name])
