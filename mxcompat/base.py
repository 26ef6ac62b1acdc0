"""Names of `mxnet.base` that programs import: error types, number types, small helpers."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from typing import Any

import numpy as np

from ._core.errors import (
    InternalError,
    MXNetError,
    NotImplementedForSymbol,
    NotSupportedError,
    NotSupportedForSparseNDArray,
)
from ._core.native_names import (
    _LIB,
    CachedOpHandle,
    CudaModuleHandle,
    DataIterHandle,
    ExecutorHandle,
    FunctionHandle,
    KVStoreHandle,
    NDArrayHandle,
    OpHandle,
    RecordIOHandle,
    SymbolHandle,
    c_array,
    c_str,
    c_str_array,
    check_call,
    mx_float,
    mx_uint,
)
from ._core.sentinels import _Null, _NullType

__all__ = [
    "CachedOpHandle",
    "CudaModuleHandle",
    "DataIterHandle",
    "ExecutorHandle",
    "FunctionHandle",
    "InternalError",
    "KVStoreHandle",
    "MXNetError",
    "NDArrayHandle",
    "NotImplementedForSymbol",
    "NotSupportedError",
    "NotSupportedForSparseNDArray",
    "OpHandle",
    "RecordIOHandle",
    "SymbolHandle",
    "_LIB",
    "_Null",
    "_NullType",
    "c_array",
    "c_str",
    "c_str_array",
    "check_call",
    "classproperty",
    "data_dir",
    "data_dir_default",
    "error_types",
    "integer_types",
    "mx_float",
    "mx_real_t",
    "mx_uint",
    "numeric_types",
    "py_str",
    "register_error",
    "string_types",
]

numeric_types = (float, int, np.generic)
integer_types = (int, np.int32, np.int64)
string_types = (str,)
mx_real_t = np.float32

#: error types by the name that prefixes a native message
error_types: dict[str, type[Exception]] = {
    "ValueError": ValueError,
    "TypeError": TypeError,
    "AttributeError": AttributeError,
    "IndexError": IndexError,
    "NotImplementedError": NotImplementedError,
    "InternalError": InternalError,
}


def register_error(func_name: Any = None, cls: type[Exception] | None = None) -> Any:
    """Register an error type under a name; also a decorator, with or without a name.

    Args:
        func_name: the name, or the class itself when used as a bare decorator.
        cls: the class.
    """
    if callable(func_name):
        cls = func_name
        func_name = cls.__name__

    def register(found: type[Exception]) -> type[Exception]:
        error_types[str(func_name)] = found
        return found

    return register if cls is None else register(cls)


def py_str(x: bytes) -> str:
    """Text of UTF-8 bytes."""
    return x.decode("utf-8")


class _ClassProperty:
    def __init__(self, get: Callable[[Any], Any]) -> None:
        self._get = get

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        return self._get(owner)


def classproperty(func: Callable[[Any], Any]) -> Any:
    """A read-only property of a class."""
    return _ClassProperty(func)


def _as_list(obj: Any) -> Any:
    """``obj`` itself if it is a list or tuple, otherwise a list of it."""
    return obj if isinstance(obj, (list, tuple)) else [obj]


def data_dir_default() -> str:
    """The folder for downloaded data and models when the user names none."""
    if platform.system() == "Windows":
        return os.path.join(os.environ["APPDATA"], "mxnet")
    return os.path.join(os.path.expanduser("~"), ".mxnet")


def data_dir() -> str:
    """The folder for downloaded data and models: the environment variable ``MXNET_HOME``, or the default."""
    return os.getenv("MXNET_HOME", data_dir_default())
