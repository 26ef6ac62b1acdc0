"""Image operators on arrays of `mx.np`."""

from __future__ import annotations

from ..numpy._bind import OPS as _OPS

_PREFIX = "_npx__image_"

for _name, _function in _OPS.items():
    if _name.startswith(_PREFIX):
        globals()[_name[len(_PREFIX) :]] = _function
