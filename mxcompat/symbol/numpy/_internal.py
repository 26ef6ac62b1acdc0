"""Operators of `mx.sym.np` that its functions are made of."""

from __future__ import annotations

from typing import Any

from .._custom import Custom as _Custom
from ._bind import OPS as _OPS
from ._symbol import _Symbol


def Custom(*data: Any, **kwargs: Any) -> Any:
    """`mxnet.sym.Custom` on symbols of `mx.sym.np`."""
    given = [one.as_nd_ndarray() if isinstance(one, _Symbol) else one for one in data]
    named = {key: value.as_nd_ndarray() if isinstance(value, _Symbol) else value for key, value in kwargs.items()}
    made = _Custom(*given, **named)
    parts = [_Symbol([entry]) for entry in made.handle]
    return parts if len(parts) > 1 else parts[0]


globals().update({name[len("_npi_") :]: function for name, function in _OPS.items() if name.startswith("_npi_")})
