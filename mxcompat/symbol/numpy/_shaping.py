"""Functions of `mx.sym.np` that change shapes, turn, select and pad."""

from __future__ import annotations

from typing import Any

import numpy as onp

from ...numpy._manipulation import _NUMBERS, check_padding
from .._symbol import Symbol
from ._bind import OPS
from ._fallback import fallback
from ._symbol import _Symbol


def ravel(x: Any, order: str = "C") -> Any:
    if order == "F":
        raise NotImplementedError(f"order {order} is not supported")
    if isinstance(x, _NUMBERS):
        return onp.reshape(x, -1)
    if isinstance(x, _Symbol):
        return OPS["_npi_reshape"](x, -1)
    raise TypeError(f"type {type(x)} not supported")


def expand_dims(a: Any, axis: int) -> Any:
    return OPS["_npi_expand_dims"](a, axis)


def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    return OPS["_npi_swapaxes"](a, dim1=axis1, dim2=axis2)


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    return OPS["_npi_rot90"](m, k=k, axes=axes)


def flip(m: Any, axis: Any = None, out: Any = None) -> Any:
    if isinstance(m, _NUMBERS):
        return onp.flip(m, axis)
    if isinstance(m, _Symbol):
        return OPS["_npi_flip"](m, axis)
    raise TypeError(f"type {type(m)} not supported")


def flipud(m: Any) -> Any:
    return flip(m, 0)


def fliplr(m: Any) -> Any:
    return flip(m, 1)


def tile(A: Any, reps: Any) -> Any:
    if isinstance(A, _NUMBERS):
        return onp.tile(A, reps)
    if isinstance(A, _Symbol):
        return OPS["_npi_tile"](A, reps=reps)
    raise TypeError(f"type {type(A)} not supported")


def resize(a: Any, new_shape: Any) -> Any:
    return fallback("resize_fallback", a, new_shape=new_shape)


def tril(m: Any, k: int = 0) -> Any:
    return OPS["_npi_tril"](m, k)


def diag_indices_from(arr: Any) -> Any:
    return OPS["_npi_diag_indices_from"](arr)


def take(a: Any, indices: Any, axis: int | None = None, mode: str = "raise", out: Any = None) -> Any:
    if mode not in ("wrap", "clip", "raise"):
        raise NotImplementedError(f"function take does not support mode '{mode}'")
    if axis is None:
        return OPS["_npi_take"](OPS["_npi_reshape"](a, -1), indices, 0, mode)
    return OPS["_npi_take"](a, indices, axis, mode)


def unique(
    ar: Any, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False,
    axis: int | None = None,
) -> Any:  # fmt: skip
    return OPS["_npi_unique"](ar, return_index, return_inverse, return_counts, axis)


def where(condition: Any, x: Any, y: Any) -> Any:
    if isinstance(condition, _NUMBERS):
        return x if condition != 0 else y
    if isinstance(x, _NUMBERS) and isinstance(y, _NUMBERS):
        return OPS["_npi_where_scalar2"](condition, float(x), float(y))
    if isinstance(x, Symbol) and isinstance(y, Symbol):
        return OPS["_npi_where"](condition, x, y)
    if isinstance(y, Symbol):
        return OPS["_npi_where_lscalar"](condition, y, float(x))
    if isinstance(x, Symbol):
        return OPS["_npi_where_rscalar"](condition, x, float(y))
    raise TypeError(f"type {type(x)} and {type(y)} not supported")


def unravel_index(indices: Any, shape: Any, order: str = "C") -> Any:
    """Indices into the flattened array as indices of each axis: the rows of the result, int64.

    Raises:
        NotImplementedError: another order than C.
    """
    if order != "C":
        raise NotImplementedError(f"unravel_index: order={order!r} is not legal, give 'C'")
    return fallback("unravel_index_fallback", indices, shape=shape)


def pad(x: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    check_padding(pad_width, mode, kwargs)
    extra: dict[str, dict[str, Any]] = {"constant": {"constant_value": 0}, "reflect": {"reflect_type": "even"}}
    extra["symmetric"] = extra["reflect"]
    return OPS["_npi_pad"](x, pad_width, mode=mode, **extra.get(mode, {}))


def shares_memory(a: Any, b: Any, max_work: Any = None) -> Any:
    """Whether two arrays lie in one memory when the graph runs; ``max_work`` is not used."""
    return OPS["_npi_share_memory"](a, b)


def may_share_memory(a: Any, b: Any, max_work: Any = None) -> Any:
    """As `shares_memory`."""
    return OPS["_npi_share_memory"](a, b)
