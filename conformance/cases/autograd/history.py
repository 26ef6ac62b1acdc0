"""What `autograd.get_symbol` shows of recorded computations. Names count on; here they start at 0."""

from __future__ import annotations

import json
import re
from typing import Any

from ...suite import Suite, attempt

suite = Suite(__name__)


def shown(mx: Any, array: Any) -> Any:
    """The graph as (operator, name, inputs), names numbered from 0 in each kind, and what the symbol lists."""
    symbol = mx.autograd.get_symbol(array)
    graph = json.loads(symbol.tojson())
    counts: dict[str, int] = {}
    new: dict[str, str] = {}
    for name in [node["name"] for node in graph["nodes"]]:
        kind = re.sub(r"[0-9]+$", "", name)
        new[name] = f"{kind}{counts.setdefault(kind, 0)}"
        counts[kind] += 1
    nodes = [(node["op"], new[node["name"]], [tuple(entry[:2]) for entry in node["inputs"]]) for node in graph["nodes"]]
    arguments = [new[name] for name in symbol.list_arguments()]
    return nodes, [head[:2] for head in graph["heads"]], arguments, len(symbol.list_auxiliary_states())


def variable(mx: Any, *shape: int) -> Any:
    x = mx.nd.arange(1, 1 + mx.nd.zeros(shape).size).reshape(shape)
    x.attach_grad()
    return x


@suite.case()
def arithmetic(mx):
    x, z, c = variable(mx, 2), variable(mx, 2), mx.nd.ones(2)
    with mx.autograd.record():
        one = x * x + 2 * x - 1
        two = x * c + 2 * z - c
    return shown(mx, one), shown(mx, two), shown(mx, x), shown(mx, c)


@suite.case()
def outputs(mx):
    x = variable(mx, 2, 2)
    with mx.autograd.record():
        a, b = mx.nd.split(x * 2, 2)
        c = mx.nd.concat(a, b, x.reshape((4, 1)), dim=0)
    return shown(mx, a), shown(mx, b), shown(mx, c), mx.autograd.get_symbol(b).list_outputs()[0].endswith("_output1")


@suite.case()
def views(mx):
    x = variable(mx, 4, 3)
    with mx.autograd.record():
        y = x[1:3]
        z = y.reshape((-1,))
        w = mx.nd.transpose(y).sum(axis=0)
    return shown(mx, y), shown(mx, z), shown(mx, w)


@suite.case()
def layers(mx):
    x, w = variable(mx, 2, 3), variable(mx, 4, 3)
    with mx.autograd.record():
        y = mx.nd.FullyConnected(x, w, no_bias=True, num_hidden=4)
        y = mx.nd.Dropout(mx.nd.relu(y))
    data, gamma = mx.nd.ones((2, 3, 4, 4)), variable(mx, 3)
    with mx.autograd.record():
        n = mx.nd.BatchNorm(data, gamma, mx.nd.zeros(3), mx.nd.zeros(3), mx.nd.ones(3))
    return shown(mx, y), shown(mx, n)


@suite.case()
def runs_again(mx):
    """The symbol computes what was recorded."""
    x, c = variable(mx, 3), mx.nd.array([2, 3, 4])
    with mx.autograd.record():
        y = mx.nd.exp(x) * c + x.reshape((1, 3)).sum() - 0.5
    symbol = mx.autograd.get_symbol(y)
    names = symbol.list_arguments()
    args = {names[0]: x, names[1]: c}
    grads = {name: mx.nd.zeros(3) for name in args}
    executor = symbol.bind(mx.cpu(), args, grads)
    (again,) = executor.forward(is_train=True)
    executor.backward([mx.nd.ones(3)])
    y.backward()
    return y, again, x.grad, grads[names[0]]


@suite.case()
def freed(mx):
    x, c = variable(mx, 2), mx.nd.ones(2)
    with mx.autograd.record():
        y = x * c
        d = y.detach() + x
    before = shown(mx, y), shown(mx, d)
    y.backward()
    return before, attempt(lambda: shown(mx, y)), attempt(lambda: shown(mx, c)), shown(mx, x)


@suite.case()
def attached_again(mx):
    x = variable(mx, 2)
    with mx.autograd.record():
        y = x * 2
    y.attach_grad()
    with mx.autograd.record():
        z = y * 3
    return shown(mx, y), shown(mx, z)


@suite.case()
def gluon_blocks(mx):
    results = []
    for flags in ({}, {"inline_limit": 0}, {"inline_limit": 3}):
        net = mx.gluon.nn.HybridSequential(prefix="net_")
        with net.name_scope():
            for _ in range(3):
                net.add(mx.gluon.nn.Dense(2))
        net.initialize(mx.init.One())
        if flags:
            net.hybridize(**flags)
        with mx.autograd.record():
            y = net(mx.nd.ones((1, 2)))
        results.append(shown(mx, y))
        y.backward()
        results.append(net[0].weight.grad())
    return results


@suite.case()
def python_operators(mx):
    class Twice(mx.autograd.Function):
        def forward(self, a):
            return a * 2

        def backward(self, grad):
            return grad * 2

    x = variable(mx, 2)
    with mx.autograd.record():
        y = Twice()(x) + 1
        outs, _ = mx.nd.contrib.foreach(lambda d, s: (d + s, s), mx.nd.ones((2, 2)), x)
    return shown(mx, y), shown(mx, outs)


@suite.error()
def plain(mx):
    return mx.autograd.get_symbol(mx.nd.ones(2))


@suite.error()
def no_array(mx):
    return mx.autograd.get_symbol(3)


@suite.error()
def block_as_function(mx):
    return mx.sym._internal._CachedOp(mx.sym.var("a"))
