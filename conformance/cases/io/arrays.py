"""NDArrayIter: orders, the last batch, several sources, layouts, sparse data, and the helpers behind it."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _seen(it, epochs=3):
    found = [(repr(it.provide_data), repr(it.provide_label), it.batch_size, it.num_data)]
    for _ in range(epochs):
        found.append([(b.data, b.label, b.pad, b.index) for b in it])
        it.reset()
    return found


def _made(data=(7, 2), label=7, epochs=3, **options):
    def run(mx):
        x = np.arange(np.prod(data)).reshape(data)
        y = None if label is None else -np.arange(label)
        return _seen(mx.io.NDArrayIter(x, y, **options), epochs)

    return run


for _handle in ("pad", "discard", "roll_over"):
    for _shuffle in (False, True):
        suite.table(
            "{}/{}".format(_handle, "shuffled" if _shuffle else "in_order"),
            {
                "size_%d" % size: _made(batch_size=size, shuffle=_shuffle, last_batch_handle=_handle)
                for size in (1, 2, 3, 7)
            },
        )
suite.table(
    "pad",
    {
        "larger": _made((3, 2), 3, batch_size=5),
        "much_larger": _made((3, 2), 3, batch_size=11),
        "multiple": _made((3, 2), 3, batch_size=9),
    },
)
suite.table(
    "discard",
    {"larger": _made((3, 2), 3, 1, batch_size=5, last_batch_handle="discard")},
)
suite.table(
    "roll_over",
    {"larger": _made((3, 2), 3, 3, batch_size=5, last_batch_handle="roll_over")},
)
suite.table(
    "source",
    {
        "no_label": _made(label=None, batch_size=3),
        "default_batch": _made((2, 2), 2),
        "names": _made(batch_size=3, data_name="x", label_name="y"),
        "layout_vector": lambda mx: _seen(mx.io.NDArrayIter(np.arange(5.0), np.arange(5), batch_size=2, layout="N")),
        "ndarray": lambda mx: _seen(mx.io.NDArrayIter(mx.nd.arange(10).reshape((5, 2)), batch_size=2)),
        "dtype": lambda mx: _seen(mx.io.NDArrayIter(mx.nd.arange(6, dtype="int32").reshape((3, 2)), batch_size=2)),
        "list": lambda mx: _seen(mx.io.NDArrayIter([np.ones((4, 1)), np.zeros((4, 2))], [np.arange(4)] * 2, 2)),
        "dict": lambda mx: _seen(
            mx.io.NDArrayIter({"b": np.ones((4, 1)), "a": np.zeros((4, 2))}, {"z": np.arange(4)}, batch_size=2)
        ),
        "list_of_lists": lambda mx: _seen(mx.io.NDArrayIter([[[1, 2], [3, 4], [5, 6]]], batch_size=2)),
        "tuple": lambda mx: attempt(mx.io.NDArrayIter, (np.ones((4, 1)),)),
        "text": lambda mx: attempt(mx.io.NDArrayIter, "abc"),
        "none": lambda mx: attempt(mx.io.NDArrayIter, None),
        "empty": lambda mx: attempt(mx.io.NDArrayIter, []),
        "bad_entry": lambda mx: attempt(mx.io.NDArrayIter, {"a": "abc"}),
        "bad_label": lambda mx: attempt(mx.io.NDArrayIter, np.ones((2, 2)), 5),
    },
)


def _layout(layout, shape, handle):
    def run(mx):
        x = mx.nd.array(np.arange(np.prod(shape)).reshape(shape))
        it = mx.io.NDArrayIter(x, batch_size=2, layout=layout, last_batch_handle=handle)
        return repr(it.provide_data), attempt(lambda: [(b.data, b.pad) for b in it])

    return run


suite.table(
    "layout",
    {
        "{}_{}".format(layout, handle): _layout(layout, shape, handle)
        for layout, shape in (("NTC", (4, 2, 1)), ("NHWC", (4, 1, 1, 3)), ("TNC", (4, 4, 1)))
        for handle in ("pad", "discard", "roll_over")
    },
)


def _sparse(**options):
    def run(mx):
        dense = np.array([[1, 0, 2], [0, 0, 3], [4, 0, 0], [0, 5, 0], [6, 0, 7]], np.float32)
        it = mx.io.NDArrayIter(mx.nd.array(dense).tostype("csr"), np.arange(5), batch_size=2, **options)
        found = [[(b.data[0].stype, b.data[0].asnumpy(), b.label, b.pad) for b in it]]
        it.reset()
        return found + [[b.label for b in it]]

    return run


suite.table(
    "sparse",
    {
        "discard": _sparse(last_batch_handle="discard"),
        "pad": lambda mx: attempt(_sparse(), mx),
        "roll_over": lambda mx: attempt(_sparse(last_batch_handle="roll_over"), mx),
    },
)


def _stepwise(mx):
    it = mx.io.NDArrayIter(np.arange(10).reshape(5, 2), np.arange(5), batch_size=2)
    steps = []
    while it.iter_next():
        steps.append((it.cursor, it.getdata(), it.getlabel(), it.getpad(), it.getindex()))
    return steps, it.cursor, attempt(it.getdata), attempt(it.next)


def _hard_reset(mx):
    it = mx.io.NDArrayIter(np.arange(7), batch_size=3, last_batch_handle="roll_over", layout="N")
    first = [b.data for b in it]
    it.hard_reset()
    return first, [b.data for b in it], it.cursor


def _attributes(mx):
    it = mx.io.NDArrayIter(np.arange(6).reshape(3, 2), np.arange(3), batch_size=2, shuffle=True)
    return (
        it.data,
        it.label,
        it.idx,
        it.shuffle,
        it.last_batch_handle,
        it.cursor,
        it.num_data,
        it.data_list,
        it.num_source,
        it.layout,
    )


def _early_reset(mx):
    it = mx.io.NDArrayIter(np.arange(7), batch_size=3, last_batch_handle="roll_over", layout="N")
    it.next()
    it.next()
    it.reset()
    return [(b.data, b.pad) for b in it]


suite.table(
    "parts",
    {"stepwise": _stepwise, "hard_reset": _hard_reset, "attributes": _attributes, "early_reset": _early_reset},
)


def _utils(mx):
    u = mx.io.utils
    data = u._init_data({"b": np.ones(2), "a": mx.nd.zeros(2)}, False, "x")
    return (
        data,
        u._init_data(None, True, "x"),
        u._init_data([np.ones(1), np.zeros(1)], False, "x"),
        u._has_instance(data, mx.nd.NDArray),
        u._has_instance([], mx.nd.NDArray),
        u._getdata_by_idx([("a", mx.nd.arange(4))], np.array([3, 1, 0, 2])),
        u._slice_along_batch_axis(mx.nd.arange(6).reshape((2, 3)), slice(1, 3), 1),
        attempt(u._init_data, None, False, "x"),
        attempt(u._init_data, 5, False, "x"),
    )


suite.case("utils")(_utils)
