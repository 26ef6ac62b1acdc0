"""Integer arrays with a gradient.

MXNet differentiates integers, torch does not. An integer array that takes part in a graph (``attach_grad`` on it, or a
recorded computation from such an array) is of this subclass and has, beside its tensor, a float64 *shadow* in torch's
graph (see `autograd._graph`). The subclass exists so that the short ways of common operators, which know plain NDArrays
only, leave such arrays to `_invoke.invoke`; nothing is paid for it elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from .._core.state import FLAGS, THREAD
from ..autograd._graph import set_shadow, shadow_of
from ._invoke import INTEGER_CLASS
from .ndarray import NDArray


def also_on_shadow(cls: type[Any], name: str) -> Callable[..., Any]:
    """The method of an array class, which also records on the shadow."""
    plain = getattr(cls, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = plain(self, *args, **kwargs)
        shadow = shadow_of(self._t)
        if shadow is not None and FLAGS.recorders and THREAD.recording and result is not self:
            twin: Tensor = plain(cls._wrap(shadow, self._ctx), *args, **kwargs)._t
            result._become_integer_variable()
            set_shadow(result._t, twin)
        return result

    method.__name__ = name
    method.__doc__ = plain.__doc__
    return method


class IntegerVariable(NDArray):
    """An integer NDArray that is in a graph."""

    __slots__ = ()


IntegerVariable.__name__ = IntegerVariable.__qualname__ = "NDArray"
IntegerVariable.__module__ = NDArray.__module__
for _name in ("__getitem__", "reshape", "copyto"):
    setattr(IntegerVariable, _name, also_on_shadow(NDArray, _name))
INTEGER_CLASS[NDArray] = INTEGER_CLASS[IntegerVariable] = IntegerVariable
