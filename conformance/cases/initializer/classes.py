"""Initializers by name: the registry, JSON text, equality, verbosity."""

import logging
import warnings

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)

NAMES = (
    "zeros",
    "Zero",
    "ONES",
    "one",
    "uniform",
    "normal",
    "orthogonal",
    "xavier",
    "msraprelu",
    "bilinear",
    "lstmbias",
)


def _created(name):
    return lambda mx: (type(mx.init.create(name)), mx.init.create(name).dumps())


suite.table("create", {name: _created(name) for name in NAMES})
suite.table(
    "create",
    {
        "arguments": lambda mx: mx.init.create("normal", sigma=0.5).dumps(),
        "positional": lambda mx: mx.init.create("normal", 0.5).dumps(),
        "json_list": lambda mx: mx.init.create('["xavier", {"magnitude": 2}]').dumps(),
        "json_dict": lambda mx: mx.init.create('{"initializer": "normal", "sigma": 2}').dumps(),
        "dict": lambda mx: mx.init.create({"initializer": "normal", "sigma": 2}).dumps(),
        "keyword": lambda mx: mx.init.create(initializer="normal", sigma=2).dumps(),
        "instance": lambda mx: mx.init.create(mx.init.Constant(2)).dumps(),
        "fused": lambda mx: mx.init.create("fusedrnn", None, 3, 2, "gru").dumps(),
    },
)
suite.table(
    "dumps",
    {
        "uniform": lambda mx: mx.init.Uniform(2).dumps(),
        "xavier": lambda mx: mx.init.Xavier(factor_type="in", magnitude=2.34).dumps(),
        "msra": lambda mx: mx.init.MSRAPrelu(slope=0.1).dumps(),
        "orthogonal": lambda mx: mx.init.Orthogonal().dumps(),
        "constant": lambda mx: mx.init.Constant(1.5).dumps(),
        "constant_array": lambda mx: mx.init.Constant(mx.nd.array([[1, 2], [3, 4]])).dumps(),
        "constant_numpy": lambda mx: mx.init.Constant(np.array([1, 2])).dumps(),
        "lstm_bias": lambda mx: mx.init.LSTMBias(3.0).dumps(),
        "fused": lambda mx: mx.init.FusedRNN(mx.init.Xavier(), 3, 2, "lstm", True).dumps(),
        "base": lambda mx: mx.init.Initializer(a=1).dumps(),
    },
)
suite.table(
    "equal",
    {
        "same": lambda mx: mx.init.Uniform(2) == mx.init.Uniform(2),
        "other_value": lambda mx: mx.init.Uniform(2) == mx.init.Uniform(3),
        "other_class": lambda mx: mx.init.Uniform(2) == mx.init.Normal(2),
        "base_class": lambda mx: mx.init.Xavier("gaussian", "avg", 2) == mx.init.MSRAPrelu(),
        "text": lambda mx: mx.init.Zero() == "zero",
        "hash": lambda mx: attempt(lambda: hash(mx.init.Zero())),
    },
)
suite.errors(
    "bad",
    {
        "unknown": (lambda mx: mx.init.create("nothing"), ("nothing", "not registered")),
        "number": (lambda mx: mx.init.create(3), ("string",)),
        "instance_with_arguments": (lambda mx: mx.init.create(mx.init.Zero(), 3), ("already an instance",)),
        "json_with_arguments": (lambda mx: mx.init.create('["zero", {}]', sigma=2), ()),
        "nothing": (lambda mx: mx.init.create(), ()),
        "keyword": (lambda mx: mx.init.create("normal", no=2), ()),
        "register_stranger": (lambda mx: mx.init.register(dict), ("subclass",)),
        "broken_json": (lambda mx: mx.init.create("[no"), ()),
    },
)


@suite.case()
def registered(mx):
    return sorted(mx.registry.get_registry(mx.init.Initializer))


def _custom(mx):
    class FilledByTests(mx.init.Initializer):
        def __init__(self, value=3):
            super(FilledByTests, self).__init__(value=value)
            self.value = value

        def _init_weight(self, name, arr):
            arr[:] = self.value

        def _init_bias(self, name, arr):
            arr[:] = -self.value

        def _init_default(self, name, arr):
            arr[:] = 100

    return FilledByTests


@suite.case()
def custom(mx):
    base = mx.init.Initializer
    before = mx.registry._REGISTRY[base].copy()
    try:
        made = mx.init.register(_custom(mx))
        mx.init.alias("filled", "Filled2")(made)
        results = [mx.init.create("filled").dumps(), mx.init.create("FILLED2", value=5).dumps()]
        for name in ("a_weight", "a_bias", "a_gamma", "state"):
            arr = mx.nd.zeros(2)
            mx.init.create("filledbytests", 4)(mx.init.InitDesc(name), arr)
            results.append(arr)
        arr = mx.nd.zeros(2)
        mx.init.Zero()(mx.init.InitDesc("x", {"__init__": made(8).dumps()}), arr)
        return results, arr
    finally:
        mx.registry._REGISTRY[base].clear()
        mx.registry._REGISTRY[base].update(before)


@suite.case()
def registered_twice(mx):
    base = mx.init.Initializer
    before = mx.registry._REGISTRY[base].copy()
    try:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            mx.init.register(_custom(mx))
            mx.init.register(_custom(mx))
        return [w.category.__name__ for w in seen]
    finally:
        mx.registry._REGISTRY[base].clear()
        mx.registry._REGISTRY[base].update(before)


@suite.case()
def registry_functions(mx):
    class Base(object):
        def __init__(self, x=0):
            self.x = x

    register = mx.registry.get_register_func(Base, "thing")
    alias = mx.registry.get_alias_func(Base, "thing")
    create = mx.registry.get_create_func(Base, "thing")

    @register
    @alias("b", "C")
    class A(Base):
        pass

    register(A, "Fourth")
    return (
        sorted(mx.registry.get_registry(Base)),
        create("a").x,
        create("B", 2).x,
        create("c", x=3).x,
        create(thing="fourth", x=4).x,
        create('{"thing": "a", "x": 5}').x,
        create('["a", {"x": 6}]').x,
        attempt(create, "d"),
        attempt(create, 5),
        attempt(register, int),
    )


class _Lines(logging.Handler):
    def __init__(self):
        super(_Lines, self).__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def logged(program):
    """The lines that a program writes to the root logger."""
    root, lines = logging.getLogger(), _Lines()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.INFO)
    try:
        program()
    finally:
        root.removeHandler(lines)
        root.setLevel(level)
    return lines.lines


@suite.case()
def verbosity(mx):
    init = mx.init.Constant(2)
    same = init.set_verbosity(True) is init
    own = mx.init.One().set_verbosity(True, lambda x: "%d entries" % x.size)

    def program():
        for name in ("a_weight", "a_bias", "a_gamma", "a_beta", "a_min", "a_max", "a_bias_quantize"):
            init(mx.init.InitDesc(name), mx.nd.zeros((2, 3)))
            own(mx.init.InitDesc(name), mx.nd.zeros((2, 3)))
        init(mx.init.InitDesc("z", {"__init__": "ones"}), mx.nd.zeros(4))
        mx.init.Zero()(mx.init.InitDesc("quiet_weight"), mx.nd.zeros(4))

    return same, logged(program)


@suite.case()
def load_log(mx):
    init = mx.init.Load({"arg:a": mx.nd.ones(2)}, mx.init.Zero(), verbose=True)

    def program():
        init(mx.init.InitDesc("a"), mx.nd.zeros(2))
        init(mx.init.InitDesc("b_weight"), mx.nd.zeros(2))

    return logged(program)
