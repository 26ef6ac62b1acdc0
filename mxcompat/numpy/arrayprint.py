"""How arrays are printed."""

from __future__ import annotations

from typing import Any

import numpy as _np

__all__ = ["set_printoptions"]


def set_printoptions(precision: int | None = None, threshold: int | None = None, **kwarg: Any) -> None:
    """Set NumPy's printing options, with which arrays are printed.

    Args:
        precision: digits after the point; None keeps the setting.
        threshold: number of elements from which on a part is shown.

    Raises:
        NotImplementedError: another option.
    """
    if kwarg:
        raise NotImplementedError(f"set_printoptions takes precision and threshold only, got also {sorted(kwarg)}")
    _np.set_printoptions(precision=precision, threshold=threshold)
