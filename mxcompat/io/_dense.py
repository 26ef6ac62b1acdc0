"""A native iterator whose batches are dense arrays."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch

from .._core.context import Context, cpu
from ..nd.ndarray import NDArray
from ._batches import Batch


class Loader(Protocol):
    """What makes the batches."""

    def next(self) -> Batch | None:
        """The next batch."""

    def reset(self) -> None:
        """Begin a new pass."""

    def close(self) -> None:
        """Let go of threads and files."""


class Dense:
    """Hands a loader's NumPy batches on as arrays.

    Args:
        loader: makes the batches.
        ctx: the context that the arrays say they are on.
    """

    def __init__(self, loader: Loader, ctx: Context | None = None) -> None:
        self._loader = loader
        self._ctx = cpu(0) if ctx is None else ctx
        self.next, self.reset, self.close = loader.next, loader.reset, loader.close

    def wrap(self, part: Any) -> Any:
        """An array around a copy that nobody else holds; a column of labels becomes a vector."""
        found = np.ascontiguousarray(part)
        if not found.flags.writeable or found.base is not None:
            found = found.copy()
        return NDArray._wrap(torch.from_numpy(found), self._ctx)
