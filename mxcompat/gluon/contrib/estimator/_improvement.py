"""Which way a monitored metric gets better."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np


def comparison(kind: str, mode: str, monitor: Any) -> Any:
    """`numpy.less` for "min", `numpy.greater` for "max" and "auto".

    MXNet 1.9.1 means to look at the metric's name in "auto" mode, but always takes `greater`, with a warning.
    """
    if mode not in ("auto", "min", "max"):
        warnings.warn(f"{kind} mode {mode} is unknown: auto mode is used", RuntimeWarning, stacklevel=3)
        mode = "auto"
    if mode == "min":
        return np.less
    if mode == "auto":
        warnings.warn(
            f"mode='auto' takes a larger {monitor.get()[0]} for the better one: give mode='min' if a smaller "
            "one is, mode='max' to be rid of this warning",
            stacklevel=3,
        )
    return np.greater


def worst(better: Any) -> float:
    """The value that anything improves on."""
    return math.inf if better is np.less else -math.inf
