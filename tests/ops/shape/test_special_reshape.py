"""The special values of a reshape."""

from __future__ import annotations

import pytest

from mxcompat._core.errors import MXNetError
from mxcompat.ops.shape.special_reshape import infer_reshape


@pytest.mark.parametrize(
    ("shape", "spec", "reverse", "expected"),
    [
        ((2, 3, 4), (4, 6), False, (4, 6)),
        ((2, 3, 4), (-1, 0), False, (8, 3)),
        ((2, 3, 4), (-1, 0), True, (6, 4)),
        ((2, 3, 4), (-3, -2), False, (6, 4)),
        ((2, 3, 4), (-4, 1, -1, -2), False, (1, 2, 3, 4)),
        ((2, 3, 4), (0, -4, -1, 1, 0), False, (2, 3, 1, 4)),
        ((2, 3, 4), (0, 0, 0, 1), False, (2, 3, 4, 1)),
        ((), (1, 1), False, (1, 1)),
    ],
)
def test_special_values(shape, spec, reverse, expected):
    assert infer_reshape(shape, spec, reverse) == expected


@pytest.mark.parametrize(
    "spec", [(0, 0, 0, 0), (-1, -1), (-3, -3), (-4, 2), (-4, -1, -1, 0, 0), (-4, 5, 2, 0, 0), (-5,), (-4, -1, 0, 0)]
)
def test_values_that_do_not_fit_name_the_argument(spec):
    with pytest.raises(MXNetError, match=r"shape=.*\(2, 3, 4\)"):
        infer_reshape((2, 3, 4), spec)


def test_an_entry_that_is_no_integer_is_a_type_error():
    with pytest.raises(TypeError, match="integers"):
        infer_reshape((2, 3), (1.5, 4))
