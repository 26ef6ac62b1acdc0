"""The judge itself: what counts as equal."""

from __future__ import annotations

import numpy as np
import pytest

from conformance.compare import DEFAULT, EXACT, Tolerance, difference
from conformance.snapshot import Array, Raised, Tag, take


def nd(values: object, dtype: str = "float32", kind: str = "nd", ctx: str = "cpu(0)") -> Array:
    return Array(kind, dtype, np.array(values, dtype="uint16" if dtype == "bfloat16" else dtype), ctx)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_tolerance_follows_the_dtype(dtype: str) -> None:
    rtol = DEFAULT[dtype][0]
    near, far = np.array([3.0 * (1 + rtol / 2)], dtype), np.array([3.0 * (1 + rtol * 4)], dtype)
    assert difference(nd([3.0], dtype), take(nd(near, dtype))) is None
    assert difference(nd([3.0], dtype), nd(far, dtype)) is not None


@pytest.mark.parametrize(
    ("expected", "actual", "word"),
    [
        (nd([1.0]), nd([2.0]), "1 of 1 values differ"),
        (nd([1.0]), nd([1.0], "float64"), "dtype"),
        (nd([1.0]), nd([[1.0]]), "shape"),
        (nd(1.0), nd([1.0]), "shape"),
        (nd([1.0]), nd([1.0], kind="np"), "kind"),
        (nd([1.0]), nd([1.0], ctx="cpu(1)"), "ctx"),
        (nd([1], "int32"), nd([2], "int32"), "differ"),
        (nd([float("nan")]), nd([1.0]), "differ"),
        (nd([float("inf")]), nd([-float("inf")]), "differ"),
        (nd([float("inf")]), nd([3e38]), "differ"),
        ([1, 2], [1, 2, 3], "items"),
        ([1, 2], (1, 2), "expected"),
        (1, True, "expected"),
        (1, 1.0, "expected"),
        ("a", "b", "expected"),
        ({"a": 1}, {"b": 1}, "keys"),
        ({"a": [nd([1.0])]}, {"a": [nd([5.0])]}, "result['a'][0]"),
        (Tag("ctx", "cpu(0)"), Tag("ctx", "cpu(1)"), "cpu(1)"),
        (Raised(("KeyError",), ""), Raised(("ValueError",), ""), "KeyError"),
        (Raised(("KeyError",), ""), 3, "KeyError"),
        (3, Raised(("KeyError",), "boom"), "boom"),
        (1.0, 1.1, "expected"),
    ],
)
def test_differences_are_found_and_named(expected: object, actual: object, word: str) -> None:
    found = difference(expected, actual)
    assert found is not None
    assert word in found


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (nd([float("nan"), float("inf")]), nd([float("nan"), float("inf")])),
        (nd([0.0]), nd([-0.0])),
        (nd([]), nd([])),
        (nd([16256], "bfloat16"), nd([16257], "bfloat16")),
        (Raised(("MXNetError", "RuntimeError"), "a"), Raised(("Mine", "MXNetError", "RuntimeError"), "b")),
        (float("nan"), float("nan")),
        (0.1, 0.1 + 1e-9),
        ((None, "x", [True]), (None, "x", [True])),
    ],
)
def test_equal_enough(expected: object, actual: object) -> None:
    assert difference(expected, actual) is None


def test_a_looser_tolerance_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="why"):
        Tolerance(rtol=1e-2)
    assert difference(nd([1.0]), nd([1.005]), Tolerance(rtol=1e-2, why="a test")) is None
    assert difference(nd([1.0]), nd([np.nextafter(np.float32(1), np.float32(2))]), EXACT) is not None
