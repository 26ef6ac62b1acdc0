"""Functions of `mx.np` that make arrays.

Source: MXNet 1.9.1 python/mxnet/numpy/multiarray.py.
"""

from __future__ import annotations

from typing import Any

import numpy as onp
import torch

from .._core.context import Context, current_context
from .._core.dtypes import to_torch_dtype
from .._core.errors import MXNetError
from .._core.state import FLAGS
from ..nd.ndarray import NDArray
from ._array import ndarray
from ._bind import OPS, out_of

_new = object.__new__
_NUMBERS = (float, int, onp.generic)


_SEQUENCES = (list, tuple)
#: dtypes that arrays of NumPy and of `mx.np` have in common
_KEPT = frozenset(onp.dtype(n) for n in "float16 float32 float64 int8 uint8 int32 int64 bool".split())


def place(ctx: Any) -> Context:
    """The context given, or the current one."""
    return current_context() if ctx is None else ctx


def c_order(name: str, order: str) -> None:
    """NotImplementedError unless the order is C."""
    if order != "C":
        raise NotImplementedError(f"`{name}` only supports order equal to `C`, while received {order}")


def _wrap(tensor: torch.Tensor, ctx: Context) -> ndarray:
    made: ndarray = _new(ndarray)
    made._t = tensor
    made._ctx = ctx
    return made


def _lengths(name: str, shape: Any) -> tuple[int, ...]:
    if type(shape) is tuple:
        for n in shape:
            if type(n) is not int or n < 0:
                break
        else:
            return shape
    if isinstance(shape, (int, onp.integer)):
        shape = (int(shape),)
    lengths = tuple([int(n) for n in shape])
    if lengths and min(lengths) < 0:
        raise MXNetError(f"{name}: no dimension may be negative, got shape={lengths}")
    return lengths


def _dtype(dtype: Any) -> torch.dtype:
    return torch.float32 if dtype is None or dtype is onp.float32 else to_torch_dtype(dtype)


def empty(shape: Any, dtype: Any = onp.float32, order: str = "C", ctx: Any = None) -> ndarray:
    """Make an array whose elements are whatever the memory holds.

    Args:
        shape: an int or a tuple.
        dtype: the dtype; None is float32.
        order: ``"C"``.
        ctx: the context; the current one if None.
    """
    c_order("empty", order)
    context = place(ctx)
    return _wrap(torch.empty(_lengths("empty", shape), dtype=_dtype(dtype), device=context.torch_device), context)


def array(object: Any, dtype: Any = None, ctx: Any = None) -> ndarray:
    """Make an array of values.

    Args:
        object: an array of `mx.np` or of NumPy, a number, or nested lists of these.
        dtype: the dtype; None keeps that of an array, and is float32 for anything else.
        ctx: the context; the current one if None.

    Raises:
        TypeError: something that is no array of numbers.
        ValueError: a classic NDArray, which has ``as_np_ndarray`` for it.
    """
    context = place(ctx)
    if dtype is None and type(object) in _SEQUENCES:
        try:
            with onp.errstate(invalid="ignore", over="ignore"):
                tensor = torch.from_numpy(onp.array(object, onp.float32))
        except Exception:
            tensor = None  # the long way says what is wrong
        if tensor is not None:
            return _wrap(tensor if context.device_typeid != 2 else tensor.to(context.torch_device), context)
    if dtype is None and type(object) is onp.ndarray and object.dtype in _KEPT:
        tensor = torch.from_numpy(object.copy("C"))
        return _wrap(tensor if context.device_typeid != 2 else tensor.to(context.torch_device), context)
    if isinstance(object, ndarray):
        target = object._t.dtype if dtype is None else to_torch_dtype(dtype)
        source = object._t.detach()
        return _wrap(source.to(context.torch_device, target, copy=True), context)
    if isinstance(object, NDArray):
        raise ValueError(
            "array: object is an mx.nd.NDArray; its as_np_ndarray() is a NumPy-style array of the same memory"
        )
    if dtype is None:
        dtype = object.dtype if hasattr(object, "dtype") else onp.float32
    try:
        with onp.errstate(invalid="ignore", over="ignore"):
            if isinstance(object, onp.ndarray):
                values = onp.array(object, dtype=dtype, order="C")
            else:
                values = onp.array(object, dtype=dtype, order="C")
    except OverflowError:
        with onp.errstate(invalid="ignore", over="ignore"):
            values = onp.array(object).astype(dtype)
    except Exception as error:
        raise TypeError(str(error)) from None
    tensor = torch.from_numpy(onp.require(values, requirements=["C", "W"])).to(to_torch_dtype(dtype))
    return _wrap(tensor.to(context.torch_device), context)


def shape(a: Any) -> tuple[int, ...]:
    """The shape of an array."""
    return a.shape  # type: ignore[no-any-return]


def zeros(shape: Any, dtype: Any = None, order: str = "C", ctx: Any = None) -> ndarray:
    """Make an array of zeros.

    Args:
        shape: an int or a tuple.
        dtype: the dtype; None is float32.
        order: ``"C"``.
        ctx: the context; the current one if None.
    """
    c_order("zeros", order)
    context = place(ctx)
    return _wrap(torch.zeros(_lengths("zeros", shape), dtype=_dtype(dtype), device=context.torch_device), context)


def ones(shape: Any, dtype: Any = onp.float32, order: str = "C", ctx: Any = None) -> ndarray:
    """Make an array of ones. Arguments as `zeros`."""
    c_order("ones", order)
    context = place(ctx)
    return _wrap(torch.ones(_lengths("ones", shape), dtype=_dtype(dtype), device=context.torch_device), context)


def full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> Any:
    """Make an array of one value.

    Args:
        shape: an int or a tuple.
        fill_value: a number, or an array that is stretched.
        dtype: the dtype; None is float32, bool for True and False, that of an array.
        order: ``"C"``.
        ctx: the context; the current one if None.
        out: an array to write to.
    """
    c_order("full", order)
    if isinstance(fill_value, NDArray):
        stretched = broadcast_to(fill_value, shape)
        return stretched if dtype is None else stretched.astype(dtype)
    if isinstance(fill_value, bool):
        fill_value, dtype = int(fill_value), onp.bool_ if dtype is None else dtype
    lengths = _lengths("full", shape)
    if out is None:
        context = place(ctx)
        made = _wrap(torch.empty(lengths, dtype=_dtype(dtype), device=context.torch_device), context)
    else:
        made = out
    made[() if not made.ndim else slice(None)] = fill_value
    return made


def broadcast_to(array: Any, shape: Any) -> Any:
    """A copy stretched to ``shape``; of a number, an array of it."""
    if onp.isscalar(array):
        return full(shape, array)
    return OPS["_npi_broadcast_to"](array, shape)


def _like(a: Any, value: Any, dtype: Any, order: str, out: Any) -> Any:
    c_order("full_like", order)
    if dtype is None and out is None and type(a) is ndarray and a._t.dtype is torch.float32 and not FLAGS.recorders:
        return _wrap(torch.full_like(a._t, float(value), requires_grad=False), a._ctx)
    given = {} if dtype is None else {"dtype": dtype}
    return OPS["_npi_full_like"](a, fill_value=float(value), **out_of(out), **given)


def zeros_like(a: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> Any:
    """An array of zeros in the shape of another, in its dtype or the named one; ``ctx`` is that of ``a``."""
    return _like(a, 0, dtype, order, out)


def ones_like(a: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> Any:
    """An array of ones in the shape of another. Arguments as `zeros_like`."""
    return _like(a, 1, dtype, order, out)


def full_like(a: Any, fill_value: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> Any:
    """An array of one number in the shape of another. Arguments as `zeros_like`."""
    return _like(a, fill_value, dtype, order, out)


_EMPTY_DTYPES = ("int8", "uint8", "int32", "int64", "float16", "float32", "float64", "bool")


def empty_like(prototype: Any, dtype: Any = None, order: str = "C", subok: bool = False, shape: Any = None) -> Any:
    """An array in the shape of another whose elements are whatever the memory holds.

    Raises:
        NotImplementedError: another order, ``subok``, another shape, or an unknown dtype.
    """
    if order != "C":
        raise NotImplementedError("Only support C-order at this moment")
    if subok:
        raise NotImplementedError(f"subok={subok!r} is not legal, subclasses are not kept; give False")
    if shape is not None:
        raise NotImplementedError(f"shape={shape!r} is not legal, the prototype's shape stays; leave it out")
    try:
        wanted = prototype.dtype if dtype is None else onp.dtype(dtype)
    except TypeError:
        raise NotImplementedError("Do not support this dtype at this moment") from None
    if wanted.name not in _EMPTY_DTYPES:
        raise NotImplementedError("Do not support this dtype at this moment")
    return empty(prototype.shape, wanted, ctx=prototype.ctx)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, ctx: Any = None) -> Any:
    """Evenly spaced values from ``start`` (included) to ``stop`` (excluded).

    Args:
        start: the first value; the end, counting from 0, if ``stop`` is None.
        stop: the end.
        step: the distance, not 0.
        dtype: the dtype; None is float32.
        ctx: the context; the current one if None.

    Raises:
        ZeroDivisionError: a step of 0.
        ValueError: neither start nor stop.
    """
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if start is None and stop is None:
        raise ValueError("start and stop cannot be both None")
    start, stop, step = (v.item() if hasattr(v, "_in_numpy") and v.ndim == 0 else v for v in (start, stop, step))
    if step == 0:
        raise ZeroDivisionError("step cannot be 0")
    if dtype is None and ctx is None and type(start) is int and type(stop) is int and type(step) is int:
        context = current_context()
        count = max(0, -((start - stop) // step)) if abs(start) + abs(stop) < 1 << 24 else -1
        if count >= 0:  # whole numbers that float32 holds
            made = torch.arange(start, start + count * step, step, dtype=torch.float32, device=context.torch_device)
            return _wrap(made, context)
    return OPS["_npi_arange"](
        start=start, stop=stop, step=step, dtype="float32" if dtype is None else dtype, ctx=place(ctx)
    )


def identity(n: int, dtype: Any = None, ctx: Any = None) -> Any:
    """A square matrix with ones on the main diagonal.

    Raises:
        TypeError: ``n`` is no int.
        ValueError: ``n`` is negative.
    """
    if not isinstance(n, int):
        raise TypeError("Input 'n' should be an integer")
    if n < 0:
        raise ValueError("Input 'n' cannot be negative")
    return OPS["_npi_identity"](shape=(n, n), dtype=onp.float32 if dtype is None else dtype, ctx=place(ctx))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = onp.float32, **kwargs: Any) -> Any:
    """A matrix with ones on a diagonal.

    Args:
        N: number of rows.
        M: number of columns; None for as many as rows.
        k: the diagonal.
        dtype: the dtype.
        kwargs: ``ctx``, the context.

    Raises:
        NotImplementedError: ``order``.
    """
    if "order" in kwargs:
        raise NotImplementedError("function eye does not support parameter order")
    context = place(kwargs.pop("ctx", None))
    return OPS["_npi_eye"](N=N, M=M, k=k, ctx=context, dtype=onp.float32 if dtype is None else dtype)


def _numbers_only(start: Any, stop: Any, axis: int) -> None:
    if isinstance(start, (list, tuple, onp.ndarray, NDArray)) or isinstance(stop, (list, tuple, onp.ndarray, NDArray)):
        raise NotImplementedError("start and stop only support int and float")
    if axis != 0:
        raise NotImplementedError("the function only support axis 0")


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None,
    axis: int = 0, ctx: Any = None,
) -> Any:  # fmt: skip
    """``num`` evenly spaced numbers.

    Args:
        start: the first one.
        stop: the last one, or with ``endpoint=False`` the one after it.
        num: how many.
        endpoint: whether ``stop`` is included.
        retstep: return the distance, too.
        dtype: the dtype; None is float32.
        axis: 0.
        ctx: the context; the current one if None.

    Raises:
        NotImplementedError: arrays as ends, or another axis.
    """
    _numbers_only(start, stop, axis)
    made = OPS["_npi_linspace"](
        start=start, stop=stop, num=num, endpoint=endpoint, ctx=place(ctx), dtype=dtype or onp.float32
    )
    return (made, (stop - start) / (num - 1)) if retstep else made


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: float = 10.0, dtype: Any = None,
    axis: int = 0, ctx: Any = None,
) -> Any:  # fmt: skip
    """``num`` powers of ``base`` with evenly spaced exponents. Arguments as `linspace`."""
    _numbers_only(start, stop, axis)
    return OPS["_npi_logspace"](
        start=start, stop=stop, num=num, endpoint=endpoint, base=base, ctx=place(ctx), dtype=dtype or onp.float32
    )


def indices(dimensions: Any, dtype: Any = onp.int32, ctx: Any = None) -> Any:
    """The indices of every element of a grid: one grid for each axis.

    Raises:
        ValueError: ``dimensions`` is no tuple or list.
    """
    if not isinstance(dimensions, (tuple, list)):
        raise ValueError("The dimensions must be sequence of ints")
    return OPS["_npi_indices"](dimensions=tuple(dimensions), dtype=dtype, ctx=place(ctx))


def hanning(M: int, dtype: Any = onp.float32, ctx: Any = None) -> Any:
    """The Hanning window of ``M`` points."""
    return OPS["_npi_hanning"](M=M, dtype=dtype, ctx=place(ctx))


def hamming(M: int, dtype: Any = onp.float32, ctx: Any = None) -> Any:
    """The Hamming window of ``M`` points."""
    return OPS["_npi_hamming"](M=M, dtype=dtype, ctx=place(ctx))


def blackman(M: int, dtype: Any = onp.float32, ctx: Any = None) -> Any:
    """The Blackman window of ``M`` points."""
    return OPS["_npi_blackman"](M=M, dtype=dtype, ctx=place(ctx))


def copy(a: Any, out: Any = None) -> Any:
    """A copy of an array."""
    return OPS["_np_copy"](a, **out_of(out))


def cast(a: Any, dtype: Any) -> Any:
    """An array in another dtype, as a recorded operation."""
    return OPS["_npi_cast"](a, dtype=onp.dtype(dtype).name)
