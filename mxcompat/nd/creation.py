"""Functions that make arrays: from data, filled, from other libraries' arrays."""

from __future__ import annotations

import builtins
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .._core.context import Context, context_of_device, cpu, current_context, parse_context
from .._core.dtypes import NUMPY_OF_TORCH, dtype_name, to_torch_dtype
from .._core.errors import MXNetError
from .._core.sentinels import _Null
from .._core.state import THREAD
from . import _ops
from .ndarray import NDArray

mx_real_t = np.float32
_new: Any = object.__new__


def _context(ctx: Any) -> Context:
    return current_context() if ctx is None else ctx if isinstance(ctx, Context) else parse_context(ctx)


def _context_object(function: str, ctx: Any) -> Context:
    """As `_context`, where MXNet takes no text: it looks into the object."""
    if ctx is not None and not isinstance(ctx, Context):
        raise AttributeError(f"{function}: ctx must be a Context such as mx.cpu(), got {ctx!r}")
    return _context(ctx)


def _legal_shape(function: str, shape: Any) -> tuple[int, ...]:
    """The shape of a filled array: zero dimensions and zero-size ones need NumPy shapes in 1.9.1."""
    try:
        dims = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    except TypeError:
        raise MXNetError(
            f"{function}: Invalid Parameter format for shape, expected a tuple but value={shape!r}"
        ) from None
    for n in dims:
        if not isinstance(n, (int, np.integer)) or isinstance(n, bool):
            raise MXNetError(f"{function}: shape={shape!r} must consist of integers")
        if n < 0 or (n == 0 and not THREAD.np_shape):
            raise MXNetError(f"{function}: shape={dims} has no elements, every dimension must be at least 1")
    if not dims and not THREAD.np_shape:
        raise MXNetError(f"{function}: shape=() needs NumPy shapes, which are not switched on")
    return tuple(int(n) for n in dims)


def _sparse() -> Any:
    """The module of sparse arrays (it imports this one)."""
    return sys.modules[f"{__package__}.sparse"]


def _is_sparse(source: Any) -> bool:
    return type(source).__module__.startswith("scipy.sparse")


def array(source_array: Any, ctx: Any = None, dtype: Any = None) -> NDArray:
    """Make an array from any array-like object.

    Args:
        source_array: an NDArray, a NumPy array, a torch tensor, nested sequences, or a number.
        ctx: the context; the current one if None.
        dtype: the dtype; that of an NDArray source, else float32, whatever the source holds.

    Returns:
        A new array (a copy) of the source's shape.

    Raises:
        TypeError: the source is not array-like.

    Source: MXNet 1.9.1 python/mxnet/ndarray/ndarray.py, utils.py.
    """
    context = _context_object("array", ctx)
    if isinstance(source_array, NDArray):
        if source_array.stype != "default":
            return _sparse().array(source_array, ctx, dtype)  # type: ignore[no-any-return]
        tensor = source_array._t.detach()
        target = tensor.dtype if dtype is None else to_torch_dtype(dtype)
        return NDArray._wrap(tensor.to(context.torch_device, target, copy=True), context)
    if _is_sparse(source_array):
        return _sparse().array(source_array, ctx, dtype)  # type: ignore[no-any-return]
    target = torch.float32 if dtype is None else to_torch_dtype(dtype)
    if isinstance(source_array, torch.Tensor):
        tensor = source_array.detach().to(context.torch_device, target, copy=True).contiguous()
        return NDArray._wrap(tensor, context)
    values = _values(source_array, np.float32 if target is torch.bfloat16 else NUMPY_OF_TORCH[target])
    tensor = torch.from_numpy(values)
    if target is torch.bfloat16:
        tensor = tensor.to(target)
    return NDArray._wrap(tensor if context.device_typeid != 2 else tensor.to(context.torch_device), context)


def _values(source: Any, dtype: Any) -> Any:
    """A fresh, C-ordered NumPy array of ``source``."""
    if isinstance(source, (list, tuple)) and any(isinstance(item, NDArray) for item in source):
        raise TypeError("array: source_array is a list of NDArrays; join them by nd.stack or nd.concat")
    try:
        with np.errstate(invalid="ignore", over="ignore"):
            return np.array(source, dtype=dtype, order="C")
    except OverflowError:  # NumPy 2 refuses -1 for uint8, where NumPy 1 (and so MXNet) wrapped around
        with np.errstate(invalid="ignore", over="ignore"):
            return np.ascontiguousarray(np.array(source).astype(dtype))
    except (ValueError, TypeError):
        raise TypeError(f"array: a source_array of type {type(source).__name__} is not array-like") from None


def empty(shape: Any, ctx: Any = None, dtype: Any = None, stype: str | None = None) -> NDArray:
    """Make an array whose elements are whatever the memory holds.

    Args:
        shape: an int or a tuple.
        ctx: the context; the current one if None.
        dtype: the dtype; float32 if None.
        stype: the storage type; None or ``"default"``.
    """
    if stype not in (None, "default"):
        return _sparse().empty(stype, shape, ctx, dtype)  # type: ignore[no-any-return]
    context = _context_object("empty", ctx)
    target = torch.float32 if dtype is None else to_torch_dtype(dtype)
    return NDArray._wrap(torch.empty(_empty_shape(shape), dtype=target, device=context.torch_device), context)


def _empty_shape(shape: Any) -> tuple[int, ...]:
    return (int(shape),) if isinstance(shape, (int, np.integer)) else tuple(int(n) for n in shape)


_CPU = torch.device("cpu")


def _filled(function: str, maker: Any, shape: Any, ctx: Any, dtype: Any, kwargs: dict[str, Any]) -> NDArray:
    if kwargs:
        stype = kwargs.pop("stype", None)
        if stype not in (None, "default"):
            return _sparse().zeros(stype, shape, ctx, dtype, **kwargs)  # type: ignore[no-any-return]
        if kwargs.get("out") is not None:
            operator = getattr(_ops, f"_{function}")
            return operator(shape=shape, ctx=_context(ctx), dtype=dtype or mx_real_t, **kwargs)  # type: ignore[no-any-return]
        for name in kwargs:
            # ``__layout__`` and its like are attributes for symbols: legal, and without effect on arrays
            if name not in ("name", "out") and not (name.startswith("__") and name.endswith("__")):
                raise MXNetError(
                    f"Cannot find argument '{name}', Possible Arguments: shape, ctx, dtype, in operator _{function}"
                )
    context = _context(ctx)
    target = torch.float32 if dtype is None or dtype is _Null else to_torch_dtype(dtype)
    if not (type(shape) is int and shape > 0):
        for n in shape if type(shape) is tuple and shape else (0,):
            if type(n) is not int or n <= 0:
                shape = _legal_shape(function, shape)
                break
    array: NDArray = _new(NDArray)
    array._t = maker(shape, dtype=target, device=_CPU if context.device_typeid != 2 else context.torch_device)
    array._ctx = context
    return array


def zeros(shape: Any, ctx: Any = None, dtype: Any = None, stype: str | None = None, **kwargs: Any) -> NDArray:
    """Make an array of zeros.

    Args:
        shape: an int or a tuple of positive ints.
        ctx: the context; the current one if None.
        dtype: the dtype; float32 if None.
        stype: storage type; None is ``"default"``.
        out: write into this array instead.

    Raises:
        MXNetError: a shape without elements.
    """
    if stype is not None:
        kwargs["stype"] = stype
    return _filled("zeros", torch.zeros, shape, ctx, dtype, kwargs)


def ones(shape: Any, ctx: Any = None, dtype: Any = None, **kwargs: Any) -> NDArray:
    """Make an array of ones. Arguments as `zeros`."""
    return _filled("ones", torch.ones, shape, ctx, dtype, kwargs)


def full(shape: Any, val: Any, ctx: Any = None, dtype: Any = mx_real_t, out: Any = None) -> NDArray:
    """Make an array of one value.

    Args:
        shape: an int or a tuple.
        val: the value.
        ctx: the context; the current one if None.
        dtype: the dtype.
        out: write into this array instead.
    """
    result = empty(shape, ctx, dtype) if out is None else out
    result[:] = val
    return result


def arange(
    start: Any,
    stop: Any = None,
    step: Any = 1.0,
    repeat: int = 1,
    infer_range: Any = None,
    ctx: Any = None,
    dtype: Any = mx_real_t,
) -> NDArray:
    """Make a vector of evenly spaced values from ``start`` (included) to ``stop`` (excluded).

    Args:
        start: the first value; the end, counting from 0, if ``stop`` is None.
        stop: the end.
        step: the distance between values, not 0.
        repeat: how often each value is repeated.
        infer_range: deprecated, has no effect (a DeprecationWarning says so).
        ctx: the context; the current one if None.
        dtype: the dtype.
    """
    if infer_range is not None:
        warnings.warn("`infer_range` argument has been deprecated", DeprecationWarning, stacklevel=2)
    if (
        repeat == 1
        and type(start) is int
        and (stop is None or type(stop) is int)
        and step == 1.0
        and dtype is mx_real_t
    ):
        first, past = (0, start) if stop is None else (start, stop)
        if -(2**24) < first < past < 2**24:  # exact in float32
            context = _context(ctx)
            return NDArray._wrap(torch.arange(first, past, dtype=torch.float32, device=context.torch_device), context)
    return _ops._arange(
        start=start, stop=stop, step=step, repeat=repeat, infer_range=False, dtype=dtype, ctx=_context(ctx)
    )


def linspace(
    start: float, stop: float, num: int, endpoint: bool = True, ctx: Any = None, dtype: Any = mx_real_t
) -> NDArray:
    """Make a vector of ``num`` evenly spaced values.

    Args:
        start: the first value.
        stop: the last value, or the first that is left out if ``endpoint`` is False.
        num: number of values, not negative.
        endpoint: whether ``stop`` is included.
        ctx: the context; the current one if None.
        dtype: the dtype.
    """
    return _ops._linspace(start=start, stop=stop, num=num, endpoint=endpoint, dtype=dtype, ctx=_context(ctx))


def eye(N: int, M: int = 0, k: int = 0, ctx: Any = None, dtype: Any = None, **kwargs: Any) -> NDArray:
    """Make a matrix with ones on a diagonal.

    Args:
        N: number of rows.
        M: number of columns; ``N`` if 0.
        k: which diagonal: 0 the main one, above it positive, below it negative.
        ctx: the context; the current one if None.
        dtype: the dtype; float32 if None.
    """
    return _ops._eye(N=N, M=M, k=k, ctx=_context(ctx), dtype=mx_real_t if dtype is None else dtype, **kwargs)


def from_numpy(ndarray: Any, zero_copy: bool = True, array_cls: type[Any] = NDArray) -> Any:
    """Make an array that shares a NumPy array's memory.

    Args:
        ndarray: a C-contiguous NumPy array.
        zero_copy: share memory (the NumPy array becomes read-only); if False, copy.
        array_cls: class of the result.

    Raises:
        ValueError: a non-contiguous array with ``zero_copy``.
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"from_numpy needs a NumPy array, got {type(ndarray).__name__}")
    if not zero_copy:
        return array_cls._wrap(torch.from_numpy(np.array(ndarray, order="C")), cpu())
    if not ndarray.flags["C_CONTIGUOUS"]:
        raise ValueError(
            f"from_numpy: zero_copy needs the C-contiguous order, got strides {ndarray.strides} for shape "
            f"{ndarray.shape}; pass np.ascontiguousarray(...), or zero_copy=False"
        )
    tensor = torch.frombuffer(ndarray.data, dtype=to_torch_dtype(ndarray.dtype)) if ndarray.size else None
    shared = torch.from_numpy(ndarray) if tensor is None else tensor.view(ndarray.shape)
    ndarray.flags["WRITEABLE"] = False
    return array_cls._wrap(shared, cpu())


def from_dlpack(dlpack: Any) -> NDArray:
    """Make an array that shares memory with a DLPack capsule, or an object that has ``__dlpack__``."""
    tensor = torch.utils.dlpack.from_dlpack(dlpack)
    return NDArray._wrap(tensor.contiguous(), context_of_device(tensor.device))


def from_torch(tensor: torch.Tensor) -> NDArray:
    """Make an array around a torch tensor: same memory, and inside ``record()`` the same autograd graph.

    Args:
        tensor: a dense tensor of a dtype that MXNet has; copied only if it is not contiguous.

    Raises:
        MXNetError: a dtype that MXNet does not have, or a sparse tensor.
    """
    if tensor.layout is not torch.strided:
        raise MXNetError(f"from_torch needs a dense tensor, got layout {tensor.layout}")
    if tensor.dtype not in NUMPY_OF_TORCH:
        raise MXNetError(f"from_torch: dtype {tensor.dtype} has no counterpart in MXNet")
    return NDArray._wrap(tensor.contiguous(), context_of_device(tensor.device))


def to_dlpack_for_read(data: NDArray) -> Any:
    """A DLPack capsule that shares the array's memory, for reading."""
    return data.to_dlpack_for_read()


def to_dlpack_for_write(data: NDArray) -> Any:
    """A DLPack capsule that shares the array's memory, for reading and writing."""
    return data.to_dlpack_for_write()


def concatenate(arrays: Sequence[NDArray], axis: int = 0, always_copy: bool = True) -> NDArray:
    """Join a list of arrays along an axis (the older form of ``concat``).

    Args:
        arrays: a list of arrays that differ in size along ``axis`` only.
        axis: the axis.
        always_copy: if False, a list of one array returns that array.

    Raises:
        AssertionError: no list, an empty one, or arrays that do not fit.
    """
    if not isinstance(arrays, list) or not arrays or not isinstance(arrays[0], NDArray):
        raise AssertionError(f"concatenate: arrays must be a list of at least one NDArray, got {arrays!r}")
    if not always_copy and len(arrays) == 1:
        return arrays[0]
    first = arrays[0]
    for i, other in enumerate(arrays[1:], 1):
        if other.dtype != first.dtype or _without(other.shape, axis) != _without(first.shape, axis):
            raise AssertionError(
                f"concatenate: array {i} is {dtype_name(other.dtype)} {other.shape}, which does not fit "
                f"{dtype_name(first.dtype)} {first.shape} along axis {axis}"
            )
    return _ops.concat(*[a.detach() for a in arrays], dim=axis)


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :] if axis != -1 else shape[:-1]


def onehot_encode(indices: NDArray, out: NDArray) -> NDArray:
    """Write the one-hot rows of ``indices`` into ``out`` (deprecated in MXNet; use ``one_hot``).

    Args:
        indices: a vector of class numbers.
        out: a matrix with a row per index.
    """
    return _ops._onehot_encode(indices, out, out=out)


def moveaxis(tensor: NDArray, source: int | Sequence[int], destination: int | Sequence[int]) -> NDArray:
    """Move axes to other positions; the others keep their order.

    Args:
        tensor: the array.
        source: the axes to move, unique.
        destination: where to, one for each source.

    Raises:
        ValueError: an axis out of range, repeated, or lists of different lengths.
    """
    ndim = tensor.ndim
    old, new = _axes("source", source, ndim), _axes("destination", destination, ndim)
    if len(old) != len(new):
        raise ValueError(f"moveaxis: source and destination must be of one length, got {len(old)} and {len(new)}")
    order = [n for n in range(ndim) if n not in old]
    for target, axis in sorted(zip(new, old, strict=True)):
        order.insert(target, axis)
    return _ops.transpose(tensor, axes=tuple(order))


def _axes(name: str, axes: int | Sequence[int], ndim: int) -> list[int]:
    listed = [axes] if isinstance(axes, (int, np.integer)) else list(axes)
    for axis in listed:
        if not -ndim <= axis < ndim:
            raise ValueError(f"moveaxis: {name} {axis} is out of range for an array of {ndim} dimensions")
    positive = [int(axis) % ndim for axis in listed]
    if len(set(positive)) != len(positive):
        raise ValueError(f"moveaxis: {name} {axes} names an axis twice")
    return positive


def histogram(a: NDArray, bins: Any = 10, range: tuple[float, float] | None = None) -> Any:
    """Count values into bins.

    Args:
        a: the values; the array is flattened.
        bins: number of equal bins, or an NDArray of bin edges.
        range: lower and upper end of the equal bins; smallest and largest value if None.

    Returns:
        The counts and the edges.

    Raises:
        ValueError: ``bins`` is neither.
    """
    if isinstance(bins, NDArray):
        return _ops._histogram(a, bins)
    if isinstance(bins, (int, np.integer)):
        if range is None:
            warnings.warn("histogram: range is not given, so NumPy finds it and counts on the host", stacklevel=2)
            counts, edges = np.histogram(a.asnumpy(), bins=bins)
            return array(counts), array(edges)
        return _ops._histogram(a, bin_cnt=int(bins), range=range)
    raise ValueError(f"histogram: bins={bins!r} must be a whole number or an NDArray of edges")


def split_v2(
    ary: NDArray, indices_or_sections: int | tuple[int, ...], axis: int = 0, squeeze_axis: bool = False
) -> list[NDArray]:
    """Split an array along an axis.

    Args:
        ary: the array.
        indices_or_sections: number of equal parts, or a tuple of positions where a new part starts.
        axis: the axis.
        squeeze_axis: drop the axis from parts of size one.

    Raises:
        ValueError: parts that are not equal, or an argument of another type.
    """
    size = ary.shape[axis]
    if isinstance(indices_or_sections, int):
        if size % indices_or_sections:
            raise ValueError(
                f"split_v2: {size} entries along axis {axis} do not make {indices_or_sections} equal parts; give "
                "a divisor, or a tuple of positions"
            )
        step = size // indices_or_sections
        indices = [i * step for i in builtins.range(indices_or_sections)]
    elif isinstance(indices_or_sections, tuple):
        indices = [0, *indices_or_sections]
    else:
        raise ValueError(
            f"split_v2: indices_or_sections={indices_or_sections!r} must be a whole number or a tuple of them"
        )
    parts: list[NDArray] = _ops._split_v2(ary, tuple(indices), axis, squeeze_axis)
    return parts


def waitall() -> None:
    """Wait until everything that was started is computed (CUDA streams; the CPU computes at once)."""
    if torch.cuda.is_available() and torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.synchronize()
