"""Symbols of the NumPy front end: what they are, what they refuse, how they go with classic ones."""

from __future__ import annotations

import json

import numpy as np

from ...suite import Suite, attempt
from ._programs import table

suite = Suite(__name__)


def _a(mx, name="a"):
    return mx.sym.var(name).as_np_ndarray()


def _pair(mx):
    return mx.sym.Group([_a(mx), _a(mx, "b")], type(_a(mx)))


def _tries(mx, programs):
    with mx.name.NameManager():
        return {name: attempt(program) for name, program in programs.items()}


def _shown(mx):
    a, pair = _a(mx), _pair(mx)
    return repr(a), repr(pair), a.name, attempt(lambda: pair.name), a.num_outputs, pair.num_outputs, len(pair)


def _kinds(mx):
    a = _a(mx)
    with mx.name.NameManager():
        total = a + 1
    return {
        "var": type(mx.sym.var("x")).__name__,
        "as_np": type(a).__name__,
        "as_nd": type(a.as_nd_ndarray()).__name__,
        "same": a.as_np_ndarray() is a,
        "sum": type(total).__name__,
        "is a symbol": isinstance(total, mx.sym.Symbol),
        "internals": type(total.get_internals()).__name__,
        "children": type(total.get_children()).__name__,
        "group": type(mx.sym.Group([total, a])).__name__,
        "loaded": type(mx.sym.load_json(total.tojson())).__name__,
        "output": type(total[()]).__name__,
        "of group": type(_pair(mx)[1]).__name__,
        "slice of group": type(_pair(mx)[0:1]).__name__,
    }


def _refused(mx):
    a, classic = _a(mx), mx.sym.var("c")
    return _tries(
        mx,
        {
            "len": lambda: len(a),
            "iter": lambda: iter(a),
            "bool": lambda: bool(a),
            "hash": lambda: hash(a),
            "float index": lambda: a[1.5],
            "ellipsis": lambda: a[..., 0],
            "none": lambda: a[None],
            "step": lambda: a[::0],
            "step in tuple": lambda: a[0, ::0],
            "far in group": lambda: _pair(mx)[5],
            "text in group": lambda: _pair(mx)["a"],
            "assign": lambda: a.__setitem__(0, 1),
            "idiv": lambda: a.__itruediv__(2),
            "iadd": lambda: a.__iadd__(2),
            "asnumpy": lambda: a.asnumpy(),
            "copy": lambda: a.copy(),
            "detach": lambda: a.detach(),
            "plus none": lambda: a + None,
            "plus list": lambda: a + [1],
            "plus classic": lambda: a + classic,
            "classic plus": lambda: classic + a,
            "classic operator": lambda: mx.sym.relu(a),
            "classic variadic": lambda: mx.sym.concat(a, a, dim=0),
            "np of classic": lambda: mx.sym.np.exp(classic),
            "npx of classic": lambda: mx.sym.npx.relu(classic),
            "exp": lambda: a.exp(),
            "shape": lambda: a.shape,
            "reshape": lambda: a.reshape(),
            "reshape keyword": lambda: a.reshape(2, shape=3),
            "reshape order": lambda: a.reshape(2, order="F"),
            "astype order": lambda: a.astype("int32", order="F"),
            "astype casting": lambda: a.astype("int32", casting="safe"),
            "zeros order": lambda: mx.sym.np.zeros((2,), order="F"),
            "option": lambda: mx.sym.np.add(a, 1, foo=True),
            "where option": lambda: mx.sym.np.add(a, 1, where=False),
            "text": lambda: mx.sym.np.sin("a"),
            "step zero": lambda: mx.sym.np.arange(0, 1, 0),
            "identity": lambda: mx.sym.np.identity(2.5),
            "negative identity": lambda: mx.sym.np.identity(-1),
            "tensordot axes": lambda: mx.sym.np.tensordot(a, a, axes=[1, 2, 3]),
            "tensordot lengths": lambda: mx.sym.np.tensordot(a, a, axes=[(1, 2), (1,)]),
            "take mode": lambda: mx.sym.np.take(a, a, mode="no"),
            "clip": lambda: mx.sym.np.clip(a, None, None),
            "pad list": lambda: mx.sym.np.pad(a, [(1, 1)]),
            "pad mode": lambda: mx.sym.np.pad(a, ((1, 1),), mode="wrap"),
            "pad option": lambda: mx.sym.np.pad(a, ((1, 1),), mode="edge", constant_values=1),
            "split": lambda: mx.sym.np.split(a, "2"),
            "delete": lambda: mx.sym.np.delete(a, "1"),
            "bincount": lambda: mx.sym.np.bincount(a, minlength=-1),
            "histogram": lambda: mx.sym.np.histogram(a),
            "percentile": lambda: mx.sym.np.percentile(a, 1, overwrite_input=True),
            "norm axis": lambda: mx.sym.np.linalg.norm(a, axis="0"),
            "pinv": lambda: mx.sym.np.linalg.pinv(a, hermitian=True),
            "mvn": lambda: mx.sym.np.random.multivariate_normal(a, a, tol=1.0),
            "bernoulli": lambda: mx.sym.npx.random.bernoulli(),
            "unknown attribute": lambda: mx.sym.npx.softmax(a, no_such=1),
            "missing attribute": lambda: mx.sym.npx.fully_connected(a),
        },
    )


def _numbers(mx):
    """Functions of numbers are NumPy's."""
    np = mx.sym.np
    return np.add(1, 2), np.exp(0.0), np.maximum(1, 2), np.where(1, 2, 3), np.around(2.6), np.power(2, 3), np.tile(1, 2)


def _run(mx):
    """A graph of such symbols, bound to arrays."""
    a, b = _a(mx), _a(mx, "b")
    with mx.name.NameManager():
        out = mx.sym.np.dot(a, b) + mx.sym.np.ones(())
    args = {"a": mx.np.ones((2, 3)), "b": mx.np.arange(3)}
    grads = {"a": mx.np.zeros((2, 3)), "b": mx.np.zeros((3,))}
    plain = {name: array.as_nd_ndarray() for name, array in args.items()}
    slots = {name: array.as_nd_ndarray() for name, array in grads.items()}
    executor = out.bind(mx.cpu(), plain, slots)
    found = executor.forward(is_train=True)
    executor.backward(mx.np.ones((2,)).as_nd_ndarray())
    return [one.asnumpy() for one in found], {name: slot.asnumpy() for name, slot in slots.items()}


def _cached(mx):
    """A CachedOp of such symbols."""
    with mx.name.NameManager():
        out = mx.sym.np.exp(_a(mx)) * 2
    op = mx.nd.CachedOp(out)
    x = mx.np.array([0.0, 1.0])
    x.attach_grad()
    with mx.autograd.record():
        y = op(x)
    y.backward()
    return type(y).__name__, y, x.grad


def _inferred(mx):
    """Shapes, with unknown dimensions and dimensions of zero."""
    a, w = _a(mx), _a(mx, "w")
    with mx.name.NameManager():
        dense = mx.sym.npx.fully_connected(a, w, num_hidden=4, no_bias=True)
        product = mx.sym.np.dot(a, w)
        total = mx.sym.np.sum(a)
        same = mx.sym.np.exp(a).reshape(-1)
    return {
        "dense": dense.infer_shape(a=(2, 3)),
        "dense/partial": dense.infer_shape_partial(a=(-1, 3)),
        "product": product.infer_shape(a=(2, 3), w=(-1, 5)),
        "zero_dim": total.infer_shape(a=()),
        "zero_size": same.infer_shape(a=(0, 3)),
        "sum": total.infer_shape(a=(2, 3)),
    }


def _types(mx):
    """Dtypes that follow from the inputs'."""
    a, b = _a(mx), _a(mx, "b")
    space = mx.sym.np
    with mx.name.NameManager():
        graphs = {
            "exp": space.exp(a),
            "compare": space.greater(a, b),
            "compare number": a > 1,
            "argmax": space.argmax(a),
            "isnan": space.isnan(a),
            "logical_not": space.logical_not(a),
            "sum": space.sum(a),
            "mean": space.mean(a),
            "add": a + b,
            "divide number": a / 2,
            "cast": a.astype("int8"),
            "stack": space.stack([a, b]),
            "where": space.where(a > 0, b, b),
            "one_hot": mx.sym.npx.one_hot(a, 3),
            "zeros": space.zeros((2,)) + b,
        }
        found = {}
        for name, graph in graphs.items():
            for kind in ("float32", "float64", "int32"):
                known = {n: kind for n in graph.list_arguments()}
                inferred = attempt(lambda g=graph, k=known: g.infer_type(**k)[1])
                found[name + " " + kind] = (
                    [np.dtype(t).name for t in inferred] if isinstance(inferred, list) else inferred
                )
    return found


def _attributes(mx):
    """Attributes of scopes and of variables."""
    with mx.name.NameManager(), mx.AttrScope(ctx_group="dev1"):
        a = mx.sym.var("a", shape=(2, -1), lr_mult=2.0).as_np_ndarray()
        out = mx.sym.np.add(a, a)
    return sorted(a.attr_dict()["a"].items()), sorted(out.attr_dict()["add0"].items())


def _graph(mx):
    """The text of a graph."""
    with mx.name.NameManager():
        a = _a(mx)
        out = mx.sym.np.concatenate([a[0:1] * 2, mx.sym.npx.relu(a)], axis=0).std(axis=1)
    data = json.loads(out.tojson())
    for node in data["nodes"]:
        node["attrs"] = dict(sorted(node.get("attrs", {}).items()))
    return data


table(
    suite,
    "symbol",
    {
        "shown": _shown, "kinds": _kinds, "refused": _refused, "numbers": _numbers, "run": _run, "cached": _cached,
        "inferred": _inferred, "types": _types, "attributes": _attributes, "graph": _graph,
    },
)  # fmt: skip
