"""The element types of MXNet 1.9.1 and what torch and NumPy call them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .errors import DtypeError

#: MXNet's own type object for bfloat16, which NumPy lacks.
bfloat16 = np.dtype([("bfloat16", np.uint16)])

#: name, torch dtype, NumPy scalar type (what ``NDArray.dtype`` returns), MXNet type flag
_TABLE: tuple[tuple[str, torch.dtype, Any, int], ...] = (
    ("float32", torch.float32, np.float32, 0),
    ("float64", torch.float64, np.float64, 1),
    ("float16", torch.float16, np.float16, 2),
    ("uint8", torch.uint8, np.uint8, 3),
    ("int32", torch.int32, np.int32, 4),
    ("int8", torch.int8, np.int8, 5),
    ("int64", torch.int64, np.int64, 6),
    ("bool", torch.bool, np.bool_, 7),
    ("bfloat16", torch.bfloat16, bfloat16, 12),
)

NAMES: tuple[str, ...] = tuple(row[0] for row in _TABLE)
TORCH_OF_NAME: dict[str, torch.dtype] = {row[0]: row[1] for row in _TABLE}
NAME_OF_TORCH: dict[torch.dtype, str] = {row[1]: row[0] for row in _TABLE}
NUMPY_OF_TORCH: dict[torch.dtype, Any] = {row[1]: row[2] for row in _TABLE}
FLAG_OF_TORCH: dict[torch.dtype, int] = {row[1]: row[3] for row in _TABLE}
TORCH_OF_FLAG: dict[int, torch.dtype] = {row[3]: row[1] for row in _TABLE}

_CACHE: dict[Any, torch.dtype] = {}
for _name, _torch, _numpy, _ in _TABLE:
    _CACHE[_name] = _CACHE[_torch] = _CACHE[np.dtype(_numpy)] = _torch
    if _name != "bfloat16":
        _CACHE[_numpy] = _torch
_CACHE.update({bool: torch.bool, int: torch.int64, float: torch.float64})


def dtype_name(dtype: Any) -> str:
    """The MXNet name of anything NumPy accepts as a dtype.

    Raises TypeError, as NumPy does, for what is no dtype at all.
    """
    found = _CACHE.get(dtype) if _hashable(dtype) else None
    if found is not None:
        return NAME_OF_TORCH[found]
    described = np.dtype(dtype)
    if described.names:
        return str(described.names[0])
    return str(described.name)


def to_torch_dtype(dtype: Any) -> torch.dtype:
    """The torch dtype of ``dtype`` (a name, NumPy dtype or type, Python type or torch dtype).

    Raises TypeError for what is no dtype, DtypeError for a dtype that MXNet 1.9.1 does not have.
    """
    found = _CACHE.get(dtype) if _hashable(dtype) else None
    if found is not None:
        return found
    name = dtype_name(dtype)
    try:
        return TORCH_OF_NAME[name]
    except KeyError:
        raise DtypeError(f"dtype {name!r} is not supported, legal are: {', '.join(NAMES)}") from None


def _hashable(value: Any) -> bool:
    return isinstance(value, (str, type, torch.dtype, np.dtype))


def to_numpy_dtype(dtype: torch.dtype) -> Any:
    """What ``NDArray.dtype`` returns: a NumPy scalar type, or MXNet's bfloat16 dtype object."""
    return NUMPY_OF_TORCH[dtype]
