"""The book chapter on automatic differentiation, cell by cell, as printed."""

from ...suite import Suite

suite = Suite(__name__)


def _arange(mx):
    x = mx.nd.arange(4)
    x.attach_grad()
    return x


@suite.case()
def simple_function(mx):
    x = _arange(mx)
    shown = [repr(x), repr(x.grad)]
    with mx.autograd.record():
        y = 2 * mx.nd.dot(x, x)
    shown.append(repr(y))
    y.backward()
    shown.append(repr(x.grad))
    shown.append(repr(x.grad - 4 * x))
    with mx.autograd.record():
        y = x.norm()
    y.backward()
    return shown + [repr(x.grad), repr(y), y, x.grad]


@suite.case()
def non_scalar(mx):
    x = _arange(mx)
    with mx.autograd.record():
        y = x * x
    y.backward()
    u = x.copy()
    u.attach_grad()
    with mx.autograd.record():
        v = (u * u).sum()
    v.backward()
    return repr(x.grad), repr(x.grad - u.grad), repr(v), v


@suite.case()
def detached(mx):
    x = _arange(mx)
    with mx.autograd.record():
        y = x * x
        u = y.detach()
        z = u * x
    z.backward()
    first = repr(x.grad - u)
    copy = x.grad.copy()
    y.backward()
    return first, copy, repr(x.grad - 2 * x), x.grad


@suite.case()
def attach_to_internal(mx):
    y = mx.nd.ones(4) * 2
    y.attach_grad()
    x = mx.nd.arange(4)
    x.attach_grad()
    with mx.autograd.record():
        u = x * y
        u.attach_grad()
        z = u + x
    z.backward()
    return repr((x.grad, u.grad, y.grad)), x.grad, u.grad, y.grad


@suite.case()
def head_gradients(mx):
    y = mx.nd.ones(4) * 2
    y.attach_grad()
    x = _arange(mx)
    with mx.autograd.record():
        u = x * y
        v = u.detach()
        v.attach_grad()
        z = v + x
    z.backward()
    shown = [repr(x.grad), repr(y.grad), repr(v.grad)]
    u.backward(v.grad)
    return shown + [repr(x.grad), repr(y.grad)]


def _f(a):
    b = a * 2
    while b.norm().asscalar() < 1000:
        b = b * 2
    if b.sum().asscalar() > 0:
        c = b
    else:
        c = 100 * b
    return c


@suite.case()
def control_flow(mx):
    a = mx.nd.random.normal(shape=1)
    a.attach_grad()
    with mx.autograd.record():
        d = _f(a)
    d.backward()
    return repr(a), repr(d), repr(a.grad), repr(a.grad == (d / a))


@suite.case()
def control_flow_negative_branch(mx):
    a = mx.nd.array([-1.5])
    a.attach_grad()
    with mx.autograd.record():
        d = _f(a)
    d.backward()
    return a, d, a.grad, a.grad == d / a


@suite.case()
def training_mode(mx):
    shown = [mx.autograd.is_training(), mx.autograd.is_recording()]
    with mx.autograd.record():
        shown += [mx.autograd.is_training(), mx.autograd.is_recording()]
    return shown + [mx.autograd.is_training(), mx.autograd.is_recording()]


@suite.case()
def imperative_style_of_the_straight_dope(mx):
    x = mx.nd.array([[1, 2], [3, 4]])
    x.attach_grad()
    with mx.autograd.record():
        y = x * 2
        z = y * x
    z.backward()
    first = repr(x.grad)
    with mx.autograd.record():
        y = x * 2
        z = y * x
    head = mx.nd.array([[10, 1.0], [0.1, 0.01]])
    z.backward(head)
    return first, repr(x.grad), x.grad
