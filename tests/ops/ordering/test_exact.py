"""The replayed sort of libstdc++ sorts, whatever the rows look like."""

from __future__ import annotations

import numpy as np
import pytest

from mxcompat.ops.ordering._exact import _partial, partial_order, sort_order


def rows(kind: str, count: int) -> np.ndarray:
    rng = np.random.default_rng(count)
    i = np.arange(count)
    return {
        "ties": rng.integers(0, 4, (5, count)),
        "equal": np.zeros((3, count)),
        "sorted": np.tile(i // 3, (2, 1)),
        "reversed": np.tile(i[::-1] // 2, (2, 1)),
        "pipe": np.tile(np.minimum(i, count - 1 - i), (2, 1)),
        "real": rng.normal(size=(4, count)),
    }[kind]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("count", [1, 2, 16, 17, 18, 33, 100, 1000])
@pytest.mark.parametrize("kind", ["ties", "equal", "sorted", "reversed", "pipe", "real"])
def test_order_sorts_and_is_a_permutation(kind, count, descending):
    keys = rows(kind, count)
    order = sort_order(keys, descending)
    assert (np.sort(order, 1) == np.arange(count)).all()
    expected = np.sort(keys, 1)[:, ::-1] if descending else np.sort(keys, 1)
    assert (np.take_along_axis(keys, order, 1) == expected).all()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("k", [1, 2, 3, 7, 40])
def test_partial_order_gives_the_first(k, descending):
    keys = rows("ties", 40)
    order = partial_order(keys, k, descending)
    expected = np.sort(keys, 1)[:, ::-1] if descending else np.sort(keys, 1)
    assert (np.take_along_axis(keys, order, 1) == expected[:, :k]).all()
    assert all(len(set(row)) == k for row in order.tolist())


def test_up_to_sixteen_elements_the_order_is_stable():
    keys = rows("ties", 16)
    assert (sort_order(keys, False) == np.argsort(keys, 1, kind="stable")).all()


def test_nan_rows_stay_permutations():
    keys = rows("real", 50)
    keys[:, ::7] = np.nan
    order = sort_order(keys, True)
    assert (np.sort(order, 1) == np.arange(50)).all()


def test_heap_of_everything_sorts():
    assert _partial([3, 1, 2, 5, 4], 5, False) == [1, 2, 0, 4, 3]
