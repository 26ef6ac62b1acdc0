"""Operators of `mx.np` that its functions are made of, under MXNet's names for them."""

from __future__ import annotations

from typing import Any

from ..nd._custom import Custom as _Custom
from ._array import ndarray as _ndarray
from ._bind import OPS as _OPS


def Custom(*data: Any, **kwargs: Any) -> Any:
    """`mxnet.nd.Custom` on arrays of `mx.np`."""
    given = [array.as_nd_ndarray() if isinstance(array, _ndarray) else array for array in data]
    named = {key: value.as_nd_ndarray() if isinstance(value, _ndarray) else value for key, value in kwargs.items()}
    made = _Custom(*given, **named)
    return [one.as_np_ndarray() for one in made] if isinstance(made, list) else made.as_np_ndarray()


globals().update({name[len("_npi_") :]: function for name, function in _OPS.items() if name.startswith("_npi_")})
