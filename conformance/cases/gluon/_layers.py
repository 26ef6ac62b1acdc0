"""One list of checks for every layer and loss."""

from __future__ import annotations

import numpy as np

from ...suite import attempt


def inputs_of(mx, shapes, low=-2.0, high=2.0, dtype="float32", whole=False):
    """Arrays of these shapes, with values of their own."""
    found = []
    for i, shape in enumerate(shapes):
        values = np.random.RandomState(11 + i).uniform(low, high, shape)
        found.append(mx.nd.array(np.floor(values) if whole else values, dtype=dtype))
    return found


def head_of(mx, out):
    """A head gradient that is not uniform."""
    values = (np.arange(out.size) % 7 - 2.5).reshape(out.shape)
    return mx.nd.array(values, dtype=out.dtype)


def parameters(block):
    return {
        name: (tuple(p.shape) if p.shape is not None else None, np.dtype(p.dtype).name, p.grad_req)
        for name, p in block.collect_params().items()
    }


def inside(mx, make):
    """The block that ``make(nn, contrib)`` makes, in a scope of its own, so that its name does not depend on others."""
    scope = mx.gluon.nn.HybridSequential(prefix="net_")
    with scope.name_scope():
        return make(mx)


def examine(mx, make, data, initialize=None, train=True, hybrid=True, cast=None, grads=True):
    """All there is to see of a layer: printed form, parameters, first values, outputs and gradients.

    ``data``: shapes of inputs, or a function of ``mx`` that makes them.
    """
    block = inside(mx, make)
    seen = {"repr": repr(block), "prefix": block.prefix, "before": parameters(block)}
    block.initialize(initialize(mx) if initialize else mx.init.Uniform(0.5))
    if cast:
        block.cast(cast)
    xs = data(mx) if callable(data) else inputs_of(mx, data, dtype=cast or "float32")
    for x in xs:
        if grads:
            x.attach_grad()
    seen["predict"] = block(*xs)
    seen["after"] = parameters(block)
    seen["repr after"] = repr(block)
    mx.nd.waitall()
    seen["values"] = {name: p.data() for name, p in block.collect_params().items() if p._stype == "default"}
    mx.random.seed(3)
    if grads:
        with mx.autograd.record(train_mode=train):
            out = block(*xs)
        out.backward(head_of(mx, out))
        mx.nd.waitall()
        seen["out"] = out
        seen["input gradients"] = [x.grad for x in xs]
        seen["gradients"] = {name: p.grad() for name, p in block.collect_params().items() if p.grad_req != "null"}
        seen["states"] = {name: p.data() for name, p in block.collect_params().items() if p.grad_req == "null"}
    if hybrid:
        eager = block(*xs)
        block.hybridize()
        compiled = block(*xs)
        seen["hybridized"] = bool(np.allclose(eager.asnumpy(), compiled.asnumpy(), rtol=1e-5, atol=1e-6))
    return seen


def attributes(block, names):
    return {name: attempt(lambda name=name: getattr(block, name)) for name in names}
