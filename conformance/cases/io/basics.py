"""DataDesc, DataBatch, DataIter, ResizeIter, PrefetchingIter."""

import pickle

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _desc(*args, **kwargs):
    def run(mx):
        d = mx.io.DataDesc(*args, **kwargs)
        return repr(d), str(d), tuple(d), d.name, d.shape, d.dtype, d.layout, len(d), d == (d.name, d.shape)

    return run


suite.table(
    "DataDesc",
    {
        "plain": _desc("data", (2, 3)),
        "dtype": _desc("data", (2, 3), np.float64),
        "dtype_text": _desc("data", (2, 3), "int32"),
        "layout": _desc("data", (2, 3), layout="NTC"),
        "all": _desc("data", (2, 3), np.uint8, "NHWC"),
        "keywords": _desc(name="x", shape=(1,), dtype=np.int64, layout=None),
        "list_shape": _desc("x", [1, 2]),
        "compare": lambda mx: (
            mx.io.DataDesc("a", (1,)) == mx.io.DataDesc("a", (1,), np.int32, "N"),
            mx.io.DataDesc("a", (1,)) == mx.io.DataDesc("b", (1,)),
            hash(mx.io.DataDesc("a", (1,))) == hash(("a", (1,))),
            isinstance(mx.io.DataDesc("a", (1,)), tuple),
        ),
        "batch_axis": lambda mx: [mx.io.DataDesc.get_batch_axis(t) for t in (None, "NCHW", "TNC", "CHW", "")],
        "get_list": lambda mx: [
            repr(mx.io.DataDesc.get_list([("a", (1, 2)), ("b", (3,))], types))
            for types in (None, [("b", np.int32), ("a", np.float64)])
        ],
        "get_list_missing": lambda mx: attempt(mx.io.DataDesc.get_list, [("a", (1, 2))], [("b", np.int32)]),
        "unpack": lambda mx: (lambda name, shape: (name, shape))(*mx.io.DataDesc("a", (1, 2))),
        "pickle": lambda mx: repr(pickle.loads(pickle.dumps(mx.io.DataDesc("a", (1, 2), np.int32, "NC")))),
        "missing": lambda mx: attempt(mx.io.DataDesc, "a"),
        "replace": lambda mx: attempt(lambda: repr(mx.io.DataDesc("a", (1, 2))._replace(name="b"))),
    },
)
suite.table(
    "DataBatch",
    {
        "plain": lambda mx: str(mx.io.DataBatch([mx.nd.ones((2, 3))], [mx.nd.ones(2)])),
        "no_label": lambda mx: str(mx.io.DataBatch([mx.nd.ones((2, 3))])),
        "empty_label": lambda mx: str(mx.io.DataBatch([mx.nd.ones((2, 3))], [])),
        "several": lambda mx: str(mx.io.DataBatch((mx.nd.ones((2, 3)), mx.nd.ones(4)), (mx.nd.ones(2), mx.nd.ones(1)))),
        "defaults": lambda mx: [
            getattr(mx.io.DataBatch([]), name)
            for name in ("data", "label", "pad", "index", "bucket_key", "provide_data", "provide_label")
        ],
        "fields": lambda mx: vars(mx.io.DataBatch([1], [2], 3, [4], 5, [6], [7])),
        "none": lambda mx: (mx.io.DataBatch(None).data, attempt(str, mx.io.DataBatch(None))),
        "array": lambda mx: attempt(mx.io.DataBatch, mx.nd.ones(3)),
        "array_label": lambda mx: attempt(mx.io.DataBatch, [mx.nd.ones(3)], mx.nd.ones(3)),
    },
)


def _own(mx, count=3):
    class Own(mx.io.DataIter):
        def __init__(self):
            super().__init__(2)
            self.at = 0
            self.provide_data = [mx.io.DataDesc("data", (2, 1))]
            self.provide_label = [mx.io.DataDesc("label", (2,))]

        def reset(self):
            self.at = 0

        def iter_next(self):
            self.at += 1
            return self.at <= count

        def getdata(self):
            return [mx.nd.full((2, 1), self.at)]

        def getlabel(self):
            return [mx.nd.full((2,), -self.at)]

        def getpad(self):
            return self.at % 2

    return Own()


def _seen(iterator, epochs=2):
    found = []
    for _ in range(epochs):
        found.append([(b.data, b.label, b.pad, b.index) for b in iterator])
        iterator.reset()
    return found


suite.table(
    "DataIter",
    {
        "base": lambda mx: (
            mx.io.DataIter().batch_size,
            mx.io.DataIter(5).batch_size,
            mx.io.DataIter().reset(),
            mx.io.DataIter().iter_next(),
            mx.io.DataIter().getdata(),
            mx.io.DataIter().getpad(),
            mx.io.DataIter().getindex(),
            attempt(mx.io.DataIter().next),
        ),
        "own": lambda mx: _seen(_own(mx)),
        "iter": lambda mx: (lambda it: iter(it) is it)(_own(mx)),
    },
)


def _resized(size, **options):
    def run(mx):
        it = mx.io.ResizeIter(_own(mx), size, **options)
        return _seen(it, 3), it.provide_data, it.provide_label, it.batch_size

    return run


suite.table(
    "ResizeIter",
    {
        "shorter": _resized(2),
        "longer": _resized(5),
        "same": _resized(3),
        "kept": _resized(2, reset_internal=False),
        "kept_longer": _resized(5, reset_internal=False),
        "zero": _resized(0),
        "getters": lambda mx: _getters(mx.io.ResizeIter(_own(mx), 2)),
    },
)


def _getters(it):
    it.iter_next()
    return it.getdata(), it.getlabel(), it.getpad(), it.getindex()


def _prefetched(mx, count=1, **options):
    it = mx.io.PrefetchingIter([_own(mx) for _ in range(count)], **options)
    found = _seen(it, 2), [repr(d) for d in it.provide_data], [repr(d) for d in it.provide_label], it.batch_size
    return found, it.n_iter


suite.table(
    "PrefetchingIter",
    {
        "one": _prefetched,
        "two": lambda mx: _prefetched(mx, 2),
        "renamed": lambda mx: _prefetched(
            mx, 2, rename_data=[{"data": "a"}, {"data": "b"}], rename_label=[{"label": "c"}, {"label": "d"}]
        ),
        "single": lambda mx: _seen(mx.io.PrefetchingIter(_own(mx))),
        "getters": lambda mx: _getters(mx.io.PrefetchingIter(_own(mx))),
        "descriptions": lambda mx: repr(mx.io.PrefetchingIter(_own(mx)).next().provide_data),
        "of_arrays": lambda mx: _seen(
            mx.io.PrefetchingIter(mx.io.NDArrayIter(np.arange(6).reshape(3, 2), batch_size=2))
        ),
    },
)


@suite.case("PrefetchingIter/none")
def no_iterators(mx):
    return attempt(mx.io.PrefetchingIter, [])


@suite.case("PrefetchingIter/mismatch")
def different_lengths(mx):
    it = mx.io.PrefetchingIter([_own(mx, 1), _own(mx, 2)])
    it.next()
    return attempt(it.next)
