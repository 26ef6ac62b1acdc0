"""The shortest way through an operator: what its attributes decide is decided once, and torch is called.

An operator may name a `Operator.shortcut`, which turns attribute values and a number of axes into a function of float32
tensors with nothing left to check. The functions are kept by the raw values of a call. Whatever is out of the ordinary
(a history, another dtype, ``out=``, something that does not fit) takes the long way, which also says what is wrong.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from ..registry.operator import Operator

if TYPE_CHECKING:
    from .ndarray import NDArray

_new = object.__new__
_FLOAT32 = torch.float32
#: what a call that does not fit may raise before the long way is taken
_FAILED = (RuntimeError, TypeError, ValueError, IndexError)


def _has_negative_zero(values: Any) -> bool:
    return any(type(v) is float and v == 0.0 and math.copysign(1.0, v) < 0 for v in values)


def _planner(op: Operator) -> Callable[..., Any]:
    """The function for a number of axes and raw attribute values; None where there is no short way."""
    shortcut, parse = op.shortcut, op.parse

    def plan(ndim: int, *args: Any, **kwargs: Any) -> Any:
        return shortcut(ndim, *parse(*args, **kwargs))  # type: ignore[misc]

    kept = functools.lru_cache(maxsize=1024, typed=True)(plan)
    if not any(a.tag.mxnet_name.startswith("float") for a in op.attributes):
        return kept

    def careful(ndim: int, *args: Any, **kwargs: Any) -> Any:
        # to a cache -0.0 is 0.0
        if (0.0 in args and _has_negative_zero(args)) or (
            kwargs and 0.0 in kwargs.values() and _has_negative_zero(kwargs.values())
        ):
            return None
        return kept(ndim, *args, **kwargs)

    return careful


def short_call(op: Operator, base: type[NDArray], cls: type[NDArray], long: Callable[..., Any]) -> Callable[..., Any]:
    """``long``, the function of an operator with a shortcut, with the short way before it."""
    return (_short_many if op.variadic is not None else _short_one)(op, base, cls, long)


def _short_one(op: Operator, base: type[NDArray], cls: type[NDArray], long: Callable[..., Any]) -> Callable[..., Any]:
    plan, most = _planner(op), len(op.attributes)

    def call(data: Any = None, *args: Any, **kwargs: Any) -> Any:
        if type(data) is base:
            tensor = data._t
            if (
                tensor.dtype is _FLOAT32
                and not tensor.requires_grad
                and len(args) <= most
                and not (kwargs and ("out" in kwargs or "name" in kwargs))
            ):
                try:
                    kernel = plan(tensor.dim(), *args, **kwargs)
                    if kernel is not None:
                        array = _new(cls)
                        array._t = kernel(tensor)
                        array._ctx = data._ctx
                        return array
                except _FAILED:
                    pass
        elif data is None and not args:
            return long(**kwargs)
        return long(data, *args, **kwargs)

    return call


def _short_many(op: Operator, base: type[NDArray], cls: type[NDArray], long: Callable[..., Any]) -> Callable[..., Any]:
    plan, count = _planner(op), op.num_args

    def call(*args: Any, **kwargs: Any) -> Any:
        if args and not (kwargs and ("out" in kwargs or "name" in kwargs or count in kwargs)):
            tensors = []
            for array in args:
                if type(array) is not base:
                    return long(*args, **kwargs)
                tensor = array._t
                if tensor.dtype is not _FLOAT32 or tensor.requires_grad:
                    return long(*args, **kwargs)
                tensors.append(tensor)
            try:
                kernel = plan(tensors[0].dim(), **kwargs)
                if kernel is not None:
                    array = _new(cls)
                    array._t = kernel(tensors)
                    array._ctx = args[0]._ctx
                    return array
            except _FAILED:
                pass
        return long(*args, **kwargs)

    return call
