"""The base class, the registry and the updater: rates by name and index, counts, states, files, errors."""

import contextlib
import io
import pickle

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._programs import NAMES, gradients, make, shown, weights

suite = Suite(__name__)

CLASSES = (
    "SGD ccSGD NAG Signum SGLD DCASGD LBSGD LARS LAMB Adam Adamax Nadam FTML AdaGrad RMSProp AdaDelta Ftrl Test"
).split()


def _attributes(optimizer):
    """Everything that a fresh optimizer keeps, but what has no value of its own."""
    left_out = ("lr_scheduler", "param_dict")
    return {k: v for k, v in sorted(vars(optimizer).items()) if k not in left_out}


suite.table("made", {name: lambda mx, name=name: _attributes(getattr(mx.optimizer, name)()) for name in CLASSES})
suite.table("made", {"GroupAdaGrad": lambda mx: _attributes(mx.optimizer.contrib.GroupAdaGrad())})
suite.table(
    "made/by_name",
    {
        name.lower(): lambda mx, name=name: type(mx.optimizer.create(name.upper())).__name__
        for name in CLASSES + ["GroupAdaGrad"]
    },
)


def _state(mx, name, dtype, **kwargs):
    optimizer = make(mx, name, **kwargs)
    weight = mx.nd.array([[1, 2], [3, 4]], dtype=dtype)
    return shown(optimizer.create_state_multi_precision(0, weight)), shown(optimizer.create_state(0, weight))


suite.table(
    "state",
    {
        "%s/%s/%s" % (name, dtype, "mixed" if mixed else "plain"): lambda mx, name=name, dtype=dtype, mixed=mixed: (
            _state(
                mx, name, dtype, multi_precision=mixed, **({"momentum": 0.9} if name in ("SGD", "NAG", "LBSGD") else {})
            )
        )
        for name in CLASSES
        for dtype in ("float32", "float16")
        for mixed in (False, True)
    },
)


class _Symbol:
    """As much of a symbol as an optimizer looks at."""

    def attr_dict(self):
        return {
            "fc_weight": {"__lr_mult__": "0.5", "__wd_mult__": "3"},
            "fc_bias": {"__lr_mult__": "2", "other": "1"},
        }

    def list_arguments(self):
        return ["data", "fc_weight", "fc_bias"]


class _Parameter:
    def __init__(self, lr_mult, wd_mult):
        self.lr_mult, self.wd_mult = lr_mult, wd_mult


def _rates(optimizer):
    optimizer.wd = 0.5
    many = [0, 1, 2, "fc_weight"]
    return (
        optimizer._get_lrs(many),
        optimizer._get_wds(many),
        [optimizer._get_lr(i) for i in many],
        [optimizer._get_wd(i) for i in many],
        optimizer.lr_mult,
        optimizer.wd_mult,
    )


def _with_mults(mx, lr=None, wd=None, **kwargs):
    optimizer = mx.optimizer.Optimizer(learning_rate=0.1, **kwargs)
    if lr is not None:
        optimizer.set_lr_mult(lr)
    if wd is not None:
        optimizer.set_wd_mult(wd)
    return _rates(optimizer)


PARAMETERS = {0: _Parameter(0.1, 0.2), 2: _Parameter(3, 4)}
suite.table(
    "rates",
    {
        "plain": lambda mx: _with_mults(mx),
        "names": lambda mx: _with_mults(mx, param_idx2name={0: "fc_weight", 1: "fc_bias", 2: "bn_gamma"}),
        "by_name": lambda mx: _with_mults(
            mx, {"fc_bias": 0.5, "other": 7}, {"fc_bias": 2.0, "fc_weight": 0.5}, param_idx2name=NAMES
        ),
        "by_index": lambda mx: _with_mults(mx, {0: 0.5, 1: 0}, {1: 2.0}, param_idx2name=NAMES),
        "index_before_name": lambda mx: _with_mults(mx, {0: 0.5, "fc_weight": 3}, {}, param_idx2name=NAMES),
        "by_name_alone": lambda mx: _with_mults(mx, {"fc_weight": 0.25}, {"fc_weight": 0.25}),
        "symbol": lambda mx: _with_mults(mx, sym=_Symbol(), param_idx2name=NAMES),
        "symbol/and_given": lambda mx: _with_mults(
            mx, {"fc_weight": 9}, {"fc_bias": 9}, sym=_Symbol(), param_idx2name=NAMES
        ),
        "symbol/without_names": lambda mx: _with_mults(mx, sym=_Symbol()),
        "parameters": lambda mx: _with_mults(mx, {0: 7, 1: 5}, {0: 7, 1: 5}, param_dict=PARAMETERS),
        "lars/names": lambda mx: _rates(mx.optimizer.LARS(param_idx2name={0: "a_weight", 1: "a_gamma", 2: "a_beta"})),
        "lars/symbol": lambda mx: _rates(mx.optimizer.LARS(sym=_Symbol(), param_idx2name=NAMES)),
    },
)


def _learning_rates(mx, **kwargs):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        optimizer = mx.optimizer.SGD(**kwargs)
    seen = [printed.getvalue(), optimizer.learning_rate, optimizer.lr]
    for _ in range(3):
        optimizer._update_count([0, 1])
        seen.append(optimizer.learning_rate)
    seen.append(attempt(optimizer.set_learning_rate, 0.7))
    seen.append(optimizer.learning_rate)
    return seen


suite.table(
    "learning_rate",
    {
        "default": _learning_rates,
        "given": lambda mx: _learning_rates(mx, learning_rate=0.5),
        "schedule": lambda mx: _learning_rates(mx, lr_scheduler=mx.lr_scheduler.FactorScheduler(1, 0.5, base_lr=1.0)),
        "schedule/and_given": lambda mx: _learning_rates(
            mx, learning_rate=0.3, lr_scheduler=mx.lr_scheduler.FactorScheduler(1, 0.5, base_lr=1.0)
        ),
        "begin": lambda mx: _learning_rates(
            mx, begin_num_update=5, lr_scheduler=mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=1.0)
        ),
        "ftrl": lambda mx: [mx.optimizer.Ftrl(learning_rate=3).lr, mx.optimizer.Ftrl().lr],
    },
)


@suite.case()
def counts(mx):
    """Counts are kept for each device; the largest is num_update."""
    optimizer = mx.optimizer.SGD(begin_num_update=2)
    seen = []
    for device, index in ((0, 0), (0, [0, 1]), (1, (0, 5)), (1, 5), (0, "a"), (2, [])):
        optimizer._set_current_context(device)
        optimizer._update_count(index)
        seen.append((dict(optimizer._index_update_count), optimizer.num_update))
    return seen, {str(k): v for k, v in optimizer._all_index_update_counts.items()}


@suite.case()
def devices(mx):
    """An updater counts by the device of the first weight."""
    optimizer = mx.optimizer.Adam()
    updater = mx.optimizer.get_updater(optimizer)
    for device in (0, 1, 1):
        ctx = mx.cpu(device)
        updater([0, 1], gradients(mx, 0, ctx=ctx), weights(mx, ctx=ctx))
    return {str(k): v for k, v in optimizer._all_index_update_counts.items()}, optimizer.num_update


def _custom(mx):
    class Climb(mx.optimizer.Optimizer):
        def create_state(self, index, weight):
            return mx.nd.zeros(weight.shape, weight.context)

        def update(self, index, weight, grad, state):
            self._update_count(index)
            state[:] += grad
            weight[:] += self._get_lr(index) * state

    return mx.optimizer.register(Climb)


@suite.case()
def custom(mx):
    _custom(mx)
    optimizer = mx.optimizer.create("climb", learning_rate=0.5)
    updater = mx.optimizer.get_updater(optimizer)
    weight = mx.nd.ones((2, 2))
    for _ in range(3):
        updater(7, mx.nd.ones((2, 2)), weight)
    found = type(optimizer).__name__, weight, updater.states[7], optimizer.num_update
    del mx.optimizer.Optimizer.opt_registry["climb"]
    return found


@suite.case()
def custom_mixed_precision(mx):
    """The base class keeps the master copy for an optimizer that knows nothing of it."""
    optimizer = _custom(mx)(multi_precision=True, learning_rate=0.5)
    updater = mx.optimizer.get_updater(optimizer)
    weight = mx.nd.ones((2, 2), dtype="float16")
    for _ in range(3):
        updater(7, mx.nd.ones((2, 2), dtype="float16") * 0.3, weight)
    del mx.optimizer.Optimizer.opt_registry["climb"]
    return weight, updater.states[7]


@suite.case()
def derived(mx):
    """A class derived from a known one is taken as it is."""

    class Twice(mx.optimizer.Adam):
        def update(self, index, weight, grad, state):
            super().update(index, weight, grad, state)
            super().update(index, weight, grad, state)

    class Halved(mx.optimizer.SGD):
        def _get_lrs(self, indices):
            return [lr / 2 for lr in super()._get_lrs(indices)]

    found = []
    for kind in (Twice, Halved):
        optimizer = kind(learning_rate=0.1)
        updater = mx.optimizer.get_updater(optimizer)
        ws = weights(mx)
        updater([0, 1], gradients(mx, 0), ws)
        found += [ws, optimizer.num_update]
    return found


# ------------------------------------------------------------------------------------------- updaters and their files


def _trained(mx, name, steps=3, **kwargs):
    updater = mx.optimizer.get_updater(make(mx, name, **kwargs))
    ws = weights(mx)
    for step in range(steps):
        updater([0, 1], gradients(mx, step), ws)
    return updater, ws


def _resumed(mx, name, dump_optimizer, **kwargs):
    updater, ws = _trained(mx, name, **kwargs)
    data = updater.get_states(dump_optimizer)
    again = mx.optimizer.get_updater(make(mx, name))
    again.set_states(data)
    synced = dict(again.states_synced)
    for step in range(3, 6):
        again([0, 1], gradients(mx, step), ws)
    return ws, shown([again.states[i] for i in range(2)]), synced, again.optimizer.num_update, again.states_synced


suite.table(
    "states",
    {
        "%s/%s" % (name, "optimizer" if dump else "states"): lambda mx, name=name, dump=dump: _resumed(
            mx, name, dump, **({"momentum": 0.9} if name in ("sgd", "nag") else {}), learning_rate=0.05, wd=0.1
        )
        for name in ("sgd", "nag", "adam", "rmsprop", "adagrad", "lamb", "ftrl", "nadam", "dcasgd", "lbsgd", "lars")
        for dump in (False, True)
    },
)


@suite.case()
def states_with_schedule(mx):
    updater, _ = _trained(mx, "sgd", lr_scheduler=mx.lr_scheduler.MultiFactorScheduler([1, 2], 0.1, base_lr=1.0))
    again = mx.optimizer.get_updater(mx.optimizer.Adam())
    again.set_states(updater.get_states(dump_optimizer=True))
    kept = again.optimizer
    return type(kept).__name__, kept.num_update, kept.learning_rate, type(kept.lr_scheduler).__name__, kept.param_dict


@suite.case()
def states_move_to_the_weight(mx):
    """States that were read follow their weight to its device."""
    updater, _ = _trained(mx, "adam")
    again = mx.optimizer.get_updater(mx.optimizer.Adam())
    again.set_states(updater.get_states())
    before = [s.context for s in again.states[0]]
    ctx = mx.cpu(1)
    again([0], gradients(mx, 0, ctx=ctx)[:1], weights(mx, ctx=ctx)[:1])
    return before, [s.context for s in again.states[0]], again.states_synced


@suite.case()
def sync_state_context(mx):
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    x = mx.nd.ones(2)
    moved = updater.sync_state_context((x, [x, None], 3), mx.cpu(1))
    return type(moved).__name__, moved[0].context, type(moved[1]).__name__, moved[1][0].context, moved[1][1], moved[2]


@suite.case()
def bytes_as_indices(mx):
    updater = mx.optimizer.get_updater(mx.optimizer.SGD(momentum=0.9))
    weight = mx.nd.ones(2)
    updater(b"fc_weight", mx.nd.ones(2), weight)
    updater("fc_weight", mx.nd.ones(2), weight)
    return weight, list(updater.states), updater.optimizer._index_update_count


@suite.case()
def pickled(mx):
    optimizer = mx.optimizer.Adam(learning_rate=0.3, beta1=0.5, param_dict={0: 1}, param_idx2name={0: "a_weight"})
    optimizer._update_count(0)
    again = pickle.loads(pickle.dumps(optimizer))
    return _attributes(again), again.param_dict, "param_dict" in optimizer.__getstate__()


@suite.case(tol=Tolerance(1e-6, 1e-7, why="LARS and LAMB: float32 norms, summed in another order"))
def many_weights(mx):
    """More weights than are updated at once, of two dtypes, with rates by name."""
    names = {i: "w%d_weight" % i if i % 2 else "b%d_bias" % i for i in range(11)}
    found = []
    for name in ("sgd", "lars", "lamb", "adam"):
        optimizer = mx.optimizer.create(name, learning_rate=0.1, wd=0.1, param_idx2name=names)
        optimizer.set_lr_mult({"w1_weight": 0.1, "b4_bias": 3})
        updater = mx.optimizer.get_updater(optimizer)
        ws = [mx.nd.ones((2,), dtype="float64" if i % 3 == 0 else "float32") * i for i in range(11)]
        for step in range(3):
            updater(list(range(11)), [w * 0.1 + step for w in ws], ws)
        found.append(ws)
    return found


class _Counting:
    base_lr = 1.0

    def __init__(self):
        self.seen = []

    def __call__(self, num_update):
        self.seen.append(num_update)
        return 0.1 / len(self.seen)


@suite.case()
def how_often_schedules_are_asked(mx):
    found = []
    for name in ("sgd", "adam", "nag", "rmsprop", "lars", "signum"):
        schedule = _Counting()
        kwargs = {"momentum": 0.9} if name in ("sgd", "nag") else {}
        optimizer = make(mx, name, lr_scheduler=schedule, **kwargs)
        updater = mx.optimizer.get_updater(optimizer)
        ws = [mx.nd.ones((2,)) for _ in range(6)]
        for _ in range(2):
            updater(list(range(6)), [w * 0.5 for w in ws], ws)
        found.append((name, schedule.seen, ws))
    return found


@suite.case()
def gradients_are_left_alone(mx):
    found = []
    for name in ("sgd", "nag", "adam", "rmsprop", "signum", "ftml", "adagrad", "adadelta", "ftrl", "nadam", "lamb"):
        kwargs = {"momentum": 0.9} if name in ("sgd", "nag") else {}
        updater = mx.optimizer.get_updater(make(mx, name, rescale_grad=0.5, clip_gradient=0.1, wd=0.1, **kwargs))
        grad = mx.nd.array([1.0, -2.0])
        updater(0, grad, mx.nd.ones(2))
        found.append((name, grad))
    return found


def _between(mx, name, **kwargs):
    """Recorded, moved, then differentiated: the gradient is at the new weight."""
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    updater = mx.optimizer.get_updater(make(mx, name, learning_rate=0.5, **kwargs))
    with mx.autograd.record():
        y = x * x
    updater([0], [mx.nd.ones(2)], [x])
    y.backward()
    return x, x.grad


suite.table(
    "while_a_graph_waits",
    {name: lambda mx, name=name: _between(mx, name) for name in ("sgd", "adam", "nag", "rmsprop", "adagrad", "signum")},
)


def _recorded(mx, name):
    x = mx.nd.ones(2)
    x.attach_grad()
    updater = mx.optimizer.get_updater(make(mx, name))
    with mx.autograd.record():
        updater(0, mx.nd.ones(2), x)


def _mismatch(mx, name, grad=(3,), dtype="float32"):
    updater = mx.optimizer.get_updater(make(mx, name))
    weight = mx.nd.ones(2)
    updater([0], [mx.nd.ones(grad, dtype=dtype)], [weight])
    mx.nd.waitall()


suite.errors(
    "refused",
    {
        "unknown": (lambda mx: mx.optimizer.create("nope"), ("nope",)),
        "unknown_argument": (lambda mx: mx.optimizer.create("sgd", no_such=1), ("no_such",)),
        "register": (lambda mx: mx.optimizer.register("SGD"), ("class",)),
        "names": (lambda mx: mx.optimizer.SGD(param_idx2name=["a"]), ("param_idx2name",)),
        "lr_scale": (lambda mx: mx.optimizer.SGD().set_lr_scale({}), ("set_lr_mult",)),
        "set_learning_rate": (
            lambda mx: mx.optimizer.SGD(lr_scheduler=mx.lr_scheduler.FactorScheduler(1)).set_learning_rate(1),
            ("LRScheduler",),
        ),
        "base/update": (lambda mx: mx.optimizer.Optimizer().update(0, None, None, None), ("update",)),
        "no_array/weight": (lambda mx: mx.optimizer.SGD().update(0, np.ones(2), mx.nd.ones(2), None), ("weight",)),
        "no_array/grad": (lambda mx: mx.optimizer.Adam().update(0, mx.nd.ones(2), [1, 2], None), ("grad",)),
        "group/vector": (
            lambda mx: mx.optimizer.contrib.GroupAdaGrad().create_state(0, mx.nd.ones(3)),
            ("GroupAdaGrad",),
        ),
        "group/decay": (
            lambda mx: mx.optimizer.contrib.GroupAdaGrad(wd=0.1).update(
                0, mx.nd.ones((2, 2)), mx.nd.ones((2, 2)), mx.nd.ones((2, 1))
            ),
            ("GroupAdaGrad",),
        ),
        "states/garbage": (lambda mx: mx.optimizer.get_updater(mx.optimizer.SGD()).set_states(b"nothing"), ()),
    },
)
for _name in ("sgd", "adam", "nag", "rmsprop", "signum", "lamb"):
    suite.errors(
        "refused",
        {
            "shape/" + _name: (lambda mx, name=_name: _mismatch(mx, name), ("grad",)),
            "dtype/" + _name: (lambda mx, name=_name: _mismatch(mx, name, (2,), "float64"), ("grad",)),
        },
    )
suite.table(
    "recorded",
    {name: lambda mx, name=name: attempt(_recorded, mx, name) for name in ("sgd", "adam", "nag", "rmsprop")},
)
