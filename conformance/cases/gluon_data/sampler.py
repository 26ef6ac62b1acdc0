"""Samplers: what they give, how long they say they are, and the order of random ones."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _plain(indices):
    return [[int(i) for i in batch] if isinstance(batch, list) else int(batch) for batch in indices]


def _rounds(make, rounds=2):
    """What several rounds give, and the length before, between and after."""

    def program(mx):
        sampler = make(mx.gluon.data)
        lengths, found = [len(sampler)], []
        for _ in range(rounds):
            found.append(_plain(sampler))
            lengths.append(len(sampler))
        return found, lengths

    return program


suite.table(
    "sequential",
    {
        "ten": _rounds(lambda d: d.SequentialSampler(10)),
        "none": _rounds(lambda d: d.SequentialSampler(0)),
        "start": _rounds(lambda d: d.SequentialSampler(4, 3)),
        "start_named": _rounds(lambda d: d.SequentialSampler(length=2, start=7)),
        "start_negative": _rounds(lambda d: d.SequentialSampler(4, -2)),
        "type": lambda mx: [type(i) for i in mx.gluon.data.SequentialSampler(2)],
    },
)
suite.table(
    "random",
    {
        "ten": _rounds(lambda d: d.RandomSampler(10), 3),
        "one": _rounds(lambda d: d.RandomSampler(1)),
        "none": _rounds(lambda d: d.RandomSampler(0)),
        "hundred": _rounds(lambda d: d.RandomSampler(100)),
        "large": lambda mx: _plain(mx.gluon.data.RandomSampler(5000))[:50],
        "stream_goes_on": lambda mx: (_plain(mx.gluon.data.RandomSampler(7)), np.random.randint(1000)),
        "made_but_not_used": lambda mx: (mx.gluon.data.RandomSampler(7), np.random.randint(1000))[1],
        "drawn_at_the_start": lambda mx: (iter(mx.gluon.data.RandomSampler(7)), np.random.randint(1000))[1],
        "mx_seed_does_not_matter": lambda mx: (mx.random.seed(5), _plain(mx.gluon.data.RandomSampler(7)))[1],
    },
)
for _seed in (1, 7, 42, 12345):
    suite.table(
        "random/seed",
        {str(_seed): lambda mx, s=_seed: (np.random.seed(s), _plain(mx.gluon.data.RandomSampler(12)))[1]},
    )

for _count, _size in ((10, 3), (9, 3), (2, 5), (7, 1), (0, 2), (8, 7)):
    for _mode in ("keep", "discard", "rollover"):
        suite.table(
            f"batch/{_count}_by_{_size}",
            {
                _mode: _rounds(
                    lambda d, n=_count, s=_size, m=_mode: d.BatchSampler(d.SequentialSampler(n), s, m), rounds=4
                )
            },
        )
suite.table(
    "batch",
    {
        "default_keeps": _rounds(lambda d: d.BatchSampler(d.SequentialSampler(4), 3)),
        "random": _rounds(lambda d: d.BatchSampler(d.RandomSampler(10), 4), 3),
        "random_rollover": _rounds(lambda d: d.BatchSampler(d.RandomSampler(10), 4, "rollover"), 4),
        "of_a_list": _rounds(lambda d: d.BatchSampler([5, 3, 8, 1], 3)),
        "of_batches": lambda mx: [
            [list(b) for b in batch]
            for batch in mx.gluon.data.BatchSampler(
                mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(6), 2), 2
            )
        ],
        "left_early": lambda mx: _left_early(mx.gluon.data),
        "unknown_mode_full": lambda mx: _plain(mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(4), 2, "no")),
    },
)


def _left_early(data):
    sampler = data.BatchSampler(data.SequentialSampler(7), 3, "rollover")
    rounds = iter(sampler)
    first = next(rounds)
    del rounds
    return first, _plain(sampler), _plain(sampler), len(sampler)


suite.errors(
    "batch/refused",
    {
        "unknown_mode": (
            lambda mx: _plain(mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(5), 2, "no")),
            ("last_batch", "no"),
        ),
        "unknown_mode_length": (
            lambda mx: len(mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(5), 2, "no")),
            ("last_batch", "no"),
        ),
        "size_zero_length": (lambda mx: len(mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(5), 0)), ()),
    },
)
suite.table(
    "filter",
    {
        "even": _rounds(lambda d: d.FilterSampler(lambda x: x % 2 == 0, list(range(9)))),
        "none": _rounds(lambda d: d.FilterSampler(lambda x: False, [1, 2])),
        "all": _rounds(lambda d: d.FilterSampler(lambda x: True, [1, 2])),
        "dataset": _rounds(lambda d: d.FilterSampler(lambda x: x > 3, d.SimpleDataset([5, 1, 7]))),
        "tuples": _rounds(lambda d: d.FilterSampler(lambda x: x[1] > 1, d.ArrayDataset([1, 2, 3], [0, 2, 4]))),
        "truthy": _rounds(lambda d: d.FilterSampler(lambda x: x, [0, 3, "", "a"])),
    },
)


@suite.case("filter/asked_once")
def _asked_once(mx):
    seen = []
    sampler = mx.gluon.data.FilterSampler(lambda x: seen.append(x) or True, [3, 4])
    return list(sampler), list(sampler), seen


@suite.case("base")
def _base(mx):
    sampler = mx.gluon.data.Sampler()
    return attempt(lambda: iter(sampler)), attempt(lambda: len(sampler))


@suite.case("bases")
def _bases(mx):
    data = mx.gluon.data
    names = ("SequentialSampler", "RandomSampler", "FilterSampler", "BatchSampler")
    return [issubclass(getattr(data, name), data.Sampler) for name in names]


for _length, _interval in ((13, 3), (6, 2), (5, 5), (4, 1), (7, 6)):
    for _rollover in (True, False):
        suite.table(
            f"interval/{_length}_by_{_interval}",
            {
                f"rollover_{_rollover}": lambda mx, n=_length, i=_interval, r=_rollover: (
                    _plain(mx.gluon.contrib.data.IntervalSampler(n, i, r)),
                    len(mx.gluon.contrib.data.IntervalSampler(n, i, r)),
                )
            },
        )
suite.table(
    "interval",
    {
        "default": lambda mx: _plain(mx.gluon.contrib.data.IntervalSampler(7, interval=3)),
        "from_module": lambda mx: _plain(mx.gluon.contrib.data.sampler.IntervalSampler(4, 2)),
        "is_sampler": lambda mx: issubclass(mx.gluon.contrib.data.IntervalSampler, mx.gluon.data.Sampler),
    },
)
suite.errors(
    "interval/refused", {"too_large": (lambda mx: mx.gluon.contrib.data.IntervalSampler(3, 4), ("Interval", "4", "3"))}
)
