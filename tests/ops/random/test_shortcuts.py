"""Draws that many steps make at a time: what one step after the other gives."""

from __future__ import annotations

import numpy as np
import pytest

from mxcompat.ops.random import _swaps, _zipfian
from mxcompat.ops.random._mt19937 import StateBank


@pytest.mark.parametrize("count", [0, 1, 2, 3, 1023, 1024, 1025, 5000, 16384, 16385, 40000, 100000])
@pytest.mark.parametrize("kind", ["any", "few places", "neighbours", "itself"])
def test_swaps(count, kind):
    i = np.arange(count)
    partner = (np.random.RandomState(count).uniform(size=count) * (i + 1)).astype(np.int64)
    if kind == "few places":
        partner = np.minimum(partner % 7, i)
    elif kind == "neighbours":
        partner = np.maximum(i - partner % 3, 0)
    elif kind == "itself":
        partner = np.where(partner % 2, i, partner)
    expected = list(range(count))
    for a, b in enumerate(partner.tolist()):
        expected[a], expected[b] = expected[b], expected[a]
    assert _swaps.swapped(partner).tolist() == expected


@pytest.mark.parametrize(("range_max", "batch", "count"), [(1000, 5, 20), (7, 2000, 7), (100000, 10, 300), (1, 6, 1)])
def test_rows_of_different_classes(range_max, batch, count, monkeypatch):
    together, alone = StateBank(1024, 3), StateBank(1024, 3)
    for _ in range(2):
        found = _zipfian.draw(together, range_max, batch, count)
        with monkeypatch.context() as patch:
            patch.setattr(_zipfian, "_FEW", batch + 1)
            expected = _zipfian.draw(alone, range_max, batch, count)
        assert np.array_equal(found[0], expected[0])
        assert np.array_equal(found[1], expected[1])
        assert np.array_equal(together.position, alone.position)
