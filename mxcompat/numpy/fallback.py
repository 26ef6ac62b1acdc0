"""Functions that MXNet 1.9.1 leaves to official NumPy.

They are NumPy's own: called on arrays of `mx.np` they come back through NumPy's protocols, run on copies, and give
arrays of `mx.np` again. Functions that newer NumPy lacks are made from what took their place; the financial ones, which
NumPy 1.20 removed, raise RuntimeError as they do there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as _np

_NAMES = (
    "allclose", "alltrue", "apply_along_axis", "apply_over_axes", "argpartition", "argwhere", "array_equal",
    "array_equiv", "choose", "compress", "corrcoef", "correlate", "count_nonzero", "cov", "digitize", "divmod",
    "extract", "flatnonzero", "float_power", "frexp", "heaviside", "histogram2d", "histogram_bin_edges", "histogramdd",
    "i0", "in1d", "interp", "intersect1d", "isclose", "isin", "ix_", "lexsort", "min_scalar_type", "mirr", "modf",
    "msort", "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmedian", "nanmin", "nanpercentile",
    "nanprod", "nanquantile", "ndim", "npv", "partition", "piecewise", "packbits", "poly", "polyadd", "polydiv",
    "polyfit", "polyint", "polymul", "polysub", "positive", "ppmt", "promote_types", "ptp", "pv", "rate", "real",
    "result_type", "rollaxis", "roots", "searchsorted", "select", "setdiff1d", "setxor1d", "signbit", "size",
    "spacing", "take_along_axis", "trapz", "tril_indices_from", "trim_zeros", "triu_indices_from", "union1d",
    "unpackbits", "unwrap", "vander",
)  # fmt: skip
__all__ = list(_NAMES)

_MORE = ("nanstd", "nansum", "nanvar", "pmt")


def _expired(name: str) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(f"NumPy removed {name} in version 1.20; the package numpy_financial has it")

    function.__name__ = name
    return function


def _alltrue(*args: Any, **kwargs: Any) -> Any:
    return _np.all(*args, **kwargs)


def _in1d(ar1: Any, ar2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    return _np.isin(_np.ravel(ar1), ar2, assume_unique=assume_unique, invert=invert)


def _msort(a: Any) -> Any:
    return _np.sort(a, axis=0)


def _trapz(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    return getattr(_np, "trapezoid", None)(y, x, dx, axis)  # type: ignore[misc]


#: what serves a name that the installed NumPy lacks
_REPLACED: dict[str, Any] = {
    "alltrue": _alltrue, "in1d": _in1d, "msort": _msort, "trapz": _trapz,
    **{name: _expired(name) for name in ("mirr", "npv", "pmt", "ppmt", "pv", "rate")},
}  # fmt: skip


def _serving(name: str) -> Any:
    if name in _REPLACED and (name in ("mirr", "npv", "pmt", "ppmt", "pv", "rate") or name not in dir(_np)):
        return _REPLACED[name]
    return getattr(_np, name)


for _name in (*__all__, *_MORE):
    globals()[_name] = _serving(_name)
