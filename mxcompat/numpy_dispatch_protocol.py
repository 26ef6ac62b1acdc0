"""`mxnet.numpy_dispatch_protocol`: which functions of official NumPy run here on arrays of `mx.np`.

Loading it changes nothing: the tables belong to `mxnet.numpy` and are filled there.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from . import numpy as mx_np
from .numpy._dispatch_table import FUNCTION_NAMES, UFUNC_NAMES

__all__ = ["mx_np", "with_array_function_protocol", "with_array_ufunc_protocol"]

#: names of NumPy's functions (a dotted one is in a submodule) and of its universal functions
_NUMPY_ARRAY_FUNCTION_LIST = list(FUNCTION_NAMES)
_NUMPY_ARRAY_UFUNC_LIST = list(UFUNC_NAMES)


def _with_protocol(func: Callable[..., Any], protocol: str) -> Callable[..., None]:
    @functools.wraps(func)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            func(*args, **kwargs)
        except Exception as error:
            raise RuntimeError(f"{func.__name__} failed under NumPy's array {protocol} protocol: {error}") from error

    return run


def with_array_function_protocol(func: Callable[..., Any]) -> Callable[..., None]:
    """Decorate a function that needs NumPy's ``__array_function__`` protocol; every supported NumPy has it.

    Args:
        func: any function. What it returns is dropped, as in MXNet 1.9.1.

    Returns:
        The function; what it raises arrives as RuntimeError.
    """
    return _with_protocol(func, "function")


def with_array_ufunc_protocol(func: Callable[..., Any]) -> Callable[..., None]:
    """Decorate a function that needs NumPy's ``__array_ufunc__`` protocol; every supported NumPy has it.

    Args:
        func: any function. What it returns is dropped, as in MXNet 1.9.1.

    Returns:
        The function; what it raises arrives as RuntimeError.
    """
    return _with_protocol(func, "ufunc")
