"""The restored NumPy names. The expected values were printed by NumPy 1.23.5."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy
import numpy as real_numpy
import pytest

from mxcompat.dropin import _numpy_names

np: Any = real_numpy  # the names of this test are unknown to NumPy's stubs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    _numpy_names.restore()
    yield
    _numpy_names.remove()


def test_every_name_of_the_table_is_there_and_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        missing = [row.name for row in _numpy_names.TABLE if row.name not in vars(numpy)]
        for name in _numpy_names.restored():
            getattr(np, name)
    assert not missing
    assert len({row.name for row in _numpy_names.TABLE}) == len(_numpy_names.TABLE)
    assert all(row.why and row.gone_in for row in _numpy_names.TABLE)


def test_names_that_numpy_has_are_left_alone() -> None:
    _numpy_names.remove()
    before = dict(vars(numpy))
    _numpy_names.restore()
    assert all(vars(numpy)[name] is value for name, value in before.items())
    _numpy_names.remove()
    assert set(vars(numpy)) == set(before)


def test_a_name_somebody_replaced_is_left_to_them() -> None:
    np.product = "mine"
    _numpy_names.remove()
    assert np.product == "mine"
    del np.product


@pytest.mark.parametrize(
    ("name", "value"), [("int", int), ("float", float), ("complex", complex), ("object", object), ("str", str)]
)
def test_python_types(name: str, value: type) -> None:
    assert getattr(np, name) is value


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: np.product([2, 3]), 6),
        (lambda: np.cumproduct([2, 3]).tolist(), [2, 6]),
        (lambda: np.sometrue([0, 1]), True),
        (lambda: np.alltrue([0, 1]), False),
        (lambda: np.round_(2.567, 1), 2.6),
        (lambda: np.asscalar(np.array([7])), 7),
        (lambda: np.rank([[1]]), 2),
        (lambda: np.alen([[1], [2]]), 2),
        (lambda: np.alen(5), 1),
        (lambda: np.in1d([[0, 1], [2, 5]], [1, 2]).tolist(), [False, True, True, False]),
        (lambda: np.in1d([0, 1], [1], invert=True).tolist(), [True, False]),
        (lambda: np.msort([[3, 1], [2, 4]]).tolist(), [[2, 1], [3, 4]]),
        (lambda: np.asfarray([1, 2], dtype="int32").dtype.name, "float64"),
        (lambda: np.asfarray([1, 2], dtype="float32").dtype.name, "float32"),
        (lambda: np.trapz([1, 2, 3]), 4.0),
        (lambda: np.mat([[1, 2]]).T.tolist(), [[1], [2]]),
        (lambda: np.find_common_type([np.float32], [np.int64, np.float64]).name, "float32"),
        (lambda: np.find_common_type([np.int32], [np.float32]).name, "float64"),
        (lambda: np.find_common_type([np.int8], [np.int64]).name, "int8"),
        (lambda: np.find_common_type([], [np.int8, np.uint8]).name, "int16"),
        (lambda: np.find_common_type([], []), None),
        (lambda: np.obj2sctype("float32"), real_numpy.float32),
        (lambda: np.obj2sctype(real_numpy.zeros(2, "int8")), real_numpy.int8),
        (lambda: np.obj2sctype([1], default="none"), "none"),
        (lambda: np.sctype2char("float32"), "f"),
        (lambda: np.issctype(real_numpy.int32), True),
        (lambda: np.issctype(list), False),
        (lambda: np.issctype(3), False),
        (lambda: np.issubsctype("int8", real_numpy.integer), True),
        (lambda: np.issubclass_(int, (int, float)), True),
        (lambda: np.issubclass_(3, int), False),
        (lambda: np.cast["int32"]([1.7]).tolist(), [1]),
        (lambda: np.nbytes["float64"], 8),
        (lambda: real_numpy.float16 in np.sctypes["float"], True),
        (lambda: np.safe_eval("[1, 2]"), [1, 2]),
        (lambda: np.math.floor(2.5), 2),
        (lambda: issubclass(np.VisibleDeprecationWarning, UserWarning), True),
        (lambda: (np.Inf, np.NINF, np.PZERO), (float("inf"), float("-inf"), 0.0)),
        (lambda: np.NaN != np.NaN, True),
        (lambda: (np.float_, np.complex_, np.unicode_), (real_numpy.float64, real_numpy.complex128, real_numpy.str_)),
    ],
)
def test_values_are_those_of_old_numpy(call: Any, expected: Any) -> None:
    with warnings.catch_warnings():
        for category in (DeprecationWarning, PendingDeprecationWarning):  # of a name NumPy still has; of np.matrix
            warnings.simplefilter("ignore", category)
        assert call() == expected


def test_a_type_without_a_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="unrecognized type"):
        np.sctype2char([1])


def test_scalars_print_as_in_numpy_1() -> None:
    assert repr(np.float32(3.0)) == "3.0"
    assert repr(np.array([1.5, 2.0], np.float32)) == "array([1.5, 2. ], dtype=float32)"
    _numpy_names.remove()
    assert np.get_printoptions()["legacy"] is False
