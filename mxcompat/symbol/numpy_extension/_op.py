"""The functions of `mx.sym.npx` that are operators: all but those of images and random numbers."""

from __future__ import annotations

from typing import Any

from ..numpy._bind import OPS as _OPS

#: operator functions by their name in `npx`
TABLE: dict[str, Any] = {
    name[len("_npx_") :]: function
    for name, function in _OPS.items()
    if name.startswith("_npx_") and not name.startswith("_npx__image_")
}
globals().update(TABLE)
