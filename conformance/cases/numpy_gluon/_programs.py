"""What the cases of this folder do with a function of ``F``: as arrays, as a graph, compiled."""

from __future__ import annotations

import numpy as np

from ...suite import attempt


def scoped(program):
    """The program with NumPy semantics on in this thread; its result is turned into a snapshot there."""

    def run(mx):
        from ...snapshot import take

        mx.npx.set_np()
        try:
            return take(program(mx))
        finally:
            mx.npx.reset_np()

    return run


def table(suite, group, programs, tol=None):
    """As ``suite.table``, with NumPy semantics on."""
    suite.table(group, {name: scoped(program) for name, program in programs.items()}, tol=tol)


def values_of(shape, seed=1, low=-2.0, high=2.0, dtype="float32"):
    """Values that are not in order and not alike."""
    return np.random.RandomState(seed).uniform(low, high, shape).astype(dtype)


def arrays(mx, inputs):
    """Arrays of shapes, or of values given as NumPy arrays; those of floats want gradients."""
    made = []
    for i, given in enumerate(inputs):
        values = given if isinstance(given, np.ndarray) else values_of(given, i + 1)
        array = mx.np.array(values, dtype=values.dtype)
        if values.dtype.kind == "f":
            array.attach_grad()
        made.append(array)
    return made


def listed(result):
    """Arrays as they are; what is a tuple on one side and a list on the other, as a list."""
    return list(result) if isinstance(result, (list, tuple)) else result


def describe(symbol):
    """All that a symbol tells of itself without running."""
    parts = symbol if isinstance(symbol, list) else [symbol]
    if not all(hasattr(part, "list_outputs") for part in parts):
        return type(symbol).__name__
    return {
        "kinds": [type(part).__name__ for part in parts],
        "list": isinstance(symbol, list),
        "outputs": [part.list_outputs() for part in parts],
        "arguments": [part.list_arguments() for part in parts],
        "states": [part.list_auxiliary_states() for part in parts],
        "attributes": {name: dict(sorted(attrs.items())) for name, attrs in sorted(parts[0].attr_dict().items())},
    }


def in_graph(mx, function, inputs):
    """The function as a graph: names, attributes, shapes, dtypes."""
    with mx.name.NameManager():
        places = [mx.sym.var("x%d" % i).as_np_ndarray() for i in range(len(inputs))]
        made = function(mx.sym, *places)
    seen = {"symbol": describe(made)}
    heads = made if isinstance(made, list) else [made]
    if all(hasattr(head, "infer_shape") for head in heads):
        whole = mx.sym.Group(heads) if len(heads) > 1 else heads[0]
        known = whole.list_arguments()
        shapes = {"x%d" % i: tuple(a.shape) for i, a in enumerate(arrays(mx, inputs)) if "x%d" % i in known}
        seen["shapes"] = attempt(lambda: whole.infer_shape(**shapes)[1])
    return seen


def block_of(mx, function):
    """A hybrid block that computes a function of ``F``."""

    class Computed(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, *xs):
            return function(F, *xs)

    return Computed(prefix="computed_")


def run(mx, block, inputs, grad):
    """Outputs and gradients, one pass with a head gradient that is not uniform."""
    xs = arrays(mx, inputs)
    mx.random.seed(5)
    if not grad:
        return {"out": listed(block(*xs))}
    with mx.autograd.record():
        out = block(*xs)
        heads = out if isinstance(out, (list, tuple)) else [out]
        total = None
        for head in heads:
            weights = mx.np.array((np.arange(head.size) % 5 - 1.5).reshape(head.shape), dtype=head.dtype)
            part = (head * weights).sum()
            total = part if total is None else total + part
    total.backward()
    mx.nd.waitall()
    return {"out": listed(out), "gradients": [x.grad for x in xs if x.grad is not None]}


def function_case(function, inputs, grad=True, graph=True):
    """A case: the function of ``F`` on arrays, compiled, and as a graph."""

    def program(mx):
        block = block_of(mx, function)
        seen = {"eager": attempt(lambda: run(mx, block, inputs, grad))}
        block.hybridize()
        seen["compiled"] = attempt(lambda: run(mx, block, inputs, grad))
        if graph:
            seen.update(in_graph(mx, function, inputs))
        return seen

    return program
