"""Functions of `mxnet.nd.utils` that work on any storage type, and the files of arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .._core.context import Context, cpu, num_gpus
from .._core.errors import NotSupportedError
from .._core.state import THREAD
from ..serialization.array_bytes import DenseArray, SparseArray
from ..serialization.array_list import encode_names, list_chunks, read_list
from ..serialization.files import open_source, write_file
from ..serialization.source import MemorySource, Source
from .creation import array, empty, zeros
from .ndarray import NDArray

__all__ = ["array", "empty", "load", "load_frombuffer", "save", "zeros"]

_ELEMENTS = "save takes a dict of str to NDArray or a list of NDArrays"


class _SparseClass(NamedTuple):
    wrap: Callable[[SparseArray, Context], NDArray]
    unwrap: Callable[[Any], SparseArray]


_sparse_classes: dict[str, _SparseClass] = {}


class _FileNameError(TypeError, AttributeError):
    """A file name that is no text; MXNet 1.9.1 met it with an AttributeError when saving."""


def register_sparse(
    stype: str, wrap: Callable[[SparseArray, Context], NDArray], unwrap: Callable[[Any], SparseArray]
) -> None:
    """Teach `save` and `load` an array class for a storage type.

    Args:
        stype: ``"row_sparse"`` or ``"csr"``.
        wrap: makes an array, on the given context, from the plain data read from a file (tensors on the CPU).
        unwrap: gives the plain data of an array.
    """
    _sparse_classes[stype] = _SparseClass(wrap, unwrap)


def save(fname: str, data: NDArray | list[NDArray] | dict[str, NDArray]) -> None:
    """Save arrays to a file, in the format and with the very bytes of MXNet 1.9.1.

    The file appears whole or not at all: it is written under a temporary name in the same folder and renamed.

    Args:
        fname: path of the file, its address with the protocol ``file``, or ``stdout``.
        data: an array, a list of arrays, or a dict of names to arrays.

    Raises:
        TypeError: a list or dict with other things in it, or a file name that is no text (an AttributeError, too).
        ValueError: ``data`` is none of the three.
        MXNetError: the file cannot be written.
        NotSupportedError: an address of a remote file system.

    Source: MXNet 1.9.1 python/mxnet/ndarray/utils.py.
    """
    if isinstance(data, NDArray):
        data = [data]
    names: list[bytes] = []
    values: Sequence[Any]
    if isinstance(data, dict):
        if any(not isinstance(name, str) for name in data):
            raise TypeError(f"{_ELEMENTS}, got a key of type {_first_type(data, str)}")
        values = list(data.values())
    elif isinstance(data, list):
        values = data
    else:
        raise ValueError(
            f"data needs to be an NDArray, a dict of str to NDArray or a list of NDArrays, got {type(data).__name__}"
        )
    if any(not isinstance(value, NDArray) for value in values):
        raise TypeError(f"{_ELEMENTS}, got a value of type {_first_type(values, NDArray)}")
    if not isinstance(fname, str):
        raise _FileNameError(f"fname needs to be a str, got {type(fname).__name__}")
    if isinstance(data, dict):
        names = encode_names(data)
    write_file(fname, list_chunks([_plain(value) for value in values], names, THREAD.np_shape), "nd.save")


def load(fname: str) -> list[NDArray] | dict[str, NDArray]:
    """Load the arrays of a file that `save`, or MXNet of any version, has written.

    Arrays come back on ``cpu(0)``, those saved from a GPU on that GPU if this machine has it.

    Args:
        fname: path of the file, its address with the protocol ``file``, or ``stdin``.

    Returns:
        A list, or a dict where the arrays have names.

    Raises:
        TypeError: ``fname`` is no text.
        MXNetError: the file is missing, cannot be read, is cut short or is none of this format.
        NotSupportedError: it holds an array of a storage type that is not available.

    Source: MXNet 1.9.1 python/mxnet/ndarray/utils.py.
    """
    if not isinstance(fname, str):
        raise TypeError(f"fname needs to be a str, got {type(fname).__name__}")
    with open_source(fname, "nd.load") as source:
        return _load(source)


def load_frombuffer(buf: str | bytes) -> list[NDArray] | dict[str, NDArray]:
    """Load arrays from the contents of a file; see `load`.

    Args:
        buf: bytes. (MXNet also takes a str, and then complains of its format.)
    """
    if not isinstance(buf, (str, bytes)):
        raise TypeError(f"buf needs to be bytes, got {type(buf).__name__}")
    data = buf if isinstance(buf, bytes) else buf.encode("utf-32-le", "surrogatepass")
    return _load(MemorySource(data, "nd.load_frombuffer"))


def _load(source: Source) -> list[NDArray] | dict[str, NDArray]:
    plain, names = read_list(source, THREAD.np_shape)
    host, gpus = cpu(), num_gpus()
    if not names:
        return [_wrap(entry, i, source, host, gpus) for i, entry in enumerate(plain)]
    return {name: _wrap(entry, name, source, host, gpus) for name, entry in zip(names, plain, strict=True)}


def _wrap(entry: DenseArray | SparseArray, label: object, source: Source, host: Context, gpus: int) -> NDArray:
    ctx = entry.context
    on_gpu = ctx.device_typeid == 2 and 0 <= ctx.device_id < gpus
    if not on_gpu:
        ctx = host
    if isinstance(entry, DenseArray):
        return NDArray._wrap(entry.tensor.to(ctx.torch_device) if on_gpu else entry.tensor, ctx)
    known = _sparse_classes.get(entry.stype)
    if known is None:
        raise NotSupportedError(
            f"{source.name}: array {label!r} of storage type {entry.stype} and shape {entry.shape}",
            "only dense, csr and row_sparse arrays are known",
        )
    return known.wrap(entry, ctx)


def _plain(value: NDArray) -> DenseArray | SparseArray:
    stype = value.stype
    if stype == "default":
        return DenseArray(value._t, value._ctx)
    known = _sparse_classes.get(stype)
    if known is None:
        raise NotSupportedError(f"nd.save of an array of storage type {stype}")
    return known.unwrap(value)


def _first_type(values: Any, legal: type) -> str:
    return next(type(value).__name__ for value in values if not isinstance(value, legal))
