"""One list of checks for every layer with NumPy semantics on."""

from __future__ import annotations

import os
import tempfile

import numpy as np

from ...suite import attempt
from ._programs import arrays, values_of


def parameters(block):
    return {
        name: (tuple(p.shape) if p.shape is not None else None, np.dtype(p.dtype).name, p.grad_req)
        for name, p in block.collect_params().items()
    }


def values(block):
    return {name: p.data().copy() for name, p in block.collect_params().items()}


def inside(mx, make):
    """The block, in a scope of its own, so that its name does not depend on others."""
    scope = mx.gluon.nn.HybridSequential(prefix="net_")
    with scope.name_scope():
        return make(mx)


def weighted(mx, out):
    """A number made of all outputs, each with a weight of its own."""
    parts = out if isinstance(out, (list, tuple)) else [out]
    flat = []
    for part in parts:
        flat.extend(part if isinstance(part, (list, tuple)) else [part])
    total = None
    for part in flat:
        weights = mx.np.array((np.arange(part.size) % 7 - 2.5).reshape(part.shape), dtype=part.dtype)
        term = (part * weights).sum()
        total = term if total is None else total + term
    return total


def learn(mx, block, xs, steps=3):
    """Three steps of the Trainer."""
    trainer = mx.gluon.Trainer(block.collect_params(), "sgd", {"learning_rate": 0.01, "momentum": 0.9})
    losses = []
    for _ in range(steps):
        with mx.autograd.record():
            loss = weighted(mx, block(*xs))
        loss.backward()
        trainer.step(2)
        losses.append(loss)
    mx.nd.waitall()
    return losses


def tell(out):
    """Kinds and values of outputs."""
    if isinstance(out, (list, tuple)):
        return [tell(one) for one in out]
    return type(out).__name__, out


def agree(first, second):
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(agree(first[i], second[i]) for i in range(len(first)))
    return bool(np.allclose(first.asnumpy(), second.asnumpy(), rtol=1e-4, atol=1e-5))


def study(make, inputs, initialize=None, learns=True, exports=True, hybrid=True, gradients=True):
    """A case: all there is to see of a layer."""

    def program(mx):
        block = inside(mx, make)
        seen = {"repr": repr(block), "prefix": block.prefix, "before": parameters(block)}
        block.initialize(initialize(mx) if initialize else mx.init.Uniform(0.5))
        xs = arrays(mx, inputs)
        seen["predict"] = tell(block(*xs))
        seen["after"] = parameters(block)
        seen["repr after"] = repr(block)
        mx.random.seed(3)
        if gradients:
            with mx.autograd.record():
                out = block(*xs)
                total = weighted(mx, out)
            total.backward()
            mx.nd.waitall()
            seen["out"] = tell(out)
            seen["total"] = total
            seen["input gradients"] = [x.grad for x in xs if x.grad is not None]
            seen["gradients"] = {name: p.grad() for name, p in block.collect_params().items() if p.grad_req != "null"}
            seen["kinds"] = sorted({type(p.data()).__name__ for p in block.collect_params().values()})
        if learns and seen["after"]:
            seen["losses"] = learn(mx, block, xs)
            seen["learned"] = values(block)
        if hybrid:
            eager = block(*xs)
            block.hybridize()
            compiled = block(*xs)
            seen["hybridized"] = agree(eager, compiled)
            if learns and seen["after"]:
                seen["compiled losses"] = learn(mx, block, xs)
            if exports:
                seen["files"] = attempt(lambda: through_files(mx, block, xs))
        return seen

    return program


def through_files(mx, block, xs):
    """Written and read again, both ways."""
    want = block(*xs)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net")
        block.export(path)
        names = ["data"] if len(xs) == 1 else ["data%d" % i for i in range(len(xs))]
        again = mx.gluon.SymbolBlock.imports(path + "-symbol.json", names, path + "-0000.params")
        imported = agree(want, again(*xs))
        names = sorted(p.name for p in again.collect_params().values())
        if not any("." in name for name in block._collect_params_with_prefix()):
            return imported, names  # MXNet cannot load those of a layer alone
        block.save_parameters(path + ".params")
        before = values(block)
        for param in block.collect_params().values():
            param.set_data(mx.np.zeros(param.shape, dtype=param.dtype))
        block.load_parameters(path + ".params")
        kept = all(np.array_equal(before[n].asnumpy(), p.data().asnumpy()) for n, p in block.collect_params().items())
        return imported, kept, names


def image(channels=2, size=5, batch=2):
    return values_of((batch, channels, size, size), 3)
