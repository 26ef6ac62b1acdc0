"""Image operators on symbols of `mx.sym.np`."""

from __future__ import annotations

from ..numpy._bind import OPS as _OPS

_PREFIX = "_npx__image_"
globals().update({name[len(_PREFIX) :]: function for name, function in _OPS.items() if name.startswith(_PREFIX)})
