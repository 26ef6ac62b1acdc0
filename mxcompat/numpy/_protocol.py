"""NumPy's dispatch: functions and universal functions of official NumPy, called on arrays of `mx.np`.

Those in the tables run here; every other one runs in NumPy on copies, and its result comes back as an array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .._core.context import Context
from .._core.dtypes import to_torch_dtype
from .._core.state import FLAGS, THREAD

#: NumPy's function -> ours
FUNCTIONS: dict[Any, Callable[..., Any]] = {}
#: name of NumPy's universal function -> ours
UFUNCS: dict[str, Callable[..., Any]] = {}


def _refuse_recording(name: str) -> None:
    if FLAGS.recorders and THREAD.recording:
        raise ValueError(
            f"{name}: NumPy computes this one, so no gradient could be recorded; call it outside of autograd.record()"
        )


def to_numpy(value: Any) -> tuple[Any, Context | None]:
    """The value with arrays as NumPy arrays, in lists and tuples too; and the context of the first one."""
    if hasattr(value, "asnumpy"):
        return np.asarray(value.asnumpy()), value.ctx
    if isinstance(value, (list, tuple)):
        pairs = [to_numpy(item) for item in value]
        contexts = [ctx for _, ctx in pairs if ctx is not None]
        if any(ctx != contexts[0] for ctx in contexts):
            raise ValueError(f"the inputs lie on several contexts, {contexts}: move them to one by as_in_ctx")
        return type(value)([item for item, _ in pairs]), contexts[0] if contexts else None
    return value, None


def from_numpy(cls: type[Any], value: Any, ctx: Context) -> Any:
    """A result of NumPy as ours: arrays on ``ctx``, Python numbers as they are.

    Raises:
        TypeError: something that is no array, number, or list or tuple of these.
    """
    if isinstance(value, np.ndarray):
        tensor = torch.from_numpy(np.array(value, order="C")).to(to_torch_dtype(value.dtype))
        return cls._wrap(tensor.to(ctx.torch_device), ctx)
    if isinstance(value, np.bool_):
        return cls._wrap(torch.tensor(bool(value), device=ctx.torch_device), ctx)
    if isinstance(value, (int, float, np.generic)):
        return value
    if isinstance(value, (list, tuple)):
        made = [from_numpy(cls, item, ctx) for item in value]
        return type(value)(made) if type(value) in (list, tuple) else tuple(made)
    raise TypeError(f"a result of type {type(value)} has no form as mx.np.ndarray")


def dispatch_ufunc(cls: type[Any], ufunc: Any, method: str, inputs: Any, kwargs: dict[str, Any]) -> Any:
    """Serve ``ufunc`` on arrays of ours."""
    if "out" in kwargs:
        out = kwargs["out"]
        if len(out) != 1:
            raise ValueError(f"out must hold one array, got {len(out)}")
        kwargs["out"] = out[0]
    if method != "__call__":
        return NotImplemented
    ours = UFUNCS.get(ufunc.__name__)
    if ours is not None:
        return ours(*inputs, **kwargs)
    _refuse_recording(ufunc.__name__)
    given, ctx = to_numpy(list(inputs))
    return from_numpy(cls, ufunc(*given, **kwargs), ctx)  # type: ignore[arg-type]


def dispatch_function(cls: type[Any], func: Any, types: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Serve a function of NumPy on arrays of ours."""
    ours = FUNCTIONS.get(func)
    if ours is not None:
        if not all(issubclass(t, cls) for t in types):
            return NotImplemented
        return ours(*args, **kwargs)
    return fall_back(cls, func, args, kwargs)


def fall_back(cls: type[Any], func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Run a function of NumPy on copies."""
    _refuse_recording(getattr(func, "__name__", str(func)))
    given, ctx = to_numpy(args)
    if ctx is None:
        raise ValueError("Unknown context for the input ndarrays: none of the positional arguments is one")
    return from_numpy(cls, func(*given, **{k: to_numpy(v)[0] for k, v in kwargs.items()}), ctx)
