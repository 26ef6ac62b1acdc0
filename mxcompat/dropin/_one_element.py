"""Arrays of one element that convert to Python numbers, as every such array did before NumPy 2.4.

``'%f' % loss.mean().asnumpy()`` stands in thousands of old notebooks: the array has shape (1,), and NumPy now refuses
to make a number of it. While the drop-in is active, ``NDArray.asnumpy`` returns such arrays as `OneElementArray`.
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

    def __repr__(self) -> str:
        return repr(self.view(np.ndarray))

    def __reduce__(self) -> Any:
        return self.view(np.ndarray).__reduce__()


# type(x) prints as what programs of the time printed
OneElementArray.__module__, OneElementArray.__name__, OneElementArray.__qualname__ = "numpy", "ndarray", "ndarray"


class _Switch:
    """Whether conversions to NumPy return `OneElementArray`."""

    on = False


SWITCH = _Switch()


def convert(array: Any) -> Any:
    """``array`` as a `OneElementArray` if it has one element, an axis, and the switch is on."""
    return array.view(OneElementArray) if SWITCH.on and array.size == 1 and array.ndim else array
