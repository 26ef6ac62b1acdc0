"""What executors compute once although the graph says it twice."""

import json

from ...suite import Suite

suite = Suite(__name__)


def _optimized(symbol, mx, **shapes):
    """Operators, names and outputs of the graph that is run, its results and gradients."""
    executor = symbol.simple_bind(mx.cpu(), grad_req="write", **shapes)
    for i, array in enumerate(executor.arg_dict.values()):
        array[:] = mx.nd.arange(array.size).reshape(array.shape) * 0.25 - 0.5 + i
    graph = executor.get_optimized_symbol()
    nodes = [(node["op"], node["name"], node["inputs"]) for node in json.loads(graph.tojson())["nodes"]]
    executor.forward(is_train=True)
    results = [out.asnumpy() for out in executor.outputs]
    executor.backward([mx.nd.ones(out.shape) * (i + 1) for i, out in enumerate(executor.outputs)])
    grads = {name: grad.asnumpy() for name, grad in executor.grad_dict.items()}
    listed = [line for line in executor.debug_str().split("\n") if line.startswith(("Op:", "Variable:", "Symbol"))]
    return nodes, graph.list_outputs(), symbol.list_outputs(), results, grads, listed[: len(nodes) + 1]


def _symbols(mx):
    s = mx.sym
    a, b, w, bias = (s.Variable(name) for name in ("a", "b", "w", "bias"))

    def dense(name):
        return s.FullyConnected(a, weight=w, bias=bias, num_hidden=2, name=name)

    return {
        "sums": ((a + b) * (a + b), {"a": (2,), "b": (2,)}),
        "order": ((a + b) * (b + a), {"a": (2,), "b": (2,)}),
        "outputs": (s.Group([a + b, a + b, a - b, a + b]), {"a": (2,), "b": (2,)}),
        "chains": (s.exp(s.sin(a)) + s.exp(s.sin(a)) * 2, {"a": (2,)}),
        "attributes": ((a * 2) + (a * 2) + (a * 3), {"a": (2,)}),
        "layers": (dense("one") + dense("two"), {"a": (2, 3)}),
        "activations": (
            s.Activation(a, act_type="relu", name="r") + s.Activation(a, act_type="relu", name="q"),
            {"a": (2,)},
        ),
        "parts": (s.split(a, num_outputs=2, name="p")[0] + s.split(a, num_outputs=2, name="q")[1], {"a": (2, 4)}),
        "nothing": (s.exp(a) + s.sin(a), {"a": (2,)}),
        "losses": (s.Group([s.MakeLoss(a * 2, name="l"), s.MakeLoss(a * 2, name="m")]), {"a": (2,)}),
    }


def _case(name):
    def run(mx):
        symbol, shapes = _symbols(mx)[name]
        return _optimized(symbol, mx, **shapes)

    return run


suite.table(
    "repeats",
    {
        name: _case(name)
        for name in ("sums order outputs chains attributes layers activations parts nothing losses".split())
    },
)


@suite.case()
def draws_stay_apart(mx):
    a = mx.sym.Variable("a")
    twice = mx.sym.Dropout(a, name="d") + mx.sym.Dropout(a, name="e")
    drawn = mx.sym.random.uniform(shape=(2,)) + mx.sym.random.uniform(shape=(2,)) + a
    return [
        len(json.loads(one.simple_bind(mx.cpu(), a=(2,)).get_optimized_symbol().tojson())["nodes"])
        for one in (twice, drawn)
    ]
