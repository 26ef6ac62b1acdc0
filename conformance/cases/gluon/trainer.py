"""Trainer: updates of every kind of optimizer, contexts, stores, stale gradients, states in files, refusals."""

import os
import tempfile

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)

STEPS = Tolerance(rtol=2e-5, atol=1e-6, why="three steps of an optimizer: rounding of fused kernels adds up")


def _two(mx):
    return [mx.cpu(0), mx.cpu(1)]


def _params(mx, ctx=None, dtype="float32", shapes=((2, 3), (3,), (1,)), **kwargs):
    """Parameters with different values, in a list."""
    made = []
    for i, shape in enumerate(shapes):
        p = mx.gluon.Parameter("p%d_weight" % i, shape=shape, dtype=dtype, **kwargs)
        p.initialize(init=mx.init.Uniform(1), ctx=ctx)
        made.append(p)
    return made


def _backward(mx, params, scale=1.0):
    """A backward on every context, each with another gradient."""
    losses = []
    with mx.autograd.record():
        for ctx in params[0].list_ctx():
            total = 0
            for i, p in enumerate(params):
                if p.grad_req != "null":
                    total = total + ((p.data(ctx) * (i + 1 + ctx.device_id) + 1) ** 2).sum() * scale
            losses.append(total)
    mx.autograd.backward(losses)


def _train(mx, params, optimizer="sgd", options=None, steps=3, batch_size=2, prepare=None, **kwargs):
    trainer = mx.gluon.Trainer(params, optimizer, options or {"learning_rate": 0.05}, **kwargs)
    if prepare:
        prepare(trainer)
    for _ in range(steps):
        _backward(mx, params)
        trainer.step(batch_size)
    return [p.list_data() for p in params]


# ---------------------------------------------------------------------------------------- optimizers

OPTIMIZERS = {
    "sgd": {},
    "sgd_momentum": {"momentum": 0.9, "wd": 0.01},
    "sgd_clip": {"clip_gradient": 0.1},
    "nag": {"momentum": 0.9},
    "adam": {},
    "adagrad": {},
    "rmsprop": {},
    "rmsprop_centered": {"centered": True},
    "adadelta": {},
    "ftrl": {},
    "adamax": {},
    "nadam": {},
    "signum": {},
    "ftml": {},
    "lars": {"momentum": 0.9},
    "lamb": {},
    "dcasgd": {},
    "sgld": {},
    "lbsgd": {},
    "adamw": {},
    "nope": {},
}
_WITH_RATE = ("sgd", "sgd_momentum", "sgd_clip", "nag")


def _optimizer_case(key, ctx=None, **kwargs):
    def program(mx):
        options = dict(OPTIMIZERS[key])
        if key in _WITH_RATE:
            options["learning_rate"] = 0.05
        where = None if ctx is None else ctx(mx)
        name = key if key in ("sgd", "nope") else key.replace("_momentum", "").replace("_clip", "")
        return attempt(lambda: _train(mx, _params(mx, ctx=where), name.replace("_centered", ""), options, **kwargs))

    return program


suite.table("optimizer", {key: _optimizer_case(key) for key in OPTIMIZERS}, tol=STEPS)
suite.table("optimizer_contexts", {key: _optimizer_case(key, _two) for key in ("sgd_momentum", "adam")}, tol=STEPS)
suite.table(
    "optimizer_contexts_local_update",
    {key: _optimizer_case(key, _two, update_on_kvstore=False) for key in ("sgd_momentum", "adam", "rmsprop")},
    tol=STEPS,
)
suite.table(
    "dtype",
    {
        "float64": lambda mx: _train(mx, _params(mx, dtype="float64"), "adam", {"learning_rate": 0.01}),
        "float16": lambda mx: _train(
            mx,
            _params(mx, dtype="float16"),
            "sgd",
            {"learning_rate": 0.01, "momentum": 0.9, "multi_precision": True},
        ),
    },
    tol=STEPS,
)


# ---------------------------------------------------------------------------------------- stores


def _store(kvstore, update=None, ctx=None, **kwargs):
    def program(mx):
        params = _params(mx, ctx=ctx(mx) if ctx else None)
        made = kvstore(mx) if callable(kvstore) else kvstore
        trainer = mx.gluon.Trainer(
            params, "sgd", {"learning_rate": 0.1, "momentum": 0.5}, kvstore=made, update_on_kvstore=update, **kwargs
        )
        for _ in range(3):
            _backward(mx, params)
            trainer.step(1)
        store = trainer._kvstore
        return (
            [p.list_data() for p in params],
            [p.list_grad() for p in params],
            None if store is None else store.type,
            trainer._update_on_kvstore,
            trainer._distributed,
            trainer._kv_initialized,
        )

    return lambda mx: attempt(program, mx)


STORES = {}
for _name in (None, "device", "local", "nope"):
    for _update in (None, True, False):
        STORES["one/%s/%s" % (_name, _update)] = _store(_name, _update)
        STORES["two/%s/%s" % (_name, _update)] = _store(_name, _update, _two)
# without a store there is nobody to ask whether it can update: an AttributeError of None on MXNet
suite.table("store", STORES, tol=STEPS)
suite.table(
    "store",
    {
        "object": _store(lambda mx: mx.kv.create("local"), None, _two),
        "object_one_context": _store(lambda mx: mx.kv.create("device")),
        "number": _store(5),
        "compression": _store("device", None, _two, compression_params={"type": "2bit", "threshold": 0.5}),
        "compression_local": _store("device", False, _two, compression_params={"type": "2bit", "threshold": 0.5}),
        "compression_bad": _store("device", None, _two, compression_params={"type": "nope"}),
    },
    tol=STEPS,
)


# ---------------------------------------------------------------------------------------- the parts of a step


@suite.case(tol=STEPS)
def allreduce_then_update(mx):
    params = _params(mx, ctx=_two(mx))
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1}, update_on_kvstore=False)
    _backward(mx, params)
    before = [[g.copy() for g in p.list_grad()] for p in params]
    trainer.allreduce_grads()
    reduced = [p.list_grad() for p in params]
    trainer.update(2)
    return before, reduced, [p.list_data() for p in params]


@suite.case()
def parts_on_kvstore(mx):
    params = _params(mx, ctx=_two(mx))
    trainer = mx.gluon.Trainer(params, "sgd")
    _backward(mx, params)
    return attempt(trainer.allreduce_grads), attempt(trainer.update, 1)


@suite.case(tol=STEPS)
def parts_one_context(mx):
    params = _params(mx)
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1})
    _backward(mx, params)
    return trainer.allreduce_grads(), trainer.update(2), [p.data() for p in params]


@suite.case(tol=STEPS)
def batch_size_changes(mx):
    params = _params(mx)
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1, "rescale_grad": 0.5})
    seen = []
    for size in (1, 2, 4.0):
        _backward(mx, params)
        trainer.step(size)
        seen.append((params[0].data().copy(), trainer._optimizer.rescale_grad, trainer._scale))
    return seen


suite.table(
    "stale",
    {
        "first_step": lambda mx: attempt(_trainer(mx)[1].step, 1),
        "second_step": lambda mx: _second_step(mx),
        "part": lambda mx: _part(mx, False),
        "part_ignored": lambda mx: _part(mx, True),
        "contexts": lambda mx: _stale_contexts(mx, False),
        "contexts_ignored": lambda mx: _stale_contexts(mx, True),
        "update": lambda mx: attempt(_trainer(mx)[1].update, 1),
        "kvstore": lambda mx: _stale_kvstore(mx),
        "add": lambda mx: _add(mx),
        "null": lambda mx: _null(mx),
        "all_null": lambda mx: _all_null(mx),
    },
)


def _trainer(mx, **kwargs):
    params = _params(mx)
    return params, mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1}, **kwargs)


def _second_step(mx):
    params, trainer = _trainer(mx)
    _backward(mx, params)
    trainer.step(1)
    return attempt(trainer.step, 1), attempt(trainer.step, 1, ignore_stale_grad=True), params[0].data()


def _part(mx, ignore):
    params, trainer = _trainer(mx)
    _backward(mx, params[:2])
    return attempt(trainer.step, 1, ignore), [p.data() for p in params]


def _stale_contexts(mx, ignore):
    params = _params(mx, ctx=_two(mx))
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1}, update_on_kvstore=False)
    with mx.autograd.record():
        loss = sum((p.data(mx.cpu(1)) ** 2).sum() for p in params)
    loss.backward()
    return attempt(trainer.step, 1, ignore), [p.list_data() for p in params]


def _stale_kvstore(mx):
    params = _params(mx, ctx=_two(mx))
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1})
    _backward(mx, params)
    trainer.step(1)
    return trainer._update_on_kvstore, attempt(trainer.step, 1), [p.list_data() for p in params]


def _add(mx):
    params = _params(mx, grad_req="add")
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1})
    for _ in range(2):
        _backward(mx, params)
        trainer.step(1)
    return [p.data() for p in params], [p.grad() for p in params]


def _null(mx):
    params, trainer = _trainer(mx)
    params[1].grad_req = "null"
    _backward(mx, params)
    trainer.step(1)
    return [p.data() for p in params]


def _all_null(mx):
    params, trainer = _trainer(mx)
    for p in params:
        p.grad_req = "null"
    trainer.step(1)
    return [p.data() for p in params]


# ---------------------------------------------------------------------------------------- construction


def _order(mx):
    params = dict(zip("bca", _params(mx)))  # noqa: B905
    trainer = mx.gluon.Trainer(params, "sgd")
    return [p.name for p in trainer._params], trainer._param2idx


def _by_dict(mx):
    net = mx.gluon.ParameterDict("n_")
    for name in ("z", "a", "m"):
        net.get(name, shape=(1,), init="ones")
    net.initialize()
    trainer = mx.gluon.Trainer(net, mx.optimizer.SGD(learning_rate=0.3))
    return [p.name for p in trainer._params], trainer.learning_rate, type(trainer.optimizer).__name__


suite.table(
    "make",
    {
        "dict_order": _order,
        "parameter_dict": _by_dict,
        "list": lambda mx: mx.gluon.Trainer(_params(mx), "adam").learning_rate,
        "tuple": lambda mx: mx.gluon.Trainer(tuple(_params(mx)), "sgd").learning_rate,
        "generator": lambda mx: attempt(lambda: mx.gluon.Trainer((p for p in _params(mx)), "sgd")),
        "arrays": lambda mx: attempt(lambda: mx.gluon.Trainer([mx.nd.ones(1)], "sgd")),
        "none": lambda mx: attempt(lambda: mx.gluon.Trainer(None, "sgd")),
        "empty": lambda mx: attempt(lambda: mx.gluon.Trainer([], "sgd")).__class__.__name__,
        "object_with_params": lambda mx: attempt(
            lambda: mx.gluon.Trainer(_params(mx), mx.optimizer.SGD(), {"learning_rate": 1})
        ),
        "unknown_optimizer": lambda mx: attempt(lambda: mx.gluon.Trainer(_params(mx), "nope")),
        "unknown_option": lambda mx: attempt(lambda: mx.gluon.Trainer(_params(mx), "sgd", {"nope": 1})).types[0],
        "not_initialized": lambda mx: attempt(lambda: mx.gluon.Trainer([mx.gluon.Parameter("w", shape=(1,))], "sgd")),
        "other_contexts": lambda mx: attempt(
            lambda: mx.gluon.Trainer(_params(mx)[:1] + _params(mx, ctx=mx.cpu(1))[1:], "sgd")
        ),
        "two_trainers": lambda mx: _two_trainers(mx),
        "constant": lambda mx: _with_constant(mx),
        "optimizer_params_dict_kept": lambda mx: _options_kept(mx),
        "deferred": lambda mx: _deferred(mx),
        "sparse_no_update": lambda mx: _sparse_no_update(mx),
    },
)


def _two_trainers(mx):
    params = _params(mx)
    a = mx.gluon.Trainer(params[:2], "sgd")
    b = mx.gluon.Trainer(params[1:], "adam")
    _backward(mx, params)
    a.step(1)
    return [p.data() for p in params], attempt(b.step, 1), params[1]._trainer is b


def _with_constant(mx):
    c = mx.gluon.Constant("c", [1.0, 2.0])
    c.initialize()
    params = _params(mx)
    trainer = mx.gluon.Trainer([*params, c], "sgd", {"learning_rate": 0.1})
    _backward(mx, params)
    trainer.step(1)
    return c.data(), params[0].data()


def _options_kept(mx):
    options = {"learning_rate": 0.5}
    trainer = mx.gluon.Trainer(_params(mx), "sgd", options)
    return options, trainer.learning_rate, trainer.optimizer.lr


def _deferred(mx):
    p = mx.gluon.Parameter("late_weight", shape=(0,), allow_deferred_init=True)
    p.initialize(init="ones", ctx=_two(mx))
    trainer = mx.gluon.Trainer([p], "sgd")
    early = attempt(trainer.step, 1)
    p.shape = (2,)
    p._finish_deferred_init()
    _backward(mx, [p])
    trainer.step(1)
    return early, p.list_data()


def _sparse_no_update(mx):
    p = mx.gluon.Parameter("s_weight", shape=(4, 2), stype="row_sparse", grad_stype="row_sparse")
    p.initialize(init="ones", ctx=_two(mx))
    trainer = mx.gluon.Trainer([p], "sgd", update_on_kvstore=False)
    return attempt(trainer._init_kvstore), attempt(lambda: mx.gluon.Trainer([p], "sgd", kvstore=None)._init_kvstore())


# ---------------------------------------------------------------------------------------- learning rate, multipliers


def _rates(mx):
    params = _params(mx)
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1})
    seen = [trainer.learning_rate]
    trainer.set_learning_rate(0.2)
    seen.append(trainer.learning_rate)
    trainer.optimizer.lr = 0.3
    seen.append(trainer.learning_rate)
    _backward(mx, params)
    trainer.step(1)
    return seen, params[0].data()


def _scheduled(mx):
    params = _params(mx)
    schedule = mx.lr_scheduler.FactorScheduler(step=2, factor=0.5)
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 1e-2, "lr_scheduler": schedule})
    rates = []
    for _ in range(6):
        _backward(mx, params)
        trainer.step(1)
        rates.append(trainer.learning_rate)
    return rates, attempt(trainer.set_learning_rate, 1), params[0].data()


def _scheduled_contexts(mx):
    params = _params(mx, ctx=_two(mx))
    schedule = mx.lr_scheduler.MultiFactorScheduler([2, 4], factor=0.1)
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 1e-2, "lr_scheduler": schedule})
    rates = []
    for _ in range(6):
        _backward(mx, params)
        trainer.step(1)
        rates.append(trainer.learning_rate)
    return rates, params[0].list_data(), trainer._update_on_kvstore


def _multipliers(mx):
    params = _params(mx)
    params[0].lr_mult = 0.0
    params[1].wd_mult = 5.0
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1, "wd": 0.1})
    _backward(mx, params)
    trainer.step(1)
    first = [p.data().copy() for p in params]
    params[0].lr_mult = 2.0
    _backward(mx, params)
    trainer.step(1)
    return first, [p.data() for p in params]


suite.table(
    "rate",
    {
        "set": _rates,
        "scheduler": _scheduled,
        "scheduler_contexts": _scheduled_contexts,
        "multipliers": _multipliers,
        "no_optimizer": lambda mx: _no_optimizer(mx),
    },
    tol=STEPS,
)


def _no_optimizer(mx):
    trainer = mx.gluon.Trainer(_params(mx), "sgd")
    trainer._optimizer = None
    return (
        attempt(lambda: trainer.learning_rate),
        attempt(lambda: trainer.optimizer),
        attempt(trainer.set_learning_rate, 1),
        attempt(trainer.save_states, "never-written").types[:1],
    )


# ---------------------------------------------------------------------------------------- parameters that change


@suite.case(tol=STEPS)
def set_data_between_steps(mx):
    seen = []
    for update in (True, False):
        params = _params(mx, ctx=_two(mx))
        trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1, "momentum": 0.9}, update_on_kvstore=update)
        _backward(mx, params)
        trainer.step(1)
        params[0].set_data(mx.nd.zeros((2, 3)))
        seen.append(trainer._kv_initialized)
        _backward(mx, params)
        trainer.step(1)
        seen.append([p.list_data() for p in params])
    return seen


@suite.case(tol=STEPS)
def reset_ctx_between_steps(mx):
    params = _params(mx)
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    _backward(mx, params)
    trainer.step(1)
    for p in params:
        p.reset_ctx(mx.cpu(1))
    _backward(mx, params)
    trainer.step(1)
    return [p.list_data() for p in params]


@suite.case(tol=STEPS)
def grad_req_between_steps(mx):
    params = _params(mx)
    trainer = mx.gluon.Trainer(params, "adam", {"learning_rate": 0.1})
    seen = []
    for req in ("write", "null", "add", "write"):
        params[0].grad_req = req
        _backward(mx, params)
        trainer.step(1)
        seen.append([p.data().copy() for p in params])
    return seen


# ---------------------------------------------------------------------------------------- files


def _resume(mx, optimizer, options, ctx=None, update=None):
    def trained(state=None):
        mx.random.seed(3)
        params = _params(mx, ctx=ctx)
        trainer = mx.gluon.Trainer(params, optimizer, dict(options), update_on_kvstore=update)
        if state is not None:
            trainer.load_states(state)
        return params, trainer

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "states")
        params, trainer = trained()
        for _ in range(2):
            _backward(mx, params)
            trainer.step(1)
        trainer.save_states(path)
        values = [p._reduce() for p in params]
        trainer.set_learning_rate(0.5)
        others, resumed = trained(path)
        for p, value in zip(others, values):  # noqa: B905
            p.set_data(value)
        _backward(mx, others)
        resumed.step(1)
        return resumed.learning_rate, resumed.optimizer.num_update, [p.list_data() for p in others]


suite.table(
    "states",
    {
        "sgd": lambda mx: _resume(mx, "sgd", {"learning_rate": 0.1}),
        "momentum": lambda mx: _resume(mx, "sgd", {"learning_rate": 0.1, "momentum": 0.9}),
        "adam": lambda mx: _resume(mx, "adam", {"learning_rate": 0.1}),
        "contexts": lambda mx: _resume(mx, "adam", {"learning_rate": 0.1}, _two(mx)),
        "contexts_local": lambda mx: _resume(mx, "adam", {"learning_rate": 0.1}, _two(mx), False),
        "missing_file": lambda mx: attempt(mx.gluon.Trainer(_params(mx), "sgd").load_states, "no-such-file").types[:1],
    },
    tol=STEPS,
)


@suite.case("states/after_load_param_dict")
def after_load(mx):
    params = _params(mx)
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1})
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "states")
        trainer.save_states(path)
        params[0].lr_mult = 7.0
        trainer.load_states(path)
    return trainer._optimizer.param_dict[0] is params[0], sorted(trainer._optimizer.param_dict)


# ---------------------------------------------------------------------------------------- sparse


def _embedding(mx, ids, stype="default", ctx=None, optimizer="sgd", steps=2, **kwargs):
    weight = mx.gluon.Parameter("e_weight", shape=(5, 2), grad_stype="row_sparse", stype=stype)
    weight.initialize(init=mx.init.Uniform(1), ctx=ctx)
    trainer = mx.gluon.Trainer([weight], optimizer, {"learning_rate": 0.1}, **kwargs)
    contexts = weight.list_ctx()
    for _ in range(steps):
        losses = []
        with mx.autograd.record():
            for c in contexts:
                rows = mx.nd.array(ids, ctx=c)
                table = weight.data(c) if stype == "default" else weight.row_sparse_data(rows)
                out = mx.nd.Embedding(rows, table, input_dim=5, output_dim=2, sparse_grad=True)
                losses.append((out * out).sum() * (1 + c.device_id))
        mx.autograd.backward(losses)
        trainer.step(1)
    value = weight._reduce()
    return value.tostype("default"), trainer._update_on_kvstore, trainer._kvstore is None


suite.table(
    "sparse",
    {
        "grad": lambda mx: _embedding(mx, [1, 3, 1]),
        "grad_contexts": lambda mx: _embedding(mx, [1, 3, 1], ctx=_two(mx)),
        "grad_contexts_kvstore": lambda mx: _embedding(mx, [0, 4], ctx=_two(mx), update_on_kvstore=True),
        "grad_adam": lambda mx: _embedding(mx, [1, 3, 1], optimizer="adam"),
        "weight": lambda mx: _embedding(mx, [1, 3, 1], stype="row_sparse"),
        "weight_contexts": lambda mx: _embedding(mx, [1, 3, 1], stype="row_sparse", ctx=_two(mx)),
        "weight_adam": lambda mx: _embedding(mx, [0, 4], stype="row_sparse", optimizer="adam"),
        "weight_adagrad": lambda mx: _embedding(mx, [0, 4], stype="row_sparse", optimizer="adagrad"),
        "save_weight": lambda mx: _save_sparse(mx),
    },
    tol=STEPS,
)


def _save_sparse(mx):
    params = mx.gluon.ParameterDict("n_")
    params.get("w", shape=(3, 2), stype="row_sparse", grad_stype="row_sparse", init="ones")
    params.initialize(ctx=_two(mx))
    mx.gluon.Trainer(params, "sgd")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.params")
        params.save(path)
        found = mx.nd.load(path)
        params.load(path)
    return found, found["n_w"].stype, params["n_w"].row_sparse_data(mx.nd.array([0, 2]))


# ---------------------------------------------------------------------------------------- a whole loop


def _linear_regression(mx, hybrid):
    nn, gluon = mx.gluon.nn, mx.gluon
    np.random.seed(1)
    x = mx.nd.random.normal(shape=(40, 2))
    y = x[:, 0] * 2 - x[:, 1] * 3.4 + 4.2
    with mx.name.NameManager():
        net = nn.HybridSequential()
        net.add(nn.Dense(1))
    net.initialize(mx.init.Normal(sigma=0.01))
    if hybrid:
        net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.03})
    loss = gluon.loss.L2Loss()
    losses = []
    for _ in range(5):
        for start in range(0, 40, 10):
            with mx.autograd.record():
                value = loss(net(x[start : start + 10]), y[start : start + 10])
            value.backward()
            trainer.step(10)
        losses.append(loss(net(x), y).mean().asscalar())
    return losses, net[0].weight.data(), net[0].bias.data()


suite.table(
    "loop",
    {
        "linear_regression": lambda mx: _linear_regression(mx, False),
        "linear_regression_hybrid": lambda mx: _linear_regression(mx, True),
    },
    tol=Tolerance(rtol=1e-4, atol=1e-6, why="twenty steps of training"),
)
