"""Block, HybridBlock and SymbolBlock: names, children, parameters, hooks, printing, files, graphs.

Automatic names come from counters of the whole process, so every case makes its blocks under a fresh name manager.

Long because it goes through one class after the other, each with the cases of its whole surface.
"""

import functools
import io
import os
import tempfile
import warnings
from contextlib import redirect_stdout

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)


def fresh(function):
    """The program inside a name manager of its own."""

    @functools.wraps(function)
    def program(mx):
        with mx.name.NameManager():
            return function(mx)

    return program


def case(function):
    suite.case()(fresh(function))
    return function


def table(group, programs):
    suite.table(group, {name: fresh(program) for name, program in programs.items()})


# ---------------------------------------------------------------------------------------- blocks to look at


def classes(mx):
    """A plain block, a hybrid one with parameters, and two that have children."""
    gluon = mx.gluon

    class Plain(gluon.Block):
        def forward(self, x, *others):
            return x * 2 if not others else (x, others)

    class Affine(gluon.HybridBlock):
        def __init__(self, units, inputs=0, prefix=None, params=None, init=None):
            super().__init__(prefix=prefix, params=params)
            with self.name_scope():
                self._units = units
                self.weight = self.params.get("weight", shape=(units, inputs), init=init, allow_deferred_init=True)
                self.bias = self.params.get("bias", shape=(units,), init="zeros")

        def hybrid_forward(self, F, x, weight, bias):
            return F.FullyConnected(x, weight, bias, num_hidden=self._units)

    class Net(gluon.HybridBlock):
        def __init__(self, scoped=True, inputs=(4, 3), **kwargs):
            super().__init__(**kwargs)
            if scoped:
                with self.name_scope():
                    self.first = Affine(3, inputs[0])
                    self.second = Affine(2, inputs[1])
            else:
                self.first = Affine(3, inputs[0])
                self.second = Affine(2, inputs[1])

        def hybrid_forward(self, F, x):
            return self.second(F.relu(self.first(x)))

    class Mixed(gluon.Block):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.plain = Plain()
                self.net = Net()

        def forward(self, x):
            return self.plain(self.net(x))

    return Plain, Affine, Net, Mixed


def _net(mx, kind=2, init=True, **kwargs):
    net = classes(mx)[kind](**kwargs)
    if init:
        net.initialize(init=mx.init.Uniform(1))
    return net


def _x(mx, rows=2, columns=4, **kwargs):
    return mx.nd.arange(rows * columns, **kwargs).reshape((rows, columns)) / 10


def _names(block):
    return block.prefix, block.name, list(block.collect_params().keys())


def _kinds(warned):
    """Category and first words of each warning of the library itself."""
    return [(w.category.__name__, " ".join(str(w.message).split()[:6])) for w in warned]


# ---------------------------------------------------------------------------------------- names

table(
    "names",
    {
        "plain": lambda mx: [_names(classes(mx)[0]()) for _ in range(3)],
        "affine": lambda mx: [_names(classes(mx)[1](3)) for _ in range(2)],
        "net": lambda mx: [_names(_net(mx, init=False)) for _ in range(2)],
        "net_unscoped": lambda mx: [_names(_net(mx, init=False, scoped=False)) for _ in range(2)],
        "net_prefix": lambda mx: _names(_net(mx, init=False, prefix="top_")),
        "net_prefix_no_underscore": lambda mx: _names(_net(mx, init=False, prefix="top")),
        "net_empty_prefix": lambda mx: _names(_net(mx, init=False, prefix="")),
        "two_empty_prefixes": lambda mx: [_names(_net(mx, init=False, prefix="")) for _ in range(2)],
        "mixed": lambda mx: _names(_net(mx, 3, init=False)),
        "counters_by_class": lambda mx: _counters(mx),
        "prefix_manager": lambda mx: _under_prefix(mx),
        "scope_twice": lambda mx: _scope_twice(mx),
        "scope_of_other": lambda mx: _scope_of_other(mx),
        "nested_scopes": lambda mx: _nested(mx),
        "params_prefix": lambda mx: (_net(mx).params.prefix, _net(mx).collect_params().prefix),
        "own_alias": lambda mx: _own_alias(mx),
        "shared_params": lambda mx: _shared_params(mx),
        "shared_params_prefix": lambda mx: _shared_params(mx, prefix="new_"),
        "shared_in_scope": lambda mx: _shared_in_scope(mx),
        "prefix_in_scope": lambda mx: _prefix_in_scope(mx),
        "layers": lambda mx: _layers(mx),
    },
)


def _counters(mx):
    plain, affine, net, _ = classes(mx)
    return [plain().name, affine(1).name, plain().name, net().name, affine(1).name, net().first.name]


def _under_prefix(mx):
    with mx.name.Prefix("out_"):
        return _names(_net(mx, init=False))


def _scope_twice(mx):
    plain, affine, _, _ = classes(mx)
    parent = plain()
    with parent.name_scope():
        a = affine(1)
    with parent.name_scope():
        b = affine(1)
    c = affine(1)
    return a.name, b.name, c.name


def _scope_of_other(mx):
    plain, affine, _, _ = classes(mx)
    one, two = plain(), plain()
    with one.name_scope():
        a = affine(1)
        with two.name_scope():
            b = affine(1)
        c = affine(1)
    return a.name, b.name, c.name


def _nested(mx):
    plain, affine, _, _ = classes(mx)
    one = plain(prefix="one_")
    with one.name_scope():
        two = plain(prefix="two_")
        with two.name_scope():
            three = affine(1, prefix="three_")
        empty = affine(1, prefix="")
    return two.prefix, _names(three), _names(empty)


def _own_alias(mx):
    class Odd(mx.gluon.Block):
        def _alias(self):
            return "strange"

    return [Odd().prefix for _ in range(2)]


def _shared_params(mx, **kwargs):
    affine = classes(mx)[1]
    a = affine(3, 4, prefix="base_")
    b = affine(3, 4, params=a.collect_params(), **kwargs)
    return _names(b), b.weight is a.weight, b.params._shared is not None, repr(b.params)


def _shared_in_scope(mx):
    plain, affine, _, _ = classes(mx)
    parent = plain(prefix="p_")
    with parent.name_scope():
        a = affine(3, 4)
        b = affine(3, 4, params=a.params)
    parent.a, parent.b = a, b
    return _names(a), _names(b), b.bias is a.bias, _names(parent)


def _prefix_in_scope(mx):
    plain, affine, _, _ = classes(mx)
    parent = plain(prefix="p_")
    with parent.name_scope():
        return [affine(1, prefix="q_").prefix, affine(1).prefix, affine(1, prefix="q_").prefix, affine(1).prefix]


def _layers(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="model_")
    with net.name_scope():
        net.add(nn.Dense(3, in_units=2), nn.BatchNorm(in_channels=3), nn.Conv2D(2, 3, in_channels=1), nn.Dense(1))
    return list(net.collect_params().keys()), net[0].name, nn.Dense(1).name, nn.Dense(1).name


# ---------------------------------------------------------------------------------------- attributes, children

table(
    "children",
    {
        "attributes": lambda mx: list(_net(mx)._children),
        "register": lambda mx: _register(mx),
        "reassign": lambda mx: _reassign(mx),
        "reassign_other_type": lambda mx: _assign(mx, "first", lambda mx: 5),
        "reassign_none": lambda mx: _assign(mx, "first", lambda mx: None),
        "reassign_parameter_to_number": lambda mx: _assign_parameter(mx, 5),
        "reassign_parameter": lambda mx: _assign_parameter(mx, mx.gluon.Parameter("other", shape=(1,))),
        "plain_in_hybrid": lambda mx: _assign(mx, "more", lambda mx: classes(mx)[0]()),
        "plain_in_hybrid_register": lambda mx: attempt(_net(mx).register_child, classes(mx)[0]()),
        "list": lambda mx: _in_list(mx, lambda b: [b]),
        "dict": lambda mx: _in_list(mx, lambda b: {"k": b}),
        "nested_list": lambda mx: _in_list(mx, lambda b: [(b,), 3]),
        "registered_list": lambda mx: _registered_list(mx),
        "no_super": lambda mx: _no_super(mx),
        "reg_params": lambda mx: {k: v.name for k, v in _net(mx).first._reg_params.items()},
        "apply_order": lambda mx: _apply_order(mx),
        "constant": lambda mx: _constant_attribute(mx),
    },
)


def _register(mx):
    plain, affine, _, _ = classes(mx)
    parent = plain()
    parent.register_child(affine(1, 2))
    parent.register_child(affine(1, 2), "named")
    parent.register_child(affine(1, 2))
    return list(parent._children), _names(parent), repr(parent)


def _reassign(mx):
    net = _net(mx)
    other = type(net.first)(7, 4)
    net.first = other
    return list(net._children), net.first is other, _names(net), repr(net)


def _assign(mx, name, make):
    net = _net(mx)
    return attempt(setattr, net, name, make(mx)), list(net._children)


def _assign_parameter(mx, value):
    net = _net(mx)
    return attempt(setattr, net.first, "weight", value), list(net.first._reg_params)


def _in_list(mx, hold):
    plain, affine, _, _ = classes(mx)
    net = plain()
    net.parts = hold(affine(1, 2))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        names = list(net.collect_params().keys())
    return names, list(net._children), _kinds(warned)


def _registered_list(mx):
    plain, affine, _, _ = classes(mx)
    net = plain()
    net.parts = [affine(1, 2), affine(1, 2)]
    for part in net.parts:
        net.register_child(part)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        names = list(net.collect_params().keys())
    return names, list(net._children), _kinds(warned)


def _no_super(mx):
    class Broken(mx.gluon.Block):
        def __init__(self):
            self.child = classes(mx)[0]()

    return attempt(Broken)


def _apply_order(mx):
    seen = []
    net = _net(mx, 3)
    returned = net.apply(lambda block: seen.append(block.name))
    return seen, returned is net


def _constant_attribute(mx):
    class WithConstant(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.c = self.params.get_constant("c", [[1.0, 2.0]])

        def hybrid_forward(self, F, x, c):
            return F.broadcast_add(x, c)

    net = WithConstant(prefix="k_")
    net.initialize()
    out = net(mx.nd.zeros((2, 2)))
    net.hybridize()
    return out, net(mx.nd.zeros((2, 2))), repr(net.collect_params())


# ---------------------------------------------------------------------------------------- parameters

table(
    "params",
    {
        "collect": lambda mx: repr(_net(mx).collect_params()),
        "collect_select": lambda mx: list(_net(mx).collect_params(".*weight").keys()),
        "collect_select_or": lambda mx: list(_net(mx).collect_params("net0_affine0_bias|.*affine1.*").keys()),
        "collect_select_start": lambda mx: list(_net(mx).collect_params("weight").keys()),
        "collect_select_none": lambda mx: list(_net(mx).collect_params("nothing").keys()),
        "collect_empty_text": lambda mx: len(list(_net(mx).collect_params("").keys())),
        "collect_bad": lambda mx: attempt(lambda: _net(mx).collect_params("(")).types[0],
        "own": lambda mx: (list(_net(mx).params.keys()), list(_net(mx).first.params.keys())),
        "with_prefix": lambda mx: list(_net(mx, 3)._collect_params_with_prefix()),
        "with_prefix_start": lambda mx: list(_net(mx)._collect_params_with_prefix("a")),
        "set_params": lambda mx: attempt(setattr, _net(mx), "params", 1),
    },
)


@case
def initial_values(mx):
    net = _net(mx, init=False)
    net.initialize()
    return [p.data() for p in net.collect_params().values()]


@case
def initial_values_normal(mx):
    net = _net(mx, 3, init=False)
    net.initialize(mx.init.Normal(0.5), ctx=[mx.cpu(0), mx.cpu(1)])
    return [p.list_data() for p in net.collect_params().values()]


def _after_forward(mx, hybrid, init=None, layers=False):
    if layers:
        nn = mx.gluon.nn
        net = nn.HybridSequential()
        net.add(nn.Conv2D(2, 3), nn.BatchNorm(), nn.Activation("relu"), nn.Flatten(), nn.Dense(3), nn.Dense(2))
        x = mx.nd.arange(50).reshape((2, 1, 5, 5)) / 50
    else:
        net = _net(mx, init=False, inputs=(0, 0))
        x = _x(mx)
    net.initialize(init or mx.init.Xavier())
    if hybrid:
        net.hybridize()
    out = net(x)
    return out, [(k, p.shape, p.data()) for k, p in net.collect_params().items()], mx.nd.random.uniform(shape=(2,))


table(
    "deferred",
    {
        "eager": lambda mx: _after_forward(mx, False),
        "hybrid": lambda mx: _after_forward(mx, True),
        "eager_normal": lambda mx: _after_forward(mx, False, mx.init.Normal(1)),
        "hybrid_normal": lambda mx: _after_forward(mx, True, mx.init.Normal(1)),
        "eager_layers": lambda mx: _after_forward(mx, False, layers=True),
        "hybrid_layers": lambda mx: _after_forward(mx, True, layers=True),
        "before": lambda mx: _deferred_before(mx),
        "infer_shape": lambda mx: _inferred(mx),
        "infer_shape_bad": lambda mx: _inferred_bad(mx),
        "infer_type": lambda mx: _inferred_type(mx),
        "wrong_input": lambda mx: _wrong_input(mx),
        "other_sizes_later": lambda mx: _other_sizes(mx),
        "repr": lambda mx: _deferred_repr(mx),
        "never_used": lambda mx: _never_used(mx),
        "force_reinit": lambda mx: _force_reinit(mx),
        "cast_before": lambda mx: _cast_deferred(mx),
        "contexts": lambda mx: _deferred_contexts(mx),
    },
)


def _deferred_before(mx):
    net = _net(mx, inputs=(0, 0))
    return (
        attempt(net.first.weight.data),
        net.first.bias.data(),
        attempt(net.save_parameters, "never-written.params"),
        [p.shape for p in net.collect_params().values()],
    )


def _inferred(mx):
    net = _net(mx, inputs=(0, 0))
    net.infer_shape(_x(mx))
    shapes = [p.shape for p in net.collect_params().values()]
    return shapes, attempt(net.first.weight.data)


def _inferred_bad(mx):
    net = _net(mx, inputs=(5, 0))
    return attempt(net.infer_shape, _x(mx)).types[-1]


def _inferred_type(mx):
    net = _net(mx, init=False)
    net.infer_type(_x(mx, dtype="float64"))
    return [np.dtype(p.dtype).name for p in net.collect_params().values()]


def _wrong_input(mx):
    net = _net(mx, inputs=(5, 0))
    return attempt(lambda: net(_x(mx)).asnumpy()).types[-1]


def _other_sizes(mx):
    net = _net(mx, inputs=(0, 0))
    net(_x(mx))
    ok = net(_x(mx, 5)).shape
    return ok, attempt(lambda: net(_x(mx, 2, 6)).asnumpy()).types


def _deferred_repr(mx):
    net = _net(mx, inputs=(0, 0))
    before = repr(net.collect_params())
    net(_x(mx))
    return before, repr(net.collect_params())


def _never_used(mx):
    net = _net(mx)
    net.third = classes(mx)[1](4)
    net.third.initialize()
    out = net(_x(mx)).shape
    return out, attempt(net.third.weight.data)


def _force_reinit(mx):
    net = _net(mx)
    net.initialize(mx.init.One())
    first = net.second.weight.data().copy()
    net.initialize(mx.init.One(), force_reinit=True)
    return first, net.second.weight.data(), net.second.bias.data()


def _cast_deferred(mx):
    net = _net(mx, inputs=(0, 0))
    net.cast("float64")
    out = net(_x(mx, dtype="float64"))
    return out, net.first.weight.data()


def _deferred_contexts(mx):
    net = _net(mx, init=False, inputs=(0, 0))
    net.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    outs = [net(_x(mx, ctx=c)) for c in (mx.cpu(1), mx.cpu(0))]
    return outs, net.first.weight.list_data()


# ---------------------------------------------------------------------------------------- printing


def _printed(function):
    text = io.StringIO()
    with redirect_stdout(text):
        result = attempt(function)
    return result, text.getvalue()


table(
    "repr",
    {
        "plain": lambda mx: repr(_net(mx, 0)),
        "affine": lambda mx: repr(classes(mx)[1](3)),
        "net": lambda mx: repr(_net(mx)),
        "mixed": lambda mx: repr(_net(mx, 3)),
        "attribute_alias": lambda mx: _alias_repr(mx),
        "str": lambda mx: str(_net(mx)),
        "layers": lambda mx: repr(_layer_net(mx)),
    },
)


def _alias_repr(mx):
    net = _net(mx)
    net.again = net.first
    return repr(net), list(net._children)


def _layer_net(mx):
    nn = mx.gluon.nn
    net = nn.Sequential()
    net.add(nn.Conv2D(3, 3, activation="relu"), nn.MaxPool2D(), nn.Flatten(), nn.Dense(4, activation="tanh"))
    return net


def _shared_net(mx):
    _, affine, _, _ = classes(mx)

    class Twice(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.a = affine(4, 4)
                self.b = affine(4, 4, params=self.a.params)

        def hybrid_forward(self, F, x):
            return self.b(self.a(x))

    net = Twice()
    net.initialize()
    return net


def _summary_frozen(mx):
    net = _net(mx)
    net.first.weight.grad_req = "null"
    return _printed(lambda: net.summary(_x(mx)))


def _summary_hybrid(mx):
    net = _net(mx)
    net.hybridize()
    return _printed(lambda: net.summary(_x(mx)))


def _summary_lists(mx):
    class Lists(mx.gluon.Block):
        def forward(self, x, states):
            return x, [states[0], [states[1], x]]

    net = Lists()
    return _printed(lambda: net.summary(_x(mx), [_x(mx, 1), _x(mx, 3)]))


def _summary_leaves_hooks(mx):
    net = _net(mx)
    _printed(lambda: net.summary(_x(mx)))
    return len(net._forward_hooks), len(net.first._forward_hooks)


def _summary_layers(mx):
    net = _layer_net(mx)
    net.initialize()
    return _printed(lambda: net.summary(mx.nd.ones((2, 1, 8, 8))))


table(
    "summary",
    {
        "net": lambda mx: _printed(lambda: _net(mx).summary(_x(mx))),
        "mixed": lambda mx: _printed(lambda: _net(mx, 3).summary(_x(mx))),
        "shared": lambda mx: _printed(lambda: _shared_net(mx).summary(_x(mx))),
        "frozen": _summary_frozen,
        "hybrid": _summary_hybrid,
        "lists": _summary_lists,
        "hooks": _summary_leaves_hooks,
        "layers": _summary_layers,
        "not_initialized": lambda mx: _printed(lambda: _net(mx, init=False).summary(_x(mx))),
        "number_input": lambda mx: _printed(lambda: _net(mx, 0).summary(3)),
    },
)


# ---------------------------------------------------------------------------------------- calls and hooks

table(
    "call",
    {
        "plain": lambda mx: _net(mx, 0)(_x(mx)),
        "net": lambda mx: _net(mx)(_x(mx)),
        "mixed": lambda mx: _net(mx, 3)(_x(mx)),
        "keyword": lambda mx: attempt(lambda: _net(mx)(x=_x(mx))),
        "no_argument": lambda mx: attempt(lambda: _net(mx)()),
        "number": lambda mx: attempt(lambda: _net(mx)(5)),
        "none": lambda mx: attempt(lambda: _net(mx)(None)),
        "numpy": lambda mx: attempt(lambda: _net(mx)(np.ones((2, 4), "float32"))),
        "text": lambda mx: attempt(lambda: _net(mx)("x")),
        "too_many": lambda mx: attempt(lambda: _net(mx)(_x(mx), _x(mx))).types[0],
        "forward_missing": lambda mx: attempt(lambda: mx.gluon.Block()(1)),
        "hybrid_forward_missing": lambda mx: attempt(lambda: mx.gluon.HybridBlock()(_x(mx))),
        "not_initialized": lambda mx: attempt(lambda: _net(mx, init=False)(_x(mx))),
        "other_context": lambda mx: attempt(lambda: _net(mx)(_x(mx, ctx=mx.cpu(1)))),
        "mixed_kinds": lambda mx: attempt(lambda: _two_inputs(mx)(_x(mx), mx.sym.var("y"))),
        "list_argument": lambda mx: _two_inputs(mx)([_x(mx)], _x(mx)),
        "none_argument": lambda mx: _two_inputs(mx)(_x(mx), None),
        "context_inside": lambda mx: _context_inside(mx),
        "gradients": lambda mx: _gradients(mx),
        "gradients_contexts": lambda mx: _gradients_contexts(mx),
        "F": lambda mx: _which_f(mx),
    },
)


def _two_inputs(mx):
    class Two(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x, y=None):
            x = x[0] if isinstance(x, (list, tuple)) else x
            return x * 2 if y is None else x + y

    return Two()


def _context_inside(mx):
    class Where(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return F.zeros((1,)), str(mx.context.current_context())

    return Where()(_x(mx, ctx=mx.cpu(2))), str(mx.context.current_context())


def _gradients(mx):
    net = _net(mx)
    x = _x(mx)
    x.attach_grad()
    with mx.autograd.record():
        y = (net(x) ** 2).sum()
    y.backward()
    return y, x.grad, [p.grad() for p in net.collect_params().values()]


def _gradients_contexts(mx):
    net = _net(mx, init=False)
    net.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    with mx.autograd.record():
        ys = [(net(_x(mx, ctx=c)) * (c.device_id + 1)).sum() for c in (mx.cpu(0), mx.cpu(1))]
    mx.autograd.backward(ys)
    return [p.list_grad() for p in net.collect_params().values()]


def _which_f(mx):
    seen = []

    class Which(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            seen.append((F is mx.nd, F is mx.sym))
            return x

    net = Which()
    net(_x(mx))
    net(mx.sym.var("x"))
    net.hybridize()
    net(_x(mx))
    net(_x(mx))
    return seen


@case
def hooks(mx):
    net = _net(mx)
    seen = []
    pre = net.register_forward_pre_hook(lambda block, inputs: seen.append(("pre", block.name, len(inputs))))
    post = net.first.register_forward_hook(lambda b, i, o: seen.append(("post", b.name, len(i), o.shape)))
    net(_x(mx))
    pre.detach()
    net(_x(mx))
    post.detach()
    post.detach()
    net(_x(mx))
    return seen, len(net._forward_pre_hooks), len(net.first._forward_hooks)


@case
def hook_order_and_errors(mx):
    net = _net(mx, 0)
    seen = []
    net.register_forward_hook(lambda *_: seen.append(1))
    with net.register_forward_hook(lambda *_: seen.append(2)):
        net(_x(mx))
    net(_x(mx))
    handle = net.register_forward_pre_hook(lambda *_: 1 / 0)
    failed = attempt(lambda: net(_x(mx)))
    return seen, failed, attempt(handle.attach, {}, print)


@case
def hooks_and_hybridize(mx):
    net = _net(mx)
    net.register_forward_hook(lambda *_: None)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        net.hybridize()
    net.hybridize(False)
    return [w.category.__name__ for w in warned]


@case
def hook_results_are_ignored(mx):
    net = _net(mx, 0)
    net.register_forward_hook(lambda *_: 5)
    return net(_x(mx))


# ---------------------------------------------------------------------------------------- cast

table(
    "cast",
    {
        "float64": lambda mx: _cast(mx, "float64"),
        "type": lambda mx: _cast(mx, np.float64),
        "batch_norm": lambda mx: _cast_norm(mx),
        "mixed_input": lambda mx: _cast_mismatch(mx),
    },
)


def _cast(mx, dtype):
    net = _net(mx)
    net.cast(dtype)
    return net(_x(mx, dtype=dtype)), [repr(p) for p in net.collect_params().values()]


def _cast_norm(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Dense(3, in_units=2), nn.BatchNorm(in_channels=3))
    net.initialize()
    net.cast("float16")
    return [np.dtype(p.dtype).name for p in net.collect_params().values()]


def _cast_mismatch(mx):
    net = _net(mx)
    net.cast("float64")
    return attempt(lambda: net(_x(mx)).asnumpy()).types


# ---------------------------------------------------------------------------------------- files


def _in_folder(function):
    with tempfile.TemporaryDirectory() as folder:
        return function(os.path.join(folder, "x.params"))


def _keys(mx, net, **kwargs):
    def write(path):
        net.save_parameters(path, **kwargs)
        return mx.nd.load(path)

    return _in_folder(write)


def _deduplicated(mx, deduplicate):
    return sorted(_keys(mx, _shared_net(mx), deduplicate=deduplicate))


table(
    "save",
    {
        "net": lambda mx: _keys(mx, _net(mx)),
        "affine": lambda mx: sorted(_keys(mx, _net(mx).first)),
        "mixed": lambda mx: sorted(_keys(mx, _net(mx, 3))),
        "plain": lambda mx: _keys(mx, _net(mx, 0)),
        "shared": lambda mx: _deduplicated(mx, False),
        "shared_once": lambda mx: _deduplicated(mx, True),
        "contexts": lambda mx: _save_contexts(mx),
        "params": lambda mx: _save_params(mx, True),
        "params_unscoped": lambda mx: _save_params(mx, False),
        "not_initialized": lambda mx: attempt(lambda: _keys(mx, _net(mx, init=False))),
    },
)


def _save_contexts(mx):
    net = _net(mx, init=False)
    net.initialize(mx.init.One(), ctx=[mx.cpu(0), mx.cpu(1)])
    net.first.weight.data(mx.cpu(1))[:] = 3
    return _keys(mx, net)


def _save_params(mx, scoped):
    net = _net(mx, scoped=scoped)

    def write(path):
        net.save_params(path)
        return sorted(mx.nd.load(path))

    return attempt(lambda: _in_folder(write)) if scoped else attempt(lambda: _in_folder(write)).types[:1]


def _loading(edit=None, target=None, how="save_parameters", contexts=None, **kwargs):
    """Save a net, change the file, load it into another net."""

    def program(mx):
        source = _net(mx, prefix="a_")

        def go(path):
            if how == "collect":
                source.collect_params().save(path)
            elif how == "strip":
                source.collect_params().save(path, strip_prefix="a_")
            else:
                getattr(source, how)(path)
            if edit is not None:
                arrays = mx.nd.load(path)
                edit(mx, arrays)
                mx.nd.save(path, arrays)
            net = target(mx) if target else _net(mx, init=False, prefix="b_")
            ctx = contexts(mx) if contexts else None
            result = attempt(lambda: net.load_parameters(path, ctx=ctx, **kwargs))
            if result is not None:
                result = result.types
            return result, [attempt(p.list_data) for p in net.collect_params().values()]

        return _in_folder(go)

    return program


def _drop(mx, arrays):
    del arrays["second.bias"]


def _more(mx, arrays):
    arrays["third.bias"] = mx.nd.ones(1)


def _widen(mx, arrays):
    for key in arrays:
        arrays[key] = arrays[key].astype("float64")


def _reshape(mx, arrays):
    arrays["first.weight"] = mx.nd.ones((3, 5))


table(
    "load",
    {
        "fresh": _loading(),
        "initialized": _loading(target=lambda mx: _net(mx, prefix="b_")),
        "deferred": _loading(target=lambda mx: _net(mx, inputs=(0, 0))),
        "deferred_not_initialized": _loading(target=lambda mx: _net(mx, init=False, inputs=(0, 0))),
        "contexts": _loading(contexts=lambda mx: [mx.cpu(0), mx.cpu(1)]),
        "one_context": _loading(contexts=lambda mx: mx.cpu(1)),
        "other_context": _loading(target=lambda mx: _net(mx), contexts=lambda mx: mx.cpu(1)),
        "full_names": _loading(how="collect", target=lambda mx: _net(mx, init=False, prefix="a_")),
        "full_names_other": _loading(how="collect"),
        "stripped_names": _loading(how="strip"),
        "save_params": _loading(how="save_params"),
        "missing": _loading(_drop),
        "allow_missing": _loading(_drop, allow_missing=True),
        "extra": _loading(_more),
        "ignore_extra": _loading(_more, ignore_extra=True),
        "other_dtype": _loading(_widen),
        "cast_current": _loading(_widen, cast_dtype=True),
        "cast_saved": _loading(_widen, cast_dtype=True, dtype_source="saved"),
        "cast_bad": _loading(_widen, cast_dtype=True, dtype_source="nope"),
        "other_shape": _loading(_reshape),
        "other_class": _loading(target=lambda mx: _net(mx, 3, init=False)),
        "part": _loading(target=lambda mx: _net(mx, 3, init=False), allow_missing=True, ignore_extra=True),
    },
)


@case
def load_params(mx):
    source = _net(mx, prefix="a_")

    def go(path):
        source.save_params(path)
        net = _net(mx, init=False, prefix="b_")
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            net.load_params(path, mx.cpu(1))
        return net.second.weight.data(), [str(w.message)[:25] for w in warned]

    return _in_folder(go)


@case
def load_shared(mx):
    source = _shared_net(mx)

    def go(path):
        source.save_parameters(path, deduplicate=True)
        names = sorted(mx.nd.load(path))
        net = _shared_net(mx)
        net.load_parameters(path)
        return names, net.a.weight.data(), net.b.weight.data() is net.a.weight.data()

    return _in_folder(go)


@case
def load_trained_hybrid(mx):
    source = _net(mx)
    source.hybridize()
    out = source(_x(mx))

    def go(path):
        source.save_parameters(path)
        net = _net(mx, init=False)
        net.load_parameters(path)
        return out, net(_x(mx))

    return _in_folder(go)


@case
def load_missing_file(mx):
    return attempt(_net(mx).load_parameters, "no-such-file.params").types


@case
def save_and_load_model(mx):
    def go(path):
        net = _net(mx, 3)
        before = net(_x(mx))
        net.save(path)
        other = _net(mx, 3, init=False)
        other.load(path)
        return before, other(_x(mx)), other.name, other.net.first.name, list(other._children)

    return _in_folder(go)


@case
def save_and_load_model_hybrid(mx):
    def go(path):
        net = _net(mx)
        net.hybridize()
        before = net(_x(mx))
        net.save(path)
        other = _net(mx, init=False)
        other.load(path)
        return before, other(_x(mx)), other._active, other.name

    return _in_folder(go)


# ---------------------------------------------------------------------------------------- hybridize


def _both_ways(make, *inputs, train=False, **flags):
    """Output and gradients eager and hybridized (twice: traced, then from the cache)."""

    def program(mx):
        net = make(mx)
        given = [i(mx) for i in inputs] or [_x(mx)]
        seen = []
        for active in (False, True, True):
            if active and not net._active:
                net.hybridize(True, **flags)
            with mx.autograd.record(train_mode=train):
                out = net(*given)
                first = out[0] if isinstance(out, (list, tuple)) else out
                loss = (first * first).sum()
            loss.backward()
            seen.append((out, [p.grad() for p in net.collect_params().values() if p.grad_req != "null"]))
        return seen

    return program


def _image(mx):
    return mx.nd.sin(mx.nd.arange(72)).reshape((2, 1, 6, 6))


def _nested_outputs(mx):
    class Nested(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x, states):
            return x * 2, [states[0] + 1, [states[1], x]]

    return Nested()


def _nested_call(mx, hybrid):
    net = _nested_outputs(mx)
    if hybrid:
        net.hybridize()
    return [net(_x(mx), [_x(mx, 1), _x(mx, 3)]) for _ in range(2)]


table(
    "hybrid",
    {
        "net": _both_ways(_net),
        "static": _both_ways(_net, static_alloc=True, static_shape=True),
        "bulk": _both_ways(_net, inline_limit=0, forward_bulk_size=4, backward_bulk_size=4),
        "deferred": _both_ways(lambda mx: _net(mx, inputs=(0, 0))),
        "shared": _both_ways(_shared_net),
        "mixed_parent": lambda mx: _mixed_parent(mx),
        "nested": lambda mx: (_nested_call(mx, False), _nested_call(mx, True)),
        "none_argument": lambda mx: _none_hybrid(mx),
        "other_structure": lambda mx: _other_structure(mx),
        "off_again": lambda mx: _off_again(mx),
        "clear": lambda mx: _clear(mx),
        "set_data_after": lambda mx: _set_after(mx),
        "other_shape_after": lambda mx: _shape_after(mx),
        "contexts": lambda mx: _hybrid_contexts(mx),
        "mixed_contexts": lambda mx: _mixed_contexts(mx),
        "child_changes": lambda mx: _child_changes(mx),
        "cast_after": lambda mx: _cast_after(mx),
        "unused_parameter": lambda mx: _unused(mx),
        "unused_input": lambda mx: _unused_input(mx),
        "number_argument": lambda mx: _number_argument(mx),
        "flags": lambda mx: _flags(mx),
        "dropout": lambda mx: _dropout(mx),
        "all_none": lambda mx: _all_none(mx),
        "python_scalar": lambda mx: _scalars(mx),
        "op_hook": lambda mx: _op_hook(mx, False),
        "op_hook_all": lambda mx: _op_hook(mx, True),
    },
)


suite.table(
    "hybrid",
    {"layers": fresh(_both_ways(lambda mx: _hybrid_layers(mx), _image, train=True))},
    tol=Tolerance(rtol=1e-4, atol=1e-5, why="gradients through batch normalization of a dozen values"),
)


def _mixed_parent(mx):
    net = _net(mx, 3)
    before = net(_x(mx))
    net.hybridize()
    return before, net(_x(mx)), net.net._active, hasattr(net, "_active")


def _none_hybrid(mx):
    class Optional(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x, y=None, z=None):
            return x if y is None else x + y

    seen = []
    for first in (
        lambda net: net(_x(mx)),
        lambda net: net(_x(mx), None),
        lambda net: net(_x(mx), _x(mx)),
        lambda net: net(_x(mx), _x(mx), None),
        lambda net: net(_x(mx), None, None),
    ):
        net = Optional()
        net.hybridize()
        seen.append(first(net))
        seen.append(attempt(lambda net=net: net(_x(mx))))
        seen.append(attempt(lambda net=net: net(_x(mx), None)))
        seen.append(attempt(lambda net=net: net(_x(mx), _x(mx))))
    return [s if not hasattr(s, "types") else s.types for s in seen]


def _other_structure(mx):
    net = _nested_outputs(mx)
    net.hybridize()
    net(_x(mx), [_x(mx), _x(mx)])
    return attempt(lambda: net(_x(mx), _x(mx))).types, attempt(lambda: net(_x(mx), [_x(mx)] * 3)).types


def _off_again(mx):
    net = _net(mx)
    net.hybridize()
    a = net(_x(mx))
    net.hybridize(False)
    return a, net(_x(mx)), net._active, net.first._active, net._cached_op is None


def _clear(mx):
    net = _net(mx)
    net.hybridize()
    net(_x(mx))
    had = (net._cached_op is not None, len(net._cached_graph), len(net._cached_op_args))
    net._clear_cached_op()
    return had, (net._cached_op, net._cached_graph, net._cached_op_args), net(_x(mx))


def _set_after(mx):
    net = _net(mx)
    net.hybridize()
    net(_x(mx))
    net.second.weight.set_data(mx.nd.ones((2, 3)))
    net.initialize(mx.init.One(), force_reinit=True)
    return net(_x(mx))


def _shape_after(mx):
    net = _net(mx)
    net.hybridize()
    return [net(_x(mx, n)) for n in (2, 1, 3, 2)]


def _hybrid_contexts(mx):
    net = _net(mx, init=False)
    net.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    net.hybridize()
    return [net(_x(mx, ctx=c)) for c in (mx.cpu(0), mx.cpu(1))], attempt(lambda: net(_x(mx, ctx=mx.cpu(2))))


def _mixed_contexts(mx):
    net = _two_inputs(mx)
    net.hybridize()
    return attempt(lambda: net(_x(mx), _x(mx, ctx=mx.cpu(1))))


def _child_changes(mx):
    net = _net(mx)
    net.hybridize()
    before = net(_x(mx)).shape
    net.second = type(net.second)(5, 3)
    net.second.initialize(mx.init.One())
    return before, net._cached_op is None, net(_x(mx)).shape


def _cast_after(mx):
    net = _net(mx)
    net.hybridize()
    net(_x(mx))
    net.cast("float64")
    return net(_x(mx, dtype="float64"))


def _unused(mx):
    class Idle(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.w = self.params.get("w", shape=(1,))

        def hybrid_forward(self, F, x, w):
            return x * 2

    net = Idle(prefix="idle_")
    net.initialize()
    net.hybridize()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        out = net(_x(mx))
    return out, [str(w.message) for w in warned]


def _unused_input(mx):
    class Deaf(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x, y):
            return x * 2

    net = Deaf()
    net.hybridize()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        out = net(_x(mx), _x(mx))
    return out, [str(w.message) for w in warned]


def _number_argument(mx):
    net = _two_inputs(mx)
    eager = net(_x(mx), 3)
    net.hybridize()
    return eager, attempt(lambda: net(_x(mx), 3))


def _flags(mx):
    net = _net(mx)
    net.hybridize(static_alloc=True, inline_limit=3, forward_bulk_size=5)
    first = (net._flags, net.first._flags, net._backend, net._backend_opts)
    net.hybridize(False)
    return first, net._flags, net._active, attempt(lambda: net.hybridize(active=True, nope=1)), net._backend_opts


def _hybrid_layers(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Conv2D(2, 3, activation="relu"), nn.BatchNorm(), nn.MaxPool2D(), nn.Flatten(), nn.Dense(3))
    net.initialize(mx.init.Xavier())
    return net


def _dropout(mx):
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Dense(4, in_units=4), mx.gluon.nn.Dropout(0.5), mx.gluon.nn.Dense(2, in_units=4))
    net.initialize()
    net.hybridize()
    with mx.autograd.record():
        outs = [net(_x(mx)) for _ in range(2)]
    return outs, net(_x(mx))


def _all_none(mx):
    class Nothing(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x, y=None):
            return y

    net = Nothing()
    net.hybridize()
    return attempt(lambda: net(None)), attempt(lambda: net(None, _x(mx)))


def _scalars(mx):
    class Scalars(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return (2 - x) * 3 / (x + 1) ** 2 + F.ones_like(x)

    net = Scalars()
    eager = net(_x(mx))
    net.hybridize()
    return eager, net(_x(mx))


def _op_hook(mx, every):
    net = _net(mx)
    net.hybridize()
    net(_x(mx))
    seen = []
    net.register_op_hook(lambda name, op, array: seen.append((str(name), str(op))), every)
    net(_x(mx))
    return sorted(set(seen))


# ---------------------------------------------------------------------------------------- symbols


def _graph(mx):
    net = _net(mx, prefix="net_")
    return net, net(mx.sym.var("data"))


table(
    "symbol",
    {
        "arguments": lambda mx: _graph(mx)[1].list_arguments(),
        "outputs": lambda mx: _graph(mx)[1].list_outputs(),
        "name": lambda mx: _graph(mx)[1].name,
        "internals": lambda mx: _graph(mx)[1].get_internals().list_outputs(),
        "infer": lambda mx: _graph(mx)[1].infer_shape(data=(2, 4)),
        "json": lambda mx: len(_graph(mx)[1].tojson()) > 100,
        "two_inputs": lambda mx: _two_inputs(mx)(mx.sym.var("a"), mx.sym.var("b")).list_arguments(),
        "attributes": lambda mx: _symbol_attributes(mx),
        "cached_graph": lambda mx: _cached_graph(mx),
        "cached_graph_two": lambda mx: _cached_graph_two(mx),
        "not_initialized": lambda mx: _net(mx, init=False)(mx.sym.var("data")).list_arguments(),
        "layers": lambda mx: _hybrid_layers(mx)(mx.sym.var("data")).get_internals().list_outputs(),
        "layers_aux": lambda mx: _hybrid_layers(mx)(mx.sym.var("data")).list_auxiliary_states(),
    },
)


def _symbol_attributes(mx):
    net = _net(mx, prefix="net_")
    net.first.weight.lr_mult = 3.0
    attributes = net(mx.sym.var("data")).attr_dict()
    return {k: sorted(v.items()) for k, v in attributes.items()}


def _cached_graph(mx):
    net = _net(mx, prefix="net_")
    net.hybridize()
    net(_x(mx))
    inputs, out = net._cached_graph
    args = [(is_arg, p if is_arg else p.name) for is_arg, p in net._cached_op_args]
    return [i.name for i in inputs], out.list_arguments(), args, net._in_format, net._out_format


def _cached_graph_two(mx):
    net = _nested_outputs(mx)
    net.hybridize()
    net(_x(mx), [_x(mx), _x(mx)])
    inputs, out = net._cached_graph
    return [i.name for i in inputs], out.list_outputs(), net._in_format, net._out_format


# ---------------------------------------------------------------------------------------- export, SymbolBlock


def _exported(mx, path, epoch=0, make=None):
    net = make(mx) if make else _net(mx, prefix="net_")
    net.hybridize()
    x = mx.nd.ones((2, 1, 6, 6)) if make else _x(mx)
    out = net(x)
    net.export(path, epoch)
    return net, x, out


def _export_files(mx):
    with tempfile.TemporaryDirectory() as folder:
        _exported(mx, os.path.join(folder, "m"), 7)
        arrays = mx.nd.load(os.path.join(folder, "m-0007.params"))
        graph = mx.sym.load(os.path.join(folder, "m-symbol.json"))
        return sorted(os.listdir(folder)), arrays, graph.list_arguments()


def _export_and_import(mx, make=None, **kwargs):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m")
        _, x, out = _exported(mx, path, 0, make)
        block = mx.gluon.SymbolBlock.imports(path + "-symbol.json", ["data"], path + "-0000.params", **kwargs)
        return out, block(x), repr(block), [(p.name, p.shape, p.grad_req) for p in block.collect_params().values()]


def _import_without_params(mx):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m")
        _, x, out = _exported(mx, path)
        block = mx.gluon.SymbolBlock.imports(path + "-symbol.json", "data")
        early = attempt(lambda: block(x)).types
        block.initialize(mx.init.One())
        return early, block(x), [p.shape for p in block.collect_params().values()]


def _import_wrong_input(mx):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m")
        _exported(mx, path)
        make = mx.gluon.SymbolBlock.imports
        return (
            attempt(lambda: make(path + "-symbol.json", ["other"], path + "-0000.params")).types,
            attempt(lambda: make(path + "-nope.json", ["data"])).types,
        )


def _part(mx, outputs):
    net, graph = _graph(mx)
    internals = graph.get_internals()
    data = mx.sym.var("data")
    block = mx.gluon.SymbolBlock(outputs(internals), data, params=net.collect_params())
    result = block(_x(mx))
    return result, list(block.collect_params().keys()), block.prefix, list(block._reg_params), repr(block)


def _symbol_block_gradient(mx):
    net, graph = _graph(mx)
    block = mx.gluon.SymbolBlock(graph, mx.sym.var("data"), params=net.collect_params())
    with mx.autograd.record():
        y = (block(_x(mx)) ** 2).sum()
    y.backward()
    return y, [p.grad() for p in net.collect_params().values()]


def _symbol_block_symbol(mx):
    net, graph = _graph(mx)
    block = mx.gluon.SymbolBlock(graph, mx.sym.var("data"), params=net.collect_params())
    new = block(mx.sym.var("fresh") * 2)
    return new.list_arguments(), block._cached_graph[1].list_arguments()


def _symbol_block_bad_input(mx):
    net, graph = _graph(mx)
    make = mx.gluon.SymbolBlock
    return (
        attempt(lambda: make(graph, mx.sym.var("data") * 2)).types,
        attempt(lambda: make(graph, mx.sym.var("data"), params=net.collect_params())(3)).types,
        attempt(lambda: make(graph, mx.sym.var("data"), params=net.collect_params())(*[mx.sym.var("a")] * 2)).types,
    )


def _symbol_block_cast(mx):
    net = _hybrid_layers(mx)
    net(mx.nd.ones((2, 1, 6, 6)))
    block = mx.gluon.SymbolBlock(net(mx.sym.var("data")), mx.sym.var("data"), params=net.collect_params())
    block.cast("float16")
    return [(k, np.dtype(p.dtype).name) for k, p in block.collect_params().items()]


def _symbol_block_in_net(mx):
    net, graph = _graph(mx)
    block = mx.gluon.SymbolBlock(graph, mx.sym.var("data"), params=net.collect_params())
    outer = mx.gluon.nn.HybridSequential()
    outer.add(block, classes(mx)[1](2, 2, init="ones"))
    outer[1].initialize()
    eager = outer(_x(mx))
    outer.hybridize()
    return eager, outer(_x(mx))


def _symbol_block_types(mx):
    data = mx.sym.var("data", dtype="float64")
    graph = mx.sym.FullyConnected(data, num_hidden=2, name="fc")
    block = mx.gluon.SymbolBlock(graph, data)
    return [(p.name, np.dtype(p.dtype).name, p.shape) for p in block.collect_params().values()]


def _symbol_block_reset(mx):
    net, graph = _graph(mx)
    block = mx.gluon.SymbolBlock(graph, mx.sym.var("data"), params=net.collect_params())
    block(_x(mx))
    return attempt(block.reset_ctx, mx.cpu(1)), [p.list_ctx() for p in block.collect_params().values()]


table(
    "symbol_block",
    {
        "export_files": _export_files,
        "export_early": lambda mx: attempt(_net(mx).export, "never-written"),
        "import": _export_and_import,
        "import_context": lambda mx: _export_and_import(mx, ctx=[mx.cpu(0), mx.cpu(1)]),
        "import_layers": lambda mx: _export_and_import(mx, lambda mx: _prefixed_layers(mx)),
        "import_without_params": _import_without_params,
        "import_wrong": _import_wrong_input,
        "last": lambda mx: _part(mx, lambda i: i["net_affine1_fullyconnected0_output"]),
        "middle": lambda mx: _part(mx, lambda i: i["net_relu0_output"]),
        "two": lambda mx: _part(mx, lambda i: [i["net_relu0_output"], i["net_affine1_fullyconnected0_output"]]),
        "gradient": _symbol_block_gradient,
        "symbol": _symbol_block_symbol,
        "bad_input": _symbol_block_bad_input,
        "cast": _symbol_block_cast,
        "in_net": _symbol_block_in_net,
        "types": _symbol_block_types,
        "reset_ctx": _symbol_block_reset,
    },
)


def _prefixed_layers(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="m_")
    with net.name_scope():
        net.add(nn.Conv2D(2, 3), nn.BatchNorm(), nn.Flatten(), nn.Dense(3))
    net.initialize(mx.init.Xavier())
    return net


table(
    "optimize_for",
    {
        "no_backend": lambda mx: attempt(lambda: _net(mx).optimize_for(_x(mx))).types,
        "no_array": lambda mx: attempt(lambda: _net(mx).optimize_for(3, backend="nope")).types,
    },
)
