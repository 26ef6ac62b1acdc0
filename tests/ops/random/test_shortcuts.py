"""Draws that many steps make at a time: what one step after the other gives."""

from __future__ import annotations

import numpy as np
import pytest

from mxcompat.ops.random import _swaps, _tangent, _zipfian
from mxcompat.ops.random._mt19937 import StateBank
from mxcompat.ops.random._streams import ParallelGenerator


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


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ("0x1.12dc860000000p-1", "0x1.30b6440000000p-1"),
        ("0x1.a077a20000000p-2", "0x1.b90eec0000000p-2"),
        ("0x1.785c600000000p-1", "0x1.cee72c0000000p-1"),
        ("0x1.78c5f80000000p-1", "0x1.cfa7380000000p-1"),
        ("0x1.b0ae4c0000000p-1", "0x1.20899c0000000p+0"),
        ("0x1.bab6a20000000p-1", "0x1.2c2f5c0000000p+0"),
        ("0x1.22737e0000000p+0", "0x1.1293860000000p+1"),
        ("0x1.0f001a0000000p+0", "0x1.c74fd60000000p+0"),
        ("0x1.921a780000000p+0", "0x1.86e3e60000000p+13"),
        ("0x1.921e660000000p+0", "0x1.86f2d40000000p+15"),
        ("0x1.dfc5040000000p+0", "-0x1.98ff900000000p+1"),
        ("0x1.00bc840000000p+1", "-0x1.137c540000000p+1"),
        ("0x1.23b93c0000000p+1", "-0x1.2ade180000000p+0"),
        ("0x1.28df460000000p+1", "-0x1.139d800000000p+0"),
        ("0x1.3724f00000000p+1", "-0x1.b8c58c0000000p-1"),
        ("0x1.36f3c20000000p+1", "-0x1.ba1c800000000p-1"),
        ("0x1.424b640000000p+1", "-0x1.705cfc0000000p-1"),
        ("0x1.46b3000000000p+1", "-0x1.5642a60000000p-1"),
    ],
)
def test_tangent_is_that_of_glibc_where_it_is_not_the_nearest(x, expected):
    x, expected = np.array([float.fromhex(x)], np.float32), np.float32(float.fromhex(expected))
    assert np.tan(x.astype(np.float64)).astype(np.float32)[0] != expected
    assert _tangent.tanf(x)[0] == expected


@pytest.mark.parametrize("count", [1, 65, 5000, 300_000])
@pytest.mark.parametrize(
    ("method", "dtype", "parameters"),
    [
        ("gamma", np.float32, (2.5, 1.3)),
        ("gamma", np.float32, (0.4, 1.3)),
        ("gamma", np.float64, (0.4, 1.3)),
        ("gamma", np.float16, (1.7, 1.3)),
        ("poisson", np.float32, (0.0,)),
        ("poisson", np.float32, (3.3,)),
        ("poisson", np.float32, (37.5,)),
    ],
)
def test_a_law_for_each_value_draws_as_one_law_for_all(method, dtype, parameters, count):
    alone, each = ParallelGenerator(), ParallelGenerator()
    for _ in range(2):
        expected = getattr(alone, method)(count, dtype, *parameters)
        columns = [np.full(count, value, np.float32) for value in parameters]
        assert np.array_equal(getattr(each, f"sample_{method}")(1, dtype, *columns), expected)
    assert np.array_equal(alone.uniform(3), each.uniform(3))
