"""Parameters, Trainer, initializers and scopes with NumPy semantics on."""

from __future__ import annotations

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._programs import table, values_of

suite = Suite(__name__)
LOOSE = Tolerance(rtol=1e-4, atol=1e-5, why="steps of optimizers, sums in another order")


def _parameter(mx, **kwargs):
    given = {"shape": (2, 3), **kwargs}
    param = mx.gluon.Parameter("w", **given)
    return param


def _kinds(mx):
    p = _parameter(mx)
    before = attempt(lambda: p.data())
    p.initialize(init="ones")
    grad_kind = type(p.grad()).__name__
    p.grad_req = "null"
    p.grad_req = "add"
    return {
        "before": before,
        "data": p.data(),
        "kinds": (type(p.data()).__name__, grad_kind, type(p.grad()).__name__),
        "lists": [type(a).__name__ for a in p.list_data() + p.list_grad()],
        "ctx": p.list_ctx(),
        "var": (type(p.var()).__name__, p.var() is p.var()),
        "repr": repr(p),
    }


def _shapes(mx):
    unknown = _parameter(mx, shape=(-1, 2), allow_deferred_init=True)
    unknown.initialize(init="ones")
    seen = {"unknown": unknown.shape, "deferred": attempt(lambda: unknown.data())}
    unknown.shape = (3, 2)
    unknown._finish_deferred_init()
    seen["known"] = unknown.data()
    seen["zero means unknown"] = attempt(lambda: _parameter(mx, shape=(0, 2)).initialize())
    seen["number"] = _parameter(mx, shape=4).shape
    seen["other"] = attempt(lambda: setattr(unknown, "shape", (4, 4)))
    return seen


def _set_data(mx):
    p = _parameter(mx)
    p.initialize()
    p.set_data(mx.np.arange(6).reshape(2, 3))
    seen = {"set": p.data(), "classic": attempt(lambda: p.set_data(mx.nd.ones((2, 3))))}
    p.cast("float64")
    seen["cast"] = (p.data(), type(p.data()).__name__, type(p.grad()).__name__)
    p.reset_ctx(mx.cpu(1))
    seen["ctx"] = (p.list_ctx(), type(p.data()).__name__)
    return seen


def _several(mx):
    """A net on two contexts."""
    contexts = [mx.cpu(0), mx.cpu(1)]
    net = mx.gluon.nn.Dense(2, in_units=3)
    net.initialize(mx.init.One(), ctx=contexts)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    parts = mx.gluon.utils.split_and_load(mx.np.arange(12).reshape(4, 3), contexts)
    with mx.autograd.record():
        losses = [net(part).sum() for part in parts]
    for loss in losses:
        loss.backward()
    trainer.step(4)
    return [type(p).__name__ for p in parts], losses, net.weight.list_data(), net.weight._reduce()


def _constant(mx):
    class Plus(mx.gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            self.c = self.params.get_constant("c", [[1, 2]])

        def hybrid_forward(self, F, x, c):
            return x + c

    net = Plus()
    net.initialize()
    eager = net(mx.np.ones((1, 2)))
    net.hybridize()
    return eager, net(mx.np.ones((1, 2))), type(net.c.data()).__name__


def _mixed(mx):
    """Arrays of one kind in a net of the other."""
    net = mx.gluon.nn.Dense(2, in_units=3)
    net.initialize()
    seen = {"classic array": attempt(lambda: net(mx.nd.ones((1, 3))))}
    mx.npx.reset_np()
    try:
        seen["off"] = attempt(lambda: net(mx.np.ones((1, 3))))
        classic = mx.gluon.nn.Dense(2, in_units=3)
        classic.initialize()
        seen["np array"] = attempt(lambda: classic(mx.np.ones((1, 3))))
        classic.hybridize()
        seen["np array compiled"] = attempt(lambda: classic(mx.np.ones((1, 3))))
        seen["classic"] = type(classic(mx.nd.ones((1, 3)))).__name__
    finally:
        mx.npx.set_np()

    class Classic(mx.gluon.Block):
        def forward(self, x):
            return mx.nd.ones((1,))

    seen["output"] = attempt(lambda: Classic()(mx.np.ones((1,))))
    return seen


table(
    suite,
    "parameter",
    {
        "kinds": _kinds,
        "shapes": _shapes,
        "set_data": _set_data,
        "several": _several,
        "constant": _constant,
        "mixed": _mixed,
    },
)

_OPTIMIZERS = {
    "sgd": {}, "sgd/momentum": {"momentum": 0.9}, "sgd/wd": {"wd": 0.1}, "nag": {"momentum": 0.9}, "adam": {},
    "adagrad": {}, "rmsprop": {}, "rmsprop/centered": {"centered": True}, "adadelta": {}, "ftrl": {}, "adamax": {},
    "nadam": {}, "signum": {"momentum": 0.9}, "ftml": {}, "lars": {}, "lamb": {}, "dcasgd": {}, "lbsgd": {},
}  # fmt: skip


def _optimizer(name, options):
    def program(mx):
        net = mx.gluon.nn.Dense(2, in_units=3)
        net.initialize(mx.init.Constant(0.5))
        x = mx.np.array(values_of((4, 3)))
        trainer = mx.gluon.Trainer(net.collect_params(), name.partition("/")[0], {"learning_rate": 0.1, **options})
        losses = []
        for _ in range(3):
            with mx.autograd.record():
                loss = (net(x) ** 2).mean()
            loss.backward()
            trainer.step(1)
            losses.append(loss)
        mx.nd.waitall()
        return losses, net.weight.data(), net.bias.data(), type(net.weight.data()).__name__

    return program


table(suite, "trainer", {name: _optimizer(name, options) for name, options in _OPTIMIZERS.items()}, LOOSE)


def _trainer_states(mx):
    import os
    import tempfile

    net = mx.gluon.nn.Dense(2, in_units=3)
    net.initialize(mx.init.Constant(0.5))
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})

    def step():
        with mx.autograd.record():
            loss = net(mx.np.ones((2, 3))).sum()
        loss.backward()
        trainer.step(2)

    step()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "states")
        trainer.save_states(path)
        step()
        trainer.load_states(path)
    step()
    trainer.set_learning_rate(0.01)
    return net.weight.data().copy(), trainer.learning_rate


table(suite, "trainer", {"states": _trainer_states}, LOOSE)

_INITIALIZERS = {
    "uniform": lambda init: init.Uniform(0.3),
    "normal": lambda init: init.Normal(0.3),
    "zero": lambda init: init.Zero(),
    "one": lambda init: init.One(),
    "constant": lambda init: init.Constant(3),
    "xavier": lambda init: init.Xavier(),
    "xavier/gaussian": lambda init: init.Xavier(rnd_type="gaussian", factor_type="in"),
    "msra": lambda init: init.MSRAPrelu(),
    "orthogonal": lambda init: init.Orthogonal(),
    "name": lambda init: "zeros",
}


def _initializer(make):
    def program(mx):
        np.random.seed(1)
        p = mx.gluon.Parameter("net_weight", shape=(2, 4))
        p.initialize(init=make(mx.init))
        return type(p.data()).__name__, p.data()

    return program


table(suite, "initializer", {name: _initializer(make) for name, make in _INITIALIZERS.items()}, LOOSE)


def _decorated(mx):
    """Functions and classes that ask for NumPy semantics themselves; they are off outside."""

    def state():
        return mx.util.is_np_shape(), mx.util.is_np_array()

    @mx.util.use_np
    class Net(mx.gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            self.w = self.params.get("w", shape=(3, 2), init="ones")

        def hybrid_forward(self, F, x, w):
            return F.np.dot(x, w) + F.np.ones(())

        @property
        def inside(self):
            return state()

    @mx.util.use_np_shape
    def shape():
        return state()

    @mx.util.use_np_array
    def array():
        return state()

    @mx.util.use_np
    def both():
        return state()

    mx.npx.reset_np()
    try:
        net = Net()
        net.initialize()
        x = mx.np.ones((2, 3))
        seen = {
            "states": (state(), shape(), array(), both()),
            "property": net.inside,
            "out": net(x),
            "kinds": (type(net(x)).__name__, type(net.w.data()).__name__),
        }
        net.hybridize()
        seen["compiled"] = (net(x), type(net(x)).__name__)
        seen["after"] = state()
        with mx.util.np_shape(True):
            seen["shape scope"] = state()
        with mx.util.np_array(True):
            seen["array scope"] = state()
        seen["array without shape"] = attempt(lambda: mx.util.set_np(shape=False, array=True))
        seen["refused"] = attempt(lambda: mx.util.use_np(5))
    finally:
        mx.npx.set_np()
    seen["on"] = state()
    seen["shape off"] = attempt(lambda: mx.util.set_np_shape(False))
    return seen


def _threads(mx):
    """Each thread has semantics of its own."""
    import threading

    seen = []
    worker = threading.Thread(target=lambda: seen.append((mx.util.is_np_shape(), mx.util.is_np_array())))
    worker.start()
    worker.join()
    return seen, mx.util.is_np_array()


table(suite, "scope", {"decorated": _decorated, "threads": _threads})
