"""Equality of two snapshots, with a tolerance for floating-point values and a sentence for the first difference."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .snapshot import Array, Raised, Tag

DEFAULT: dict[str, tuple[float, float]] = {
    "bfloat16": (1e-2, 1e-2),
    "float16": (1e-3, 1e-3),
    "float32": (1e-5, 1e-6),
    "float64": (1e-10, 1e-12),
}
_PYTHON_FLOAT = (1e-6, 1e-7)  # mostly float32 results read out with float() or asscalar()


class _Tolerance(NamedTuple):
    rtol: float | None
    atol: float | None
    why: str


def Tolerance(rtol: float | None = None, atol: float | None = None, why: str = "") -> _Tolerance:
    """A case's own tolerance. Whoever loosens it must say why; ``rtol=0, atol=0`` asks for equal bits."""
    if not why and not (rtol == 0 and atol == 0):
        raise ValueError("a tolerance other than the default needs why=")
    return _Tolerance(rtol, atol, why)


EXACT = Tolerance(0, 0)


def difference(expected: Any, actual: Any, tol: _Tolerance | None = None, where: str = "result") -> str | None:
    """The first difference between two snapshots as a sentence, or None when they agree."""
    if isinstance(expected, Raised) or isinstance(actual, Raised):
        return _raised(expected, actual, where)
    if type(expected) is not type(actual):
        return f"{where}: expected {_show(expected)}, got {_show(actual)}"
    if isinstance(expected, Array):
        return _arrays(expected, actual, tol, where)
    if isinstance(expected, Tag):
        return None if expected == actual else f"{where}: expected {expected.text}, got {actual.text}"
    if isinstance(expected, (list, tuple)):
        if len(expected) != len(actual):
            return f"{where}: expected {len(expected)} items, got {len(actual)}: {_show(actual)}"
        for index, (left, right) in enumerate(zip(expected, actual)):  # noqa: B905 -- strict= is not in 3.8
            found = difference(left, right, tol, f"{where}[{index}]")
            if found:
                return found
        return None
    if isinstance(expected, dict):
        if "out" in expected and "out" in actual:
            expected, actual = _with_recorded(expected, actual), _with_recorded(actual, expected)
        if list(expected) != list(actual):
            return f"{where}: expected keys {list(expected)}, got {list(actual)}"
        for key, left in expected.items():
            found = difference(left, actual[key], tol, f"{where}[{key!r}]")
            if found:
                return found
        return None
    if isinstance(expected, float):
        rtol, atol = _limits(_PYTHON_FLOAT, tol)
        if not np.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True):
            return f"{where}: expected {expected!r}, got {actual!r}"
        return None
    return None if expected == actual else f"{where}: expected {_show(expected)}, got {_show(actual)}"


def _with_recorded(result: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The result of a call has an "out recorded" only where it is not bit for bit its "out": fill it in to compare."""
    if "out recorded" in result or "out recorded" not in other:
        return result
    completed = {"out": result["out"], "out recorded": result["out"], **result}
    return {key: completed[key] for key in other if key in completed} if set(other) == set(completed) else completed


def _raised(expected: Any, actual: Any, where: str) -> str | None:
    if not isinstance(actual, Raised):
        return f"{where}: expected {expected!r}, got {_show(actual)}"
    if not isinstance(expected, Raised):
        return f"{where}: expected {_show(expected)}, got {actual!r}"
    if expected.types[0] not in actual.types:
        return f"{where}: expected {expected!r}, got {actual!r}"
    return None


def _limits(default: tuple[float, float], tol: _Tolerance | None) -> tuple[float, float]:
    if tol is None:
        return default
    return (default[0] if tol.rtol is None else tol.rtol, default[1] if tol.atol is None else tol.atol)


def _arrays(expected: Array, actual: Array, tol: _Tolerance | None, where: str) -> str | None:
    for field in ("kind", "dtype", "ctx", "stype"):
        left, right = getattr(expected, field), getattr(actual, field)
        if left != right:
            return f"{where}: expected {field} {left}, got {right}: {actual!r}"
    left, right = expected.values, actual.values
    if left.shape != right.shape:
        return f"{where}: expected shape {left.shape}, got {right.shape}"
    if expected.dtype in DEFAULT:
        rtol, atol = _limits(DEFAULT[expected.dtype], tol)
        if expected.dtype == "bfloat16":
            left, right = _bfloat(left), _bfloat(right)
        with np.errstate(all="ignore"):
            if left.dtype != np.float64:
                left, right = left.astype(np.float64), right.astype(np.float64)
            if rtol == 0 and atol == 0:
                same = (left == right) | (np.isnan(left) & np.isnan(right))
            else:
                same = np.isclose(right, left, rtol=rtol, atol=atol, equal_nan=True)
    else:
        same = left == right
    if np.all(same):
        return None
    bad = np.argwhere(~np.atleast_1d(same))
    at = tuple(int(i) for i in bad[0])
    values = f"expected {np.atleast_1d(left)[at]!r}, got {np.atleast_1d(right)[at]!r}"
    return f"{where}: {len(bad)} of {left.size} values differ ({expected.dtype}), first at {at}: {values}"


def _bfloat(bits: np.ndarray) -> np.ndarray:
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)


def _show(snap: Any) -> str:
    text = repr(snap)
    return text if len(text) < 300 else text[:297] + "..."
