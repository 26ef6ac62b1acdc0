"""Names of MXNet's native library that programs import, often without using them.

The C types and the helpers that make C values are plain ctypes. The library itself is not there: asking it for a
function says so.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from typing import Any, NoReturn

from .errors import MXNetError, NotSupportedError

#: what `_LIB` says of each function asked of it
REFUSAL = "there is no native library here; call the Python function that wraps it"

mx_uint = ctypes.c_uint
mx_float = ctypes.c_float
NDArrayHandle = SymbolHandle = ExecutorHandle = KVStoreHandle = FunctionHandle = ctypes.c_void_p
OpHandle = CachedOpHandle = DataIterHandle = RecordIOHandle = CudaModuleHandle = ctypes.c_void_p


class _NativeLibrary:
    """Stands where MXNet keeps its loaded library."""

    refuses = REFUSAL

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotSupportedError(f"base._LIB.{name}", REFUSAL)


_LIB = _NativeLibrary()


def check_call(ret: int) -> None:
    """Check what a function of the native library returned.

    Raises:
        MXNetError: it was not 0.
    """
    if ret != 0:
        raise MXNetError(f"a native call returned {ret}; mxcompat makes none")


def c_str(string: str) -> ctypes.c_char_p:
    """Text as UTF-8 that C can read."""
    return ctypes.c_char_p(string.encode("utf-8"))


def c_array(ctype: Any, values: Iterable[Any]) -> Any:
    """A C array of the values."""
    found = list(values)
    return (ctype * len(found))(*found)


def c_str_array(strings: Iterable[str]) -> Any:
    """A C array of texts as UTF-8."""
    return c_array(ctypes.c_char_p, [text.encode("utf-8") for text in strings])
