"""Datasets: entries, lengths, transforms, parts, and what is refused."""

import os
import shutil
import tempfile

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _all(dataset):
    return len(dataset), [dataset[i] for i in range(len(dataset))]


def _iterated(dataset):
    """Samples as Python's iteration without ``__iter__`` gives them."""
    return list(dataset)


def _shown(make):
    return lambda mx: _all(make(mx, mx.gluon.data))


suite.table(
    "simple",
    {
        "list": _shown(lambda mx, d: d.SimpleDataset([1, 2, 3])),
        "tuple": _shown(lambda mx, d: d.SimpleDataset((1, "a"))),
        "text": _shown(lambda mx, d: d.SimpleDataset("abc")),
        "numpy": _shown(lambda mx, d: d.SimpleDataset(np.arange(6.0).reshape(3, 2))),
        "numpy_vector": _shown(lambda mx, d: d.SimpleDataset(np.arange(3))),
        "nd": _shown(lambda mx, d: d.SimpleDataset(mx.nd.arange(6).reshape((3, 2)))),
        "nd_vector": _shown(lambda mx, d: d.SimpleDataset(mx.nd.arange(3))),
        "tuples": _shown(lambda mx, d: d.SimpleDataset([(1, 2), (3, 4)])),
        "empty": _shown(lambda mx, d: d.SimpleDataset([])),
        "slice": lambda mx: mx.gluon.data.SimpleDataset([1, 2, 3])[1:],
        "negative": lambda mx: mx.gluon.data.SimpleDataset([1, 2, 3])[-1],
        "iterated": lambda mx: list(mx.gluon.data.SimpleDataset([1, 2, 3])),
        "nested": _shown(lambda mx, d: d.SimpleDataset(d.SimpleDataset([4, 5]))),
    },
)
suite.table(
    "array",
    {
        "one_list": _shown(lambda mx, d: d.ArrayDataset([1, 2])),
        "one_numpy": _shown(lambda mx, d: d.ArrayDataset(np.eye(2))),
        "one_nd": _shown(lambda mx, d: d.ArrayDataset(mx.nd.array(np.eye(2)))),
        "one_nd_vector": _shown(lambda mx, d: d.ArrayDataset(mx.nd.arange(3))),
        "two": _shown(lambda mx, d: d.ArrayDataset(mx.nd.array(np.eye(2)), mx.nd.arange(2))),
        "int_labels": _shown(lambda mx, d: d.ArrayDataset(np.eye(2), mx.nd.arange(2, dtype="int32"))),
        "label_type": lambda mx: type(mx.gluon.data.ArrayDataset(np.eye(2), mx.nd.arange(2))[0][1]),
        "three": _shown(lambda mx, d: d.ArrayDataset([1, 2], ["a", "b"], np.arange(2))),
        "of_datasets": _shown(lambda mx, d: d.ArrayDataset(d.SimpleDataset([1, 2]), d.ArrayDataset([3, 4], [5, 6]))),
        "column": _shown(lambda mx, d: d.ArrayDataset(mx.nd.arange(2).reshape((2, 1)), [0, 1])),
        "slice": lambda mx: mx.gluon.data.ArrayDataset(np.arange(4), [5, 6, 7, 8])[1:3],
        "negative": lambda mx: mx.gluon.data.ArrayDataset(np.arange(4), [5, 6, 7, 8])[-1],
        "sparse": lambda mx: mx.gluon.data.ArrayDataset(mx.nd.array([[0, 2], [1, 0]]).tostype("csr"))[1:2].asnumpy(),
        "shares_memory": lambda mx: _shares(mx),
        "vector_is_copied": lambda mx: _vector_copied(mx),
    },
)


def _shares(mx):
    source = mx.nd.zeros((2, 2))
    dataset = mx.gluon.data.ArrayDataset(source)
    source[:] = 3
    return dataset[0]


def _vector_copied(mx):
    source = mx.nd.zeros(2)
    dataset = mx.gluon.data.ArrayDataset(source, [0, 1])
    source[:] = 3
    return dataset[0]


suite.errors(
    "refused",
    {
        "array_none": (lambda mx: mx.gluon.data.ArrayDataset(), ("at least 1",)),
        "array_lengths": (lambda mx: mx.gluon.data.ArrayDataset([1, 2], [1]), ("same length", "2", "1")),
        "array_number": (lambda mx: mx.gluon.data.ArrayDataset(3), ()),
        "simple_number": (lambda mx: len(mx.gluon.data.SimpleDataset(3)), ()),
        "simple_beyond": (lambda mx: mx.gluon.data.SimpleDataset([1])[1], ()),
        "array_beyond": (lambda mx: mx.gluon.data.ArrayDataset(mx.nd.zeros((2, 2)), [1, 2])[2], ()),
        "shard_beyond": (lambda mx: mx.gluon.data.SimpleDataset([1, 2]).shard(2, 2), ("2 out of 2",)),
        "shard_of_none": (lambda mx: mx.gluon.data.SimpleDataset([1, 2]).shard(0, 0), ("0 out of 0",)),
        "shard_negative": (lambda mx: mx.gluon.data.SimpleDataset([1, 2]).shard(2, -1), ("non-negative",)),
        "sample_list": (lambda mx: mx.gluon.data.SimpleDataset([1, 2]).sample([1]), ("sampler", "list")),
        "sample_none": (lambda mx: mx.gluon.data.SimpleDataset([1, 2]).sample(None), ("sampler",)),
        "sample_beyond": (
            lambda mx: mx.gluon.data.SimpleDataset([1]).sample(mx.gluon.data.SequentialSampler(3))[2],
            (),
        ),
        "take_text": (lambda mx: mx.gluon.data.SimpleDataset([1]).take("a"), ()),
        "base_item": (lambda mx: mx.gluon.data.Dataset()[0], ()),
        "base_length": (lambda mx: len(mx.gluon.data.Dataset()), ()),
        "record_missing": (lambda mx: mx.gluon.data.RecordFileDataset("no_such_file.rec"), ("no_such_file",)),
    },
)


# ------------------------------------------------------------------------------------- transform

suite.table(
    "transform",
    {
        "scalar": _shown(lambda mx, d: d.SimpleDataset([1, 2, 3]).transform(lambda x: x * 2)),
        "tuple": _shown(lambda mx, d: d.ArrayDataset([1, 2], [3, 4]).transform(lambda x, y: (y, x))),
        "tuple_to_one": _shown(lambda mx, d: d.ArrayDataset([1, 2], [3, 4]).transform(lambda x, y: x + y)),
        "list_is_one": _shown(lambda mx, d: d.SimpleDataset([[1, 2], [3, 4]]).transform(lambda x: x[::-1])),
        "star": _shown(lambda mx, d: d.ArrayDataset([1, 2], [3, 4]).transform(lambda *x: x)),
        "nd": _shown(lambda mx, d: d.ArrayDataset(mx.nd.ones((2, 2))).transform(lambda x: x + 1)),
        "twice": _shown(lambda mx, d: d.SimpleDataset([1, 2]).transform(lambda x: x + 1).transform(lambda x: x * 10)),
        "eager": _shown(lambda mx, d: d.SimpleDataset([1, 2]).transform(lambda x: x * 2, lazy=False)),
        "eager_type": lambda mx: type(mx.gluon.data.SimpleDataset([1]).transform(abs, lazy=False)).__name__,
        "lazy_type": lambda mx: isinstance(mx.gluon.data.SimpleDataset([1]).transform(abs), mx.gluon.data.Dataset),
        "first": _shown(lambda mx, d: d.ArrayDataset([1, 2], [3, 4]).transform_first(lambda x: -x)),
        "first_of_three": _shown(lambda mx, d: d.ArrayDataset([1, 2], [3, 4], [5, 6]).transform_first(lambda x: -x)),
        "first_of_one": _shown(lambda mx, d: d.SimpleDataset([1, 2]).transform_first(lambda x: -x)),
        "first_eager": _shown(lambda mx, d: d.ArrayDataset([1, 2], [3, 4]).transform_first(lambda x: -x, lazy=False)),
        "calls_lazy": lambda mx: _calls(mx, True),
        "calls_eager": lambda mx: _calls(mx, False),
        "random_each_time": lambda mx: _random_each_time(mx, True),
        "random_once": lambda mx: _random_each_time(mx, False),
    },
)


def _calls(mx, lazy):
    seen = []
    dataset = mx.gluon.data.SimpleDataset([1, 2]).transform(lambda x: seen.append(x), lazy)
    before = list(seen)
    dataset[1], dataset[1]
    return before, seen, len(dataset)


def _random_each_time(mx, lazy):
    dataset = mx.gluon.data.SimpleDataset([1, 2]).transform(lambda x: np.random.randint(1000), lazy)
    return [dataset[0], dataset[0], dataset[1]]


# ----------------------------------------------------------------------------------------- parts

for _length, _shards in ((9, 4), (8, 2), (3, 5), (7, 1)):
    suite.table(
        f"shard/{_length}_in_{_shards}",
        {
            str(_part): _shown(lambda mx, d, n=_length, s=_shards, i=_part: d.SimpleDataset(list(range(n))).shard(s, i))
            for _part in range(_shards)
        },
    )
suite.table(
    "take",
    {
        "some": _shown(lambda mx, d: d.SimpleDataset([1, 2, 3]).take(2)),
        "none": _shown(lambda mx, d: d.SimpleDataset([1, 2, 3]).take(0)),
        "all": _shown(lambda mx, d: d.SimpleDataset([1, 2, 3]).take(None)),
        "more": _shown(lambda mx, d: d.SimpleDataset([1, 2, 3]).take(7)),
        "of_transformed": _shown(lambda mx, d: d.SimpleDataset([1, 2, 3]).transform(lambda x: x * 10).take(2)),
        "of_array": _shown(lambda mx, d: d.ArrayDataset(mx.nd.ones((3, 2)), [1, 2, 3]).take(2)),
    },
)
suite.table(
    "filter",
    {
        "some": _shown(lambda mx, d: d.SimpleDataset(list(range(7))).filter(lambda x: x % 3 == 0)),
        "none": _shown(lambda mx, d: d.SimpleDataset([1]).filter(lambda x: False)),
        "of_transformed": _shown(
            lambda mx, d: d.SimpleDataset([1, 2, 3]).transform(lambda x: x * 2).filter(lambda x: x > 2)
        ),
        "tuples": _shown(lambda mx, d: d.ArrayDataset([1, 2], [3, 4]).filter(lambda x: x[1] == 4)),
        "then_take": _shown(lambda mx, d: d.SimpleDataset(list(range(9))).filter(lambda x: x % 2).take(2)),
        "iterated": lambda mx: _iterated(mx.gluon.data.SimpleDataset([1, 2, 3]).filter(lambda x: x != 2)),
    },
)
suite.table(
    "sample",
    {
        "sequential": _shown(lambda mx, d: d.SimpleDataset("abcdef").sample(d.SequentialSampler(3, 2))),
        "random": _shown(lambda mx, d: d.SimpleDataset(list(range(8))).sample(d.RandomSampler(8))),
        "random_stays": lambda mx: _random_stays(mx),
        "filter": _shown(lambda mx, d: d.SimpleDataset([4, 5, 6]).sample(d.FilterSampler(lambda x: x != 5, [4, 5, 6]))),
        "interval": _shown(
            lambda mx, d: (
                d.SimpleDataset("abcdef").sample(mx.gluon.contrib.data.IntervalSampler(6, 2, rollover=False)).take(3)
            )
        ),
        "then_shard": _shown(lambda mx, d: d.SimpleDataset("abcdef").sample(d.SequentialSampler(4, 1)).shard(2, 1)),
    },
)


def _random_stays(mx):
    data = mx.gluon.data
    dataset = data.SimpleDataset(list(range(8))).sample(data.RandomSampler(8))
    return [dataset[i] for i in range(8)], [dataset[i] for i in range(8)], np.random.randint(1000)


# ----------------------------------------------------------------------------------------- files


def _record_file(mx, keys=(0, 1, 2)):
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "a.rec")
    writer = mx.recordio.MXIndexedRecordIO(os.path.join(folder, "a.idx"), path, "w")
    for key in keys:
        writer.write_idx(key, b"record %d" % key)
    writer.close()
    dataset = mx.gluon.data.RecordFileDataset(path)
    shutil.rmtree(folder, ignore_errors=True)  # it is open
    return dataset


suite.table(
    "record_file",
    {
        "all": lambda mx: [x.decode() for x in _all(_record_file(mx))[1]],
        "length": lambda mx: len(_record_file(mx)),
        "order_of_the_index": lambda mx: [x.decode() for x in _all(_record_file(mx, (7, 3, 5)))[1]],
        "negative": lambda mx: _record_file(mx)[-1].decode(),
        "transform": lambda mx: _all(_record_file(mx).transform(len)),
        "beyond": lambda mx: attempt(lambda: _record_file(mx)[3]),
        "names": lambda mx: [os.path.basename(x) for x in (_record_file(mx).filename, _record_file(mx).idx_file)],
        "backwards": lambda mx: [_record_file(mx)[i].decode() for i in (2, 1, 0)],
    },
)
