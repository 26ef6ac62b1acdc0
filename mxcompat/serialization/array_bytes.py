"""One array as the bytes that MXNet writes for it, in parameter files and inside pickles.

Every version is read; V2 is written, or V3 under NumPy shapes. The layout is described in this folder's README.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from .._core.context import Context
from .._core.dtypes import FLAG_OF_TORCH, NAME_OF_TORCH, TORCH_OF_FLAG
from .._core.errors import MXNetError
from .source import MemorySource, Source

V1_MAGIC = 0xF993FAC8
V2_MAGIC = 0xF993FAC9
V3_MAGIC = 0xF993FACA

#: MXNet's number of each storage type, and how many auxiliary arrays of integers it has.
STORAGE_TYPES: dict[str, tuple[int, int]] = {"default": (0, 0), "row_sparse": (1, 1), "csr": (2, 2)}
_STORAGE_NAMES = {number: name for name, (number, _) in STORAGE_TYPES.items()}

_MAX_NDIM = 64  # torch's own limit
_INDEX_DTYPES = (torch.int64, torch.int32, torch.uint8, torch.int8)

_U32 = struct.Struct("<I")
_I32 = struct.Struct("<i")
_TWO_I32 = struct.Struct("<ii")
_PLACE = struct.Struct("<iii")  # device type, device id, type flag
_DENSE = [struct.Struct(f"<Iii{ndim}qiii") for ndim in range(_MAX_NDIM + 1)]
_DIMS = [struct.Struct(f"<{ndim}q") for ndim in range(_MAX_NDIM + 1)]


@dataclass(eq=False, slots=True)
class DenseArray:
    """A dense array as plain data: its elements, and the context it is said to be on."""

    tensor: Tensor
    context: Context


@dataclass(eq=False, slots=True)
class SparseArray:
    """A sparse array as plain data.

    Args:
        stype: ``"row_sparse"`` or ``"csr"``.
        shape: the shape of the array that it stands for.
        data: the stored values: ``(K, ...)`` rows for row_sparse, ``(K,)`` elements for csr.
        aux: ``(row indices,)`` for row_sparse; ``(row starts, column indices)`` for csr.
        context: the context it is said to be on.
    """

    stype: str
    shape: tuple[int, ...]
    data: Tensor
    aux: tuple[Tensor, ...]
    context: Context


# ---- writing


def dump_array(tensor: Tensor, context: Context, np_shape: bool = False) -> bytes:
    """The bytes of a dense tensor that lives on ``context``."""
    return b"".join(array_chunks(DenseArray(tensor, context), np_shape))


def array_chunks(array: DenseArray | SparseArray, np_shape: bool = False) -> Iterator[bytes | memoryview]:
    """The bytes of an array, in pieces: the elements are lent, not copied.

    Args:
        array: what to write; tensors on a GPU are brought over one at a time.
        np_shape: write V3, as MXNet does while NumPy shapes are on.

    Raises:
        MXNetError: a sparse array under NumPy shapes, which V3 does not have.
    """
    if isinstance(array, SparseArray):
        yield from _sparse_chunks(array, np_shape)
        return
    yield dense_head(array, np_shape)
    yield memory_of(array.tensor)


def dense_head(array: DenseArray, np_shape: bool) -> bytes:
    """What stands before the elements of a dense array."""
    tensor, context = array.tensor, array.context
    shape = tensor.shape
    ndim = len(shape)
    magic = V3_MAGIC if np_shape else V2_MAGIC
    device_type, device_id = context.device_typeid, context.device_id
    return _DENSE[ndim].pack(magic, 0, ndim, *shape, device_type, device_id, FLAG_OF_TORCH[tensor.dtype])


def _sparse_chunks(array: SparseArray, np_shape: bool) -> Iterator[bytes | memoryview]:
    if np_shape:
        raise MXNetError(f"a {array.stype} array cannot be written under NumPy shapes; its file format is classic")
    head = [struct.pack("<Ii", V2_MAGIC, STORAGE_TYPES[array.stype][0])]
    head += [_shape_bytes(array.data.shape), _shape_bytes(array.shape)]
    context = array.context
    head.append(_PLACE.pack(context.device_typeid, context.device_id, FLAG_OF_TORCH[array.data.dtype]))
    for aux in array.aux:
        head += [_I32.pack(FLAG_OF_TORCH[aux.dtype]), _shape_bytes(aux.shape)]
    yield b"".join(head)
    yield memory_of(array.data)
    for aux in array.aux:
        yield memory_of(aux)


def _shape_bytes(shape: tuple[int, ...]) -> bytes:
    return struct.pack(f"<i{len(shape)}q", len(shape), *shape)


def memory_of(tensor: Tensor) -> memoryview:
    """The elements in C order: the tensor's own memory where it can be lent, else that of a copy."""
    if tensor.requires_grad:
        tensor = tensor.detach()
    if not tensor.is_cpu:
        tensor = tensor.cpu()
    return _memory(tensor if tensor.is_contiguous() else tensor.contiguous())


def _memory(tensor: Tensor) -> memoryview:
    # NumPy lends the memory; it only lacks bfloat16.
    return (tensor.view(torch.int16) if tensor.dtype is torch.bfloat16 else tensor).numpy().data


# ---- reading


def load_array(data: bytes | bytearray | memoryview) -> tuple[Tensor, Context]:
    """The tensor (on the CPU) and the context written in ``data``; MXNetError if the bytes are no dense array."""
    source = MemorySource(data, "array bytes")
    array = read_array(source, None)
    if source.remaining:
        raise source.error(f"{source.remaining} bytes follow the end of the array")
    if not isinstance(array, DenseArray):
        raise source.error(f"storage type {array.stype} is not a dense array", 4)
    return array.tensor, array.context


def read_array(source: Source, np_shape: bool | None) -> DenseArray | SparseArray:
    """The next array, of any version, on the CPU.

    Args:
        source: where to read.
        np_shape: whether NumPy shapes are on; MXNet then reads V3 and nothing else, and otherwise all but V3. None
            takes both.

    Raises:
        MXNetError: the bytes end early or hold what no MXNet writes. Nothing is allocated for elements that are not
            there.

    Differences: a scalar written as V2 is read (MXNet 1.9.1 writes it and cannot read it); a device type that does not
    exist is refused (MXNet ignores it).

    Source: MXNet 1.9.1 src/ndarray/ndarray.cc.
    """
    start = source.position
    (magic,) = source.unpack(_U32, "an array's version number")
    if np_shape is not None and (magic == V3_MAGIC) is not np_shape:
        _refuse_semantics(source, magic, start)
    if magic in (V2_MAGIC, V3_MAGIC):
        number, ndim = source.unpack(_TWO_I32, "a storage type and a number of dimensions")
        stype = _STORAGE_NAMES.get(number)
        if stype is None:
            raise source.error(f"{number} is no storage type, legal are 0 to 2", start + 4)
        if stype != "default":
            if magic == V3_MAGIC:
                raise source.error(f"a {stype} array under version V3, which has dense arrays only", start + 4)
            return _read_sparse(source, stype, ndim)
        return _read_dense(source, _read_dims(source, ndim), scalar_or_absent=magic == V2_MAGIC)
    if magic == V1_MAGIC:
        (ndim,) = source.unpack(_I32, "a number of dimensions")
        return _read_dense(source, _read_dims(source, ndim))
    if magic > _MAX_NDIM:
        raise source.error(
            f"0x{magic:08X} is neither an array's version number nor (V0) a number of dimensions up to {_MAX_NDIM}",
            start,
        )
    return _read_dense(source, struct.unpack(f"<{magic}I", source.take(4 * magic, "a shape")))


def _refuse_semantics(source: Source, magic: int, start: int) -> None:
    if magic == V3_MAGIC:
        raise source.error(
            "the array was saved under NumPy shapes and must be loaded under them: "
            "use `with mx.util.np_shape(True):` or mx.npx.set_np()",
            start,
        )
    raise source.error(
        "the array was not saved under NumPy shapes but they are on now: use `with mx.util.np_shape(False):`", start
    )


def _read_dims(source: Source, ndim: int) -> tuple[int, ...]:
    start = source.position
    if not 0 <= ndim <= _MAX_NDIM:
        raise source.error(f"{ndim} dimensions, legal are 0 to {_MAX_NDIM}", start - 4)
    shape: tuple[int, ...] = source.unpack(_DIMS[ndim], "a shape")
    if ndim and min(shape) < 0:
        raise source.error(f"shape {shape} has a negative dimension", start)
    return shape


def _read_place(source: Source) -> tuple[Context, torch.dtype]:
    start = source.position
    device_type, device_id, flag = source.unpack(_PLACE, "a context and a type flag")
    name = Context.devtype2str.get(device_type)
    if name is None:
        legal = ", ".join(map(str, sorted(Context.devtype2str)))
        raise source.error(f"{device_type} is no device type, legal are {legal}", start)
    return Context(name, device_id), _dtype_of(source, flag)


def _dtype_of(source: Source, flag: int) -> torch.dtype:
    dtype = TORCH_OF_FLAG.get(flag)
    if dtype is None:
        legal = ", ".join(map(str, sorted(TORCH_OF_FLAG)))
        raise source.error(f"{flag} is no type flag, legal are {legal}", source.position - 4)
    return dtype


def _read_dense(source: Source, shape: tuple[int, ...], scalar_or_absent: bool = False) -> DenseArray:
    # V2 writes no dimensions for a scalar and for an absent array; only a scalar has a context and an element.
    start = source.position
    try:
        context, dtype = _read_place(source)
    except MXNetError:
        if scalar_or_absent and not shape:
            raise source.error("an absent array (no dimensions and no elements), which cannot be used", start) from None
        raise
    return DenseArray(_read_tensor(source, shape, dtype, "elements"), context)


def _read_tensor(source: Source, shape: tuple[int, ...], dtype: torch.dtype, what: str) -> Tensor:
    size = math.prod(shape) * dtype.itemsize
    if size > source.remaining:
        raise source.error(
            f"shape {shape} of {NAME_OF_TORCH[dtype]} needs {size} bytes of {what}, {source.remaining} are left"
        )
    try:
        tensor = _allocate(shape, dtype)
    except RuntimeError:  # an empty array with dimensions that torch cannot count
        raise source.error(f"shape {shape} is too large") from None
    if size:
        source.fill(_memory(tensor), what)
        if dtype is torch.bool:
            tensor.view(torch.uint8).clamp_(max=1)  # any byte but 0 is true; torch knows only 0 and 1
    return tensor


def _allocate(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    return torch.empty(shape, dtype=dtype)


# ---- sparse


def _read_sparse(source: Source, stype: str, stored_ndim: int) -> SparseArray:
    start = source.position - 12
    stored = _read_dims(source, stored_ndim)
    shape = _read_dims(source, source.unpack(_I32, "a number of dimensions")[0])
    context, dtype = _read_place(source)
    kinds = []
    for _ in range(STORAGE_TYPES[stype][1]):
        aux_dtype = _dtype_of(source, source.unpack(_I32, "the type flag of indices")[0])
        kinds.append((aux_dtype, _read_dims(source, source.unpack(_I32, "a number of dimensions")[0])))
    aux_shapes = [aux_shape for _, aux_shape in kinds]
    if not _sparse_shapes_agree(stype, shape, stored, aux_shapes):
        raise source.error(
            f"a {stype} array of shape {shape} cannot store values of shape {stored} with indices of {aux_shapes}",
            start,
        )
    if any(aux_dtype not in _INDEX_DTYPES for aux_dtype, _ in kinds):
        names = [NAME_OF_TORCH[aux_dtype] for aux_dtype, _ in kinds]
        raise source.error(f"the indices of a {stype} array are integers, got {', '.join(names)}", start)
    data = _read_tensor(source, stored, dtype, "stored values")
    aux = tuple(_read_tensor(source, aux_shape, aux_dtype, "indices") for aux_dtype, aux_shape in kinds)
    if not _indices_are_inside(stype, shape, aux):
        raise source.error(f"a {stype} array of shape {shape} has indices that point outside of it", start)
    return SparseArray(stype, shape, data, aux, context)


def _sparse_shapes_agree(
    stype: str, shape: tuple[int, ...], stored: tuple[int, ...], aux: list[tuple[int, ...]]
) -> bool:
    if not shape or not stored:
        return False
    count = (stored[0],)
    if stype == "row_sparse":
        return stored[1:] == shape[1:] and aux == [count]
    return len(shape) == 2 and len(stored) == 1 and aux in ([(shape[0] + 1,), count], [(0,), count])


def _indices_are_inside(stype: str, shape: tuple[int, ...], aux: tuple[Tensor, ...]) -> bool:
    indices = aux[-1]
    bound = shape[0] if stype == "row_sparse" else shape[1]
    if indices.numel() and not (0 <= int(indices.min()) and int(indices.max()) < bound):
        return False
    if stype == "row_sparse":
        return True
    starts = aux[0]
    if not starts.numel():
        return not indices.numel()
    rising = bool((starts[1:] >= starts[:-1]).all())
    return rising and int(starts[0]) == 0 and int(starts[-1]) <= indices.numel()
