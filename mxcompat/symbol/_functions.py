"""Functions of `mxnet.sym` that are more than one operator: creation, numbers or symbols on either side, splitting."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from typing import Any

import numpy as np

from . import _ops
from ._symbol import OPS, Symbol


def _of_two(name: str, left: Any, right: Any, both: Any, number_right: Any, number_left: Any, plain: Any) -> Any:
    if isinstance(left, Symbol) and isinstance(right, Symbol):
        return both(left, right)
    if isinstance(left, Symbol) and isinstance(right, Number):
        return number_right(left, scalar=right)
    if isinstance(left, Number) and isinstance(right, Symbol):
        return number_left(right, scalar=left)
    if isinstance(left, Number) and isinstance(right, Number):
        return plain(left, right)
    raise TypeError(f"{name}: types ({type(left)}, {type(right)}) not supported")


def pow(base: Any, exp: Any) -> Any:
    """``base ** exp``, element by element; either may be a number."""
    return _of_two("pow", base, exp, _ops._Power, _ops._PowerScalar, _ops._RPowerScalar, lambda a, b: a**b)


def power(base: Any, exp: Any) -> Any:
    """``base ** exp``, element by element; either may be a number."""
    return pow(base, exp)


def maximum(left: Any, right: Any) -> Any:
    """The larger of the two, element by element; either may be a number."""
    scalar = _ops._MaximumScalar
    return _of_two("maximum", left, right, _ops._Maximum, scalar, scalar, lambda a, b: a if a > b else b)


def minimum(left: Any, right: Any) -> Any:
    """The smaller of the two, element by element; either may be a number."""
    scalar = _ops._MinimumScalar
    return _of_two("minimum", left, right, _ops._Minimum, scalar, scalar, lambda a, b: a if a < b else b)


def hypot(left: Any, right: Any) -> Any:
    """The hypotenuse over the two legs, element by element; either may be a number."""
    plain: Callable[..., Any] = np.hypot
    return _of_two("hypot", left, right, _ops._Hypot, _ops._HypotScalar, _ops._HypotScalar, plain)


def _float32(dtype: Any) -> Any:
    return np.float32 if dtype is None else dtype


def eye(N: int, M: int = 0, k: int = 0, dtype: Any = None, **kwargs: Any) -> Any:
    """Ones on a diagonal, zeros elsewhere.

    Args:
        N: rows.
        M: columns; as many as rows if 0.
        k: the diagonal; above the main one if positive.
        dtype: float32 if None.
    """
    return _ops._eye(N, M, k, dtype=_float32(dtype), **kwargs)


def zeros(shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """Zeros of ``shape``; an entry of 0 is worked out from the rest of the graph. ``dtype``: float32 if None."""
    return _ops._zeros(shape=shape, dtype=_float32(dtype), **kwargs)


def ones(shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """Ones of ``shape``; an entry of 0 is worked out from the rest of the graph. ``dtype``: float32 if None."""
    return _ops._ones(shape=shape, dtype=_float32(dtype), **kwargs)


def full(shape: Any, val: float, dtype: Any = None, **kwargs: Any) -> Any:
    """``val`` everywhere. ``dtype``: float32 if None."""
    return _ops._full(shape=shape, dtype=_float32(dtype), value=float(val), **kwargs)


def arange(
    start: float,
    stop: float | None = None,
    step: float = 1.0,
    repeat: int = 1,
    infer_range: bool = False,
    name: str | None = None,
    dtype: Any = None,
) -> Any:
    """Evenly spaced values in [start, stop).

    Args:
        start: first value; the end, with 0 as first, if there is no ``stop``.
        stop: end, not included.
        step: distance.
        repeat: how often each value comes.
        infer_range: take the length from the rest of the graph.
        name: name of the node.
        dtype: float32 if None.
    """
    return _ops._arange(
        start=start, stop=stop, step=step, repeat=repeat, infer_range=infer_range, name=name, dtype=_float32(dtype)
    )


def linspace(
    start: float, stop: float, num: int, endpoint: bool = True, name: str | None = None, dtype: Any = None
) -> Any:
    """``num`` evenly spaced values from ``start`` to ``stop``, which is the last unless ``endpoint`` is False."""
    return _ops._linspace(start=start, stop=stop, num=num, endpoint=endpoint, name=name, dtype=_float32(dtype))


def histogram(a: Symbol, bins: Any = 10, range: Any = None, **kwargs: Any) -> Any:
    """How many values fall into each bin.

    Args:
        a: values.
        bins: number of bins, or a symbol with their edges.
        range: lowest and highest edge; needed if ``bins`` is a number.

    Raises:
        ValueError: ``bins`` is neither, or there is no range.
    """
    if isinstance(bins, Symbol):
        return _ops._histogram(data=a, bins=bins, **kwargs)
    if isinstance(bins, (int, np.int32, np.int64)):
        if range is None:
            raise ValueError("histogram: a symbol has no values to find the range from; give range=")
        return _ops._histogram(data=a, bin_cnt=int(bins), range=range, **kwargs)
    raise ValueError(f"histogram: bins must be a whole number or a Symbol of edges, got {type(bins).__name__}")


def split_v2(ary: Symbol, indices_or_sections: Any, axis: int = 0, squeeze_axis: bool = False) -> Any:
    """Split along an axis.

    Args:
        ary: what to split.
        indices_or_sections: number of equal parts, or a tuple of the starts of all parts but the first.
        axis: the axis.
        squeeze_axis: drop the axis from parts of length 1.

    Raises:
        ValueError: ``indices_or_sections`` is neither.
    """
    if isinstance(indices_or_sections, int):
        return _ops._split_v2(ary, [], axis, squeeze_axis, indices_or_sections)
    if isinstance(indices_or_sections, tuple):
        return _ops._split_v2(ary, [0, *indices_or_sections], axis, squeeze_axis, 0)
    raise ValueError(
        "split_v2: indices_or_sections must be a whole number or a tuple of them, got "
        f"{type(indices_or_sections).__name__}"
    )


OPS["split_v2"] = split_v2
