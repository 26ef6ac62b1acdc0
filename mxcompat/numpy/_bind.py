"""The operators bound for `mx.np.ndarray`, under their registered names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..nd._bind import signature_of
from ..nd._calls import make_call
from ..ops import load_all
from ..registry.names import is_numpy_name, numpy_place
from ..registry.operator import REGISTRY
from ._array import ndarray

load_all()


def _bound() -> dict[str, Callable[..., Any]]:
    functions = {}
    for name, op in REGISTRY.items():
        if not is_numpy_name(name):
            continue
        place = numpy_place(name)
        function = make_call(op, ndarray, ndarray)
        function.__name__ = function.__qualname__ = place.name.removeprefix("_image_")
        function.__module__ = "mxcompat.numpy_extension" if name.startswith("_npx") else "mxcompat.numpy"
        function.__doc__ = op.doc
        function.__signature__ = signature_of(op)  # type: ignore[attr-defined]
        function.__wrapped_operator__ = op  # type: ignore[attr-defined]
        functions[name] = function
    return functions


#: registered name -> function
OPS = _bound()


def out_of(out: Any) -> dict[str, Any]:
    """The keyword for an array to write to; none without one, since calls with ``out=`` take the long way."""
    return {} if out is None else {"out": out}
