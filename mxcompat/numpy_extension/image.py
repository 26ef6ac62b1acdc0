"""Image operators on arrays of `mx.np`, and what `mxnet.image` has, which answers here too."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..numpy._bind import OPS as _OPS

_PREFIX = "_npx__image_"
_PACKAGE = __package__.rpartition(".")[0]

for _name, _function in _OPS.items():
    if _name.startswith(_PREFIX):
        globals()[_name[len(_PREFIX) :]] = _function


def __getattr__(name: str) -> Any:
    # the readers and augmenters stand on rooms above this one, so they are looked up when they are asked for
    if not name.startswith("_"):
        found = getattr(import_module(f"{_PACKAGE}.image"), name, None)
        if found is not None:
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *[n for n in dir(import_module(f"{_PACKAGE}.image")) if not n.startswith("_")]})
