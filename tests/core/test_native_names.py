"""Names of MXNet's native library that old programs import, and pickles that MXNet wrote of contexts."""

from __future__ import annotations

import ctypes
import pickle

import pytest

import mxcompat as mx
from mxcompat.base import MXNetError, NotSupportedError

#: `pickle.dumps(mx.gpu(1), protocol)` of MXNet 1.9.1, with the module's name as the drop-in answers it
PICKLED = (
    b"\x80\x03cmxcompat.context\nContext\nq\x00)\x81q\x01}q\x02(X\r\x00\x00\x00device_typeidq\x03K\x02X\t\x00\x00\x00"
    b"device_idq\x04K\x01X\x08\x00\x00\x00_old_ctxq\x05Nub."
)


def test_handles_are_plain_ctypes() -> None:
    assert mx.base.SymbolHandle is ctypes.c_void_p and mx.base.NDArrayHandle is ctypes.c_void_p
    assert mx.base.mx_uint is ctypes.c_uint and mx.base.mx_float is ctypes.c_float


def test_values_for_c() -> None:
    assert mx.base.c_str("é").value == "é".encode()
    assert list(mx.base.c_array(ctypes.c_int, [1, 2])) == [1, 2]
    assert list(mx.base.c_str_array(["a", "é"])) == [b"a", "é".encode()]


def test_the_library_refuses_by_name() -> None:
    with pytest.raises(NotSupportedError, match=r"base\._LIB\.MXNotify.*no native library"):
        mx.base._LIB.MXNotify  # noqa: B018
    assert not hasattr(mx.base._LIB, "__wrapped__")


def test_a_return_code_is_checked() -> None:
    mx.base.check_call(0)
    with pytest.raises(MXNetError, match="-1"):
        mx.base.check_call(-1)


def test_the_arrays_of_the_metrics_module() -> None:
    assert mx.metric.ndarray is mx.nd


def test_a_context_pickled_by_mxnet() -> None:
    found = pickle.loads(PICKLED)
    assert found == mx.gpu(1) and repr(found) == "gpu(1)"
    with mx.cpu(2):
        assert pickle.loads(pickle.dumps(mx.current_context())) == mx.cpu(2)
