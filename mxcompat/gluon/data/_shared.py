"""Arrays that cross from one process to another through shared memory.

A worker writes a batch into an anonymous file that is mapped into its memory (``memfd_create``: not bound by the size
of ``/dev/shm``, and nothing to clean up if a process dies). Its descriptor is handed over, the receiver maps the same
pages, and no descriptor stays open. Small arrays travel in the message, which is faster; so do all where there is no
such file.
"""

from __future__ import annotations

import os
from multiprocessing.reduction import DupFd, ForkingPickler
from typing import Any

import torch
from torch import Tensor

from ..._core.context import Context
from ..._core.dtypes import NAME_OF_TORCH, to_torch_dtype
from ...nd.ndarray import NDArray
from .._arrays import _numpy

#: up to this many bytes an array is part of the message
INLINE = 1 << 15
_FILES = hasattr(os, "memfd_create") and os.path.isdir("/proc/self/fd")


class _Worker:
    """Whether this process is a worker: only there is it of use to put a batch into shared memory."""

    active = False


def be_worker(numpy_arrays: bool) -> None:
    """Say that this process is a worker, and whether NumPy arrays are in force in it."""
    _Worker.active = True
    if numpy_arrays:
        ForkingPickler.register(_numpy().ndarray, reduce_np_ndarray)


def shared_context() -> Context:
    """The context of arrays in shared memory."""
    return Context("cpu_shared", 0)


class _File:
    """An anonymous file; closed when the tensor that lies in it goes."""

    __slots__ = ("descriptor",)

    def __init__(self, size: int) -> None:
        self.descriptor = os.memfd_create("mxcompat")
        os.ftruncate(self.descriptor, size)

    def __del__(self) -> None:
        os.close(self.descriptor)


def _mapped(descriptor: int, size: int) -> Any:
    # opened by its path: the mapping keeps no descriptor then
    return torch.UntypedStorage.from_file(f"/proc/self/fd/{descriptor}", True, size)


def _over(storage: Any, dtype: torch.dtype, shape: tuple[int, ...]) -> Tensor:
    return torch.empty(0, dtype=dtype).set_(storage).view(shape)


def empty(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """An uninitialized tensor, in a worker one that is cheap to hand over."""
    size = dtype.itemsize
    for n in shape:
        size *= n
    if not _Worker.active or not _FILES or size <= INLINE:
        return torch.empty(shape, dtype=dtype)
    file = _File(size)
    tensor = _over(_mapped(file.descriptor, size), dtype, shape)
    tensor._mxcompat_file = file  # type: ignore[attr-defined]
    return tensor


def wrap(tensor: Tensor) -> NDArray:
    """An array in the context of shared memory around a tensor."""
    return NDArray._wrap(tensor, shared_context())


def _class(numpy: bool) -> type[NDArray]:
    # not sent itself: a class is sent by its name, which is MXNet's here
    return _numpy().ndarray if numpy else NDArray


def _rebuild_inline(numpy: bool, content: bytes, shape: tuple[int, ...], dtype: str) -> NDArray:
    tensor = torch.empty(shape, dtype=to_torch_dtype(dtype))
    if content:
        tensor.view(-1).view(torch.uint8).copy_(torch.frombuffer(bytearray(content), dtype=torch.uint8))
    return _class(numpy)._wrap(tensor, shared_context())


def _rebuild(numpy: bool, fd: Any, shape: tuple[int, ...], dtype: str) -> NDArray:
    descriptor = fd.detach()
    try:
        storage = _mapped(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)
    tensor = _over(storage, to_torch_dtype(dtype), shape)
    return _class(numpy)._wrap(tensor, shared_context())


def _reduce(data: NDArray, rebuild: Any) -> tuple[Any, tuple[Any, ...]]:
    tensor = data._t.detach().cpu()
    shape, dtype = tuple(tensor.shape), NAME_OF_TORCH[tensor.dtype]
    size = tensor.numel() * tensor.itemsize
    if not _FILES or size <= INLINE:
        content = tensor.reshape(-1).view(torch.uint8).numpy().tobytes() if size else b""
        return _rebuild_inline, (rebuild is rebuild_np_ndarray, content, shape, dtype)
    file = getattr(data._t, "_mxcompat_file", None)
    if file is None:
        file = _File(size)
        _over(_mapped(file.descriptor, size), tensor.dtype, shape).copy_(tensor)
    return rebuild, (os.getpid(), DupFd(file.descriptor), shape, dtype)


def rebuild_ndarray(pid: int, fd: Any, shape: tuple[int, ...], dtype: str) -> NDArray:
    """An NDArray over shared memory from what `reduce_ndarray` said."""
    return _rebuild(False, fd, shape, dtype)


def reduce_ndarray(data: NDArray) -> tuple[Any, tuple[Any, ...]]:
    """How an NDArray is sent to another process."""
    return _reduce(data, rebuild_ndarray)


def rebuild_np_ndarray(pid: int, fd: Any, shape: tuple[int, ...], dtype: str) -> Any:
    """An ``mx.np.ndarray`` over shared memory from what `reduce_np_ndarray` said."""
    return _rebuild(True, fd, shape, dtype)


def reduce_np_ndarray(data: Any) -> tuple[Any, tuple[Any, ...]]:
    """How an ``mx.np.ndarray`` is sent to another process."""
    return _reduce(data, rebuild_np_ndarray)


ForkingPickler.register(NDArray, reduce_ndarray)
