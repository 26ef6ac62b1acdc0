"""How an NDArray meets NumPy and other array libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch._C import _to_dlpack as to_dlpack

if TYPE_CHECKING:
    from .._core.context import Context


class NumpyProtocol:
    """NumPy functions work on a copy of the array's values; DLPack shares memory."""

    __slots__ = ()

    _t: torch.Tensor
    _ctx: Context

    if TYPE_CHECKING:

        def asnumpy(self) -> Any: ...

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """The values as a NumPy array, always a copy."""
        values = self.asnumpy()
        return values if dtype is None else values.astype(dtype, copy=False)

    def __dlpack__(self, **kwargs: Any) -> Any:
        """A DLPack capsule that shares the array's memory."""
        return self._t.detach().__dlpack__(**kwargs)

    def __dlpack_device__(self) -> Any:
        """The DLPack device of the array."""
        return self._t.__dlpack_device__()

    def to_dlpack_for_read(self) -> Any:
        """A DLPack capsule that shares the array's memory, for reading."""
        return to_dlpack(self._t.detach())

    def to_dlpack_for_write(self) -> Any:
        """A DLPack capsule that shares the array's memory, for reading and writing."""
        return to_dlpack(self._t.detach())


def host_array(source: Any, dtype: Any = None) -> Any:
    """A NumPy array from anything `nd.array` takes; ``dtype`` as NumPy takes it."""
    return np.array(source, dtype=dtype) if not isinstance(source, np.ndarray) else source
