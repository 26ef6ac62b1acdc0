"""Single numbers out of arrays, with the manners that they had in the NumPy of MXNet's time.

``'%f' % loss.mean().asnumpy()`` stands in thousands of old notebooks: the array has shape (1,), and NumPy 2.4 refuses
to make a number of it. ``0.9 * mean + 0.1 * loss.asscalar()`` was a float64; since NumPy 2 it is a float32, which
rounds and prints otherwise. While the drop-in is active, ``asnumpy`` returns arrays of one element as
`OneElementArray`, and ``asscalar`` returns float32 and float16 numbers as `OldFloat32` and `OldFloat16`.
"""

from __future__ import annotations

from typing import Any

import numpy as np


class OneElementArray(np.ndarray):
    """A NumPy array whose only element is taken where a number is wanted; otherwise, and by name, a NumPy array."""

    def __float__(self) -> float:
        return float(self.item()) if self.size == 1 else float(self.view(np.ndarray))

    def __int__(self) -> int:
        return int(self.item()) if self.size == 1 else int(self.view(np.ndarray))

    def __complex__(self) -> complex:
        return complex(self.item()) if self.size == 1 else complex(self.view(np.ndarray))

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.item(), digits) if self.size == 1 else round(self.view(np.ndarray), digits)  # type: ignore[call-overload]

    def __getitem__(self, key: Any) -> Any:
        return scalar(super().__getitem__(key))

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        # what a reduction leaves of the array is a number, as of any other array, not an array without axes
        return scalar(array[()]) if return_scalar else array.view(type(self))

    def __repr__(self) -> str:
        return repr(self.view(np.ndarray))

    def __reduce__(self) -> Any:
        return self.view(np.ndarray).__reduce__()


# type(x) prints as what programs of the time printed
OneElementArray.__module__, OneElementArray.__name__, OneElementArray.__qualname__ = "numpy", "ndarray", "ndarray"


def _widened(name: str) -> Any:
    """An operator that computes in float64 where the other side is a Python number, or an integer of NumPy."""

    def method(self: Any, other: Any) -> Any:
        wide = type(other) in (int, float, complex) or isinstance(other, np.integer)
        return getattr(np.float64(self) if wide else self.plain(self), name)(other)

    method.__name__ = name
    return method


_ARITHMETIC = {
    f"__{side}{name}__": _widened(f"__{side}{name}__")
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "divmod")
    for side in ("", "r")
} | {f"__{name}__": _widened(f"__{name}__") for name in ("eq", "ne", "lt", "le", "gt", "ge")}


def _old(base: type) -> Any:
    """A subclass of a NumPy scalar type with NumPy 1's arithmetic, and the name of its base."""

    def reduced(self: Any) -> Any:
        return base(self).__reduce__()

    names = {"__module__": "numpy", "__slots__": (), "plain": base, "__reduce__": reduced, "__hash__": base.__hash__}
    return type(base.__name__, (base,), {**names, **_ARITHMETIC})


OldFloat32 = _old(np.float32)
OldFloat16 = _old(np.float16)
_OLD = {np.float32: OldFloat32, np.float16: OldFloat16}


class _Switch:
    """Whether conversions to NumPy have the old manners."""

    on = False


SWITCH = _Switch()


def convert(array: Any) -> Any:
    """``array`` as a `OneElementArray` if it has one element, an axis, and the switch is on."""
    return array.view(OneElementArray) if SWITCH.on and array.size == 1 and array.ndim else array


def scalar(value: Any) -> Any:
    """A NumPy float32 or float16 with NumPy 1's arithmetic if the switch is on; anything else as it is."""
    old = _OLD.get(type(value)) if SWITCH.on else None
    return value if old is None else old(value)
