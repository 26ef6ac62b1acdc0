"""Functions of `mx.sym.np` that are operators written in Python."""

from __future__ import annotations

import importlib
from typing import Any

from ._internal import Custom


def fallback(op_type: str, *symbols: Any, **attrs: Any) -> Any:
    """A node of one of the operators of `mxnet.numpy_op_fallback`."""
    importlib.import_module("...numpy_op_fallback", __package__)  # a higher room: it defines operators in Python
    return Custom(*symbols, op_type=op_type, **attrs)
