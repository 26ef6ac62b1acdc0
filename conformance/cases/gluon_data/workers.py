"""DataLoader with workers: what they return, in which order, and what is drawn where."""

import numpy as np

from ...suite import Suite

suite = Suite(__name__)


def _show(batch):
    if isinstance(batch, (list, tuple)):
        return [type(batch).__name__] + [_show(part) for part in batch]
    return [batch, str(batch.context)] if hasattr(batch, "context") else batch


def _dataset(mx):
    return mx.gluon.data.ArrayDataset(mx.nd.arange(14).reshape((7, 2)), np.arange(7))


def _double(x, y):
    return x * 2, y + 1


def _pairs(samples):
    return [list(sample) for sample in samples]


def _noisy(x, y):
    return x, np.random.randint(1000)


def _loader(make, rounds=1, **options):
    """All batches of some rounds."""

    def program(mx):
        loader = mx.gluon.data.DataLoader(make(mx), **options)
        return len(loader), [[_show(batch) for batch in loader] for _ in range(rounds)]

    return program


for _name, _how in (
    ("process", {"num_workers": 1}),
    ("processes", {"num_workers": 2}),
    ("thread", {"num_workers": 1, "thread_pool": True}),
    ("threads", {"num_workers": 2, "thread_pool": True}),
):
    suite.table(
        _name,
        {
            "arrays": _loader(_dataset, 2, batch_size=3, **_how),
            "shuffled": _loader(_dataset, 3, batch_size=3, shuffle=True, **_how),
            "rollover": _loader(_dataset, 3, batch_size=3, last_batch="rollover", **_how),
            "discard": _loader(_dataset, 1, batch_size=3, last_batch="discard", **_how),
            "list": _loader(lambda mx: [1, 2, 3, 4, 5], 1, batch_size=2, **_how),
            "tuples": _loader(lambda mx: [([1, 2], 0), ([3, 4], 1)], 1, batch_size=1, **_how),
            "numpy": _loader(lambda mx: np.arange(10.0).reshape(5, 2), 1, batch_size=2, **_how),
            "nd": _loader(lambda mx: mx.nd.arange(5), 1, batch_size=2, **_how),
            "large": _loader(lambda mx: np.arange(60000.0).reshape(6, 10000), 1, batch_size=4, **_how),
            "transformed": _loader(lambda mx: _dataset(mx).transform(_double), 2, batch_size=3, **_how),
            "own_batchify": _loader(_dataset, 1, batch_size=3, batchify_fn=_pairs, **_how),
            "pinned": _loader(_dataset, 1, batch_size=3, pin_memory=True, **_how),
            "no_prefetch": _loader(_dataset, 2, batch_size=3, prefetch=0, shuffle=True, **_how),
            "much_prefetch": _loader(_dataset, 2, batch_size=1, prefetch=50, shuffle=True, **_how),
            "auto_reload": _loader(_dataset, 3, batch_size=3, shuffle=True, auto_reload=True, **_how),
        },
    )
suite.table(
    "random",
    {
        # one worker: it starts with the state that NumPy's generator had when the loader was made
        "numpy_in_the_worker": _loader(lambda mx: _dataset(mx).transform(_noisy), 2, batch_size=3, num_workers=1),
        "numpy_here_goes_on": lambda mx: (
            _loader(lambda mx: _dataset(mx).transform(_noisy), 1, batch_size=3, num_workers=1)(mx),
            np.random.randint(1000),
        ),
        "sampler_draws_ahead": lambda mx: _draws_ahead(mx),
        "auto_reload_draws_ahead": lambda mx: _auto_reload(mx),
        "two_at_once": lambda mx: _two_at_once(mx),
    },
)


def _draws_ahead(mx):
    loader = mx.gluon.data.DataLoader(_dataset(mx), 2, shuffle=True, num_workers=1)
    batches = iter(loader)
    numbers = [np.random.randint(1000)]
    next(batches)
    numbers.append(np.random.randint(1000))
    return numbers, [y for _, y in batches]


def _auto_reload(mx):
    loader = mx.gluon.data.DataLoader(_dataset(mx), 2, shuffle=True, num_workers=1, auto_reload=True)
    numbers = [np.random.randint(1000)]
    first = [y for _, y in loader]
    numbers.append(np.random.randint(1000))
    return numbers, first, [y for _, y in loader]


def _two_at_once(mx):
    loader = mx.gluon.data.DataLoader(_dataset(mx), 3, shuffle=True, num_workers=1)
    first, second = iter(loader), iter(loader)
    return [next(first)[1], next(second)[1], next(first)[1], [y for _, y in second], [y for _, y in first]]
