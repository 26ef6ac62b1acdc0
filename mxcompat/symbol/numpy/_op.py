"""Operators that are functions of `mx.sym.np` as they are."""

from __future__ import annotations

from ._bind import OPS as _OPS

globals().update({name[len("_np_") :]: function for name, function in _OPS.items() if name.startswith("_np_")})
