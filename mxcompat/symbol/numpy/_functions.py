"""All functions of `mx.sym.np` in one namespace.

What they mean is said where their namesakes of `mx.np` are defined: these make nodes of the same operators.

Source: MXNet 1.9.1 python/mxnet/symbol/numpy/_symbol.py.
"""

from __future__ import annotations

from typing import Any

from ...numpy._functions import TABLE as _OF_ARRAYS
from . import _creation, _joining, _reductions, _shaping
from ._bind import OPS as OPS
from ._elementwise import UFUNC_TABLE

#: functions that are operators as they are
_DIRECT = (
    "all any amax amin atleast_1d atleast_2d atleast_3d copy cumsum diag diagflat diagonal dot max min moveaxis prod "
    "product repeat reshape roll sometrue squeeze sum trace transpose"
).split()


def _public(module: Any) -> dict[str, Any]:
    return {
        name: value for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__ and not name.startswith("_")
    }  # fmt: skip


#: name -> function
TABLE: dict[str, Any] = {**UFUNC_TABLE, **{name: OPS[f"_np_{name}"] for name in _DIRECT}}
for _module in (_creation, _joining, _reductions, _shaping):
    TABLE.update(_public(_module))
for _name, _function in TABLE.items():
    _function.__module__ = "mxcompat.symbol.numpy"
    if _function.__doc__ is None and _name in _OF_ARRAYS:
        _function.__doc__ = _OF_ARRAYS[_name].__doc__
globals().update(TABLE)
