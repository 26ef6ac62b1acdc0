"""`mxnet.library`: operators from a compiled library, which nothing but MXNet's own engine can run."""

from __future__ import annotations

import os

from .base import MXNetError, NotSupportedError

_ENDINGS = (".so", ".dll")


def load(path: str, verbose: bool = True) -> None:
    """Refuse a library of operators, with MXNet's own words for a path that is none.

    Args:
        path: the absolute path of a .so or .dll file.
        verbose: print the operators found.

    Raises:
        MXNetError: there is no such file, the path is relative, it has another ending.
        NotSupportedError: it is such a library. It is compiled for MXNet's C++ interface.

    Source: MXNet 1.9.1 python/mxnet/library.py.
    """
    if not os.path.exists(path):
        raise MXNetError(f"load path {path} does NOT exist")
    if not os.path.isabs(path):
        raise MXNetError(f"load path {path} is not an absolute path")
    if os.path.splitext(path)[1] not in _ENDINGS:
        raise MXNetError(f"load path {path} is NOT a library file")
    raise NotSupportedError(
        f"library.load({path!r})",
        "the library is compiled for MXNet's C++ interface; write its operators as mx.operator.CustomOp or"
        " autograd.Function, or call its functions through torch.utils.cpp_extension on x.to_torch()",
    )
