"""Stores in one process: keys, sums over devices, updaters, what is shared, rows, compression, files."""

import os
import tempfile

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)

KINDS = ("local", "device")
SHAPE = (3, 2)


def _value(mx, seed, ctx=None, dtype="float32"):
    return mx.nd.array(np.random.RandomState(seed).normal(0, 1, SHAPE), ctx=ctx, dtype=dtype)


def _each(program):
    return {kind: lambda mx, kind=kind: program(mx, mx.kv.create(kind)) for kind in KINDS}


def _case(program):
    suite.table(program.__name__.strip("_"), _each(program))
    return program


def _pulled(mx, kv, key, count=1, dtype="float32"):
    outs = [mx.nd.zeros(SHAPE, dtype=dtype) for _ in range(count)]
    kv.pull(key, out=outs if count > 1 else outs[0])
    return outs


# ------------------------------------------------------------------------------------------- names


def _named(mx, name):
    kv = mx.kv.create(name)
    found = type(kv).__name__, kv.type, kv.rank, kv.num_workers, kv.is_capable("Optimizer")
    return found, attempt(kv.is_capable, "nothing"), kv._barrier(), isinstance(kv, mx.kvstore.KVStoreBase)


suite.table(
    "names",
    {
        name: lambda mx, name=name: _named(mx, name)
        for name in ("local", "device", "LOCAL", "local_allreduce_cpu", "local_allreduce_device", "horovod", "byteps")
    },
)


@suite.case("names/teststore")
def _teststore(mx):
    kv = mx.kv.create("teststore")
    out = [mx.nd.zeros(2), mx.nd.zeros(2)]
    kv.broadcast("a", mx.nd.ones(2) * 3, out=out)
    kept = [o.copy() for o in out]
    one = mx.nd.zeros(2)
    kv.pushpull("a", mx.nd.ones(2), out=one)
    pair = [mx.nd.ones(2), mx.nd.ones(2) * 2]
    kv.pushpull(3, pair)
    into = mx.nd.zeros(2)
    kv.pushpull(3, pair, out=into)
    refused = [
        attempt(kv.is_capable, "nothing"),
        attempt(kv.set_optimizer, None),
        attempt(kv.save_optimizer_states, "x"),
        attempt(kv.load_optimizer_states, "x"),
    ]
    return kept, one, pair, into, kv.type, kv.rank, kv.num_workers, kv.is_capable("optimizer"), refused


@suite.case("names/registered")
def _registered(mx):
    class Mine(mx.kvstore.KVStoreBase):
        pass

    known = sorted(mx.kvstore.KVStoreBase.kv_registry)
    mx.kvstore.KVStoreBase.register(Mine)
    kv = mx.kv.create("MINE")
    del mx.kvstore.KVStoreBase.kv_registry["mine"]
    calls = (
        lambda: kv.broadcast(1, None, None),
        lambda: kv.pushpull(1, None),
        lambda: kv.set_optimizer(None),
        lambda: kv.is_capable("optimizer"),
        lambda: kv.save_optimizer_states("x"),
        lambda: kv.load_optimizer_states("x"),
        lambda: kv.type,
        lambda: kv.rank,
        lambda: kv.num_workers,
    )
    return known, type(kv).__name__, [attempt(call) for call in calls]


# ------------------------------------------------------------------------------------------- values


@_case
def _init_and_pull(mx, kv):
    kv.init("a", _value(mx, 0))
    return _pulled(mx, kv, "a"), _pulled(mx, kv, "a", 3)


@_case
def _keys(mx, kv):
    keys = [5, 3, 9]
    kv.init(keys, [_value(mx, k) for k in keys])
    kv.push([9, 5], [_value(mx, 1), _value(mx, 2)])
    outs = [mx.nd.zeros(SHAPE) for _ in keys]
    kv.pull(keys, out=outs)
    return outs


@_case
def _text_keys(mx, kv):
    keys = ("b", "a", "c")
    kv.init(keys, tuple(_value(mx, k) for k in range(3)))
    kv.push(["c", "b"], [_value(mx, 11), _value(mx, 12)])
    outs = [mx.nd.zeros(SHAPE) for _ in keys]
    kv.pull(keys, out=outs)
    return outs


@_case
def _a_key_twice(mx, kv):
    kv.init(1, mx.nd.zeros(SHAPE))
    kv.push([1, 1, 1], [_value(mx, 1), _value(mx, 2), _value(mx, 3)])
    return _pulled(mx, kv, 1)


@_case
def _nested(mx, kv):
    kv.init([1, 2], [mx.nd.zeros(SHAPE)] * 2)
    kv.push([1, 2], [[_value(mx, 1), _value(mx, 2)], [_value(mx, 3)] * 3])
    outs = [[mx.nd.zeros(SHAPE) for _ in range(2)] for _ in range(2)]
    kv.pull([1, 2], out=outs)
    return outs


for _count in range(1, 11):

    def _sum(mx, kv, count=_count):
        kv.init(1, mx.nd.zeros(SHAPE))
        kv.push(1, [_value(mx, n) * 10 ** (n % 4) for n in range(count)])
        return _pulled(mx, kv, 1)

    suite.table("sum/%d" % _count, _each(_sum))


@_case
def _contexts(mx, kv):
    kv.init(1, _value(mx, 0, mx.cpu(1)))
    kv.push(1, [_value(mx, n, mx.cpu(n)) for n in range(3)])
    outs = [mx.nd.zeros(SHAPE, ctx=mx.cpu(n)) for n in range(2)]
    kv.pull(1, out=outs)
    return outs


for _dtype in ("float64", "float16", "int32"):

    def _of(mx, kv, dtype=_dtype):
        kv.init(1, _value(mx, 0, dtype=dtype))
        first = _pulled(mx, kv, 1, dtype=dtype)
        kv.push(1, [_value(mx, 1, dtype=dtype), _value(mx, 2, dtype=dtype)])
        return first, _pulled(mx, kv, 1, dtype=dtype), _pulled(mx, kv, 1, dtype="float32")

    suite.table("dtype/%s" % _dtype, _each(_of))


@_case
def _pushpull(mx, kv):
    kv.init([1, 2], [mx.nd.zeros(SHAPE)] * 2)
    into = [mx.nd.zeros(SHAPE), mx.nd.zeros(SHAPE)]
    kv.pushpull([1, 2], [_value(mx, 1), [_value(mx, 2), _value(mx, 3)]], out=into)
    pair = [_value(mx, 4), _value(mx, 5)]
    kv.pushpull(1, pair)
    return into, pair, _pulled(mx, kv, 1)


@_case
def _broadcast(mx, kv):
    outs = [mx.nd.zeros(SHAPE), mx.nd.zeros(SHAPE, ctx=mx.cpu(1))]
    value = _value(mx, 1)
    kv.broadcast("a", value, out=outs)
    value[:] = 0
    again = attempt(kv.broadcast, "a", value, outs)
    one = mx.nd.zeros(SHAPE)
    kv.broadcast(["b"], [_value(mx, 2)], out=[one])
    return outs, again, one, _pulled(mx, kv, "a")


@_case
def _priorities(mx, kv):
    kv.init("a", mx.nd.zeros(SHAPE))
    kv.push("a", _value(mx, 1), priority=-3)
    kv.pull("a", out=mx.nd.zeros(SHAPE), priority=5)
    kv.pushpull("a", _value(mx, 2), out=mx.nd.zeros(SHAPE), priority=1)
    return _pulled(mx, kv, "a")


# ------------------------------------------------------------------------------------------- what is shared


@_case
def _shared_after_init(mx, kv):
    value = _value(mx, 1)
    kv.init("a", value)
    value[:] = 9
    return _pulled(mx, kv, "a")


@_case
def _shared_after_push(mx, kv):
    """One array that is pushed is the value from then on."""
    kv.init("a", mx.nd.zeros(SHAPE))
    value = _value(mx, 1)
    kv.push("a", value)
    mx.nd.waitall()
    value[:] = 9
    mx.nd.waitall()
    return _pulled(mx, kv, "a")


@_case
def _shared_after_push_of_two(mx, kv):
    kv.init("a", mx.nd.zeros(SHAPE))
    pair = [_value(mx, 1), _value(mx, 2)]
    kv.push("a", pair)
    mx.nd.waitall()
    pair[0][:] = 9
    return _pulled(mx, kv, "a"), pair


@_case
def _shared_after_pull(mx, kv):
    kv.init("a", _value(mx, 1))
    out = _pulled(mx, kv, "a")[0]
    out[:] = 9
    return _pulled(mx, kv, "a")


@_case
def _shared_with_updater(mx, kv):
    """An updater writes to the store, not to what was pushed."""
    kv.init("a", mx.nd.zeros(SHAPE))
    kv._set_updater(lambda key, given, stored: stored.__iadd__(given))
    value = _value(mx, 1)
    for _ in range(3):
        kv.push("a", value)
    return value, _pulled(mx, kv, "a")


# ------------------------------------------------------------------------------------------- updaters


def _updated(mx, kv, keys):
    seen = []

    def update(key, given, stored):
        seen.append((type(key).__name__, str(key), given.shape, stored.shape))
        stored += given * 2

    kv.init(keys, [mx.nd.ones(SHAPE)] * len(keys))
    kv._set_updater(update)
    kv.push(keys, [[mx.nd.ones(SHAPE)] * 2] * len(keys))
    kv.push(keys[0], mx.nd.ones(SHAPE))
    outs = [mx.nd.zeros(SHAPE) for _ in keys]
    kv.pull(keys, out=outs)
    return seen, outs


suite.table("updater/numbers", _each(lambda mx, kv: _updated(mx, kv, [7, 2, 5])))
suite.table("updater/text", _each(lambda mx, kv: _updated(mx, kv, ["b", "a", "c"])))


def _trained(mx, kv, name, **kwargs):
    kv.init([0, 1], [_value(mx, 0), _value(mx, 1)])
    kv.set_optimizer(mx.optimizer.create(name, **kwargs))
    for step in range(5):
        kv.push([0, 1], [[_value(mx, step + 2), _value(mx, step + 30)], _value(mx, step + 50)])
    return _pulled(mx, kv, 0), _pulled(mx, kv, 1), type(kv._updater).__name__, sorted(kv._updater.states)


for _name, _kwargs in {
    "test": {"rescale_grad": 0.5},
    "sgd": {"momentum": 0.9, "wd": 0.1},
    "adam": {"clip_gradient": 0.5},
    "nag": {"momentum": 0.9},
    "rmsprop": {"centered": True},
    "adagrad": {},
    "lamb": {},
}.items():
    suite.table(
        "optimizer/" + _name, _each(lambda mx, kv, name=_name, kwargs=_kwargs: _trained(mx, kv, name, **kwargs))
    )


@_case
def _optimizer_by_text_keys(mx, kv):
    kv.init(["w_weight", "b_bias"], [_value(mx, 0), _value(mx, 1)])
    optimizer = mx.optimizer.SGD(learning_rate=0.1, wd=0.1)
    optimizer.set_lr_mult({"w_weight": 0.5})
    optimizer.set_wd_mult({"b_bias": 0})
    kv.set_optimizer(optimizer)
    kv.push(["w_weight", "b_bias"], [_value(mx, 2), _value(mx, 3)])
    return _pulled(mx, kv, "w_weight"), _pulled(mx, kv, "b_bias"), optimizer._index_update_count


@_case
def _optimizer_states(mx, kv):
    kv.init(3, _value(mx, 0))
    kv.set_optimizer(mx.optimizer.Adam(learning_rate=0.1))
    kv.push(3, _value(mx, 1))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "states")
        kv.save_optimizer_states(path, dump_optimizer=True)
        other = mx.kv.create(kv.type)
        other.init(3, _pulled(mx, kv, 3)[0])
        before = attempt(other.load_optimizer_states, path)
        other.set_optimizer(mx.optimizer.Adam())
        other.load_optimizer_states(path)
        missing = attempt(other.load_optimizer_states, "no such file")
    other.push(3, _value(mx, 2))
    return before, missing, _pulled(mx, other, 3), type(other._updater.optimizer).__name__


# ------------------------------------------------------------------------------------------- rows


def _rows(mx, values=None, seed=0):
    dense = _value(mx, seed) if values is None else mx.nd.array(values)
    return dense.tostype("row_sparse")


def _shown(x):
    return x.stype, x.shape, x.asnumpy()


@_case
def _row_sparse_pull(mx, kv):
    kv.init("e", _rows(mx))
    found = []
    for ids in ([0, 2], [2, 2], [1, 0], [1]):
        out = mx.nd.sparse.zeros("row_sparse", SHAPE)
        kv.row_sparse_pull("e", out=out, row_ids=mx.nd.array(ids, dtype="int64"))
        found.append((_shown(out), out.indices))
    return found


@_case
def _row_sparse_pull_many(mx, kv):
    kv.init("e", _rows(mx))
    outs = [mx.nd.sparse.zeros("row_sparse", SHAPE) for _ in range(3)]
    kv.row_sparse_pull("e", out=outs, row_ids=mx.nd.array([1, 2]))
    kept = [_shown(o) for o in outs]
    ids = [mx.nd.array([0]), mx.nd.array([1, 1]), mx.nd.array([2, 0])]
    kv.row_sparse_pull("e", out=outs, row_ids=ids)
    kv.init("f", _rows(mx, seed=1))
    pair = [mx.nd.sparse.zeros("row_sparse", SHAPE) for _ in range(2)]
    kv.row_sparse_pull(["e", "f"], out=pair, row_ids=[mx.nd.array([0]), mx.nd.array([1])])
    return kept, [_shown(o) for o in outs], [_shown(o) for o in pair]


@_case
def _row_sparse_push(mx, kv):
    kv.init("e", _rows(mx))
    kv.push("e", [_rows(mx, [[1, 2], [0, 0], [0, 0]]), _rows(mx, [[1, 1], [0, 0], [3, 3]])])
    out = mx.nd.sparse.zeros("row_sparse", SHAPE)
    kv.row_sparse_pull("e", out=out, row_ids=mx.nd.array([0, 1, 2]))
    first = _shown(out)
    kv.push("e", _rows(mx, [[0, 0], [5, 5], [0, 0]]))
    kv.row_sparse_pull("e", out=out, row_ids=mx.nd.array([0, 1, 2]))
    return first, _shown(out)


@_case
def _row_sparse_updater(mx, kv):
    kv.init("e", _rows(mx))
    kv.set_optimizer(mx.optimizer.SGD(learning_rate=0.5, momentum=0.9))
    for _ in range(2):
        kv.push("e", [_rows(mx, [[1, 2], [0, 0], [0, 0]]), _rows(mx, [[1, 1], [0, 0], [3, 3]])])
    out = mx.nd.sparse.zeros("row_sparse", SHAPE)
    kv.row_sparse_pull("e", out=out, row_ids=mx.nd.array([0, 1, 2]))
    return _shown(out)


@_case
def _sparse_gradient_of_dense_value(mx, kv):
    kv.init("e", _value(mx, 0))
    kv.set_optimizer(mx.optimizer.SGD(learning_rate=0.5))
    kv.push("e", _rows(mx, [[1, 2], [0, 0], [0, 0]]))
    return _pulled(mx, kv, "e")


@_case
def _pull_of_sparse_values(mx, kv):
    kv.init("e", _rows(mx))
    dense = mx.nd.ones(SHAPE)
    kv.pull("e", out=dense)
    ignored = _rows(mx, [[1, 2], [0, 0], [0, 0]])
    kv.pull("e", out=ignored)
    taken = mx.nd.sparse.zeros("row_sparse", SHAPE)
    kv.pull("e", out=taken, ignore_sparse=False)
    return dense, _shown(ignored), _shown(taken)


# ------------------------------------------------------------------------------------------- compression
# Always two arrays at least: the sum of a single compressed one reads past its list in MXNet, and dies now and then.


def _compressed(mx, first, threshold, count, text=False):
    kv = mx.kv.create("device")
    params = {"type": "2bit"}
    if threshold is not None:
        params["threshold"] = str(threshold) if text else threshold
    if first:
        kv.set_gradient_compression(params)
    kv.init(1, mx.nd.zeros((5,)))
    if not first:
        kv.set_gradient_compression(params)
    found = []
    for step in range(5):
        values = np.random.RandomState(step).normal(0, 0.7, (count, 5))
        kv.push(1, [mx.nd.array(v) for v in values])
        out = mx.nd.zeros((5,))
        kv.pull(1, out=out)
        found.append(out)
    return found


suite.table(
    "compression",
    {
        "two": lambda mx: _compressed(mx, True, 0.5, 2),
        "three": lambda mx: _compressed(mx, True, 0.3, 3),
        "after_init": lambda mx: _compressed(mx, False, 0.5, 2),
        "default": lambda mx: _compressed(mx, True, None, 2),
        "text": lambda mx: _compressed(mx, True, 0.25, 4, text=True),
        "ties": lambda mx: _ties(mx),
    },
)


def _ties(mx):
    kv = mx.kv.create("device")
    kv.set_gradient_compression({"type": "2bit", "threshold": 0.5})
    kv.init(1, mx.nd.zeros((4,)))
    out = mx.nd.zeros((4,))
    found = []
    for _ in range(3):
        kv.push(1, [mx.nd.array([0.5, -0.5, 0.25, -0.25]), mx.nd.array([-0.5, 0.75, 0.25, -1])])
        kv.pull(1, out=out)
        found.append(out.copy())
    return found


# ------------------------------------------------------------------------------------------- refused


def _kv(mx):
    kv = mx.kv.create("local")
    kv.init([1, 2], [mx.nd.zeros(SHAPE)] * 2)
    return kv


def _text(mx):
    kv = mx.kv.create("local")
    kv.init("a", mx.nd.zeros(SHAPE))
    return kv


def _then_wait(mx, *results):
    mx.nd.waitall()


suite.errors(
    "refused",
    {
        "name/number": (lambda mx: mx.kv.create(3), ("name",)),
        "name/nccl": (lambda mx: mx.kv.create("nccl"), ("nccl",)),
        "register": (lambda mx: mx.kvstore.KVStoreBase.register("local"), ("class",)),
        "init/twice": (lambda mx: _kv(mx).init(1, mx.nd.zeros(SHAPE)), ("1", "init")),
        "init/twice/text": (lambda mx: _text(mx).init("a", mx.nd.zeros(SHAPE)), ("a", "init")),
        "init/list_for_a_key": (lambda mx: _kv(mx).init(7, [mx.nd.zeros(SHAPE)] * 2), ("7",)),
        "init/mixed": (lambda mx: _kv(mx).init("b", mx.nd.zeros(SHAPE)), ("key",)),
        "init/mixed/text": (lambda mx: _text(mx).init(4, mx.nd.zeros(SHAPE)), ("key",)),
        "init/both_kinds": (lambda mx: mx.kv.create().init([1, "a"], [mx.nd.zeros(SHAPE)] * 2), ("keys",)),
        "init/float_key": (lambda mx: mx.kv.create().init(1.5, mx.nd.zeros(SHAPE)), ("key",)),
        "init/lengths": (lambda mx: mx.kv.create().init([1, 2], [mx.nd.zeros(SHAPE)]), ("keys",)),
        "init/numbers": (lambda mx: mx.kv.create().init(1, [1, 2]), ("NDArray",)),
        "init/number": (lambda mx: mx.kv.create().init(1, 2), ("NDArray",)),
        "init/numpy": (lambda mx: mx.kv.create().init(1, np.ones(2)), ("NDArray",)),
        "pull/unknown": (lambda mx: _kv(mx).pull(9, out=mx.nd.zeros(SHAPE)), ("9", "init")),
        "pull/unknown/text": (lambda mx: _text(mx).pull("b", out=mx.nd.zeros(SHAPE)), ("b", "init")),
        "pull/no_out": (lambda mx: _kv(mx).pull(1), ("out",)),
        "pull/shape": (lambda mx: _then_wait(mx, _kv(mx).pull(1, out=mx.nd.zeros((4,)))), ("shape",)),
        "push/unknown/text": (lambda mx: _text(mx).push("b", mx.nd.zeros(SHAPE)), ("b", "init")),
        "push/shapes": (lambda mx: _then_wait(mx, _kv(mx).push(1, [mx.nd.zeros((4,))] * 2)), ("shape",)),
        "push/csr": (lambda mx: _kv(mx).push(1, mx.nd.zeros(SHAPE).tostype("csr")), ("push",)),
        "rows/no_out": (lambda mx: _kv(mx).row_sparse_pull(1, row_ids=mx.nd.array([0])), ("out",)),
        "rows/no_ids": (lambda mx: _kv(mx).row_sparse_pull(1, out=mx.nd.zeros(SHAPE)), ("row_ids",)),
        "rows/dense": (
            lambda mx: _kv(mx).row_sparse_pull(1, out=mx.nd.zeros(SHAPE), row_ids=mx.nd.array([0])),
            ("row_sparse",),
        ),
        "rows/dense_value": (
            lambda mx: _kv(mx).row_sparse_pull(
                1, out=mx.nd.sparse.zeros("row_sparse", SHAPE), row_ids=mx.nd.array([0])
            ),
            ("row_sparse",),
        ),
        "rows/ids_list": (
            lambda mx: _kv(mx).row_sparse_pull(1, out=mx.nd.sparse.zeros("row_sparse", SHAPE), row_ids=(0, 1)),
            ("row_ids",),
        ),
        "rows/counts": (
            lambda mx: _kv(mx).row_sparse_pull(
                [1, 2],
                out=[mx.nd.sparse.zeros("row_sparse", SHAPE)] * 2,
                row_ids=[mx.nd.array([0]), [mx.nd.array([0])] * 2],
            ),
            ("row_ids",),
        ),
        "compression/local": (
            lambda mx: mx.kv.create("local").set_gradient_compression({"type": "2bit"}),
            ("compression",),
        ),
        "compression/type": (
            lambda mx: mx.kv.create("device").set_gradient_compression({"type": "1bit"}),
            ("1bit",),
        ),
        "compression/none": (
            lambda mx: mx.kv.create("device").set_gradient_compression({"type": "none"}),
            ("none",),
        ),
        "compression/threshold": (
            lambda mx: mx.kv.create("device").set_gradient_compression({"type": "2bit", "threshold": 0}),
            ("threshold",),
        ),
        "compression/text": (
            lambda mx: mx.kv.create("device").set_gradient_compression({"type": "2bit", "threshold": "x"}),
            ("threshold",),
        ),
        "compression/no_type": (lambda mx: mx.kv.create("device").set_gradient_compression({}), ("type",)),
        "compression/number": (lambda mx: mx.kv.create("device").set_gradient_compression(3), ("param",)),
        "optimizer/text": (lambda mx: mx.kv.create().set_optimizer("sgd"), ()),
        "states/save": (lambda mx: mx.kv.create().save_optimizer_states("x"), ("states",)),
        "states/load": (lambda mx: mx.kv.create().load_optimizer_states("x"), ("states",)),
        "handle": (lambda mx: mx.kvstore.KVStore(3), ()),
    },
)
