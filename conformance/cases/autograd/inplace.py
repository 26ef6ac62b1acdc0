"""Writes to arrays of the graph: refused while recording, seen by a later backward otherwise."""

from ...suite import Suite, attempt

suite = Suite(__name__)


def _set_all(mx, x):
    x[:] = 10


def _set_array(mx, x):
    x[:] = mx.nd.array([7.0, 8.0, 9.0])


def _set_row(mx, x):
    x[1] = 10


def _set_slice(mx, x):
    x[0:2] = 10


def _set_list(mx, x):
    x[[0, 2]] = 10


def _iadd(mx, x):
    x += 1


def _isub(mx, x):
    x -= mx.nd.ones(3)


def _imul(mx, x):
    x *= 2


def _idiv(mx, x):
    x /= 2


def _imod(mx, x):
    x %= 2


def _out(mx, x):
    mx.nd.square(x, out=x)


def _out_other(mx, x):
    mx.nd.ones((3,), out=x)


def _copyto(mx, x):
    (mx.nd.ones(3) * 4).copyto(x)


def _view_write(mx, x):
    y = x[1:]
    y[:] = 10


def _reshape_write(mx, x):
    y = x.reshape((3, 1))
    y[:] = 10


def _detach_write(mx, x):
    x.detach()[:] = 10


def _sync_copyfrom(mx, x):
    import numpy as np

    x._sync_copyfrom(np.array([1, 2, 3], dtype="float32"))


WRITES = {
    "set_all": _set_all,
    "set_array": _set_array,
    "set_row": _set_row,
    "set_slice": _set_slice,
    "set_list": _set_list,
    "iadd": _iadd,
    "isub": _isub,
    "imul": _imul,
    "idiv": _idiv,
    "imod": _imod,
    "out": _out,
    "out_other": _out_other,
    "copyto": _copyto,
    "view_write": _view_write,
    "reshape_write": _reshape_write,
    "detach_write": _detach_write,
    "sync_copyfrom": _sync_copyfrom,
}


def _inside_leaf(write):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        with mx.autograd.record():
            y = x * x
            outcome = attempt(write, mx, x)
            z = y * x
        return outcome, x, attempt(z.backward), x.grad

    return program


def _inside_leaf_unused(write):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        with mx.autograd.record():
            outcome = attempt(write, mx, x)
            y = x * x
        return outcome, x, attempt(y.backward), x.grad

    return program


def _inside_computed(write):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        with mx.autograd.record():
            y = x * x
            outcome = attempt(write, mx, y)
            z = y * x
        return outcome, y, attempt(z.backward), x.grad

    return program


def _inside_constant(write):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        c = mx.nd.array([1.0, 2.0, 4.0])
        with mx.autograd.record():
            outcome = attempt(write, mx, c)
            z = c * x
        return outcome, c, attempt(z.backward), x.grad

    return program


def _inside_used_constant(write):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        c = mx.nd.array([1.0, 2.0, 4.0])
        with mx.autograd.record():
            z = c * x
            outcome = attempt(write, mx, c)
        return outcome, c, attempt(z.backward), x.grad

    return program


def _inside_paused(write):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        with mx.autograd.record():
            y = x * x
            with mx.autograd.pause():
                outcome = attempt(write, mx, x)
        return outcome, x, attempt(y.backward), x.grad

    return program


def _outside_leaf(write):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        with mx.autograd.record():
            y = x * x
        outcome = attempt(write, mx, x)
        return outcome, x, y, attempt(y.backward), x.grad

    return program


def _outside_computed(write):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        with mx.autograd.record():
            y = x * x
            z = y * y
        outcome = attempt(write, mx, y)
        return outcome, y, z, attempt(z.backward), x.grad

    return program


def _outside_head(write):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        with mx.autograd.record():
            y = x * x
        outcome = attempt(write, mx, y)
        return outcome, y, attempt(y.backward), x.grad

    return program


for group, make in {
    "inside_leaf": _inside_leaf,
    "inside_leaf_unused": _inside_leaf_unused,
    "inside_computed": _inside_computed,
    "inside_constant": _inside_constant,
    "inside_used_constant": _inside_used_constant,
    "inside_paused": _inside_paused,
    "outside_leaf": _outside_leaf,
    "outside_computed": _outside_computed,
    "outside_head": _outside_head,
}.items():
    suite.table(group, {name: make(write) for name, write in WRITES.items()})


def _saved(function):
    """What a backward uses after the operands were overwritten: the operand, the result, or neither."""

    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        with mx.autograd.record():
            y = function(mx, x)
        x[:] = 0.5
        y.backward()
        return y, x.grad

    return program


suite.table(
    "new_values",
    {
        name: _saved(function)
        for name, function in {
            "square": lambda mx, x: x.square(),
            "exp": lambda mx, x: x.exp(),
            "sqrt": lambda mx, x: x.sqrt(),
            "log": lambda mx, x: x.log(),
            "sigmoid": lambda mx, x: x.sigmoid(),
            "tanh": lambda mx, x: x.tanh(),
            "relu": lambda mx, x: (x - 2).relu(),
            "power": lambda mx, x: x**3,
            "reciprocal": lambda mx, x: x.reciprocal(),
            "product_with_constant": lambda mx, x: x * mx.nd.array([1.0, 2.0, 3.0]),
            "times_scalar": lambda mx, x: x * 3,
            "sum": lambda mx, x: x.sum(),
            "norm": lambda mx, x: x.norm(),
            "softmax": lambda mx, x: x.softmax(),
            "dot": lambda mx, x: mx.nd.dot(x, x),
            "chain": lambda mx, x: (x * 2).exp(),
            "max": lambda mx, x: x.max(),
            "abs": lambda mx, x: x.abs(),
            "sin": lambda mx, x: x.sin(),
            "clip": lambda mx, x: x.clip(1.5, 5),
            "div": lambda mx, x: mx.nd.array([6.0, 6.0, 6.0]) / x,
            "concat": lambda mx, x: mx.nd.concat(x, x * x, dim=0),
            "mean": lambda mx, x: x.mean(),
            "prod": lambda mx, x: x.prod(),
            "where": lambda mx, x: mx.nd.where(x > 1.5, x * x, x),
        }.items()
    },
)


@suite.case()
def optimizer_step_between_forward_and_backward(mx):
    w = mx.nd.array([1.0, 2.0])
    w.attach_grad()
    data = mx.nd.array([[1.0, 2.0], [3.0, 4.0]])
    with mx.autograd.record():
        y = mx.nd.dot(data, w)
        loss = (y * y).sum()
    w -= 1
    loss.backward()
    return w, w.grad


@suite.case()
def training_loop(mx):
    w = mx.nd.zeros((2,))
    w.attach_grad()
    data = mx.nd.array([[1.0, 2.0], [3.0, 4.0], [5.0, -1.0]])
    label = mx.nd.array([1.0, 2.0, 3.0])
    losses = []
    for _ in range(5):
        with mx.autograd.record():
            loss = ((mx.nd.dot(data, w) - label) ** 2).mean()
        loss.backward()
        w[:] = w - 0.01 * w.grad
        losses.append(loss.asscalar())
    return losses, w, w.grad


@suite.case()
def iadd_keeps_identity_and_gradient(mx):
    x = mx.nd.array([1.0])
    x.attach_grad()
    same = x
    x += 1
    with mx.autograd.record():
        y = x * x
    y.backward()
    return same is x, x, x.grad


@suite.case()
def rebinding_loses_gradient(mx):
    x = mx.nd.array([1.0])
    x.attach_grad()
    x = x + 1
    return x.grad


@suite.case()
def augmented_in_record_of_unattached(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    total = mx.nd.zeros(2)

    def program():
        with mx.autograd.record():
            t = total
            t += x
        t.backward()
        return x.grad

    return attempt(program), total


@suite.case()
def write_into_gradient_while_recording(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
        x.grad[:] = 5
    y.backward()
    return x.grad
