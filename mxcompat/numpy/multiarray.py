"""`mxnet.numpy.multiarray`: the array class and the functions of `mx.np`."""

from __future__ import annotations

from .._core.context import Context as Context
from .._core.context import current_context as current_context
from ..nd.ndarray import NDArray as NDArray
from . import fallback as fallback
from ._array import ndarray as ndarray
from ._functions import TABLE as _TABLE
from .fallback import *  # noqa: F403

globals().update(_TABLE)

__all__ = ["ndarray", *_TABLE, *fallback.__all__]
