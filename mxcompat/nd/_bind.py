"""Binding of the registered operators into the modules of `mxnet.nd`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from .._core.sentinels import _Null
from ..registry.names import is_numpy_name, legacy_place
from ..registry.operator import REGISTRY, Operator
from ._calls import make_call

#: where the functions of the top namespace are found again by pickle
_MODULES = {"": "mxcompat.nd"}


@functools.cache
def _parameter(name: str, kind: Any, default: Any) -> inspect.Parameter:
    """A signature parameter; the same few names recur in hundreds of operators."""
    return inspect.Parameter(name, kind, default=default)


def signature_of(op: Operator) -> inspect.Signature:
    """MXNet's signature of an operator function: inputs, attributes, ``out``, ``name``, ``**kwargs``."""
    kind, nothing = inspect.Parameter, inspect.Parameter.empty
    rest = _parameter("kwargs", kind.VAR_KEYWORD, nothing)
    if op.variadic is not None:
        return inspect.Signature([_parameter(op.variadic, kind.VAR_POSITIONAL, nothing), rest])
    names = [_parameter(n, kind.POSITIONAL_OR_KEYWORD, None) for n in op.inputs]
    names += [_parameter(n, kind.POSITIONAL_OR_KEYWORD, _Null) for n in op.attr_names]
    names += [_parameter(n, kind.POSITIONAL_OR_KEYWORD, None) for n in ("out", "name")]
    return inspect.Signature([*names, rest], __validate_parameters__=False)


def bind_all(base: type[Any], cls: type[Any]) -> dict[str, dict[str, Callable[..., Any]]]:
    """The functions of every legacy operator name, by namespace and by the name there."""
    spaces: dict[str, dict[str, Callable[..., Any]]] = {}
    for name, op in REGISTRY.items():
        if is_numpy_name(name):
            continue
        place = legacy_place(name)
        function = make_call(op, base, cls)
        function.__name__ = function.__qualname__ = place.name
        function.__module__ = _MODULES.get(place.namespace, f"mxcompat.nd.{place.namespace}")
        function.__doc__ = op.doc
        function.__signature__ = signature_of(op)  # type: ignore[attr-defined]
        function.__wrapped_operator__ = op  # type: ignore[attr-defined]
        spaces.setdefault(place.namespace, {})[place.name] = function
    return spaces
