"""`mxnet.util`: NumPy-shape scopes, environment variables, device queries."""

from __future__ import annotations

import functools
import inspect
import os
import types
from collections.abc import Callable
from typing import Any, TypeVar

import torch

from ._core.context import Context, num_gpus
from ._core.errors import MXNetError
from ._core.state import THREAD

F = TypeVar("F", bound=Any)


def is_np_shape() -> bool:
    """Whether ``()`` is the shape of a scalar and zero-size dimensions are legal in the calling thread."""
    return THREAD.np_shape


def is_np_array() -> bool:
    """Whether blocks work on `mxnet.np` arrays in the calling thread."""
    return THREAD.np_array


def set_np_shape(active: bool) -> bool:
    """Switch NumPy shapes on or off in the calling thread; returns the previous setting.

    Raises:
        ValueError: switching off while NumPy arrays are on.
    """
    if not active and THREAD.np_array:
        raise ValueError("NumPy shapes cannot be switched off while NumPy arrays are on; call npx.reset_np() for both")
    previous = THREAD.np_shape
    THREAD.np_shape = bool(active)
    return previous


class _NumpyShapeScope:
    def __init__(self, is_np_shape: bool | None) -> None:
        self._enter_is_np_shape = is_np_shape
        self._previous: list[bool] = []

    def __enter__(self) -> None:
        if self._enter_is_np_shape is not None:
            self._previous.append(set_np_shape(self._enter_is_np_shape))

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        if self._enter_is_np_shape is not None:
            set_np_shape(self._previous.pop())


def np_shape(active: bool = True) -> _NumpyShapeScope:
    """A scope with NumPy shapes on (or off)."""
    return _NumpyShapeScope(active)


def use_np_shape(func: F) -> F:
    """Decorate a function, or every method of a class, to run with NumPy shapes on.

    Raises:
        TypeError: neither a class nor callable.
    """
    return _decorate(func, True, False, "use_np_shape")


def _decorate(func: F, shape: bool, array: bool, name: str) -> F:
    """Decorate a function, or every method and property of a class, inherited ones too, to run with NumPy's ways on."""
    if inspect.isclass(func):
        for key in dir(func):
            member = inspect.getattr_static(func, key)
            if isinstance(member, property):
                getter = None if member.fget is None else _decorate(member.fget, shape, array, name)
                setattr(func, key, property(getter, member.fset, member.fdel, member.__doc__))
            elif isinstance(member, (staticmethod, classmethod)):
                if inspect.isfunction(member.__func__) and not key.startswith("__"):
                    setattr(func, key, type(member)(_decorate(member.__func__, shape, array, name)))
            elif inspect.isfunction(member):
                setattr(func, key, _decorate(member, shape, array, name))
        return func
    if not callable(func):
        raise TypeError(f"{name} decorates classes and functions, got {type(func).__name__}")

    @functools.wraps(func)
    def scoped(*args: Any, **kwargs: Any) -> Any:
        thread = THREAD  # a scope written out: blocks call dozens of decorated methods
        previous = thread.np_shape, thread.np_array
        if shape:
            thread.np_shape = True
        if array:
            thread.np_array = True
        try:
            return func(*args, **kwargs)
        finally:
            thread.np_shape, thread.np_array = previous

    return scoped  # type: ignore[return-value]


class _NumpyArrayScope:
    def __init__(self, is_np_array: bool) -> None:
        self._is_np_array = bool(is_np_array)
        self._previous: list[bool] = []

    def __enter__(self) -> _NumpyArrayScope:
        self._previous.append(THREAD.np_array)
        THREAD.np_array = self._is_np_array
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        THREAD.np_array = self._previous.pop()


def np_array(active: bool = True) -> _NumpyArrayScope:
    """A scope in which blocks work on `mxnet.np` arrays (or do not)."""
    return _NumpyArrayScope(active)


def use_np_array(func: F) -> F:
    """Decorate a function, or every method of a class, to work on `mxnet.np` arrays.

    Raises:
        TypeError: neither a class nor callable.
    """
    return _decorate(func, False, True, "use_np_array")


def use_np(func: F) -> F:
    """Decorate a function, or every method of a class, to use NumPy shapes and arrays."""
    return _decorate(func, True, True, "use_np")


def set_np(shape: bool = True, array: bool = True) -> None:
    """Switch NumPy shapes and arrays on (or off) in the calling thread.

    Args:
        shape: whether () is the shape of a scalar, and dimensions of size zero are legal.
        array: whether blocks work on `mxnet.np` arrays.

    Raises:
        ValueError: arrays without shapes.
    """
    if array and not shape:
        raise ValueError(f"set_np: array=True needs shape=True, got shape={shape!r}")
    THREAD.np_array = bool(array)
    set_np_shape(shape)


def reset_np() -> None:
    """Switch NumPy shapes and arrays off."""
    set_np(shape=False, array=False)


#: options of NumPy's universal functions, and the only value of each that is served
_UFUNC_DEFAULTS: dict[str, Any] = {"where": True, "casting": "same_kind", "order": "K", "dtype": None, "subok": True}
_UFUNC_DTYPES = ("int8", "uint8", "int32", "int64", "float16", "float32", "float64")


def np_ufunc_legal_option(key: str, value: Any) -> bool:
    """Whether NumPy's universal functions know an option of this value."""
    if key == "where":
        return True
    if key == "casting":
        return value in ("no", "equiv", "safe", "same_kind", "unsafe")
    if key == "order":
        return isinstance(value, str)
    if key == "dtype":
        return (value if isinstance(value, str) else getattr(value, "__name__", None)) in _UFUNC_DTYPES
    return key == "subok" and isinstance(value, bool)


def _check_ufunc_options(name: str, options: dict[str, Any], where: str) -> None:
    """Refuse options of a universal function that are not the defaults.

    Raises:
        TypeError: an unknown option or value.
        NotImplementedError: a legal value that is not the default.
    """
    for key, value in options.items():
        if key not in _UFUNC_DEFAULTS:
            raise TypeError(f"{key} is an invalid keyword to function '{name}'")
        if value != _UFUNC_DEFAULTS[key]:
            if np_ufunc_legal_option(key, value):
                raise NotImplementedError(f"{key}={value} is not implemented yet{where}")
            raise TypeError(f"{key}={value} not understood{where}")


def wrap_np_unary_func(func: F) -> F:
    """Decorate a function of one array to take the options of NumPy's universal functions, and refuse them."""

    @functools.wraps(func)
    def checked(x: Any, out: Any = None, **kwargs: Any) -> Any:
        _check_ufunc_options(func.__name__, kwargs, f" for operator {func.__name__}")
        return func(x, out=out)

    return checked  # type: ignore[return-value]


def wrap_np_binary_func(func: F) -> F:
    """Decorate a function of two arrays to take the options of NumPy's universal functions, and refuse them."""

    @functools.wraps(func)
    def checked(x1: Any, x2: Any, out: Any = None, **kwargs: Any) -> Any:
        _check_ufunc_options(func.__name__, kwargs, "")
        return func(x1, x2, out=out)

    return checked  # type: ignore[return-value]


def set_module(module: str) -> Callable[[F], F]:
    """Decorate a function or class to report another module."""

    def decorate(func: F) -> F:
        if module is not None:
            func.__module__ = module
        return func

    return decorate


def getenv(name: str) -> str | None:
    """The value of an environment variable; None if it is not set."""
    return os.environ.get(name)


def setenv(name: str, value: str | None) -> None:
    """Set an environment variable; None removes it."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def get_gpu_count() -> int:
    """Number of GPUs that torch can use."""
    return num_gpus()


def get_gpu_memory(gpu_dev_id: int) -> tuple[int, int]:
    """Free and total memory of a GPU, in bytes. MXNetError if there is no such GPU."""
    free, total = torch.cuda.mem_get_info(Context("gpu", gpu_dev_id).torch_device)
    return int(free), int(total)


def get_cuda_compute_capability(ctx: Context) -> int | None:
    """Compute capability of a GPU, as the number 10 * major + minor; None for a CPU context.

    Raises:
        ValueError: ``ctx`` is no context.
    """
    if not isinstance(ctx, Context):
        raise ValueError(f"ctx={ctx!r} is not a Context")
    if ctx.device_type != "gpu":
        return None
    try:
        major, minor = torch.cuda.get_device_capability(ctx.torch_device)
    except MXNetError:
        return None
    return 10 * major + minor
