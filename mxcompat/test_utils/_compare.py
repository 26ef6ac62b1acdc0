"""Comparing arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import nd
from ..nd import NDArray
from ._settings import get_atol, get_etol, get_rtol, get_tols


def find_max_violation(a: Any, b: Any, rtol: float, atol: float) -> tuple[Any, Any]:
    """Index and size (in tolerances) of the worst difference of two arrays."""
    difference = np.where(np.equal(a, b), 0, np.abs(a - b))
    violation = difference / (atol + rtol * np.abs(b) + 1e-20)
    worst = np.unravel_index(np.argmax(violation), violation.shape)
    return tuple(int(i) for i in worst), np.max(violation)


def same(a: Any, b: Any) -> bool:
    """Whether two arrays have the same shape and entries."""
    return bool(np.array_equal(a, b))


def checkShapes(a: Any, b: Any) -> None:
    """AssertionError if two arrays have different shapes."""
    if a.shape != b.shape:
        raise AssertionError(_message(a, b, f"a.shape = {a.shape} and b.shape = {b.shape} are not equal"))


def _message(a: Any, b: Any, text: str) -> str:
    with np.printoptions(threshold=4, suppress=True):
        return str(np.testing.build_err_msg([a, b], err_msg=text))


def almost_equal(
    a: Any,
    b: Any,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    use_broadcast: bool = True,
) -> bool:
    """Whether two arrays are equal within tolerances (of float64 if not given).

    Args:
        a, b: arrays; ``rtol`` is relative to ``b``.
        equal_nan: NaN equals NaN.
        use_broadcast: shapes need only broadcast; else an AssertionError if they differ.
    """
    if not use_broadcast:
        checkShapes(a, b)
    return bool(np.allclose(a, b, rtol=get_rtol(rtol), atol=get_atol(atol), equal_nan=equal_nan))


def locationError(a: Any, b: Any, index: Any, names: Any, maxError: bool = False) -> str:
    """Text that shows the entries of two arrays at an index."""
    kind = "maximum " if maxError else ""
    return f"Location of {kind}error: {index}, {names[0]}={a[index]:.8f}, {names[1]}={b[index]:.8f}"


def _plain(x: Any) -> Any:
    return x.asnumpy() if isinstance(x, NDArray) else np.asarray(x)


def assert_almost_equal(
    a: Any,
    b: Any,
    rtol: Any = None,
    atol: Any = None,
    names: Any = ("a", "b"),
    equal_nan: bool = False,
    use_broadcast: bool = True,
    mismatches: tuple[int, int] = (10, 10),
) -> None:
    """AssertionError unless two arrays are equal within tolerances; prints the worst differences.

    Args:
        a, b: arrays of either kind, or numbers; ``rtol`` is relative to ``b``.
        rtol, atol: number, numbers by dtype, or None for those of the dtypes (the looser of the two arrays').
        names: what the arrays are called.
        equal_nan: NaN equals NaN.
        use_broadcast: shapes need only broadcast (two NDArrays must always agree).
        mismatches: how many differences are printed, and how many are looked for at most (0: all).
    """
    if not use_broadcast:
        checkShapes(a, b)
    rtol, atol = get_tols(a, b, rtol, atol)
    if isinstance(a, NDArray) and isinstance(b, NDArray) and a.context == b.context and a.dtype == b.dtype:
        first, second = a.as_nd_ndarray(), b.as_nd_ndarray()
        sized = a.stype == b.stype == "default" and a.dtype != np.bool_ and a.size  # sparse arrays have no size
        if sized and nd.contrib.allclose(first, second, rtol, atol, equal_nan).asnumpy() == 1:
            return
    x, y = _plain(a), _plain(b)
    if x.dtype == y.dtype == np.bool_:
        np.testing.assert_equal(x, y)
    elif not almost_equal(x, y, rtol, atol, equal_nan=equal_nan):
        raise AssertionError(_report(x, y, rtol, atol, names, equal_nan, mismatches))


def _report(x: Any, y: Any, rtol: float, atol: float, names: Any, equal_nan: bool, mismatches: tuple[int, int]) -> str:
    worst, violation = index, size = find_max_violation(x, y, rtol, atol)
    if worst == ():
        return _message(x, y, f"Error {violation:f} exceeds tolerance rtol={rtol:e}, atol={atol:e}.\n")
    print(f"\n*** Maximum errors for vector of size {x.size}:  rtol={rtol}, atol={atol}\n")
    shown, looked_for = mismatches
    rest_x, rest_y = np.broadcast_arrays(x, y)
    rest_x, rest_y = rest_x.copy(), rest_y.copy()
    all_x, all_y = rest_x.copy(), rest_y.copy()
    found = 1
    while found <= rest_x.size:
        if found <= shown:
            print(f"{found:3d}: Error {size:f}  {locationError(all_x, all_y, index, names)}")
        rest_x[index] = rest_y[index] = 0
        if almost_equal(rest_x, rest_y, rtol, atol, equal_nan=equal_nan):
            break
        found += 1
        if 0 < looked_for < found:
            break
        index, size = find_max_violation(rest_x, rest_y, rtol, atol)
    degree = "at least " if 0 < looked_for < found else ""
    return _message(
        x,
        y,
        f"Error {violation:f} exceeds tolerance rtol={rtol:e}, atol={atol:e} "
        f"(mismatch {degree}{100 * found / rest_x.size:f}%).\n"
        f"{locationError(all_x, all_y, worst, names, maxError=True)}",
    )


def assert_allclose(a: Any, b: Any, rtol: float = 1e-07, atol: float = 0, equal_nan: bool = True) -> None:
    """`assert_almost_equal` with the defaults of numpy.testing.assert_allclose."""
    assert_almost_equal(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)


def assert_almost_equal_with_err(
    a: Any,
    b: Any,
    rtol: Any = None,
    atol: Any = None,
    etol: float | None = None,
    names: Any = ("a", "b"),
    equal_nan: bool = False,
    mismatches: tuple[int, int] = (10, 10),
) -> None:
    """`assert_almost_equal` that lets a share ``etol`` of the entries differ by more than the tolerances."""
    share = get_etol(etol)
    if share <= 0:
        assert_almost_equal(a, b, rtol=rtol, atol=atol, names=names, equal_nan=equal_nan)
        return
    rtol, atol = get_tols(a, b, rtol, atol)
    x, y = _plain(a), _plain(b)
    equal = np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)
    if 1 - np.count_nonzero(equal) / equal.size > share:
        raise AssertionError(_report(x, y, rtol, atol, names, equal_nan, mismatches))


def assert_almost_equal_ignore_nan(a: Any, b: Any, rtol: Any = None, atol: Any = None, names: Any = ("a", "b")) -> None:
    """`assert_almost_equal` of the entries that are NaN in neither array."""
    x, y = np.array(_plain(a)), np.array(_plain(b))
    unknown = np.isnan(x) | np.isnan(y)
    x[unknown] = 0
    y[unknown] = 0
    assert_almost_equal(x, y, rtol, atol, names)


def assert_exception(f: Any, exception_type: Any, *args: Any, **kwargs: Any) -> None:
    """AssertionError unless a call raises an exception of a type."""
    try:
        f(*args, **kwargs)
    except exception_type:
        return
    wanted = getattr(exception_type, "__name__", exception_type)
    raise AssertionError(f"{getattr(f, '__name__', f)} did not raise {wanted}")


def same_array(array1: NDArray, array2: NDArray) -> bool:
    """Whether two NDArrays are the same memory (tried out by writing to it)."""
    array1[:] += 1
    shared = same(array1.asnumpy(), array2.asnumpy())
    array1[:] -= 1
    return shared and same(array1.asnumpy(), array2.asnumpy())


def compare_ndarray_tuple(t1: Any, t2: Any, rtol: Any = None, atol: Any = None) -> None:
    """AssertionError unless (nested tuples of) arrays are almost equal; None equals anything."""
    if t1 is None or t2 is None:
        return
    if isinstance(t1, tuple):
        for one, two in zip(t1, t2, strict=False):
            compare_ndarray_tuple(one, two, rtol, atol)
    else:
        assert_almost_equal(t1, t2, rtol=rtol, atol=atol)


def np_reduce(dat: Any, axis: Any, keepdims: bool, numpy_reduce_func: Any) -> Any:
    """Reduce a NumPy array over axes (all if None) with a function that takes one ``axis``."""
    axes = [axis] if isinstance(axis, int) else list(range(dat.ndim) if axis is None else axis)
    reduced = dat
    for i in sorted(axes, reverse=True):
        reduced = numpy_reduce_func(reduced, axis=i)
    if keepdims:
        shape = list(dat.shape)
        for i in axes:
            shape[i] = 1
        reduced = reduced.reshape(tuple(shape))
    return reduced


def collapse_sum_like(a: Any, shape: Any) -> Any:
    """Sum a NumPy array over the axes along which ``shape`` was broadcast to it.

    Raises:
        AssertionError: ``shape`` does not broadcast to the array's.
    """
    extra = a.ndim - len(shape)
    if extra < 0 or any(s not in (1, n) for s, n in zip(shape, a.shape[extra:], strict=True)):
        if not (extra >= 0 and (np.prod(shape) == 0 or a.size == 0)):
            raise AssertionError(f"collapse_sum_like: shape {tuple(shape)} does not broadcast to {a.shape}")
    if np.prod(shape) == 0 or a.size == 0:
        return np.zeros(shape, dtype=a.dtype)
    axes = [*range(extra), *(i + extra for i, s in enumerate(shape) if s != a.shape[i + extra])]
    return np.sum(a, axis=tuple(axes)).reshape(shape)
