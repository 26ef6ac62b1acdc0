"""The generator of the native iterators: figures that the C++ library gives for std::mt19937."""

from __future__ import annotations

import numpy as np
import pytest

from mxcompat.io._twister import Twister


def test_words_are_those_of_the_standard() -> None:
    twister = Twister(5489)
    for _ in range(9999):
        twister.word()
    assert twister.word() == 4123659995  # the check value in the C++ standard


@pytest.mark.parametrize("high", [0, 1, 2, 99, 2**31])
def test_integers_stay_in_range(high: int) -> None:
    twister = Twister(1)
    assert all(0 <= twister.integer(0, high) <= high for _ in range(200))


def test_uniform_is_single_precision_and_below_one() -> None:
    twister = Twister(2)
    found = [twister.uniform() for _ in range(1000)]
    assert all(isinstance(x, np.float32) and 0 <= x < 1 for x in found)


def test_shuffle_is_a_permutation() -> None:
    items = list(range(50))
    Twister(3).shuffle(items)
    assert sorted(items) == list(range(50)) and items != list(range(50))
