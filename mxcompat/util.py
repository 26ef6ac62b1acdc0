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
from ._core.errors import MXNetError, NotSupportedError
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
    return _decorate(func, np_shape, "use_np_shape")


def _decorate(func: F, scope: Callable[[], Any], name: str) -> F:
    if inspect.isclass(func):
        for key, member in list(vars(func).items()):
            if isinstance(member, property):
                getter = None if member.fget is None else _decorate(member.fget, scope, name)
                setattr(func, key, property(getter, member.fset, member.fdel, member.__doc__))
            elif inspect.isfunction(member):
                setattr(func, key, _decorate(member, scope, name))
        return func
    if not callable(func):
        raise TypeError(f"{name} can only decorate classes and callable objects, got {type(func).__name__}")

    @functools.wraps(func)
    def scoped(*args: Any, **kwargs: Any) -> Any:
        with scope():
            return func(*args, **kwargs)

    return scoped  # type: ignore[return-value]


class _NumpyArrayScope:
    def __init__(self, is_np_array: bool) -> None:
        self._enter_is_np_array = is_np_array

    def __enter__(self) -> None:
        if self._enter_is_np_array:
            raise NotSupportedError("np_array", "mx.np is not there yet")

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        pass


def np_array(active: bool = True) -> _NumpyArrayScope:
    """A scope in which blocks work on `mxnet.np` arrays: entering an active one is not available yet."""
    return _NumpyArrayScope(active)


def use_np_array(func: F) -> F:
    """Decorate a function, or every method of a class, to work on `mxnet.np` arrays: a call is not available yet."""
    return _decorate(func, np_array, "use_np_array")


def use_np(func: F) -> F:
    """Decorate a function, or every method of a class, to use NumPy shapes and arrays: as `use_np_array`."""
    return use_np_shape(use_np_array(func))


def set_np(shape: bool = True, array: bool = True) -> None:
    """Switch NumPy shapes and arrays on: arrays are not available yet.

    Raises:
        ValueError: arrays without shapes.
    """
    if array and not shape:
        raise ValueError("NumPy shapes cannot be off when NumPy arrays are on")
    if array:
        raise NotSupportedError("npx.set_np", "mx.np is not there yet")
    set_np_shape(shape)


def reset_np() -> None:
    """Switch NumPy shapes and arrays off."""
    set_np(shape=False, array=False)


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
