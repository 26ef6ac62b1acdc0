"""Functions of one symbol and of two, element by element: of symbols, of numbers, and of both together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as onp

from ...numpy._ufuncs import _BINARY, _BINARY_ROWS, _COMPARE, _UNARY, _UNARY_ROWS
from ...numpy._ufuncs import UFUNC_TABLE as _OF_ARRAYS
from ...util import _check_ufunc_options
from .._symbol import Symbol
from ._bind import OPS
from ._symbol import _Symbol

_NUMBERS = (float, int, onp.generic)
_INTEGERS = (int, onp.int32, onp.int64)
#: function -> operator, where MXNet takes an alias: automatic names come from it
_NAMED_AFTER = {"abs": "_npi_abs", "fabs": "_npi_abs"}


def _finished(function: Callable[..., Any], name: str, signature: Any) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__module__ = "mxcompat.symbol.numpy"
    function.__doc__ = _OF_ARRAYS[name].__doc__
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _unary(name: str, op: str) -> Any:
    run = OPS[op]
    number = getattr(onp, "abs" if name == "fabs" else name)

    def call(x: Any, out: Any = None, **kwargs: Any) -> Any:
        if kwargs:
            _check_ufunc_options(name, kwargs, f" for operator {name}")
        if isinstance(x, _NUMBERS):
            return number(x)
        if isinstance(x, _Symbol):
            return run(x)
        raise TypeError(f"type {type(x)} not supported")

    return _finished(call, name, _UNARY)


def _binary(name: str, op: str, number: Any, scalar: str, reflected: str | None, options: bool) -> Any:
    both, right, left = OPS[op], OPS[scalar], OPS[reflected or scalar]

    def call(x1: Any, x2: Any, out: Any = None, **kwargs: Any) -> Any:
        if kwargs:
            if not options:
                raise TypeError(f"{name}() got an unexpected keyword argument '{next(iter(kwargs))}'")
            _check_ufunc_options(name, kwargs, "")
        if isinstance(x1, _NUMBERS):
            if isinstance(x2, _NUMBERS):
                return number(x1, x2)
            return left(x2, scalar=float(x1), is_int=False)
        if isinstance(x2, _NUMBERS):
            return right(x1, scalar=float(x2), is_int=isinstance(x2, _INTEGERS))
        if isinstance(x2, Symbol):
            return both(x1, x2)
        raise TypeError(f"type {type(x2)} not supported")

    return _finished(call, name, _BINARY if options else _COMPARE)


def _matmul(a: Any, b: Any, out: Any = None, **kwargs: Any) -> Any:
    if kwargs:
        _check_ufunc_options("matmul", kwargs, "")
    return OPS["_npi_matmul"](a, b)


#: name -> function
UFUNC_TABLE: dict[str, Any] = {
    name: _unary(name, _NAMED_AFTER.get(name, op)) for name, op in _UNARY_ROWS.items()
}  # fmt: skip
UFUNC_TABLE.update(
    {row[0]: _binary(row[0], row[1], getattr(onp, row[2]), str(row[3]), row[4], row[5]) for row in _BINARY_ROWS}
)
UFUNC_TABLE["matmul"] = _finished(_matmul, "matmul", None)
del UFUNC_TABLE["matmul"].__signature__
