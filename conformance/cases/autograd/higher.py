"""autograd.grad, gradients of gradients, user functions."""

from ...suite import Suite, attempt

suite = Suite(__name__)


def _leaf(mx, values=(1.0, 2.0, 3.0)):
    x = mx.nd.array(list(values))
    x.attach_grad()
    return x


@suite.case()
def grad_single(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    g = mx.autograd.grad(y, x)
    return g, x.grad


@suite.case()
def grad_list(mx):
    x, w = _leaf(mx), _leaf(mx, (4.0, 5.0, 6.0))
    with mx.autograd.record():
        y = x * w
    return mx.autograd.grad(y, [x, w])


@suite.case()
def grad_list_of_one(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return mx.autograd.grad([y], [x])


@suite.case()
def grad_two_heads(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y, z = x * x, x * 2
    return mx.autograd.grad([y, z], x)


@suite.case()
def grad_head_grads(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return mx.autograd.grad(y, x, head_grads=mx.nd.array([1.0, 0.5, 0.25]))


@suite.case()
def grad_head_grads_list_with_none(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y, z = x * x, x * 2
    return mx.autograd.grad([y, z], [x], head_grads=[None, mx.nd.array([1.0, 0.5, 0.25])])


@suite.case()
def grad_does_not_touch_grad(mx):
    x = _leaf(mx)
    x.grad[:] = 7
    with mx.autograd.record():
        y = x * x
    g = mx.autograd.grad(y, x)
    return g, x.grad


@suite.case()
def grad_of_request_null(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad("null")
    with mx.autograd.record():
        y = x * x
    return attempt(mx.autograd.grad, y, x)


@suite.case()
def grad_of_unattached(mx):
    x = mx.nd.array([1.0, 2.0])
    with mx.autograd.record():
        y = x * x
    return attempt(mx.autograd.grad, y, x)


@suite.case()
def grad_unreachable(mx):
    x, w = _leaf(mx), _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return attempt(mx.autograd.grad, y, w), attempt(mx.autograd.grad, y, [x, w])


@suite.case()
def grad_of_intermediate(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        z = y * y
    return attempt(mx.autograd.grad, z, y)


@suite.case()
def grad_unrecorded_head(mx):
    x = _leaf(mx)
    y = x * x
    return attempt(mx.autograd.grad, y, x)


@suite.case()
def grad_empty_variables(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return attempt(mx.autograd.grad, y, [])


@suite.case()
def grad_tuple_of_variables(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return attempt(mx.autograd.grad, y, (x,))


@suite.case()
def grad_twice(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    first = mx.autograd.grad(y, x)
    return first, attempt(mx.autograd.grad, y, x)


@suite.case()
def grad_twice_retained(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return mx.autograd.grad(y, x, retain_graph=True), mx.autograd.grad(y, x)


@suite.case()
def grad_then_backward(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    g = mx.autograd.grad(y, x, retain_graph=True)
    y.backward()
    return g, x.grad


@suite.case()
def second_order(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x * x
        (g,) = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)
    first = g.copy()
    g.backward()
    return first, x.grad


@suite.case()
def second_order_list(mx):
    x, w = _leaf(mx), _leaf(mx, (4.0, 5.0, 6.0))
    with mx.autograd.record():
        y = x * x * w
        gx, gw = mx.autograd.grad(y, [x, w], create_graph=True, retain_graph=True)
        z = gx * gw
    z.backward()
    return gx, gw, x.grad, w.grad


@suite.case()
def third_order(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = mx.nd.sin(x)
        (a,) = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)
        (b,) = mx.autograd.grad(a, x, create_graph=True, retain_graph=True)
    first = a.copy(), b.copy()
    outcome = attempt(b.backward)
    return first, outcome, x.grad


@suite.case()
def gradient_penalty(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = (x * x * x).sum()
        (g,) = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)
        loss = y + (g * g).sum()
    loss.backward()
    return loss, x.grad


@suite.case()
def second_order_outside_record(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x * x
    (g,) = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)
    return g, attempt(g.backward), x.grad


@suite.case()
def second_order_without_create_graph(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x * x
        (g,) = mx.autograd.grad(y, x, retain_graph=True)
    return g, attempt(g.backward)


def _twice(function):
    def program(mx):
        x = mx.nd.array([0.3, -0.4, 0.7])
        x.attach_grad()

        def run():
            with mx.autograd.record():
                y = function(mx, x)
                (g,) = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)
            first = g.copy()
            g.backward()
            return first, x.grad

        return attempt(run)

    return program


suite.table(
    "twice",
    {
        name: _twice(function)
        for name, function in {
            "sin": lambda mx, x: mx.nd.sin(x),
            "cos": lambda mx, x: mx.nd.cos(x),
            "tan": lambda mx, x: mx.nd.tan(x),
            "sinh": lambda mx, x: mx.nd.sinh(x),
            "cosh": lambda mx, x: mx.nd.cosh(x),
            "tanh": lambda mx, x: mx.nd.tanh(x),
            "arcsin": lambda mx, x: mx.nd.arcsin(x),
            "arccos": lambda mx, x: mx.nd.arccos(x),
            "arctan": lambda mx, x: mx.nd.arctan(x),
            "arcsinh": lambda mx, x: mx.nd.arcsinh(x),
            "arctanh": lambda mx, x: mx.nd.arctanh(x),
            "exp": lambda mx, x: mx.nd.exp(x),
            "expm1": lambda mx, x: mx.nd.expm1(x),
            "log": lambda mx, x: mx.nd.log(x + 1),
            "log2": lambda mx, x: mx.nd.log2(x + 1),
            "log10": lambda mx, x: mx.nd.log10(x + 1),
            "log1p": lambda mx, x: mx.nd.log1p(x),
            "square": lambda mx, x: mx.nd.square(x),
            "sqrt": lambda mx, x: mx.nd.sqrt(x + 1),
            "cbrt": lambda mx, x: mx.nd.cbrt(x + 1),
            "rsqrt": lambda mx, x: mx.nd.rsqrt(x + 1),
            "rcbrt": lambda mx, x: mx.nd.rcbrt(x + 1),
            "reciprocal": lambda mx, x: mx.nd.reciprocal(x),
            "abs": lambda mx, x: mx.nd.abs(x),
            "relu": lambda mx, x: mx.nd.relu(x),
            "sigmoid": lambda mx, x: mx.nd.sigmoid(x),
            "clip": lambda mx, x: mx.nd.clip(x, -0.5, 0.5),
            "radians": lambda mx, x: mx.nd.radians(x),
        }.items()
    },
)

# MXNet 1.9.1 has no second derivative of these.
suite.table(
    "twice_refused",
    {
        name: _twice(function)
        for name, function in {
            "dot": lambda mx, x: mx.nd.dot(x, x),
            "product": lambda mx, x: x * x * x,
            "power": lambda mx, x: x**3,
            "quotient": lambda mx, x: x / (x + 2),
            "sum": lambda mx, x: (x * x).sum(),
            "mean": lambda mx, x: (x * x).mean(),
            "reshape": lambda mx, x: (x * x).reshape((3, 1)),
            "slice": lambda mx, x: (x * x)[1:3],
            "softsign": lambda mx, x: mx.nd.softsign(x),
            "erf": lambda mx, x: mx.nd.erf(x),
            "norm": lambda mx, x: x.norm(),
            "softmax": lambda mx, x: x.softmax(),
            "matrix": lambda mx, x: mx.nd.FullyConnected(
                x.reshape((1, 3)) ** 2, mx.nd.ones((2, 3)), None, no_bias=True, num_hidden=2
            ),
            "gamma": lambda mx, x: mx.nd.gamma(x + 2),
            "maximum": lambda mx, x: mx.nd.maximum(x, 0.1),
            "transpose": lambda mx, x: (x * x).reshape((1, 3)).T,
        }.items()
    },
)
