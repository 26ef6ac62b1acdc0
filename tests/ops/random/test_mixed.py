"""Negative binomials: whatever way the work is laid out, the values are those made one by one."""

import math

import numpy as np
import pytest

from mxcompat.ops.random import _exact, _mixed
from mxcompat.ops.random._states import split
from mxcompat.ops.random._streams import ParallelGenerator

SMALLEST = -(2**31)


def single(value):
    return np.float32(value)


class Plain:
    """One state of MXNet's generator and its samplers, a number at a time."""

    def __init__(self, seed):
        self.rng, self.used = np.random.RandomState(seed), 0

    def uniform(self):
        self.used += 1
        return single(np.frombuffer(self.rng.bytes(4), "<u4")[0]) * single(2.0**-32)

    def normal(self):
        while True:
            x, y = (single(2) * self.uniform() - single(1) for _ in range(2))
            radius = x * x + y * y
            if 0 < radius <= 1:
                return _exact.normal32(np.array([y]), np.array([radius]))[0]

    def gamma(self, shape, scale):
        d = single(float(shape) + 2.0 / 3.0 if shape < 1 else float(shape) - 1.0 / 3.0)
        k = single(math.sqrt(9.0 * float(d)))
        c = single(1.0 / float(k))
        while True:
            z = self.normal()
            if not z > -k:
                continue
            x = single(1.0 + float(c * z))
            v = x * x * x
            left = 1.0 - float(self.uniform())
            right = 0.5 * float(z) * float(z) + float(d) * (1.0 - float(v) + math.log(v))
            if (math.log(left) if left else -math.inf) < right:
                break
        found = d * v * scale
        return found if shape >= 1 else found * single(float(self.uniform()) ** float(single(1.0 / float(shape))))

    def poisson(self, rate):
        if rate < 12:
            product, least, count = self.uniform(), _exact.expf(np.array([-rate]))[0], 0
            while product > least:
                product, count = product * self.uniform(), count + 1
            return count
        root, log = single(math.sqrt(2.0 * float(rate))), single(math.log(rate))
        g = rate * log - _exact.lgammaf(np.array([single(float(rate) + 1.0)]))[0]
        while True:
            em = single(-1)
            while em < 0:
                y = single(math.tan(single(3.1415926) * self.uniform()))
                em = root * y + rate
            em = np.floor(em)
            height = _exact.expf(np.array([em * log - _exact.lgammaf(np.array([em + single(1)]))[0] - g]))[0]
            if not self.uniform() > single(0.9 * (1.0 + float(y * y)) * float(height)):
                return int(em)


def one_by_one(count, shapes, scales, seed=5):
    """Return the values of a draw, and how many numbers each state used."""
    states, step = split(count * len(shapes))
    values, used = [], []
    for state in range(states):
        plain = Plain(127 * seed + state)
        for i in range(state * step, min((state + 1) * step, count * len(shapes))):
            shape, scale = (single(part[i // count]) for part in (shapes, scales))
            values.append(plain.poisson(scale if np.isnan(shape) else plain.gamma(shape, scale)))
        used.append(plain.used)
    return values, used


def drawn(count, shapes, scales, seed=5):
    generator = ParallelGenerator(seed=seed)
    shape, scale = (np.array(part, np.float32).reshape(-1, 1) for part in (shapes, scales))
    values = generator._mix(count, np.float32, shape, scale, False)
    bank = generator._bank
    return values.tolist(), bank, split(values.size)[0]


def assert_used(bank, used):
    """The next words of every state are those behind the ones that were used."""
    seen = bank.window(np.arange(len(used)), 2)
    for state, (words, n) in enumerate(zip(seen, used, strict=True)):
        rng = np.random.RandomState((bank.first_seed + state) % 2**32)
        rng.bytes(4 * n)
        assert words.tolist() == np.frombuffer(rng.bytes(8), "<u4").tolist()


LAWS = [(5, 1), (1, 9), (0.4, 2), (0.05, 40), (1e5, 11.9e-5), (40, 0.5), (3, 2000), (7, 1e-4)]


@pytest.mark.parametrize(("shape", "scale"), LAWS)
@pytest.mark.parametrize("count", [1, 23, 24, 64, 65, 300])
def test_values_of_few_states_are_those_made_one_by_one(count, shape, scale):
    values, used = one_by_one(count, [shape], [scale])
    found, bank, _ = drawn(count, [shape], [scale])
    assert found == values
    assert_used(bank, used)


@pytest.mark.parametrize("count", [1, 7, 30, 90])
def test_parameters_may_change_within_a_state(count):
    shapes, scales = [s for s, _ in LAWS] + [np.nan, np.nan], [s for _, s in LAWS] + [4.5, 31.25]
    values, used = one_by_one(count, shapes, scales)
    found, bank, _ = drawn(count, shapes, scales)
    assert found == values
    assert_used(bank, used)


@pytest.mark.parametrize("segment", [1, 3, 17, 150, 10**6])
@pytest.mark.parametrize("places", [1, 1 << 15, 1 << 21])
@pytest.mark.parametrize(("shape", "scale"), [(5, 1), (1, 9), (0.3, 30)])
def test_it_does_not_matter_where_lanes_begin(monkeypatch, shape, scale, places, segment):
    expected, bank, states = drawn(700, [shape], [scale])
    follow = bank.window(np.arange(states), 5).copy()
    monkeypatch.setattr(_mixed, "_SEGMENT", (segment, segment))
    monkeypatch.setattr(_mixed, "_PLACES", places)
    found, bank, _ = drawn(700, [shape], [scale])
    assert found == expected
    np.testing.assert_array_equal(bank.window(np.arange(states), 5), follow)


@pytest.mark.parametrize("count", [40, 1000])
def test_in_order_and_ahead_give_the_same(monkeypatch, count):
    rng = np.random.default_rng(0)
    shapes, scales = rng.random(60) * 8 + 0.1, rng.random(60) * 10
    shapes[[3, 40]] = np.nan
    results = []
    for alike in (0, 10**9):
        monkeypatch.setattr(_mixed, "_ALIKE", alike)
        found, bank, states = drawn(count, shapes, scales)
        results.append((found, bank.window(np.arange(states), 5).tolist()))
    assert results[0] == results[1]


@pytest.mark.parametrize("entries", [1, 3, 135_000])
def test_number_of_threads_does_not_matter(entries):
    rng = np.random.default_rng(1)
    k, p = rng.integers(1, 9, entries).astype(np.float32), (rng.random(entries) * 0.8 + 0.1).astype(np.float32)
    results = []
    for threads in (1, 2):
        generator = ParallelGenerator(seed=8)
        generator.threads = threads
        values = generator.sample_negative_binomial(135_000 // entries, np.float32, k, p)
        results.append((values.tolist(), generator.uniform(66_000).tolist()))
    assert results[0] == results[1]


def test_equal_parameters_are_drawn_as_one_distribution():
    one, many = ParallelGenerator(seed=2), ParallelGenerator(seed=2)
    expected = one.negative_binomial(5000, np.float32, 5, 0.5)
    five, half = np.full(5000, 5, np.float32), np.full(5000, 0.5, np.float32)
    np.testing.assert_array_equal(many.sample_negative_binomial(1, np.float32, five, half), expected)
    assert many.uniform(5).tolist() == one.uniform(5).tolist()


def test_rates_that_are_no_numbers_give_the_smallest_int():
    """The values and the uniform numbers after them are what MXNet 1.9.1 gave."""
    nan, inf = np.nan, np.inf
    generator = ParallelGenerator(seed=3)

    def check(name, first, second, expected, follow):
        values = getattr(generator, name)(4, np.float32, *(np.array(part, np.float32) for part in (first, second)))
        assert values.reshape(-1, 4).tolist() == expected
        assert generator.uniform(3).tolist() == [single(n) for n in follow]

    least = [SMALLEST] * 4
    law = "sample_negative_binomial"
    check(law, [3, 3], [nan, 0], [least, least], [0.7663395, 0.5548304, 0.64764607])
    law = "sample_generalized_negative_binomial"
    check(law, [nan, inf, 3], [0.5, 0.5, 0], [least, least, [2, 2, 3, 5]], [0.1970671, 0.51121, 0.7063168])
    check(law, [nan, inf, -2], [0, 0, 0.5], [least, least, [0] * 4], [0.63122094, 0.80113184, 0.84683335])


@pytest.mark.parametrize("entries", [1, 2])
def test_parameters_without_end_are_refused(entries):
    """MXNet draws for ever: the shape is infinite, so that no attempt succeeds."""
    shape, scale = np.full((entries, 1), np.inf, np.float32), np.arange(1, entries + 1, dtype=np.float32)[:, None]
    for count in (1, 200):
        with pytest.raises(RuntimeError, match="one value needs more than"):
            ParallelGenerator()._mix(count, np.float32, shape, scale, False)
