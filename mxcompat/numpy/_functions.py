"""All functions of `mx.np` in one namespace, for the array's methods and the modules that show them."""

from __future__ import annotations

from typing import Any

from . import _creation, _manipulation, _reductions
from ._array import _np
from ._bind import OPS as OPS
from ._creation import cast as cast
from ._ufuncs import UFUNC_TABLE

_HIDDEN = ("array_class", "cast", "place", "c_order", "check_padding")


def _public(module: Any) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__ and not name.startswith("_")
        and name not in _HIDDEN
    }  # fmt: skip


#: name -> function
TABLE: dict[str, Any] = {**UFUNC_TABLE}
for _module in (_creation, _manipulation, _reductions):
    TABLE.update(_public(_module))
for _function in TABLE.values():
    _function.__module__ = "mxcompat.numpy"
globals().update(TABLE)
vars(_np).update(TABLE, OPS=OPS, cast=cast)
