"""Files with NumPy semantics on: what is written, byte for byte, and what is read."""

from __future__ import annotations

import json
import os
import tempfile

import numpy as np

from ...suite import Suite, attempt
from ._layers import inside, values
from ._programs import arrays, table, values_of
from .layers import _attention, _nn, _residual, _stack, _unknown, _zero_dim

suite = Suite(__name__)


def _fixed(mx, block):
    """Parameters of values that do not depend on random numbers."""
    for i, (_, param) in enumerate(sorted(block.collect_params().items())):
        size = int(np.prod(param.shape))
        param.set_data(mx.np.array(np.arange(size).reshape(param.shape) / 8.0 - i, dtype=param.dtype))


def _written(make, inputs):
    """The files of an export: the graph as data, the parameters as bytes."""

    def program(mx):
        with mx.name.NameManager():
            block = inside(mx, make)
            block.initialize()
            block.hybridize()
            xs = arrays(mx, inputs)
            block(*xs)
        _fixed(mx, block)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "net")
            block.export(path, epoch=3)
            with open(path + "-symbol.json") as file:
                graph = json.load(file)
            with open(path + "-0003.params", "rb") as file:
                exported = file.read()
            block.save_parameters(path)
            with open(path, "rb") as file:
                saved = file.read()
        for node in graph["nodes"]:
            node["attrs"] = dict(sorted(node.get("attrs", {}).items()))
        return {"graph": graph, "exported": exported.hex(), "saved": saved.hex()}

    return program


_BLOCKS = {
    "stack": (_stack, [(2, 2, 6, 6)]),
    "residual": (_residual, [(2, 3)]),
    "attention": (_attention, [(2, 3, 4), (2, 5, 4)]),
    "zero_dim": (_zero_dim, [(2, 3)]),
    "unknown": (_unknown, [(2, 3)]),
    "dense": (_nn("Dense", 2), [(2, 3)]),
    "layer_norm": (_nn("LayerNorm"), [(2, 3)]),
    "conv": (_nn("Conv2D", 2, 2), [(1, 2, 3, 3)]),
    "embedding": (_nn("Embedding", 4, 2), [np.array([[0, 3]], "int32")]),
}
table(suite, "written", {name: _written(make, inputs) for name, (make, inputs) in _BLOCKS.items()})


def _arrays_of_npx(mx):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "arrays")
        given = {"a": mx.np.array(2.5), "b": mx.np.zeros((0, 3)), "c": mx.np.arange(3, dtype="int32")}
        mx.npx.save(path, given)
        with open(path, "rb") as file:
            content = file.read()
        found = mx.npx.load(path)
        mx.npx.save(path, [mx.np.ones(2)])
        return content.hex(), found, sorted(type(a).__name__ for a in found.values()), mx.npx.load(path)


def _classic_file(mx):
    """A file of classic arrays, read by a block with NumPy semantics on."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "classic")
        mx.npx.reset_np()
        try:
            old = mx.gluon.nn.HybridSequential()
            old.add(mx.gluon.nn.Dense(2, in_units=3))
            old.initialize()
            old.save_parameters(path)
            want = old(mx.nd.ones((1, 3))).asnumpy()
        finally:
            mx.npx.set_np()
        new = mx.gluon.nn.HybridSequential()
        new.add(mx.gluon.nn.Dense(2, in_units=3))
        new.load_parameters(path)
        return bool(np.allclose(want, new(mx.np.ones((1, 3))).asnumpy())), type(new[0].weight.data()).__name__


def _names(mx):
    """What is missing, superfluous or of another shape in a file."""
    nn = mx.gluon.nn

    def make(units, layers=1):
        net = nn.HybridSequential()
        for _ in range(layers):
            net.add(nn.Dense(units, in_units=units))
        return net

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net")
        net = make(2)
        net.initialize()
        net.save_parameters(path)
        return {
            "missing": attempt(lambda: make(2, 2).load_parameters(path)),
            "allowed": attempt(lambda: make(2, 2).load_parameters(path, allow_missing=True)),
            "shape": attempt(lambda: make(3).load_parameters(path)),
            "extra": attempt(lambda: nn.HybridSequential().load_parameters(path)),
        }


def _without_parameters(mx):
    """A graph imported without a file of parameters."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net")
        net = inside(mx, _residual)
        net.initialize()
        net.hybridize()
        net(mx.np.ones((2, 3)))
        net.export(path)
        block = mx.gluon.SymbolBlock.imports(path + "-symbol.json", ["data"])
        block.initialize(mx.init.One())
        out = block(mx.np.ones((2, 3)))
        return type(out).__name__, out, sorted(block.collect_params())


def _of_symbols(mx):
    """A block of symbols made by hand."""
    with mx.name.NameManager():
        data = mx.sym.var("data").as_np_ndarray()
        hidden = mx.sym.npx.fully_connected(data, num_hidden=3, name="fc")
        out = [mx.sym.np.exp(hidden), hidden.sum(axis=1)]
        block = mx.gluon.SymbolBlock(out, [mx.sym.var("data").as_np_ndarray()])
    block.initialize(mx.init.One())
    x = mx.np.array(values_of((2, 4)))
    with mx.autograd.record():
        made = block(x)
        total = made[0].sum() + made[1].sum()
    total.backward()
    return made, {name: p.grad() for name, p in block.collect_params().items()}, [type(one).__name__ for one in made]


def _json(mx):
    """The text of a graph, read again."""
    a, b = (mx.sym.var(name).as_np_ndarray() for name in "ab")
    with mx.name.NameManager():
        graph = (a + b * 2).sum(axis=0)
    again = mx.sym.load_json(graph.tojson()).as_np_ndarray()
    data = json.loads(again.tojson())
    return data["attrs"], again.list_arguments(), again.infer_shape(a=(2, 3), b=()), type(again).__name__


table(
    suite,
    "read",
    {
        "npx": _arrays_of_npx,
        "classic": _classic_file,
        "names": _names,
        "without_parameters": _without_parameters,
        "symbols": _of_symbols,
        "json": _json,
    },
)


def _kept(mx):
    """A block's own save and load."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net")
        net = inside(mx, _stack)
        net.initialize()
        x = mx.np.array(values_of((2, 2, 6, 6)))
        want = net(x)
        before = values(net)
        net.save_parameters(path)
        other = inside(mx, _stack)
        other.load_parameters(path, ctx=mx.cpu())
        return bool(np.array_equal(want.asnumpy(), other(x).asnumpy())), len(before)


table(suite, "read", {"parameters": _kept})
