"""Functions of `mxnet.nd` and `mxnet.sym` that cast their inputs."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import nd as ndarray
from ... import symbol
from ..._core.dtypes import bfloat16
from ...graph.node import Entry, mutated_inputs
from ...nd import NDArray
from ...symbol import Symbol
from ._lists import (
    list_conditional_fp32_ops,
    list_fp32_ops,
    list_loss_output_functions,
    list_lp16_ops,
    list_lp16_use_fp32_params,
    list_widest_type_cast,
)

#: prefix of an operator's name -> the module below `mxnet.nd` that has the rest of it
_PLACES = {"_contrib_": "contrib", "_linalg_": "linalg", "_sparse_": "sparse", "_image_": "image", "_random_": "random"}

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def dtype_text(dtype: Any) -> str:
    """The name of one of the three types."""
    return "bfloat16" if dtype == bfloat16 else str(np.dtype(dtype).name)


def cast(value: Any, dtype: Any) -> Any:
    """A symbol or array in another type; anything else, and arrays of types that are left alone, as they are.

    Of arrays on the CPU MXNet 1.9.1 casts float32 and bfloat16, of those on a GPU float32 and float16.
    """
    if isinstance(value, Symbol):
        return symbol.amp_cast(value, dtype=dtype_text(dtype))
    if isinstance(value, NDArray):
        small = bfloat16 if value.context.device_type == "cpu" else np.float16
        if value.dtype != dtype and (value.dtype == np.float32 or value.dtype == small):
            return ndarray.amp_cast(value, dtype=dtype_text(dtype))
    return value


def wrap_all(
    target_dtype: Any,
    target_precision_ops: Sequence[str] | None,
    conditional_fp32_ops: Sequence[tuple[str, str, Sequence[str]]] | None,
    fp32_ops: Sequence[str] | None,
) -> None:
    """Make every listed function cast, in the modules and in the methods of arrays and symbols."""
    kept = list_lp16_use_fp32_params(target_dtype) or {}
    small = list_lp16_ops(target_dtype) if target_precision_ops is None else target_precision_ops
    wide = list_fp32_ops(target_dtype) if fp32_ops is None else fp32_ops
    sometimes = list_conditional_fp32_ops(target_dtype) if conditional_fp32_ops is None else conditional_fp32_ops
    for module, cls, casting in ((symbol, Symbol, _casting_symbols), (ndarray, NDArray, _casting_arrays)):
        for name in small:
            _wrap(module, cls, name, functools.partial(casting, target_dtype, kept.get(name), None))
        for name in wide:
            _wrap(module, cls, name, functools.partial(casting, np.float32, None, None))
        for name, key, values in sometimes:
            _wrap(module, cls, name, functools.partial(casting, np.float32, None, (key, values)))
        for name in list_widest_type_cast(target_dtype):
            _wrap(module, cls, name, functools.partial(_widening, target_dtype))


def wrap_losses(scaler: Any, target_dtype: Any) -> None:
    """Make losses on arrays multiply ``grad_scale`` by the loss scale, and those on symbols say that they do not."""
    for name in list_loss_output_functions(target_dtype):
        for place in (ndarray, ndarray.op):
            setattr(place, name, _scaling(scaler, getattr(place, name)))
        for place in (symbol, symbol.op):
            setattr(place, name, _warning(getattr(place, name)))


def _wrap(module: Any, cls: Any, name: str, wrapper: Wrapper) -> None:
    """Put a wrapper around an operator's function wherever it is found."""
    place, short = module, name
    for prefix, part in _PLACES.items():
        if name.startswith(prefix):
            if prefix == "_random_" and not name.endswith("_like"):
                place = module._internal
            else:
                place, short = getattr(module, part), name[len(prefix) :]
            break
    else:
        if name.startswith("_"):
            place = module._internal
    function = getattr(place, short, None)
    if function is None:
        return  # an operator that this package does not have, so nobody calls it
    wrapped = wrapper(function)
    setattr(place, short, wrapped)
    if place is module:
        setattr(module.op, short, wrapped)
        method = getattr(cls, short, None)
        if callable(method) and not short.startswith("_"):
            setattr(cls, short, wrapper(method))
    for dunder in _DUNDERS.get(name, ()):
        if (cls is Symbol) == (name.startswith("_")) and hasattr(cls, dunder):
            setattr(cls, dunder, wrapper(getattr(cls, dunder)))


def _dunders(*pairs: tuple[str, str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for on_arrays, on_symbols, stem in pairs:
        found[on_arrays] = found[on_symbols] = (f"__{stem}__",)
    return found


#: operator -> the Python operator that computes it, of arrays (`broadcast_*`) and of symbols
_DUNDERS = _dunders(
    ("broadcast_add", "_Plus", "add"),
    ("broadcast_sub", "_Minus", "sub"),
    ("broadcast_mul", "_Mul", "mul"),
    ("broadcast_div", "_Div", "truediv"),
    ("broadcast_mod", "_Mod", "mod"),
    ("broadcast_power", "_Power", "pow"),
    ("broadcast_equal", "_equal", "eq"),
    ("broadcast_not_equal", "_not_equal", "ne"),
    ("broadcast_greater", "_greater", "gt"),
    ("broadcast_greater_equal", "_greater_equal", "ge"),
    ("broadcast_lesser", "_lesser", "lt"),
    ("broadcast_lesser_equal", "_lesser_equal", "le"),
)


def _applies(condition: tuple[str, Sequence[str]] | None, given: dict[str, Any]) -> bool:
    return condition is None or given.get(condition[0]) in condition[1]


def _casting_arrays(
    dtype: Any, kept: list[str] | None, condition: tuple[str, Sequence[str]] | None, function: Callable[..., Any]
) -> Callable[..., Any]:
    """Cast arrays among the arguments, but for those of the inputs named in ``kept``."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not _applies(condition, kwargs):
            return function(*args, **kwargs)
        places = kept or ()
        new = [x if i < len(places) and places[i] else cast(x, dtype) for i, x in enumerate(args)]
        named = {key: x if key in places or key == "out" else cast(x, dtype) for key, x in kwargs.items()}
        return function(*new, **named)

    return call


def _casting_symbols(
    dtype: Any, kept: list[str] | None, condition: tuple[str, Sequence[str]] | None, function: Callable[..., Any]
) -> Callable[..., Any]:
    """Put casts before the inputs of the new node, automatic variables among them, but not before what it writes to."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        made = function(*args, **kwargs)
        if _applies(condition, kwargs) and isinstance(made, Symbol):
            node = made.handle[0].node
            states = mutated_inputs(node)
            places = kept or ()
            inputs: list[Entry] = []
            for i, entry in enumerate(node.inputs):
                same = entry.node in states or (i < len(places) and places[i])
                inputs.append(entry if same else cast(Symbol([entry]), dtype).handle[0])
            node.inputs = inputs
        return made

    return call


def _widening(target_dtype: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """Bring arrays or symbols among the arguments to the widest type there is."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        positional = list(args)
        found: list[tuple[Any, Any, Any]] = [
            (where, key, x)
            for where, items in ((positional, enumerate(args)), (kwargs, kwargs.items()))
            for key, x in items
            if isinstance(x, (Symbol, NDArray)) and key != "out"
        ]
        values = [x for _, _, x in found]
        if any(isinstance(x, Symbol) for x in values):
            if len(values) > 1:
                casts = symbol.amp_multicast(*values, num_outputs=len(values))
                for i, (where, key, _) in enumerate(found):
                    where[key] = casts[i]
            return function(*positional, **kwargs)
        if any(x.dtype == np.float32 for x in values):
            for where, key, x in found:
                if x.dtype == target_dtype:
                    where[key] = ndarray.amp_cast(x, dtype="float32")
        return function(*positional, **kwargs)

    return call


def _scaling(scaler: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        kwargs["grad_scale"] = kwargs.get("grad_scale", 1.0) * scaler.loss_scale
        return function(*args, **kwargs)

    return call


def _warning(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        logging.warning(
            "%s: under dynamic loss scaling it works imperatively only, not in a symbol or a hybridized block",
            function.__name__,
        )
        return function(*args, **kwargs)

    return call
