"""Reading arrays from text."""

from __future__ import annotations

from typing import Any

import numpy as _np

from .._core.context import current_context as current_context
from ._creation import array as array

__all__ = ["genfromtxt"]


def genfromtxt(*args: Any, **kwargs: Any) -> Any:
    """Read a text file as NumPy's function of that name does; float32 unless a ``dtype`` is given.

    Args:
        args: arguments of NumPy's function.
        kwargs: the same, and ``ctx``, the context of the array.
    """
    ctx = kwargs.pop("ctx", None)
    if kwargs.get("dtype", None) is None:
        kwargs["dtype"] = _np.float32
    return array(_np.genfromtxt(*args, **kwargs), dtype=kwargs["dtype"], ctx=ctx)
