"""DataLoader in the main process: batches, their dtypes and contexts, orders, last batches, and what is refused."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _x(mx, rows=7, shape=(2,), dtype="float32"):
    count = rows * int(np.prod(shape))
    return mx.nd.array(np.arange(count).reshape((rows, *shape)), dtype=dtype)


def _show(batch):
    if isinstance(batch, (list, tuple)):
        return [type(batch).__name__] + [_show(part) for part in batch]
    return [batch, str(batch.context)] if hasattr(batch, "context") else batch


def _rounds(make, rounds=1, **options):
    """All batches of some rounds."""

    def program(mx):
        loader = mx.gluon.data.DataLoader(make(mx, mx.gluon.data), **options)
        return len(loader), [[_show(batch) for batch in loader] for _ in range(rounds)]

    return program


_DATA = {
    "nd": lambda mx, d: _x(mx),
    "nd_vector": lambda mx, d: mx.nd.arange(7),
    "nd_images": lambda mx, d: _x(mx, 3, (2, 2, 1), "uint8"),
    "numpy": lambda mx, d: np.arange(14.0).reshape(7, 2),
    "numpy_vector": lambda mx, d: np.arange(7),
    "numpy_row_major": lambda mx, d: np.arange(14.0).reshape(2, 7).T,
    "list": lambda mx, d: [1, 2, 3, 4, 5, 6, 7],
    "list_of_floats": lambda mx, d: [1.5, 2.5, 3.5],
    "list_of_lists": lambda mx, d: [[1, 2], [3, 4], [5, 6]],
    "list_of_tuples": lambda mx, d: [(1, 2.5), (3, 4.5), (5, 6.5)],
    "list_of_nested_tuples": lambda mx, d: [(1, (2, 3)), (4, (5, 6))],
    "list_of_lists_in_tuples": lambda mx, d: [([1, 2], 0), ([3, 4], 1)],
    "list_of_nd": lambda mx, d: [mx.nd.ones(2) * i for i in range(3)],
    "list_of_bools": lambda mx, d: [True, False, True],
    "simple_nd": lambda mx, d: d.SimpleDataset(_x(mx)),
    "simple_numpy": lambda mx, d: d.SimpleDataset(np.arange(6).reshape(3, 2)),
    "simple_nd_vector": lambda mx, d: d.SimpleDataset(mx.nd.arange(5)),
    "array_nd": lambda mx, d: d.ArrayDataset(_x(mx)),
    "array_nd_nd": lambda mx, d: d.ArrayDataset(_x(mx), mx.nd.arange(7)),
    "array_nd_numpy": lambda mx, d: d.ArrayDataset(_x(mx), np.arange(7)),
    "array_nd_list": lambda mx, d: d.ArrayDataset(_x(mx), [0, 1, 2, 3, 4, 5, 6]),
    "array_nd_int32": lambda mx, d: d.ArrayDataset(_x(mx), mx.nd.arange(7, dtype="int32")),
    "array_three": lambda mx, d: d.ArrayDataset(_x(mx), np.arange(7.0), _x(mx, 7, (1, 2), "int32")),
    "array_of_dataset": lambda mx, d: d.ArrayDataset(d.SimpleDataset(_x(mx)), np.arange(7)),
    "array_cpu1": lambda mx, d: d.ArrayDataset(_x(mx).as_in_context(mx.cpu(1)), np.arange(7)),
    "transformed": lambda mx, d: d.ArrayDataset(_x(mx), np.arange(7)).transform(lambda x, y: (x * 2, y + 1)),
    "transformed_first": lambda mx, d: d.ArrayDataset(_x(mx), np.arange(7)).transform_first(lambda x: x / 2),
    "to_numpy": lambda mx, d: d.SimpleDataset(_x(mx)).transform(lambda x: x.asnumpy()),
    "to_float": lambda mx, d: d.SimpleDataset(_x(mx)).transform(lambda x: x.sum().asscalar()),
    "taken": lambda mx, d: d.ArrayDataset(_x(mx), np.arange(7)).take(4),
    "sharded": lambda mx, d: d.ArrayDataset(_x(mx), np.arange(7)).shard(2, 1),
    "filtered": lambda mx, d: d.ArrayDataset(_x(mx), np.arange(7)).filter(lambda sample: sample[1] % 2),
}
suite.table("data", {name: _rounds(make, batch_size=3) for name, make in _DATA.items()})
suite.table("shuffled", {name: _rounds(make, 2, batch_size=3, shuffle=True) for name, make in _DATA.items()})

for _dtype in ("float32", "float64", "float16", "uint8", "int8", "int32", "int64", "bool"):
    suite.table(
        f"dtype/{_dtype}",
        {
            "nd": _rounds(lambda mx, d, t=_dtype: _x(mx, 3, (2,), "float32").astype(t), batch_size=2),
            "numpy": _rounds(lambda mx, d, t=_dtype: np.arange(6).reshape(3, 2).astype(t), batch_size=2),
            "numpy_vector": _rounds(lambda mx, d, t=_dtype: np.arange(3).astype(t), batch_size=2),
            "scalars": _rounds(lambda mx, d, t=_dtype: list(np.arange(3).astype(t)), batch_size=2),
        },
    )
for _mode in ("keep", "discard", "rollover", None):
    suite.table(
        f"last_batch/{_mode}",
        {
            "uneven": _rounds(_DATA["array_nd_nd"], 3, batch_size=3, last_batch=_mode),
            "even": _rounds(_DATA["numpy"], 2, batch_size=7, last_batch=_mode),
            "too_large": _rounds(_DATA["numpy"], 3, batch_size=9, last_batch=_mode),
            "shuffled": _rounds(_DATA["numpy_vector"], 4, batch_size=3, last_batch=_mode, shuffle=True),
        },
    )


def _with(make):
    """Batches of a loader that ``make(data, dataset)`` returns."""

    def program(mx):
        data = mx.gluon.data
        loader = make(data, data.ArrayDataset(_x(mx), np.arange(7)))
        return len(loader), [[_show(batch) for batch in loader] for _ in range(2)]

    return program


suite.table(
    "sampler",
    {
        "sequential": _with(lambda d, x: d.DataLoader(x, 3, sampler=d.SequentialSampler(4, 2))),
        "random": _with(lambda d, x: d.DataLoader(x, 3, sampler=d.RandomSampler(7))),
        "list": _with(lambda d, x: d.DataLoader(x, 2, sampler=[6, 0, 0])),
        "rollover": _with(lambda d, x: d.DataLoader(x, 3, sampler=d.SequentialSampler(4), last_batch="rollover")),
        "batch": _with(lambda d, x: d.DataLoader(x, batch_sampler=d.BatchSampler(d.RandomSampler(7), 3, "discard"))),
        "batches": _with(lambda d, x: d.DataLoader(x, batch_sampler=[[0, 1], [5], [6, 6, 2]])),
        "negative": _with(lambda d, x: d.DataLoader(x, batch_sampler=[[-1, 0], [-7, 6]])),
        "numpy_batches": _with(lambda d, x: d.DataLoader(x, batch_sampler=[np.array([3, 1]), np.array([2])])),
        "tuples": _with(lambda d, x: d.DataLoader(x, batch_sampler=[(3, 1)])),
        "interval": lambda mx: _with(
            lambda d, x: d.DataLoader(x, 3, sampler=mx.gluon.contrib.data.IntervalSampler(7, 3))
        )(mx),
    },
)
suite.table(
    "batchify",
    {
        "list": _with(lambda d, x: d.DataLoader(x, 3, batchify_fn=list)),
        "count": _with(lambda d, x: d.DataLoader(x, 3, batchify_fn=len)),
        "first": _with(lambda d, x: d.DataLoader(x, 3, batchify_fn=lambda samples: [s[0] for s in samples])),
        "default_named": _with(lambda d, x: d.DataLoader(x, 3, batchify_fn=d.dataloader.default_batchify_fn)),
        "default_of_workers": _with(lambda d, x: d.DataLoader(x, 3, batchify_fn=d.dataloader.default_mp_batchify_fn)),
    },
)


def _default(*data):
    return lambda mx: _show(mx.gluon.data.dataloader.default_batchify_fn([make(mx) for make in data]))


def _default_mp(*data):
    return lambda mx: _show(mx.gluon.data.dataloader.default_mp_batchify_fn([make(mx) for make in data]))


for _name, _function in (("default", _default), ("default_mp", _default_mp)):
    suite.table(
        _name,
        {
            "nd": _function(lambda mx: mx.nd.ones(2), lambda mx: mx.nd.zeros(2)),
            "nd_int": _function(
                lambda mx: mx.nd.ones((1, 2), dtype="int32"), lambda mx: mx.nd.zeros((1, 2), dtype="int32")
            ),
            "nd_one": _function(lambda mx: mx.nd.ones((1, 2))),
            "nd_cpu1": _function(lambda mx: mx.nd.ones(2, ctx=mx.cpu(1)), lambda mx: mx.nd.zeros(2, ctx=mx.cpu(1))),
            "ints": _function(lambda mx: 1, lambda mx: 2),
            "floats": _function(lambda mx: 1.5, lambda mx: 2),
            "bools": _function(lambda mx: True, lambda mx: False),
            "numpy": _function(lambda mx: np.ones(2, "float32"), lambda mx: np.zeros(2, "float32")),
            "numpy_scalars": _function(lambda mx: np.float64(2), lambda mx: np.float64(3)),
            "numpy_uint8": _function(lambda mx: np.uint8(2), lambda mx: np.uint8(3)),
            "tuples": _function(lambda mx: (1, 2.5), lambda mx: (3, 4.5)),
            "tuples_nd": _function(lambda mx: (mx.nd.ones(2), 1), lambda mx: (mx.nd.zeros(2), 2)),
            "nested": _function(lambda mx: (1, (2, [3, 4])), lambda mx: (5, (6, [7, 8]))),
            "lists": _function(lambda mx: [1, 2], lambda mx: [3, 4]),
            "uneven_tuples": _function(lambda mx: (1, 2), lambda mx: (3,)),
        },
    )
    suite.errors(
        _name + "/refused",
        {
            "nothing": (_function(), ()),
            "text": (_function(lambda mx: "a", lambda mx: "b"), ("dtype",)),
            "dicts": (_function(lambda mx: {"a": 1}), ("dtype",)),
            "int16": (_function(lambda mx: np.int16(1)), ("int16",)),
            "uneven_lists": (_function(lambda mx: [1], lambda mx: [1, 2]), ("equal shapes",)),
            "uneven_numpy": (_function(lambda mx: np.ones(2), lambda mx: np.ones(3)), ("equal shapes", "(2,)")),
            "uneven_nd": (_function(lambda mx: mx.nd.ones(2), lambda mx: mx.nd.ones(3)), ("stack",)),
            "nd_dtypes": (_function(lambda mx: mx.nd.ones(2), lambda mx: mx.nd.ones(2, dtype="int32")), ("dtype",)),
            "nd_and_number": (_function(lambda mx: mx.nd.ones(2), lambda mx: 3), ()),
        },
    )


def _refused(**options):
    return lambda mx: list(mx.gluon.data.DataLoader([1, 2, 3], **options))


suite.errors(
    "refused",
    {
        "no_size": (_refused(), ("batch_size",)),
        "shuffle_and_sampler": (_refused(batch_size=1, shuffle=True, sampler=[0]), ("shuffle", "sampler")),
        "size_and_batches": (_refused(batch_size=1, batch_sampler=[[0]]), ("batch_size", "batch_sampler")),
        "shuffle_and_batches": (_refused(shuffle=True, batch_sampler=[[0]]), ("shuffle", "batch_sampler")),
        "sampler_and_batches": (_refused(sampler=[0], batch_sampler=[[0]]), ("sampler", "batch_sampler")),
        "mode_and_batches": (_refused(last_batch="keep", batch_sampler=[[0]]), ("last_batch", "batch_sampler")),
        "unknown_mode": (_refused(batch_size=2, last_batch="no"), ("last_batch", "no")),
        "timeout_zero": (_refused(batch_size=2, timeout=0), ("timeout", "0")),
        "timeout_negative": (_refused(batch_size=2, timeout=-3), ("timeout", "-3")),
        "index_beyond": (_refused(batch_sampler=[[3]]), ()),
        "index_fraction": (_refused(batch_sampler=[[0.5]]), ()),
        "nd_index_beyond": (lambda mx: list(mx.gluon.data.DataLoader(_x(mx), batch_sampler=[[0, 7]])), ()),
        "numpy_index_beyond": (lambda mx: list(mx.gluon.data.DataLoader(np.eye(3), batch_sampler=[[0, 3]])), ()),
        "array_index_beyond": (
            lambda mx: list(mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(_x(mx), [0] * 7), batch_sampler=[[9]])),
            (),
        ),
        "empty_batch": (lambda mx: list(mx.gluon.data.DataLoader(_x(mx), batch_sampler=[[]])), ()),
        "numpy_int16": (lambda mx: list(mx.gluon.data.DataLoader(np.arange(3, dtype="int16"), 2)), ("int16",)),
        "numpy_text": (lambda mx: list(mx.gluon.data.DataLoader(np.array(["a", "b"]), 2)), ("dtype",)),
    },
)
suite.table(
    "pinned",
    {
        "first": _rounds(_DATA["array_nd_nd"], batch_size=4, pin_memory=True),
        "other_device": _rounds(_DATA["nd"], batch_size=4, pin_memory=True, pin_device_id=2),
        "list": _rounds(_DATA["list_of_tuples"], batch_size=4, pin_memory=True),
    },
)
suite.table(
    "passes",
    {
        "two_at_once": lambda mx: _two_at_once(mx),
        "seed_between": lambda mx: _seed_between(mx),
        "drawn_when_first_needed": lambda mx: _when_drawn(mx),
        "auto_reload": _rounds(_DATA["array_nd_nd"], 2, batch_size=3, shuffle=True, auto_reload=True),
        "auto_reload_draws": lambda mx: _auto_reload_draws(mx),
        "refresh": lambda mx: _refreshed(mx),
        "left_early": lambda mx: _left_early(mx),
        "negative_workers": _rounds(_DATA["numpy"], batch_size=4, num_workers=-2),
        "dataset_changes": lambda mx: _dataset_changes(mx),
        "batch_is_a_copy": lambda mx: _batch_is_a_copy(mx),
        "recorded": lambda mx: _recorded(mx),
        "older_loader": lambda mx: _older(mx),
    },
)


def _two_at_once(mx):
    loader = mx.gluon.data.DataLoader(np.arange(6), 2, shuffle=True)
    first, second = iter(loader), iter(loader)
    return [next(first), next(second), next(first), next(second), list(second), list(first)]


def _seed_between(mx):
    loader = mx.gluon.data.DataLoader(np.arange(6), 4, shuffle=True)
    found = [list(loader)]
    np.random.seed(0)
    return [*found, list(loader), list(loader)]


def _when_drawn(mx):
    loader = mx.gluon.data.DataLoader(np.arange(6), 4, shuffle=True)
    batches = iter(loader)
    first = np.random.randint(1000)
    next(batches)
    return first, np.random.randint(1000)


def _auto_reload_draws(mx):
    loader = mx.gluon.data.DataLoader(np.arange(6), 4, shuffle=True, auto_reload=True)
    numbers = [np.random.randint(1000)]
    batches = list(loader)
    return numbers, batches, np.random.randint(1000), list(loader)


def _refreshed(mx):
    loader = mx.gluon.data.DataLoader(np.arange(6), 4, shuffle=True)
    loader.refresh()
    loader.clean()
    return list(loader), loader.refresh(), list(loader)


def _left_early(mx):
    loader = mx.gluon.data.DataLoader(np.arange(7), 3, last_batch="rollover")
    batch = next(iter(loader))
    return batch, list(loader), list(loader)


def _dataset_changes(mx):
    x = _x(mx, 4)
    loader = mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(x), 2)
    before = list(loader)
    x[:] = 9
    return before, list(loader)


def _batch_is_a_copy(mx):
    x = _x(mx, 4)
    for batch in mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(x), 2):
        batch[:] = 7
    values = np.arange(3.0)
    for batch in mx.gluon.data.DataLoader(values, 3):
        batch[:] = 7
    return x, values


def _recorded(mx):
    x = _x(mx, 4)
    x.attach_grad()
    with mx.autograd.record():
        total = sum((batch * batch).sum() for batch in mx.gluon.data.DataLoader(mx.gluon.data.SimpleDataset(x), 3))
    total.backward()
    return total, x.grad


def _older(mx):
    loader = mx.gluon.data.dataloader.DataLoaderV1(np.arange(7), 3, shuffle=True)
    return len(loader), list(loader), list(loader), attempt(lambda: mx.gluon.data.dataloader.DataLoaderV1([1]))
