"""Training with mixed precision: the loss scale, and functions that cast after `init`."""

import contextlib
import importlib
import logging

from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)
SMALL = Tolerance(rtol=3e-2, atol=1e-2, why="bfloat16 has three digits, and sums differ in order")


def _amp(mx):
    return importlib.import_module(mx.__name__ + ".contrib.amp")


@contextlib.contextmanager
def switched(mx, *args, **kwargs):
    """Mixed precision for a while: everything that `init` replaces is put back afterwards."""
    amp = _amp(mx).amp
    places = [mx.nd, mx.nd.op, mx.nd._internal, mx.nd.contrib, mx.nd.linalg, mx.nd.sparse, mx.nd.image, mx.nd.random]
    places += [mx.sym, mx.sym.op, mx.sym._internal, mx.sym.contrib, mx.sym.linalg, mx.sym.sparse, mx.sym.image]
    places += [mx.sym.random]
    before = [(place, dict(vars(place))) for place in places]
    classes = [(cls, dict(vars(cls))) for cls in (mx.nd.NDArray, mx.sym.Symbol)]
    flags = {k: getattr(amp, k) for k in ("_amp_initialized", "_amp_loss_scale_initialized", "_loss_scaler")}
    amp._amp_initialized = amp._amp_loss_scale_initialized = False
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        amp.init(*args, **kwargs)
        yield amp
    finally:
        logger.setLevel(level)
        for place, names in before:
            for name, value in names.items():
                if vars(place).get(name) is not value:
                    setattr(place, name, value)
        for cls, names in classes:
            for name in set(vars(cls)) - set(names):
                delattr(cls, name)
            for name, value in names.items():
                if vars(cls).get(name) is not value:
                    setattr(cls, name, value)
        for name, value in flags.items():
            setattr(amp, name, value)


# ---------------------------------------------------------------------------------------- loss scaler


def _parameter(mx, value=1.0):
    p = mx.gluon.Parameter("p", shape=(2,))
    p.initialize(init=mx.init.One())
    with mx.autograd.record():
        loss = (p.data() * value).sum()
    loss.backward()
    return p


def _scales(mx, steps, start=None, length=3, maximum=None):
    """The scale after each of a row of checks; a letter is a step: finite, overflow, nan."""
    scaler = _amp(mx).loss_scaler.LossScaler()
    scaler._scale_seq_len = length
    if start is not None:
        scaler._loss_scale = scaler._next_loss_scale = start
    if maximum is not None:
        scaler._max_loss_scale = maximum
    given = {"f": _parameter(mx), "o": _parameter(mx, float("inf")), "n": _parameter(mx, float("nan"))}
    frozen = mx.gluon.Parameter("q", shape=(2,), grad_req="null")
    frozen.initialize()
    return [(scaler.has_overflow([frozen, given[s], given["f"]]), scaler.loss_scale, scaler._unskipped) for s in steps]


suite.table(
    "scaler",
    {
        "start": lambda mx: _amp(mx).loss_scaler.LossScaler().loss_scale,
        "read_only": lambda mx: attempt(lambda: setattr(_amp(mx).loss_scaler.LossScaler(), "loss_scale", 2)),
        "finite": lambda mx: _scales(mx, "fff", length=2000),
        "grows": lambda mx: _scales(mx, "ffffffff"),
        "shrinks": lambda mx: _scales(mx, "oooo"),
        "nan": lambda mx: _scales(mx, "fnf"),
        "mixed": lambda mx: _scales(mx, "ffoffffofff"),
        "largest": lambda mx: _scales(mx, "ffffffffff", start=2.0**23),
        "own_largest": lambda mx: _scales(mx, "ffffffff", start=8.0, maximum=10.0),
        "below_one": lambda mx: _scales(mx, "oooff", start=2.0),
        "no_gradient": lambda mx: attempt(lambda: _amp(mx).loss_scaler.LossScaler().has_overflow([])),
    },
)


# ---------------------------------------------------------------------------------------- trainer


def _net(mx):
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(4, activation="relu", in_units=3), mx.gluon.nn.Dense(2, in_units=4))
    net.initialize(mx.init.Xavier())
    return net


def _train(mx, dtype="bfloat16", steps=2, hybridize=False, unscale=False, many=False, overflow=False):
    with switched(mx, dtype) as amp:
        net = _net(mx)
        if hybridize:
            net.hybridize()
        trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1}, update_on_kvstore=False)
        amp.init_trainer(trainer)
        loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
        seen = []
        for _ in range(steps):
            with mx.autograd.record():
                out = net(mx.nd.array([[1, 2, 3], [0, -1, 1]]))
                value = loss(out, mx.nd.array([0, 1]))
                if overflow:
                    value = value * float("inf")
                with amp.scale_loss([value] if many else value, trainer) as scaled:
                    mx.autograd.backward(scaled)
            seen.append((str(out.dtype), str(value.dtype), trainer._scale, trainer._amp_loss_scaler.loss_scale))
            if unscale:
                amp.unscale(trainer)
                seen.append([p.grad() for p in net.collect_params().values()])
            trainer.step(2)
        return seen, [p.data() for p in net.collect_params().values()]


suite.table(
    "train",
    {
        "bfloat16": lambda mx: _train(mx),
        "list_of_losses": lambda mx: _train(mx, many=True),
        "unscale": lambda mx: _train(mx, unscale=True),
        "overflow": lambda mx: _train(mx, overflow=True),
    },
    tol=SMALL,
)


def _order(mx):
    with switched(mx, "bfloat16") as amp:
        nets = [_net(mx) for _ in range(2)]
        trainers = [mx.gluon.Trainer(n.collect_params(), "sgd", {"learning_rate": 1}) for n in nets]
        for trainer in trainers:
            amp.init_trainer(trainer)
        scalers = [t._amp_loss_scaler for t in trainers]
        return scalers[0] is amp._loss_scaler, scalers[1] is amp._loss_scaler, [t._amp_original_scale for t in trainers]


def _with(mx, program):
    with switched(mx, "bfloat16") as amp:
        return attempt(lambda: program(amp))


suite.table(
    "trainer",
    {
        "own_scalers": _order,
        "optimizer": lambda mx: _with(mx, lambda amp: amp.init_trainer(mx.optimizer.SGD())),
        "other": lambda mx: _with(mx, lambda amp: amp.init_trainer(3)),
        "unscale_optimizer": lambda mx: attempt(lambda: _amp(mx).unscale(mx.optimizer.SGD())),
        "unscale_other": lambda mx: attempt(lambda: _amp(mx).unscale(3)),
        "not_initialized": lambda mx: attempt(
            lambda: _amp(mx).init_trainer(mx.gluon.Trainer(_net(mx).collect_params(), "sgd"))
        ),
        "dtype": lambda mx: attempt(lambda: _amp(mx).init("float64")),
        "twice": lambda mx: _with(mx, lambda amp: amp.init("no such type")),
    },
)


# ---------------------------------------------------------------------------------------- functions


def _kinds(mx, dtype, program, **kwargs):
    with switched(mx, dtype, **kwargs):
        x = mx.nd.array([[0.5, 1.0], [2.0, 4.0]])
        made = program(mx, x, mx.nd.amp_cast(x, dtype=_amp(mx).amp.bfloat16))
        return [str(one.dtype) for one in (made if isinstance(made, (list, tuple)) else [made])]


FUNCTIONS = {
    "fully_connected": lambda mx, x, s: mx.nd.FullyConnected(x, x, num_hidden=2, no_bias=True),
    "exp": lambda mx, x, s: [mx.nd.exp(x), mx.nd.exp(s)],
    "exp_method": lambda mx, x, s: s.exp(),
    "softrelu": lambda mx, x, s: [mx.nd.Activation(s, act_type=k) for k in ("relu", "softrelu")],
    "widest": lambda mx, x, s: [mx.nd.broadcast_add(x, s), mx.nd.broadcast_add(s, s), mx.nd.concat(x, s, dim=0)],
    "operators": lambda mx, x, s: [x + s, s - x, s * s, x / s, x > s],
    "flatten": lambda mx, x, s: mx.nd.Flatten(s),
    "sum": lambda mx, x, s: [mx.nd.sum(s), s.sum()],
    "linalg": lambda mx, x, s: mx.nd.linalg.gemm2(s, s),
}
suite.table(
    "functions",
    {
        name: lambda mx, program=program: attempt(lambda: _kinds(mx, "bfloat16", program))
        for name, program in FUNCTIONS.items()
    },
)


def _graph(mx, **kwargs):
    with switched(mx, "bfloat16", **kwargs):
        x = mx.sym.var("data")
        with mx.name.NameManager():
            f = mx.sym.FullyConnected(x, num_hidden=2, name="fc")
            e = mx.sym.exp(f, name="e")
            made = mx.sym.broadcast_add(e, f, name="add")
            norm = mx.sym.BatchNorm(made, name="bn")
        import json

        nodes = json.loads(norm.tojson(remove_amp_cast=False))["nodes"]
    return [(n["op"], n["name"], n.get("attrs", {}).get("dtype"), [i[:2] for i in n["inputs"]]) for n in nodes]


suite.table(
    "graph",
    {
        "plain": lambda mx: _graph(mx),
        "own_lists": lambda mx: _graph(
            mx, target_precision_ops=["exp"], fp32_ops=["FullyConnected"], conditional_fp32_ops=[]
        ),
    },
)
