"""Binding of the registered operators into the modules of `mxnet.sym`: from a call to a node."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from .._core.dtypes import dtype_name
from .._core.errors import ArgumentTypeError
from .._core.sentinels import _Null
from ..attribute import _scoped_attributes
from ..graph.build import make_node, operator_attributes, outputs_of
from ..graph.node import Node
from ..name import _new_name
from ..registry.names import is_numpy_name, legacy_place, numpy_place
from ..registry.operator import REGISTRY, Operator

#: where the functions of the top namespace are found again by pickle
_MODULES = {"": "mxcompat.symbol"}


@functools.cache
def _parameter(name: str, kind: Any, default: Any) -> inspect.Parameter:
    """A signature parameter; the same few names recur in hundreds of operators."""
    return inspect.Parameter(name, kind, default=default)


def signature_of(op: Operator) -> inspect.Signature:
    """MXNet's signature of a symbol function: inputs, attributes, ``name``, ``attr``, ``out``, ``**kwargs``."""
    kind, nothing = inspect.Parameter, inspect.Parameter.empty
    rest = _parameter("kwargs", kind.VAR_KEYWORD, nothing)
    if op.variadic is not None:
        return inspect.Signature([_parameter(op.variadic, kind.VAR_POSITIONAL, nothing), rest])
    names = [_parameter(n, kind.POSITIONAL_OR_KEYWORD, None) for n in op.inputs]
    names += [_parameter(n, kind.POSITIONAL_OR_KEYWORD, _Null) for n in op.attr_names]
    names += [_parameter(n, kind.POSITIONAL_OR_KEYWORD, None) for n in ("name", "attr", "out")]
    return inspect.Signature([*names, rest], __validate_parameters__=False)


def _wrap(cls: type[Any], node: Node) -> Any:
    """A symbol of the outputs of a node; of the NumPy front end a list of symbols if there are several."""
    outputs = outputs_of(node)
    return [cls([entry]) for entry in outputs] if cls._in_numpy and len(outputs) > 1 else cls(outputs)


def _check_front_end(op: Operator, hint: str, value: Any, cls: type[Any]) -> None:
    """TypeError for a symbol of the other front end."""
    if value._in_numpy is not cls._in_numpy:
        kinds = ("a legacy", "legacy symbols", "a NumPy-style symbol", "as_nd_ndarray()")
        if cls._in_numpy:
            kinds = ("a NumPy-style", "symbols of mx.sym.np", "a legacy symbol", "as_np_ndarray()")
        raise TypeError(
            f"{hint} ({op.name}) is {kinds[0]} operator, which takes {kinds[1]} only, but received {kinds[2]} "
            f"{value.list_outputs()}: convert it by {kinds[3]}"
        )


def make_call(op: Operator, hint: str, base: type[Any], cls: type[Any]) -> Callable[..., Any]:
    """The Python function of ``op``: takes symbols of class ``base``, returns one of class ``cls``.

    Args:
        hint: start of automatic names.
    """
    inputs = op.inputs
    positions = (*inputs, *op.attr_names, "name", "attr", "out")

    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > len(positions):
            raise TypeError(
                f"{hint}() takes from 0 to {len(positions)} positional arguments but {len(args)} were given"
            )
        for name, value in zip(positions, args, strict=False):
            if name in kwargs:
                raise TypeError(f"{hint}() got multiple values for argument '{name}'")
            kwargs[name] = value
        attr, name, _ = kwargs.pop("attr", None), kwargs.pop("name", None), kwargs.pop("out", None)
        symbols: dict[str, Any] = {}
        attrs: dict[str, Any] = _scoped_attributes(attr)
        for key, value in kwargs.items():
            if isinstance(value, base):
                _check_front_end(op, hint, value, cls)
                symbols[key] = value.handle
            elif key in inputs:
                if value is not None:
                    raise ArgumentTypeError(f"{op.name}: Argument {key} must be Symbol instances, but got {value!r}")
            elif value is not _Null and not (cls._in_numpy and value is None and key == "dtype"):
                attrs[key] = dtype_name(value) if key == "dtype" else value
        node_name = _new_name(name, hint)
        return _wrap(cls, make_node(op, node_name, operator_attributes(attrs), (), symbols))

    return call


def make_variadic_call(op: Operator, hint: str, base: type[Any], cls: type[Any]) -> Callable[..., Any]:
    """As `make_call`, for an operator that takes any number of symbols."""
    count = op.num_args
    graphs = getattr(op, "subgraphs", 0)

    def call(*args: Any, **kwargs: Any) -> Any:
        for value in args:
            if not isinstance(value, base):
                raise ArgumentTypeError(f"{op.name}: inputs by position must be Symbols, got {value!r}")
            _check_front_end(op, hint, value, cls)
        attr, name, _ = kwargs.pop("attr", None), kwargs.pop("name", None), kwargs.pop("out", None)
        if "dtype" in kwargs:
            kwargs["dtype"] = dtype_name(kwargs["dtype"])
        kwargs.update(_scoped_attributes(attr))
        symbols = {key: value for key, value in kwargs.items() if isinstance(value, base)}
        if args and symbols:
            raise TypeError(
                f"{op.name}: {len(args)} inputs came by position and {sorted(symbols)} by keyword; give all in one way"
            )
        attrs = {key: value for key, value in kwargs.items() if key not in symbols}
        if count is not None and count not in attrs:
            attrs[count] = len(args) + len(symbols)
        node_name = _new_name(name, hint)
        named = {key: value.handle for key, value in symbols.items()}
        node = make_node(op, node_name, operator_attributes(attrs), [value.handle for value in args], named)
        return _wrap(cls, node)

    call.__subgraphs__ = graphs  # type: ignore[attr-defined]
    return call


def bind(op: Operator, name: str, base: type[Any], cls: type[Any], module: str) -> Callable[..., Any]:
    """The finished function of an operator under one of its names."""
    maker = make_call if op.variadic is None else make_variadic_call
    function = maker(op, name.lower(), base, cls)
    function.__name__ = function.__qualname__ = name
    function.__module__ = module
    function.__doc__ = op.doc
    function.__signature__ = signature_of(op)  # type: ignore[attr-defined]
    function.__wrapped_operator__ = op  # type: ignore[attr-defined]
    return function


def bind_all(base: type[Any], cls: type[Any]) -> dict[str, dict[str, Callable[..., Any]]]:
    """The functions of every legacy operator name, by namespace and by the name there."""
    spaces: dict[str, dict[str, Callable[..., Any]]] = {}
    for name, op in REGISTRY.items():
        if is_numpy_name(name):
            continue
        place = legacy_place(name)
        module = _MODULES.get(place.namespace, f"mxcompat.symbol.{place.namespace}")
        spaces.setdefault(place.namespace, {})[place.name] = bind(op, place.name, base, cls, module)
    return spaces


def bind_numpy(base: type[Any], cls: type[Any]) -> dict[str, Callable[..., Any]]:
    """The functions of every operator of the NumPy front end, by registered name."""
    functions = {}
    for name, op in REGISTRY.items():
        if is_numpy_name(name):
            place = numpy_place(name)
            module = "mxcompat.symbol.numpy_extension" if place.namespace.startswith("npx") else "mxcompat.symbol.numpy"
            shown = place.name.removeprefix("_image_")
            shown = "random_randint" if shown == "randint" else shown  # automatic names come from it
            functions[name] = bind(op, shown, base, cls, module)
    return functions
